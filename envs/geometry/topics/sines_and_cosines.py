"""The laws of sines and cosines."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import Number, Surd, root, surd
from envs.geometry.topics.drafts import (
    Draft,
    angle,
    by_level,
    find,
    find_angle,
    find_length,
    length,
)
from envs.geometry.topics.triangle_shapes import draw_sides, from_sides, from_two_sides, shapely, triangle
from envs.problem import draw, flip, pick

#: Sines of the angles that textbooks use.
SINES: dict[int, Surd] = {
    30: root(Fraction(1, 4)),
    45: root(Fraction(1, 2)),
    60: root(Fraction(3, 4)),
    75: (root(6) + root(2)) / 4,
    90: root(1),
    105: (root(6) + root(2)) / 4,
    120: root(Fraction(3, 4)),
    135: root(Fraction(1, 2)),
    150: root(Fraction(1, 4)),
}


def law_of_sines(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A side opposite a given angle; with the third angle first; an angle from two sides, or a sine of 75 degrees."""
    return by_level(
        "law_of_sines", level, rng, _opposite_side, _side_over_third_angle, (_angle_from_sides, _side_with_75)
    )


#: Angles at A and B whose sines are single roots; the third angle may be any.
_PAIRS = ((30, 45), (45, 30), (45, 60), (60, 45), (120, 30), (30, 120), (135, 30), (60, 75), (45, 105))


def _in_triangle(at_a: int, at_b: int, bc: Number) -> tuple[float, float, float]:
    """Sides BC, CA, AB of a triangle from its angles and BC."""
    unit = float(bc) / math.sin(math.radians(at_a))
    return float(bc), unit * math.sin(math.radians(at_b)), unit * math.sin(math.radians(at_a + at_b))


def _size(rng: np.random.Generator, most: int) -> Surd:
    """A whole number, or one times √2 or √3."""
    return root(pick(rng, (1, 1, 1, 2, 3))) * draw(rng, 2, most)


def _by_sines(a: str, b: str, known: int, wanted: int, size: Number) -> tuple[Surd, tuple[str, ...]]:
    """The side opposite the angle `wanted` from the one opposite `known`, named b and a; and the last steps."""
    answer = size * SINES[wanted] / SINES[known]
    return answer, (
        f"law of sines: {b} ÷ sin {wanted}° = {a} ÷ sin {known}°",
        f"sin {wanted}° = {SINES[wanted]} and sin {known}° = {SINES[known]}",
        f"{b} = {size} · ({SINES[wanted]}) ÷ ({SINES[known]}) = {answer}",
    )


def _slips(answer: Surd, size: Number, known: int, wanted: int) -> tuple[Number, ...]:
    """The inverse ratio, the ratio of the angles, the wrong root."""
    ratio = Fraction(wanted, known)
    return answer / 2, size * ratio, answer * root(2), answer * root(3), answer * 2, answer / root(3), size / ratio


