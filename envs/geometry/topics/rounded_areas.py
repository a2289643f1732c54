"""Areas bounded by quarter circles and semicircles."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Arc, Coordinates, Fill, FillSector, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI
from envs.geometry.topics.areas import SHADED_AREA, SHADED_PERIMETER, outline, square_corners
from envs.geometry.topics.drafts import Draft, Given, by_level, find, halved, length, note
from envs.geometry.topics.placing import draw_triple
from envs.problem import draw, flip


def quarter_circles(rng: np.random.Generator, level: int) -> GeometryProblem:
    """What quarter circles leave of a square or rectangle: one; one in a rectangle or two; four, or with a semicircle."""
    return by_level(
        "quarter_circles",
        level,
        rng,
        _one_quarter,
        (_quarter_in_rectangle, _two_quarters),
        (_four_quarters, _with_semicircle),
    )


def _one_quarter(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    side = draw(rng, 2, 90)
    answer = side**2 - PI * Fraction(side**2, 4)
    return Draft(
        points=square_corners(names, side),
        lines=(Fill(names), FillSector(a, b, d, hole=True), *outline(*names), Arc(a, b, d)),
        givens=(length(a, b, side),),
        question=f"{''.join(names)} is a square, and the arc has the centre {a}. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the square has area {side}² = {side**2}",
            f"the quarter circle has area π · {side}² ÷ 4 = {PI * Fraction(side**2, 4)}",
            f"the shaded area is {side**2} - {PI * Fraction(side**2, 4)} = {answer}",
        ),
        wrong=(PI * side**2 - side**2, PI * Fraction(side**2, 4), side**2 - PI * Fraction(side**2, 16)),
        description=f"A quarter circle from {b} to {d} lies in square {''.join(names)}; the rest of the square is shaded.",
    )


def _rectangle_size(rng: np.random.Generator) -> tuple[int, int]:
    """Width and height of a rectangle that is wider than high."""
    high = draw(rng, 2, 24)
    return draw(rng, math.ceil(1.2 * high), 2 * high), high


def _quarter_in_rectangle(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    wide, high = _rectangle_size(rng)
    quarter = PI * Fraction(high**2, 4)
    answer = wide * high - quarter
    return Draft(
        points=square_corners(names, wide, high) | {"_p": (float(high), 0.0)},
        lines=(
            Fill(names),
            FillSector(a, "_p", d, hole=True),
            *outline(*names),
            Arc(a, "_p", d),
            RightAngle(d, a, "_p"),
        ),
        givens=(length(a, b, wide), length(b, c, high)),
        question=f"{''.join(names)} is a rectangle, and the arc has the centre {a}. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the rectangle has area {wide} · {high} = {wide * high}",
            f"the quarter circle has radius {a}{d} = {high} and area π · {high}² ÷ 4 = {quarter}",
            f"the shaded area is {wide * high} - {quarter} = {answer}",
        ),
        wrong=(wide * high - quarter * 4, wide * high - quarter * 2, quarter, wide * high - PI * Fraction(wide**2, 4)),
        description=f"A quarter circle through {d} lies in rectangle {''.join(names)}; the rest of the rectangle is shaded.",
        properties=f"Angle {d}{a}{b} is a right angle.",
    )


def _two_quarters(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    high = draw(rng, 2, 24)
    wide = draw(rng, 2 * high, 3 * high)
    quarter = PI * Fraction(high**2, 4)
    answer = wide * high - quarter * 2
    points = square_corners(names, wide, high) | {"_p": (float(high), 0.0), "_q": (float(wide - high), 0.0)}
    return Draft(
        points=points,
        lines=(
            Fill(names),
            FillSector(a, "_p", d, hole=True),
            FillSector(b, c, "_q", hole=True),
            *outline(*names),
            Arc(a, "_p", d),
            Arc(b, c, "_q"),
        ),
        givens=(length(a, b, wide), length(b, c, high)),
        question=f"{''.join(names)} is a rectangle, and the arcs have the centres {a} and {b}. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the rectangle has area {wide} · {high} = {wide * high}",
            f"the two quarter circles of radius {high} have area 2 · π · {high}² ÷ 4 = {quarter * 2}",
            f"the shaded area is {wide * high} - {quarter * 2} = {answer}",
        ),
        wrong=(wide * high - quarter, quarter * 2, wide * high - quarter * 4, 2 * (wide + high) - PI * high),
        description=f"Quarter circles through {d} and {c} lie in rectangle {''.join(names)}; the rest of it is shaded.",
    )


def _four_quarters(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    r = draw(rng, 2, 30)
    gap = draw(rng, 1, 2 * r)  # 0 would make the arcs touch
    side = 2 * r + gap
    w, g, s = float(side), float(r), float(side - r)
    cuts = {"_ab": (g, 0.0), "_ba": (s, 0.0), "_bc": (w, g), "_cb": (w, s)}
    cuts |= {"_cd": (s, w), "_dc": (g, w), "_da": (0.0, s), "_ad": (0.0, g)}
    sectors = ((a, "_ab", "_ad"), (b, "_bc", "_ba"), (c, "_cd", "_cb"), (d, "_da", "_dc"))
    area, perimeter = side**2 - PI * r**2, PI * (2 * r) + 4 * gap
    want_area = flip(rng)
    steps = (
        (f"the square has area {side}² = {side**2}", f"the four quarter circles make one circle of area {PI * r**2}")
        if want_area
        else (
            f"{gap} of each side is left: {side} - 2 · {r} = {gap}",
            f"the four arcs make one circle of length {PI * 2 * r}",
        )
    )
    last = (
        f"the shaded area is {side**2} - {PI * r**2} = {area}"
        if want_area
        else f"the perimeter is 4 · {gap} + {PI * 2 * r} = {perimeter}"
    )
    return Draft(
        points=square_corners(names, side) | cuts,
        lines=(
            Fill(names),
            *(FillSector(*sector, hole=True) for sector in sectors),
            *outline(*names),
            *(Arc(*sector) for sector in sectors),
        ),
        givens=(length(d, c, side), _radius(a, "_ab", r)),
        question=f"{''.join(names)} is a square; the arcs have its corners as centres and equal radii. "
        + find(rng, SHADED_AREA if want_area else SHADED_PERIMETER),
        answer=area if want_area else perimeter,
        steps=(*steps, last),
        wrong=(side**2 - PI * (4 * r**2), side**2 - PI * Fraction(r**2, 4), PI * r**2, perimeter)
        if want_area
        else (PI * (2 * r) + 4 * side, PI * (2 * r), PI * r + 4 * gap, area),
        description=f"A quarter circle is cut off each corner of square {''.join(names)}; the rest is shaded.",
    )


def _radius(a: str, end: str, r: int) -> Given:
    """The radius of arcs, shown along a side."""
    return Given(f"the radius of the arcs is {r}", length(a, end, r, bracket=True).mark)


def _with_semicircle(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    r = draw(rng, 2, 90)
    w = float(r)
    want_area = flip(rng)
    area, perimeter = PI * Fraction(r * r, 8), PI * r + r
    return Draft(
        points={"O": (0.0, 0.0), a: (w, 0.0), b: (0.0, w), "_m": (w / 2, 0.0)},
        lines=(
            FillSector("O", a, b),
            FillSector("_m", a, "O", hole=True),
            Segment("O", a),
            Segment("O", b),
            Arc("O", a, b),
            Arc("_m", a, "O"),
            RightAngle(a, "O", b),
        ),
        givens=(length("O", b, r),),
        question=f"The outer arc has the centre O, and the inner arc is a semicircle on O{a}. "
        + find(rng, SHADED_AREA if want_area else SHADED_PERIMETER),
        answer=area if want_area else perimeter,
        steps=(
            f"the quarter circle has area π · {r}² ÷ 4 = {PI * Fraction(r * r, 4)}",
            f"the semicircle has radius {halved(r)} and area {PI * Fraction(r * r, 8)}",
            f"the shaded area is {PI * Fraction(r * r, 4)} - {PI * Fraction(r * r, 8)} = {area}",
        )
        if want_area
        else (
            f"the outer arc is a quarter of 2π · {r}: {PI * halved(r)}",
            f"the semicircle has radius {halved(r)} and length {PI * halved(r)}",
            f"with O{b} the perimeter is {PI * halved(r)} + {PI * halved(r)} + {r} = {perimeter}",
        ),
        wrong=(PI * Fraction(r * r, 4), PI * Fraction(r * r, 16), perimeter, area * 3, area * 2)
        if want_area
        else (PI * r + 2 * r, PI * r, PI * halved(r) + r, area),
        description=f"O{a}{b} is a quarter circle with a semicircle on O{a} inside; the quarter circle outside it is shaded.",
        properties=f"Angle {a}O{b} is a right angle.",
    )


def semicircles_on_sides(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Semicircles on sides: a stadium's area; its perimeter, or an arbelos; lunes on a right triangle."""
    return by_level(
        "semicircles_on_sides", level, rng, _stadium_area, (_stadium_perimeter, _arbelos), (_lunes, _dented)
    )


