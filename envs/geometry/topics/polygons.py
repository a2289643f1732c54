"""Angles of irregular polygons."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates, EqualAngle, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import (
    Draft,
    angle,
    by_level,
    find_angle,
    halved,
)
from envs.geometry.topics.placing import beyond, crossing, polar
from envs.geometry.topics.unknowns import Equation, asked, expressions, number
from envs.problem import draw, pick

NAMES = {4: "quadrilateral", 5: "pentagon", 6: "hexagon", 7: "heptagon", 8: "octagon"}


def polygon_angles(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A missing angle of an irregular polygon; in x; equal angles, and exterior ones."""
    return by_level(
        "polygon_angles", level, rng, _missing_angle, _polygon_in_x, (_two_equal_angles, _missing_from_exterior)
    )


def _draw_polygon(rng: np.random.Generator, n: int, least: int = 62, most: int = 156) -> list[int]:
    """Interior angles, whole degrees, of a convex polygon that is good to look at."""
    total = (n - 2) * 180
    while True:
        sizes = [draw(rng, max(least, total // n - 36), min(most, total // n + 36)) for _ in range(n - 1)]
        sizes.append(total - sum(sizes))
        if least <= sizes[-1] <= most and len(set(sizes)) == n:
            return sizes


def polygon(rng: np.random.Generator, names: tuple[str, ...], sizes: list[int]) -> dict[str, Coordinates]:
    """Corners of a convex polygon with these interior angles: tangents of a circle, each moved a little."""
    n = len(names)
    turns = [0.0]
    for size in sizes[1:]:
        turns.append(turns[-1] + 180 - size)
    # side i runs from corner i to corner i + 1, and the exterior angle at corner i turns side i - 1 into side i
    while True:
        feet = [polar(turn, draw(rng, 88, 112) / 100) for turn in turns]
        lines = [(foot, (foot[0] - foot[1], foot[1] + foot[0])) for foot in feet]
        corners = [crossing(*lines[i - 1], *lines[i]) for i in range(n)]
        lengths = [math.dist(corners[i], corners[(i + 1) % n]) for i in range(n)]
        signed = [
            (corners[(i + 1) % n][1] - corners[i][1]) * math.cos(math.radians(turns[i]))
            - (corners[(i + 1) % n][0] - corners[i][0]) * math.sin(math.radians(turns[i]))
            for i in range(n)
        ]
        if min(signed) > 0 and max(lengths) < 5 * min(lengths):
            return dict(zip(names, corners, strict=True))


def _corner(names: tuple[str, ...], i: int) -> tuple[str, str, str]:
    """The angle at the i-th corner."""
    return names[i - 1], names[i], names[(i + 1) % len(names)]


def _polygon_figure(rng: np.random.Generator, names: tuple[str, ...], sizes: list[int]) -> dict[str, Any]:
    return {
        "points": polygon(rng, names, sizes),
        "lines": outline(*names),
        "description": f"{''.join(names)} is a {NAMES[len(names)]}.",
    }


def _sum_of(n: int) -> str:
    return f"the angles of a {NAMES[n]} add up to ({n} - 2) · 180 = {(n - 2) * 180} degrees"


def _missing_angle(rng: np.random.Generator) -> Draft:
    n = pick(rng, (4, 4, 5, 6))
    names = letters(rng, n)
    sizes = _draw_polygon(rng, n)
    total, known = (n - 2) * 180, sizes[:-1]
    target = _corner(names, n - 1)
    return Draft(
        **_polygon_figure(rng, names, sizes),
        givens=tuple(angle(*_corner(names, i), size) for i, size in enumerate(known)),
        question=find_angle(rng, *target),
        answer=sizes[-1],
        steps=(
            _sum_of(n),
            f"the others make {' + '.join(map(str, known))} = {sum(known)}",
            f"angle {''.join(target)} = {total} - {sum(known)} = {sizes[-1]}",
        ),
        wrong=(
            180 - sizes[-1],
            total + 180 - sum(known),
            abs(180 - sizes[0]),
            Fraction(total, n),
            abs(sum(known) - total + 180),
        ),
    )


def _polygon_in_x(rng: np.random.Generator) -> Draft:
    n = pick(rng, (4, 5, 5))
    names = letters(rng, n)
    sizes = _draw_polygon(rng, n, most=140)
    x, terms = expressions(rng, sizes[:3])
    texts: list[int | str] = [*map(str, terms), *sizes[3:]]
    equation = Equation((*terms, *(number(size) for size in sizes[3:])), number((n - 2) * 180), x)
    target = _corner(names, 0)
    return Draft(
        **_polygon_figure(rng, names, sizes),
        givens=tuple(angle(*_corner(names, i), text) for i, text in enumerate(texts)),
        **asked(
            rng,
            equation,
            _sum_of(n),
            terms[0],
            f"angle {''.join(target)}",
            find_angle(rng, *target),
            (sizes[1], sizes[2], 180 - sizes[0]),
        ),
    )


def _two_equal_angles(rng: np.random.Generator) -> Draft:
    """All angles but two, which are equal; sometimes there is a right angle too."""
    n = pick(rng, (5, 6))
    names = letters(rng, n)
    total = (n - 2) * 180
    while True:
        known = [90, *(draw(rng, 84, 150) for _ in range(n - 3))]
        rest = total - sum(known)
        if rest % 2 == 0 and 76 <= rest // 2 <= 150 and len({*known, rest // 2}) == n - 1:
            break
    equal = rest // 2
    sizes = [equal, *known[: n // 2 - 1], equal, *known[n // 2 - 1 :]]
    other = n // 2
    figure = _polygon_figure(rng, names, sizes)
    right = sizes.index(90)
    marks = (EqualAngle(*_corner(names, 0)), EqualAngle(*_corner(names, other)), RightAngle(*_corner(names, right)))
    target = _corner(names, pick(rng, (0, other)))
    names_of = ["".join(_corner(names, i)) for i in range(n)]
    return Draft(
        points=figure["points"],
        lines=(*figure["lines"], *marks),
        givens=tuple(angle(*_corner(names, i), size) for i, size in enumerate(sizes) if i not in (0, other, right)),
        question=find_angle(rng, *target),
        answer=equal,
        steps=(
            _sum_of(n),
            f"the two equal angles make {total} - {' - '.join(map(str, known))} = {rest}",
            f"angle {''.join(target)} = {rest} ÷ 2 = {equal}",
        ),
        wrong=(
            halved(rest + 90),
            halved(rest + 180),
            halved(rest - 90),
            180 - equal,
            Fraction(total, n),
            halved(rest - 180),
        ),
        description=figure["description"],
        properties=f"Angle {names_of[0]} = angle {names_of[other]}, and angle {names_of[right]} is a right angle.",
    )


def _missing_from_exterior(rng: np.random.Generator) -> Draft:
    """The last interior angle of a quadrilateral or pentagon; at one corner the exterior angle is given."""
    n = pick(rng, (4, 5))
    names = letters(rng, n + 1)
    corners, end = names[:n], names[n]
    sizes = _draw_polygon(rng, n, most=142)
    figure = _polygon_figure(rng, corners, sizes)
    points = figure["points"]
    points[end] = beyond(points[corners[0]], points[corners[1]], 0.9)
    outer = 180 - sizes[1]
    target = _corner(corners, n - 1)
    known = [sizes[0], *sizes[2:-1]]
    total = (n - 2) * 180
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(corners[1], end)),
        givens=(
            angle(end, corners[1], corners[2], outer),
            angle(*_corner(corners, 0), sizes[0]),
            *(angle(*_corner(corners, i), sizes[i]) for i in range(2, n - 1)),
        ),
        question=find_angle(rng, *target),
        answer=sizes[-1],
        steps=(
            f"angle {''.join(_corner(corners, 1))} = 180 - {outer} = {sizes[1]}",
            _sum_of(n),
            f"angle {''.join(target)} = {total} - {' - '.join(map(str, [*known, sizes[1]]))} = {sizes[-1]}",
        ),
        wrong=(abs(total - sum(known) - outer), 180 - sizes[-1], sizes[1], abs(360 - sum(known) - outer), outer),
        description=f"{figure['description']} Its side {corners[0]}{corners[1]} is extended beyond {corners[1]} to {end}.",
    )


FAMILIES = (polygon_angles,)
