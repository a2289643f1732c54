"""What thermometers and dial gauges look like."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.look import blend
from envs.percereason.layout import fitting_all
from envs.problem import pick

#: Where a dial's scale begins and ends, degrees anticlockwise from the right, and how far it turns clockwise.
_DIAL_START, _DIAL_TURN = 225.0, 270.0


@dataclass(frozen=True)
class Reading:
    """One instrument: the name below it, may be empty, and the mark that it shows, counted from the first."""

    name: str
    mark: int


@dataclass(frozen=True)
class Gauges:
    """One to three instruments with one scale.

    Attributes:
        dial: Whether they are dials; else thermometers.
        sign: Unit as it stands in the picture.
        first: The first number of the scale.
        step: Difference of neighbouring numbers.
        parts: Marks per step.
        steps: Steps in all.
        readings: From left to right.
    """

    dial: bool
    sign: str
    first: int
    step: int
    parts: int
    steps: int
    readings: tuple[Reading, ...]

    def at(self, mark: int) -> Fraction:
        """The number that belongs to a mark."""
        return self.first + Fraction(mark * self.step, self.parts)

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        if self.dial:
            self._draw_dials(canvas, look, rng)
        else:
            self._draw_thermometers(canvas, look, rng)

    def _draw_thermometers(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        width = size / max(2, len(self.readings))
        liquid = pick(rng, ((214, 36, 40), (42, 104, 222), look.palette[0]))
        glass = pick(rng, (look.paper, look.tint(1, 0.15), blend(look.paper, look.ink, 0.08)))
        text = look.text * 0.9
        for index, reading in enumerate(self.readings):
            x = size / 2 if len(self.readings) == 1 else (index + 0.5) * size / len(self.readings)
            x += width * 0.1
            tube = Tube.of(size, bool(reading.name))
            half, bulb = size * 0.019, size * 0.048
            top = tube.height(1.0) - size * 0.025
            rim = look.line
            canvas.rectangle((x - half - rim, top, x + half + rim, tube.bulb), glass, look.ink, rim, half)
            canvas.circle((x, tube.bulb), bulb, liquid, look.ink, rim)
            level = tube.height(reading.mark / (self.parts * self.steps))
            canvas.rectangle((x - half * 0.62, level, x + half * 0.62, tube.bulb), liquid)
            self._scale(canvas, look, tube, x - half - rim, text, width)
            canvas.text((x, size * 0.055), self.sign, text, look.ink, look.family)
            if reading.name:
                names = [r.name for r in self.readings]
                small = fitting_all(names, width - 8, look.text, look.family)
                canvas.text((x, size * 0.955), reading.name, small, look.ink, look.family)

    def _scale(self, canvas: Canvas, look: Look, tube: Tube, x: float, text: float, width: float) -> None:
        size = float(canvas.width)
        labels = [str(self.first + i * self.step).replace("-", "−") for i in range(self.steps + 1)]
        text = fitting_all(labels, width * 0.3, text, look.family)
        for mark in range(self.parts * self.steps + 1):
            y = tube.height(mark / (self.parts * self.steps))
            whole = mark % self.parts == 0
            middle = self.parts % 2 == 0 and mark % self.parts == self.parts // 2
            length = size * (0.034 if whole else 0.025 if middle else 0.017)
            canvas.line([(x - length, y), (x, y)], look.ink, min(look.line * (0.8 if whole else 0.55), size * 0.006))
            if whole:
                canvas.text((x - size * 0.045, y), labels[mark // self.parts], text, look.ink, look.family, anchor="rm")

    def _draw_dials(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        columns = 1 if len(self.readings) == 1 else 2
        rows = math.ceil(len(self.readings) / columns)
        face = pick(rng, (look.paper, look.tint(1, 0.12), blend(look.paper, look.ink, 0.06)))
        needle = pick(rng, ((214, 36, 40), look.ink, look.palette[2]))
        label = look.text if self.readings[0].name else 0.0
        radius = min(size / columns / 2, (size / rows - 1.5 * label) / 2) - size * 0.025
        names = [reading.name for reading in self.readings]
        text = fitting_all(names, size / columns - 8, label, look.family) if label else 0.0
        for index, reading in enumerate(self.readings):
            row, column = divmod(index, columns)
            alone = index == len(self.readings) - 1 and len(self.readings) % columns == 1
            x = size / 2 if alone else (column + 0.5) * size / columns
            y = (row + 0.5) * size / rows - 0.75 * label
            canvas.circle((x, y), radius, face, look.ink, max(look.line, radius * 0.03))
            self._dial_scale(canvas, look, (x, y), radius)
            share = reading.mark / (self.parts * self.steps)
            tip = on_dial((x, y), radius * 0.80, share)
            sides = [on_dial((x, y), radius * 0.05, share + side * 90 / _DIAL_TURN) for side in (-1, 1)]
            canvas.polygon([sides[0], tip, sides[1]], needle)
            canvas.line([(x, y), tip], needle, max(1.0, radius * 0.022))
            canvas.circle((x, y), radius * 0.08, look.ink)
            if reading.name:
                canvas.text((x, y + radius + label * 0.85), reading.name, text, look.ink, look.family)

    def _dial_scale(self, canvas: Canvas, look: Look, centre: tuple[float, float], radius: float) -> None:
        marks = self.parts * self.steps
        for mark in range(marks + 1):
            whole = mark % self.parts == 0
            middle = self.parts % 2 == 0 and mark % self.parts == self.parts // 2
            inner = 0.80 if whole else 0.84 if middle else 0.87
            width = min(look.line * (1.0 if whole else 0.6), radius * 0.03)
            ends = [on_dial(centre, radius * r, mark / marks) for r in (inner, 0.94)]
            canvas.line(ends, look.ink, width)
        labels = [str(self.first + i * self.step) for i in range(self.steps + 1)]
        pitch = 2 * math.pi * 0.75 * 0.62 * radius / self.steps
        text = min(radius * 0.16, fitting_all(labels, pitch * 0.75, radius * 0.16, look.family))
        for index, label in enumerate(labels):
            canvas.text(on_dial(centre, radius * 0.64, index / self.steps), label, text, look.ink, look.family)
        sign = (centre[0], centre[1] + radius * 0.42)
        canvas.text(sign, self.sign, radius * 0.17, look.ink, look.family)


@dataclass(frozen=True)
class Tube:
    """Where a thermometer's scale lies: heights in pixels of its lowest and highest mark and of the bulb."""

    low: float
    high: float
    bulb: float

    @classmethod
    def of(cls, size: float, named: bool) -> Tube:
        bottom = size * (0.86 if named else 0.93)
        return cls(bottom - size * 0.085, size * 0.13, bottom)

    def height(self, share: float) -> float:
        return self.low + (self.high - self.low) * share


def on_dial(centre: tuple[float, float], radius: float, share: float) -> tuple[float, float]:
    """The point of a dial at a share of its scale, y down."""
    angle = math.radians(_DIAL_START - _DIAL_TURN * share)
    return centre[0] + radius * math.cos(angle), centre[1] - radius * math.sin(angle)
