"""Right triangles: Pythagoras, and the altitude on the hypotenuse."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import RightAngle, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root, surd
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, halved, length, note
from envs.geometry.topics.placing import draw_triple
from envs.geometry.topics.wording import divisor
from envs.problem import draw, flip


def right_triangle(names: tuple[str, ...], ca: float, cb: float) -> dict[str, Any]:
    """A triangle ABC with the right angle at C and these legs."""
    a, b, c = names
    return {
        "points": {a: (0.0, float(ca)), b: (float(cb), 0.0), c: (0.0, 0.0)},
        "lines": (*outline(a, b, c), RightAngle(a, c, b)),
        "description": f"{a}{b}{c} is a triangle.",
        "properties": f"Angle {a}{c}{b} is a right angle.",
    }


def legs(rng: np.random.Generator, low: int, high: int) -> tuple[int, int]:
    """Different whole legs within bounds, at most three times each other."""
    while True:
        first, second = draw(rng, low, high), draw(rng, low, high)
        if first != second and max(first, second) <= 3 * min(first, second):
            return first, second


def pythagoras(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A side in whole numbers; with roots; over two right triangles, or from area or perimeter."""
    return by_level(
        "pythagoras",
        level,
        rng,
        (_hypotenuse_whole, _leg_whole),
        (_hypotenuse_root, _leg_root),
        (_two_right_triangles, _hypotenuse_from_area, _height_of_isosceles),
    )


def _hypotenuse(rng: np.random.Generator, first: int, second: int) -> Draft:
    names = a, b, c = letters(rng, 3)
    square = first**2 + second**2
    return Draft(
        **right_triangle(names, first, second),
        givens=(length(c, a, first), length(b, c, second)),
        question=find_length(rng, a, b),
        answer=root(square),
        steps=(
            f"the right angle is at {c}, so {a}{b}² = {c}{a}² + {b}{c}²",
            f"{a}{b}² = {first**2} + {second**2} = {square}",
            f"{a}{b} = √{square} = {root(square)}",
        ),
        wrong=(first + second, root(abs(first**2 - second**2)), square, halved(first * second), root(square) * 2),
    )


def _leg(rng: np.random.Generator, hypotenuse: int, known: int) -> Draft:
    names = a, b, c = letters(rng, 3)
    square = hypotenuse**2 - known**2
    return Draft(
        **right_triangle(names, math.sqrt(square), known),
        givens=(length(a, b, hypotenuse), length(b, c, known)),
        question=find_length(rng, c, a),
        answer=root(square),
        steps=(
            f"the right angle is at {c}, so {c}{a}² = {a}{b}² - {b}{c}²",
            f"{c}{a}² = {hypotenuse**2} - {known**2} = {square}",
            f"{c}{a} = √{square} = {root(square)}",
        ),
        wrong=(root(hypotenuse**2 + known**2), hypotenuse - known, square, hypotenuse + known, root(square) * 2),
    )


def _hypotenuse_whole(rng: np.random.Generator) -> Draft:
    first, second, _ = draw_triple(rng)
    return _hypotenuse(rng, first, second)


def _leg_whole(rng: np.random.Generator) -> Draft:
    _, known, hypotenuse = draw_triple(rng)
    return _leg(rng, hypotenuse, known)


def _hypotenuse_root(rng: np.random.Generator) -> Draft:
    return _hypotenuse(rng, *legs(rng, 2, 24))


def _leg_root(rng: np.random.Generator) -> Draft:
    hypotenuse = draw(rng, 5, 30)
    return _leg(rng, hypotenuse, draw(rng, math.ceil(0.35 * hypotenuse), math.floor(0.92 * hypotenuse)))


def _two_right_triangles(rng: np.random.Generator) -> Draft:
    """AB and BC are perpendicular, and CD stands on AC."""
    a, b, c, d = letters(rng, 4)
    while True:
        ab, bc = legs(rng, 2, 16)
        cd = draw(rng, 2, 20)
        if 0.5 < cd / math.hypot(ab, bc) < 1.8:
            break
    diagonal = math.hypot(ab, bc)
    points = {a: (0.0, float(ab)), b: (0.0, 0.0), c: (float(bc), 0.0)}
    points[d] = (bc + cd * ab / diagonal, cd * bc / diagonal)
    first, square = ab**2 + bc**2, ab**2 + bc**2 + cd**2
    return Draft(
        points=points,
        lines=(*outline(a, b, c, d), Segment(a, c), RightAngle(a, b, c), RightAngle(a, c, d)),
        givens=(length(a, b, ab), length(b, c, bc), length(c, d, cd)),
        question=find_length(rng, a, d),
        answer=root(square),
        steps=(
            f"in triangle {a}{b}{c}, {a}{c}² = {ab**2} + {bc**2} = {first}",
            f"in triangle {a}{c}{d}, {a}{d}² = {a}{c}² + {c}{d}² = {first} + {cd**2} = {square}",
            f"{a}{d} = √{square} = {root(square)}",
        ),
        wrong=(root(first), ab + bc + cd, root(abs(first - cd**2)), square, root(ab**2 + cd**2), root(bc**2 + cd**2)),
        description=f"{a}{b}{c}{d} is a quadrilateral with the diagonal {a}{c}.",
        properties=f"Angles {a}{b}{c} and {a}{c}{d} are right angles.",
    )


