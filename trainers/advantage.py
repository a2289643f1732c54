"""Advantages: how much better than expected a trajectory, a turn or a token did. Each estimator is one small function.

- For whole trajectories, the table `ESTIMATORS`: rewards, float32 [N], and groups, int64 [N] (trajectories that answered
  the same task share a number), to advantages, float32 [N].
- For each turn of a trajectory: `turn_level`.
- For each token, with a critic (PPO): `kl_in_reward`, then `gae`, then `whiten`. With values of 0 the same three are the
  token-level form of REINFORCE++.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

Estimator = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

_EPSILON = 1e-6


def grpo(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """(r - mean of the group) / standard deviation of the group: GRPO, arXiv 2402.03300. Groups that agree get 0."""
    centred, count = _centre(rewards, groups)
    mean_square, _ = _group_mean(centred**2, groups)
    unbiased = mean_square * count / (count - 1).clamp(min=1)
    return (centred / (unbiased.sqrt() + _EPSILON)).float()


def dr_grpo(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """r - mean of the group, without the division: Dr. GRPO, arXiv 2503.20783."""
    return _centre(rewards, groups)[0].float()


def rloo(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """r - mean of the group's others: REINFORCE leave-one-out, arXiv 2402.14740. A group of one gets 0."""
    centred, count = _centre(rewards, groups)
    return (centred * count / (count - 1).clamp(min=1)).float()


