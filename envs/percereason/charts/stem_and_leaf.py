"""Stem-and-leaf plots: two-digit values sorted into rows by their tens."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.look import blend
from envs.percereason.charts.asking import Ask, Kind, ask_of, finished, terminates
from envs.percereason.charts.axes import draw_title, small
from envs.percereason.charts.measures import MEASURES, Measure
from envs.percereason.making import added, plain
from envs.percereason.problem import PictureProblem
from envs.problem import draw, flip, pick


@dataclass(frozen=True)
class StemAndLeaf:
    """Rows of last digits behind their common first digits.

    Attributes:
        title: What the values are.
        unit: Their unit, for the key.
        stems: The first digits, consecutive.
        values: All values, ascending.
    """

    title: str
    unit: str
    stems: tuple[int, ...]
    values: tuple[int, ...]

    def leaves(self, stem: int) -> list[int]:
        """The last digits of one row."""
        return [value % 10 for value in self.values if value // 10 == stem]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        left, top, right, bottom = draw_title(canvas, look, self.title, rng)
        longest = max(len(self.leaves(stem)) for stem in self.stems)
        row = min((bottom - top) / (len(self.stems) + 2.2), look.text * 2.4)
        column = min((right - left) * 0.78 / max(longest, 6), row * 0.95)
        size = min(look.text * 1.2, column * 1.25, row * 0.8)
        top += (bottom - top - row * (len(self.stems) + 2.2)) / 2
        rule = left + (right - left) * 0.19
        zebra, headed = flip(rng, 0.4), flip(rng, 0.6)
        if headed:
            canvas.text((rule - size * 0.6, top + row * 0.5), "Stem", size * 0.8, look.ink, look.family, "bold", "rm")
            canvas.text((rule + size * 0.6, top + row * 0.5), "Leaf", size * 0.8, look.ink, look.family, "bold", "lm")
        y = top + row
        for index, stem in enumerate(self.stems):
            if zebra and index % 2:
                canvas.rectangle((left, y, right, y + row), blend(look.paper, look.ink, 0.08))
            canvas.text((rule - size * 0.6, y + row / 2), str(stem), size, look.ink, look.family, "bold", "rm")
            for place, leaf in enumerate(self.leaves(stem)):
                at = (rule + size * 0.5 + column * (place + 0.4), y + row / 2)
                canvas.text(at, str(leaf), size, look.ink, look.family)
            y += row
        canvas.line([(rule, top + row * (0.15 if headed else 0.9)), (rule, y)], look.ink, look.line)
        if headed:
            canvas.line([(left, top + row), (right, top + row)], look.ink, look.line * 0.6)
        first = self.values[0]
        key = f"Key: {first // 10} | {first % 10} means {first} {self.unit}".strip()
        canvas.text(
            ((left + right) / 2, min(y + row * 0.75, bottom - size * 0.5)), key, small(look), look.ink, look.family
        )


@dataclass(frozen=True)
class Sample:
    """Ascending values and what they measure."""

    measure: Measure
    stems: tuple[int, ...]
    values: tuple[int, ...]

    def row(self, stem: int) -> list[int]:
        """The values of one row."""
        return [value for value in self.values if value // 10 == stem]

    def full_rows(self, least: int) -> list[int]:
        """Stems with at least so many values."""
        return [stem for stem in self.stems if len(self.row(stem)) >= least]

    @property
    def median(self) -> Fraction:
        count = len(self.values)
        return Fraction(self.values[(count - 1) // 2] + self.values[count // 2], 2)

    def read_median(self) -> str:
        """How the median is found, as a step."""
        count = len(self.values)
        if count % 2:
            return f"There are {count} values; the middle one, number {count // 2 + 1}, is {plain(self.median)}"
        one, two = self.values[count // 2 - 1], self.values[count // 2]
        return f"There are {count} values; the middle two are {one} and {two}, so the median is {plain(self.median)}"


def how_many(rng: np.random.Generator, s: Sample) -> Ask:
    m = s.measure
    asks = (f"How many {m.things} were measured?", "How many values does the plot show?")
    count = len(s.values)
    rows = ", ".join(f"{stem}: {len(s.row(stem))}" for stem in s.stems)
    steps = (f"Leaves by row: {rows}", added([len(s.row(stem)) for stem in s.stems]))
    return Ask(pick(rng, asks), count, steps, (count + 1, count - 1, count + len(s.stems), count + 2))


def extreme(rng: np.random.Generator, s: Sample) -> Ask:
    largest, m = flip(rng), s.measure
    word, value = ("largest", s.values[-1]) if largest else ("smallest", s.values[0])
    asks = (f"What is the {word} {m.measure}, in {m.unit}?", f"Find the {word} value in the plot.")
    side = s.values[-2] if largest else s.values[1]
    steps = (
        f"The {'last' if largest else 'first'} leaf is {value % 10}, behind the stem {value // 10}",
        f"That is {value}",
    )
    return Ask(pick(rng, asks), value, steps, (side, value % 10, value // 10, value + 10, value - 10, value + 1))


def in_row(rng: np.random.Generator, s: Sample) -> Ask:
    stem, m = pick(rng, s.stems), s.measure
    count = len(s.row(stem))
    low, high = 10 * stem, 10 * stem + 9
    asks = (
        f"How many {m.things} have {m.one} from {low} to {high} {m.unit}?",
        f"How many values from {low} to {high} are there?",
    )
    steps = (f"Count the leaves behind the stem {stem}", f"Their number is {count}")
    return Ask(pick(rng, asks), count, steps, (count + 1, count - 1, len(s.values) - count, count + 2))


def spread(rng: np.random.Generator, s: Sample) -> Ask:
    m = s.measure
    low, high = s.values[0], s.values[-1]
    asks = (
        f"What is the range of the values, in {m.unit}?",
        f"By how many {m.unit} do the largest and smallest value differ?",
    )
    steps = (f"Largest: {high}", f"Smallest: {low}", f"{high} - {low} = {high - low}")
    likely = (high, s.values[-2] - low, high - s.values[1], high - low + 10, high - low - 1, high + low)
    return Ask(pick(rng, asks), high - low, steps, likely)


def median(rng: np.random.Generator, s: Sample) -> Ask:
    m = s.measure
    asks = (f"What is the median {m.measure}, in {m.unit}?", "What is the median of the values?")
    count = len(s.values)
    near = (
        s.values[count // 2 + 1],
        s.values[count // 2 - 1],
        s.values[count // 2],
        Fraction(s.values[0] + s.values[-1], 2),
    )
    return Ask(pick(rng, asks), s.median, [s.read_median()], near)


def beyond(rng: np.random.Generator, s: Sample) -> Ask | None:
    """How many lie above or below one of the values."""
    limit, above, m = pick(rng, s.values), flip(rng), s.measure
    hits = [value for value in s.values if (value > limit if above else value < limit)]
    if len(hits) < 3:
        return None
    word = "more than" if above else "less than"
    asks = (
        f"How many {m.things} have {m.one} of {word} {limit} {m.unit}?",
        f"How many values of {word} {limit} does the plot show?",
    )
    parts = [sum(value // 10 == stem for value in hits) for stem in s.stems]
    steps = (f"{word.capitalize()} {limit}, row by row: {', '.join(map(str, parts))}", added(parts))
    count = len(hits)
    ties = s.values.count(limit)
    return Ask(pick(rng, asks), count, steps, (count + ties, len(s.values) - count, count + 1, count - 1))


def row_total(rng: np.random.Generator, s: Sample) -> Ask | None:
    rows = [stem for stem in s.full_rows(3) if len(s.row(stem)) <= 5]
    if not rows:
        return None
    stem = pick(rng, rows)
    row, m = s.row(stem), s.measure
    low, high, total = 10 * stem, 10 * stem + 9, sum(s.row(stem))
    asks = (
        f"What is the sum of all values from {low} to {high}?",
        f"Add up the {m.measure}, in {m.unit}, of all {m.things} from {low} to {high} {m.unit}. What is the sum?",
    )
    leaves = sum(value % 10 for value in row)
    steps = (f"Values: {', '.join(map(str, row))}", added(row))
    return Ask(pick(rng, asks), total, steps, (total - row[0], leaves, total + 10, 10 * stem + leaves, total - 1))


def row_mean(rng: np.random.Generator, s: Sample) -> Ask | None:
    rows = [stem for stem in s.full_rows(2) if terminates(Fraction(sum(s.row(stem)), len(s.row(stem))))]
    rows = [stem for stem in rows if len(s.row(stem)) <= 5]
    if not rows:
        return None
    stem = pick(rng, rows)
    row = s.row(stem)
    mean, low, high = Fraction(sum(row), len(row)), 10 * stem, 10 * stem + 9
    asks = (f"What is the mean of all values from {low} to {high}?", f"Average the values from {low} to {high}.")
    steps = (
        f"Values: {', '.join(map(str, row))}",
        added(row),
        f"{sum(row)} / {len(row)} = {plain(mean)}",
    )
    likely = (mean - low, Fraction(row[len(row) // 2]), mean + 1, Fraction(sum(row)), mean - 1)
    return Ask(pick(rng, asks), mean, steps, likely)


def median_gap(rng: np.random.Generator, s: Sample) -> Ask | None:
    """How far the median is from the smallest or largest value."""
    up = flip(rng)
    end, word = (s.values[-1], "largest") if up else (s.values[0], "smallest")
    gap = abs(end - s.median)
    if gap == 0:
        return None
    asks = (
        f"What is the difference between the median and the {word} value?",
        f"By how much do the {word} value and the median differ?",
    )
    low, high = sorted((s.median, Fraction(end)))
    steps = (f"The {word} value is {end}", s.read_median(), f"{plain(high)} - {plain(low)} = {plain(gap)}")
    other = abs(s.values[0] - s.median) if up else abs(s.values[-1] - s.median)
    return Ask(pick(rng, asks), gap, steps, (other, s.values[-1] - s.values[0], gap + 1, s.median, gap - 1))


def mode_and_median(rng: np.random.Generator, s: Sample) -> Ask | None:
    """The sum or difference of the commonest value and the median."""
    commonest = max(set(s.values), key=s.values.count)
    times = s.values.count(commonest)
    if times < 2 or sum(s.values.count(value) == times for value in set(s.values)) > 1 or commonest == s.median:
        return None
    together = flip(rng)
    asks = (
        ("What is the sum of the mode and the median?", "Add the mode to the median. What do you get?")
        if together
        else ("By how much do the mode and the median differ?", "What is the difference between mode and median?")
    )
    low, high = sorted((s.median, Fraction(commonest)))
    value = high + low if together else high - low
    sign = "+" if together else "-"
    steps = (
        f"The mode, there {times} times, is {commonest}",
        s.read_median(),
        f"{plain(high)} {sign} {plain(low)} = {plain(value)}",
    )
    likely = (Fraction(commonest), s.median, high - low if together else high + low, value + 1, value + 10)
    return Ask(pick(rng, asks), value, steps, likely)


_KINDS: tuple[tuple[Kind[Sample], ...], ...] = (
    (how_many, extreme, extreme, in_row),
    (spread, median, beyond),
    (row_total, row_mean, median_gap, mode_and_median),
)


def stem_and_leaf(rng: np.random.Generator, level: int) -> PictureProblem:
    """Sorted two-digit values: counts, range, median, mode, sums and means of rows."""
    picture, _, ask = ask_of(rng, _KINDS[level - 1], lambda: _drawn(rng))
    return finished("stem_and_leaf", level, picture, ask)


def _drawn(rng: np.random.Generator) -> tuple[StemAndLeaf, Sample]:
    measure = pick(rng, MEASURES)
    rows = draw(rng, 4, 6)
    first = draw(rng, 1, 9 - rows + 1)
    middle, wide = 10 * (first + rows / 2), 10 * rows / 3.4
    while True:
        raw = np.rint(rng.normal(middle, wide, draw(rng, 11, 24))).astype(int)
        values = np.sort(raw[(raw >= 10 * first) & (raw < 10 * (first + rows))])
        sizes = np.bincount(values // 10, minlength=10)[first : first + rows]
        if sizes.min() >= 1 and sizes.max() <= 9:
            break
    stems, listed = tuple(range(first, first + rows)), tuple(values.tolist())
    return StemAndLeaf(measure.title, measure.unit, stems, listed), Sample(measure, stems, listed)
