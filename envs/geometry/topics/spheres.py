"""Spheres, and the circles in which planes cut them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Circle, Coordinates, Dot, Inside, Length, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI, root
from envs.geometry.topics.drafts import Draft, Given, by_level, find, length
from envs.geometry.topics.placing import draw_triple
from envs.geometry.topics.solids import rim
from envs.problem import draw, flip


def sphere(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Volume and surface of a sphere; one from the other; the circle in which a plane cuts it."""
    return by_level(
        "sphere",
        level,
        rng,
        (_volume, _surface),
        (_volume_from_surface, _radius_from_volume),
        (_cut_area, _surface_from_cut, _in_cylinder),
    )


def _ball(a: str, radius: float) -> dict[str, Any]:
    """A sphere about O through A, with its equator."""
    points: dict[str, Coordinates] = {"O": (0.0, 0.0), a: (float(radius), 0.0), "_l": (-float(radius), 0.0)}
    equator = rim("O", a, points)
    return {
        "points": points,
        "lines": (Circle("O", a), equator, Segment("O", a, dashed=True), Dot("O")),
        "description": f"O is the centre of a sphere, and {a} lies on it.",
    }


def _measured(rng: np.random.Generator, a: str, r: int) -> tuple[dict[str, Any], bool]:
    """A sphere with its radius given, or its diameter; says which."""
    figure, diameter = _ball(a, r), flip(rng, 0.35)
    if not diameter:
        return figure | {"givens": (length("O", a, r),)}, False
    figure["lines"] = (*figure["lines"], Segment("_l", "O", dashed=True))
    mark = Length("_l", a, bracket=True, text=str(2 * r))
    return figure | {"givens": (Given(f"the diameter of the sphere is {2 * r}", mark),)}, True


def _volume(rng: np.random.Generator) -> Draft:
    a, r = letters(rng, 1)[0], draw(rng, 2, 90)
    figure, diameter = _measured(rng, a, r)
    answer = PI * Fraction(4 * r**3, 3)
    return Draft(
        **figure,
        question=find(rng, "the volume of the sphere"),
        answer=answer,
        steps=(
            f"the radius is {r}, and the volume of a sphere is 4πr³ ÷ 3",
            f"4π · {r**3} ÷ 3 = {answer}",
        ),
        wrong=(answer * 8 if diameter else answer / 4, answer * 3, PI * (4 * r * r), PI * Fraction(r**3, 3)),
    )


def _surface(rng: np.random.Generator) -> Draft:
    a, r = letters(rng, 1)[0], draw(rng, 2, 90)
    figure, diameter = _measured(rng, a, r)
    answer = PI * (4 * r * r)
    return Draft(
        **figure,
        question=find(rng, "the surface area of the sphere"),
        answer=answer,
        steps=(
            f"the radius is {r}, and the surface area of a sphere is 4πr²",
            f"4π · {r * r} = {answer}",
        ),
        wrong=(
            answer * 4 if diameter else answer / 4,
            answer / 2,
            PI * Fraction(4 * r**3, 3),
            PI * (2 * r),
            answer / 3,
        ),
    )


def _labelled(a: str, r: int, sentence: str, text: str) -> dict[str, Any]:
    """A sphere with a text in its upper part."""
    figure = _ball(a, r)
    figure["points"]["_in"] = (0.0, 0.55 * r)
    figure["lines"] = tuple(line for line in figure["lines"] if not isinstance(line, Segment))
    return figure | {"givens": (Given(sentence, Inside(("_in",), text=text)),)}


def _volume_from_surface(rng: np.random.Generator) -> Draft:
    a, r = letters(rng, 1)[0], draw(rng, 2, 90)
    area, answer = PI * (4 * r * r), PI * Fraction(4 * r**3, 3)
    return Draft(
        **_labelled(a, r, f"the sphere has surface area {area}", f"surface area {area}"),
        question=find(rng, "the volume of the sphere"),
        answer=answer,
        steps=(
            f"4πr² = {area}, so r² = {r * r} and r = {r}",
            f"the volume is 4π · {r}³ ÷ 3 = {answer}",
        ),
        wrong=(answer * 8, answer / 4, answer * 3, PI * Fraction(4 * r**4, 3), PI * (4 * r**3)),
    )


def _radius_from_volume(rng: np.random.Generator) -> Draft:
    a, r = letters(rng, 1)[0], draw(rng, 2, 40)
    volume = PI * Fraction(4 * r**3, 3)
    wants_surface = flip(rng)
    steps: tuple[str, ...] = (f"4πr³ ÷ 3 = {volume}, so r³ = {r**3}", f"r = {r}")
    if wants_surface:
        steps = (*steps, f"the surface area is 4π · {r}² = {PI * (4 * r * r)}")
    return Draft(
        **_labelled(a, r, f"the sphere has volume {volume}", f"volume {volume}"),
        question=find(rng, "the surface area of the sphere" if wants_surface else "the radius of the sphere"),
        answer=PI * (4 * r * r) if wants_surface else r,
        steps=steps,
        wrong=(PI * (r * r), PI * (16 * r * r), PI * (2 * r * r), volume)
        if wants_surface
        else (2 * r, r * r, Fraction(4 * r, 3), Fraction(r**3, 3)),
    )


