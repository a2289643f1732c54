"""Sine, cosine and tangent of an angle in a right triangle."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from envs.geometry.figure import Note, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root, surd
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, Given, by_level, find, find_length, length
from envs.geometry.topics.placing import draw_triple
from envs.geometry.topics.right_triangles import legs, right_triangle
from envs.geometry.topics.wording import divisor
from envs.problem import pick

#: Names of the ratios with the sides in them: numerator and denominator; 0 opposite, 1 adjacent, 2 hypotenuse.
_RATIOS = {"sin": (0, 2), "cos": (1, 2), "tan": (0, 1)}


def trigonometric_ratio(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Sine, cosine or tangent from whole sides; with a root; a side from a ratio, and a ratio in an isosceles triangle."""
    return by_level(
        "trigonometric_ratio", level, rng, _ratio_whole, _ratio_root, (_side_from_ratio, _ratio_in_isosceles)
    )


def _ratio(rng: np.random.Generator, legs: tuple[int, int], known: tuple[int, int]) -> Draft:
    """A ratio of the angle at A; of the sides BC, CA, AB the two `known` ones are given."""
    names = a, b, c = letters(rng, 3)
    bc, ca = legs
    sizes = (surd(bc), surd(ca), root(bc**2 + ca**2))
    sides, words = ((b, c), (c, a), (a, b)), ("opposite", "adjacent", "hypotenuse")
    wanted = pick(rng, tuple(_RATIOS))
    top, bottom = _RATIOS[wanted]
    missing = 3 - sum(known)
    written = ["".join(side) for side in sides]
    squares = [bc**2, ca**2, bc**2 + ca**2]
    found: tuple[str, ...] = ()
    if missing in (top, bottom):
        sign = "+" if missing == 2 else "-"
        first, second = (0, 1) if missing == 2 else (2, 1 - missing)
        found = (
            f"{written[missing]}² = {squares[first]} {sign} {squares[second]} = {squares[missing]},"
            f" so {written[missing]} = {sizes[missing]}",
        )
    answer = sizes[top] / sizes[bottom]
    others = [sizes[i] / sizes[j] for i in range(3) for j in range(3) if i != j and (i, j) != (top, bottom)]
    return Draft(
        **right_triangle(names, ca, bc),
        givens=tuple(length(*sides[i], str(sizes[i])) for i in known),
        question=find(rng, f"{wanted} {a}"),
        answer=answer,
        steps=(
            f"{wanted} {a} is {words[top]} over {words[bottom]}: {written[top]} ÷ {written[bottom]}",
            *found,
            f"{wanted} {a} = {answer}"
            if sizes[bottom] == 1
            else f"{wanted} {a} = {sizes[top]} ÷ {divisor(sizes[bottom])} = {answer}",
        ),
        wrong=tuple(others),
    )


def _ratio_whole(rng: np.random.Generator) -> Draft:
    first, second, _ = draw_triple(rng)
    return _ratio(rng, (first, second), pick(rng, ((0, 1), (0, 2), (1, 2))))


def _ratio_root(rng: np.random.Generator) -> Draft:
    return _ratio(rng, legs(rng, 1, 16), (0, 1))


def _side_from_ratio(rng: np.random.Generator) -> Draft:
    """A side from a ratio of the angle at A and another side."""
    names = a, b, c = letters(rng, 3)
    bc, ca, ab = draw_triple(rng)
    sizes, sides = (bc, ca, ab), ((b, c), (c, a), (a, b))
    written = ["".join(side) for side in sides]
    name = pick(rng, tuple(_RATIOS))
    top, bottom = _RATIOS[name]
    ratio = Fraction(sizes[top], sizes[bottom])
    third = 3 - top - bottom
    known, wanted = pick(rng, ((top, third), (bottom, third)))
    text = f"{name} {a} = {ratio}"
    other = bottom if known == top else top
    sign, first, second = ("+", 0, 1) if third == 2 else ("-", 2, 1 - third)
    return Draft(
        **right_triangle(names, ca, bc),
        givens=(length(*sides[known], sizes[known]), Given(text, Note(text=text))),
        question=find_length(rng, *sides[wanted]),
        answer=sizes[wanted],
        steps=(
            f"{name} {a} = {written[top]} ÷ {written[bottom]} = {ratio}, so {written[other]} = {sizes[other]}",
            f"{written[third]}² = {sizes[first] ** 2} {sign} {sizes[second] ** 2} = {sizes[third] ** 2}",
            f"{written[third]} = √{sizes[third] ** 2} = {sizes[third]}",
        ),
        wrong=(
            sizes[other],
            sizes[known] * ratio,
            sizes[known] / ratio,
            sizes[known] + sizes[other],
            2 * sizes[wanted],
        ),
    )


def _ratio_in_isosceles(rng: np.random.Generator) -> Draft:
    """AB = AC: a ratio of the angle at B from the sides."""
    names = a, b, c = letters(rng, 3)
    half, height, side = draw_triple(rng)
    wanted = pick(rng, tuple(_RATIOS))
    sizes = (height, half, side)
    top, bottom = _RATIOS[wanted]
    answer = Fraction(sizes[top], sizes[bottom])
    return Draft(
        points={a: (0.0, float(height)), b: (-float(half), 0.0), c: (float(half), 0.0)},
        lines=(*outline(*names), Ticks(a, b), Ticks(a, c)),
        givens=(length(a, b, side), length(b, c, 2 * half)),
        question=find(rng, f"{wanted} {b}"),
        answer=answer,
        steps=(
            f"the height from {a} halves {b}{c} into parts of {half}",
            f"the height is √({side}² - {half}²) = √{side**2 - half**2} = {height}",
            f"in the right triangle at {b}, {wanted} {b} = {sizes[top]} ÷ {divisor(sizes[bottom])} = {answer}",
        ),
        wrong=(
            *(Fraction(sizes[i], sizes[j]) for i, j in _RATIOS.values()),
            1 / answer,
            answer * 2,
            answer / 2,
        ),
        description=f"{a}{b}{c} is a triangle.",
        properties=f"{a}{b} = {a}{c}.",
    )


FAMILIES = (trigonometric_ratio,)
