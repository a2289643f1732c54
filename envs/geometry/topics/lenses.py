"""Lenses: what two circles or quarter circles have in common."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Arc, Circle, Coordinates, Dot, Fill, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI, root
from envs.geometry.topics.areas import SHADED_AREA, SHADED_PERIMETER, outline, square_corners
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, halved, length
from envs.geometry.topics.placing import polar
from envs.problem import draw, flip

#: Corners of the polygon that stands for an arc where its inside is filled.
_CORNERS = 24


def lens(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The region of two arcs: perimeter and area in a square; of two circles, also from and for their common chord."""
    return by_level(
        "lens",
        level,
        rng,
        _leaf_perimeter,
        (_leaf_area, _leaf_outside, _common_chord),
        (_circles_area, _circles_perimeter, _circles_from_chord, _centre_distance),
    )


def _filled(centre: Coordinates, radius: float, first: float, last: float, prefix: str) -> dict[str, Coordinates]:
    """Helper points along an arc, between its ends, given by directions in degrees."""
    steps = range(1, _CORNERS)
    return {f"_{prefix}{i}": polar(first + (last - first) * i / _CORNERS, radius, centre) for i in steps}


def _leaf(rng: np.random.Generator, high: int, outside: bool = False) -> tuple[tuple[str, ...], int, dict[str, Any]]:
    """A square ABCD with quarter circles about A and C; the part in both is shaded, or the rest."""
    names = a, b, c, d = letters(rng, 4)
    side = draw(rng, 2, high)
    points = square_corners(names, side)
    one = _filled(points[a], side, 0, 90, "a")
    other = _filled(points[c], side, 180, 270, "c")
    leaf = (b, *one, d, *other)
    fills = (Fill(names), Fill(leaf, hole=True)) if outside else (Fill(leaf),)
    figure = {
        "points": points | one | other,
        "lines": (*fills, *outline(*names), Arc(a, b, d), Arc(c, d, b)),
        "description": f"Two quarter circles lie in square {''.join(names)}; "
        + ("the part of the square outside both" if outside else "the part that both cover")
        + " is shaded.",
        "givens": (length(a, b, side),),
    }
    if outside:
        figure["description"] = (
            f"Two quarter circles lie in square {''.join(names)}; all of the square but the part that both cover is shaded."
        )
    return names, side, figure


def _arcs_of(names: tuple[str, ...]) -> str:
    a, _, c, _ = names
    return f"{''.join(names)} is a square, and the arcs have the centres {a} and {c}."


def _leaf_perimeter(rng: np.random.Generator) -> Draft:
    names, side, figure = _leaf(rng, 200)
    answer = PI * side
    return Draft(
        **figure,
        question=f"{_arcs_of(names)} {find(rng, SHADED_PERIMETER)}",
        answer=answer,
        steps=(
            f"each arc is a quarter of a circle of radius {side}: 2π · {side} ÷ 4 = {PI * halved(side)}",
            f"the perimeter is two arcs, {PI * halved(side)} + {PI * halved(side)} = {answer}",
        ),
        wrong=(PI * halved(side), PI * (2 * side), PI * side + 2 * side, PI * Fraction(side**2, 2) - side**2),
    )


def _leaf_area(rng: np.random.Generator) -> Draft:
    names, side, figure = _leaf(rng, 200)
    quarter = PI * Fraction(side**2, 4)
    answer = quarter * 2 - side**2
    return Draft(
        **figure,
        question=f"{_arcs_of(names)} {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"each quarter circle has area π · {side}² ÷ 4 = {quarter}",
            f"together they cover the square, {side**2}, and the lens twice",
            f"the lens has area {quarter} + {quarter} - {side**2} = {answer}",
        ),
        wrong=(side**2 - quarter, quarter - Fraction(side**2, 2), quarter, PI * side**2 - side**2, quarter * 2),
    )


def _leaf_outside(rng: np.random.Generator) -> Draft:
    names, side, figure = _leaf(rng, 200, outside=True)
    quarter = PI * Fraction(side**2, 4)
    answer = 2 * side**2 - quarter * 2
    return Draft(
        **figure,
        question=f"{_arcs_of(names)} {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"each quarter circle has area π · {side}² ÷ 4 = {quarter}",
            f"outside each one the square has {side**2} - {quarter} = {side**2 - quarter} left",
            f"the shaded area is twice that: {answer}",
        ),
        wrong=(side**2 - quarter, quarter * 2 - side**2, quarter * 2, 4 * side**2 - PI * side**2),
    )


