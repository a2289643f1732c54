"""Ring attention by itself: how rows are cut, and that rings of 2, 3 and 4 give what one process computes."""

from __future__ import annotations

import distributed
import flash_attn_stand_in
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers import ring_package
from trainers.mesh import launch
from trainers.ring_attention import RingContext, RingLayout, ring_attention
from trainers.varlen import Segments, varlen_attention

HEADS, KV_HEADS, DIM = 4, 2, 8
#: Sequences that cross shards, that fill them exactly, and that are too short to reach every rank.
ROWS = {
    "one that crosses": [61],
    "filled pieces": [48, 24, 96],
    "some miss a shard": [1, 2, 3, 1, 5],
    "a mix": [1, 130, 7, 48, 2, 31, 24],
}


def boundaries(lengths: list[int]) -> torch.Tensor:
    return torch.nn.functional.pad(torch.tensor(lengths).cumsum(0), (1, 0)).int()


def tensors(total: int) -> list[torch.Tensor]:
    """Queries, keys, values and the gradient that comes back."""
    generator = torch.Generator().manual_seed(total)
    return [torch.randn(total, heads, DIM, generator=generator) for heads in (HEADS, KV_HEADS, KV_HEADS, HEADS)]


def attend(
    lengths: list[int], size: int, package: bool = False, dtype: torch.dtype = torch.float32
) -> list[torch.Tensor]:
    """Output and gradients of q, k and v of the whole row, put together from a ring's shards; run on every rank."""
    torch.set_num_threads(1)
    mesh = launch(size, "cpu")
    layout = RingLayout(boundaries(lengths), size)
    mine = layout.indices(mesh.ring_rank)
    *shards, upstream = (x[mine].to(dtype) for x in tensors(sum(lengths)))
    leaves = [shard.requires_grad_() for shard in shards]
    if package:
        with flash_attn_stand_in.installed():
            cu = boundaries(lengths)
            out = ring_package.attention(*leaves, cu, size, mesh.ring_group, DIM**-0.5)
    else:
        out = ring_attention(*leaves, RingContext(layout, mesh.ring_rank, mesh.ring_group))
    out.backward(upstream)
    results = [out.detach(), *(leaf.grad for leaf in leaves)]
    pieces = mesh.gather((mine, results))
    order = torch.cat([indices for indices, _ in pieces]).argsort()
    return [torch.cat([parts[i] for _, parts in pieces])[order] for i in range(4)]


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_ring_gives_the_outputs_and_gradients_of_one_process(row: str, size: int) -> None:
    lengths = ROWS[row]
    *inputs, upstream = tensors(sum(lengths))
    leaves = [x.requires_grad_() for x in inputs]
    cu = boundaries(lengths)
    whole = varlen_attention(*leaves, Segments(cu, cu, max(lengths), max(lengths), causal=True))
    whole.backward(upstream)
    expected = [whole.detach(), *(leaf.grad for leaf in leaves)]
    for shared in distributed.run(attend, size, lengths, size):
        for ours, other in zip(shared, expected, strict=True):
            assert torch.allclose(ours, other, atol=1e-5, rtol=0)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_the_package_ring_flash_attn_agrees_with_ours(size: int) -> None:
    """The package itself; the kernels of flash-attn under it, which need a GPU, are stood in for."""
    lengths = [48, 24, 96]
    ours = distributed.run(attend, size, lengths, size)[0]
    theirs = distributed.run(attend, size, lengths, size, True, torch.bfloat16)[
        0
    ]  # in float32 its sums overwrite each other
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other.float(), atol=3e-2, rtol=0)


def test_rows_are_even_where_every_sequence_falls_into_equal_pieces() -> None:
    assert RingLayout(boundaries([48, 24, 96]), 3).even
    assert not RingLayout(boundaries([48, 25, 95]), 3).even


@settings(max_examples=100, deadline=None)
@given(lengths=st.lists(st.integers(1, 60), min_size=1, max_size=20), size=st.integers(2, 5))
def test_every_token_is_on_one_rank_and_ranks_hold_equally_many(lengths: list[int], size: int) -> None:
    layout = RingLayout(boundaries(lengths), size)
    held = [layout.indices(rank) for rank in range(size)]
    assert torch.cat(held).sort().values.tolist() == list(range(sum(lengths)))
    counts = [len(indices) for indices in held]
    assert counts == [layout.tokens(rank) for rank in range(size)]
    assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize("size", [2, 4, 8])
def test_causal_work_is_the_same_for_all_ranks(size: int) -> None:
    lengths = torch.randint(1, 4000, (20,), generator=torch.Generator().manual_seed(size)).tolist()
    layout = RingLayout(boundaries(lengths), size)
    place = torch.cat([torch.arange(length) for length in lengths])  # keys that a query sees, less one
    work = [int((place[layout.indices(rank)] + 1).sum()) for rank in range(size)]
    assert max(work) / min(work) < 1.01


def test_a_shard_sees_sequences_in_order() -> None:
    layout = RingLayout(boundaries([8, 4]), 2)
    # Eight tokens are cut into four pieces of two, four tokens into four of one: rank 0 holds first and last.
    assert layout.indices(0).tolist() == [0, 1, 6, 7, 8, 11]
    assert layout.indices(1).tolist() == [2, 3, 4, 5, 9, 10]
    assert layout.is_late(0).tolist() == [False, False, True, True, False, True]
