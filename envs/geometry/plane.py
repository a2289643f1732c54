"""The coordinate plane behind a figure: a unit grid, two axes with arrowheads, and numbers as close as they fit."""

from __future__ import annotations

import math

from envs.drawing.canvas import Point
from envs.geometry.figure import Plane
from envs.geometry.strokes import Pen, unit_vector


def draw_plane(plane: Plane, pen: Pen) -> None:
    """Draw grid, axes and numbers."""
    (left, right), (low, high) = plane.x, plane.y
    for x in range(left, right + 1):
        pen.canvas.line([pen.layout.place(x, low), pen.layout.place(x, high)], pen.look.faint, 0.7 * pen.unit)
    for y in range(low, high + 1):
        pen.canvas.line([pen.layout.place(left, y), pen.layout.place(right, y)], pen.look.faint, 0.7 * pen.unit)
    _draw_axis(pen.layout.place(left, 0), pen.layout.place(right, 0), "x", pen)
    _draw_axis(pen.layout.place(0, low), pen.layout.place(0, high), "y", pen)
    every = max(1, math.ceil(17 * pen.unit / pen.layout.scale))
    for x in range(left, right + 1):
        if x and x % every == 0:
            px, py = pen.layout.place(x, 0)
            _write(str(x), (px, py + 3 * pen.unit), "mt", pen)
    for y in range(low, high + 1):
        if y and y % every == 0:
            px, py = pen.layout.place(0, y)
            _write(str(y), (px - 4 * pen.unit, py), "rm", pen)


def _draw_axis(start: Point, end: Point, letter: str, pen: Pen) -> None:
    """An axis whose arrow goes a little beyond the grid."""
    ux, uy = unit_vector(start, end)
    tip = end[0] + ux * 9 * pen.unit, end[1] + uy * 9 * pen.unit
    base, half = (tip[0] - 7 * pen.unit * ux, tip[1] - 7 * pen.unit * uy), 3.2 * pen.unit
    wings = [(base[0] + side * half * uy, base[1] - side * half * ux) for side in (1, -1)]
    pen.canvas.line([start, tip], pen.look.ink, 1.3 * pen.unit)
    pen.canvas.polygon([tip, *wings], pen.look.ink)
    _write(letter, (tip[0] + ux * 9 * pen.unit, tip[1] + uy * 9 * pen.unit), "mm", pen, "italic")


def _write(text: str, at: Point, anchor: str, pen: Pen, weight: str = "upright") -> None:
    pen.canvas.text(at, text, pen.look.text * 0.74, pen.look.ink, pen.look.family, weight, anchor)
