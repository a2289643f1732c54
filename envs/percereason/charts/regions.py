"""Questions about regions of a map: their values or ranges, and their neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.percereason.charts.asking import Ask, Kind, terminates
from envs.percereason.charts.hexmap import borders
from envs.percereason.charts.series import some
from envs.percereason.making import added, listed, plain
from envs.problem import draw, flip, pick


@dataclass(frozen=True)
class MapTopic:
    """What a map shows: a title, and the quantity as it stands in a sentence after "the"."""

    title: str
    quantity: str


_COUNTS = (
    MapTopic("Number of schools", "number of schools"),
    MapTopic("Number of lakes", "number of lakes"),
    MapTopic("Number of castles", "number of castles"),
    MapTopic("Number of wind farms", "number of wind farms"),
    MapTopic("Number of stations", "number of stations"),
    MapTopic("Number of museums", "number of museums"),
    MapTopic("Fire engines", "number of fire engines"),
    MapTopic("Storm claims", "number of storm claims"),
)
_RANGES = (
    MapTopic("People per square km", "number of people per square km"),
    MapTopic("Rainfall in May (mm)", "rainfall in mm"),
    MapTopic("Farms", "number of farms"),
    MapTopic("Sunny days in a year", "number of sunny days"),
    MapTopic("Wolves counted", "number of wolves"),
    MapTopic("Shops", "number of shops"),
    MapTopic("Flood claims", "number of flood claims"),
    MapTopic("New houses", "number of new houses"),
)


def draw_classes(rng: np.random.Generator, exact: bool) -> tuple[MapTopic, tuple[tuple[int, int], ...]]:
    """A topic and four or five classes, each with its lowest and highest value: equal ones for exact values."""
    count = pick(rng, (4, 5))
    if exact:
        step = pick(rng, (1, 2, 3, 4, 5, 10))
        first = step * draw(rng, 1, 6)
        return pick(rng, _COUNTS), tuple((first + step * i, first + step * i) for i in range(count))
    step = pick(rng, (5, 10, 20, 25, 50, 100))
    first = step * draw(rng, 0, 3)
    return pick(rng, _RANGES), tuple((first + step * i, first + step * (i + 1) - 1) for i in range(count))


@dataclass(frozen=True)
class Atlas:
    """Regions with their classes.

    Attributes:
        topic: What the shades mean.
        names: Of the regions.
        shades: For each region the index of its class.
        classes: Lowest and highest value of each class.
        cells: The map, as `Choropleth` has it.
    """

    topic: MapTopic
    names: tuple[str, ...]
    shades: tuple[int, ...]
    classes: tuple[tuple[int, int], ...]
    cells: tuple[tuple[int, ...], ...]

    def low(self, region: int) -> int:
        return self.classes[self.shades[region]][0]

    def high(self, region: int) -> int:
        return self.classes[self.shades[region]][1]

    def told(self, region: int) -> str:
        """The class of a region, in words."""
        low, high = self.low(region), self.high(region)
        return str(low) if low == high else f"{low} to {high}"

    def read(self, *regions: int) -> list[str]:
        """The readings of some regions, one step each."""
        return [f"{self.names[i]}: {self.told(i)}" for i in regions]

    def around(self, region: int) -> list[int]:
        """The regions that border on one."""
        return sorted(borders(self.cells)[region])


def _pick_with_neighbours(rng: np.random.Generator, a: Atlas, least: int) -> tuple[int, list[int]] | None:
    (region,) = some(rng, 1, len(a.names))
    around = a.around(region)
    return (region, around) if len(around) >= least else None


# -- exact values and ranges --------------------------------------------------------------------------------------


def in_class(rng: np.random.Generator, a: Atlas) -> Ask:
    """How many regions have a class."""
    shade = int(rng.integers(len(a.classes)))
    hits = [i for i, other in enumerate(a.shades) if other == shade]
    low, high = a.classes[shade]
    told = f"of {low}" if low == high else f"from {low} to {high}"
    q = a.topic.quantity
    asks = (f"How many regions have a {q} {told}?", f"Count the regions with a {q} {told}. How many are there?")
    count = len(hits)
    steps = (f"Regions of this shade: {listed([a.names[i] for i in hits])}", f"Their number is {count}")
    others = [a.shades.count(other) for other in (shade - 1, shade + 1)]
    return Ask(pick(rng, asks), count, steps, (count + 1, count - 1, *others, count + 2))


def lone_region(rng: np.random.Generator, a: Atlas) -> Ask | None:
    """Which region is the only one of the palest or darkest class."""
    darkest = flip(rng)
    shade = len(a.classes) - 1 if darkest else 0
    if a.shades.count(shade) != 1:
        return None
    i, word, q = a.shades.index(shade), "largest" if darkest else "smallest", a.topic.quantity
    asks = (f"Which region has the {word} {q}?", f"In which region is the {q} the {word}?")
    steps = (f"The {word} class is {a.told(i)}", f"The only region of this shade is {a.names[i]}")
    near = sorted(range(len(a.names)), key=lambda j: abs(a.shades[j] - shade))
    return Ask(pick(rng, asks), a.names[i], steps, [a.names[j] for j in near])


def how_many_beyond(rng: np.random.Generator, a: Atlas) -> Ask:
    """How many regions reach the lowest value of a class, or stay below it."""
    shade, above = draw(rng, 1, len(a.classes) - 1), flip(rng)
    hits = [i for i, other in enumerate(a.shades) if (other >= shade) == above]
    low, q = a.classes[shade][0], a.topic.quantity
    told = f"at least {low}" if above else f"less than {low}"
    asks = (f"How many regions have a {q} of {told}?", f"In how many regions is the {q} {told}?")
    count = len(hits)
    parts = [a.shades.count(other) for other in (range(shade, len(a.classes)) if above else range(shade))]
    steps = (f"Regions by shade, {told}: {', '.join(map(str, parts))}", added(parts))
    likely = (len(a.names) - count, a.shades.count(shade), count + 1, count - 1)
    return Ask(pick(rng, asks), count, steps, likely)


def how_many_neighbours(rng: np.random.Generator, a: Atlas) -> Ask:
    (region,) = some(rng, 1, len(a.names))
    around, name = a.around(region), a.names[region]
    asks = (f"How many regions share a border with {name}?", f"On how many other regions does {name} border?")
    count = len(around)
    steps = (f"{name} borders on {listed([a.names[i] for i in around])}", f"Their number is {count}")
    return Ask(pick(rng, asks), count, steps, (count + 1, count - 1, count + 2, len(a.names) - 1))


def beyond_neighbours(rng: np.random.Generator, a: Atlas) -> Ask | None:
    """How many neighbours have a larger or smaller value than a region."""
    found = _pick_with_neighbours(rng, a, 3)
    if not found:
        return None
    region, around = found
    larger = flip(rng)
    hits = [i for i in around if (a.shades[i] > a.shades[region] if larger else a.shades[i] < a.shades[region])]
    word, name, q = "larger" if larger else "smaller", a.names[region], a.topic.quantity
    asks = (
        f"How many of the regions that border on {name} have a {word} {q} than {name} by the legend?",
        f"By the legend, in how many neighbours of {name} is the {q} {word} than in {name} itself?",
    )
    steps = (
        *a.read(region),
        f"{name} borders on {listed([f'{a.names[i]} ({a.told(i)})' for i in around])}",
        f"Those that are {word}: {listed([a.names[i] for i in hits] or ['none'])}",
        f"Their number is {len(hits)}",
    )
    count = len(hits)
    same = sum(a.shades[i] == a.shades[region] for i in around)
    return Ask(
        pick(rng, asks), count, steps, (count + same, len(around) - count - same, len(around), count + 1, count - 1)
    )


def percent_of_regions(rng: np.random.Generator, a: Atlas) -> Ask | None:
    shade, above = draw(rng, 1, len(a.classes) - 1), flip(rng)
    count = sum((other >= shade) == above for other in a.shades)
    share = Fraction(100 * count, len(a.names))
    if not terminates(share, 1):
        return None
    low, q = a.classes[shade][0], a.topic.quantity
    told = f"at least {low}" if above else f"less than {low}"
    asks = (
        f"What percentage of the regions have a {q} of {told}?",
        f"In how many percent of the regions is the {q} {told}?",
    )
    steps = (
        f"Regions with {told}: {count}",
        f"All regions: {len(a.names)}",
        f"{count} / {len(a.names)} * 100 = {plain(share)}",
    )
    return Ask(pick(rng, asks), share, steps, (100 - share, Fraction(count), share + 10, share / 2))


def class_counts_apart(rng: np.random.Generator, a: Atlas) -> Ask | None:
    """How many more regions one class has than another."""
    one, two = some(rng, 2, len(a.classes))
    m, n = a.shades.count(one), a.shades.count(two)
    if m <= n:
        return None

    def told(shade: int) -> str:
        low, high = a.classes[shade]
        return str(low) if low == high else f"{low} to {high}"

    q = a.topic.quantity
    asks = (
        f"How many more regions have a {q} of {told(one)} than of {told(two)}?",
        f"By how much do the regions with a {q} of {told(one)} outnumber those with {told(two)}?",
    )
    steps = (f"{told(one)}: {m} regions", f"{told(two)}: {n} regions", f"{m} - {n} = {m - n}")
    return Ask(pick(rng, asks), m - n, steps, (m + n, m, m - n + 1, n, m - n + 2))


# -- exact values only --------------------------------------------------------------------------------------------


def value_pair(rng: np.random.Generator, a: Atlas) -> Ask | None:
    """The sum or difference of two regions' values."""
    (i, j), plus = some(rng, 2, len(a.names)), flip(rng)
    x, y = a.low(i), a.low(j)
    if not plus and x <= y:
        return None
    q, one, two = a.topic.quantity, a.names[i], a.names[j]
    asks = (
        (f"What is the {q} in {one} and {two} together?", f"Add up the {q} in {one} and {two}. What is the sum?")
        if plus
        else (
            f"By how much is the {q} in {one} larger than in {two}?",
            f"How much smaller is the {q} in {two} than in {one}?",
        )
    )
    value = x + y if plus else x - y
    step = a.classes[1][0] - a.classes[0][0]
    steps = (*a.read(i, j), f"{x} {'+' if plus else '-'} {y} = {value}")
    return Ask(pick(rng, asks), value, steps, (abs(x - y), x + y, value + step, value - step, x))


