"""Losses against numbers worked out by hand, and their gradients against those of the formulas they stand for."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.loss import (
    KL_ESTIMATORS,
    NORMALISATIONS,
    OBJECTIVES,
    Clip,
    Tokens,
    cispo,
    clipped_surrogate,
    clipped_value_loss,
    constant_length,
    gspo,
    kl_k1,
    kl_k2,
    kl_k3,
    reinforce,
    sequence_mean,
    token_mean,
    truncated_importance,
)


def one_sample(ratios: list[float], advantages: list[float]) -> Tokens:
    """Tokens of a single sample whose old log-probabilities are 0, so that log-probabilities are the ratios' logarithms."""
    logprobs = torch.tensor(ratios).log().requires_grad_()
    n = len(ratios)
    return Tokens(
        logprobs, torch.zeros(n), torch.tensor(advantages), torch.zeros(n, dtype=torch.long), torch.tensor([float(n)])
    )


def test_clipped_surrogate_takes_the_pessimistic_side() -> None:
    tokens = one_sample([1.5, 1.5, 0.5, 0.5], [2.0, -2.0, 2.0, -2.0])
    losses, clipped = clipped_surrogate(tokens, Clip(0.2, 0.3))
    # 1.5 clips to 1.3 for a gain, 0.5 to 0.8 for a loss; the other two keep their ratio.
    assert torch.allclose(losses, torch.tensor([-2.6, 3.0, -1.0, 1.6]))
    assert clipped.tolist() == [True, False, False, True]


def test_clipped_surrogate_gradient_is_zero_where_clipped_and_minus_ratio_times_advantage_elsewhere() -> None:
    tokens = one_sample([1.5, 1.1], [2.0, 2.0])
    clipped_surrogate(tokens, Clip())[0].sum().backward()
    assert torch.allclose(tokens.logprobs.grad, torch.tensor([0.0, -2.2]))


def test_dual_clip_bounds_the_loss_of_bad_tokens_alone() -> None:
    tokens = one_sample([5.0, 2.0, 5.0, 0.5], [-2.0, -2.0, 2.0, -2.0])
    losses, clipped = clipped_surrogate(tokens, Clip(0.2, 0.2, dual=3.0))
    # 5 * 2 = 10 is cut to 3 * 2 = 6; 2 * 2 = 4 is below that; a gain is cut to 1.2 * 2; 0.5 rises to 0.8, below 3.
    assert torch.allclose(losses, torch.tensor([6.0, 4.0, -2.4, 1.6]))
    assert clipped.tolist() == [True, False, True, True]
    losses.sum().backward()
    assert torch.allclose(tokens.logprobs.grad, torch.tensor([0.0, 4.0, 0.0, 0.0]))


@pytest.mark.parametrize("clip", [{"low": -0.1}, {"high": -0.1}, {"dual": 1.0}])
def test_clip_refuses_limits_that_mean_nothing(clip) -> None:
    with pytest.raises(ValueError, match=f"clip {next(iter(clip))} is"):
        Clip(**clip)


def test_gspo_clips_by_the_sequences_geometric_mean_ratio() -> None:
    # First sample: sqrt(2 * 0.5) = 1, not clipped though both tokens stray. Second: sqrt(2 * 1.125) = 1.5, clipped to 1.2.
    tokens = Tokens(
        torch.tensor([2.0, 0.5, 2.0, 1.125]).log(),
        torch.zeros(4),
        torch.tensor([3.0, 3.0, 2.0, 2.0]),
        torch.tensor([0, 0, 1, 1]),
        torch.tensor([2.0, 2.0]),
    )
    losses, clipped = gspo(tokens, Clip(0.2, 0.2))
    assert torch.allclose(losses, torch.tensor([-3.0, -3.0, -2.4, -2.4]))
    assert clipped.tolist() == [False, False, True, True]


