"""Similar triangles: their sides, perimeters and areas."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Chevrons, Coordinates, EqualAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, length
from envs.geometry.topics.intercepts import PARALLEL, parallel_figure
from envs.geometry.topics.placing import between
from envs.geometry.topics.triangle_areas import area_of
from envs.geometry.topics.triangle_shapes import draw_sides, from_sides, shapely
from envs.problem import draw, flip, pick


def similar_triangles(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Two triangles with equal angles: a whole side, a fraction; a triangle within another that shares an angle."""
    return by_level(
        "similar_triangles",
        level,
        rng,
        _side_by_scale,
        (_side_by_ratio, _perimeter_by_ratio),
        (_shared_angle, _same_angle_on_side),
    )


def _plump_sides(rng: np.random.Generator, low: int, high: int) -> tuple[int, int, int]:
    """Sides, of which none is twice another, for triangles that share a picture."""
    while True:
        sides = draw_sides(rng, low, high)
        if max(sides) < 1.9 * min(sides):
            return sides


def _pair(rng: np.random.Generator, sides: tuple[float, ...], ratio: float) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Names ABCDEF of similar triangles ABC and DEF, sides BC, CA, AB, and ratio DE : AB; and their figure."""
    names = a, b, c, d, e, f = letters(rng, 6)
    first, second = from_sides((a, b, c), *sides), from_sides((d, e, f), *(ratio * side for side in sides))
    gap = max(x for x, _ in first.values()) + 0.2 * max(1.0, ratio) * max(sides) - min(x for x, _ in second.values())
    points: dict[str, Coordinates] = first | {name: (x + gap, y) for name, (x, y) in second.items()}
    marks = (EqualAngle(b, a, c), EqualAngle(e, d, f), EqualAngle(a, b, c, 2), EqualAngle(d, e, f, 2))
    figure = {
        "points": points,
        "lines": (*outline(a, b, c), *outline(d, e, f), *marks),
        "description": f"{a}{b}{c} and {d}{e}{f} are triangles.",
        "properties": f"Angle {b}{a}{c} = angle {e}{d}{f}, and angle {a}{b}{c} = angle {d}{e}{f}.",
    }
    return names, figure


def _two_sides(rng: np.random.Generator, names: tuple[str, ...]) -> tuple[tuple[int, int], list[tuple[str, str]]]:
    """Numbers of two different sides, 0 BC, 1 CA, 2 AB, and all sides of ABC and then of DEF."""
    a, b, c, d, e, f = names
    i, j = (int(k) for k in rng.permutation(3)[:2])
    return (i, j), [(b, c), (c, a), (a, b), (e, f), (f, d), (d, e)]


def _proportion(rng: np.random.Generator, sides: tuple[int, int, int], ratio: Fraction) -> Draft:
    """Two sides of the one triangle and one of the other, all whole but the fourth."""
    names, figure = _pair(rng, sides, float(ratio))
    (i, j), pairs = _two_sides(rng, names)
    known, like, other, wanted = pairs[i], pairs[i + 3], pairs[j], pairs[j + 3]
    size, answer = sides[i] * ratio, sides[j] * ratio
    (k, m, n, w) = ("".join(pair) for pair in (known, like, other, wanted))
    return Draft(
        **figure,
        givens=(length(*known, sides[i]), length(*other, sides[j]), length(*like, str(size))),
        question=find_length(rng, *wanted),
        answer=answer,
        steps=(
            "the triangles have two equal angles, so they are similar and their sides are in one ratio",
            f"{m} : {k} = {size} : {sides[i]} = {ratio}",
            f"{w} = {ratio} · {n} = {ratio} · {sides[j]} = {answer}",
        ),
        wrong=(sides[j] + size - sides[i], sides[j] / ratio, sides[i] * size / sides[j], answer * ratio, answer + 1),
    )


def _side_by_scale(rng: np.random.Generator) -> Draft:
    ratio = pick(rng, (Fraction(1, 2), Fraction(2), Fraction(2, 3), Fraction(3, 2), Fraction(5, 2), Fraction(2, 5)))
    sides = _plump_sides(rng, 2, 20)
    k = ratio.denominator
    return _proportion(rng, (k * sides[0], k * sides[1], k * sides[2]), ratio)


def _side_by_ratio(rng: np.random.Generator) -> Draft:
    while True:
        sides = _plump_sides(rng, 4, 25)
        ratio = Fraction(draw(rng, 3, 30), sides[0])
        if Fraction(2, 5) <= ratio <= Fraction(5, 2) and ratio != 1 and ratio.denominator <= 12:
            break
    return _proportion(rng, sides, ratio)


def _perimeter_by_ratio(rng: np.random.Generator) -> Draft:
    """All sides of one triangle and one of the other; the perimeter of the other."""
    while True:
        sides = _plump_sides(rng, 4, 24)
        i = draw(rng, 0, 2)
        ratio = Fraction(draw(rng, 3, 40), sides[i])
        if Fraction(2, 5) <= ratio <= Fraction(5, 2) and ratio != 1 and ratio.denominator <= 12:
            break
    names, figure = _pair(rng, sides, float(ratio))
    _, pairs = _two_sides(rng, names)
    like, size, total = pairs[i + 3], sides[i] * ratio, sum(sides)
    known, target = "".join(pairs[i]), "".join(names[3:])
    return Draft(
        **figure,
        givens=(*(length(*pair, side) for pair, side in zip(pairs, sides, strict=False)), length(*like, str(size))),
        question=find(rng, f"the perimeter of triangle {target}"),
        answer=total * ratio,
        steps=(
            "the triangles have two equal angles, so they are similar",
            f"{''.join(like)} : {known} = {size} : {sides[i]} = {ratio}",
            f"the perimeter of {''.join(names[:3])} is {' + '.join(map(str, sides))} = {total}",
            f"the perimeter of {target} is {ratio} · {total} = {total * ratio}",
        ),
        wrong=(total, total + 3 * (size - sides[i]), total / ratio, total * ratio**2, 3 * size),
    )


def _shared_angle(rng: np.random.Generator) -> Draft:
    """D on AB and E on AC with angle ADE = ACB; of AD, AC, AE, AB one is wanted."""
    a, b, c, d, e = letters(rng, 5)
    while True:
        ad, ac, ae = draw(rng, 3, 24), draw(rng, 6, 40), draw(rng, 3, 24)
        ab = Fraction(ac * ae, ad)
        lean = draw(rng, 40, 80)
        bc = math.sqrt(ab**2 + ac**2 - 2 * float(ab) * ac * math.cos(math.radians(lean)))
        inside = 0.3 < ad / ab < 0.75 and 0.3 < ae / ac < 0.75 and ad != ae and ab.denominator <= 12
        if inside and shapely(bc, ac, float(ab), 30, 110) and abs(ae / ac - ad / ab) > 0.08:
            break
    points = {a: (0.0, 0.0), b: (float(ab), 0.0)}
    points[c] = (ac * math.cos(math.radians(lean)), ac * math.sin(math.radians(lean)))
    points |= {d: (float(ad), 0.0), e: between(points[a], points[c], ae / ac)}
    return Draft(
        points=points,
        lines=(*outline(a, b, c), Segment(d, e), EqualAngle(a, d, e), EqualAngle(a, c, b)),
        givens=(length(a, d, ad), length(a, e, ae), length(a, c, ac, bracket=True)),
        question=find_length(rng, a, b),
        answer=ab,
        steps=(
            f"triangles {a}{d}{e} and {a}{c}{b} share the angle at {a}, and angle {a}{d}{e} = angle {a}{c}{b}",
            f"so they are similar, and {a}{d} : {a}{c} = {a}{e} : {a}{b}",
            f"{a}{b} = {a}{e} · {a}{c} ÷ {a}{d} = {ae} · {ac} ÷ {ad} = {ab}",
        ),
        wrong=(Fraction(ad * ac, ae), Fraction(ad * ae, ac), ac + ae - ad, ac + ad - ae, ab - ad),
        description=f"In triangle {a}{b}{c}, {d} lies on {a}{b} and {e} lies on {a}{c}.",
        properties=f"Angle {a}{d}{e} = angle {a}{c}{b}.",
    )


def _same_angle_on_side(rng: np.random.Generator) -> Draft:
    """D on BC with angle BAD = BCA, so that AB² = BD · BC."""
    a, b, c, d = letters(rng, 4)
    while True:
        bd, dc = draw(rng, 2, 20), draw(rng, 2, 30)
        square = bd * (bd + dc)
        ab, ac = math.sqrt(square), draw(rng, 5, 40)
        good = shapely(bd + dc, ac, ab, 30, 110) and 0.3 < bd / (bd + dc) < 0.72
        if good and len(str(root(square))) <= 5 and shapely(bd, ac * bd / ab, ab, 20, 140):
            break
    corners = from_sides((b, c, a), ac, ab, bd + dc)
    points = {name: corners[name] for name in (a, b, c)} | {d: (float(bd), 0.0)}
    return Draft(
        points=points,
        lines=(*outline(a, b, c), Segment(a, d), EqualAngle(b, a, d), EqualAngle(b, c, a)),
        givens=(length(b, d, bd), length(d, c, dc)),
        question=find_length(rng, a, b),
        answer=root(square),
        steps=(
            f"triangles {a}{b}{d} and {c}{b}{a} share the angle at {b}, and angle {b}{a}{d} = angle {b}{c}{a}",
            f"so they are similar, and {a}{b} : {b}{c} = {b}{d} : {a}{b}",
            f"{a}{b}² = {b}{d} · {b}{c} = {bd} · {bd + dc} = {square}",
            f"{a}{b} = √{square} = {root(square)}",
        ),
        wrong=(root(bd * dc), bd + dc, root(dc * (bd + dc)), root(bd**2 + dc**2), square),
        description=f"{d} lies on side {b}{c} of triangle {a}{b}{c}.",
        properties=f"Angle {b}{a}{d} = angle {b}{c}{a}.",
    )


def similar_areas(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Areas with a parallel to a side: of triangles; of the trapezoid; lengths from areas, and a trapezoid's diagonals."""
    return by_level(
        "similar_areas", level, rng, _area_of_triangle, _area_of_rest, (_length_from_areas, _area_by_diagonals)
    )


