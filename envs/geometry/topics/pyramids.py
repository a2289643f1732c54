"""Pyramids on rectangles and squares: volume, surface, edges."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Dot, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, halved, length
from envs.geometry.topics.placing import draw_triple
from envs.geometry.topics.polyhedra import deepened
from envs.problem import draw


def pyramid_volume(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Volume of a pyramid from its height; from a lateral edge or the height of a face; its surface, or a lateral edge."""
    return by_level(
        "pyramid_volume", level, rng, _pyramid_plain, (_pyramid_edge, _pyramid_face), (_pyramid_surface, _lateral_edge)
    )


def _pyramid(names: tuple[str, ...], width: float, depth: float, height: float) -> dict[str, Any]:
    """A pyramid on a rectangle ABCD with the apex S above the centre O."""
    a, b, c, d, s = names
    dx, dy = deepened(depth)
    w = float(width)
    points = {a: (0.0, 0.0), b: (w, 0.0), c: (w + dx, dy), d: (dx, dy), "O": ((w + dx) / 2, dy / 2)}
    points[s] = (points["O"][0], points["O"][1] + float(height))
    hidden = (Segment(d, a, dashed=True), Segment(d, c, dashed=True), Segment(d, s, dashed=True))
    edges = (Segment(a, b), Segment(b, c), Segment(s, a), Segment(s, b), Segment(s, c))
    return {
        "points": points,
        "lines": (*edges, *hidden, Segment(s, "O", dashed=True), Dot("O")),
        "metric": False,
        "upright": True,
        "description": f"A pyramid has the base {a}{b}{c}{d} with centre O, and its apex {s} is above O.",
    }


def _pyramid_size(rng: np.random.Generator) -> tuple[int, int]:
    side = draw(rng, 3, 20)
    return side, draw(rng, math.ceil(0.8 * side), 2 * side)


_SQUARE = "The base is a square, and O is its centre."


def _pyramid_plain(rng: np.random.Generator) -> Draft:
    a, b, c, d, s = letters(rng, 5)
    while True:
        x, y, h = draw(rng, 3, 16), draw(rng, 3, 16), draw(rng, 3, 24)
        if max(x, y) <= 1.6 * min(x, y) and 0.8 * max(x, y) <= h <= 1.6 * max(x, y):
            break
    answer = Fraction(x * y * h, 3)
    return Draft(
        **_pyramid((a, b, c, d, s), x, y, h),
        givens=(length(a, b, x), length(b, c, y), length(s, "O", h)),
        question=f"The base is a rectangle, and O is its centre. {find(rng, 'the volume of the pyramid')}",
        answer=answer,
        steps=(
            f"the base has area {x} · {y} = {x * y}",
            f"the volume is a third of base times height: {x * y} · {h} ÷ 3 = {answer}",
        ),
        wrong=(x * y * h, halved(x * y * h), Fraction(x * y * h, 6), Fraction((x + y) * h, 3), Fraction(x * y * h, 4)),
    )


def _pyramid_edge(rng: np.random.Generator) -> Draft:
    a, b, c, d, s = letters(rng, 5)
    while True:
        side, edge = draw(rng, 2, 20), draw(rng, 3, 40)
        square = edge**2 - Fraction(side**2, 2)
        if side**2 * 0.7 <= square <= 4 * side**2:
            break
    h = root(square)
    figure = _pyramid((a, b, c, d, s), side, side, float(h))
    answer = h * Fraction(side**2, 3)
    return Draft(
        **figure,
        givens=(length(a, b, side), length(s, b, edge)),
        question=f"{_SQUARE} {find(rng, 'the volume of the pyramid')}",
        answer=answer,
        steps=(
            f"half of the base's diagonal has the square O{b}² = {side}² ÷ 2 = {Fraction(side**2, 2)}",
            f"{s}O² = {edge}² - {Fraction(side**2, 2)} = {square}, so the height is {h}",
            f"the volume is {side}² · {h} ÷ 3 = {answer}",
        ),
        wrong=(
            Fraction(side**2 * edge, 3),
            root(edge**2 - Fraction(side**2, 4)) * Fraction(side**2, 3),
            answer * 3,
            answer / 2,
            answer * Fraction(3, 2),
        ),
    )


