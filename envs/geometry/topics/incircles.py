"""Circles inscribed in triangles: tangent lengths and the inradius."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Circle, Coordinates, Dot, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.drafts import Draft, by_level, find, find_length, halved, length
from envs.geometry.topics.placing import draw_triple, foot
from envs.problem import draw, pick


def inscribed_circle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A side or the perimeter from tangent lengths; inradius of a right triangle; tangent length or inradius from sides."""
    return by_level(
        "inscribed_circle",
        level,
        rng,
        (_perimeter, _side),
        (_right_inradius, _right_inradius_root),
        (_tangent_from_sides, _inradius_from_sides),
    )


def _triangle(sides: tuple[float, float, float]) -> list[Coordinates]:
    """Corners A, B, C for sides BC, CA, AB, then the incentre and the points of contact on BC, CA, AB."""
    a, b, c = sides
    x = (b * b + c * c - a * a) / (2 * c)
    corners = [(0.0, 0.0), (c, 0.0), (x, math.sqrt(b * b - x * x))]
    centre = tuple(sum(w * p[i] for w, p in zip(sides, corners, strict=True)) / sum(sides) for i in (0, 1))
    o = (centre[0], centre[1])
    touching = [foot(o, corners[(i + 1) % 3], corners[(i + 2) % 3]) for i in range(3)]
    return [*corners, o, *touching]


def _figure(names: tuple[str, ...], sides: tuple[float, float, float]) -> dict[str, Any]:
    """A triangle ABC with its incircle, which touches BC, CA, AB at D, E, F."""
    a, b, c, d, e, f = names
    points = dict(zip((a, b, c, "O", d, e, f), _triangle(sides), strict=True))
    return {
        "points": points,
        "lines": (
            Segment(a, b),
            Segment(b, c),
            Segment(c, a),
            Circle("O", d),
            *(Dot(p) for p in ("O", d, e, f)),
        ),
        "description": f"The circle about O inscribed in triangle {a}{b}{c} meets {b}{c} at {d}, {c}{a} at {e}"
        f" and {a}{b} at {f}.",
    }


def _draw_sides(rng: np.random.Generator) -> tuple[int, int, int]:
    """Tangent lengths from A, B, C such that the triangle has a good shape and no right angle."""
    x, y, z = (draw(rng, 2, 16) for _ in range(3))
    sides = y + z, z + x, x + y
    low, middle, high = sorted(sides)
    fair = 2 * low > high and 0.72 * (low**2 + middle**2) > 0.5 * high**2 and low**2 + middle**2 != high**2
    return (x, y, z) if fair and len(set(sides)) == 3 else _draw_sides(rng)


def _touches(names: tuple[str, ...]) -> str:
    a, b, c, *_ = names
    return f"The circle touches all sides of triangle {a}{b}{c}."