def _cut(a: str, b: str, q: str, radius: float, distance: float, section: float) -> dict[str, Any]:
    """A sphere about O through A, cut by a level plane above O in a circle about Q through B."""
    points: dict[str, Coordinates] = {
        "O": (0.0, 0.0),
        q: (0.0, float(distance)),
        b: (float(section), float(distance)),
        a: (float(radius), 0.0),
    }
    circle = rim(q, b, points)
    return {
        "points": points,
        "lines": (
            Circle("O", a),
            circle,
            Segment("O", q),
            Segment(q, b),
            Segment("O", b),
            RightAngle("O", q, b),
            Dot("O"),
            Dot(q),
            Dot(a),
        ),
        "description": f"{a} and {b} lie on a sphere with centre O. A plane through {b} cuts it in a circle with centre {q}.",
        "properties": f"O{q} is perpendicular to {q}{b}.",
    }


def _draw_cut(rng: np.random.Generator) -> tuple[int, int]:
    """Radius of a sphere, and distance of a plane that cuts it."""
    radius = draw(rng, 4, 40)
    return radius, draw(rng, math.ceil(0.25 * radius), math.floor(0.65 * radius))


def _cut_area(rng: np.random.Generator) -> Draft:
    a, b, q = letters(rng, 3)
    radius, distance = _draw_cut(rng)
    square = radius**2 - distance**2
    wants_area = flip(rng)
    answer = PI * square if wants_area else PI * root(square) * 2
    quantity, formula = ("area", f"π · {square}") if wants_area else ("circumference", f"2π · {root(square)}")
    return Draft(
        **_cut(a, b, q, radius, distance, math.sqrt(square)),
        givens=(length("O", b, radius), length("O", q, distance)),
        question=find(rng, f"the {quantity} of the circle in which the plane cuts the sphere"),
        answer=answer,
        steps=(
            f"the section's radius satisfies {q}{b}² = O{b}² - O{q}² = {radius**2} - {distance**2} = {square}",
            f"its {quantity} is {formula} = {answer}",
        ),
        wrong=(
            PI * radius**2 if wants_area else PI * (2 * radius),
            PI * (radius - distance) ** 2 if wants_area else PI * (2 * (radius - distance)),
            PI * (radius**2 + distance**2) if wants_area else PI * root(radius**2 + distance**2) * 2,
            PI * root(square) * 2 if wants_area else PI * square,
        ),
    )


def _surface_from_cut(rng: np.random.Generator) -> Draft:
    a, b, q = letters(rng, 3)
    distance, section = sorted(draw_triple(rng)[:2])
    square = section**2 + distance**2
    answer = PI * (4 * square)
    return Draft(
        **_cut(a, b, q, math.sqrt(square), distance, section),
        givens=(length(q, b, section), length("O", q, distance)),
        question=find(rng, "the surface area of the sphere"),
        answer=answer,
        steps=(
            f"the sphere's radius satisfies O{b}² = {q}{b}² + O{q}² = {section**2} + {distance**2} = {square}",
            f"the surface area is 4π · {square} = {answer}",
        ),
        wrong=(PI * square, PI * (4 * section**2), PI * (4 * (section + distance) ** 2), PI * (2 * square), answer * 2),
    )


def _in_cylinder(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    r = draw(rng, 2, 40)
    points: dict[str, Coordinates] = {
        "O": (0.0, 0.0),
        a: (float(r), 0.0),
        "_a": (float(r), -float(r)),
        b: (float(r), float(r)),
        "_l": (-float(r), -float(r)),
        "_k": (-float(r), float(r)),
        "_p": (0.0, -float(r)),
        p: (0.0, float(r)),
    }
    base, top = rim("_p", "_a", points), rim(p, b, points, hidden_back=False)
    answer = PI * (2 * r**3 - Fraction(4 * r**3, 3))
    return Draft(
        points=points,
        lines=(
            base,
            top,
            Segment("_a", b),
            Segment("_l", "_k"),
            Circle("O", a),
            Segment("O", a, dashed=True),
            Dot("O"),
        ),
        givens=(length("O", a, r),),
        question="The sphere touches the base, the top and the curved surface of the cylinder. "
        + find(rng, "the volume of the part of the cylinder outside the sphere"),
        answer=answer,
        steps=(
            f"the cylinder has radius {r} and height 2 · {r} = {2 * r}, so its volume is π · {r}² · {2 * r} = {2 * r**3}π",
            f"the sphere has volume 4π · {r}³ ÷ 3 = {PI * Fraction(4 * r**3, 3)}",
            f"the rest is {2 * r**3}π - {PI * Fraction(4 * r**3, 3)} = {answer}",
        ),
        wrong=(PI * (2 * r**3), PI * Fraction(4 * r**3, 3), answer * 8, answer * 2, PI * Fraction(r**3, 3)),
        description=f"A sphere with centre O through {a} lies in a cylinder; {p} is the centre of the top, {b} on its rim.",
    )


FAMILIES = (sphere,)
