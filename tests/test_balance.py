"""Plans of who computes what: complete, within bounds, full and even on the mix of lengths that training meets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import Qwen3Config

from trainers import balance


def realistic(samples: int, seed: int) -> list[int]:
    """Prompts of 300 +- 200 tokens with log-normal answers of median 800, up to 8,192."""
    rng = np.random.default_rng(seed)
    prompts = np.maximum(16, rng.normal(300, 200, samples))
    answers = np.minimum(8192, rng.lognormal(np.log(800), 1.0, samples))
    return (prompts + answers).astype(int).tolist()


@pytest.mark.parametrize(("samples", "ranks"), [(2048, 1), (2048, 2), (2048, 4), (4096, 8)])
@pytest.mark.parametrize("seed", range(3))
def test_rows_are_full_and_ranks_equal_on_a_realistic_mix(samples: int, ranks: int, seed: int) -> None:
    """The paper's batches, 128 and 256 prompts x 16 answers."""
    lengths = realistic(samples, seed)
    plan = balance.plan(lengths, 16_384, ranks)
    assert balance.fill(plan, lengths, 16_384) >= 0.97
    assert balance.imbalance(plan, lengths) <= 0.03


@pytest.mark.parametrize("samples", [64, 256, 512, 1024])
@pytest.mark.parametrize("ranks", [1, 2, 4, 8])
def test_small_batches_lose_no_more_than_one_micro_batch(samples: int, ranks: int) -> None:
    lengths = realistic(samples, seed=1)
    plan = balance.plan(lengths, 16_384, ranks)
    assert len(plan) <= -(-sum(lengths) // (16_384 * ranks)) + 1
    assert balance.imbalance(plan, lengths) <= 0.03


@settings(max_examples=200, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 150), max_size=60),
    capacity=st.integers(1, 200),
    ranks=st.integers(1, 5),
)
def test_every_sample_is_in_one_row_and_rows_keep_their_bounds(lengths: list[int], capacity: int, ranks: int) -> None:
    plan = balance.plan(lengths, capacity, ranks)
    assert sorted(i for step in plan for row in step for i in row) == list(range(len(lengths)))
    for step in plan:
        assert len(step) == ranks
        for row in step:
            assert sum(lengths[i] for i in row) <= capacity or len(row) == 1
    # One row less a rank would have failed with every row more than half full.
    taken = sum(min(length, capacity) for length in lengths)
    assert sum(len(step) for step in plan) < 2 * taken / capacity + ranks + 1


def test_imbalance_by_hand() -> None:
    lengths = [10, 10, 20]
    # Linear work alone: 20 on one rank and 20 on the other, then 10 against 10 with the third sample alone.
    assert balance.imbalance([[[0, 1], [2]]], lengths, quadratic=0) == pytest.approx(0)
    assert balance.imbalance([[[0], [2]]], lengths, quadratic=0) == pytest.approx(20 / 15 - 1)
    # With a quadratic share of 1 a token the long one costs 20 + 400, the short two 110 each.
    assert balance.imbalance([[[0, 1], [2]]], lengths, quadratic=1) == pytest.approx(420 / 320 - 1)


def test_attention_share_counts_operations() -> None:
    config = Qwen3Config(
        hidden_size=64, intermediate_size=128, num_attention_heads=4, num_key_value_heads=2, head_dim=16
    )
    # Weights of a layer: 64 * 64 for queries and for outputs, 64 * 32 for keys and for values, 3 * 64 * 128 in the MLP.
    weights = 2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 128
    # Two operations a weight and token; scores and sums over on average l / 2 keys: 2 * 2 * 4 * 16 * l / 2.
    assert balance.attention_share(config) == pytest.approx((2 * 4 * 16) / (2 * weights))


def test_a_capacity_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="capacity is 0"):
        balance.plan([1, 2], 0)
