"""Areas between squares and circles, and between two circles."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import (
    Circle,
    Coordinates,
    Dot,
    Fill,
    FillCircle,
    Mark,
    RightAngle,
    Segment,
)
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI, root
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, halved, length, note
from envs.problem import draw, flip

SHADED_AREA, SHADED_PERIMETER = "the area of the shaded region", "the perimeter of the shaded region"


def square_corners(names: tuple[str, ...], width: float, height: float | None = None) -> dict[str, Coordinates]:
    """Corners of a rectangle, anticlockwise from the lower left; a square without a height."""
    w, h = float(width), float(width if height is None else height)
    return dict(zip(names, ((0.0, 0.0), (w, 0.0), (w, h), (0.0, h)), strict=True))


def outline(*names: str) -> tuple[Segment, ...]:
    """The sides of a polygon."""
    return tuple(Segment(a, b) for a, b in zip(names, (*names[1:], names[0]), strict=True))


def square_with_circle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Between a square and its incircle; between circumcircle and square; circles between squares, and back from areas."""
    return by_level(
        "square_with_circle",
        level,
        rng,
        _circle_in_square,
        (_square_in_circle, _four_circles),
        (_square_in_circle_in_square, _side_from_rest),
    )


def _is_square(names: tuple[str, ...]) -> str:
    return f"{''.join(names)} is a square."


def _circle_in_square(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    side = draw(rng, 2, 200)
    answer = side**2 - PI * Fraction(side**2, 4)
    return Draft(
        points=square_corners(names, side) | {"_o": (side / 2, side / 2), "_t": (side / 2, 0.0)},
        lines=(Fill(names), FillCircle("_o", "_t", hole=True), *outline(*names), Circle("_o", "_t")),
        givens=(length(a, b, side),),
        question=f"{_is_square(names)} {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the square has area {side}² = {side**2}",
            f"the circle has radius {side} ÷ 2 = {halved(side)} and area {PI * Fraction(side**2, 4)}",
            f"the shaded area is {side**2} - {PI * Fraction(side**2, 4)} = {answer}",
        ),
        wrong=(
            PI * side**2 - side**2,
            PI * Fraction(side**2, 4),
            side**2 - PI * Fraction(side**2, 2),
            4 * side - PI * side,
        ),
        description=f"A circle touches the sides of square {''.join(names)} from within; the square outside it is shaded.",
    )


def _square_in_circle(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    from_side = flip(rng)
    size = draw(rng, 2, 200)
    side = float(size) if from_side else size * math.sqrt(2)
    square = size**2 if from_side else 2 * size**2
    disc = PI * Fraction(square, 2)
    answer = disc - square
    given = length(a, b, size) if from_side else length("O", a, size)
    radius: tuple[Mark, ...] = () if from_side else (Segment("O", a), Dot("O"))
    first = (
        f"the square has area {size}² = {square}, and its diagonal {root(2) * size} is the diameter of the circle"
        if from_side
        else f"the diagonals are 2 · {size} = {2 * size} and perpendicular, so the square has area {2 * size}² ÷ 2 = {square}"
    )
    return Draft(
        points=square_corners(names, side) | {"O" if not from_side else "_o": (side / 2, side / 2)},
        lines=(
            FillCircle("_o" if from_side else "O", a),
            Fill(names, hole=True),
            *outline(*names),
            Circle("_o" if from_side else "O", a),
            *radius,
        ),
        givens=(given,),
        question=f"{_is_square(names)} {'' if from_side else 'O is its centre. '}{find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            first,
            f"the circle has radius squared {Fraction(square, 2)} and area {disc}",
            f"the shaded area is {disc} - {square} = {answer}",
        ),
        wrong=(disc, PI * square - square, square - PI * Fraction(square, 4), disc * 2 - square, disc + square),
        description=f"The corners of square {''.join(names)} lie on a circle, whose part outside the square is shaded.",
    )


