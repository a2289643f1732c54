"""The right triangles with angles of 30 and 60 and of 45 degrees."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from envs.geometry.figure import RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import Number, Surd, root, surd
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, angle, by_level, find, find_length, halved, length, note
from envs.geometry.topics.right_triangles import right_triangle
from envs.geometry.topics.wording import divisor
from envs.problem import draw, flip, pick

#: Opposite leg, adjacent leg and hypotenuse over the shortest side, for an angle of 30, 45 or 60 degrees.
_SPECIAL: dict[int, tuple[Surd, Surd, Surd]] = {
    30: (root(1), root(3), root(4)),
    45: (root(1), root(1), root(2)),
    60: (root(3), root(1), root(4)),
}


def special_right_triangle(rng: np.random.Generator, level: int) -> GeometryProblem:
    """30-60-90 and 45-45-90: from the shortest side; from any other; two of them together."""
    return by_level(
        "special_right_triangle", level, rng, _special_from_short, _special_from_other, (_special_pair, _special_area)
    )


def _special(rng: np.random.Generator, degrees: int, known: int, wanted: int, size: Number) -> Draft:
    """A triangle with the angle at A; sides by number: 0 BC, opposite; 1 CA, adjacent; 2 AB, the hypotenuse."""
    names = a, b, c = letters(rng, 3)
    ratios = _SPECIAL[degrees]
    unit = size / ratios[known]
    legs = float(unit * ratios[1]), float(unit * ratios[0])
    sides = ((b, c), (c, a), (a, b))
    written = ["".join(side) for side in sides]
    answer = unit * ratios[wanted]
    half, tilt = unit * ratios[0], unit * ratios[1]
    proportion = ", ".join(
        f"{name} = {'' if ratio == 1 else ratio}k" for name, ratio in zip(written, ratios, strict=True)
    )
    return Draft(
        **right_triangle(names, *legs),
        givens=(angle(c, a, b, degrees), length(*sides[known], str(size))),
        question=find_length(rng, *sides[wanted]),
        answer=answer,
        steps=(
            f"the angles are {degrees}, {90 - degrees} and 90, so the sides are {proportion} for some k",
            f"{written[known]} = {size}, so k = {unit}",
            f"{written[wanted]} = {answer}",
        ),
        wrong=(answer / root(3), answer * root(3) / 2, answer * root(2), answer / root(2), answer * 2, half + tilt),
    )


def _special_from_short(rng: np.random.Generator) -> Draft:
    degrees, size = pick(rng, (30, 30, 45, 60, 60)), draw(rng, 2, 80)
    known = {30: 0, 60: 1, 45: draw(rng, 0, 1)}[degrees]
    wanted = pick(rng, [2, 2, 1 - known]) if degrees != 45 else 2
    return _special(rng, degrees, known, wanted, size)


def _special_from_other(rng: np.random.Generator) -> Draft:
    degrees = pick(rng, (30, 45, 60))
    long = {30: 1, 60: 0, 45: 2}[degrees]
    known = pick(rng, (long, 2))
    wanted = pick(rng, [i for i in range(3) if i != known])
    size = surd(draw(rng, 2, 60))
    if flip(rng, 0.3):
        size = size * (root(2) if degrees == 45 else root(3))
    return _special(rng, degrees, known, wanted, size)


def _special_pair(rng: np.random.Generator) -> Draft:
    """The altitude CD of triangle ABC makes two special triangles."""
    a, b, c, d = letters(rng, 4)
    at_a, at_b = pick(rng, ((45, 30), (60, 45), (45, 60), (30, 45)))
    (up, left, slope), (up_b, right, slope_b) = _SPECIAL[at_a], _SPECIAL[at_b]
    height = draw(rng, 2, 50) * (up if flip(rng) else root(1))
    ac, ad = height / up * slope, height / up * left
    bc, bd = height / up_b * slope_b, height / up_b * right
    whole = flip(rng)
    answer = ad + bd if whole else bc
    last = (
        (f"{a}{b} = {a}{d} + {d}{b} = {answer}",)
        if whole
        else (f"the angle at {b} is {at_b}, so {b}{c} is {slope_b / up_b} times {c}{d}", f"{b}{c} = {bc}")
    )
    middle = (f"the angle at {b} is {at_b}, so {d}{b} = {bd}",) if whole else ()
    return Draft(
        points={a: (-float(ad), 0.0), b: (float(bd), 0.0), c: (0.0, float(height)), d: (0.0, 0.0)},
        lines=(*outline(a, b, c), Segment(c, d), RightAngle(c, d, b)),
        givens=(angle(b, a, c, at_a), angle(a, b, c, at_b), length(a, c, str(ac))),
        question=find_length(rng, *((a, b) if whole else (b, c))),
        answer=answer,
        steps=(
            f"the angle at {a} is {at_a}, so {c}{d} = {height} and {a}{d} = {ad}",
            *middle,
            *last,
        ),
        wrong=(ad + bc, bd, ac + bd, height + bd, ac * 2, ac * root(3), ac * root(2), ad * 2),
        description=f"{d} lies on side {a}{b} of triangle {a}{b}{c}.",
        properties=f"{c}{d} is perpendicular to {a}{b}.",
    )


def _special_area(rng: np.random.Generator) -> Draft:
    """The area of a special triangle from its hypotenuse, or back."""
    names = a, b, c = letters(rng, 3)
    degrees, k = pick(rng, (30, 45, 60)), draw(rng, 2, 60)
    ratios = _SPECIAL[degrees]
    unit = Fraction(k, 2) if degrees != 45 else root(2) * k / 2
    bc, ca = unit * ratios[0], unit * ratios[1]
    area = bc * ca / 2
    back = flip(rng)
    given = note(f"triangle {a}{b}{c}", f"area {area}") if back else length(a, b, k)
    steps: tuple[str, ...] = (
        f"with {a}{b} = {k} the angle of {degrees} degrees at {a} gives {b}{c} = {bc} and {c}{a} = {ca}",
        f"the area is {bc} · {ca} ÷ 2 = {area}",
    )
    if back:
        share = area / (k * k)
        steps = (
            f"with {a}{b} = s the legs are {bc / k} and {ca / k} times s, so the area is {share} times s²",
            f"s² = {area} ÷ {divisor(share)} = {k * k}",
            f"{a}{b} = √{k * k} = {k}",
        )
    return Draft(
        **right_triangle(names, float(ca), float(bc)),
        givens=(angle(c, a, b, degrees), given),
        question=find_length(rng, a, b) if back else find(rng, f"the area of triangle {a}{b}{c}"),
        answer=k if back else area,
        steps=steps,
        wrong=(2 * k, halved(k), bc, ca, root(2) * k)
        if back
        else (area * 2, area / 2, area * root(3), bc + ca, halved(k * k)),
    )


FAMILIES = (special_right_triangle,)