def three_values(rng: np.random.Generator, a: Atlas) -> Ask | None:
    """Two regions together, against a third."""
    i, j, k = some(rng, 3, len(a.names))
    x, y, z = a.low(i), a.low(j), a.low(k)
    if x + y <= z:
        return None
    q = a.topic.quantity
    asks = (
        f"By how much is the {q} in {a.names[i]} and {a.names[j]} together larger than in {a.names[k]}?",
        f"Add up the {q} in {a.names[i]} and {a.names[j]}, then subtract that in {a.names[k]}. What is left?",
    )
    value, step = x + y - z, a.classes[1][0] - a.classes[0][0]
    steps = (*a.read(i, j, k), f"{x} + {y} = {x + y}", f"{x + y} - {z} = {value}")
    return Ask(pick(rng, asks), value, steps, (x + y, x + y + z, abs(x - z), value + step, value - step))


def neighbour_total(rng: np.random.Generator, a: Atlas) -> Ask | None:
    """All neighbours of a region together."""
    found = _pick_with_neighbours(rng, a, 2)
    if not found or len(found[1]) > 5:
        return None
    region, around = found
    name, q = a.names[region], a.topic.quantity
    values = [a.low(i) for i in around]
    total = sum(values)
    asks = (
        f"What is the total {q} of all regions that border on {name}, without {name} itself?",
        f"Add up the {q} over all neighbours of {name}, leaving {name} out. What is the sum?",
    )
    step = a.classes[1][0] - a.classes[0][0]
    steps = (f"{name} borders on {listed([f'{a.names[i]} ({a.told(i)})' for i in around])}", added(values))
    likely = (total + a.low(region), total - values[0], total - values[-1], total + step, len(around))
    return Ask(pick(rng, asks), total, steps, likely)


