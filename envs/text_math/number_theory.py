"""Families about whole numbers: remainders, common divisors, digits."""

from __future__ import annotations

from math import gcd

import numpy as np

from envs.problem import Problem, draw, draw_at, exact, pick
from envs.text_math.working import rest, total


def remainder(rng: np.random.Generator, level: int) -> Problem:
    b = draw_at(rng, level, [(5, 9), (5, 9), (6, 9), (7, 19), (11, 25)])
    a = draw_at(rng, level, [(10, 60), (20, 99), (100, 999), (500, 3999), (4000, 29999)])
    asks = (
        "What is the remainder of {} by {}?",
        "What is left of {} after division by {}?",
        "Compute {} mod {}.",
    )
    return Problem("remainder", level, pick(rng, asks).format(a, b), exact(a % b), tuple(rest(a, b)))


def greatest_common_divisor(rng: np.random.Generator, level: int) -> Problem:
    """By Euclid's steps: the larger minus a multiple of the smaller, until nothing is left."""
    common = draw_at(rng, level, [(2, 12), (2, 15), (3, 20), (4, 40), (5, 90)])
    high = (6, 8, 10, 15, 20)[level - 1]
    while True:
        p, q = draw(rng, 1, high), draw(rng, 1, high)
        steps = _euclid(common * p, common * q)
        # Long quotients are division, not Euclid; long chains are for the higher levels.
        if p != q and gcd(p, q) == 1 and max(p, q) < 10 * min(p, q) and len(steps) <= level + 3:
            break
    asks = ("What is the greatest common divisor of {} and {}?", "Find the gcd of {} and {}.", "Compute gcd({}, {}).")
    question = pick(rng, asks).format(common * p, common * q)
    return Problem("greatest_common_divisor", level, question, exact(common), (*steps, f"gcd {common}"))


def _euclid(a: int, b: int) -> list[str]:
    a, b, lines = max(a, b), min(a, b), []
    while b:
        multiple = a // b * b
        if multiple != b:
            lines.append(f"{b} * {a // b} = {multiple}")
        lines.append(f"{a} - {multiple} = {a - multiple}")
        a, b = b, a - multiple
    return lines


def digit_sum(rng: np.random.Generator, level: int) -> Problem:
    digits = [draw(rng, 1, 9), *(draw(rng, 0, 9) for _ in range(level))]
    number = "".join(map(str, digits))
    value, steps = total(digits)
    asks = ("What is the digit sum of {}?", "Add the digits of {}.", "What do the digits of {} add up to?")
    return Problem("digit_sum", level, pick(rng, asks).format(number), exact(value), tuple(steps))
