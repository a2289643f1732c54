"""A few optimiser steps on fixed samples, for tests that compare engines and rings: run in every process of a mesh."""

from __future__ import annotations

import gc
import warnings
from typing import Any

import numpy as np
import torch
from conftest import BUILDERS

from agents import chat
from agents.policy import Prompt
from trainers import attention, deepspeed_engine, engine
from trainers.dealing import Dealer
from trainers.engine import EngineConfig, OptimConfig
from trainers.logprobs import Actor, hidden_states, token_logprobs
from trainers.loss import OBJECTIVES, Clip, Tokens
from trainers.mesh import launch
from trainers.packing import Sample, make_sample
from trainers.stage import LossConfig, StageConfig, TaskConfig
from trainers.update import Updater

STEPS = 4


def samples(model: Any, processor: Any, text_only_from: int = 5, count: int = 9) -> list[Sample]:
    """Prompts with none, one or two pictures, and text alone at the end, so that some processes have nothing to look at."""
    rng = np.random.default_rng(0)
    sees = hasattr(processor, "image_processor")
    made = []
    for number in range(count):
        shots = (
            ()
            if number >= text_only_from or not sees
            else tuple(
                rng.integers(0, 256, (int(rng.integers(2, 5)) * 16, 48, 3), dtype=np.uint8) for _ in range(number % 3)
            )
        )
        encoded = chat.encode(
            Prompt(f"problem {number}: {'word ' * int(rng.integers(1, 12))}", shots), model, processor
        )
        length = int(rng.integers(1, 60))
        figures = {
            "advantages": rng.normal(size=length).tolist(),
            "sampler_logprobs": rng.normal(-6, 0.3, size=length).tolist(),
        }
        banned = chat.visual_token_ids(model.config)
        made.append(make_sample(encoded, rng.integers(10, 250, length).tolist(), banned, figures, f"sample {number}"))
    return made


def train(
    family: str,
    settings: dict[str, Any],
    loss: dict[str, Any] | None = None,
    resume: dict[str, torch.Tensor] | None = None,
    steps: int = STEPS,
    max_tokens: int = 200,
) -> dict[str, Any]:
    """Train a tiny model for a few steps; losses, norms, final weights and the trainer's state, the same on all ranks."""
    torch.set_num_threads(1)
    config = EngineConfig(device="cpu", **settings)
    mesh = launch(config.ring, "cpu")
    model, processor = BUILDERS[family]()
    attention.attach(model)
    if resume:
        model.load_state_dict(resume["model"])
    optim = OptimConfig(lr=1e-3, warmup=0.0, weight_decay=0.01)
    trained = engine.build(Actor(model), optim, 2 * STEPS, mesh, config)
    if resume:
        trained.restore(resume["state"], resume["steps"])
    updater = Updater(_stage(loss), trained, None, Dealer(model, mesh, max_tokens))
    batch = samples(BUILDERS[family]()[0], processor)
    seen = [updater.update(batch, [step]) for step in range(steps)]
    return {
        "loss": [metrics["loss"] for metrics in seen],
        "norm": [metrics["grad_norm"] for metrics in seen],
        "model": {name: tensor.clone() for name, tensor in trained.whole_model().state_dict().items()},
        "state": {**trained.tensors(), **(trained.weights() if trained.has_masters else {})},
        "steps": trained.steps,
    }


def _stage(loss: dict[str, Any] | None = None) -> StageConfig:
    return StageConfig("stage", [TaskConfig("LMMR1/TextMath-v0")], max_tokens=64, loss=LossConfig(**(loss or {})))


def train_in_pieces(family: str, settings: dict[str, Any]) -> dict[str, Any]:
    """`train` with every weight freed after use, however small, where DeepSpeed would leave weights of a tiny model be."""
    whole = deepspeed_engine._settings

    def eager(config: EngineConfig) -> dict[str, Any]:
        made = whole(config)
        limits = ("stage3_param_persistence_threshold", "stage3_prefetch_bucket_size", "stage3_max_live_parameters")
        made["zero_optimization"] |= dict.fromkeys(limits, 1)
        return made

    deepspeed_engine._settings = eager
    return train(family, settings)


