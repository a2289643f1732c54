"""Graphs of one or two functions on squared paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.canvas import Point
from envs.drawing.look import Colour, blend
from envs.percereason.charts.asking import ask_of, finished
from envs.percereason.charts.axes import Box, small
from envs.percereason.charts.functions import Function
from envs.percereason.charts.graphs import GRAPH_KINDS, Graphs, draw_graphs
from envs.percereason.charts.legend import Place, Swatch, draw_legend
from envs.percereason.problem import PictureProblem
from envs.problem import flip, pick


@dataclass(frozen=True)
class FunctionPlot:
    """Axes from `-reach` to `reach`, both ways, with the graphs of f and perhaps g.

    Attributes:
        reach: Where the axes end.
        functions: One or two.
        every: Distance of the labels along the axes.
    """

    reach: int
    functions: tuple[Function, ...]
    every: int

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        margin = canvas.width * 0.03
        box = (margin, margin, canvas.width - margin, canvas.height - margin)
        dashes: list[tuple[float, float] | None] = [None, (look.text * 0.55, look.text * 0.3) if flip(rng) else None]
        entries = [(name, _swatch(look, i, dashes[i])) for i, name in enumerate("fg"[: len(self.functions)])]
        places: tuple[Place, ...] = ("top", "bottom")
        box = draw_legend(canvas, look, box, entries, pick(rng, places))
        frame = self.frame(box)
        self._paper(canvas, look, frame)
        self._axes(canvas, look, frame)
        runs = [[[self.at(frame, *point) for point in run] for run in self._runs(f)] for f in self.functions]
        self._numbers(canvas, look, frame, np.concatenate([points for drawn in runs for points in drawn]))
        for index, drawn in enumerate(runs):
            for points in drawn:
                canvas.line(points, look.palette[index], look.line * 1.5, dashes[index])

    def frame(self, box: Box) -> Box:
        """The square in the middle of a box that the grid fills, with room for the ends of the axes."""
        left, top, right, bottom = box
        half = min(right - left, bottom - top) / 2 * 0.94
        x, y = (left + right) / 2, (top + bottom) / 2
        return x - half, y - half, x + half, y + half

    def at(self, frame: Box, x: float, y: float) -> Point:
        """The pixel position of a point."""
        left, top, right, bottom = frame
        unit = (right - left) / (2 * self.reach)
        return (left + right) / 2 + x * unit, (top + bottom) / 2 - y * unit

    def _paper(self, canvas: Canvas, look: Look, frame: Box) -> None:
        colour = blend(look.paper, look.ink, 0.17)
        for i in range(-self.reach, self.reach + 1):
            for ends in (((i, -self.reach), (i, self.reach)), ((-self.reach, i), (self.reach, i))):
                canvas.line([self.at(frame, *end) for end in ends], colour, look.line * 0.4)

    def _axes(self, canvas: Canvas, look: Look, frame: Box) -> None:
        size, line, tip = small(look), look.line * 0.8, look.text * 0.32
        beyond = self.reach + 0.06 * self.reach
        (x0, y0), (x1, y1) = self.at(frame, -self.reach, 0), self.at(frame, beyond, 0)
        canvas.line([(x0, y0), (x1, y1)], look.ink, line)
        canvas.polygon([(x1, y1), (x1 - tip * 1.6, y1 - tip), (x1 - tip * 1.6, y1 + tip)], look.ink)
        canvas.text((x1 - size * 0.3, y1 - size * 0.8), "x", size, look.ink, look.family, "italic")
        (x0, y0), (x1, y1) = self.at(frame, 0, -self.reach), self.at(frame, 0, beyond)
        canvas.line([(x0, y0), (x1, y1)], look.ink, line)
        canvas.polygon([(x1, y1), (x1 - tip, y1 + tip * 1.6), (x1 + tip, y1 + tip * 1.6)], look.ink)
        canvas.text((x1 + size * 0.85, y1 + size * 0.35), "y", size, look.ink, look.family, "italic")

    def _numbers(self, canvas: Canvas, look: Look, frame: Box, curve: np.ndarray) -> None:
        """Labels along the axes, each on that side of its axis where the graphs leave it free.

        Args:
            canvas, look, frame: As elsewhere.
            curve: Points of the graphs, close together, in pixels [N, 2].
        """
        size = small(look) * 0.82
        taken: list[Box] = []
        for value in range(-self.reach + 1, self.reach):
            if value == 0 or value % self.every:
                continue
            text = str(value)
            width = Canvas.text_size(text, size, look.family)[0]
            x, y = self.at(frame, value, 0)
            canvas.line([(x, y - size * 0.2), (x, y + size * 0.2)], look.ink, look.line * 0.5)
            _freest(canvas, look, [(x, y + size * 0.8), (x, y - size * 0.8)], text, size, curve, taken)
            x, y = self.at(frame, 0, value)
            canvas.line([(x - size * 0.2, y), (x + size * 0.2, y)], look.ink, look.line * 0.5)
            aside = width / 2 + size * 0.4
            _freest(canvas, look, [(x - aside, y), (x + aside, y)], text, size, curve, taken)

    def _runs(self, function: Function) -> list[list[Point]]:
        """The visible pieces of a graph, in its own coordinates."""
        xs = np.linspace(-self.reach, self.reach, 2 * self.reach * 24 + 1)
        ys = function.sampled(xs)
        inside = np.abs(ys) <= self.reach
        starts = np.flatnonzero(inside & ~np.roll(inside, 1) | (inside & (np.arange(len(xs)) == 0)))
        runs = []
        for start in starts.tolist():
            end = start
            while end + 1 < len(xs) and inside[end + 1]:
                end += 1
            runs.append(list(zip(xs[start : end + 1].tolist(), ys[start : end + 1].tolist(), strict=True)))
        return [run for run in runs if len(run) > 1]


def _freest(
    canvas: Canvas, look: Look, places: list[Point], text: str, size: float, curve: np.ndarray, taken: list[Box]
) -> None:
    """Write a label on a patch of paper where no label is yet and the fewest points of the graphs are; note its box."""
    half, high = Canvas.text_size(text, size, look.family)[0] / 2 + size * 0.08, size * 0.42

    def cost(place: Point) -> int:
        x, y = place
        labels = sum(
            x - half < right and x + half > left and y - high < bottom and y + high > top
            for left, top, right, bottom in taken
        )
        near = np.abs(curve - place) < (half + look.line, high + look.line)  # [N, 2]
        return int(near.all(axis=1).sum()) + len(curve) * labels

    x, y = min(places, key=cost)
    box = (x - half, y - high, x + half, y + high)
    canvas.rectangle(box, look.paper)
    canvas.text((x, y), text, size, look.ink, look.family)
    taken.append(box)


def _swatch(look: Look, index: int, dash: tuple[float, float] | None) -> Swatch:
    colour: Colour = look.palette[index]

    def drawn(canvas: Canvas, centre: Point, size: float) -> None:
        ends = [(centre[0] - size * 0.9, centre[1]), (centre[0] + size * 0.5, centre[1])]
        canvas.line(ends, colour, look.line * 1.5, dash)

    return drawn


def function_plot(rng: np.random.Generator, level: int) -> PictureProblem:
    """Graphs of f, or of f and g: values, zeros, extremes, slopes, crossings, one function of the other."""

    def drawn() -> tuple[FunctionPlot, Graphs]:
        graphs = draw_graphs(rng)
        return FunctionPlot(graphs.reach, graphs.functions, pick(rng, (1, 1, 2)) if graphs.reach < 8 else 2), graphs

    picture, _, ask = ask_of(rng, GRAPH_KINDS[level - 1], drawn)
    return finished("function_plot", level, picture, ask)
