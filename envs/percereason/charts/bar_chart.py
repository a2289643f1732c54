"""Bar charts: one bar for each of several things, upright or lying."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.charts.asking import ask_of, finished
from envs.percereason.charts.axes import Box, Plot, Side, draw_grid_style, draw_title, open_plot, small
from envs.percereason.charts.legend import edge
from envs.percereason.charts.scale import Scale, draw_scale, draw_values
from envs.percereason.charts.series import SERIES_KINDS, Series
from envs.percereason.charts.topics import draw_names, draw_topic
from envs.percereason.problem import PictureProblem
from envs.problem import draw, flip


@dataclass(frozen=True)
class BarChart:
    """One bar for each name.

    Attributes:
        title, axis: What the chart is about, and what its numeric axis counts.
        names: Below the bars, or beside them.
        values: Lengths of the bars.
        scale: The numeric axis.
        upright: Whether bars stand; else they lie, the first on top.
        labelled: Whether each bar has its value beside it.
    """

    title: str
    axis: str
    names: tuple[str, ...]
    values: tuple[int, ...]
    scale: Scale
    upright: bool
    labelled: bool

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        box = draw_title(canvas, look, self.title, rng)
        if self.labelled:
            box = self._room_for_labels(look, box)
        numbers, things = Side(self.scale, self.axis), Side(self.names)
        x, y = (things, numbers) if self.upright else (numbers, things)
        plot = open_plot(canvas, look, box, x, y, draw_grid_style(rng, canvas.width))
        width = rng.uniform(0.5, 0.75)
        outlined, many = flip(rng, 0.4), flip(rng, 0.35)
        first = int(rng.integers(6))
        for index, value in enumerate(self.values):
            colour = look.palette[(first + index * many) % len(look.palette)]
            bar = self.bar(plot, index, width)
            canvas.rectangle(bar, colour, edge(look) if outlined else None, look.line * 0.5)
            if self.labelled:
                self._label(canvas, look, bar, str(value))
        left, top, right, bottom = plot.box
        canvas.line([(left, top), (left, bottom), (right, bottom)], look.ink, look.line * 0.7)

    def bar(self, plot: Plot, index: int, width: float) -> Box:
        """The rectangle of a bar that is `width` of its share of the axis wide."""
        start, end = index + (1 - width) / 2, index + (1 + width) / 2
        if self.upright:
            left, top = plot.at(start, self.values[index])
            right, bottom = plot.at(end, self.scale.low)
        else:
            left, top = plot.at(self.scale.low, start)
            right, bottom = plot.at(self.values[index], end)
        return left, top, right, bottom

    def _room_for_labels(self, look: Look, box: Box) -> Box:
        left, top, right, bottom = box
        if self.upright:
            return left, top + small(look) * 0.6, right, bottom
        return left, top, right - Canvas.text_size(str(max(self.values)), small(look), look.family)[0] * 0.7, bottom

    def _label(self, canvas: Canvas, look: Look, bar: Box, text: str) -> None:
        left, top, right, bottom = bar
        size = small(look) * 0.92
        width = Canvas.text_size(text, size, look.family)[0]
        if self.upright:
            at, anchor = ((left + right) / 2, top - size * 0.22), "ms"
        else:
            at, anchor = (right + size * 0.3, (top + bottom) / 2), "lm"
        pad = size * 0.12
        behind = (at[0] - width / 2, at[1] - size * 0.75) if self.upright else (at[0], at[1] - size * 0.4)
        box = (behind[0] - pad, behind[1] - pad, behind[0] + width + pad, behind[1] + size * 0.8)
        canvas.rectangle(box, look.paper)
        canvas.text(at, text, size, look.ink, look.family, anchor=anchor)


def bar_chart(rng: np.random.Generator, level: int) -> PictureProblem:
    """Values of named things as bars: compare, rank, add, filter, average."""
    upright, labelled = flip(rng, 0.65), flip(rng, 0.25)

    def drawn() -> tuple[BarChart, Series]:
        topic = draw_topic(rng)
        names = draw_names(rng, topic.names, draw(rng, 4, 7), topic.ordered)
        scale = draw_scale(rng, fewest=len(names) + 2, highest=topic.largest)
        values = draw_values(rng, scale, len(names))
        if labelled:
            values = _between_ticks(rng, values, scale)
        picture = BarChart(topic.title, topic.axis, names, values, scale, upright, labelled)
        return picture, Series(topic, names, values, 1 if labelled else scale.unit, "The bar of {name} ends at {value}")

    picture, series, ask = ask_of(rng, SERIES_KINDS[level - 1], drawn)
    return finished("bar_chart", level, picture, ask, series.unit)


def _between_ticks(rng: np.random.Generator, values: tuple[int, ...], scale: Scale) -> tuple[int, ...]:
    """Values off the ticks, still different, for bars that have theirs beside them."""
    room = max(1, scale.unit // 2)
    return tuple(max(1, value - int(rng.integers(room))) for value in values)
