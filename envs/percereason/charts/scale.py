"""Numeric axes: evenly spaced ticks, and the values that can be read off exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.problem import draw, pick

#: Distance of labelled ticks, and in how many parts a smaller tick may divide it.
_STEPS = (
    (1, (1,)), (2, (1, 2)), (4, (2, 4)), (5, (1, 5)), (10, (1, 2, 5)), (20, (1, 2, 4)), (25, (1, 5)), (40, (2, 4)),
    (50, (1, 2, 5)), (60, (2, 3)), (100, (1, 2, 4, 5)), (200, (1, 2, 4)), (250, (1, 5)), (500, (1, 2, 5)),
    (1000, (1, 2, 4, 5)),
)  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """An axis from `low` with `count` labelled steps.

    Attributes:
        low: Value at its start.
        step: Distance of labelled ticks.
        count: Number of steps.
        parts: In how many parts unlabelled ticks divide a step; 1 for none.
    """

    low: int
    step: int
    count: int
    parts: int = 1

    @property
    def high(self) -> int:
        """Value at its end."""
        return self.low + self.step * self.count

    @property
    def unit(self) -> int:
        """Distance of the smallest ticks: every value on a tick is `low` plus a multiple of it."""
        return self.step // self.parts

    @property
    def units(self) -> int:
        """Number of smallest steps."""
        return self.count * self.parts

    @property
    def ticks(self) -> list[int]:
        """The labelled values."""
        return [self.low + self.step * i for i in range(self.count + 1)]

    @property
    def minor_ticks(self) -> list[int]:
        """The unlabelled values."""
        return [self.low + self.unit * i for i in range(self.units + 1) if i % self.parts]

    def share(self, value: float) -> float:
        """How far along the axis a value is: 0 at its start, 1 at its end."""
        return (value - self.low) / (self.high - self.low)


def draw_scale(rng: np.random.Generator, fewest: int, most: int = 24, highest: int = 10_000) -> Scale:
    """A scale from zero to at most `highest`, with `fewest` to `most` units, which are far enough apart to be told."""
    while True:
        step, divisions = pick(rng, _STEPS)
        parts = pick(rng, divisions)
        scale = Scale(0, step, draw(rng, 4, 8 if parts < 3 else 5), parts)
        if fewest <= scale.units <= most and scale.high <= highest:
            return scale


def draw_values(rng: np.random.Generator, scale: Scale, count: int) -> tuple[int, ...]:
    """Different values above zero on the ticks of a scale, of which the largest is in its upper third."""
    while True:
        units = rng.choice(scale.units, size=count, replace=False) + 1
        if units.max() * 3 > scale.units * 2:
            return tuple((units * scale.unit).tolist())
