"""Triangles: the sum of the angles, exterior angles, isosceles triangles."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import EqualAngle, Segment, Ticks
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
from envs.geometry.topics.placing import between, beyond, foot
from envs.geometry.topics.triangle_shapes import (
    draw_angles,
    from_angles,
    triangle,
)
from envs.geometry.topics.unknowns import Equation, asked, expressions, number
from envs.problem import draw, flip, pick

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
            *(largest.at(s) for s in equation.slips() if isinstance(s, Fraction)),
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


BASE_ANGLES = "equal sides lie opposite equal angles"


def isosceles_angles(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Base or apex angle; by an equation or from outside; two isosceles triangles one after the other."""
    return by_level(
        "isosceles_angles",
        level,
        rng,
        _isosceles,
        (_isosceles_in_x, _isosceles_from_outside, _isosceles_with_line),
        (_isosceles_inside, _isosceles_beyond, _isosceles_in_triangle),
    )


def _isosceles_figure(names: tuple[str, ...], base: float) -> dict[str, Any]:
    """A triangle ABC with AB = AC and this angle, in degrees, at B and C."""
    a, b, c = names
    corners = from_angles((b, c, a), base, base)
    return {
        "points": {name: corners[name] for name in names},
        "lines": (*outline(a, b, c), Ticks(a, b), Ticks(a, c)),
        "description": f"{a}{b}{c} is a triangle.",
        "properties": f"{a}{b} = {a}{c}.",
    }


def _isosceles(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    base = draw(rng, 28, 78)
    apex = 180 - 2 * base
    reason = f"{a}{b} = {a}{c}, so angle {a}{b}{c} = angle {a}{c}{b}"
    if flip(rng):
        return Draft(
            **_isosceles_figure(names, base),
            givens=(angle(b, a, c, apex),),
            question=find_angle(rng, *pick(rng, ((a, b, c), (a, c, b)))),
            answer=base,
            steps=(
                reason,
                f"together they are 180 - {apex} = {180 - apex}",
                f"each of them is {180 - apex} ÷ 2 = {base}",
            ),
            wrong=(180 - apex, apex, halved(apex), 180 - 2 * apex, 90 - apex),
        )
    return Draft(
        **_isosceles_figure(names, base),
        givens=(angle(a, b, c, base),),
        question=find_angle(rng, b, a, c),
        answer=apex,
        steps=(
            reason,
            f"angle {b}{a}{c} = 180 - 2 · {base}",
            f"angle {b}{a}{c} = 180 - {2 * base} = {apex}",
        ),
        wrong=(base, 180 - base, halved(180 - base), 2 * base, 90 - base),
    )


def _isosceles_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    base = draw(rng, 30, 76)
    x, (first, second) = expressions(rng, (base, base))
    equation = Equation((first,), second, x)
    return Draft(
        **_isosceles_figure(names, base),
        givens=(angle(a, b, c, str(first)), angle(a, c, b, str(second))),
        question=find_angle(rng, b, a, c),
        answer=180 - 2 * base,
        steps=(
            f"{a}{b} = {a}{c}, and {BASE_ANGLES}",
            *equation.steps(),
            f"each base angle is {first.worked(x)}",
            f"angle {b}{a}{c} = 180 - 2 · {base} = {180 - 2 * base}",
        ),
        wrong=(
            base,
            x,
            180 - base,
            2 * base,
            *(180 - 2 * first.at(s) for s in equation.slips() if isinstance(s, Fraction)),
        ),
    )


def _isosceles_from_outside(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    base = draw(rng, 32, 74)
    figure = _isosceles_figure((a, b, c), base)
    figure["points"][d] = beyond(figure["points"][b], figure["points"][c], 5.0)
    figure["lines"] = (*figure["lines"], Segment(c, d))
    figure["description"] = f"Side {b}{c} of triangle {a}{b}{c} is extended beyond {c} to {d}."
    outer, apex = 180 - base, 180 - 2 * base
    return Draft(
        **figure,
        givens=(angle(a, c, d, outer),),
        question=find_angle(rng, b, a, c),
        answer=apex,
        steps=(
            f"angle {a}{c}{b} = 180 - {outer} = {base}",
            f"{a}{b} = {a}{c}, so angle {a}{b}{c} = {base} too",
            f"angle {b}{a}{c} = 180 - 2 · {base} = {apex}",
        ),
        wrong=(base, halved(outer), 180 - outer + base, outer - halved(base), 180 - halved(outer)),
    )


def _isosceles_inside(rng: np.random.Generator) -> Draft:
    """AB = AC, and D on AC with BD = BC."""
    a, b, c, d = letters(rng, 4)
    base = draw(rng, 66, 78)
    apex, answer = 180 - 2 * base, 3 * base - 180
    figure = _isosceles_figure((a, b, c), base)
    points = figure["points"]
    points[d] = between(points[c], foot(points[b], points[a], points[c]), 2.0)
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(b, d), Ticks(b, c, 2), Ticks(b, d, 2)),
        givens=(angle(b, a, c, apex),) if flip(rng) else (angle(a, b, c, base),),
        question=find_angle(rng, a, b, d),
        answer=answer,
        steps=(
            f"{a}{b} = {a}{c}, so the angles at {b} and {c} are (180 - {apex}) ÷ 2 = {base}",
            f"{b}{d} = {b}{c}, so angle {b}{d}{c} = angle {b}{c}{d} = {base}",
            f"angle {d}{b}{c} = 180 - 2 · {base} = {apex}",
            f"angle {a}{b}{d} = {base} - {apex} = {answer}",
        ),
        wrong=(apex, base, halved(base), 180 - base, 180 - 2 * apex, halved(apex)),
        description=f"{d} lies on side {a}{c} of triangle {a}{b}{c}.",
        properties=f"{a}{b} = {a}{c}, and {b}{d} = {b}{c}.",
    )