def _perimeter(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f = letters(rng, 6)
    x, y, z = _draw_sides(rng)
    return Draft(
        **_figure(names, (y + z, z + x, x + y)),
        givens=(length(a, f, x), length(b, d, y), length(c, e, z)),
        question=f"{_touches(names)} {find(rng, f'the perimeter of triangle {a}{b}{c}')}",
        answer=2 * (x + y + z),
        steps=(
            f"tangents from one point are equally long: {a}{e} = {a}{f} = {x}, {b}{f} = {b}{d} = {y}, {c}{d} = {c}{e} = {z}",
            f"the perimeter is 2 · ({x} + {y} + {z}) = {2 * (x + y + z)}",
        ),
        wrong=(x + y + z, 2 * (x + y) + z, x + 2 * y + 2 * z, 3 * (x + y + z)),
    )


def _side(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f = letters(rng, 6)
    x, y, z = _draw_sides(rng)
    return Draft(
        **_figure(names, (y + z, z + x, x + y)),
        givens=(length(a, f, x), length(f, b, y), length(a, c, z + x)),
        question=f"{_touches(names)} {find_length(rng, b, c)}",
        answer=y + z,
        steps=(
            f"tangents from one point are equally long: {a}{e} = {a}{f} = {x} and {b}{d} = {b}{f} = {y}",
            f"{c}{e} = {z + x} - {x} = {z}, and {c}{d} = {c}{e} = {z}",
            f"{b}{c} = {y} + {z} = {y + z}",
        ),
        wrong=(x + y, z + x, z, 2 * x + y + z, x + y + z),
    )


def _right_figure(names: tuple[str, ...], p: float, q: float) -> dict[str, Any]:
    """A right triangle ABC with legs CA = p, CB = q, its incircle, and the radius to D on BC."""
    a, b, c, d = names
    r = (p + q - math.hypot(p, q)) / 2
    return {
        "points": {a: (0.0, p), b: (q, 0.0), c: (0.0, 0.0), "O": (r, r), d: (r, 0.0)},
        "lines": (
            Segment(a, b),
            Segment(b, c),
            Segment(c, a),
            RightAngle(a, c, b),
            Circle("O", d),
            Segment("O", d),
            Dot("O"),
        ),
        "description": f"The circle about O is inscribed in triangle {a}{b}{c} and meets {b}{c} at {d}.",
        "properties": f"Angle {a}{c}{b} is a right angle.",
    }


def _right_inradius(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    p, q, hypotenuse = draw_triple(rng)
    r = (p + q - hypotenuse) // 2
    from_legs = (length(c, a, p), length(b, c, q))
    from_hypotenuse = (length(b, c, q), length(a, b, hypotenuse))
    whole = pick(rng, (from_legs, from_hypotenuse))
    third = (
        f"{a}{b} = √({p}² + {q}²) = {hypotenuse}" if whole is from_legs else f"{c}{a} = √({hypotenuse}² - {q}²) = {p}"
    )
    return Draft(
        **_right_figure((a, b, c, d), p, q),
        givens=whole,
        question=f"{_touches((a, b, c))} {find(rng, 'the radius of the circle')}",
        answer=r,
        steps=(
            f"by Pythagoras, {third}",
            f"the tangents from {c} are as long as the radius r, so {a}{b} = ({p} - r) + ({q} - r)",
            f"r = ({p} + {q} - {hypotenuse}) ÷ 2 = {r}",
        ),
        wrong=(2 * r, halved(hypotenuse), halved(p + q + hypotenuse), halved(min(p, q)), Fraction(p * q, hypotenuse)),
    )


def _right_inradius_root(rng: np.random.Generator) -> Draft:
    a, b, c, d = letters(rng, 4)
    p = draw(rng, 2, 20)
    q = draw(rng, math.ceil(p / 3), 3 * p)
    hypotenuse = root(p * p + q * q)
    answer = (p + q - hypotenuse) / 2
    return Draft(
        **_right_figure((a, b, c, d), p, q),
        givens=(length(c, a, p), length(b, c, q)),
        question=f"{_touches((a, b, c))} {find(rng, 'the radius of the circle')}",
        answer=answer,
        steps=(
            f"by Pythagoras, {a}{b} = √({p}² + {q}²) = {hypotenuse}",
            f"the tangents from {c} are as long as the radius r, so {a}{b} = ({p} - r) + ({q} - r)",
            f"r = ({p} + {q} - {a}{b}) ÷ 2 = {answer}",
        ),
        wrong=(answer * 2, hypotenuse / 2, (p + q + hypotenuse) / 2, Fraction(min(p, q), 2)),
    )


def _tangent_from_sides(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f = letters(rng, 6)
    x, y, z = _draw_sides(rng)
    p, q, s = y + z, z + x, x + y
    return Draft(
        **_figure(names, (p, q, s)),
        givens=(length(b, c, p), length(c, a, q), length(a, b, s)),
        question=f"{_touches(names)} {find_length(rng, a, f)}",
        answer=x,
        steps=(
            f"with {a}{f} = {a}{e} = x, the other tangents are {b}{d} = {s} - x and {c}{d} = {q} - x",
            f"{b}{c} = ({s} - x) + ({q} - x) = {p}, so 2x = {s} + {q} - {p} = {2 * x}",
            f"{a}{f} = {x}",
        ),
        wrong=(y, z, 2 * x, halved(s), halved(p + q + s)),
    )


def _inradius_from_sides(rng: np.random.Generator) -> Draft:
    names = a, b, c, *_ = letters(rng, 6)
    x, y, z = _draw_sides(rng)
    p, q, s, half = y + z, z + x, x + y, x + y + z
    area, answer = root(half * x * y * z), root(Fraction(x * y * z, half))
    return Draft(
        **_figure(names, (p, q, s)),
        givens=(length(b, c, p), length(c, a, q), length(a, b, s)),
        question=f"{_touches(names)} {find(rng, 'the radius of the circle')}",
        answer=answer,
        steps=(
            f"half of the perimeter is ({p} + {q} + {s}) ÷ 2 = {half}",
            f"by Heron's formula the area is √({half} · {x} · {y} · {z}) = {area}",
            f"the area is the radius times half of the perimeter: r = {area} ÷ {half} = {answer}",
        ),
        wrong=(answer * 2, answer / 2, area, area / max(p, q, s)),
    )


FAMILIES = (inscribed_circle,)
