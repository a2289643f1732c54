"""Log-probabilities and entropies of chosen tokens, straight from hidden states, without the logits [A, V] in memory.

A language model's logits are by far its largest tensor: those of 32,768 tokens over 151,936 words are 20 GB in float32,
and `log_softmax` with its gradient holds several of that size. Here they exist one tile of tokens x words at a time. The
forward pass keeps three running sums per token (the online softmax of Milakov and Gimelshein, 2018,
https://arxiv.org/abs/1805.02867); the backward pass makes each tile again and turns it into its share of the gradients.
Making logits twice is a third more multiplications than the plain path does; tiles that stay in the processor's cache,
and keeping as many logits as a fixed budget allows, win that back.

Liger's kernels are not used: its fused linear cross-entropy knows neither temperature nor entropy (and scaled the weight's
gradient by the first token's upstream gradient until it was mended in 2026), and the scaled one beside it cannot leave out
banned tokens. This module knows nothing of models, batches or losses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.autograd.function import once_differentiable

KEEP_BYTES = 512 << 20
TILE_TOKENS = 1024
CPU_TILE_BYTES = 4 << 20  # two such tiles fit beside each other in a core's share of the last cache
GPU_TILE_BYTES = 128 << 20  # enough work to hide a kernel's launch
#: Below any logit, far above the value of a banned one, so that a tile of banned tokens alone adds nothing.
FLOOR = -1e30


def fused_logprobs(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    targets: torch.Tensor,
    temperature: float = 1.0,
    banned: Sequence[int] = (),
    bias: torch.Tensor | None = None,
    *,
    tile: tuple[int, int] | None = None,
    keep_bytes: int = KEEP_BYTES,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Score `targets` under softmax((hidden @ weight.T + bias) / temperature), banned tokens left out.

    Products are made in the dtype of `hidden` (in autocast's, inside of it), everything after them in float32. Both
    results carry gradients to `hidden`, `weight` and `bias`; one that the loss leaves out costs nothing in the backward
    pass. With p the probabilities and H the entropy of a token's distribution, z its logits over the temperature,

        d log p_t / d z_j = 1[j = t] - p_j        d H / d z_j = -p_j (log p_j + H)

    `weight` is held as the object that came in and read within the forward and the backward pass alone, so it may be a
    partitioned parameter that is gathered around these two (DeepSpeed ZeRO-3). There are no second derivatives.

    Args:
        hidden: [A, H]; A may be 0.
        weight: [V, H], of the output head, which may be tied to the embedding.
        targets: int64 [A], each in [0, V).
        temperature: Above 0.
        banned: Token ids with probability 0.
        bias: [V], or none.
        tile: Tokens and words of a tile; `None` for a size that suits the device.
        keep_bytes: As many tokens' logits as this holds are kept for the backward pass instead of being made again.

    Returns:
        Log-probabilities [A] and entropies in nats [A], float32 (float64 for float64 products). A banned target has the
        lowest finite number for its log-probability, and no gradient.

    Raises:
        ValueError: Shapes or dtypes do not go together, `temperature` is not above 0, a target or banned id is not in
            [0, V), or every token is banned.
    """
    wants_gradient = torch.is_grad_enabled() and any(x is not None and x.requires_grad for x in (hidden, weight, bias))
    return _FusedLogprobs.apply(
        hidden, weight, bias, targets, temperature, sorted(set(banned)), tile, keep_bytes if wants_gradient else 0
    )


