"""Descriptions of shapes, such as "large striped stars that are red or blue": in words, and as a test of a shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from envs.percereason.making import listed
from envs.percereason.scenes.shapes import COLOURS, FILLS, KINDS, SIZES, plural
from envs.problem import flip, pick

#: The attributes of a shape in the order of the words in English.
ATTRIBUTES = ("size", "fill", "colour", "kind")
_VALUES = {"size": SIZES, "fill": FILLS, "colour": COLOURS, "kind": KINDS}

#: A shape without its place: values of `ATTRIBUTES` in their order.
Attributes = tuple[str, str, str, str]


@dataclass(frozen=True)
class Wanted:
    """A description.

    Attributes:
        fixed: Attributes with the one value that they must have.
        clause: An attribute, two values of it and whether they are excluded; `None` for no clause.
    """

    fixed: tuple[tuple[str, str], ...]
    clause: tuple[str, tuple[str, str], bool] | None = None

    def holds(self, shape: Attributes) -> bool:
        has = dict(zip(ATTRIBUTES, shape, strict=True))
        if any(has[name] != value for name, value in self.fixed):
            return False
        return self.clause is None or (has[self.clause[0]] in self.clause[1]) != self.clause[2]

    def applied(self, shape: Attributes, pools: Mapping[str, tuple[str, ...]], rng: np.random.Generator) -> Attributes:
        """The shape changed so that the description holds."""
        has = dict(zip(ATTRIBUTES, shape, strict=True)) | dict(self.fixed)
        if self.clause:
            name, values, excluded = self.clause
            allowed = [v for v in pools[name] if v not in values] if excluded else values
            if has[name] not in allowed:
                has[name] = pick(rng, allowed)
        return has["size"], has["fill"], has["colour"], has["kind"]

    def phrase(self) -> str:
        """In words, in the plural."""
        values = dict(self.fixed)
        adjectives = [values[name] for name in ATTRIBUTES[:3] if name in values]
        noun = plural(values["kind"]) if "kind" in values else "shapes"
        words = " ".join([*adjectives, noun])
        if self.clause is None:
            return words
        name, pair, excluded = self.clause
        said = [plural(value) for value in pair] if name == "kind" else list(pair)
        return f"{words} that are {'neither ' if excluded else ''}{listed(said, 'nor' if excluded else 'or')}"


def draw_pools(rng: np.random.Generator, colours: int, kinds: int) -> dict[str, tuple[str, ...]]:
    """The values that the shapes of one picture take: so many colours and kinds, both sizes, two or all fills."""
    some_colours = tuple(COLOURS[i] for i in rng.permutation(len(COLOURS))[:colours])
    some_kinds = tuple(KINDS[i] for i in rng.permutation(len(KINDS))[:kinds])
    fills = FILLS if flip(rng, 0.6) else ("solid", pick(rng, FILLS[1:]))
    return {"size": SIZES, "fill": fills, "colour": some_colours, "kind": some_kinds}


def draw_shapes(rng: np.random.Generator, pools: Mapping[str, tuple[str, ...]], count: int) -> list[Attributes]:
    """Shapes without places, all attributes at random."""
    columns = [[pools[name][i] for i in rng.integers(len(pools[name]), size=count).tolist()] for name in ATTRIBUTES]
    return list(zip(*columns, strict=True))  # type: ignore[arg-type]


def draw_wanted(
    rng: np.random.Generator, pools: Mapping[str, tuple[str, ...]], fixed: int, with_clause: bool
) -> Wanted:
    """A description with so many fixed attributes, and a clause on another one."""
    order = [ATTRIBUTES[i] for i in rng.permutation(len(ATTRIBUTES))]
    clause = None
    if with_clause:
        name = pick(rng, ("colour", "kind"))
        order.remove(name)
        first, second = (pools[name][i] for i in rng.permutation(len(pools[name]))[:2])
        clause = (name, (first, second), flip(rng, 0.4))
    return Wanted(tuple((name, pick(rng, pools[name])) for name in order[:fixed]), clause)


def draw_opposites(rng: np.random.Generator, pools: Mapping[str, tuple[str, ...]], fixed: int) -> tuple[Wanted, Wanted]:
    """Two descriptions with the same attributes, of which one differs in value: no shape fits both."""
    first = draw_wanted(rng, pools, fixed, False)
    name, value = pick(rng, first.fixed)
    other = pick(rng, [v for v in pools[name] if v != value])
    return first, Wanted(tuple((n, other if n == name else v) for n, v in first.fixed))
