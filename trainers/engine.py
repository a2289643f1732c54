"""Engines turn losses into weights. What they have in common, and the plain PyTorch one.

An engine owns the optimiser, the learning-rate schedule and the gradient clipping, and nothing else. A training loop calls
it with packed batches, hands back each batch's loss and asks for a step; it never sees how weights, gradients and
optimiser states are spread over processes. A loss is this process's share of a sum over all processes, so whatever is
averaged over tokens has to be divided by the global count.

`PlainEngine` here keeps everything in every process and adds the gradients up; `trainers.deepspeed_engine` shards.
"""

from __future__ import annotations

import math
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
import torch.distributed as dist

from trainers import optimizer_state
from trainers.clipping import ClipConfig, Clipper
from trainers.mesh import Mesh
from trainers.packing import PackedBatch


@dataclass
class OptimConfig:
    """Optimiser settings.

    Attributes:
        lr: Peak learning rate of AdamW.
        warmup: Share of all steps in which the rate rises linearly from 0, in [0, 1).
        schedule: What follows: "constant", "linear" to 0, or "cosine" to 0.
        betas, eps, weight_decay: Of AdamW (arXiv 1711.05101). No decay on vectors (norms, biases). Over several processes
            decay also shrinks what a stage never uses, such as the vision tower in a stage of text: freeze it.
        clip: How gradients are clipped.
    """

    lr: float = 1e-4
    warmup: float = 0.03
    schedule: Literal["constant", "linear", "cosine"] = "constant"
    betas: tuple[float, float] = (0.9, 0.95)
    eps: float = 1e-8
    weight_decay: float = 0.0
    clip: ClipConfig = field(default_factory=ClipConfig)

    def __post_init__(self) -> None:
        if self.lr <= 0:
            raise ValueError(f"lr is {self.lr}; expected a number above 0")
        if not 0 <= self.warmup < 1:
            raise ValueError(f"warmup is {self.warmup}; expected a share of all steps, 0 <= warmup < 1")


_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass
class EngineConfig:
    """How training is spread over processes and memory.

    Attributes:
        zero: DeepSpeed's ZeRO stage (arXiv 1910.02054): 1 shards optimiser states, 2 gradients as well, 3 weights as well;
            0 is plain PyTorch.
        offload: Keep what ZeRO shards in CPU memory.
        ring: Processes that share each sequence by ring attention; divides the number of processes.
        device: "cpu" or "cuda"; `None` for CUDA where there is one.
        precision: "bfloat16" computes in bfloat16; weights that the optimiser changes are float32 either way.
        gradient_checkpointing: Keep each layer's input alone and compute the rest again on the way back.
        compile: Compile the decoder layers with torch.compile; not together with gradient checkpointing, inside of which
            torch would run them uncompiled.
    """

    zero: Literal[0, 1, 2, 3] = 0
    offload: bool = False
    ring: int = 1
    device: Literal["cpu", "cuda"] | None = None
    precision: Literal["float32", "bfloat16"] = "float32"
    gradient_checkpointing: bool = False
    compile: bool = False

    def __post_init__(self) -> None:
        if self.ring < 1:
            raise ValueError(f"ring is {self.ring}; expected the number of processes of a ring, at least 1")
        if self.offload and not self.zero:
            raise ValueError("offload is for ZeRO stages; set zero to 1, 2 or 3, or leave offload out")
        if self.compile and self.gradient_checkpointing:
            raise ValueError("compile has no effect with gradient_checkpointing; choose one of the two")
        if self.zero == 1 and self.precision == "bfloat16":
            raise ValueError("zero is 1 with precision bfloat16; use zero 2, which shards more and takes no longer")

    @property
    def dtype(self) -> torch.dtype:
        """What is computed in."""
        return _DTYPES[self.precision]


@dataclass(frozen=True)
class StepReport:
    """What became of an optimiser step.

    Attributes:
        norm: The gradient's 2-norm before clipping.
        threshold: The largest norm that clipping allowed.
        applied: False if the gradient was not finite, and the step was skipped.
    """

    norm: float
    threshold: float
    applied: bool


