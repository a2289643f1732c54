"""Long things drawn from primitives, each from one end to the other of a horizontal stretch."""

from __future__ import annotations

import math
from collections.abc import Callable

from envs.drawing import Canvas
from envs.drawing.look import Colour, blend

_WOOD: Colour = (226, 184, 122)
_DARK_WOOD: Colour = (156, 104, 58)
_METAL: Colour = (150, 158, 168)
_GRAPHITE: Colour = (70, 70, 76)


def pencil(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    tip = min(2.4 * half, (x1 - x0) * 0.3)
    rubber = min(1.6 * half, (x1 - x0) * 0.15)
    canvas.rectangle((x0, y - half, x0 + rubber, y + half), (232, 130, 140))
    canvas.rectangle((x0 + rubber, y - half, x1 - tip, y + half), colour)
    canvas.rectangle((x0 + rubber, y - half * 0.33, x1 - tip, y + half * 0.33), blend(colour, (255, 255, 255), 0.3))
    canvas.polygon([(x1 - tip, y - half), (x1, y), (x1 - tip, y + half)], _WOOD)
    canvas.polygon([(x1 - tip * 0.4, y - half * 0.4), (x1, y), (x1 - tip * 0.4, y + half * 0.4)], _GRAPHITE)


def nail(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    tip = min(2 * half, (x1 - x0) * 0.3)
    canvas.rectangle((x0, y - half, x0 + half * 0.6, y + half), _METAL, radius=half * 0.2)
    canvas.rectangle((x0, y - half * 0.38, x1 - tip, y + half * 0.38), _METAL)
    canvas.polygon([(x1 - tip, y - half * 0.38), (x1, y), (x1 - tip, y + half * 0.38)], _METAL)


def crayon(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    tip = min(1.8 * half, (x1 - x0) * 0.3)
    canvas.rectangle((x0, y - half, x1 - tip, y + half), colour, radius=half * 0.25)
    canvas.polygon(
        [(x1 - tip, y - half * 0.7), (x1, y - half * 0.2), (x1, y + half * 0.2), (x1 - tip, y + half * 0.7)], colour
    )
    length = x1 - tip - x0
    band = blend(colour, (0, 0, 0), 0.35)
    for share in (0.12, 0.8):
        canvas.rectangle((x0 + share * length, y - half, x0 + (share + 0.06) * length, y + half), band)


def brush(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    hair = (x1 - x0) * 0.2
    canvas.rectangle((x0, y - half * 0.4, x1 - hair, y + half * 0.4), _DARK_WOOD, radius=half * 0.38)
    canvas.rectangle((x1 - hair * 1.6, y - half * 0.7, x1 - hair, y + half * 0.7), _METAL)
    canvas.polygon(
        [
            (x1 - hair, y - half * 0.7),
            (x1 - hair * 0.4, y - half),
            (x1, y),
            (x1 - hair * 0.4, y + half),
            (x1 - hair, y + half * 0.7),
        ],
        colour,
    )


def key(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    ring = min(half * 1.1, (x1 - x0) * 0.22)
    width = half * 0.45
    canvas.circle((x0 + ring, y), ring - width / 2, None, colour, width)
    canvas.rectangle((x0 + 2 * ring - width / 2, y - width / 2, x1, y + width / 2), colour)
    for offset in (0.0, 1.3):
        right = x1 - offset * width * 1.6
        canvas.rectangle((right - width, y, right, y + half * 0.95), colour)


def screw(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    head = half * 0.8
    canvas.polygon([(x0, y - half), (x0 + head, y - half * 0.4), (x0 + head, y + half * 0.4), (x0, y + half)], _METAL)
    tip = min(1.8 * half, (x1 - x0) * 0.3)
    canvas.rectangle((x0 + head * 0.8, y - half * 0.4, x1 - tip, y + half * 0.4), _METAL)
    canvas.polygon([(x1 - tip, y - half * 0.4), (x1, y), (x1 - tip, y + half * 0.4)], _METAL)
    turns = max(3, int((x1 - tip - x0 - head) / (half * 0.8)))
    for i in range(1, turns):
        x = x0 + head + (x1 - tip - x0 - head) * i / turns
        canvas.line(
            [(x, y - half * 0.55), (x - half * 0.3, y + half * 0.55)], blend(_METAL, (0, 0, 0), 0.4), half * 0.15
        )


def ribbon(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    notch = min(half, (x1 - x0) * 0.2)
    low, high = y + half * 0.65, y - half * 0.65
    canvas.polygon([(x0, high), (x1, high), (x1 - notch, y), (x1, low), (x0, low), (x0 + notch, y)], colour)


def straw(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    canvas.rectangle((x0, y - half * 0.5, x1, y + half * 0.5), blend(colour, (255, 255, 255), 0.6))
    step = half * 1.1
    x = x0
    while x + step * 0.9 < x1:
        left, right = x, x + step * 0.45
        canvas.polygon(
            [
                (left, y + half * 0.5),
                (right, y + half * 0.5),
                (right + step * 0.4, y - half * 0.5),
                (left + step * 0.4, y - half * 0.5),
            ],
            colour,
        )
        x += step


def plank(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    canvas.rectangle((x0, y - half, x1, y + half), _WOOD)
    for share in (-0.45, 0.1, 0.5):
        canvas.line([(x0 + half, y + share * half), (x1 - half, y + (share + 0.12) * half)], _DARK_WOOD, half * 0.1)


def pipe(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    canvas.rectangle((x0, y - half * 0.6, x1, y + half * 0.6), _METAL)
    canvas.rectangle((x0, y - half * 0.35, x1, y - half * 0.1), blend(_METAL, (255, 255, 255), 0.6))
    flange = min(half * 0.7, (x1 - x0) * 0.12)
    for left in (x0, x1 - flange):
        canvas.rectangle((left, y - half, left + flange, y + half), colour)


def pole(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    bands = 7
    for i in range(bands):
        left, right = x0 + (x1 - x0) * i / bands, x0 + (x1 - x0) * (i + 1) / bands
        canvas.rectangle((left, y - half * 0.5, right, y + half * 0.5), (236, 236, 236) if i % 2 else colour)


def rope(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    thick = half * 0.8
    canvas.rectangle((x0, y - thick / 2, x1, y + thick / 2), _DARK_WOOD, radius=thick / 2)
    twists = max(3, math.floor((x1 - x0) / (thick * 0.9)))
    for i in range(1, twists):
        x = x0 + (x1 - x0) * i / twists
        canvas.line([(x - thick * 0.2, y + thick * 0.38), (x + thick * 0.2, y - thick * 0.38)], _WOOD, thick * 0.14)


def ladder(canvas: Canvas, x0: float, x1: float, y: float, half: float, colour: Colour) -> None:
    bar = half * 0.3
    for edge in (y - half, y + half - bar):
        canvas.rectangle((x0, edge, x1, edge + bar), colour)
    rungs = max(2, int((x1 - x0) / (1.2 * half)))
    for i in range(rungs):
        x = x0 + (x1 - x0) * (i + 0.5) / rungs
        canvas.rectangle((x - bar / 2, y - half, x + bar / 2, y + half), colour)


Drawer = Callable[[Canvas, float, float, float, float, Colour], None]

#: Things of some centimetres and of some metres, by name. Each is called as
#: `draw(canvas, left, right, middle height, half thickness, colour)`, in pixels.
SMALL: dict[str, Drawer] = {f.__name__: f for f in (pencil, nail, crayon, brush, key, screw, ribbon, straw)}
LONG: dict[str, Drawer] = {f.__name__: f for f in (plank, pipe, pole, rope, ladder)}
