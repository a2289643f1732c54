"""Questions about goods with a price and a number: bills, change, the value of a stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.percereason.charts.asking import Ask, Kind
from envs.percereason.charts.series import some
from envs.percereason.charts.topics import PEOPLE
from envs.percereason.making import added, listed
from envs.problem import draw, draw_distinct, flip, pick


@dataclass(frozen=True)
class Shelf:
    """What a shop sells.

    Attributes:
        title, header: Of the table and of its first column.
        names: The goods, in the plural.
    """

    title: str
    header: str
    names: tuple[str, ...]


_SHELVES = (
    Shelf(
        "Stationery", "Item", ("pens", "rulers", "folders", "erasers", "pencils", "staplers", "notebooks", "markers")
    ),
    Shelf("Garden shop", "Item", ("roses", "pots", "spades", "ferns", "gloves", "tulips", "hoses", "rakes")),
    Shelf("Toy shop", "Toy", ("kites", "dolls", "balls", "puzzles", "drums", "robots", "trains", "yo-yos")),
    Shelf("Bakery", "Item", ("rolls", "pies", "muffins", "bagels", "tarts", "loaves", "scones", "buns")),
    Shelf("Market", "Item", ("eggs", "melons", "leeks", "beets", "lemons", "pumpkins", "herbs", "radishes")),
    Shelf("Hardware", "Item", ("hammers", "saws", "bulbs", "hooks", "brushes", "locks", "hinges", "drills")),
    Shelf("Book fair", "Item", ("novels", "atlases", "comics", "diaries", "maps", "posters", "guides", "cards")),
    Shelf("Sports shop", "Item", ("caps", "rackets", "socks", "towels", "nets", "bats", "skates", "whistles")),
    Shelf("Kitchen shop", "Item", ("cups", "plates", "forks", "bowls", "pans", "lids", "jars", "trays")),
    Shelf("Camping", "Item", ("tents", "lamps", "stoves", "mats", "ropes", "flasks", "chairs", "knives")),
)


@dataclass(frozen=True)
class Goods:
    """Goods with their price in coins and their number.

    Attributes:
        shelf: Where they are sold.
        plurals: Their names.
        prices: Of one piece each, all different.
        numbers: How many there are, all different.
        numbered: Header of the numbers, which says what they are.
    """

    shelf: Shelf
    plurals: tuple[str, ...]
    prices: tuple[int, ...]
    numbers: tuple[int, ...]
    numbered: str

    def price(self, i: int) -> str:
        """The reading of a price, as a step."""
        return f"Price of {self.plurals[i]}: {self.prices[i]}"

    def number(self, i: int) -> str:
        """The reading of a number, as a step."""
        return f"{self.numbered} of {self.plurals[i]}: {self.numbers[i]}"


def draw_goods(rng: np.random.Generator) -> Goods:
    shelf = pick(rng, _SHELVES)
    count = draw(rng, 4, 6)
    names = tuple(shelf.names[i] for i in some(rng, count, len(shelf.names)))
    prices = draw_distinct(rng, count, 2, pick(rng, (12, 25, 40)))
    numbers = draw_distinct(rng, count, 2, pick(rng, (15, 30, 60)))
    return Goods(shelf, names, tuple(prices), tuple(numbers), pick(rng, ("Sold", "In stock", "Ordered")))


# -- one step after reading ---------------------------------------------------------------------------------------


def several_of_one(rng: np.random.Generator, g: Goods) -> Ask:
    (i,), count = some(rng, 1, len(g.plurals)), draw(rng, 2, 9)
    who, value = pick(rng, PEOPLE), count * g.prices[i]
    asks = (
        f"How many coins do {count} {g.plurals[i]} cost?",
        f"{who} buys {count} {g.plurals[i]}. How many coins does {who} pay?",
    )
    steps = (g.price(i), f"{count} * {g.prices[i]} = {value}")
    likely = (
        count * g.prices[i - 1],
        count + g.prices[i],
        count * g.numbers[i],
        value + g.prices[i],
        value - g.prices[i],
    )
    return Ask(pick(rng, asks), value, steps, likely)


def one_of_each(rng: np.random.Generator, g: Goods) -> Ask:
    i, j = some(rng, 2, len(g.plurals))
    a, b = g.prices[i], g.prices[j]
    asks = (
        f"What is the sum of the prices of one of the {g.plurals[i]} and one of the {g.plurals[j]}?",
        f"Add the price of {g.plurals[i]} to the price of {g.plurals[j]}. What do you get?",
    )
    likely = (abs(a - b), g.numbers[i] + g.numbers[j], a + b + 1, a + b + 10)
    return Ask(pick(rng, asks), a + b, (g.price(i), g.price(j), added((a, b))), likely)


def price_gap(rng: np.random.Generator, g: Goods) -> Ask:
    i, j = some(rng, 2, len(g.plurals))
    if g.prices[i] < g.prices[j]:
        i, j = j, i
    a, b = g.prices[i], g.prices[j]
    asks = (
        f"By how many coins is the price of {g.plurals[i]} higher than that of {g.plurals[j]}?",
        f"How many coins lower is the price of {g.plurals[j]} than that of {g.plurals[i]}?",
    )
    likely = (a + b, abs(g.numbers[i] - g.numbers[j]), a - b + 1, a, b)
    return Ask(pick(rng, asks), a - b, (g.price(i), g.price(j), f"{a} - {b} = {a - b}"), likely)


def extreme_item(rng: np.random.Generator, g: Goods) -> Ask:
    by_price, largest = flip(rng), flip(rng)
    values = g.prices if by_price else g.numbers
    ranked = sorted(range(len(values)), key=lambda i: values[i], reverse=largest)
    column = "Price" if by_price else g.numbered
    end = "largest" if largest else "smallest"
    asks = (
        f'Which entry of the first column has the {end} number under "{column}"?',
        f'Look at the column "{column}". To which row name does the {end} number belong?',
    )
    answer = g.plurals[ranked[0]]
    steps = (f"{column}: {', '.join(map(str, values))}", f"The {end} is {values[ranked[0]]}, for {answer}")
    return Ask(pick(rng, asks), answer, steps, [g.plurals[i] for i in ranked[1:]])


# -- two steps ----------------------------------------------------------------------------------------------------


def change(rng: np.random.Generator, g: Goods) -> Ask:
    (i,), count = some(rng, 1, len(g.plurals)), draw(rng, 2, 9)
    cost, who = count * g.prices[i], pick(rng, PEOPLE)
    paid = -(-(cost + 1) // 10) * 10 + pick(rng, (0, 0, 10, 50))
    asks = (
        f"{who} buys {count} {g.plurals[i]} and pays with {paid} coins. How many coins does {who} get back?",
        f"Out of {paid} coins, how many are left after buying {count} {g.plurals[i]}?",
    )
    steps = (g.price(i), f"{count} * {g.prices[i]} = {cost}", f"{paid} - {cost} = {paid - cost}")
    likely = (
        cost,
        paid - g.prices[i],
        paid - cost + g.prices[i],
        paid - cost + 10,
        abs(paid - count * g.prices[i - 1]),
    )
    return Ask(pick(rng, asks), paid - cost, steps, likely)


def price_total(rng: np.random.Generator, g: Goods) -> Ask:
    """What so many of one and one of another cost."""
    (i, j), count = some(rng, 2, len(g.plurals)), draw(rng, 2, 6)
    a, b = g.prices[i], g.prices[j]
    value, who = count * a + b, pick(rng, PEOPLE)
    asks = (
        f"What do {count} {g.plurals[i]} and one of the {g.plurals[j]} cost together, in coins?",
        f"{who} buys {count} {g.plurals[i]} and one of the {g.plurals[j]}. How many coins is that?",
    )
    steps = (g.price(i), g.price(j), f"{count} * {a} = {count * a}", f"{count * a} + {b} = {value}")
    return Ask(pick(rng, asks), value, steps, (a + b, count * (a + b), count * b + a, count * a, value + a))


def worth(rng: np.random.Generator, g: Goods) -> Ask:
    """Price times number of one row."""
    (i,) = some(rng, 1, len(g.plurals))
    value = g.prices[i] * g.numbers[i]
    asks = (
        f'Multiply price and "{g.numbered}" for {g.plurals[i]}. What is the product?',
        f"How many coins are all the {g.plurals[i]} of the table worth?",
    )
    steps = (g.price(i), g.number(i), f"{g.prices[i]} * {g.numbers[i]} = {value}")
    likely = (g.prices[i] + g.numbers[i], value + g.prices[i], value - g.prices[i], g.prices[i - 1] * g.numbers[i])
    return Ask(pick(rng, asks), value, steps, likely)


# -- three steps --------------------------------------------------------------------------------------------------


def bill(rng: np.random.Generator, g: Goods) -> Ask:
    """Several of two goods."""
    i, j = some(rng, 2, len(g.plurals))
    m, n = draw(rng, 2, 7), draw(rng, 2, 7)
    a, b, who = g.prices[i], g.prices[j], pick(rng, PEOPLE)
    value = m * a + n * b
    asks = (
        f"{who} buys {m} {g.plurals[i]} and {n} {g.plurals[j]}. How many coins does {who} pay?",
        f"What do {m} {g.plurals[i]} and {n} {g.plurals[j]} cost together, in coins?",
    )
    steps = (
        g.price(i),
        g.price(j),
        f"{m} * {a} = {m * a}",
        f"{n} * {b} = {n * b}",
        f"{m * a} + {n * b} = {value}",
    )
    return Ask(pick(rng, asks), value, steps, (n * a + m * b, m * a + b, a + b, m * a, value + a, value - b))


def two_worths(rng: np.random.Generator, g: Goods) -> Ask | None:
    """How much all of one row is worth more than all of another."""
    i, j = some(rng, 2, len(g.plurals))
    a, b = g.prices[i] * g.numbers[i], g.prices[j] * g.numbers[j]
    if a <= b:
        return None
    asks = (
        f"By how many coins are all the {g.plurals[i]} of the table worth more than all the {g.plurals[j]}?",
        f'Multiply price and "{g.numbered}" for {g.plurals[i]} and for {g.plurals[j]}. What is the difference?',
    )
    steps = (
        g.price(i),
        g.number(i),
        f"{g.prices[i]} * {g.numbers[i]} = {a}",
        g.price(j),
        g.number(j),
        f"{g.prices[j]} * {g.numbers[j]} = {b}",
        f"{a} - {b} = {a - b}",
    )
    likely = (abs(g.prices[i] - g.prices[j]), a + b, a, a - b + g.prices[i], abs(g.numbers[i] - g.numbers[j]))
    return Ask(pick(rng, asks), a - b, steps, likely)


def cheap_ones(rng: np.random.Generator, g: Goods) -> Ask | None:
    """The number of all goods that cost less, or more, than one of them."""
    (i,), cheaper = some(rng, 1, len(g.plurals)), flip(rng)
    hits = [k for k, price in enumerate(g.prices) if (price < g.prices[i] if cheaper else price > g.prices[i])]
    if len(hits) < 2:
        return None
    word = "lower" if cheaper else "higher"
    chosen = [g.numbers[k] for k in hits]
    total = sum(chosen)
    asks = (
        f'Take the rows with a {word} price than {g.plurals[i]}. What is the sum of their numbers under "{g.numbered}"?',
        f'Add up "{g.numbered}" over all rows whose price is {word} than that of {g.plurals[i]}. What is the sum?',
    )
    found = listed([f"{g.plurals[k]} at {g.prices[k]}" for k in hits])
    steps = (g.price(i), f"{word.capitalize()} price: {found}", added(chosen))
    likely = (total + g.numbers[i], sum(g.numbers) - total, sum(g.prices[k] for k in hits), total + 1, total - 10)
    return Ask(pick(rng, asks), total, steps, likely)


def most_affordable(rng: np.random.Generator, g: Goods) -> Ask | None:
    """How many of one can be bought after another purchase."""
    (i, j), count = some(rng, 2, len(g.plurals)), draw(rng, 2, 4)
    budget, spent = 10 * draw(rng, 5, 20), count * g.prices[i]
    left = budget - spent
    most = left // g.prices[j]
    if left <= 0 or not 2 <= most <= 30:
        return None
    who = pick(rng, PEOPLE)
    asks = (
        f"{who} has {budget} coins and buys {count} {g.plurals[i]}. "
        f"How many {g.plurals[j]} can {who} buy at most with the rest?",
        f"From {budget} coins, {count} {g.plurals[i]} are paid. At most how many {g.plurals[j]} can the rest buy?",
    )
    steps = (
        g.price(i),
        g.price(j),
        f"{count} * {g.prices[i]} = {spent}",
        f"{budget} - {spent} = {left}",
        f"{left} / {g.prices[j]}, rounded down, is {most}",
    )
    return Ask(pick(rng, asks), most, steps, (most + 1, budget // g.prices[j], most - 1, left, most + 2))


GOODS_KINDS: tuple[tuple[Kind[Goods], ...], ...] = (
    (several_of_one, one_of_each, price_gap, extreme_item),
    (change, price_total, worth),
    (bill, two_worths, cheap_ones, most_affordable),
)