def _isosceles_beyond(rng: np.random.Generator) -> Draft:
    """AB = AC, and D on BC extended beyond C with CD = CA."""
    a, b, c, d = letters(rng, 4)
    base = 2 * draw(rng, 18, 38)
    apex = 180 - 2 * base
    figure = _isosceles_figure((a, b, c), base)
    points = figure["points"]
    points[d] = beyond(points[b], points[c], math.dist(points[a], points[c]))
    wants_whole = flip(rng)
    answer = apex + base // 2 if wants_whole else base // 2
    last = (f"angle {b}{a}{d} = {apex} + {base // 2} = {answer}",) if wants_whole else ()
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(c, d), Segment(a, d), Ticks(c, d)),
        givens=(angle(b, a, c, apex),),
        question=find_angle(rng, *((b, a, d) if wants_whole else (a, d, c))),
        answer=answer,
        steps=(
            f"{a}{b} = {a}{c}, so angle {a}{c}{b} = (180 - {apex}) ÷ 2 = {base}",
            f"angle {a}{c}{d} = 180 - {base} = {180 - base}",
            f"{c}{a} = {c}{d}, so angle {a}{d}{c} = angle {c}{a}{d} = (180 - {180 - base}) ÷ 2 = {base // 2}",
            *last,
        ),
        wrong=(base, apex + base, apex, 180 - base, apex + base // 2, base // 2, halved(apex)),
        description=f"Side {b}{c} of triangle {a}{b}{c} is extended beyond {c} to {d}.",
        properties=f"{a}{b} = {a}{c}, and {c}{d} = {c}{a}.",
    )


def _isosceles_with_line(rng: np.random.Generator) -> Draft:
    """AB = AC, and D on BC; from the angles BAD and DAC the angle ADC."""
    a, b, c, d = letters(rng, 4)
    while True:
        base = draw(rng, 32, 74)
        apex = 180 - 2 * base
        t = draw(rng, 18, max(18, apex - 18))
        if t <= apex - 18 and 2 * t != apex and 35 <= base + t <= 145:
            break
    figure = _isosceles_figure((a, b, c), base)
    points = figure["points"]
    side = math.dist(points[a], points[b])
    points[d] = (side * math.sin(math.radians(t)) / math.sin(math.radians(t + base)), 0.0)
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(a, d)),
        givens=(angle(b, a, d, t), angle(d, a, c, apex - t)),
        question=find_angle(rng, a, d, c),
        answer=base + t,
        steps=(
            f"angle {b}{a}{c} = {t} + {apex - t} = {apex}",
            f"{a}{b} = {a}{c}, so angle {a}{b}{c} = (180 - {apex}) ÷ 2 = {base}",
            f"angle {a}{d}{c} is exterior to triangle {a}{b}{d}",
            f"angle {a}{d}{c} = {base} + {t} = {base + t}",
        ),
        wrong=(180 - base - t, apex + t, 180 - base - apex + t, 180 - t, base, 180 - apex),
        description=f"{d} lies on side {b}{c} of triangle {a}{b}{c}.",
        properties=f"{a}{b} = {a}{c}.",
    )


def _isosceles_in_triangle(rng: np.random.Generator) -> Draft:
    """D on BC with AD = BD; from the angles at B and C the angle DAC."""
    a, b, c, d = letters(rng, 4)
    while True:
        q = draw(rng, 28, 100)
        p = draw(rng, 24, 64)
        answer = 180 - q - 2 * p
        if 18 <= answer <= 100 and 180 - p - q >= 40:
            break
    corners = from_angles((b, c, a), p, q)
    points = {name: corners[name] for name in (a, b, c)}
    points[d] = (math.dist(points[a], points[b]) / 2 / math.cos(math.radians(p)), 0.0)
    return Draft(
        points=points,
        lines=(*outline(a, b, c), Segment(a, d), Ticks(a, d), Ticks(b, d)),
        givens=(angle(a, b, c, p), angle(a, c, b, q)),
        question=find_angle(rng, d, a, c),
        answer=answer,
        steps=(
            f"{a}{d} = {b}{d}, so angle {b}{a}{d} = angle {a}{b}{d} = {p}",
            f"angle {a}{d}{c} is exterior to triangle {a}{b}{d}: {p} + {p} = {2 * p}",
            f"in triangle {a}{d}{c}, angle {d}{a}{c} = 180 - {2 * p} - {q} = {answer}",
        ),
        wrong=(180 - q - p, 180 - p - q - halved(180 - p), 2 * p, 180 - 2 * p, 180 - 2 * q),
        description=f"{d} lies on side {b}{c} of triangle {a}{b}{c}.",
        properties=f"{a}{d} = {b}{d}.",
    )


FAMILIES = (angle_sum, exterior_angle, isosceles_angles)
