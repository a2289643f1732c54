"""The area of a triangle from two sides and the angle between them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from envs.geometry.figure import Note
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.drafts import (
    Draft,
    Given,
    angle,
    by_level,
    find,
    find_angle,
    find_length,
    halved,
    length,
    note,
)
from envs.geometry.topics.sines_and_cosines import SINES
from envs.geometry.topics.triangle_shapes import from_two_sides, shapely, triangle
from envs.problem import draw, pick


def area_by_sine(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Half the product of two sides and a sine, whole or a root; a side or the angle from the area."""
    return by_level(
        "area_by_sine",
        level,
        rng,
        _area_with_half,
        _area_with_root,
        (_side_from_area, _angle_from_area, _area_from_sine),
    )


def _area_figure(
    rng: np.random.Generator, degrees: tuple[int, ...], most: int
) -> tuple[tuple[str, ...], int, int, int]:
    """Names, whole AB and CA, and the angle at A, of a good triangle."""
    while True:
        ab, ca, at_a = draw(rng, 3, most), draw(rng, 3, most), pick(rng, degrees)
        bc = math.sqrt(ab**2 + ca**2 - 2 * ab * ca * math.cos(math.radians(at_a)))
        if ab != ca and max(ab, ca) <= 2.2 * min(ab, ca) and shapely(bc, ca, ab, 9, 151):
            return letters(rng, 3), ab, ca, at_a


def _area_draft(rng: np.random.Generator, degrees: tuple[int, ...], most: int) -> Draft:
    names, ab, ca, at_a = _area_figure(rng, degrees, most)
    a, b, c = names
    answer = SINES[at_a] * halved(ab * ca)
    return Draft(
        **triangle(names, from_two_sides(names, ab, ca, at_a)),
        givens=(angle(b, a, c, at_a), length(a, b, ab), length(c, a, ca)),
        question=find(rng, f"the area of triangle {a}{b}{c}"),
        answer=answer,
        steps=(
            f"the area is {a}{b} · {c}{a} · sin {at_a}° ÷ 2",
            f"sin {at_a}° = {SINES[at_a]}",
            f"the area is {ab} · {ca} · ({SINES[at_a]}) ÷ 2 = {answer}",
        ),
        wrong=(answer * 2, halved(ab * ca), answer * root(3), answer / 2, answer * root(2), ab * ca),
    )


def _area_with_half(rng: np.random.Generator) -> Draft:
    return _area_draft(rng, (30, 150), 40)


def _area_with_root(rng: np.random.Generator) -> Draft:
    return _area_draft(rng, (45, 60, 120, 135), 30)


def _side_from_area(rng: np.random.Generator) -> Draft:
    names, ab, ca, at_a = _area_figure(rng, (30, 45, 60, 120, 135, 150), 24)
    a, b, c = names
    area = SINES[at_a] * halved(ab * ca)
    return Draft(
        **triangle(names, from_two_sides(names, ab, ca, at_a)),
        givens=(angle(b, a, c, at_a), length(a, b, ab), note(f"triangle {a}{b}{c}", f"area {area}")),
        question=find_length(rng, c, a),
        answer=ca,
        steps=(
            f"the area is {a}{b} · {c}{a} · sin {at_a}° ÷ 2, and sin {at_a}° = {SINES[at_a]}",
            f"{area} = {ab} · {c}{a} · ({SINES[at_a]}) ÷ 2 = {SINES[at_a] * halved(ab)} · {c}{a}",
            f"{c}{a} = {ca}",
        ),
        wrong=(halved(ca), 2 * ca, area / ab, area * 2 / ab, root(2) * ca, root(3) * ca),
    )


def _angle_from_area(rng: np.random.Generator) -> Draft:
    names, ab, ca, at_a = _area_figure(rng, (30, 45, 60, 120, 135, 150), 24)
    a, b, c = names
    kind = "acute" if at_a < 90 else "obtuse"
    area = SINES[at_a] * halved(ab * ca)
    return Draft(
        **triangle(names, from_two_sides(names, ab, ca, at_a)),
        givens=(length(a, b, ab), length(c, a, ca), note(f"triangle {a}{b}{c}", f"area {area}")),
        question=f"The angle at {a} is {kind}. {find_angle(rng, b, a, c)}",
        answer=at_a,
        steps=(
            f"the area is {a}{b} · {c}{a} · sin {a} ÷ 2, so sin {a} = 2 · {area} ÷ {ab * ca} = {SINES[at_a]}",
            f"the angle at {a} is {kind}",
            f"angle {b}{a}{c} = {at_a}",
        ),
        wrong=(180 - at_a, abs(90 - at_a), *(t for t in (30, 60, 45) if at_a < 90), *(t for t in (150, 120, 135))),
    )


def _area_from_sine(rng: np.random.Generator) -> Draft:
    """The area, or a side from it, with a rational sine in the figure."""
    names = a, b, c = letters(rng, 3)
    while True:
        p, q = draw(rng, 2, 14), draw(rng, 3, 15)
        ab, ca = draw(rng, 4, 40), draw(rng, 4, 40)
        sine = Fraction(p, q)
        if not 0.4 < sine < 0.97 or ab == ca or max(ab, ca) > 2 * min(ab, ca):
            continue
        at_a = math.degrees(math.asin(sine))
        bc = math.sqrt(ab**2 + ca**2 - 2 * ab * ca * math.cos(math.radians(at_a)))
        if shapely(bc, ca, ab, 20):
            break
    answer = sine * ab * ca / 2
    text = f"sin {a} = {sine}"
    return Draft(
        **triangle(names, from_two_sides(names, ab, ca, at_a)),
        givens=(length(a, b, ab), length(c, a, ca), Given(text, Note(text=text))),
        question=find(rng, f"the area of triangle {a}{b}{c}"),
        answer=answer,
        steps=(
            f"the area is {a}{b} · {c}{a} · sin {a} ÷ 2",
            f"{ab} · {ca} · {sine} ÷ 2 = {answer}",
        ),
        wrong=(answer * 2, halved(ab * ca), answer / 2, sine * (ab + ca), ab * ca / sine / 2),
    )


FAMILIES = (area_by_sine,)
