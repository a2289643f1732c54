"""Tables of problem families: what a domain can ask, by name and level."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np

from envs.problem import Problem

P = TypeVar("P", bound=Problem)


class FamilyTable(Mapping[str, Callable[[np.random.Generator, int], P]], Generic[P]):
    """Families by name. A new family is one function `(rng, level) -> Problem`, named as it is called here.

    Args:
        families: The functions.
        levels: The lowest and the highest level that all of them know.
    """

    def __init__(self, families: Iterable[Callable[[np.random.Generator, int], P]], levels: tuple[int, int]):
        self._families = {family.__name__: family for family in families}
        self.levels = levels

    def __getitem__(self, name: str) -> Callable[[np.random.Generator, int], P]:
        return self._families[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._families)

    def __len__(self) -> int:
        return len(self._families)

    def make(self, family: str, level: int, rng: np.random.Generator) -> P:
        """Draw a problem.

        Args:
            family: A name of this table.
            level: Within `levels`.
            rng: The only source of chance.

        Raises:
            ValueError: If the family or the level is unknown.
        """
        return self._families[self.check_family(family)](rng, self.check_level(level))

    def check_family(self, name: str) -> str:
        """Return `name` if there is such a family, else raise.

        Raises:
            ValueError: If there is none; the message has the nearest name.
        """
        if name not in self._families:
            near = difflib.get_close_matches(str(name), self._families, n=1, cutoff=0.0)
            raise ValueError(f"family {name!r} is unknown; did you mean {near[0]!r}? There are {', '.join(self)}")
        return name

    def check_families(self, names: Sequence[str] | None) -> tuple[str, ...]:
        """Return the names, or all of the table for `None`.

        Raises:
            ValueError: If one is unknown, there is none, or `names` is a bare string.
        """
        if names is None:
            return tuple(self)
        if isinstance(names, str) or not names:
            raise ValueError(f"families is {names!r}; expected a non-empty sequence of names, or None for all")
        return tuple(self.check_family(name) for name in names)

    def check_level(self, level: int) -> int:
        """Return `level` as an int if this table has it, else raise.

        Raises:
            ValueError: If it is not an integer within `levels`.
        """
        low, high = self.levels
        if not isinstance(level, int | np.integer) or isinstance(level, bool) or not low <= level <= high:
            raise ValueError(f"level is {level!r}; expected an integer from {low} to {high}")
        return int(level)

    def check_levels(self, levels: tuple[int, int]) -> tuple[int, int]:
        """Return a pair (lowest, highest) if it is an ascending one within this table's levels, else raise.

        Raises:
            ValueError: If it is not.
        """
        try:
            low, high = levels
        except (TypeError, ValueError):
            within = f"within {self.levels[0]} to {self.levels[1]}"
            raise ValueError(f"levels is {levels!r}; expected a pair (lowest, highest) {within}") from None
        if self.check_level(low) > self.check_level(high):
            raise ValueError(f"levels is {levels!r}; expected the lowest first")
        return int(low), int(high)
