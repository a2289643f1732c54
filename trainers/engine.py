"""The engine that turns losses into weights: one process, plain PyTorch.

It owns the optimiser and the learning-rate schedule and nothing else; training loops call `backward` for each packed
batch and `step` once they are through.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import torch

from trainers import checkpoint


@dataclass
class OptimConfig:
    """Optimiser settings.

    Attributes:
        lr: Peak learning rate of AdamW.
        warmup: Share of all steps in which the rate rises linearly from 0, in [0, 1).
        schedule: What follows: "constant", "linear" to 0, or "cosine" to 0.
        betas, eps, weight_decay: Of AdamW (arXiv 1711.05101). No decay on vectors (norms, biases).
        max_grad_norm: Gradients with a larger 2-norm are scaled down to it.
    """

    lr: float = 1e-4
    warmup: float = 0.03
    schedule: Literal["constant", "linear", "cosine"] = "constant"
    betas: tuple[float, float] = (0.9, 0.95)
    eps: float = 1e-8
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0

    def __post_init__(self) -> None:
        if self.lr <= 0:
            raise ValueError(f"lr is {self.lr}; expected a number above 0")
        if not 0 <= self.warmup < 1:
            raise ValueError(f"warmup is {self.warmup}; expected a share of all steps, 0 <= warmup < 1")


class Engine:
    """Optimiser steps for one model in one process.

    Args:
        model: Trained in place.
        config: Optimiser settings.
        total_steps: Optimiser steps of the whole training, for the schedule.

    Attributes:
        steps: Optimiser steps taken so far.
    """

    def __init__(self, model: Any, config: OptimConfig, total_steps: int):
        self.model = model
        self.config = config
        parameters = [p for p in model.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": config.weight_decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=config.lr, betas=config.betas, eps=config.eps)
        self.total_steps = total_steps
        self.steps = 0

    def backward(self, loss: torch.Tensor) -> None:
        """Add a loss's gradient to what has gathered since the last step."""
        loss.backward()

    def step(self) -> float:
        """Clip, update, forget the gradient; return its norm before clipping. A non-finite gradient changes nothing."""
        norm = float(torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.max_grad_norm))
        for group in self.optimizer.param_groups:
            group["lr"] = self.lr
        if math.isfinite(norm):
            self.optimizer.step()
        self.steps += 1
        self.optimizer.zero_grad(set_to_none=True)
        return norm

    @property
    def lr(self) -> float:
        """The learning rate of the next step."""
        return self.config.lr * rate(self.steps, self.total_steps, self.config)

    def tensors(self) -> dict[str, torch.Tensor]:
        """The optimiser's state for a checkpoint."""
        return checkpoint.optimizer_tensors(self.optimizer, self.model)

    def restore(self, tensors: dict[str, torch.Tensor], steps: int) -> None:
        """Go on from a checkpoint taken after `steps` optimiser steps."""
        checkpoint.restore_optimizer(self.optimizer, self.model, tensors)
        self.steps = steps


def rate(step: int, total: int, config: OptimConfig) -> float:
    """The factor on the learning rate at a step counted from 0."""
    warmup = round(config.warmup * total)
    if step < warmup:
        return (step + 1) / (warmup + 1)
    progress = min(1.0, (step - warmup) / max(1, total - warmup))
    match config.schedule:
        case "constant":
            return 1.0
        case "linear":
            return 1.0 - progress
        case "cosine":
            return 0.5 * (1 + math.cos(math.pi * progress))
