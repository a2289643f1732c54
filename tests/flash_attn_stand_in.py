"""The two functions of the package flash-attn that ring-flash-attn calls, on the CPU: for tests of code that calls the latter.

flash-attn itself needs a GPU to be built and to run. The signatures are those of its version 2.8.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from trainers import varlen
from trainers.varlen import Segments


def _flash_attn_varlen_forward(
    q: Any, k: Any, v: Any, cu_seqlens_q: Any, cu_seqlens_k: Any, max_seqlen_q: Any, max_seqlen_k: Any, dropout_p: Any,
    softmax_scale: Any, causal: Any, window_size_left: int = -1, window_size_right: int = -1, softcap: float = 0.0,
    alibi_slopes: Any = None, return_softmax: bool = False, block_table: Any = None, leftpad_k: Any = None,
    seqused_k: Any = None, zero_tensors: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    segments = Segments(cu_seqlens_q, cu_seqlens_k, int(max_seqlen_q), int(max_seqlen_k), causal)
    return *varlen.forward(q, k, v, segments, softmax_scale), None, None


def _flash_attn_varlen_backward(
    dout: Any, q: Any, k: Any, v: Any, out: Any, softmax_lse: Any, dq: Any, dk: Any, dv: Any, cu_seqlens_q: Any,
    cu_seqlens_k: Any, max_seqlen_q: Any, max_seqlen_k: Any, dropout_p: Any, softmax_scale: Any, causal: Any,
    window_size_left: int, window_size_right: int, softcap: float, alibi_slopes: Any, deterministic: bool,
    rng_state: Any = None, zero_tensors: bool = False,
) -> None:  # fmt: skip
    segments = Segments(cu_seqlens_q, cu_seqlens_k, int(max_seqlen_q), int(max_seqlen_k), causal)
    gradients = varlen.backward(dout, q, k, v, out.to(q.dtype), softmax_lse.contiguous(), segments, softmax_scale)
    for place, gradient in zip((dq, dk, dv), gradients, strict=True):
        place.copy_(gradient)


def _elsewhere(*_: Any, **__: Any) -> None:
    raise NotImplementedError("the stand-in for flash-attn has variable lengths alone")


@contextmanager
def installed() -> Iterator[None]:
    """Let `import flash_attn` find the stand-in."""
    names = ("flash_attn", "flash_attn.flash_attn_interface")
    package, interface = (ModuleType(name) for name in names)
    package.__spec__ = ModuleSpec("flash_attn", None)
    package.__version__ = "2.8.3"  # type: ignore[attr-defined]
    for function in (_flash_attn_varlen_forward, _flash_attn_varlen_backward):
        setattr(interface, function.__name__, function)
    for name in ("_flash_attn_forward", "_flash_attn_backward"):
        setattr(interface, name, _elsewhere)
    before = {name: sys.modules.get(name) for name in names}
    sys.modules |= dict(zip(names, (package, interface), strict=True))
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
