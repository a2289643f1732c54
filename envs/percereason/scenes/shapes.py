"""Coloured shapes on a plane: what they are, where they stand, how they are drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.scenes.colours import NAMED

Point = tuple[float, float]

KINDS = ("circle", "square", "triangle", "star", "hexagon", "diamond", "cross", "heart")
COLOURS = tuple(NAMED)
SIZES = ("small", "large")
FILLS = ("solid", "hollow", "striped")

#: Radius in thousandths of the picture's side.
RADII = {"small": 40, "large": 70}


@dataclass(frozen=True)
class Shape:
    """A shape; `x` and `y` are its centre in thousandths of the picture's side, y down."""

    size: str
    fill: str
    colour: str
    kind: str
    x: int
    y: int


@dataclass(frozen=True)
class Scene:
    """Shapes that do not touch each other."""

    shapes: tuple[Shape, ...]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        unit = canvas.width / 1000
        if rng.random() < 0.4:
            edge = 8 * unit
            box = (edge, edge, canvas.width - edge, canvas.height - edge)
            canvas.rectangle(box, None, look.faint, look.line, 20 * unit)
        for shape in self.shapes:
            turn = float(rng.uniform(-9, 9))
            points = placed(shape.kind, (shape.x * unit, shape.y * unit), RADII[shape.size] * unit, turn)
            paint(canvas, points, shape.fill, shape.colour, unit * (7.5 if shape.size == "small" else 11))


def paint(canvas: Canvas, points: Sequence[Point], fill: str, colour: str, width: float) -> None:
    """A solid, hollow or striped polygon in a named colour, with lines of `width` pixels."""
    rgb = NAMED[colour]
    if fill == "solid":
        canvas.polygon(points, rgb)
        return
    if fill == "striped":
        for ends in hatch(points, 2.7 * width):
            canvas.line(ends, rgb, 0.75 * width)
    canvas.line([*points, points[0], points[1]], rgb, width)


def placed(kind: str, centre: Point, radius: float, turn: float = 0.0) -> list[Point]:
    """The outline of a shape in pixels, turned by so many degrees."""
    cos, sin = radius * math.cos(math.radians(turn)), radius * math.sin(math.radians(turn))
    return [(centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos) for x, y in unit_outline(kind)]


def hatch(points: Sequence[Point], spacing: float) -> list[tuple[Point, Point]]:
    """Strokes at 45 degrees that fill a polygon: where lines of constant x + y cross it."""
    edges = list(zip(points, [*points[1:], points[0]], strict=True))
    sums = [x + y for x, y in points]
    strokes: list[tuple[Point, Point]] = []
    level = min(sums) + spacing
    while level < max(sums) - spacing * 0.4:
        crossings = []
        for (x0, y0), (x1, y1) in edges:
            a, b = x0 + y0 - level, x1 + y1 - level
            if (a < 0) != (b < 0):
                share = a / (a - b)
                crossings.append((x0 + (x1 - x0) * share, y0 + (y1 - y0) * share))
        crossings.sort()
        strokes += list(zip(crossings[::2], crossings[1::2], strict=True))
        level += spacing
    return strokes


@lru_cache(maxsize=32)
def unit_outline(kind: str) -> tuple[Point, ...]:
    """The outline of a shape within the unit circle, y down.

    Raises:
        KeyError: If there is no such shape.
    """
    return tuple(_OUTLINES[kind]())


def _regular(corners: int, radius: float = 1.0, start: float = -90.0) -> list[Point]:
    angles = [math.radians(start + 360 * i / corners) for i in range(corners)]
    return [(radius * math.cos(a), radius * math.sin(a)) for a in angles]


def _triangle() -> list[Point]:
    return [(x, y + 0.18) for x, y in _regular(3, 1.08)]


def _star() -> list[Point]:
    outer, inner = _regular(5, 1.05), _regular(5, 0.45, -54.0)
    return [(x, y + 0.05) for pair in zip(outer, inner, strict=True) for x, y in pair]


def _cross() -> list[Point]:
    a, b = 0.32, 0.95
    return [(-a, -b), (a, -b), (a, -a), (b, -a), (b, a), (a, a), (a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a)]


def _heart() -> list[Point]:
    points = []
    for i in range(40):
        t = 2 * math.pi * i / 40
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((x / 17.0, -y / 17.0 - 0.1))
    return points


_OUTLINES = {
    "circle": lambda: _regular(48, 0.88),
    "square": lambda: _regular(4, 1.12, -45.0),
    "triangle": _triangle,
    "star": _star,
    "hexagon": lambda: _regular(6, 0.95, 0.0),
    "diamond": lambda: [(0.0, -1.05), (0.72, 0.0), (0.0, 1.05), (-0.72, 0.0)],
    "cross": _cross,
    "heart": _heart,
}


def plural(kind: str) -> str:
    return kind + ("es" if kind.endswith("s") else "s")


def scatter(rng: np.random.Generator, sizes: Sequence[str], side: int) -> list[tuple[int, int]]:
    """Centres for shapes of these sizes in different cells of a grid of `side` x `side`, shaken within their cells.

    Shapes in neighbouring cells never touch as long as `side` is at most 6.
    """
    margin = 25
    cell = (1000 - 2 * margin) / side
    cells = rng.permutation(side * side)[: len(sizes)].tolist()
    shakes = rng.uniform(-1, 1, (len(sizes), 2)).tolist()
    centres = []
    for size, index, (dx, dy) in zip(sizes, cells, shakes, strict=True):
        room = max(0.0, cell / 2 - 1.15 * RADII[size] - 4)
        row, column = divmod(index, side)
        centres.append(
            (round(margin + (column + 0.5) * cell + dx * room), round(margin + (row + 0.5) * cell + dy * room))
        )
    return centres


def arranged(rng: np.random.Generator, shapes: Sequence[tuple[str, str, str, str]], side: int) -> Scene:
    """A scene of shapes (size, fill, colour, kind), as `scatter` places them."""
    centres = scatter(rng, [shape[0] for shape in shapes], side)
    return Scene(
        tuple(
            Shape(size, fill, colour, kind, x, y)
            for (size, fill, colour, kind), (x, y) in zip(shapes, centres, strict=True)
        )
    )
