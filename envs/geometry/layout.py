"""Where the points of a figure come to lie in the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

from envs.drawing.canvas import Point
from envs.geometry.figure import Arc, ArcMeasure, Circle, Ellipse, Figure, FillCircle, FillSector


@dataclass(frozen=True)
class Layout:
    """A figure's points in pixels, x to the right and y down.

    Attributes:
        at: Pixel position of each point.
        scale: Pixels per unit of the figure.
        origin: Pixel position of the point (0, 0).
    """

    at: dict[str, Point]
    scale: float
    origin: Point

    def distance(self, a: str, b: str) -> float:
        """Pixels between two points."""
        return math.dist(self.at[a], self.at[b])

    def direction(self, start: str, end: str) -> float:
        """Degrees anticlockwise from the positive x axis, in [0, 360)."""
        (x0, y0), (x1, y1) = self.at[start], self.at[end]
        return math.degrees(math.atan2(y0 - y1, x1 - x0)) % 360

    def place(self, x: float, y: float) -> Point:
        """The pixels of coordinates of a figure that was not turned."""
        return self.origin[0] + self.scale * x, self.origin[1] - self.scale * y

    def centre(self) -> Point:
        """The mean of all points."""
        xs, ys = zip(*self.at.values(), strict=True)
        return sum(xs) / len(xs), sum(ys) / len(ys)


def lay_out(figure: Figure, box: tuple[float, float, float, float], degrees: float = 0.0) -> Layout:
    """Turn a figure and fit it into a box.

    Args:
        figure: The figure.
        box: Left, top, right, bottom in pixels.
        degrees: By how much to turn it, anticlockwise; 0 for figures with axes or ellipses.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned = {name: (x * cos - y * sin, x * sin + y * cos) for name, (x, y) in figure.points.items()}
    left, low, right, high = _bounds(figure, turned)
    scale = min((box[2] - box[0]) / max(right - left, 1e-9), (box[3] - box[1]) / max(high - low, 1e-9))
    shift_x = (box[0] + box[2] - scale * (left + right)) / 2
    shift_y = (box[1] + box[3] + scale * (low + high)) / 2
    at = {name: (shift_x + scale * x, shift_y - scale * y) for name, (x, y) in turned.items()}
    return Layout(at, scale, (shift_x, shift_y))


def can_turn(figure: Figure) -> bool:
    """Whether a figure may be drawn at any angle."""
    flat = figure.plane is None and not any(isinstance(mark, Ellipse) for mark in figure.marks)
    return flat and not figure.upright


def _bounds(figure: Figure, points: dict[str, tuple[float, float]]) -> tuple[float, float, float, float]:
    """Left, low, right, high of all that is drawn, in the figure's units."""
    xs = [points[name][0] for name in points]
    ys = [points[name][1] for name in points]
    if figure.plane:
        xs += figure.plane.x
        ys += figure.plane.y
    for mark in figure.marks:
        match mark:
            case Circle(centre=centre, through=through) | FillCircle(centre=centre, through=through):
                (x, y), radius = points[centre], math.dist(points[centre], points[through])
                xs += [x - radius, x + radius]
                ys += [y - radius, y + radius]
            case Ellipse(centre=centre, side=side, top=top):
                (x, y), wide, high = points[centre], points[side][0], points[top][1]
                xs += [2 * x - wide, wide]
                ys += [2 * y - high, high]
            case (
                Arc(centre=c, start=s, end=e)
                | FillSector(centre=c, start=s, end=e)
                | ArcMeasure(centre=c, start=s, end=e)
            ):
                for x, y in _extremes(points[c], points[s], points[e]):
                    xs.append(x)
                    ys.append(y)
    return min(xs), min(ys), max(xs), max(ys)


def _extremes(centre: Point, start: Point, end: Point) -> list[Point]:
    """The outermost points of an arc in the four directions of the axes, as far as it reaches them."""
    radius = math.dist(centre, start)
    first = math.atan2(start[1] - centre[1], start[0] - centre[0])
    sweep = (math.atan2(end[1] - centre[1], end[0] - centre[0]) - first) % math.tau
    corners = [angle for angle in (0, math.pi / 2, math.pi, 3 * math.pi / 2) if (angle - first) % math.tau <= sweep]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in (first, *corners)]
