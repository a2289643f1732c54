"""Lines in a triangle: bisectors of its angles and altitudes."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import EqualAngle, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import Number, root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, angle, by_level, find_angle, find_length, halved, length
from envs.geometry.topics.placing import between, crossing, foot
from envs.geometry.topics.triangle_shapes import (
    draw_angles,
    draw_sides,
    from_angles,
    from_sides,
    shapely,
)
from envs.geometry.topics.unknowns import Equation, asked, expressions, number
from envs.problem import draw, flip


def angle_bisector(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A part of the side that a bisector meets; from all three sides; the bisector's length, or its angle with the side."""
    return by_level(
        "angle_bisector",
        level,
        rng,
        (_bisector_part, _bisector_angle),
        (_parts_from_sides, _side_from_parts),
        (_bisector_length, _bisectors_meet),
    )


def _bisector_figure(names: tuple[str, ...], sides: tuple[float, float, float]) -> dict[str, Any]:
    """A triangle ABC of sides BC, CA, AB with D on BC, AD halving the angle at A."""
    a, b, c, d = names
    corners = from_sides((b, c, a), sides[1], sides[2], sides[0])
    points = {name: corners[name] for name in (a, b, c)}
    points[d] = (sides[0] * sides[2] / (sides[1] + sides[2]), 0.0)
    return {
        "points": points,
        "lines": (*outline(a, b, c), Segment(a, d), EqualAngle(b, a, d), EqualAngle(d, a, c)),
        "description": f"{d} lies on side {b}{c} of triangle {a}{b}{c}.",
        "properties": f"{a}{d} bisects angle {b}{a}{c}.",
    }


def _bisected(rng: np.random.Generator, most: int) -> tuple[int, int, int, int]:
    """Whole AB, CA, BD, DC of a good triangle with the bisector AD."""
    while True:
        ab, ca, bd = draw(rng, 4, most), draw(rng, 4, most), draw(rng, 2, most)
        dc, rest = divmod(bd * ca, ab)
        if rest == 0 and ab != ca and ab != bd and shapely(bd + dc, ca, ab):
            return ab, ca, bd, dc