class _FusedLogprobs(torch.autograd.Function):
    """Holds between its passes the inputs, three numbers per token and the kept logits."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        targets: torch.Tensor,
        temperature: float,
        banned: list[int],
        tile: tuple[int, int] | None,
        keep_bytes: int,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        _check(hidden, weight, bias, targets, temperature, banned)
        dtype = _product_dtype(hidden)
        keep = min(len(hidden), keep_bytes // (len(weight) * dtype.itemsize))
        kept = torch.empty(keep * len(weight), dtype=dtype, device=hidden.device)
        ctx.set_materialize_grads(False)
        ctx.settings = temperature, banned, tile
        with torch.autocast(hidden.device.type, enabled=False):
            logprobs, entropy, peak, total = _score(_Tiles(hidden, weight, bias, kept, *ctx.settings), targets)
        ctx.save_for_backward(hidden, weight, bias, targets, kept, entropy, peak, total)
        return logprobs, entropy

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, grad_logprobs: torch.Tensor | None, grad_entropy: torch.Tensor | None
    ) -> tuple[torch.Tensor | None, ...]:
        hidden, weight, bias, targets, kept, entropy, peak, total = ctx.saved_tensors
        if grad_logprobs is None:
            grad_logprobs = torch.zeros_like(entropy)
        upstream = _Upstream(targets, entropy, peak, total, grad_logprobs, grad_entropy)
        with torch.autocast(hidden.device.type, enabled=False):
            gradients = _gradients(_Tiles(hidden, weight, bias, kept, *ctx.settings), upstream, ctx.needs_input_grad)
        return *gradients, None, None, None, None, None


class _Tiles:
    """The logits of one call, a tile at a time; owns the two buffers in which every tile is worked on.

    Attributes:
        rows: The tokens of each tile. The kept ones come first and share no tile with the rest.
        columns: The words of each tile.
        kept: [K V] products of the first K tokens, tile columns one after the other, so that a tile is one piece of
            memory; written by the forward pass, read by the backward pass.
    """

    def __init__(
        self,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        kept: torch.Tensor,
        temperature: float,
        banned: list[int],
        tile: tuple[int, int] | None,
    ) -> None:
        self.hidden, self.weight, self.bias, self.kept = hidden, weight, bias, kept
        self.kept_tokens = len(kept) // len(weight)
        self.temperature = temperature
        self.banned = banned
        self.banned_ids = torch.tensor(banned, dtype=torch.int64, device=hidden.device)
        self.dtype = torch.float64 if kept.dtype == torch.float64 else torch.float32
        tokens, words = tile or _tile_that_suits(hidden, self.dtype)
        self.rows = _spans(0, self.kept_tokens, tokens) + _spans(self.kept_tokens, len(hidden), tokens)
        self.rows = self.rows or [slice(0, 0)]
        self.columns = _spans(0, len(weight), words)
        size = min(tokens, len(hidden)) * min(words, len(weight))
        self.buffers = torch.empty(2, size, dtype=self.dtype, device=hidden.device)

    def project(self, rows: slice, columns: slice) -> torch.Tensor:
        """hidden @ weight.T of a tile, written where it is to be kept or, if that serves, into the first buffer."""
        out = self._keepsake(rows, columns)
        if out is None and self.kept.dtype == self.dtype:
            out = self._buffer(0, rows, columns)
        return torch.mm(self.hidden[rows].to(self.kept.dtype), self.weight[columns].to(self.kept.dtype).t(), out=out)

    def recall(self, rows: slice, columns: slice) -> torch.Tensor:
        """What `project` gave, made again unless it was kept."""
        kept = self._keepsake(rows, columns)
        return self.project(rows, columns) if kept is None else kept

    def logits(self, products: torch.Tensor, rows: slice, columns: slice) -> torch.Tensor:
        """Products turned into logits over the temperature, in the first buffer."""
        logits = self._buffer(0, rows, columns)
        if products.data_ptr() != logits.data_ptr():
            logits.copy_(products)
        if self.bias is not None:
            logits.add_(self.bias[columns])
        if self.temperature != 1:
            logits.div_(self.temperature)
        return self.ban(logits, columns, torch.finfo(self.dtype).min)

    def exp(self, logits: torch.Tensor, rows: slice, columns: slice) -> torch.Tensor:
        """exp(logits), in the second buffer."""
        return torch.exp(logits, out=self._buffer(1, rows, columns))

    def ban(self, values: torch.Tensor, columns: slice, value: float) -> torch.Tensor:
        """Fill the banned words' columns of a tile in place."""
        first, last = bisect_left(self.banned, columns.start), bisect_left(self.banned, columns.stop)
        if first < last:
            values.index_fill_(1, self.banned_ids[first:last] - columns.start, value)
        return values

    def _keepsake(self, rows: slice, columns: slice) -> torch.Tensor | None:
        if rows.stop > self.kept_tokens:
            return None
        column = self.kept[self.kept_tokens * columns.start : self.kept_tokens * columns.stop]
        return column.view(self.kept_tokens, columns.stop - columns.start)[rows]

    def _buffer(self, index: int, rows: slice, columns: slice) -> torch.Tensor:
        shape = rows.stop - rows.start, columns.stop - columns.start
        return self.buffers[index, : shape[0] * shape[1]].view(shape)


