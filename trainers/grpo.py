"""GRPO: sample groups of answers, verify them, and make the better half of each group more likely.

`train` takes one stage through its steps. Each step is a pure function of the weights, the optimiser and the step's
number (every seed derives from the run's seed, the stage and the step), so a run that is killed and resumed from a
checkpoint ends with the same weights as one that is not.
"""

from __future__ import annotations

import math
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from agents import chat
from agents.hf import HFPolicy
from agents.policy import SamplingConfig
from agents.rollout import EnvironmentPool, Task, Trajectory, grouped, rollout
from envs.splits import split_seed
from trainers import attention, checkpoint
from trainers.advantage import ESTIMATORS
from trainers.engine import Engine, OptimConfig
from trainers.logprobs import token_logprobs
from trainers.loss import clipped_surrogate, kl_k3
from trainers.packing import PackedBatch, Sample, pack, sample_of
from trainers.progress import MetricsLog, ProgressLine


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
class StageConfig:
    """One stage of reinforcement learning.

    Attributes:
        name: Names the stage in checkpoints and metrics.
        tasks: What is trained on; several are mixed, text and image tasks alike.
        steps: Rollouts, each followed by an update.
        prompts: Tasks a rollout (P).
        group_size: Answers to each task (G), at least 2.
        max_tokens: Longest completion.
        temperature: Of sampling, above 0.
        max_turns: Longest multi-turn episode.
        advantage: Estimator, a name in `trainers.advantage.ESTIMATORS`.
        clip_low, clip_high: Limits of the probability ratio.
        kl: Weight of the k3 penalty towards the stage's starting weights; 0 keeps no reference.
        epochs: Passes over each rollout.
        minibatches: Optimiser steps a pass.
        max_packed_tokens: Tokens in a packed row.
        save_every: Steps between checkpoints.
        optim: Optimiser settings.
    """

    name: str
    tasks: list[TaskConfig]
    steps: int = 100
    prompts: int = 32
    group_size: int = 8
    max_tokens: int = 160
    temperature: float = 1.0
    max_turns: int = 200
    advantage: Literal["grpo", "dr_grpo", "rloo", "reinforce_baseline"] = "grpo"
    clip_low: float = 0.2
    clip_high: float = 0.2
    kl: float = 0.0
    epochs: int = 1
    minibatches: int = 1
    max_packed_tokens: int = 16_384
    save_every: int = 20
    optim: OptimConfig = field(default_factory=OptimConfig)

    def __post_init__(self) -> None:
        if not self.tasks:
            raise ValueError("tasks is empty; a stage needs at least one task")
        if self.group_size < 2:
            raise ValueError(f"group_size is {self.group_size}; advantages compare at least 2 answers to a task")
        if self.temperature <= 0:
            raise ValueError(f"temperature is {self.temperature}; training needs sampling, temperature above 0")
        for name in ("steps", "prompts", "epochs", "minibatches", "save_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1")


def train(
    stage: StageConfig,
    model: Any,
    processor: Any,
    run: Path,
    seed: int,
    keep: int = 2,
    resume_from: Path | None = None,
    load_reference: Callable[[], Any] | None = None,
) -> Path:
    """Train a model through one stage.

    Args:
        stage: What to do.
        model: Trained in place; with `resume_from`, the model loaded from there.
        processor: Its processor or tokenizer.
        run: The run folder, for checkpoints and metrics.
        seed: Of tasks and sampling.
        keep: Checkpoints kept of this stage while it runs.
        resume_from: A checkpoint of this stage to go on from.
        load_reference: Makes the reference model of the KL penalty; needed if `stage.kl` is above 0.

    Returns:
        The stage's last checkpoint.
    """
    attention.attach(model)
    engine = Engine(model, stage.optim, stage.steps * stage.epochs * stage.minibatches)
    done = _restore(engine, resume_from)
    reference = load_reference() if stage.kl > 0 and load_reference else None
    learner = Learner(stage, engine, HFPolicy(model, processor), seed, reference)
    log = MetricsLog(run, stage.name, keep_below=done)
    progress = ProgressLine(stage.name, stage.steps, done)
    saved = resume_from
    try:
        for step in range(done, stage.steps):
            metrics = learner.step(step)
            log.write(step, metrics)
            progress.show(
                step + 1,
                reward=metrics["reward"],
                success=f"{metrics['success']:.0%}",
                **{"tokens/s": metrics["tokens_per_second"]},
            )
            if (step + 1) % stage.save_every == 0 or step + 1 == stage.steps:
                saved = _save(run, stage, step + 1, engine, processor, metrics, keep)
    except KeyboardInterrupt:
        _save_if_consistent(run, stage, learner, processor, keep)
        raise
    finally:
        learner.close()
        log.close()
    assert saved is not None
    return saved


