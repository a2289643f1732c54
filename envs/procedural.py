"""Problem families as a source of questions: a family and a level are drawn, then a problem of the split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import gymnasium as gym
import numpy as np

from envs.families import FamilyTable
from envs.problem import Problem
from envs.question import Question
from envs.splits import Split, in_split

#: Draws before giving up on a split. One problem in eight is held out, so only a family far too small gets here.
MAX_DRAWS = 10_000

P = TypeVar("P", bound=Problem)


class ProceduralSource(Generic[P]):
    """Questions without limit.

    Args:
        table: All families of the domain.
        families: Names of those to draw from; `None` for all.
        levels: Lowest and highest level to draw, both included.
        pose: Makes a question of a problem. It may draw from the generator, for wording, style or options.
        observation_space: What the questions are observed as.

    Raises:
        ValueError: If a family or a level is unknown.
    """

    options: tuple[str, ...] = ("family", "level")

    def __init__(
        self,
        table: FamilyTable[P],
        families: Sequence[str] | None,
        levels: tuple[int, int],
        pose: Callable[[P, np.random.Generator], Question],
        observation_space: gym.spaces.Dict,
    ):
        self.table = table
        self.families = table.check_families(families)
        self.levels = table.check_levels(levels)
        self.observation_space = observation_space
        self._pose = pose

    def question(
        self, rng: np.random.Generator, seed: int | None, options: Mapping[str, Any], split: Split | None
    ) -> Question:
        """A question of the family and level that `options` name, or else of ones drawn uniformly.

        Raises:
            ValueError: If `options` name an unknown family or level.
        """
        # Drawn even when an option overrides them: the problem of a seed does not hang on how it was asked for.
        family = self.families[int(rng.integers(len(self.families)))]
        level = int(rng.integers(self.levels[0], self.levels[1] + 1))
        return self._pose(self._draw(options.get("family", family), options.get("level", level), rng, split), rng)

    def _draw(self, family: str, level: int, rng: np.random.Generator, split: Split | None) -> P:
        for _ in range(MAX_DRAWS):
            problem = self.table.make(family, level, rng)
            if in_split(problem.content, split):
                return problem
        raise RuntimeError(f"{MAX_DRAWS} problems of {family} at level {level}, and none in split {split!r}")
