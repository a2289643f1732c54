"""Families in everyday words: shopping, stocks, proportion, travel, rectangles, units."""

from __future__ import annotations

import numpy as np

from envs.problem import Problem, draw, draw_at, exact, flip, pick
from envs.text_math.working import minus, over, plus, times

_NAMES = ("Ana", "Ben", "Lea", "Tom", "Mia", "Sam")
_GOODS = ("pen", "book", "cup", "cake", "ball", "card")
#: A large unit, the small unit, and how many small ones make a large one.
_UNITS = (
    ("cm", "mm", 10),
    ("m", "cm", 100),
    ("km", "m", 1000),
    ("kg", "g", 1000),
    ("hours", "minutes", 60),
    ("minutes", "seconds", 60),
    ("days", "hours", 24),
    ("weeks", "days", 7),
    ("years", "months", 12),
)


def shopping(rng: np.random.Generator, level: int) -> Problem:
    """Level 1: one kind of goods. From 2 on two kinds, from 3 on with change or a voucher."""
    prices = [draw_at(rng, level, [(2, 12), (2, 12), (3, 20), (10, 50), (11, 99)]) for _ in range(2)]
    counts = [draw_at(rng, level, [(2, 9), (2, 6), (2, 9), (2, 9), (2, 9)]) for _ in range(2)]
    name, goods = pick(rng, _NAMES), [_GOODS[i] for i in rng.permutation(len(_GOODS))[:2]]
    steps, due = times(prices[0], counts[0]), prices[0] * counts[0]
    text = f"A {goods[0]} costs {prices[0]} coins. {name} buys {counts[0]} {goods[0]}s."
    if level >= 2:
        second = prices[1] * counts[1]
        text = f"A {goods[0]} costs {prices[0]} coins and a {goods[1]} {prices[1]}. "
        text += f"{name} buys {counts[0]} {goods[0]}s and {counts[1]} {goods[1]}s."
        steps, due = steps + times(prices[1], counts[1]) + plus(due, second), due + second
    if level < 3 or flip(rng):
        end = pick(rng, ("How many coins is that?", f"How many coins does {name} pay?", "What is the total price?"))
        return Problem("shopping", level, f"{text} {end}", exact(due), tuple(steps))
    paid = due + draw(rng, 1, 30 * level)
    end = pick(rng, (f"{name} pays with {paid}. What is the change?", f"Out of {paid} coins, how many are left?"))
    return Problem("shopping", level, f"{text} {end}", exact(paid - due), (*steps, *minus(paid, due)))