class Engine(ABC):
    """Optimiser steps for one module.

    Args:
        module: Called with packed batches; its `model` is the transformers model. Trained in place.
        config: Optimiser settings.
        total_steps: Optimiser steps of the whole training, for the schedule.
        mesh: The processes that take part.

    Attributes:
        steps: Optimiser steps behind it in the schedule, skipped ones included.
        has_masters: Whether the optimiser's weights are more precise than the model's.
    """

    has_masters = False

    def __init__(self, module: Any, config: OptimConfig, total_steps: int, mesh: Mesh):
        self.module = module
        self.config = config
        self.total_steps = total_steps
        self.mesh = mesh
        self.clipper = Clipper(config.clip)
        self.steps = 0

    @property
    def model(self) -> Any:
        """The transformers model in training; its weights may be sharded."""
        return self.module.model

    @property
    def lr(self) -> float:
        """The learning rate of the next step."""
        return self.config.lr * rate(self.steps, self.total_steps, self.config)

    def computing(self) -> AbstractContextManager[Any]:
        """A context in which the model computes in the engine's precision; sampling needs it, calls of the engine have it."""
        return nullcontext()

    def backward(self, loss: torch.Tensor, last: bool) -> None:
        """Add a loss's gradient to what has gathered since the last step.

        Args:
            loss: This process's share. If it is not finite, neither is its gradient, and the step will be skipped.
            last: Whether the step comes next.
        """
        self._backward(loss * (1 + 0 * loss.detach()), last)

    def step(self) -> StepReport:
        """Clip, update, forget the gradient. A gradient that is not finite is forgotten without an update."""
        norm = self._gradient_norm()
        applied = math.isfinite(norm)
        threshold = self.clipper.threshold(norm)
        if applied:
            self._update(norm, threshold)
        else:
            self._forget()
        self.steps += 1
        return StepReport(norm, threshold, applied)

    @abstractmethod
    def close(self) -> None:
        """Give back the memory of gradients and optimiser states; the engine is of no use afterwards."""

    @abstractmethod
    def __call__(self, batch: PackedBatch) -> Any:
        """The module's outputs."""

    @abstractmethod
    def _backward(self, loss: torch.Tensor, last: bool) -> None:
        """Add a loss's gradient to what has gathered since the last step."""

    @abstractmethod
    def whole_model(self) -> Any:
        """The model with all its weights in this process, to sample from and to save. Every process has to ask."""

    @abstractmethod
    def tensors(self) -> dict[str, torch.Tensor]:
        """The optimiser's state for a checkpoint, whole, whatever the sharding; at least on the main process.

        Every process has to ask.
        """

    @abstractmethod
    def weights(self) -> dict[str, torch.Tensor]:
        """The trained weights as the optimiser holds them, `param.<name>`, whole; for the rest see `tensors`."""

    @abstractmethod
    def restore(self, tensors: dict[str, torch.Tensor], steps: int) -> None:
        """Go on from a checkpoint taken after `steps` optimiser steps, by any engine on any number of processes.

        Args:
            tensors: What `tensors` gave, and what `weights` gave if that was saved.
            steps: Optimiser steps behind it.
        """

    @abstractmethod
    def _gradient_norm(self) -> float:
        """The 2-norm of the gradient, summed over all processes."""

    @abstractmethod
    def _update(self, norm: float, threshold: float) -> None:
        """Scale the gradient down to the threshold, change the weights, forget the gradient."""

    @abstractmethod
    def _forget(self) -> None:
        """Forget the gradient."""


