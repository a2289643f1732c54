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
from trainers import attention, checkpoint, config, scratch
from trainers.demonstrations import DemonstrationConfig, Demonstrations
from trainers.engine import Engine, OptimConfig
from trainers.logprobs import token_logprobs
from trainers.packing import Sample, make_sample, pack
from trainers.progress import MetricsLog, ProgressLine

STAGE = "sft"


@dataclass
class SFTConfig:
    """A supervised run.

    Attributes:
        run_dir: Where checkpoints and the final `model/` go.
        model: Folder or hub id to start from, or `None` to start from `scratch`.
        scratch: Sizes of a model made from nothing.
        data: Sources of demonstrations.
        steps: Optimiser steps.
        batch: Demonstrations a step.
        max_tokens: Tokens in a packed row.
        corpus: Demonstrations that a new tokenizer is trained on.
        save_every: Steps between checkpoints.
        keep: Checkpoints kept.
        seed: Of data order and styles.
        threads: CPU threads for torch; 0 for all.
        optim: Optimiser settings.
    """

    run_dir: Path
    data: list[DemonstrationConfig]
    model: str | None = None
    scratch: scratch.Scratch = field(default_factory=scratch.Scratch)
    steps: int = 1000
    batch: int = 64
    max_tokens: int = 16_384
    corpus: int = 20_000
    save_every: int = 100
    keep: int = 2
    seed: int = 0
    threads: int = 0
    optim: OptimConfig = field(default_factory=OptimConfig)


def train(settings: SFTConfig) -> Path:
    """Run supervised training to its end, from the run folder's last checkpoint if it has one; return the model folder."""
    if settings.threads:
        torch.set_num_threads(settings.threads)
    run = Path(settings.run_dir)
    run.mkdir(parents=True, exist_ok=True)
    config.save(settings, run / "config.yaml")
    demonstrations = Demonstrations(settings.data, settings.seed)
    resumed = checkpoint.latest(run, STAGE)
    model, processor = _start(settings, demonstrations, resumed)
    model.set_attn_implementation({"text_config": attention.NAME})
    engine = Engine(model, settings.optim, settings.steps)
    done = 0
    if resumed:
        tensors, state = checkpoint.load_state(resumed)
        done = int(state["step"])
        engine.restore(tensors, done)
        print(f"resuming from {resumed}", file=sys.stderr)

    log = MetricsLog(run, STAGE, keep_below=done)
    progress = ProgressLine("sft", settings.steps, done)
    for step in range(done, settings.steps):
        began = time.monotonic()
        samples = _batch(demonstrations, step, settings.batch, model, processor)
        loss = update(engine, samples, settings.max_tokens)
        norm = engine.step()
        tokens = sum(map(len, samples)) / (time.monotonic() - began)
        log.write(step, {"loss": loss, "grad_norm": norm, "lr": engine.lr, "tokens_per_second": tokens})
        progress.show(step + 1, loss=loss, grad=norm, **{"tokens/s": tokens})
        if (step + 1) % settings.save_every == 0 or step + 1 == settings.steps:
            name = checkpoint.checkpoint_name(STAGE, step + 1)
            checkpoint.save(run, name, model, processor, engine.tensors(), {"stage": STAGE, "step": step + 1})
            checkpoint.prune(run, settings.keep)
    log.close()
    model.save_pretrained(run / "model")
    processor.save_pretrained(run / "model")
    return run / "model"


def update(engine: Engine, samples: list[Sample], max_tokens: int) -> float:
    """Gather the gradient of the mean negative log-likelihood over all completion tokens; return that mean in nats."""
    total = sum(sample.completion_length for sample in samples)
    mean = 0.0
    for batch in pack(samples, max_tokens):
        logprobs, _ = token_logprobs(engine.model, batch.to(engine.model.device))
        loss = -logprobs.sum() / total
        engine.backward(loss)
        mean += float(loss.detach())
    return mean


def _start(settings: SFTConfig, demonstrations: Demonstrations, resumed: Path | None) -> tuple[Any, Any]:
    if resumed:
        return load_model(resumed)
    if settings.model:
        return load_model(settings.model)
    return scratch.build(settings.scratch, demonstrations.texts(settings.corpus))


def _batch(demonstrations: Demonstrations, step: int, size: int, model: Any, processor: Any) -> list[Sample]:
    tokenizer = getattr(processor, "tokenizer", processor)
    banned = chat.visual_token_ids(model.config)
    samples = []
    for index in range(step * size, (step + 1) * size):
        prompt, response = demonstrations[index]
        ids = [*tokenizer.encode(response, add_special_tokens=False), tokenizer.eos_token_id]
        samples.append(make_sample(chat.encode(prompt, model, processor), ids, banned))
    return samples


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m trainers.sft", description="Supervised warm start.")
    parser.add_argument("--config", type=Path, required=True, help="YAML recipe, such as configs/nano_base.yaml")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="settings that override the recipe's")
    options = parser.parse_args(arguments)
    try:
        model = train(config.load(SFTConfig, options.config, options.overrides))
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
