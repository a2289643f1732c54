"""Angles in circles: central and inscribed, Thales' theorem, cyclic quadrilaterals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Circle, Dot, RightAngle, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.drafts import (
    CENTRE,
    Draft,
    angle,
    by_level,
    find,
    find_angle,
    find_length,
    halved,
    length,
    linear,
)
from envs.geometry.topics.placing import beyond, crossing, polar
from envs.problem import draw, flip


def central_angle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The angle at the centre from the inscribed angle; by an equation; from two angles at radii."""
    return by_level("central_angle", level, rng, _central_from_inscribed, _central_by_equation, _central_from_radii)


def _central_and_inscribed(rng: np.random.Generator, inscribed: int, names: tuple[str, str, str]) -> dict[str, Any]:
    """Points and lines of an arc's central angle AOB and inscribed angle ACB, in degrees below 90."""
    a, b, c = names
    lean = min(36, inscribed - 8)
    points = {
        a: polar(-90 - inscribed),
        b: polar(-90 + inscribed),
        c: polar(90 + draw(rng, -lean, lean)),
        "O": (0.0, 0.0),
    }
    lines = (
        Circle("O", a),
        Segment("O", a),
        Segment("O", b),
        Segment(c, a),
        Segment(c, b),
        Dot("O"),
    )
    return {
        "points": points,
        "lines": lines,
        "description": f"{a}, {b} and {c} lie on a circle with centre O, {c} on the larger arc {a}{b}.",
    }