class PlainEngine(Engine):
    """PyTorch alone: every process has everything, gradients are summed before the step.

    Args:
        dtype: What is computed in, under autocast; weights and optimiser states stay float32.
    """

    def __init__(
        self,
        module: Any,
        config: OptimConfig,
        total_steps: int,
        mesh: Mesh | None = None,
        dtype: torch.dtype = torch.float32,
    ):
        super().__init__(module, config, total_steps, mesh or Mesh())
        self.optimizer = adamw(module, config)
        self._dtype = dtype

    def computing(self) -> AbstractContextManager[Any]:
        return torch.autocast(self.mesh.device.type, self._dtype, enabled=self._dtype != torch.float32)

    def __call__(self, batch: PackedBatch) -> Any:
        with self.computing():
            return self.module(batch)

    def _backward(self, loss: torch.Tensor, last: bool) -> None:
        loss.backward()

    def whole_model(self) -> Any:
        return self.model

    def tensors(self) -> dict[str, torch.Tensor]:
        return optimizer_state.optimizer_tensors(self.optimizer, self.module)

    def weights(self) -> dict[str, torch.Tensor]:
        return {f"param.{name}": p.detach() for name, p in self.module.named_parameters() if p.requires_grad}

    def close(self) -> None:
        self._forget()
        self.optimizer.state.clear()

    @torch.no_grad()
    def restore(self, tensors: dict[str, torch.Tensor], steps: int) -> None:
        for name, weight in self.weights().items():
            if name in tensors:
                weight.copy_(tensors[name])
        optimizer_state.restore_optimizer(self.optimizer, self.module, tensors)
        self.steps = steps

    def _gradient_norm(self) -> float:
        if self.mesh.world > 1:
            for parameter in self._trained():
                if parameter.grad is None:  # of a part that this process did not use, such as a vision tower
                    parameter.grad = torch.zeros_like(parameter)
                dist.all_reduce(parameter.grad)
        return float(torch.nn.utils.get_total_norm(p.grad for p in self._trained() if p.grad is not None))

    def _update(self, norm: float, threshold: float) -> None:
        if norm > threshold:
            for parameter in self._trained():
                if parameter.grad is not None:
                    parameter.grad.mul_(threshold / norm)
        for group in self.optimizer.param_groups:
            group["lr"] = self.lr
        self.optimizer.step()
        self._forget()

    def _forget(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)

    def _trained(self) -> Iterator[torch.nn.Parameter]:
        return (parameter for group in self.optimizer.param_groups for parameter in group["params"])


def build(
    module: Any, config: OptimConfig, total_steps: int, mesh: Mesh, settings: EngineConfig | None = None
) -> Engine:
    """The engine that the settings ask for, the module on its device and prepared for training."""
    settings = settings or EngineConfig()
    if (
        mesh.device.type == "cpu"
    ):  # transformers imports DeepSpeed wherever it is installed, which then looks for a GPU, loudly
        os.environ.setdefault("DS_ACCELERATOR", "cpu")
    module.to(mesh.device)
    if settings.gradient_checkpointing:
        module.model.activation_checkpointing_enable(activation_checkpointing_kwargs={"use_reentrant": False})
    if settings.compile:
        for layer in module.model.get_decoder().layers:
            layer.compile(dynamic=True)
    if settings.zero:
        from trainers.deepspeed_engine import DeepSpeedEngine  # needs the extra `deepspeed`

        return DeepSpeedEngine(module, config, total_steps, mesh, settings)
    cast(module, settings.dtype, only_frozen=True)  # autocast would convert them anew for every token that is sampled
    return PlainEngine(module, config, total_steps, mesh, settings.dtype)


def adamw(module: torch.nn.Module, config: OptimConfig) -> torch.optim.AdamW:
    """AdamW over the parameters that require gradients, without decay on vectors."""
    parameters = [p for p in module.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW([g for g in groups if g["params"]], lr=config.lr, betas=config.betas, eps=config.eps)


def cast(module: torch.nn.Module, dtype: torch.dtype, only_frozen: bool = False) -> None:
    """Convert a module's parameters in place. Buffers stay: rotary frequencies rounded to bfloat16 are wrong positions."""
    for parameter in module.parameters():
        if not (only_frozen and parameter.requires_grad):
            parameter.data = parameter.data.to(dtype)


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
