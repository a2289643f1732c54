"""A city map of blocks with landmarks at crossings: distances, directions, the scale bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.look import blend
from envs.percereason.layout import fitting_all
from envs.percereason.making import counted, numeric, worded
from envs.percereason.problem import PictureProblem
from envs.problem import draw, draw_distinct, flip, pick

_LANDMARKS = (
    "School", "Bank", "Museum", "Station", "Library", "Cinema", "Hotel", "Market", "Church", "Stadium", "Zoo", "Bakery",
    "Theatre", "Harbour", "Clinic", "Garage", "Castle", "Pool", "Cafe", "Post", "Tower", "Court", "Mill", "Farm",
)  # fmt: skip
_PARTS = {
    (0, 1): "north", (1, 1): "north-east", (1, 0): "east", (1, -1): "south-east", (0, -1): "south",
    (-1, -1): "south-west", (-1, 0): "west", (-1, 1): "north-west",
}  # fmt: skip


@dataclass(frozen=True)
class CityMap:
    """A map, north up.

    Attributes:
        columns, rows: Of crossings, 5 to 7 each.
        block: Length of a block in metres.
        landmarks: (name, column from the west, row from the south).
        parks: (column, row) of the blocks that are green, by their south-western crossing.
    """

    columns: int
    rows: int
    block: int
    landmarks: tuple[tuple[str, int, int], ...]
    parks: tuple[tuple[int, int], ...]

    def pixel(self, column: float, row: float, size: float) -> tuple[float, float]:
        """Where a crossing is in a picture of this side."""
        left, right, top, bottom = size * 0.07, size * 0.93, size * 0.12, size * 0.80
        x = left + (right - left) * column / (self.columns - 1)
        return x, bottom - (bottom - top) * row / (self.rows - 1)

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        self._streets(canvas, look, rng)
        names = [name for name, _, _ in self.landmarks]
        width = size * 0.86 / (self.columns - 1)
        text = fitting_all(names, min(1.75 * width, size * 0.22), look.text * 0.78, look.family)
        marker = pick(rng, ("circle", "square"))
        for index, (name, column, row) in enumerate(self.landmarks):
            x, y = self.pixel(column, row, size)
            colour = look.palette[index % len(look.palette)]
            radius = size * 0.02
            if marker == "circle":
                canvas.circle((x, y), radius, colour, look.ink, look.line * 0.7)
            else:
                canvas.rectangle((x - radius, y - radius, x + radius, y + radius), colour, look.ink, look.line * 0.7)
            half = Canvas.text_size(name, text, look.family)[0] / 2
            tx = min(max(x, half + size * 0.012), size * 0.988 - half)
            ty = y + radius + text * 0.68
            canvas.rectangle((tx - half - 2, ty - text * 0.5, tx + half + 2, ty + text * 0.5), look.paper, radius=2)
            canvas.text((tx, ty), name, text, look.ink, look.family)
        self._scale_bar(canvas, look)
        self._compass(canvas, look)

    def _streets(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        filled = flip(rng)
        ground = blend(look.paper, look.ink, 0.1)
        west, south = self.pixel(0, 0, size)
        east, north = self.pixel(self.columns - 1, self.rows - 1, size)
        if filled:
            canvas.rectangle((west, north, east, south), ground)
        for column, row in self.parks:
            (x0, y0), (x1, y1) = self.pixel(column, row, size), self.pixel(column + 1, row + 1, size)
            canvas.rectangle((x0, y1, x1, y0), blend(look.paper, (60, 170, 80), 0.35))
        street = look.paper if filled else look.faint
        width = size * 0.02 if filled else look.line
        for column in range(self.columns):
            canvas.line([self.pixel(column, 0, size), self.pixel(column, self.rows - 1, size)], street, width)
        for row in range(self.rows):
            canvas.line([self.pixel(0, row, size), self.pixel(self.columns - 1, row, size)], street, width)

    def _scale_bar(self, canvas: Canvas, look: Look) -> None:
        size = float(canvas.width)
        x0, y = self.pixel(0, 0, size)[0], size * 0.945
        x1 = x0 + size * 0.86 / (self.columns - 1)
        canvas.line([(x0, y), (x1, y)], look.ink, look.line * 1.6)
        for x in (x0, x1):
            canvas.line([(x, y - size * 0.013), (x, y + size * 0.013)], look.ink, look.line * 1.2)
        label = f"1 block = {self.block} m"
        canvas.text((x1 + size * 0.03, y), label, look.text * 0.9, look.ink, look.family, anchor="lm")

    @staticmethod
    def _compass(canvas: Canvas, look: Look) -> None:
        size = float(canvas.width)
        x, y = size * 0.93, size * 0.055
        half = size * 0.033
        canvas.polygon(
            [(x, y - half), (x + half * 0.55, y + half), (x, y + half * 0.5), (x - half * 0.55, y + half)], look.ink
        )
        canvas.text((x - size * 0.05, y), "N", look.text * 0.95, look.ink, look.family, "bold")


def map_grid(rng: np.random.Generator, level: int) -> PictureProblem:
    while True:
        problem = pick(rng, _KINDS[level - 1])(rng, _map(rng))
        if problem is not None:
            return problem


# -- level 1 -----------------------------------------------------------------------------------------------------------


def _blocks(rng: np.random.Generator, picture: CityMap) -> PictureProblem:
    (a, ax, ay), (b, bx, by) = _some(rng, picture, 2)
    across, along = abs(ax - bx), abs(ay - by)
    value = across + along
    asks = (
        f'How many blocks long is the shortest walk along the streets from "{a}" to "{b}"?',
        f'Walking only along streets, how many blocks is it at least from "{a}" to "{b}"?',
    )
    steps = (f"{across} blocks west to east, {along} blocks north to south", f"{across} + {along} = {value}")
    likely = (value + 1, value - 1, max(across, along), value + 2)
    return numeric("map_grid", 1, picture, pick(rng, asks), value, steps, likely, lowest=1)


def _direction(rng: np.random.Generator, picture: CityMap) -> PictureProblem | None:
    (a, ax, ay), (b, bx, by) = _some(rng, picture, 2)
    dx, dy = bx - ax, by - ay
    if dx and dy and abs(dx) != abs(dy):
        return None
    sign = (int(np.sign(dx)), int(np.sign(dy)))
    answer = _PARTS[sign]
    asks = (
        f'In which direction, such as north or south-west, does "{b}" lie as seen from "{a}"?',
        f'Standing at "{a}", which way, such as east or north-west, is "{b}"?',
    )
    steps = (_moved(dx, dy, a, b), f"So the direction is {answer}")
    order = list(_PARTS.values())
    index = order.index(answer)
    others = [order[(index + step) % 8] for step in (4, 2, 6, 1)]
    return worded("map_grid", 1, picture, pick(rng, asks), answer, steps, others)


def _side(rng: np.random.Generator, picture: CityMap) -> PictureProblem | None:
    """How many landmarks lie on one side of another."""
    name, x, y = pick(rng, picture.landmarks)
    word = pick(rng, ("north", "south", "east", "west"))
    found = [
        n for n, cx, cy in picture.landmarks if {"north": cy > y, "south": cy < y, "east": cx > x, "west": cx < x}[word]
    ]
    if not found:
        return None
    asks = (
        f'How many landmarks lie farther {word} than "{name}"?',
        f'Count the landmarks that are farther to the {word} than "{name}". How many are there?',
    )
    value = len(found)
    steps = (f"Farther {word} than {name}: {', '.join(found)}", f"Number of them: {value}")
    likely = (len(picture.landmarks) - 1 - value, value + 1, value - 1, len(picture.landmarks))
    return numeric("map_grid", 1, picture, pick(rng, asks), value, steps, likely)


# -- level 2 -----------------------------------------------------------------------------------------------------------


def _metres(rng: np.random.Generator, picture: CityMap) -> PictureProblem:
    (a, ax, ay), (b, bx, by) = _some(rng, picture, 2)
    across, along = abs(ax - bx), abs(ay - by)
    value = (across + along) * picture.block
    asks = (
        f'How many metres is the shortest walk along the streets from "{a}" to "{b}"?',
        f'Using the scale, how many metres of street lie at least between "{a}" and "{b}"?',
    )
    steps = (
        f"{across} + {along} = {_counted(across + along)}",
        f"{across + along} * {picture.block} = {value}",
    )
    block = picture.block
    likely = (value + block, value - block, max(across, along) * block, value + 2 * block)
    return numeric("map_grid", 2, picture, pick(rng, asks), value, steps, likely, unit=block, lowest=block)


def _arrive(rng: np.random.Generator, picture: CityMap) -> PictureProblem | None:
    """Where a walk with two legs ends."""
    (a, ax, ay), (b, bx, by) = _some(rng, picture, 2)
    dx, dy = bx - ax, by - ay
    if not dx or not dy:
        return None
    across = f"{counted(abs(dx), 'block')} {'east' if dx > 0 else 'west'}"
    along = f"{counted(abs(dy), 'block')} {'north' if dy > 0 else 'south'}"
    first, second = (across, along) if flip(rng) else (along, across)
    asks = (
        f'From "{a}", walk {first} and then {second}. Which landmark do you reach?',
        f'Start at "{a}" and go {first}, then {second}. Where do you arrive?',
    )
    steps = (f"{first} of {a}, then {second}", f"The landmark there is {b}")
    others = sorted((n for n, _, _ in picture.landmarks if n not in (a, b)), key=lambda n: _gap(picture, b, n))
    return worded("map_grid", 2, picture, pick(rng, asks), b, steps, [*others, a])


def _nearest(rng: np.random.Generator, picture: CityMap) -> PictureProblem | None:
    name = pick(rng, picture.landmarks)[0]
    near = flip(rng, 0.6)
    ranked = sorted(
        (n for n, _, _ in picture.landmarks if n != name), key=lambda n: _gap(picture, name, n), reverse=not near
    )
    if _gap(picture, name, ranked[0]) == _gap(picture, name, ranked[1]):
        return None
    word = "nearest to" if near else "farthest from"
    asks = (
        f'Which landmark is {word} "{name}" when walking along the streets?',
        f'Counting blocks along the streets, which landmark is {word} "{name}"?',
    )
    steps = (
        f"Blocks from {name}: " + ", ".join(f"{n} {_gap(picture, name, n)}" for n in ranked),
        f"The one {word} it is {ranked[0]}",
    )
    return worded("map_grid", 2, picture, pick(rng, asks), ranked[0], steps, ranked[1:])


# -- level 3 -----------------------------------------------------------------------------------------------------------


def _round_trip(rng: np.random.Generator, picture: CityMap) -> PictureProblem:
    """A walk over three landmarks, perhaps back to the first, in metres."""
    stops = [name for name, _, _ in _some(rng, picture, 3)]
    back = flip(rng)
    way = [*stops, stops[0]] if back else stops
    gaps = [_gap(picture, a, b) for a, b in zip(way, way[1:], strict=False)]
    a, b, c = stops
    end = " and back to the start" if back else ""
    asks = (
        f'How many metres is the shortest walk along the streets from "{a}" to "{b}", on to "{c}"{end}?',
        f'Somebody walks from "{a}" to "{b}", then to "{c}"{end}, along streets and never farther than needed. '
        "How many metres is that?",
    )
    blocks = sum(gaps)
    value = blocks * picture.block
    steps = (
        *(f"{p} to {q}: {_counted(gap)}" for p, q, gap in zip(way, way[1:], gaps, strict=False)),
        f"{' + '.join(map(str, gaps))} = {blocks}",
        f"{blocks} * {picture.block} = {value}",
    )
    block = picture.block
    likely = (value - gaps[-1] * block, value + block, value - block, value + 2 * block, blocks)
    return numeric("map_grid", 3, picture, pick(rng, asks), value, steps, likely, unit=block, lowest=1)


def _time(rng: np.random.Generator, picture: CityMap) -> PictureProblem | None:
    """Minutes for a walk at a speed in metres a minute."""
    (a, ax, ay), (b, bx, by) = _some(rng, picture, 2)
    blocks = abs(ax - bx) + abs(ay - by)
    metres = blocks * picture.block
    speed = pick(rng, (40, 50, 60, 75, 80, 100, 150, 200))
    if metres % speed or metres == speed:
        return None
    value = metres // speed
    asks = (
        f'Along the streets, how many minutes does the shortest way from "{a}" to "{b}" take at {speed} metres a minute?',
        f'At {speed} metres a minute, how many minutes is it from "{a}" to "{b}" by the shortest way along the streets?',
    )
    steps = (
        f"{abs(ax - bx)} + {abs(ay - by)} = {_counted(blocks)}",
        f"{blocks} * {picture.block} = {metres}",
        f"{metres} / {speed} = {value}",
    )
    return numeric("map_grid", 3, picture, pick(rng, asks), value, steps, (blocks, value + 1, value - 1, value * 2))


def _farther(rng: np.random.Generator, picture: CityMap) -> PictureProblem | None:
    """How many metres one landmark is farther than another."""
    (a, *_), (b, *_), (c, *_) = _some(rng, picture, 3)
    far, close = _gap(picture, a, b), _gap(picture, a, c)
    if far <= close:
        return None
    value = (far - close) * picture.block
    asks = (
        f'Along the streets, how many metres farther is it from "{a}" to "{b}" than from "{a}" to "{c}"?',
        f'Starting at "{a}" and walking along streets, by how many metres is the way to "{b}" longer than that to "{c}"?',
    )
    steps = (
        f"{a} to {b}: {_counted(far)}, {a} to {c}: {_counted(close)}",
        f"{far} - {close} = {far - close}",
        f"{far - close} * {picture.block} = {value}",
    )
    block = picture.block
    likely = (value + block, value - block, (far + close) * block, far * block, close * block)
    return numeric("map_grid", 3, picture, pick(rng, asks), value, steps, likely, unit=block, lowest=1)


_KINDS = (
    (_blocks, _blocks, _direction, _side),
    (_metres, _metres, _arrive, _nearest),
    (_round_trip, _round_trip, _time, _farther),
)


def _map(rng: np.random.Generator) -> CityMap:
    """Five to seven landmarks, in one row at least two columns apart so that their names have room."""
    columns, rows = draw(rng, 5, 7), draw(rng, 5, 7)
    count = draw(rng, 5, 7)
    places: list[tuple[int, int]] = []
    for cell in rng.permutation(columns * rows).tolist():
        row, column = divmod(cell, columns)
        if all(r != row or abs(c - column) > 1 for c, r in places):
            places.append((column, row))
        if len(places) == count:
            break
    names = [_LANDMARKS[i] for i in draw_distinct(rng, len(places), 0, len(_LANDMARKS) - 1)]
    landmarks = tuple((name, column, row) for name, (column, row) in zip(names, places, strict=True))
    blocks = draw_distinct(rng, draw(rng, 1, 4), 0, (columns - 1) * (rows - 1) - 1)
    parks = tuple((b % (columns - 1), b // (columns - 1)) for b in blocks)
    block = pick(rng, (50, 60, 75, 80, 100, 120, 125, 150, 200, 250))
    return CityMap(columns, rows, block, landmarks, parks)


def _some(rng: np.random.Generator, picture: CityMap, count: int) -> list[tuple[str, int, int]]:
    """So many different landmarks."""
    return [picture.landmarks[i] for i in draw_distinct(rng, count, 0, len(picture.landmarks) - 1)]


def _gap(picture: CityMap, first: str, second: str) -> int:
    """Blocks of street between two landmarks."""
    (ax, ay), (bx, by) = ((x, y) for who in (first, second) for name, x, y in picture.landmarks if name == who)
    return abs(ax - bx) + abs(ay - by)


def _moved(dx: int, dy: int, a: str, b: str) -> str:
    parts = []
    if dy:
        parts.append(f"{counted(abs(dy), 'block')} {'north' if dy > 0 else 'south'}")
    if dx:
        parts.append(f"{counted(abs(dx), 'block')} {'east' if dx > 0 else 'west'}")
    return f"{b} is {' and '.join(parts)} of {a}"


def _counted(blocks: int) -> str:
    return f"{blocks} block{'' if blocks == 1 else 's'}"
