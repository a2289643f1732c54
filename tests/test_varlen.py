"""Attention kernels over sequences laid end to end, against scores written out for one sequence at a time."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers import varlen
from trainers.varlen import Segments, varlen_attention

HEADS, KV_HEADS, DIM = 4, 2, 8
needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")


def segments(lengths_q: list[int], lengths_k: list[int], causal: bool, device: str = "cpu") -> Segments:
    cu_q, cu_k = (
        torch.nn.functional.pad(torch.tensor(lengths).cumsum(0), (1, 0)).int().to(device)
        for lengths in (lengths_q, lengths_k)
    )
    return Segments(cu_q, cu_k, max(lengths_q), max(lengths_k), causal)


def inputs(seed: int, queries: int, keys: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    shapes = ((queries, HEADS, DIM), (keys, KV_HEADS, DIM), (keys, KV_HEADS, DIM))
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]


def written_out(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, lengths: list[tuple[int, int]], causal: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Output and log-sum-exp by the definition, in the precision of the inputs."""
    outs, lses, at_q, at_k = [], [], 0, 0
    for length_q, length_k in lengths:
        own_q = q[at_q : at_q + length_q].transpose(0, 1)
        own_k, own_v = (
            x[at_k : at_k + length_k].repeat_interleave(HEADS // KV_HEADS, 1).transpose(0, 1) for x in (k, v)
        )
        scores = own_q @ own_k.transpose(1, 2) / math.sqrt(DIM)
        if causal:
            scores = scores.masked_fill(torch.ones_like(scores[0], dtype=torch.bool).triu(1), -torch.inf)
        lses.append(scores.logsumexp(-1))
        outs.append((scores.softmax(-1) @ own_v if length_k else torch.zeros_like(own_q)).transpose(0, 1))
        at_q, at_k = at_q + length_q, at_k + length_k
    return torch.cat(outs), torch.cat(lses, dim=1)


LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(lengths=LENGTHS, causal=st.booleans(), seed=st.integers(0, 2**31))
def test_outputs_and_gradients_are_those_of_each_sequence_alone(lengths: list[int], causal: bool, seed: int) -> None:
    ours, reference = ([x.requires_grad_() for x in inputs(seed, sum(lengths), sum(lengths))] for _ in range(2))
    upstream = torch.randn(sum(lengths), HEADS, DIM, generator=torch.Generator().manual_seed(seed)).double()
    out = varlen_attention(*(x.float() for x in ours), segments(lengths, lengths, causal))
    expected, _ = written_out(*reference, [(n, n) for n in lengths], causal)
    out.backward(upstream.float())
    expected.backward(upstream)
    assert torch.allclose(out.double(), expected, atol=1e-5)
    for one, other in zip(ours, reference, strict=True):
        assert torch.allclose(one.grad, other.grad, atol=1e-5)


@pytest.mark.parametrize("kernel", ["_TorchCPU", "_Plain"])
@settings(max_examples=40, deadline=None)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=6),
    seed=st.integers(0, 2**31),
)
def test_a_block_of_keys_has_its_share_of_the_gradients(kernel: str, pairs: list[tuple[int, int]], seed: int) -> None:
    """Two blocks of keys, as in a ring: outputs merged by log-sum-exp, and shares of gradients, are the whole's."""
    kernel_ = getattr(varlen, kernel)()
    queries, other_keys = [n for n, _ in pairs], [n + 1 for _, n in reversed(pairs)]
    if not sum(queries) or not sum(n for _, n in pairs):
        return
    blocks = [segments(queries, [n for _, n in pairs], False), segments(queries, other_keys, False)]
    q, k, v = inputs(seed, sum(queries), sum(n for _, n in pairs))
    _, k2, v2 = inputs(seed + 1, 1, sum(other_keys))
    whole_lengths = [(a, b + c) for (a, b), c in zip(pairs, other_keys, strict=True)]
    both = [
        torch.cat(
            [x for pair in zip(one.split([n for _, n in pairs]), two.split(other_keys), strict=True) for x in pair]
        )
        for one, two in ((k, k2), (v, v2))
    ]
    leaves = [x.requires_grad_() for x in (q, *both)]
    expected, expected_lse = written_out(*leaves, whole_lengths, False)
    upstream = torch.randn_like(expected)
    expected.backward(upstream)

    parts = [kernel_.forward(*(x.detach().float() for x in (q, a, b)), s, DIM**-0.5) for s, a, b in
             zip(blocks, (k, k2), (v, v2), strict=True)]  # fmt: skip
    lse = torch.logaddexp(parts[0][1], parts[1][1])
    out = sum(part * (its - lse).exp().T[..., None] for part, its in parts)
    assert torch.allclose(lse.double(), expected_lse, atol=1e-5)
    assert torch.allclose(out.double(), expected, atol=1e-5)
    shares = [
        kernel_.backward(upstream.float(), q.detach().float(), a.float(), b.float(), out, lse, s, DIM**-0.5)
        for s, a, b in zip(blocks, (k, k2), (v, v2), strict=True)
    ]
    assert torch.allclose(sum(share[0] for share in shares).double(), leaves[0].grad, atol=1e-5)
    for index in (1, 2):
        pieces = zip(shares[0][index].split([n for _, n in pairs]), shares[1][index].split(other_keys), strict=True)
        assert torch.allclose(torch.cat([x for pair in pieces for x in pair]).double(), leaves[index].grad, atol=1e-5)


def test_queries_without_any_keys_come_back_as_nothing() -> None:
    q, k, v = (x.float() for x in inputs(0, 5, 0))
    out, lse = varlen.forward(q, k, v, segments([5], [0], False), 1.0)
    assert not out.any() and torch.isneginf(lse).all()
    assert not any(x.any() for x in varlen.backward(q, q, k, v, out, lse, segments([5], [0], False), 1.0))


@needs_cuda
@pytest.mark.parametrize("causal", [True, False])
def test_cuda_kernels_round_as_bfloat16_does(causal: bool) -> None:
    lengths = [200, 1, 77, 512]
    tensors = inputs(0, sum(lengths), sum(lengths))
    on_gpu = [x.to("cuda", torch.bfloat16).requires_grad_() for x in tensors]
    leaves = [x.detach().double().cpu().requires_grad_() for x in on_gpu]
    out = varlen_attention(*on_gpu, segments(lengths, lengths, causal, "cuda"))
    expected, _ = written_out(*leaves, [(n, n) for n in lengths], causal)
    out.sum().backward()
    expected.sum().backward()
    assert torch.allclose(out.double().cpu(), expected, atol=2e-2)
    for one, other in zip(on_gpu, leaves, strict=True):
        assert torch.allclose(one.grad.double().cpu(), other.grad, atol=5e-2)