def _stadium(rng: np.random.Generator, outward: bool) -> tuple[tuple[str, ...], int, int, dict[str, Any]]:
    """Names, length, radius and figure of a rectangle with semicircles on two sides, added or cut out."""
    names = a, b, c, d = letters(rng, 4)
    r = draw(rng, 2, 16)
    long = draw(rng, 2 * r if outward else 3 * r, 6 * r)
    points = square_corners(names, long, 2 * r) | {"_l": (0.0, float(r)), "_r": (float(long), float(r))}
    arcs = (("_r", b, c), ("_l", d, a)) if outward else (("_r", c, b), ("_l", a, d))
    sectors = tuple(FillSector(*arc, hole=not outward) for arc in arcs)
    figure = {
        "points": points,
        "lines": (
            Fill(names),
            *sectors,
            Segment(a, b),
            Segment(c, d),
            Segment(b, c, dashed=True),
            Segment(d, a, dashed=True),
            *(Arc(*arc) for arc in arcs),
        ),
        "description": f"Semicircles on the sides {b}{c} and {d}{a} of rectangle {''.join(names)} "
        + ("are added to it" if outward else "are cut out of it")
        + "; the region is shaded.",
    }
    return names, long, r, figure


def _stadium_area(rng: np.random.Generator) -> Draft:
    names, long, r, figure = _stadium(rng, outward=True)
    a, b, c, d = names
    answer = PI * r * r + 2 * r * long
    return Draft(
        **figure,
        givens=(length(a, b, long), length(b, c, 2 * r)),
        question=f"{''.join(names)} is a rectangle with two semicircles. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the rectangle has area {long} · {2 * r} = {2 * r * long}",
            f"the two semicircles make a circle of radius {2 * r} ÷ 2 = {r} and area {PI * r * r}",
            f"together {2 * r * long} + {PI * r * r} = {answer}",
        ),
        wrong=(
            PI * (4 * r * r) + 2 * r * long,
            PI * Fraction(r * r, 2) + 2 * r * long,
            PI * (2 * r) + 2 * long,
            2 * r * long,
        ),
    )


