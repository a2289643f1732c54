"""GRPO: sample groups of answers, verify them, and make the better half of each group more likely.

`train` takes one stage through its steps. Each step is a function of the weights, the optimiser and the step's number (every
seed derives from the run's seed, the stage and the step), so a run that is killed and resumed from a checkpoint on as many
processes ends with the same weights as one that is not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from agents import chat
from agents import sampler as samplers
from agents.errors import EngineError
from agents.progress import ProgressLine
from agents.sampler import SamplerConfig
from trainers import attention, checkpoint, credit, durable, engine, lora, rng_state
from trainers.dealing import Dealer, score
from trainers.engine import EngineConfig
from trainers.experience import Experience, outcomes
from trainers.gate import Gate, best_checkpoints
from trainers.logprobs import Actor, Critic
from trainers.mesh import Mesh
from trainers.packing import Sample
from trainers.progress import MetricsLog
from trainers.reference import Frozen, Shared
from trainers.stage import StageConfig
from trainers.trackers import Careful
from trainers.update import DivergenceError, Updater


@dataclass
class Place:
    """Where a stage runs and what it leaves behind.

    Attributes:
        run: The run folder, for checkpoints and metrics.
        seed: Of tasks and sampling.
        keep: Checkpoints kept of this stage while it runs.
        mesh: The processes.
        engine: How training is spread over them.
        sampler: What draws the completions.
        trackers: Who is told of metrics beside the run folder.
    """

    run: Path
    seed: int = 0
    keep: int = 2
    mesh: Mesh = Mesh()
    engine: EngineConfig = field(default_factory=EngineConfig)
    sampler: SamplerConfig = field(default_factory=SamplerConfig)
    trackers: Sequence[Careful] = ()


def train(
    stage: StageConfig,
    model: Any,
    processor: Any,
    place: Place,
    resume_from: Path | None = None,
    load: Callable[[], Any] | None = None,
    gate: Gate | None = None,
) -> Path:
    """Train a model through one stage.

    Args:
        stage: What to do.
        model: Trained in place; with `resume_from`, the model loaded from there (with LoRA, the stage's starting model).
        processor: Its processor or tokenizer.
        place: Where, and on what.
        resume_from: A checkpoint of this stage to go on from.
        load: Makes another copy of the stage's starting model, for the reference and the critic; needed if the stage has
            one of them.
        gate: Looks at checkpoints and may end the stage.

    Returns:
        The last checkpoint that was written.

    Raises:
        DivergenceError: If losses or gradients stay non-finite; what was learned before is in a checkpoint.
        EngineError: If the sampling engine dies or does not answer; what was learned before is in a checkpoint.
    """
    learner = Learner(stage, model, processor, place, load)
    done = learner.restore(resume_from) if resume_from else 0
    log = MetricsLog(place.run, stage.name, done, place.trackers) if place.mesh.main else None
    progress = ProgressLine(stage.name, stage.steps, done) if place.mesh.main else None
    saved, kept = resume_from, done
    try:
        for step in range(done, stage.steps):
            metrics = learner.step(step)
            if log and progress:
                log.write(step, metrics)
                _tell(progress, step + 1, metrics)
            if stage.saves_at(step + 1):
                saved, kept = learner.save(metrics), step + 1
            if gate and saved and stage.looks_at(step + 1):
                seen = gate.look(saved, step + 1)
                if log:
                    log.write(step, seen)
                if gate.over:
                    break
    except KeyboardInterrupt:
        if learner.completed and learner.completed > kept and place.mesh.world == 1:
            learner.save({})
        raise
    except EngineError as error:  # raised in all processes alike, so that all can save
        if learner.completed and learner.completed > kept:
            saved = learner.save({})
        raise EngineError(f"{error}. {_remains(saved)}") from error
    except DivergenceError:
        learner.completed = step
        if step > kept or saved is None:
            learner.save({})
        raise
    finally:
        learner.close()
        if log and progress:
            log.close()
            progress.close()
    assert saved is not None
    return saved


class Learner:
    """Takes single steps. Owns the engines, the environments and the policy that samples.

    Attributes:
        completed: Steps whose update is wholly in the weights, or `None` while an update is under way.
    """

    def __init__(
        self, stage: StageConfig, model: Any, processor: Any, place: Place, load: Callable[[], Any] | None = None
    ):
        attention.attach(model)
        if stage.lora:
            lora.inject(model, stage.lora, place.seed)
        freeze(model, stage.freeze)
        self.stage = stage
        self.place = place
        self.processor = processor
        self.completed: int | None = None
        updates = stage.steps * stage.updates
        banned = chat.visual_token_ids(model.config)
        actor = Actor(model, stage.temperature, banned)
        self.actor = engine.build(actor, stage.optim, updates, place.mesh, place.engine)
        self.critic = None
        if stage.advantage == "gae":
            critic = Critic(_another(load, "advantage 'gae'"))
            self.critic = engine.build(critic, stage.critic.optim, updates, place.mesh, place.engine)
        self.reference: Shared | Frozen | None = None
        if stage.loss.kl and stage.loss.reference == "shared":
            self.reference = Shared(self.actor)
        elif stage.loss.kl:
            frozen = Actor(_another(load, "loss.kl"), stage.temperature, banned)
            self.reference = Frozen(frozen, place.mesh.device, stage.loss.reference == "offload", place.engine.dtype)
        self.policy = samplers.build(place.sampler, self.actor.whole_model(), processor, lora.whole_weights)
        self.experience = Experience(stage, place.seed, place.mesh)
        self.dealer = Dealer(model, place.mesh, stage.max_packed_tokens)
        same_program = (
            place.sampler.backend == "transformers"
            and place.engine.dtype == torch.float32
            and stage.loss.tis_cap is None
        )
        self.updater = Updater(stage, self.actor, self.critic, self.dealer, same_program)

    def close(self) -> None:
        self.experience.close()
        self.policy.close()
        for trained in (self.actor, self.critic):
            if trained:
                trained.close()

    def step(self, step: int) -> dict[str, float]:
        """Sample, verify, compare, update; return the step's metrics."""
        began = time.monotonic()
        self.completed = step
        for trained in (self.actor, self.critic):
            if trained:  # the schedule follows rollouts, also past those that taught nothing
                trained.steps = step * self.stage.updates
        self.policy.load_weights(self.actor.whole_model())
        with self.actor.computing():
            answers = self.experience.collect(self.policy, step)
        self.policy.rest()
        sampled = time.monotonic()
        samples = credit.usable(answers)
        self._score(samples)
        credit.assign(self.stage, answers)
        taught = [sample for sample in samples if self._teaches(sample)]
        self.completed = None
        update = self.updater.update(taught, [self.place.seed, step]) if taught else {"lr": self.actor.lr}
        self.completed = step + 1
        ended = time.monotonic()
        tokens = sum(map(len, taught))
        return {
            **outcomes(answers),
            **update,
            "tokens_per_second": tokens / (ended - began),
            "seconds_sampling": sampled - began,
            "seconds_training": ended - sampled,
        }

    def save(self, metrics: dict[str, float]) -> Path:
        """Write a checkpoint of what is completed; the main process writes, all take part."""
        stage, run = self.stage, self.place.run
        assert self.completed is not None
        model = self.actor.whole_model()
        tensors = {**self.actor.tensors(), **rng_state.rng_tensors()}
        if stage.lora or self.actor.has_masters:
            tensors |= self.actor.weights()
        if self.critic:
            critic = {**self.critic.tensors(), **self.critic.weights()}
            tensors |= {f"critic.{name}": tensor for name, tensor in critic.items()}
        state = {
            "stage": stage.name,
            "step": self.completed,
            "optimizer_steps": self.actor.steps,
            "clipping": self.actor.clipper.state(),
            "critic_clipping": self.critic.clipper.state() if self.critic else None,
            "skipped_in_a_row": self.updater.skipped_in_a_row,
            "processes": self.place.mesh.world,
            "metrics": {name: value for name, value in metrics.items() if math.isfinite(value)},
        }
        name = checkpoint.checkpoint_name(stage.name, self.completed)
        if self.place.mesh.main:
            weights = lora.merged_weights(model)
            checkpoint.save(run, name, model, self.processor, tensors, state, weights)
            checkpoint.prune(
                run, self.place.keep, protect=_last_of_each_stage(run) | best_checkpoints(run), best=stage.keep_best
            )
        self.place.mesh.wait()
        return run / checkpoint.FOLDER / name

    def restore(self, path: Path) -> int:
        """Go on from a checkpoint of this stage; return the steps that it has behind it."""
        tensors, state = checkpoint.load_state(path)
        steps = int(state["optimizer_steps"])
        self.actor.restore({n: t for n, t in tensors.items() if not n.startswith("critic.")}, steps)
        self.actor.clipper.restore(state["clipping"])
        if self.critic:
            theirs = {n.removeprefix("critic."): t for n, t in tensors.items() if n.startswith("critic.")}
            self.critic.restore(theirs, steps)
            self.critic.clipper.restore(state["critic_clipping"])
        self.updater.skipped_in_a_row = int(state["skipped_in_a_row"])
        rng_state.restore_rng(tensors)
        return int(state["step"])

    def _score(self, samples: list[Sample]) -> None:
        """Figures of the policy as it sampled, of the reference and of the critic, as far as the stage needs them."""
        if not samples:
            return
        if not self.updater.same_program and self.stage.updates > 1:
            self.actor.module.eval()
            score(self.actor, samples, "old_logprobs", self.dealer)
        if self.critic:
            self.critic.module.eval()
            score(self.critic, samples, "values", self.dealer)
        if self.reference:
            with self.reference as reference:
                score(reference, samples, "reference_logprobs", self.dealer)

    def _teaches(self, sample: Sample) -> bool:
        """Whether a sample moves the weights. Groups that agree do not, and are left out of the mean over tokens (DAPO)."""
        return bool(
            sample.per_token["advantages"].any() or self.stage.loss.kl or self.stage.loss.entropy or self.critic
        )


def freeze(model: Any, prefixes: list[str]) -> None:
    """Stop training the parameters whose names begin with one of the prefixes.

    Raises:
        ValueError: If a prefix fits no parameter, or nothing is left to train.
    """
    for prefix in prefixes:
        fitting = [p for name, p in model.named_parameters() if name.startswith(prefix)]
        if not fitting:
            parts = sorted({".".join(name.split(".")[:2]) for name, _ in model.named_parameters()})
            raise ValueError(f"freeze has {prefix!r}, which no parameter begins with; there are {', '.join(parts)}")
        for parameter in fitting:
            parameter.requires_grad_(False)
    if not any(p.requires_grad for p in model.parameters()):
        raise ValueError(f"freeze has {', '.join(prefixes)}: nothing is left to train")


def _another(load: Callable[[], Any] | None, what: str) -> Any:
    """Another copy of the stage's starting model, ready for packed rows."""
    if load is None:
        raise ValueError(f"{what} needs a second copy of the starting model; give train() a way to load it")
    model = load()
    attention.attach(model)
    return model


def _tell(progress: ProgressLine, step: int, metrics: dict[str, float]) -> None:
    pace = {"tokens/s": metrics["tokens_per_second"]}
    progress.show(step, reward=metrics["reward"], success=f"{metrics['success']:.0%}", **pace)


def _remains(saved: Path | None) -> str:
    if saved is None:
        return "No step was completed; start again once the engine is there"
    return f"What was learned is kept in {saved}; once the engine is there again, the same command goes on from it"


def _last_of_each_stage(run: Path) -> set[str]:
    names = [path.name for path in durable.finished(run / checkpoint.FOLDER)]
    return set({name.rpartition("-")[0]: name for name in names}.values())
