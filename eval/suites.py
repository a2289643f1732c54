"""Suites: which held-out tasks a policy is scored on, and the scoring.

A suite is a task and a way to decode. Its episodes are the first distinct held-out tasks, the same for every policy, so
that policies can be compared task by task.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np

from agents.policy import Policy, SamplingConfig
from agents.rollout import EnvironmentPool, Episode, Task, Trajectory, rollout
from envs.splits import split_seed
from eval.stats import mean_interval, share_interval

#: Seeds tried for each distinct task before a suite is declared too small.
_TRIES = 50


@dataclass
class Suite:
    """What to score on.

    Attributes:
        id: Environment id.
        kwargs: The environment's arguments; `split` is always "heldout".
        max_tokens: Longest completion.
        temperature: 0 decodes greedily.
        max_turns: Longest multi-turn episode.
    """

    id: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    max_tokens: int = 256
    temperature: float = 0.0
    max_turns: int = 200

    def task(self) -> Task:
        return Task(self.id, {**self.kwargs, "split": "heldout"})


SUITES: dict[str, Suite] = {
    "text-math": Suite("LMMR1/TextMath-v0", {"levels": [1, 5]}, max_tokens=1024),
    "geometry": Suite("LMMR1/Geometry-v0", max_tokens=1024),
    "percereason": Suite("LMMR1/PerceReason-v0", max_tokens=1024),
    "sokoban-global": Suite("LMMR1/Sokoban-v0", {"preset": "small-v0"}, max_tokens=1024),
    "sokoban-online": Suite("LMMR1/Sokoban-v0", {"preset": "small-v0", "mode": "online", "max_steps": 50}),
}


@dataclass
class Result:
    """A policy's score on a suite and the episodes behind it, in the suite's order."""

    score: dict[str, Any]
    trajectories: list[Trajectory]

    def outcomes(self) -> list[float]:
        """1.0 for each solved task, else 0.0."""
        return [float(t.success) for t in self.trajectories]


def find_suite(name: str, suites: dict[str, Suite] = SUITES) -> Suite:
    """The suite of a name.

    Raises:
        ValueError: If there is none; names the nearest.
    """
    if name not in suites:
        near = get_close_matches(name, suites, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(suites)}"
        raise ValueError(f"there is no suite {name!r}; {hint}")
    return suites[name]


def heldout_episodes(suite: Suite, count: int, pool: EnvironmentPool) -> list[Episode]:
    """The first `count` held-out tasks of a suite that differ in content.

    Raises:
        ValueError: If so many distinct tasks can't be found.
    """
    task = suite.task()
    env = pool.take(task)
    seen: set[bytes] = set()
    episodes: list[Episode] = []
    for index in range(_TRIES * count):
        seed = split_seed("heldout", index)
        env.reset(seed=seed)
        if env.content() not in seen:
            seen.add(env.content())
            episodes.append(Episode(task, seed, len(episodes)))
        if len(episodes) == count:
            break
    pool.give_back(task, env)
    if len(episodes) < count:
        raise ValueError(
            f"{suite.id} with {suite.kwargs} has only {len(episodes)} distinct held-out tasks in {_TRIES * count} seeds; "
            f"ask for fewer than {count} episodes or widen the task"
        )
    return episodes


def evaluate(
    policy: Policy,
    suite: Suite,
    episodes: int,
    seed: int = 0,
    batch: int = 512,
    tell: Callable[[int], None] = lambda done: None,
) -> Result:
    """Score a policy on a suite.

    Args:
        policy: Who answers.
        suite: On what.
        episodes: How many distinct held-out tasks.
        seed: Of sampling, for policies and temperatures that are random.
        batch: Episodes played at once.
        tell: Called with the number of episodes done.
    """
    pool = EnvironmentPool()
    began = time.monotonic()
    plan = heldout_episodes(suite, episodes, pool)
    trajectories: list[Trajectory] = []
    for part, some in enumerate(_batches(plan, batch)):
        sampling = SamplingConfig(suite.temperature, 1.0, suite.max_tokens, seed=seed + part)
        trajectories += rollout(policy, some, sampling, pool, suite.max_turns)
        tell(len(trajectories))
    pool.close()
    return Result(score(trajectories, time.monotonic() - began), trajectories)


def score(trajectories: Sequence[Trajectory], seconds: float) -> dict[str, Any]:
    """Summarise episodes.

    Returns:
        `score` (mean on the benchmark's scale over the tasks that have one) with `ci95`; `success` (share solved) with
        `success_ci95`; `n`; `scored`, the tasks that have a score; `format`, the share of well-formed responses;
        `response_tokens`, their mean length; `truncated`, the share cut off; `seconds`.
    """
    turns = [turn for t in trajectories for turn in t.turns]
    scores = [t.score for t in trajectories if math.isfinite(t.score)] or [math.nan]
    solved = sum(t.success for t in trajectories)
    return {
        "score": float(np.mean(scores)),
        "ci95": list(mean_interval(scores)),
        "success": solved / len(trajectories),
        "success_ci95": list(share_interval(solved, len(trajectories))),
        "n": len(trajectories),
        "scored": sum(math.isfinite(t.score) for t in trajectories),
        "format": float(np.mean([turn.info["format_reward"] for turn in turns])),
        "response_tokens": float(np.mean([len(turn.completion.token_ids) for turn in turns])),
        "truncated": float(np.mean([turn.completion.stop_reason == "length" for turn in turns])),
        "seconds": seconds,
    }


def _batches(episodes: list[Episode], size: int) -> Iterator[list[Episode]]:
    for start in range(0, len(episodes), size):
        yield episodes[start : start + size]


def records(trajectories: Sequence[Trajectory]) -> list[dict[str, Any]]:
    """Episodes as plain data: the seed, what was answered turn by turn, and what came of it."""
    return [
        {
            "seed": t.episode.seed,
            "responses": [turn.completion.text for turn in t.turns],
            "reward": t.reward,
            "success": t.success,
            "score": t.score if math.isfinite(t.score) else None,
        }
        for t in trajectories
    ]
