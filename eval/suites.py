"""Suites: which held-out tasks a policy is scored on, and how it decodes.

A suite is one kind of task or a mix of several. Its tasks are the first distinct held-out ones, the same for every policy,
so that policies can be compared task by task; of a mix, the first n tasks hold every part by its share, whatever n is.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any

from agents.rollout import EnvironmentPool, Episode, Task
from envs.splits import split_seed

#: Seeds tried for each distinct task before a suite is declared too small.
_TRIES = 50


@dataclass
class Part:
    """One kind of task in a mix.

    Attributes:
        kwargs: The environment's arguments, beside the suite's own.
        id: Environment id; `None` for the suite's.
        weight: Its share of the tasks, relative to the other parts'.
    """

    kwargs: dict[str, Any] = field(default_factory=dict)
    id: str | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError(f"weight is {self.weight}; expected a number above 0")


@dataclass
class Suite:
    """What to score on.

    Attributes:
        id: Environment id.
        kwargs: The environment's arguments; `split` is always "heldout".
        parts: The kinds of task in a mix; empty for one kind.
        max_tokens: Longest completion.
        temperature: 0 decodes greedily.
        top_p: Share of the probability that sampling draws from.
        max_turns: Longest multi-turn episode.
        samples: Answers to each task; more than one want a temperature above 0.
        episodes: Distinct tasks if nobody says otherwise; for a data set at most as many as it has.
    """

    id: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    max_turns: int = 200
    samples: int = 1
    episodes: int = 128

    def __post_init__(self) -> None:
        if self.samples < 1 or self.episodes < 1:
            raise ValueError(f"samples is {self.samples} and episodes {self.episodes}; expected at least 1 of each")
        if self.samples > 1 and self.temperature == 0:
            raise ValueError(
                f"samples is {self.samples} at temperature 0, which draws the same answer every time; "
                "set a temperature above 0"
            )

    def tasks(self) -> list[tuple[Task, float]]:
        """The kinds of task and their weights."""
        parts = self.parts or [Part()]
        return [(Task(p.id or self.id, {**self.kwargs, **p.kwargs, "split": "heldout"}), p.weight) for p in parts]


SUITES: dict[str, Suite] = {
    "text-math": Suite("LMMR1/TextMath-v0", {"levels": [1, 5]}, max_tokens=1024),
    "geometry": Suite("LMMR1/Geometry-v0", max_tokens=1024),
    "percereason": Suite("LMMR1/PerceReason-v0", max_tokens=1024),
    "sokoban-global": Suite("LMMR1/Sokoban-v0", {"preset": "small-v0"}, max_tokens=1024),
    "sokoban-online": Suite("LMMR1/Sokoban-v0", {"preset": "small-v0", "mode": "online", "max_steps": 50}),
}


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
    kinds = suite.tasks()
    sources = [_distinct(task, _TRIES * count, pool) for task, _ in kinds]
    turns = _interleave([weight for _, weight in kinds])
    episodes: list[Episode] = []
    for group, kind in enumerate(islice(turns, count)):
        found = next(sources[kind], None)
        if found is None:
            task = kinds[kind][0]
            raise ValueError(
                f"{task.id} with {task.kwargs} has too few distinct held-out tasks for {count} episodes of this suite: "
                f"{sum(e.task == task for e in episodes)} in {_TRIES * count} seeds; ask for fewer episodes or widen the task"
            )
        task, seed = found
        episodes.append(Episode(task, seed, group))
    for source in sources:
        source.close()
    return episodes


def _distinct(task: Task, tries: int, pool: EnvironmentPool) -> Generator[tuple[Task, int], None, None]:
    """The seeds of a task's held-out episodes, each content once."""
    env = pool.take(task)
    seen: set[bytes] = set()
    try:
        for index in range(tries):
            seed = split_seed("heldout", index)
            env.reset(seed=seed)
            if env.content() not in seen:
                seen.add(env.content())
                yield task, seed
    finally:
        pool.give_back(task, env)


def _interleave(weights: list[float]) -> Iterator[int]:
    """Numbers of the weights, each always the one that is furthest behind its share (smooth weighted round-robin)."""
    credit = [0.0] * len(weights)
    while True:
        credit = [have + weight for have, weight in zip(credit, weights, strict=True)]
        chosen = max(range(len(weights)), key=credit.__getitem__)
        credit[chosen] -= sum(weights)
        yield chosen
