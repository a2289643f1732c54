"""Pictures measured: hands, needles, columns, lengths, shapes and pips are read off the pixels and compared with the data."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from test_percereason_scenes import problems

from envs.drawing import Canvas, Look
from envs.percereason.scenes.calendar import Sheet
from envs.percereason.scenes.clock import Clocks, Face
from envs.percereason.scenes.colours import NAMED
from envs.percereason.scenes.gauge_picture import Gauges, Reading
from envs.percereason.scenes.icons import ICONS
from envs.percereason.scenes.shapes import KINDS, RADII, SIZES, Scene, Shape

SIZE = 480
PLAIN = Look(
    paper=(255, 255, 255),
    ink=(20, 20, 24),
    palette=((0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233)),
    line=2.0,
    text=22.0,
    family="sans",
    italic_names=False,
)


def image_of(picture: Any, seed: int = 0, size: int = SIZE) -> np.ndarray:
    canvas = Canvas(size, size, PLAIN.paper)
    picture.draw(canvas, PLAIN, np.random.default_rng(seed))
    return canvas.image().astype(int)  # [H, W, 3]


def like(image: np.ndarray, colour: tuple[int, int, int], tolerance: int = 40) -> np.ndarray:
    return np.abs(image - np.array(colour)).max(axis=2) <= tolerance


def blobs(mask: np.ndarray, least: int = 6) -> Iterator[np.ndarray]:
    """The connected parts of a mask (neighbours by side or corner) with at least so many pixels, as [N, 2] rows, columns."""
    left = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    while left:
        part, queue = [], [left.pop()]
        while queue:
            y, x = queue.pop()
            part.append((y, x))
            for near in ((y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
                if near in left:
                    left.remove(near)
                    queue.append(near)
        if len(part) >= least:
            yield np.array(part)


def runs(flags: np.ndarray) -> list[float]:
    """Middles of the runs of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(int), [0]))))
    return [(start + end - 1) / 2 for start, end in zip(edges[::2], edges[1::2], strict=True)]


def moving(make: Callable[[int], Any], positions: list[int], seed: int) -> list[np.ndarray]:
    """What differs between pictures of one seed that show different positions: the hands or the needle alone."""
    images = [image_of(make(position), seed).sum(axis=2) for position in positions]
    still = np.median(images, axis=0)
    return [np.abs(image - still) > 150 for image in images]


def turn_of(points: np.ndarray, centre: tuple[float, float]) -> float:
    """The direction of the mean of points [N, 2] (row, column) from a centre (x, y), degrees clockwise from the top."""
    dy, dx = points[:, 0].mean() + 0.5 - centre[1], points[:, 1].mean() + 0.5 - centre[0]
    return math.degrees(math.atan2(dx, -dy)) % 360


def apart(a: float, b: float) -> float:
    """Degrees between two directions."""
    return abs((a - b + 180) % 360 - 180)


@pytest.mark.parametrize("seed", range(4))
def test_the_hands_of_a_clock_point_where_its_time_says(seed: int) -> None:
    times = [7, 100, 199, 268, 341, 415, 503, 592, 646, 700]
    centre = (SIZE / 2, SIZE / 2)
    for minutes, hands in zip(times, moving(lambda m: Clocks((Face("", m),)), times, seed), strict=True):
        points = np.argwhere(hands)
        distance = np.hypot(points[:, 0] + 0.5 - centre[1], points[:, 1] + 0.5 - centre[0])
        reach = distance.max()
        long = turn_of(points[distance > reach * 0.9], centre)
        assert apart(long, minutes % 60 * 6) < 1.5, minutes
        ring = points[(distance > reach * 0.42) & (distance < reach * 0.54)]
        directions = [turn_of(point[None], centre) for point in ring]
        short = ring[[apart(direction, long) > 14 for direction in directions]]
        assert apart(turn_of(short, centre), minutes / 2) < 3, minutes


