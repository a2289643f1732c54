"""Solids of revolution: a plane figure turned about one of its sides, drawn in the solid that it sweeps."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates, Fill, Mark, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI, Number, surd
from envs.geometry.topics.drafts import Draft, by_level, find, length
from envs.geometry.topics.placing import draw_triple
from envs.geometry.topics.solids import rim
from envs.problem import draw, flip


def solid_of_revolution(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A triangle or rectangle about a side; a right triangle about its hypotenuse or a trapezoid; surfaces of such."""
    return by_level(
        "solid_of_revolution",
        level,
        rng,
        (_triangle_about_leg, _rectangle),
        (_triangle_about_hypotenuse, _trapezoid_about_height),
        (_surface_about_hypotenuse, _trapezoid_about_base, _surface_of_trapezoid),
    )


def _swept(profile: dict[str, Coordinates], right_angles: tuple[RightAngle, ...], words: str) -> dict[str, Any]:
    """The solid of a profile, a polygon with its first and last corner on the axis x = 0, from bottom to top.

    Args:
        profile: The corners, (distance from the axis, height), in order from the lower end of the axis to the upper.
        right_angles: Those that are given.
        words: What the profile is.
    """
    names = list(profile)
    heights = [z for _, z in profile.values()]
    over = 0.16 * (max(heights) - min(heights))
    points: dict[str, Coordinates] = dict(profile)
    points |= {"_lo": (0.0, min(heights) - over), "_hi": (0.0, max(heights) + over)}
    rims: list[Mark] = []
    for name in names:
        x, z = profile[name]
        points[f"_m{name}"] = (-x, z)
        if x > 0:
            points[f"_c{name}"] = (0.0, z)
            rims.append(rim(f"_c{name}", name, points, hidden_back=z < max(heights)))
    sides = [Segment(p, q) for p, q in zip(names, [*names[1:], names[0]], strict=True)]
    mirrored = [
        Segment(f"_m{p}", f"_m{q}") for p, q in zip(names[:-1], names[1:], strict=True) if not _level(profile, p, q)
    ]
    axis = Segment("_lo", "_hi", dashed=True)
    return {
        "points": points,
        "lines": (Fill(tuple(names)), *rims, axis, *sides, *mirrored, *right_angles),
        "description": f"{''.join(names)} is a {words}; it is shaded, and the solid that it sweeps is drawn around it.",
    }


def _level(profile: dict[str, Coordinates], p: str, q: str) -> bool:
    """Whether a side is level, so that its rim shows all there is to see of it."""
    return profile[p][1] == profile[q][1]


def _turned(a: str, b: str, what: str) -> str:
    return f"The shaded {what} is turned about {a}{b}."


def _triangle_about_leg(rng: np.random.Generator) -> Draft:
    c, b, a = letters(rng, 3)  # right angle at C, axis CA
    if flip(rng):
        r, h, _ = draw_triple(rng, longest=41)
    else:
        r = draw(rng, 2, 15)
        h = draw(rng, math.ceil(0.7 * r), 3 * r)
    answer = PI * Fraction(r * r * h, 3)
    return Draft(
        **_swept({c: (0.0, 0.0), b: (float(r), 0.0), a: (0.0, float(h))}, (RightAngle(a, c, b),), "triangle"),
        properties=f"Angle {a}{c}{b} is a right angle.",
        givens=(length(c, b, r), length(c, a, h)),
        question=f"{_turned(c, a, 'triangle')} {find(rng, 'the volume of the solid')}",
        answer=answer,
        steps=(
            f"the solid is a cone with radius {c}{b} = {r} and height {c}{a} = {h}",
            f"its volume is π · {r}² · {h} ÷ 3 = {answer}",
        ),
        wrong=(PI * Fraction(h * h * r, 3), answer * 3, PI * (r * h), Fraction(r * h, 2), answer * 4),
    )