def neighbours_against(rng: np.random.Generator, a: Atlas) -> Ask | None:
    """How much the largest neighbour's value exceeds the region's own."""
    found = _pick_with_neighbours(rng, a, 2)
    if not found:
        return None
    region, around = found
    top, own = max(a.low(i) for i in around), a.low(region)
    if top <= own:
        return None
    name, q = a.names[region], a.topic.quantity
    asks = (
        f"Find the largest {q} among the neighbours of {name}. By how much does it exceed that of {name}?",
        f"By how much is the largest {q} of any region that borders on {name} above that of {name}?",
    )
    step = a.classes[1][0] - a.classes[0][0]
    steps = (
        *a.read(region),
        f"{name} borders on {listed([f'{a.names[i]} ({a.told(i)})' for i in around])}",
        f"The largest of these is {top}",
        f"{top} - {own} = {top - own}",
    )
    return Ask(pick(rng, asks), top - own, steps, (top, top + own, top - own + step, own, top - own + 2 * step))


# -- ranges only --------------------------------------------------------------------------------------------------


def bound(rng: np.random.Generator, a: Atlas) -> Ask:
    """The smallest or largest value that a region can have."""
    (region,), least = some(rng, 1, len(a.names)), flip(rng)
    name, q = a.names[region], a.topic.quantity
    word = "smallest" if least else "largest"
    asks = (
        f"By the legend, what is the {word} {q} that {name} can have?",
        f"What is the {word} possible {q} in {name}?",
    )
    value = a.low(region) if least else a.high(region)
    width = a.classes[1][0] - a.classes[0][0]
    likely = (a.high(region) if least else a.low(region), value + width, value - width, value + 1)
    return Ask(pick(rng, asks), value, (*a.read(region), f"The {word} value is {value}"), likely)


