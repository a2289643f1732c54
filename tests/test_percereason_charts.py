"""Charts as pictures: texts stay inside and apart, and what is drawn has the size that the data say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from envs.drawing import Canvas, draw_look
from envs.drawing.look import Look
from envs.percereason.charts import (
    FAMILIES,
    bar_chart,
    box_plot,
    choropleth,
    function_plot,
    grouped_bar_chart,
    histogram,
    line_chart,
    pie_chart,
    scatter_plot,
    stacked_bar_chart,
)
from envs.percereason.charts.shading import shades

SIZE = 336

#: Dark on white, with colours that are far from each other, from the ink and from the paper.
PLAIN = Look(
    paper=(255, 255, 255),
    ink=(20, 20, 24),
    palette=((230, 0, 0), (0, 0, 230), (0, 190, 0), (230, 0, 230), (230, 160, 0), (0, 200, 230)),
    line=1.6,
    text=16.0,
    family="sans",
    italic_names=False,
)


@dataclass
class Text:
    """A line of text where it was written: its box, in pixels, as it is before it is turned about its middle."""

    text: str
    middle: tuple[float, float]
    size: tuple[float, float]
    angle: float

    def corners(self) -> np.ndarray:
        """[4, 2]"""
        turn = math.radians(self.angle)
        across = np.array([math.cos(turn), -math.sin(turn)]) * self.size[0] / 2
        down = np.array([math.sin(turn), math.cos(turn)]) * self.size[1] / 2
        return np.array(self.middle) + np.array([-across - down, across - down, across + down, -across + down])


class Recorder(Canvas):
    """A canvas that keeps note of the texts and lines on it."""

    def __init__(self, width: int, height: int, paper: tuple[int, int, int]):
        super().__init__(width, height, paper)
        self.texts: list[Text] = []
        self.lines: list[tuple[list[tuple[float, float]], tuple[int, int, int]]] = []

    def line(self, points: Any, colour: Any, width: float, dash: Any = None) -> None:
        self.lines.append(([tuple(point) for point in points], colour))
        super().line(points, colour, width, dash)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        colour: Any,
        family: str = "sans",
        weight: str = "upright",
        anchor: str = "mm",
        angle: float = 0.0,
    ) -> None:
        super().text(at, text, size, colour, family, weight, anchor, angle)
        width, height = self.text_size(text, size, family, weight)
        x = at[0] + {"l": width / 2, "m": 0.0, "r": -width / 2}[anchor[0]]
        y = at[1] + {"m": 0.0, "s": -height / 2, "a": size * 0.6, "t": height / 2}[anchor[1]]
        self.texts.append(Text(text, (x, y), (width, height), angle))


def recorded(picture: Any, look: Look, seed: int, size: int = SIZE) -> Recorder:
    canvas = Recorder(size, size, look.paper)
    picture.draw(canvas, look, np.random.default_rng(seed))
    return canvas


def overlap(one: Text, two: Text) -> bool:
    """Whether two turned boxes have more than half a pixel in common, by the separating axis theorem."""
    a, b = one.corners(), two.corners()
    for box in (a, b):
        for axis in (box[1] - box[0], box[3] - box[0]):
            length = np.hypot(*axis)
            if length == 0:
                return False
            p, q = a @ axis / length, b @ axis / length
            if p.max() - 0.5 <= q.min() or q.max() - 0.5 <= p.min():
                return False
    return True


@pytest.mark.parametrize("size", [224, 336, 512])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_texts_stay_inside_and_apart(family: Any, size: int) -> None:
    for index in range(36):
        rng = np.random.default_rng([index, size])
        problem = family(rng, index % 3 + 1)
        canvas = recorded(problem.picture, draw_look(rng, size), index, size)
        for text in canvas.texts:
            corners = text.corners()
            assert corners.min() > -0.5 and corners.max() < size + 0.5, (text, problem)
        for one, two in combinations(canvas.texts, 2):
            assert not overlap(one, two), (one, two, index, problem)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_texts_are_large_enough_to_read(family: Any) -> None:
    """At 336 pixels digits and capitals are 5 pixels high at least."""
    for index in range(30):
        rng = np.random.default_rng([index, 9])
        problem = family(rng, index % 3 + 1)
        for text in recorded(problem.picture, draw_look(rng, SIZE), index).texts:
            if any(c.isdigit() or c.isupper() for c in text.text):
                assert text.size[1] >= 5, (text, problem)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_problems_and_pictures_are_functions_of_their_seed(family: Any) -> None:
    for level in (1, 2, 3):
        one, two = (family(np.random.default_rng(level), level) for _ in range(2))
        assert one == two and repr(one.picture) == repr(two.picture)
        images = [recorded(one.picture, PLAIN, 5).image() for _ in range(2)]
        assert (images[0] == images[1]).all()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_problems_are_well_formed_and_seldom_repeat(family: Any) -> None:
    rng = np.random.default_rng(3)
    problems = [family(rng, level) for level in (1, 2, 3) for _ in range(200)]
    for problem in problems:
        assert problem.question.isascii() and problem.question.isprintable()
        assert len(problem.question.split()) <= 40
        assert problem.steps[-1].endswith(problem.answer), problem
        assert len(set(problem.mistakes) - {problem.answer}) == len(problem.mistakes) >= 3, problem
    assert len({problem.content for problem in problems}) > 0.98 * len(problems)
    answers = [problem.answer for problem in problems]
    assert max(answers.count(answer) for answer in set(answers)) < 0.2 * len(answers)


# -- what is drawn against what the data say ----------------------------------------------------------------------


def mask(image: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """Where the picture has a colour, nearly: bool [H, W]."""
    return np.abs(image.astype(int) - colour).max(axis=2) < 40


def palette_masks(image: np.ndarray) -> list[np.ndarray]:
    return [mask(image, colour) for colour in PLAIN.palette]


def boxes(where: np.ndarray, least: int = 4) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of each connected blob of at least so many pixels."""
    labels, count = ndimage.label(where)
    found = ndimage.find_objects(labels)
    sizes = ndimage.sum_labels(where, labels, range(1, count + 1))
    return [(c.start, r.start, c.stop, r.stop) for (r, c), n in zip(found, sizes, strict=True) if n >= least]


