"""Midpoints in a triangle: medians, the centroid, midsegments."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import RightAngle, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, halved, length
from envs.geometry.topics.placing import between, draw_triple
from envs.geometry.topics.triangle_shapes import (
    draw_angles,
    draw_sides,
    from_angles,
    from_sides,
    shapely,
)
from envs.geometry.topics.unknowns import Equation, Expression, asked, expressions
from envs.geometry.topics.wording import also
from envs.problem import draw, flip, pick


def median_length(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The median on the hypotenuse; from three sides, to an apex or any; a side from the median."""
    return by_level(
        "median_length",
        level,
        rng,
        _median_on_hypotenuse,
        _median_of_sides,
        (_side_from_median, _median_of_right_triangle),
    )


def _median_figure(names: tuple[str, ...], sides: tuple[float, float, float]) -> dict[str, Any]:
    """A triangle ABC of sides BC, CA, AB with the median AM."""
    a, b, c = names
    corners = from_sides((b, c, a), sides[1], sides[2], sides[0])
    return {
        "points": {name: corners[name] for name in names} | {"M": (sides[0] / 2, 0.0)},
        "lines": (*outline(a, b, c), Segment(a, "M"), Ticks(b, "M"), Ticks("M", c)),
        "description": f"M lies on side {b}{c} of triangle {a}{b}{c}.",
        "properties": f"{b}M = M{c}.",
    }