def _hypotenuse_from_area(rng: np.random.Generator) -> Draft:
    names = a, b, c = letters(rng, 3)
    first, second = legs(rng, 2, 24)
    area, square = halved(first * second), first**2 + second**2
    return Draft(
        **right_triangle(names, first, second),
        givens=(length(b, c, second), note(f"triangle {a}{b}{c}", f"area {area}")),
        question=find_length(rng, a, b),
        answer=root(square),
        steps=(
            f"the area is {c}{a} · {b}{c} ÷ 2, so {c}{a} = 2 · {area} ÷ {second} = {first}",
            f"{a}{b}² = {first**2} + {second**2} = {square}",
            f"{a}{b} = √{square} = {root(square)}",
        ),
        wrong=(
            root(Fraction(first**2, 4) + second**2),
            first,
            first + second,
            root(abs(first**2 - second**2)),
            root(4 * first**2 + second**2),
        ),
    )


def _height_of_isosceles(rng: np.random.Generator) -> Draft:
    """AB = AC: the area, or the height AD on BC, from the sides."""
    a, b, c, d = letters(rng, 4)
    while True:
        half, side = draw(rng, 2, 20), draw(rng, 3, 40)
        if 0.3 < half / side < 0.9:
            break
    square = side**2 - half**2
    height = math.sqrt(square)
    wants_area = flip(rng)
    answer = root(square) * (half if wants_area else 1)
    area_step = (f"the area is {2 * half} · {a}{d} ÷ 2 = {answer}",) if wants_area else ()
    return Draft(
        points={a: (0.0, height), b: (-float(half), 0.0), c: (float(half), 0.0), d: (0.0, 0.0)},
        lines=(*outline(a, b, c), Segment(a, d), RightAngle(a, d, c), Ticks(a, b), Ticks(a, c)),
        givens=(length(a, b, side), length(b, c, 2 * half, bracket=True)),
        question=find(rng, f"the area of triangle {a}{b}{c}") if wants_area else find_length(rng, a, d),
        answer=answer,
        steps=(
            f"{a}{b} = {a}{c}, so the height halves {b}{c}: {b}{d} = {2 * half} ÷ 2 = {half}",
            f"{a}{d}² = {a}{b}² - {b}{d}² = {side**2} - {half**2} = {square}",
            f"{a}{d} = √{square} = {root(square)}",
            *area_step,
        ),
        wrong=(
            (
                answer * 2,
                side * half,
                half * root(side**2 + half**2),
                root(abs(side**2 - 4 * half**2)) * half,
                answer / 2,
            )
            if wants_area
            else (root(abs(side**2 - 4 * half**2)), root(side**2 + half**2), side - half, square, side)
        ),
        description=f"{d} lies on side {b}{c} of triangle {a}{b}{c}.",
        properties=f"{a}{b} = {a}{c}, and {a}{d} is perpendicular to {b}{c}.",
    )


