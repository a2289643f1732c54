"""Losses and advantages against numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from trainers.advantage import dr_grpo, grpo, reinforce_baseline, rloo
from trainers.loss import clipped_surrogate, kl_k3

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


@pytest.mark.parametrize("estimator", [grpo, dr_grpo, rloo, reinforce_baseline])
def test_groups_that_agree_get_no_advantage(estimator) -> None:
    assert torch.equal(estimator(torch.full((6,), 0.5), torch.tensor([0, 0, 0, 1, 1, 1])), torch.zeros(6))


def test_clipped_surrogate_takes_the_pessimistic_side() -> None:
    old = torch.zeros(4)
    ratio = torch.tensor([1.5, 1.5, 0.5, 0.5])
    advantages = torch.tensor([2.0, -2.0, 2.0, -2.0])
    losses, clipped = clipped_surrogate(ratio.log(), old, advantages, clip_low=0.2, clip_high=0.3)
    # 1.5 clips to 1.3 for a gain, 0.5 to 0.8 for a loss; the other two keep their ratio.
    assert torch.allclose(losses, torch.tensor([-2.6, 3.0, -1.0, 1.6]))
    assert clipped.tolist() == [True, False, False, True]


def test_clipped_surrogate_gradient_is_zero_where_clipped_and_minus_ratio_times_advantage_elsewhere() -> None:
    logprobs = torch.tensor([1.5, 1.1]).log().requires_grad_()
    losses, _ = clipped_surrogate(logprobs, torch.zeros(2), torch.tensor([2.0, 2.0]))
    losses.sum().backward()
    assert torch.allclose(logprobs.grad, torch.tensor([0.0, -2.2]))


def test_k3_is_zero_where_the_policies_agree_and_positive_elsewhere() -> None:
    estimate = kl_k3(torch.tensor([-1.0, -1.0, -1.0]), torch.tensor([-1.0, -0.5, -2.0]))
    assert torch.allclose(estimate, torch.tensor([0.0, math.exp(0.5) - 1.5, math.exp(-1.0)]), atol=1e-6)