@pytest.mark.parametrize("seed", range(4))
def test_the_needle_of_a_dial_points_at_its_reading(seed: int) -> None:
    marks = [2, 7, 13, 18, 22, 29]
    centre = (SIZE / 2, SIZE / 2)
    needles = moving(lambda m: Gauges(True, "bar", 0, 10, 5, 6, (Reading("", m),)), marks, seed)
    for mark, needle in zip(marks, needles, strict=True):
        points = np.argwhere(needle)
        distance = np.hypot(points[:, 0] + 0.5 - centre[1], points[:, 1] + 0.5 - centre[0])
        direction = turn_of(points[distance > distance.max() * 0.85], centre)
        # The scale runs clockwise over 270 degrees, from 225 degrees clockwise of the top.
        assert apart(direction, 225 + 270 * mark / 30) < 1.5, mark


@pytest.mark.parametrize("seed", range(4))
def test_the_column_of_a_thermometer_ends_at_its_mark(seed: int) -> None:
    """The top of the column lies beside the tick that its reading counts to; ticks are found in the pixels too."""
    for mark in (3, 11, 17, 26):
        image = image_of(Gauges(False, "C", -10, 10, 5, 6, (Reading("", mark),)), seed)
        tube = round(SIZE * 0.55)
        liquid = image[round(SIZE * 0.93), tube]
        column = np.flatnonzero(np.abs(image[:, tube] - liquid).max(axis=1) < 30)
        dark = like(image, PLAIN.ink, 70)
        # The glass is the first dark run left of the column in a row without a mark; just left of it every mark has ink.
        edge = max(_beyond(dark[row, : tube + 1]) for row in range(round(SIZE * 0.45), round(SIZE * 0.55)))
        ticks = runs(image[:, edge - 3].max(axis=1) < 190)
        ticks = [tick for tick in ticks if SIZE * 0.11 < tick < SIZE * 0.86]
        assert len(ticks) == 31
        assert abs(column.min() - ticks[30 - mark]) < 2.0, (mark, ticks)


def _beyond(row: np.ndarray) -> int:
    """The column just left of the last dark run of a row."""
    right = np.flatnonzero(row)[-1]
    while row[right]:
        right -= 1
    return int(right)


@pytest.mark.parametrize("seed", range(12))
def test_a_thing_lies_between_the_marks_that_its_data_say(seed: int) -> None:
    """Numbers are interpolated between the long marks found on the ruler, lengths measured on the thing."""
    picture: Any = problems("ruler", 1, 1, seed)[0].picture
    picture = dataclasses.replace(picture, things=picture.things[:1])
    size = 720
    image = image_of(picture, seed, size)
    body = image[round(size * 0.7) : round(size * 0.9)]
    dark = body.sum(axis=2) < 260
    # 40 % down the body only the long marks have ink; its frame is left out.
    long = [x for x in runs(dark[round(size * 0.2 * 0.38)]) if size * 0.03 < x < size * 0.97]
    assert len(long) == picture.steps + 1
    thing = picture.things[0]
    ink = np.abs(image - 255).max(axis=2) > 45
    y = round(size * (0.05 + 0.62 * 0.62))
    columns = np.flatnonzero(ink[y - 24 : y + 25].any(axis=0))
    measured = [np.interp(x, long, range(len(long))) * picture.parts for x in (columns[0], columns[-1])]
    pixels = (long[1] - long[0]) / picture.parts
    assert abs(measured[0] - thing.left) * pixels < 5 and abs(measured[1] - thing.right) * pixels < 5
    if pixels > 11:
        assert [round(m) for m in measured] == [thing.left, thing.right]


@pytest.mark.parametrize("family", ("shape_counting", "shape_comparison"))
def test_as_many_shapes_of_each_colour_are_drawn_as_the_data_say(family: str) -> None:
    for problem in problems(family, 3, 6, seed=4):
        scene: Any = problem.picture
        image = image_of(scene)
        for colour, count in Counter(shape.colour for shape in scene.shapes).items():
            parts = list(blobs(like(image, NAMED[colour], 28)))
            assert len(parts) == count, (colour, scene)
            for shape in (s for s in scene.shapes if s.colour == colour):
                middle = np.array((shape.y, shape.x)) * SIZE / 1000
                boxes = [(part.min(axis=0) + part.max(axis=0)) / 2 for part in parts]
                nearest = min(range(count), key=lambda i: float(np.abs(boxes[i] - middle).max()))
                reach = np.ptp(parts[nearest], axis=0).max() / 2
                assert np.abs(boxes[nearest] - middle).max() < 0.2 * reach
                assert 0.7 * RADII[shape.size] < reach / SIZE * 1000 < 1.35 * RADII[shape.size]


