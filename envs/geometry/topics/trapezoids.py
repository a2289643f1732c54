"""Trapezoids: their area and their midline."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Chevrons, Coordinates, RightAngle, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, halved, length, note
from envs.geometry.topics.placing import between, draw_triple
from envs.geometry.topics.unknowns import Equation, Expression, asked, expressions
from envs.geometry.topics.wording import also, divisor
from envs.problem import draw, flip


def _trapezoid(names: tuple[str, ...], long: float, short: float, height: float, shift: float) -> dict[str, Any]:
    """A trapezoid ABCD: AB the longer of the parallel sides, D this far to the right of A."""
    a, b, c, d = names
    points: dict[str, Coordinates] = {a: (0.0, 0.0), b: (float(long), 0.0)}
    points |= {c: (shift + short, float(height)), d: (float(shift), float(height))}
    return {
        "points": points,
        "lines": (*outline(*names), Chevrons(a, b), Chevrons(d, c)),
        "description": f"{''.join(names)} is a quadrilateral.",
        "properties": f"{a}{b} is parallel to {d}{c}.",
    }


def _draw_trapezoid(rng: np.random.Generator, most: int) -> tuple[int, int, int, float]:
    """Longer and shorter parallel side, height, and shift."""
    while True:
        long, short, height = draw(rng, 5, most), draw(rng, 3, most), draw(rng, 3, most)
        if 1.3 < long / short < 2.8 and 0.3 < height / long < 0.85:
            return long, short, height, (long - short) * draw(rng, 36, 64) / 100


def trapezoid_area(rng: np.random.Generator, level: int) -> GeometryProblem:
    """From the parallel sides and the height; a side or the height from the area; the height from the legs first."""
    return by_level(
        "trapezoid_area",
        level,
        rng,
        _trapezoid_area,
        (_trapezoid_height, _trapezoid_base),
        (_isosceles_trapezoid, _right_trapezoid),
    )


def _with_height(rng: np.random.Generator) -> tuple[tuple[str, ...], tuple[int, int, int], dict[str, Any]]:
    """Names ABCDE, AB, CD and the height DE, and the figure; E lies on AB."""
    names = a, b, c, d, e = letters(rng, 5)
    long, short, height, shift = _draw_trapezoid(rng, 40)
    figure = _trapezoid(names[:4], long, short, height, shift)
    figure["points"][e] = (shift, 0.0)
    figure["lines"] = (*figure["lines"], Segment(d, e), RightAngle(d, e, b))
    figure["description"] = f"{e} lies on side {a}{b} of quadrilateral {a}{b}{c}{d}."
    figure["properties"] = f"{a}{b} is parallel to {d}{c}, and {d}{e} is perpendicular to {a}{b}."
    return names, (long, short, height), figure


FORMULA = "two sides are parallel, so it is a trapezoid, with half of their sum times the height as its area"


def _trapezoid_area(rng: np.random.Generator) -> Draft:
    (a, b, c, d, e), (long, short, height), figure = _with_height(rng)
    area = halved((long + short) * height)
    return Draft(
        **figure,
        givens=(length(a, b, long, bracket=True), length(c, d, short), length(d, e, height)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=area,
        steps=(
            FORMULA,
            f"{long} + {short} = {long + short}",
            f"the area is {long + short} · {height} ÷ 2 = {area}",
        ),
        wrong=(
            (long + short) * height,
            long * height,
            short * height,
            halved(long * short * height),
            halved(long * height),
        ),
    )


def _trapezoid_height(rng: np.random.Generator) -> Draft:
    (a, b, c, d, e), (long, short, height), figure = _with_height(rng)
    area = Fraction((long + short) * height, 2)
    return Draft(
        **figure,
        givens=(
            length(a, b, long, bracket=True),
            length(c, d, short),
            note(f"the quadrilateral {a}{b}{c}{d}", f"area {area}"),
        ),
        question=find_length(rng, d, e),
        answer=height,
        steps=(
            FORMULA,
            f"{area} = ({long} + {short}) · {d}{e} ÷ 2, so {long + short} · {d}{e} = 2 · {area} = {2 * area}",
            f"{d}{e} = {2 * area} ÷ {long + short} = {height}",
        ),
        wrong=(halved(height), area / long, 2 * area / long, area / short, 2 * height),
    )


def _trapezoid_base(rng: np.random.Generator) -> Draft:
    (a, b, c, d, e), (long, short, height), figure = _with_height(rng)
    area = Fraction((long + short) * height, 2)
    wants_long = flip(rng)
    given, pair, answer, known = (
        (length(c, d, short), (a, b), long, short)
        if wants_long
        else (length(a, b, long, bracket=True), (c, d), short, long)
    )
    return Draft(
        **figure,
        givens=(given, length(d, e, height), note(f"the quadrilateral {a}{b}{c}{d}", f"area {area}")),
        question=find_length(rng, *pair),
        answer=answer,
        steps=(
            FORMULA,
            f"{a}{b} + {c}{d} = 2 · {area} ÷ {height} = {long + short}",
            f"{''.join(pair)} = {long + short} - {known} = {answer}",
        ),
        wrong=(long + short, area / height, abs(area / height - known), 2 * answer, halved(long + short)),
    )


def _isosceles_trapezoid(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    while True:
        cut, height, leg = draw_triple(rng, 60)
        short = draw(rng, 4, 50)
        if 0.5 < 2 * cut / short < 1.8 and 0.3 < height / (short + 2 * cut) < 0.9:
            break
    long = short + 2 * cut
    figure = _trapezoid(names, long, short, height, cut)
    figure["lines"] = (*figure["lines"], Ticks(d, a), Ticks(b, c))
    figure["properties"] = f"{a}{b} is parallel to {d}{c}, and {d}{a} = {b}{c}."
    area = (cut + short) * height
    return Draft(
        **figure,
        givens=(length(a, b, long), length(c, d, short), length(b, c, leg)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=area,
        steps=(
            f"the heights from {c} and {d} cut off ({long} - {short}) ÷ 2 = {cut} at both ends of {a}{b}",
            f"the height is √({leg}² - {cut}²) = √{height**2} = {height}",
            f"the area is ({long} + {short}) · {height} ÷ 2 = {area}",
        ),
        wrong=((cut + short) * leg, 2 * area, long * height, long + short + 2 * leg, short * height),
    )


def _right_trapezoid(rng: np.random.Generator) -> Draft:
    """Right angles at A and D; the area, or the slanting side BC."""
    names = a, b, c, d = letters(rng, 4)
    while True:
        cut, height, leg = draw_triple(rng, 60)
        short = draw(rng, 4, 50)
        if 0.4 < cut / short < 1.6 and 0.35 < height / (short + cut) < 1.1:
            break
    long = short + cut
    figure = _trapezoid(names, long, short, height, 0.0)
    figure["lines"] = (*figure["lines"], RightAngle(d, a, b), RightAngle(c, d, a))
    figure["properties"] = f"{a}{b} is parallel to {d}{c}, and the angles at {a} and {d} are right angles."
    area = halved((long + short) * height)
    wants_area = flip(rng)
    first = f"the height from {c} cuts off {long} - {short} = {cut} of {a}{b}"
    return Draft(
        **figure,
        givens=(length(a, b, long), length(c, d, short), length(b, c, leg) if wants_area else length(d, a, height)),
        question=find(rng, f"the {'area' if wants_area else 'perimeter'} of quadrilateral {a}{b}{c}{d}"),
        answer=area if wants_area else long + short + height + leg,
        steps=(
            first,
            f"{d}{a}² = {leg}² - {cut}² = {height**2}, so {d}{a} = {height}"
            if wants_area
            else f"{b}{c}² = {cut}² + {height}² = {leg**2}, so {b}{c} = {leg}",
            f"the area is ({long} + {short}) · {height} ÷ 2 = {area}"
            if wants_area
            else f"the perimeter is {long} + {leg} + {short} + {height} = {long + short + height + leg}",
        ),
        wrong=(halved((long + short) * leg), (long + short) * height, long * height, short * height)
        if wants_area
        else (
            long + short + 2 * height,
            long + short + height + cut,
            area,
            long + short + 2 * leg,
            long + short + height,
        ),
    )


def trapezoid_midline(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The midline from the parallel sides; a side from it, and in x; between the diagonals, and the area."""
    return by_level(
        "trapezoid_midline",
        level,
        rng,
        _midline,
        (_side_from_midline, _midline_in_x),
        (_between_diagonals, _area_from_midline),
    )


