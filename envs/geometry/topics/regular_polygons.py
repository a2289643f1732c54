"""Regular polygons: their sides, angles, areas and diagonals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates, Dot, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import Surd, root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import (
    Draft,
    Given,
    angle,
    by_level,
    find,
    find_angle,
    find_length,
    halved,
    length,
    note,
)
from envs.geometry.topics.placing import between, crossing, polar
from envs.geometry.topics.polygons import NAMES
from envs.problem import draw, flip, pick


def regular_polygon(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Side and perimeter, angles at a line through a corner; the area of a hexagon; sides from areas."""
    return by_level(
        "regular_polygon",
        level,
        rng,
        (_side_and_perimeter, _angle_beside_line),
        (_hexagon_area, _angle_at_far_side),
        (_hexagon_from_area, _octagon_area, _area_from_apothem),
    )


def regular(names: tuple[str, ...], side: float) -> dict[str, Coordinates]:
    """Corners of a regular polygon about the origin."""
    n = len(names)
    radius = side / (2 * math.sin(math.pi / n))
    return {name: polar(360 * i / n, radius) for i, name in enumerate(names)}


def _regular_figure(names: tuple[str, ...], side: float) -> dict[str, Any]:
    return {
        "points": regular(names, side),
        "lines": outline(*names),
        "description": f"{''.join(names)} is a {NAMES[len(names)]}.",
    }


def _is_regular(names: tuple[str, ...]) -> str:
    return f"The {NAMES[len(names)]} {''.join(names)} is regular."


#: What sizes are multiples of.
_UNITS = (root(1), root(1), root(Fraction(1, 4)), root(2), root(3), root(5), root(6))


def _draw_size(rng: np.random.Generator, most: int) -> Surd:
    """A length: a whole number, half of one, or a multiple of a root."""
    return pick(rng, _UNITS) * draw(rng, 2, most)


def _side_and_perimeter(rng: np.random.Generator) -> Draft:
    n, side = draw(rng, 5, 8), draw(rng, 2, 99)
    names = a, b, *_ = letters(rng, n)
    back = flip(rng, 0.7)
    total = n * side
    given: Given = note(f"the {NAMES[n]}", f"perimeter {total}") if back else length(a, b, side)
    wanted = find_length(rng, a, b) if back else find(rng, f"the perimeter of {NAMES[n]} {''.join(names)}")
    return Draft(
        **_regular_figure(names, side),
        givens=(given,),
        question=f"{_is_regular(names)} {wanted}",
        answer=side if back else total,
        steps=(
            f"all {n} sides of a regular {NAMES[n]} are equal",
            f"{a}{b} = {total} ÷ {n} = {side}" if back else f"the perimeter is {n} · {side} = {total}",
        ),
        wrong=(Fraction(total, n + 1), Fraction(total, n - 1), Fraction(total, 4), Fraction(total, 3))
        if back
        else (total - side, total + side, side * side, 4 * side),
    )


def _interior(n: int) -> int:
    return (n - 2) * 180 // n


def _line_to_side(rng: np.random.Generator) -> tuple[tuple[str, ...], str, int, int, dict[str, Any]]:
    """Corner names, the point P on a far side of a line from corner B, the angle CBP, the side's number, the figure."""
    n = pick(rng, (5, 6, 8))
    run = letters(rng, 8)
    # the point on the side takes the letter after the corners; an octagon has used all eight
    names, p = (run[:n], run[n]) if n < 8 else (run, "M")
    interior = _interior(n)
    while True:
        t = draw(rng, 24, interior - 24)
        points = regular(names, 10.0)
        per_side = 180 / n  # what each further side adds to the angle at B
        place = t / per_side
        i = 2 + math.floor(place)
        if 0.22 < place - math.floor(place) < 0.78:
            break
    start, end = names[i % n], names[(i + 1) % n]
    b, c = names[1], names[2]
    turn = math.atan2(points[c][1] - points[b][1], points[c][0] - points[b][0]) + math.radians(t)
    far = points[b][0] + math.cos(turn), points[b][1] + math.sin(turn)
    points[p] = crossing(points[b], far, points[start], points[end])
    figure = {
        "points": points,
        "lines": (*outline(*names), Segment(b, p)),
        "description": f"{''.join(names)} is a {NAMES[n]}, and {p} lies on {start}{end}.",
    }
    return names, p, t, i, figure


