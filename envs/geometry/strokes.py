"""How each mark of a figure is drawn, texts excepted."""

from __future__ import annotations

import math
from functools import singledispatch

from envs.drawing import Canvas, Look
from envs.drawing.canvas import Point, arc_points
from envs.geometry import figure as fig
from envs.geometry.layout import Layout


class Pen:
    """What the drawing of a mark needs: canvas, look, layout, and a unit for sizes in pixels.

    Args:
        canvas: Where to draw.
        look: In what style.
        layout: Where the points are.
        unit: Pixels that stand for one pixel of a picture of 336.
    """

    def __init__(self, canvas: Canvas, look: Look, layout: Layout, unit: float):
        self.canvas, self.look, self.layout, self.unit = canvas, look, layout, unit

    @property
    def dash(self) -> tuple[float, float]:
        return 6 * self.unit, 4.5 * self.unit

    def line(self, points: list[Point], dashed: bool = False, width: float = 1.0) -> None:
        """A polyline in ink; `width` is relative to the look's."""
        self.canvas.line(points, self.look.ink, self.look.line * width, self.dash if dashed else None)

    def fill(self, hole: bool) -> tuple[int, int, int]:
        return self.look.paper if hole else self.look.tint(0, 0.32)


@singledispatch
def draw(mark: fig.Mark, pen: Pen) -> None:
    """Draw a mark; measures whose text is all there is of them draw nothing."""


@draw.register
def _(mark: fig.Segment, pen: Pen) -> None:
    pen.line([pen.layout.at[mark.a], pen.layout.at[mark.b]], mark.dashed)


@draw.register
def _(mark: fig.Circle, pen: Pen) -> None:
    radius = pen.layout.distance(mark.centre, mark.through)
    pen.line(arc_points(pen.layout.at[mark.centre], (radius, radius), 0, 360), mark.dashed)


@draw.register
def _(mark: fig.Arc, pen: Pen) -> None:
    pen.line(curve(pen.layout, mark.centre, mark.start, mark.end), mark.dashed)


@draw.register
def _(mark: fig.Ellipse, pen: Pen) -> None:
    at = pen.layout.at
    radii = abs(at[mark.side][0] - at[mark.centre][0]), abs(at[mark.top][1] - at[mark.centre][1])
    pen.line(arc_points(at[mark.centre], radii, 180, 360))
    pen.line(arc_points(at[mark.centre], radii, 0, 180), mark.hidden_back)


@draw.register
def _(mark: fig.Fill, pen: Pen) -> None:
    pen.canvas.polygon([pen.layout.at[p] for p in mark.points], pen.fill(mark.hole))


@draw.register
def _(mark: fig.FillCircle, pen: Pen) -> None:
    pen.canvas.circle(pen.layout.at[mark.centre], pen.layout.distance(mark.centre, mark.through), pen.fill(mark.hole))


@draw.register
def _(mark: fig.FillSector, pen: Pen) -> None:
    centre = pen.layout.at[mark.centre]
    pen.canvas.polygon([centre, *curve(pen.layout, mark.centre, mark.start, mark.end)], pen.fill(mark.hole))


@draw.register
def _(mark: fig.Dot, pen: Pen) -> None:
    pen.canvas.circle(pen.layout.at[mark.point], 2.6 * pen.unit, pen.look.ink)


@draw.register
def _(mark: fig.RightAngle, pen: Pen) -> None:
    at, corner = pen.layout.at, pen.layout.at[mark.vertex]
    side = min(
        10 * pen.unit, 0.3 * pen.layout.distance(mark.a, mark.vertex), 0.3 * pen.layout.distance(mark.b, mark.vertex)
    )
    (ax, ay), (bx, by) = (towards(corner, at[end], side) for end in (mark.a, mark.b))
    pen.line([(ax, ay), (ax + bx - corner[0], ay + by - corner[1]), (bx, by)], width=0.8)


@draw.register
def _(mark: fig.Ticks, pen: Pen) -> None:
    a, b = pen.layout.at[mark.a], pen.layout.at[mark.b]
    (ux, uy), half = unit_vector(a, b), 4.5 * pen.unit
    for x, y in _along_middle(a, b, mark.count, 3.6 * pen.unit):
        pen.line([(x - uy * half, y + ux * half), (x + uy * half, y - ux * half)], width=0.8)


