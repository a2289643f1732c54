"""Families of circuits, mixtures and decay."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from envs.problem import Problem, draw, draw_at, flip, pick
from envs.text_math.blackboard import Blackboard
from envs.text_math.posing import Answer, listed, solved


def ohms_law(rng: np.random.Generator, level: int) -> Problem:
    """U = R I. Resistors in series, from level 3 on two in parallel, from level 4 on with others in series to them."""
    if level >= 3:
        return _parallel(rng, level)
    parts = [draw_at(rng, level, [(2, 30), (5, 90)]) for _ in range(level + 1)]
    board = Blackboard()
    board.note(f"r = {' + '.join(map(str, parts))}")
    total = board.total(parts)
    current = draw_at(rng, level, [(2, 9), (3, 25)])
    wired = f"{listed(parts)} Ω in series"
    if flip(rng):
        answer, asked = board.times(total, current), pick(rng, ("voltage in volts", "total voltage in volts"))
        given, mistakes = f"a current of {current} A", (parts[0] * current, total + current)
    else:
        answer, asked = (
            board.over(total * current, total),
            pick(rng, ("current in amperes", "total current in amperes")),
        )
        given, mistakes = f"a voltage of {total * current} V", (total * total * current, total)
    return solved("ohms_law", level, _circuit(rng, wired, given, asked), answer, board, mistakes)


def _parallel(rng: np.random.Generator, level: int) -> Problem:
    """The resistance as one fraction: that of the pair is R S / (R + S)."""
    pair = [draw_at(rng, level, [(0, 0), (0, 0), (2, 60), (2, 60), (10, 150)]) for _ in range(2)]
    extras = [draw(rng, 2, 20 * level) for _ in range(level - 3)]
    board = Blackboard()
    board.note(f"r = {' + '.join((f'{pair[0]} * {pair[1]} / ({pair[0]} + {pair[1]})', *map(str, extras)))}")
    top, bottom = board.times(*pair), board.plus(*pair)
    for extra in extras:
        top = board.plus(top, board.times(extra, bottom))
    wired = f"{pair[0]} Ω and {pair[1]} Ω in parallel"
    wired += f", followed in series by {listed(extras)} Ω" if extras else ""
    added = sum(pair) + sum(extras)
    if level == 3 or (level == 4 and flip(rng)):
        answer = board.ratio(top, bottom)
        question = _circuit(rng, wired, "", pick(rng, ("total resistance in ohms", "resistance of the whole in Ω")))
        return solved("ohms_law", level, question, answer, board, (added, Fraction(bottom, top)))
    current = draw(rng, 2, 5 * level)
    answer = board.ratio(board.times(top, current), bottom)
    question = _circuit(
        rng, wired, f"a current of {current} A", pick(rng, ("voltage in volts", "total voltage in volts"))
    )
    return solved("ohms_law", level, question, answer, board, (added * current, Fraction(top, bottom)))


def _circuit(rng: np.random.Generator, wired: str, given: str, asked: str) -> str:
    under = f" with {given}" if given else ""
    asks = (
        f"A circuit{under} has resistors of {wired}. What is the {asked}?",
        f"Resistors of {wired} make a circuit{under}. Find the {asked}.",
        f"In a circuit{under} there are resistors of {wired}. Work out the {asked}.",
    )
    return pick(rng, asks)


def mixture(rng: np.random.Generator, level: int) -> Problem:
    """Levels 1 and 2: how much has to be added for a given strength. From level 3 on: what a mixture contains."""
    what = pick(rng, ("salt", "acid", "alcohol", "sugar"))
    board = Blackboard()
    if level < 3:
        return _to_strength(rng, level, what, board)
    litres = [draw_at(rng, level, [(0, 0), (0, 0), (2, 40), (3, 60), (11, 400)]) for _ in range(2 if level < 4 else 3)]
    strengths = [draw(rng, 1, 95) for _ in litres]
    products = " + ".join(f"{a} * {p}" for a, p in zip(litres, strengths, strict=True))
    board.note(f"p = ({products}) / ({' + '.join(map(str, litres))})")
    inside = board.total([board.times(a, p) for a, p in zip(litres, strengths, strict=True)])
    answer = board.ratio(inside, board.total(litres))
    told = listed([f"{a} litres with {p} % {what}" for a, p in zip(litres, strengths, strict=True)])
    asks = (
        f"One mixes {told}. What percentage of {what} does the mixture have?",
        f"Into one tank go {told}. What is the strength of the mixture in percent?",
        f"Find the percentage of {what} in a mixture of {told}.",
    )
    mistakes = (Fraction(sum(strengths), len(strengths)), Fraction(inside, 100), sum(strengths))
    return solved("mixture", level, pick(rng, asks), answer, board, mistakes)


def _to_strength(rng: np.random.Generator, level: int, what: str, board: Blackboard) -> Problem:
    """a litres of p % and x litres of q % are to have r %: x = a (p - r) / (r - q); q = 0 is water."""
    while True:
        p, r = draw(rng, 3, 95), draw(rng, 2, 90)
        q = 0 if level == 1 else draw(rng, 1, 90)
        if (p > r > q or p < r < q) and abs(r - q) > 1:
            break
    a = draw_at(rng, level, [(2, 30), (20, 400)])
    board.note(f"x = {a} * ({p} - {r}) / ({r} - {q})")
    if p > r:
        above, below = board.minus(p, r), board.minus(r, q) if q else r
    else:
        above, below = board.minus(r, p), board.minus(q, r)
    answer = board.ratio(board.times(a, above), below)
    other = f"a solution with {q} % {what}" if q else "water"
    asks = (
        f"How many litres of {other} must be added to {a} litres of a solution with {p} % {what} to get one with {r} %?",
        f"A tank has {a} litres of a solution with {p} % {what}. How many litres of {other} bring it to {r} %?",
        f"{a} litres with {p} % {what} are to become {r} %. How many litres of {other} does that take?",
    )
    mistakes = (Fraction(a * below, above), Fraction(a * p, r), a + answer)
    return solved("mixture", level, pick(rng, asks), answer, board, mistakes)


def half_life(rng: np.random.Generator, level: int) -> Problem:
    """What is left after some half-lives, what there was before, or when a given rest is left."""
    count = draw_at(rng, level, [(1, 3), (3, 5), (4, 6), (6, 7), (7, 9)])
    period = draw_at(rng, level, [(2, 30), (2, 60), (3, 90), (5, 200), (11, 900)])
    rest = draw_at(rng, level, [(1, 60), (2, 60), (3, 90), (5, 200), (11, 900)])
    start, time = rest * 2**count, period * count
    unit = pick(rng, ("minutes", "hours", "days", "years"))
    board = Blackboard()
    kind = draw(rng, 0, 2)
    if kind == 0:
        board.note(f"n = {time} / {period}")
        board.over(time, period)
        answer = start
        for _ in range(count):
            answer = board.over(answer, 2)
        asks = (
            f"A substance has a half-life of {period} {unit}. Of {start} mg, how many mg are left after {time} {unit}?",
            f"Every {period} {unit} half of a sample decays. What remains of {start} mg after {time} {unit}, in mg?",
        )
        mistakes: list[Answer] = [Fraction(start, count), 2 * rest, Fraction(start, 2 * count)]
    elif kind == 1:
        board.note(f"n = {time} / {period}")
        board.over(time, period)
        answer = rest
        for _ in range(count):
            answer = board.times(answer, 2)
        asks = (
            f"A substance has a half-life of {period} {unit}. After {time} {unit} there are {rest} mg. "
            "How many mg were there at first?",
            f"Half of a sample decays every {period} {unit}, and {rest} mg are left after {time} {unit}. "
            "How many mg did it have in the beginning?",
        )
        mistakes = [2 * rest * count, start // 2, rest * count]
    else:
        left = start
        for _ in range(count):
            left = board.over(left, 2)
        answer = board.times(count, period)
        asks = (
            f"A substance has a half-life of {period} {unit}. After how many {unit} are {rest} of {start} mg left?",
            f"Every {period} {unit} half of a sample decays. How many {unit} does it take from {start} mg to {rest} mg?",
        )
        mistakes = [period * (count - 1), period * (count + 1), start // rest * period]
    return solved("half_life", level, pick(rng, asks), answer, board, mistakes)