def axis_of(canvas: Recorder, scale: Any, upright: bool) -> tuple[float, float]:
    """Slope and offset from value to pixel, from the places of the tick labels: y if upright, else x."""
    labels = [str(tick) for tick in scale.ticks]
    runs = [t for t in canvas.texts if t.text in labels and not t.angle]
    # Labels of one axis share an edge; names can be numbers too, but are on the other axis.
    across = np.array([t.middle[0] + t.size[0] / 2 for t in runs]) if upright else np.array([t.middle[1] for t in runs])
    near = np.abs(across[:, None] - across[None, :]) < 2.5  # [N, N]
    kept = [t for t, fits in zip(runs, near[int(np.argmax(near.sum(axis=1)))], strict=True) if fits]
    assert len({t.text for t in kept}) >= 3
    values = [int(t.text) for t in kept]
    slope, offset = np.polyfit(values, [t.middle[1] if upright else t.middle[0] for t in kept], 1)
    return float(slope), float(offset)


def test_bars_end_at_their_values() -> None:
    for index in range(40):
        rng = np.random.default_rng(index)
        picture: Any = bar_chart(rng, index % 3 + 1).picture
        canvas = recorded(picture, PLAIN, index)
        slope, offset = axis_of(canvas, picture.scale, picture.upright)
        bars = boxes(np.logical_or.reduce(palette_masks(canvas.image())), least=2)
        bars.sort(key=lambda box: box[0] if picture.upright else box[1])
        assert len(bars) == len(picture.values), picture
        for bar, value in zip(bars, picture.values, strict=True):
            end = bar[1] if picture.upright else bar[2]
            assert abs(end - (slope * value + offset)) < 2.0, (bar, value, picture)