def reinforce_baseline(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """r - mean of the group, divided by these differences' deviation in the batch: REINFORCE++-baseline, arXiv 2501.03262."""
    centred, _ = _centre(rewards, groups)  # has mean 0 in the batch already
    return (centred / (centred.square().mean().sqrt() + _EPSILON)).float()


def reinforce_pp(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """(r - mean of the batch) / standard deviation of the batch: REINFORCE++, arXiv 2501.03262. Groups play no part."""
    return whiten(rewards)


ESTIMATORS: dict[str, Estimator] = {
    "grpo": grpo,
    "dr_grpo": dr_grpo,
    "rloo": rloo,
    "reinforce_baseline": reinforce_baseline,
    "reinforce_pp": reinforce_pp,
}


def informative_groups(rewards: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """Whether each trajectory's group has rewards that are not all equal, bool [N].

    The others teach nothing; dynamic sampling (DAPO, arXiv 2503.14476) draws new tasks in their place.
    """
    _, group, count = groups.unique(return_inverse=True, return_counts=True)
    blank = rewards.new_zeros(len(count))
    highest = blank.scatter_reduce(0, group, rewards, "amax", include_self=False)
    lowest = blank.scatter_reduce(0, group, rewards, "amin", include_self=False)
    return (highest > lowest)[group]


def returns_to_go(rewards: Sequence[Sequence[float]], gamma: float) -> list[torch.Tensor]:
    """Discounted reward from each turn on, R_t = r_t + gamma * R_{t+1}: float32 [turns] for each trajectory."""
    trajectories = []
    for turns in rewards:
        total, backwards = 0.0, []
        for reward in reversed(turns):
            total = reward + gamma * total
            backwards.append(total)
        trajectories.append(torch.tensor(backwards[::-1], dtype=torch.float32))
    return trajectories


def turn_level(turn_rewards: Sequence[Sequence[float]], groups: torch.Tensor, gamma: float) -> list[torch.Tensor]:
    """Each turn's own advantage: its return-to-go, compared with those of the group at the same turn.

        A[i, t] = (R[i, t] - mean of R[j, t]) / (standard deviation of R[j, t]), over the j of i's group with a turn t

    So a turn answers for what follows it and not for what came before. This is GRPO in groups of one task and one turn: the
    step groups of GiGPO, arXiv 2505.10978, with the turn's number in place of an equal state, for turn rewards as in
    arXiv 2505.11821. A turn that no other trajectory of the group reached has nothing to be compared with, and takes the
    advantage of its trajectory's last turn that had: that one's return counts what the later turns earned, too.

    Args:
        turn_rewards: Rewards of each trajectory's turns, N trajectories.
        groups: int64 [N], as for `ESTIMATORS`.
        gamma: Discount for each turn.

    Returns:
        float32 [turns] for each trajectory. Trajectories of a single turn get what `grpo` gives them.
    """
    turns = torch.tensor([len(rewards) for rewards in turn_rewards], dtype=torch.long)
    if not turns.sum():
        return [torch.zeros(0) for _ in turn_rewards]
    trajectory = torch.repeat_interleave(turns)  # [all turns]
    first = turns.cumsum(0) - turns
    turn = torch.arange(len(trajectory)) - first[trajectory]
    _, group = groups.cpu().unique(return_inverse=True)
    step_groups = group[trajectory] * turns.max() + turn
    advantages = grpo(torch.cat(returns_to_go(turn_rewards, gamma)), step_groups)

    _, step, count = step_groups.unique(return_inverse=True, return_counts=True)
    compared = torch.bincount(trajectory[count[step] > 1], minlength=len(turns))  # the first so many turns have company
    last_compared = (compared - 1).clamp(min=0)[trajectory]
    return list(advantages[first[trajectory] + torch.minimum(turn, last_compared)].split(turns.tolist()))


def kl_in_reward(rewards: torch.Tensor, kl: torch.Tensor, sample_of: torch.Tensor, coefficient: float) -> torch.Tensor:
    """Rewards of tokens: a penalty on each, and the sample's reward on its last (InstructGPT, arXiv 2203.02155).

        r_t = -coefficient * kl_t + (the sample's reward if t is its last token)

    Args:
        rewards: float32 [samples].
        kl: Estimated KL divergence from the reference at each token, k1 as a rule; float32 [A].
        sample_of: int64 [A], non-decreasing; whole samples, never a ring rank's shard.
        coefficient: Weight of the penalty.

    Returns:
        float32 [A].
    """
    last = torch.ones_like(sample_of, dtype=torch.bool)
    last[:-1] = sample_of[1:] != sample_of[:-1]
    return last * rewards[sample_of] - coefficient * kl.detach()


@torch.no_grad()
def gae(
    rewards: torch.Tensor, values: torch.Tensor, episode_of: torch.Tensor, gamma: float, lam: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Generalised advantage estimation, arXiv 1506.02438, of many episodes laid end to end.

        delta_t = r_t + gamma * V_{t+1} - V_t,    A_t = sum over k of (gamma * lam)^k * delta_{t+k}

    with both sums and V ending at the episode's last token (terminal value 0). Nothing is padded and no loop runs over time:
    the reach of the sum doubles with each pass, so 8,192 tokens take 13.

    Args:
        rewards: Of each token, float32 [A].
        values: The critic's, of the state before each token, float32 [A].
        episode_of: int64 [A], non-decreasing: the episode that each token belongs to (all turns of a trajectory share one).
        gamma, lam: Discount and decay, in [0, 1]; both 1 gives return minus value.

    Returns:
        Advantages and returns (advantage + value, the critic's target), float32 [A] each, without gradient.
    """
    advantages = rewards - values
    advantages[:-1] += gamma * values[1:] * (episode_of[1:] == episode_of[:-1])
    reach = 1
    while reach < len(advantages):  # each entry is the sum of its next `reach` terms
        same = episode_of[reach:] == episode_of[:-reach]
        advantages[:-reach] += (gamma * lam) ** reach * advantages[reach:] * same
        reach *= 2
    return advantages, advantages + values


def whiten(values: torch.Tensor) -> torch.Tensor:
    """(x - mean) / standard deviation over all values, float32 [A]."""
    centred = values.double() - values.double().mean()
    return (centred / (centred.square().mean().sqrt() + _EPSILON)).float()


def _centre(rewards: torch.Tensor, groups: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Each reward less the mean of its group, and the group's size, both float64 [N].

    In float64 the mean of equal float32 rewards is exact, so that groups that agree get 0 and not rounding noise, which
    a division by their deviation would blow up.
    """
    wide = rewards.double()
    mean, count = _group_mean(wide, groups)
    return wide - mean, count


def _group_mean(values: torch.Tensor, groups: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean of each value's group and the group's size, both [N]."""
    _, group = groups.unique(return_inverse=True)
    count = torch.bincount(group).to(values.dtype)
    total = torch.zeros_like(count).index_add(0, group, values)
    return (total / count)[group], count[group]
