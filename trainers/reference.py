"""The reference of a KL penalty: the policy as the stage found it. Used as a context, which gives something to score with."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import torch

from trainers import engine, lora
from trainers.engine import Engine
from trainers.logprobs import Actor


class Frozen:
    """A copy of its own.

    Args:
        actor: The copy.
        device: Where it scores.
        offload: Keep it in CPU memory between uses.
        dtype: What it is kept and computed in.
    """

    def __init__(self, actor: Actor, device: torch.device, offload: bool, dtype: torch.dtype = torch.float32):
        self.actor = actor.eval().requires_grad_(False)
        engine.cast(self.actor, dtype)
        self._device = device
        self._home = torch.device("cpu") if offload else device
        self.actor.to(self._home)

    def __enter__(self) -> Actor:
        return self.actor.to(self._device)

    def __exit__(self, *_: Any) -> None:
        self.actor.to(self._home)


class Shared:
    """The model in training with its adapters switched off; costs no memory.

    Args:
        trained: Engine of an actor with LoRA adapters.
    """

    def __init__(self, trained: Engine):
        self._engine = trained
        self._context = ExitStack()

    def __enter__(self) -> Engine:
        self._engine.module.eval()
        self._context.enter_context(lora.switched_off(self._engine.model))
        return self._engine

    def __exit__(self, *_: Any) -> None:
        self._context.close()
