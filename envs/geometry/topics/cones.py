"""Cones: volume, surface, and the sectors that they unroll to."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Angle, Arc, Dot, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI, Number, root
from envs.geometry.topics.drafts import Draft, Given, angle, by_level, find, length
from envs.geometry.topics.placing import draw_triple, polar
from envs.geometry.topics.solids import draw_proportions, rim
from envs.problem import draw, flip, pick


def cone_volume(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Volume of a cone from radius and height; from the slant height; of a truncated cone, or from an angle."""
    return by_level("cone_volume", level, rng, _cone_plain, (_cone_slant, _cone_slant_root), (_frustum, _cone_angle))


def _cone(s: str, a: str, radius: float, height: float) -> dict[str, Any]:
    """A cone with apex S above the centre O of its base, and A on the rim."""
    points = {s: (0.0, float(height)), "O": (0.0, 0.0), a: (float(radius), 0.0), "_l": (-float(radius), 0.0)}
    base = rim("O", a, points)
    lines = (
        base,
        Segment(s, a),
        Segment(s, "_l"),
        Segment(s, "O", dashed=True),
        Segment("O", a, dashed=True),
        RightAngle(s, "O", a),
        Dot("O"),
    )
    return {
        "points": points,
        "lines": lines,
        "description": f"A cone has the apex {s}; O is the centre of its base, and {a} lies on the rim.",
        "properties": f"{s}O is perpendicular to O{a}.",
    }


def _cone_plain(rng: np.random.Generator) -> Draft:
    a, s = letters(rng, 2)
    r, h = draw_proportions(rng, 2, 15)
    answer = PI * Fraction(r * r * h, 3)
    return Draft(
        **_cone(s, a, r, h),
        givens=(length("O", a, r), length(s, "O", h)),
        question=find(rng, "the volume of the cone"),
        answer=answer,
        steps=(
            f"the base has area π · {r}² = {r * r}π",
            f"the volume is a third of base times height: {r * r}π · {h} ÷ 3 = {answer}",
        ),
        wrong=(answer * 3, answer * 4, answer / 4, PI * Fraction(r * h * h, 3), answer * 2),
    )


def _slant_volume(rng: np.random.Generator, r: int, height: Number, slant: int) -> Draft:
    a, s = letters(rng, 2)
    answer = PI * height * Fraction(r * r, 3)
    return Draft(
        **_cone(s, a, r, float(height)),
        givens=(length("O", a, r), length(s, a, slant)),
        question=find(rng, "the volume of the cone"),
        answer=answer,
        steps=(
            f"{s}O² = {s}{a}² - O{a}² = {slant**2} - {r**2} = {slant**2 - r**2}, so the height is {height}",
            f"the volume is π · {r}² · {height} ÷ 3 = {answer}",
        ),
        wrong=(PI * Fraction(r * r * slant, 3), answer * 3, answer * 4, PI * r * slant, answer / 4),
    )


def _cone_slant(rng: np.random.Generator) -> Draft:
    r, h, slant = draw_triple(rng, longest=41)
    return _slant_volume(rng, r, h, slant)


def _cone_slant_root(rng: np.random.Generator) -> Draft:
    slant = draw(rng, 4, 24)
    r = draw(rng, math.ceil(0.3 * slant), math.floor(0.78 * slant))
    return _slant_volume(rng, r, root(slant**2 - r**2), slant)


def _cone_angle(rng: np.random.Generator) -> Draft:
    a, s = letters(rng, 2)
    degrees, slant = pick(rng, (45, 60)), 2 * draw(rng, 2, 20)
    r, h = {45: (root(2) / 2, root(2) / 2), 60: (root(1) / 2, root(3) / 2)}[degrees]
    r, h = r * slant, h * slant
    answer = PI * r * r * h / 3
    return Draft(
        **_cone(s, a, float(r), float(h)),
        givens=(length(s, a, slant), angle(s, a, "O", degrees)),
        question=find(rng, "the volume of the cone"),
        answer=answer,
        steps=(
            f"in the right triangle {s}O{a}, O{a} = {slant} · cos {degrees}° = {r}",
            f"the height is {s}O = {slant} · sin {degrees}° = {h}",
            f"the volume is π · ({r})² · {h} ÷ 3 = {answer}",
        ),
        wrong=(answer * 3, PI * h * h * r / 3 if degrees == 60 else answer * 2, PI * r * r * slant / 3, PI * r * slant),
    )


