"""Histograms: how many things fall into each of several equal intervals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.charts.asking import Ask, Kind, ask_of, finished, terminates
from envs.percereason.charts.axes import Side, draw_grid_style, draw_title, open_plot
from envs.percereason.charts.measures import MEASURES, Measure
from envs.percereason.charts.scale import Scale, draw_scale
from envs.percereason.making import added, plain
from envs.percereason.problem import PictureProblem
from envs.problem import draw, flip, pick


@dataclass(frozen=True)
class Histogram:
    """Bars without gaps over equal intervals.

    Attributes:
        title: What the chart is about.
        axis: What is measured.
        things: What is counted.
        edges: The horizontal axis: each bar stands on one step.
        counts: Heights of the bars.
        scale: The vertical axis.
    """

    title: str
    axis: str
    things: str
    edges: Scale
    counts: tuple[int, ...]
    scale: Scale

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        box = draw_title(canvas, look, self.title, rng)
        counted = f"Number of {self.things}"
        plot = open_plot(
            canvas,
            look,
            box,
            Side(self.edges, self.axis),
            Side(self.scale, counted),
            draw_grid_style(rng, canvas.width),
        )
        index = int(rng.integers(6))
        colour = look.palette[index] if flip(rng) else look.tint(index, 0.7)
        for left, count in zip(self.edges.ticks, self.counts, strict=False):
            x0, y0 = plot.at(left, count)
            x1, y1 = plot.at(left + self.edges.step, 0)
            if count:
                canvas.rectangle((x0, y0, x1, y1), colour, look.ink, look.line * 0.5)


@dataclass(frozen=True)
class Bins:
    """Counts by interval, and what is measured."""

    measure: Measure
    edges: Scale
    counts: tuple[int, ...]
    unit: int

    def read(self, first: int, last: int | None = None) -> str:
        """The readings of bars `first` to `last`, as a step."""
        last = first if last is None else last
        told = (f"{self.edges.ticks[i]} to {self.edges.ticks[i + 1]}: {self.counts[i]}" for i in range(first, last + 1))
        return ", ".join(told)

    @property
    def read_all(self) -> str:
        return self.read(0, len(self.counts) - 1)


def one_bin(rng: np.random.Generator, b: Bins) -> Ask:
    i = draw(rng, 0, len(b.counts) - 1)
    low, high = b.edges.ticks[i], b.edges.ticks[i + 1]
    m = b.measure
    asks = (
        f"How many {m.things} have {m.one} between {low} and {high} {m.unit}?",
        f"The {m.measure} of how many {m.things} lies between {low} and {high} {m.unit}?",
    )
    likely = [*b.counts[max(0, i - 1) : i], *b.counts[i + 1 : i + 2], b.counts[i] + b.unit, b.counts[i] - b.unit]
    return Ask(pick(rng, asks), b.counts[i], [b.read(i)], likely)


def two_bins(rng: np.random.Generator, b: Bins) -> Ask:
    i = draw(rng, 0, len(b.counts) - 2)
    low, high = b.edges.ticks[i], b.edges.ticks[i + 2]
    one, two = b.counts[i : i + 2]
    m = b.measure
    asks = (
        f"How many {m.things} have {m.one} between {low} and {high} {m.unit}?",
        f"The {m.measure} of how many {m.things} lies between {low} and {high} {m.unit}?",
    )
    value = one + two
    return Ask(
        pick(rng, asks), value, (b.read(i, i + 1), added((one, two))), (one, two, value + b.unit, value - b.unit)
    )


def bins_apart(rng: np.random.Generator, b: Bins) -> Ask | None:
    i, j = (int(k) for k in rng.choice(len(b.counts), 2, replace=False))
    if b.counts[i] <= b.counts[j]:
        return None
    (a0, a1), (b0, b1) = (b.edges.ticks[k : k + 2] for k in (i, j))
    gap = b.counts[i] - b.counts[j]
    m = b.measure
    asks = (
        f"How many more {m.things} have {m.one} between {a0} and {a1} than between {b0} and {b1} {m.unit}?",
        f"How many fewer {m.things} have {m.one} between {b0} and {b1} than between {a0} and {a1} {m.unit}?",
    )
    steps = (b.read(i), b.read(j), f"{b.counts[i]} - {b.counts[j]} = {gap}")
    return Ask(pick(rng, asks), gap, steps, (b.counts[i] + b.counts[j], gap + b.unit, gap - b.unit, b.counts[i]))


def peak(rng: np.random.Generator, b: Bins) -> Ask | None:
    """The left or right edge of the tallest bar."""
    top = max(b.counts)
    if b.counts.count(top) > 1:
        return None
    i, left = b.counts.index(top), flip(rng)
    low, high = b.edges.ticks[i : i + 2]
    side, answer = ("left", low) if left else ("right", high)
    asks = (
        f"At which {b.measure.measure}, in {b.measure.unit}, is the {side} edge of the tallest bar?",
        f"Where on the horizontal axis is the {side} edge of the tallest bar?",
    )
    steps = (f"The tallest bar reaches {top}, from {low} to {high}", f"Its {side} edge is at {answer}")
    likely = (high if left else low, Fraction(low + high, 2), top, answer + b.edges.step)
    return Ask(pick(rng, asks), answer, steps, likely)


def beyond(rng: np.random.Generator, b: Bins) -> Ask | None:
    """All bars right or left of an edge: at least three, not all."""
    if len(b.counts) < 4:
        return None
    above = flip(rng)
    cut = draw(rng, 1, len(b.counts) - 3) if above else draw(rng, 3, len(b.counts) - 1)
    edge, m = b.edges.ticks[cut], b.measure
    chosen = b.counts[cut:] if above else b.counts[:cut]
    word = "more than" if above else "less than"
    asks = (
        f"How many {m.things} have {m.one} of {word} {edge} {m.unit}?",
        f"The {m.measure} of how many {m.things} is {word} {edge} {m.unit}?",
    )
    reading = b.read(cut, len(b.counts) - 1) if above else b.read(0, cut - 1)
    total = sum(chosen)
    likely = (sum(b.counts) - total, total - chosen[0 if above else -1], total + b.unit, total - b.unit)
    return Ask(pick(rng, asks), total, (reading, added(chosen)), likely)


def everything(rng: np.random.Generator, b: Bins) -> Ask:
    m = b.measure
    asks = (f"How many {m.things} were measured in all?", f"What is the total number of {m.things} in the histogram?")
    total = sum(b.counts)
    likely = (total - b.counts[-1], total - b.counts[0], total + b.unit, total - b.unit)
    return Ask(pick(rng, asks), total, (b.read_all, added(b.counts)), likely)


def percent_beyond(rng: np.random.Generator, b: Bins) -> Ask | None:
    cut, above = draw(rng, 1, len(b.counts) - 1), flip(rng)
    chosen = b.counts[cut:] if above else b.counts[:cut]
    part, total = sum(chosen), sum(b.counts)
    share = Fraction(100 * part, total)
    if not terminates(share, 1) or share in (0, 100):
        return None
    edge, word, m = b.edges.ticks[cut], "more than" if above else "less than", b.measure
    asks = (
        f"What percentage of all {m.things} have {m.one} of {word} {edge} {m.unit}?",
        f"Of all {m.things}, how many percent have {m.one} of {word} {edge} {m.unit}?",
    )
    steps = (b.read_all, f"All: {added(b.counts)}", f"{word.capitalize()} {edge}: {added(chosen)}")
    likely = (100 - share, Fraction(part), share + 5, share / 2)
    return Ask(pick(rng, asks), share, (*steps, f"{part} / {total} * 100 = {plain(share)}"), likely)


def sides_apart(rng: np.random.Generator, b: Bins) -> Ask | None:
    """How many more lie on one side of an edge than on the other."""
    cut = draw(rng, 2, len(b.counts) - 2)
    low, high = sum(b.counts[:cut]), sum(b.counts[cut:])
    if low == high:
        return None
    edge, m, gap = b.edges.ticks[cut], b.measure, abs(low - high)
    more, less = ("below", "above") if low > high else ("above", "below")
    asks = (
        f"How many more {m.things} have {m.one} {more} {edge} {m.unit} than {less} it?",
        f"By how much does the number of {m.things} with {m.one} {more} {edge} {m.unit} exceed that {less} it?",
    )
    steps = (
        b.read_all,
        f"Below {edge}: {added(b.counts[:cut])}",
        f"Above {edge}: {added(b.counts[cut:])}",
        f"{max(low, high)} - {min(low, high)} = {gap}",
    )
    return Ask(pick(rng, asks), gap, steps, (low + high, low, high, gap + b.unit, gap - b.unit))


def median_bar(rng: np.random.Generator, b: Bins) -> Ask | None:
    """The left edge of the bar that holds the median."""
    total, running = sum(b.counts), 0
    sums = []
    for count in b.counts:
        running += count
        sums.append(running)
    # The two middle things of an even number must be in the same bar.
    i = next(k for k, reached in enumerate(sums) if 2 * reached >= total)
    if 2 * sums[i] == total:
        return None
    low, high, m = b.edges.ticks[i], b.edges.ticks[i + 1], b.measure
    asks = (
        f"In which bar does the median {m.measure} of all {m.things} lie? Give its left edge in {m.unit}.",
        f"Sort all {m.things} by {m.measure}. What is the left edge, in {m.unit}, of the bar with the middle one?",
    )
    steps = (
        b.read_all,
        f"Running totals: {', '.join(map(str, sums))}",
        f"Half of {total} is {plain(Fraction(total, 2))}, reached in the bar from {low} to {high}",
        f"Its left edge is at {low}",
    )
    likely = (high, low - b.edges.step, b.edges.ticks[b.counts.index(max(b.counts))], sums[i], b.counts[i])
    return Ask(pick(rng, asks), low, steps, likely)


_KINDS: tuple[tuple[Kind[Bins], ...], ...] = (
    (one_bin, two_bins, bins_apart, peak),
    (beyond, beyond, everything),
    (percent_beyond, sides_apart, sides_apart, median_bar),
)


def histogram(rng: np.random.Generator, level: int) -> PictureProblem:
    """Counts by interval: totals beyond an edge, shares, the bar of the median."""
    picture, bins, ask = ask_of(rng, _KINDS[level - 1], lambda: _drawn(rng))
    return finished("histogram", level, picture, ask, bins.unit)


def _drawn(rng: np.random.Generator) -> tuple[Histogram, Bins]:
    measure = pick(rng, MEASURES)
    step = pick(rng, (5, 10, 20, 25, 2, 4, 50))
    edges = Scale(step * draw(rng, 0, 6), step, draw(rng, 5, 8))
    scale = draw_scale(rng, fewest=7, most=20, highest=240)
    middle, wide = rng.uniform(0.2, 0.8) * edges.count, rng.uniform(1.2, 3)
    hill = np.exp(-(((np.arange(edges.count) + 0.5 - middle) / wide) ** 2)) * rng.uniform(0.6, 1.15, edges.count)
    units = np.clip(np.rint(hill / hill.max() * draw(rng, scale.units * 2 // 3, scale.units)), 1, scale.units)
    counts = tuple((units.astype(int) * scale.unit).tolist())
    picture = Histogram(measure.title, measure.axis, measure.things, edges, counts, scale)
    return picture, Bins(measure, edges, counts, scale.unit)
