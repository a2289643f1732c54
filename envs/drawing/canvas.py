"""An anti-aliased canvas: Pillow at three times the size, averaged down at the end.

Coordinates are pixels of the finished picture, real numbers, x to the right and y down; angles are degrees
anticlockwise from the positive x axis, as in mathematics.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from envs.drawing.fonts import font
from envs.drawing.look import Colour

Point = tuple[float, float]

#: Canvas pixels per picture pixel.
SCALE = 3


class Canvas:
    """A picture under way.

    Args:
        width, height: Of the picture, in pixels, at least 1.
        paper: Background colour.
    """

    def __init__(self, width: int, height: int, paper: Colour = (255, 255, 255)):
        self.width, self.height, self.paper = width, height, paper
        self.big = Image.new("RGB", (width * SCALE, height * SCALE), paper)
        self._draw = ImageDraw.Draw(self.big)

    def line(self, points: Sequence[Point], colour: Colour, width: float, dash: Sequence[float] | None = None) -> None:
        """A polyline with round joints and ends.

        Args:
            points: At least two.
            colour: RGB.
            width: In pixels.
            dash: Lengths of strokes and gaps in turn, in pixels; `None` for a solid line.
        """
        if dash is not None:
            for stroke in _dashes(points, dash):
                self.line(stroke, colour, width)
            return
        wide = max(1, round(width * SCALE))
        scaled = [self._at(p) for p in points]
        self._draw.line(scaled, colour, wide, joint="curve")
        if wide >= 4:
            for x, y in (scaled[0], scaled[-1]):
                self._draw.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), colour)

    def polygon(
        self, points: Sequence[Point], fill: Colour | None = None, colour: Colour | None = None, width: float = 1.0
    ) -> None:
        """A closed polygon, filled, outlined, or both."""
        if fill is not None:
            self._draw.polygon([self._at(p) for p in points], fill)
        if colour is not None:
            self.line([*points, points[0]], colour, width)

    def rectangle(
        self,
        box: tuple[float, float, float, float],
        fill: Colour | None = None,
        colour: Colour | None = None,
        width: float = 1.0,
        radius: float = 0.0,
    ) -> None:
        """A rectangle (left, top, right, bottom), with rounded corners if `radius` is above 0."""
        left, top, right, bottom = (edge * SCALE for edge in box)
        wide = max(1, round(width * SCALE))
        self._draw.rounded_rectangle((left, top, right, bottom), radius * SCALE, fill, colour, wide if colour else 0)

    def ellipse(
        self,
        centre: Point,
        radii: tuple[float, float],
        fill: Colour | None = None,
        colour: Colour | None = None,
        width: float = 1.0,
    ) -> None:
        """An ellipse with horizontal and vertical radius; the outline is centred on it."""
        half = width / 2 if colour else 0.0
        box = self._box(centre, (radii[0] + half, radii[1] + half))
        self._draw.ellipse(box, fill, colour, max(1, round(width * SCALE)) if colour else 0)

    def circle(
        self, centre: Point, radius: float, fill: Colour | None = None, colour: Colour | None = None, width: float = 1.0
    ) -> None:
        """A circle, filled, outlined, or both."""
        self.ellipse(centre, (radius, radius), fill, colour, width)

    def arc(
        self,
        centre: Point,
        radii: tuple[float, float],
        start: float,
        end: float,
        colour: Colour,
        width: float,
        dash: Sequence[float] | None = None,
    ) -> None:
        """An arc of an ellipse, anticlockwise from `start` to `end` degrees."""
        self.line(arc_points(centre, radii, start, end), colour, width, dash)

    def sector(
        self,
        centre: Point,
        radius: float,
        start: float,
        end: float,
        fill: Colour | None = None,
        colour: Colour | None = None,
        width: float = 1.0,
    ) -> None:
        """A slice of a disc, anticlockwise from `start` to `end` degrees."""
        self.polygon([centre, *arc_points(centre, (radius, radius), start, end)], fill, colour, width)

    def text(
        self,
        at: Point,
        text: str,
        size: float,
        colour: Colour,
        family: str = "sans",
        weight: str = "upright",
        anchor: str = "mm",
        angle: float = 0.0,
    ) -> None:
        """One line of text.

        Args:
            at: Where the anchor goes.
            text: The text; characters that the font lacks are drawn as boxes.
            size: Of the em square, in pixels.
            colour: RGB.
            family, weight: As `envs.drawing.fonts.font` takes them.
            anchor: Pillow's two-letter text anchor, such as "mm" (middle), "lm" (left), "rs" (right, baseline).
            angle: Rotation about the anchor, degrees anticlockwise; turned text is always anchored in its middle.
        """
        face = font(family, round(size * SCALE), weight)
        if not angle:
            self._draw.text(self._at(at), text, colour, face, anchor)
            return
        left, top, right, bottom = face.getbbox(text)
        mask = Image.new("L", (math.ceil(right - left) + 4, math.ceil(bottom - top) + 4), 0)
        ImageDraw.Draw(mask).text((2 - left, 2 - top), text, 255, face)
        mask = mask.rotate(angle, Image.Resampling.BICUBIC, expand=True)
        x, y = self._at(at)
        self.big.paste(colour, (round(x - mask.width / 2), round(y - mask.height / 2)), mask)

    @staticmethod
    def text_size(text: str, size: float, family: str = "sans", weight: str = "upright") -> tuple[float, float]:
        """Width and height in pixels that one line of text takes, ink only."""
        left, top, right, bottom = font(family, round(size * SCALE), weight).getbbox(text)
        return (right - left) / SCALE, (bottom - top) / SCALE

    def image(self) -> np.ndarray:
        """The finished picture, uint8 [H, W, 3]."""
        return np.asarray(self.big.reduce(SCALE))

    def _at(self, point: Point) -> Point:
        return point[0] * SCALE, point[1] * SCALE

    def _box(self, centre: Point, radii: tuple[float, float]) -> tuple[float, float, float, float]:
        (x, y), (rx, ry) = self._at(centre), radii
        return x - rx * SCALE, y - ry * SCALE, x + rx * SCALE, y + ry * SCALE


def arc_points(centre: Point, radii: tuple[float, float], start: float, end: float) -> list[Point]:
    """Points along an arc of an ellipse, anticlockwise from `start` to `end` degrees, close enough to look round."""
    steps = max(2, math.ceil(abs(end - start) / 360 * (16 + 2.2 * max(radii))))
    angles = np.radians(np.linspace(start, end, steps + 1))
    return [(centre[0] + radii[0] * math.cos(a), centre[1] - radii[1] * math.sin(a)) for a in angles]


def wrap(text: str, width: float, size: float, family: str = "sans") -> list[str]:
    """Text broken into lines of at most `width` pixels where its words allow it."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and Canvas.text_size(longer, size, family)[0] <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _dashes(points: Sequence[Point], dash: Sequence[float]) -> list[list[Point]]:
    """The strokes of a dashed polyline."""
    strokes: list[list[Point]] = [[points[0]]]
    index, left = 0, dash[0]
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        length = math.hypot(x1 - x0, y1 - y0)
        done = 0.0
        while length - done > left:
            done += left
            at = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length)
            if index % 2 == 0:
                strokes[-1].append(at)
            strokes.append([at])
            index += 1
            left = dash[index % len(dash)]
        left -= length - done
        if index % 2 == 0:
            strokes[-1].append((x1, y1))
        else:
            strokes[-1] = [(x1, y1)]
    return [stroke for stroke in strokes if len(stroke) > 1]
