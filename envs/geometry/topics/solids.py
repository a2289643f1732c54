"""Round solids in perspective, with their sections through the axis true; and cylinders."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates, Dot, Ellipse, Mark, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI
from envs.geometry.topics.drafts import Draft, Given, by_level, find, length
from envs.geometry.topics.placing import draw_triple
from envs.problem import draw, flip

#: Height of a level circle as it is seen, over its width.
SQUASH = 0.28


def rim(centre: str, side: str, points: dict[str, Coordinates], hidden_back: bool = True) -> Ellipse:
    """A level circle about a centre through a point at its side; adds its helper point to the points."""
    x, y = points[centre]
    top = f"_t{len(points)}"
    points[top] = (x, y + SQUASH * abs(points[side][0] - x))
    return Ellipse(centre, side, top, hidden_back)


def draw_proportions(rng: np.random.Generator, low: int, high: int) -> tuple[int, int]:
    """A radius and a height that look well together."""
    r = draw(rng, low, high)
    return r, draw(rng, math.ceil(0.8 * r), 3 * r)


def cylinder_volume(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Volume of a cylinder; from the diagonal of its section; of a tube, and of what a cone leaves."""
    return by_level(
        "cylinder_volume", level, rng, _cylinder_plain, (_cylinder_diagonal, _cylinder_surface), (_tube, _cone_cut_out)
    )


def _cylinder(a: str, b: str, p: str, radius: float, height: float) -> dict[str, Any]:
    """A cylinder with base centre O, A on its rim, B above A, and the centre P of the top."""
    r, h = float(radius), float(height)
    points = {"O": (0.0, 0.0), a: (r, 0.0), b: (r, h), p: (0.0, h), "_l": (-r, 0.0), "_k": (-r, h)}
    base, top = rim("O", a, points), rim(p, b, points, hidden_back=False)
    sides: tuple[Mark, ...] = (base, top, Segment(a, b), Segment("_l", "_k"), Segment("O", a, dashed=True))
    return {
        "points": points,
        "lines": (*sides, Dot("O"), Dot(p)),
        "description": f"A cylinder has a base with centre O and {a} on its rim; its top has the centre {p}, with {b} on its rim "
        f"above {a}.",
    }


