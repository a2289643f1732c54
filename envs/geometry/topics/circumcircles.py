"""The circle through the corners of a triangle, and its radius."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Circle, Coordinates, RightAngle, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, angle, by_level, find, find_length, halved, length
from envs.geometry.topics.placing import circumcentre, draw_triple
from envs.geometry.topics.sines_and_cosines import SINES
from envs.geometry.topics.triangle_shapes import draw_heronian, from_angles, from_sides
from envs.geometry.topics.wording import divisor
from envs.problem import draw, flip, pick


def circumscribed_circle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The radius for a right triangle; from a side and its angle; from three sides, or of an isosceles triangle."""
    return by_level(
        "circumscribed_circle",
        level,
        rng,
        (_about_right_triangle, _leg_in_circle),
        (_radius_from_angle, _side_from_radius),
        (_radius_from_sides, _about_isosceles),
    )


def _figure(names: tuple[str, ...], points: dict[str, Coordinates]) -> dict[str, Any]:
    """A triangle in its circumcircle."""
    a, b, c = names
    return {
        "points": points | {"_o": circumcentre(points[a], points[b], points[c])},
        "lines": (*outline(*names), Circle("_o", a)),
        "description": f"The corners of triangle {a}{b}{c} lie on a circle.",
    }


def _wanted(names: tuple[str, ...]) -> str:
    return f"the radius of the circle through {names[0]}, {names[1]} and {names[2]}"


def _right(names: tuple[str, ...], ca: int, cb: int) -> dict[str, Any]:
    a, b, c = names
    figure = _figure(names, {a: (0.0, float(ca)), b: (float(cb), 0.0), c: (0.0, 0.0)})
    figure["lines"] = (*figure["lines"], RightAngle(a, c, b))
    return figure | {"properties": f"Angle {a}{c}{b} is a right angle."}


