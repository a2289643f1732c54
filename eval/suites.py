"""Suites: which held-out tasks a policy is scored on, and how it decodes.

A suite is one kind of task or a mix of several. Its tasks are the first distinct held-out ones, the same for every policy,
so that policies can be compared task by task; of a mix, the first n tasks hold every part by its share, whatever n is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from agents.rollout import EnvironmentPool, Episode, Task
from envs.football.choice import DIFFICULTIES, KINDS
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


#: The 20 levels of MageBench's "mini" set, which LMM-R1's table is about: preset -> how many, and the most moves that an
#: optimal plan may have here. They are the levels with short plans (2 to 30 moves), and doing nothing scores 41.18 on them.
_MINI = {
    "small-v0": (9, 6),
    "small-v1": (3, 10),
    "v0": (2, 15),
    "v1": (1, 14),
    "large-v0": (3, 18),
    "huge-v0": (2, 40),
}
#: All its 182 levels, none of which takes more than 50 moves; doing nothing scores 45.60 on them.
_ALL = {
    "small-v0": (50, 50),
    "small-v1": (20, 50),
    "v0": (15, 50),
    "v1": (24, 50),
    "v2": (22, 50),
    "large-v0": (14, 50),
    "large-v1": (18, 50),
    "huge-v0": (19, 50),
}


def _sokoban(levels: dict[str, tuple[int, int]], episodes: int, **kwargs: Any) -> Suite:
    parts = [Part({"preset": name, "max_solution": moves}, weight=n) for name, (n, moves) in levels.items()]
    return Suite("LMMR1/Sokoban-v0", kwargs, parts, max_tokens=1024, episodes=episodes)


def _football(episodes: int, **kwargs: Any) -> Suite:
    """Generated attacks of every kind and difficulty, each as often as the others."""
    parts = [Part({"kind": kind, "difficulty": level}) for level in DIFFICULTIES for kind in KINDS]
    return Suite("LMMR1/Football-v0", kwargs, parts, max_tokens=1024, max_turns=400, episodes=episodes)


def _data_set(source: str, rows: int) -> Suite:
    """A published benchmark, greedily, with as many tokens as the paper's models may write."""
    return Suite("LMMR1/Dataset-v0", {"source": source, "on_error": "skip"}, max_tokens=8192, episodes=rows)


SUITES: dict[str, Suite] = {
    "text-math": Suite("LMMR1/TextMath-v0", {"levels": [1, 5]}, max_tokens=1024),
    "geometry": Suite("LMMR1/Geometry-v0", max_tokens=1024),
    "percereason": Suite("LMMR1/PerceReason-v0", max_tokens=1024),
    "sokoban-global": _sokoban(_MINI, 100),
    "sokoban-online": _sokoban(_MINI, 100, mode="online"),
    "sokoban-global-all": _sokoban(_ALL, 182),
    "sokoban-online-all": _sokoban(_ALL, 182, mode="online"),
    "football-online": _football(108, mode="online"),  # as many as MageBench has
    "math500": _data_set("math500", 500),
    "gpqa-diamond": _data_set("gpqa-diamond", 198),
    "olympiadbench": _data_set("olympiadbench", 606),
    "mathvision": _data_set("mathvision", 3_040),
    "mathverse": _data_set("mathverse", 3_940),
    "mm-star": _data_set("mm-star", 1_500),
    "mathvista": _data_set("mathvista", 1_000),
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
    """The first `count` held-out tasks of a suite that differ in content; of data sets that have fewer rows, all.

    Raises:
        ValueError: If so many distinct tasks can't be found, though there is no end of them.
    """
    kinds = suite.tasks()
    sources = [_Distinct(task, count, pool) for task, _ in kinds]
    episodes: list[Episode] = []
    for kind in _interleave([weight for _, weight in kinds]):
        if len(episodes) == count or not any(source.going for source in sources):
            break
        task, seed = kinds[kind][0], sources[kind].next()
        if seed is not None:
            episodes.append(Episode(task, seed, len(episodes)))
    for source in sources:
        source.close()
    if not episodes:
        raise ValueError(f"{suite.id} with {suite.kwargs} has no held-out task; choose another data set or part of it")
    return episodes


class _Distinct:
    """The seeds of a task's held-out episodes, each content once. Borrows an environment of the pool."""

    def __init__(self, task: Task, count: int, pool: EnvironmentPool):
        self._task, self._count, self._pool = task, count, pool
        self._env = pool.take(task)
        self._finite = self._env.size is not None
        self._seeds = range(min(_TRIES * count, self._env.size or sys.maxsize))
        self._next, self._seen = 0, set[bytes]()
        self.going = True

    def next(self) -> int | None:
        """The next seed; `None` if a data set is through.

        Raises:
            ValueError: If a task that should not run out of episodes does.
        """
        while self._next < len(self._seeds):
            seed = split_seed("heldout", self._seeds[self._next])
            self._next += 1
            self._env.reset(seed=seed)
            content = self._env.content()
            if content not in self._seen:
                self._seen.add(content)
                return seed
        self.going = False
        if not self._finite:
            raise ValueError(
                f"{self._task.id} with {self._task.kwargs} has only {len(self._seen)} distinct held-out tasks in "
                f"{len(self._seeds)} seeds, too few for {self._count} episodes; ask for fewer, or widen the task"
            )
        return None

    def close(self) -> None:
        self._pool.give_back(self._task, self._env)


def _interleave(weights: list[float]) -> Iterator[int]:
    """Numbers of the weights, each always the one that is furthest behind its share (smooth weighted round-robin)."""
    credit = [0.0] * len(weights)
    while True:
        credit = [have + weight for have, weight in zip(credit, weights, strict=True)]
        chosen = max(range(len(weights)), key=credit.__getitem__)
        credit[chosen] -= sum(weights)
        yield chosen