def _cylinder_plain(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    r, h = draw_proportions(rng, 2, 15)
    diameter = flip(rng, 0.3)
    figure = _cylinder(a, b, p, r, h)
    given = length("O", a, r)
    if diameter:
        figure["lines"] = (*figure["lines"], Segment("O", "_l", dashed=True))
        given = Given(f"the diameter of the base is {2 * r}", length("_l", a, 2 * r, bracket=True).mark)
    answer = PI * (r * r * h)
    return Draft(
        **figure,
        givens=(given, length(a, b, h)),
        question=find(rng, "the volume of the cylinder"),
        answer=answer,
        steps=(
            f"the base has radius {r} and area π · {r}² = {r * r}π",
            f"the volume is base times height: {r * r}π · {h} = {answer}",
        ),
        wrong=(answer * 4 if diameter else answer / 3, answer * 2, PI * (r * h), PI * (2 * r * h), answer / 4),
    )


def _cylinder_diagonal(rng: np.random.Generator) -> Draft:
    a, b, c, p = letters(rng, 4)
    while True:
        leg, h, diagonal = draw_triple(rng, longest=60)
        if leg % 2 == 0 or flip(rng, 0.3):
            break
    r = Fraction(leg, 2)
    figure = _cylinder(a, b, p, leg / 2, h)
    figure["points"] = {c if name == "_l" else name: place for name, place in figure["points"].items()}
    lines = [line for line in figure["lines"] if line != Segment("_l", "_k")]
    figure["lines"] = (
        *lines,
        Segment(c, "_k"),
        Segment(c, "O", dashed=True),
        Segment(c, b, dashed=True),
        RightAngle(c, a, b),
    )
    figure["description"] = f"{figure['description']} {c} lies on the rim of the base opposite {a}."
    answer = PI * (r * r * h)
    return Draft(
        **figure,
        properties=f"{a}{b} is perpendicular to {a}{c}.",
        givens=(Given(f"{a}{c} = {leg}", length(c, a, leg, bracket=True).mark), length(c, b, diagonal)),
        question=f"{a}{c} is a diameter of the base. {find(rng, 'the volume of the cylinder')}",
        answer=answer,
        steps=(
            f"the height is {a}{b} = √({diagonal}² - {leg}²) = {h}",
            f"the radius is {leg} ÷ 2 = {r}",
            f"the volume is π · ({r})² · {h} = {answer}",
        ),
        wrong=(answer * 4, PI * (r * r * diagonal), PI * (leg * h), answer / 3, answer * 2),
    )


def _cylinder_surface(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    r, h = draw_proportions(rng, 2, 18)
    answer = PI * (2 * r * (r + h))
    return Draft(
        **_cylinder(a, b, p, r, h),
        givens=(length("O", a, r), length(a, b, h)),
        question=find(rng, "the total surface area of the cylinder"),
        answer=answer,
        steps=(
            f"base and top have area π · {r}² = {r * r}π each",
            f"the curved surface is a rectangle of 2π · {r} by {h}: {2 * r * h}π",
            f"together 2 · {r * r}π + {2 * r * h}π = {answer}",
        ),
        wrong=(PI * (2 * r * h), PI * (r * r + 2 * r * h), PI * (r * r * h), PI * (2 * r * r + r * h), answer * 2),
    )


def _tube(rng: np.random.Generator) -> Draft:
    a, b, c, p = letters(rng, 4)
    large = draw(rng, 4, 16)
    small = draw(rng, math.ceil(large / 3), math.floor(0.8 * large))
    h = draw(rng, large, 2 * large + 4)
    # the dimensions are those of the top, where nothing hides them
    points = {
        p: (0.0, float(h)),
        b: (float(large), float(h)),
        c: (-float(small), float(h)),
        "_o": (0.0, 0.0),
        a: (float(large), 0.0),
        "_l": (-float(large), 0.0),
        "_k": (-float(large), float(h)),
    }
    marks = (rim("_o", a, points), rim(p, b, points, hidden_back=False), rim(p, c, points, hidden_back=False))
    answer = PI * ((large**2 - small**2) * h)
    return Draft(
        points=points,
        lines=(*marks, Segment(a, b), Segment("_l", "_k"), Segment(p, b), Segment(p, c), Dot(p)),
        givens=(length(p, b, large), length(p, c, small), length(a, b, h)),
        question=f"{p} is the centre of both circles on top of the tube. {find(rng, 'the volume of the material of the tube')}",
        answer=answer,
        steps=(
            f"the outer cylinder has volume π · {large}² · {h} = {large**2 * h}π",
            f"the hole has volume π · {small}² · {h} = {small**2 * h}π",
            f"the material is {large**2 * h}π - {small**2 * h}π = {answer}",
        ),
        wrong=(
            PI * ((large - small) ** 2 * h),
            PI * (large**2 * h),
            PI * ((large**2 + small**2) * h),
            answer / 4,
            PI * (2 * (large - small) * h),
        ),
        description=f"A tube, a cylinder with a cylindrical hole along its axis, has outer rim {b} and inner rim {c} about"
        f" {p}; {a} lies below {b} on the lower rim.",
    )


def _cone_cut_out(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    r, h, slant = draw_triple(rng, longest=41)
    figure = _cylinder(a, b, p, r, h)
    figure["lines"] = (*figure["lines"], Segment(p, a, dashed=True), Segment(p, "_l", dashed=True))
    answer = PI * Fraction(2 * r * r * h, 3)
    return Draft(
        **figure,
        givens=(length("O", a, r), length(p, a, slant)),
        question=f"The cone with apex {p} on the base of the cylinder is removed. {find(rng, 'the volume that remains')}",
        answer=answer,
        steps=(
            f"the height of both is √({slant}² - {r}²) = {h}",
            f"the cylinder has volume π · {r}² · {h} = {r * r * h}π, and the cone a third of that",
            f"two thirds remain: {answer}",
        ),
        wrong=(answer / 2, answer * Fraction(3, 2), PI * Fraction(2 * r * r * slant, 3), answer * 4, answer / 4),
    )


FAMILIES = (cylinder_volume,)