def _four_circles(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    radius = draw(rng, 2, 80)
    side = 4 * radius
    points = square_corners(names, side)
    circles: list[Mark] = []
    holes: list[Mark] = []
    for i, (x, y) in enumerate(((1, 1), (3, 1), (3, 3), (1, 3))):
        points |= {
            f"_o{i}": (float(x * radius), float(y * radius)),
            f"_t{i}": (float(x * radius), float((y - 1) * radius)),
        }
        holes.append(FillCircle(f"_o{i}", f"_t{i}", hole=True))
        circles.append(Circle(f"_o{i}", f"_t{i}"))
    answer = side**2 - PI * (4 * radius**2)
    return Draft(
        points=points,
        lines=(Fill(names), *holes, *outline(*names), *circles),
        givens=(length(a, b, side),),
        question=f"{_is_square(names)} The four circles are equal and touch. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"two diameters make a side, so the circles have radius {side} ÷ 4 = {radius}",
            f"the four circles have area 4 · π · {radius}² = {4 * radius**2}π",
            f"the shaded area is {side}² - {4 * radius**2}π = {answer}",
        ),
        wrong=(
            side**2 - PI * radius**2,
            side**2 - PI * (16 * radius**2),
            PI * (4 * radius**2),
            4 * side - PI * (8 * radius),
        ),
        description=f"Four circles in square {''.join(names)} touch its sides and one another; the rest is shaded.",
    )


def _square_in_circle_in_square(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    side = draw(rng, 2, 200)
    inner = ("_p", "_q", "_r", "_s")
    half = side / 2
    tips = ((half, 0.0), (float(side), half), (half, float(side)), (0.0, half))
    answer = PI * Fraction(side**2, 4) - Fraction(side**2, 2)
    return Draft(
        points=square_corners(names, side) | dict(zip(inner, tips, strict=True)) | {"_o": (half, half)},
        lines=(FillCircle("_o", "_p"), Fill(inner, hole=True), *outline(*names), *outline(*inner), Circle("_o", "_p")),
        givens=(length(a, b, side),),
        question=f"{_is_square(names)} The inner figure is a square too. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the circle has radius {side} ÷ 2 = {halved(side)} and area {PI * Fraction(side**2, 4)}",
            f"the inner square has the diagonals {side} and {side}, so its area is {side}² ÷ 2 = {halved(side**2)}",
            f"the shaded area is {PI * Fraction(side**2, 4)} - {halved(side**2)} = {answer}",
        ),
        wrong=(
            PI * Fraction(side**2, 4),
            side**2 - PI * Fraction(side**2, 4),
            PI * Fraction(side**2, 4) - Fraction(side**2, 4),
            answer * 2,
            answer * 4,
        ),
        description=f"A circle touches the sides of square {''.join(names)}, and the four points of contact are the corners of"
        " another square; the circle outside that one is shaded.",
    )