def _stadium_perimeter(rng: np.random.Generator) -> Draft:
    names, long, r, figure = _stadium(rng, outward=True)
    a, b, c, d = names
    answer = PI * (2 * r) + 2 * long
    return Draft(
        **figure,
        givens=(length(a, b, long), length(b, c, 2 * r)),
        question=f"{''.join(names)} is a rectangle with two semicircles. {find(rng, SHADED_PERIMETER)}",
        answer=answer,
        steps=(
            f"the two semicircles make a circle of diameter {2 * r}, which is {PI * (2 * r)} long",
            f"the straight parts are 2 · {long} = {2 * long}",
            f"the perimeter is {2 * long} + {PI * (2 * r)} = {answer}",
        ),
        wrong=(answer + 4 * r, PI * (4 * r) + 2 * long, PI * r + 2 * long, PI * r * r + 2 * r * long),
    )


def _dented(rng: np.random.Generator) -> Draft:
    names, long, r, figure = _stadium(rng, outward=False)
    a, b, c, d = names
    perimeter, area = PI * (2 * r) + 2 * long, 2 * r * long - PI * r * r
    return Draft(
        **figure,
        givens=(length(a, b, long), note("the shaded region", f"perimeter {perimeter}")),
        question=f"{''.join(names)} is a rectangle without two semicircles. {find(rng, SHADED_AREA)}",
        answer=area,
        steps=(
            f"the two semicircles make a circle that is {perimeter} - 2 · {long} = {PI * (2 * r)} long",
            f"its radius is {r}, so {b}{c} = 2 · {r} = {2 * r}",
            f"the shaded area is {long} · {2 * r} - {PI * r * r} = {area}",
        ),
        wrong=(
            2 * r * long + PI * r * r,
            4 * r * long - PI * (4 * r * r),
            2 * r * long,
            2 * r * long - PI * Fraction(r * r, 2),
        ),
    )


