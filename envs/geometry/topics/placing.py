"""Where points lie: on circles, at crossings, at feet of perpendiculars; and whole-number right triangles."""

from __future__ import annotations

import math

import numpy as np

from envs.geometry.figure import Coordinates
from envs.problem import flip, pick

#: Legs and hypotenuse of right triangles with whole sides up to 100, the first leg the shorter and at least a third of
#: the other.
TRIPLES = tuple(
    (a, b, math.isqrt(a * a + b * b))
    for b in range(2, 100)
    for a in range((b + 2) // 3, b)
    if a * a + b * b <= 100**2 and math.isqrt(a * a + b * b) ** 2 == a * a + b * b
)

#: Central angles that divide 360 degrees well, so that arcs and sectors are short multiples of π.
NICE_ANGLES = (30, 36, 40, 45, 60, 72, 75, 80, 90, 100, 105, 108, 120, 135, 140, 144, 150)


def draw_triple(rng: np.random.Generator, longest: int = 100) -> tuple[int, int, int]:
    """Legs, in either order, and hypotenuse of a right triangle with whole sides, the hypotenuse at most `longest`."""
    a, b, c = pick(rng, [triple for triple in TRIPLES if triple[2] <= longest])
    return (a, b, c) if flip(rng) else (b, a, c)


def polar(degrees: float, radius: float = 1.0, centre: Coordinates = (0.0, 0.0)) -> Coordinates:
    """The point at a distance from the centre in a direction, anticlockwise from the positive x axis."""
    turn = math.radians(degrees)
    return centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)


def between(a: Coordinates, b: Coordinates, share: float = 0.5) -> Coordinates:
    """The point that lies a share of the way from a to b; beyond b for a share above 1."""
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def beyond(a: Coordinates, b: Coordinates, distance: float) -> Coordinates:
    """The point at a distance from b on the ray from a through b, past b."""
    return between(a, b, 1 + distance / math.dist(a, b))


def foot(point: Coordinates, a: Coordinates, b: Coordinates) -> Coordinates:
    """The foot of the perpendicular from a point to the line through a and b."""
    ux, uy = b[0] - a[0], b[1] - a[1]
    share = ((point[0] - a[0]) * ux + (point[1] - a[1]) * uy) / (ux * ux + uy * uy)
    return between(a, b, share)


def crossing(a: Coordinates, b: Coordinates, c: Coordinates, d: Coordinates) -> Coordinates:
    """Where the line through a and b meets the line through c and d.

    Raises:
        ValueError: If the lines are parallel.
    """
    ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    cross = ux * vy - uy * vx
    if abs(cross) < 1e-12:
        raise ValueError(f"the lines {a}, {b} and {c}, {d} are parallel; expected lines that meet")
    share = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / cross
    return between(a, b, share)


def circumcentre(a: Coordinates, b: Coordinates, c: Coordinates) -> Coordinates:
    """The centre of the circle through three points.

    Raises:
        ValueError: If they lie on one line.
    """
    turned_b = between(a, b)[0] - (b[1] - a[1]), between(a, b)[1] + (b[0] - a[0])
    turned_c = between(a, c)[0] - (c[1] - a[1]), between(a, c)[1] + (c[0] - a[0])
    return crossing(between(a, b), turned_b, between(a, c), turned_c)