@pytest.mark.parametrize("side", (224, 336))
@pytest.mark.parametrize("kind", KINDS)
def test_fills_of_a_shape_differ_by_the_share_of_ink_inside(kind: str, side: int) -> None:
    for size in SIZES:
        reach = RADII[size] / 1000 * side * 0.38
        for fill, (least, most) in {"solid": (0.97, 1.0), "striped": (0.2, 0.75), "hollow": (0.0, 0.1)}.items():
            image = image_of(Scene((Shape(size, fill, "blue", kind, 500, 500),)), seed=1, size=side)
            rows, columns = np.mgrid[:side, :side] + 0.5
            inside = np.hypot(rows - side / 2, columns - side / 2) < reach
            paleness = image[inside][:, 0] - NAMED["blue"][0]
            share = 1 - paleness.mean() / (255 - NAMED["blue"][0])
            assert least <= share <= most, (size, fill, share)


def test_named_colours_are_apart_from_each_other_and_from_every_paper() -> None:
    papers = ((255, 255, 255), (252, 250, 243), (246, 248, 250), (24, 30, 44))
    colours = list(NAMED.values())
    for index, colour in enumerate(colours):
        for other in (*colours[:index], *papers):
            assert math.dist(colour, other) > 65, (colour, other)


def test_dice_show_their_pips() -> None:
    for problem in problems("dice_or_dominoes", 2, 24, seed=6):
        picture: Any = problem.picture
        if not hasattr(picture, "dice"):
            continue
        parts = sorted(map(len, blobs(like(image_of(picture, size=280), (255, 255, 255), 60))))
        assert len(parts) - 1 == sum(pips for _, pips, _ in picture.dice)  # the largest is the paper


def test_dominoes_show_their_pips() -> None:
    for problem in problems("dice_or_dominoes", 1, 30, seed=6):
        picture: Any = problem.picture
        if not hasattr(picture, "tiles"):
            continue
        image = image_of(picture, size=280)
        body = like(image, (252, 250, 240), 6).sum() > 700
        pips = [
            part
            for part in blobs(like(image, (30, 30, 34) if body else (250, 250, 250), 60))
            if abs(np.ptp(part[:, 0]) - np.ptp(part[:, 1])) < 3 and len(part) > 0.6 * (np.ptp(part[:, 0]) + 1) ** 2
        ]
        pips = [part for part in pips if len(part) < 0.01 * 280 * 280]
        assert len(pips) == sum(a + b for a, b in picture.tiles)


def test_icons_stay_within_their_circle_and_look_different() -> None:
    shown = {}
    for name, icon in ICONS.items():
        canvas = Canvas(120, 120)
        icon(canvas, 60, 60, 40)
        image = canvas.image().astype(int)
        rows, columns = np.nonzero(np.abs(image - 255).max(axis=2) > 30)
        assert np.hypot(rows + 0.5 - 60, columns + 0.5 - 60).max() < 40 * 1.16, name
        shown[name] = image
    names = list(shown)
    for index, name in enumerate(names):
        for other in names[:index]:
            assert np.abs(shown[name] - shown[other]).mean() > 4, (name, other)


def test_the_icon_of_an_event_stands_in_the_cell_of_its_day() -> None:
    """The first of a month that begins in the left column, against the same sheet with the event elsewhere."""
    monday_first = (2024, 4)  # 1 April 2024 was a Monday
    sheets = [image_of(Sheet(*monday_first, False, (("Wedding", day),)), seed=2) for day in (1, 10, 30)]
    left, right, top = SIZE * 0.03, SIZE * 0.97, SIZE * 0.2
    wide, high = (right - left) / 7, (SIZE * (0.985 - 0.085) - top) / 5
    for day, image in zip((1, 10, 30), sheets, strict=True):
        row, column = divmod(day - 1, 7)
        heart = like(image, (232, 62, 110), 30)
        rows, columns = np.nonzero(heart[: round(SIZE * 0.89)])
        assert math.floor((columns.mean() - left) / wide) == column and math.floor((rows.mean() - top) / high) == row
