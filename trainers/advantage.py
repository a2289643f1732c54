"""Advantages: how much better a trajectory did than its group. Each estimator is one small function in a table.

All take rewards, float32 [N], and groups, int64 [N] (trajectories that answered the same task share a number), and
return advantages, float32 [N].
"""

from __future__ import annotations

from collections.abc import Callable

import torch

Estimator = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

_EPSILON = 1e-6


def grpo(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """(r - mean of the group) / standard deviation of the group: GRPO, arXiv 2402.03300. Groups that agree get 0."""
    mean, count = _group_mean(rewards, groups)
    variance, _ = _group_mean((rewards - mean) ** 2, groups)
    unbiased = variance * count / (count - 1).clamp(min=1)
    return (rewards - mean) / (unbiased.sqrt() + _EPSILON)


def dr_grpo(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """r - mean of the group, without the division: Dr. GRPO, arXiv 2503.20783."""
    return rewards - _group_mean(rewards, groups)[0]


def rloo(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """r - mean of the group's others: REINFORCE leave-one-out, arXiv 2402.14740. A group of one gets 0."""
    mean, count = _group_mean(rewards, groups)
    return (rewards - mean) * count / (count - 1).clamp(min=1)


def reinforce_baseline(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """r - mean of the group, then divided by the whole batch's deviation: REINFORCE++-baseline, arXiv 2501.03262."""
    centred = dr_grpo(rewards, groups)
    return (centred - centred.mean()) / (centred.std(unbiased=False) + _EPSILON)


ESTIMATORS: dict[str, Estimator] = {
    "grpo": grpo,
    "dr_grpo": dr_grpo,
    "rloo": rloo,
    "reinforce_baseline": reinforce_baseline,
}


def _group_mean(values: torch.Tensor, groups: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean of each value's group and the group's size, both [N]."""
    _, group = groups.unique(return_inverse=True)
    count = torch.bincount(group).to(values.dtype)
    total = torch.zeros_like(count).index_add(0, group, values)
    return (total / count)[group], count[group]