def _side_from_rest(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    side = draw(rng, 2, 200)
    area = side**2 - PI * Fraction(side**2, 4)
    points = square_corners(names, side) | {"_o": (side / 2, side / 2), "_t": (side / 2, 0.0)}
    return Draft(
        points=points,
        lines=(Fill(names), FillCircle("_o", "_t", hole=True), *outline(*names), Circle("_o", "_t")),
        givens=(note("the shaded region", f"area {area}"),),
        question=f"{_is_square(names)} {find_length(rng, a, b)}",
        answer=side,
        steps=(
            "with the side s, the shaded area is s² - πs² ÷ 4 = s²(4 - π) ÷ 4",
            f"{area} = {side**2} · (4 - π) ÷ 4, so s² = {side**2}",
            f"s = √{side**2} = {side}",
        ),
        wrong=(halved(side), 2 * side, side**2, root(2) * side),
        description=f"A circle touches the sides of square {''.join(names)} from within; the square outside it is shaded.",
    )


def annulus(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The area of a ring from its radii; from a chord that touches the inner circle; a radius from its area and width."""
    return by_level("annulus", level, rng, _ring, (_ring_with_chord, _ring_by_width), _radius_from_ring)


def _two_circles(a: str, b: str, inner: float, outer: float) -> dict[str, Any]:
    return {
        "points": {"O": (0.0, 0.0), a: (-0.6 * inner, 0.8 * inner), b: (float(outer), 0.0)},
        "lines": (
            FillCircle("O", b),
            FillCircle("O", a, hole=True),
            Circle("O", b),
            Circle("O", a),
            Segment("O", a),
            Segment("O", b),
            Dot("O"),
        ),
        "description": f"Two circles have the centre O; {a} lies on the inner one and {b} on the outer one, and the ring between"
        " them is shaded.",
    }


def _radii(rng: np.random.Generator, high: int) -> tuple[int, int]:
    outer = draw(rng, 3, high)
    return draw(rng, math.ceil(0.35 * outer), math.floor(0.8 * outer)), outer


def _ring(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    inner, outer = _radii(rng, 30)
    answer = PI * (outer**2 - inner**2)
    return Draft(
        **_two_circles(a, b, inner, outer),
        givens=(length("O", a, inner), length("O", b, outer)),
        question=f"O is the centre of both circles. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the outer circle has area π · {outer}² = {outer**2}π, the inner one π · {inner}² = {inner**2}π",
            f"the ring has area {outer**2}π - {inner**2}π = {answer}",
        ),
        wrong=(
            PI * (outer - inner) ** 2,
            PI * (outer**2 + inner**2),
            PI * (2 * (outer - inner)),
            answer / 4,
            answer * 2,
        ),
    )


def _along(a: str, b: str, inner: int, width: int) -> dict[str, Any]:
    """Two circles about O, with A and B on one ray."""
    figure = _two_circles(a, b, inner, inner + width)
    figure["points"][a] = (float(inner), 0.0)
    figure["lines"] = tuple(line for line in figure["lines"] if line != Segment("O", a))
    figure["description"] = f"{a} lies on O{b}. {figure['description']}"
    return figure


def _ring_by_width(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    inner, outer = _radii(rng, 40)
    answer = PI * (outer**2 - inner**2)
    width = outer - inner
    return Draft(
        **_along(a, b, inner, width),
        givens=(length("O", a, inner), length(a, b, width)),
        question=f"O is the centre of both circles. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the outer radius is {inner} + {width} = {outer}",
            f"the ring has area π · {outer}² - π · {inner}² = {outer**2}π - {inner**2}π = {answer}",
        ),
        wrong=(PI * width**2, PI * abs(width**2 - inner**2), PI * (outer**2 + inner**2), PI * (2 * width), answer / 2),
    )


def _ring_with_chord(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    chord = draw(rng, 3, 60)
    inner = chord / 2 * draw(rng, 60, 150) / 100
    answer = PI * Fraction(chord**2, 4)
    points = {"O": (0.0, 0.0), a: (-chord / 2, -inner), b: (chord / 2, -inner), "M": (0.0, -inner)}
    return Draft(
        points=points,
        lines=(
            FillCircle("O", a),
            FillCircle("O", "M", hole=True),
            Circle("O", a),
            Circle("O", "M"),
            Segment(a, b),
            Segment("O", "M"),
            RightAngle("O", "M", b),
            Dot("O"),
        ),
        givens=(length(a, b, chord, bracket=True),),
        question=f"O is the centre of both circles, and {a}{b} touches the inner one at M. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the radius OM is perpendicular to {a}{b} and halves it: M{b} = {halved(chord)}",
            f"with the radii R and r, R² - r² = M{b}² = {Fraction(chord**2, 4)}",
            f"the ring has area π(R² - r²) = {answer}",
        ),
        wrong=(PI * chord**2, PI * Fraction(chord**2, 2), PI * chord, Fraction(chord**2, 4), PI * halved(chord)),
        description=f"Two circles have the centre O; the chord {a}{b} of the outer one meets the inner one at M, and the ring"
        " between them is shaded.",
        properties=f"OM is perpendicular to {a}{b}.",
    )


def _radius_from_ring(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    inner, outer = _radii(rng, 40)
    width = outer - inner
    area = PI * (outer**2 - inner**2)
    figure = _along(a, b, inner, width)
    want_outer = flip(rng)
    answer = outer if want_outer else inner
    return Draft(
        **figure,
        givens=(
            length(a, b, width),
            note("the shaded region", f"area {area}"),
        ),
        question=f"O is the centre of both circles. {find_length(rng, 'O', b if want_outer else a)}",
        answer=answer,
        steps=(
            f"with the radii R and r, π(R² - r²) = {area}, so (R + r)(R - r) = {outer**2 - inner**2}",
            f"R - r = {width}, so R + r = {outer**2 - inner**2} ÷ {width} = {outer + inner}",
            f"{'R' if want_outer else 'r'} = ({outer + inner} {'+' if want_outer else '-'} {width}) ÷ 2 = {answer}",
        ),
        wrong=(inner if want_outer else outer, outer + inner, root(outer**2 - inner**2), width, halved(outer + inner)),
    )


FAMILIES = (square_with_circle, annulus)
