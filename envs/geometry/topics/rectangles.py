"""Rectangles and their diagonals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, angle, by_level, find_angle, find_length, halved, length, note
from envs.geometry.topics.placing import draw_triple, foot
from envs.geometry.topics.wording import also
from envs.problem import draw, flip, pick


def rectangle_diagonal(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The diagonal or a side; angles and sides at the middle; from perimeter or area, distance from a diagonal."""
    return by_level(
        "rectangle_diagonal",
        level,
        rng,
        _rectangle_whole,
        (_angle_of_diagonals, _side_at_middle),
        (_diagonal_from_area, _distance_from_diagonal),
    )


def _rectangle(names: tuple[str, ...], ab: float, ad: float) -> dict[str, Any]:
    """A rectangle ABCD with the diagonal AC."""
    a, b, c, d = names
    right = tuple(RightAngle(*three) for three in ((d, a, b), (a, b, c), (b, c, d), (c, d, a)))
    return {
        "points": {a: (0.0, 0.0), b: (float(ab), 0.0), c: (float(ab), float(ad)), d: (0.0, float(ad))},
        "lines": (*outline(*names), Segment(a, c), *right),
        "description": f"{''.join(names)} is a quadrilateral with the diagonal {a}{c}.",
        "properties": f"The angles at {a}, {b}, {c} and {d} are right angles.",
    }


