"""Polygons of right angles, L and U, whose areas are sums or differences of rectangles."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Fill, Mark, RightAngle
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, length, note
from envs.problem import draw


def l_shape(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Area of an L from its sides; from others, or its perimeter; a side from the area, and a U."""
    return by_level("l_shape", level, rng, _l_area, (_l_area_by_steps, _l_perimeter), (_l_side_from_area, _u_area))


def _l_figure(rng: np.random.Generator) -> tuple[tuple[str, ...], tuple[int, int, int, int], dict[str, Any]]:
    """Names ABCDEF of an L, its width AB, foot BC, arm EF and height FA, and the figure; the notch is at D."""
    names = a, b, c, d, e, f = letters(rng, 6)
    width, height = draw(rng, 5, 24), draw(rng, 5, 24)
    if max(width, height) > 2 * min(width, height):
        return _l_figure(rng)
    foot = draw(rng, math.ceil(0.25 * height), math.floor(0.65 * height))
    arm = draw(rng, math.ceil(0.25 * width), math.floor(0.65 * width))
    corners = ((0, 0), (width, 0), (width, foot), (arm, foot), (arm, height), (0, height))
    points = {name: (float(x), float(y)) for name, (x, y) in zip(names, corners, strict=True)}
    right = ((f, a, b), (a, b, c), (b, c, d), (d, e, f), (e, f, a))
    figure = {
        "points": points,
        "lines": (Fill(names), *outline(*names), *(RightAngle(*three) for three in right)),
        "description": f"{''.join(names)} is an L-shaped polygon; it is shaded.",
        "properties": f"The angles at {a}, {b}, {c}, {e} and {f} are right angles.",
    }
    return names, (width, foot, arm, height), figure


def _l_steps(width: int, foot: int, arm: int, height: int) -> tuple[str, ...]:
    area = width * foot + arm * (height - foot)
    return (
        f"the foot is a rectangle of {width} by {foot}, with area {width * foot}",
        f"above it is a rectangle of {arm} by {height} - {foot} = {height - foot}, with area {arm * (height - foot)}",
        f"together {width * foot} + {arm * (height - foot)} = {area}",
    )


def _l_wrong(width: int, foot: int, arm: int, height: int) -> tuple[int, ...]:
    overlap = width * foot + arm * height
    without_corner = (width - arm) * foot + arm * (height - foot)
    return overlap, width * height, 2 * (width + height), width * height - foot * arm, without_corner


def _l_area(rng: np.random.Generator) -> Draft:
    names, sizes, figure = _l_figure(rng)
    a, b, c, d, e, f = names
    width, foot, arm, height = sizes
    return Draft(
        **figure,
        givens=(length(a, b, width), length(b, c, foot), length(e, f, arm), length(f, a, height)),
        question=find(rng, f"the area of the region {''.join(names)}"),
        answer=width * foot + arm * (height - foot),
        steps=_l_steps(*sizes),
        wrong=_l_wrong(*sizes),
    )


def _l_area_by_steps(rng: np.random.Generator) -> Draft:
    names, sizes, figure = _l_figure(rng)
    a, b, c, d, e, f = names
    width, foot, arm, height = sizes
    return Draft(
        **figure,
        givens=(length(b, c, foot), length(c, d, width - arm), length(d, e, height - foot), length(e, f, arm)),
        question=find(rng, f"the area of the region {''.join(names)}"),
        answer=width * foot + arm * (height - foot),
        steps=(
            f"{a}{b} = {width - arm} + {arm} = {width}, and {f}{a} = {foot} + {height - foot} = {height}",
            *_l_steps(*sizes),
        ),
        wrong=_l_wrong(*sizes),
    )


def _l_perimeter(rng: np.random.Generator) -> Draft:
    names, (width, foot, arm, height), figure = _l_figure(rng)
    a, b, c, d, e, f = names
    answer = 2 * (width + height)
    return Draft(
        **figure,
        givens=(length(b, c, foot), length(c, d, width - arm), length(d, e, height - foot), length(e, f, arm)),
        question=find(rng, f"the perimeter of the region {''.join(names)}"),
        answer=answer,
        steps=(
            f"{a}{b} = {width - arm} + {arm} = {width}, and {f}{a} = {foot} + {height - foot} = {height}",
            f"the perimeter is that of a rectangle of {width} by {height}: 2 · ({width} + {height}) = {answer}",
        ),
        wrong=(
            width + height,
            answer - width,
            answer - height,
            width * foot + arm * (height - foot),
            answer + 2 * foot,
        ),
    )


def _l_side_from_area(rng: np.random.Generator) -> Draft:
    names, (width, foot, arm, height), figure = _l_figure(rng)
    a, b, c, d, e, f = names
    area = width * foot + arm * (height - foot)
    return Draft(
        **figure,
        givens=(
            length(a, b, width),
            length(b, c, foot),
            length(e, f, arm),
            note("the region", f"area {area}"),
        ),
        question=find_length(rng, f, a),
        answer=height,
        steps=(
            f"the foot is a rectangle of {width} by {foot}, with area {width * foot}",
            f"the rest has area {area} - {width * foot} = {area - width * foot} and width {arm}",
            f"so it is {area - width * foot} ÷ {arm} = {height - foot} high",
            f"{f}{a} = {foot} + {height - foot} = {height}",
        ),
        wrong=(
            height - foot,
            Fraction(area, width),
            Fraction(area, arm),
            Fraction(area - foot * arm, arm),
            height + foot,
        ),
    )


def _u_area(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f, g, h = letters(rng, 8)
    while True:
        left, gap, right = draw(rng, 2, 10), draw(rng, 2, 12), draw(rng, 2, 10)
        base, rise = draw(rng, 2, 10), draw(rng, 3, 14)
        width, height = left + gap + right, base + rise
        if max(width, height) <= 1.8 * min(width, height) and 4 * min(left, gap, right, base) >= max(width, height) / 2:
            break
    corners = (
        (0, 0), (width, 0), (width, height), (width - right, height), (width - right, base), (left, base), (left, height),
        (0, height),
    )  # fmt: skip
    points = {name: (float(x), float(y)) for name, (x, y) in zip(names, corners, strict=True)}
    right_angles = ((h, a, b), (a, b, c), (b, c, d), (d, e, f), (e, f, g), (g, h, a))
    lines: tuple[Mark, ...] = (Fill(names), *outline(*names), *(RightAngle(*three) for three in right_angles))
    answer, whole = width * height - gap * rise, "".join(names)
    return Draft(
        points=points,
        lines=lines,
        givens=(length(h, a, height), length(g, h, left), length(e, f, gap), length(c, d, right), length(d, e, rise)),
        question=f"{c}{d} and {g}{h} lie on one line. {find(rng, f'the area of the region {whole}')}",
        answer=answer,
        steps=(
            f"the region is {left} + {gap} + {right} = {width} wide and {height} high: {width} · {height} = {width * height}",
            f"the notch is a rectangle of {gap} by {rise}, with area {gap * rise}",
            f"the area is {width * height} - {gap * rise} = {answer}",
        ),
        wrong=(
            width * height,
            width * height - gap * height,
            width * height + gap * rise,
            2 * (width + height) + 2 * rise,
            (left + right) * height,
        ),
        description=f"{''.join(names)} is a U-shaped polygon; it is shaded.",
        properties=f"The angles at {a}, {b}, {c}, {e}, {f} and {h} are right angles.",
    )


FAMILIES = (l_shape,)