def _with_face_height(a: str, b: str, c: str, d: str, s: str, side: int, height: float) -> dict[str, Any]:
    """A pyramid on a square with the height SM of the face above BC."""
    figure = _pyramid((a, b, c, d, s), side, side, height)
    (x0, y0), (x1, y1) = figure["points"][b], figure["points"][c]
    figure["points"]["M"] = (x0 + x1) / 2, (y0 + y1) / 2
    figure["lines"] = (*figure["lines"], Segment(s, "M"), RightAngle(s, "M", b))
    figure["description"] += f" M lies on {b}{c}."
    return figure | {"properties": f"{s}M is perpendicular to {b}{c}."}


def _pyramid_face(rng: np.random.Generator) -> Draft:
    a, b, c, d, s = letters(rng, 5)
    while True:
        half, h, slant = draw_triple(rng)
        if h >= 1.6 * half:
            break
    side = 2 * half
    figure = _with_face_height(a, b, c, d, s, side, h)
    answer = Fraction(side**2 * h, 3)
    return Draft(
        **figure,
        givens=(length(a, b, side), length(s, "M", slant)),
        question=f"{_SQUARE} {find(rng, 'the volume of the pyramid')}",
        answer=answer,
        steps=(
            f"OM is half of the side: {side} ÷ 2 = {half}",
            f"{s}O = √({slant}² - {half}²) = {h}",
            f"the volume is {side}² · {h} ÷ 3 = {answer}",
        ),
        wrong=(Fraction(side**2 * slant, 3), side**2 * h, halved(side**2 * h), Fraction(half**2 * h, 3)),
    )


def _pyramid_surface(rng: np.random.Generator) -> Draft:
    a, b, c, d, s = letters(rng, 5)
    side, h = _pyramid_size(rng)
    slant = root(Fraction(side**2, 4) + h * h)
    answer = slant * (2 * side) + side**2
    return Draft(
        **_with_face_height(a, b, c, d, s, side, h),
        givens=(length(a, b, side), length(s, "O", h)),
        question=f"{_SQUARE} {find(rng, 'the total surface area of the pyramid')}",
        answer=answer,
        steps=(
            f"OM = {side} ÷ 2 = {halved(side)}, so {s}M = √({h}² + ({halved(side)})²) = {slant}",
            f"the four side faces have area 4 · {side} · {slant} ÷ 2 = {slant * (2 * side)}",
            f"with the base it is {side**2} + {slant * (2 * side)} = {answer}",
        ),
        wrong=(slant * (2 * side), side**2 + 2 * side * h, slant * (4 * side) + side**2, Fraction(side**2 * h, 3)),
    )


def _lateral_edge(rng: np.random.Generator) -> Draft:
    a, b, c, d, s = letters(rng, 5)
    side, h = _pyramid_size(rng)
    square = h * h + Fraction(side**2, 2)
    return Draft(
        **_pyramid((a, b, c, d, s), side, side, h),
        givens=(length(a, b, side), length(s, "O", h)),
        question=f"{_SQUARE} {find_length(rng, s, b)}",
        answer=root(square),
        steps=(
            f"the base's diagonal is {root(2) * side}, so O{b} = {root(2) * halved(side)}",
            f"{s}{b}² = {s}O² + O{b}² = {h**2} + {Fraction(side**2, 2)} = {square}",
            f"{s}{b} = √({square}) = {root(square)}",
        ),
        wrong=(root(h * h + side**2), root(h * h + Fraction(side**2, 4)), root(h * h + 2 * side**2), h + side),
    )


FAMILIES = (pyramid_volume,)
