"""The states of torch's global random generators as flat named tensors, and back."""

from __future__ import annotations

import torch
from torch import Tensor

from trainers.checkpoint import CheckpointError


def rng_tensors() -> dict[str, Tensor]:
    """The states of torch's global random generators: CPU, and the current CUDA device once CUDA is in use."""
    tensors = {"rng.cpu": torch.get_rng_state()}
    if torch.cuda.is_initialized():
        tensors["rng.cuda"] = torch.cuda.get_rng_state()
    return tensors


def restore_rng(tensors: dict[str, Tensor]) -> None:
    """Put back what `rng_tensors` took; a CUDA state is passed over on a machine without CUDA.

    Args:
        tensors: As loaded; other names are passed over.

    Raises:
        CheckpointError: If the CPU generator's state is not among them.
    """
    if "rng.cpu" not in tensors:
        raise CheckpointError("the checkpoint has no random generator state (rng.cpu)")
    torch.set_rng_state(tensors["rng.cpu"])
    if "rng.cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["rng.cuda"])
