"""A ruler or tape whose visible part does not begin at 0, and things laid along it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.layout import fitting_all
from envs.percereason.making import added, listed, numeric, plain, worded
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.things import LONG, SMALL
from envs.problem import draw, draw_distinct, flip, pick

#: (labelled step, parts of a step): a mark stands every step / parts units.
_SCALES = ((1, 10), (1, 10), (1, 5), (1, 4), (1, 2), (1, 2), (1, 1), (2, 4), (2, 2), (5, 5), (10, 10), (10, 5), (10, 2))
_LONGEST = {10: 6, 5: 8, 4: 9, 2: 11, 1: 12}
#: Unit, its name in full, the smaller unit and how many of them are one.
_METRIC = {"cm": ("centimetres", "millimetres", 10), "m": ("metres", "centimetres", 100)}


@dataclass(frozen=True)
class Thing:
    """A thing from one mark to another, counted in marks from the first of the scale."""

    name: str
    left: int
    right: int


@dataclass(frozen=True)
class Ruler:
    """A scale with one to three things above it.

    Attributes:
        unit: `"cm"` or `"m"`.
        first: Number at the first mark.
        step: Difference of neighbouring numbers.
        parts: Marks per step.
        steps: Steps in all.
        things: From top to bottom.
    """

    unit: str
    first: int
    step: int
    parts: int
    steps: int
    things: tuple[Thing, ...]

    @property
    def mark(self) -> Fraction:
        """Units from mark to mark."""
        return Fraction(self.step, self.parts)

    def at(self, mark: int) -> Fraction:
        """The number that belongs to a mark."""
        return self.first + mark * self.mark

    def length(self, thing: Thing) -> Fraction:
        return (thing.right - thing.left) * self.mark

    def mark_x(self, mark: int, size: float) -> float:
        """Where a mark stands in a picture of this side, in pixels."""
        return size * (0.06 + 0.88 * mark / (self.parts * self.steps))

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        top = size * 0.7
        self._body(canvas, look, top, pick(rng, ((246, 226, 170), (232, 238, 244), (214, 236, 222))))
        drawers = SMALL | LONG
        pitch = size * 0.62 / len(self.things)
        heights = [size * 0.05 + pitch * (index + 0.62) for index in range(len(self.things))]
        for thing, y in zip(self.things, heights, strict=True):
            for x in (self.mark_x(thing.left, size), self.mark_x(thing.right, size)):
                canvas.line([(x, y), (x, top)], look.faint, look.line * 0.6, (size * 0.012, size * 0.009))
        for index, (thing, y) in enumerate(zip(self.things, heights, strict=True)):
            x0, x1 = self.mark_x(thing.left, size), self.mark_x(thing.right, size)
            half = size * 0.034
            drawers[thing.name](canvas, x0, x1, y, half, look.palette[index])
            self._label(canvas, look, (x0 + x1) / 2, y - half, thing.name)

    def _label(self, canvas: Canvas, look: Look, x: float, bottom: float, name: str) -> None:
        """A name above a thing, on paper, so that no helping line runs through it."""
        text = look.text * 0.85
        half = Canvas.text_size(name, text, look.family)[0] / 2
        x = min(max(x, half + 4), canvas.width - half - 4)
        y = bottom - text * 0.68
        canvas.rectangle((x - half - 2, y - text * 0.55, x + half + 2, y + text * 0.55), look.paper)
        canvas.text((x, y), name, text, look.ink, look.family)

    def _body(self, canvas: Canvas, look: Look, top: float, fill: tuple[int, int, int]) -> None:
        size = float(canvas.width)
        dark = (40, 40, 46)
        height = size * 0.2
        canvas.rectangle((size * 0.015, top, size * 0.985, top + height), fill, dark, look.line * 0.7, size * 0.008)
        labels = [str(self.first + i * self.step) for i in range(self.steps + 1)]
        text = fitting_all(labels, 0.86 * size / self.steps - size * 0.02, look.text * 0.9, look.family)
        for mark in range(self.parts * self.steps + 1):
            x = self.mark_x(mark, size)
            whole = mark % self.parts == 0
            middle = self.parts % 2 == 0 and mark % self.parts == self.parts // 2
            share = 0.42 if whole else 0.32 if middle else 0.22
            width = look.line * (0.8 if whole else 0.55)
            canvas.line([(x, top), (x, top + share * height)], dark, min(width, size * 0.006))
            if whole:
                canvas.text((x, top + 0.62 * height), labels[mark // self.parts], text, dark, look.family)
        canvas.text((size * 0.5, top + 0.87 * height), self.unit, look.text * 0.75, dark, look.family)


def ruler(rng: np.random.Generator, level: int) -> PictureProblem:
    return pick(rng, _KINDS[level - 1])(rng)


# -- level 1 -----------------------------------------------------------------------------------------------------------


def _length(rng: np.random.Generator) -> PictureProblem:
    picture = _ruler(rng, draw(rng, 1, 2))
    thing = pick(rng, picture.things)
    unit = _METRIC[picture.unit][0]
    asks = (
        f"How long is the {thing.name}, in {unit}?",
        f"What is the length of the {thing.name} in {unit}?",
        f"The scale is in {unit}. How many of them does the {thing.name} measure?",
    )
    value = picture.length(thing)
    return _numeric(1, picture, pick(rng, asks), value, _reading(picture, thing), _misread(picture, thing))


def _gap(rng: np.random.Generator) -> PictureProblem:
    """How far an end of a thing is from the end of the scale."""
    picture = _ruler(rng, draw(rng, 1, 2))
    thing = pick(rng, picture.things)
    unit = _METRIC[picture.unit][0]
    last = picture.at(picture.parts * picture.steps)
    end = picture.at(thing.right)
    asks = (
        f"By how many {unit} could the {thing.name} be lengthened on the right before it reaches the last mark?",
        f"How many {unit} lie between the right end of the {thing.name} and the last mark of the scale?",
    )
    value = last - end
    steps = (
        f"The right end of the {thing.name} is at {plain(end)}, the last mark at {plain(last)}",
        f"{plain(last)} - {plain(end)} = {plain(value)}",
    )
    if value == 0:
        return _gap(rng)
    likely = (value + picture.mark, value - picture.mark, picture.length(thing), last)
    return _numeric(1, picture, pick(rng, asks), value, steps, likely)


# -- level 2 -----------------------------------------------------------------------------------------------------------


def _compared(rng: np.random.Generator) -> PictureProblem:
    """Two lengths, added or taken from each other."""
    picture = _ruler(rng, draw(rng, 2, 3))
    one, two = sorted(
        (picture.things[i] for i in draw_distinct(rng, 2, 0, len(picture.things) - 1)), key=picture.length
    )
    a, b = picture.length(two), picture.length(one)
    unit = _METRIC[picture.unit][0]
    if flip(rng) or a == b:
        asks = (
            f"The {two.name} and the {one.name} are laid end to end. How long are they together, in {unit}?",
            f"What is the total length of the {one.name} and the {two.name} in {unit}?",
        )
        value, working = a + b, added((a, b))
    else:
        asks = (
            f"How much longer is the {two.name} than the {one.name}, in {unit}?",
            f"By how many {unit} is the {one.name} shorter than the {two.name}?",
        )
        value, working = a - b, f"{plain(a)} - {plain(b)} = {plain(a - b)}"
    steps = (*_reading(picture, two), *_reading(picture, one), working)
    likely = (abs(a - b) if value == a + b else a + b, value + picture.mark, value - picture.mark, a, b)
    return _numeric(2, picture, pick(rng, asks), value, steps, likely)


def _converted(rng: np.random.Generator) -> PictureProblem:
    picture = _ruler(rng, draw(rng, 1, 3))
    thing = pick(rng, picture.things)
    _, small, factor = _METRIC[picture.unit]
    asks = (f"How many {small} long is the {thing.name}?", f"What is the length of the {thing.name} in {small}?")
    length = picture.length(thing)
    steps = (*_reading(picture, thing), f"{plain(length)} * {factor} = {plain(length * factor)}")
    mark = picture.mark
    likely = (
        picture.at(thing.right) * factor,
        (length + mark) * factor,
        (length - mark) * factor,
        length * 1000 / factor,
    )
    return _numeric(2, picture, pick(rng, asks), length * factor, steps, likely)


def _longest(rng: np.random.Generator) -> PictureProblem:
    picture = _ruler(rng, 3)
    long = flip(rng)
    ranked = sorted(picture.things, key=picture.length, reverse=long)
    if picture.length(ranked[0]) == picture.length(ranked[1]):
        return _longest(rng)
    word = "longest" if long else "shortest"
    asks = (f"Which of these things is the {word}?", f"Name the {word} thing in the picture.")
    steps = [f"Length of the {t.name}: {_reading(picture, t)[-1]}" for t in picture.things]
    steps.append(f"The {word}, with {plain(picture.length(ranked[0]))}, is the {ranked[0].name}")
    spare = [name for name in (LONG if picture.unit == "m" else SMALL) if all(name != t.name for t in ranked)]
    others = [thing.name for thing in ranked[1:]] + spare[:2]
    return worded("ruler", 2, picture, pick(rng, asks), ranked[0].name, steps, others)


# -- level 3 -----------------------------------------------------------------------------------------------------------


def _spread(rng: np.random.Generator) -> PictureProblem:
    """The longest and the shortest of three, in the smaller unit."""
    picture = _ruler(rng, 3)
    ranked = sorted(picture.things, key=picture.length)
    low, middle, high = map(picture.length, ranked)
    if low == middle or middle == high:
        return _spread(rng)
    _, small, factor = _METRIC[picture.unit]
    asks = (
        f"How many {small} longer is the longest thing than the shortest?",
        f"By how many {small} do the longest and the shortest thing differ?",
    )
    value = (high - low) * factor
    steps = (
        *_reading(picture, ranked[2]),
        *_reading(picture, ranked[0]),
        f"{plain(high)} - {plain(low)} = {plain(high - low)}",
        f"{plain(high - low)} * {factor} = {plain(value)}",
    )
    likely = ((high - middle) * factor, (middle - low) * factor, value + picture.mark * factor, (high + low) * factor)
    return _numeric(3, picture, pick(rng, asks), value, steps, likely)


def _copies(rng: np.random.Generator) -> PictureProblem:
    """So many of one thing and one of another, laid end to end, in the smaller unit."""
    picture = _ruler(rng, 2)
    one, two = picture.things if flip(rng) else picture.things[::-1]
    times = draw(rng, 2, 6)
    unit, small, factor = _METRIC[picture.unit]
    asks = (
        f"{times} things as long as the {one.name} and one like the {two.name} are laid end to end. "
        f"How long is the row in {small}?",
        f"In {small}, what is the total length of {times} pieces like the {one.name} and 1 piece like the {two.name}?",
    )
    a, b = picture.length(one), picture.length(two)
    value = (times * a + b) * factor
    steps = (
        *_reading(picture, one),
        *_reading(picture, two),
        f"{times} * {plain(a)} = {plain(times * a)}",
        added((times * a, b)),
        f"{plain(times * a + b)} * {factor} = {plain(value)}",
    )
    likely = (
        (a + b) * factor,
        times * (a + b) * factor,
        times * a * factor,
        times * a + b,
        value + picture.mark * factor,
    )
    return _numeric(3, picture, pick(rng, asks), value, steps, likely)


def _all_three(rng: np.random.Generator) -> PictureProblem:
    """What one thing lacks to be as long as two others together, or exceeds them by."""
    picture = _ruler(rng, 3)
    one, two, three = (picture.things[i] for i in rng.permutation(3))
    a, b, c = picture.length(one), picture.length(two), picture.length(three)
    if a + b <= c:
        return _all_three(rng)
    unit = _METRIC[picture.unit][0]
    asks = (
        f"The {one.name} and the {two.name} are laid end to end. By how many {unit} is that longer than the {three.name}?",
        f"How many {unit} does the {three.name} lack to be as long as {listed([one.name, two.name])} together?",
    )
    value = a + b - c
    steps = (
        *_reading(picture, one),
        *_reading(picture, two),
        *_reading(picture, three),
        added((a, b)),
        f"{plain(a + b)} - {plain(c)} = {plain(value)}",
    )
    likely = (a + b, a + b + c, abs(a - c), value + picture.mark, value - picture.mark)
    return _numeric(3, picture, pick(rng, asks), value, steps, likely)


_KINDS = ((_length, _length, _gap), (_compared, _compared, _converted, _longest), (_spread, _copies, _all_three))


def _ruler(rng: np.random.Generator, count: int) -> Ruler:
    """A scale and so many things of different names, each at least a step long."""
    unit = pick(rng, ("cm", "cm", "m"))
    step, parts = pick(rng, _SCALES[:9] if unit == "cm" else _SCALES)
    steps = draw(rng, _LONGEST[parts] - 2, _LONGEST[parts])
    first = step * draw(rng, 1, 30)
    names = tuple(SMALL if unit == "cm" else LONG)
    marks = parts * steps
    least = max(parts, round(marks * 0.25))
    things = []
    for index in draw_distinct(rng, count, 0, len(names) - 1):
        length = draw(rng, least, marks - 1)
        left = draw(rng, 0, marks - length)
        things.append(Thing(names[index], left, left + length))
    return Ruler(unit, first, step, parts, steps, tuple(things))


def _reading(picture: Ruler, thing: Thing) -> list[str]:
    left, right = plain(picture.at(thing.left)), plain(picture.at(thing.right))
    return [
        f"The {thing.name} reaches from {left} to {right}",
        f"{right} - {left} = {plain(picture.length(thing))}",
    ]


def _misread(picture: Ruler, thing: Thing) -> tuple[Fraction, ...]:
    length = picture.length(thing)
    return picture.at(thing.right), length + picture.mark, length - picture.mark, picture.at(thing.left), length + 1


def _numeric(
    level: int,
    picture: Ruler,
    question: str,
    value: Fraction,
    steps: tuple[str, ...] | list[str],
    likely: tuple[Fraction, ...],
) -> PictureProblem:
    return numeric(
        "ruler", level, picture, question, value, steps, likely, unit=picture.mark, lowest=min(picture.mark, value)
    )
