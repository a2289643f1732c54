"""Isosceles triangles: their angles."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from envs.geometry.figure import Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import (
    Draft,
    angle,
    by_level,
    find_angle,
    halved,
)
from envs.geometry.topics.placing import between, beyond, foot
from envs.geometry.topics.triangle_shapes import (
    from_angles,
)
from envs.geometry.topics.unknowns import Equation, expressions
from envs.problem import draw, flip, pick

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
            *(180 - 2 * first.at(s) for s in equation.slips()),
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


FAMILIES = (isosceles_angles,)
