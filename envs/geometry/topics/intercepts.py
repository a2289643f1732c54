"""The intercept theorem: parallels to a side of a triangle, parallels across two lines."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Chevrons, Coordinates, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, by_level, find_length, length
from envs.geometry.topics.placing import between
from envs.geometry.topics.triangle_shapes import from_sides, from_two_sides, shapely
from envs.geometry.topics.unknowns import Equation, Expression, asked
from envs.problem import draw, flip

PARALLEL = "is parallel to"


def intercept_theorem(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A line parallel to a side: a whole part; a parallel or a fraction; an equation in x, and lines that cross."""
    return by_level(
        "intercept_theorem",
        level,
        rng,
        _part_of_side,
        (_parallel_segment, _whole_side),
        (_parts_in_x, _crossing_lines, _parts_by_parallels),
    )


def parallel_figure(names: tuple[str, ...], corners: dict[str, Coordinates], share: float) -> dict[str, Any]:
    """A triangle ABC with D on AB and E on AC, DE parallel to BC; AD is this share of AB."""
    a, b, c, d, e = names
    points = {name: corners[name] for name in (a, b, c)}
    points |= {d: between(points[a], points[b], share), e: between(points[a], points[c], share)}
    return {
        "points": points,
        "lines": (*outline(a, b, c), Segment(d, e), Chevrons(b, c), Chevrons(d, e)),
        "description": f"In triangle {a}{b}{c}, {d} lies on {a}{b} and {e} lies on {a}{c}.",
        "properties": f"{d}{e} {PARALLEL} {b}{c}.",
    }


def _four_parts(rng: np.random.Generator, most: int = 30) -> tuple[int, int, int, int]:
    """Whole AD, DB, AE, EC in proportion."""
    while True:
        ad, db, ae = draw(rng, 2, most), draw(rng, 2, most), draw(rng, 2, most)
        ec, rest = divmod(ae * db, ad)
        sides = ad + db, ae + ec
        if rest == 0 and ad != db and ad != ae and max(ad, db) <= 2.5 * min(ad, db) and max(sides) <= 2 * min(sides):
            return ad, db, ae, ec


def _two_sided(rng: np.random.Generator, names: tuple[str, ...], ab: float, ac: float, share: float) -> dict[str, Any]:
    """`parallel_figure` for sides AB and AC at an angle by chance."""
    a, b, c, _, _ = names
    return parallel_figure(names, from_two_sides((a, b, c), ab, ac, draw(rng, 42, 84)), share)


