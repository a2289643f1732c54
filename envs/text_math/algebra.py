"""Families with an unknown: equations, missing numbers, putting a value in."""

from __future__ import annotations

import numpy as np

from envs.problem import Problem, draw_at, exact, flip, pick
from envs.text_math.working import minus, over, plus, times

_SOLVE = ("Solve {} for x.", "If {}, what is x?", "Find x when {}.")
_COEFFICIENTS = [(2, 9), (2, 9), (2, 9), (3, 9), (3, 9)]
_UNKNOWNS = [(1, 9), (2, 15), (10, 60), (10, 99), (50, 250)]
_CONSTANTS = [(1, 20), (1, 50), (10, 200), (10, 500), (100, 999)]


def _unknown(rng: np.random.Generator, level: int) -> int:
    x = draw_at(rng, level, _UNKNOWNS)
    return -x if level >= 4 and flip(rng, 0.3) else x


def _divide(coefficient: int, right: int) -> list[str]:
    """The end of every linear equation: `coefficient` x = `right`."""
    return [f"{coefficient} x = {right}", *over(right, coefficient), f"x = {right // coefficient}"]


def linear_equation(rng: np.random.Generator, level: int) -> Problem:
    a, x, b = draw_at(rng, level, _COEFFICIENTS), _unknown(rng, level), draw_at(rng, level, _CONSTANTS)
    subtracted = flip(rng) and (level >= 4 or b <= a * x)
    right = a * x - b if subtracted else a * x + b
    steps = (plus(right, b) if subtracted else minus(right, b)) + _divide(a, a * x)
    question = pick(rng, _SOLVE).format(f"{a} x {'-' if subtracted else '+'} {b} = {right}")
    return Problem("linear_equation", level, question, exact(x), tuple(steps))


def two_sided_equation(rng: np.random.Generator, level: int) -> Problem:
    """a x + b = c x + d with a > c: the unknowns are gathered on the left, the numbers on the right."""
    c = draw_at(rng, level, [(2, 5), (2, 9), (2, 9), (3, 12), (3, 20)])
    a, x = c + draw_at(rng, level, _COEFFICIENTS), _unknown(rng, level)
    b = draw_at(rng, level, [(1, 9), (1, 20), (1, 50), (10, 99), (100, 300)])
    d = (a - c) * x + b
    steps = minus(a, c) + minus(d, b) + _divide(a - c, d - b)
    right = f"{c} x + {d}" if d >= 0 else f"{c} x - {-d}"
    question = pick(rng, _SOLVE).format(f"{a} x + {b} = {right}")
    return Problem("two_sided_equation", level, question, exact(x), tuple(steps))


def substitution(rng: np.random.Generator, level: int) -> Problem:
    a, x, b = draw_at(rng, level, _COEFFICIENTS), draw_at(rng, level, _UNKNOWNS), draw_at(rng, level, _CONSTANTS)
    subtracted = flip(rng) and (level >= 4 or b <= a * x)
    value = a * x - b if subtracted else a * x + b
    steps = times(x, a) + (minus(a * x, b) if subtracted else plus(a * x, b))
    asks = ("What is {0} if x = {1}?", "Put x = {1} into {0}. What comes out?", "Compute {0} for x = {1}.")
    question = pick(rng, asks).format(f"{a} x {'-' if subtracted else '+'} {b}", x)
    return Problem("substitution", level, question, exact(value), tuple(steps))


def missing_number(rng: np.random.Generator, level: int) -> Problem:
    a = draw_at(rng, level, [(1, 9), (10, 50), (50, 500), (500, 5000), (5000, 50000)])
    b = draw_at(rng, level, [(1, 20), (5, 50), (50, 500), (500, 5000), (5000, 50000)])
    if flip(rng):
        asks = ("{} plus which number gives {}?", "What must be added to {} to get {}?", "{} + x = {}. What is x?")
        question, steps = pick(rng, asks).format(a, a + b), minus(a + b, a)
        return Problem("missing_number", level, question, exact(b), tuple(steps))
    asks = (
        "Which number minus {} gives {}?",
        "{} taken away leaves {}. What was there?",
        "x - {} = {}. What is x?",
    )
    return Problem("missing_number", level, pick(rng, asks).format(a, b), exact(a + b), tuple(plus(b, a)))


def sum_and_difference(rng: np.random.Generator, level: int) -> Problem:
    """Two numbers by their sum and difference: the larger is half of sum plus difference."""
    small = draw_at(rng, level, [(1, 12), (5, 40), (20, 100), (100, 500), (500, 2000)])
    gap = draw_at(rng, level, [(1, 9), (2, 30), (2, 50), (10, 99), (100, 500)])
    sum_, larger = 2 * small + gap, flip(rng)
    twice = sum_ + gap if larger else sum_ - gap
    steps = (plus(sum_, gap) if larger else minus(sum_, gap)) + over(twice, 2)
    asks = (
        "Two numbers add up to {} and differ by {}. What is the {} one?",
        "The sum of two numbers is {} and their difference is {}. Find the {} number.",
    )
    question = pick(rng, asks).format(sum_, gap, "larger" if larger else "smaller")
    return Problem("sum_and_difference", level, question, exact(twice // 2), tuple(steps))


def factored_equation(rng: np.random.Generator, level: int) -> Problem:
    """The unknown in one factor: a * (x + b) = c."""
    a, x = draw_at(rng, level, _COEFFICIENTS), _unknown(rng, level)
    b = draw_at(rng, level, [(1, 9), (1, 20), (5, 50), (10, 99), (50, 300)])
    steps = [*over(a * (x + b), a), f"x + {b} = {x + b}", *minus(x + b, b), f"x = {x}"]
    question = pick(rng, _SOLVE).format(f"{a} * (x + {b}) = {a * (x + b)}")
    return Problem("factored_equation", level, question, exact(x), tuple(steps))
