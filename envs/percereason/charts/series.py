"""Questions about one quantity of several things: the data behind bars, lines, slices and columns of a table."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from envs.percereason.charts.asking import Ask, Kind, terminates
from envs.percereason.charts.topics import Topic
from envs.percereason.making import added, listed, plain
from envs.problem import flip, pick


@dataclass(frozen=True)
class Series:
    """Values of named things.

    Attributes:
        topic: What the values are.
        names: Of the things, as the picture shows them.
        values: One for each; different from each other.
        unit: Distance of readings that are easily taken for each other.
        reading: How a reading is told, with `{name}` and `{value}`.
    """

    topic: Topic
    names: tuple[str, ...]
    values: tuple[int, ...]
    unit: int
    reading: str

    def read(self, *indices: int) -> list[str]:
        """The readings of some things, one step each."""
        return [self.reading.format(name=self.names[i], value=self.values[i]) for i in indices]

    def read_all(self) -> str:
        """All readings in one step."""
        return ", ".join(f"{name} {value}" for name, value in zip(self.names, self.values, strict=True))

    def ranked(self, largest_first: bool = True) -> list[int]:
        """Indices in order of value."""
        return sorted(range(len(self.names)), key=lambda i: self.values[i], reverse=largest_first)


def some(rng: np.random.Generator, count: int, of: int) -> list[int]:
    """Different indices below `of`, in random order."""
    return [int(i) for i in rng.choice(of, size=count, replace=False)]


# -- one step after reading ---------------------------------------------------------------------------------------


def value_of_one(rng: np.random.Generator, s: Series) -> Ask:
    (i,) = some(rng, 1, len(s.names))
    q, where = s.topic.quantity, s.topic.of(s.names[i])
    asks = (f"What is the {q} {where}?", f"Read off the {q} {where}.")
    near = [s.values[j] for j in (i - 1, (i + 1) % len(s.values))]
    return Ask(pick(rng, asks), s.values[i], s.read(i), (*near, s.values[i] + s.unit, s.values[i] - s.unit))


def pair_total(rng: np.random.Generator, s: Series) -> Ask:
    i, j = some(rng, 2, len(s.names))
    q, where = s.topic.quantity, s.topic.of(s.names[i], s.names[j])
    asks = (f"What is the {q} {where} together?", f"Add up the {q} {where}. What is the sum?")
    a, b = s.values[i], s.values[j]
    steps = (*s.read(i, j), added((a, b)))
    return Ask(pick(rng, asks), a + b, steps, (abs(a - b), a + b + s.unit, a + b - s.unit, max(a, b)))


def pair_difference(rng: np.random.Generator, s: Series) -> Ask:
    i, j = some(rng, 2, len(s.names))
    if s.values[i] < s.values[j]:
        i, j = j, i
    q, first, second = s.topic.quantity, s.topic.of(s.names[i]), s.topic.of(s.names[j])
    asks = (
        f"By how much is the {q} {first} larger than that {second}?",
        f"How much smaller is the {q} {second} than that {first}?",
        f"Find the difference between the {q} {first} and {second}.",
    )
    a, b = s.values[i], s.values[j]
    steps = (*s.read(i, j), f"{a} - {b} = {a - b}")
    return Ask(pick(rng, asks), a - b, steps, (a + b, a - b + s.unit, a - b - s.unit, a, b))


def extreme_name(rng: np.random.Generator, s: Series) -> Ask:
    largest = flip(rng)
    ranked = s.ranked(largest)
    word = "largest" if largest else "smallest"
    asks = (
        f"Which {s.topic.kind} has the {word} {s.topic.quantity}?",
        f"For which {s.topic.kind} is the {s.topic.quantity} {word}?",
    )
    steps = (s.read_all(), f"The {word} of these is {s.values[ranked[0]]}, for {s.names[ranked[0]]}")
    return Ask(pick(rng, asks), s.names[ranked[0]], steps, [s.names[i] for i in (*ranked[1:3], ranked[-1], *ranked)])


def extreme_value(rng: np.random.Generator, s: Series) -> Ask:
    largest = flip(rng)
    ranked = s.ranked(largest)
    word = "largest" if largest else "smallest"
    asks = (
        f"What is the {word} {s.topic.quantity} of any {s.topic.kind}?",
        f"How large is the {word} {s.topic.quantity} shown?",
    )
    value = s.values[ranked[0]]
    likely = (s.values[ranked[1]], value + s.unit, value - s.unit, s.values[ranked[-1]])
    return Ask(pick(rng, asks), value, (s.read_all(), f"The {word} of these is {value}"), likely)


def name_at_value(rng: np.random.Generator, s: Series) -> Ask:
    (i,) = some(rng, 1, len(s.names))
    q, kind, value = s.topic.quantity, s.topic.kind, s.values[i]
    asks = (f"For which {kind} is the {q} equal to {value}?", f"Which {kind} has a {q} of exactly {value}?")
    near = sorted(range(len(s.names)), key=lambda j: abs(s.values[j] - value))
    steps = (*s.read(i), f"So the {kind} is {s.names[i]}")
    return Ask(pick(rng, asks), s.names[i], steps, [s.names[j] for j in near])


# -- two steps ----------------------------------------------------------------------------------------------------


def spread(rng: np.random.Generator, s: Series) -> Ask:
    ranked = s.ranked()
    q = s.topic.quantity
    asks = (
        f"What is the difference between the largest and the smallest {q}?",
        f"By how much does the largest {q} exceed the smallest?",
    )
    high, low, second = s.values[ranked[0]], s.values[ranked[-1]], s.values[ranked[1]]
    steps = (f"Largest: {high}, for {s.names[ranked[0]]}", f"Smallest: {low}, for {s.names[ranked[-1]]}")
    likely = (high, second - low, high - second, high + low, high - low + s.unit)
    return Ask(pick(rng, asks), high - low, (*steps, f"{high} - {low} = {high - low}"), likely)


def triple_total(rng: np.random.Generator, s: Series) -> Ask | None:
    if len(s.names) < 4:
        return None
    chosen = some(rng, 3, len(s.names))
    q, where = s.topic.quantity, s.topic.of(*(s.names[i] for i in chosen))
    a, b, c = (s.values[i] for i in chosen)
    asks = (f"What is the {q} {where} together?", f"Add up the {q} {where}. What is the sum?")
    steps = (*s.read(*chosen), f"{a} + {b} = {a + b}", f"{a + b} + {c} = {a + b + c}")
    likely = (a + b, b + c, a + b + c + s.unit, a + b + c - s.unit, a + c)
    return Ask(pick(rng, asks), a + b + c, steps, likely)


def plus_minus(rng: np.random.Generator, s: Series) -> Ask | None:
    if len(s.names) < 4:
        return None
    i, j, k = some(rng, 3, len(s.names))
    a, b, c = s.values[i], s.values[j], s.values[k]
    if a + b <= c:
        return None
    q, pair, last = s.topic.quantity, s.topic.of(s.names[i], s.names[j]), s.topic.of(s.names[k])
    asks = (
        f"By how much is the {q} {pair} together larger than that {last}?",
        f"Add up the {q} {pair}, then subtract that {last}. What is left?",
    )
    steps = (*s.read(i, j, k), f"{a} + {b} = {a + b}", f"{a + b} - {c} = {a + b - c}")
    return Ask(pick(rng, asks), a + b - c, steps, (a + b, a + b + c, abs(a - c), abs(b - c), a + b - c + s.unit))


def rank_name(rng: np.random.Generator, s: Series) -> Ask | None:
    if len(s.names) < 4:
        return None
    largest, place = flip(rng), pick(rng, (1, 1, 2))
    ranked = s.ranked(largest)
    word = f"{('second', 'third')[place - 1]} {'largest' if largest else 'smallest'}"
    asks = (
        f"Which {s.topic.kind} has the {word} {s.topic.quantity}?",
        f"For which {s.topic.kind} is the {s.topic.quantity} the {word}?",
    )
    order = ", ".join(f"{s.names[i]} {s.values[i]}" for i in ranked)
    answer = s.names[ranked[place]]
    likely = [s.names[ranked[i]] for i in (place - 1, place + 1, -1 - place, 0, *range(len(ranked)))]
    return Ask(pick(rng, asks), answer, (f"In order: {order}", f"The {word} is for {answer}"), likely)


def how_many_times(rng: np.random.Generator, s: Series) -> Ask | None:
    pairs = [(i, j) for i in range(len(s.names)) for j in range(len(s.names)) if s.values[i] % s.values[j] == 0]
    pairs = [(i, j) for i, j in pairs if i != j]
    if not pairs:
        return None
    i, j = pick(rng, pairs)
    q, first, second = s.topic.quantity, s.topic.of(s.names[i]), s.topic.of(s.names[j])
    a, b = s.values[i], s.values[j]
    asks = (
        f"How many times as large as the {q} {second} is the {q} {first}?",
        f"Divide the {q} {first} by the {q} {second}. What is the quotient?",
    )
    steps = (*s.read(i, j), f"{a} / {b} = {a // b}")
    return Ask(pick(rng, asks), a // b, steps, (a // b + 1, a - b, a // b + 2, a // b - 1))


def how_many_beyond(rng: np.random.Generator, s: Series) -> Ask:
    """How many lie above or below the value of a named one."""
    (i,) = some(rng, 1, len(s.names))
    above = flip(rng)
    word = "larger" if above else "smaller"
    hits = [j for j, v in enumerate(s.values) if (v > s.values[i] if above else v < s.values[i])]
    asks = (
        f"How many {s.topic.kinds} have a {word} {s.topic.quantity} than {s.names[i]}?",
        f"For how many {s.topic.kinds} is the {s.topic.quantity} {word} than that {s.topic.of(s.names[i])}?",
    )
    found = listed([f"{s.names[j]} with {s.values[j]}" for j in hits]) if hits else "none"
    steps = (*s.read(i), f"{word.capitalize()} than {s.values[i]}: {found}", f"Number of these: {len(hits)}")
    likely = (len(hits) + 1, len(s.names) - 1 - len(hits), len(hits) - 1, len(s.names) - len(hits))
    return Ask(pick(rng, asks), len(hits), steps, likely)


def doubled(rng: np.random.Generator, s: Series) -> Ask | None:
    """A multiple of one and another one together."""
    i, j = some(rng, 2, len(s.names))
    times = pick(rng, (2, 3, 4))
    q, first, second = s.topic.quantity, s.topic.of(s.names[i]), s.topic.of(s.names[j])
    a, b = s.values[i], s.values[j]
    asks = (
        f"Multiply the {q} {first} by {times}, then add that {second}. What do you get?",
        f"What is the sum of {times} times the {q} {first} and once that {second}?",
    )
    value = times * a + b
    steps = (*s.read(i, j), f"{times} * {a} = {times * a}", f"{times * a} + {b} = {value}")
    return Ask(
        pick(rng, asks), value, steps, (a + b, times * (a + b), times * b + a, value + times * s.unit, times * a)
    )


# -- three steps --------------------------------------------------------------------------------------------------


def mean_of_all(rng: np.random.Generator, s: Series) -> Ask | None:
    mean = Fraction(sum(s.values), len(s.values))
    if not terminates(mean):
        return None
    q, kinds = s.topic.quantity, s.topic.kinds
    asks = (f"What is the mean {q} of all the {kinds} shown?", f"Find the average {q} over all {kinds} shown.")
    total = sum(s.values)
    steps = (s.read_all(), added(s.values), f"{total} / {len(s.values)} = {plain(mean)}")
    middle = s.values[s.ranked()[len(s.values) // 2]]
    return Ask(pick(rng, asks), mean, steps, (middle, mean + s.unit, total, Fraction(max(s.values) + min(s.values), 2)))


def total_beyond(rng: np.random.Generator, s: Series) -> Ask | None:
    """Filter by a threshold between two values, then add up."""
    ranked, above = s.ranked(), flip(rng)
    if len(ranked) < 4:
        return None
    cut = int(rng.integers(2, len(ranked) - 1))
    chosen = sorted(ranked[:cut]) if above else sorted(ranked[cut:])
    limit = s.values[ranked[cut]] if above else s.values[ranked[cut - 1]]
    word = "more than" if above else "less than"
    q, kinds = s.topic.quantity, s.topic.kinds
    asks = (
        f"Take all {kinds} with a {q} of {word} {limit}. What is their total?",
        f"What is the total {q} of those {kinds} that have {word} {limit} each?",
    )
    values = [s.values[i] for i in chosen]
    found = listed([f"{s.names[i]} with {s.values[i]}" for i in chosen])
    steps = (s.read_all(), f"{word.capitalize()} {limit}: {found}", added(values))
    total = sum(values)
    likely = (total + limit, sum(s.values) - total, sum(s.values), len(values), total - values[0])
    return Ask(pick(rng, asks), total, steps, likely)


def top_against_bottom(rng: np.random.Generator, s: Series) -> Ask | None:
    """The two largest together minus the two smallest together."""
    if len(s.names) < 5:
        return None
    a, b, *_, c, d = (s.values[i] for i in s.ranked())
    q = s.topic.quantity
    asks = (
        f"Add up the two largest values of the {q} and the two smallest. By how much do the sums differ?",
        f"How much more do the two largest values of the {q} come to together than the two smallest?",
    )
    value = a + b - c - d
    steps = (
        s.read_all(),
        f"Two largest: {added((a, b))}",
        f"Two smallest: {added((d, c))}",
        f"{a + b} - {c + d} = {value}",
    )
    return Ask(pick(rng, asks), value, steps, (a - d, a + b, a + b + c + d, value + s.unit, value - s.unit))


def share_of_total(rng: np.random.Generator, s: Series) -> Ask | None:
    total = sum(s.values)
    fitting = [i for i, value in enumerate(s.values) if terminates(Fraction(100 * value, total), 1)]
    if not fitting:
        return None
    i = pick(rng, fitting)
    q, where = s.topic.quantity, s.topic.of(s.names[i])
    asks = (
        f"What percentage of the total {q} is the {q} {where}?",
        f"How many percent of the total {q} does the part {where} make up?",
    )
    share = Fraction(100 * s.values[i], total)
    steps = (s.read_all(), added(s.values), f"{s.values[i]} / {total} * 100 = {plain(share)}")
    rest = Fraction(100 * s.values[i], total - s.values[i])
    likely = [100 - share, Fraction(s.values[i]), share + 5, *((rest,) if terminates(rest, 1) else ()), share / 2]
    return Ask(pick(rng, asks), share, steps, likely)


def above_mean(rng: np.random.Generator, s: Series) -> Ask | None:
    """How many lie above the mean of all."""
    mean = Fraction(sum(s.values), len(s.values))
    if not terminates(mean) or mean in s.values:
        return None
    hits = [i for i, value in enumerate(s.values) if value > mean]
    q, kinds = s.topic.quantity, s.topic.kinds
    asks = (
        f"How many {kinds} have a {q} above the mean of all {kinds} shown?",
        f"For how many {kinds} is the {q} larger than the average of all {kinds} shown?",
    )
    steps = (
        s.read_all(),
        added(s.values),
        f"{sum(s.values)} / {len(s.values)} = {plain(mean)}",
        f"Above it: {listed([s.names[i] for i in hits])}; number of these: {len(hits)}",
    )
    return Ask(pick(rng, asks), len(hits), steps, (len(s.values) - len(hits), len(hits) + 1, len(hits) - 1))


def largest_below(rng: np.random.Generator, s: Series) -> Ask | None:
    """Which is the largest among those below the value of two others together, or below half of the largest."""
    i, j = some(rng, 2, len(s.names))
    limit = s.values[i] + s.values[j]
    below = [k for k in s.ranked() if s.values[k] < limit and k not in (i, j)]
    if len(below) < 2 or len(below) == len(s.names) - 2:
        return None
    q, kind, pair = s.topic.quantity, s.topic.kind, s.topic.of(s.names[i], s.names[j])
    answer = s.names[below[0]]
    asks = (
        f"Find the {q} {pair} together. Which other {kind} has the largest {q} that is still smaller than this sum?",
        f"Of the other {s.topic.kinds} whose {q} is smaller than {pair} together, which has the largest?",
    )
    steps = (
        *s.read(i, j),
        added((s.values[i], s.values[j])),
        f"Smaller than {limit}: {listed([f'{s.names[k]} with {s.values[k]}' for k in below])}",
        f"The largest of these is for {answer}",
    )
    others = [s.names[k] for k in (*below[1:], *s.ranked())]
    return Ask(pick(rng, asks), answer, steps, [name for name in others if name != answer])


def mean_difference(rng: np.random.Generator, s: Series) -> Ask | None:
    """The mean of some minus another one."""
    pairs = [
        (i, j, k)
        for i, j in combinations(range(len(s.names)), 2)
        for k in range(len(s.names))
        if k not in (i, j) and s.values[i] + s.values[j] > 2 * s.values[k]
    ]
    if not pairs:
        return None
    i, j, k = pick(rng, pairs)
    a, b, c = s.values[i], s.values[j], s.values[k]
    mean = Fraction(a + b, 2)
    q, pair, last = s.topic.quantity, s.topic.of(s.names[i], s.names[j]), s.topic.of(s.names[k])
    asks = (
        f"By how much is the mean of the {q} {pair} larger than the {q} {last}?",
        f"Average the {q} {pair}, then subtract the {q} {last}. What is the result?",
    )
    steps = (
        *s.read(i, j, k),
        added((a, b)),
        f"{a + b} / 2 = {plain(mean)}",
        f"{plain(mean)} - {c} = {plain(mean - c)}",
    )
    likely = (a + b - c, abs(a - c), abs(b - c), mean, mean - c + s.unit)
    return Ask(pick(rng, asks), mean - c, steps, likely)


SERIES_KINDS: tuple[tuple[Kind[Series], ...], ...] = (
    (
        value_of_one,
        pair_total,
        pair_total,
        pair_difference,
        pair_difference,
        extreme_name,
        extreme_value,
        name_at_value,
    ),
    (spread, triple_total, plus_minus, rank_name, how_many_times, how_many_beyond, doubled),
    (
        mean_of_all,
        total_beyond,
        total_beyond,
        top_against_bottom,
        share_of_total,
        above_mean,
        largest_below,
        mean_difference,
    ),
)
