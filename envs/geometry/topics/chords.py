"""Chords: length, distance from the centre, and the radius from these."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Circle, Dot, RightAngle, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.drafts import CENTRE, Draft, by_level, find, find_length, length
from envs.geometry.topics.placing import draw_triple
from envs.problem import draw, flip


def chord_length(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A chord from radius and distance, whole or with roots; one of two parallel chords."""
    return by_level("chord_length", level, rng, _chord_whole, _chord_root, _parallel_chords)


def _chord(a: str, b: str, half: float, distance: float) -> dict[str, Any]:
    """A chord AB with its midpoint M and the radius OB."""
    return {
        "points": {"O": (0.0, 0.0), a: (-half, -distance), b: (half, -distance), "M": (0.0, -distance)},
        "lines": (Circle("O", a), Segment(a, b), Segment("O", "M"), Segment("O", b), RightAngle("O", "M", b), Dot("O")),
        "description": f"{a}{b} is a chord of a circle with centre O, and M lies on {a}{b}.",
        "properties": f"OM is perpendicular to {a}{b}.",
    }


def _chord_whole(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    half, distance, r = draw_triple(rng)
    ask_distance = flip(rng)
    given, answer = (
        (length(a, b, 2 * half, bracket=True), distance) if ask_distance else (length("O", "M", distance), 2 * half)
    )
    steps: tuple[str, ...]
    if ask_distance:
        steps = (
            f"the perpendicular from the centre halves the chord: M{b} = {2 * half} ÷ 2 = {half}",
            f"OM² = O{b}² - M{b}² = {r**2} - {half**2} = {distance**2}",
            f"OM = √{distance**2} = {distance}",
        )
    else:
        steps = (
            f"M{b}² = O{b}² - OM² = {r**2} - {distance**2} = {half**2}, so M{b} = {half}",
            f"the perpendicular from the centre halves the chord: {a}{b} = 2 · {half} = {2 * half}",
        )
    return Draft(
        **_chord(a, b, half, distance),
        givens=(length("O", b, r), given),
        question=f"{CENTRE} {find_length(rng, *(('O', 'M') if ask_distance else (a, b)))}",
        answer=answer,
        steps=steps,
        wrong=(2 * distance, r - half, root(abs(r**2 - 4 * half**2)), root(r**2 + 4 * half**2))
        if ask_distance
        else (half, 2 * (r - distance), root(r**2 + distance**2) * 2, r + distance),
    )


def _chord_root(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    r = draw(rng, 5, 40)
    distance = draw(rng, math.ceil(0.25 * r), math.floor(0.85 * r))
    square = r**2 - distance**2
    return Draft(
        **_chord(a, b, math.sqrt(square), distance),
        givens=(length("O", b, r), length("O", "M", distance)),
        question=f"{CENTRE} {find_length(rng, a, b)}",
        answer=root(square) * 2,
        steps=(
            f"M{b}² = O{b}² - OM² = {r**2} - {distance**2} = {square}",
            f"M{b} = √{square} = {root(square)}",
            f"the perpendicular from the centre halves the chord: {a}{b} = 2 · M{b} = {root(square) * 2}",
        ),
        wrong=(root(square), root(r**2 + distance**2) * 2, 2 * (r - distance), 2 * square),
    )


def _parallel_chords(rng: np.random.Generator) -> Draft:
    a, b, c, d, n = letters(rng, 5)
    while True:
        half, near, r = draw_triple(rng)
        far = draw(rng, math.ceil(0.25 * r), math.floor(0.85 * r))
        if far != near:
            break
    square = r**2 - far**2
    other = math.sqrt(square)
    points = {
        "O": (0.0, 0.0),
        a: (-half, -near),
        b: (half, -near),
        c: (other, far),
        d: (-other, far),
        "M": (0.0, -near),
        n: (0.0, far),
    }
    return Draft(
        points=points,
        lines=(
            Circle("O", a),
            Segment(a, b),
            Segment(c, d),
            Segment("M", n),
            Segment("O", b),
            RightAngle("O", "M", b),
            RightAngle("O", n, c),
            Dot("O"),
        ),
        givens=(length("O", b, r), length(a, b, 2 * half, bracket=True), length("M", n, near + far, bracket=True)),
        question=f"{CENTRE} {find_length(rng, c, d)}",
        answer=root(square) * 2,
        steps=(
            f"M{b} = {2 * half} ÷ 2 = {half}, so OM = √({r}² - {half}²) = {near}",
            f"O{n} = M{n} - OM = {near + far} - {near} = {far}",
            f"{n}{c} = √({r}² - {far}²) = {root(square)}",
            f"{c}{d} = 2 · {n}{c} = {root(square) * 2}",
        ),
        wrong=(root(square), 2 * half, 2 * near, root(r**2 + far**2) * 2, 2 * (near + far)),
        description=f"{a}{b} and {c}{d} are chords of a circle with centre O, which lies on M{n}, with M on {a}{b} and {n} on"
        f" {c}{d}.",
        properties=f"M{n} is perpendicular to {a}{b} and to {c}{d}.",
    )


def circle_from_chord(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The radius from a chord: with its distance from the centre, whole or a root; with the height of its arc."""
    return by_level("circle_from_chord", level, rng, _radius_whole, _radius_root, _radius_from_height)


def _radius_draft(rng: np.random.Generator, half: int, distance: int) -> Draft:
    a, b = letters(rng, 2)
    square = half**2 + distance**2
    return Draft(
        **_chord(a, b, half, distance),
        givens=(length(a, b, 2 * half, bracket=True), length("O", "M", distance)),
        question=f"{CENTRE} {find(rng, 'the radius of the circle')}",
        answer=root(square),
        steps=(
            f"the perpendicular from the centre halves the chord: M{b} = {2 * half} ÷ 2 = {half}",
            f"O{b}² = OM² + M{b}² = {distance**2} + {half**2} = {square}",
            f"the radius is √{square} = {root(square)}",
        ),
        wrong=(root(4 * half**2 + distance**2), root(square) * 2, half + distance, 2 * half + distance, half),
    )


def _radius_whole(rng: np.random.Generator) -> Draft:
    half, distance, _ = draw_triple(rng)
    return _radius_draft(rng, half, distance)


def _radius_root(rng: np.random.Generator) -> Draft:
    half = draw(rng, 2, 24)
    return _radius_draft(rng, half, draw(rng, math.ceil(half / 3), 3 * half))


def _radius_from_height(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    half = draw(rng, 3, 30)
    height = draw(rng, math.ceil(half / 3), half - 1)
    r = Fraction(half**2 + height**2, 2 * height)
    depth = float(r) - height
    points = {a: (-half, depth), b: (half, depth), c: (0.0, float(r)), "M": (0.0, depth), "_o": (0.0, 0.0)}
    return Draft(
        points=points,
        lines=(Circle("_o", a), Segment(a, b), Segment("M", c), Ticks(a, "M"), Ticks("M", b), RightAngle(c, "M", b)),
        givens=(length(a, b, 2 * half, bracket=True), length("M", c, height)),
        question=find(rng, "the radius of the circle"),
        answer=r,
        steps=(
            f"M{b} = {2 * half} ÷ 2 = {half}, and the centre O lies on the line {c}M with OM = r - {height}",
            f"r² = (r - {height})² + {half}², so {2 * height}r = {height**2} + {half**2} = {height**2 + half**2}",
            f"r = {height**2 + half**2} ÷ {2 * height} = {r}",
        ),
        wrong=(
            r * 2,
            Fraction(4 * half**2 + height**2, 2 * height),
            r - height,
            root(half**2 + height**2),
            half + height,
        ),
        description=f"{a}{b} is a chord of a circle, M lies on {a}{b}, and {c} lies on the smaller arc.",
        properties=f"{a}M = M{b}, and M{c} is perpendicular to {a}{b}.",
    )


FAMILIES = (chord_length, circle_from_chord)
