"""Areas of triangles: from base and height, from the sides by Heron's formula, of parts; heights and inradius."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Circle, Note, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import Number, root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import (
    Draft,
    Given,
    by_level,
    find,
    find_length,
    halved,
    length,
    note,
)
from envs.geometry.topics.placing import between, foot
from envs.geometry.topics.triangle_shapes import (
    Sides,
    draw_heronian,
    draw_sides,
    from_sides,
    heron_area,
    shapely,
    triangle,
)
from envs.problem import draw, flip


def triangle_area(rng: np.random.Generator, level: int) -> GeometryProblem:
    """From base and height; a height from the area or from another height; areas of parts of a triangle."""
    return by_level(
        "triangle_area",
        level,
        rng,
        _area_from_height,
        (_height_from_area, _other_height),
        (_area_from_part, _part_of_part),
    )


def _base_and_height(rng: np.random.Generator) -> tuple[tuple[str, ...], int, int, dict[str, Any]]:
    """Names ABCD, base AB, height CD, and the figure; D lies on AB."""
    names = a, b, c, d = letters(rng, 4)
    base = draw(rng, 4, 60)
    height = draw(rng, math.ceil(0.4 * base), math.floor(1.3 * base))
    x = base * draw(rng, 25, 75) / 100
    points = {a: (0.0, 0.0), b: (float(base), 0.0), c: (x, float(height)), d: (x, 0.0)}
    figure = {
        "points": points,
        "lines": (*outline(a, b, c), Segment(c, d), RightAngle(c, d, b)),
        "description": f"{d} lies on side {a}{b} of triangle {a}{b}{c}.",
        "properties": f"{c}{d} is perpendicular to {a}{b}.",
    }
    return names, base, height, figure


def _area_from_height(rng: np.random.Generator) -> Draft:
    (a, b, c, d), base, height, figure = _base_and_height(rng)
    return Draft(
        **figure,
        givens=(length(a, b, base, bracket=True), length(c, d, height)),
        question=find(rng, f"the area of triangle {a}{b}{c}"),
        answer=halved(base * height),
        steps=(
            "the area of a triangle is half of base times height",
            f"{a}{b} · {c}{d} = {base} · {height} = {base * height}",
            f"the area is {base * height} ÷ 2 = {halved(base * height)}",
        ),
        wrong=(base * height, base + height, halved(base + height), 2 * base * height, base * base),
    )


def _height_from_area(rng: np.random.Generator) -> Draft:
    (a, b, c, d), base, height, figure = _base_and_height(rng)
    wants_base = flip(rng)
    given, answer = (length(c, d, height), base) if wants_base else (length(a, b, base, bracket=True), height)
    known = height if wants_base else base
    area = Fraction(base * height, 2)
    wanted = f"{a}{b}" if wants_base else f"{c}{d}"
    return Draft(
        **figure,
        givens=(given, note(f"triangle {a}{b}{c}", f"area {area}")),
        question=find_length(rng, *wanted),
        answer=answer,
        steps=(
            "the area of a triangle is half of base times height",
            f"{area} = {known} · {wanted} ÷ 2, so {known} · {wanted} = 2 · {area} = {base * height}",
            f"{wanted} = {base * height} ÷ {known} = {answer}",
        ),
        wrong=(Fraction(base * height, 2 * known), 2 * answer, base * height - known, area * known),
    )


def _other_height(rng: np.random.Generator) -> Draft:
    """Two sides and the height on one of them give the height on the other."""
    a, b, c, d, e = letters(rng, 5)
    while True:
        ab, height = draw(rng, 6, 40), draw(rng, 4, 40)
        bc = draw(rng, height + 1, 2 * height)
        x = ab - math.sqrt(bc * bc - height * height)
        if 0.2 * ab < x < 0.8 * ab and ab != bc and shapely(bc, math.hypot(x, height), ab, 30, 84):
            break
    points = {a: (0.0, 0.0), b: (float(ab), 0.0), c: (x, float(height)), d: (x, 0.0)}
    points[e] = foot(points[a], points[b], points[c])
    answer = Fraction(ab * height, bc)
    return Draft(
        points=points,
        lines=(*outline(a, b, c), Segment(c, d), Segment(a, e), RightAngle(c, d, b), RightAngle(a, e, b)),
        givens=(length(a, b, ab, bracket=True), length(b, c, bc, bracket=True), length(c, d, height)),
        question=find_length(rng, a, e),
        answer=answer,
        steps=(
            f"{a}{b} · {c}{d} and {b}{c} · {a}{e} are both twice the area of triangle {a}{b}{c}",
            f"{bc} · {a}{e} = {ab} · {height} = {ab * height}",
            f"{a}{e} = {ab * height} ÷ {bc} = {answer}",
        ),
        wrong=(
            Fraction(bc * height, ab),
            height,
            Fraction(ab * height, 2 * bc),
            abs(ab + height - bc),
            Fraction(ab * bc, height),
        ),
        description=f"In triangle {a}{b}{c}, {d} lies on {a}{b} and {e} lies on {b}{c}.",
        properties=f"{c}{d} is perpendicular to {a}{b}, and {a}{e} is perpendicular to {b}{c}.",
    )


def area_of(corners: str, area: Number) -> Given:
    """The area of one of several polygons of a figure."""
    return Given(f"the area of {corners} = {area}", Note(text=f"area of {corners} = {area}"))


def _area_from_part(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    while True:
        p, q = draw(rng, 2, 20), draw(rng, 2, 20)
        area = draw(rng, math.ceil(0.2 * p * (p + q)), math.floor(0.6 * p * (p + q)))
        if p != q and max(p, q) <= 3 * min(p, q):
            break
    x = (p + q) * draw(rng, 25, 75) / 100
    whole = flip(rng)
    answer = Fraction(area * (p + q if whole else q), p)
    target = f"{a}{b}{c}" if whole else f"{a}{d}{c}"
    base, size = (f"{b}{c}", p + q) if whole else (f"{d}{c}", q)
    return Draft(
        points={a: (x, 2 * area / p), b: (0.0, 0.0), c: (float(p + q), 0.0), d: (float(p), 0.0)},
        lines=(*outline(a, b, c), Segment(a, d)),
        givens=(length(b, d, p), length(d, c, q), area_of(f"{a}{b}{d}", area)),
        question=find(rng, f"the area of triangle {target}"),
        answer=answer,
        steps=(
            f"triangles {a}{b}{d} and {target} have the same height from {a}, so their areas are as {b}{d} to {base}",
            f"{base} = {p} + {q} = {size}" if whole else f"{b}{d} : {base} = {p} : {q}",
            f"the area is {area} · {size} ÷ {p} = {answer}",
        ),
        wrong=(
            Fraction(area * q, p) if whole else Fraction(area * (p + q), p),
            Fraction(area * size**2, p**2),
            Fraction(area * p, size),
            area + q,
            2 * area,
        ),
        description=f"{d} lies on side {b}{c} of triangle {a}{b}{c}.",
    )


def _part_of_part(rng: np.random.Generator) -> Draft:
    """D divides BC and E divides AD; from the area of ABC that of ABE."""
    a, b, c, d, e = letters(rng, 5)
    while True:
        p, q, r, s = (draw(rng, 2, 12) for _ in range(4))
        area = draw(rng, 8, 150)
        height = 2 * area / (p + q)
        ratios = (p + q) * (r + s) <= 120 and max(p, q) <= 3 * min(p, q) and max(r, s) <= 2 * min(r, s)
        if ratios and 0.75 < height / (r + s) < 0.99 and 0.4 < height / (p + q) < 1.3:
            break
    x = p + math.sqrt((r + s) ** 2 - height**2) * (1 if q > p else -1)
    points = {a: (x, height), b: (0.0, 0.0), c: (float(p + q), 0.0), d: (float(p), 0.0)}
    points[e] = between(points[a], points[d], r / (r + s))
    part = Fraction(area * p, p + q)
    answer = part * Fraction(r, r + s)
    return Draft(
        points=points,
        lines=(*outline(a, b, c), Segment(a, d), Segment(b, e)),
        givens=(
            length(b, d, p),
            length(d, c, q),
            length(a, e, r),
            length(e, d, s),
            area_of(f"{a}{b}{c}", area),
        ),
        question=find(rng, f"the area of triangle {a}{b}{e}"),
        answer=answer,
        steps=(
            f"triangles {a}{b}{d} and {a}{b}{c} have the same height from {a}, so their areas are as {b}{d} to {b}{c}",
            f"the area of {a}{b}{d} is {area} · {p} ÷ {p + q} = {part}",
            f"triangles {a}{b}{e} and {a}{b}{d} have the same height from {b}, so their areas are as {a}{e} to {a}{d}",
            f"the area of {a}{b}{e} is {part} · {r} ÷ {r + s} = {answer}",
        ),
        wrong=(part * Fraction(s, r + s), part, Fraction(area * p * r, q * s), Fraction(area * r, r + s), part / 2),
        description=f"{d} lies on side {b}{c} of triangle {a}{b}{c}, and {e} lies on {a}{d}.",
    )


def heron(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The area from three whole sides, whole or a root; a height or the inradius."""
    return by_level("heron", level, rng, _heron_whole, _heron_root, (_height_from_sides, _inradius_of_sides))


