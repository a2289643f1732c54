"""Families about lists of numbers: the next one, the largest, the k-th, how many, the average."""

from __future__ import annotations

import numpy as np

from envs.problem import Problem, draw, draw_at, draw_distinct, exact, flip, pick
from envs.text_math.working import minus, over, plus, times, total

_RANGES = [(1, 20), (1, 60), (10, 200), (100, 999), (1000, 9999)]


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def sequence_next(rng: np.random.Generator, level: int) -> Problem:
    """Four terms are given. Equal differences; from level 3 on also equal ratios or growing differences."""
    kind = draw(rng, 0, 2) if level >= 3 else 0
    build = (_equal_differences, _equal_ratios, _growing_differences)[kind]
    terms, answer, steps = build(rng, level)
    asks = ("What comes next: {}?", "Find the next number: {}.", "Continue the sequence {}.")
    return Problem("sequence_next", level, pick(rng, asks).format(_listed(terms)), exact(answer), tuple(steps))


def _equal_differences(rng: np.random.Generator, level: int) -> tuple[list[int], int, list[str]]:
    start = draw_at(rng, level, [(1, 20), (1, 40), (10, 99), (10, 200), (100, 900)])
    step = draw_at(rng, level, [(1, 9), (2, 15), (5, 40), (5, 60), (20, 300)])
    if level >= 2 and flip(rng):  # falling; from level 4 on the next term may lie below zero
        last = start if level >= 4 and flip(rng) else start + step
        terms = [last + i * step for i in reversed(range(4))]
        steps = [f"{a} - {b} = {step}" for a, b in zip(terms[:2], terms[1:3], strict=True)]
        return terms, last - step, steps + minus(last, step)
    terms = [start + i * step for i in range(4)]
    steps = [f"{b} - {a} = {step}" for a, b in zip(terms[:2], terms[1:3], strict=True)]
    return terms, terms[3] + step, steps + plus(terms[3], step)


def _equal_ratios(rng: np.random.Generator, level: int) -> tuple[list[int], int, list[str]]:
    ratio = draw_at(rng, level, [(2, 2), (2, 2), (2, 3), (2, 4), (2, 5)])
    start = draw_at(rng, level, [(1, 9), (1, 9), (1, 12), (2, 15), (2, 20)])
    terms = [start * ratio**i for i in range(4)]
    steps = [f"{b} / {a} = {ratio}" for a, b in zip(terms[:2], terms[1:3], strict=True)]
    return terms, terms[3] * ratio, steps + times(terms[3], ratio)


def _growing_differences(rng: np.random.Generator, level: int) -> tuple[list[int], int, list[str]]:
    start, step = draw(rng, 1, 10 * level), draw(rng, 1, 3 * level)
    growth = draw(rng, 1, 2 * level)
    terms = [start]
    for i in range(4):
        terms.append(terms[-1] + step + i * growth)
    steps = [f"{b} - {a} = {b - a}" for a, b in zip(terms[:3], terms[1:4], strict=True)]
    steps.append(f"{step + growth} - {step} = {growth}")
    return terms[:4], terms[4], steps + plus(step + 2 * growth, growth) + plus(terms[3], step + 3 * growth)


def maximum(rng: np.random.Generator, level: int) -> Problem:
    numbers = draw_distinct(rng, level + 2, *_RANGES[level - 1])
    asks = ("Which is the largest of {}?", "Find the maximum of {}.", "What is the greatest number in {}?")
    question = pick(rng, asks).format(_listed(numbers))
    return Problem("maximum", level, question, exact(max(numbers)), tuple(_champion(numbers, largest=True)))


def minimum(rng: np.random.Generator, level: int) -> Problem:
    numbers = draw_distinct(rng, level + 2, *_RANGES[level - 1])
    asks = ("Which is the smallest of {}?", "Find the minimum of {}.", "What is the least number in {}?")
    question = pick(rng, asks).format(_listed(numbers))
    return Problem("minimum", level, question, exact(min(numbers)), tuple(_champion(numbers, largest=False)))


def _champion(numbers: list[int], largest: bool) -> list[str]:
    """The best so far against each next number."""
    best, lines = numbers[0], []
    for number in numbers[1:]:
        lines.append(f"{best} {'>' if best > number else '<'} {number}")
        best = max(best, number) if largest else min(best, number)
    return [*lines, str(best)]


def ranking(rng: np.random.Generator, level: int) -> Problem:
    """The k-th smallest or largest: the numbers are put in order up to it."""
    numbers = draw_distinct(rng, level + 2, *_RANGES[level - 1])
    k = draw(rng, 2, 2 if level < 3 else 3)
    largest = flip(rng)
    front = sorted(numbers, reverse=largest)[:k]
    asks = ("Which is the {} of {}?", "Find the {} number in {}.", "Of {1}, which is the {0}?")
    name = f"{('second', 'third')[k - 2]} {'largest' if largest else 'smallest'}"
    question = pick(rng, asks[:2] if flip(rng) else asks[2:]).format(name, _listed(numbers))
    steps = ((" > " if largest else " < ").join(map(str, front)), str(front[-1]))
    return Problem("ranking", level, question, exact(front[-1]), steps)


def counting(rng: np.random.Generator, level: int) -> Problem:
    """How many numbers of a list lie above (or below) a limit; every count is equally likely."""
    low, high = [(1, 20), (1, 50), (10, 99), (10, 99), (100, 999)][level - 1]
    numbers = draw_distinct(rng, (5, 6, 7, 7, 7)[level - 1], low, high)
    limit = numbers.pop()
    ordered, above = sorted(numbers), flip(rng)
    limit = _limit(rng, ordered, draw(rng, 0, len(ordered)), low, high)
    count, steps = 0, []
    for number in numbers:
        hit = number > limit if above else number < limit
        count += hit
        steps.append(f"{number} {'>' if number > limit else '<'} {limit}" + (f", count {count}" if hit else ""))
    word = ("greater", "above") if above else ("less", "below")
    asks = (f"How many of {{}} are {word[0]} than {{}}?", f"In {{}}, how many numbers are {word[1]} {{}}?")
    question = pick(rng, asks).format(_listed(numbers), limit)
    return Problem("counting", level, question, exact(count), (*steps, f"count {count}"))


def _limit(rng: np.random.Generator, ordered: list[int], below: int, low: int, high: int) -> int:
    """A number outside the list with `below` of the list under it, or the nearest to that which there is."""
    for rank in sorted(range(len(ordered) + 1), key=lambda r: abs(r - below)):
        first = ordered[rank - 1] + 1 if rank else max(low - 5, 1)
        last = ordered[rank] - 1 if rank < len(ordered) else high + 5
        if first <= last:
            return draw(rng, first, last)
    raise AssertionError("a number above the whole list always exists")


def average(rng: np.random.Generator, level: int) -> Problem:
    """The mean of two to four numbers, always an integer."""
    count = (2, 3, 2, 3, 4)[level - 1]
    low, high = [(1, 20), (1, 20), (10, 99), (10, 99), (10, 99)][level - 1]
    while True:
        numbers = [draw(rng, low, high) for _ in range(count)]
        if sum(numbers) % count == 0:
            break
    value, steps = total(numbers)
    asks = ("What is the average of {}?", "Find the mean of {}.", "Compute the average of the numbers {}.")
    question = pick(rng, asks).format(_listed(numbers))
    return Problem("average", level, question, exact(value // count), (*steps, *over(value, count)))
