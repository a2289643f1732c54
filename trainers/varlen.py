"""Attention of many sequences laid end to end, by the fastest kernel at hand.

Besides the differentiable `varlen_attention` there are its two halves, `forward` and `backward`, which ring attention calls
block by block: given the output and log-sum-exp over all blocks of keys, `backward` yields one block's share of the gradients.
Queries are [Tq, H, D], keys and values [Tk, Hkv, D] with H a multiple of Hkv (grouped-query attention).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Protocol

import torch
from torch.nn.functional import pad

#: Sequences share a batch on the CPU if they differ in length by less than this.
_WASTE = 0.1


@dataclass(frozen=True)
class Segments:
    """Which rows of keys belong to which rows of queries: segment i of one attends to segment i of the other.

    Attributes:
        cu_q, cu_k: int32 [S + 1], where each segment begins, and the end; on the tensors' device.
        max_q, max_k: Rows of the longest segment.
        causal: Whether a query sees keys up to its own place alone; needs segments of equal lengths.
    """

    cu_q: torch.Tensor
    cu_k: torch.Tensor
    max_q: int
    max_k: int
    causal: bool


class Kernel(Protocol):
    """One implementation of both halves."""

    def forward(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, segments: Segments, scale: float
    ) -> tuple[torch.Tensor, torch.Tensor]: ...

    def backward(
        self, grad: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, out: torch.Tensor,
        lse: torch.Tensor, segments: Segments, scale: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]: ...  # fmt: skip


def varlen_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, segments: Segments, scale: float | None = None
) -> torch.Tensor:
    """Attention within each segment, [Tq, H, D]; differentiable.

    Args:
        q: [Tq, H, D].
        k, v: [Tk, Hkv, D].
        segments: What attends to what.
        scale: Factor of the scores; `None` for 1/sqrt(D).
    """
    return _Varlen.apply(q, k, v, segments, q.shape[-1] ** -0.5 if scale is None else scale)


def forward(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, segments: Segments, scale: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Output [Tq, H, D], and log-sum-exp of each query's scores, float32 [H, Tq]; 0 and -inf for a query without keys."""
    if not len(q) or not len(k):
        return torch.zeros_like(q), q.new_full((q.shape[1], len(q)), -torch.inf, dtype=torch.float32)
    return _kernel(q).forward(q, k, v, segments, scale)


