"""Supervised warm start: `python -m trainers.sft --config FILE`. Learns responses by heart, before any reward.

A model, loaded or made from nothing, is trained to predict the response tokens of demonstrations, packed without
padding. The result is a run folder whose `model/` plain transformers classes load.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from agents import chat
from agents.hf import load_model
from agents.policy import Prompt
from agents.progress import ProgressLine
from trainers import attention, checkpoint, config, engine, rng_state, scratch
from trainers.dealing import Dealer
from trainers.demonstrations import DemonstrationConfig, Demonstrations
from trainers.engine import Engine, EngineConfig, OptimConfig
from trainers.logprobs import Actor
from trainers.mesh import Mesh, accept_launcher, launch
from trainers.packing import Sample, make_sample
from trainers.progress import MetricsLog


@dataclass
class PhaseConfig:
    """A part of a supervised run, with its own demonstrations and its own optimiser.

    Attributes:
        name: Names the phase in checkpoints and metrics.
        data: Sources of demonstrations.
        steps: Optimiser steps.
        batch: Demonstrations a step.
        optim: Optimiser settings.
    """

    name: str
    data: list[DemonstrationConfig]
    steps: int = 1000
    batch: int = 64
    optim: OptimConfig = field(default_factory=OptimConfig)


@dataclass
class SFTConfig:
    """A supervised run.

    Attributes:
        run_dir: Where checkpoints and the final `model/` go.
        phases: What is learned, in order.
        model: Folder or hub id to start from, or `None` to start from `scratch`.
        scratch: Sizes of a model made from nothing.
        corpus: Demonstrations of the first phase that a new tokenizer is trained on.
        max_tokens: Tokens in a packed row.
        save_every: Steps between checkpoints.
        keep: Checkpoints kept.
        seed: Of data order and styles.
        threads: CPU threads for torch; 0 for all.
        engine: How training is spread over processes and memory.
    """

    run_dir: Path
    phases: list[PhaseConfig]
    model: str | None = None
    scratch: scratch.Scratch = field(default_factory=scratch.Scratch)
    corpus: int = 20_000
    max_tokens: int = 16_384
    save_every: int = 100
    keep: int = 2
    seed: int = 0
    threads: int = 0
    engine: EngineConfig = field(default_factory=EngineConfig)

    def __post_init__(self) -> None:
        names = [phase.name for phase in self.phases]
        if not names or len(set(names)) != len(names):
            raise ValueError(f"phases are named {', '.join(names) or 'nothing'}; expected one or more different names")


def train(settings: SFTConfig, mesh: Mesh | None = None) -> Path:
    """Run every phase to its end, from the run folder's last checkpoint if it has one; return the model folder."""
    mesh = mesh or Mesh()
    if settings.threads:
        torch.set_num_threads(settings.threads)
    run = Path(settings.run_dir)
    if mesh.main:
        run.mkdir(parents=True, exist_ok=True)
        config.save(settings, run / "config.yaml")
    mesh.wait()
    model, processor = _start(settings, checkpoint.latest(run))
    first = 0
    for phase in settings.phases:
        model = _train_phase(settings, phase, first, model, processor, mesh)
        first += phase.steps * phase.batch
    if mesh.main:
        model.save_pretrained(run / "model")
        processor.save_pretrained(run / "model")
    mesh.wait()
    return run / "model"