@pytest.mark.parametrize("family", [grouped_bar_chart, stacked_bar_chart], ids=lambda f: f.__name__)
def test_grouped_and_stacked_bars_are_as_long_as_their_values(family: Any) -> None:
    for index in range(40):
        rng = np.random.default_rng(index)
        picture: Any = family(rng, index % 3 + 1).picture
        canvas = recorded(picture, PLAIN, index)
        slope, offset = axis_of(canvas, picture.scale, picture.upright)
        for part, where in enumerate(palette_masks(canvas.image())[: len(picture.parts)]):
            found = boxes(where, least=2)
            (label,) = (text for text in canvas.texts if text.text == picture.parts[part])
            sign = label.middle[0] - label.size[0] / 2 - 10, label.middle[1]
            swatch = min(found, key=lambda b: math.dist(((b[0] + b[2]) / 2, (b[1] + b[3]) / 2), sign))
            bars = sorted((b for b in found if b != swatch), key=lambda b: b[0] if picture.upright else b[1])
            assert len(bars) == len(picture.names), (picture, found)
            for bar, value in zip(bars, picture.values[part], strict=True):
                length = bar[3] - bar[1] if picture.upright else bar[2] - bar[0]
                assert abs(length - abs(slope) * value) < 3.5, (bar, value, picture)


def test_histogram_bars_end_at_their_counts() -> None:
    for index in range(40):
        rng = np.random.default_rng(index)
        picture: Any = histogram(rng, index % 3 + 1).picture
        canvas = recorded(picture, PLAIN, index)
        slope, offset = axis_of(canvas, picture.scale, True)
        across, start = axis_of(canvas, picture.edges, False)
        image = canvas.image().astype(int)
        coloured = image.max(axis=2) - image.min(axis=2) > 40
        for left, count in zip(picture.edges.ticks, picture.counts, strict=False):
            column = round(across * (left + picture.edges.step / 2) + start)
            top = int(np.flatnonzero(coloured[:, column])[0])
            assert abs(top - (slope * count + offset)) < 2.5, (left, count, picture)


def test_lines_pass_through_their_values() -> None:
    for index in range(40):
        rng = np.random.default_rng(index)
        picture: Any = line_chart(rng, index % 3 + 1).picture
        canvas = recorded(picture, PLAIN, index)
        slope, offset = axis_of(canvas, picture.scale, True)
        image = canvas.image()
        # A name stands below its point, or ends there if it is slanted.
        names = {t.text: t.corners()[1, 0] if t.angle else t.middle[0] for t in canvas.texts if t.text in picture.names}
        paths = {colour: points for points, colour in canvas.lines if len(points) == len(picture.names)}
        for part, values in enumerate(picture.values):
            points = paths[PLAIN.palette[part]]
            # Later lines can cross over an earlier one's marker.
            seen = np.logical_or.reduce(palette_masks(image)[part : len(picture.values)])
            for (x, y), name, value in zip(points, picture.names, values, strict=True):
                assert abs(y - (slope * value + offset)) < 1.0, (name, value, picture)
                assert abs(x - names[name]) < 12, (name, picture)
                assert seen[int(y), int(x)], (name, value, picture)


def test_slices_take_their_share_of_the_disc() -> None:
    for index in range(40):
        rng = np.random.default_rng(index)
        picture: Any = pie_chart(rng, index % 3 + 1).picture
        image = recorded(picture, PLAIN, index).image()
        # The largest blob of a colour is its slice; labels inside it are ink or white.
        filled = []
        for where in palette_masks(image)[: len(picture.values)]:
            labels, count = ndimage.label(where)
            blob = labels == 1 + int(np.argmax(ndimage.sum_labels(where, labels, range(1, count + 1))))
            filled.append(ndimage.binary_fill_holes(blob).sum())
        shares = np.array(filled) / sum(filled)
        assert np.abs(shares - np.array(picture.values) / sum(picture.values)).max() < 0.02, picture


