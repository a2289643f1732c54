"""Dice in named colours, and dominoes: pips counted, added and compared."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.making import added, listed, numeric, worded
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.colours import NAMED
from envs.problem import draw, flip, pick

#: Colours of dice on which white pips stand out.
_DICE_COLOURS = ("red", "green", "blue", "purple", "brown", "orange")

#: Where pips stand on a face, in columns and rows from -1 to 1.
_PIPS: dict[int, tuple[tuple[int, int], ...]] = {
    0: (),
    1: ((0, 0),),
    2: ((-1, -1), (1, 1)),
    3: ((-1, -1), (0, 0), (1, 1)),
    4: ((-1, -1), (1, -1), (-1, 1), (1, 1)),
    5: ((-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)),
    6: ((-1, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (1, 1)),
}


@dataclass(frozen=True)
class Dice:
    """Dice seen from above: (colour, pips, place among 16 cells of a grid)."""

    dice: tuple[tuple[str, int, int], ...]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        half = size * 0.075
        for colour, pips, cell in self.dice:
            row, column = divmod(cell, 4)
            x, y = size * (0.14 + 0.24 * column), size * (0.14 + 0.24 * row)
            x, y = x + size * float(rng.uniform(-0.012, 0.012)), y + size * float(rng.uniform(-0.012, 0.012))
            turn = float(rng.uniform(-20, 20))
            canvas.polygon(_rounded((x, y), half, turn), NAMED[colour])
            for dx, dy in _PIPS[pips]:
                canvas.circle(_turned((x, y), dx * half * 0.55, dy * half * 0.55, turn), half * 0.18, (255, 255, 255))


@dataclass(frozen=True)
class Dominoes:
    """Dominoes, each a pair of numbers of pips from 0 to 6, at most nine; laid in rows of three."""

    tiles: tuple[tuple[int, int], ...]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        columns = 2 if len(self.tiles) <= 4 else 3
        rows = math.ceil(len(self.tiles) / columns)
        half = min(size / columns * 0.86 / 4, size / rows * 0.8 / 2)
        body, pip = pick(rng, (((252, 250, 240), (30, 30, 34)), ((44, 46, 54), (250, 250, 250))))
        for index, (left, right) in enumerate(self.tiles):
            row, column = divmod(index, columns)
            x, y = (column + 0.5) * size / columns, (row + 0.5) * size / rows
            canvas.rectangle((x - 2 * half, y - half, x + 2 * half, y + half), body, look.ink, look.line, half * 0.25)
            canvas.line([(x, y - half * 0.8), (x, y + half * 0.8)], pip, max(1.0, half * 0.06))
            for pips, centre in ((left, x - half), (right, x + half)):
                for dx, dy in _PIPS[pips]:
                    place = (centre + dx * half * 0.5, y + dy * half * 0.55)
                    canvas.circle(place, half * 0.16, pip)


def dice_or_dominoes(rng: np.random.Generator, level: int) -> PictureProblem:
    while True:
        problem = pick(rng, _KINDS[level - 1])(rng, level)
        if problem is not None:
            return problem


# -- dice --------------------------------------------------------------------------------------------------------------


def _dice_total(rng: np.random.Generator, level: int) -> PictureProblem | None:
    """All pips, or at level 2 those on the dice of one colour."""
    picture, colours = _dice(rng, draw(rng, 3, 6) if level == 1 else draw(rng, 5, 9))
    colour = pick(rng, colours) if level > 1 else ""
    shown = [pips for c, pips, _ in picture.dice if c == colour or not colour]
    if len(shown) < 2:
        return None
    name = f"{colour} dice" if colour else "dice"
    asks = (
        f"How many pips do the {name} show in all?",
        f"Add up the numbers on all {name}. What is the sum?",
        f"What is the total of the {name}?",
    )
    total = sum(shown)
    steps = (f"The {name} show {listed(list(map(str, shown)))}", added(shown))
    likely = (total + 1, total - 1, sum(pips for _, pips, _ in picture.dice), total - shown[-1], len(shown))
    return numeric(_NAME, level, picture, pick(rng, asks), total, steps, likely)


def _dice_gap(rng: np.random.Generator, level: int) -> PictureProblem | None:
    """By how much the totals of two colours differ."""
    picture, colours = _dice(rng, draw(rng, 5, 10))
    one, two = (colours[i] for i in rng.permutation(len(colours))[:2])
    first, second = ([pips for c, pips, _ in picture.dice if c == colour] for colour in (one, two))
    a, b = sum(first), sum(second)
    if a <= b:
        return None
    asks = (
        f"How many more pips do the {one} dice show than the {two} dice?",
        f"By how much does the total of the {one} dice exceed that of the {two} dice?",
    )
    steps = (
        f"{one.capitalize()} dice: {added(first)}",
        f"{two.capitalize()} dice: {added(second)}",
        f"{a} - {b} = {a - b}",
    )
    likely = (a + b, a, b, abs(len(first) - len(second)), a - b + 1)
    return numeric(_NAME, level, picture, pick(rng, asks), a - b, steps, likely)


def _dice_product(rng: np.random.Generator, level: int) -> PictureProblem | None:
    """The totals of two colours multiplied."""
    picture, colours = _dice(rng, draw(rng, 4, 7))
    one, two = (colours[i] for i in rng.permutation(len(colours))[:2])
    first, second = ([pips for c, pips, _ in picture.dice if c == colour] for colour in (one, two))
    a, b = sum(first), sum(second)
    asks = (
        f"Multiply the total of the {one} dice by the total of the {two} dice. What is the product?",
        f"What is the sum of the {one} dice times the sum of the {two} dice?",
    )
    steps = (
        f"{one.capitalize()} dice: {added(first)}",
        f"{two.capitalize()} dice: {added(second)}",
        f"{a} * {b} = {a * b}",
    )
    return numeric(_NAME, level, picture, pick(rng, asks), a * b, steps, (a + b, a * b + a, a * b - b, a * b + 1))


def _dice_highest(rng: np.random.Generator, level: int) -> PictureProblem | None:
    """The colour with the highest total."""
    picture, colours = _dice(rng, draw(rng, 6, 10), 4)
    totals = {colour: sum(pips for c, pips, _ in picture.dice if c == colour) for colour in colours}
    ranked = sorted(colours, key=lambda colour: -totals[colour])
    if totals[ranked[0]] == totals[ranked[1]]:
        return None
    asks = (
        "Add the pips of each colour. Which colour has the most?",
        "The dice of which colour have the highest total?",
    )
    steps = (
        *(f"{c.capitalize()} dice: {added([p for d, p, _ in picture.dice if d == c])}" for c in colours),
        f"The highest total is {totals[ranked[0]]}, of {ranked[0]}",
    )
    return worded(_NAME, level, picture, pick(rng, asks), ranked[0], steps, [*ranked[1:], *_DICE_COLOURS])


def _dice_missing(rng: np.random.Generator, level: int) -> PictureProblem:
    """How many pips are missing to the most that so many dice can show."""
    picture, _ = _dice(rng, draw(rng, 3, 7))
    shown = [pips for _, pips, _ in picture.dice]
    most, total = 6 * len(shown), sum(shown)
    asks = (
        "How many pips are missing to the highest total that so many dice can show?",
        "If every die showed 6, how many pips more would there be than now?",
    )
    steps = (f"The dice show {added(shown)}", f"{len(shown)} * 6 = {most}", f"{most} - {total} = {most - total}")
    likely = (total, most, most - total + 1, most - total - 1)
    return numeric(_NAME, level, picture, pick(rng, asks), most - total, steps, likely)


# -- dominoes ----------------------------------------------------------------------------------------------------------


def _domino_total(rng: np.random.Generator, level: int) -> PictureProblem:
    """All pips."""
    picture = _dominoes(rng, draw(rng, 2, 4))
    halves = [pips for tile in picture.tiles for pips in tile]
    asks = ("How many pips are on all the dominoes together?", "Count all pips of the dominoes. How many are there?")
    sums = [a + b for a, b in picture.tiles]
    steps = (f"The dominoes have {listed(list(map(str, sums)))} pips", added(sums))
    likely = (sum(sums) + 1, sum(sums) - 1, sum(a for a, _ in picture.tiles), sum(sums) - halves[-1])
    return numeric(_NAME, level, picture, pick(rng, asks), sum(sums), steps, likely)


def _domino_spread(rng: np.random.Generator, level: int) -> PictureProblem | None:
    """The most and the fewest pips on a domino."""
    picture = _dominoes(rng, draw(rng, 4, 8))
    sums = [a + b for a, b in picture.tiles]
    high, low = max(sums), min(sums)
    if flip(rng):
        asks = ("How many pips do the domino with the most and that with the fewest pips have together?",)
        value, working, swapped = high + low, f"{high} + {low} = {high + low}", high - low
    else:
        asks = ("How many more pips does the domino with the most pips have than the one with the fewest?",)
        value, working, swapped = high - low, f"{high} - {low} = {high - low}", high + low
    steps = (f"The dominoes have {listed(list(map(str, sums)))} pips", f"The most is {high}, the fewest {low}", working)
    return numeric(_NAME, level, picture, pick(rng, asks), value, steps, (swapped, high, low, value + 1, value - 1))


def _domino_sides(rng: np.random.Generator, level: int) -> PictureProblem | None:
    """By how much the left halves differ from the right halves."""
    picture = _dominoes(rng, draw(rng, 3, 7))
    left, right = [a for a, _ in picture.tiles], [b for _, b in picture.tiles]
    a, b = sum(left), sum(right)
    if a == b:
        return None
    high, low = max(a, b), min(a, b)
    asks = (
        "By how many pips do the left halves of all dominoes and the right halves differ in total?",
        "Add the left halves of the dominoes, then the right halves. What is the difference of the two sums?",
    )
    steps = (f"Left halves: {added(left)}", f"Right halves: {added(right)}", f"{high} - {low} = {high - low}")
    likely = (a + b, high, low, high - low + 1, high - low - 1)
    return numeric(_NAME, level, picture, pick(rng, asks), high - low, steps, likely)


def _domino_products(rng: np.random.Generator, level: int) -> PictureProblem | None:
    """The halves of each domino multiplied, and the products added."""
    picture = _dominoes(rng, draw(rng, 3, 4))
    products = [a * b for a, b in picture.tiles]
    asks = (
        "Multiply the two halves of each domino and add the products. What is the result?",
        "For every domino, take left half times right half. What do these products add up to?",
    )
    total = sum(products)
    steps = (*(f"{a} * {b} = {a * b}" for a, b in picture.tiles), added(products))
    likely = (sum(a + b for a, b in picture.tiles), total - products[-1], total + 1, total - 1)
    return numeric(_NAME, level, picture, pick(rng, asks), total, steps, likely)


_NAME = "dice_or_dominoes"
_Kind = Callable[[np.random.Generator, int], PictureProblem | None]
_KINDS: tuple[tuple[_Kind, ...], ...] = (
    (_dice_total, _dice_total, _domino_total),
    (_dice_total, _dice_missing, _domino_spread, _domino_sides),
    (_dice_gap, _dice_product, _dice_highest, _domino_products),
)


def _dice(rng: np.random.Generator, count: int, most_colours: int = 3) -> tuple[Dice, list[str]]:
    """So many dice of two to so many colours, and the colours, each of which occurs."""
    colours = [
        _DICE_COLOURS[i] for i in rng.permutation(len(_DICE_COLOURS))[: draw(rng, most_colours - 1, most_colours)]
    ]
    colours = colours[:count]
    cells = rng.permutation(16)[:count].tolist()
    which = [i if i < len(colours) else draw(rng, 0, len(colours) - 1) for i in range(count)]
    return Dice(tuple((colours[w], draw(rng, 1, 6), cell) for w, cell in zip(which, cells, strict=True))), colours


def _dominoes(rng: np.random.Generator, count: int) -> Dominoes:
    """So many different dominoes."""
    pairs = [(a, b) for a in range(7) for b in range(a, 7)]
    tiles = [pairs[i] for i in rng.permutation(len(pairs))[:count].tolist()]
    return Dominoes(tuple((a, b) if flip(rng) else (b, a) for a, b in tiles))


def _turned(centre: tuple[float, float], dx: float, dy: float, degrees: float) -> tuple[float, float]:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return centre[0] + dx * cos - dy * sin, centre[1] + dx * sin + dy * cos


def _rounded(centre: tuple[float, float], half: float, degrees: float) -> list[tuple[float, float]]:
    """A square with rounded corners, turned."""
    radius = 0.3 * half
    points: list[tuple[float, float]] = []
    for corner, (sx, sy) in enumerate(((1, -1), (-1, -1), (-1, 1), (1, 1))):
        for step in range(7):
            a = math.radians(90 * corner + 15 * step)
            dx = sx * (half - radius) + radius * math.cos(a)
            dy = sy * (half - radius) - radius * math.sin(a)
            points.append(_turned(centre, dx, dy, degrees))
    return points
