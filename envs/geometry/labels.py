"""Where the texts of a figure go: names at their points, measures at what they measure, and none upon another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import singledispatch

from envs.drawing import Canvas, InkMap
from envs.drawing.canvas import Point
from envs.drawing.ink import Box
from envs.geometry import figure as fig
from envs.geometry.strokes import Pen, angle_radius, bracket_ends, opening, outward_normal, unit_vector

#: Order in which measures look for a place: those with the least choice first.
_ORDER = (fig.Inside, fig.Angle, fig.ArcMeasure, fig.Length, fig.Beside, fig.Note)


def write_all(figure: fig.Figure, measures: bool, pen: Pen, ink: InkMap) -> list[Box]:
    """Write names and measures into a picture.

    Args:
        figure: What to label.
        measures: Whether the measures are written too.
        pen: With what.
        ink: Where there is ink already; grows with every text.

    Returns:
        The boxes of all texts, in pixels.
    """
    boxes = []
    if measures:
        texts = [mark for mark in figure.marks if isinstance(mark, fig.Measure) and mark.text]
        for mark in sorted(texts, key=lambda m: _ORDER.index(type(m))):
            boxes.append(
                _write(mark.text, candidates(mark, pen, _size(mark.text, pen, "upright")), "upright", pen, ink)
            )
    weight = "italic" if pen.look.italic_names else "upright"
    for name in figure.points:
        if not name.startswith("_"):
            places = _around(pen.layout.at[name], _away(figure, name, pen), _size(name, pen, weight), pen, 3.5)
            boxes.append(_write(name, places, weight, pen, ink))
    return boxes


def _write(text: str, places: Iterator[Point], weight: str, pen: Pen, ink: InkMap) -> Box:
    """Write a text at the best of its places; returns its box."""
    width, height = _size(text, pen, weight)
    pad = 1.2 * pen.unit
    centres = list(places)
    boxes = [(x - width / 2 - pad, y - height / 2 - pad, x + width / 2 + pad, y + height / 2 + pad) for x, y in centres]
    index, box = ink.place(boxes)
    pen.canvas.text(centres[index], text, pen.look.text, pen.look.ink, pen.look.family, weight)
    return box


def _size(text: str, pen: Pen, weight: str) -> tuple[float, float]:
    width, _ = Canvas.text_size(text, pen.look.text, pen.look.family, weight)
    return width, pen.look.text * 0.82


@singledispatch
def candidates(mark: fig.Measure, pen: Pen, size: tuple[float, float]) -> Iterator[Point]:
    """Centres for the text of a measure in order of preference; `size` is its width and height in pixels."""
    raise NotImplementedError(f"there is no rule for where to write a {type(mark).__name__}")


@candidates.register
def _(mark: fig.Length, pen: Pen, size: tuple[float, float]) -> Iterator[Point]:
    a, b = bracket_ends(pen, mark) if mark.bracket else (pen.layout.at[mark.a], pen.layout.at[mark.b])
    nx, ny = outward_normal(pen.layout, a, b)
    reach = abs(nx) * size[0] / 2 + abs(ny) * size[1] / 2
    for gap in (3.5, 7.0, 12.0):
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74):
            x, y = a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
            for side in (1, -1):
                off = side * (reach + gap * pen.unit)
                yield x + nx * off, y + ny * off


@candidates.register
def _(mark: fig.Angle, pen: Pen, size: tuple[float, float]) -> Iterator[Point]:
    start, sweep = opening(pen.layout, mark.a, mark.vertex, mark.b, mark.reflex)
    x, y = pen.layout.at[mark.vertex]
    radius = angle_radius(pen, mark.a, mark.vertex, mark.b, sweep)
    for extra in (2.0, 6.0, 11.0, 17.0, 24.0, 32.0, 42.0):
        for share in (0.5, 0.4, 0.6, 0.3, 0.7):
            angle = math.radians(start + sweep * share)
            cos, sin = math.cos(angle), math.sin(angle)
            off = radius + abs(cos) * size[0] / 2 + abs(sin) * size[1] / 2 + extra * pen.unit
            yield x + cos * off, y - sin * off
    for extra in (3.0, 9.0, 16.0):  # beyond the vertex, outside the angle
        for turn in (180, 150, 210, 120, 240):
            angle = math.radians(start + sweep / 2 + turn)
            cos, sin = math.cos(angle), math.sin(angle)
            off = abs(cos) * size[0] / 2 + abs(sin) * size[1] / 2 + extra * pen.unit
            yield x + cos * off, y - sin * off


@candidates.register
def _(mark: fig.ArcMeasure, pen: Pen, size: tuple[float, float]) -> Iterator[Point]:
    x, y = pen.layout.at[mark.centre]
    radius, first = pen.layout.distance(mark.centre, mark.start), pen.layout.direction(mark.centre, mark.start)
    sweep = (pen.layout.direction(mark.centre, mark.end) - first) % 360 or 360.0
    for extra in (3.0, 7.0, 12.0):
        for share in (0.5, 0.4, 0.6, 0.3, 0.7):
            angle = math.radians(first + sweep * share)
            cos, sin = math.cos(angle), math.sin(angle)
            reach = abs(cos) * size[0] / 2 + abs(sin) * size[1] / 2 + extra * pen.unit
            for off in (radius + reach, radius - reach):
                yield x + cos * off, y - sin * off


@candidates.register
def _(mark: fig.Inside, pen: Pen, size: tuple[float, float]) -> Iterator[Point]:
    corners = [pen.layout.at[p] for p in mark.points]
    x, y = (sum(c[i] for c in corners) / len(corners) for i in (0, 1))
    yield x, y
    for distance in (8, 16, 24):
        for turn in range(0, 360, 45):
            angle = math.radians(turn)
            yield x + distance * pen.unit * math.cos(angle), y - distance * pen.unit * math.sin(angle)


@candidates.register
def _(mark: fig.Beside, pen: Pen, size: tuple[float, float]) -> Iterator[Point]:
    return _around(pen.layout.at[mark.point], 60.0, size, pen, 4.5)


@candidates.register
def _(mark: fig.Note, pen: Pen, size: tuple[float, float]) -> Iterator[Point]:
    lowest = max(y for _, y in pen.layout.at.values())
    for y in (11 * pen.unit, lowest + 20 * pen.unit, 24 * pen.unit, lowest + 13 * pen.unit):
        for share in (0.5, 0.0, 1.0):
            yield 8 * pen.unit + size[0] / 2 + share * (pen.canvas.width - 16 * pen.unit - size[0]), y


def _around(point: Point, preferred: float, size: tuple[float, float], pen: Pen, gap: float) -> Iterator[Point]:
    """Centres around a point, nearest first, and in each ring those nearest to the preferred direction first."""
    turns = sorted(range(-180, 180, 15), key=abs)
    for extra in (0.0, 4.0, 9.0, 15.0):
        for turn in turns:
            angle = math.radians(preferred + turn)
            cos, sin = math.cos(angle), math.sin(angle)
            off = min(size[0] / 2 / max(abs(cos), 1e-6), size[1] / 2 / max(abs(sin), 1e-6), math.hypot(*size) / 2)
            off += (gap + extra) * pen.unit
            yield point[0] + cos * off, point[1] - sin * off


def _away(figure: fig.Figure, name: str, pen: Pen) -> float:
    """The direction in degrees from a point into the widest gap between the lines that meet there."""
    point = pen.layout.at[name]
    directions = []
    for mark in figure.marks:
        if isinstance(mark, fig.Segment):
            ends = pen.layout.at[mark.a], pen.layout.at[mark.b]
            if _on_segment(point, *ends):
                directions += [_angle(point, end) for end in ends if math.dist(point, end) > 1]
        elif isinstance(mark, fig.Circle) and mark.centre != name:
            centre = pen.layout.at[mark.centre]
            if abs(math.dist(point, centre) - pen.layout.distance(mark.centre, mark.through)) < 1:
                inward = _angle(point, centre)
                directions += [inward + turn for turn in (-88, 0, 88)]
    if not directions:
        return 45.0
    directions = sorted(d % 360 for d in directions)
    gaps = [((b - a) % 360 or 360.0, a) for a, b in zip(directions, [*directions[1:], directions[0]], strict=True)]
    width, start = max(gaps)
    return start + width / 2


def _on_segment(point: Point, a: Point, b: Point) -> bool:
    (ux, uy), length = unit_vector(a, b), math.dist(a, b)
    along = (point[0] - a[0]) * ux + (point[1] - a[1]) * uy
    across = abs((point[0] - a[0]) * uy - (point[1] - a[1]) * ux)
    return across < 1 and -1 < along < length + 1


def _angle(start: Point, end: Point) -> float:
    return math.degrees(math.atan2(start[1] - end[1], end[0] - start[0]))