def stock(rng: np.random.Generator, level: int) -> Problem:
    """Things come and go, two or three times."""
    name, goods = pick(rng, _NAMES), pick(rng, _GOODS)
    sizes = [(2, 20), (5, 50), (20, 99), (100, 900), (1000, 9000)][level - 1]
    have = draw(rng, *sizes)
    sentences = [f"{name} has {have} {goods}s"]
    steps: list[str] = []
    for _ in range((2, 2, 3, 2, 2)[level - 1]):
        amount = draw(rng, sizes[0] // 2 + 1, sizes[1] // 2)
        if amount <= have and flip(rng, 0.6):
            sentences.append(f"{pick(rng, ('gives away', 'loses', 'sells'))} {amount}")
            steps, have = steps + minus(have, amount), have - amount
        else:
            sentences.append(f"{pick(rng, ('finds', 'gets', 'buys'))} {amount}")
            steps, have = steps + plus(have, amount), have + amount
    text = ", then ".join(sentences)
    question = f"{text}. {pick(rng, ('How many are there now?', f'How many {goods}s are left?', 'How many now?'))}"
    return Problem("stock", level, question, exact(have), tuple(steps))


def proportion(rng: np.random.Generator, level: int) -> Problem:
    """By way of one: what one costs, then what many cost."""
    unit = draw_at(rng, level, [(2, 9), (2, 12), (11, 40), (41, 150), (151, 500)])
    first, second = draw(rng, 2, 9), draw(rng, 2, 9)
    second += second >= first
    goods = pick(rng, _GOODS)
    asks = (
        f"{first} {goods}s cost {first * unit} coins. How much do {second} {goods}s cost?",
        f"{first} boxes hold {first * unit} {goods}s. How many {goods}s do {second} boxes hold?",
        f"A machine makes {first * unit} {goods}s in {first} hours. How many in {second} hours?",
    )
    steps = over(first * unit, first) + times(unit, second)
    return Problem("proportion", level, pick(rng, asks), exact(unit * second), tuple(steps))


def travel(rng: np.random.Generator, level: int) -> Problem:
    speed = draw_at(rng, level, [(2, 12), (11, 60), (21, 120), (51, 300), (101, 400)])
    hours = draw_at(rng, level, [(2, 9), (2, 9), (3, 9), (3, 9), (11, 15)])
    who = pick(rng, ("train", "car", "bus", "ship"))
    kind = draw(rng, 0, 2) if level >= 2 else 0
    if kind == 2:  # division by a round speed
        speed, hours = 10 * draw(rng, 2, 9 * level), draw(rng, 2, 9) if level < 4 else draw(rng, 11, 10 * level)
    distance = speed * hours
    if kind == 0:
        asks = (
            f"A {who} goes {speed} km an hour. How far does it go in {hours} hours?",
            f"How many km does a {who} at {speed} km an hour cover in {hours} hours?",
        )
        return Problem("travel", level, pick(rng, asks), exact(distance), tuple(times(speed, hours)))
    if kind == 1:
        question = f"A {who} goes {distance} km in {hours} hours. How many km is that in an hour?"
        return Problem("travel", level, question, exact(speed), tuple(over(distance, hours)))
    question = f"A {who} goes {speed} km an hour. How many hours does it need for {distance} km?"
    return Problem("travel", level, question, exact(hours), tuple(over(distance, speed)))


def rectangle(rng: np.random.Generator, level: int) -> Problem:
    """Perimeter, area, or from level 2 on the missing side."""
    a = draw_at(rng, level, [(2, 12), (5, 30), (12, 99), (50, 250), (250, 999)])
    b = draw_at(rng, level, [(2, 9), (2, 9), (3, 9), (4, 9), (5, 9)])
    kind = draw(rng, 0, 2 if level >= 2 else 1)
    if kind == 0:
        b = draw_at(rng, level, [(2, 12), (5, 30), (12, 99), (50, 250), (250, 999)])
        asks = (
            "A rectangle is {} m by {} m. What is its perimeter?",
            "Find the perimeter of a {} by {} rectangle.",
        )
        steps = plus(a, b) + times(a + b, 2)
        return Problem("rectangle", level, pick(rng, asks).format(a, b), exact(2 * (a + b)), tuple(steps))
    if kind == 1:
        asks = ("A rectangle is {} m by {} m. What is its area?", "Find the area of a {} by {} rectangle.")
        return Problem("rectangle", level, pick(rng, asks).format(a, b), exact(a * b), tuple(times(a, b)))
    question = f"A rectangle has area {a * b} and one side of length {b}. How long is the other side?"
    return Problem("rectangle", level, question, exact(a), tuple(over(a * b, b)))


def unit_conversion(rng: np.random.Generator, level: int) -> Problem:
    """Large units into small ones; from level 2 on with a rest, from level 3 on also back into the large unit."""
    large, small, factor = pick(rng, _UNITS)
    # Factors of two digits that are not round make long working: their numbers are two levels smaller.
    size = max(level - 2, 1) if factor in (12, 24) else level
    n = draw_at(rng, size, [(2, 9), (2, 12), (11, 49), (50, 199), (200, 999)])
    converted = n * factor
    if level >= 3 and flip(rng, 0.4):
        asks = (f"How many {large} are {converted} {small}?", f"Convert {converted} {small} to {large}.")
        return Problem("unit_conversion", level, pick(rng, asks), exact(n), tuple(over(converted, factor)))
    steps, extra = times(n, factor), draw(rng, 1, min(factor - 1, 99))
    if level >= 2 and flip(rng, 0.7):
        asks = (
            f"How many {small} are {n} {large} and {extra} {small}?",
            f"Write {n} {large} {extra} {small} in {small}.",
        )
        answer = converted + extra
        return Problem("unit_conversion", level, pick(rng, asks), exact(answer), (*steps, *plus(converted, extra)))
    asks = (f"How many {small} are {n} {large}?", f"Convert {n} {large} to {small}.")
    return Problem("unit_conversion", level, pick(rng, asks), exact(converted), tuple(steps))
