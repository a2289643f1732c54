"""Families of chance: two dice, balls drawn without being put back, the complement, the expected value."""

from __future__ import annotations

from fractions import Fraction
from math import factorial, prod

import numpy as np

from envs.problem import Problem, draw, draw_at, draw_distinct, flip, pick
from envs.text_math.blackboard import Blackboard
from envs.text_math.posing import listed, solved

_COLOURS = ("red", "blue", "green", "white", "black", "yellow")


def dice_sum(rng: np.random.Generator, level: int) -> Problem:
    """Two fair dice of any number of sides: their sum is a number, or from level 3 on at most or more than one."""
    low, high = [(4, 12), (6, 20), (6, 20), (10, 40), (20, 90)][level - 1]
    a, b = draw(rng, low, high), draw(rng, low, high)
    board = Blackboard()
    if level < 3:
        wanted = draw(rng, 3, a + b - 1)
        least, most = max(1, wanted - b), min(a, wanted - 1)
        board.note(f"{wanted} = {least} + {wanted - least}")
        board.note(f"{wanted} = {most} + {wanted - most}")
        hits = board.plus(board.minus(most, least), 1)
        rule = pick(rng, ("add up to exactly", "show a sum of"))
        mistakes = [Fraction(1, a + b - 1), Fraction(2, a * b), Fraction(most, a * b)]
        pairs = board.times(a, b)
    else:
        wanted = draw(rng, 4, min(a, b) + 1)
        # Beneath the smaller die the pairs with a sum of at most s number 1 + 2 + ... + (s - 1).
        board.note(f"n = {wanted} * ({wanted} - 1) / 2")
        hits = board.over(board.times(wanted, board.minus(wanted, 1)), 2)
        rule = pick(rng, ("add up to at most", "show a sum of no more than"))
        mistakes = [Fraction(wanted, a + b), Fraction(wanted * (wanted - 1), a * b)]
        pairs = board.times(a, b)
        if flip(rng):
            hits, rule = board.minus(pairs, hits), pick(rng, ("add up to more than", "show a sum above"))
    answer = board.ratio(hits, pairs)
    asks = (
        f"A fair die has the numbers 1 to {a}, another 1 to {b}. What is the probability that they {rule} {wanted}?",
        f"Two fair dice with {a} and {b} sides, numbered from 1, are rolled. "
        f"Find the probability that they {rule} {wanted}.",
        f"Someone rolls a die of {a} sides and one of {b} sides, both fair and numbered from 1. "
        f"How likely is it that they {rule} {wanted}? Answer with a fraction.",
    )
    return solved("dice_sum", level, pick(rng, asks), answer, board, [*mistakes, 1 - answer])


def urn(rng: np.random.Generator, level: int) -> Problem:
    """Balls drawn without being put back: two of one colour, then of two colours, from level 4 on three balls."""
    low, high = [(2, 15), (3, 30), (3, 25), (4, 25), (8, 40)][level - 1]
    colours = [_COLOURS[i] for i in rng.permutation(len(_COLOURS))[: 2 if level < 3 else 3]]
    counts = [draw(rng, low, high) for _ in colours]
    total, draws = sum(counts), 2 if level < 4 else 3
    board = Blackboard()
    board.total(counts)
    ways = 1
    if level < 3 or (level > 3 and flip(rng)):
        taken = list(range(counts[0], counts[0] - draws, -1))
        rule = f"all {draws} are {colours[0]}" if draws > 2 else f"both are {colours[0]}"
        with_return = Fraction(counts[0], total) ** draws
    else:
        taken = counts[:draws]
        if flip(rng):
            rule = f"they are {', then '.join(colours[:draws])}, in this order"
        else:
            rule, ways = listed([f"one is {colour}" for colour in colours[:draws]]), factorial(draws)
        with_return = Fraction(ways * prod(taken), total**draws)
    chances = " * ".join(f"{n}/{total - i}" for i, n in enumerate(taken))
    board.note(f"p = {f'{ways} * ' if ways > 1 else ''}{chances}")
    favourable = board.product(taken)
    favourable = board.times(favourable, ways) if ways > 1 else favourable
    possible = board.product(range(total, total - draws, -1))
    answer = board.ratio(favourable, possible)
    told = listed([f"{n} {colour}" for n, colour in zip(counts, colours, strict=True)])
    asks = (
        f"An urn holds {told} balls. {draws} are drawn without being put back. What is the probability that {rule}?",
        f"{draws} balls are taken one after the other out of a bag of {told} balls, and none goes back. "
        f"Find the probability that {rule}.",
        f"Out of a box with {told} marbles someone takes {draws} at random. How likely is it that {rule}?",
    )
    question = pick(rng, asks[:2] if "order" in rule else asks)
    return solved("urn", level, question, answer, board, (with_return, Fraction(counts[0], total), 1 - answer))