def _two_circles(p: str, q: str, a: str, b: str, radius: float) -> dict[str, Any]:
    """Circles of this radius about P and Q, each through the other's centre, that meet at A and B; the lens is shaded."""
    tip = radius * math.sqrt(3) / 2
    points: dict[str, Coordinates] = {
        p: (0.0, 0.0),
        q: (float(radius), 0.0),
        a: (radius / 2, -tip),
        b: (radius / 2, tip),
    }
    one, other = _filled(points[p], radius, -60, 60, "p"), _filled(points[q], radius, 120, 240, "q")
    lines = (Fill((a, *one, b, *other)), Circle(p, q), Circle(q, p), Segment(p, q), Dot(p), Dot(q))
    return {
        "points": points | one | other,
        "lines": lines,
        "description": f"A circle about {p} passes through {q}, and one about {q} through {p}; they meet at {a} and {b}. The"
        " part inside both is shaded.",
    }


def _names(rng: np.random.Generator) -> tuple[str, str, str, str]:
    a, b, p, q = letters(rng, 4)
    return p, q, a, b


def _centres(p: str, q: str) -> str:
    return f"{p} and {q} are the centres of the circles."


def _circles_area(rng: np.random.Generator) -> Draft:
    p, q, a, b = _names(rng)
    r = draw(rng, 2, 200)
    sector, triangle = PI * Fraction(r * r, 3), root(3) * Fraction(r * r, 4)
    answer = (sector - triangle) * 2
    return Draft(
        **_two_circles(p, q, a, b, r),
        givens=(length(p, q, r),),
        question=f"{_centres(p, q)} {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"triangles {p}{q}{a} and {p}{q}{b} are equilateral, so the arc {a}{b} about {p} spans 120 degrees",
            f"its sector has area π · {r}² ÷ 3 = {sector}, and triangle {p}{a}{b} has area {triangle}",
            f"the lens is two segments: 2 · ({sector} - {triangle}) = {answer}",
        ),
        wrong=(
            sector - triangle,
            sector * 2 - triangle,
            (sector / 2 - triangle) * 2,
            sector * 2,
            PI * r * r - triangle * 2,
        ),
    )


def _circles_perimeter(rng: np.random.Generator) -> Draft:
    p, q, a, b = _names(rng)
    r = draw(rng, 2, 200)
    answer = PI * Fraction(4 * r, 3)
    return Draft(
        **_two_circles(p, q, a, b, r),
        givens=(length(p, q, r),),
        question=f"{_centres(p, q)} {find(rng, SHADED_PERIMETER)}",
        answer=answer,
        steps=(
            f"triangles {p}{q}{a} and {p}{q}{b} are equilateral, so each arc spans 2 · 60 = 120 degrees",
            f"an arc is a third of its circle: 2π · {r} ÷ 3 = {PI * Fraction(2 * r, 3)}",
            f"the perimeter is two arcs: {answer}",
        ),
        wrong=(answer / 2, PI * (2 * r), PI * r, PI * (4 * r), answer + 2 * r),
    )


def _circles_from_chord(rng: np.random.Generator) -> Draft:
    p, q, a, b = _names(rng)
    chord = draw(rng, 2, 60)
    square = Fraction(chord**2, 3)
    r = root(square)
    figure = _two_circles(p, q, a, b, float(r))
    figure["lines"] = (*figure["lines"], Segment(a, b))
    want_area = flip(rng)
    area, perimeter = PI * (2 * square / 3) - root(3) * square / 2, PI * r * Fraction(4, 3)
    last = (
        f"the lens has area 2 · (π · r² ÷ 3 - √3 · r² ÷ 4) = {area}"
        if want_area
        else f"the perimeter is two thirds of a circle, 2 · 2π · {r} ÷ 3 = {perimeter}"
    )
    as_radius = PI * Fraction(2 * chord**2, 3) - root(3) * Fraction(chord**2, 2)
    return Draft(
        **figure,
        givens=(length(a, b, chord, bracket=True),),
        question=f"{_centres(p, q)} {find(rng, SHADED_AREA if want_area else SHADED_PERIMETER)}",
        answer=area if want_area else perimeter,
        steps=(
            f"triangle {p}{q}{a} is equilateral, so {a}{b} is twice its height: {chord} = r√3",
            f"r² = {chord}² ÷ 3 = {square}, and r = {r}",
            last,
        ),
        wrong=(as_radius, area / 2, perimeter, area * 2)
        if want_area
        else (PI * Fraction(4 * chord, 3), perimeter / 2, PI * r * 2, area),
    )


