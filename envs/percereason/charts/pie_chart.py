"""Pie charts: parts of a whole, labelled with percentages or counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.look import Colour
from envs.percereason.charts.asking import Ask, Kind, ask_of, finished, terminates
from envs.percereason.charts.axes import draw_title, small
from envs.percereason.charts.legend import Place, draw_legend, edge, square
from envs.percereason.charts.series import (
    Series,
    extreme_name,
    how_many_times,
    pair_difference,
    pair_total,
    rank_name,
    some,
    total_beyond,
)
from envs.percereason.charts.shading import readable_on
from envs.percereason.charts.topics import UNORDERED_TOPICS, draw_names, draw_topic
from envs.percereason.making import added, listed, plain
from envs.percereason.problem import PictureProblem
from envs.problem import draw, exact, flip, pick


@dataclass(frozen=True)
class PieChart:
    """Slices of a disc, clockwise from the top.

    Attributes:
        title: What the chart is about.
        subtitle: The size of the whole, such as `Total: 240`; empty if it is not told.
        names: Of the slices, at most six.
        values: Their sizes.
        percent: Whether the sizes are percentages of the whole; else they are counts.
    """

    title: str
    subtitle: str
    names: tuple[str, ...]
    values: tuple[int, ...]
    percent: bool

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        box = draw_title(canvas, look, self.title, rng)
        if self.subtitle:
            size = small(look)
            canvas.text((canvas.width / 2, box[1] + size * 0.45), self.subtitle, size, look.ink, look.family)
            box = (box[0], box[1] + size * 1.4, box[2], box[3])
        colours = list(look.palette[: len(self.names)])
        entries = [(name, square(colour, edge(look))) for name, colour in zip(self.names, colours, strict=True)]
        places: tuple[Place, ...] = ("right", "bottom", "right")
        left, top, right, bottom = draw_legend(canvas, look, box, entries, pick(rng, places))
        centre = ((left + right) / 2, (top + bottom) / 2)
        outside = flip(rng, 0.4)
        radius = min(right - left, bottom - top) / 2 - (small(look) * (1.9 if outside else 0.3))
        hole = radius * 0.45 if not outside and flip(rng, 0.35) else 0.0
        self._slices(canvas, look, centre, radius, colours)
        if hole:
            canvas.circle(centre, hole, look.paper, look.paper, look.line)
        self._labels(canvas, look, centre, radius, hole, outside, colours)

    def angles(self) -> list[tuple[float, float]]:
        """Start and end of each slice, in degrees clockwise from the top."""
        total, start, result = sum(self.values), 0.0, []
        for value in self.values:
            end = start + 360 * value / total
            result.append((start, end))
            start = end
        return result

    def _slices(
        self, canvas: Canvas, look: Look, centre: tuple[float, float], radius: float, colours: list[Colour]
    ) -> None:
        for (start, end), colour in zip(self.angles(), colours, strict=True):
            canvas.sector(centre, radius, 90 - end, 90 - start, colour, look.paper, look.line)

    def _labels(
        self,
        canvas: Canvas,
        look: Look,
        centre: tuple[float, float],
        radius: float,
        hole: float,
        outside: bool,
        colours: list[Colour],
    ) -> None:
        size = small(look)
        reach = radius + size * 1.05 if outside else (radius + hole) / 2 if hole else radius * 0.68
        for (start, end), value, colour in zip(self.angles(), self.values, colours, strict=True):
            middle = math.radians((start + end) / 2)
            at = (centre[0] + reach * math.sin(middle), centre[1] - reach * math.cos(middle))
            ink = look.ink if outside else readable_on(colour)
            canvas.text(at, f"{value}%" if self.percent else str(value), size, ink, look.family)


@dataclass(frozen=True)
class Whole(Series):
    """Sizes of slices and of the whole.

    Attributes:
        total: The whole, in the topic's quantity, where the sizes are percentages of it.
    """

    total: int = 100

    def amount(self, value: int) -> Fraction:
        """What a percentage of the whole comes to."""
        return Fraction(self.total * value, 100)


# -- slices labelled with percentages -----------------------------------------------------------------------------


def percent_together(rng: np.random.Generator, w: Whole) -> Ask:
    i, j = some(rng, 2, len(w.names))
    a, b = w.values[i], w.values[j]
    q, where = w.topic.quantity, w.topic.of(w.names[i], w.names[j])
    asks = (
        f"What percentage of the total {q} is that {where} together?",
        f"How many percent of the {q} do the slices {listed([w.names[i], w.names[j]])} make up together?",
    )
    steps = (*w.read(i, j), added((a, b)))
    return Ask(pick(rng, asks), a + b, steps, (100 - a - b, abs(a - b), a + b + 5, a + b - 5))


def percent_without(rng: np.random.Generator, w: Whole) -> Ask:
    (i,) = some(rng, 1, len(w.names))
    a = w.values[i]
    q = w.topic.quantity
    asks = (
        f"What percentage of the {q} is not {w.topic.of(w.names[i])}?",
        f"Leave out the slice {w.names[i]}. How many percent of the {q} remain?",
    )
    return Ask(pick(rng, asks), 100 - a, (*w.read(i), f"100 - {a} = {100 - a}"), (a, 110 - a, 90 - a, 95 - a))


def amount_of_one(rng: np.random.Generator, w: Whole) -> Ask:
    (i,) = some(rng, 1, len(w.names))
    q, where, a = w.topic.quantity, w.topic.of(w.names[i]), w.values[i]
    asks = (f"What is the {q} {where}?", f"From the total and the slice, work out the {q} {where}.")
    amount = w.amount(a)
    steps = (*w.read(i), f"The total is {w.total}", f"{a} / 100 * {w.total} = {plain(amount)}")
    likely = (Fraction(a), w.total - amount, w.amount(a + 5), w.amount(w.values[i - 1]))
    return Ask(pick(rng, asks), amount, steps, likely)


def angle_of_one(rng: np.random.Generator, w: Whole) -> Ask:
    (i,) = some(rng, 1, len(w.names))
    a = w.values[i]
    asks = (
        f"How many degrees is the angle of the slice {w.names[i]}?",
        f"What is the central angle, in degrees, of the slice {w.names[i]}?",
    )
    angle = Fraction(360 * a, 100)
    steps = (*w.read(i), f"{a} / 100 * 360 = {plain(angle)}")
    return Ask(pick(rng, asks), angle, steps, (Fraction(a), 360 - angle, angle + 18, angle / 2))


def amounts_together(rng: np.random.Generator, w: Whole) -> Ask:
    i, j = some(rng, 2, len(w.names))
    a, b = w.values[i], w.values[j]
    q, where = w.topic.quantity, w.topic.of(w.names[i], w.names[j])
    asks = (
        f"What is the {q} {where} together?",
        f"Work out the {q} {where}, and add both up. What is the sum?",
    )
    amount = w.amount(a + b)
    steps = (
        *w.read(i, j),
        f"{a}% + {b}% = {a + b}%",
        f"{a + b} / 100 * {w.total} = {plain(amount)}",
    )
    return Ask(pick(rng, asks), amount, steps, (Fraction(a + b), w.amount(a), w.total - amount, w.amount(abs(a - b))))


def amounts_apart(rng: np.random.Generator, w: Whole) -> Ask | None:
    i, j = some(rng, 2, len(w.names))
    a, b = w.values[i], w.values[j]
    if a <= b:
        return None
    q, first, second = w.topic.quantity, w.topic.of(w.names[i]), w.topic.of(w.names[j])
    asks = (
        f"By how much is the {q} {first} larger than {second}?",
        f"How much smaller is the {q} {second} than {first}?",
    )
    amount = w.amount(a - b)
    steps = (*w.read(i, j), f"{a}% - {b}% = {a - b}%", f"{a - b} / 100 * {w.total} = {plain(amount)}")
    return Ask(pick(rng, asks), amount, steps, (Fraction(a - b), w.amount(a), w.amount(a + b), w.amount(b)))


def amount_without(rng: np.random.Generator, w: Whole) -> Ask:
    """What remains without two slices."""
    i, j = some(rng, 2, len(w.names))
    left = 100 - w.values[i] - w.values[j]
    q, names = w.topic.quantity, listed([w.names[i], w.names[j]])
    asks = (
        f"Leave out {names}. What is the {q} of all the others together?",
        f"What is the total {q} without {names}?",
    )
    amount = w.amount(left)
    steps = (
        *w.read(i, j),
        f"100% - {w.values[i]}% - {w.values[j]}% = {left}%",
        f"{left} / 100 * {w.total} = {plain(amount)}",
    )
    likely = (w.total - amount, Fraction(left), w.amount(100 - w.values[i]), w.amount(100 - w.values[j]))
    return Ask(pick(rng, asks), amount, steps, likely)


# -- slices labelled with counts ----------------------------------------------------------------------------------


def fraction_of_total(rng: np.random.Generator, w: Whole) -> Ask:
    (i,) = some(rng, 1, len(w.names))
    total, a = sum(w.values), w.values[i]
    q, where = w.topic.quantity, w.topic.of(w.names[i])
    asks = (
        f"What fraction of the total {q} is that {where}? Give it in lowest terms.",
        f"As a fraction in lowest terms, which part of the total {q} is the {q} {where}?",
    )
    share = Fraction(a, total)
    steps = (w.read_all(), added(w.values), f"{a}/{total} = {share}")
    return Ask(
        pick(rng, asks), share, steps, (1 - share, Fraction(a, total - a), share / 2, Fraction(1, len(w.names))), exact
    )


def percent_of_total(rng: np.random.Generator, w: Whole) -> Ask | None:
    total = sum(w.values)
    fitting = [i for i, value in enumerate(w.values) if terminates(Fraction(100 * value, total), 1)]
    if not fitting:
        return None
    i = pick(rng, fitting)
    share = Fraction(100 * w.values[i], total)
    q, where = w.topic.quantity, w.topic.of(w.names[i])
    asks = (f"What percentage of the total {q} is that {where}?", f"How many percent of the {q} is that {where}?")
    steps = (w.read_all(), added(w.values), f"{w.values[i]} / {total} * 100 = {plain(share)}")
    return Ask(pick(rng, asks), share, steps, (Fraction(w.values[i]), 100 - share, share + 5, share / 2))


def angle_from_counts(rng: np.random.Generator, w: Whole) -> Ask | None:
    total = sum(w.values)
    fitting = [i for i, value in enumerate(w.values) if 360 * value % total == 0]
    if not fitting:
        return None
    i = pick(rng, fitting)
    angle = Fraction(360 * w.values[i], total)
    asks = (
        f"How many degrees is the angle of the slice {w.names[i]}?",
        f"What is the central angle, in degrees, of the slice {w.names[i]}?",
    )
    steps = (w.read_all(), added(w.values), f"{w.values[i]} / {total} * 360 = {plain(angle)}")
    return Ask(pick(rng, asks), angle, steps, (360 - angle, Fraction(w.values[i]), angle / 2, angle + 18))


_COUNT_KINDS: tuple[tuple[Kind[Whole], ...], ...] = (
    (pair_total, pair_difference, extreme_name),
    (rank_name, how_many_times),
    (fraction_of_total, percent_of_total, angle_from_counts, total_beyond),
)
_PERCENT_KINDS: tuple[tuple[Kind[Whole], ...], ...] = (
    (percent_together, percent_without, extreme_name),
    (amount_of_one, angle_of_one),
    (amounts_together, amounts_apart, amount_without),
)


def pie_chart(rng: np.random.Generator, level: int) -> PictureProblem:
    """Slices with percentages of a told total, or with counts: shares, amounts, angles."""
    percent = flip(rng, 0.6)
    kinds = (_PERCENT_KINDS if percent else _COUNT_KINDS)[level - 1]
    picture, whole, ask = ask_of(rng, kinds, lambda: _drawn(rng, percent))
    return finished("pie_chart", level, picture, ask, whole.unit)


def _drawn(rng: np.random.Generator, percent: bool) -> tuple[PieChart, Whole]:
    topic = draw_topic(rng, UNORDERED_TOPICS)
    whole = pick(rng, (20, 20, 100) if percent else (36, 40, 60, 72, 80))
    # Six different twentieths make more than a whole.
    names = draw_names(rng, topic.names, draw(rng, 4, 5 if whole == 20 else 6), False)
    shares = _parts(rng, whole, len(names))
    if percent:
        values = tuple(100 // whole * share for share in shares)
        total = 20 * draw(rng, 2, 60) if whole == 20 else 100 * draw(rng, 1, 12)
        picture = PieChart(topic.title, f"Total: {total}", names, values, True)
        return picture, Whole(topic, names, values, 5, "The slice {name} is {value}%", total)
    factor = pick(rng, (1, 1, 2, 5, 10))
    values = tuple(factor * share for share in shares)
    return PieChart(topic.title, "", names, values, False), Whole(
        topic, names, values, factor, "The slice {name}: {value}"
    )


def _parts(rng: np.random.Generator, whole: int, count: int) -> tuple[int, ...]:
    """Different parts of a whole, none below a twentieth of it: a smaller slice has no room for its label."""
    least = -(-whole // 20)
    while True:
        cuts = np.sort(rng.choice(whole - 1, size=count - 1, replace=False) + 1)
        parts = np.diff(cuts, prepend=0, append=whole).tolist()
        if len(set(parts)) == count and min(parts) >= least and max(parts) * 2 < whole * 1.3:
            return tuple(parts)