def at_least_one(rng: np.random.Generator, level: int) -> Problem:
    """One minus the probability that it never happens, in two to four independent tries."""
    tries = (2, 2, 3, 3, 4)[level - 1]
    low, high = [(3, 20), (5, 50), (3, 25), (8, 60), (6, 40)][level - 1]
    alike = flip(rng)
    chances = [_chance(rng, low, high) for _ in range(tries)]
    chances = chances[:1] * tries if alike else chances
    board = Blackboard()
    board.note(f"p = 1 - {' * '.join(f'{q - p}/{q}' for p, q in chances)}")
    if alike:
        misses, cases = board.power(board.minus(chances[0][1], chances[0][0]), tries), board.power(chances[0][1], tries)
    else:
        misses, cases = board.product([board.minus(q, p) for p, q in chances]), board.product([q for _, q in chances])
    answer = board.ratio(board.minus(cases, misses), cases)
    texts = [f"{p}/{q}" for p, q in chances]
    if alike:
        told = f"An archer hits with a probability of {texts[0]} and shoots {tries} times"
        other = f"A machine makes a flaw with a probability of {texts[0]} and makes {tries} parts"
    else:
        told = f"{tries} archers hit with probabilities of {listed(texts)} and shoot once each"
        other = f"{tries} machines make a flaw with probabilities of {listed(texts)} and make one part each"
    asks = (
        f"{told}. What is the probability of at least one hit?",
        f"{other}. Find the probability that there is at least one flaw.",
        f"{told}. How likely is it that the target is hit at all?",
    )
    mistakes = (1 - answer, Fraction(texts[0]), sum(map(Fraction, texts), Fraction(0)))
    return solved("at_least_one", level, pick(rng, asks), answer, board, mistakes)


def _chance(rng: np.random.Generator, low: int, high: int) -> tuple[int, int]:
    """Numerator and denominator, in lowest terms, of a probability strictly between 0 and 1."""
    denominator = draw(rng, low, high)
    return Fraction(draw(rng, 1, denominator - 1), denominator).as_integer_ratio()


def expected_value(rng: np.random.Generator, level: int) -> Problem:
    """A wheel or a box of tickets: prizes times their numbers over all; from level 3 on less what a game costs."""
    kinds = (2, 2, 3, 3, 4)[level - 1]
    prizes = draw_distinct(rng, kinds, *[(1, 20), (2, 60), (2, 60), (5, 200), (20, 500)][level - 1])
    counts = [draw_at(rng, level, [(1, 6), (1, 9), (1, 9), (2, 20), (3, 25)]) for _ in prizes]
    blanks = draw_at(rng, level, [(1, 9), (1, 15), (2, 20), (5, 60), (10, 150)])
    total, price = sum(counts) + blanks, draw_at(rng, level, [(0, 0), (0, 0), (1, 9), (2, 30), (5, 90)])
    board = Blackboard()
    sum_ = " + ".join(f"{n} * {prize}" for n, prize in zip(counts, prizes, strict=True))
    board.note(f"e = ({sum_}) / {total}{f' - {price}' if price else ''}")
    paid_out = board.total([board.times(n, prize) for n, prize in zip(counts, prizes, strict=True)])
    board.total([*counts, blanks])
    win = Fraction(paid_out, total)
    answer = win
    if price:
        rest = board.minus(paid_out, board.times(price, total))
        answer = board.ratio(rest, total)
    else:
        board.ratio(paid_out, total)
    told = listed([f"{n} {'wins' if n == 1 else 'win'} {prize} coins" for n, prize in zip(counts, prizes, strict=True)])
    thing, place = pick(rng, (("tickets", "box"), ("fields", "wheel"), ("cards", "pack")))
    costs = f" A game costs {price} coins." if price else ""
    asked = pick(rng, ("gain", "profit")) if price else pick(rng, ("win", "prize"))
    asks = (
        f"Of the {total} equally likely {thing} of a {place}, {told}, the others nothing.{costs} "
        f"What is the expected {asked} of one game in coins?",
        f"A {place} has {total} {thing}, each as likely as the others: {told}, the rest are blank.{costs} "
        f"Find the expected {asked} in coins.",
        f"In a game with a {place} of {total} {thing}, all equally likely, {told}, all others nothing.{costs} "
        f"How many coins is the {asked} on average?",
    )
    mistakes = (win, Fraction(sum(prizes), kinds), Fraction(sum(prizes), kinds + 1), Fraction(paid_out, sum(counts)))
    return solved("expected_value", level, pick(rng, asks), answer, board, mistakes)