def _with_sides(rng: np.random.Generator, names: tuple[str, ...], sides: Sides) -> dict[str, Any]:
    """A triangle ABC with sides BC, CA, AB given."""
    a, b, c = names
    givens = [length(b, c, sides[0]), length(c, a, sides[1]), length(a, b, sides[2])]
    return {**triangle(names, from_sides(names, *sides)), "givens": tuple(givens)}


def _heron_steps(sides: Sides) -> tuple[str, ...]:
    """Half the perimeter and the product of Heron's formula."""
    s = Fraction(sum(sides), 2)
    factors = (s, *(s - side for side in sides))
    return (
        f"Heron: half the perimeter is s = ({' + '.join(map(str, sides))}) ÷ 2 = {s}",
        f"the area squared is s(s - a)(s - b)(s - c) = {' · '.join(map(str, factors))} = {math.prod(factors)}",
        f"the area is √({math.prod(factors)}) = {heron_area(*sides)}",
    )


def _heron_wrong(sides: Sides) -> tuple[Number, ...]:
    """The whole perimeter for s, half of the product of two sides, and the like."""
    a, b, c = sorted(sides)
    p, area = a + b + c, heron_area(a, b, c)
    return halved(a * b), halved(b * c), root(p * (p - a) * (p - b) * (p - c)), area * 2, halved(a * c), p


