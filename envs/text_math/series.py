"""Families of sums and recursions of sequences."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np

from envs.problem import Problem, draw, draw_at, flip, pick
from envs.text_math.blackboard import Blackboard
from envs.text_math.posing import polynomial, solved


def arithmetic_series(rng: np.random.Generator, level: int) -> Problem:
    """The sum of terms at equal distances; given are its ends, or its start and the number of terms."""
    first = draw_at(rng, level, [(1, 20), (2, 40), (5, 99), (20, 300), (100, 900)])
    step = draw_at(rng, level, [(1, 9), (2, 12), (3, 30), (5, 60), (11, 150)])
    count = draw_at(rng, level, [(4, 12), (8, 20), (12, 40), (25, 90), (60, 250)])
    last = first + (count - 1) * step
    board = Blackboard()
    by_ends = flip(rng)
    if by_ends:
        board.note(f"n = ({last} - {first}) / {step} + 1")
        board.plus(board.over(board.minus(last, first), step), 1)
        terms = f"{first} + {first + step} + {first + 2 * step} + ... + {last}"
        asks = ("What is {}?", "Add up {}.", "Find the sum {}, whose terms lie equally far apart.")
        question = pick(rng, asks).format(terms)
    else:
        board.note(f"a_{count} = {first} + ({count} - 1) * {step}")
        board.plus(first, board.times(count - 1, step))
        asks = (
            f"A sequence starts with {first} and grows by {step} each time. What is the sum of its first {count} terms?",
            f"Add up the first {count} terms of {first}, {first + step}, {first + 2 * step}, ...",
            f"Row 1 has {first} seats, every next row {step} more. How many seats do {count} rows have?",
        )
        question = pick(rng, asks)
    board.note(f"s = ({first} + {last}) * {count} / 2")
    answer = board.over(board.times(board.plus(first, last), count), 2)
    mistakes = ((first + last) * count, (first + last) * (count - 1) // 2, last)
    return solved("arithmetic_series", level, question, answer, board, mistakes)


def geometric_series(rng: np.random.Generator, level: int) -> Problem:
    """The sum of terms in equal ratio, by its formula; without end for half of those from level 4 on."""
    if level >= 4 and flip(rng):
        return _endless(rng, level)
    first = draw_at(rng, level, [(1, 300), (2, 600), (2, 900), (11, 900), (101, 999)])
    ratio, count = draw_at(rng, level, [(2, 4), (2, 5), (2, 5), (3, 7), (3, 7)]), draw(rng, level + 2, level + 3)
    board = Blackboard()
    board.note(f"s = {first} * ({ratio}^{count} - 1) / ({ratio} - 1)")
    power = board.power(ratio, count)
    board.minus(power, 1)
    answer = board.times(first, board.over(power - 1, ratio - 1))
    terms = ", ".join(str(first * ratio**i) for i in range(3))
    asks = (
        f"Add up the first {count} terms of {terms}, ...",
        f"A sequence starts with {first}, and each term is {ratio} times the one before. "
        f"What is the sum of its first {count} terms?",
        f"Find the sum of the first {count} terms of the geometric sequence {terms}, ...",
    )
    mistakes = (first * power, first * ratio ** (count - 1), first * (ratio ** (count - 1) - 1) // (ratio - 1))
    return solved("geometric_series", level, pick(rng, asks), answer, board, mistakes)


def _endless(rng: np.random.Generator, level: int) -> Problem:
    """first / (1 - p/q) = first * q / (q - p)."""
    high = 12 if level == 4 else 40
    while True:
        q = draw(rng, 3, high)
        p = draw(rng, 1, q - 1)
        if gcd(p, q) == 1:
            break
    first = draw_at(rng, level, [(0, 0), (0, 0), (0, 0), (11, 90), (101, 900)])
    board = Blackboard()
    board.note(f"1 - {p}/{q} = {Fraction(q - p, q)}")
    board.note(f"{first} / ({q - p}/{q}) = {first} * {q} / {q - p}")
    answer = board.ratio(board.times(first, q), q - p)
    asks = (
        f"A sequence starts with {first}, and each term is {p}/{q} of the one before. "
        "What do all its terms add up to, without end?",
        f"Find the sum of the infinite geometric series with first term {first} and ratio {p}/{q}.",
        f"What is the sum of the endless geometric series that starts with {first} and has the ratio {p}/{q}?",
    )
    mistakes = (Fraction(first * q, p), Fraction(first * q, q + p))
    return solved("geometric_series", level, pick(rng, asks), answer, board, mistakes)


def recursive_sequence(rng: np.random.Generator, level: int) -> Problem:
    """a(n+1) = p a(n) + q; half of those from level 3 on a(n+2) = p a(n+1) + q a(n)."""
    last = (4, 4, 5, 6, 7)[level - 1]
    high = (3, 5, 5, 5, 6)[level - 1]
    p = draw(rng, 2, high)
    start = draw_at(rng, level, [(1, 30), (5, 60), (5, 60), (5, 60), (5, 99)])
    board = Blackboard()
    if level >= 3 and flip(rng):
        q, second = draw(rng, 1, high), draw_at(rng, level, [(0, 0), (0, 0), (1, 9), (1, 15), (2, 25)])
        start = draw_at(rng, level, [(0, 0), (0, 0), (1, 9), (1, 15), (2, 25)])
        terms = [start, second]
        for _ in range(last - 2):
            terms.append(board.plus(board.times(p, terms[-1]), board.times(q, terms[-2])))
        given = f"a_1 = {start}, a_2 = {second} and a_(n+2) = {p} a_(n+1) + {q if q > 1 else ''} a_n".replace("  ", " ")
    else:
        q = draw_at(rng, level, [(1, 15), (5, 60), (5, 60), (5, 60), (5, 99)])
        q = -q if flip(rng) else q
        terms = [start]
        for _ in range(last - 1):
            terms.append(board.plus(board.times(p, terms[-1]), q))
        given = f"a_1 = {start} and a_(n+1) = {polynomial((p, q), 'a_n')}"
    board.note(f"a_{last} = {terms[-1]}")
    asks = (
        f"A sequence has {given}. What is a_{last}?",
        f"Let {given} for all n. Find a_{last}.",
        f"Compute a_{last} for the sequence with {given}.",
    )
    mistakes = (terms[-2], p * terms[-1] + q)
    return solved("recursive_sequence", level, pick(rng, asks), terms[-1], board, mistakes)
