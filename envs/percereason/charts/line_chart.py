"""Line charts: one to three quantities over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.canvas import Point
from envs.percereason.charts.asking import ask_of, finished
from envs.percereason.charts.axes import Side, draw_grid_style, draw_title, open_plot, soft
from envs.percereason.charts.changes import CHANGE_KINDS
from envs.percereason.charts.grid import GRID_KINDS, Grid
from envs.percereason.charts.legend import Place, Swatch, draw_legend
from envs.percereason.charts.markers import SHAPES, draw_marker
from envs.percereason.charts.scale import Scale, draw_scale, draw_values
from envs.percereason.charts.series import SERIES_KINDS, Series
from envs.percereason.charts.topics import ORDERED_TOPICS, divisions, draw_names, draw_topic
from envs.percereason.problem import PictureProblem
from envs.problem import draw, flip, pick


@dataclass(frozen=True)
class LineChart:
    """Lines over consecutive times.

    Attributes:
        title, axis: What the chart is about, and what its numeric axis counts.
        names: The times, from left to right.
        parts: Names of the lines, in the legend; empty for a single line.
        values: By line, then by time. Lines never meet at a time.
        scale: The numeric axis.
    """

    title: str
    axis: str
    names: tuple[str, ...]
    parts: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    scale: Scale

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        shapes = [SHAPES[i] for i in rng.permutation(3)]
        dashes = [None, (look.text * 0.5, look.text * 0.3), (look.text * 0.12, look.text * 0.28)]
        if flip(rng):
            dashes = [None, None, None]
        radius = look.text * rng.uniform(0.2, 0.28)
        box = draw_title(canvas, look, self.title, rng)
        if self.parts:
            entries = [(part, _swatch(look, i, shapes[i], dashes[i], radius)) for i, part in enumerate(self.parts)]
            places: tuple[Place, ...] = ("top", "bottom", "right")
            box = draw_legend(canvas, look, box, entries, pick(rng, places))
        plot = open_plot(
            canvas, look, box, Side(self.names), Side(self.scale, self.axis), draw_grid_style(rng, canvas.width)
        )
        left, top, right, bottom = plot.box
        for index in range(len(self.names)):
            x = plot.at(index + 0.5, self.scale.low)[0]
            canvas.line([(x, top), (x, bottom)], soft(look), look.line * 0.4)
        canvas.line([(left, bottom), (right, bottom)], look.ink, look.line * 0.7)
        for index, values in enumerate(self.values):
            points = [plot.at(i + 0.5, value) for i, value in enumerate(values)]
            canvas.line(points, look.palette[index], look.line * 1.3, dashes[index])
            for point in points:
                draw_marker(canvas, shapes[index], point, radius, look.palette[index])


def _swatch(look: Look, index: int, shape: str, dash: tuple[float, float] | None, radius: float) -> Swatch:
    def drawn(canvas: Canvas, centre: Point, size: float) -> None:
        half = size * 0.6
        ends = [(centre[0] - half, centre[1]), (centre[0] + half, centre[1])]
        canvas.line(ends, look.palette[index], look.line * 1.3, dash)
        draw_marker(canvas, shape, centre, radius, look.palette[index])

    return drawn


def line_chart(rng: np.random.Generator, level: int) -> PictureProblem:
    """One line over time (rises, falls, means), or several with a legend (compare, total, filter)."""
    if flip(rng, 0.55):
        picture, series, ask = ask_of(rng, _SINGLE[level - 1], lambda: _single(rng))
        return finished("line_chart", level, picture, ask, series.unit)
    picture, grid, ask = ask_of(rng, GRID_KINDS[level - 1], lambda: _several(rng))
    return finished("line_chart", level, picture, ask, grid.unit)


#: Half of the questions about a single line are about its changes.
_SINGLE = tuple(
    (*kinds, *(change for change in changes for _ in range(len(kinds) // len(changes))))
    for kinds, changes in zip(SERIES_KINDS, CHANGE_KINDS, strict=True)
)


def _single(rng: np.random.Generator) -> tuple[LineChart, Series]:
    topic = draw_topic(rng, ORDERED_TOPICS)
    names = draw_names(rng, topic.names, draw(rng, 5, 7), True)
    scale = draw_scale(rng, fewest=9, highest=topic.largest)
    values = draw_values(rng, scale, len(names))
    picture = LineChart(topic.title, topic.axis, names, (), (values,), scale)
    return picture, Series(topic, names, values, scale.unit, "At {name} the line is at {value}")


def _several(rng: np.random.Generator) -> tuple[LineChart, Grid]:
    topic = draw_topic(rng, ORDERED_TOPICS)
    division = pick(rng, divisions(topic))
    parts = draw_names(rng, division.names, pick(rng, (2, 2, 3)), division.ordered)
    names = draw_names(rng, topic.names, draw(rng, 4, 7), True)
    scale = draw_scale(rng, fewest=9, most=20, highest=topic.largest)
    columns = [rng.choice(scale.units, size=len(parts), replace=False) + 1 for _ in names]
    values = tuple(map(tuple, (np.transpose(columns) * scale.unit).tolist()))
    picture = LineChart(topic.title, topic.axis, names, parts, values, scale)
    return picture, Grid(topic, division, names, parts, values, scale.unit)