def random_tokens(lengths: list[int], seed: int) -> Tokens:
    """Tokens in float64 whose ratios stray past 1 +- 0.2, with one advantage for each sample."""
    generator = torch.Generator().manual_seed(seed)
    samples = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
    old, shift = torch.randn(2, len(samples), generator=generator, dtype=torch.float64)
    return Tokens(
        (old + shift / 2).requires_grad_(),
        old,
        torch.randn(len(lengths), generator=generator, dtype=torch.float64)[samples],
        samples,
        torch.tensor(lengths, dtype=torch.float64),
    )


@pytest.mark.parametrize("seed", range(5))
def test_gspo_has_the_value_and_gradient_of_the_sequence_level_objective(seed) -> None:
    lengths = [3, 1, 5, 2]
    tokens, clip = random_tokens(lengths, seed), Clip(0.2, 0.3)
    weights = sequence_mean(torch.tensor(lengths), 8).double()[tokens.sample_of]
    loss = (gspo(tokens, clip)[0] * weights).sum()
    (gradient,) = torch.autograd.grad(loss, tokens.logprobs)

    advantages = torch.stack([part[0] for part in tokens.advantages.split(lengths)])
    differences = (tokens.logprobs - tokens.old_logprobs).split(lengths)
    s = torch.stack([difference.mean().exp() for difference in differences])
    expected = -torch.minimum(s * advantages, s.clamp(0.8, 1.3) * advantages).mean()
    assert torch.allclose(loss, expected, atol=1e-7)
    assert torch.allclose(gradient, torch.autograd.grad(expected, tokens.logprobs)[0], atol=1e-7)


def test_gspo_gives_each_token_the_gradient_of_its_own_advantage() -> None:
    # s = sqrt(1.21 * 1) = 1.1 for both tokens; gradients -s * A_t.
    tokens = one_sample([1.21, 1.0], [1.0, -3.0])
    losses, _ = gspo(tokens, Clip(0.2, 0.2))
    assert torch.allclose(losses, torch.tensor([-1.1, 3.3]))
    losses.sum().backward()
    assert torch.allclose(tokens.logprobs.grad, torch.tensor([-1.1, 3.3]))


def share(tokens: Tokens, mine: torch.Tensor, reduce: Callable[[torch.Tensor], torch.Tensor]) -> Tokens:
    """The tokens that a ring rank holds, bool [A], with the lengths of whole samples."""
    return Tokens(
        tokens.logprobs[mine],
        tokens.old_logprobs[mine],
        tokens.advantages[mine],
        tokens.sample_of[mine],
        tokens.lengths,
        reduce,
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(0, 2**16))
def test_gspo_of_a_ring_ranks_share_is_the_whole_rows_at_those_tokens(lengths, seed) -> None:
    tokens, clip = random_tokens(lengths, seed), Clip(0.2, 0.2)
    mine = torch.rand(len(tokens.sample_of), generator=torch.Generator().manual_seed(seed)) < 0.5
    difference = (tokens.logprobs - tokens.old_logprobs).detach()
    total = torch.stack([part.sum() for part in difference.split(lengths)])
    losses, clipped = gspo(tokens, clip)
    for held in (mine, ~mine):
        seen = []

        def ring_sum(sums: torch.Tensor, seen: list = seen) -> torch.Tensor:
            seen.append(sums)
            return total

        share_losses, share_clipped = gspo(share(tokens, held, ring_sum), clip)
        expected_sums = torch.zeros_like(total).index_add(0, tokens.sample_of[held], difference[held])
        assert torch.allclose(seen[0], expected_sums)
        assert torch.allclose(share_losses, losses[held])
        assert torch.equal(share_clipped, clipped[held])


def test_cispo_keeps_the_gradient_of_clipped_tokens() -> None:
    tokens = one_sample([2.0, 0.5, 1.1], [3.0, -1.0, 2.0])
    losses, clipped = cispo(tokens, Clip(0.2, 0.5))
    # Weights 1.5, 0.8 and 1.1; loss -weight * A * logprob, gradient -weight * A.
    assert torch.allclose(losses, torch.tensor([-4.5 * math.log(2), 0.8 * math.log(0.5), -2.2 * math.log(1.1)]))
    assert clipped.tolist() == [True, True, False]
    losses.sum().backward()
    assert torch.allclose(tokens.logprobs.grad, torch.tensor([-4.5, 0.8, -2.2]))


