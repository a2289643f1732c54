"""Dynamic gradient clipping against a fixed threshold, on training that meets outlier batches.

A small network learns to walk to a goal on a grid: group-relative advantages, the clipped surrogate, AdamW. Every
`EVERY` steps one batch is broken: its advantages go to the wrong trajectories, `SCALE` times too large. That happens
behind the estimator, whose division by the group's deviation would hide the scale. Each rule trains on the same seeds,
once with the broken batches and once without.

The reward of a policy after its last step is computed exactly over all tasks and actions, so what noise there is comes
from training. Ratios are of means over seeds; the standard error of the difference, seed by seed, is printed beside them,
and 0.99 as a target leaves room for it. A spike is the largest norm kept after the warm-up, over the median norm of the
ordinary batches.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from harness import Row, finish, parser
from rich.console import Console
from rich.table import Table
from torch.nn.functional import one_hot
from torch.nn.utils import clip_grads_with_norm_, get_total_norm, parameters_to_vector

from trainers.advantage import ESTIMATORS
from trainers.clipping import ClipConfig, Clipper
from trainers.loss import Clip, Tokens, clipped_surrogate

SIDE, HORIZON = 5, 12
TASKS, GROUP = 12, 8
STEPS, LR = 200, 4e-3
FIRST, EVERY, SCALE = 40, 20, 64.0
SEEDS = range(8)

RULES = {
    "none": ClipConfig("fixed", max_norm=math.inf),
    "fixed 1.0": ClipConfig("fixed", max_norm=1.0),
    "fixed 0.2, the usual norm": ClipConfig("fixed", max_norm=0.2),
    "percentile": ClipConfig("percentile", max_norm=1.0),
    "zscore": ClipConfig("zscore", max_norm=1.0),
}
DEFAULT, FITTED = "fixed 1.0", "fixed 0.2, the usual norm"


@dataclass(frozen=True)
class Walks:
    """Trajectories of N walkers.

    Attributes:
        states: int64 [N, HORIZON].
        actions: int64 [N, HORIZON].
        logprobs: Of the actions, float32 [N, HORIZON].
        walking: Whether the walker had yet to arrive, bool [N, HORIZON].
        rewards: `reward_at` the step of arrival, else 0; float32 [N].
    """

    states: torch.Tensor
    actions: torch.Tensor
    logprobs: torch.Tensor
    walking: torch.Tensor
    rewards: torch.Tensor


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        reward: Expected, after the last step.
        spike: Largest norm kept after the warm-up, over the median norm of the ordinary batches.
        update_spike: Largest change of the parameters after the warm-up, over the median one.
        clipped: Share of the ordinary batches after the warm-up that were clipped.
    """

    reward: float
    spike: float
    update_spike: float
    clipped: float


