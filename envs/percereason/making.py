"""From a value and the working to a finished problem: how numbers are written, and wrong answers that are all distinct."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from envs.percereason.problem import Picture, PictureProblem
from envs.problem import exact

Number = int | Fraction

#: How many wrong answers a problem carries at most.
_MOST_MISTAKES = 5


def numeric(
    family: str,
    level: int,
    picture: Picture,
    question: str,
    value: Number,
    steps: Sequence[str],
    likely: Iterable[Number],
    *,
    form: Callable[[Number], str] | None = None,
    unit: Number = 1,
    lowest: Number = 0,
) -> PictureProblem:
    """A problem whose answer is a number.

    Args:
        family, level, picture, question, steps: As in `PictureProblem`; the last step ends in the answer.
        value: The answer.
        likely: Values that mistakes lead to, the likeliest first; those equal to the answer or each other are dropped.
        form: How a number is written; `plain` by default.
        unit: Distance of the values that fill up the mistakes where fewer than three likely ones are left.
        lowest: No wrong answer is below.
    """
    write = form or plain
    wrong: list[Number] = []
    for candidate in likely:
        if candidate != value and candidate >= lowest and candidate not in wrong and len(wrong) < _MOST_MISTAKES:
            wrong.append(candidate)
    for candidate in _around(value, unit):
        if len(wrong) >= 3:
            break
        if candidate >= lowest and candidate not in wrong:
            wrong.append(candidate)
    return PictureProblem(
        family, level, question, write(value), tuple(steps), tuple(map(write, wrong)), picture=picture
    )


def worded(
    family: str,
    level: int,
    picture: Picture,
    question: str,
    answer: str,
    steps: Sequence[str],
    others: Iterable[str],
) -> PictureProblem:
    """A problem whose answer is a word; `others` are wrong words, the likeliest first."""
    wrong = tuple(dict.fromkeys(word for word in others if word != answer))[:_MOST_MISTAKES]
    return PictureProblem(family, level, question, answer, tuple(steps), wrong, picture=picture)


def plain(value: Number) -> str:
    """A number as a terminating decimal where it has one, else as a fraction: `7`, `4.25`, `1/3`."""
    value = Fraction(value)
    for places in range(1, 5):
        scaled = value * 10**places
        if value.denominator > 1 and scaled.denominator == 1:
            whole = abs(scaled.numerator)
            sign = "-" if value < 0 else ""
            return f"{sign}{whole // 10**places}.{whole % 10**places:0{places}d}"
    return exact(value)


def money(cents: Number) -> str:
    """An amount of cents in whole units with two decimals, or none if it is round: `12.50`, `30`."""
    whole = int(cents)
    return str(whole // 100) if whole % 100 == 0 else price(whole)


def price(cents: int) -> str:
    """An amount of cents as a till prints it: `12.50`, `30.00`."""
    return f"{cents // 100}.{cents % 100:02d}"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Words in a row: `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"


def added(values: Sequence[Number]) -> str:
    """The working of a sum: `3 + 4 + 5 = 12`, or the number itself if there is only one."""
    if len(values) == 1:
        return plain(values[0])
    return f"{' + '.join(map(plain, values))} = {plain(sum(values))}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: `1 tree`, `3 trees`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def _around(value: Number, unit: Number) -> Iterator[Number]:
    """Values ever farther from `value`, above and below in turn."""
    distance = unit
    while True:
        yield value + distance
        yield value - distance
        distance = distance + unit
