"""Families that count: ordered choices, choices, arrangements of things that look alike, paths on a grid."""

from __future__ import annotations

from math import comb, perm, prod

import numpy as np

from envs.problem import Problem, draw, draw_at, flip, pick
from envs.text_math.blackboard import Blackboard
from envs.text_math.posing import listed, solved

_GROUPS = (
    ("women", "men"),
    ("girls", "boys"),
    ("teachers", "pupils"),
    ("nurses", "doctors"),
    ("cooks", "waiters"),
    ("painters", "poets"),
    ("singers", "dancers"),
    ("sailors", "pilots"),
    ("lawyers", "judges"),
    ("players", "coaches"),
    ("farmers", "bakers"),
    ("drivers", "cyclists"),
)
_COLOURS = ("red", "blue", "green", "white", "black", "yellow", "orange", "purple")
_THINGS = ("flags", "beads", "tiles", "lamps", "balls", "cups")


def permutations(rng: np.random.Generator, level: int) -> Problem:
    """Ordered choices without repetition, from two groups at once."""
    picks = [(2, 1), (2, 2), (3, 2), (3, 3), (4, 3)][level - 1]
    n, m = (draw_at(rng, level, [(4, 25), (4, 30), (5, 30), (8, 30), (10, 30)]) for _ in range(2))
    if level == 1:
        m = draw(rng, 2, 12)
    (k, j), (first, second) = (picks if flip(rng) else picks[::-1]), pick(rng, _GROUPS)
    board = Blackboard()
    left, right = board.falling(n, k), board.falling(m, j)
    answer = board.times(left, right)
    front = "stands in front, and behind" if k == 1 else "stand in a row, and behind them"
    back = " stand in a row" if k == 1 else ""
    asks = (
        f"{n} {first} run for {_several(k, 'post')} and {m} {second} for {_several(j, 'post')} of another kind. "
        "Nobody gets two. In how many ways can the posts be filled?",
        f"A club gives {_several(k, 'prize')} to its {n} {first} and {_several(j, 'prize')} of another kind to its {m} "
        f"{second}, at most one to each. How many outcomes are there?",
        f"{k} of {n} {first} {front} {j} of {m} {second}{' in another' if 1 not in (k, j) else ''}{back}. "
        "How many different line-ups are possible?",
    )
    mistakes = (comb(n, k) * comb(m, j), n**k * m**j, left + right)
    return solved("permutations", level, pick(rng, asks), answer, board, mistakes)


def _several(count: int, noun: str) -> str:
    return f"one {noun}" if count == 1 else f"{count} different {noun}s"


def combinations(rng: np.random.Generator, level: int) -> Problem:
    """A committee of two groups; from level 3 on one that may be put together in more than one way."""
    n, m = (draw_at(rng, level, [(4, 16), (6, 20), (6, 20), (7, 20), (9, 24)]) for _ in range(2))
    first, second = pick(rng, _GROUPS)
    board = Blackboard()
    if level < 3:
        k, j = (draw(rng, 1, level + 1) for _ in range(2))
        answer = board.times(board.choose(n, k), board.choose(m, j))
        rule, mistakes = (
            f"exactly {k} of the {first} and {j} of the {second}",
            [perm(n, k) * perm(m, j), comb(n + m, k + j)],
        )
    else:
        size = draw(rng, *[(3, 4), (4, 5), (5, 6)][level - 3])
        least = size - (level - 2)
        parts = []
        for k in range(least, size + 1):
            mine = board.choose(n, k)
            parts.append(board.times(mine, board.choose(m, size - k)) if k < size else mine)
        answer = board.total(parts)
        rule = f"{size} members, at least {least} of them {first}"
        mistakes = [comb(n, least) * comb(n + m - least, size - least), parts[0], comb(n + m, size)]
    asks = (
        f"A committee has {rule}. How many such committees can {n} {first} and {m} {second} form?",
        f"There are {n} {first} and {m} {second}. How many teams have {rule}?",
        f"From {n} {first} and {m} {second} one chooses a group with {rule}. In how many ways can this be done?",
    )
    return solved("combinations", level, pick(rng, asks), answer, board, mistakes)


def arrangements(rng: np.random.Generator, level: int) -> Problem:
    """Rows of things of which those of one colour look alike: the multinomial coefficient, colour by colour."""
    kinds = (2, 3, 3, 4, 4)[level - 1]
    highs = [(30, 3), (15, 3, 2), (15, 4, 3), (14, 4, 3, 3), (16, 5, 4, 4)][level - 1]
    counts = [draw(rng, 1 if i == 0 else min(2, highs[i] - 1), high) for i, high in enumerate(highs)]
    colours = [_COLOURS[i] for i in rng.permutation(len(_COLOURS))[:kinds]]
    things = pick(rng, _THINGS)
    ends = level >= 3 and flip(rng)  # two more of the first colour, which have their places
    shown = [counts[0] + 2, *counts[1:]] if ends else counts
    board, rest, factors = Blackboard(), sum(counts), []
    for count in counts[:0:-1]:
        factors.append(board.choose(rest, count))
        rest -= count
    answer = board.product(factors)
    told = listed([f"{n} {colour}" for n, colour in zip(shown, colours, strict=True)])
    rule = f" Both ends have to be {colours[0]}." if ends else ""
    asks = (
        f"In how many ways can {told} {things} be put in a row?{rule}",
        f"There are {told} {things}, alike but for their colour.{rule} How many different rows do all of them make?",
        f"How many different rows can be made of {told} {things}?{rule} Those of one colour look alike.",
    )
    mistakes = (prod(counts), sum(factors), perm(sum(counts), kinds))
    return solved("arrangements", level, pick(rng, asks), answer, board, mistakes)


def grid_paths(rng: np.random.Generator, level: int) -> Problem:
    """Shortest paths of unit steps right and up; by way of a point from level 3 on, past a point at level 5."""
    low, high = [(2, 8), (3, 12), (2, 8), (3, 15), (5, 20)][level - 1]
    x, y = draw(rng, 0, 20), draw(rng, 0, 20)
    a, b = draw(rng, low, high), draw(rng, 1 if level == 1 else 2, min(high, 5))
    a, b = (a, b) if flip(rng) else (b, a)
    board = Blackboard()
    answer = board.choose(a + b, b)
    start, via, end, rule = f"({x}, {y})", (x + a, y + b), (x + a, y + b), ""
    mistakes = [a * b, 2 ** (a + b)]
    if level >= 3:
        c, d = draw(rng, low, high), draw(rng, 2, 5)
        end = (via[0] + c, via[1] + d)
        second = board.choose(c + d, d)
        answer = board.times(answer, second)
        rule = f" through ({via[0]}, {via[1]})"
        everywhere = comb(a + b + c + d, b + d)
        mistakes = [mistakes[0] + second, everywhere]
        if level == 5 and flip(rng, 0.7):
            rule, mistakes = f" that avoid ({via[0]}, {via[1]})", [answer, everywhere]
            answer = board.minus(board.choose(a + b + c + d, b + d), answer)
    goal = f"({end[0]}, {end[1]})"
    asks = (
        f"How many paths of unit steps right and up lead from {start} to {goal}{rule}?",
        f"On a grid one may go one unit right or up at a time. How many ways are there from {start} to {goal}{rule}?",
        f"Count the lattice paths from {start} to {goal}{rule}. All steps go one unit right or up.",
    )
    return solved("grid_paths", level, pick(rng, asks), answer, board, mistakes)
