"""Maps of invented regions, shaded by a value or by the range that holds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.canvas import Point
from envs.drawing.look import Colour, blend
from envs.percereason.charts.asking import ask_of, finished
from envs.percereason.charts.axes import Box, draw_title, small
from envs.percereason.charts.hexmap import COLUMNS, ROWS, SEA, Cell, grow, middle_of, neighbours
from envs.percereason.charts.legend import Place, draw_legend, edge, square
from envs.percereason.charts.regions import EXACT_KINDS, RANGE_KINDS, Atlas, draw_classes
from envs.percereason.charts.shading import readable_on, shades
from envs.percereason.charts.topics import TOWNS, draw_names
from envs.percereason.layout import fitting
from envs.percereason.problem import PictureProblem
from envs.problem import flip, pick


@dataclass(frozen=True)
class Choropleth:
    """An island of regions on a grid of hexagons.

    Attributes:
        title: What the shades mean.
        cells: For each cell of the grid the index of its region, or -1 for the sea.
        names: Of the regions.
        shades: For each region the index of its class, 0 the palest.
        classes: Names of the classes, in the legend.
    """

    title: str
    cells: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    shades: tuple[int, ...]
    classes: tuple[str, ...]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        ramp = shades(look.palette[0], len(self.classes))
        entries = [(name, square(colour, edge(look))) for name, colour in zip(self.classes, ramp, strict=True)]
        box = draw_title(canvas, look, self.title, rng)
        short = max(map(len, self.classes)) <= 3
        place: Place = "right" if short and flip(rng) else "bottom"
        box = draw_legend(canvas, look, box, entries, place)
        corners = _Corners(box, rng.uniform(0.05, 0.16), rng)
        fills = [ramp[shade] for shade in self.shades]
        inside = [(i, j) for i in range(ROWS) for j in range(COLUMNS) if self.cells[i][j] != SEA]
        outlines = {cell: corners.of(*cell) for cell in inside}
        for (row, column), outline in outlines.items():
            canvas.polygon(outline, fills[self.cells[row][column]])
        self._edges(canvas, look, outlines, fills)
        self._names(canvas, look, corners, fills)

    def _names(self, canvas: Canvas, look: Look, corners: _Corners, fills: list[Colour]) -> None:
        for region, name in enumerate(self.names):
            column, row, length = middle_of(self.cells, region)
            at = corners.centre(row, column)
            size = fitting(name, corners.width * (length - 0.06), small(look) * 0.95, look.family, "bold")
            canvas.text(at, name, size, readable_on(fills[region]), look.family, "bold")

    def _edges(self, canvas: Canvas, look: Look, outlines: dict[Cell, list[Point]], fills: list[Colour]) -> None:
        """Lines around the island and between regions, and over the seams between cells of one region."""
        for (row, column), outline in outlines.items():
            here = self.cells[row][column]
            for side, (i, j) in enumerate(neighbours(row, column)):
                there = self.cells[i][j] if 0 <= i < ROWS and 0 <= j < COLUMNS else SEA
                ends = [outline[side], outline[(side + 1) % 6]]
                if there == here and side < 3:
                    canvas.line(ends, fills[here], 0.7)
        for (row, column), outline in outlines.items():
            here = self.cells[row][column]
            for side, (i, j) in enumerate(neighbours(row, column)):
                there = self.cells[i][j] if 0 <= i < ROWS and 0 <= j < COLUMNS else SEA
                ends = [outline[side], outline[(side + 1) % 6]]
                if there == SEA:
                    canvas.line(ends, blend(look.paper, look.ink, 0.9), look.line * 1.3)
                elif there > here:
                    canvas.line(ends, readable_on(blend(fills[here], fills[there], 0.5)), look.line * 0.8)


class _Corners:
    """Corners of the hexagons in pixels, moved a little for a natural look; cells that share a corner share its place.

    Args:
        box: Left, top, right, bottom of the room for the map.
        jitter: How far corners move, in cell widths.
        rng: Moves them.
    """

    def __init__(self, box: Box, jitter: float, rng: np.random.Generator):
        left, top, right, bottom = box
        self.width = min((right - left) / (COLUMNS + 0.5), (bottom - top) / (0.866 * ROWS + 0.3))
        self._left = (left + right) / 2 - self.width * (COLUMNS + 0.5) / 2
        self._top = (top + bottom) / 2 - self.width * (0.866 * ROWS + 0.29) / 2
        self._moves = rng.uniform(-jitter, jitter, size=(2 * ROWS + 4, 2 * COLUMNS + 4, 2)) * self.width

    def centre(self, row: float, place: float) -> Point:
        """The centre of a cell; `place` is its column, with the half cell by which odd rows are shifted."""
        return self._left + self.width * (place + 0.5), self._top + self.width * (0.866 * row + 0.577)

    def of(self, row: int, column: int) -> list[Point]:
        """The six corners, anticlockwise; side k, from corner k to the next, is towards neighbour k of `neighbours`."""
        x, y = self.centre(row, column + 0.5 * (row % 2))
        half, reach = self.width / 2, self.width * 0.577
        across = 2 * column + row % 2 + 1
        points = []
        for dx, dy, i, j in (
            (1, 0.5, 2 * row + 2, across + 1),
            (1, -0.5, 2 * row + 1, across + 1),
            (0, -1, 2 * row, across),
            (-1, -0.5, 2 * row + 1, across - 1),
            (-1, 0.5, 2 * row + 2, across - 1),
            (0, 1, 2 * row + 3, across),
        ):
            move = self._moves[i, j]
            points.append((x + dx * half + move[0], y + dy * reach + move[1]))
        return points


def choropleth(rng: np.random.Generator, level: int) -> PictureProblem:
    """Regions shaded by value: look up, count, compare with neighbours, total."""
    # Numbers of regions whose shares are short decimals.
    exact, count = flip(rng), pick(rng, (8, 10))
    cells = grow(rng, count)

    def drawn() -> tuple[Choropleth, Atlas]:
        names = draw_names(rng, TOWNS, count, False)
        topic, classes = draw_classes(rng, exact)
        levels = len(classes)
        # Every class is there once at least; the others are drawn.
        members = rng.permutation(np.concatenate([np.arange(levels), rng.integers(0, levels, count - levels)]))
        atlas = Atlas(topic, names, tuple(members.tolist()), classes, cells)
        labels = tuple(str(low) if low == high else f"{low} to {high}" for low, high in classes)
        return Choropleth(topic.title, cells, names, atlas.shades, labels), atlas

    picture, _, ask = ask_of(rng, (EXACT_KINDS if exact else RANGE_KINDS)[level - 1], drawn)
    return finished("choropleth", level, picture, ask)