def _midline_figure(rng: np.random.Generator, names: tuple[str, ...], long: int, short: int) -> dict[str, Any]:
    """A trapezoid ABCD with the midpoints E of AD and F of BC."""
    a, b, c, d, e, f = names
    height = long * draw(rng, 45, 75) / 100
    figure = _trapezoid(names[:4], long, short, height, (long - short) * draw(rng, 20, 80) / 100)
    points = figure["points"]
    points |= {e: between(points[a], points[d]), f: between(points[b], points[c])}
    ticks = (Ticks(a, e), Ticks(e, d), Ticks(b, f, 2), Ticks(f, c, 2))
    figure["lines"] = (*figure["lines"], Segment(e, f), *ticks)
    figure["description"] = f"In quadrilateral {a}{b}{c}{d}, {e} lies on {a}{d} and {f} lies on {b}{c}."
    figure["properties"] = f"{a}{b} is parallel to {d}{c}, {a}{e} = {e}{d}, and {b}{f} = {f}{c}."
    return figure


def _parallel_sides(rng: np.random.Generator, most: int) -> tuple[int, int]:
    while True:
        long, short = draw(rng, 5, most), draw(rng, 3, most)
        if 1.3 < long / short < 2.8:
            return long, short


def _midline(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f = letters(rng, 6)
    long, short = _parallel_sides(rng, 80)
    middle = halved(long + short)
    return Draft(
        **_midline_figure(rng, names, long, short),
        givens=(length(a, b, long), length(c, d, short)),
        question=find_length(rng, e, f),
        answer=middle,
        steps=(
            f"{e} and {f} are midpoints, so {e}{f} is half of the sum of the parallel sides",
            f"{e}{f} = ({long} + {short}) ÷ 2 = {middle}",
        ),
        wrong=(long + short, halved(long - short), halved(long), long - short, root(long * short)),
    )


def _side_from_midline(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f = letters(rng, 6)
    long, short = _parallel_sides(rng, 60)
    middle = Fraction(long + short, 2)
    wants_long = flip(rng)
    given, pair, answer, known = (
        (length(c, d, short), (a, b), long, short) if wants_long else (length(a, b, long), (c, d), short, long)
    )
    return Draft(
        **_midline_figure(rng, names, long, short),
        givens=(given, length(e, f, str(middle))),
        question=find_length(rng, *pair),
        answer=answer,
        steps=(
            f"{e} and {f} are midpoints, so {a}{b} + {c}{d} = 2 · {e}{f} = {2 * middle}",
            f"{''.join(pair)} = {2 * middle} - {known} = {answer}",
        ),
        wrong=((known + middle) / 2, abs(middle - known), 2 * middle, 2 * known, middle + known),
    )


def _midline_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f = letters(rng, 6)
    while True:
        long, short = _parallel_sides(rng, 50)
        if (long + short) % 2:
            continue
        x, (first, second, middle) = expressions(rng, (long, short, (long + short) // 2), 25)
        if first.factor + second.factor != 2 * middle.factor:
            break
    return Draft(
        **_midline_figure(rng, names, long, short),
        givens=(length(a, b, str(first)), length(c, d, str(second)), length(e, f, str(middle))),
        **asked(
            rng,
            Equation((first, second), Expression(2 * middle.factor, 2 * middle.constant), x),
            f"{e} and {f} are midpoints, so {a}{b} + {c}{d} = 2 · {e}{f} = 2({middle})",
            first,
            f"{a}{b}",
            find_length(rng, a, b),
            (short, (long + short) // 2),
        ),
    )


def _between_diagonals(rng: np.random.Generator) -> Draft:
    """The diagonals meet the midline EF at G and H."""
    names = a, b, c, d, e, f, g, h = letters(rng, 8)
    while True:
        long, short = _parallel_sides(rng, 60)
        if long / short > 1.7:
            break
    figure = _midline_figure(rng, names[:6], long, short)
    points = figure["points"]
    points |= {g: between(points[b], points[d]), h: between(points[a], points[c])}
    figure["lines"] = (*figure["lines"], Segment(a, c), Segment(b, d))
    figure["description"] = (
        f"{figure['description'][:-1]}, and {e}{f} meets the diagonal {b}{d} at {g} and {a}{c} at {h}."
    )
    answer = halved(long - short)
    return Draft(
        **figure,
        givens=(length(c, d, short), length(a, b, long)),
        question=find_length(rng, g, h),
        answer=answer,
        steps=(
            f"{e} and {f} are midpoints, so {e}{f} is parallel to {a}{b} and halves the diagonals too",
            f"in triangle {a}{b}{d}, {e}{g} = {a}{b} ÷ 2 = {halved(long)}",
            f"in triangle {a}{c}{d}, {e}{h} = {d}{c} ÷ 2 = {halved(short)}",
            f"{g}{h} = {halved(long)} - {halved(short)} = {answer}",
        ),
        wrong=(long - short, halved(long + short), halved(short), halved(long), Fraction(long - short, 4)),
    )


def _area_from_midline(rng: np.random.Generator) -> Draft:
    """The area from the midline and the leg that is perpendicular to the parallel sides, or back."""
    names = a, b, c, d, e, f = letters(rng, 6)
    long, short = _parallel_sides(rng, 50)
    height = draw(rng, math.ceil(0.4 * long), math.floor(0.9 * long))
    figure = _midline_figure(rng, names, long, short)
    points = _trapezoid(names[:4], long, short, height, 0.0)["points"]
    points |= {e: between(points[a], points[d]), f: between(points[b], points[c])}
    middle = Fraction(long + short, 2)
    area = middle * height
    back = flip(rng)
    given = length(e, f, str(middle))
    return Draft(
        points=points,
        lines=(*figure["lines"], RightAngle(d, a, b)),
        givens=(given, note(f"the quadrilateral {a}{b}{c}{d}", f"area {area}"))
        if back
        else (given, length(d, a, height, bracket=True)),
        question=find_length(rng, d, a) if back else find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=height if back else area,
        steps=(
            f"{a}{b} is parallel to {d}{c}, so it is a trapezoid, and {d}{a} is its height",
            f"{e}{f} joins the midpoints of the legs, so the area is {e}{f} · {d}{a}",
            f"{d}{a} = {area} ÷ {divisor(middle)} = {height}" if back else f"the area is {middle} · {height} = {area}",
        ),
        wrong=(2 * height, halved(height), area - middle, height + 1)
        if back
        else (area / 2, 2 * area, middle + height, 4 * area),
        description=figure["description"],
        properties=also(figure["properties"], f"angle {d}{a}{b} is a right angle"),
    )


FAMILIES = (trapezoid_area, trapezoid_midline)
