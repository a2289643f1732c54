"""Tangents: their lengths and angles, the angle between tangent and chord, circles inscribed in triangles."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Circle, Coordinates, Dot, Mark, RightAngle, Segment, Ticks
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
from envs.geometry.topics.placing import between, beyond, crossing, draw_triple, polar
from envs.problem import draw, flip


def tangent_length(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Pythagoras at the radius to the point of contact: whole numbers, roots, the radius from tangent and gap."""
    return by_level("tangent_length", level, rng, _tangent_whole, (_tangent_root, _tangent_from_gap), _radius_from_gap)


def _touching(p: str, t: str, radius: float, tangent: float) -> tuple[dict[str, Coordinates], tuple]:
    """Points and lines of a tangent PT with the radius OT."""
    points = {"O": (0.0, 0.0), t: (0.0, radius), p: (tangent, radius)}
    lines = (Circle("O", t), Segment(p, t), Segment("O", t), Segment("O", p), RightAngle(p, t, "O"), Dot("O"))
    return points, lines


def _tangent_words(p: str, t: str) -> dict[str, Any]:
    return {
        "description": f"{t} lies on a circle with centre O, and {p} lies outside it.",
        "properties": f"{p}{t} is perpendicular to O{t}.",
    }


def _tangent_whole(rng: np.random.Generator) -> Draft:
    t, p = letters(rng, 2)
    r, tangent, far = draw_triple(rng)
    points, lines = _touching(p, t, r, tangent)
    ask_radius = flip(rng, 0.3)
    known, found, end = (tangent, r, "O") if ask_radius else (r, tangent, p)
    given = length(p, t, tangent) if ask_radius else length("O", t, r)
    return Draft(
        points=points,
        lines=lines,
        givens=(given, length("O", p, far)),
        question=f"{p}{t} is a tangent of the circle with centre O. {find_length(rng, end, t)}",
        answer=found,
        steps=(
            f"the tangent is perpendicular to the radius O{t}, so {p}{t}² + O{t}² = O{p}²",
            f"{end}{t}² = {far}² - {known}² = {far**2 - known**2}",
            f"{end}{t} = √{far**2 - known**2} = {found}",
        ),
        wrong=(far - known, root(far**2 + known**2), far + known, found**2, halved(found)),
        **_tangent_words(p, t),
    )


def _tangent_root(rng: np.random.Generator) -> Draft:
    t, p = letters(rng, 2)
    far = draw(rng, 6, 40)
    r = draw(rng, math.ceil(0.35 * far), math.floor(0.9 * far))
    square = far**2 - r**2
    points, lines = _touching(p, t, r, math.sqrt(square))
    return Draft(
        points=points,
        lines=lines,
        givens=(length("O", t, r), length("O", p, far)),
        question=f"{p}{t} is a tangent of the circle with centre O. {find_length(rng, p, t)}",
        answer=root(square),
        steps=(
            f"the tangent is perpendicular to the radius O{t}, so {p}{t}² = O{p}² - O{t}²",
            f"{p}{t}² = {far**2} - {r**2} = {square}",
            f"{p}{t} = √{square} = {root(square)}",
        ),
        wrong=(far - r, root(far**2 + r**2), square, root(abs(far**2 - 4 * r**2))),
        **_tangent_words(p, t),
    )


def _gap(p: str, t: str, a: str, radius: Fraction | int, gap: int) -> tuple[dict[str, Coordinates], tuple]:
    """As `_touching`, with A where OP leaves the circle, at the distance `gap` from P."""
    points, lines = _touching(p, t, float(radius), math.sqrt(gap * (gap + 2 * radius)))
    points[a] = between(points["O"], points[p], float(radius) / (float(radius) + gap))
    return points, lines


