"""Box plots: the smallest and largest value, the quartiles and the median of several groups."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.charts.asking import Ask, Kind, ask_of, finished, terminates
from envs.percereason.charts.axes import Plot, Side, draw_grid_style, draw_title, open_plot
from envs.percereason.charts.measures import MEASURES, Measure
from envs.percereason.charts.scale import Scale
from envs.percereason.charts.series import some
from envs.percereason.charts.topics import PEOPLE, TEAMS, TOWNS, draw_names
from envs.percereason.making import added, plain
from envs.percereason.problem import PictureProblem
from envs.problem import draw, flip, pick

#: The five numbers of a box plot, ascending.
SUMMARY = ("smallest value", "lower quartile", "median", "upper quartile", "largest value")

_POOLS = (PEOPLE, TEAMS, TOWNS, tuple(f"Class {letter}" for letter in "ABCDEFGH"))


@dataclass(frozen=True)
class BoxPlot:
    """One box with whiskers for each group.

    Attributes:
        title, axis: What was measured.
        names: Of the groups.
        summaries: By group, the five numbers of `SUMMARY`.
        scale: The numeric axis.
        upright: Whether the boxes stand; else they lie, the first group on top.
    """

    title: str
    axis: str
    names: tuple[str, ...]
    summaries: tuple[tuple[int, ...], ...]
    scale: Scale
    upright: bool

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        box = draw_title(canvas, look, self.title, rng)
        numbers, things = Side(self.scale, self.axis), Side(self.names)
        x, y = (things, numbers) if self.upright else (numbers, things)
        plot = open_plot(canvas, look, box, x, y, draw_grid_style(rng, canvas.width))
        width, first, many = rng.uniform(0.4, 0.6), int(rng.integers(6)), flip(rng)
        for index, summary in enumerate(self.summaries):
            self._box(canvas, look, plot, index, summary, width, look.tint((first + many * index) % 6, 0.6))

    def _box(
        self,
        canvas: Canvas,
        look: Look,
        plot: Plot,
        index: int,
        summary: tuple[int, ...],
        width: float,
        fill: tuple[int, int, int],
    ) -> None:
        low, q1, middle, q3, high = summary
        near, mid, far = index + 0.5 - width / 2, index + 0.5, index + 0.5 + width / 2
        line = look.line * 0.8

        def at(across: float, value: float) -> tuple[float, float]:
            return plot.at(across, value) if self.upright else plot.at(value, across)

        for start, end in ((low, q1), (q3, high)):
            canvas.line([at(mid, start), at(mid, end)], look.ink, line)
        for end in (low, high):
            canvas.line([at(mid - width / 4, end), at(mid + width / 4, end)], look.ink, line)
        canvas.polygon([at(near, q1), at(far, q1), at(far, q3), at(near, q3)], fill, look.ink, line)
        canvas.line([at(near, middle), at(far, middle)], look.ink, line * 2)


@dataclass(frozen=True)
class Groups:
    """Five-number summaries by group."""

    measure: Measure
    names: tuple[str, ...]
    summaries: tuple[tuple[int, ...], ...]
    unit: int

    def read(self, group: int, which: int) -> str:
        """The reading of one number, as a step."""
        return f"{self.names[group]}: {SUMMARY[which]} {self.summaries[group][which]}"

    def spread(self, group: int, inner: bool) -> int:
        """The interquartile range, or the range."""
        summary = self.summaries[group]
        return summary[3] - summary[1] if inner else summary[4] - summary[0]

    def read_spread(self, group: int, inner: bool) -> str:
        """How a spread is worked out, as a step."""
        low, high = (1, 3) if inner else (0, 4)
        summary = self.summaries[group]
        return f"{self.names[group]}: {summary[high]} - {summary[low]} = {summary[high] - summary[low]}"


_SPREADS = {True: "interquartile range", False: "range"}


def one_number(rng: np.random.Generator, g: Groups) -> Ask:
    (group,), which = some(rng, 1, len(g.names)), draw(rng, 0, 4)
    name, word, m = g.names[group], SUMMARY[which], g.measure
    value = g.summaries[group][which]
    asks = (f"What is the {word} of {name}, in {m.unit}?", f"Read off the {word} for {name}.")
    likely = (*(v for v in g.summaries[group] if v != value), value + g.unit)
    return Ask(pick(rng, asks), value, [g.read(group, which)], likely)


def one_spread(rng: np.random.Generator, g: Groups) -> Ask:
    (group,), inner = some(rng, 1, len(g.names)), flip(rng)
    name, word, m = g.names[group], _SPREADS[inner], g.measure
    value = g.spread(group, inner)
    asks = (f"What is the {word} of {name}, in {m.unit}?", f"Find the {word} for {name}.")
    low, high = (1, 3) if inner else (0, 4)
    steps = (g.read(group, high), g.read(group, low), g.read_spread(group, inner))
    likely = (g.spread(group, not inner), g.summaries[group][2], value + g.unit, value - g.unit)
    return Ask(pick(rng, asks), value, steps, likely)


def extreme_name(rng: np.random.Generator, g: Groups) -> Ask | None:
    which, largest = draw(rng, 0, 4), flip(rng)
    values = [summary[which] for summary in g.summaries]
    ranked = sorted(range(len(values)), key=lambda i: values[i], reverse=largest)
    if values[ranked[0]] == values[ranked[1]]:
        return None
    end, word = "highest" if largest else "lowest", SUMMARY[which]
    asks = (f"Whose {word} is the {end}?", f"For which group is the {word} the {end}?")
    told = ", ".join(f"{name} {value}" for name, value in zip(g.names, values, strict=True))
    answer = g.names[ranked[0]]
    steps = (f"{word.capitalize()}: {told}", f"The {end} is that of {answer}")
    return Ask(pick(rng, asks), answer, steps, [g.names[i] for i in ranked[1:]])


def medians_apart(rng: np.random.Generator, g: Groups) -> Ask | None:
    """One of the five numbers of one group minus the same of another."""
    (i, j), which = some(rng, 2, len(g.names)), draw(rng, 1, 3)
    a, b = g.summaries[i][which], g.summaries[j][which]
    if a <= b:
        return None
    word = SUMMARY[which]
    asks = (
        f"By how much is the {word} of {g.names[i]} above that of {g.names[j]}?",
        f"How far is the {word} of {g.names[j]} below that of {g.names[i]}?",
    )
    others = [abs(one - two) for one, two in zip(g.summaries[i], g.summaries[j], strict=True)]
    steps = (g.read(i, which), g.read(j, which), f"{a} - {b} = {a - b}")
    return Ask(pick(rng, asks), a - b, steps, (*others, a + b, a - b + g.unit))


def extreme_spread(rng: np.random.Generator, g: Groups) -> Ask | None:
    """Whose range or interquartile range is the largest or smallest."""
    inner, largest = flip(rng), flip(rng)
    values = [g.spread(i, inner) for i in range(len(g.names))]
    ranked = sorted(range(len(values)), key=lambda i: values[i], reverse=largest)
    if values[ranked[0]] == values[ranked[1]]:
        return None
    word, end = _SPREADS[inner], "largest" if largest else "smallest"
    asks = (f"Whose {word} is the {end}?", f"For which group is the {word} the {end}?")
    answer = g.names[ranked[0]]
    steps = (*(g.read_spread(i, inner) for i in range(len(g.names))), f"The {end} is that of {answer}")
    return Ask(pick(rng, asks), answer, steps, [g.names[i] for i in ranked[1:]])


def spreads_together(rng: np.random.Generator, g: Groups) -> Ask | None:
    """The sum or the difference of two spreads."""
    (i, j), inner, plus = some(rng, 2, len(g.names)), flip(rng), flip(rng)
    a, b = g.spread(i, inner), g.spread(j, inner)
    if not plus and a <= b:
        return None
    word, one, two = _SPREADS[inner], g.names[i], g.names[j]
    asks = (
        (f"What is the sum of the {word} of {one} and the {word} of {two}?", f"Add the {word}s of {one} and {two}.")
        if plus
        else (
            f"By how much is the {word} of {one} larger than the {word} of {two}?",
            f"How much smaller is the {word} of {two} than that of {one}?",
        )
    )
    value = a + b if plus else a - b
    steps = (g.read_spread(i, inner), g.read_spread(j, inner), f"{a} {'+' if plus else '-'} {b} = {value}")
    other = g.spread(i, not inner) + (1 if plus else -1) * g.spread(j, not inner)
    likely = (abs(other), a - b if plus else a + b, value + g.unit, value - g.unit, a)
    return Ask(pick(rng, asks), value, steps, likely)


def mean_of_medians(rng: np.random.Generator, g: Groups) -> Ask | None:
    """The mean of all groups' medians, or of another of the five numbers."""
    which = draw(rng, 1, 3)
    values = [summary[which] for summary in g.summaries]
    mean = Fraction(sum(values), len(values))
    if not terminates(mean):
        return None
    plural = ("", "lower quartiles", "medians", "upper quartiles")[which]
    asks = (f"What is the mean of the {plural} of all groups?", f"Average the {plural} of all groups shown.")
    told = ", ".join(f"{name} {value}" for name, value in zip(g.names, values, strict=True))
    steps = (f"{plural.capitalize()}: {told}", added(values), f"{sum(values)} / {len(values)} = {plain(mean)}")
    likely = (sorted(values)[len(values) // 2], sum(values), mean + g.unit, mean - g.unit)
    return Ask(pick(rng, asks), mean, steps, likely)


def median_of_widest(rng: np.random.Generator, g: Groups) -> Ask | None:
    """A number of the group whose spread is the largest or smallest."""
    inner, largest, which = flip(rng), flip(rng), draw(rng, 1, 3)
    values = [g.spread(i, inner) for i in range(len(g.names))]
    ranked = sorted(range(len(values)), key=lambda i: values[i], reverse=largest)
    if values[ranked[0]] == values[ranked[1]]:
        return None
    spread, end, word = _SPREADS[inner], "largest" if largest else "smallest", SUMMARY[which]
    asks = (
        f"Find the group with the {end} {spread}. What is its {word}?",
        f"What is the {word} of the group that has the {end} {spread}?",
    )
    value = g.summaries[ranked[0]][which]
    steps = (
        *(g.read_spread(i, inner) for i in range(len(g.names))),
        f"The {end} {spread} is that of {g.names[ranked[0]]}",
        g.read(ranked[0], which),
    )
    others = [g.summaries[i][which] for i in ranked[1:]]
    return Ask(pick(rng, asks), value, steps, (*others, value + g.unit, value - g.unit))


_KINDS: tuple[tuple[Kind[Groups], ...], ...] = (
    (one_number, one_number, extreme_name),
    (one_spread, medians_apart, extreme_spread),
    (spreads_together, mean_of_medians, median_of_widest),
)


def box_plot(rng: np.random.Generator, level: int) -> PictureProblem:
    """Quartiles and ranges of several groups: read, subtract, compare, average."""
    picture, groups, ask = ask_of(rng, _KINDS[level - 1], lambda: _drawn(rng))
    return finished("box_plot", level, picture, ask, groups.unit)


def _drawn(rng: np.random.Generator) -> tuple[BoxPlot, Groups]:
    measure = pick(rng, MEASURES)
    names = draw_names(rng, pick(rng, _POOLS), draw(rng, 4, 5), False)
    step, parts = pick(rng, ((2, 1), (5, 1), (10, 1), (20, 1), (2, 2), (4, 2), (10, 2), (20, 2), (20, 4), (50, 1)))
    scale = Scale(step * draw(rng, 0, 4), step, draw(rng, 9, 12) if parts == 1 else draw(rng, 5, 7), parts)
    summaries = []
    for _ in names:
        ticks = np.sort(rng.choice(scale.units - 1, size=5, replace=False) + 1)
        summaries.append(tuple((scale.low + ticks * scale.unit).tolist()))
    picture = BoxPlot(measure.title, measure.axis, names, tuple(summaries), scale, flip(rng, 0.4))
    return picture, Groups(measure, names, tuple(summaries), scale.unit)