def _arbelos(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    while True:
        p, q = 2 * draw(rng, 1, 20), 2 * draw(rng, 1, 20)
        if p != q and max(p, q) <= 3 * min(p, q):
            break
    points = {a: (0.0, 0.0), b: (float(p), 0.0), c: (float(p + q), 0.0)}
    points |= {"_o": ((p + q) / 2, 0.0), "_l": (p / 2, 0.0), "_r": (p + q / 2, 0.0)}
    arcs = (("_o", c, a), ("_l", b, a), ("_r", c, b))
    outer, inner = FillSector(*arcs[0]), tuple(FillSector(*arc, hole=True) for arc in arcs[1:])
    answer = PI * Fraction(p * q, 4)
    return Draft(
        points=points,
        lines=(outer, *inner, Segment(a, c), *(Arc(*arc) for arc in arcs)),
        givens=(length(a, b, p), length(b, c, q)),
        question=f"The arcs are semicircles on {a}{b}, {b}{c} and {a}{c}. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"the radii are {p // 2}, {q // 2} and ({p} + {q}) ÷ 2 = {(p + q) // 2}",
            f"the large semicircle has area π · {(p + q) // 2}² ÷ 2 = {PI * Fraction((p + q) ** 2, 8)}",
            f"the small ones have area {PI * Fraction(p * p, 8)} and {PI * Fraction(q * q, 8)}",
            f"the shaded area is {PI * Fraction((p + q) ** 2, 8)} - {PI * Fraction(p * p, 8)} - {PI * Fraction(q * q, 8)}"
            f" = {answer}",
        ),
        wrong=(answer * 2, PI * Fraction((p + q) ** 2, 8), answer * 4, PI * Fraction(p * p + q * q, 8), PI * (p + q)),
        description=f"{b} lies on {a}{c}, and there are semicircles on {a}{b}, {b}{c} and {a}{c}; what lies between them is"
        " shaded.",
    )


def _lunes(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    p, q, long = draw_triple(rng)
    points: dict[str, Coordinates] = {c: (0.0, 0.0), a: (float(p), 0.0), b: (0.0, float(q))}
    points |= {"_p": (p / 2, 0.0), "_q": (0.0, q / 2), "_o": (p / 2, q / 2)}
    small = (("_p", c, a), ("_q", b, c))
    answer = halved(p * q)
    return Draft(
        points=points,
        lines=(
            *(FillSector(*arc) for arc in small),
            FillSector("_o", b, a, hole=True),
            Fill((a, b, c), hole=True),
            *outline(a, b, c),
            *(Arc(*arc) for arc in small),
            Arc("_o", b, a),
            RightAngle(a, c, b),
        ),
        givens=(length(c, a, p), length(a, b, long)),
        question=f"The arcs are semicircles on the sides of triangle {a}{b}{c}. {find(rng, SHADED_AREA)}",
        answer=answer,
        steps=(
            f"{c}{b} = √({long}² - {p}²) = {q}",
            f"the semicircles on the legs have area π({p}² + {q}²) ÷ 8, as much as the one on {a}{b}",
            "so triangle and small semicircles together, less the large semicircle, leave the area of the triangle",
            f"the shaded area is {p} · {q} ÷ 2 = {answer}",
        ),
        wrong=(
            p * q,
            PI * Fraction(long**2, 8),
            halved(p * long),
            PI * Fraction(long**2, 8) - halved(p * q),
            PI * halved(p * q),
        ),
        description=f"Outside triangle {a}{b}{c} there are semicircles on its legs {c}{a} and {c}{b}; the semicircle on {a}{b}"
        f" passes through {c}. What the small ones have outside the large one is shaded.",
        properties=f"Angle {a}{c}{b} is a right angle.",
    )


FAMILIES = (quarter_circles, semicircles_on_sides)