def _train_phase(settings: SFTConfig, phase: PhaseConfig, first: int, model: Any, processor: Any, mesh: Mesh) -> Any:
    """Take a phase to its end and return the model; `first` is the index of its first demonstration."""
    run = Path(settings.run_dir)
    demonstrations = Demonstrations(phase.data, settings.seed)
    attention.attach(model)
    trained = engine.build(Actor(model.requires_grad_(True)), phase.optim, phase.steps, mesh, settings.engine)
    done = _restore(trained, run, settings, phase)
    if done >= phase.steps:
        return _finish(trained)
    dealer = Dealer(model, mesh, settings.max_tokens)
    log = MetricsLog(run, phase.name, keep_below=done) if mesh.main else None
    progress = ProgressLine(phase.name, phase.steps, done)
    trained.module.train()
    for step in range(done, phase.steps):
        began = time.monotonic()
        indices = range(first + step * phase.batch, first + (step + 1) * phase.batch)
        samples = [_sample(demonstrations[index], model, processor) for index in indices]
        loss = update(trained, samples, dealer)
        report = trained.step()
        tokens = sum(map(len, samples)) / (time.monotonic() - began)
        if log:
            metrics = {"loss": loss, "grad_norm": report.norm, "clip_threshold": report.threshold, "lr": trained.lr}
            log.write(step, {**metrics, "tokens_per_second": tokens})
            progress.show(step + 1, loss=loss, grad=report.norm, **{"tokens/s": tokens})
        if (step + 1) % settings.save_every == 0 or step + 1 == phase.steps:
            _save(trained, run, phase.name, step + 1, processor, settings.keep)
    progress.close()
    if log:
        log.close()
    return _finish(trained)


def _finish(trained: Engine) -> Any:
    """The trained model, without what only training needed."""
    model = trained.whole_model()
    trained.close()
    return model


def _save(trained: Engine, run: Path, phase: str, step: int, processor: Any, keep: int) -> None:
    model, tensors = trained.whole_model(), {**trained.tensors(), **rng_state.rng_tensors()}
    if trained.has_masters:
        tensors |= trained.weights()
    state = {"stage": phase, "step": step, "clipping": trained.clipper.state()}
    if trained.mesh.main:
        checkpoint.save(run, checkpoint.checkpoint_name(phase, step), model, processor, tensors, state)
        checkpoint.prune(run, keep)
    trained.mesh.wait()


def _restore(trained: Engine, run: Path, settings: SFTConfig, phase: PhaseConfig) -> int:
    """Steps of the phase that are already in the weights; the optimiser is put where it was if the phase is under way."""
    latest = checkpoint.latest(run)
    if latest is None:
        return 0
    tensors, state = checkpoint.load_state(latest)
    names = [each.name for each in settings.phases]
    if names.index(state["stage"]) > names.index(phase.name):
        return phase.steps
    if state["stage"] != phase.name:
        return 0
    if trained.mesh.main:
        print(f"going on from {latest}", file=sys.stderr)
    trained.restore(tensors, int(state["step"]))
    trained.clipper.restore(state["clipping"])
    rng_state.restore_rng(tensors)
    return int(state["step"])


def update(trained: Engine, samples: list[Sample], dealer: Dealer) -> float:
    """Gather the gradient of the mean negative log-likelihood over all completion tokens; return that mean in nats."""
    total = sum(sample.completion_length for sample in samples)
    mean = 0.0
    for row in dealer.rows(samples):
        logprobs, _ = trained(row.batch)
        loss = -logprobs.sum() / total
        trained.backward(loss, row.last)
        mean += float(loss.detach())
    return dealer.mesh.sum([mean])[0]


def _start(settings: SFTConfig, latest: Path | None) -> tuple[Any, Any]:
    if latest:
        return load_model(latest)
    if settings.model:
        return load_model(settings.model)
    corpus = Demonstrations(settings.phases[0].data, settings.seed).texts(settings.corpus)
    return scratch.build(settings.scratch, corpus)


def _sample(demonstration: tuple[Prompt, str], model: Any, processor: Any) -> Sample:
    prompt, response = demonstration
    tokenizer = getattr(processor, "tokenizer", processor)
    ids = [*tokenizer.encode(response, add_special_tokens=False), tokenizer.eos_token_id]
    return make_sample(chat.encode(prompt, model, processor), ids, chat.visual_token_ids(model.config))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m trainers.sft", description="Supervised warm start.")
    parser.add_argument("--config", type=Path, required=True, help="YAML recipe, such as configs/nano_base.yaml")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="settings that override the recipe's")
    accept_launcher(parser)
    options = parser.parse_args(arguments)
    try:
        settings = config.load(SFTConfig, options.config, options.overrides)
        model = train(settings, launch(settings.engine.ring, settings.engine.device))
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from the last checkpoint", file=sys.stderr)
        return 130
    except (config.ConfigError, checkpoint.CheckpointError, ValueError, FileNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"model: {model}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
