"""Functions whose graphs pass through crossings of a grid: lines, parabolas, absolute values and broken lines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.problem import draw, flip, pick


@dataclass(frozen=True)
class Function:
    """A function of one variable.

    Attributes:
        kind: `"line"`, `"parabola"`, `"vee"` (an absolute value) or `"broken"` (straight between its corners).
        slope: Of a line; the factor of a parabola or of an absolute value; unused for a broken line.
        corners: A grid point of a line, the vertex, or all corners of a broken line from left to right.
    """

    kind: str
    slope: Fraction
    corners: tuple[tuple[int, int], ...]

    def __call__(self, x: Fraction | int) -> Fraction:
        """The exact value at `x`, which for a broken line is not beyond its ends."""
        h, k = self.corners[0]
        x = Fraction(x)
        if self.kind == "line":
            return self.slope * (x - h) + k
        if self.kind == "parabola":
            return self.slope * (x - h) ** 2 + k
        if self.kind == "vee":
            return self.slope * abs(x - h) + k
        x0, y0, x1, y1 = self._piece(x)
        return y0 + Fraction(y1 - y0, x1 - x0) * (x - x0)

    def whole_points(self, reach: int) -> dict[int, int]:
        """The points with whole coordinates below `reach` in size: y by x."""
        (h, k), (p, q) = self.corners[0], (self.slope.numerator, self.slope.denominator)
        found = {}
        for x in range(1 - reach, reach):
            if self.kind == "broken":
                x0, y0, x1, y1 = self._piece(x)
                k, q, rise = y0, x1 - x0, (y1 - y0) * (x - x0)
            elif self.kind == "parabola":
                rise = p * (x - h) ** 2
            else:
                rise = p * (x - h if self.kind == "line" else abs(x - h))
            y, rest = divmod(k * q + rise, q)
            if rest == 0 and abs(y) < reach:
                found[x] = y
        return found

    def _piece(self, x: Fraction | int) -> tuple[int, int, int, int]:
        """The ends of the straight piece of a broken line above `x`: left x and y, right x and y."""
        pieces = zip(self.corners, self.corners[1:], strict=False)
        return next((*left, *right) for left, right in pieces if x <= right[0])

    def sampled(self, xs: np.ndarray) -> np.ndarray:
        """Values at many places, in floating point."""
        (h, k), factor = self.corners[0], float(self.slope)
        if self.kind == "line":
            return factor * (xs - h) + k
        if self.kind == "parabola":
            return factor * (xs - h) ** 2 + k
        if self.kind == "vee":
            return factor * np.abs(xs - h) + k
        places, values = zip(*self.corners, strict=True)
        return np.interp(xs, places, values)

    def solutions(self, y: int) -> list[Fraction] | None:
        """All x with this value, ascending; `None` if one is irrational or a whole stretch has the value."""
        h, k = self.corners[0]
        if self.kind == "line":
            return [h + (y - k) / self.slope]
        if self.kind == "broken":
            return self._solutions_of_broken(y)
        square = (y - k) / self.slope
        if square < 0:
            return []
        if self.kind == "vee":
            return sorted({h - square, h + square})
        root = Fraction(math.isqrt(square.numerator), math.isqrt(square.denominator))
        return sorted({h - root, h + root}) if root * root == square else None

    def _solutions_of_broken(self, y: int) -> list[Fraction] | None:
        found = set()
        for (x0, y0), (x1, y1) in zip(self.corners, self.corners[1:], strict=False):
            if y0 == y1 == y:
                return None
            if y0 != y1 and min(y0, y1) <= y <= max(y0, y1):
                found.add(x0 + Fraction((y - y0) * (x1 - x0), y1 - y0))
        return sorted(found)


def draw_function(rng: np.random.Generator, reach: int, kinds: tuple[str, ...]) -> Function:
    """A function of one of the kinds whose graph is well visible where both coordinates are within `reach`."""
    kind = pick(rng, kinds)
    if kind == "line":
        slope = pick(rng, _LINE_SLOPES)
        return Function("line", -slope if flip(rng) else slope, ((0, draw(rng, 2 - reach, reach - 2)),))
    if kind == "broken":
        return _draw_broken(rng, reach)
    up = flip(rng)
    h, depth = draw(rng, 2 - reach, reach - 2), draw(rng, -2, reach - 1)
    slope = pick(rng, (Fraction(1), Fraction(1, 2), Fraction(2)) if kind == "parabola" else (Fraction(1), Fraction(2)))
    return Function(kind, slope if up else -slope, ((h, -depth if up else depth),))


def _draw_broken(rng: np.random.Generator, reach: int) -> Function:
    """Three to five straight pieces from edge to edge; all corners are grid points, no slope comes twice in a row."""
    while True:
        x, y, last = -reach, draw(rng, 1 - reach, reach - 1), (0, 1)
        corners = [(x, y)]
        while x < reach:
            rise, over = pick(rng, _SLOPES)
            run = min(reach - x, over * draw(rng, 1, 3) + (over == 1))
            change = rise * run // over
            if abs(y + change) >= reach:
                rise, change = -rise, -change
            if (rise, over) == last or run % over or abs(y + change) >= reach:
                break
            x, y, last = x + run, y + change, (rise, over)
            corners.append((x, y))
        if x == reach and 4 <= len(corners) <= 6:
            return Function("broken", Fraction(0), tuple(corners))


#: Slopes of lines, up to sign.
_LINE_SLOPES = tuple(map(Fraction, ("1", "2", "3", "1/2", "3/2", "1/3", "2/3", "4/3")))

#: Slopes of the pieces of a broken line: so many up, over so many to the right.
_SLOPES = ((1, 2), (-1, 2), (1, 1), (-1, 1), (2, 1), (-2, 1))
