"""Questions about a quantity that is split two ways: the data behind grouped bars, several lines, and tables."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.percereason.charts.asking import Ask, Kind, terminates
from envs.percereason.charts.series import some
from envs.percereason.charts.topics import Division, Topic
from envs.percereason.making import added, listed, plain
from envs.problem import flip, pick


@dataclass(frozen=True)
class Grid:
    """Values of named things in several parts.

    Attributes:
        topic: What the values are.
        division: What the parts are.
        names: Of the things.
        parts: Names of the parts.
        values: By part, then by thing.
        unit: Distance of readings that are easily taken for each other.
    """

    topic: Topic
    division: Division
    names: tuple[str, ...]
    parts: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    unit: int

    def where(self, part: int, name: int) -> str:
        """Which value is meant: `by Ana in 2024`."""
        return f"{self.topic.of(self.names[name])} {self.division.of(self.parts[part])}"

    def read(self, part: int, name: int) -> str:
        """The reading of one value, as a step."""
        return f"{self.names[name]}, {self.parts[part]}: {self.values[part][name]}"

    def read_part(self, part: int) -> str:
        """The readings of one part, as a step."""
        pairs = zip(self.names, self.values[part], strict=True)
        return f"{self.parts[part]}: " + ", ".join(f"{name} {value}" for name, value in pairs)

    def column(self, name: int) -> list[int]:
        """The values of one thing, by part."""
        return [values[name] for values in self.values]


def _two(rng: np.random.Generator, of: int) -> tuple[int, int]:
    first, second = some(rng, 2, of)
    return first, second


# -- one step after reading ---------------------------------------------------------------------------------------


def cell(rng: np.random.Generator, g: Grid) -> Ask:
    (part,), (name,) = some(rng, 1, len(g.parts)), some(rng, 1, len(g.names))
    q = g.topic.quantity
    asks = (f"What is the {q} {g.where(part, name)}?", f"Read off the {q} {g.where(part, name)}.")
    value = g.values[part][name]
    likely = [*(v for v in g.column(name) if v != value), g.values[part][name - 1], value + g.unit, value - g.unit]
    return Ask(pick(rng, asks), value, [g.read(part, name)], likely)


def within_name(rng: np.random.Generator, g: Grid) -> Ask | None:
    """Two parts of one thing: their sum or difference."""
    (name,), (one, two) = some(rng, 1, len(g.names)), _two(rng, len(g.parts))
    a, b = g.values[one][name], g.values[two][name]
    q, at = g.topic.quantity, g.topic.of(g.names[name])
    if flip(rng):
        both = g.division.of(g.parts[one], g.parts[two])
        asks = (f"What is the {q} {at} {both} together?", f"Add up the {q} {at} {both}. What is the sum?")
        value, working = a + b, added((a, b))
    elif a > b:
        asks = (
            f"By how much is the {q} {at} {g.division.of(g.parts[one])} larger than {g.division.of(g.parts[two])}?",
            f"How much smaller is the {q} {at} {g.division.of(g.parts[two])} than {g.division.of(g.parts[one])}?",
        )
        value, working = a - b, f"{a} - {b} = {a - b}"
    else:
        return None
    steps = (g.read(one, name), g.read(two, name), working)
    return Ask(pick(rng, asks), value, steps, (abs(a - b), a + b, value + g.unit, value - g.unit, a, b))


def within_part(rng: np.random.Generator, g: Grid) -> Ask | None:
    """Two things in one part: their sum or difference."""
    (part,), (one, two) = some(rng, 1, len(g.parts)), _two(rng, len(g.names))
    a, b = g.values[part][one], g.values[part][two]
    q, at = g.topic.quantity, g.division.of(g.parts[part])
    if flip(rng):
        both = g.topic.of(g.names[one], g.names[two])
        asks = (f"What is the {q} {both} together {at}?", f"Add up the {q} {both} {at}. What is the sum?")
        value, working = a + b, added((a, b))
    elif a > b:
        first, second = g.topic.of(g.names[one]), g.topic.of(g.names[two])
        asks = (
            f"By how much is the {q} {first} larger than that {second} {at}?",
            f"How much smaller is the {q} {second} than that {first} {at}?",
        )
        value, working = a - b, f"{a} - {b} = {a - b}"
    else:
        return None
    steps = (g.read(part, one), g.read(part, two), working)
    return Ask(pick(rng, asks), value, steps, (abs(a - b), a + b, value + g.unit, value - g.unit, a, b))


def extreme_in_part(rng: np.random.Generator, g: Grid) -> Ask | None:
    """Which thing is largest or smallest in one part."""
    (part,), largest = some(rng, 1, len(g.parts)), flip(rng)
    values, word = g.values[part], "largest" if largest else "smallest"
    ranked = sorted(range(len(values)), key=lambda i: values[i], reverse=largest)
    if values[ranked[0]] == values[ranked[1]]:
        return None
    q, kind, at = g.topic.quantity, g.topic.kind, g.division.of(g.parts[part])
    asks = (f"Which {kind} has the {word} {q} {at}?", f"For which {kind} is the {q} {at} {word}?")
    answer = g.names[ranked[0]]
    steps = (g.read_part(part), f"The {word} of these is {values[ranked[0]]}, for {answer}")
    return Ask(pick(rng, asks), answer, steps, [g.names[i] for i in ranked[1:]])


# -- two steps ----------------------------------------------------------------------------------------------------


def part_total(rng: np.random.Generator, g: Grid) -> Ask | None:
    """All things of one part."""
    if len(g.names) > 5:
        return None
    (part,) = some(rng, 1, len(g.parts))
    q, at, kinds = g.topic.quantity, g.division.of(g.parts[part]), g.topic.kinds
    asks = (
        f"What is the total {q} {at} over all {kinds} shown?",
        f"Add up the {q} {at} over all {kinds} shown. What is the sum?",
    )
    value = sum(g.values[part])
    likely = [*(sum(v) for v in g.values), value - g.values[part][0], value - g.values[part][-1], value + g.unit]
    return Ask(pick(rng, asks), value, (g.read_part(part), added(g.values[part])), likely)


def name_total(rng: np.random.Generator, g: Grid) -> Ask | None:
    """All parts of one thing."""
    if len(g.parts) < 3:
        return None
    (name,) = some(rng, 1, len(g.names))
    q, at, kinds = g.topic.quantity, g.topic.of(g.names[name]), g.division.kinds
    asks = (
        f"What is the total {q} {at} over all {kinds} shown?",
        f"Add up the {q} {at} over all {kinds} shown. What is the sum?",
    )
    values = g.column(name)
    steps = (*(g.read(part, name) for part in range(len(g.parts))), added(values))
    total = sum(values)
    return Ask(pick(rng, asks), total, steps, (total - values[0], total - values[-1], total + g.unit, total - g.unit))


def how_often_larger(rng: np.random.Generator, g: Grid) -> Ask | None:
    """In how many things one part exceeds another."""
    one, two = _two(rng, len(g.parts))
    if len(g.names) < 4 or any(a == b for a, b in zip(g.values[one], g.values[two], strict=True)):
        return None
    hits = [name for i, name in enumerate(g.names) if g.values[one][i] > g.values[two][i]]
    q, first, second = g.topic.quantity, g.division.of(g.parts[one]), g.division.of(g.parts[two])
    asks = (
        f"For how many {g.topic.kinds} is the {q} larger {first} than {second}?",
        f"How many {g.topic.kinds} have a larger {q} {first} than {second}?",
    )
    found = listed(hits) if hits else "none"
    steps = (g.read_part(one), g.read_part(two), f"Larger {first}: {found}; number of these: {len(hits)}")
    return Ask(pick(rng, asks), len(hits), steps, (len(g.names) - len(hits), len(hits) + 1, len(hits) - 1))


def spread_in_part(rng: np.random.Generator, g: Grid) -> Ask | None:
    (part,) = some(rng, 1, len(g.parts))
    high, low = max(g.values[part]), min(g.values[part])
    q, at = g.topic.quantity, g.division.of(g.parts[part])
    if high == low:
        return None
    asks = (
        f"What is the difference between the largest and the smallest {q} {at}?",
        f"By how much does the largest {q} {at} exceed the smallest one {at}?",
    )
    steps = (g.read_part(part), f"Largest {high}, smallest {low}", f"{high} - {low} = {high - low}")
    everywhere = [value for values in g.values for value in values]
    likely = (max(everywhere) - min(everywhere), high, high - low + g.unit, high + low, high - low - g.unit)
    return Ask(pick(rng, asks), high - low, steps, likely)


def crossed(rng: np.random.Generator, g: Grid) -> Ask | None:
    """One thing in one part plus another in another part minus a third value."""
    (one, two), (i, j) = _two(rng, len(g.parts)), _two(rng, len(g.names))
    a, b, c = g.values[one][i], g.values[two][j], g.values[one][j]
    if a + b <= c:
        return None
    q = g.topic.quantity
    asks = (
        f"Add the {q} {g.where(one, i)} to that {g.where(two, j)}, then subtract that {g.where(one, j)}. What is left?",
        f"By how much does the {q} {g.where(one, i)} and {g.where(two, j)} together exceed that {g.where(one, j)}?",
    )
    steps = (g.read(one, i), g.read(two, j), g.read(one, j), added((a, b)), f"{a + b} - {c} = {a + b - c}")
    d = g.values[two][i]
    return Ask(pick(rng, asks), a + b - c, steps, (a + b, d + c, a + b + c, abs(a - c), a + b - c + g.unit))


# -- three steps --------------------------------------------------------------------------------------------------


def totals_apart(rng: np.random.Generator, g: Grid) -> Ask | None:
    """How much the total of one part exceeds another's."""
    one, two = _two(rng, len(g.parts))
    a, b = sum(g.values[one]), sum(g.values[two])
    if a <= b or len(g.names) > 5:
        return None
    q, kinds = g.topic.quantity, g.topic.kinds
    first, second = g.division.of(g.parts[one]), g.division.of(g.parts[two])
    asks = (
        f"Over all {kinds} shown, by how much is the total {q} {first} larger than {second}?",
        f"Over all {kinds} shown, how much smaller is the total {q} {second} than {first}?",
    )
    steps = (
        g.read_part(one),
        g.read_part(two),
        f"{g.parts[one]}: {added(g.values[one])}",
        f"{g.parts[two]}: {added(g.values[two])}",
        f"{a} - {b} = {a - b}",
    )
    first_gap = abs(g.values[one][0] - g.values[two][0])
    return Ask(pick(rng, asks), a - b, steps, (first_gap, a + b, a - b + g.unit, a - b - g.unit, a, b))


