"""Rhombuses and their diagonals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import RightAngle, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, halved, length, note
from envs.geometry.topics.placing import draw_triple, foot
from envs.geometry.topics.wording import also
from envs.problem import draw, flip


def rhombus_diagonals(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Area and side from the diagonals; a diagonal from side or area; height, and side from the area."""
    return by_level(
        "rhombus_diagonals",
        level,
        rng,
        (_rhombus_area, _rhombus_side),
        (_rhombus_other_diagonal, _rhombus_area_from_side),
        (_rhombus_height, _rhombus_side_from_area),
    )


def _rhombus(names: tuple[str, ...], half_ac: float, half_bd: float) -> dict[str, Any]:
    """A rhombus ABCD whose diagonals meet at E."""
    a, b, c, d, e = names
    ticks = tuple(Ticks(*pair) for pair in ((a, b), (b, c), (c, d), (d, a)))
    return {
        "points": {
            a: (-float(half_ac), 0.0),
            b: (0.0, -float(half_bd)),
            c: (float(half_ac), 0.0),
            d: (0.0, float(half_bd)),
            e: (0.0, 0.0),
        },
        "lines": (*outline(a, b, c, d), Segment(a, c), Segment(b, d), *ticks),
        "description": f"The diagonals of quadrilateral {a}{b}{c}{d} meet at {e}.",
        "properties": f"{a}{b} = {b}{c} = {c}{d} = {d}{a}.",
    }


def _halves(rng: np.random.Generator, most: int) -> tuple[int, int]:
    """Halves of two different diagonals."""
    while True:
        p, q = draw(rng, 2, most), draw(rng, 2, most)
        if p != q and max(p, q) <= 2.4 * min(p, q):
            return p, q


IS_RHOMBUS = "all sides are equal, so it is a rhombus, whose diagonals halve each other at right angles"


def _rhombus_area(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    p, q = _halves(rng, 30)
    return Draft(
        **_rhombus(names, p, q),
        givens=(length(a, e, p), length(b, e, q)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=2 * p * q,
        steps=(
            IS_RHOMBUS,
            f"{a}{c} = 2 · {p} = {2 * p} and {b}{d} = 2 · {q} = {2 * q}",
            f"the area is {2 * p} · {2 * q} ÷ 2 = {2 * p * q}",
        ),
        wrong=(p * q, 4 * p * q, halved(p * q), 4 * (p + q), p**2 + q**2),
    )


def _rhombus_side(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    p, q, side = draw_triple(rng)
    perimeter = flip(rng)
    last = (f"the perimeter is 4 · {side} = {4 * side}",) if perimeter else ()
    return Draft(
        **_rhombus(names, p, q),
        givens=(length(a, e, p), length(b, e, q)),
        question=find(rng, f"the perimeter of quadrilateral {a}{b}{c}{d}") if perimeter else find_length(rng, a, b),
        answer=4 * side if perimeter else side,
        steps=(IS_RHOMBUS, f"{a}{b}² = {p}² + {q}² = {side**2}, so {a}{b} = {side}", *(last or (f"{a}{b} = {side}",))),
        wrong=(4 * (p + q), 2 * side, 2 * p * q, 8 * side)
        if perimeter
        else (p + q, 2 * side, p * q, abs(p - q), side**2),
    )


def _rhombus_other_diagonal(rng: np.random.Generator) -> Draft:
    """A diagonal from the other one and the side."""
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        side, p = draw(rng, 4, 40), draw(rng, 2, 36)
        if 0.42 < p / side < 0.9:
            break
    square = side**2 - p**2
    return Draft(
        **_rhombus(names, p, math.sqrt(square)),
        givens=(length(a, b, side), length(a, e, p)),
        question=find_length(rng, b, d),
        answer=root(square) * 2,
        steps=(
            IS_RHOMBUS,
            f"{b}{e}² = {a}{b}² - {a}{e}² = {side**2} - {p**2} = {square}, so {b}{e} = {root(square)}",
            f"{b}{d} = 2 · {b}{e} = {root(square) * 2}",
        ),
        wrong=(root(square), root(side**2 + p**2) * 2, root(abs(side**2 - 4 * p**2)), 2 * (side - p), 2 * side),
    )


def _rhombus_area_from_side(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    p, q, side = draw_triple(rng)
    area = 2 * p * q
    return Draft(
        **_rhombus(names, p, q),
        givens=(length(a, b, side), length(b, e, q)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=area,
        steps=(
            IS_RHOMBUS,
            f"{a}{e}² = {side}² - {q}² = {p**2}, so {a}{e} = {p}",
            f"the area is {2 * p} · {2 * q} ÷ 2 = {area}",
        ),
        wrong=(p * q, 2 * area, side**2, 2 * side * q, halved(p * q)),
    )


def _rhombus_height(rng: np.random.Generator) -> Draft:
    """The height from D on AB, from the halves of the diagonals."""
    a, b, c, d, e, f = letters(rng, 6)
    p, q, side = draw_triple(rng)
    figure = _rhombus((a, b, c, d, e), p, q)
    points = figure["points"]
    points[f] = foot(points[d], points[a], points[b])
    height = Fraction(2 * p * q, side)
    inside = math.dist(points[a], points[f]) / side > 0.08 and math.dist(points[b], points[f]) > 0.08 * side
    if not inside or math.dist(points[a], points[f]) > side or math.dist(points[b], points[f]) > side:
        return _rhombus_height(rng)
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(d, f), RightAngle(d, f, a)),
        givens=(length(c, e, p), length(b, e, q)),
        question=find_length(rng, d, f),
        answer=height,
        steps=(
            IS_RHOMBUS,
            f"{a}{b} = √({p}² + {q}²) = {side}",
            f"the area is {2 * p} · {2 * q} ÷ 2 = {2 * p * q}, and also {a}{b} · {d}{f}",
            f"{d}{f} = {2 * p * q} ÷ {side} = {height}",
        ),
        wrong=(height / 2, height * 2, side, p + q, Fraction(p * q, p + q)),
        description=f"{figure['description']} {f} lies on {a}{b}.",
        properties=also(figure["properties"], f"{d}{f} is perpendicular to {a}{b}"),
    )


def _rhombus_side_from_area(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    p, q = _halves(rng, 24)
    square = p**2 + q**2
    return Draft(
        **_rhombus(names, p, q),
        givens=(length(a, e, p), note(f"the quadrilateral {a}{b}{c}{d}", f"area {2 * p * q}")),
        question=find_length(rng, a, b),
        answer=root(square),
        steps=(
            IS_RHOMBUS,
            f"the area is {2 * p} · {b}{d} ÷ 2 = {2 * p * q}, so {b}{d} = {2 * q} and {b}{e} = {q}",
            f"{a}{b}² = {p}² + {q}² = {square}",
            f"{a}{b} = √{square} = {root(square)}",
        ),
        wrong=(root(p**2 + 4 * q**2), root(square) * 2, q, 2 * q, root(2 * p * q), p + q),
    )


FAMILIES = (rhombus_diagonals,)
