"""What one stage of reinforcement learning is: its tasks, its algorithm and its sizes, as typed settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from trainers.engine import OptimConfig
from trainers.lora import LoraConfig


@dataclass
class TaskConfig:
    """A task of a stage.

    Attributes:
        id: Environment id, such as LMMR1/TextMath-v0.
        kwargs: Arguments of the environment; `split` is always "train".
        weight: How often it is drawn relative to the stage's other tasks.
    """

    id: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError(f"weight is {self.weight}; expected a number above 0")


@dataclass
class ReplayConfig:
    """Tasks of an earlier stage among those of a later one, against forgetting.

    Attributes:
        stage: The earlier stage.
        share: Its share of the later stage's prompts, above 0 and below 1.
    """

    stage: str
    share: float

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise ValueError(f"share is {self.share}; expected a share of the prompts, 0 < share < 1")


@dataclass
class GateConfig:
    """When a stage is over before its last step: when its held-out score stops rising.

    Attributes:
        suite: What the score is taken on, one of the run's suites.
        metric: Which of a suite's figures it is: success, score or format.
        every: Steps between two looks.
        patience: Looks in a row without a rise that end the stage.
        min_gain: A look counts as a rise if it is above the last rise by more than this, in the metric's unit.
        episodes: Held-out tasks a look; they are others than those that the finished stage is evaluated on.
        keep: Which checkpoint goes on to the next stage: the "best" look's, or the "last".
    """

    suite: str
    metric: Literal["success", "score", "format"] = "success"
    every: int = 20
    patience: int = 2
    min_gain: float = 0.0
    episodes: int = 128
    keep: Literal["best", "last"] = "best"

    def __post_init__(self) -> None:
        for name in ("every", "patience", "episodes"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1")
        if self.min_gain < 0:
            raise ValueError(f"min_gain is {self.min_gain}; expected 0 or more")


@dataclass
class LossConfig:
    """The policy's loss, in terms of `trainers.loss`.

    Attributes:
        objective: "clipped_surrogate" (PPO, GRPO) clips each token's ratio, "gspo" the sequence's, "cispo" clips the weight
            but keeps every token's gradient, "reinforce" has no ratio.
        clip_low, clip_high: The ratio may move within [1 - clip_low, 1 + clip_high]. DAPO's asymmetric clip is 0.2 and
            0.28; GSPO wants about 3e-4 and 4e-4.
        dual_clip: Bound c > 1 on the loss of tokens with negative advantage, for "clipped_surrogate" and "gspo"; `None` for none.
        normalisation: "token_mean" gives every token the same weight (DAPO), "sequence_mean" every answer (GRPO as first
            published), "constant_length" divides by the longest possible answer (Dr. GRPO).
        kl: Weight of the divergence from the stage's starting weights; 0 keeps no reference.
        kl_estimator: "k1", "k2" or "k3".
        kl_in: "loss" adds it to the loss, "reward" takes it off the reward.
        reference: Where the reference lives: "device", "offload" (in CPU memory, moved over for scoring) or "shared" (the
            trained model with its LoRA adapters off).
        entropy: Weight of an entropy bonus.
        tis_cap: Cap of the importance weight between the sampler's probabilities and the trainer's (2 is usual); `None`
            where both are the same program.
    """

    objective: Literal["clipped_surrogate", "gspo", "cispo", "reinforce"] = "clipped_surrogate"
    clip_low: float = 0.2
    clip_high: float = 0.2
    dual_clip: float | None = None
    normalisation: Literal["token_mean", "sequence_mean", "constant_length"] = "token_mean"
    kl: float = 0.0
    kl_estimator: Literal["k1", "k2", "k3"] = "k3"
    kl_in: Literal["loss", "reward"] = "loss"
    reference: Literal["device", "offload", "shared"] = "device"
    entropy: float = 0.0
    tis_cap: float | None = None

    def __post_init__(self) -> None:
        for name in ("clip_low", "clip_high"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a number above 0")
        if self.dual_clip is not None and self.dual_clip <= 1:
            raise ValueError(f"dual_clip is {self.dual_clip}; expected a number above 1, or null")
        if self.kl < 0:
            raise ValueError(f"kl is {self.kl}; expected 0 or more")
        if self.tis_cap is not None and self.tis_cap <= 0:
            raise ValueError(f"tis_cap is {self.tis_cap}; expected a number above 0, or null")


@dataclass
class CriticConfig:
    """The value function of PPO, for the advantage "gae".

    Attributes:
        optim: Its optimiser settings; the paper's rates are 5e-6 to 9e-6.
        clip: Values may move by so much an update before their loss stops to fall.
    """

    optim: OptimConfig = field(default_factory=lambda: OptimConfig(lr=9e-6))
    clip: float = 0.2


@dataclass
class StageConfig:
    """One stage of reinforcement learning.

    Attributes:
        name: Names the stage in checkpoints and metrics.
        tasks: What is trained on; several are mixed, text and image tasks alike.
        domains: Domains of `trainers.domains` to train on as well, and how often relative to each other and to `tasks`.
        sources: Data sets (as `LMMR1/Dataset-v0` takes them) in the place of the domains' generated tasks, by domain.
        replay: Tasks of an earlier stage to mix in.
        steps: Rollouts, each followed by an update.
        prompts: Tasks a rollout (P).
        group_size: Answers to each task (G), at least 2.
        max_tokens: Longest completion.
        temperature: Of sampling, above 0.
        max_turns: Longest multi-turn episode.
        advantage: Estimator: a name in `trainers.advantage.ESTIMATORS`, "turn_level" for credit turn by turn, or "gae" for
            PPO with a critic.
        gamma: Discount of later turns ("turn_level") or tokens ("gae"), in (0, 1].
        lam: GAE's lambda, in [0, 1].
        dynamic_sampling: Further rollouts at most, to replace groups whose answers all agree (DAPO).
        loss: The policy's loss.
        critic: The value function, for "gae".
        epochs: Passes over each rollout.
        minibatches: Optimiser steps a pass.
        max_packed_tokens: Tokens in a packed row; with ring attention, in a row of the whole ring.
        freeze: Prefixes of parameter names that are not trained, such as model.visual.
        lora: Train low-rank adapters instead of the weights.
        max_skipped: Steps in a row that may be skipped for a loss or gradient that is not finite before training stops.
        save_every: Steps between checkpoints.
        keep_best: Metric whose best checkpoint is kept beside the newest, such as reward; `None` for none.
        gate: Ends the stage early; `None` for never.
        optim: Optimiser settings.
    """

    name: str
    tasks: list[TaskConfig] = field(default_factory=list)
    domains: dict[str, float] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    replay: ReplayConfig | None = None
    steps: int = 100
    prompts: int = 32
    group_size: int = 8
    max_tokens: int = 160
    temperature: float = 1.0
    max_turns: int = 200
    advantage: Literal["grpo", "dr_grpo", "rloo", "reinforce_pp", "reinforce_baseline", "turn_level", "gae"] = "grpo"
    gamma: float = 1.0
    lam: float = 1.0
    dynamic_sampling: int = 0
    loss: LossConfig = field(default_factory=LossConfig)
    critic: CriticConfig = field(default_factory=CriticConfig)
    epochs: int = 1
    minibatches: int = 1
    max_packed_tokens: int = 16_384
    freeze: list[str] = field(default_factory=list)
    lora: LoraConfig | None = None
    max_skipped: int = 3
    save_every: int = 20
    keep_best: str | None = None
    gate: GateConfig | None = None
    optim: OptimConfig = field(default_factory=OptimConfig)

    def __post_init__(self) -> None:
        if not self.tasks and not self.domains:
            raise ValueError("tasks is empty and so is domains; a stage needs at least one task")
        if self.group_size < 2:
            raise ValueError(f"group_size is {self.group_size}; advantages compare at least 2 answers to a task")
        if self.temperature <= 0:
            raise ValueError(f"temperature is {self.temperature}; training needs sampling, temperature above 0")
        for name in ("steps", "prompts", "epochs", "minibatches", "save_every", "max_skipped", "max_packed_tokens"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1")
        if self.dynamic_sampling < 0:
            raise ValueError(f"dynamic_sampling is {self.dynamic_sampling}; expected 0 or more further rollouts")
        if not 0 < self.gamma <= 1 or not 0 <= self.lam <= 1:
            raise ValueError(f"gamma is {self.gamma} and lam {self.lam}; expected 0 < gamma <= 1 and 0 <= lam <= 1")
        if self.loss.reference == "shared" and self.loss.kl and self.lora is None:
            raise ValueError("loss.reference is 'shared', which needs lora: only adapters can be switched off")
        if self.loss.kl and self.loss.kl_in == "reward" and self.advantage in ("turn_level", "grpo"):
            raise ValueError(
                f"loss.kl_in is 'reward', which advantage '{self.advantage}' would scale by each group's own deviation, "
                "noise where a group agrees; use loss.kl_in 'loss', or another advantage"
            )

    @property
    def updates(self) -> int:
        """Optimiser steps a rollout."""
        return self.epochs * self.minibatches

    def looks_at(self, step: int) -> bool:
        """Whether its gate looks at the weights after so many steps."""
        return self.gate is not None and (step % self.gate.every == 0 or step == self.steps)

    def saves_at(self, step: int) -> bool:
        """Whether there is a checkpoint after so many steps."""
        return step % self.save_every == 0 or step == self.steps or self.looks_at(step)