def _tangent_from_gap(rng: np.random.Generator) -> Draft:
    a, p, t = letters(rng, 3)
    r = draw(rng, 3, 20)
    gap = draw(rng, math.ceil(0.25 * r), 2 * r)
    square = gap * (gap + 2 * r)
    points, lines = _gap(p, t, a, r, gap)
    words = _tangent_words(p, t)
    return Draft(
        points=points,
        lines=lines,
        givens=(length("O", t, r), length(a, p, gap)),
        question=f"{p}{t} is a tangent of the circle with centre O. {find_length(rng, p, t)}",
        answer=root(square),
        steps=(
            f"O{a} is a radius too, so O{p} = {r} + {gap} = {r + gap}",
            f"{p}{t}² = O{p}² - O{t}² = {(r + gap) ** 2} - {r**2} = {square}",
            f"{p}{t} = √{square} = {root(square)}",
        ),
        wrong=(root(abs(gap**2 - r**2)), root((r + gap) ** 2 + r**2), r + gap, square, root(r * r + gap * gap)),
        description=f"{words['description']} O{p} meets the circle at {a}.",
        properties=words["properties"],
    )


def _radius_from_gap(rng: np.random.Generator) -> Draft:
    a, p, t = letters(rng, 3)
    gap = draw(rng, 2, 20)
    tangent = draw(rng, math.ceil(1.4 * gap), 3 * gap)
    r = Fraction(tangent**2 - gap**2, 2 * gap)
    points, lines = _gap(p, t, a, r, gap)
    words = _tangent_words(p, t)
    return Draft(
        points=points,
        lines=lines,
        givens=(length(p, t, tangent), length(a, p, gap)),
        question=f"{p}{t} is a tangent of the circle with centre O. {find(rng, 'the radius of the circle')}",
        answer=r,
        steps=(
            f"with the radius r, O{p} = r + {gap}, and O{t} = r is perpendicular to {p}{t}",
            f"(r + {gap})² = r² + {tangent}², so {2 * gap}r + {gap**2} = {tangent**2}",
            f"{2 * gap}r = {tangent**2 - gap**2}",
            f"r = {r}",
        ),
        wrong=(tangent - gap, 2 * r, Fraction(tangent**2 + gap**2, 2 * gap), root(tangent**2 - gap**2)),
        description=f"{words['description']} O{p} meets the circle at {a}.",
        properties=words["properties"],
    )


