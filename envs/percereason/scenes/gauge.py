"""Thermometers and dial gauges: readings, differences, means, changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.percereason.making import numeric, plain, worded
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.gauge_picture import Gauges, Reading
from envs.problem import draw, draw_distinct, flip, pick

_ROOMS = (
    "Attic", "Cellar", "Garden", "Garage", "Kitchen", "Lab", "Office", "Roof", "Shed", "Store", "Street", "Yard",
)  # fmt: skip
_MACHINES = ("Tank A", "Tank B", "Pump", "Boiler", "Car", "Truck", "Mixer", "Press", "Valve", "Line 1", "Line 2", "Fan")


@dataclass(frozen=True)
class Quantity:
    """What is measured: its name, its unit in the picture and in words, and possible steps between numbers."""

    name: str
    sign: str
    unit: str
    steps: tuple[int, ...]
    lowest: tuple[int, int]  # of the first number, in steps

    @property
    def gap(self) -> str:
        """The unit of a difference: that of two percentages is percentage points."""
        return "percentage points" if self.unit == "per cent" else self.unit


_TEMPERATURE = Quantity("temperature", "°C", "degrees Celsius", (5, 10, 10, 20), (-4, 2))
_DIALS = (
    Quantity("speed", "km/h", "km/h", (10, 20), (0, 0)),
    Quantity("pressure", "bar", "bar", (1, 2, 5), (0, 0)),
    Quantity("mass", "kg", "kilograms", (1, 2, 5, 10), (0, 0)),
    Quantity("fuel", "litres", "litres", (5, 10), (0, 0)),
    Quantity("voltage", "V", "volts", (2, 5, 20, 50), (0, 2)),
    Quantity("power", "kW", "kilowatts", (10, 20, 50), (0, 0)),
    Quantity("humidity", "%", "per cent", (10,), (0, 2)),
)


def gauge(rng: np.random.Generator, level: int) -> PictureProblem:
    return pick(rng, _KINDS[level - 1])(rng)


# -- level 1 -----------------------------------------------------------------------------------------------------------


def _read(rng: np.random.Generator) -> PictureProblem:
    picture, quantity = _gauges(rng, draw(rng, 1, 2))
    reading = pick(rng, picture.readings)
    value = picture.at(reading.mark)
    where = _where(reading)
    asks = (
        f"Which {quantity.name}{where} is shown, in {quantity.unit}?",
        f"Read the instrument{where}. How many {quantity.unit} does it show?",
        f"What is the {quantity.name}{where} in {quantity.unit}?",
    )
    mark = Fraction(picture.step, picture.parts)
    steps = (
        f"The numbers are {picture.step} apart, with {picture.parts} parts between, so a part is {plain(mark)}",
        f"The {_pointer(picture)} is at {plain(value)}",
    )
    return _numeric(1, picture, pick(rng, asks), value, steps, (*_misread(picture, value), -value))


def _room_left(rng: np.random.Generator) -> PictureProblem:
    """How far a reading is from the top of the scale."""
    picture, quantity = _gauges(rng, draw(rng, 1, 2))
    reading = pick(rng, picture.readings)
    value, last = picture.at(reading.mark), picture.at(picture.parts * picture.steps)
    if last == value:
        return _room_left(rng)
    where = _where(reading)
    asks = (
        f"By how many {quantity.gap} can the {quantity.name}{where} rise before the scale ends?",
        f"How many {quantity.gap} are missing to the end of the scale{where}?",
    )
    gap = last - value
    steps = (f"The {_pointer(picture)} is at {plain(value)}", f"{plain(last)} - {_bracketed(value)} = {plain(gap)}")
    return _numeric(1, picture, pick(rng, asks), gap, steps, (*_misread(picture, gap), value, last))


# -- level 2 -----------------------------------------------------------------------------------------------------------


def _difference(rng: np.random.Generator) -> PictureProblem:
    picture, quantity = _gauges(rng, draw(rng, 2, 3))
    high, low = sorted(
        (picture.readings[i] for i in draw_distinct(rng, 2, 0, len(picture.readings) - 1)), key=lambda r: -r.mark
    )
    a, b = picture.at(high.mark), picture.at(low.mark)
    asks = (
        f'By how many {quantity.gap} does "{high.name}" exceed "{low.name}"?',
        f'How many {quantity.gap} less than "{high.name}" does "{low.name}" show?',
        f'What is the difference between "{low.name}" and "{high.name}", in {quantity.gap}?',
    )
    steps = (*_shown((high, low), picture), f"{plain(a)} - {_bracketed(b)} = {plain(a - b)}")
    return _numeric(2, picture, pick(rng, asks), a - b, steps, (*_misread(picture, a - b), a + b, a, b))


def _change(rng: np.random.Generator) -> PictureProblem:
    """What is shown after a rise and a fall."""
    picture, quantity = _gauges(rng, draw(rng, 1, 2))
    reading = pick(rng, picture.readings)
    value = picture.at(reading.mark)
    up, down = draw_distinct(rng, 2, 2, 30)
    where = _where(reading)
    asks = (
        f"The {quantity.name}{where} first rises by {up} and then falls by {down} {quantity.gap}. What is it then?",
        f"What does the instrument{where} show after {up} {quantity.gap} more and then {down} {quantity.gap} less?",
    )
    final = value + up - down
    if final < 0 and quantity is not _TEMPERATURE:
        return _change(rng)
    steps = (
        f"The {_pointer(picture)} is at {plain(value)}",
        f"{plain(value)} + {up} = {plain(value + up)}",
        f"{plain(value + up)} - {down} = {plain(final)}",
    )
    likely = (value + up, value - up + down, value + up + down, value - down)
    return _numeric(2, picture, pick(rng, asks), final, steps, likely)


def _highest(rng: np.random.Generator) -> PictureProblem:
    picture, quantity = _gauges(rng, 3)
    top = flip(rng)
    ranked = sorted(picture.readings, key=lambda r: r.mark, reverse=top)
    word = "highest" if top else "lowest"
    asks = (f"Which instrument shows the {word} {quantity.name}?", f"Where is the {quantity.name} {word}?")
    steps = (
        *_shown(picture.readings, picture),
        f"The {word} of these is {plain(picture.at(ranked[0].mark))}, at {ranked[0].name}",
    )
    pool = _MACHINES if picture.dial else _ROOMS
    spare = [name for name in pool if all(name != r.name for r in ranked)]
    others = [r.name for r in ranked[1:]] + [pick(rng, spare)]
    return worded("gauge", 2, picture, pick(rng, asks), ranked[0].name, steps, others)


# -- level 3 -----------------------------------------------------------------------------------------------------------


def _mean(rng: np.random.Generator) -> PictureProblem:
    picture, quantity = _gauges(rng, draw(rng, 2, 3))
    values = [picture.at(reading.mark) for reading in picture.readings]
    mean = sum(values, Fraction(0)) / len(values)
    if mean.denominator not in (1, 2, 4, 5, 10):
        return _mean(rng)
    asks = (
        f"What is the mean {quantity.name} of all instruments, in {quantity.unit}?",
        f"All instruments are averaged. What {quantity.name} results, in {quantity.unit}?",
    )
    steps = (
        *_shown(picture.readings, picture),
        " + ".join([plain(values[0]), *map(_bracketed, values[1:])]) + f" = {plain(sum(values))}",
        f"{plain(sum(values))} / {len(values)} = {plain(mean)}",
    )
    likely = (sum(values), sorted(values)[len(values) // 2], *_misread(picture, mean), (min(values) + max(values)) / 2)
    return _numeric(3, picture, pick(rng, asks), mean, steps, likely)


def _steady(rng: np.random.Generator) -> PictureProblem:
    """A steady change over some hours, away from a reading, compared with another instrument."""
    picture, quantity = _gauges(rng, 2)
    low, high = sorted(picture.readings, key=lambda r: r.mark)
    a, b = picture.at(low.mark), picture.at(high.mark)
    rate, hours = draw(rng, 2, 6), draw(rng, 2, 6)
    if a + rate * hours >= b:
        return _steady(rng)
    asks = (
        f'"{low.name}" rises by {rate} {quantity.gap} an hour, "{high.name}" stays. '
        f"How many {quantity.gap} are between them after {hours} hours?",
        f'If "{low.name}" gains {rate} {quantity.gap} every hour, by how many of them does it still fall short of '
        f'"{high.name}" after {hours} hours?',
    )
    value = b - a - rate * hours
    steps = (
        *_shown((low, high), picture),
        f"{rate} * {hours} = {rate * hours}",
        f"{plain(a)} + {rate * hours} = {plain(a + rate * hours)}",
        f"{plain(b)} - {_bracketed(a + rate * hours)} = {plain(value)}",
    )
    likely = (b - a, b - a - rate, b - a - hours, b - a + rate * hours, a + rate * hours)
    return _numeric(3, picture, pick(rng, asks), value, steps, likely)


def _above_mean(rng: np.random.Generator) -> PictureProblem:
    """By how much the highest of three exceeds the mean of the two others."""
    picture, quantity = _gauges(rng, 3)
    ranked = sorted(picture.readings, key=lambda r: -r.mark)
    high, *rest = (picture.at(reading.mark) for reading in ranked)
    mean = sum(rest, Fraction(0)) / 2
    asks = (
        f"By how many {quantity.gap} does the highest reading exceed the mean of the two others?",
        f"Take the mean of the two lower readings. How many {quantity.gap} above it is the highest one?",
    )
    steps = (
        *_shown(picture.readings, picture),
        f"The two lower ones: {plain(rest[0])} + {_bracketed(rest[1])} = {plain(sum(rest))}",
        f"{plain(sum(rest))} / 2 = {plain(mean)}",
        f"{plain(high)} - {_bracketed(mean)} = {plain(high - mean)}",
    )
    likely = (high - rest[0], high - rest[1], mean, high - sum(rest), (high - mean) / 2)
    return _numeric(3, picture, pick(rng, asks), high - mean, steps, likely)


_KINDS = ((_read, _read, _room_left), (_difference, _difference, _change, _highest), (_mean, _steady, _above_mean))


def _gauges(rng: np.random.Generator, count: int) -> tuple[Gauges, Quantity]:
    """So many instruments, all with different readings, and what they measure."""
    dial = flip(rng)
    quantity = pick(rng, _DIALS) if dial else _TEMPERATURE
    step = pick(rng, quantity.steps)
    parts = pick(rng, (2, 4) if step == 2 else (2, 5, 10) if step == 1 else (2, 5, 10) if step >= 10 else (5,))
    if count > 1 and parts == 10:
        parts = 5
    steps = draw(rng, 5, 8 if parts == 2 else 6)
    if quantity.name == "humidity":
        steps = 10 - (first := draw(rng, *quantity.lowest))
    else:
        first = draw(rng, *quantity.lowest)
    names = [(_MACHINES if dial else _ROOMS)[i] for i in draw_distinct(rng, count, 0, 11)]
    marks = draw_distinct(rng, count, 1, parts * steps - 1)
    if count == 1 and flip(rng):
        names = [""]
    readings = tuple(Reading(name, mark) for name, mark in zip(names, marks, strict=True))
    return Gauges(dial, quantity.sign, first * step, step, parts, steps, readings), quantity


def _where(reading: Reading) -> str:
    return f' of "{reading.name}"' if reading.name else ""


def _pointer(picture: Gauges) -> str:
    return "needle" if picture.dial else "top of the column"


def _shown(readings: tuple[Reading, ...], picture: Gauges) -> list[str]:
    return [f"{reading.name} shows {plain(picture.at(reading.mark))}" for reading in readings]


def _bracketed(value: Fraction) -> str:
    return f"({plain(value)})" if value < 0 else plain(value)


def _misread(picture: Gauges, value: Fraction) -> tuple[Fraction, ...]:
    """One mark too far, one too few, marks taken for units, a step too far."""
    mark = Fraction(picture.step, picture.parts)
    whole = math.floor(value / picture.step) * picture.step
    return value + mark, value - mark, whole + (value - whole) / mark, value + picture.step


def _numeric(
    level: int,
    picture: Gauges,
    question: str,
    value: Fraction,
    steps: tuple[str, ...],
    likely: tuple[Fraction | int, ...],
) -> PictureProblem:
    lowest = -(10**9) if picture.first < 0 or value < 0 else 0
    mark = Fraction(picture.step, picture.parts)
    return numeric("gauge", level, picture, question, value, steps, likely, unit=mark, lowest=lowest)