def bound_of_pair(rng: np.random.Generator, a: Atlas) -> Ask:
    """The smallest or largest sum that two regions can have."""
    (i, j), least = some(rng, 2, len(a.names)), flip(rng)
    x, y = (a.low(i), a.low(j)) if least else (a.high(i), a.high(j))
    q, word = a.topic.quantity, "smallest" if least else "largest"
    asks = (
        f"By the legend, what is the {word} sum that the {q} in {a.names[i]} and in {a.names[j]} can have?",
        f"Add the {word} possible {q} in {a.names[i]} to the {word} possible one in {a.names[j]}. What do you get?",
    )
    other = a.high(i) + a.high(j) if least else a.low(i) + a.low(j)
    width = a.classes[1][0] - a.classes[0][0]
    steps = (*a.read(i, j), added((x, y)))
    return Ask(pick(rng, asks), x + y, steps, (other, x + y + width, x + y - width, x + y + 1, x))


def largest_gap(rng: np.random.Generator, a: Atlas) -> Ask | None:
    """By how much one region can exceed another at most, or must at least."""
    (i, j), most = some(rng, 2, len(a.names)), flip(rng)
    if a.shades[i] <= a.shades[j]:
        return None
    high, low = (a.high(i), a.low(j)) if most else (a.low(i), a.high(j))
    q, word = a.topic.quantity, "most" if most else "least"
    asks = (
        f"By how much, at {word}, is the {q} in {a.names[i]} above that in {a.names[j]}, by the legend?",
        f"By the legend, the {q} in {a.names[i]} exceeds that in {a.names[j]} by at {word} how much?",
    )
    steps = (
        *a.read(i, j),
        f"{'Largest' if most else 'Smallest'} value for {a.names[i]}: {high}",
        f"{'Smallest' if most else 'Largest'} value for {a.names[j]}: {low}",
        f"{high} - {low} = {high - low}",
    )
    other = a.low(i) - a.high(j) if most else a.high(i) - a.low(j)
    return Ask(pick(rng, asks), high - low, steps, (other, a.low(i) - a.low(j), high, high - low + 1, high + low))


EXACT_KINDS: tuple[tuple[Kind[Atlas], ...], ...] = (
    (value_pair, value_pair, in_class, lone_region, how_many_neighbours),
    (three_values, three_values, how_many_beyond, class_counts_apart),
    (neighbour_total, neighbour_total, neighbours_against, percent_of_regions, beyond_neighbours),
)
RANGE_KINDS: tuple[tuple[Kind[Atlas], ...], ...] = (
    (bound, bound, in_class, lone_region, lone_region),
    (bound_of_pair, bound_of_pair, how_many_beyond, class_counts_apart),
    (largest_gap, largest_gap, percent_of_regions, beyond_neighbours),
)
