"""Measures as expressions in x, and the equations that they satisfy, with their working."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.surds import Number
from envs.geometry.topics.drafts import find, linear
from envs.problem import draw, flip


@dataclass(frozen=True)
class Expression:
    """`factor · x + constant`; a factor of 0 makes it a plain number."""

    factor: int
    constant: int

    def __str__(self) -> str:
        return linear(self.factor, self.constant) if self.factor else str(self.constant)

    def at(self, x: int) -> int:
        """Its value."""
        return self.factor * x + self.constant

    def worked(self, x: int) -> str:
        """Its value with the working: `2 · 15 + 10 = 40`."""
        product = str(x) if self.factor == 1 else f"{self.factor} · {x}"
        if not self.constant:
            return product if self.factor == 1 else f"{product} = {self.at(x)}"
        return f"{product} {'+' if self.constant > 0 else '-'} {abs(self.constant)} = {self.at(x)}"


def number(value: int) -> Expression:
    """A number as an expression."""
    return Expression(0, value)


@dataclass(frozen=True)
class Equation:
    """The sum of some expressions equals another expression; x is the whole number that solves it."""

    terms: tuple[Expression, ...]
    total: Expression
    x: int

    @property
    def left(self) -> Expression:
        """The sum of the terms."""
        return Expression(sum(t.factor for t in self.terms), sum(t.constant for t in self.terms))

    def steps(self) -> tuple[str, ...]:
        """From the equation to x."""
        left, total = self.left, self.total
        sides = [f"{linear(left.factor, left.constant)} = {total}"] if len(self.terms) > 1 else []
        written = " + ".join(
            f"({t})" if t.factor and t.constant and len(self.terms) > 1 else str(t) for t in self.terms
        )
        factor, constant = left.factor - total.factor, total.constant - left.constant
        if factor < 0:
            factor, constant = -factor, -constant
        if factor == 1:
            return _spoken(f"{written} = {total}", *sides, f"x = {constant}")
        return _spoken(
            f"{written} = {total}", *sides, f"{factor}x = {constant}", f"x = {constant} ÷ {factor} = {self.x}"
        )

    def slips(self) -> tuple[int, ...]:
        """Whole values of x that typical mistakes lead to: a sign, a forgotten constant, half or twice the total."""
        left, total = self.left, self.total
        factor = abs(left.factor - total.factor)
        constant = total.constant - left.constant
        slips = [
            Fraction(abs(total.constant + left.constant), factor),
            Fraction(abs(constant), left.factor + total.factor),
            Fraction(abs(total.constant), factor),
            Fraction(2 * total.constant - left.constant, factor),
            Fraction(total.constant - 2 * left.constant, 2 * factor),
            Fraction(self.x + factor),
            Fraction(self.x + abs(left.constant or total.constant)),
        ]
        return tuple(int(slip) for slip in slips if slip.denominator == 1 and self.x / 3 <= slip <= 3 * self.x)


def _spoken(*equations: str) -> tuple[str, ...]:
    """Equations without those that say the same again."""
    return tuple(dict.fromkeys(equations))


def expressions(rng: np.random.Generator, values: Sequence[int], most: int = 60) -> tuple[int, tuple[Expression, ...]]:
    """A whole x and expressions of these values at it: factors from 1 to 5, constants between -most and most.

    The first one has a constant, so that x alone does not tell its value; of two, the factors are different.
    """
    least = max(4, -((most - max(values)) // 5))
    while True:
        x = draw(rng, least, max(least, 36))
        factors = [draw(rng, 1, 5) for _ in values]
        found = tuple(Expression(f, value - f * x) for f, value in zip(factors, values, strict=True))
        small = all(abs(e.constant) <= most for e in found)
        if small and found[0].constant and (len(values) != 2 or factors[0] != factors[1]):
            return x, found


def asked(
    rng: np.random.Generator,
    equation: Equation,
    reason: str,
    wanted: Expression,
    name: str,
    question: str,
    wrong: Sequence[Number] = (),
) -> dict[str, Any]:
    """Question, answer, steps and wrong answers of a draft that asks for x, or for the measure that it leads to.

    Args:
        rng: Chooses between the two.
        equation: What x satisfies.
        reason: The first step: the theorem that gives the equation.
        wanted: The measure asked for.
        name: Its name in the last step.
        question: Its question.
        wrong: More wrong values of it.
    """
    x, slips = equation.x, equation.slips()
    if flip(rng, 0.4):
        return {
            "question": find(rng, "x"),
            "answer": x,
            "steps": (reason, *equation.steps()),
            "wrong": (*slips, wanted.at(x)),
        }
    right = wanted.at(x)
    misled = [value for slip in slips if right / 3 <= (value := wanted.at(slip)) <= 2 * right]
    return {
        "question": question,
        "answer": right,
        "steps": (reason, *equation.steps(), f"{name} = {wanted.worked(x)}"),
        "wrong": (x, *wrong, *misled),
    }
