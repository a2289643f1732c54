"""Exact causal attention over a packed row that is shared by a ring of processes (Ring Attention, arXiv 2310.01889).

Every sequence is cut into 2N pieces for N ranks, and rank r holds pieces r and 2N - 1 - r: one early, one late, so that causal
work is the same for all (zig-zag). Keys and values travel once around the ring. What a rank sees of another's is never a
triangle: of a rank before it all its queries see the early halves of the keys, of a rank behind it only its late queries see,
and they see everything. Each block's result is merged by its log-sum-exp in float32.

The package ring-flash-attn does the same where all pieces of a sequence are equally long; `trainers.ring_package` uses it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
import torch.distributed as dist

from trainers import ring_package, varlen
from trainers.varlen import Segments


class RingLayout:
    """How a packed row is spread over a ring of two or more. The same on every rank, without a message.

    Pieces of a sequence differ in length by at most one token. Which pieces are the longer ones moves on from sequence to
    sequence, so that many short sequences don't all leave their odd tokens with the same rank; a sequence of fewer than 2N
    tokens leaves some pieces empty.

    Args:
        cu_seqlens: int [S + 1], where each sequence begins, and the row's end.
        size: Ranks of the ring, N.

    Attributes:
        even: Whether all pieces of a sequence are equally long, in every sequence.
    """

    def __init__(self, cu_seqlens: torch.Tensor, size: int):
        self.size = size
        starts = cu_seqlens.cpu().long()
        lengths = starts.diff()
        pieces = 2 * size
        extra = lengths % pieces  # tokens left over when all pieces are equally long
        first = torch.cat([extra.new_zeros(1), extra.cumsum(0)[:-1]]) % pieces  # piece that gets the first of them
        turn = (torch.arange(pieces) - first[:, None]) % pieces
        sizes = lengths[:, None] // pieces + (turn < extra[:, None])  # [S, 2N]
        self.cu_seqlens = cu_seqlens
        self.even = not bool(extra.any())
        self._sizes = sizes
        self._starts = starts[:-1, None] + sizes.cumsum(1) - sizes  # [S, 2N]

    def indices(self, rank: int) -> torch.Tensor:
        """Tokens that a rank holds, int64 [T of the rank]: places in the row, in the order in which the rank holds them."""
        return torch.cat([torch.arange(0), *(torch.arange(a, a + n) for a, n in self._pieces(rank))])

    def lengths(self, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Tokens of the early and of the late piece of every sequence, int64 [S] each."""
        return self._sizes[:, rank], self._sizes[:, 2 * self.size - 1 - rank]

    def tokens(self, rank: int) -> int:
        """How many tokens a rank holds."""
        return int(sum(part.sum() for part in self.lengths(rank)))

    def is_late(self, rank: int) -> torch.Tensor:
        """Which of a rank's tokens belong to late pieces, bool [T of the rank]."""
        both = torch.stack(self.lengths(rank), dim=1).flatten()
        return torch.tensor([False, True]).repeat(len(self._sizes)).repeat_interleave(both)

    def _pieces(self, rank: int) -> list[tuple[int, int]]:
        """Start and length of a rank's pieces, sequence after sequence."""
        columns = [rank, 2 * self.size - 1 - rank]
        pairs = torch.stack([self._starts[:, columns], self._sizes[:, columns]], dim=-1).flatten(0, 1)
        return [(start, length) for start, length in pairs.tolist() if length]


@dataclass(frozen=True)
class Block:
    """What one rank's queries have to do with one rank's keys.

    Attributes:
        rows: Which of the queries see any of the keys.
        columns: Which of the keys they see.
        segments: The same, sequence by sequence.
    """

    rows: torch.Tensor | slice
    columns: torch.Tensor | slice
    segments: Segments


@dataclass(frozen=True, eq=False)
class RingContext:
    """One rank's view of a shared row, handed to the attention layers through the model's forward pass.

    Attributes:
        layout: Who holds what.
        rank: Of this process within the ring.
        group: The ring's process group.
    """

    layout: RingLayout
    rank: int
    group: Any = None

    def blocks(self, device: torch.device) -> list[Block]:
        """This rank's queries and each rank's keys; made once for all layers."""
        if device not in self._blocks:
            self._blocks[device] = [self._block(owner, device) for owner in range(self.layout.size)]
        return self._blocks[device]

    @cached_property
    def _blocks(self) -> dict[torch.device, list[Block]]:
        return {}

    def _block(self, owner: int, device: torch.device) -> Block:
        rows: torch.Tensor | slice = slice(None)
        columns: torch.Tensor | slice = slice(None)
        (queries, late), (keys, their_late) = self.layout.lengths(self.rank), self.layout.lengths(owner)
        if owner > self.rank:
            rows, queries = self.layout.is_late(self.rank).nonzero()[:, 0].to(device), late
        else:
            queries = queries + late
        if owner < self.rank:
            columns = (~self.layout.is_late(owner)).nonzero()[:, 0].to(device)
        else:
            keys = keys + their_late
        cu_q, cu_k = (torch.nn.functional.pad(n.cumsum(0), (1, 0)).int().to(device) for n in (queries, keys))
        segments = Segments(cu_q, cu_k, int(queries.max()), int(keys.max()), causal=owner == self.rank)
        return Block(rows, columns, segments)

    def exchange(self, outgoing: torch.Tensor, incoming: torch.Tensor) -> list[Any]:
        """Start to send to the next rank and to receive from the one before; what to wait for."""
        following, before = ((self.rank + step) % self.layout.size for step in (1, -1))
        return dist.batch_isend_irecv(
            [
                dist.P2POp(dist.isend, outgoing, self._global(following), self.group),
                dist.P2POp(dist.irecv, incoming, self._global(before), self.group),
            ]
        )

    def _global(self, rank: int) -> int:
        return rank if self.group is None else dist.get_global_rank(self.group, rank)


