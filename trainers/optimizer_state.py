"""An optimiser's state as flat named tensors, and back: what a checkpoint's `tensors.safetensors` holds of it.

Knows AdamW, SGD and whatever else keeps plain tensors; options such as the learning rate are not state.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainers.checkpoint import CheckpointError

#: Optimiser states that have the shape of their parameter.
_PARAMETER_SHAPED = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer")


def optimizer_tensors(optimizer: torch.optim.Optimizer, model: torch.nn.Module) -> dict[str, Tensor]:
    """An optimiser's state as flat tensors named `optim.<parameter>.<key>`, such as `optim.lm_head.weight.exp_avg`.

    Options such as the learning rate are not state: they come from the configuration.

    Args:
        optimizer: An optimiser over parameters of `model`.
        model: Names the parameters.

    Raises:
        CheckpointError: If a parameter is not the model's, or a state is not a tensor.
    """
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    tensors = {}
    for parameter, entries in optimizer.state.items():
        name = names.get(id(parameter))
        if name is None:
            raise CheckpointError(f"the optimiser has a parameter {list(parameter.shape)} that is not the model's")
        for key, value in entries.items():
            if isinstance(value, Tensor):
                tensors[f"optim.{name}.{key}"] = value
            elif value is not None:
                raise CheckpointError(f"optimiser state {key} of {name} is a {type(value).__name__}, not a tensor")
    return tensors


def restore_optimizer(optimizer: torch.optim.Optimizer, model: torch.nn.Module, tensors: dict[str, Tensor]) -> None:
    """Put back what `optimizer_tensors` took, bit by bit; state the optimiser had before is dropped.

    Args:
        optimizer: A fresh optimiser over parameters of `model`.
        model: A model with the same parameter names.
        tensors: As loaded; names that do not begin with `optim.` are passed over.

    Raises:
        CheckpointError: If a tensor belongs to no parameter of the optimiser, or has another shape.
    """
    parameters = dict(model.named_parameters())
    groups = {id(parameter): group for group in optimizer.param_groups for parameter in group["params"]}
    restored: dict[Tensor, dict[str, Tensor]] = {}
    for full, tensor in tensors.items():
        if not full.startswith("optim."):
            continue
        name, _, key = full.removeprefix("optim.").rpartition(".")
        parameter = parameters.get(name)
        if parameter is None or id(parameter) not in groups:
            raise CheckpointError(f"the checkpoint has optimiser state for {name!r}, which this run does not train")
        if key in _PARAMETER_SHAPED and tensor.shape != parameter.shape:
            shapes = f"{list(tensor.shape)}, the parameter {list(parameter.shape)}"
            raise CheckpointError(f"optimiser state {full} has shape {shapes}: the checkpoint is of another model")
        group = groups[id(parameter)]
        on_host = key == "step" and not (group.get("capturable") or group.get("fused"))
        device = torch.device("cpu") if on_host else parameter.device
        restored.setdefault(parameter, {})[key] = tensor.to(device, copy=True)
    optimizer.state.clear()
    optimizer.state.update(restored)
