"""Kites: area, angles, diagonals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, angle, by_level, find, find_angle, find_length, halved, length, note
from envs.geometry.topics.placing import draw_triple
from envs.problem import draw, pick


def kite(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Area from the diagonals; angles; a diagonal or the area from the sides."""
    return by_level(
        "kite", level, rng, _kite_area, (_kite_angle, _kite_other_diagonal), (_kite_from_sides, _kite_diagonal)
    )


def _kite(names: tuple[str, ...], upper: float, lower: float, half: float) -> dict[str, Any]:
    """A kite ABCD whose diagonals meet at E: AE = upper, CE = lower, BE = ED = half."""
    a, b, c, d, e = names
    points: dict[str, Coordinates] = {a: (0.0, float(upper)), b: (-float(half), 0.0), c: (0.0, -float(lower))}
    points |= {d: (float(half), 0.0), e: (0.0, 0.0)}
    ticks = (Ticks(a, b), Ticks(a, d), Ticks(c, b, 2), Ticks(c, d, 2))
    return {
        "points": points,
        "lines": (*outline(a, b, c, d), Segment(a, c), Segment(b, d), *ticks),
        "description": f"The diagonals of quadrilateral {a}{b}{c}{d} meet at {e}.",
        "properties": f"{a}{b} = {a}{d}, and {c}{b} = {c}{d}.",
    }


IS_KITE = "two pairs of neighbouring sides are equal, so it is a kite"


def _parts(rng: np.random.Generator, most: int) -> tuple[int, int, int]:
    """AE, CE and BE of a kite that is not a rhombus."""
    while True:
        upper, lower, half = draw(rng, 2, most), draw(rng, 3, most), draw(rng, 2, most)
        if 1.25 < lower / upper < 3 and 0.7 < half / upper < 1.8:
            return upper, lower, half


def _kite_area(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    upper, lower, half = _parts(rng, 24)
    area = (upper + lower) * half
    return Draft(
        **_kite(names, upper, lower, half),
        givens=(length(a, e, upper), length(e, c, lower), length(b, e, half)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=area,
        steps=(
            f"{IS_KITE}, and {a}{c} halves {b}{d} at right angles",
            f"{a}{c} = {upper} + {lower} = {upper + lower} and {b}{d} = 2 · {half} = {2 * half}",
            f"the area is {upper + lower} · {2 * half} ÷ 2 = {area}",
        ),
        wrong=(2 * area, halved(area), upper * lower * half, 2 * (upper + lower + half), (upper + lower) ** 2),
    )


def _kite_other_diagonal(rng: np.random.Generator) -> Draft:
    """A part of a diagonal from the area."""
    names = a, b, c, d, e = letters(rng, 5)
    upper, lower, half = _parts(rng, 24)
    area = (upper + lower) * half
    return Draft(
        **_kite(names, upper, lower, half),
        givens=(length(a, e, upper), length(b, e, half), note(f"the quadrilateral {a}{b}{c}{d}", f"area {area}")),
        question=find_length(rng, e, c),
        answer=lower,
        steps=(
            f"{IS_KITE}, and {a}{c} halves {b}{d} at right angles: {b}{d} = 2 · {half} = {2 * half}",
            f"the area is {a}{c} · {2 * half} ÷ 2 = {area}, so {a}{c} = {area} ÷ {half} = {upper + lower}",
            f"{e}{c} = {upper + lower} - {upper} = {lower}",
        ),
        wrong=(upper + lower, abs(lower - upper), 2 * (upper + lower) - upper, upper, 2 * lower),
    )


def _kite_angle(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    while True:
        at_a, at_c = draw(rng, 70, 140), draw(rng, 36, 90)
        if (at_a + at_c) % 2 == 0 and at_a - at_c >= 15:
            break
    upper, lower = (1 / math.tan(math.radians(t / 2)) for t in (at_a, at_c))
    figure = _kite((*names, "_e"), upper, lower, 1.0)
    points = {name: figure["points"][name] for name in names}
    side = (360 - at_a - at_c) // 2
    ways = [((d, a, b), at_a), ((b, c, d), at_c), ((a, b, c), side)]
    target, answer = pick(rng, ways)
    known = [way for way in ways if way[0] != target]
    written = "".join(target)
    if target == (a, b, c):
        last = f"angle {written} = (360 - {at_a} - {at_c}) ÷ 2 = {side}"
    else:
        other = at_a + at_c - answer
        last = f"angle {written} = 360 - 2 · {side} - {other} = {answer}"
    return Draft(
        points=points,
        lines=(*outline(*names), *figure["lines"][-4:]),
        givens=tuple(angle(*place, size) for place, size in known),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(
            f"{IS_KITE}, and angle {a}{b}{c} = angle {c}{d}{a}",
            "the angles of a quadrilateral add up to 360 degrees",
            last,
        ),
        wrong=(
            180 - answer,
            abs(360 - known[0][1] - 2 * known[1][1]),
            abs(180 - known[0][1] - known[1][1]),
            halved(known[0][1] + known[1][1]),
            known[0][1],
        ),
        description=f"{''.join(names)} is a quadrilateral.",
        properties=figure["properties"],
    )


def _two_triples(rng: np.random.Generator) -> tuple[int, int, int, int, int]:
    """AE, CE, BE, AB and CB of a kite, all whole."""
    while True:
        upper, half, short = draw_triple(rng, 60)
        lower, other, long = draw_triple(rng, 100)
        scale = Fraction(half, other)
        if (lower * scale).denominator == (long * scale).denominator == 1 and 1.25 < lower * scale / upper < 3:
            return upper, int(lower * scale), half, short, int(long * scale)


def _kite_from_sides(rng: np.random.Generator) -> Draft:
    """The area from the sides and half of BD."""
    names = a, b, c, d, e = letters(rng, 5)
    upper, lower, half, short, long = _two_triples(rng)
    area = (upper + lower) * half
    return Draft(
        **_kite(names, upper, lower, half),
        givens=(length(a, b, short), length(b, c, long), length(e, d, half)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=area,
        steps=(
            f"{IS_KITE}, and {a}{c} halves {b}{d} at right angles, so {b}{e} = {half}",
            f"{a}{e} = √({short}² - {half}²) = {upper} and {e}{c} = √({long}² - {half}²) = {lower}",
            f"the area is ({upper} + {lower}) · 2 · {half} ÷ 2 = {area}",
        ),
        wrong=(halved(area), 2 * area, short * long, (short + long) * half, 2 * (short + long)),
    )


def _kite_diagonal(rng: np.random.Generator) -> Draft:
    """AC from the sides and AE: with roots."""
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        upper, half, short = draw_triple(rng, 60)
        long = draw(rng, short + 1, 2 * short + 2)
        square = long**2 - half**2
        if 1.25 < math.sqrt(square) / upper < 3:
            break
    answer = root(square) + upper
    return Draft(
        **_kite(names, upper, math.sqrt(square), half),
        givens=(length(a, b, short), length(b, c, long), length(a, e, upper)),
        question=find_length(rng, a, c),
        answer=answer,
        steps=(
            f"{IS_KITE}, and {a}{c} is perpendicular to {b}{d}",
            f"{b}{e}² = {short}² - {upper}² = {half**2}",
            f"{e}{c}² = {long}² - {half**2} = {square}, so {e}{c} = {root(square)}",
            f"{a}{c} = {upper} + {root(square)} = {answer}"
            if str(root(square)) != str(answer)
            else f"{a}{c} = {answer}",
        ),
        wrong=(root(square), root(short**2 + long**2), root(long**2 + half**2) + upper, upper + long, answer * 2),
    )


FAMILIES = (kite,)
