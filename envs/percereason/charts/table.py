"""Tables: a quantity by thing and part, or goods with their price and number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.look import blend
from envs.percereason.charts.asking import ask_of, finished
from envs.percereason.charts.axes import draw_title
from envs.percereason.charts.goods import GOODS_KINDS, Goods, draw_goods
from envs.percereason.charts.grid import GRID_KINDS, Grid
from envs.percereason.charts.topics import divisions, draw_names, draw_topic
from envs.percereason.layout import fitting_all
from envs.percereason.problem import PictureProblem
from envs.problem import draw, flip, pick


@dataclass(frozen=True)
class Table:
    """Rows of numbers with a name in front.

    Attributes:
        title: What the table is about.
        header: Names of the columns, that of the names first.
        rows: For each row its name and its numbers.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        left, top, right, bottom = draw_title(canvas, look, self.title, rng)
        style = pick(rng, ("ruled", "zebra", "boxed"))
        ordered_by_name = [self.header, *((name, *map(str, numbers)) for name, numbers in self.rows)]
        widths = self._widths(look, ordered_by_name, right - left)
        height = min((bottom - top) / len(ordered_by_name), look.text * 2.6)
        top += (bottom - top - height * len(ordered_by_name)) * 0.35
        edges = [left, *(left + float(edge) for edge in np.cumsum(widths))]
        end = top + height * len(ordered_by_name)
        if style != "boxed" or flip(rng):
            canvas.rectangle((left, top, right, top + height), look.tint(0, 0.35))
        for index, row in enumerate(ordered_by_name):
            y = top + height * index
            if style == "zebra" and index and index % 2 == 0:
                canvas.rectangle((left, y, right, y + height), blend(look.paper, look.ink, 0.08))
            if style != "zebra" and index:
                canvas.line([(left, y), (right, y)], look.faint, look.line * 0.5)
            self._row(canvas, look, row, edges, y + height / 2, height, bold=index == 0)
        if style == "boxed":
            for edge in edges[1:-1]:
                canvas.line([(edge, top), (edge, end)], look.faint, look.line * 0.5)
            canvas.rectangle((left, top, right, end), None, look.ink, look.line * 0.7)
        else:
            for y in (top, end):
                canvas.line([(left, y), (right, y)], look.ink, look.line * 0.9)

    def _widths(self, look: Look, rows: list[tuple[str, ...]], room: float) -> np.ndarray:
        """Widths of the columns in proportion to what stands in them."""
        needed = [
            max(Canvas.text_size(row[i], look.text, look.family, "bold")[0] for row in rows) + look.text * 1.1
            for i in range(len(self.header))
        ]
        return np.asarray(needed) * room / sum(needed)

    def _row(
        self, canvas: Canvas, look: Look, row: tuple[str, ...], edges: list[float], y: float, height: float, bold: bool
    ) -> None:
        weight = "bold" if bold else "upright"
        narrowest = min(right - left for left, right in zip(edges, edges[1:], strict=False))
        size = min(look.text * 0.95, height * 0.62)
        sizes = [
            fitting_all([text], (right - left) * 0.88, size, look.family, weight)
            for text, left, right in zip(row, edges, edges[1:], strict=False)
        ]
        size, pad = min(sizes), narrowest * 0.08
        canvas.text((edges[0] + pad, y), row[0], size, look.ink, look.family, weight, "lm")
        for text, left, right in zip(row[1:], edges[1:], edges[2:], strict=False):
            canvas.text(((left + right) / 2, y), text, size, look.ink, look.family, weight)


def table(rng: np.random.Generator, level: int) -> PictureProblem:
    """A table of a quantity by thing and part, or of goods with price and number, from which bills are made."""
    if flip(rng):
        picture, _, ask = ask_of(rng, GRID_KINDS[level - 1], lambda: _by_part(rng))
        return finished("table", level, picture, ask)
    bought, goods, ask = ask_of(rng, GOODS_KINDS[level - 1], lambda: _of_goods(rng))
    return finished("table", level, bought, ask)


def _by_part(rng: np.random.Generator) -> tuple[Table, Grid]:
    topic = draw_topic(rng)
    division = pick(rng, divisions(topic))
    parts = draw_names(rng, division.names, draw(rng, 2, 4), division.ordered)
    names = draw_names(rng, topic.names, draw(rng, 4, 6), topic.ordered)
    low, high = pick(rng, ((2, 20), (10, 60), (12, 99), (100, 400)))
    numbers = rng.integers(low, high + 1, size=(len(parts), len(names))).tolist()
    values = tuple(map(tuple, numbers))
    rows = tuple((name, tuple(column[i] for column in values)) for i, name in enumerate(names))
    picture = Table(
        f"{topic.title} ({topic.axis.split('(')[1]}" if "(" in topic.axis else topic.title, ("", *parts), rows
    )
    return picture, Grid(topic, division, names, parts, values, 1)


def _of_goods(rng: np.random.Generator) -> tuple[Table, Goods]:
    goods = draw_goods(rng)
    rows = tuple((name, pair) for name, *pair in zip(goods.plurals, goods.prices, goods.numbers, strict=True))
    header = (goods.shelf.header, "Price", goods.numbered)
    return Table(goods.shelf.title, header, tuple((name, tuple(pair)) for name, pair in rows)), goods