def _heron_whole(rng: np.random.Generator) -> Draft:
    names = letters(rng, 3)
    sides, area = draw_heronian(rng)
    return Draft(
        **_with_sides(rng, names, sides),
        question=find(rng, f"the area of triangle {''.join(names)}"),
        answer=area,
        steps=_heron_steps(sides),
        wrong=_heron_wrong(sides),
    )


def _heron_root(rng: np.random.Generator) -> Draft:
    names = letters(rng, 3)
    while True:
        sides = draw_sides(rng, 4, 40)
        area = heron_area(*sides)
        if len(str(area * 4)) <= 6:
            break
    return Draft(
        **_with_sides(rng, names, sides),
        question=find(rng, f"the area of triangle {''.join(names)}"),
        answer=area,
        steps=_heron_steps(sides),
        wrong=_heron_wrong(sides),
    )


def _height_from_sides(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    while True:
        sides, area = draw_heronian(rng)
        if shapely(*sides, 25, 84) or sides[2] == max(sides):
            break
    figure = _with_sides(rng, (a, b, c), sides)
    points, (bc, ca, _) = figure["points"], figure["givens"]
    points[d] = foot(points[c], points[a], points[b])
    answer = Fraction(2 * area, sides[2])
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(c, d), RightAngle(c, d, b)),
        givens=(bc, ca, length(a, b, sides[2], bracket=True)),
        question=find_length(rng, c, d),
        answer=answer,
        steps=(
            *_heron_steps(sides),
            f"it is also {a}{b} · {c}{d} ÷ 2, so {c}{d} = 2 · {area} ÷ {sides[2]} = {answer}",
        ),
        wrong=(
            Fraction(area, sides[2]),
            Fraction(2 * area, sides[0]),
            Fraction(2 * area, sides[1]),
            root(abs(4 * sides[1] ** 2 - sides[2] ** 2)) / 2,
            area,
        ),
        description=f"{d} lies on side {a}{b} of triangle {a}{b}{c}.",
        properties=f"{c}{d} is perpendicular to {a}{b}.",
    )


def _inradius_of_sides(rng: np.random.Generator) -> Draft:
    names = letters(rng, 3)
    sides, area = draw_heronian(rng)
    answer = Fraction(2 * area, sum(sides))
    figure = _with_sides(rng, names, sides)
    corners = [figure["points"][name] for name in names]
    centre = tuple(sum(w * p[i] for w, p in zip(sides, corners, strict=True)) / sum(sides) for i in (0, 1))
    figure["points"] |= {"_o": centre, "_t": foot((centre[0], centre[1]), corners[0], corners[1])}
    figure["lines"] = (*figure["lines"], Circle("_o", "_t"))
    figure["description"] = f"A circle touches the three sides of triangle {''.join(names)} from within."
    return Draft(
        **figure,
        question=find(rng, f"the radius of the circle inscribed in triangle {''.join(names)}"),
        answer=answer,
        steps=(
            *_heron_steps(sides),
            f"the area is also radius times s, so the radius is {area} ÷ {Fraction(sum(sides), 2)} = {answer}",
        ),
        wrong=(
            Fraction(area, sum(sides)),
            answer * 2,
            Fraction(math.prod(sides), 4 * area),
            Fraction(2 * area, max(sides)),
            Fraction(4 * area, sum(sides)),
        ),
    )


FAMILIES = (triangle_area, heron)