@dataclass(frozen=True)
class _Upstream:
    """What the backward pass knows of each token: all [A]; `grad_entropy` is `None` if the loss left entropies out."""

    targets: torch.Tensor
    entropy: torch.Tensor
    peak: torch.Tensor
    total: torch.Tensor
    grad_logprobs: torch.Tensor
    grad_entropy: torch.Tensor | None


def _score(tiles: _Tiles, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Log-probabilities, entropies, highest logits m and sums of exp(z - m), all [A].

    `total` is that sum and `moment` the one of exp(z - m) (z - m), with m the highest logit so far; both are carried over
    to a higher m as it comes.
    """
    peak = torch.full(targets.shape, FLOOR, dtype=tiles.dtype, device=targets.device)
    total, moment, chosen = torch.zeros_like(peak), torch.zeros_like(peak), torch.zeros_like(peak)
    for columns in tiles.columns:
        for rows in tiles.rows:
            logits = tiles.logits(tiles.project(rows, columns), rows, columns)
            place, inside = _place(targets[rows], columns)
            chosen[rows] += torch.where(inside, logits.gather(1, place)[:, 0], 0)
            higher = torch.maximum(peak[rows], logits.amax(1))
            logits.sub_(higher[:, None])
            powers = tiles.exp(logits, rows, columns)
            drop = peak[rows] - higher
            moment[rows] = drop.exp() * (moment[rows] + drop * total[rows]) + logits.mul_(powers).sum(1)
            total[rows] = drop.exp() * total[rows] + powers.sum(1)
            peak[rows] = higher
    spread = total.log()
    return chosen - peak - spread, spread - moment / total, peak, total


def _gradients(
    tiles: _Tiles, upstream: _Upstream, wanted: Sequence[bool]
) -> tuple[torch.Tensor | None, torch.Tensor | None, torch.Tensor | None, None]:
    """Gradients of `hidden`, `weight` and `bias` as far as they are wanted, and none for the targets.

    Sums are in float32. Words are the outer loop, so that a half-precision weight's gradient is summed over tokens in a
    float32 block of the size of a tile's words and not of the whole vocabulary.
    """
    hidden, weight, bias, products = tiles.hidden, tiles.weight, tiles.bias, tiles.kept.dtype
    grad_hidden = torch.zeros_like(hidden, dtype=tiles.dtype) if wanted[0] else None
    grad_weight = torch.empty_like(weight) if wanted[1] else None
    grad_bias = torch.zeros_like(bias, dtype=tiles.dtype) if bias is not None and wanted[2] else None
    for columns in tiles.columns:
        block = None if grad_weight is None else grad_weight[columns].to(tiles.dtype)
        for rows in tiles.rows:
            slopes = _slopes(tiles, upstream, rows, columns)
            if grad_bias is not None:
                grad_bias[columns] += slopes.sum(0)
            slopes = slopes.to(products)
            if grad_hidden is not None:
                _add_product(grad_hidden[rows], slopes, weight[columns].to(products), 1)
            if block is not None:
                _add_product(block, slopes.t(), hidden[rows].to(products), int(rows.start > 0))
        if grad_weight is not None and block is not None and block.dtype != grad_weight.dtype:
            grad_weight[columns] = block
    return (
        None if grad_hidden is None else grad_hidden.to(hidden.dtype),
        grad_weight,
        None if grad_bias is None or bias is None else grad_bias.to(bias.dtype),
        None,
    )


def _slopes(tiles: _Tiles, upstream: _Upstream, rows: slice, columns: slice) -> torch.Tensor:
    """The loss's gradient with respect to a tile of hidden @ weight.T + bias, in the second buffer."""
    shifted = tiles.logits(tiles.recall(rows, columns), rows, columns).sub_(upstream.peak[rows, None])
    slopes = tiles.exp(shifted, rows, columns)
    total = upstream.total[rows]
    along = upstream.grad_logprobs[rows] / tiles.temperature
    if upstream.grad_entropy is None:
        slopes.mul_(-(along / total)[:, None])
    else:
        across = upstream.grad_entropy[rows] / tiles.temperature
        shifted.add_((upstream.entropy[rows] - total.log())[:, None])  # log p + H
        slopes.mul_(shifted.mul_(-(across / total)[:, None]).sub_((along / total)[:, None]))
    place, inside = _place(upstream.targets[rows], columns)
    slopes.scatter_add_(1, place, (along * inside)[:, None])
    return tiles.ban(slopes, columns, 0.0)


def _place(targets: torch.Tensor, columns: slice) -> tuple[torch.Tensor, torch.Tensor]:
    """Each target's column in a tile [rows, 1], and whether it is there at all [rows]; any column if not."""
    place = targets - columns.start
    inside = (place >= 0) & (targets < columns.stop)
    return place.clamp(0, columns.stop - columns.start - 1)[:, None], inside


def _add_product(total: torch.Tensor, left: torch.Tensor, right: torch.Tensor, beta: int) -> None:
    """total = beta * total + left @ right, in place; with beta 0, whatever was in total is overwritten."""
    if left.dtype == total.dtype:
        total.addmm_(left, right, beta=beta)
    elif beta:
        total.add_(left @ right)
    else:
        total.copy_(left @ right)


def _spans(begin: int, end: int, step: int) -> list[slice]:
    return [slice(start, min(start + step, end)) for start in range(begin, end, step)]


def _tile_that_suits(hidden: torch.Tensor, dtype: torch.dtype) -> tuple[int, int]:
    """Tokens and words; few tokens get more words."""
    tokens = max(1, min(TILE_TOKENS, len(hidden)))
    budget = CPU_TILE_BYTES if hidden.device.type == "cpu" else GPU_TILE_BYTES
    return tokens, budget // (tokens * dtype.itemsize)


def _product_dtype(hidden: torch.Tensor) -> torch.dtype:
    device = hidden.device.type
    if torch.is_autocast_enabled(device) and hidden.dtype != torch.float64:
        return torch.get_autocast_dtype(device)
    return hidden.dtype


def _check(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None,
    targets: torch.Tensor,
    temperature: float,
    banned: list[int],
) -> None:
    shapes = [tuple(x.shape) for x in (hidden, weight, targets)]
    if hidden.dim() != 2 or weight.dim() != 2 or len(weight) == 0 or hidden.shape[1] != weight.shape[1]:
        raise ValueError(
            f"hidden {shapes[0]} and weight {shapes[1]} have to be [A, H] and [V, H] with V above 0; "
            "a partitioned weight has to be gathered first"
        )
    if targets.dtype != torch.int64 or shapes[2] != (len(hidden),):
        raise ValueError(
            f"targets have to be int64 [{len(hidden)}], one per row of hidden, not {targets.dtype} {shapes[2]}"
        )
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError(f"bias has to be [{len(weight)}], one per row of weight, not {tuple(bias.shape)}")
    if hidden.dtype != weight.dtype and not torch.is_autocast_enabled(hidden.device.type):
        raise ValueError(f"hidden is {hidden.dtype} and weight {weight.dtype}: convert one, or run inside autocast")
    if not temperature > 0:
        raise ValueError(f"temperature has to be above 0, not {temperature}")
    if targets.numel() and not (targets.min() >= 0 and targets.max() < len(weight)):
        raise ValueError(
            f"targets have to lie in [0, {len(weight)}), not {int(targets.min())} to {int(targets.max())}; "
            "leave ignored positions out"
        )
    if banned and not 0 <= banned[0] <= banned[-1] < len(weight):
        raise ValueError(f"banned ids have to lie in [0, {len(weight)}), not {banned[0]} to {banned[-1]}")
    if len(banned) == len(weight):
        raise ValueError(f"all {len(weight)} tokens are banned: leave at least one")
