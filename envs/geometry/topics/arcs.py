"""Arcs, sectors and segments of a circle: lengths, areas, perimeters, and back from these to radius or angle."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Arc, ArcMeasure, Circle, Dot, Fill, FillSector, Mark, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI, Number, Surd, root, surd
from envs.geometry.topics.drafts import (
    CENTRE,
    Draft,
    Given,
    angle,
    by_level,
    find,
    find_angle,
    find_length,
    length,
    note,
)
from envs.geometry.topics.placing import NICE_ANGLES, polar
from envs.problem import draw, flip, pick

#: Central angles whose chord is the radius times the root of a whole number, and that number.
CHORD_SQUARES = {60: 1, 90: 2, 120: 3}


def _sector(rng: np.random.Generator, a: str, b: str, degrees: float, radius: float) -> dict[str, Any]:
    """Points and lines of a sector OAB, alone or in its circle."""
    points = {"O": (0.0, 0.0), a: polar(0, radius), b: polar(degrees, radius)}
    rim: Mark = Circle("O", a) if flip(rng) else Arc("O", a, b)
    return {
        "points": points,
        "lines": (FillSector("O", a, b), Segment("O", a), Segment("O", b), rim, Dot("O")),
        "description": f"O{a}{b} is a sector of a circle with centre O; it is shaded.",
    }


def _arc(a: str, b: str, long: Number) -> Given:
    return Given(f"arc {a}{b} is {long} long", ArcMeasure("O", a, b, text=str(long)))


def arc_length(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Length of an arc; angle or radius from it; perimeter of a sector, the larger arc, an arc above a chord."""
    return by_level(
        "arc_length",
        level,
        rng,
        _arc_from_angle,
        (_radius_from_arc, _angle_from_arc),
        (_sector_perimeter, _larger_arc, _arc_above_chord),
    )


def _arc_of(degrees: int, radius: int) -> Surd:
    return PI * Fraction(degrees * radius, 180)


def _arc_from_angle(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, NICE_ANGLES), draw(rng, 2, 30)
    return Draft(
        **_sector(rng, a, b, t, r),
        givens=(length("O", a, r), angle(a, "O", b, t)),
        question=f"{CENTRE} {find(rng, f'the length of the arc {a}{b} of the shaded sector')}",
        answer=_arc_of(t, r),
        steps=(
            f"the arc is {t}/360 = {Fraction(t, 360)} of the circumference 2π · {r} = {2 * r}π",
            f"{Fraction(t, 360)} · {2 * r}π = {_arc_of(t, r)}",
        ),
        wrong=(PI * Fraction(t * r * r, 360), _arc_of(t, r) / 2, _arc_of(360 - t, r), _arc_of(t, 2 * r)),
    )


def _radius_from_arc(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, NICE_ANGLES), draw(rng, 3, 40)
    arc = _arc_of(t, r)
    return Draft(
        **_sector(rng, a, b, t, r),
        givens=(angle(a, "O", b, t), _arc(a, b, arc)),
        question=f"{CENTRE} {find_length(rng, 'O', a)}",
        answer=r,
        steps=(
            f"the arc is {Fraction(t, 360)} of the circumference, which is therefore {arc} · {Fraction(360, t)} = {2 * r}π",
            f"2π · O{a} = {2 * r}π, so O{a} = {r}",
        ),
        wrong=(2 * r, Fraction(r, 2), Fraction(t * r, 180), 4 * r),
    )


def _angle_from_arc(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, range(30, 160, 5)), draw(rng, 3, 40)
    arc = _arc_of(t, r)
    return Draft(
        **_sector(rng, a, b, t, r),
        givens=(length("O", a, r), _arc(a, b, arc)),
        question=f"{CENTRE} {find_angle(rng, a, 'O', b)}",
        answer=t,
        steps=(
            f"the circumference is 2π · {r} = {2 * r}π",
            f"the arc is {arc} ÷ {2 * r}π = {Fraction(t, 360)} of it",
            f"angle {a}O{b} = {Fraction(t, 360)} · 360 = {t}",
        ),
        wrong=(2 * t, Fraction(t, 2), 360 - t, 180 - t),
    )


