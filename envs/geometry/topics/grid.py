"""Points on the unit grid of a coordinate plane, and how sums of their coordinates are written."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates, Dot, Mark, Plane
from envs.problem import draw

Cell = tuple[int, int]


def plane_around(points: dict[str, Coordinates]) -> Plane:
    """Axes that reach at least one unit beyond the points and contain the origin, neither much longer than the other."""
    xs, ys = zip(*points.values(), strict=True)
    x, y = _reach(xs), _reach(ys)
    return Plane(_longer(x, (y[1] - y[0]) * 2 // 3), _longer(y, (x[1] - x[0]) * 2 // 3))


def _reach(values: tuple[float, ...]) -> tuple[int, int]:
    return min(0, math.floor(min(values))) - 1, max(0, math.ceil(max(values))) + 1


def _longer(ends: tuple[int, int], length: int) -> tuple[int, int]:
    """A range made at least this long, evenly at both ends."""
    more = max(0, length - (ends[1] - ends[0]))
    return ends[0] - more // 2, ends[1] + (more + 1) // 2


def draw_cells(rng: np.random.Generator, count: int, reach: int) -> list[Cell]:
    """Grid points at most `reach` from both axes, two units or more apart, none in line with two others."""
    while True:
        cells = [(draw(rng, -reach, reach), draw(rng, -reach, reach)) for _ in range(count)]
        pairs = [(p, q) for i, p in enumerate(cells) for q in cells[:i]]
        if any(square(p, q) < 5 for p, q in pairs):
            continue
        if all(_fair(p, q, r) for p, q in pairs for r in cells if r not in (p, q)):
            return cells


def square(p: Cell, q: Cell) -> int:
    """The square of a distance."""
    return (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2


def cross(p: Cell, q: Cell, r: Cell) -> int:
    """Twice the area of a triangle, positive if it is anticlockwise."""
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


def _fair(p: Cell, q: Cell, r: Cell) -> bool:
    """Whether a triangle is not too flat."""
    return abs(cross(p, q, r)) > 0.36 * max(square(p, q), square(q, r), square(r, p))


def grid(points: dict[str, Cell], lines: tuple[Mark, ...], description: str) -> dict[str, Any]:
    """Points on a grid, and what is drawn between them."""
    placed: dict[str, Coordinates] = {name: (float(x), float(y)) for name, (x, y) in points.items()}
    return {
        "points": placed,
        "lines": (*lines, *(Dot(name) for name in points if not name.startswith("_"))),
        "description": description,
        "plane": plane_around(placed),
    }


def written_sum(values: list[int]) -> str:
    """A sum as it is written, with brackets around negative numbers after the first."""
    return " + ".join(str(v) if v >= 0 or not i else f"({v})" for i, v in enumerate(values))


def written_difference(a: int, b: int) -> str:
    """A difference as it is written."""
    return f"{a} - {b}" if b >= 0 else f"{a} - ({b})"


def bracketed(value: int | Fraction) -> str:
    """A number, in brackets if it is negative."""
    return str(value) if value >= 0 else f"({value})"