def _crossing_circles(names: tuple[str, str, str, str], left: float, right: float, half: float) -> dict[str, Any]:
    """Circles about P and Q that meet at A and B, with their lens shaded.

    Args:
        names: P, Q, A, B.
        left: How far P is from the common chord AB.
        right: How far Q is from it.
        half: Half of AB.
    """
    p, q, a, b = names
    points: dict[str, Coordinates] = {p: (-left, 0.0), q: (right, 0.0), a: (0.0, -half), b: (0.0, half)}
    turn, back = math.degrees(math.atan2(half, left)), math.degrees(math.atan2(half, right))
    one = _filled(points[p], math.hypot(left, half), -turn, turn, "p")
    other = _filled(points[q], math.hypot(right, half), 180 - back, 180 + back, "q")
    shown = (Circle(p, a), Circle(q, a), Segment(p, q), Segment(p, a), Segment(a, b), Dot(p), Dot(q))
    return {
        "points": points | one | other,
        "lines": (Fill((a, *one, b, *other)), *shown),
        "description": f"Circles about {p} and {q}, which lie on different sides of {a}{b}, meet at {a} and {b}; "
        "the part inside both is shaded.",
    }


def _common_chord(rng: np.random.Generator) -> Draft:
    p, q, a, b = names = _names(rng)
    r = draw(rng, 4, 40)
    apart = draw(rng, math.ceil(0.7 * r), math.floor(1.6 * r))
    square = 4 * r**2 - apart**2
    return Draft(
        **_crossing_circles(names, apart / 2, apart / 2, math.sqrt(square) / 2),
        givens=(length(p, a, r), length(p, q, apart, bracket=True)),
        question=f"{_centres(p, q)} The circles are equal. {find_length(rng, a, b)}",
        answer=root(square),
        steps=(
            f"the circles are equal, so {a}{b} halves {p}{q} and is perpendicular to it",
            f"half of {a}{b} has the square {r}² - ({halved(apart)})² = {Fraction(square, 4)}",
            f"{a}{b} = √{square} = {root(square)}",
        ),
        wrong=(root(square) / 2, root(abs(r**2 - apart**2)) * 2, root(4 * r**2 + apart**2), r, root(square) * 2),
    )


def _centre_distance(rng: np.random.Generator) -> Draft:
    p, q, a, b = names = _names(rng)
    while True:
        half, first, second = draw(rng, 3, 20), draw(rng, 4, 30), draw(rng, 4, 30)
        if first != second and all(1.15 * half < r < 2 * half for r in (first, second)):
            break
    left, right = root(first**2 - half**2), root(second**2 - half**2)
    figure = _crossing_circles(names, float(left), float(right), half)
    figure["lines"] = (*figure["lines"], Segment(q, a))
    answer = left + right
    return Draft(
        **figure,
        givens=(length(p, a, first), length(q, a, second), length(a, b, 2 * half, bracket=True)),
        question=f"{_centres(p, q)} {find_length(rng, p, q)}",
        answer=answer,
        steps=(
            f"{p}{q} is perpendicular to the common chord {a}{b} and halves it: half of it is {half}",
            f"{p} is √({first}² - {half}²) = {left} away from the chord",
            f"{q} is √({second}² - {half}²) = {right} away from it",
            f"{p}{q} = {left} + {right} = {answer}",
        ),
        wrong=(first + second, root(first**2 + second**2), answer * 2, left * 2, right * 2, first + second - half),
    )


FAMILIES = (lens,)