def altitude_on_hypotenuse(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The geometric mean theorem in whole numbers; the leg theorem with roots; altitude or area from other parts."""
    return by_level(
        "altitude_on_hypotenuse",
        level,
        rng,
        (_mean_whole, _other_part),
        (_altitude_root, _leg_theorem),
        (_altitude_from_legs, _area_from_altitude),
    )


def _altitude_figure(names: tuple[str, ...], p: float, q: float) -> dict[str, Any]:
    """A triangle ABC with the right angle at C and the foot D of its altitude; AD = p, DB = q."""
    a, b, c, d = names
    return {
        "points": {a: (-float(p), 0.0), b: (float(q), 0.0), c: (0.0, math.sqrt(p * q)), d: (0.0, 0.0)},
        "lines": (*outline(a, b, c), Segment(c, d), RightAngle(a, c, b), RightAngle(c, d, b)),
        "description": f"{d} lies on side {a}{b} of triangle {a}{b}{c}.",
        "properties": f"Angle {a}{c}{b} is a right angle, and {c}{d} is perpendicular to {a}{b}.",
    }


def _parts_with_whole_mean(rng: np.random.Generator) -> tuple[int, int, int]:
    """Parts p and q of a hypotenuse and the altitude, all whole."""
    while True:
        u, v, k = draw(rng, 1, 9), draw(rng, 1, 9), draw(rng, 1, 12)
        if u != v and max(u, v) <= 2.2 * min(u, v) and k * max(u, v) ** 2 <= 200:
            return k * u * u, k * v * v, k * u * v


def _mean_whole(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    p, q, h = _parts_with_whole_mean(rng)
    return Draft(
        **_altitude_figure(names, p, q),
        givens=(length(a, d, p), length(d, b, q)),
        question=find_length(rng, c, d),
        answer=h,
        steps=(
            f"the altitude on the hypotenuse: {c}{d}² = {a}{d} · {d}{b} = {p} · {q} = {p * q}",
            f"{c}{d} = √{p * q} = {h}",
        ),
        wrong=(halved(p + q), p * q, root(p * p + q * q), root(p * (p + q)), root(q * (p + q))),
    )


def _other_part(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    p, q, h = _parts_with_whole_mean(rng)
    whole = flip(rng)
    answer = p + q if whole else q
    last = (f"{a}{b} = {p} + {q} = {answer}",) if whole else ()
    return Draft(
        **_altitude_figure(names, p, q),
        givens=(length(c, d, h), length(a, d, p)),
        question=find_length(rng, *((a, b) if whole else (d, b))),
        answer=answer,
        steps=(
            f"the altitude on the hypotenuse: {c}{d}² = {a}{d} · {d}{b}, so {d}{b} = {h**2} ÷ {p} = {q}",
            *last,
        ),
        wrong=(p + q, q, root(h * h + p * p), 2 * p, h, h + p, Fraction(p * p, h)),
    )


def _altitude_root(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    p, q = legs(rng, 2, 30)
    return Draft(
        **_altitude_figure(names, p, q),
        givens=(length(a, d, p), length(a, b, p + q, bracket=True)),
        question=find_length(rng, c, d),
        answer=root(p * q),
        steps=(
            f"{d}{b} = {p + q} - {p} = {q}",
            f"the altitude on the hypotenuse: {c}{d}² = {a}{d} · {d}{b} = {p} · {q} = {p * q}",
            f"{c}{d} = √{p * q} = {root(p * q)}",
        ),
        wrong=(root(p * (p + q)), root(q * (p + q)), halved(p + q), q, p * q),
    )


def _leg_theorem(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    p, q = legs(rng, 2, 30)
    square = p * (p + q)
    return Draft(
        **_altitude_figure(names, p, q),
        givens=(length(a, d, p), length(d, b, q)),
        question=find_length(rng, a, c),
        answer=root(square),
        steps=(
            f"triangles {a}{c}{d} and {a}{b}{c} are similar, so {a}{c}² = {a}{d} · {a}{b}",
            f"{a}{c}² = {p} · ({p} + {q}) = {square}",
            f"{a}{c} = √{square} = {root(square)}",
        ),
        wrong=(root(p * q), root(q * (p + q)), root(p * p + q * q), p + q, square),
    )


def _altitude_from_legs(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    while True:
        ca, cb = draw_triple(rng)[:2] if flip(rng) else legs(rng, 2, 20)
        written = root(ca**2 + cb**2)
        answer = surd(ca * cb) / written
        if len(str(answer)) <= 8:
            break
    ab = float(written)
    return Draft(
        **_altitude_figure(names, ca * ca / ab, cb * cb / ab),
        givens=(length(c, a, ca), length(b, c, cb)),
        question=find_length(rng, c, d),
        answer=answer,
        steps=(
            f"{a}{b} = √({ca}² + {cb}²) = √{ca**2 + cb**2} = {written}",
            f"twice the area is {c}{a} · {b}{c} = {a}{b} · {c}{d}",
            f"{c}{d} = {ca} · {cb} ÷ {divisor(written)} = {answer}",
        ),
        wrong=(answer / 2, halved(ca + cb), root(ca * cb), ca * ca / written, written / 2),
    )


def _area_from_altitude(rng: np.random.Generator) -> Draft:
    """The area from the altitude and one part of the hypotenuse."""
    names = a, b, c, d = letters(rng, 4)
    while True:
        h, p = draw(rng, 3, 36), draw(rng, 2, 36)
        if h != p and 0.5 < h / p < 2 and (h * h) % p in (0, p / 2, p / 4):
            break
    q = Fraction(h * h, p)
    answer = (p + q) * h / 2
    return Draft(
        **_altitude_figure(names, p, float(q)),
        givens=(length(c, d, h), length(a, d, p)),
        question=find(rng, f"the area of triangle {a}{b}{c}"),
        answer=answer,
        steps=(
            f"the altitude on the hypotenuse: {c}{d}² = {a}{d} · {d}{b}, so {d}{b} = {h**2} ÷ {p} = {q}",
            f"{a}{b} = {p} + {q} = {p + q}",
            f"the area is {p + q} · {h} ÷ 2 = {answer}",
        ),
        wrong=(answer * 2, halved(h * p), q * h / 2, h * p, (p + h) * h / Fraction(2)),
    )


FAMILIES = (pythagoras, altitude_on_hypotenuse)