def _areas(rng: np.random.Generator, most: int = 20) -> tuple[int, int, int, int]:
    """AD, DB, and whole areas of ADE and ABC."""
    while True:
        ad, db = draw(rng, 1, most), draw(rng, 1, most)
        common = math.gcd(ad, db)
        p, q = ad // common, db // common
        k = draw(rng, 1, 9)
        if p != q and max(p, q) <= 3 * min(p, q) and k * (p + q) ** 2 <= 900:
            return ad, db, k * p * p, k * (p + q) ** 2


def _area_figure(rng: np.random.Generator, ad: int, db: int, area: int) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Names ABCDE and `parallel_figure` for a triangle ABC of this area."""
    names = a, b, c, _, _ = letters(rng, 5)
    ab, height = ad + db, 2 * area / (ad + db)
    corners = {a: (0.0, 0.0), b: (float(ab), 0.0), c: (ab * draw(rng, 30, 70) / 100, height)}
    return names, parallel_figure(names, corners, ad / ab)


def _shaped_areas(rng: np.random.Generator) -> tuple[tuple[str, ...], int, int, int, int, dict[str, Any]]:
    """Names, AD, DB, areas of ADE and ABC, and a good figure of them."""
    while True:
        ad, db, small, large = _areas(rng)
        if 0.55 < 2 * large / (ad + db) ** 2 < 1.3:
            names, figure = _area_figure(rng, ad, db, large)
            return names, ad, db, small, large, figure


def _area_of_triangle(rng: np.random.Generator) -> Draft:
    (a, b, c, d, e), ad, db, small, large, figure = _shaped_areas(rng)
    up = flip(rng)
    known, target = (f"{a}{d}{e}", f"{a}{b}{c}") if up else (f"{a}{b}{c}", f"{a}{d}{e}")
    size, answer = (small, large) if up else (large, small)
    ratio = Fraction(ad + db, ad) if up else Fraction(ad, ad + db)
    return Draft(
        **figure,
        givens=(length(a, d, ad), length(d, b, db), area_of(known, size)),
        question=find(rng, f"the area of triangle {target}"),
        answer=answer,
        steps=(
            f"{d}{e} {PARALLEL} {b}{c}, so the triangles are similar, and {a}{b} = {ad} + {db} = {ad + db}",
            f"the sides of {target} are {ratio} times those of {known}, so the area is ({ratio})² = {ratio**2} times as large",
            f"the area of {target} is {size} · {ratio**2} = {answer}",
        ),
        wrong=(size * ratio, size * Fraction(db, ad) ** 2, size / ratio, abs(large - small), size * ratio**3),
    )


def _area_of_rest(rng: np.random.Generator) -> Draft:
    (a, b, c, d, e), ad, db, small, large, figure = _shaped_areas(rng)
    up = flip(rng)
    known, size = (f"{a}{d}{e}", small) if up else (f"{a}{b}{c}", large)
    other, found = (f"{a}{b}{c}", large) if up else (f"{a}{d}{e}", small)
    return Draft(
        **figure,
        givens=(length(a, d, ad), length(d, b, db), area_of(known, size)),
        question=find(rng, f"the area of quadrilateral {d}{b}{c}{e}"),
        answer=large - small,
        steps=(
            f"{d}{e} {PARALLEL} {b}{c}, so triangles {a}{d}{e} and {a}{b}{c} are similar, with sides as {ad} to {ad + db}",
            f"their areas are as {ad**2} to {(ad + db) ** 2}, so {other} has area {found}",
            f"the quadrilateral has area {large} - {small} = {large - small}",
        ),
        wrong=(
            found,
            Fraction(size * db, ad) if up else Fraction(size * db, ad + db),
            small * Fraction(db, ad) ** 2,
            large + small,
            large * Fraction(db, ad + db) ** 2,
        ),
    )


def _length_from_areas(rng: np.random.Generator) -> Draft:
    """BC or DE from the areas of ADE and of ABC."""
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        small, ratio, de = draw(rng, 2, 60), Fraction(draw(rng, 2, 9), draw(rng, 1, 4)), draw(rng, 2, 20)
        large = small * ratio
        if 1.5 <= ratio <= 8 and large.denominator == 1 and 0.5 < 2 * small / de**2 < 1.2:
            break
    bc = root(ratio) * de
    height, width = float(2 * large / float(bc)), float(bc)
    apex = width * draw(rng, 30, 70) / 100
    corners = {a: (apex, height), b: (0.0, 0.0), c: (width, 0.0)}
    return Draft(
        **parallel_figure(names, corners, 1 / math.sqrt(ratio)),
        givens=(length(d, e, de), area_of(f"{a}{d}{e}", small), area_of(f"{a}{b}{c}", large)),
        question=find_length(rng, b, c),
        answer=bc,
        steps=(
            f"{d}{e} {PARALLEL} {b}{c}, so triangles {a}{d}{e} and {a}{b}{c} are similar",
            f"their areas are as {small} to {large}, so ({b}{c} ÷ {d}{e})² = {ratio}",
            f"{b}{c} = {de} · √({ratio}) = {bc}",
        ),
        wrong=(de * ratio, root(ratio - 1) * de, de * ratio**2, large - small + de, root(large)),
    )


def _area_by_diagonals(rng: np.random.Generator) -> Draft:
    """AB and CD are parallel, AC and BD cross at E: the trapezoid from the areas of ABE and CDE."""
    a, b, c, d, e = letters(rng, 5)
    while True:
        m, n, k = draw(rng, 1, 12), draw(rng, 1, 12), draw(rng, 1, 6)
        if m > n and m <= 2.4 * n:
            break
    first, second, answer = k * m * m, k * n * n, k * (m + n) ** 2
    width, height = math.sqrt(first) * 1.5, math.sqrt(first) / 0.75
    corners = {a: (0.0, 0.0), b: (width, 0.0), e: (width * draw(rng, 40, 60) / 100, height)}
    points = {a: corners[a], b: corners[b]}
    points[c] = between(corners[a], corners[e], 1 + n / m)
    points[d] = between(corners[b], corners[e], 1 + n / m)
    points[e] = corners[e]
    return Draft(
        points=points,
        lines=(*outline(a, b, c, d), Segment(a, c), Segment(b, d), Chevrons(a, b), Chevrons(d, c)),
        givens=(area_of(f"{a}{b}{e}", first), area_of(f"{c}{d}{e}", second)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=answer,
        steps=(
            f"{a}{b} {PARALLEL} {c}{d}, so triangles {a}{b}{e} and {c}{d}{e} are similar; areas {first} to {second},"
            f" so sides {m // math.gcd(m, n)} to {n // math.gcd(m, n)}",
            f"triangle {b}{c}{e} has the height of {a}{b}{e} from {b}, so its area is {first} · {e}{c} ÷ {a}{e} = {k * m * n}",
            f"triangle {a}{d}{e} has the same area, {k * m * n}",
            f"the area is {first} + {second} + 2 · {k * m * n} = {answer}",
        ),
        wrong=(first + second, first + second + k * m * n, 2 * (first + second), first + 2 * k * m * n, k * m * n),
        description=f"The diagonals of quadrilateral {a}{b}{c}{d} meet at {e}.",
        properties=f"{a}{b} {PARALLEL} {c}{d}.",
    )


FAMILIES = (similar_triangles, similar_areas)