def _rectangle(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    r = draw(rng, 2, 15)
    h = draw(rng, math.ceil(0.7 * r), 3 * r)
    profile = {a: (0.0, 0.0), b: (float(r), 0.0), c: (float(r), float(h)), d: (0.0, float(h))}
    corners = tuple(RightAngle(*three) for three in ((d, a, b), (a, b, c), (b, c, d)))
    answer = PI * (r * r * h)
    return Draft(
        **_swept(profile, corners, "quadrilateral"),
        properties=f"The angles at {a}, {b} and {c} are right angles.",
        givens=(length(a, b, r), length(b, c, h)),
        question=f"{_turned(a, d, 'rectangle')} {find(rng, 'the volume of the solid')}",
        answer=answer,
        steps=(
            f"the solid is a cylinder with radius {a}{b} = {r} and height {b}{c} = {h}",
            f"its volume is π · {r}² · {h} = {answer}",
        ),
        wrong=(PI * (h * h * r), answer / 3, PI * (2 * r * h), answer / 4, r * h),
    )


def _hypotenuse_figure(names: tuple[str, str, str], p: int, q: int) -> dict[str, Any]:
    """A triangle ABC, right-angled at C, CA = p, CB = q, about its hypotenuse AB."""
    a, c, b = names
    long = math.hypot(p, q)
    profile = {a: (0.0, 0.0), c: (p * q / long, p * p / long), b: (0.0, long)}
    return _swept(profile, (RightAngle(a, c, b),), "triangle") | {"properties": f"Angle {a}{c}{b} is a right angle."}


def _triangle_about_hypotenuse(rng: np.random.Generator) -> Draft:
    a, c, b = letters(rng, 3)
    p, q, long = draw_triple(rng, longest=75)
    height = Fraction(p * q, long)
    answer = PI * (height * height * long / 3)
    return Draft(
        **_hypotenuse_figure((a, c, b), p, q),
        givens=(length(c, a, p), length(c, b, q)),
        question=f"{_turned(a, b, 'triangle')} {find(rng, 'the volume of the solid')}",
        answer=answer,
        steps=(
            f"{a}{b} = √({p}² + {q}²) = {long}",
            f"{c} is {p} · {q} ÷ {long} = {height} away from {a}{b}",
            "the solid is two cones on one base whose heights add up to the hypotenuse",
            f"the volume is π · ({height})² · {long} ÷ 3 = {answer}",
        ),
        wrong=(
            PI * Fraction(p * p * q, 3),
            PI * Fraction(q * q * p, 3),
            answer * 3,
            answer * 2,
            PI * (height * (p + q)),
        ),
    )


def _surface_about_hypotenuse(rng: np.random.Generator) -> Draft:
    a, c, b = letters(rng, 3)
    p, q, long = draw_triple(rng, longest=75)
    height = Fraction(p * q, long)
    answer = PI * (height * (p + q))
    return Draft(
        **_hypotenuse_figure((a, c, b), p, q),
        givens=(length(c, a, p), length(c, b, q)),
        question=f"{_turned(a, b, 'triangle')} {find(rng, 'the surface area of the solid')}",
        answer=answer,
        steps=(
            f"{a}{b} = √({p}² + {q}²) = {long}",
            f"{c} is r = {p} · {q} ÷ {long} = {height} away from {a}{b}",
            f"the surface is that of two cones with slant heights {p} and {q}: πr · {p} + πr · {q}",
            f"π · {height} · {p + q} = {answer}",
        ),
        wrong=(
            PI * (height * height * long / 3),
            answer + PI * (height * height),
            PI * (p * q),
            answer * 2,
            PI * (height * long),
        ),
    )


def _frustum_profile(rng: np.random.Generator, names: tuple[str, ...], r: int, large: int, h: int) -> dict[str, Any]:
    """A trapezoid ABCD with right angles at A and D, about AD: AB = large, DC = r, AD = h."""
    a, b, c, d = names
    profile = {a: (0.0, 0.0), b: (float(large), 0.0), c: (float(r), float(h)), d: (0.0, float(h))}
    return _swept(profile, (RightAngle(d, a, b), RightAngle(a, d, c)), "trapezoid") | {
        "properties": f"The angles at {a} and {d} are right angles."
    }


def _trapezoid_about_height(rng: np.random.Generator) -> Draft:
    a, b, c, d = names = letters(rng, 4)
    large = draw(rng, 3, 15)
    small = draw(rng, math.ceil(large / 3), math.floor(0.75 * large))
    h = draw(rng, math.ceil(0.7 * large), 2 * large)
    squares = large**2 + large * small + small**2
    answer = PI * Fraction(h * squares, 3)
    return Draft(
        **_frustum_profile(rng, names, small, large, h),
        givens=(length(a, b, large), length(d, c, small), length(a, d, h)),
        question=f"{_turned(a, d, 'trapezoid')} {find(rng, 'the volume of the solid')}",
        answer=answer,
        steps=(
            f"the solid is a truncated cone with radii {large} and {small} and height {h}",
            f"its volume is πh(R² + Rr + r²) ÷ 3, with R² + Rr + r² = {squares}",
            f"π · {h} · {squares} ÷ 3 = {answer}",
        ),
        wrong=(
            PI * Fraction(h * (large**2 + small**2), 3),
            answer * 3,
            PI * Fraction(h * (large + small) ** 2, 4),
            PI * Fraction(h * (large**2 - small**2), 3),
            Fraction((large + small) * h, 2),
        ),
    )


def _surface_of_trapezoid(rng: np.random.Generator) -> Draft:
    a, b, c, d = names = letters(rng, 4)
    step, h, slant = draw_triple(rng, longest=41)
    small = draw(rng, max(2, step // 2), 2 * step + 3)
    large = small + step
    side = (large + small) * slant
    total = large**2 + small**2 + side
    curved = flip(rng)
    steps: tuple[str, ...] = (
        f"{b}{c} = √({h}² + ({large} - {small})²) = {slant}",
        f"the curved surface of the truncated cone has area π · ({large} + {small}) · {slant} = {side}π",
    )
    if not curved:
        steps = (*steps, f"with base and top it is {side}π + {large**2}π + {small**2}π = {total}π")
    wanted = "the area of the curved surface of the solid" if curved else "the total surface area of the solid"
    answer: Number = PI * (side if curved else total)
    return Draft(
        **_frustum_profile(rng, names, small, large, h),
        givens=(length(a, b, large), length(d, c, small), length(a, d, h)),
        question=f"{_turned(a, d, 'trapezoid')} {find(rng, wanted)}",
        answer=answer,
        steps=steps,
        wrong=(
            PI * ((large + small) * h + (0 if curved else large**2 + small**2)),
            PI * (total if curved else side),
            surd(answer) * 2,
            PI * (2 * large * slant),
            PI * Fraction(h * (large**2 + large * small + small**2), 3),
        ),
    )


def _trapezoid_about_base(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)  # right angles at A and B; axis AD, the longer of the parallel sides
    r = draw(rng, 2, 15)
    short = draw(rng, math.ceil(0.5 * r), 2 * r)
    cone = draw(rng, math.ceil(0.5 * r), 2 * r)
    long = short + cone
    profile = {a: (0.0, 0.0), b: (float(r), 0.0), c: (float(r), float(short)), d: (0.0, float(long))}
    answer = PI * (r * r * (short + Fraction(cone, 3)))
    return Draft(
        **_swept(profile, (RightAngle(d, a, b), RightAngle(a, b, c)), "trapezoid"),
        properties=f"The angles at {a} and {b} are right angles.",
        givens=(length(a, b, r), length(b, c, short), length(a, d, long)),
        question=f"{_turned(a, d, 'trapezoid')} {find(rng, 'the volume of the solid')}",
        answer=answer,
        steps=(
            f"the solid is a cylinder of height {short} below a cone of height {long} - {short} = {cone}, both of radius {r}",
            f"the cylinder has volume π · {r}² · {short} = {r * r * short}π",
            f"the cone has volume π · {r}² · {cone} ÷ 3 = {PI * Fraction(r * r * cone, 3)}",
            f"together {r * r * short}π + {PI * Fraction(r * r * cone, 3)} = {answer}",
        ),
        wrong=(
            PI * (r * r * (short + Fraction(long, 3))),
            PI * (r * r * long),
            PI * (r * r * short),
            answer / 4,
            PI * Fraction(r * r * (short + long), 2),
        ),
    )


FAMILIES = (solid_of_revolution,)