def _about_right_triangle(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    ca, cb, ab = draw_triple(rng)
    return Draft(
        **_right(names, ca, cb),
        givens=(length(c, a, ca), length(b, c, cb)),
        question=find(rng, _wanted(names)),
        answer=halved(ab),
        steps=(
            f"the angle at {c} is a right angle, so {a}{b} is a diameter",
            f"{a}{b}² = {ca}² + {cb}² = {ab**2}, so {a}{b} = {ab}",
            f"the radius is {ab} ÷ 2 = {halved(ab)}",
        ),
        wrong=(ab, halved(ca + cb), halved(ca), halved(cb), Fraction(ca * cb, ca + cb + ab), halved(ca + cb - ab)),
    )


def _leg_in_circle(rng: np.random.Generator) -> Draft:
    """A leg from the other leg and the radius, which is drawn to A from the middle M of AB."""
    names = a, b, c = letters(rng, 3)
    ca, cb, ab = draw_triple(rng)
    figure = _right(names, ca, cb)
    points = figure["points"]
    points["M"] = points.pop("_o")
    return Draft(
        points=points,
        lines=(*outline(*names), Circle("M", a), RightAngle(a, c, b), Segment("M", c)),
        givens=(length("M", c, str(halved(ab))), length(b, c, cb)),
        question=f"M is the centre of the circle. {find_length(rng, c, a)}",
        answer=ca,
        steps=(
            f"the angle at {c} is a right angle, so {a}{b} is a diameter: {a}{b} = 2 · {halved(ab)} = {ab}",
            f"{c}{a}² = {ab}² - {cb}² = {ca**2}",
            f"{c}{a} = √{ca**2} = {ca}",
        ),
        wrong=(root(ab**2 + cb**2), ab - cb, ab, root(abs(Fraction(ab**2, 4) - cb**2)), halved(ca)),
        description=f"The corners of triangle {a}{b}{c} lie on a circle with centre M, which lies on {a}{b}.",
        properties=figure["properties"],
    )


def _draw_angle(rng: np.random.Generator, names: tuple[str, ...]) -> tuple[int, dict[str, Coordinates]]:
    """The angle at A, one with a known sine, and corners of a triangle of circumradius 1 with that angle."""
    at_a = pick(rng, (30, 45, 60, 120))
    at_b = draw(rng, 24, 156 - at_a) if at_a > 90 else draw(rng, 48, 132 - at_a)
    return at_a, from_angles(names, at_a, at_b, 2 * math.sin(math.radians(at_a + at_b)))


def _scaled(points: dict[str, Coordinates], factor: float) -> dict[str, Coordinates]:
    return {name: (factor * x, factor * y) for name, (x, y) in points.items()}


def _radius_from_angle(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    at_a, points = _draw_angle(rng, names)
    side = draw(rng, 2, 80)
    radius = side / (SINES[at_a] * 2)
    return Draft(
        **_figure(names, _scaled(points, float(radius))),
        givens=(angle(b, a, c, at_a), length(b, c, side)),
        question=find(rng, _wanted(names)),
        answer=radius,
        steps=(
            f"law of sines: {b}{c} ÷ sin {at_a}° is the diameter",
            f"sin {at_a}° = {SINES[at_a]}, so the diameter is {side} ÷ {divisor(SINES[at_a])} = {radius * 2}",
            f"the radius is {radius}",
        ),
        wrong=(radius * 2, side, SINES[at_a] * side, halved(side), radius * root(2), radius / 2),
    )


def _side_from_radius(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    at_a, points = _draw_angle(rng, names)
    radius = draw(rng, 2, 80)
    side = SINES[at_a] * 2 * radius
    figure = _figure(names, _scaled(points, radius))
    figure["points"]["O"] = figure["points"].pop("_o")
    return Draft(
        points=figure["points"],
        lines=(*outline(*names), Circle("O", a), Segment("O", c)),
        givens=(angle(b, a, c, at_a), length("O", c, radius)),
        question=f"O is the centre of the circle. {find_length(rng, b, c)}",
        answer=side,
        steps=(
            f"law of sines: {b}{c} ÷ sin {at_a}° is the diameter, 2 · {radius} = {2 * radius}",
            f"{b}{c} = {2 * radius} · sin {at_a}°, and sin {at_a}° = {SINES[at_a]}",
            f"{b}{c} = {side}",
        ),
        wrong=(side / 2, 2 * radius, radius, side * 2, root(2) * radius, root(3) * radius),
        description=f"The corners of triangle {a}{b}{c} lie on a circle with centre O.",
    )


def _radius_from_sides(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    (bc, ca, ab), area = draw_heronian(rng)
    radius, s = Fraction(bc * ca * ab, 4 * area), (bc + ca + ab) // 2
    return Draft(
        **_figure(names, from_sides(names, bc, ca, ab)),
        givens=(length(a, b, ab), length(b, c, bc), length(c, a, ca)),
        question=find(rng, _wanted(names)),
        answer=radius,
        steps=(
            f"Heron: half the perimeter is {s}, so the area is"
            f" √({s} · {s - bc} · {s - ca} · {s - ab}) = √{area**2} = {area}",
            f"the radius is {a}{b} · {b}{c} · {c}{a} ÷ (4 · area)",
            f"the radius is {ab} · {bc} · {ca} ÷ {4 * area} = {radius}",
        ),
        wrong=(radius * 2, Fraction(area, s), halved(max(bc, ca, ab)), radius / 2, Fraction(2 * area, max(bc, ca, ab))),
    )


def _about_isosceles(rng: np.random.Generator) -> Draft:
    """AB = AC; the radius from the side and the height AD, or from the side and the base."""
    names = a, b, c = letters(rng, 3)
    half, height, side = draw_triple(rng)
    points = {a: (0.0, float(height)), b: (-float(half), 0.0), c: (float(half), 0.0)}
    figure = _figure(names, points)
    figure["lines"] = (*figure["lines"], Ticks(a, b), Ticks(a, c))
    radius = Fraction(side**2, 2 * height)
    given = length(b, c, 2 * half)
    other = length(c, a, side) if flip(rng) else length(a, b, side)
    return Draft(
        **figure,
        givens=(other, given),
        question=find(rng, _wanted(names)),
        answer=radius,
        steps=(
            f"the height from {a} halves {b}{c}: it is √({side}² - {half}²) = {height}",
            f"the centre is on that height: r² = ({height} - r)² + {half}², so {2 * height} · r = {height**2} + {half**2}",
            f"r = {side**2} ÷ {2 * height} = {radius}",
        ),
        wrong=(
            radius * 2,
            halved(side),
            half,
            height - half / Fraction(2),
            Fraction(half * height, half + side),
            height,
        ),
        properties=f"{a}{b} = {a}{c}.",
    )


FAMILIES = (circumscribed_circle,)
