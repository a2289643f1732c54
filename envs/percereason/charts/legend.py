"""Legends: swatches with names above, below or beside a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from envs.drawing import Canvas, Look
from envs.drawing.canvas import Point
from envs.drawing.look import Colour, blend
from envs.percereason.charts.axes import Box, small
from envs.percereason.layout import fitting_all

Place = Literal["top", "bottom", "right"]

#: Draws the sign of one entry around a point, at most as large as the given size.
Swatch = Callable[[Canvas, Point, float], None]


def square(colour: Colour, edge: Colour) -> Swatch:
    """A filled square, the sign of bars and areas."""

    def drawn(canvas: Canvas, centre: Point, size: float) -> None:
        half = size * 0.42
        box = (centre[0] - half, centre[1] - half, centre[0] + half, centre[1] + half)
        canvas.rectangle(box, colour, edge, size * 0.06)

    return drawn


def draw_legend(
    canvas: Canvas, look: Look, box: Box, entries: Sequence[tuple[str, Swatch]], place: Place, title: str = ""
) -> Box:
    """Draw a legend along one edge of a box and return the box that is left."""
    if place == "right":
        return _beside(canvas, look, box, entries, title)
    return _across(canvas, look, box, entries, place)


def _across(canvas: Canvas, look: Look, box: Box, entries: Sequence[tuple[str, Swatch]], place: Place) -> Box:
    size = small(look)
    left, top, right, bottom = box
    sign, gap, between = size * 1.05, size * 0.4, size * 1.1
    widths = [sign + gap + Canvas.text_size(name, size, look.family)[0] for name, _ in entries]
    rows: list[list[int]] = [[]]
    for index, width in enumerate(widths):
        taken = sum(widths[i] + between for i in rows[-1])
        if rows[-1] and taken + width > right - left:
            rows.append([])
        rows[-1].append(index)
    height = size * (1.45 * len(rows) + 0.35)
    y = top + size * 0.6 if place == "top" else bottom - height + size * 1.15
    for row in rows:
        x = (left + right - sum(widths[i] + between for i in row) + between) / 2
        for index in row:
            _entry(canvas, look, entries[index], (x, y), size)
            x += widths[index] + between
        y += size * 1.45
    return (left, top + height, right, bottom) if place == "top" else (left, top, right, bottom - height)


def _beside(canvas: Canvas, look: Look, box: Box, entries: Sequence[tuple[str, Swatch]], title: str) -> Box:
    left, top, right, bottom = box
    size = small(look)
    names = [name for name, _ in entries]
    size = fitting_all([*names, title], (right - left) * 0.3, size, look.family)
    sign, gap = size * 1.05, size * 0.4
    width = max(Canvas.text_size(name, size, look.family)[0] for name in names) + sign + gap
    width = max(width, Canvas.text_size(title, size, look.family)[0]) + size * 0.5
    lines = len(entries) + bool(title)
    y = max(top, (top + bottom) / 2 - size * 0.8 * lines) + size * 0.8
    if title:
        canvas.text((right - width + size * 0.5, y), title, size, look.ink, look.family, anchor="lm")
        y += size * 1.6
    for entry in entries:
        _entry(canvas, look, entry, (right - width + size * 0.5, y), size)
        y += size * 1.6
    return (left, top, right - width - size * 0.3, bottom)


def _entry(canvas: Canvas, look: Look, entry: tuple[str, Swatch], at: Point, size: float) -> None:
    name, swatch = entry
    sign = size * 1.05
    swatch(canvas, (at[0] + sign / 2, at[1]), sign)
    canvas.text((at[0] + sign + size * 0.4, at[1]), name, size, look.ink, look.family, anchor="lm")


def edge(look: Look) -> Colour:
    """The colour of thin outlines around filled areas."""
    return blend(look.paper, look.ink, 0.75)