def test_cispo_with_a_low_limit_of_1_clips_above_alone() -> None:
    tokens = one_sample([2.0, 1e-4], [1.0, 1.0])
    losses, clipped = cispo(tokens, Clip(1.0, 0.5))
    losses.sum().backward()
    assert torch.allclose(tokens.logprobs.grad, torch.tensor([-1.5, -1e-4]))
    assert clipped.tolist() == [True, False]


def test_reinforce_has_no_ratio() -> None:
    tokens = one_sample([2.0, 0.5], [3.0, -1.0])
    losses, clipped = reinforce(tokens, Clip())
    assert torch.allclose(losses, torch.tensor([-3 * math.log(2), math.log(0.5)]))
    assert clipped.tolist() == [False, False]
    losses.sum().backward()
    assert torch.allclose(tokens.logprobs.grad, torch.tensor([-3.0, 1.0]))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_objectives_agree_on_the_gradient_before_the_first_update(name) -> None:
    logprobs = torch.tensor([-1.0, -2.0, -0.5], requires_grad=True)
    advantages = torch.tensor([1.0, 1.0, -2.0])
    tokens = Tokens(logprobs, logprobs.detach(), advantages, torch.tensor([0, 0, 1]), torch.tensor([2.0, 1.0]))
    losses, clipped = OBJECTIVES[name](tokens, Clip())
    losses.sum().backward()
    assert torch.allclose(logprobs.grad, -advantages)
    assert not clipped.any()


POLICY = torch.tensor([0.5, 0.25, 0.25], dtype=torch.float64)
REFERENCE = torch.tensor([0.25, 0.25, 0.5], dtype=torch.float64)


def test_kl_estimates_by_hand() -> None:
    logprobs, reference = torch.tensor([-1.0, -1.0, -1.0]), torch.tensor([-1.0, -0.5, -2.0])
    # reference - policy is 0, 1/2 and -1.
    assert torch.allclose(kl_k1(logprobs, reference), torch.tensor([0.0, -0.5, 1.0]))
    assert torch.allclose(kl_k2(logprobs, reference), torch.tensor([0.0, 0.125, 0.5]))
    assert torch.allclose(
        kl_k3(logprobs, reference), torch.tensor([0.0, math.exp(0.5) - 1.5, math.exp(-1.0)]), atol=1e-6
    )


@pytest.mark.parametrize("name", ["k1", "k3"])
def test_k1_and_k3_have_the_kl_divergence_as_their_expectation(name) -> None:
    # 1/2 log 2 + 1/4 log 1 + 1/4 log 1/2 = 1/4 log 2. k2's expectation is 3/8 (log 2)^2 instead.
    expectation = (POLICY * KL_ESTIMATORS[name](POLICY.log(), REFERENCE.log())).sum()
    assert float(expectation) == pytest.approx(0.25 * math.log(2))


def expected_gradient(name: str, logits: torch.Tensor) -> torch.Tensor:
    """Expectation, over tokens that the policy samples, of the gradient of an estimator taken as a loss."""
    logprobs = logits.log_softmax(0)
    loss = (logprobs.exp().detach() * KL_ESTIMATORS[name](logprobs, REFERENCE.log())).sum()
    return torch.autograd.grad(loss, logits)[0]


def exact_gradient(logits: torch.Tensor, forward: bool) -> torch.Tensor:
    """Of KL(reference || policy) if `forward`, else of KL(policy || reference), summed over the vocabulary."""
    logprobs = logits.log_softmax(0)
    if forward:
        divergence = (REFERENCE * (REFERENCE.log() - logprobs)).sum()
    else:
        divergence = (logprobs.exp() * (logprobs - REFERENCE.log())).sum()
    return torch.autograd.grad(divergence, logits)[0]


