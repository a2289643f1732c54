"""Advantages against numbers worked out by hand, and against their definitions written out term by term."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.advantage import (
    ESTIMATORS,
    dr_grpo,
    gae,
    grpo,
    informative_groups,
    kl_in_reward,
    reinforce_baseline,
    reinforce_pp,
    returns_to_go,
    rloo,
    turn_level,
    whiten,
)

REWARDS = torch.tensor([1.0, 0.0, 0.0, 1.0, 3.0, 1.0, 2.0, 2.0])
GROUPS = torch.tensor([7, 7, 7, 7, 2, 2, 2, 2])


def test_grpo_divides_by_the_groups_sample_deviation() -> None:
    # Group 7: mean 1/2, deviation sqrt(4 * 1/4 / 3). Group 2: mean 2, deviation sqrt(2/3).
    a, b = 0.5 / math.sqrt(1 / 3), 1 / math.sqrt(2 / 3)
    expected = torch.tensor([a, -a, -a, a, b, -b, 0.0, 0.0])
    assert torch.allclose(grpo(REWARDS, GROUPS), expected, atol=1e-5)


def test_dr_grpo_subtracts_the_mean_alone() -> None:
    expected = torch.tensor([0.5, -0.5, -0.5, 0.5, 1.0, -1.0, 0.0, 0.0])
    assert torch.allclose(dr_grpo(REWARDS, GROUPS), expected)


def test_rloo_subtracts_the_mean_of_the_others() -> None:
    # First reward: 1 - (0 + 0 + 1)/3 = 2/3. Fifth: 3 - (1 + 2 + 2)/3 = 4/3.
    expected = torch.tensor([2 / 3, -2 / 3, -2 / 3, 2 / 3, 4 / 3, -4 / 3, 0.0, 0.0])
    assert torch.allclose(rloo(REWARDS, GROUPS), expected)


def test_reinforce_baseline_divides_by_the_batchs_deviation() -> None:
    # Centred rewards have mean 0 and mean square (4 * 1/4 + 2 * 1) / 8 = 3/8.
    expected = torch.tensor([0.5, -0.5, -0.5, 0.5, 1.0, -1.0, 0.0, 0.0]) / math.sqrt(3 / 8)
    assert torch.allclose(reinforce_baseline(REWARDS, GROUPS), expected, atol=1e-5)


def test_reinforce_pp_normalises_over_the_batch_whatever_the_groups() -> None:
    # Sum 10, sum of squares 20: mean 5/4, variance 20/8 - 25/16 = 15/16.
    expected = torch.tensor([-1.0, -5.0, -5.0, -1.0, 7.0, -1.0, 3.0, 3.0]) / 4 / math.sqrt(15 / 16)
    assert torch.allclose(reinforce_pp(REWARDS, GROUPS), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["grpo", "dr_grpo", "rloo", "reinforce_baseline"])
def test_groups_that_agree_get_exactly_no_advantage_in_a_batch_of_any_rewards(name) -> None:
    # 0.1 and 0.7 have no exact float32, and sums of 7 of them round.
    rewards = torch.tensor([0.1] * 7 + [0.7] * 7 + [0.0, 1.0])
    groups = torch.tensor([0] * 7 + [1] * 7 + [2] * 2)
    advantages = ESTIMATORS[name](rewards, groups)
    assert torch.equal(advantages[:14], torch.zeros(14))
    assert advantages[14] < 0 < advantages[15]


@pytest.mark.parametrize("name", ESTIMATORS)
def test_advantages_are_float32_and_follow_their_trajectories_when_groups_interleave(name) -> None:
    order = torch.tensor([4, 0, 5, 1, 6, 2, 7, 3])
    advantages = ESTIMATORS[name](REWARDS[order], GROUPS[order])
    assert advantages.dtype == torch.float32
    assert torch.allclose(advantages, ESTIMATORS[name](REWARDS, GROUPS)[order])


@pytest.mark.parametrize("name", ["grpo", "dr_grpo", "rloo"])
def test_a_group_of_one_gets_no_advantage(name) -> None:
    assert ESTIMATORS[name](torch.tensor([3.0, 0.0, 1.0]), torch.tensor([5, 1, 1]))[0] == 0


def test_informative_groups_are_those_whose_rewards_differ() -> None:
    rewards = torch.tensor([0.1, 1.0, 0.1, 0.0, 0.1, 1.0, -2.0])
    groups = torch.tensor([9, 4, 9, 4, 9, 4, 6])
    assert informative_groups(rewards, groups).tolist() == [False, True, False, True, False, True, False]


def test_informative_groups_sees_differences_among_negative_rewards() -> None:
    rewards = torch.tensor([-1.0, -1.0, -1.0, -2.0])
    assert informative_groups(rewards, torch.tensor([0, 0, 1, 1])).tolist() == [False, False, True, True]


def test_returns_to_go_discount_each_turn() -> None:
    # 4; 2 + 4/2 = 4; 1 + 4/2 = 3.
    first, second, third = returns_to_go([[1.0, 2.0, 4.0], [-1.0], []], gamma=0.5)
    assert first.tolist() == [3.0, 4.0, 4.0]
    assert second.tolist() == [-1.0]
    assert third.tolist() == []


def test_turn_level_compares_returns_to_go_at_the_same_turn_of_the_same_task() -> None:
    # Task 3 (first, third, fourth), gamma 1: returns-to-go (3, 2, 2), (1, 0), (2).
    #   Turn 0: 3, 1, 2 with mean 2 and sample deviation sqrt((1 + 1 + 0) / 2) = 1, so 1, -1, 0.
    #   Turn 1: 2, 0 with mean 1 and sample deviation sqrt((1 + 1) / 1) = sqrt 2, so 1 / sqrt 2 and its opposite.
    #   Turn 2: reached by one alone, which keeps its turn 1's 1 / sqrt 2.
    # Task 8 (second) has no other trajectory.
    rewards = [[1.0, 0.0, 2.0], [5.0, 1.0], [1.0, 0.0], [2.0]]
    a, b, c, d = turn_level(rewards, torch.tensor([3, 8, 3, 3]), gamma=1.0)
    half = 1 / math.sqrt(2)
    assert torch.allclose(a, torch.tensor([1.0, half, half]), atol=1e-5)
    assert torch.equal(b, torch.zeros(2))
    assert torch.allclose(c, torch.tensor([-1.0, -half]), atol=1e-5)
    assert torch.allclose(d, torch.tensor([0.0]), atol=1e-5)


def test_turn_level_discounts_what_comes_later() -> None:
    # gamma 1/2, turn 0: 0 + 4/2 = 2 and 1 + 0 = 1 differ by 1, so +-(1/2) / sqrt(1/2). Turn 1: 4 and 0, the same.
    high, low = turn_level([[0.0, 4.0], [1.0, 0.0]], torch.tensor([0, 0]), gamma=0.5)
    assert torch.allclose(high, torch.full((2,), 0.5**0.5), atol=1e-5)
    assert torch.allclose(low, torch.full((2,), -(0.5**0.5)), atol=1e-5)
    # gamma 0.1 turns turn 0 round: 0.4 against 1.
    high, low = turn_level([[0.0, 4.0], [1.0, 0.0]], torch.tensor([0, 0]), gamma=0.1)
    assert high[0] < 0 < high[1]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-2, 2, width=32), st.integers(0, 3)), min_size=1, max_size=12), st.floats(0, 1))
def test_turn_level_of_single_turns_is_exactly_grpo(trajectories, gamma) -> None:
    rewards, groups = zip(*trajectories, strict=True)
    advantages = turn_level([[reward] for reward in rewards], torch.tensor(groups), gamma)
    assert torch.equal(torch.cat(advantages), grpo(torch.tensor(rewards), torch.tensor(groups)))


def test_turn_level_does_not_credit_a_turn_for_what_came_before() -> None:
    groups = torch.tensor([0, 0, 0])
    before = turn_level([[0.0, 1.0], [0.0, 0.0], [0.0, 0.5]], groups, gamma=1.0)
    after = turn_level([[0.0, 1.0], [9.0, 0.0], [0.0, 0.5]], groups, gamma=1.0)
    assert torch.equal(torch.stack(before)[:, 1], torch.stack(after)[:, 1])
    assert not torch.equal(torch.stack(before)[:, 0], torch.stack(after)[:, 0])


def test_turn_level_leaves_room_for_trajectories_without_turns() -> None:
    none, high, low = turn_level([[], [1.0], [0.0]], torch.tensor([0, 0, 0]), gamma=1.0)
    assert none.shape == (0,)
    assert high[0] > 0 > low[0]
    assert [len(advantages) for advantages in turn_level([[], []], torch.tensor([0, 1]), gamma=1.0)] == [0, 0]


def test_kl_in_reward_places_each_samples_reward_on_its_last_token() -> None:
    rewards = torch.tensor([1.0, -2.0, 0.5])
    kl = torch.tensor([0.1, 0.2, -0.1, 0.3, 0.0, 1.0])
    tokens = kl_in_reward(rewards, kl, torch.tensor([0, 0, 1, 2, 2, 2]), coefficient=0.5)
    # -0.5 * kl, and + 1 on the second token, - 2 on the third, + 0.5 on the sixth.
    assert torch.allclose(tokens, torch.tensor([-0.05, 0.9, -1.95, -0.15, 0.0, 0.0]))


def test_gae_of_two_tokens_by_hand() -> None:
    # gamma 1/2, lambda 1/2. delta_1 = 4 - 2 = 2; delta_0 = 1 + 2/2 - 3 = -1; A_0 = -1 + 2/4 = -1/2.
    # A second episode of one token: 1 - 5 = -4, and no trace of it in the first.
    advantages, returns = gae(
        torch.tensor([1.0, 4.0, 1.0]), torch.tensor([3.0, 2.0, 5.0]), torch.tensor([0, 0, 4]), gamma=0.5, lam=0.5
    )
    assert advantages.tolist() == [-0.5, 2.0, -4.0]
    assert returns.tolist() == [2.5, 4.0, 1.0]


def definition(rewards: torch.Tensor, values: torch.Tensor, gamma: float, lam: float) -> torch.Tensor:
    """A_t = sum over k of (gamma lam)^k delta_{t+k} of a single episode, every sum written out."""
    steps = len(rewards)
    after = [*values[1:].tolist(), 0.0]
    deltas = [float(rewards[t]) + gamma * after[t] - float(values[t]) for t in range(steps)]
    sums = [sum((gamma * lam) ** k * deltas[t + k] for k in range(steps - t)) for t in range(steps)]
    return torch.tensor(sums, dtype=torch.float64)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1, 20), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.5, 0.97, 1.0]),
    st.sampled_from([0.0, 0.5, 0.95, 1.0]),
    st.integers(0, 2**16),
)
def test_gae_of_packed_episodes_is_the_definition_applied_to_each(lengths, gamma, lam, seed) -> None:
    generator = torch.Generator().manual_seed(seed)
    rewards, values = torch.randn(2, sum(lengths), generator=generator, dtype=torch.float64)
    episode_of = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
    advantages, returns = gae(rewards, values, episode_of, gamma, lam)
    parts = zip(rewards.split(lengths), values.split(lengths), strict=True)
    expected = torch.cat([definition(r, v, gamma, lam) for r, v in parts])
    assert torch.allclose(advantages, expected, atol=1e-10)
    assert torch.allclose(returns, expected + values, atol=1e-10)


def test_gae_of_8192_float32_tokens_agrees_with_the_backward_recursion() -> None:
    generator = torch.Generator().manual_seed(0)
    values = torch.randn(8192, generator=generator)
    rewards = torch.zeros(8192)
    rewards[-1] = 1.0
    advantages, _ = gae(rewards, values, torch.zeros(8192, dtype=torch.long), gamma=1.0, lam=0.999)
    expected, ahead, after = [], 0.0, 0.0
    for reward, value in zip(reversed(rewards.tolist()), reversed(values.tolist()), strict=True):
        ahead = reward + after - value + 0.999 * ahead
        after = value
        expected.append(ahead)
    assert torch.allclose(advantages.double(), torch.tensor(expected[::-1], dtype=torch.float64), atol=1e-5)


def test_gae_with_gamma_and_lambda_1_is_the_return_minus_the_value() -> None:
    rewards, values = torch.tensor([0.0, 0.5, 1.0, 2.0]), torch.tensor([0.25, 0.5, -1.0, 1.0])
    advantages, returns = gae(rewards, values, torch.tensor([0, 0, 0, 1]), gamma=1.0, lam=1.0)
    # To go: 0 + 0.5 + 1, 0.5 + 1, 1; 2.
    assert torch.allclose(returns, torch.tensor([1.5, 1.5, 1.0, 2.0]))
    assert torch.allclose(advantages, torch.tensor([1.25, 1.0, 2.0, 1.0]))


def test_gae_passes_no_gradient_to_the_critic() -> None:
    values = torch.ones(3, requires_grad=True)
    advantages, returns = gae(torch.ones(3), values, torch.zeros(3, dtype=torch.long), 1.0, 1.0)
    assert not advantages.requires_grad
    assert not returns.requires_grad


def test_whiten_leaves_mean_0_and_deviation_1() -> None:
    # 1, 2, 6: mean 3, variance (4 + 1 + 9) / 3 = 14/3.
    expected = torch.tensor([-2.0, -1.0, 3.0]) / math.sqrt(14 / 3)
    assert torch.allclose(whiten(torch.tensor([1.0, 2.0, 6.0])), expected, atol=1e-5)


def test_reward_gae_and_whiten_without_values_make_token_level_reinforce_pp() -> None:
    # A_t = r - 0.1 * sum of kl from t on: 1 - 0.3, 1 - 0.2; 0 - 0.1. Mean 1.4/3, then normalised.
    kl, samples = torch.tensor([1.0, 2.0, 1.0]), torch.tensor([0, 0, 1])
    rewards = kl_in_reward(torch.tensor([1.0, 0.0]), kl, samples, coefficient=0.1)
    advantages, _ = gae(rewards, torch.zeros(3), samples, gamma=1.0, lam=1.0)
    raw = torch.tensor([0.7, 0.8, -0.1])
    assert torch.allclose(advantages, raw)
    deviation = math.sqrt((0.49 + 0.64 + 0.01) / 3 - (1.4 / 3) ** 2)
    assert torch.allclose(whiten(advantages), (raw - 1.4 / 3) / deviation, atol=1e-5)