def _central_from_inscribed(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    t = draw(rng, 22, 80)
    return Draft(
        **_central_and_inscribed(rng, t, (a, b, c)),
        givens=(angle(a, c, b, t),),
        question=f"{CENTRE} {find_angle(rng, a, 'O', b)}",
        answer=2 * t,
        steps=(
            "the angle at the centre is twice the inscribed angle on the same arc",
            f"angle {a}O{b} = 2 · angle {a}{c}{b} = 2 · {t} = {2 * t}",
        ),
        wrong=(t, halved(t), 180 - t, 180 - 2 * t, 90 - t, 360 - 2 * t),
    )


def _central_by_equation(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    t, x, factor = draw(rng, 36, 78), draw(rng, 5, 30), draw(rng, 3, 5)
    inscribed, central = linear(1, t - x), linear(factor, 2 * t - factor * x)
    wants_x = flip(rng)
    equation = f"{central} = 2({inscribed})" if t != x else f"{central} = 2x"
    answer = x if wants_x else 2 * t
    steps: tuple[str, ...] = (
        f"angle {a}O{b} = 2 · angle {a}{c}{b}, the central and the inscribed angle on one arc",
        f"{equation}, so {factor - 2 if factor > 3 else ''}x = {(factor - 2) * x}",
        f"x = {x}",
    )
    if not wants_x:
        steps = (*steps, f"angle {a}O{b} = 2 · ({x} + {t - x}) = 2 · {t} = {2 * t}".replace("+ -", "- "))
    half = Fraction(t - x - (2 * t - factor * x), factor - 1)  # as if both angles were equal
    return Draft(
        **_central_and_inscribed(rng, t, (a, b, c)),
        givens=(angle(a, c, b, inscribed), angle(a, "O", b, central)),
        question=f"{CENTRE} {find(rng, 'x') if wants_x else find_angle(rng, a, 'O', b)}",
        answer=answer,
        steps=steps,
        wrong=(half, 2 * x, x + 1, t) if wants_x else (t, x, 180 - t, 180 - 2 * t, 4 * t),
    )


def _central_from_radii(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    p = draw(rng, 22, 52)
    q = draw(rng, 22, min(52, 82 - p))
    return Draft(
        points={a: polar(270 - 2 * p), b: polar(270 + 2 * q), c: polar(90), "O": (0.0, 0.0)},
        lines=(Circle("O", a), Segment("O", a), Segment("O", b), Segment(c, a), Segment(c, b), Dot("O")),
        givens=(angle("O", a, c, p), angle("O", b, c, q)),
        question=f"{CENTRE} {find_angle(rng, a, 'O', b)}",
        answer=2 * (p + q),
        steps=(
            f"O{a} = O{c} = O{b}, so angle O{c}{a} = {p} and angle O{c}{b} = {q}",
            f"angle {a}{c}{b} = {p} + {q} = {p + q}",
            f"the central angle on the same arc is twice that: angle {a}O{b} = 2 · {p + q} = {2 * (p + q)}",
        ),
        wrong=(p + q, 180 - p - q, 360 - 2 * (p + q), 180 - 2 * p, 180 - 2 * q),
        description=f"{a}, {b} and {c} lie on a circle, and its centre O lies within angle {a}{c}{b}.",
    )


def inscribed_angle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The inscribed angle from the central one; two crossing chords; an angle on the smaller arc."""
    return by_level("inscribed_angle", level, rng, _inscribed_from_central, _crossing_chords, _inscribed_on_minor_arc)


def _inscribed_from_central(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    t = draw(rng, 22, 80)
    return Draft(
        **_central_and_inscribed(rng, t, (a, b, c)),
        givens=(angle(a, "O", b, 2 * t),),
        question=f"{CENTRE} {find_angle(rng, a, c, b)}",
        answer=t,
        steps=(
            "an inscribed angle is half of the angle at the centre on the same arc",
            f"angle {a}{c}{b} = {2 * t} ÷ 2 = {t}",
        ),
        wrong=(2 * t, 180 - 2 * t, 180 - t, 90 - t, 4 * t),
    )


def _crossing_chords(rng: np.random.Generator) -> Draft:
    a, b, c, d, e = letters(rng, 5)
    p, q = draw(rng, 22, 70), draw(rng, 22, 70)
    rest = 360 - 2 * p - 2 * q
    share = draw(rng, 40, 60) * rest / 100
    points = {a: polar(0), b: polar(2 * q), c: polar(2 * q + share), d: polar(2 * q + share + 2 * p)}
    points[e] = crossing(points[a], points[c], points[b], points[d])
    return Draft(
        points=points | {"_o": (0.0, 0.0)},
        lines=(Circle("_o", a), Segment(a, c), Segment(b, d), Segment(a, d), Segment(b, c)),
        givens=(angle(d, a, c, p), angle(a, c, b, q)),
        question=find_angle(rng, b, e, c),
        answer=180 - p - q,
        steps=(
            f"angles {d}{a}{c} and {d}{b}{c} stand on the same arc {d}{c}, so angle {d}{b}{c} = {p}",
            f"in triangle {b}{e}{c} the angles at {b} and {c} are {p} and {q}",
            f"angle {b}{e}{c} = 180 - {p} - {q} = {180 - p - q}",
        ),
        wrong=(p + q, 180 - 2 * p, 180 - 2 * q, 180 - p, 2 * (p + q), 360 - 2 * (p + q)),
        description=f"{a}, {b}, {c} and {d} lie on a circle, and the chords {a}{c} and {b}{d} meet at {e}.",
    )


def _inscribed_on_minor_arc(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    t = draw(rng, 20, 54)
    half = 90 - t
    return Draft(
        points={
            a: polar(90 + half),
            b: polar(90 - half),
            c: polar(90 + draw(rng, -half // 3, half // 3)),
            "O": (0.0, 0.0),
        },
        lines=(
            Circle("O", a),
            Segment("O", a),
            Segment("O", b),
            Segment(a, b),
            Segment(c, a),
            Segment(c, b),
            Dot("O"),
        ),
        givens=(angle("O", a, b, t),),
        question=f"{CENTRE} {find_angle(rng, a, c, b)}",
        answer=90 + t,
        steps=(
            f"O{a} = O{b}, so angle {a}O{b} = 180 - 2 · {t} = {180 - 2 * t}",
            f"{c} is on the smaller arc, so the arc {a}{b} that it faces measures 360 - {180 - 2 * t} = {180 + 2 * t}",
            f"the inscribed angle is half of that arc: angle {a}{c}{b} = {180 + 2 * t} ÷ 2 = {90 + t}",
        ),
        wrong=(90 - t, 180 - 2 * t, 180 - t, t, 180 + 2 * t),
        description=f"{a}, {b} and {c} lie on a circle with centre O, {c} on the smaller arc {a}{b}.",
    )


def semicircle_angle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Thales: an acute angle of the triangle in a semicircle; a chord; lengths at the altitude."""
    return by_level("semicircle_angle", level, rng, _thales_angle, _thales_chord, (_thales_altitude, _thales_leg))


def _in_semicircle(a: str, b: str, c: str, diameter: float, degrees: float) -> dict[str, Any]:
    """Points of a triangle ABC with diameter AB and this angle at A, and the lines of that figure."""
    r = diameter / 2
    return {
        "points": {a: (-r, 0.0), b: (r, 0.0), c: polar(2 * degrees, r), "O": (0.0, 0.0)},
        "lines": (Circle("O", a), Segment(a, b), Segment(a, c), Segment(b, c), Dot("O")),
        "description": f"The circle about O passes through {a}, {b} and {c}; the segment {a}{b} passes through O.",
    }


def _thales_angle(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    t = draw(rng, 19, 71)
    return Draft(
        **_in_semicircle(a, b, c, 2.0, t),
        givens=(angle(c, a, b, t),),
        question=f"{a}{b} is a diameter of the circle. {find_angle(rng, a, b, c)}",
        answer=90 - t,
        steps=(
            f"{a}{b} is a diameter, so by Thales' theorem angle {a}{c}{b} = 90",
            f"angle {a}{b}{c} = 180 - 90 - {t} = {90 - t}",
        ),
        wrong=(t, 180 - t, 2 * t, 180 - 2 * t, 90 + t),
    )


def _thales_chord(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    d = draw(rng, 6, 40)
    chord = draw(rng, math.ceil(0.36 * d), math.floor(0.93 * d))
    square = d**2 - chord**2
    return Draft(
        **_in_semicircle(a, b, c, float(d), math.degrees(math.acos(chord / d))),
        givens=(length(a, b, d, bracket=True), length(a, c, chord)),
        question=f"{a}{b} is a diameter of the circle. {find_length(rng, b, c)}",
        answer=root(square),
        steps=(
            f"{a}{b} is a diameter, so angle {a}{c}{b} is a right angle",
            f"{b}{c}² = {a}{b}² - {a}{c}² = {d**2} - {chord**2} = {square}",
            f"{b}{c} = √{square} = {root(square)}",
        ),
        wrong=(root(d**2 + chord**2), d - chord, square, root(d**2 + 4 * chord**2)),
    )


def _altitude(rng: np.random.Generator, a: str, b: str, c: str, d: str, p: int, q: int) -> dict[str, Any]:
    """The figure of a triangle in a semicircle whose altitude CD divides the diameter AB into AD = p and DB = q."""
    figure = _in_semicircle(a, b, c, float(p + q), math.degrees(math.atan2(math.sqrt(q), math.sqrt(p))))
    x, _ = figure["points"][c]
    figure["points"][d] = (x, 0.0)
    figure["lines"] = (*figure["lines"], Segment(c, d), RightAngle(c, d, b))
    return figure | {
        "description": f"{figure['description']} {d} lies on {a}{b}.",
        "properties": f"{c}{d} is perpendicular to {a}{b}.",
        "givens": (length(a, d, p), length(d, b, q)),
    }


def _sections(rng: np.random.Generator) -> tuple[int, int]:
    """Two different whole sections of a diameter, the longer at most five times the shorter."""
    p = draw(rng, 2, 24)
    q = draw(rng, 2, 24)
    return (p, q) if 1.4 * min(p, q) <= max(p, q) <= 5 * min(p, q) else _sections(rng)


def _thales_altitude(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    p, q = _sections(rng)
    return Draft(
        **_altitude(rng, a, b, c, d, p, q),
        question=f"{a}{b} is a diameter of the circle. {find_length(rng, c, d)}",
        answer=root(p * q),
        steps=(
            f"angle {a}{c}{b} is a right angle, since {a}{b} is a diameter",
            f"triangles {a}{d}{c} and {c}{d}{b} are similar, so {c}{d}² = {a}{d} · {d}{b} = {p} · {q} = {p * q}",
            f"{c}{d} = √{p * q} = {root(p * q)}",
        ),
        wrong=(halved(p + q), p * q, root(p * p + q * q), root(p * (p + q))),
    )


def _thales_leg(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    p, q = _sections(rng)
    return Draft(
        **_altitude(rng, a, b, c, d, p, q),
        question=f"{a}{b} is a diameter of the circle. {find_length(rng, a, c)}",
        answer=root(p * (p + q)),
        steps=(
            f"angle {a}{c}{b} is a right angle, since {a}{b} is a diameter",
            f"triangles {a}{d}{c} and {a}{c}{b} are similar, so {a}{c}² = {a}{d} · {a}{b}",
            f"{a}{c}² = {p} · {p + q} = {p * (p + q)}",
            f"{a}{c} = √{p * (p + q)} = {root(p * (p + q))}",
        ),
        wrong=(root(p * q), root(q * (p + q)), root(p * p + q * q), p * (p + q)),
    )


def cyclic_quadrilateral(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Opposite angles; an equation between them; an exterior angle and an isosceles triangle, or a central angle."""
    return by_level(
        "cyclic_quadrilateral",
        level,
        rng,
        _opposite_angles,
        _opposite_by_equation,
        (_exterior_of_cyclic, _cyclic_and_centre),
    )


def _cyclic(rng: np.random.Generator, names: tuple[str, ...]) -> tuple[dict[str, Any], list[int]]:
    """A quadrilateral in a circle, and its angles in degrees."""
    a, b, c, d = names
    while True:
        cuts = sorted(2 * int(k) for k in rng.choice(np.arange(0, 180), size=3, replace=False))
        arcs = [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 360 - cuts[2]]  # AB, BC, CD, DA
        if min(arcs) >= 50 and max(arcs) <= 160:
            break
    points = {a: polar(0), b: polar(cuts[0]), c: polar(cuts[1]), d: polar(cuts[2]), "_o": (0.0, 0.0)}
    sides = (Segment(a, b), Segment(b, c), Segment(c, d), Segment(d, a))
    figure = {
        "points": points,
        "lines": (Circle("_o", a), *sides),
        "description": f"{a}{b}{c}{d} is a quadrilateral whose corners lie on a circle.",
    }
    at_a, at_b = (arcs[1] + arcs[2]) // 2, (arcs[2] + arcs[3]) // 2
    return figure, [at_a, at_b, 180 - at_a, 180 - at_b]


def _opposite_angles(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    figure, (at_a, at_b, at_c, at_d) = _cyclic(rng, (a, b, c, d))
    wants_c = flip(rng)
    known, answer = (at_a, at_c) if wants_c else (at_b, at_d)
    corner, opposite = (f"{d}{a}{b}", f"{b}{c}{d}") if wants_c else (f"{a}{b}{c}", f"{c}{d}{a}")
    return Draft(
        **figure,
        givens=(angle(d, a, b, at_a), angle(a, b, c, at_b)),
        question=find_angle(rng, *opposite),
        answer=answer,
        steps=(
            f"opposite angles of a cyclic quadrilateral add up to 180: angle {corner} + angle {opposite} = 180",
            f"angle {opposite} = 180 - {known} = {answer}",
        ),
        wrong=(180 - (at_b if wants_c else at_a), known, 360 - at_a - at_b, 360 - 2 * known, 2 * known),
    )


def _opposite_by_equation(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    figure, (at_a, _, at_c, _) = _cyclic(rng, (a, b, c, d))
    x = draw(rng, 8, 30)
    first, second = draw(rng, 1, 3), draw(rng, 2, 4)
    one, other = linear(first, at_a - first * x), linear(second, at_c - second * x)
    constants = 180 - (first + second) * x
    wants_x = flip(rng)
    steps: tuple[str, ...] = (
        f"opposite angles of a cyclic quadrilateral add up to 180: ({one}) + ({other}) = 180",
        f"{linear(first + second, constants)} = 180, so {first + second}x = {180 - constants}",
        f"x = {x}",
    )
    if not wants_x:
        plus = f"+ {at_a - first * x}".replace("+ -", "- ")
        steps = (*steps, f"angle {d}{a}{b} = {first} · {x} {plus} = {at_a}")
    full = Fraction(360 - constants, first + second)  # as if they added up to 360
    equal = Fraction(at_c - second * x - at_a + first * x, first - second) if first != second else 2 * x
    return Draft(
        **figure,
        givens=(angle(d, a, b, one), angle(b, c, d, other)),
        question=find(rng, "x") if wants_x else find_angle(rng, d, a, b),
        answer=x if wants_x else at_a,
        steps=steps,
        wrong=(full, equal, x + 5, 2 * x) if wants_x else (at_c, x, first * x, 180 - first * x),
    )


def _exterior_of_cyclic(rng: np.random.Generator) -> Draft:
    a, b, c, d, e = letters(rng, 5)
    t = 2 * draw(rng, 20, 65)
    lean = draw(rng, -t // 4, t // 4)
    points = {a: polar(90), b: polar(-90 - t), c: polar(-90 + lean), d: polar(-90 + t)}
    points[e] = beyond(points[b], points[c], 0.75)
    sides = (Segment(a, b), Segment(b, e), Segment(c, d), Segment(d, a), Segment(b, d))
    answer = 90 - t // 2
    return Draft(
        points=points | {"_o": (0.0, 0.0)},
        lines=(Circle("_o", a), *sides, Ticks(a, b), Ticks(a, d)),
        givens=(angle(d, c, e, t),),
        question=find_angle(rng, a, b, d),
        answer=answer,
        steps=(
            f"the exterior angle at {c} equals the opposite interior angle: angle {b}{a}{d} = {t}",
            f"{a}{b} = {a}{d}, so the angles at {b} and {d} of triangle {a}{b}{d} are equal",
            f"angle {a}{b}{d} = (180 - {t}) ÷ 2 = {answer}",
        ),
        wrong=(180 - t, halved(t), t, 180 - 2 * t, 90 - t),
        description=f"{a}{b}{c}{d} is a quadrilateral in a circle, and {b}{c} is extended to {e}.",
        properties=f"{a}{b} = {a}{d}.",
    )


def _cyclic_and_centre(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    t = draw(rng, 30, 80)
    lean, other = draw(rng, -t // 3, t // 3), draw(rng, -24, 24)
    points = {a: polar(90 + other), b: polar(-90 - t), c: polar(-90 + lean), d: polar(-90 + t), "O": (0.0, 0.0)}
    sides = (Segment(a, b), Segment(b, c), Segment(c, d), Segment(d, a), Segment("O", b), Segment("O", d))
    return Draft(
        points=points,
        lines=(Circle("O", a), *sides, Dot("O")),
        givens=(angle(b, "O", d, 2 * t),),
        question=f"{CENTRE} {find_angle(rng, b, c, d)}",
        answer=180 - t,
        steps=(
            f"angle {b}{a}{d} is half of the central angle {b}O{d}: {2 * t} ÷ 2 = {t}",
            f"opposite angles of the cyclic quadrilateral {a}{b}{c}{d} add up to 180",
            f"angle {b}{c}{d} = 180 - {t} = {180 - t}",
        ),
        wrong=(t, 180 - 2 * t, 360 - 2 * t, 90 + t, 2 * t),
        description=f"{a}{b}{c}{d} is a quadrilateral whose corners lie on a circle with centre O, {c} on the smaller arc"
        f" {b}{d}.",
    )


FAMILIES = (central_angle, inscribed_angle, semicircle_angle, cyclic_quadrilateral)