def extreme_total(rng: np.random.Generator, g: Grid) -> Ask | None:
    """Which thing has the largest or smallest total over all parts."""
    largest = flip(rng)
    totals = [sum(g.column(i)) for i in range(len(g.names))]
    ranked = sorted(range(len(totals)), key=lambda i: totals[i], reverse=largest)
    if totals[ranked[0]] == totals[ranked[1]] or len(g.names) > 5:
        return None
    q, word, kinds = g.topic.quantity, "largest" if largest else "smallest", g.division.kinds
    asks = (
        f"Which {g.topic.kind} has the {word} total {q} over all {kinds} shown?",
        f"Add up the {q} over all {kinds} shown for each {g.topic.kind}. Which has the {word} sum?",
    )
    sums = [f"{name}: {added(g.column(i))}" for i, name in enumerate(g.names)]
    answer = g.names[ranked[0]]
    return Ask(pick(rng, asks), answer, (*sums, f"The {word} total is for {answer}"), [g.names[i] for i in ranked[1:]])


def extreme_gap(rng: np.random.Generator, g: Grid) -> Ask | None:
    """For which thing two parts differ most or least."""
    (one, two), most = _two(rng, len(g.parts)), flip(rng)
    gaps = [abs(a - b) for a, b in zip(g.values[one], g.values[two], strict=True)]
    ranked = sorted(range(len(gaps)), key=lambda i: gaps[i], reverse=most)
    if gaps[ranked[0]] == gaps[ranked[1]]:
        return None
    q, word, both = g.topic.quantity, "most" if most else "least", listed([g.parts[one], g.parts[two]])
    asks = (
        f"For which {g.topic.kind} does the {q} differ {word} between {both}?",
        f"Between {both}, which {g.topic.kind} shows the {'largest' if most else 'smallest'} difference in the {q}?",
    )
    pairs = zip(g.names, g.values[one], g.values[two], strict=True)
    steps = [f"{name}: {max(a, b)} - {min(a, b)} = {abs(a - b)}" for name, a, b in pairs]
    answer = g.names[ranked[0]]
    ending = f"The {'largest' if most else 'smallest'} difference is for {answer}"
    return Ask(pick(rng, asks), answer, (*steps, ending), [g.names[i] for i in ranked[1:]])