def _sector_perimeter(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, NICE_ANGLES), draw(rng, 2, 30)
    arc = _arc_of(t, r)
    return Draft(
        **_sector(rng, a, b, t, r),
        givens=(length("O", a, r), angle(a, "O", b, t)),
        question=f"{CENTRE} {find(rng, 'the perimeter of the shaded sector')}",
        answer=arc + 2 * r,
        steps=(
            f"the arc is {Fraction(t, 360)} of the circumference: {Fraction(t, 360)} · {2 * r}π = {arc}",
            f"two radii bound the sector as well: 2 · {r} = {2 * r}",
            f"the perimeter is {2 * r} + {arc} = {arc + 2 * r}",
        ),
        wrong=(arc, arc + r, PI * Fraction(t * r * r, 360), _arc_of(360 - t, r) + 2 * r, arc / 2 + 2 * r),
    )


def _larger_arc(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, NICE_ANGLES), draw(rng, 2, 30)
    points = {"O": (0.0, 0.0), a: polar(0, r), b: polar(t, r)}
    answer = _arc_of(360 - t, r)
    return Draft(
        points=points,
        lines=(Segment("O", a), Segment("O", b), Circle("O", a), Dot("O")),
        givens=(length("O", a, r), angle(a, "O", b, t)),
        question=f"{CENTRE} {find(rng, f'the length of the larger one of the two arcs between {a} and {b}')}",
        answer=answer,
        steps=(
            f"the larger arc belongs to the angle 360 - {t} = {360 - t}",
            f"it is {Fraction(360 - t, 360)} of the circumference 2π · {r} = {2 * r}π",
            f"{Fraction(360 - t, 360)} · {2 * r}π = {answer}",
        ),
        wrong=(_arc_of(t, r), PI * Fraction((360 - t) * r * r, 360), answer / 2, _arc_of(180 - t, r)),
        description=f"{a} and {b} lie on a circle with centre O.",
    )


