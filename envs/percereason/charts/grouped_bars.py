"""Bars in groups and bars in stacks: a quantity of several things, split into two to four parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.charts.asking import ask_of, finished
from envs.percereason.charts.axes import Box, Side, draw_grid_style, draw_title, open_plot
from envs.percereason.charts.grid import GRID_KINDS, Grid
from envs.percereason.charts.legend import Place, draw_legend, edge, square
from envs.percereason.charts.scale import Scale, draw_scale
from envs.percereason.charts.topics import divisions, draw_names, draw_topic
from envs.percereason.problem import PictureProblem
from envs.problem import draw, flip, pick


@dataclass(frozen=True)
class GroupedBars:
    """A group or a stack of bars for each name, one bar for each part.

    Attributes:
        title, axis: What the chart is about, and what its numeric axis counts.
        names: Of the groups.
        parts: In the legend; in a stack the first is at the bottom.
        values: By part, then by group.
        scale: The numeric axis.
        upright: Whether bars stand; else they lie, the first group on top.
        stacked: Whether the bars of a group stand on each other.
    """

    title: str
    axis: str
    names: tuple[str, ...]
    parts: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    scale: Scale
    upright: bool
    stacked: bool

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        places: tuple[Place, ...] = ("top", "bottom", "right") if self.upright else ("top", "bottom")
        entries = [(part, square(look.palette[i], edge(look))) for i, part in enumerate(self.parts)]
        box = draw_title(canvas, look, self.title, rng)
        box = draw_legend(canvas, look, box, entries, pick(rng, places))
        numbers, things = Side(self.scale, self.axis), Side(self.names)
        x, y = (things, numbers) if self.upright else (numbers, things)
        plot = open_plot(canvas, look, box, x, y, draw_grid_style(rng, canvas.width))
        width, outlined = rng.uniform(0.6, 0.8), flip(rng, 0.4)
        for part in range(len(self.parts)):
            for name in range(len(self.names)):
                (near, low), (far, high) = self.bar(part, name, width)
                corners = [plot.at(near, low), plot.at(far, high)]
                if not self.upright:
                    corners = [plot.at(low, near), plot.at(high, far)]
                bar = _box(corners)
                canvas.rectangle(bar, look.palette[part], edge(look) if outlined else None, look.line * 0.4)
        left, top, right, bottom = plot.box
        canvas.line([(left, top), (left, bottom), (right, bottom)], look.ink, look.line * 0.7)

    def bar(self, part: int, name: int, width: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Two opposite corners of a bar, each as position among the groups and value; a group is `width` wide."""
        start = name + (1 - width) / 2
        value = self.values[part][name]
        if self.stacked:
            below = sum(values[name] for values in self.values[:part])
            return (start, below), (start + width, below + value)
        thick = width / len(self.parts)
        return (start + part * thick, self.scale.low), (start + (part + 1) * thick, value)


def _box(corners: list[tuple[float, float]]) -> Box:
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


class Stacks(Grid):
    """Values that are read as the distance of two ends."""

    def read(self, part: int, name: int) -> str:
        below = sum(values[name] for values in self.values[:part])
        value = self.values[part][name]
        told = f"{self.names[name]}, {self.parts[part]}: from {below} to {below + value}"
        return f"{told}, {below + value} - {below} = {value}" if part else told


def grouped_bar_chart(rng: np.random.Generator, level: int) -> PictureProblem:
    """Groups of bars with a legend: compare within and across groups, total, filter by one part and add the other."""
    return _problem(rng, level, "grouped_bar_chart", False)


def stacked_bar_chart(rng: np.random.Generator, level: int) -> PictureProblem:
    """Bars stacked on each other, so that reading an upper one takes a subtraction."""
    return _problem(rng, level, "stacked_bar_chart", True)


def _problem(rng: np.random.Generator, level: int, family: str, stacked: bool) -> PictureProblem:
    upright = flip(rng, 0.75)

    def drawn() -> tuple[GroupedBars, Grid]:
        topic = draw_topic(rng)
        division = pick(rng, divisions(topic))
        parts = draw_names(rng, division.names, pick(rng, (2, 2, 3)), division.ordered)
        names = draw_names(rng, topic.names, draw(rng, 4, 6 if len(parts) == 2 else 4), topic.ordered)
        scale = draw_scale(rng, fewest=8, most=20, highest=topic.largest)
        values = (_stacked_values if stacked else _grouped_values)(rng, scale, len(parts), len(names))
        picture = GroupedBars(topic.title, topic.axis, names, parts, values, scale, upright, stacked)
        return picture, (Stacks if stacked else Grid)(topic, division, names, parts, values, scale.unit)

    picture, grid, ask = ask_of(rng, GRID_KINDS[level - 1], drawn)
    return finished(family, level, picture, ask, grid.unit)


def _grouped_values(rng: np.random.Generator, scale: Scale, parts: int, names: int) -> tuple[tuple[int, ...], ...]:
    values = rng.integers(1, scale.units + 1, size=(parts, names)) * scale.unit
    return tuple(map(tuple, values.tolist()))


def _stacked_values(rng: np.random.Generator, scale: Scale, parts: int, names: int) -> tuple[tuple[int, ...], ...]:
    """Values whose sums stay on the scale: each stack is cut at different ticks."""
    stacks = []
    for _ in range(names):
        cuts = np.sort(rng.choice(scale.units, size=parts, replace=False) + 1)
        stacks.append(np.diff(cuts, prepend=0) * scale.unit)
    return tuple(map(tuple, np.transpose(stacks).tolist()))