def two_tangents(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Two tangents from a point: the angle of the radii; inscribed angles on either arc; back to the tangents."""
    return by_level(
        "two_tangents",
        level,
        rng,
        _tangent_radii,
        (_tangents_by_equation, _tangents_by_equation, _tangents_major_arc, _tangent_chord_base),
        (_tangents_minor_arc, _tangents_and_chord),
    )


def _two_tangents(a: str, b: str, p: str, degrees: float) -> dict[str, Coordinates]:
    """Points of a unit circle about O with tangents PA and PB that meet at this angle."""
    half = 90 - degrees / 2
    return {"O": (0.0, 0.0), a: polar(half), b: polar(-half), p: (1 / math.cos(math.radians(half)), 0.0)}


_BOTH_RADII = "{p}{a} is perpendicular to O{a}, and {p}{b} is perpendicular to O{b}."


def _radii_lines(a: str, b: str, p: str) -> tuple[Mark, ...]:
    """The lines of two tangents with the radii to their points of contact."""
    segments = (Segment(p, a), Segment(p, b), Segment("O", a), Segment("O", b))
    return (Circle("O", a), *segments, RightAngle(p, a, "O"), RightAngle(p, b, "O"), Dot("O"))


def _tangent_radii(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    t = draw(rng, 36, 120)
    from_p = flip(rng)
    known, found = (angle(a, p, b, t), "O") if from_p else (angle(a, "O", b, 180 - t), p)
    number, answer = (t, 180 - t) if from_p else (180 - t, t)
    return Draft(
        points=_two_tangents(a, b, p, t),
        lines=_radii_lines(a, b, p),
        givens=(known,),
        question=f"{p}{a} and {p}{b} are tangents of the circle with centre O. {find_angle(rng, a, found, b)}",
        answer=answer,
        steps=(
            f"tangents are perpendicular to the radii at {a} and {b}",
            f"the angles of quadrilateral {p}{a}O{b} add up to 360: angle {a}{found}{b} = 360 - 90 - 90 - {number}"
            f" = {answer}",
        ),
        wrong=(number, 90 - number, halved(number), 360 - number, 2 * number, halved(answer)),
        description=f"{a} and {b} lie on a circle with centre O, and {p} lies outside it.",
        properties=_BOTH_RADII.format(a=a, b=b, p=p),
    )


def _tangents_by_equation(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    t, x = draw(rng, 36, 120), draw(rng, 6, 30)
    first, second = draw(rng, 1, 3), draw(rng, 2, 4)
    constants = 180 - (first + second) * x
    at_p, at_o = linear(first, t - first * x), linear(second, 180 - t - second * x)
    return Draft(
        points=_two_tangents(a, b, p, t),
        lines=_radii_lines(a, b, p),
        givens=(angle(a, p, b, at_p), angle(a, "O", b, at_o)),
        question=f"{p}{a} and {p}{b} are tangents of the circle with centre O. {find(rng, 'x')}",
        answer=x,
        steps=(
            f"tangents are perpendicular to the radii, so angle {a}{p}{b} + angle {a}O{b} = 360 - 90 - 90 = 180",
            f"({at_p}) + ({at_o}) = {linear(first + second, constants)} = 180, so {first + second}x = {180 - constants}",
            f"x = {x}",
        ),
        wrong=(Fraction(360 - constants, first + second), 2 * x, x + 10, halved(x)),
        description=f"{a} and {b} lie on a circle with centre O, and {p} lies outside it.",
        properties=_BOTH_RADII.format(a=a, b=b, p=p),
    )


def _tangents_and_angle(a: str, b: str, c: str, p: str, which: str) -> dict[str, Any]:
    """The lines of two tangents and of an inscribed angle ACB, and what they are called; C is on the `which` arc."""
    return {
        "lines": (Circle("O", a), Segment(p, a), Segment(p, b), Segment(c, a), Segment(c, b), Dot("O")),
        "description": f"{a}, {b} and {c} lie on a circle with centre O, {c} on the {which} arc {a}{b}; {p} lies outside it.",
    }


def _tangents_major_arc(rng: np.random.Generator) -> Draft:
    a, b, c, p = letters(rng, 4)
    t = 2 * draw(rng, 18, 60)
    lean = draw(rng, -25, 25)
    return Draft(
        points=_two_tangents(a, b, p, t) | {c: polar(180 + lean)},
        **_tangents_and_angle(a, b, c, p, "larger"),
        givens=(angle(a, p, b, t),),
        question=f"{CENTRE} {p}{a} and {p}{b} are tangents. {find_angle(rng, a, c, b)}",
        answer=90 - t // 2,
        steps=(
            f"the radii to {a} and {b} are perpendicular to the tangents, so angle {a}O{b} = 180 - {t} = {180 - t}",
            f"the inscribed angle on that arc is half of it: angle {a}{c}{b} = {180 - t} ÷ 2 = {90 - t // 2}",
        ),
        wrong=(180 - t, halved(t), t, 90 + t // 2, 180 - t // 2),
    )


def _tangent_chord_base(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    t = 2 * draw(rng, 18, 60)
    points = _two_tangents(a, b, p, t)
    return Draft(
        points=points,
        lines=(
            Circle("O", a),
            Segment(p, a),
            Segment(p, b),
            Segment(a, b),
            Segment("O", a),
            Segment("O", b),
            Dot("O"),
        ),
        givens=(angle(a, p, b, t),),
        question=f"{CENTRE} {p}{a} and {p}{b} are tangents. {find_angle(rng, 'O', a, b)}",
        answer=t // 2,
        steps=(
            f"tangents from one point are equally long, so angle {p}{a}{b} = (180 - {t}) ÷ 2 = {90 - t // 2}",
            f"the radius O{a} is perpendicular to {p}{a}",
            f"angle O{a}{b} = 90 - {90 - t // 2} = {t // 2}",
        ),
        wrong=(90 - t // 2, t, 180 - t, 90 - t, 90 + t // 2),
        description=f"{a} and {b} lie on a circle with centre O, and {p} lies outside it.",
    )


def _tangents_minor_arc(rng: np.random.Generator) -> Draft:
    a, b, c, p = letters(rng, 4)
    t = 2 * draw(rng, 16, 48)
    lean = draw(rng, -(90 - t // 2) // 3, (90 - t // 2) // 3)
    inner = 90 + t // 2
    backwards = flip(rng)
    shared: dict[str, Any] = {
        "points": _two_tangents(a, b, p, t) | {c: polar(lean)},
        **_tangents_and_angle(a, b, c, p, "smaller"),
    }
    tangents = f"{CENTRE} {p}{a} and {p}{b} are tangents."
    if backwards:
        return Draft(
            **shared,
            givens=(angle(a, c, b, inner),),
            question=f"{tangents} {find_angle(rng, a, p, b)}",
            answer=t,
            steps=(
                f"an inscribed angle on the larger arc {a}{b} is 180 - {inner} = {180 - inner}",
                f"the central angle {a}O{b} is twice that: 2 · {180 - inner} = {180 - t}",
                f"the radii are perpendicular to the tangents: angle {a}{p}{b} = 180 - {180 - t} = {t}",
            ),
            wrong=(180 - inner, 180 - t, inner - 90, 360 - 2 * inner, inner),
        )
    return Draft(
        **shared,
        givens=(angle(a, p, b, t),),
        question=f"{tangents} {find_angle(rng, a, c, b)}",
        answer=inner,
        steps=(
            f"the radii are perpendicular to the tangents, so angle {a}O{b} = 180 - {t} = {180 - t}",
            f"{c} faces the larger arc {a}{b}, which measures 360 - {180 - t} = {180 + t}",
            f"angle {a}{c}{b} = {180 + t} ÷ 2 = {inner}",
        ),
        wrong=(90 - t // 2, 180 - t, 180 - t // 2, t, 90 + t),
    )


def _tangents_and_chord(rng: np.random.Generator) -> Draft:
    a, b, c, p = letters(rng, 4)
    t = 2 * draw(rng, 20, 50)
    base = 90 - t // 2  # angles PAB and PBA, and the inscribed angle ACB
    at_a = draw(rng, 35, 145 - base)
    answer = 180 - base - at_a
    return Draft(
        points=_two_tangents(a, b, p, t) | {c: polar(-base - 2 * at_a)},
        lines=(Circle("O", a), Segment(p, a), Segment(p, b), Segment(a, b), Segment(a, c), Segment(b, c), Dot("O")),
        givens=(angle(a, p, b, t), angle(b, a, c, at_a)),
        question=f"{CENTRE} {p}{a} and {p}{b} are tangents. {find_angle(rng, a, b, c)}",
        answer=answer,
        steps=(
            f"tangents from one point are equally long, so angle {p}{a}{b} = (180 - {t}) ÷ 2 = {base}",
            f"the inscribed angle on the chord's other side equals that: angle {a}{c}{b} = {base}",
            f"in triangle {a}{b}{c}, angle {a}{b}{c} = 180 - {base} - {at_a} = {answer}",
        ),
        wrong=(180 - t - at_a, base, 180 - 2 * base, at_a, base + at_a, 90 - at_a),
        description=f"{a}, {b} and {c} lie on a circle with centre O, {c} on the larger arc {a}{b}; {p} lies outside it.",
    )


def tangent_chord_angle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The angle between tangent and chord: alone; in a triangle; where a tangent meets an extended chord."""
    return by_level(
        "tangent_chord_angle",
        level,
        rng,
        _alternate,
        (_alternate_in_triangle, _alternate_isosceles),
        _tangent_meets_chord,
    )


def _at_tangent(rng: np.random.Generator, names: tuple[str, ...], t: int, third: int) -> dict[str, Any]:
    """A triangle ABC in a circle and the tangent DE at A; angle DAB = ACB = t, angle BAC = third."""
    a, b, c, d, e = names
    points = {a: polar(-90), b: polar(-90 - 2 * t), c: polar(-90 - 2 * t - 2 * third), d: (-1.5, -1.0), e: (1.5, -1.0)}
    return {
        "points": points | {"_o": (0.0, 0.0)},
        "lines": (Circle("_o", a), Segment(d, e), Segment(a, b), Segment(b, c), Segment(c, a)),
        "description": f"{a}, {b} and {c} lie on a circle, the line {d}{e} passes through {a}, and {a}{b} lies between {a}{d}"
        f" and {a}{c}.",
    }


def _alternate(rng: np.random.Generator) -> Draft:
    a, b, c, d, e = letters(rng, 5)
    t = draw(rng, 50, 84)
    third = draw(rng, 30, 150 - t)
    return Draft(
        **_at_tangent(rng, (a, b, c, d, e), t, third),
        givens=(angle(d, a, b, t), angle(b, a, c, third)),
        question=f"{d}{e} is the tangent at {a}. {find_angle(rng, a, c, b)}",
        answer=t,
        steps=(
            "the angle between a tangent and a chord equals the inscribed angle on the chord's other side",
            f"angle {a}{c}{b} = angle {d}{a}{b} = {t}",
        ),
        wrong=(180 - t - third, third, 180 - t, 90 - t, 2 * t),
    )


def _alternate_in_triangle(rng: np.random.Generator) -> Draft:
    a, b, c, d, e = letters(rng, 5)
    t = draw(rng, 50, 84)
    third = draw(rng, 30, 150 - t)
    answer = 180 - t - third
    return Draft(
        **_at_tangent(rng, (a, b, c, d, e), t, third),
        givens=(angle(d, a, b, t), angle(b, a, c, third)),
        question=f"{d}{e} is the tangent at {a}. {find_angle(rng, a, b, c)}",
        answer=answer,
        steps=(
            f"the angle between the tangent and the chord {a}{b} equals the inscribed angle: angle {a}{c}{b} = {t}",
            f"angle {a}{b}{c} = 180 - {t} - {third} = {answer}",
        ),
        wrong=(t, third, 180 - third, t + third, 180 - t, 2 * t),
    )


def _alternate_isosceles(rng: np.random.Generator) -> Draft:
    a, b, c, d, e = letters(rng, 5)
    t = draw(rng, 50, 75)
    third = 180 - 2 * t  # AB = AC
    figure = _at_tangent(rng, (a, b, c, d, e), t, third)
    figure["lines"] = (*figure["lines"], Ticks(a, b), Ticks(a, c))
    return Draft(
        **figure,
        givens=(angle(d, a, b, t),),
        question=f"{d}{e} is the tangent at {a}. {find_angle(rng, b, a, c)}",
        answer=third,
        steps=(
            f"the angle between the tangent and the chord {a}{b} equals the inscribed angle: angle {a}{c}{b} = {t}",
            f"{a}{b} = {a}{c}, so angle {a}{b}{c} = {t} too",
            f"angle {b}{a}{c} = 180 - 2 · {t} = {third}",
        ),
        wrong=(t, 180 - t, 90 - t, halved(180 - t), 2 * t),
        properties=f"{a}{b} = {a}{c}.",
    )


def _tangent_meets_chord(rng: np.random.Generator) -> Draft:
    a, b, c, t = letters(rng, 4)
    while True:
        at_t, at_c = draw(rng, 24, 56), draw(rng, 24, 60)
        answer = 180 - at_t - 2 * at_c  # angle BAC
        if 24 <= answer <= 110:
            break
    points = {a: polar(-90), b: polar(-90 - 2 * at_c), c: polar(-90 - 2 * at_c - 2 * answer)}
    points[t] = crossing(points[a], (-1.0, -1.0), points[c], points[b])
    return Draft(
        points=points | {"_o": (0.0, 0.0), "_end": beyond(points[t], points[a], 0.9)},
        lines=(Circle("_o", a), Segment(t, "_end"), Segment(t, c), Segment(a, b), Segment(a, c)),
        givens=(angle(a, t, c, at_t), angle(a, c, b, at_c)),
        question=f"{t}{a} is the tangent at {a}. {find_angle(rng, b, a, c)}",
        answer=answer,
        steps=(
            f"the angle between the tangent and the chord {a}{b} equals the inscribed angle: angle {t}{a}{b} = {at_c}",
            f"in triangle {t}{a}{c}, angle {t}{a}{c} = 180 - {at_t} - {at_c} = {180 - at_t - at_c}",
            f"angle {b}{a}{c} = {180 - at_t - at_c} - {at_c} = {answer}",
        ),
        wrong=(180 - at_t - at_c, at_t + at_c, 180 - 2 * at_c, 180 - 2 * at_t - at_c, at_c),
        description=f"{a}, {b} and {c} lie on a circle, and {c}{b} extended meets the line {t}{a} at {t}.",
    )


FAMILIES = (tangent_length, two_tangents, tangent_chord_angle)