def total_where_larger(rng: np.random.Generator, g: Grid) -> Ask | None:
    """The total of one part over the things where it exceeds another."""
    one, two = _two(rng, len(g.parts))
    if any(a == b for a, b in zip(g.values[one], g.values[two], strict=True)):
        return None
    hits = [i for i in range(len(g.names)) if g.values[one][i] > g.values[two][i]]
    if not 2 <= len(hits) < len(g.names):
        return None
    q, first, second = g.topic.quantity, g.division.of(g.parts[one]), g.division.of(g.parts[two])
    asks = (
        f"Take the {g.topic.kinds} whose {q} is larger {first} than {second}. What is their total {first}?",
        f"What is the total {q} {first} of those {g.topic.kinds} that have more {first} than {second}?",
    )
    chosen = [g.values[one][i] for i in hits]
    steps = (
        g.read_part(one),
        g.read_part(two),
        f"Larger {first}: {listed([g.names[i] for i in hits])}",
        added(chosen),
    )
    total = sum(chosen)
    likely = (sum(g.values[one]), sum(g.values[two][i] for i in hits), sum(g.values[one]) - total, total + g.unit)
    return Ask(pick(rng, asks), total, steps, likely)


def mean_in_part(rng: np.random.Generator, g: Grid) -> Ask | None:
    """The mean of one part minus one of its values, if that is below."""
    (part,), (name,) = some(rng, 1, len(g.parts)), some(rng, 1, len(g.names))
    values = g.values[part]
    mean, low = Fraction(sum(values), len(values)), values[name]
    if not terminates(mean) or mean <= low:
        return None
    q, at = g.topic.quantity, g.division.of(g.parts[part])
    asks = (
        f"Over all {g.topic.kinds} shown, by how much is the mean {q} {at} larger than the {q} {g.where(part, name)}?",
        f"Find the mean {q} {at} over all {g.topic.kinds} shown. By how much does it exceed that {g.where(part, name)}?",
    )
    steps = (
        g.read_part(part),
        added(values),
        f"{sum(values)} / {len(values)} = {plain(mean)}",
        f"{plain(mean)} - {low} = {plain(mean - low)}",
    )
    return Ask(pick(rng, asks), mean - low, steps, (mean, max(values) - low, mean - low + g.unit, sum(values) - low))


