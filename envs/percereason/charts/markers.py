"""Signs for points: shapes that stay apart without colour too."""

from __future__ import annotations

import math

from envs.drawing import Canvas
from envs.drawing.canvas import Point
from envs.drawing.look import Colour

#: Names of the shapes.
SHAPES = ("circle", "square", "triangle", "diamond", "cross")


def draw_marker(
    canvas: Canvas, shape: str, centre: Point, radius: float, colour: Colour, edge: Colour | None = None
) -> None:
    """Draw one of `SHAPES`, about as large as a circle of the radius."""
    thin = radius * 0.22
    x, y = centre
    if shape == "circle":
        canvas.circle(centre, radius, colour, edge, thin)
    elif shape == "square":
        half = radius * 0.88
        canvas.rectangle((x - half, y - half, x + half, y + half), colour, edge, thin)
    elif shape == "cross":
        reach = radius * 0.85
        for slope in (-1, 1):
            canvas.line([(x - reach, y - slope * reach), (x + reach, y + slope * reach)], colour, radius * 0.55)
    else:
        turns, reach = (3, radius * 1.25) if shape == "triangle" else (4, radius * 1.2)
        angles = [math.pi / 2 + 2 * math.pi * i / turns for i in range(turns)]
        canvas.polygon([(x + reach * math.cos(a), y - reach * math.sin(a)) for a in angles], colour, edge, thin)