def _frustum(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    large = draw(rng, 3, 14)
    small = draw(rng, math.ceil(large / 3), math.floor(0.75 * large))
    h = draw(rng, math.ceil(0.7 * large), 2 * large)
    points = {
        "O": (0.0, 0.0),
        a: (float(large), 0.0),
        b: (float(small), float(h)),
        p: (0.0, float(h)),
        "_l": (-float(large), 0.0),
        "_k": (-float(small), float(h)),
    }
    base, top = rim("O", a, points), rim(p, b, points, hidden_back=False)
    squares = large**2 + large * small + small**2
    answer = PI * Fraction(h * squares, 3)
    return Draft(
        points=points,
        lines=(
            base,
            top,
            Segment(a, b),
            Segment("_l", "_k"),
            Segment("O", p, dashed=True),
            Segment("O", a, dashed=True),
            Segment(p, b),
            RightAngle(p, "O", a),
        ),
        givens=(length("O", a, large), length(p, b, small), length("O", p, h)),
        question=find(rng, "the volume of the truncated cone"),
        answer=answer,
        steps=(
            f"a truncated cone has volume πh(R² + Rr + r²) ÷ 3 with R = {large}, r = {small} and h = {h}",
            f"R² + Rr + r² = {large**2} + {large * small} + {small**2} = {squares}",
            f"the volume is π · {h} · {squares} ÷ 3 = {answer}",
        ),
        wrong=(
            PI * Fraction(h * (large**2 + small**2), 3),
            answer * 3,
            PI * Fraction(h * (large**2 + small**2), 2),
            PI * Fraction(h * (large**2 - small**2), 3),
            PI * Fraction(h * (large + small) ** 2, 4),
        ),
        description=f"The base of a truncated cone has the centre O, with {a} on its rim; its top has the centre {p}, with {b}"
        " on its rim.",
        properties=f"O{p} is perpendicular to O{a}.",
    )


def cone_surface(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Lateral area of a cone; total area; the sector that it unrolls to, and the cone that a sector rolls into."""
    return by_level(
        "cone_surface", level, rng, _cone_lateral, (_cone_total, _lateral_from_height), (_unrolled, _rolled)
    )


def _cone_lateral(rng: np.random.Generator) -> Draft:
    a, s = letters(rng, 2)
    r = draw(rng, 2, 15)
    slant = draw(rng, math.ceil(1.3 * r), 3 * r)
    answer = PI * (r * slant)
    return Draft(
        **_cone(s, a, r, math.sqrt(slant**2 - r**2)),
        givens=(length("O", a, r), length(s, a, slant)),
        question=find(rng, "the area of the curved surface of the cone"),
        answer=answer,
        steps=(
            f"the curved surface has area π · O{a} · {s}{a}",
            f"π · {r} · {slant} = {answer}",
        ),
        wrong=(answer + PI * r * r, answer * 2, PI * Fraction(r * r * slant, 3), answer / 2, PI * slant * slant),
    )


def _cone_total(rng: np.random.Generator) -> Draft:
    a, s = letters(rng, 2)
    r, h, slant = draw_triple(rng, longest=61)
    answer = PI * (r * (r + slant))
    return Draft(
        **_cone(s, a, r, h),
        givens=(length("O", a, r), length(s, "O", h)),
        question=find(rng, "the total surface area of the cone, base included"),
        answer=answer,
        steps=(
            f"the slant height is {s}{a} = √({r}² + {h}²) = {slant}",
            f"the curved surface has area π · {r} · {slant} = {r * slant}π, the base π · {r}² = {r * r}π",
            f"together {r * slant}π + {r * r}π = {answer}",
        ),
        wrong=(
            PI * (r * slant),
            PI * (r * (r + h)),
            PI * (r * (2 * r + slant)),
            PI * Fraction(r * r * h, 3),
            answer * 2,
        ),
    )


def _lateral_from_height(rng: np.random.Generator) -> Draft:
    a, s = letters(rng, 2)
    r, h = draw_proportions(rng, 2, 15)
    slant = root(r * r + h * h)
    answer = PI * slant * r
    return Draft(
        **_cone(s, a, r, h),
        givens=(length("O", a, r), length(s, "O", h)),
        question=find(rng, "the area of the curved surface of the cone"),
        answer=answer,
        steps=(
            f"the slant height is {s}{a} = √({r}² + {h}²) = √{r * r + h * h} = {slant}",
            f"the curved surface has area π · O{a} · {s}{a} = π · {r} · {slant} = {answer}",
        ),
        wrong=(PI * (r * h), answer + PI * r * r, PI * Fraction(r * r * h, 3), answer * 2),
    )


def _unrolled(rng: np.random.Generator) -> Draft:
    a, s = letters(rng, 2)
    while True:
        slant = draw(rng, 3, 60)
        r = draw(rng, math.ceil(0.25 * slant), math.floor(0.78 * slant))
        if 360 * r % slant == 0:
            break
    answer = 360 * r // slant
    return Draft(
        **_cone(s, a, r, math.sqrt(slant**2 - r**2)),
        givens=(length("O", a, r), length(s, a, slant)),
        question="The curved surface of the cone is cut open and laid flat as a sector. "
        + find(rng, "the angle of the sector, in degrees"),
        answer=answer,
        steps=(
            f"the sector has radius {s}{a} = {slant}, and its arc is the rim of the base, 2π · {r} = {2 * r}π",
            f"the full circle of that radius is 2π · {slant} = {2 * slant}π long",
            f"the angle is 360 · {2 * r} ÷ {2 * slant} = {answer}",
        ),
        wrong=(Fraction(answer, 2), 360 - answer, abs(answer - 180), Fraction(180 * slant, 2 * r)),
    )


#: Angles of sectors that roll into cones of good proportions.
_SECTORS = (72, 90, 108, 120, 135, 144, 150, 160, 180, 200, 210, 216, 225, 240, 252, 270)


def _rolled(rng: np.random.Generator) -> Draft:
    a, b, s = letters(rng, 3)
    while True:
        slant, degrees = draw(rng, 4, 48), pick(rng, _SECTORS)
        if slant * degrees % 360 == 0:
            break
    r = slant * degrees // 360
    wants_height = flip(rng)
    h = root(slant**2 - r**2)
    total = PI * (r * (r + slant))
    points = {s: (0.0, 0.0), a: polar(0, slant), b: polar(degrees, slant)}
    steps: tuple[str, ...] = (
        f"the arc, {Fraction(degrees, 360)} · 2π · {slant} = {2 * r}π, becomes the rim of the base",
        f"2πr = {2 * r}π, so the base has radius {r}",
    )
    if wants_height:
        steps = (*steps, f"the height is √({slant}² - {r}²) = √{slant**2 - r**2} = {h}")
    else:
        steps = (*steps, f"the sector has area π · {r} · {slant}, the base π · {r}², together {total}")
    return Draft(
        points=points,
        lines=(Segment(s, a), Segment(s, b), Arc(s, a, b), Dot(s)),
        givens=(length(s, a, slant), _sector_angle(a, s, b, degrees)),
        question=f"The sector is rolled into a cone, {s}{a} along {s}{b}. "
        + find(rng, "the height of the cone" if wants_height else "the total surface area of the cone, base included"),
        answer=h if wants_height else total,
        steps=steps,
        wrong=(r, slant, root(slant**2 + r**2), root(abs(slant**2 - 4 * r**2)), slant - r)
        if wants_height
        else (PI * (r * slant), PI * (r * slant + slant * slant), total * 2, PI * (r * (2 * r + slant))),
        description=f"{s}{a}{b} is a sector of a circle with centre {s}.",
    )


def _sector_angle(a: str, s: str, b: str, degrees: int) -> Given:
    """The angle of a sector, which may be larger than a straight one; anticlockwise from A to B."""
    return Given(f"the angle of the sector is {degrees}°", Angle(a, s, b, reflex=True, text=f"{degrees}°"))


FAMILIES = (cone_volume, cone_surface)