def _part_of_side(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    ad, db, ae, ec = _four_parts(rng)
    wants_upper = flip(rng)
    known, wanted = ((e, c), (a, e)) if wants_upper else ((a, e), (e, c))
    size, answer = (ec, ae) if wants_upper else (ae, ec)
    factor = f"{ad} ÷ {db}" if wants_upper else f"{db} ÷ {ad}"
    return Draft(
        **_two_sided(rng, names, ad + db, ae + ec, ad / (ad + db)),
        givens=(length(a, d, ad), length(d, b, db), length(*known, size)),
        question=find_length(rng, *wanted),
        answer=answer,
        steps=(
            f"{d}{e} {PARALLEL} {b}{c}, so {a}{d} : {d}{b} = {a}{e} : {e}{c}",
            f"{''.join(wanted)} = {''.join(known)} · {factor} = {size} · {factor} = {answer}",
        ),
        wrong=(
            abs(size + db - ad),
            Fraction(size * size, answer),
            Fraction(ad * db, size),
            ae + ec,
            size + (ad - db if wants_upper else db - ad),
        ),
    )


def _parallel_segment(rng: np.random.Generator) -> Draft:
    """DE from AD, DB and BC, or BC from AD, DB and DE."""
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        ad, db, short = draw(rng, 2, 20), draw(rng, 2, 20), draw(rng, 3, 30)
        long = Fraction(short * (ad + db), ad)
        ac = (ad + db) * draw(rng, 75, 130) / 100
        shape = max(ad, db) <= 2.5 * min(ad, db) and shapely(float(long), ac, ad + db, 32, 100)
        if shape and long.denominator == 1 and ad != db and db != short:
            break
    corners = from_sides((a, b, c), float(long), ac, ad + db)
    wants_long = flip(rng)
    known, wanted = ((d, e), (b, c)) if wants_long else ((b, c), (d, e))
    size, answer = (short, int(long)) if wants_long else (int(long), short)
    factor = f"{ad + db} ÷ {ad}" if wants_long else f"{ad} ÷ {ad + db}"
    wrong_ratio = Fraction(db, ad) if wants_long else Fraction(ad, db)
    return Draft(
        **parallel_figure(names, corners, ad / (ad + db)),
        givens=(length(a, d, ad), length(d, b, db), length(*known, size)),
        question=find_length(rng, *wanted),
        answer=answer,
        steps=(
            f"{d}{e} {PARALLEL} {b}{c}, so triangles {a}{d}{e} and {a}{b}{c} are similar",
            f"{a}{b} = {ad} + {db} = {ad + db}, and {d}{e} : {b}{c} = {a}{d} : {a}{b}",
            f"{''.join(wanted)} = {size} · {factor} = {answer}",
        ),
        wrong=(size * wrong_ratio, size / wrong_ratio, abs(size - db), size + db, size * Fraction(db, ad + db)),
    )


def _whole_side(rng: np.random.Generator) -> Draft:
    """AC from AD, AB and AE, a fraction; or EC."""
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        ad, ab, ae = draw(rng, 2, 15), draw(rng, 4, 30), draw(rng, 3, 20)
        ac = Fraction(ae * ab, ad)
        if 0.3 < ad / ab < 0.75 and 0.55 < ac / ab < 1.8 and ac.denominator <= 9 and ad != ae:
            break
    part = flip(rng)
    answer = ac - ae if part else ac
    last = (f"{e}{c} = {ac} - {ae} = {answer}",) if part else ()
    return Draft(
        **_two_sided(rng, names, ab, float(ac), ad / ab),
        givens=(length(a, d, ad), length(a, b, ab, bracket=True), length(a, e, ae)),
        question=find_length(rng, *((e, c) if part else (a, c))),
        answer=answer,
        steps=(
            f"{d}{e} {PARALLEL} {b}{c}, so {a}{e} : {a}{c} = {a}{d} : {a}{b}",
            f"{a}{c} = {ae} · {ab} ÷ {ad} = {ac}",
            *last,
        ),
        wrong=(ac if part else ac - ae, Fraction(ae * (ab - ad), ab), Fraction(ad * ab, ae), ae + ab - ad, ac + ae),
    )


def _parts_in_x(rng: np.random.Generator) -> Draft:
    """AD = p, DB = q, AE = x + m and EC = another expression of x."""
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        ad, db, ae, ec = _four_parts(rng, 24)
        x, f, g = draw(rng, 2, 12), draw(rng, 1, 3), draw(rng, 1, 4)
        upper, lower = Expression(f, ae - f * x), Expression(g, ec - g * x)
        common = math.gcd(ad, db)
        # AE · DB = EC · AD, with the ratio DB : AD in lowest terms
        equation = Equation(
            (Expression(f * db // common, upper.constant * db // common),),
            Expression(g * ad // common, lower.constant * ad // common),
            x,
        )
        plain = max(abs(upper.constant), abs(lower.constant)) <= 20 and upper.constant
        if plain and equation.left.factor != equation.total.factor:
            break
    wanted, pair = (upper, (a, e)) if flip(rng) and upper.constant else (lower, (e, c))
    wanted, pair = (upper, (a, e)) if not lower.constant else (wanted, pair)
    return Draft(
        **_two_sided(rng, names, ad + db, ae + ec, ad / (ad + db)),
        givens=(length(a, d, ad), length(d, b, db), length(a, e, str(upper)), length(e, c, str(lower))),
        **asked(
            rng,
            equation,
            f"{d}{e} {PARALLEL} {b}{c}, so {a}{e} : {e}{c} = {a}{d} : {d}{b} = {ad // common} : {db // common}",
            wanted,
            "".join(pair),
            find_length(rng, *pair),
            (ae, ec, ae + ec),
        ),
    )


def _crossing_lines(rng: np.random.Generator) -> Draft:
    """AB and CD are parallel, and AD and BC cross at E."""
    a, b, c, d, e = letters(rng, 5)
    while True:
        ab, ae, ed = draw(rng, 3, 30), draw(rng, 3, 24), draw(rng, 3, 24)
        cd = Fraction(ab * ed, ae)
        be = ae * draw(rng, 75, 130) / 100
        shape = shapely(be, ae, ab, 35, 100) and 0.5 < ed / ae < 2
        if shape and cd.denominator == 1 and ae != ed and ed != ab:
            break
    corners = from_sides((a, b, e), be, ae, ab)
    points = {
        a: corners[a],
        b: corners[b],
        c: (0.0, 0.0),
        d: between(corners[a], corners[e], 1 + ed / ae),
        e: corners[e],
    }
    points[c] = between(corners[b], corners[e], 1 + ed / ae)
    wants_part = flip(rng)
    given, answer = (length(c, d, int(cd)), ed) if wants_part else (length(e, d, ed), int(cd))
    wanted = (e, d) if wants_part else (c, d)
    size, across = (int(cd), ae) if wants_part else (ed, ab)
    other = ab if wants_part else ae
    return Draft(
        points=points,
        lines=(Segment(a, b), Segment(c, d), Segment(a, d), Segment(b, c), Chevrons(a, b), Chevrons(d, c)),
        givens=(length(a, b, ab), length(a, e, ae), given),
        question=find_length(rng, *wanted),
        answer=answer,
        steps=(
            f"{a}{b} {PARALLEL} {c}{d}, so triangles {a}{b}{e} and {d}{c}{e} are similar",
            f"{c}{d} : {a}{b} = {e}{d} : {a}{e}",
            f"{''.join(wanted)} = {size} · {across} ÷ {other} = {answer}",
        ),
        wrong=(
            Fraction(ab * ae, size),
            Fraction(size * other, across),
            abs(across + size - other),
            Fraction(ab * (ae + ed), ae),
            ae + ed,
        ),
        description=f"Segments {a}{d} and {b}{c} meet at {e}.",
        properties=f"{a}{b} {PARALLEL} {c}{d}.",
    )


def _parts_by_parallels(rng: np.random.Generator) -> Draft:
    """Three parallel lines AB, CD, EF cut two lines ACE and BDF."""
    a, b, c, d, e, f = letters(rng, 6)
    while True:
        ac, ce, bd = draw(rng, 3, 20), draw(rng, 3, 20), draw(rng, 3, 24)
        df = Fraction(bd * ce, ac)
        if ac != ce and ac != bd and 0.45 < ac / ce < 2.2 and 0.95 < bd / ac < 1.35 and df.denominator <= 6:
            break
    height = ac * 0.94
    left, right = -math.sqrt(ac**2 - height**2), math.sqrt(bd**2 - height**2)
    top, share = (ac + ce) * draw(rng, 45, 80) / 100, (ac + ce) / ac
    points = {a: (0.0, 0.0), b: (top, 0.0), c: (left, -height), d: (top + right, -height)}
    points |= {e: (share * left, -share * height), f: (top + share * right, -share * height)}
    whole = flip(rng)
    answer = bd + df if whole else df
    last = (f"{b}{f} = {bd} + {df} = {answer}",) if whole else ()
    return Draft(
        points=points,
        lines=(
            *(Segment(*pair) for pair in ((a, b), (c, d), (e, f), (a, e), (b, f))),
            *(Chevrons(*pair) for pair in ((a, b), (c, d), (e, f))),
        ),
        givens=(length(a, c, ac), length(c, e, ce), length(b, d, bd)),
        question=find_length(rng, *((b, f) if whole else (d, f))),
        answer=answer,
        steps=(
            f"parallel lines cut any two lines in the same ratio: {a}{c} : {c}{e} = {b}{d} : {d}{f}",
            f"{d}{f} = {bd} · {ce} ÷ {ac} = {df}",
            *last,
        ),
        wrong=(df, bd + df, Fraction(bd * ac, ce), Fraction(ac * ce, bd), bd + ce - ac, 2 * bd),
        description=f"{c} lies on {a}{e}, and {d} lies on {b}{f}.",
        properties=f"{a}{b}, {c}{d} and {e}{f} are parallel.",
    )


FAMILIES = (intercept_theorem,)