def backward(
    grad: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, out: torch.Tensor, lse: torch.Tensor,
    segments: Segments, scale: float,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # fmt: skip
    """Gradients of q, k and v by these keys, given output and log-sum-exp over all keys that the queries saw anywhere."""
    if not len(q) or not len(k):
        return torch.zeros_like(q), torch.zeros_like(k), torch.zeros_like(v)
    return _kernel(q).backward(grad, q, k, v, out, lse, segments, scale)


class _Varlen(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, q: Any, k: Any, v: Any, segments: Segments, scale: float) -> torch.Tensor:
        out, lse = forward(q, k, v, segments, scale)
        ctx.save_for_backward(q, k, v, out, lse)
        ctx.segments, ctx.scale = segments, scale
        return out

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[Any, ...]:
        q, k, v, out, lse = ctx.saved_tensors
        return *backward(grad.contiguous(), q, k, v, out, lse, ctx.segments, ctx.scale), None, None


@cache
def installed(package: str) -> bool:
    """Whether a package is there; looked up once, since attention asks in every layer."""
    return importlib.util.find_spec(package) is not None


def _kernel(q: torch.Tensor) -> Kernel:
    """The fastest kernel for a tensor's device and precision."""
    if q.is_cuda and q.dtype in (torch.float16, torch.bfloat16):
        return _FlashPackage() if installed("flash_attn") else _TorchCUDA()
    return _TorchCPU() if q.device.type == "cpu" else _Plain()


class _FlashPackage:
    """The package flash-attn, arXiv 2307.08691."""

    def forward(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, segments: Segments, scale: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        from flash_attn.flash_attn_interface import _flash_attn_varlen_forward

        s = segments
        out, lse, *_ = _flash_attn_varlen_forward(
            q, k, v, s.cu_q, s.cu_k, s.max_q, s.max_k, dropout_p=0.0, softmax_scale=scale, causal=s.causal
        )
        return out, _seen(lse, s)

    def backward(
        self, grad: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, out: torch.Tensor,
        lse: torch.Tensor, segments: Segments, scale: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # fmt: skip
        from flash_attn.flash_attn_interface import _flash_attn_varlen_backward

        s, gradients = segments, (torch.zeros_like(q), torch.zeros_like(k), torch.zeros_like(v))
        _flash_attn_varlen_backward(
            grad, q, k, v, out, lse, *gradients, s.cu_q, s.cu_k, s.max_q, s.max_k, dropout_p=0.0, softmax_scale=scale,
            causal=s.causal, window_size_left=-1, window_size_right=-1, softcap=0.0, alibi_slopes=None,
            deterministic=False,
        )  # fmt: skip
        return gradients


class _TorchCUDA:
    """The flash kernel inside torch, for variable lengths."""

    def forward(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, segments: Segments, scale: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        s = segments
        out, lse, *_ = torch.ops.aten._flash_attention_forward(
            q, k, v, s.cu_q, s.cu_k, s.max_q, s.max_k, 0.0, s.causal, False, scale=scale
        )
        return out, _seen(lse, s)

    def backward(
        self, grad: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, out: torch.Tensor,
        lse: torch.Tensor, segments: Segments, scale: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # fmt: skip
        s = segments
        no_dropout, unused = torch.zeros(2, dtype=torch.uint64, device=q.device), torch.empty(0, device=q.device)
        return torch.ops.aten._flash_attention_backward(
            grad, q, k, v, out, lse, s.cu_q, s.cu_k, s.max_q, s.max_k, 0.0, s.causal, no_dropout, unused, scale=scale
        )


class _TorchCPU:
    """The flash kernel inside torch for the CPU, which takes batches [n, H, L, D]: segments of similar length share one.

    Shorter causal segments are filled up on the right with whatever rows follow. Those come after all true queries, so no
    true query sees them as keys; as queries they are thrown away, and take part in no gradient.
    """

    def forward(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, segments: Segments, scale: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        out, lse = torch.zeros_like(q), q.new_full((q.shape[1], len(q)), -torch.inf, dtype=torch.float32)
        for batch in _batches(segments):
            some, its_lse = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
                batch.queries(q), *batch.keys(k, v, q.shape[1]), 0.0, segments.causal, scale=scale
            )
            out[batch.true_q] = some.transpose(1, 2)[batch.is_true]
            lse[:, batch.true_q] = its_lse.transpose(1, 2)[batch.is_true].T.float()
        return out, lse

    def backward(
        self, grad: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, out: torch.Tensor,
        lse: torch.Tensor, segments: Segments, scale: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # fmt: skip
        gradients = torch.zeros_like(q), torch.zeros_like(k), torch.zeros_like(v)
        for batch in _batches(segments):
            filled = ~batch.is_true[:, None, :]  # [n, 1, L]
            dq, dk, dv = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward(
                batch.queries(grad).masked_fill(filled[..., None], 0),
                batch.queries(q),
                *batch.keys(k, v, q.shape[1]),
                batch.queries(out),
                lse.T[batch.q].transpose(1, 2).masked_fill(filled, torch.inf).to(lse.dtype),
                0.0,
                segments.causal,
                scale=scale,
            )
            gradients[0][batch.true_q] = dq.transpose(1, 2)[batch.is_true]
            for whole, part in zip(gradients[1:], (dk, dv), strict=True):
                per_head = part.transpose(1, 2)  # [n, L, H, D]
                grouped = per_head.unflatten(2, (k.shape[1], -1)).sum(3)
                whole[batch.true_k] = grouped[batch.is_true if segments.causal else ...].reshape(-1, *k.shape[1:])
        return gradients


class _Plain:
    """Scores written out, segment by segment: for devices and precisions without a kernel."""

    def forward(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, segments: Segments, scale: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        out, lse = torch.zeros_like(q), q.new_full((q.shape[1], len(q)), -torch.inf, dtype=torch.float32)
        for rows, columns in _spans(segments):
            scores = self._scores(q[rows], k[columns], segments.causal, scale)
            lse[:, rows] = scores.logsumexp(-1).float()
            values = v[columns].repeat_interleave(q.shape[1] // v.shape[1], 1)
            out[rows] = torch.einsum("hqk,khd->qhd", scores.softmax(-1).to(v.dtype), values)
        return out, lse

    def backward(
        self, grad: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, out: torch.Tensor,
        lse: torch.Tensor, segments: Segments, scale: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # fmt: skip
        dq, dk, dv = torch.zeros_like(q), torch.zeros_like(k), torch.zeros_like(v)
        group = q.shape[1] // k.shape[1]
        for rows, columns in _spans(segments):
            keys, values = (x[columns].repeat_interleave(group, 1) for x in (k, v))
            shares = (self._scores(q[rows], k[columns], segments.causal, scale) - lse[:, rows, None]).exp().to(q.dtype)
            slopes = torch.einsum("qhd,khd->hqk", grad[rows], values)
            slopes = shares * (slopes - (grad[rows] * out[rows]).sum(-1).T[..., None]) * scale
            dq[rows] = torch.einsum("hqk,khd->qhd", slopes, keys)
            dk[columns] = torch.einsum("hqk,qhd->khd", slopes, q[rows]).unflatten(1, (-1, group)).sum(2)
            dv[columns] = torch.einsum("hqk,qhd->khd", shares, grad[rows]).unflatten(1, (-1, group)).sum(2)
        return dq, dk, dv

    def _scores(self, q: torch.Tensor, k: torch.Tensor, causal: bool, scale: float) -> torch.Tensor:
        """float32 [H, Lq, Lk]."""
        scores = torch.einsum("qhd,khd->hqk", q, k.repeat_interleave(q.shape[1] // k.shape[1], 1)).float() * scale
        if causal:
            scores = scores.masked_fill(torch.ones_like(scores[0], dtype=torch.bool).triu(1), -torch.inf)
        return scores


@dataclass(frozen=True)
class _Batch:
    """Segments that go through a kernel together.

    Attributes:
        q, k: int64 [n, L], rows of each segment.
        is_true: bool [n, L], which rows of `q` are the segment's own.
        true_q, true_k: Rows of all segments without what was filled up, in the order of the batch.
    """

    q: torch.Tensor
    k: torch.Tensor
    is_true: torch.Tensor
    true_q: torch.Tensor
    true_k: torch.Tensor

    def queries(self, x: torch.Tensor) -> torch.Tensor:
        """[Tq, H, D] as [n, H, L, D]."""
        return x[self.q].transpose(1, 2)

    def keys(self, k: torch.Tensor, v: torch.Tensor, heads: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Two of [Tk, Hkv, D] as [n, H, L, D], every head repeated for its group of queries."""
        group = heads // k.shape[1]
        return k[self.k].transpose(1, 2).repeat_interleave(group, 1), v[self.k].transpose(1, 2).repeat_interleave(
            group, 1
        )


def _batches(segments: Segments) -> Iterator[_Batch]:
    """Segments by length: equal ones, or similar ones if they are causal."""
    starts_q, starts_k = segments.cu_q.long(), segments.cu_k.long()
    lengths = list(zip(starts_q.diff().tolist(), starts_k.diff().tolist(), strict=True))
    order = sorted((i for i, (lq, lk) in enumerate(lengths) if lq and lk), key=lambda i: lengths[i], reverse=True)
    while order:
        longest = lengths[order[0]]
        together = [i for i in order if _similar(lengths[i], longest, segments.causal)]
        order = order[len(together) :]
        chosen = torch.tensor(together)
        length = torch.tensor([lengths[i][0] for i in together])
        is_true = torch.arange(longest[0]) < length[:, None]
        q = (starts_q[chosen, None] + torch.arange(longest[0])).clamp(max=int(starts_q[-1]) - 1)
        k = (starts_k[chosen, None] + torch.arange(longest[1])).clamp(max=int(starts_k[-1]) - 1)
        yield _Batch(q, k, is_true, q[is_true], k[is_true] if segments.causal else k.flatten())


def _similar(lengths: tuple[int, int], longest: tuple[int, int], causal: bool) -> bool:
    return lengths[0] >= (1 - _WASTE) * longest[0] if causal else lengths == longest


def _spans(segments: Segments) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of each segment that has both."""
    for (first_q, end_q), (first_k, end_k) in zip(
        pairwise(segments.cu_q.tolist()), pairwise(segments.cu_k.tolist()), strict=True
    ):
        if end_q > first_q and end_k > first_k:
            yield slice(first_q, end_q), slice(first_k, end_k)


def _seen(lse: torch.Tensor, segments: Segments) -> torch.Tensor:
    """Log-sum-exps with -inf for queries that have no keys, where CUDA kernels say +inf."""
    if segments.causal:
        return lse
    alone = (segments.cu_k.diff() == 0).repeat_interleave(segments.cu_q.diff())
    return lse.masked_fill(pad(alone, (0, lse.shape[-1] - len(alone))), -torch.inf)