def _median_on_hypotenuse(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    ca, ab, bc = draw_triple(rng)
    figure = _median_figure(names, (bc, ca, ab))
    figure["lines"] = (*figure["lines"], RightAngle(b, a, c))
    figure["properties"] = f"{b}M = M{c}, and angle {b}{a}{c} is a right angle."
    reason = f"the right angle is at {a}, so M is the centre of the circle through {a}, {b} and {c}: {a}M = M{b} = M{c}"
    if flip(rng, 0.4):
        return Draft(
            **figure,
            givens=(length(a, "M", str(halved(bc))),),
            question=find_length(rng, b, c),
            answer=bc,
            steps=(reason, f"{b}{c} = 2 · {a}M = 2 · {halved(bc)} = {bc}"),
            wrong=(halved(bc), Fraction(bc, 4), root(2) * halved(bc), Fraction(3 * bc, 2), bc + 1),
        )
    return Draft(
        **figure,
        givens=(length(c, a, ca), length(a, b, ab)),
        question=find_length(rng, a, "M"),
        answer=halved(bc),
        steps=(
            f"{b}{c}² = {ca}² + {ab}² = {bc**2}, so {b}{c} = {bc}",
            reason,
            f"{a}M = {bc} ÷ 2 = {halved(bc)}",
        ),
        wrong=(bc, halved(ca + ab), Fraction(ca * ab, bc), halved(ca), halved(ab)),
    )


def _median_square(sides: tuple[int, int, int]) -> Fraction:
    bc, ca, ab = sides
    return Fraction(2 * ca**2 + 2 * ab**2 - bc**2, 4)


def _median_of_sides(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    while True:
        sides = bc, ca, ab = draw_sides(rng, 4, 26)
        square = _median_square(sides)
        if ca**2 + ab**2 != bc**2 and len(str(root(square))) <= 6:
            break
    return Draft(
        **_median_figure(names, sides),
        givens=(length(a, b, ab), length(c, a, ca), length(b, c, bc, bracket=True)),
        question=find_length(rng, a, "M"),
        answer=root(square),
        steps=(
            f"for the median: 4 · {a}M² = 2 · {a}{b}² + 2 · {c}{a}² - {b}{c}²",
            f"4 · {a}M² = {2 * ab**2} + {2 * ca**2} - {bc**2} = {4 * square}",
            f"{a}M = √{4 * square} ÷ 2 = {root(square)}",
        ),
        wrong=(halved(ab + ca), root(4 * square), halved(bc), root(abs(ab**2 - Fraction(bc**2, 4))), root(square * 2)),
    )


def _side_from_median(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    while True:
        half, ca, ab = draw(rng, 2, 16), draw(rng, 4, 26), draw(rng, 4, 26)
        square = _median_square((2 * half, ca, ab))
        median = math.isqrt(max(0, math.floor(square)))
        if ca != ab and median**2 == square and shapely(2 * half, ca, ab):
            break
    return Draft(
        **_median_figure(names, (2 * half, ca, ab)),
        givens=(length(a, b, ab), length(c, a, ca), length(a, "M", median)),
        question=find_length(rng, b, c),
        answer=2 * half,
        steps=(
            f"for the median: 4 · {a}M² = 2 · {a}{b}² + 2 · {c}{a}² - {b}{c}²",
            f"{b}{c}² = 2 · {ab**2} + 2 · {ca**2} - 4 · {median**2} = {4 * half**2}",
            f"{b}{c} = √{4 * half**2} = {2 * half}",
        ),
        wrong=(half, 2 * median, ab + ca - median, root(ab**2 + ca**2), root(abs(ab**2 - median**2)) * 2),
    )


def _median_of_right_triangle(rng: np.random.Generator) -> Draft:
    """The right angle is at C: AM² = CA² + (BC/2)²; AM, or the hypotenuse from AM and a leg."""
    names = a, b, c = letters(rng, 3)
    while True:
        half, ca = draw(rng, 2, 16), draw(rng, 3, 30)
        ab_square = ca**2 + 4 * half**2
        if 0.3 < half / ca < 1.4:
            break
    square = ca**2 + half**2
    median = root(square)
    figure = _median_figure(names, (2.0 * half, float(ca), math.sqrt(ab_square)))
    figure["lines"] = (*figure["lines"], RightAngle(a, c, b))
    figure["properties"] = f"{b}M = M{c}, and angle {a}{c}{b} is a right angle."
    return Draft(
        **figure,
        givens=(length(c, a, ca), length(a, "M", str(median))),
        question=find_length(rng, a, b),
        answer=root(ab_square),
        steps=(
            f"in triangle {a}{c}M, M{c}² = {square} - {ca**2} = {half**2}, so M{c} = {half}",
            f"{b}{c} = 2 · {half} = {2 * half}",
            f"{a}{b}² = {ca**2} + {4 * half**2} = {ab_square}",
            f"{a}{b} = √{ab_square} = {root(ab_square)}",
        ),
        wrong=(median * 2, root(ca**2 + square), 2 * half, root(abs(ca**2 - 4 * half**2)), ca + 2 * half),
    )


def centroid(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Parts of a median; in x; two perpendicular medians."""
    return by_level("centroid", level, rng, _median_parts, _median_parts_in_x, _perpendicular_medians)


def _centroid_figure(names: tuple[str, ...], points: dict[str, tuple[float, float]]) -> dict[str, Any]:
    """A triangle ABC with the medians AD and BE, which meet at G; D halves BC, E halves CA."""
    a, b, c, d, e, g = names
    points = {name: points[name] for name in (a, b, c)}
    points |= {d: between(points[b], points[c]), e: between(points[c], points[a])}
    points[g] = between(points[a], points[d], 2 / 3)
    ticks = (Ticks(b, d), Ticks(d, c), Ticks(c, e, 2), Ticks(e, a, 2))
    return {
        "points": points,
        "lines": (*outline(a, b, c), Segment(a, d), Segment(b, e), *ticks),
        "description": f"In triangle {a}{b}{c}, {d} lies on {b}{c}, {e} lies on {c}{a}, and {a}{d} and {b}{e} meet at {g}.",
        "properties": f"{b}{d} = {d}{c}, and {c}{e} = {e}{a}.",
    }


def _with_median(rng: np.random.Generator, names: tuple[str, ...], median: float) -> dict[str, Any]:
    """`_centroid_figure` with AD of a given length."""
    a, b, c, *_ = names
    p, q, _ = draw_angles(rng, 42, 84)
    corners = from_angles((a, b, c), p, q)
    scale = median / math.dist(corners[a], between(corners[b], corners[c]))
    return _centroid_figure(names, {name: (scale * x, scale * y) for name, (x, y) in corners.items()})


def _median_parts(rng: np.random.Generator) -> Draft:
    names = a, _, _, d, _, g = letters(rng, 6)
    third = draw(rng, 2, 99)
    sizes = {(a, g): 2 * third, (g, d): third, (a, d): 3 * third}
    known = pick(rng, ((a, g), (g, d)))
    wanted = pick(rng, [part for part in sizes if part != known])
    size, answer = sizes[known], sizes[wanted]
    ratio = Fraction(answer, size)
    return Draft(
        **_with_median(rng, names, 3.0 * third),
        givens=(length(*known, size),),
        question=find_length(rng, *wanted),
        answer=answer,
        steps=(
            f"{g} is the centroid, which divides each median 2 : 1 from the corner: {a}{g} = 2 · {g}{d}",
            f"so {''.join(wanted)} is {ratio} times {''.join(known)}",
            f"{''.join(wanted)} = {ratio} · {size} = {answer}",
        ),
        wrong=(
            halved(size),
            size / ratio,
            size * Fraction(1, 3),
            size * 2,
            Fraction(2 * size, 3),
            size * Fraction(3, 2),
        ),
    )


def _median_parts_in_x(rng: np.random.Generator) -> Draft:
    names = a, _, _, d, _, g = letters(rng, 6)
    while True:
        third = draw(rng, 3, 40)
        x, (upper, lower) = expressions(rng, (2 * third, third), 30)
        if 2 * lower.factor != upper.factor:
            break
    doubled = Expression(2 * lower.factor, 2 * lower.constant)
    return Draft(
        **_with_median(rng, names, 3.0 * third),
        givens=(length(a, g, str(upper)), length(g, d, str(lower))),
        **asked(
            rng,
            Equation((upper,), doubled, x),
            f"{g} is the centroid, which divides each median 2 : 1 from the corner: {a}{g} = 2 · {g}{d} = 2({lower})",
            upper,
            f"{a}{g}",
            find_length(rng, a, g),
            (third, 3 * third),
        ),
    )


def _perpendicular_medians(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, g = letters(rng, 6)
    while True:
        m, n = draw(rng, 2, 24), draw(rng, 2, 24)  # GD and GE
        if 0.6 < m / n < 1.67 and m != n:
            break
    points = {a: (-2.0 * m, 0.0), b: (0.0, -2.0 * n), c: (2.0 * m, 2.0 * n)}
    figure = _centroid_figure(names, points)
    figure["lines"] = (*figure["lines"], RightAngle(a, g, b))
    figure["properties"] = also(figure["properties"], f"{a}{d} is perpendicular to {b}{e}")
    square, half = 4 * (m**2 + n**2), 4 * m**2 + n**2
    reason = f"{g} is the centroid, which divides each median 2 : 1 from the corner: {a}{g} = 2 · {m} = {2 * m}"
    wants_ab = flip(rng)
    answer = root(square) if wants_ab else root(half) * 2
    if wants_ab:
        steps: tuple[str, ...] = (
            f"{reason} and {b}{g} = 2 · {n} = {2 * n}",
            f"{a}{b}² = {2 * m}² + {2 * n}² = {square}",
            f"{a}{b} = √{square} = {answer}",
        )
    else:
        steps = (
            reason,
            f"{a}{e}² = {2 * m}² + {n}² = {half}, so {a}{e} = {root(half)}",
            f"{c}{a} = 2 · {a}{e} = {answer}",
        )
    return Draft(
        **figure,
        givens=(length(g, d, m), length(g, e, n)),
        question=find_length(rng, *((a, b) if wants_ab else (c, a))),
        answer=answer,
        steps=steps,
        wrong=(root(m**2 + n**2), root(half), root(square), 2 * (m + n), root(9 * (m**2 + n**2)), root(half) * 2),
    )


def midsegment(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Half of a side; in x; perimeters of the triangle and the quadrilateral of midpoints."""
    return by_level(
        "midsegment", level, rng, _midsegment, (_midsegment_in_x, _medial_perimeter), (_varignon, _midsegment_right)
    )


def _midsegment_figure(names: tuple[str, ...], sides: tuple[float, float, float]) -> dict[str, Any]:
    """A triangle ABC of sides BC, CA, AB; D halves AB, E halves CA."""
    a, b, c, d, e = names
    corners = from_sides((b, c, a), sides[1], sides[2], sides[0])
    points = {name: corners[name] for name in (a, b, c)}
    points |= {d: between(points[a], points[b]), e: between(points[c], points[a])}
    ticks = (Ticks(a, d), Ticks(d, b), Ticks(a, e, 2), Ticks(e, c, 2))
    return {
        "points": points,
        "lines": (*outline(a, b, c), Segment(d, e), *ticks),
        "description": f"In triangle {a}{b}{c}, {d} lies on {a}{b} and {e} lies on {c}{a}.",
        "properties": f"{a}{d} = {d}{b}, and {a}{e} = {e}{c}.",
    }


def _midsegment(rng: np.random.Generator) -> Draft:
    names = _, b, c, d, e = letters(rng, 5)
    base = draw(rng, 6, 160)
    sides = draw_sides(rng, 20, 34)
    scale = base / sides[0]
    up = flip(rng)
    known, wanted = ((d, e), (b, c)) if up else ((b, c), (d, e))
    size, answer = (halved(base), base) if up else (base, halved(base))
    how = f"2 · {size}" if up else f"{size} ÷ 2"
    return Draft(
        **_midsegment_figure(names, (base, sides[1] * scale, sides[2] * scale)),
        givens=(length(*known, str(size)),),
        question=find_length(rng, *wanted),
        answer=answer,
        steps=(
            f"{d} and {e} are midpoints, so {d}{e} is half of {b}{c}",
            f"{''.join(wanted)} = {how} = {answer}",
        ),
        wrong=(
            size,
            size / Fraction(2) if up else 2 * size,
            size * Fraction(3, 2),
            size * Fraction(2, 3),
            size * Fraction(1, 3),
        ),
    )


def _midsegment_in_x(rng: np.random.Generator) -> Draft:
    names = _, b, c, d, e = letters(rng, 5)
    while True:
        half = draw(rng, 4, 50)
        x, (long, short) = expressions(rng, (2 * half, half), 30)
        if long.factor != 2 * short.factor:
            break
    sides = draw_sides(rng, 20, 34)
    scale = 2 * half / sides[0]
    return Draft(
        **_midsegment_figure(names, (2 * half, sides[1] * scale, sides[2] * scale)),
        givens=(length(b, c, str(long)), length(d, e, str(short))),
        **asked(
            rng,
            Equation((long,), Expression(2 * short.factor, 2 * short.constant), x),
            f"{d} and {e} are midpoints, so {b}{c} = 2 · {d}{e} = 2({short})",
            long,
            f"{b}{c}",
            find_length(rng, b, c),
            (half, 4 * half),
        ),
    )


def _medial_perimeter(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    sides = bc, ca, ab = draw_sides(rng, 4, 50)
    answer = halved(bc + ca + ab)
    target = f"{a}{d}{e}"
    return Draft(
        **_midsegment_figure(names, sides),
        givens=(
            length(b, c, bc, bracket=True),
            length(c, a, ca, bracket=True),
            length(a, b, ab, bracket=True),
        ),
        question=find(rng, f"the perimeter of triangle {target}"),
        answer=answer,
        steps=(
            f"{d} and {e} are midpoints, so the sides of {target} are half of those of {a}{b}{c}",
            f"the perimeter of {a}{b}{c} is {bc} + {ca} + {ab} = {bc + ca + ab}",
            f"the perimeter of {target} is {bc + ca + ab} ÷ 2 = {answer}",
        ),
        wrong=(bc + ca + ab, Fraction(bc + ca + ab, 4), bc + halved(ca + ab), bc + ca, 2 * (bc + ca + ab)),
    )


def _varignon(rng: np.random.Generator) -> Draft:
    """The midpoints of the sides of ABCD; the perimeter of EFGH from the diagonals, or a diagonal from it."""
    a, b, c, d, e, f, g, h = letters(rng, 8)
    while True:
        ac, bd, lean = draw(rng, 5, 60), draw(rng, 5, 60), draw(rng, 55, 85)
        if ac != bd and 0.6 < ac / bd < 1.6:
            break
    turn, s, t = math.radians(lean), draw(rng, 38, 62) / 100, draw(rng, 38, 62) / 100
    points = {a: (-s * ac, 0.0), b: (-t * bd * math.cos(turn), -t * bd * math.sin(turn)), c: ((1 - s) * ac, 0.0)}
    points[d] = ((1 - t) * bd * math.cos(turn), (1 - t) * bd * math.sin(turn))
    corners = (a, b, c, d)
    ticks = []
    for i, name in enumerate((e, f, g, h)):
        start, end = corners[i], corners[(i + 1) % 4]
        points[name] = between(points[start], points[end])
        ticks += [Ticks(start, name, i + 1), Ticks(name, end, i + 1)]
    return Draft(
        points=points,
        lines=(*outline(a, b, c, d), *outline(e, f, g, h), Segment(a, c, True), Segment(b, d, True), *ticks),
        givens=(length(a, c, ac), length(b, d, bd)),
        question=find(rng, f"the perimeter of quadrilateral {e}{f}{g}{h}"),
        answer=ac + bd,
        steps=(
            f"{e}{f} joins midpoints of sides of triangle {a}{b}{c}, so it is half of {a}{c}; so is {g}{h}",
            f"{f}{g} and {h}{e} are half of {b}{d} in the same way",
            f"the perimeter is 2 · {halved(ac)} + 2 · {halved(bd)} = {ac} + {bd} = {ac + bd}",
        ),
        wrong=(halved(ac + bd), 2 * (ac + bd), halved(ac * bd), ac + halved(bd), halved(ac) + bd),
        description=f"The corners of quadrilateral {e}{f}{g}{h} lie on the sides {a}{b}, {b}{c}, {c}{d} and {d}{a}"
        f" of quadrilateral {a}{b}{c}{d}, whose diagonals are {a}{c} and {b}{d}.",
        properties=f"{a}{e} = {e}{b}, {b}{f} = {f}{c}, {c}{g} = {g}{d}, and {d}{h} = {h}{a}.",
    )


def _midsegment_right(rng: np.random.Generator) -> Draft:
    """The right angle is at B; from the midsegment DE and CA the side AB."""
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        half, ca = draw(rng, 2, 24), draw(rng, 6, 60)
        if 0.35 < 2 * half / ca < 0.9:
            break
    square = ca**2 - 4 * half**2
    figure = _midsegment_figure(names, (2.0 * half, float(ca), math.sqrt(square)))
    figure["lines"] = (*figure["lines"], RightAngle(a, b, c))
    figure["properties"] = f"{a}{d} = {d}{b}, {a}{e} = {e}{c}, and angle {a}{b}{c} is a right angle."
    return Draft(
        **figure,
        givens=(length(d, e, half), length(c, a, ca, bracket=True)),
        question=find_length(rng, a, b),
        answer=root(square),
        steps=(
            f"{d} and {e} are midpoints, so {b}{c} = 2 · {d}{e} = {2 * half}",
            f"{a}{b}² = {c}{a}² - {b}{c}² = {ca**2} - {4 * half**2} = {square}",
            f"{a}{b} = √{square} = {root(square)}",
        ),
        wrong=(root(ca**2 - half**2), root(ca**2 + 4 * half**2), root(square) / 2, ca - 2 * half, ca - half),
    )


FAMILIES = (median_length, centroid, midsegment)
