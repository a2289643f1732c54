"""Windows: a rectangle below a semicircle."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Arc, Fill, FillSector, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI
from envs.geometry.topics.areas import SHADED_AREA, SHADED_PERIMETER, square_corners
from envs.geometry.topics.drafts import Draft, Given, by_level, find, length, note
from envs.problem import draw


def window(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A rectangle below a semicircle: its area; its perimeter; its height from either."""
    return by_level("window", level, rng, _window_area, _window_perimeter, (_window_from_perimeter, _window_by_height))


def _window(rng: np.random.Generator, low: int = 2) -> tuple[tuple[str, ...], int, int, dict[str, Any]]:
    """Names, half the width, the height of the rectangle, and the figure."""
    names = a, b, c, d = letters(rng, 4)
    r = draw(rng, low, 20)
    h = draw(rng, math.ceil(0.8 * r), 4 * r)
    points = square_corners(names, 2 * r, h) | {"_o": (float(r), float(h))}
    return (
        names,
        r,
        h,
        {
            "points": points,
            "lines": (
                Fill(names),
                FillSector("_o", c, d),
                Segment(d, a),
                Segment(a, b),
                Segment(b, c),
                Segment(c, d, dashed=True),
                Arc("_o", c, d),
                RightAngle(d, a, b),
                RightAngle(a, b, c),
            ),
            "description": f"A rectangle {''.join(names)} and a semicircle on its side {c}{d} form a shaded region.",
            "properties": f"The angles at {a} and {b} are right angles.",
        },
    )


_ON_TOP = "The region is a rectangle and a semicircle."


def _window_area(rng: np.random.Generator) -> Draft:
    (a, b, c, d), r, h, figure = _window(rng)
    answer = PI * Fraction(r * r, 2) + 2 * r * h
    return Draft(
        **figure,
        givens=(length(a, b, 2 * r), length(b, c, h)),
        question=f"{_ON_TOP} {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the rectangle has area {2 * r} · {h} = {2 * r * h}",
            f"the semicircle has radius {2 * r} ÷ 2 = {r} and area π · {r}² ÷ 2 = {PI * Fraction(r * r, 2)}",
            f"together {2 * r * h} + {PI * Fraction(r * r, 2)} = {answer}",
        ),
        wrong=(
            PI * (2 * r * r) + 2 * r * h,
            PI * r * r + 2 * r * h,
            PI * r + 2 * r + 2 * h,
            PI * Fraction(r * r, 2) + r * h,
        ),
    )


def _window_perimeter(rng: np.random.Generator) -> Draft:
    (a, b, c, d), r, h, figure = _window(rng)
    answer = PI * r + 2 * r + 2 * h
    return Draft(
        **figure,
        givens=(length(a, b, 2 * r), length(b, c, h)),
        question=f"{_ON_TOP} {find(rng, SHADED_PERIMETER)}",
        answer=answer,
        steps=(
            f"the straight part is {h} + {2 * r} + {h} = {2 * r + 2 * h}; {c}{d} lies inside and does not count",
            f"the semicircle has radius {r} and length π · {r} = {PI * r}",
            f"the perimeter is {2 * r + 2 * h} + {PI * r} = {answer}",
        ),
        wrong=(
            PI * r + 4 * r + 2 * h,
            PI * (2 * r) + 2 * r + 2 * h,
            PI * Fraction(r * r, 2) + 2 * r * h,
            PI * r + 2 * h,
        ),
    )


def _window_from_perimeter(rng: np.random.Generator) -> Draft:
    (a, b, c, d), r, h, figure = _window(rng)
    perimeter = PI * r + 2 * r + 2 * h
    area = PI * Fraction(r * r, 2) + 2 * r * h
    return Draft(
        **figure,
        givens=(length(a, b, 2 * r), note("the shaded region", f"perimeter {perimeter}")),
        question=f"{_ON_TOP} {find(rng, SHADED_AREA)}",
        answer=area,
        steps=(
            f"the semicircle has radius {r} and length {PI * r}",
            f"{b}{c} = ({perimeter} - {PI * r} - {2 * r}) ÷ 2 = {h}",
            f"the rectangle has area {2 * r * h}, the semicircle {PI * Fraction(r * r, 2)}",
            f"together {area}",
        ),
        wrong=(
            PI * (r * r) + 2 * r * h,
            PI * Fraction(r * r, 2) + 4 * r * h,
            PI * Fraction(r * r, 2) + r * h,
            area - 2 * r * r,
        ),
    )


def _window_by_height(rng: np.random.Generator) -> Draft:
    (a, b, c, d), r, h, figure = _window(rng)
    figure["points"] |= {"_top": (float(r), float(h + r)), "M": (float(r), 0.0)}
    figure["lines"] = (*figure["lines"], Segment("M", "_top", dashed=True), RightAngle(a, "M", "_top"))
    area = PI * Fraction(r * r, 2) + 2 * r * h
    mark = length("M", "_top", h + r).mark
    return Draft(
        **figure,
        givens=(length(a, b, 2 * r), Given(f"the region is {h + r} high in all, measured at M on {a}{b}", mark)),
        question=f"{_ON_TOP} M is the midpoint of {a}{b}. {find(rng, SHADED_AREA)}",
        answer=area,
        steps=(
            f"the semicircle has radius {2 * r} ÷ 2 = {r}, so the rectangle is {h + r} - {r} = {h} high",
            f"the rectangle has area {2 * r} · {h} = {2 * r * h}, the semicircle π · {r}² ÷ 2 = {PI * Fraction(r * r, 2)}",
            f"together {2 * r * h} + {PI * Fraction(r * r, 2)} = {area}",
        ),
        wrong=(
            PI * Fraction(r * r, 2) + 2 * r * (h + r),
            PI * (r * r) + 2 * r * h,
            PI * (2 * r * r) + 2 * r * h,
            PI * r + 2 * r + 2 * h,
        ),
    )


FAMILIES = (window,)