def tabulate() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The grid as tables over its states, which are pairs of the walker's cell and the goal's.

    Returns:
        What the policy sees, float32 [states, 4 * SIDE]; the state after each move, int64 [states, 4]; and whether the walker
        has arrived, bool [states].
    """
    axis = torch.arange(SIDE)
    places = torch.cartesian_prod(axis, axis, axis, axis)  # [states, 4]: row and column of the walker, of the goal
    seen = one_hot(places, SIDE).float().flatten(1)
    moves = torch.tensor([[0, 1], [0, -1], [1, 0], [-1, 0]])
    row, column = (places[:, None, :2] + moves).clamp(0, SIDE - 1).unbind(-1)
    after = (row * SIDE + column) * SIDE**2 + (places[:, 2:] @ torch.tensor([SIDE, 1]))[:, None]
    return seen, after, (places[:, :2] == places[:, 2:]).all(1)


SEEN, AFTER, ARRIVED = tabulate()


@torch.no_grad()
def walk(policy: torch.nn.Module, rng: torch.Generator) -> Walks:
    """Sample `GROUP` trajectories for each of `TASKS` random pairs of start and goal."""
    table = policy(SEEN).log_softmax(-1)  # [states, 4]
    state = (~ARRIVED).float().multinomial(TASKS, generator=rng).repeat_interleave(GROUP)
    gumbel = -torch.empty(HORIZON, len(state), 4).exponential_(generator=rng).log()
    rewards = torch.zeros(len(state))
    steps = []
    for step in range(HORIZON):
        action = (table[state] + gumbel[step]).argmax(1)
        walking = ~ARRIVED[state]
        steps.append((state, action, table[state, action], walking))
        state = torch.where(walking, AFTER[state, action], state)
        rewards[walking & ARRIVED[state]] = reward_at(step)
    return Walks(*(torch.stack(column, 1) for column in zip(*steps, strict=True)), rewards)


@torch.no_grad()
def expected_reward(policy: torch.nn.Module) -> float:
    """The reward of the sampling policy, exact: averaged over all starts, goals and actions."""
    chances = policy(SEEN).softmax(-1)  # [states, 4]
    value = torch.zeros(len(SEEN))
    for step in reversed(range(HORIZON)):
        value = (chances * torch.where(ARRIVED, reward_at(step), value)[AFTER]).sum(1)
    return float(value[~ARRIVED].mean())


def reward_at(step: int) -> float:
    """For arriving with a step counted from 0."""
    return 1 - 0.9 * (step + 1) / HORIZON


def train(seed: int, config: ClipConfig, broken: bool) -> Run:
    """Train one policy; `broken` puts in the outlier batches."""
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    policy = torch.nn.Sequential(torch.nn.Linear(4 * SIDE, 64), torch.nn.Tanh(), torch.nn.Linear(64, 4))
    weights = list(policy.parameters())
    optimizer = torch.optim.AdamW(weights, lr=LR, betas=(0.9, 0.95), weight_decay=0.0)
    clipper = Clipper(config)
    groups = torch.arange(TASKS).repeat_interleave(GROUP)
    norms, kept, updates = [], [], []
    for step in range(STEPS):
        walks = walk(policy, rng)
        advantages = ESTIMATORS["grpo"](walks.rewards, groups)
        if broken and outlier(step):
            advantages = SCALE * advantages[torch.randperm(len(advantages), generator=rng)]
        optimizer.zero_grad()
        loss(policy, walks, advantages).backward()
        norm = get_total_norm([w.grad for w in weights])
        threshold = clipper.threshold(float(norm))
        clip_grads_with_norm_(weights, threshold, norm)
        before = parameters_to_vector(weights).detach().clone()
        optimizer.step()
        norms.append(float(norm))
        kept.append(min(float(norm), threshold))
        updates.append(float((parameters_to_vector(weights).detach() - before).norm()))
    ordinary = [step for step in range(FIRST, STEPS) if not outlier(step)]
    return Run(
        reward=expected_reward(policy),
        spike=max(kept[FIRST:]) / statistics.median(norms[step] for step in ordinary),
        update_spike=max(updates[FIRST:]) / statistics.median(updates[FIRST:]),
        clipped=statistics.fmean(kept[step] < norms[step] for step in ordinary),
    )


def outlier(step: int) -> bool:
    return step >= FIRST and (step - FIRST) % EVERY == 0


def loss(policy: torch.nn.Module, walks: Walks, advantages: torch.Tensor) -> torch.Tensor:
    """The clipped surrogate, averaged over the steps walked."""
    taken = walks.walking
    sample_of = torch.arange(len(taken))[:, None].expand(-1, HORIZON)[taken]
    tokens = Tokens(
        logprobs=policy(SEEN[walks.states[taken]]).log_softmax(-1).gather(1, walks.actions[taken][:, None])[:, 0],
        old_logprobs=walks.logprobs[taken],
        advantages=advantages[sample_of],
        sample_of=sample_of,
        lengths=taken.sum(1).float(),
    )
    return clipped_surrogate(tokens, Clip())[0].mean()


def mean(runs: Sequence[Run]) -> float:
    return statistics.fmean(run.reward for run in runs)


def error(ours: Sequence[Run], other: Sequence[Run]) -> float:
    """Standard error of the mean difference in reward, as a share of the other's reward."""
    differences = [a.reward - b.reward for a, b in zip(ours, other, strict=True)]
    return statistics.stdev(differences) / math.sqrt(len(differences)) / mean(other)


def show(title: str, results: dict[str, list[Run]]) -> None:
    table = Table(title=title)
    for column in ("rule", "final reward", "spread over seeds", "spike", "update spike", "ordinary steps clipped"):
        table.add_column(column, justify="left" if column == "rule" else "right")
    for rule, runs in results.items():
        table.add_row(
            rule,
            f"{mean(runs):.3f}",
            f"{statistics.stdev(run.reward for run in runs):.3f}",
            f"{max(run.spike for run in runs):.1f}",
            f"{max(run.update_spike for run in runs):.1f}",
            f"{statistics.fmean(run.clipped for run in runs):.0%}",
        )
    Console().print(table)


def rows(broken: dict[str, list[Run]], clean: dict[str, list[Run]]) -> list[Row]:
    worst = {rule: max(run.spike for run in runs) for rule, runs in broken.items()}
    found = []
    for rule in ("percentile", "zscore"):
        ours = broken[rule]
        found += [
            Row(f"{rule}: final reward / {DEFAULT}", mean(ours), mean(broken[DEFAULT]), ">= 0.99"),
            Row(f"{rule}: final reward / {FITTED}", mean(ours), mean(broken[FITTED]), ">= 0.99"),
            Row(f"{rule}: final reward / {DEFAULT}, no outliers", mean(clean[rule]), mean(clean[DEFAULT]), ">= 0.99"),
            Row(f"{rule}: standard error of these ratios", max(error(ours, broken[f]) for f in (DEFAULT, FITTED))),
            Row(f"{rule}: spike, other: no clipping", worst[rule], worst["none"], "<= 3", value=worst[rule]),
        ]
    found.append(Row(f"{DEFAULT}: spike, other: no clipping", worst[DEFAULT], worst["none"], value=worst[DEFAULT]))
    found.append(Row(f"no clipping: final reward / {DEFAULT}", mean(broken["none"]), mean(broken[DEFAULT])))
    return found


def main() -> int:
    args = parser(__doc__.splitlines()[0]).parse_args()
    torch.set_num_threads(1)  # tensors this small get slower when shared between cores
    broken = {rule: [train(seed, config, True) for seed in SEEDS] for rule, config in RULES.items()}
    learned = {rule: config for rule, config in RULES.items() if rule in (DEFAULT, "percentile", "zscore")}
    clean = {rule: [train(seed, config, False) for seed in SEEDS] for rule, config in learned.items()}
    show(f"One batch in {EVERY} broken, {len(SEEDS)} seeds", broken)
    show("No broken batches", clean)
    return finish("Dynamic gradient clipping", rows(broken, clean), args.json)


if __name__ == "__main__":
    sys.exit(main())