def test_the_gradients_of_kl_losses_are_those_that_the_docstrings_promise() -> None:
    logits = POLICY.log().requires_grad_()
    reverse, forward = exact_gradient(logits, forward=False), exact_gradient(logits, forward=True)
    assert not torch.allclose(reverse, forward, atol=0.01)
    assert torch.allclose(expected_gradient("k1", logits), torch.zeros(3, dtype=torch.float64), atol=1e-12)
    assert torch.allclose(expected_gradient("k2", logits), reverse)
    assert torch.allclose(expected_gradient("k3", logits), forward)


def test_truncated_importance_caps_the_weight_and_passes_no_gradient() -> None:
    old = torch.tensor([0.5, 0.9, 0.2]).log().requires_grad_()
    sampler = torch.tensor([0.25, 0.3, 0.4]).log().requires_grad_()
    # 2, 3 (capped at 2.5) and 1/2.
    weights = truncated_importance(old, sampler, cap=2.5)
    assert torch.allclose(weights, torch.tensor([2.0, 2.5, 0.5]))
    assert not weights.requires_grad


def test_truncated_importance_makes_the_samplers_expectation_the_trainers() -> None:
    values = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64)
    weights = truncated_importance(POLICY.log(), REFERENCE.log(), cap=10.0)
    assert torch.allclose((REFERENCE * weights * values).sum(), (POLICY * values).sum())


def test_normalisation_weights_by_hand() -> None:
    lengths = torch.tensor([1, 3])
    assert torch.allclose(token_mean(lengths, 10), torch.tensor([1 / 4, 1 / 4]))
    assert torch.allclose(sequence_mean(lengths, 10), torch.tensor([1 / 2, 1 / 6]))
    assert torch.allclose(constant_length(lengths, 10), torch.tensor([1 / 20, 1 / 20]))


#: Each normalisation in words, over the samples' token losses and the longest completion allowed.
WHOLE: dict[str, Callable[[list[torch.Tensor], int], torch.Tensor]] = {
    "token_mean": lambda losses, longest: torch.cat(losses).mean(),
    "sequence_mean": lambda losses, longest: torch.stack([sample.mean() for sample in losses]).mean(),
    "constant_length": lambda losses, longest: torch.stack([sample.sum() / longest for sample in losses]).mean(),
}


@pytest.mark.parametrize("name", NORMALISATIONS)
@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(1, 6), st.integers(0, 2**16))
def test_any_split_of_a_mini_batch_adds_up_to_its_loss(name, lengths, parts, seed) -> None:
    generator = torch.Generator().manual_seed(seed)
    losses = torch.randn(sum(lengths), generator=generator)
    sample_of = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
    weights = NORMALISATIONS[name](torch.tensor(lengths), 12)
    # Tokens are dealt one by one: a ring rank's part of a sample, a micro-batch and a data rank are all cases of that.
    part = torch.randint(parts, (len(losses),), generator=generator)
    total = sum((weights[sample_of[part == p]] * losses[part == p]).sum() for p in range(parts))
    assert torch.allclose(torch.as_tensor(total), WHOLE[name](list(losses.split(lengths)), 12), atol=1e-5)


def test_clipped_value_loss_takes_the_larger_of_the_two_errors() -> None:
    values = torch.tensor([2.0, 2.0, 1.1], requires_grad=True)
    losses = clipped_value_loss(values, torch.ones(3), torch.tensor([3.0, 0.0, 2.0]), clip=0.5)
    # Clipped to 1.5: max(1, 1.5^2) / 2. Towards 0: max(4, 1.5^2) / 2. Within the limits: 0.9^2 / 2.
    assert torch.allclose(losses, torch.tensor([1.125, 2.0, 0.405]))
    losses.sum().backward()
    # No gradient where the clipped value rules, V - R elsewhere.
    assert torch.allclose(values.grad, torch.tensor([0.0, 2.0, -0.9]))
