"""Scatter plots: points on the crossings of a grid, in one group or two."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.canvas import Point
from envs.percereason.charts.asking import Ask, Kind, ask_of, finished, terminates
from envs.percereason.charts.axes import Side, draw_grid_style, draw_title, open_plot
from envs.percereason.charts.legend import Place, Swatch, draw_legend, edge
from envs.percereason.charts.markers import SHAPES, draw_marker
from envs.percereason.charts.scale import Scale
from envs.percereason.making import added, plain
from envs.percereason.problem import PictureProblem
from envs.problem import draw, flip, pick


@dataclass(frozen=True)
class ScatterPlot:
    """Points with whole coordinates on gridlines, no two above each other.

    Attributes:
        title: What the chart is about.
        x_axis, y_axis: What is measured on each axis.
        x_scale, y_scale: The axes.
        groups: Names in the legend; empty for points of one kind.
        points: x, y and index of the group, by x.
    """

    title: str
    x_axis: str
    y_axis: str
    x_scale: Scale
    y_scale: Scale
    groups: tuple[str, ...]
    points: tuple[tuple[int, int, int], ...]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        shapes = [SHAPES[i] for i in rng.permutation(len(SHAPES))]
        radius = look.text * rng.uniform(0.26, 0.33)
        box = draw_title(canvas, look, self.title, rng)
        if self.groups:
            entries = [(name, _swatch(look, i, shapes[i], radius)) for i, name in enumerate(self.groups)]
            places: tuple[Place, ...] = ("top", "bottom", "right")
            box = draw_legend(canvas, look, box, entries, pick(rng, places))
        x, y = Side(self.x_scale, self.x_axis), Side(self.y_scale, self.y_axis)
        plot = open_plot(canvas, look, box, x, y, draw_grid_style(rng, canvas.width))
        for px, py, group in self.points:
            draw_marker(canvas, shapes[group], plot.at(px, py), radius, look.palette[group], edge(look))


def _swatch(look: Look, index: int, shape: str, radius: float) -> Swatch:
    def drawn(canvas: Canvas, centre: Point, size: float) -> None:
        draw_marker(canvas, shape, centre, radius, look.palette[index], edge(look))

    return drawn


@dataclass(frozen=True)
class Subject:
    """What two axes measure of each of several things."""

    title: str
    thing: str
    things: str
    x: str
    x_axis: str
    y: str
    y_axis: str
    groups: tuple[str, ...]


SUBJECTS = (
    Subject("Readers", "reader", "readers", "age", "Age (years)", "number of books", "Books", ("women", "men")),
    Subject(
        "Plants", "plant", "plants", "age in weeks", "Age (weeks)", "height in cm", "Height (cm)", ("ferns", "herbs")
    ),
    Subject(
        "Houses", "house", "houses", "number of rooms", "Rooms", "age in years", "Age (years)", ("old town", "harbour")
    ),
    Subject(
        "Trips", "trip", "trips", "time in hours", "Time (hours)", "distance in km", "Distance (km)", ("bus", "train")
    ),
    Subject("Fish caught", "fish", "fish", "length in cm", "Length (cm)", "mass in kg", "Mass (kg)", ("lake", "river")),
    Subject("Players", "player", "players", "number of games", "Games", "number of points", "Points", ("home", "away")),
    Subject("Shops", "shop", "shops", "number of staff", "Staff", "number of customers", "Customers", ("2024", "2025")),
    Subject("Apples", "apple", "apples", "width in mm", "Width (mm)", "mass in g", "Mass (g)", ("red", "green")),
    Subject("Claims", "claim", "claims", "age in days", "Age (days)", "number of pages", "Pages", ("fire", "water")),
    Subject(
        "Batteries", "battery", "batteries", "age in months", "Age (months)", "charge", "Charge", ("brand A", "brand B")
    ),
    Subject(
        "Runners",
        "runner",
        "runners",
        "training time in hours",
        "Training (hours)",
        "number of medals",
        "Medals",
        ("club", "guest"),
    ),
    Subject("Lamps", "lamp", "lamps", "power in W", "Power (W)", "price in coins", "Price (coins)", ("desk", "floor")),
)


@dataclass(frozen=True)
class Cloud:
    """Points and what they are."""

    subject: Subject
    groups: tuple[str, ...]
    points: tuple[tuple[int, int, int], ...]
    x_unit: int
    y_unit: int
    x_limits: tuple[int, ...]
    y_limits: tuple[int, ...]


def _told(points: list[tuple[int, int, int]]) -> str:
    return ", ".join(f"({x}, {y})" for x, y, _ in points) if points else "none"


def _limit(rng: np.random.Generator, c: Cloud, axis: int) -> tuple[int, bool, str]:
    """A labelled value of an axis, the side of it that is meant, and how to say that."""
    subject, above = c.subject, flip(rng)
    value = pick(rng, (c.x_limits, c.y_limits)[axis])
    return value, above, f"{(subject.x, subject.y)[axis]} is {'more' if above else 'less'} than {value}"


def _within(c: Cloud, axis: int, limit: int, above: bool) -> list[tuple[int, int, int]]:
    return [point for point in c.points if (point[axis] > limit if above else point[axis] < limit)]


def y_at(rng: np.random.Generator, c: Cloud) -> Ask:
    x, y, _ = pick(rng, c.points)
    s = c.subject
    asks = (
        f"What is the {s.y} of the {s.thing} whose {s.x} is {x}?",
        f"One {s.thing} has {'an' if s.x[0] in 'aeiou' else 'a'} {s.x} of {x}. Read off its {s.y}.",
    )
    near = [other for _, other, _ in c.points if other != y]
    return Ask(pick(rng, asks), y, [f"The point at {x} on the horizontal axis is ({x}, {y})", f"Its {s.y} is {y}"], (
        y + c.y_unit, y - c.y_unit, *near,
    ))  # fmt: skip


def how_many_beyond(rng: np.random.Generator, c: Cloud) -> Ask | None:
    axis = int(rng.integers(2))
    limit, above, told = _limit(rng, c, axis)
    hits = _within(c, axis, limit, above)
    if not hits:
        return None
    s = c.subject
    asks = (
        f"For how many {s.things} is it true that the {told}?",
        f"Count the {s.things} whose {told}. How many are there?",
    )
    count = len(hits)
    on = sum(point[axis] == limit for point in c.points)
    steps = (f"Points with this property: {_told(hits)}", f"Their number is {count}")
    return Ask(pick(rng, asks), count, steps, (count + on, len(c.points) - count, count + 1, count - 1))


def of_the_extreme(rng: np.random.Generator, c: Cloud) -> Ask | None:
    """One coordinate of the point that is farthest along the other axis."""
    axis, largest = int(rng.integers(2)), flip(rng)
    ranked = sorted(c.points, key=lambda point: point[axis], reverse=largest)
    if ranked[0][axis] == ranked[1][axis]:
        return None
    s, word = c.subject, "largest" if largest else "smallest"
    by, wanted = ((s.x, s.y), (s.y, s.x))[axis]
    answer = ranked[0][1 - axis]
    asks = (
        f"What is the {wanted} of the {s.thing} with the {word} {by}?",
        f"Find the {s.thing} with the {word} {by}. What is its {wanted}?",
    )
    x, y, _ = ranked[0]
    unit = (c.y_unit, c.x_unit)[axis]
    steps = (f"The point with the {word} {by} is ({x}, {y})", f"Its {wanted} is {answer}")
    return Ask(pick(rng, asks), answer, steps, (ranked[1][1 - axis], ranked[0][axis], answer + unit, answer - unit))


def both_conditions(rng: np.random.Generator, c: Cloud) -> Ask | None:
    (x_limit, right, x_told), (y_limit, up, y_told) = _limit(rng, c, 0), _limit(rng, c, 1)
    beside, beyond = _within(c, 0, x_limit, right), _within(c, 1, y_limit, up)
    hits = [point for point in beside if point in beyond]
    if not hits:
        return None
    s = c.subject
    asks = (
        f"For how many {s.things} is it true that the {x_told} and the {y_told}?",
        f"Count the {s.things} whose {x_told} and whose {y_told}. How many are there?",
    )
    steps = (
        f"The {x_told}: {_told(beside)}",
        f"Of these, the {y_told}: {_told(hits)}",
        f"Their number is {len(hits)}",
    )
    count = len(hits)
    return Ask(pick(rng, asks), count, steps, (len(beside), len(beyond), count + 1, count - 1, count + 2))


def group_beyond(rng: np.random.Generator, c: Cloud) -> Ask | None:
    """How many points of one group are beyond a value."""
    if not c.groups:
        return None
    group, axis = int(rng.integers(len(c.groups))), int(rng.integers(2))
    limit, above, told = _limit(rng, c, axis)
    everyone = _within(c, axis, limit, above)
    hits = [point for point in everyone if point[2] == group]
    if not hits:
        return None
    s, name = c.subject, c.groups[group]
    asks = (
        f'For how many {s.things} of the group "{name}" is it true that the {told}?',
        f'Count the {s.things} marked "{name}" whose {told}. How many are there?',
    )
    steps = (
        f"The {told}: {_told(everyone)}",
        f"Of these in the group {name}: {_told(hits)}",
        f"Their number is {len(hits)}",
    )
    count = len(hits)
    members = sum(point[2] == group for point in c.points)
    return Ask(pick(rng, asks), count, steps, (len(everyone), members, len(everyone) - count, count + 1, count - 1))


def spread(rng: np.random.Generator, c: Cloud) -> Ask:
    axis = int(rng.integers(2))
    values = [point[axis] for point in c.points]
    high, low, s = max(values), min(values), c.subject
    by, unit = (s.x, s.y)[axis], (c.x_unit, c.y_unit)[axis]
    asks = (
        f"What is the difference between the largest and the smallest {by} of any {s.thing}?",
        f"By how much does the largest {by} exceed the smallest?",
    )
    steps = (f"Largest: {high}", f"Smallest: {low}", f"{high} - {low} = {high - low}")
    others = [point[1 - axis] for point in c.points]
    likely = (high, high - low + unit, high - low - unit, max(others) - min(others), high + low)
    return Ask(pick(rng, asks), high - low, steps, likely)


def total_beyond(rng: np.random.Generator, c: Cloud) -> Ask | None:
    """Add one coordinate of all points beyond a value of the other."""
    axis = int(rng.integers(2))
    limit, above, told = _limit(rng, c, axis)
    hits = _within(c, axis, limit, above)
    if not 2 <= len(hits) <= 5:
        return None
    s = c.subject
    wanted = (s.y, s.x)[axis]
    values = [point[1 - axis] for point in hits]
    total = sum(values)
    asks = (
        f"Take the {s.things} whose {told}. What do you get if you add up each one's {wanted}?",
        f"What is the sum of the {wanted} over all {s.things} whose {told}?",
    )
    unit = (c.y_unit, c.x_unit)[axis]
    steps = (f"Points with this property: {_told(hits)}", f"Their values: {', '.join(map(str, values))}", added(values))
    likely = (sum(point[axis] for point in hits), total + unit, total - unit, total - values[0], len(hits))
    return Ask(pick(rng, asks), total, steps, likely)


def mean_beyond(rng: np.random.Generator, c: Cloud) -> Ask | None:
    """Average one coordinate of all points beyond a value of the other."""
    axis = int(rng.integers(2))
    limit, above, told = _limit(rng, c, axis)
    hits = _within(c, axis, limit, above)
    values = [point[1 - axis] for point in hits]
    if not 2 <= len(hits) <= 5 or not terminates(Fraction(sum(values), len(values))):
        return None
    s = c.subject
    wanted = (s.y, s.x)[axis]
    mean = Fraction(sum(values), len(values))
    asks = (
        f"What is the mean {wanted} of the {s.things} whose {told}?",
        f"Average the {wanted} over all {s.things} whose {told}.",
    )
    steps = (
        f"Points with this property: {_told(hits)}",
        added(values),
        f"{sum(values)} / {len(values)} = {plain(mean)}",
    )
    unit = (c.y_unit, c.x_unit)[axis]
    likely = (Fraction(sum(point[axis] for point in hits), len(hits)), mean + unit, mean - unit, Fraction(sum(values)))
    return Ask(pick(rng, asks), mean, steps, [value for value in likely if terminates(value)])


def percent_beyond(rng: np.random.Generator, c: Cloud) -> Ask | None:
    axis = int(rng.integers(2))
    limit, above, told = _limit(rng, c, axis)
    hits = _within(c, axis, limit, above)
    share = Fraction(100 * len(hits), len(c.points))
    if not hits or share == 100 or not terminates(share, 1):
        return None
    s = c.subject
    asks = (
        f"For what percentage of all {s.things} is it true that the {told}?",
        f"How many percent of all {s.things} are those whose {told}?",
    )
    steps = (
        f"Points with this property: {_told(hits)}, together {len(hits)}",
        f"All points: {len(c.points)}",
        f"{len(hits)} / {len(c.points)} * 100 = {plain(share)}",
    )
    return Ask(pick(rng, asks), share, steps, (100 - share, Fraction(len(hits)), share + 10, share / 2))


def groups_apart(rng: np.random.Generator, c: Cloud) -> Ask | None:
    """How much the best of one group exceeds the best of the other."""
    if not c.groups:
        return None
    axis, largest = int(rng.integers(2)), flip(rng)
    ends = [(max if largest else min)([p[axis] for p in c.points if p[2] == g]) for g in range(len(c.groups))]
    gap = abs(ends[0] - ends[1])
    if gap == 0:
        return None
    s, word = c.subject, "largest" if largest else "smallest"
    by, unit = (s.x, s.y)[axis], (c.x_unit, c.y_unit)[axis]
    first, second = c.groups
    asks = (
        f'By how much do the {word} {by} in group "{first}" and the {word} {by} in group "{second}" differ?',
        f'Find the {word} {by} among "{first}", and the same among "{second}". What is the difference?',
    )
    steps = (
        f"{word.capitalize()} {by} in the group {first}: {ends[0]}",
        f"{word.capitalize()} {by} in the group {second}: {ends[1]}",
        f"{max(ends)} - {min(ends)} = {gap}",
    )
    return Ask(pick(rng, asks), gap, steps, (sum(ends), gap + unit, gap - unit, max(ends), min(ends)))


_KINDS: tuple[tuple[Kind[Cloud], ...], ...] = (
    (y_at, y_at, how_many_beyond, of_the_extreme),
    (both_conditions, group_beyond, spread, spread),
    (total_beyond, total_beyond, mean_beyond, percent_beyond, groups_apart),
)


def scatter_plot(rng: np.random.Generator, level: int) -> PictureProblem:
    """Points on grid crossings: read, count by conditions, total, average, compare groups."""
    picture, cloud, ask = ask_of(rng, _KINDS[level - 1], lambda: _drawn(rng))
    return finished("scatter_plot", level, picture, ask)


def _drawn(rng: np.random.Generator) -> tuple[ScatterPlot, Cloud]:
    subject = pick(rng, SUBJECTS)
    groups = subject.groups if flip(rng) else ()
    x_scale = Scale(0, pick(rng, (1, 1, 2, 5, 10)), draw(rng, 8, 11))
    step, parts = pick(rng, ((1, 1), (2, 1), (2, 2), (5, 1), (10, 1), (10, 2), (20, 2), (50, 1), (100, 2)))
    y_scale = Scale(0, step, draw(rng, 7, 10) if parts == 1 else draw(rng, 5, 7), parts)
    count = draw(rng, 6, min(10, x_scale.count - 1))
    xs = np.sort(rng.choice(x_scale.count - 1, size=count, replace=False) + 1)
    trend = pick(rng, (-1, 0, 1)) * (xs / x_scale.count - 0.5) * rng.uniform(0.6, 1) + 0.5
    noise = rng.normal(0, 0.28, size=count)
    ys = np.clip(np.rint((trend + noise) * y_scale.units), 1, y_scale.units).astype(int)
    members = rng.permutation(np.arange(count) % max(1, len(groups)))
    points = tuple(zip((xs * x_scale.step).tolist(), (ys * y_scale.unit).tolist(), members.tolist(), strict=True))
    picture = ScatterPlot(subject.title, subject.x_axis, subject.y_axis, x_scale, y_scale, groups, points)
    inner = tuple(x_scale.ticks[2:-2]), tuple(y_scale.ticks[1:-1])
    return picture, Cloud(subject, groups, points, x_scale.unit, y_scale.unit, *inner)