def _arc_above_chord(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, chord = pick(rng, tuple(CHORD_SQUARES)), draw(rng, 3, 60)
    radius = root(Fraction(chord**2, CHORD_SQUARES[t]))
    figure = _sector(rng, a, b, t, float(radius))
    figure["lines"] = (*figure["lines"], Segment(a, b))
    answer = PI * radius * Fraction(t, 180)
    why = {
        60: "an equilateral triangle",
        90: "a right isosceles triangle",
        120: "an isosceles triangle of 120 degrees",
    }[t]
    return Draft(
        **figure,
        givens=(angle(a, "O", b, t), length(a, b, chord)),
        question=f"{CENTRE} {find(rng, f'the length of the arc {a}{b} of the shaded sector')}",
        answer=answer,
        steps=(
            f"O{a} = O{b}, so O{a}{b} is {why}",
            f"its base is the radius times √{CHORD_SQUARES[t]}, so the radius is {radius}"
            if t != 60
            else f"the radius is {radius}",
            f"the arc is {Fraction(t, 360)} of the circumference: {Fraction(t, 360)} · 2π · {radius} = {answer}",
        ),
        wrong=(PI * Fraction(t * chord, 180) if t != 60 else answer / 2, answer * 2, chord, PI * chord),
    )


def sector_area(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Area of a sector; radius or angle from it; area from the arc, and of a sector of a ring."""
    return by_level(
        "sector_area",
        level,
        rng,
        _sector_from_angle,
        (_radius_from_sector, _angle_from_sector),
        (_sector_from_arc, _ring_sector),
    )


def _sector_of(degrees: int, radius: int) -> Surd:
    return PI * Fraction(degrees * radius**2, 360)


def _sector_from_angle(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, NICE_ANGLES), draw(rng, 2, 24)
    answer = _sector_of(t, r)
    return Draft(
        **_sector(rng, a, b, t, r),
        givens=(length("O", a, r), angle(a, "O", b, t)),
        question=f"{CENTRE} {find(rng, 'the area of the shaded sector')}",
        answer=answer,
        steps=(
            f"the sector is {t}/360 = {Fraction(t, 360)} of the disc, whose area is π · {r}² = {r * r}π",
            f"{Fraction(t, 360)} · {r * r}π = {answer}",
        ),
        wrong=(_arc_of(t, r), answer * 2, _sector_of(360 - t, r), answer * 4, answer / 2),
    )


def _radius_from_sector(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, NICE_ANGLES), draw(rng, 3, 30)
    area = _sector_of(t, r)
    figure = _sector(rng, a, b, t, r)
    return Draft(
        **figure,
        givens=(angle(a, "O", b, t), note("the sector", f"area {area}")),
        question=f"{CENTRE} {find_length(rng, 'O', a)}",
        answer=r,
        steps=(
            f"the sector is {Fraction(t, 360)} of the disc, whose area is therefore {area} · {Fraction(360, t)} = {r * r}π",
            f"π · O{a}² = {r * r}π, so O{a} = √{r * r} = {r}",
        ),
        wrong=(r * r, 2 * r, Fraction(r * r, 2), Fraction(r, 2)),
    )


def _angle_from_sector(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, range(30, 160, 5)), draw(rng, 3, 30)
    area = _sector_of(t, r)
    figure = _sector(rng, a, b, t, r)
    return Draft(
        **figure,
        givens=(length("O", a, r), note("the sector", f"area {area}")),
        question=f"{CENTRE} {find_angle(rng, a, 'O', b)}",
        answer=t,
        steps=(
            f"the area of the disc is π · {r}² = {r * r}π",
            f"the sector is {area} ÷ {r * r}π = {Fraction(t, 360)} of it",
            f"angle {a}O{b} = {Fraction(t, 360)} · 360 = {t}",
        ),
        wrong=(Fraction(t, 2), 2 * t, 360 - t, 180 - t),
    )


def _sector_from_arc(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    r = draw(rng, 3, 30)
    arc = draw(rng, math.ceil(0.6 * r), math.floor(2.6 * r))
    answer = Fraction(r * arc, 2)
    return Draft(
        **_sector(rng, a, b, math.degrees(arc / r), r),
        givens=(length("O", a, r), _arc(a, b, arc)),
        question=f"{CENTRE} {find(rng, 'the area of the shaded sector')}",
        answer=answer,
        steps=(
            f"the sector has the same share of the disc πr² as its arc has of the circumference 2πr: {arc} ÷ (2π · {r})",
            f"its area is half of the radius times the arc: {r} · {arc} ÷ 2 = {answer}",
        ),
        wrong=(r * arc, answer * PI, Fraction(arc * arc, 2), r + arc),
    )


def _ring_sector(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    t, inner = pick(rng, NICE_ANGLES), draw(rng, 2, 20)
    width = draw(rng, max(1, inner // 3), 2 * inner)
    outer = inner + width
    answer = _sector_of(t, outer) - _sector_of(t, inner)
    points = {"O": (0.0, 0.0), a: polar(0, inner), b: polar(t, inner), c: polar(0, outer), d: polar(t, outer)}
    return Draft(
        points=points,
        lines=(
            FillSector("O", c, d),
            FillSector("O", a, b, hole=True),
            Segment("O", c),
            Segment("O", d),
            Arc("O", a, b),
            Arc("O", c, d),
        ),
        givens=(length("O", a, inner), length(a, c, width), angle(a, "O", b, t)),
        question=f"The arcs have centre O. {find(rng, 'the area of the shaded region')}",
        answer=answer,
        steps=(
            f"O{c} = {inner} + {width} = {outer}",
            f"the sector O{c}{d} has area {Fraction(t, 360)} · π · {outer}² = {_sector_of(t, outer)}",
            f"the sector O{a}{b} has area {Fraction(t, 360)} · π · {inner}² = {_sector_of(t, inner)}",
            f"the area between them is {_sector_of(t, outer)} - {_sector_of(t, inner)} = {answer}",
        ),
        wrong=(_sector_of(t, width), _sector_of(t, outer), answer * 2, _sector_of(t, inner) + _sector_of(t, outer)),
        description=f"O{c}{d} is a sector with centre O, and the arc {a}{b} about O cuts its radii at {a} and {b}; the part"
        f" between the arcs is shaded.",
    )


def segment_of_circle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The region between a chord and its arc: from the radius, for 90 degrees and others; from the chord; perimeter."""
    return by_level(
        "segment_of_circle",
        level,
        rng,
        lambda rng: _segment(rng, (90,), 2),
        lambda rng: _segment(rng, (60, 120), 1),
        (_segment_from_chord, _segment_perimeter),
    )


def _segment_figure(a: str, b: str, degrees: int, radius: float) -> dict[str, Any]:
    return {
        "points": {"O": (0.0, 0.0), a: polar(0, radius), b: polar(degrees, radius)},
        "lines": (
            FillSector("O", a, b),
            Fill(("O", a, b), hole=True),
            Circle("O", a),
            Segment("O", a),
            Segment("O", b),
            Segment(a, b),
            Dot("O"),
        ),
        "description": f"{a} and {b} lie on a circle with centre O; the part between chord and arc {a}{b} is shaded.",
    }


def _parts(degrees: int, square: Fraction | int) -> tuple[Surd, Surd]:
    """Areas of the sector and of the triangle OAB for the square of the radius."""
    shares: dict[int, Number] = {60: root(3) / 4, 90: Fraction(1, 2), 120: root(3) / 4}
    return PI * square * Fraction(degrees, 360), surd(shares[degrees]) * square


def _segment(rng: np.random.Generator, angles: tuple[int, ...], step: int) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, angles), step * draw(rng, 2, 100)
    sector, triangle = _parts(t, r * r)
    return Draft(
        **_segment_figure(a, b, t, r),
        givens=(length("O", a, r), angle(a, "O", b, t)),
        question=f"{CENTRE} {find(rng, 'the area of the shaded region')}",
        answer=sector - triangle,
        steps=(
            f"the sector O{a}{b} has area {Fraction(t, 360)} · π · {r}² = {sector}",
            f"triangle O{a}{b} has area ½ · {r}² · sin {t}° = {triangle}",
            f"the region has area {sector} - {triangle} = {sector - triangle}",
        ),
        wrong=(sector, sector + triangle, sector - triangle * 2, sector * 2 - triangle, PI * r * r - triangle),
    )


def _segment_from_chord(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, chord = pick(rng, (60, 90, 120)), draw(rng, 2, 100)
    square = Fraction(chord**2, CHORD_SQUARES[t])
    sector, triangle = _parts(t, square)
    as_radius = _parts(t, chord**2)
    return Draft(
        **_segment_figure(a, b, t, math.sqrt(square)),
        givens=(length(a, b, chord), angle(a, "O", b, t)),
        question=f"{CENTRE} {find(rng, 'the area of the shaded region')}",
        answer=sector - triangle,
        steps=(
            f"{a}{b}² = {CHORD_SQUARES[t]} · O{a}² for an angle of {t}°, so O{a}² = {square}",
            f"the sector O{a}{b} has area {Fraction(t, 360)} · π · {square} = {sector}",
            f"triangle O{a}{b} has area ½ · {square} · sin {t}° = {triangle}",
            f"the region has area {sector} - {triangle} = {sector - triangle}",
        ),
        wrong=(as_radius[0] - as_radius[1], sector, sector + triangle, triangle, sector - triangle * 2),
    )


def _segment_perimeter(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    t, r = pick(rng, (60, 90, 120)), draw(rng, 2, 100)
    arc, chord = _arc_of(t, r), root(CHORD_SQUARES[t]) * r
    return Draft(
        **_segment_figure(a, b, t, r),
        givens=(length("O", a, r), angle(a, "O", b, t)),
        question=f"{CENTRE} {find(rng, 'the perimeter of the shaded region')}",
        answer=arc + chord,
        steps=(
            f"the arc is {Fraction(t, 360)} of the circumference: {Fraction(t, 360)} · 2π · {r} = {arc}",
            f"the chord is {a}{b} = {'' if t == 60 else f'{r} · √{CHORD_SQUARES[t]} = '}{chord}",
            f"the perimeter is {arc} + {chord} = {arc + chord}",
        ),
        wrong=(arc + 2 * r, arc, arc * 2 + chord, chord * 2 + arc, arc + chord + 2 * r),
    )


FAMILIES = (arc_length, sector_area, segment_of_circle)