@draw.register
def _(mark: fig.Chevrons, pen: Pen) -> None:
    a, b = pen.layout.at[mark.a], pen.layout.at[mark.b]
    (ux, uy), half = unit_vector(a, b), 4.5 * pen.unit
    for x, y in _along_middle(a, b, mark.count, 5 * pen.unit):
        tip = x + ux * half, y + uy * half
        wings = [(x - ux * half + sign * uy * half, y - uy * half - sign * ux * half) for sign in (1, -1)]
        pen.line([wings[0], tip, wings[1]], width=0.8)


@draw.register
def _(mark: fig.EqualAngle, pen: Pen) -> None:
    start, sweep = opening(pen.layout, mark.a, mark.vertex, mark.b)
    radius = angle_radius(pen, mark.a, mark.vertex, mark.b, sweep) - 3 * pen.unit
    for ring in range(mark.count):
        size = radius + 3.5 * pen.unit * ring
        pen.line(arc_points(pen.layout.at[mark.vertex], (size, size), start, start + sweep), width=0.8)


@draw.register
def _(mark: fig.Angle, pen: Pen) -> None:
    start, sweep = opening(pen.layout, mark.a, mark.vertex, mark.b, mark.reflex)
    radius = angle_radius(pen, mark.a, mark.vertex, mark.b, sweep)
    pen.line(arc_points(pen.layout.at[mark.vertex], (radius, radius), start, start + sweep), width=0.8)


@draw.register
def _(mark: fig.Length, pen: Pen) -> None:
    if not mark.bracket:
        return
    ends = bracket_ends(pen, mark)
    (ux, uy), half = unit_vector(*ends), 4 * pen.unit
    pen.line(list(ends), width=0.6)
    for x, y in ends:
        pen.line([(x - uy * half, y + ux * half), (x + uy * half, y - ux * half)], width=0.6)


def bracket_ends(pen: Pen, mark: fig.Length) -> tuple[Point, Point]:
    """Ends of the dimension line of a length: beside it, on the side away from the middle of the figure."""
    a, b = pen.layout.at[mark.a], pen.layout.at[mark.b]
    nx, ny = outward_normal(pen.layout, a, b)
    off = 13 * pen.unit
    return (a[0] + nx * off, a[1] + ny * off), (b[0] + nx * off, b[1] + ny * off)


def outward_normal(layout: Layout, a: Point, b: Point) -> Point:
    """The unit normal of a line that points away from the middle of the figure."""
    ux, uy = unit_vector(a, b)
    cx, cy = layout.centre()
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    side = -uy * (middle[0] - cx) + ux * (middle[1] - cy)
    return (-uy, ux) if side >= 0 else (uy, -ux)


def opening(layout: Layout, a: str, vertex: str, b: str, reflex: bool = False) -> tuple[float, float]:
    """Start and sweep of an angle in degrees, anticlockwise; below 180 unless it is `reflex`."""
    start, end = layout.direction(vertex, a), layout.direction(vertex, b)
    sweep = (end - start) % 360
    if not reflex and sweep > 180:
        return end, 360 - sweep
    return start, sweep


def angle_radius(pen: Pen, a: str, vertex: str, b: str, sweep: float) -> float:
    """Radius of the arc that marks an angle: larger for small angles, never longer than half of a side."""
    wish = (19 + max(0.0, 45 - sweep) * 0.35) * pen.unit
    return min(wish, 0.5 * pen.layout.distance(a, vertex), 0.5 * pen.layout.distance(b, vertex))


def curve(layout: Layout, centre: str, start: str, end: str) -> list[Point]:
    """Points of an arc about a centre, anticlockwise from one point to the direction of another."""
    radius = layout.distance(centre, start)
    first = layout.direction(centre, start)
    sweep = (layout.direction(centre, end) - first) % 360 or 360.0
    return arc_points(layout.at[centre], (radius, radius), first, first + sweep)


def unit_vector(a: Point, b: Point) -> Point:
    """The direction from a to b."""
    length = math.dist(a, b) or 1.0
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length


def towards(start: Point, end: Point, distance: float) -> Point:
    """The point at a distance from start in the direction of end."""
    ux, uy = unit_vector(start, end)
    return start[0] + ux * distance, start[1] + uy * distance


def _along_middle(a: Point, b: Point, count: int, gap: float) -> list[Point]:
    """`count` points around the middle of a segment, `gap` apart."""
    ux, uy = unit_vector(a, b)
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    offsets = [(i - (count - 1) / 2) * gap for i in range(count)]
    return [(middle[0] + ux * off, middle[1] + uy * off) for off in offsets]