def _angle_beside_line(rng: np.random.Generator) -> Draft:
    names, p, t, _, figure = _line_to_side(rng)
    a, b, c = names[:3]
    n, interior = len(names), _interior(len(names))
    return Draft(
        **figure,
        givens=(angle(c, b, p, t),),
        question=f"{_is_regular(names)} {find_angle(rng, a, b, p)}",
        answer=interior - t,
        steps=(
            f"each angle of a regular {NAMES[n]} is ({n} - 2) · 180 ÷ {n} = {interior}",
            f"angle {a}{b}{p} = {interior} - {t} = {interior - t}",
        ),
        wrong=(180 - t, abs(360 // n - t), halved(interior), 180 - interior + t, t),
    )


def _angle_at_far_side(rng: np.random.Generator) -> Draft:
    """The angle between the line and the side that it meets."""
    names, p, t, i, figure = _line_to_side(rng)
    n, interior = len(names), _interior(len(names))
    b, c, start = names[1], names[2], names[i % n]
    corners = i + 1  # of the polygon B, C, ..., start, P
    total = (corners - 2) * 180
    answer = total - (corners - 2) * interior - t
    part = f"{b}{''.join(names[2 : i + 1])}{p}"
    return Draft(
        **figure,
        givens=(angle(c, b, p, t),),
        question=f"{_is_regular(names)} {find_angle(rng, b, p, start)}",
        answer=answer,
        steps=(
            f"each angle of a regular {NAMES[n]} is ({n} - 2) · 180 ÷ {n} = {interior}",
            f"the angles of {part} add up to ({corners} - 2) · 180 = {total}",
            f"angle {b}{p}{start} = {total} - {corners - 2} · {interior} - {t} = {answer}",
        ),
        wrong=(180 - answer, abs(interior - t), t, 180 - t, abs(answer - interior + 180)),
    )


def _hexagon_area(rng: np.random.Generator) -> Draft:
    """The area of a regular hexagon from its side or its perimeter."""
    names = a, b, *_ = letters(rng, 6)
    side = _draw_size(rng, 40)
    from_perimeter = flip(rng)
    sixth = side * side * root(3) / 4
    answer = sixth * 6
    given = note("the hexagon", f"perimeter {side * 6}") if from_perimeter else length(a, b, str(side))
    first = (f"{a}{b} = {side * 6} ÷ 6 = {side}",) if from_perimeter else ()
    return Draft(
        **_regular_figure(names, float(side)),
        givens=(given,),
        question=f"{_is_regular(names)} {find(rng, 'the area of hexagon ' + ''.join(names))}",
        answer=answer,
        steps=(
            *first,
            "the hexagon consists of six equilateral triangles",
            f"each has area {side * side} · √3 ÷ 4 = {sixth}",
            f"the area is 6 · {sixth} = {answer}",
        ),
        wrong=(answer * 2, answer / root(3), sixth, side * side * 6, answer / 2),
    )


def _hexagon_from_area(rng: np.random.Generator) -> Draft:
    """Side, perimeter or a diagonal of a regular hexagon from its area."""
    names = a, b, c, d, *_ = letters(rng, 6)
    side = _draw_size(rng, 60)
    area = side * side * root(3) * Fraction(3, 2)
    ways: tuple[tuple[str, str, Surd], ...] = (
        (find_length(rng, a, b), f"{a}{b} = {side}", side),
        (
            find(rng, "the perimeter of hexagon " + "".join(names)),
            f"the perimeter is 6 · {side} = {6 * side}",
            6 * side,
        ),
        (find_length(rng, a, d), f"{a}{d} is twice a side: {a}{d} = {side * 2}", side * 2),
    )
    question, last, answer = pick(rng, ways)
    return Draft(
        **_regular_figure(names, float(side)),
        givens=(note("the hexagon", f"area {area}"),),
        question=f"{_is_regular(names)} {question}",
        answer=answer,
        steps=(
            "six equilateral triangles of side s have area 6 · s² · √3 ÷ 4 = 3√3/2 · s²",
            f"s² = {area} ÷ (3√3/2) = {side * side}, so s = {side}",
            last,
        ),
        wrong=(answer * root(3), answer * 2, answer * root(2), answer * root(Fraction(3, 2)), answer / 2),
    )


def _octagon_area(rng: np.random.Generator) -> Draft:
    names = a, b, *_ = letters(rng, 8)
    side = _draw_size(rng, 40)
    answer = (root(2) + 1) * side * side * 2
    width = (root(2) + 1) * side
    corner, cut = side * side / 4, root(2) * side / 2
    return Draft(
        **_regular_figure(names, float(side)),
        givens=(length(a, b, str(side)),),
        question=f"{_is_regular(names)} {find(rng, 'the area of octagon ' + ''.join(names))}",
        answer=answer,
        steps=(
            f"the octagon is a square without its corners, which are right triangles of hypotenuse {side},"
            f" so of legs {cut}",
            f"the square has side {side} + 2 · {cut} = {width} and area {width * width}",
            f"the four corners have area 4 · {corner} = {side * side}",
            f"the area is {width * width} - {side * side} = {answer}",
        ),
        wrong=(width * width, answer / 2, side * side * 8, corner * root(2) * 16, width * width - corner * 2),
    )


def _area_from_apothem(rng: np.random.Generator) -> Draft:
    """The area of a regular hexagon from the distance of its centre O from a side."""
    names = a, b, *_ = letters(rng, 6)
    apothem = _draw_size(rng, 40)
    side = apothem * 2 / root(3)
    points = regular(names, float(side))
    points |= {"M": between(points[a], points[b]), "O": (0.0, 0.0)}
    answer = side * apothem * 3
    return Draft(
        points=points,
        lines=(*outline(*names), Segment("O", "M"), RightAngle("O", "M", b), Dot("O")),
        givens=(length("O", "M", str(apothem)),),
        question=f"{_is_regular(names)} O is its centre. {find(rng, 'the area of hexagon ' + ''.join(names))}",
        answer=answer,
        steps=(
            f"triangle O{a}{b} is equilateral with height {apothem}, so its side is 2 · {apothem} ÷ √3 = {side}",
            f"its area is {side} · {apothem} ÷ 2 = {side * apothem / 2}",
            f"the area is 6 · {side * apothem / 2} = {answer}",
        ),
        wrong=(answer * 2, answer * Fraction(3, 4), answer / 2, apothem * apothem * 6, answer * root(3)),
        description=f"{''.join(names)} is a hexagon with centre O, and M lies on {a}{b}.",
        properties=f"OM is perpendicular to {a}{b}.",
    )


def polygon_diagonals(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Diagonals of a regular hexagon; of pentagon and octagon; what diagonals cut off, and areas from diagonals."""
    return by_level(
        "polygon_diagonals",
        level,
        rng,
        _hexagon_diagonal,
        (_pentagon_diagonal, _octagon_diagonal, _hexagon_side),
        (_hexagon_from_diagonal, _within_hexagon),
    )


def _with_diagonal(names: tuple[str, ...], side: float, *ends: tuple[str, str]) -> dict[str, Any]:
    """A regular polygon with some diagonals."""
    figure = _regular_figure(names, side)
    drawn = " and ".join(f"{a}{b}" for a, b in ends)
    figure["lines"] = (*figure["lines"], *(Segment(a, b) for a, b in ends))
    figure["description"] = f"{figure['description'][:-1]} with the diagonal{'s' if len(ends) > 1 else ''} {drawn}."
    return figure


def _hexagon_diagonal(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, *_ = letters(rng, 6)
    side = pick(rng, _UNITS[:3]) * draw(rng, 2, 160)
    long = flip(rng, 0.3)
    other = d if long else c
    answer = side * 2 if long else root(3) * side
    return Draft(
        **_with_diagonal(names, float(side), (a, other)),
        givens=(length(a, b, str(side)),),
        question=f"{_is_regular(names)} {find_length(rng, a, other)}",
        answer=answer,
        steps=(
            (
                "six equilateral triangles meet at the centre",
                f"{a}{d} passes through it: {a}{d} = 2 · {side} = {answer}",
            )
            if long
            else (
                f"angle {a}{b}{c} = 120, so half of {a}{c} is the height of an equilateral triangle of side {side}",
                f"{a}{c} = 2 · {side} · √3 ÷ 2 = {answer}",
            )
        ),
        wrong=(answer / 2, root(3) * side, side * 2, root(2) * side, side * 3),
    )


def _hexagon_side(rng: np.random.Generator) -> Draft:
    """The side of a regular hexagon from a short diagonal."""
    names = a, b, c, *_ = letters(rng, 6)
    diagonal = _draw_size(rng, 60)
    side = diagonal / root(3)
    perimeter = flip(rng)
    answer = side * 6 if perimeter else side
    last = (f"the perimeter is 6 · {side} = {answer}",) if perimeter else ()
    return Draft(
        **_with_diagonal(names, float(side), (a, c)),
        givens=(length(a, c, str(diagonal)),),
        question=f"{_is_regular(names)} "
        + (find(rng, "the perimeter of hexagon " + "".join(names)) if perimeter else find_length(rng, a, b)),
        answer=answer,
        steps=(
            f"angle {a}{b}{c} = 120, so half of {a}{c} is the height of an equilateral triangle of side {a}{b}",
            f"{a}{c} = √3 · {a}{b}, so {a}{b} = {diagonal} ÷ √3",
            f"{a}{b} = {side}",
            *last,
        ),
        wrong=(answer * 3, answer * 2, answer / 2, answer * root(3), answer * root(2)),
    )


def _pentagon_diagonal(rng: np.random.Generator) -> Draft:
    names = a, b, c, *_ = letters(rng, 5)
    side = _draw_size(rng, 60)
    answer = (root(5) + 1) * side / 2
    return Draft(
        **_with_diagonal(names, float(side), (a, c)),
        givens=(length(a, b, str(side)),),
        question=f"{_is_regular(names)} {find_length(rng, a, c)}",
        answer=answer,
        steps=(
            "in a regular pentagon diagonal and side are in the golden ratio (1 + √5)/2,"
            " as similar triangles between diagonals show",
            f"{a}{c} = {side} · (1 + √5)/2 = {answer}",
        ),
        wrong=(root(3) * side, (root(5) - 1) * side / 2, side * 2, root(2) * side, (root(5) + 1) * side),
    )


def _octagon_diagonal(rng: np.random.Generator) -> Draft:
    """The diagonal AD of a regular octagon, parallel to BC."""
    names = a, b, c, d, *_ = letters(rng, 8)
    side = _draw_size(rng, 60)
    answer = (root(2) + 1) * side
    return Draft(
        **_with_diagonal(names, float(side), (a, d)),
        givens=(length(b, c, str(side)),),
        question=f"{_is_regular(names)} {find_length(rng, a, d)}",
        answer=answer,
        steps=(
            f"{a}{d} is parallel to {b}{c}; the angles at {b} and {c} are 135, so those at {a} and {d} are 45",
            f"the heights from {b} and {c} cut off parts of {side} ÷ √2 = {root(2) * side / 2} at both ends",
            f"{a}{d} = {side} + 2 · {root(2) * side / 2} = {answer}",
        ),
        wrong=((root(2) + 2) * side, side * 2, root(2) * side, root(2) * side * 2, (root(3) + 1) * side, side * 3),
    )


def _hexagon_from_diagonal(rng: np.random.Generator) -> Draft:
    """The area of a regular hexagon from a diagonal."""
    names = a, b, c, d, *_ = letters(rng, 6)
    long = flip(rng)
    diagonal = _draw_size(rng, 60)
    side = diagonal / (2 if long else root(3))
    answer = side * side * root(3) * Fraction(3, 2)
    end = d if long else c
    first = f"{a}{d} = 2 · {a}{b}" if long else f"{a}{c} = √3 · {a}{b}"
    return Draft(
        **_with_diagonal(names, float(side), (a, end)),
        givens=(length(a, end, str(diagonal)),),
        question=f"{_is_regular(names)} {find(rng, 'the area of hexagon ' + ''.join(names))}",
        answer=answer,
        steps=(
            f"{first}, so {a}{b} = {side}",
            f"each of six equilateral triangles has area {side * side} · √3 ÷ 4 = {side * side * root(3) / 4}",
            f"the area is 6 · {side * side * root(3) / 4} = {answer}",
        ),
        wrong=(answer * 4, answer / 2, answer * 3, answer / root(3), answer * Fraction(4, 3), answer * 2),
    )


def _within_hexagon(rng: np.random.Generator) -> Draft:
    """The area of a triangle or rectangle of diagonals within a regular hexagon."""
    names = a, b, c, d, e, f = letters(rng, 6)
    side = _draw_size(rng, 60)
    square = side * side
    kind, corners, share, why = pick(
        rng,
        (
            ("triangle", (a, c, e), Fraction(3, 4), f"equilateral with side {a}{c} = √3 · {side} = {root(3) * side}"),
            (
                "quadrilateral",
                (a, b, d, e),
                Fraction(1),
                f"a rectangle with sides {a}{b} = {side} and {b}{d} = √3 · {side} = {root(3) * side}",
            ),
            ("triangle", (a, b, c), Fraction(1, 4), f"isosceles with an angle of 120 between sides of {side}"),
            (
                "triangle",
                (a, c, d),
                Fraction(1, 2),
                f"right-angled at {c} with legs {a}{c} = √3 · {side} = {root(3) * side} and {c}{d} = {side}",
            ),
        ),
    )
    closed = zip(corners, (*corners[1:], corners[0]), strict=True)
    neighbours = {frozenset(pair) for pair in zip(names, (*names[1:], names[0]), strict=True)}
    ends = [pair for pair in closed if frozenset(pair) not in neighbours]
    answer = root(3) * square * share
    whole = root(3) * square * Fraction(3, 2)
    target = f"{kind} {''.join(corners)}"
    return Draft(
        **_with_diagonal(names, float(side), *ends),
        givens=(length(e, f, str(side)),),
        question=f"{_is_regular(names)} {find(rng, f'the area of {target}')}",
        answer=answer,
        steps=(
            f"all sides are {side}, and {target} is {why}",
            f"its area is {answer}",
        ),
        wrong=(answer * 2, whole, whole / 3, whole - answer, answer / root(3), root(3) * square),
    )


FAMILIES = (regular_polygon, polygon_diagonals)