def _bisector_part(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    ab, ca, bd, dc = _bisected(rng, 40)
    return Draft(
        **_bisector_figure(names, (bd + dc, ca, ab)),
        givens=(length(a, b, ab), length(c, a, ca), length(b, d, bd)),
        question=find_length(rng, d, c),
        answer=dc,
        steps=(
            f"the bisector divides {b}{c} in the ratio of the other sides: {b}{d} : {d}{c} = {a}{b} : {c}{a}",
            f"{d}{c} = {bd} · {ca} ÷ {ab} = {dc}",
        ),
        wrong=(bd, Fraction(bd * ab, ca), abs(bd + ca - ab), bd + dc, Fraction(ab * ca, bd)),
    )


def _bisector_angle(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    while True:
        p, q, r = draw_angles(rng, 32, 104)
        if p % 2 == 0:
            break
    sides = tuple(math.sin(math.radians(t)) * 10 for t in (p, q, r))
    answer = 180 - q - p // 2
    return Draft(
        **_bisector_figure(names, (sides[0], sides[1], sides[2])),
        givens=(angle(a, b, c, q), angle(a, c, b, r)),
        question=find_angle(rng, a, d, b),
        answer=answer,
        steps=(
            f"angle {b}{a}{c} = 180 - {q} - {r} = {p}",
            f"{a}{d} bisects it, so angle {b}{a}{d} = {p} ÷ 2 = {p // 2}",
            f"angle {a}{d}{b} = 180 - {q} - {p // 2} = {answer}",
        ),
        wrong=(180 - answer, 90, p // 2, p, 180 - q - p, q + r - p // 2),
    )


def _parts_from_sides(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    while True:
        bc, ca, ab = draw_sides(rng, 4, 30)
        answer = Fraction(bc * ab, ab + ca)
        if answer.denominator <= 12:
            break
    return Draft(
        **_bisector_figure(names, (bc, ca, ab)),
        givens=(length(a, b, ab), length(c, a, ca), length(b, c, bc, bracket=True)),
        question=find_length(rng, b, d),
        answer=answer,
        steps=(
            f"the bisector divides {b}{c} in the ratio of the other sides: {b}{d} : {d}{c} = {ab} : {ca}",
            f"{b}{d} is {ab}/{ab + ca} of {b}{c}",
            f"{b}{d} = {bc} · {ab} ÷ {ab + ca} = {answer}",
        ),
        wrong=(bc - answer, halved(bc), Fraction(bc * ab, ca), Fraction(bc * ca, ab), abs(ab - ca)),
    )


def _side_from_parts(rng: np.random.Generator) -> Draft:
    """AB from CA, BC and BD."""
    names = a, b, c, d = letters(rng, 4)
    ab, ca, bd, dc = _bisected(rng, 30)
    return Draft(
        **_bisector_figure(names, (bd + dc, ca, ab)),
        givens=(length(c, a, ca), length(b, c, bd + dc, bracket=True), length(b, d, bd)),
        question=find_length(rng, a, b),
        answer=ab,
        steps=(
            f"{d}{c} = {bd + dc} - {bd} = {dc}",
            f"the bisector divides {b}{c} in the ratio of the other sides: {a}{b} : {c}{a} = {b}{d} : {d}{c}",
            f"{a}{b} = {ca} · {bd} ÷ {dc} = {ab}",
        ),
        wrong=(Fraction(ca * dc, bd), Fraction(ca * bd, bd + dc), Fraction(ca * (bd + dc), bd), ca, abs(ca + bd - dc)),
    )


def _bisector_length(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    while True:
        ab, ca, bd, dc = _bisected(rng, 40)
        square = ab * ca - bd * dc
        if len(str(root(square))) <= 5:
            break
    return Draft(
        **_bisector_figure(names, (bd + dc, ca, ab)),
        givens=(length(a, b, ab), length(c, a, ca), length(b, c, bd + dc, bracket=True)),
        question=find_length(rng, a, d),
        answer=root(square),
        steps=(
            f"the bisector divides {b}{c} as {ab} to {ca}: {b}{d} = {bd} and {d}{c} = {dc}",
            f"for the bisector: {a}{d}² = {a}{b} · {c}{a} - {b}{d} · {d}{c}",
            f"{a}{d}² = {ab * ca} - {bd * dc} = {square}",
            f"{a}{d} = √{square} = {root(square)}",
        ),
        wrong=(
            root(ab * ca),
            halved(ab + ca),
            root(bd * dc),
            root(Fraction(2 * ca**2 + 2 * ab**2 - (bd + dc) ** 2, 4)),
            square,
        ),
    )


def _bisectors_meet(rng: np.random.Generator) -> Draft:
    """The bisectors at B and C meet at D: the angle BDC from A, or A from it."""
    a, b, c, d = letters(rng, 4)
    while True:
        p, q, r = draw_angles(rng, 32, 100)
        if p % 2 == 0 and q != r:
            break
    corners = from_angles((b, c, a), q, r) | from_angles((b, c, d), q / 2, r / 2)
    answer = 90 + p // 2
    back = flip(rng)
    parts = f"angle {d}{b}{c} + angle {d}{c}{b} is half of angle {a}{b}{c} + angle {a}{c}{b}"
    if back:
        given = angle(b, d, c, answer)
        steps: tuple[str, ...] = (
            f"angle {d}{b}{c} + angle {d}{c}{b} = 180 - {answer} = {180 - answer}",
            f"that is half of angle {a}{b}{c} + angle {a}{c}{b} = 2 · {180 - answer} = {360 - 2 * answer}",
            f"angle {b}{a}{c} = 180 - {360 - 2 * answer} = {p}",
        )
    else:
        given = angle(b, a, c, p)
        steps = (
            f"angle {a}{b}{c} + angle {a}{c}{b} = 180 - {p} = {180 - p}",
            f"{parts}: {180 - p} ÷ 2 = {halved(180 - p)}",
            f"angle {b}{d}{c} = 180 - {halved(180 - p)} = {answer}",
        )
    wrong: tuple[Number, ...] = (180 - p, halved(180 - p), 2 * p, 90 + p, p)
    if back:
        wrong = (180 - answer, halved(answer), 360 - 2 * answer, answer - 90, 2 * answer - 90)
    return Draft(
        points={name: corners[name] for name in (a, b, c, d)},
        lines=(
            *outline(a, b, c),
            Segment(b, d),
            Segment(c, d),
            EqualAngle(a, b, d),
            EqualAngle(d, b, c),
            EqualAngle(a, c, d, 2),
            EqualAngle(d, c, b, 2),
        ),
        givens=(given,),
        question=find_angle(rng, *((b, a, c) if back else (b, d, c))),
        answer=p if back else answer,
        steps=steps,
        wrong=wrong,
        description=f"{d} lies inside triangle {a}{b}{c}.",
        properties=f"{b}{d} bisects angle {a}{b}{c}, and {c}{d} bisects angle {a}{c}{b}.",
    )


def altitude(rng: np.random.Generator, level: int) -> GeometryProblem:
    """An angle at an altitude; between two altitudes; between altitude and bisector, or angles in x."""
    return by_level(
        "altitude", level, rng, _angle_at_altitude, (_two_altitudes, _altitude_in_x), _altitude_and_bisector
    )


def _altitude_figure(names: tuple[str, ...], at_b: float, at_c: float) -> dict[str, Any]:
    """A triangle ABC with these angles at B and C and the altitude AD."""
    a, b, c, d = names
    corners = from_angles((b, c, a), at_b, at_c)
    points = {name: corners[name] for name in (a, b, c)}
    points[d] = (points[a][0], 0.0)
    return {
        "points": points,
        "lines": (*outline(a, b, c), Segment(a, d), RightAngle(a, d, c)),
        "description": f"{d} lies on side {b}{c} of triangle {a}{b}{c}.",
        "properties": f"{a}{d} is perpendicular to {b}{c}.",
    }


def _angle_at_altitude(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    p, q, r = draw_angles(rng, 32, 80)
    if flip(rng):
        return Draft(
            **_altitude_figure(names, q, r),
            givens=(angle(a, b, c, q), angle(a, c, b, r)),
            question=find_angle(rng, d, a, c),
            answer=90 - r,
            steps=(
                f"triangle {a}{d}{c} has a right angle at {d}, so its acute angles add up to 90 degrees",
                f"angle {d}{a}{c} = 90 - {r} = {90 - r}",
            ),
            wrong=(90 - q, halved(p), r, 180 - p - r, 180 - r),
        )
    return Draft(
        **_altitude_figure(names, q, r),
        givens=(angle(b, a, d, 90 - q), angle(a, c, b, r)),
        question=find_angle(rng, b, a, c),
        answer=p,
        steps=(
            f"in the right triangle {a}{d}{c}, angle {d}{a}{c} = 90 - {r} = {90 - r}",
            f"angle {b}{a}{c} = {90 - q} + {90 - r} = {p}",
        ),
        wrong=(90 - r, 180 - 2 * q, 90 - q + r, 180 - p, q, r),
    )


def _two_altitudes(rng: np.random.Generator) -> Draft:
    """The altitudes BE and CF of an acute triangle meet at H: angle BHC, or A from it."""
    a, b, c, e, f, h = letters(rng, 6)
    p, q, r = draw_angles(rng, 44, 78)
    corners = from_angles((b, c, a), q, r)
    points = {name: corners[name] for name in (a, b, c)}
    points[e], points[f] = foot(points[b], points[c], points[a]), foot(points[c], points[a], points[b])
    points[h] = crossing(points[b], points[e], points[c], points[f])
    from_parts = flip(rng)
    answer = 180 - p
    if from_parts:
        givens = (angle(h, b, c, 90 - r), angle(h, c, b, 90 - q))
        target, answer = (b, a, c), p
        steps: tuple[str, ...] = (
            f"in the right triangle {b}{c}{e}, angle {a}{c}{b} = 90 - {90 - r} = {r}",
            f"in the right triangle {b}{c}{f}, angle {a}{b}{c} = 90 - {90 - q} = {q}",
            f"angle {b}{a}{c} = 180 - {r} - {q} = {p}",
        )
    else:
        givens = (angle(a, b, c, q), angle(a, c, b, r))
        target = (b, h, c)
        steps = (
            f"in the right triangle {b}{c}{e}, angle {h}{b}{c} = 90 - {r} = {90 - r}",
            f"in the right triangle {b}{c}{f}, angle {h}{c}{b} = 90 - {q} = {90 - q}",
            f"angle {b}{h}{c} = 180 - {90 - r} - {90 - q} = {answer}",
        )
    return Draft(
        points=points,
        lines=(*outline(a, b, c), Segment(b, e), Segment(c, f), RightAngle(b, e, c), RightAngle(c, f, b)),
        givens=givens,
        question=find_angle(rng, *target),
        answer=answer,
        steps=steps,
        wrong=(180 - answer, 90 + halved(p), 180 - 2 * halved(answer), 90 - halved(answer), 2 * p, q + r - 90),
        description=f"In triangle {a}{b}{c}, {e} lies on {c}{a}, {f} lies on {a}{b}, and {b}{e} and {c}{f} meet at {h}.",
        properties=f"{b}{e} is perpendicular to {c}{a}, and {c}{f} is perpendicular to {a}{b}.",
    )


def _altitude_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    q, r = draw(rng, 34, 66), draw(rng, 40, 66)
    x, (first, second) = expressions(rng, (q, 90 - q), 40)
    return Draft(
        **_altitude_figure(names, q, r),
        givens=(angle(a, b, c, str(first)), angle(b, a, d, str(second))),
        **asked(
            rng,
            Equation((first, second), number(90), x),
            f"the acute angles of the right triangle {a}{d}{b} add up to 90 degrees",
            first,
            f"angle {a}{b}{c}",
            find_angle(rng, a, b, c),
            (90 - q, 180 - q),
        ),
    )


def _altitude_and_bisector(rng: np.random.Generator) -> Draft:
    """The angle between the altitude AD and the bisector AE."""
    a, b, c, d, e = letters(rng, 5)
    while True:
        p, q, r = draw_angles(rng, 30, 88)
        if (q - r) % 2 == 0 and q - r >= 24 and q <= 76:
            break
    figure = _altitude_figure((a, b, c, d), q, r)
    points = figure["points"]
    ab, ac = math.dist(points[a], points[b]), math.dist(points[a], points[c])
    points[e] = between(points[b], points[c], ab / (ab + ac))
    answer = (q - r) // 2
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(a, e), EqualAngle(b, a, e), EqualAngle(e, a, c)),
        givens=(angle(a, b, c, q), angle(a, c, b, r)),
        question=find_angle(rng, d, a, e),
        answer=answer,
        steps=(
            f"angle {b}{a}{c} = 180 - {q} - {r} = {p}, so angle {b}{a}{e} = {p} ÷ 2 = {p // 2}",
            f"in the right triangle {a}{d}{b}, angle {b}{a}{d} = 90 - {q} = {90 - q}",
            f"angle {d}{a}{e} = {p // 2} - {90 - q} = {answer}",
        ),
        wrong=(q - r, p // 2, 90 - q, halved(p // 2), 90 - r - p // 4, halved(q + r)),
        description=f"{d} and {e} lie on side {b}{c} of triangle {a}{b}{c}.",
        properties=f"{a}{d} is perpendicular to {b}{c}, and {a}{e} bisects angle {b}{a}{c}.",
    )


FAMILIES = (angle_bisector, altitude)