def ring_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, ring: RingContext, scale: float | None = None
) -> torch.Tensor:
    """Causal attention within each sequence of a shared row, for this rank's queries, [T, H, D]; differentiable.

    All ranks of the ring have to call it, forward and backward.

    Args:
        q: This rank's queries, [T, H, D] in the order of `RingLayout.indices`.
        k, v: This rank's keys and values, [T, Hkv, D].
        ring: The ring.
        scale: Factor of the scores; `None` for 1/sqrt(D).
    """
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    if ring_package.serves(q, ring.layout.even):
        return ring_package.attention(q, k, v, ring.layout.cu_seqlens, ring.layout.size, ring.group, scale)
    return _Ring.apply(q, k, v, ring, scale)


class _Ring(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, q: Any, k: Any, v: Any, ring: RingContext, scale: float) -> torch.Tensor:
        out = torch.zeros_like(q, dtype=torch.float32)
        lse = q.new_full((q.shape[1], len(q)), -torch.inf, dtype=torch.float32)
        for owner, (keys, values) in _around(ring, torch.stack([k, v])):
            block = ring.blocks(q.device)[owner]
            rows, columns = block.rows, block.columns
            part = varlen.forward(q[rows], keys[columns], values[columns], block.segments, scale)
            out[rows], lse[:, rows] = _merge(out[rows], lse[:, rows], *part)
        result = out.to(q.dtype)
        ctx.save_for_backward(q, k, v, result, lse)
        ctx.ring, ctx.scale = ring, scale
        return result

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[Any, ...]:
        q, k, v, out, lse = ctx.saved_tensors
        ring, grad = ctx.ring, grad.contiguous()
        dq = torch.zeros_like(q, dtype=torch.float32)
        homecoming = _Homecoming(ring, k)
        for owner, (keys, values) in _around(ring, torch.stack([k, v])):
            block = ring.blocks(q.device)[owner]
            rows, columns = block.rows, block.columns
            share = varlen.backward(
                grad[rows], q[rows], keys[columns], values[columns], out[rows], lse[:, rows].contiguous(),
                block.segments, ctx.scale,
            )  # fmt: skip
            dq[rows] += share[0]
            homecoming.add(owner, columns, torch.stack(share[1:]))
        dk, dv = homecoming.arrived()
        return dq.to(q.dtype), dk.to(k.dtype), dv.to(v.dtype), None, None


def _around(ring: RingContext, mine: torch.Tensor) -> Iterator[tuple[int, torch.Tensor]]:
    """Every rank's keys and values [2, T of the rank, Hkv, D] with its number, this rank's first.

    The next block is under way while the caller works on the present one.
    """
    size, rank = ring.layout.size, ring.rank
    block = mine.contiguous()
    for step in range(size):
        owner = (rank - step) % size
        if step + 1 < size:
            following = mine.new_empty(2, ring.layout.tokens((owner - 1) % size), *mine.shape[2:])
            transfers = ring.exchange(block, following)
        yield owner, block
        if step + 1 < size:
            for transfer in transfers:
                transfer.wait()
            block = following


class _Homecoming:
    """Gradients of keys and values on their way home: each block's travels on behind the block and is added to on every rank.

    What a rank adds for a block is ready one step after the block came; the gradient so far arrives just then.
    """

    def __init__(self, ring: RingContext, k: torch.Tensor):
        self._ring = ring
        self._shape = k.shape[1:]
        self._transfers: list[Any] = []
        self._incoming: torch.Tensor | None = None
        self._sent: torch.Tensor | None = None
        self._device = k.device

    def add(self, owner: int, columns: torch.Tensor | slice, share: torch.Tensor) -> None:
        """Add this rank's share of the gradient of some of a block's keys and values, and send it on."""
        total = self._receive(owner)
        total[:, columns] += share
        before = (owner - 1) % self._ring.layout.size  # whose block comes to this rank next
        self._incoming = self._empty(before)
        self._sent = total  # has to outlive the transfer
        self._transfers = self._ring.exchange(total, self._incoming)

    def arrived(self) -> torch.Tensor:
        """The whole gradient of this rank's own keys and values, float32 [2, T, Hkv, D]."""
        return self._receive(self._ring.rank)

    def _receive(self, owner: int) -> torch.Tensor:
        if self._incoming is None:  # the block is this rank's own and has been nowhere yet
            return self._empty(owner).zero_()
        for transfer in self._transfers:
            transfer.wait()
        return self._incoming

    def _empty(self, owner: int) -> torch.Tensor:
        return torch.empty(2, self._ring.layout.tokens(owner), *self._shape, device=self._device)


def _merge(
    out: torch.Tensor, lse: torch.Tensor, block_out: torch.Tensor, block_lse: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The output and log-sum-exp over two sets of keys, from those over each, float32."""
    total = torch.logaddexp(lse, block_lse)
    old, new = ((part - total).exp().nan_to_num(0.0).T[..., None] for part in (lse, block_lse))  # nan: neither has keys
    return out * old + block_out.float() * new, total