def _rectangle_whole(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    ab, ad, diagonal = draw_triple(rng)
    back = flip(rng)
    if back:
        steps: tuple[str, ...] = (
            f"in the right triangle {a}{b}{c}, {b}{c}² = {diagonal}² - {ab}² = {ad**2}",
            f"{b}{c} = √{ad**2} = {ad}",
        )
    else:
        steps = (
            f"{b}{c} = {a}{d} = {ad}, and in the right triangle {a}{b}{c}, {a}{c}² = {ab}² + {ad}² = {diagonal**2}",
            f"{a}{c} = √{diagonal**2} = {diagonal}",
        )
    return Draft(
        **_rectangle(names, ab, ad),
        givens=(length(a, b, ab), length(a, c, diagonal) if back else length(a, d, ad)),
        question=find_length(rng, *((b, c) if back else (a, c))),
        answer=ad if back else diagonal,
        steps=steps,
        wrong=(diagonal - ab, root(diagonal**2 + ab**2), halved(diagonal), ad**2)
        if back
        else (ab + ad, root(abs(ab**2 - ad**2)), 2 * (ab + ad), ab * ad),
    )


def _with_middle(names: tuple[str, ...], ab: float, ad: float) -> dict[str, Any]:
    """A rectangle ABCD whose diagonals meet at E."""
    a, b, c, d, e = names
    figure = _rectangle(names[:4], ab, ad)
    figure["points"][e] = (ab / 2, ad / 2)
    figure["lines"] = (*figure["lines"], Segment(b, d))
    figure["description"] = f"The diagonals of quadrilateral {a}{b}{c}{d} meet at {e}."
    return figure


EQUAL_HALVES = "it is a rectangle, so its diagonals are equal and halve each other"


def _angle_of_diagonals(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    t = draw(rng, 20, 38)  # the angle between diagonal and AB
    figure = _with_middle(names, 4.0, 4.0 * math.tan(math.radians(t)))
    target, answer, given = pick(
        rng,
        (
            ((a, e, d), 2 * t, angle(e, a, b, t)),
            ((a, e, b), 180 - 2 * t, angle(e, a, b, t)),
            ((e, a, b), t, angle(a, e, d, 2 * t)),
            ((e, d, a), 90 - t, angle(a, e, d, 2 * t)),
            ((e, b, c), 90 - t, angle(a, e, b, 180 - 2 * t)),
        ),
    )
    written = "".join(target)
    apex = {
        2 * t: f"2 · {t}",
        180 - 2 * t: f"180 - 2 · {t}",
        t: f"{2 * t} ÷ 2",
        90 - t: f"90 - {t}",
    }[answer]
    found = f"angle {e}{a}{b} = angle {e}{b}{a}, so angle {a}{e}{d}, exterior to triangle {a}{b}{e}, is twice angle {e}{a}{b}"
    needed = (f"angle {a}{e}{d} = {2 * t}, so angle {e}{a}{b} = {2 * t} ÷ 2 = {t}",) if apex == f"90 - {t}" else ()
    return Draft(
        **figure,
        givens=(given,),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(f"{EQUAL_HALVES}: {e}{a} = {e}{b} = {e}{d}", found, *needed, f"angle {written} = {apex} = {answer}"),
        wrong=(180 - answer, abs(90 - answer), t, 2 * t, 90 - t, 180 - 2 * t),
    )


def _side_at_middle(rng: np.random.Generator) -> Draft:
    """A side from the other and half of a diagonal."""
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        half, ab = Fraction(draw(rng, 5, 60), 2), draw(rng, 4, 50)
        if 0.62 < ab / (2 * half) < 0.93:
            break
    square = int(4 * half**2) - ab**2
    return Draft(
        **_with_middle(names, ab, math.sqrt(square)),
        givens=(length(a, e, str(half)), length(a, b, ab)),
        question=find_length(rng, b, c),
        answer=root(square),
        steps=(
            f"{EQUAL_HALVES}: {a}{c} = 2 · {half} = {2 * half}",
            f"{b}{c}² = {a}{c}² - {a}{b}² = {4 * half**2} - {ab**2} = {square}",
            f"{b}{c} = √{square} = {root(square)}",
        ),
        wrong=(root(abs(half**2 - ab**2)), root(4 * half**2 + ab**2), 2 * half - ab, half, square),
    )


def _diagonal_from_area(rng: np.random.Generator) -> Draft:
    """The diagonal from a side and the area or the perimeter."""
    names = a, b, c, d = letters(rng, 4)
    while True:
        ab, ad = draw(rng, 3, 30), draw(rng, 2, 30)
        if 1.15 < ab / ad < 2.8:
            break
    square = ab**2 + ad**2
    by_area = flip(rng)
    text = f"area {ab * ad}" if by_area else f"perimeter {2 * (ab + ad)}"
    first = f"{ab * ad} ÷ {ab}" if by_area else f"{2 * (ab + ad)} ÷ 2 - {ab}"
    return Draft(
        **_rectangle(names, ab, ad),
        givens=(length(a, b, ab), note(f"the quadrilateral {a}{b}{c}{d}", text)),
        question=find_length(rng, a, c),
        answer=root(square),
        steps=(
            f"it is a rectangle, so {b}{c} = {first} = {ad}",
            f"{a}{c}² = {ab}² + {ad}² = {square}",
            f"{a}{c} = √{square} = {root(square)}",
        ),
        wrong=(
            root(ab**2 + 4 * ad**2) if by_area else root(ab**2 + (ab + 2 * ad) ** 2),
            ad,
            ab + ad,
            root(ab**2 - ad**2),
            square,
        ),
    )


def _distance_from_diagonal(rng: np.random.Generator) -> Draft:
    """E on AC with BE perpendicular to AC."""
    names = a, b, c, d, e = letters(rng, 5)
    ab, ad, diagonal = draw_triple(rng)
    figure = _rectangle(names[:4], ab, ad)
    points = figure["points"]
    points[e] = foot(points[b], points[a], points[c])
    answer = Fraction(ab * ad, diagonal)
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(b, e), RightAngle(b, e, c)),
        givens=(length(a, b, ab), length(a, d, ad)),
        question=find_length(rng, b, e),
        answer=answer,
        steps=(
            f"it is a rectangle, so {a}{c}² = {ab}² + {ad}² = {diagonal**2} and {a}{c} = {diagonal}",
            f"twice the area of triangle {a}{b}{c} is {a}{b} · {b}{c} = {ab * ad}, and also {a}{c} · {b}{e}",
            f"{b}{e} = {ab * ad} ÷ {diagonal} = {answer}",
        ),
        wrong=(answer / 2, halved(diagonal), answer * 2, Fraction(ab * ab, diagonal), Fraction(ad * ad, diagonal)),
        description=f"{figure['description'][:-1]}, on which {e} lies.",
        properties=also(figure["properties"], f"{b}{e} is perpendicular to {a}{c}"),
    )


FAMILIES = (rectangle_diagonal,)
