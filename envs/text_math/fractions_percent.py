"""Families of fractions, decimals and changes by percent."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np

from envs.problem import Problem, draw, draw_at, flip, pick
from envs.text_math.blackboard import Blackboard
from envs.text_math.posing import ASK, listed, solved

_DENOMINATORS = [(2, 12), (4, 20), (8, 40), (15, 80), (30, 150)]


def _proper(rng: np.random.Generator, low: int, high: int) -> tuple[int, int]:
    """Numerator and denominator of a fraction below 1 in lowest terms."""
    while True:
        denominator = draw(rng, low, high)
        numerator = draw(rng, 1, denominator - 1)
        if gcd(numerator, denominator) == 1:
            return numerator, denominator


def fraction_multiplication(rng: np.random.Generator, level: int) -> Problem:
    (a, b), (c, d) = (_proper(rng, *_DENOMINATORS[level - 1]) for _ in range(2))
    board = Blackboard()
    board.note(f"{a}/{b} * {c}/{d} = ({a} * {c}) / ({b} * {d})")
    answer = board.ratio(board.times(a, c), board.times(b, d))
    asks = (*ASK, "Multiply {1} by {2}.", "How much is {1} of {2}?")
    question = pick(rng, asks).format(f"{a}/{b} * {c}/{d}", f"{a}/{b}", f"{c}/{d}")
    mistakes = (Fraction(a * d, b * c), Fraction(a + c, b + d))
    return solved("fraction_multiplication", level, question, answer, board, mistakes)


def fraction_division(rng: np.random.Generator, level: int) -> Problem:
    """By multiplying with the reciprocal."""
    (a, b), (c, d) = (_proper(rng, *_DENOMINATORS[level - 1]) for _ in range(2))
    board = Blackboard()
    board.note(f"({a}/{b}) / ({c}/{d}) = ({a}/{b}) * ({d}/{c})")
    answer = board.ratio(board.times(a, d), board.times(b, c))
    asks = (*ASK, "Divide {1} by {2}.", "How often does {2} go into {1}?")
    question = pick(rng, asks).format(f"({a}/{b}) / ({c}/{d})", f"{a}/{b}", f"{c}/{d}")
    mistakes = (Fraction(a * c, b * d), Fraction(b * c, a * d))
    return solved("fraction_division", level, question, answer, board, mistakes)


def fraction_comparison(rng: np.random.Generator, level: int) -> Problem:
    """The largest or smallest of two to four fractions, compared crosswise."""
    pairs: list[tuple[int, int]] = []
    while len(pairs) < (2, 2, 3, 3, 4)[level - 1]:
        pair = _proper(rng, *[(3, 15), (6, 25), (6, 30), (12, 60), (15, 99)][level - 1])
        if pair not in pairs:
            pairs.append(pair)
    largest = flip(rng)
    board, best = Blackboard(), pairs[0]
    for pair in pairs[1:]:
        left, right = board.times(best[0], pair[1]), board.times(pair[0], best[1])
        sign = ">" if left > right else "<"
        board.note(f"{left} {sign} {right}")
        board.note(f"{best[0]}/{best[1]} {sign} {pair[0]}/{pair[1]}")
        best = best if (left > right) == largest else pair
    board.note(f"{best[0]}/{best[1]}")
    word = ("larg" if largest else "small") + ("er" if len(pairs) == 2 else "est")
    asks = ("Which is the {0} of {1}?", "Find the {0} of the fractions {1}.", "Of {1}, which fraction is the {0}?")
    texts = [f"{a}/{b}" for a, b in pairs]
    question = pick(rng, asks).format(word, listed(texts))
    answer = f"{best[0]}/{best[1]}"
    return solved("fraction_comparison", level, question, answer, board, texts)


def decimal_to_fraction(rng: np.random.Generator, level: int) -> Problem:
    """Terminating decimals; from level 4 on a block of two digits that repeats for ever, at 5 behind another digit."""
    whole = draw_at(rng, level, [(0, 19), (1, 60), (1, 99), (100, 999), (10, 99)])
    if level >= 4:
        return _repeating(rng, level, whole)
    digits = 2 if level < 3 else 3
    ten = 10**digits
    while (numerator := whole * ten + draw(rng, 1, ten - 1)) % 10 == 0:
        pass
    board = Blackboard()
    text = f"{numerator // ten}.{numerator % ten:0{digits}d}"
    board.note(f"{text} = {numerator}/{ten}")
    return _parts_added(level, _as_fraction(rng, text), board.ratio(numerator, ten), numerator + ten, board)


def _repeating(rng: np.random.Generator, level: int, whole: int) -> Problem:
    """A decimal less the same decimal with its point moved by two places leaves an integer."""
    lead = "" if level == 4 else str(draw(rng, 0, 9))
    while (block := draw(rng, 1, 98)) % 11 == 0:
        pass
    once = int(f"{whole}{lead}")
    longer = 100 * once + block
    board = Blackboard()
    scale = 10 ** len(lead)
    board.note(f"{100 * scale} x - {scale} x = {longer} - {once}")
    difference = board.minus(longer, once)
    board.note(f"{99 * scale} x = {difference}")
    answer = board.ratio(difference, 99 * scale)
    board.note(f"x = {answer}")
    text = f"{whole}.{lead}{block:02d}{block:02d}{block:02d}..., where the last two digits repeat for ever,"
    return _parts_added(level, _as_fraction(rng, text), answer, difference + 99 * scale, board)


def _parts_added(level: int, question: str, fraction: Fraction, unreduced: int, board: Blackboard) -> Problem:
    """Asks for numerator plus denominator: to ask for the fraction itself would reward copying the decimal."""
    top, bottom = fraction.numerator, fraction.denominator
    answer = board.plus(top, bottom)
    return solved("decimal_to_fraction", level, question, answer, board, (unreduced, abs(top - bottom), top))


def _as_fraction(rng: np.random.Generator, text: str) -> str:
    asks = (
        "Write {} as a fraction in lowest terms. What is the sum of numerator and denominator?",
        "Turn {} into a reduced fraction, then add its numerator and its denominator.",
        "In lowest terms {} is a/b. What is a + b?",
    )
    return pick(rng, asks).format(text)


def percentage_change(rng: np.random.Generator, level: int) -> Problem:
    """From two values to the change in percent of the first."""
    rises = flip(rng)
    percent = 5 * draw(rng, 1, 19) if level == 1 else draw_at(rng, level, [(1, 1), (2, 60), (3, 98), (3, 98), (3, 98)])
    if rises and level >= 4:
        percent += 100 * draw(rng, 0, 2)
    unit = 100 // gcd(percent, 100)
    high = max(1, (400, 600, 1500, 5000, 30000)[level - 1] // unit)
    old = unit * draw(rng, max(1, high // 20), high)
    new = old * (100 + percent if rises else 100 - percent) // 100
    board = Blackboard()
    larger, smaller = max(old, new), min(old, new)
    board.note(f"p = ({larger} - {smaller}) * 100 / {old}")
    change = board.minus(larger, smaller)
    board.over(board.times(change, 100), old)
    verb, noun = ("rises", "increase") if rises else ("falls", "decrease")
    thing = pick(rng, ("price", "rent", "number of members", "population", "weight", "monthly bill"))
    asks = (
        f"A {thing} {verb} from {old} to {new}. By how many percent does it {verb.removesuffix('s')}?",
        f"What is the {noun} in percent when a {thing} goes from {old} to {new}?",
        f"The {thing} was {old} last year and is {new} now. Find the {noun} in percent.",
    )
    mistakes = (Fraction(100 * change, new), change, Fraction(100 * new, old))
    return solved("percentage_change", level, pick(rng, asks), percent, board, mistakes)


def reverse_percentage(rng: np.random.Generator, level: int) -> Problem:
    """Back from the value after a change to the value before it."""
    rises = flip(rng)
    percent = 10 * draw(rng, 1, 9) if level == 1 else 5 * draw(rng, 1, 19) if level == 2 else draw(rng, 2, 95)
    after_percent = 100 + percent if rises else 100 - percent
    unit = 100 // gcd(percent, 100)
    high = max(2, (300, 600, 1500, 6000, 40000)[level - 1] // unit)
    before = unit * draw(rng, max(1, high // 20), high)
    after = before * after_percent // 100
    board = Blackboard()
    (board.plus if rises else board.minus)(100, percent)
    board.note(f"x * {after_percent} / 100 = {after}")
    board.over(board.times(after, 100), after_percent)
    board.note(f"x = {before}")
    verb = pick(rng, ("a rise", "an increase") if rises else ("a cut", "a discount"))
    thing = pick(rng, ("coat", "bicycle", "ticket", "phone", "lamp", "chair"))
    asks = (
        f"After {verb} of {percent} % a {thing} costs {after} coins. What did it cost before?",
        f"A {thing} costs {after} coins after {verb} of {percent} percent. Find the old price in coins.",
        f"The price of a {thing} is {after} coins, with {verb} of {percent} % included. How much was it at first?",
    )
    mistakes = (
        Fraction(after * (100 - percent if rises else 100 + percent), 100),
        Fraction(after * percent, 100),
    )
    return solved("reverse_percentage", level, pick(rng, asks), before, board, mistakes)


def successive_percentages(rng: np.random.Generator, level: int) -> Problem:
    """Two changes in a row, three from level 4 on; each takes its percent of what the one before has left."""
    count, step = (2, 2, 2, 3, 3)[level - 1], (10, 10, 5, 10, 5)[level - 1]
    unit = (100 // step) ** count
    start = unit * draw_at(rng, level, [(1, 12), (13, 90), (2, 40), (1, 40), (1, 40)])
    board, value, naive, phrases = Blackboard(), start, 0, []
    for _ in range(count):
        rises, percent = flip(rng), step * draw(rng, 1, 60 // step)
        part = board.times(value, percent)
        board.note(f"{part} / 100 = {part // 100}")
        value = (board.plus if rises else board.minus)(value, part // 100)
        naive += percent if rises else -percent
        phrases.append(f"{'rises' if rises else 'falls'} by {percent} %")
    thing = pick(rng, ("share", "house", "painting", "stamp collection", "machine"))
    told = f"{', then '.join(phrases)}"
    asks = (
        f"The value of a {thing} is {start} coins. It {told}. What is the value then?",
        f"A {thing} is worth {start} coins. Its value {told}. How many coins is it worth in the end?",
        f"Starting at {start} coins, the value of a {thing} {told}. Find the final value in coins.",
    )
    return solved("successive_percentages", level, pick(rng, asks), value, board, (start * (100 + naive) // 100,))
