"""Road maps: places joined by roads of known length; degrees, totals and shortest ways."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.making import added, listed, numeric, worded
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.words import TOWNS
from envs.problem import draw, draw_distinct, flip, pick

_LETTERS = tuple("ABCDEFGHKLMNPQRSTUVWXYZ")
#: Places lie on this many columns and rows of a shaken grid.
_SIDE = 3


@dataclass(frozen=True)
class Roads:
    """A road map.

    Attributes:
        names: Of the places.
        points: Of the places, in thousandths of the side, y down.
        roads: (place, place, length), the places by index; roads do not cross.
        unit: `"km"`, or `""` for bare numbers.
    """

    names: tuple[str, ...]
    points: tuple[tuple[int, int], ...]
    roads: tuple[tuple[int, int, int], ...]
    unit: str

    def at(self, place: int) -> list[tuple[int, int]]:
        """The roads at a place: (neighbour, length)."""
        return [(b if a == place else a, length) for a, b, length in self.roads if place in (a, b)]

    def length(self, a: int, b: int) -> int | None:
        """The length of the road between two places, `None` if there is none."""
        return next((length for x, y, length in self.roads if {x, y} == {a, b}), None)

    def ways(self, start: int) -> dict[int, tuple[int, list[int]]]:
        """The shortest way from a place to every other: its length and the places on it (Dijkstra)."""
        best: dict[int, tuple[int, list[int]]] = {}
        queue = [(0, [start])]
        while queue:
            length, way = heapq.heappop(queue)
            if way[-1] in best:
                continue
            best[way[-1]] = length, way
            for neighbour, more in self.at(way[-1]):
                if neighbour not in best:
                    heapq.heappush(queue, (length + more, [*way, neighbour]))
        return best

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        points = [(x / 1000 * size, y / 1000 * size) for x, y in self.points]
        colour = pick(rng, (look.ink, look.faint, look.palette[1]))
        for a, b, _ in self.roads:
            canvas.line([points[a], points[b]], colour, look.line * 1.3)
        text = look.text * 0.82
        for a, b, length in self.roads:
            (x0, y0), (x1, y1) = points[a], points[b]
            label = str(length)
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            width = Canvas.text_size(label, text, look.family)[0]
            canvas.rectangle((x - width / 2 - 2, y - text * 0.52, x + width / 2 + 2, y + text * 0.52), look.paper)
            canvas.text((x, y), label, text, look.ink, look.family)
        self._places(canvas, look, points, pick(rng, (look.tint(0, 0.3), look.palette[0], look.paper)))
        if self.unit:
            note = f"numbers in {self.unit}"
            canvas.text((size * 0.98, size * 0.975), note, look.text * 0.72, look.ink, look.family, "italic", "rm")

    def _places(
        self, canvas: Canvas, look: Look, points: list[tuple[float, float]], fill: tuple[int, int, int]
    ) -> None:
        size = float(canvas.width)
        long = max(map(len, self.names)) > 1
        text = look.text * (0.86 if long else 1.0)
        for (x, y), name in zip(points, self.names, strict=True):
            if long:
                half = Canvas.text_size(name, text, look.family)[0] / 2 + size * 0.016
                box = (x - half, y - text * 0.72, x + half, y + text * 0.72)
                canvas.rectangle(box, look.paper, None)
                canvas.rectangle(box, _pale(fill, look), look.ink, look.line * 0.8, text * 0.4)
            else:
                canvas.circle((x, y), size * 0.042, _pale(fill, look), look.ink, look.line)
            canvas.text((x, y), name, text, look.ink, look.family)


def _pale(fill: tuple[int, int, int], look: Look) -> tuple[int, int, int]:
    """The fill if it is pale enough for ink on it, else its tint."""
    contrast = max(abs(a - b) for a, b in zip(fill, look.ink, strict=True))
    return fill if contrast > 190 else look.tint(0, 0.3)


def graph(rng: np.random.Generator, level: int) -> PictureProblem:
    while True:
        problem = pick(rng, _KINDS[level - 1])(rng, _roads(rng))
        if problem is not None:
            return problem


# -- level 1 -----------------------------------------------------------------------------------------------------------


def _via(rng: np.random.Generator, picture: Roads) -> PictureProblem | None:
    """Two roads in a row."""
    way = _walk(rng, picture, 2)
    return _along(rng, picture, way, 1) if way else None


def _degree(rng: np.random.Generator, picture: Roads) -> PictureProblem:
    place = draw(rng, 0, len(picture.names) - 1)
    name, met = picture.names[place], picture.at(place)
    asks = (f"How many roads meet at {name}?", f"How many direct roads lead from {name} to other places?")
    steps = (
        f"Roads lead from {name} to {listed([picture.names[n] for n, _ in met])}",
        f"Number of roads: {len(met)}",
    )
    likely = (len(met) + 1, len(met) - 1, len(picture.names) - 1, len(met) + 2)
    return numeric("graph", 1, picture, pick(rng, asks), len(met), steps, likely)


def _longer_road(rng: np.random.Generator, picture: Roads) -> PictureProblem | None:
    """The difference of two roads at one place."""
    place = draw(rng, 0, len(picture.names) - 1)
    met = picture.at(place)
    if len(met) < 2:
        return None
    (one, a), (two, b) = (met[i] for i in draw_distinct(rng, 2, 0, len(met) - 1))
    if a <= b:
        return None
    name, first, second = picture.names[place], picture.names[one], picture.names[two]
    asks = (
        f"How much longer is the road from {name} to {first} than the road from {name} to {second}?",
        f"By how much does the road between {first} and {name} exceed that between {second} and {name} in length?",
    )
    steps = (f"{name} to {first} is {a}, {name} to {second} is {b}", f"{a} - {b} = {a - b}")
    return numeric("graph", 1, picture, pick(rng, asks), a - b, steps, (a + b, a, b, a - b + 1, a - b - 1))


# -- level 2 -----------------------------------------------------------------------------------------------------------


def _trip(rng: np.random.Generator, picture: Roads) -> PictureProblem | None:
    """Three or four roads in a row."""
    way = _walk(rng, picture, draw(rng, 3, 4))
    return _along(rng, picture, way, 2) if way else None


def _total_at(rng: np.random.Generator, picture: Roads) -> PictureProblem | None:
    place = draw(rng, 0, len(picture.names) - 1)
    name, lengths = picture.names[place], [length for _, length in picture.at(place)]
    if len(lengths) < 2:
        return None
    asks = (
        f"What is the total length of all roads that meet at {name}?",
        f"Add the lengths of all roads that end at {name}. What is the sum?",
    )
    steps = (f"The roads at {name} have the lengths {listed(list(map(str, lengths)))}", added(lengths))
    total = sum(lengths)
    likely = (total - lengths[-1], total - lengths[0], sum(r[2] for r in picture.roads), total + 1, total - 1)
    return numeric("graph", 2, picture, pick(rng, asks), total, steps, likely)


def _busiest(rng: np.random.Generator, picture: Roads) -> PictureProblem | None:
    ranked = sorted(range(len(picture.names)), key=lambda place: -len(picture.at(place)))
    if len(picture.at(ranked[0])) == len(picture.at(ranked[1])):
        return None
    asks = ("At which place do most roads meet?", "Which place has the most direct roads?")
    steps = (
        "Roads at each place: " + ", ".join(f"{name} {len(picture.at(i))}" for i, name in enumerate(picture.names)),
        f"The most, {len(picture.at(ranked[0]))}, meet at {picture.names[ranked[0]]}",
    )
    names = [picture.names[place] for place in ranked]
    return worded("graph", 2, picture, pick(rng, asks), names[0], steps, names[1:])


# -- level 3 -----------------------------------------------------------------------------------------------------------


def _shortest(rng: np.random.Generator, picture: Roads) -> PictureProblem | None:
    """The length of the shortest way between two places without a direct road."""
    start, end = draw_distinct(rng, 2, 0, len(picture.names) - 1)
    total, way = picture.ways(start)[end]
    direct = picture.length(start, end)
    if len(way) < 3:
        return None
    a, b = picture.names[start], picture.names[end]
    asks = (
        f"How long is the shortest way from {a} to {b}?",
        f"What is the smallest total length of roads that lead from {a} to {b}?",
    )
    lengths = _lengths(picture, way)
    steps = (
        f"The shortest way is {', '.join(picture.names[p] for p in way)}",
        f"Its roads have the lengths {listed(list(map(str, lengths)))}",
        added(lengths),
    )
    return numeric("graph", 3, picture, pick(rng, asks), total, steps, _longer_ways(picture, start, end, total, direct))


def _detour(rng: np.random.Generator, picture: Roads) -> PictureProblem | None:
    """How much longer the shortest way over a third place is than the shortest way."""
    start, end, over = draw_distinct(rng, 3, 0, len(picture.names) - 1)
    total, way = picture.ways(start)[end]
    if over in way:
        return None
    first, second = picture.ways(start)[over][0], picture.ways(over)[end][0]
    a, b, c = (picture.names[p] for p in (start, end, over))
    gap = first + second - total
    asks = (
        f"How much longer is the shortest way from {a} to {b} that passes {c} than the shortest way at all?",
        f"Going from {a} to {b} by the shortest way, how much does a detour to {c} add at least?",
    )
    steps = (
        f"The shortest way from {a} to {b} is {', '.join(picture.names[p] for p in way)}, {total} long",
        f"From {a} to {c} it is {first}, from {c} to {b} it is {second}",
        f"{first} + {second} = {first + second}",
        f"{first + second} - {total} = {gap}",
    )
    likely = (first + second, total, first, second, gap + 1)
    return numeric("graph", 3, picture, pick(rng, asks), gap, steps, likely)


def _farthest(rng: np.random.Generator, picture: Roads) -> PictureProblem | None:
    """The place with the longest shortest way."""
    start = draw(rng, 0, len(picture.names) - 1)
    ways = picture.ways(start)
    ranked = sorted(ways, key=lambda place: -ways[place][0])
    if ways[ranked[0]][0] == ways[ranked[1]][0]:
        return None
    name = picture.names[start]
    asks = (
        f"Which place is farthest from {name} if one always takes the shortest way?",
        f"Of the shortest ways from {name} to the other places, to which one is the longest?",
    )
    shown = ", ".join(f"{picture.names[p]} {ways[p][0]}" for p in ranked if p != start)
    steps = (f"Shortest ways from {name}: {shown}", f"The longest of these leads to {picture.names[ranked[0]]}")
    others = [picture.names[place] for place in ranked[1:] if place != start]
    return worded("graph", 3, picture, pick(rng, asks), picture.names[ranked[0]], steps, others)


def _network(rng: np.random.Generator, picture: Roads) -> PictureProblem | None:
    """The least total length of roads that still joins all places (Kruskal)."""
    groups = list(range(len(picture.names)))
    kept = []
    for a, b, length in sorted(picture.roads, key=lambda road: road[2]):
        if groups[a] != groups[b]:
            kept.append(length)
            groups = [groups[a] if group == groups[b] else group for group in groups]
    total, everything = sum(kept), sum(road[2] for road in picture.roads)
    if total == everything:
        return None
    asks = (
        "Only some roads are kept, so that every place can still be reached. What is their least total length?",
        "Which total length does the cheapest choice of roads have that still joins all places?",
    )
    steps = (
        "Take the shortest roads first and skip those between places already joined",
        f"The kept roads have the lengths {listed(list(map(str, kept)))}",
        added(kept),
    )
    likely = (everything, total + kept[-1], total - kept[-1], total + 1, total - 1)
    return numeric("graph", 3, picture, pick(rng, asks), total, steps, likely)


_KINDS = (
    (_via, _via, _degree, _longer_road, _longer_road),
    (_trip, _trip, _total_at, _total_at, _busiest),
    (_shortest, _shortest, _detour, _farthest, _network),
)


def _along(rng: np.random.Generator, picture: Roads, way: list[int], level: int) -> PictureProblem:
    names = [picture.names[place] for place in way]
    lengths = _lengths(picture, way)
    between = listed(names[1:-1])
    asks = (
        f"How long is the way from {names[0]} via {between} to {names[-1]}?",
        f"A cyclist rides from {names[0]} to {names[-1]} by way of {between}, in this order. How long is the ride?",
    )
    steps = [f"{a} to {b} is {length}" for a, b, length in zip(names, names[1:], lengths, strict=False)]
    total = sum(lengths)
    likely = (total - lengths[-1], total - lengths[0], total + lengths[-1], total + 1, total - 1)
    return numeric("graph", level, picture, pick(rng, asks), total, [*steps, added(lengths)], likely)


def _walk(rng: np.random.Generator, picture: Roads, roads: int) -> list[int] | None:
    """A way along so many roads that visits no place twice, or `None` if it ran into a dead end."""
    way = [draw(rng, 0, len(picture.names) - 1)]
    for _ in range(roads):
        ahead = [place for place, _ in picture.at(way[-1]) if place not in way]
        if not ahead:
            return None
        way.append(pick(rng, ahead))
    return way


def _lengths(picture: Roads, way: list[int]) -> list[int]:
    lengths = [picture.length(a, b) for a, b in zip(way, way[1:], strict=False)]
    return [length for length in lengths if length is not None]


def _longer_ways(picture: Roads, start: int, end: int, total: int, direct: int | None) -> list[int]:
    """Lengths of ways that are not the shortest: the direct road, and those over each other place."""
    there, back = picture.ways(start), picture.ways(end)
    over = sorted({there[p][0] + back[p][0] for p in range(len(picture.names))} - {total})
    return [*([direct] if direct else []), *over, total + 1, total - 1]


def _roads(rng: np.random.Generator) -> Roads:
    """Five to nine places on a shaken grid, joined to neighbours, all of them reachable."""
    count = draw(rng, 5, 8)
    cells = sorted(rng.permutation(_SIDE * _SIDE)[:count].tolist())
    shakes = rng.integers(-45, 46, (count, 2)).tolist()
    points = tuple(
        (150 + cell % _SIDE * 350 + dx, 120 + cell // _SIDE * 370 + dy)
        for cell, (dx, dy) in zip(cells, shakes, strict=True)
    )
    pairs = _neighbours(rng, cells)
    kept = _connected(rng, count, pairs)
    if kept is None:
        return _roads(rng)
    long = flip(rng)
    pool = TOWNS if long else _LETTERS
    names = tuple(pool[i] for i in draw_distinct(rng, count, 0, len(pool) - 1))
    lengths = draw_distinct(rng, len(kept), 3, 45)
    roads = tuple((a, b, length) for (a, b), length in zip(kept, lengths, strict=True))
    return Roads(names, points, roads, "km" if long else "")


def _neighbours(rng: np.random.Generator, cells: list[int]) -> list[tuple[int, int]]:
    """Pairs of places in neighbouring cells; of two crossing diagonals only one."""
    where = {divmod(cell, _SIDE): index for index, cell in enumerate(cells)}
    pairs = []
    for (row, column), index in where.items():
        for step in ((0, 1), (1, 0)):
            other = where.get((row + step[0], column + step[1]))
            if other is not None:
                pairs.append((index, other))
    for row in range(_SIDE - 1):
        for column in range(_SIDE - 1):
            falling = where.get((row, column)), where.get((row + 1, column + 1))
            rising = where.get((row, column + 1)), where.get((row + 1, column))
            diagonals = [(a, b) for a, b in (falling, rising) if a is not None and b is not None]
            if diagonals:
                pairs.append(pick(rng, diagonals))
    return pairs


def _connected(rng: np.random.Generator, count: int, pairs: list[tuple[int, int]]) -> list[tuple[int, int]] | None:
    """Some of the pairs that join all places, with one to three left out where that is possible; `None` if it is not."""
    kept = list(pairs)
    if not _joined(count, kept):
        return None
    for index in rng.permutation(len(pairs))[: draw(rng, 1, 3)].tolist():
        fewer = [pair for pair in kept if pair != pairs[index]]
        if _joined(count, fewer):
            kept = fewer
    return kept if len(kept) >= count else None


def _joined(count: int, pairs: list[tuple[int, int]]) -> bool:
    reached = {0}
    while True:
        more = {b for a, b in pairs if a in reached} | {a for a, b in pairs if b in reached}
        if more <= reached:
            return len(reached) == count
        reached |= more
