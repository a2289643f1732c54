"""Ring attention by the package ring-flash-attn, for CUDA GPUs with the package flash-attn.

Its zig-zag for packed rows deals a sequence's pieces as `trainers.ring_attention` does, but wants them equally long.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import cache
from types import ModuleType
from typing import Any

import torch

from trainers.varlen import installed

_NAME = "ring_flash_attn"


def serves(q: torch.Tensor, even: bool) -> bool:
    """Whether the package can and should compute a row.

    Args:
        q: The row's queries.
        even: Whether all pieces of a sequence are equally long, in every sequence.
    """
    suits = even and q.is_cuda and q.dtype in (torch.float16, torch.bfloat16)
    return suits and installed("flash_attn") and installed(_NAME)


def attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, cu_seqlens: torch.Tensor, size: int, group: Any, scale: float
) -> torch.Tensor:
    """Causal attention within each sequence for this rank's queries, [T, H, D]; differentiable.

    Args:
        q, k, v: This rank's, [T, H, D] and twice [T, Hkv, D], for each sequence the early piece and then the late one.
        cu_seqlens: int [S + 1], where each sequence of the whole row begins, and the row's end.
        size: Ranks of the ring.
        group: Its process group.
        scale: Factor of the scores.
    """
    held = (cu_seqlens // size).to(q.device, torch.int32)
    longest = int(held.diff().max())
    return _zigzag().zigzag_ring_flash_attn_varlen_func(
        q, k, v, held, longest, softmax_scale=scale, causal=True, group=group
    )


@cache
def _zigzag() -> ModuleType:
    """The package's module for zig-zag rows, without its `__init__`, which also imports an adapter for transformers 4."""
    spec = importlib.util.find_spec(_NAME)
    assert spec is not None
    sys.modules[_NAME] = importlib.util.module_from_spec(spec)
    try:
        return importlib.import_module(f"{_NAME}.zigzag_ring_flash_attn_varlen")
    finally:
        del sys.modules[_NAME]