def test_points_are_on_their_coordinates() -> None:
    for index in range(40):
        rng = np.random.default_rng(index)
        picture: Any = scatter_plot(rng, index % 3 + 1).picture
        canvas = recorded(picture, PLAIN, index)
        across, start = axis_of(canvas, picture.x_scale, False)
        slope, offset = axis_of(canvas, picture.y_scale, True)
        masks = palette_masks(canvas.image())
        for group in range(max(1, len(picture.groups))):
            expected = [(across * x + start, slope * y + offset) for x, y, g in picture.points if g == group]
            found = boxes(ndimage.binary_dilation(masks[group], iterations=1), least=6)
            assert len(found) == len(expected) + bool(picture.groups), picture
            centres = [((left + right - 1) / 2, (top + bottom - 1) / 2) for left, top, right, bottom in found]
            for point in expected:
                assert min(math.dist(point, centre) for centre in centres) < 2.5, (point, picture)


def test_boxes_begin_and_end_at_the_quartiles() -> None:
    for index in range(40):
        rng = np.random.default_rng(index)
        picture: Any = box_plot(rng, index % 3 + 1).picture
        canvas = recorded(picture, PLAIN, index)
        slope, offset = axis_of(canvas, picture.scale, picture.upright)
        image = canvas.image().astype(int)
        coloured = image.max(axis=2) - image.min(axis=2) > 60
        # A median splits its box in two: the halves of one box overlap across.
        along, side = (1, 0) if picture.upright else (0, 1)
        halves = sorted(boxes(coloured, least=4), key=lambda b: (round(b[side] / 6), b[along]))
        groups: list[list[tuple[int, int, int, int]]] = []
        for half in halves:
            if groups and abs(groups[-1][0][side] - half[side]) < 6:
                groups[-1].append(half)
            else:
                groups.append([half])
        assert len(groups) == len(picture.names), picture
        for group, summary in zip(groups, picture.summaries, strict=True):
            ends = min(b[along] for b in group), max(b[along + 2] for b in group)
            low, high = sorted(slope * quartile + offset for quartile in (summary[1], summary[3]))
            assert abs(ends[0] - low) < 3 and abs(ends[1] - high) < 3, (group, summary, picture)


def test_a_maps_shades_cover_as_much_as_their_cells() -> None:
    for index in range(30):
        rng = np.random.default_rng(index)
        picture: Any = choropleth(rng, index % 3 + 1).picture
        image = recorded(picture, PLAIN, index).image()
        cells = [picture.shades[owner] for row in picture.cells for owner in row if owner >= 0]
        shares = np.bincount(cells, minlength=len(picture.classes)) / len(cells)
        colours = np.array(shades(PLAIN.palette[0], len(picture.classes)))
        nearest = np.abs(image[..., None, :].astype(int) - colours).max(axis=3)  # [H, W, classes]
        taken = np.array([(nearest[..., i] < 12).sum() for i in range(len(colours))], dtype=float)
        assert np.abs(taken / taken.sum() - shares).max() < 0.06, picture


def test_graphs_pass_through_their_grid_points() -> None:
    for index in range(40):
        rng = np.random.default_rng(index)
        picture: Any = function_plot(rng, index % 3 + 1).picture
        canvas = recorded(picture, PLAIN, index)
        image = canvas.image()
        count = 2 * picture.reach + 1
        ends = [points for points, _ in canvas.lines if len(points) == 2 and math.dist(*points) > 0.6 * SIZE]
        xs = sorted({p[0] for p, q in ends if p[0] == q[0]})
        ys = sorted({p[1] for p, q in ends if p[1] == q[1]})
        assert len(xs) == len(ys) == count
        for which, function in enumerate(picture.functions):
            # The second graph is drawn over the first one.
            seen = ndimage.binary_dilation(np.logical_or.reduce(palette_masks(image)[which : len(picture.functions)]))
            on = 0
            for x in range(1 - picture.reach, picture.reach):
                y = function(x)
                if y.denominator == 1 and abs(y) < picture.reach:
                    on += 1
                    row, column = ys[picture.reach - int(y)], xs[x + picture.reach]
                    assert seen[int(row) - 1 : int(row) + 2, int(column) - 1 : int(column) + 2].any(), (x, y, picture)
            assert on >= 2, picture
