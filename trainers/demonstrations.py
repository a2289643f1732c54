"""Demonstrations for the supervised warm start: tasks answered by their own solvers, or rows of a user's file.

Every demonstration is a pure function of its index, so that training resumes without replaying anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from agents.policy import Prompt
from agents.rollout import EnvironmentPool, Task
from envs.dataset import read_rows
from envs.splits import split_seed


@dataclass
class DemonstrationConfig:
    """One source of demonstrations: a task or a file.

    Attributes:
        id: Environment id, such as LMMR1/Sokoban-v0.
        kwargs: Arguments of the environment; `split` is always "train".
        styles: Share of each demonstration style the task knows; `None` for the best style alone.
        rows: Instead of a task, a JSONL file of prompts and responses (see `envs.dataset`).
        weight: How often this source is drawn relative to the others.
    """

    id: str | None = None
    kwargs: dict[str, Any] = field(default_factory=dict)
    styles: dict[str, float] | None = None
    rows: Path | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        if (self.id is None) == (self.rows is None):
            raise ValueError(
                "a source of demonstrations has either an environment `id` or a file of `rows`, not both or neither"
            )
        if self.weight <= 0:
            raise ValueError(f"weight is {self.weight}; expected a number above 0")


class Source(Protocol):
    """Anything that makes the demonstration of an index."""

    def demonstration(self, index: int, rng: np.random.Generator) -> tuple[Prompt, str]: ...


class TaskSource:
    """Demonstrations of an environment's training split."""

    def __init__(self, config: DemonstrationConfig, pool: EnvironmentPool):
        assert config.id is not None
        self._task = Task(config.id, {**config.kwargs, "split": "train"})
        self._pool = pool
        env = pool.take(self._task)
        styles = config.styles or {env.demonstration_styles[0]: 1.0}
        unknown = set(styles) - set(env.demonstration_styles)
        pool.give_back(self._task, env)
        if unknown:
            known = ", ".join(env.demonstration_styles)
            raise ValueError(f"{config.id} has no demonstration style {min(unknown)!r}; it knows {known}")
        self._styles = list(styles)
        self._shares = np.array(list(styles.values())) / sum(styles.values())

    def demonstration(self, index: int, rng: np.random.Generator) -> tuple[Prompt, str]:
        env = self._pool.take(self._task)
        observation, _ = env.reset(seed=split_seed("train", index))
        style = self._styles[rng.choice(len(self._styles), p=self._shares)]
        response = env.demonstration(style, rng)
        self._pool.give_back(self._task, env)
        return Prompt.of(observation), response


class RowSource:
    """Demonstrations read from a file, in an order shuffled anew in every pass."""

    def __init__(self, config: DemonstrationConfig):
        assert config.rows is not None
        self._rows = list(read_rows(config.rows, need=("prompt", "response")))

    def demonstration(self, index: int, rng: np.random.Generator) -> tuple[Prompt, str]:
        row = self._rows[rng.integers(len(self._rows))]
        return Prompt(row.prompt, row.load_images()), row.response or ""


class Demonstrations:
    """A mixture of sources, addressed by index.

    Args:
        configs: The sources.
        seed: Of the mixture and of the styles.

    Raises:
        ValueError: If there is no source, or one is malformed.
    """

    def __init__(self, configs: list[DemonstrationConfig], seed: int):
        if not configs:
            raise ValueError("there are no demonstrations; give at least one entry under `data`")
        self._pool = EnvironmentPool()
        self._sources: list[Source] = [RowSource(c) if c.rows else TaskSource(c, self._pool) for c in configs]
        self._shares = np.array([c.weight for c in configs]) / sum(c.weight for c in configs)
        self._seed = seed

    def __getitem__(self, index: int) -> tuple[Prompt, str]:
        """The prompt and the response of demonstration `index`, 0 <= index < 2**31."""
        rng = np.random.default_rng([self._seed, index])
        source = self._sources[rng.choice(len(self._sources), p=self._shares)]
        return source.demonstration(index, rng)

    def texts(self, count: int) -> Iterator[str]:
        """Prompts and responses of the first `count` demonstrations, for training a tokenizer."""
        for index in range(count):
            prompt, response = self[index]
            yield prompt.text
            yield response