def _opposite_side(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    at_a, at_b = pick(rng, [pair for pair in _PAIRS if 75 not in pair and 105 not in pair])
    size = surd(draw(rng, 2, 60))
    answer, steps = _by_sines(f"{b}{c}", f"{c}{a}", at_a, at_b, size)
    return Draft(
        **triangle(names, from_sides(names, *_in_triangle(at_a, at_b, size))),
        givens=(angle(b, a, c, at_a), angle(a, b, c, at_b), length(b, c, str(size))),
        question=find_length(rng, c, a),
        answer=answer,
        steps=steps,
        wrong=_slips(answer, size, at_a, at_b),
    )


def _side_over_third_angle(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    at_a, at_b, at_c = pick(
        rng, ((30, 105, 45), (45, 105, 30), (60, 75, 45), (45, 75, 60), (30, 30, 120), (120, 30, 30))
    )
    size = _size(rng, 40)
    answer, steps = _by_sines(f"{b}{c}", f"{a}{b}", at_a, at_c, size)
    return Draft(
        **triangle(names, from_sides(names, *_in_triangle(at_a, at_b, size))),
        givens=(angle(b, a, c, at_a), angle(a, b, c, at_b), length(b, c, str(size))),
        question=find_length(rng, a, b),
        answer=answer,
        steps=(f"angle {a}{c}{b} = 180 - {at_a} - {at_b} = {at_c}", *steps),
        wrong=_slips(answer, size, at_a, at_c),
    )


def _angle_from_sides(rng: np.random.Generator) -> Draft:
    """The angle at B, or at C, from that at A, BC and CA."""
    names = a, b, c = letters(rng, 3)
    at_a, at_b = pick(
        rng, ((30, 45), (45, 30), (45, 60), (60, 45), (120, 30), (135, 30), (30, 120), (30, 135), (60, 30))
    )
    size = _size(rng, 30)
    ca = size * SINES[at_b] / SINES[at_a]
    kind = "acute" if at_b < 90 else "obtuse"
    third = flip(rng)
    answer = 180 - at_a - at_b if third else at_b
    last = (f"angle {a}{c}{b} = 180 - {at_a} - {at_b} = {answer}",) if third else ()
    asking = find_angle(rng, *((a, c, b) if third else (a, b, c)))
    return Draft(
        **triangle(names, from_sides(names, *_in_triangle(at_a, at_b, size))),
        givens=(angle(b, a, c, at_a), length(b, c, str(size)), length(c, a, str(ca))),
        question=f"The angle at {b} is {kind}. {asking}",
        answer=answer,
        steps=(
            f"law of sines: sin {b} = {c}{a} · sin {at_a}° ÷ {b}{c} = ({ca}) · ({SINES[at_a]}) ÷ ({size}) = {SINES[at_b]}",
            f"the angle at {b} is {kind}, so it is {at_b}",
            *last,
        ),
        wrong=(180 - answer, at_b, 180 - at_a - at_b, 90 - at_a, at_a, 180 - at_b, 180 - 2 * at_a),
    )


def _side_with_75(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    at_a, at_b = pick(rng, ((45, 60), (60, 45), (30, 45), (45, 30)))
    at_c = 180 - at_a - at_b
    size = _size(rng, 30)
    answer, steps = _by_sines(f"{b}{c}", f"{a}{b}", at_a, at_c, size)
    return Draft(
        **triangle(names, from_sides(names, *_in_triangle(at_a, at_b, size))),
        givens=(angle(b, a, c, at_a), angle(a, b, c, at_b), length(b, c, str(size))),
        question=find_length(rng, a, b),
        answer=answer,
        steps=(f"angle {a}{c}{b} = 180 - {at_a} - {at_b} = {at_c}", *steps),
        wrong=(size * SINES[at_b] / SINES[at_a], *_slips(answer, size, at_a, at_c)),
    )


#: Cosines of the angles that textbooks use.
COSINES: dict[int, Surd] = {
    30: root(Fraction(3, 4)),
    45: root(Fraction(1, 2)),
    60: root(Fraction(1, 4)),
    120: -root(Fraction(1, 4)),
    135: -root(Fraction(1, 2)),
    150: -root(Fraction(3, 4)),
}


def law_of_cosines(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The third side; a cosine or an angle from three sides; a side beside the given angle, or a perimeter."""
    return by_level(
        "law_of_cosines",
        level,
        rng,
        _third_side,
        (_third_side_root, _cosine_from_sides, _special_angle_from_sides),
        (_side_beside_angle, _perimeter_from_angle),
    )


def _from_cosines(names: tuple[str, ...], ab: Surd, ca: Surd, at_a: int) -> tuple[int, tuple[str, ...]]:
    """The square of BC, a whole number, and the steps to BC."""
    a, b, c = names
    square = ab * ab + ca * ca - ab * ca * COSINES[at_a] * 2
    whole = int(float(square) + 0.5)
    return whole, (
        f"law of cosines: {b}{c}² = {a}{b}² + {c}{a}² - 2 · {a}{b} · {c}{a} · cos {at_a}°",
        f"cos {at_a}° = {COSINES[at_a]}, so {b}{c}² = {ab * ab} + {ca * ca} - ({ab * ca * COSINES[at_a] * 2}) = {whole}",
        f"{b}{c} = √{whole} = {root(whole)}",
    )


def _cosine_draft(rng: np.random.Generator, ab: Surd, ca: Surd, at_a: int) -> Draft:
    names = a, b, c = letters(rng, 3)
    whole, steps = _from_cosines(names, ab, ca, at_a)
    square = ab * ab + ca * ca
    other = square + ab * ca * COSINES[at_a] * 2
    return Draft(
        **triangle(names, from_two_sides(names, float(ab), float(ca), at_a)),
        givens=(angle(b, a, c, at_a), length(a, b, str(ab)), length(c, a, str(ca))),
        question=find_length(rng, b, c),
        answer=root(whole),
        steps=steps,
        wrong=(_root_of(square), _root_of(other), _root_of(square - ab * ca * COSINES[at_a]), whole, root(whole) * 2),
    )


def _root_of(square: Surd) -> Number:
    """The root of a number that may be whole; 0, which no one takes for an answer, if it is not."""
    value = round(float(square))
    return root(value) if square == value and value > 0 else 0


def _third_side(rng: np.random.Generator) -> Draft:
    while True:
        at_a, ab, ca = pick(rng, (60, 120)), draw(rng, 3, 40), draw(rng, 3, 40)
        square = ab**2 + ca**2 + (ab * ca if at_a == 120 else -ab * ca)
        if ab != ca and math.isqrt(square) ** 2 == square and shapely(math.isqrt(square), ca, ab, 20):
            return _cosine_draft(rng, surd(ab), surd(ca), at_a)


def _third_side_root(rng: np.random.Generator) -> Draft:
    while True:
        at_a = pick(rng, (30, 45, 60, 120, 135, 150))
        ab, ca = draw(rng, 2, 20), draw(rng, 2, 20)
        second = surd(ca) if at_a in (60, 120) else root(2 if at_a in (45, 135) else 3) * ca
        square = float(surd(ab**2) + second * second - second * COSINES[at_a] * (2 * ab))
        if ab != ca and shapely(math.sqrt(square), float(second), ab, 20, 151):
            return _cosine_draft(rng, surd(ab), second, at_a)


def _cosine_from_sides(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    while True:
        bc, ca, ab = draw_sides(rng, 3, 16)
        cosine = Fraction(ab**2 + ca**2 - bc**2, 2 * ab * ca)
        if cosine.denominator <= 40 and cosine != 0:
            break
    return Draft(
        **triangle(names, from_sides(names, bc, ca, ab)),
        givens=(length(a, b, ab), length(b, c, bc), length(c, a, ca)),
        question=find(rng, f"the cosine of angle {b}{a}{c}"),
        answer=cosine,
        steps=(
            f"law of cosines: {b}{c}² = {a}{b}² + {c}{a}² - 2 · {a}{b} · {c}{a} · cos {a}",
            f"{bc**2} = {ab**2} + {ca**2} - {2 * ab * ca} · cos {a}",
            f"cos {a} = ({ab**2} + {ca**2} - {bc**2}) ÷ {2 * ab * ca} = {cosine}",
        ),
        wrong=(
            -cosine,
            cosine * 2,
            Fraction(ab**2 + bc**2 - ca**2, 2 * ab * bc),
            Fraction(bc**2 + ca**2 - ab**2, 2 * bc * ca),
            cosine / 2,
        ),
        signed=True,
    )


#: Sides BC, CA, AB in lowest terms of triangles with 60 or 120 degrees at A and no other such angle.
_EISENSTEIN = tuple(
    (math.isqrt(square), ca, ab, degrees)
    for degrees, sign in ((60, -1), (120, 1))
    for ca in range(3, 60)
    for ab in range(3, 60)
    if (square := ca * ca + ab * ab + sign * ca * ab) == math.isqrt(square) ** 2 and ca != ab
    if math.gcd(ca, ab) == 1 and shapely(math.isqrt(square), ca, ab, 20)
)


def _eisenstein(rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Whole sides BC, CA, AB and the angle at A, 60 or 120 degrees."""
    bc, ca, ab, degrees = pick(rng, _EISENSTEIN)
    k = draw(rng, 1, max(1, 70 // bc))
    return k * bc, k * ca, k * ab, degrees


def _special_angle_from_sides(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    bc, ca, ab, degrees = _eisenstein(rng)
    cosine = Fraction(1, 2) if degrees == 60 else Fraction(-1, 2)
    return Draft(
        **triangle(names, from_sides(names, bc, ca, ab)),
        givens=(length(a, b, ab), length(b, c, bc), length(c, a, ca)),
        question=find_angle(rng, b, a, c),
        answer=degrees,
        steps=(
            f"law of cosines: cos {a} = ({a}{b}² + {c}{a}² - {b}{c}²) ÷ (2 · {a}{b} · {c}{a})",
            f"cos {a} = ({ab**2} + {ca**2} - {bc**2}) ÷ {2 * ab * ca} = {cosine}",
            f"angle {b}{a}{c} = {degrees}",
        ),
        wrong=(180 - degrees, 30, 150, 90, 45),
    )


def _side_beside_angle(rng: np.random.Generator) -> Draft:
    """AB from BC, CA and the angle at A."""
    names = a, b, c = letters(rng, 3)
    while True:
        bc, ca, ab, degrees = _eisenstein(rng)
        # AB solves s² - 2 · CA · cos A · s + CA² - BC² = 0, whose other root is negative if BC > CA
        if bc > ca:
            break
    middle = ca if degrees == 60 else -ca
    sign = "-" if middle > 0 else "+"
    return Draft(
        **triangle(names, from_sides(names, bc, ca, ab)),
        givens=(angle(b, a, c, degrees), length(b, c, bc), length(c, a, ca)),
        question=find_length(rng, a, b),
        answer=ab,
        steps=(
            f"law of cosines with s = {a}{b}: {bc}² = s² + {ca}² - 2 · {ca} · s · cos {degrees}°",
            f"s² {sign} {ca}s - {bc**2 - ca**2} = 0",
            f"s = ({middle} + √({ca**2} + 4 · {bc**2 - ca**2})) ÷ 2 = ({middle} + {2 * ab - middle}) ÷ 2 = {ab}",
        ),
        wrong=(ab - middle, root(bc**2 - ca**2), root(bc**2 + ca**2), bc, abs(bc - ca), 2 * ab - middle),
    )


def _perimeter_from_angle(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    while True:
        degrees, ab, ca = pick(rng, (60, 120)), draw(rng, 3, 20), draw(rng, 3, 20)
        square = ab**2 + ca**2 + (ab * ca if degrees == 120 else -ab * ca)
        if ab != ca and shapely(math.sqrt(square), ca, ab, 20):
            break
    whole, steps = _from_cosines(names, surd(ab), surd(ca), degrees)
    total = root(whole) + ab + ca
    return Draft(
        **triangle(names, from_two_sides(names, ab, ca, degrees)),
        givens=(angle(b, a, c, degrees), length(a, b, ab), length(c, a, ca)),
        question=find(rng, f"the perimeter of triangle {a}{b}{c}"),
        answer=total,
        steps=(*steps, f"the perimeter is {ab} + {ca} + {root(whole)} = {total}"),
        wrong=(
            root(ab**2 + ca**2) + ab + ca,
            root(2 * (ab**2 + ca**2) - whole) + ab + ca,
            root(whole),
            ab + ca,
            root(whole) * 2 + ab + ca,
        ),
    )


FAMILIES = (law_of_sines, law_of_cosines)
