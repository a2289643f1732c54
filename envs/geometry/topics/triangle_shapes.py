"""Triangles to draw families from: by their angles, by their sides, and those with whole sides and a whole area."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates
from envs.geometry.surds import Surd, root
from envs.geometry.topics.areas import outline
from envs.problem import draw, pick

#: Smallest and largest angle of a triangle that is good to look at, in degrees.
SHARPEST, BLUNTEST = 22, 128

Sides = tuple[int, int, int]


def triangle(names: Sequence[str], corners: dict[str, Coordinates]) -> dict[str, Any]:
    """Points, lines and description of a plain triangle, as a draft wants them."""
    return {"points": corners, "lines": outline(*names), "description": f"{''.join(names)} is a triangle."}


def from_angles(names: Sequence[str], at_a: float, at_b: float, base: float = 10.0) -> dict[str, Coordinates]:
    """Corners of a triangle ABC with AB = base and these angles, in degrees, at A and B."""
    a, b, c = names
    height = base / (1 / math.tan(math.radians(at_a)) + 1 / math.tan(math.radians(at_b)))
    return {a: (0.0, 0.0), b: (float(base), 0.0), c: (height / math.tan(math.radians(at_a)), height)}


def from_sides(names: Sequence[str], bc: float, ca: float, ab: float) -> dict[str, Coordinates]:
    """Corners of a triangle ABC with these sides."""
    a, b, c = names
    x = (ca * ca + ab * ab - bc * bc) / (2 * ab)
    return {a: (0.0, 0.0), b: (float(ab), 0.0), c: (x, math.sqrt(ca * ca - x * x))}


def from_two_sides(names: Sequence[str], ab: float, ac: float, at_a: float) -> dict[str, Coordinates]:
    """Corners of a triangle ABC with AB, AC and the angle between them, in degrees."""
    a, b, c = names
    turn = math.radians(at_a)
    return {a: (0.0, 0.0), b: (float(ab), 0.0), c: (ac * math.cos(turn), ac * math.sin(turn))}


def draw_angles(rng: np.random.Generator, low: int = 30, high: int = 108) -> tuple[int, int, int]:
    """The angles of a triangle, whole degrees within these bounds."""
    while True:
        first, second = draw(rng, low, high), draw(rng, low, high)
        if low <= 180 - first - second <= high:
            return first, second, 180 - first - second


def draw_sides(rng: np.random.Generator, low: int, high: int) -> Sides:
    """Whole sides, within these bounds, of a scalene triangle that is good to look at."""
    while True:
        a, b, c = (draw(rng, low, high) for _ in range(3))
        if len({a, b, c}) == 3 and shapely(a, b, c):
            return a, b, c


def shapely(bc: float, ca: float, ab: float, sharpest: float = SHARPEST, bluntest: float = BLUNTEST) -> bool:
    """Whether there is a triangle of these sides with all angles between these bounds, in degrees."""
    a, b, c = sorted((bc, ca, ab))
    if a + b <= c:
        return False
    smallest, largest = (b * b + c * c - a * a) / (2 * b * c), (a * a + b * b - c * c) / (2 * a * b)
    return smallest <= math.cos(math.radians(sharpest)) and largest >= math.cos(math.radians(bluntest))


def sixteen_areas_squared(bc: int, ca: int, ab: int) -> int:
    """16 times the square of the area, by Heron's formula; an integer for whole sides."""
    return (bc + ca + ab) * (ca + ab - bc) * (bc + ab - ca) * (bc + ca - ab)


def heron_area(bc: int, ca: int, ab: int) -> Surd:
    """The area of a triangle from its sides."""
    return root(sixteen_areas_squared(bc, ca, ab)) / 4


def draw_heronian(rng: np.random.Generator, longest: int = 140) -> tuple[Sides, int]:
    """Sides in any order, at most `longest`, and area of a triangle of which all are whole; it has no right angle."""
    (a, b, c), area = pick(rng, _heronian(longest))
    first, second, third = (int(side) for side in rng.permutation((a, b, c)))
    return (first, second, third), area


@lru_cache
def _heronian(longest: int) -> list[tuple[Sides, int]]:
    found = []
    for c in range(5, longest + 1):
        for b in range((c + 1) // 2, c + 1):
            for a in range(c - b + 1, b + 1):
                square = sixteen_areas_squared(a, b, c)
                area = math.isqrt(square) // 4
                if 16 * area * area == square and a * a + b * b != c * c and shapely(a, b, c):
                    found.append(((a, b, c), area))
    return found