class Learner:
    """Takes single steps. Owns the environments; the engine owns the optimiser, and the policy shares the model.

    Attributes:
        completed: Steps whose update is wholly in the weights, or `None` while an update is under way.
    """

    def __init__(self, stage: StageConfig, engine: Engine, policy: HFPolicy, seed: int, reference: Any = None):
        self.stage = stage
        self.engine = engine
        self.policy = policy
        self.reference = reference
        self.banned = chat.visual_token_ids(engine.model.config)
        self.completed: int | None = None
        self._seed = seed
        self._pool = EnvironmentPool()
        self._tasks = [Task(t.id, {**t.kwargs, "split": "train"}) for t in stage.tasks]
        self._shares = np.array([t.weight for t in stage.tasks]) / sum(t.weight for t in stage.tasks)

    def close(self) -> None:
        self._pool.close()

    def step(self, step: int) -> dict[str, float]:
        """Sample, verify, compare, update; return the step's metrics."""
        began = time.monotonic()
        self.completed = step
        trajectories = self._sample(step)
        sampled = time.monotonic()
        advantages = self._advantages(trajectories)
        samples, dropped = self._samples(trajectories, advantages)
        self.completed = None
        update = self._update(samples, step)
        self.completed = step + 1
        ended = time.monotonic()
        tokens = sum(map(len, samples))
        return {
            **_outcomes(trajectories, advantages),
            **update,
            "dropped": float(dropped),
            "tokens_per_second": tokens / (ended - began),
            "seconds_sampling": sampled - began,
            "seconds_training": ended - sampled,
        }

    def _sample(self, step: int) -> list[Trajectory]:
        rng = np.random.default_rng([self._seed, zlib.crc32(self.stage.name.encode()), step])
        picks = rng.choice(len(self._tasks), size=self.stage.prompts, p=self._shares)
        seeds = rng.integers(2**31, size=self.stage.prompts)
        tasks = [(self._tasks[pick], split_seed("train", int(s))) for pick, s in zip(picks, seeds, strict=True)]
        sampling = SamplingConfig(self.stage.temperature, 1.0, self.stage.max_tokens, seed=int(rng.integers(2**31)))
        episodes = grouped(tasks, self.stage.group_size)
        return rollout(self.policy, episodes, sampling, self._pool, self.stage.max_turns)

    def _advantages(self, trajectories: Sequence[Trajectory]) -> torch.Tensor:
        rewards = torch.tensor([t.reward for t in trajectories])
        groups = torch.tensor([t.episode.group for t in trajectories])
        return ESTIMATORS[self.stage.advantage](rewards, groups)

    def _samples(self, trajectories: Sequence[Trajectory], advantages: torch.Tensor) -> tuple[list[Sample], int]:
        """Every turn of every trajectory that has something to teach, and how many turns could not be used."""
        samples, dropped = [], 0
        for trajectory, advantage in zip(trajectories, advantages.tolist(), strict=True):
            if advantage == 0 and not self.stage.kl:
                continue
            for turn in trajectory.turns:
                try:
                    samples.append(sample_of(turn.completion, self.banned, advantage))
                except ValueError:
                    dropped += 1
        return samples, dropped

    def _update(self, samples: list[Sample], step: int) -> dict[str, float]:
        """Optimiser steps on one rollout; means over tokens and steps of what was seen on the way."""
        if not samples:
            return {"loss": 0.0, "kl": 0.0, "clipped": 0.0, "entropy": 0.0, "grad_norm": 0.0, "lr": self.engine.lr}
        totals: dict[str, float] = {"loss": 0.0, "kl": 0.0, "clipped": 0.0, "entropy": 0.0}
        norms = []
        rng = np.random.default_rng([self._seed, step])
        self.engine.model.train()
        for _ in range(self.stage.epochs):
            order = rng.permutation(len(samples)) if self.stage.minibatches > 1 else np.arange(len(samples))
            for part in np.array_split(order, min(self.stage.minibatches, len(samples))):
                for name, value in self._gather([samples[i] for i in part]).items():
                    totals[name] += value
                norms.append(self.engine.step())
        means = {name: value / len(norms) for name, value in totals.items()}
        return {**means, "grad_norm": float(np.mean(norms)), "lr": self.engine.lr}

    def _gather(self, samples: list[Sample]) -> dict[str, float]:
        """Add the gradient of one optimiser step's loss: the mean over all completion tokens of the mini-batch."""
        tokens = sum(sample.completion_length for sample in samples)
        sums = {"loss": 0.0, "kl": 0.0, "clipped": 0.0, "entropy": 0.0}
        for batch in pack(samples, self.stage.max_packed_tokens):
            batch = batch.to(self.engine.model.device)
            losses, seen = self._losses(batch)
            self.engine.backward(losses.sum() / tokens)
            sums["loss"] += float(losses.detach().sum())
            for name, values in seen.items():
                sums[name] += float(values.sum())
        return {name: value / tokens for name, value in sums.items()}

    def _losses(self, batch: PackedBatch) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Loss of each completion token [A], and what to report of it."""
        logprobs, entropy = token_logprobs(self.engine.model, batch, self.stage.temperature, self.banned)
        losses, clipped = clipped_surrogate(
            logprobs, batch.old_logprobs, batch.advantages, self.stage.clip_low, self.stage.clip_high
        )
        seen = {"clipped": clipped.float(), "entropy": entropy}
        if self.reference is not None:
            with torch.no_grad():
                reference, _ = token_logprobs(self.reference, batch, self.stage.temperature, self.banned)
            penalty = kl_k3(logprobs, reference)
            losses = losses + self.stage.kl * penalty
            seen["kl"] = penalty.detach()
        return losses, seen


def _outcomes(trajectories: Sequence[Trajectory], advantages: torch.Tensor) -> dict[str, float]:
    """Means over a rollout, and the share of groups that agree and so teach nothing."""
    turns = [turn for t in trajectories for turn in t.turns]
    groups = np.array([t.episode.group for t in trajectories])
    silent = [not bool(advantages[groups == group].any()) for group in np.unique(groups)]
    metrics = {
        "reward": float(np.mean([t.reward for t in trajectories])),
        "success": float(np.mean([t.success for t in trajectories])),
        "format": float(np.mean([turn.info["format_reward"] for turn in turns])),
        "response_tokens": float(np.mean([len(turn.completion.token_ids) for turn in turns])),
        "truncated": float(np.mean([turn.completion.stop_reason == "length" for turn in turns])),
        "silent_groups": float(np.mean(silent)),
    }
    for id in {t.episode.task.id for t in trajectories}:
        name = id.partition("/")[2]
        metrics[f"success/{name}"] = float(np.mean([t.success for t in trajectories if t.episode.task.id == id]))
    return metrics


def _restore(engine: Engine, path: Path | None) -> int:
    if path is None:
        return 0
    tensors, state = checkpoint.load_state(path)
    engine.restore(tensors, int(state["optimizer_steps"]))
    return int(state["step"])


def _save(
    run: Path, stage: StageConfig, step: int, engine: Engine, processor: Any, metrics: dict[str, float], keep: int
) -> Path:
    state = {
        "stage": stage.name,
        "step": step,
        "optimizer_steps": engine.steps,
        "metrics": {name: value for name, value in metrics.items() if math.isfinite(value)},
    }
    name = checkpoint.checkpoint_name(stage.name, step)
    path = checkpoint.save(run, name, engine.model, processor, engine.tensors(), state)
    checkpoint.prune(run, keep, protect=_last_of_each_stage(run))
    return path


def _last_of_each_stage(run: Path) -> set[str]:
    names = sorted(path.name for path in (run / checkpoint.FOLDER).iterdir() if not path.name.startswith("."))
    return set({name.rpartition("-")[0]: name for name in names}.values())


def _save_if_consistent(run: Path, stage: StageConfig, learner: Learner, processor: Any, keep: int) -> None:
    """On an interruption, keep the work done since the last checkpoint unless an update was cut in the middle."""
    if learner.completed:
        _save(run, stage, learner.completed, learner.engine, processor, {}, keep)