def part_share(rng: np.random.Generator, g: Grid) -> Ask | None:
    """What percentage of a thing's total falls to one part."""
    (part,), (name,) = some(rng, 1, len(g.parts)), some(rng, 1, len(g.names))
    values = g.column(name)
    share = Fraction(100 * values[part], sum(values))
    if not terminates(share, 1):
        return None
    q, at, of = g.topic.quantity, g.topic.of(g.names[name]), g.division.of(g.parts[part])
    asks = (
        f"Over all {g.division.kinds} shown, what percentage of the {q} {at} falls {of}?",
        f"What percentage of the total {q} {at}, over all {g.division.kinds} shown, is {of}?",
    )
    readings = [g.read(i, name) for i in range(len(g.parts))]
    steps = (*readings, added(values), f"{values[part]} / {sum(values)} * 100 = {plain(share)}")
    return Ask(pick(rng, asks), share, steps, (100 - share, Fraction(values[part]), share + 5, share / 2))


GRID_KINDS: tuple[tuple[Kind[Grid], ...], ...] = (
    (cell, within_name, within_name, within_part, within_part, extreme_in_part),
    (part_total, name_total, how_often_larger, spread_in_part, crossed),
    (totals_apart, extreme_total, extreme_gap, total_where_larger, mean_in_part, part_share),
)
