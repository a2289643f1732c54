"""Families of plain calculation: the four operations, chains of them, percentages and fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from envs.problem import Problem, draw, draw_at, exact, flip, pick
from envs.text_math.working import minus, over, plus, reduce, signed_total, times, total

_SIZES = [(1, 20), (10, 99), (100, 999), (1000, 9999), (10000, 99999)]
_ASK = ("What is {}?", "Compute {}.", "Work out {}.", "Find the value of {}.")


def addition(rng: np.random.Generator, level: int) -> Problem:
    a, b = draw_at(rng, level, _SIZES), draw_at(rng, level, _SIZES)
    question = pick(rng, (*_ASK, "Add {1} and {2}.", "What is the sum of {1} and {2}?")).format(f"{a} + {b}", a, b)
    return Problem("addition", level, question, exact(a + b), tuple(plus(a, b)))


def subtraction(rng: np.random.Generator, level: int) -> Problem:
    a, b = draw_at(rng, level, _SIZES), draw_at(rng, level, _SIZES)
    if a < b and (level < 4 or flip(rng)):
        a, b = b, a
    question = pick(rng, (*_ASK, "Take {2} away from {1}.", "Subtract {2} from {1}.")).format(f"{a} - {b}", a, b)
    return Problem("subtraction", level, question, exact(a - b), tuple(minus(a, b)))


def multiplication(rng: np.random.Generator, level: int) -> Problem:
    a = draw_at(rng, level, [(2, 12), (11, 49), (51, 399), (400, 1999), (2000, 9999)])
    b = draw(rng, 2, 9)
    if level >= 4 and flip(rng):
        a, b = draw_at(rng, level - 3, [(11, 49), (21, 99)]), draw_at(rng, level - 3, [(11, 29), (21, 99)])
    question = pick(rng, (*_ASK, "Multiply {1} by {2}.", "What is {1} times {2}?")).format(f"{a} * {b}", a, b)
    return Problem("multiplication", level, question, exact(a * b), tuple(times(a, b)))


def division(rng: np.random.Generator, level: int) -> Problem:
    b = draw_at(rng, level, [(2, 9), (2, 9), (3, 9), (3, 9), (3, 12)])
    quotient = draw_at(rng, level, [(2, 12), (11, 49), (33, 110), (111, 800), (1000, 4000)])
    a = b * quotient
    question = pick(rng, (*_ASK, "Divide {1} by {2}.", "How often does {2} go into {1}?")).format(f"{a} / {b}", a, b)
    return Problem("division", level, question, exact(quotient), tuple(over(a, b)))


def sum_of_several(rng: np.random.Generator, level: int) -> Problem:
    count = (3, 3, 3, 4, 3)[level - 1]
    numbers = [draw_at(rng, level, [(1, 9), (2, 30), (10, 99), (10, 99), (100, 999)]) for _ in range(count)]
    value, steps = total(numbers)
    listed = ", ".join(map(str, numbers))
    question = pick(rng, (*_ASK, "Add up {1}.", "What is the sum of {1}?")).format(
        " + ".join(map(str, numbers)), listed
    )
    return Problem("sum_of_several", level, question, exact(value), tuple(steps))


def mixed_chain(rng: np.random.Generator, level: int) -> Problem:
    """A chain of two to four terms, some of them products: products come first."""
    while True:
        terms: list[tuple[int, tuple[int, ...]]] = []
        for i in range((2, 3, 3, 4, 3)[level - 1]):
            sign = 1 if i == 0 or flip(rng) else -1
            single = draw_at(rng, level, [(1, 20), (1, 30), (10, 99), (10, 99), (100, 999)])
            pair = draw_at(rng, level, [(2, 9), (2, 9), (11, 30), (2, 12), (11, 50)]), draw(rng, 2, 9)
            terms.append((sign, (single,) if flip(rng) else pair))
        products = sum(len(factors) == 2 for _, factors in terms)
        value, steps = signed_total(terms)
        # Negative numbers, also on the way, only from level 4 on; products in excess make the working long.
        if 1 <= products <= (1 if level in (1, 3, 5) else 2) and (
            level >= 4 or "-" not in "".join(steps).replace(" - ", "")
        ):
            break
    text = " * ".join(map(str, terms[0][1]))
    for sign, factors in terms[1:]:
        text += (" + " if sign > 0 else " - ") + " * ".join(map(str, factors))
    return Problem("mixed_chain", level, pick(rng, _ASK).format(text), exact(value), tuple(steps))


def brackets(rng: np.random.Generator, level: int) -> Problem:
    """A bracket times a number; from level 3 on also taken from or added to another number."""
    factor = draw(rng, 2, 9)
    a = draw_at(rng, level, [(2, 9), (5, 20), (10, 50), (10, 99), (51, 250)])
    b = draw_at(rng, level, [(1, 9), (1, 9), (5, 40), (10, 99), (51, 250)])
    a, b = max(a, b), min(a, b)
    difference = a > b and flip(rng)
    inner, sign = (a - b, "-") if difference else (a + b, "+")
    steps = (minus(a, b) if difference else plus(a, b)) + times(inner, factor)
    value = inner * factor
    text = f"({a} {sign} {b}) * {factor}" if flip(rng) else f"{factor} * ({a} {sign} {b})"
    if level >= 3:
        extra = draw_at(rng, level, [(1, 1), (1, 1), (10, 99), (100, 500), (100, 999)])
        if extra >= value or (level >= 4 and flip(rng)):
            text, steps, value = f"{extra} - {text}", steps + minus(extra, value), extra - value
        else:
            text, steps, value = f"{text} + {extra}", steps + plus(value, extra), value + extra
    return Problem("brackets", level, pick(rng, _ASK).format(text), exact(value), tuple(steps))


def percentage(rng: np.random.Generator, level: int) -> Problem:
    """An exact share: hundreds are divided by a hundred first, other bases are multiplied first."""
    if level <= 2 and flip(rng):
        rate, base = 10 * draw(rng, 1, 9), 10 * draw(rng, 2, 9)
        if level == 2:
            rate, base = 5 * draw(rng, 1, 19), 20 * draw(rng, 1, 4)
        steps = [*times(rate, base), f"{rate * base} / 100 = {rate * base // 100}"]
    else:
        rate = draw_at(rng, level, [(2, 9), (2, 30), (11, 99), (11, 99), (3, 9)])
        base = 100 * draw_at(rng, level, [(1, 9), (2, 9), (2, 9), (11, 30), (101, 999)])
        if level == 5 and flip(rng):
            rate, base = draw(rng, 11, 99), 100 * draw(rng, 11, 99)
        steps = [f"{base} / 100 = {base // 100}", *times(base // 100, rate)]
    asks = ("What is {} % of {}?", "Compute {} % of {}.", "How much is {} percent of {}?")
    return Problem("percentage", level, pick(rng, asks).format(rate, base), exact(rate * base // 100), tuple(steps))


def fraction_addition(rng: np.random.Generator, level: int) -> Problem:
    """Level 1: one denominator; from level 2 on two, brought to their product."""
    low, high = [(5, 15), (2, 7), (2, 8), (3, 10), (4, 12)][level - 1]
    b = draw(rng, low, high)
    d = b if level == 1 else draw(rng, low, high)
    a, c = draw(rng, 1, b - 1), draw(rng, 1, d - 1)
    if b == d:
        steps = [f"{a} + {c} = {a + c}", *reduce(a + c, b)]
    else:
        steps = [f"{a} * {d} = {a * d}", f"{c} * {b} = {c * b}", *plus(a * d, c * b), f"{b} * {d} = {b * d}"]
        steps += reduce(a * d + c * b, b * d)
    question = pick(rng, (*_ASK, "Add the fractions {1} and {2}.")).format(f"{a}/{b} + {c}/{d}", f"{a}/{b}", f"{c}/{d}")
    return Problem("fraction_addition", level, question, exact(Fraction(a, b) + Fraction(c, d)), tuple(steps))
