"""Triangles: the sum of the angles, and exterior angles."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from envs.geometry.figure import EqualAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import Number
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import (
    Draft,
    angle,
    by_level,
    find,
    find_angle,
    halved,
)
from envs.geometry.topics.placing import between, beyond
from envs.geometry.topics.triangle_shapes import (
    draw_angles,
    from_angles,
    triangle,
)
from envs.geometry.topics.unknowns import Equation, asked, expressions, number
from envs.problem import draw, flip

ANGLE_SUM = "the angles of a triangle add up to 180 degrees"


def angle_sum(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The third angle; angles as expressions in x; the angle at a point inside, and the largest of three expressions."""
    return by_level("angle_sum", level, rng, _third_angle, _angles_in_x, (_point_inside, _largest_angle))


def _third_angle(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    p, q, r = draw_angles(rng)
    return Draft(
        **triangle(names, from_angles(names, p, q)),
        givens=(angle(b, a, c, p), angle(a, b, c, q)),
        question=find_angle(rng, a, c, b),
        answer=r,
        steps=(
            ANGLE_SUM,
            f"angle {a}{c}{b} = 180 - {p} - {q}",
            f"angle {a}{c}{b} = {180 - p} - {q} = {r}",
        ),
        wrong=(p + q, 180 - p, 180 - q, abs(p - q), halved(180 - p), halved(180 - q)),
    )


def _angles_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    p, q, r = draw_angles(rng)
    x, (first, second) = expressions(rng, (p, q))
    return Draft(
        **triangle(names, from_angles(names, p, q)),
        givens=(angle(b, a, c, str(first)), angle(a, b, c, str(second)), angle(a, c, b, r)),
        **asked(
            rng,
            Equation((first, second, number(r)), number(180), x),
            ANGLE_SUM,
            first,
            f"angle {b}{a}{c}",
            find_angle(rng, b, a, c),
            (q, 180 - r, 180 - p),
        ),
    )


def _largest_angle(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    while True:
        values = draw_angles(rng)
        if len(set(values)) == 3:
            break
    x, terms = expressions(rng, values)
    equation = Equation(terms, number(180), x)
    largest = max(terms, key=lambda term: term.at(x))
    sizes = [f"{b}{a}{c} = {values[0]}", f"{a}{b}{c} = {values[1]}", f"{a}{c}{b} = {values[2]}"]
    return Draft(
        **triangle(names, from_angles(names, *values[:2])),
        givens=(angle(b, a, c, str(terms[0])), angle(a, b, c, str(terms[1])), angle(a, c, b, str(terms[2]))),
        question=find(rng, f"the largest angle of triangle {a}{b}{c}, in degrees"),
        answer=max(values),
        steps=(
            ANGLE_SUM,
            *equation.steps(),
            f"the angles are {', '.join(sizes)}",
            f"the largest angle is {largest.worked(x)}",
        ),
        wrong=(
            sorted(values)[1],
            min(values),
            x,
            *(largest.at(s) for s in equation.slips()),
        ),
    )


def _point_inside(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    while True:
        at_a, at_b, at_c = draw_angles(rng, 32, 90)
        p, q = draw(rng, 14, at_b - 18), draw(rng, 14, at_c - 18)
        if at_a + p + q <= 128:
            break
    corners = from_angles((b, c, a), at_b, at_c) | from_angles((b, c, d), at_b - p, at_c - q)
    wants_outer = flip(rng)
    bdc = at_a + p + q
    if wants_outer:
        question, answer, given = find_angle(rng, b, a, c), at_a, angle(b, d, c, bdc)
        last = f"angle {b}{a}{c} = {bdc} - {p} - {q} = {at_a}"
        wrong: tuple[Number, ...] = (180 - bdc, bdc - p, bdc - q, 180 - bdc + p + q, halved(bdc))
    else:
        question, answer, given = find_angle(rng, b, d, c), bdc, angle(b, a, c, at_a)
        last = f"angle {b}{d}{c} = {at_a} + {p} + {q} = {bdc}"
        wrong = (180 - at_a, 2 * at_a, 180 - p - q, at_a + p, at_a + q, 180 - bdc)
    return Draft(
        points={name: corners[name] for name in names},
        lines=(*outline(a, b, c), Segment(d, b), Segment(d, c)),
        givens=(angle(a, b, d, p), angle(a, c, d, q), given),
        question=question,
        answer=answer,
        steps=(
            f"in triangle {a}{b}{c}, angle {d}{b}{c} + angle {d}{c}{b} = 180 - angle {b}{a}{c} - {p} - {q}",
            f"in triangle {d}{b}{c}, angle {b}{d}{c} = 180 minus these = angle {b}{a}{c} + {p} + {q}",
            last,
        ),
        wrong=wrong,
        description=f"{d} lies inside triangle {a}{b}{c}.",
    )


EXTERIOR = "an exterior angle equals the sum of the two opposite interior angles"


def exterior_angle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The exterior angle or an opposite one; as expressions in x; the third angle from two exterior ones."""
    return by_level(
        "exterior_angle", level, rng, _exterior, _exterior_in_x, (_two_exterior_angles, _exterior_and_bisector)
    )


def _exterior_figure(names: tuple[str, ...], at_a: int, at_b: int) -> dict[str, Any]:
    """A triangle ABC whose side BC is extended beyond C to D."""
    a, b, c, d = names
    corners = from_angles((b, c, a), at_b, 180 - at_a - at_b)
    points = {name: corners[name] for name in (a, b, c)}
    points[d] = beyond(points[b], points[c], 6.0)
    return {
        "points": points,
        "lines": (*outline(a, b, c), Segment(c, d)),
        "description": f"Side {b}{c} of triangle {a}{b}{c} is extended beyond {c} to {d}.",
    }


def _exterior(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    p, q, r = draw_angles(rng)
    outer = p + q
    if flip(rng):
        return Draft(
            **_exterior_figure(names, p, q),
            givens=(angle(b, a, c, p), angle(a, b, c, q)),
            question=find_angle(rng, a, c, d),
            answer=outer,
            steps=(EXTERIOR, f"angle {a}{c}{d} = {p} + {q} = {outer}"),
            wrong=(r, 180 - p, 180 - q, abs(p - q), 90 + p, 180 - halved(outer)),
        )
    return Draft(
        **_exterior_figure(names, p, q),
        givens=(angle(a, c, d, outer), angle(b, a, c, p)),
        question=find_angle(rng, a, b, c),
        answer=q,
        steps=(EXTERIOR, f"{outer} = {p} + angle {a}{b}{c}", f"angle {a}{b}{c} = {outer} - {p} = {q}"),
        wrong=(r, 180 - p, halved(outer), 180 - q, 180 - outer + p),
    )


def _exterior_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    while True:
        p, q, _ = draw_angles(rng)
        x, (first, second, outer) = expressions(rng, (p, q, p + q))
        if first.factor + second.factor != outer.factor:
            break
    return Draft(
        **_exterior_figure(names, p, q),
        givens=(angle(b, a, c, str(first)), angle(a, b, c, str(second)), angle(a, c, d, str(outer))),
        **asked(
            rng,
            Equation((first, second), outer, x),
            EXTERIOR,
            first,
            f"angle {b}{a}{c}",
            find_angle(rng, b, a, c),
            (q, 180 - p, 180 - p - q),
        ),
    )


def _two_exterior_angles(rng: np.random.Generator) -> Draft:
    a, b, c, d, e = letters(rng, 5)
    p, q, r = draw_angles(rng)
    corners = from_angles((b, c, a), q, r)
    points = {name: corners[name] for name in (a, b, c)}
    points[d], points[e] = beyond(points[c], points[b], 5.0), beyond(points[b], points[c], 5.0)
    return Draft(
        points=points,
        lines=(*outline(a, b, c), Segment(b, d), Segment(c, e)),
        givens=(angle(a, b, d, 180 - q), angle(a, c, e, 180 - r)),
        question=find_angle(rng, b, a, c),
        answer=p,
        steps=(
            f"angle {a}{b}{c} = 180 - {180 - q} = {q}",
            f"angle {a}{c}{b} = 180 - {180 - r} = {r}",
            f"angle {b}{a}{c} = 180 - {q} - {r} = {p}",
        ),
        wrong=(180 - p, q, r, halved(360 - q - r), 360 - (360 - q - r)),
        description=f"Side {b}{c} of triangle {a}{b}{c} is extended beyond {b} to {d} and beyond {c} to {e}.",
    )


def _exterior_and_bisector(rng: np.random.Generator) -> Draft:
    """AE halves the angle at A; from the exterior angle at C and angle B, the angle AEC."""
    a, b, c, d, e = letters(rng, 5)
    while True:
        p, q, r = draw_angles(rng, 34, 104)
        if p % 2 == 0:
            break
    figure = _exterior_figure((a, b, c, d), p, q)
    points = figure["points"]
    share = math.dist(points[a], points[b]) / (math.dist(points[a], points[b]) + math.dist(points[a], points[c]))
    points[e] = between(points[b], points[c], share)
    aec = q + p // 2
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(a, e), EqualAngle(b, a, e), EqualAngle(e, a, c)),
        givens=(angle(a, c, d, p + q), angle(a, b, c, q)),
        question=find_angle(rng, a, e, c),
        answer=aec,
        steps=(
            f"the exterior angle at {c} gives angle {b}{a}{c} = {p + q} - {q} = {p}",
            f"so angle {b}{a}{e} = {p} ÷ 2 = {p // 2}",
            f"angle {a}{e}{c} is exterior to triangle {a}{b}{e}: {q} + {p // 2} = {aec}",
        ),
        wrong=(180 - aec, p + q - p // 2, r, p // 2, 180 - p - q + p, halved(p + q)),
        description=f"{figure['description']} {e} lies on {b}{c}.",
        properties=f"{a}{e} bisects angle {b}{a}{c}.",
    )


FAMILIES = (angle_sum, exterior_angle)