def left_behind(family: str, settings: dict[str, Any]) -> tuple[int, int]:
    """Bytes of tensors that a closed engine leaves behind, and bytes of the model's weights in float32."""
    torch.set_num_threads(1)
    mesh = launch(1, "cpu")
    model, processor = BUILDERS[family]()
    weights = 4 * sum(parameter.numel() for parameter in model.parameters())
    attention.attach(model)
    batch = samples(model, processor)
    before = _tensor_bytes()
    trained = engine.build(Actor(model), OptimConfig(), STEPS, mesh, EngineConfig(device="cpu", **settings))
    Updater(_stage(), trained, None, Dealer(model, mesh, 200)).update(batch, [0])
    trained.close()
    del trained, model
    return _tensor_bytes() - before, weights


def _tensor_bytes() -> int:
    gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # looking at everything wakes what is deprecated
        tensors = [thing for thing in gc.get_objects() if issubclass(type(thing), torch.Tensor) and not thing.is_meta]
    storages = {tensor.untyped_storage()._cdata: tensor.untyped_storage().nbytes() for tensor in tensors}
    return sum(storages.values())


def one_sees(family: str, settings: dict[str, Any]) -> dict[str, Any]:
    """A step on two rows of which one alone has a picture: what this process's row held, and the step's loss and norm."""
    torch.set_num_threads(1)
    mesh = launch(1, "cpu")
    model, processor = BUILDERS[family]()
    attention.attach(model)
    trained = engine.build(Actor(model), OptimConfig(), STEPS, mesh, EngineConfig(device="cpu", **settings))
    everything = samples(BUILDERS[family]()[0], processor)
    sees = next(sample for sample in everything if sample.pictures)
    reads = next(sample for sample in everything if not sample.pictures)
    dealer = Dealer(model, mesh, max_tokens=1)  # a row for each sample
    held = [[bool([sees, reads][i].pictures) for i in row.indices] for row in dealer.rows([sees, reads])]
    metrics = Updater(_stage(), trained, None, dealer).update([sees, reads], [0])
    return {"held": held, "loss": metrics["loss"], "norm": metrics["grad_norm"]}


def gradients(family: str, ring: int) -> dict[str, Any]:
    """One packed row, whole or shared by a ring: hidden states, log-probabilities, loss and every parameter's gradient."""
    torch.set_num_threads(1)
    mesh = launch(ring, "cpu")
    model, processor = BUILDERS[family]()
    attention.attach(model)
    row = next(Dealer(model, mesh, 10_000).rows(samples(model, processor)))
    batch = row.batch
    hidden = hidden_states(model, batch)
    logprobs, entropy = token_logprobs(model, batch, temperature=0.9)
    figures = batch.per_token
    lengths = batch.completions
    tokens = Tokens(
        logprobs, figures["sampler_logprobs"], figures["advantages"], batch.sample_of, lengths, mesh.ring_sum
    )
    losses = sum(OBJECTIVES[name](tokens, Clip())[0] for name in ("clipped_surrogate", "gspo"))
    loss = (losses + 0.01 * entropy).sum() / int(lengths.sum())
    loss.backward()
    places = torch.arange(len(batch.is_picture)) if batch.ring is None else batch.ring.layout.indices(mesh.rank)
    shares = mesh.gather(
        (places, hidden.detach(), batch.sample_of, batch.place_of, logprobs.detach(), float(loss.detach()))
    )
    order = torch.cat([share[0] for share in shares]).argsort()
    scored = {
        (int(s), int(p)): float(v) for _, _, of, at, values, _ in shares for s, p, v in zip(of, at, values, strict=True)
    }
    gradient = {}
    for name, parameter in model.named_parameters():
        total = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.clone()
        gradient[name] = mesh.ring_sum(total)
    return {
        "hidden": torch.cat([share[1] for share in shares])[order],
        "logprobs": torch.tensor([scored[key] for key in sorted(scored)]),
        "loss": sum(share[5] for share in shares),
        "gradient": gradient,
        "tokens": [len(share[0]) for share in shares],
    }
