"""Bars, lines, pies and tables: every answer worked out again from the picture and the words of the question."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from statistics import mean

import numpy as np
import pytest

from envs.percereason.charts import (
    bar_chart,
    grouped_bar_chart,
    line_chart,
    pie_chart,
    stacked_bar_chart,
    table,
)
from envs.percereason.problem import PictureProblem

SAMPLES = 120

Answer = Fraction | str


def mentioned(names: tuple[str, ...], question: str) -> list[str]:
    """The names in a question, each once, in order of appearance."""
    pattern = "|".join(rf"\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True))
    return list(dict.fromkeys(re.findall(pattern, question)))


def all_mentions(names: tuple[str, ...], question: str) -> list[str]:
    pattern = "|".join(rf"\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True))
    return re.findall(pattern, question)


def series_answer(question: str, names: tuple[str, ...], values: list[Fraction]) -> Answer:
    """What a question about one value for each name asks for."""
    of = dict(zip(names, values, strict=True))
    picked = [of[name] for name in mentioned(names, question)]
    order = sorted(names, key=lambda name: of[name])
    steps = [b - a for a, b in zip(values, values[1:], strict=False)]
    ways: list[tuple[str, Callable[[re.Match[str]], Answer]]] = [
        # changes over time
        (r"does the .* (?:rise|fall) from|How large is the (?:rise|fall)", lambda m: abs(picked[0] - picked[1])),
        (
            r"the (first|last) .* (above|below) (\d+)",
            lambda m: [n for n in names if (of[n] > int(m[3]) if m[2] == "above" else of[n] < int(m[3]))][
                0 if m[1] == "first" else -1
            ],
        ),
        (
            r"(rise|fall) (?:the )?most\b",
            lambda m: names[1 + int(np.argmax(steps) if m[1] == "rise" else np.argmin(steps))],
        ),
        (
            r"In how many .* (larger|smaller) than in the",
            lambda m: Fraction(sum(s > 0 if m[1] == "larger" else s < 0 for s in steps)),
        ),
        (r"all rises", lambda m: sum((s for s in steps if s > 0), Fraction(0))),
        (r"all falls", lambda m: -sum((s for s in steps if s < 0), Fraction(0))),
        (r"largest rise and the largest fall", lambda m: abs(max(steps) + min(steps))),
        # the rest
        (r"How many times as large", lambda m: picked[1] / picked[0]),
        (r"^Divide", lambda m: picked[0] / picked[1]),
        (r"(?:by|sum of) (\d+)(?: times|, then add)", lambda m: int(m[1]) * picked[0] + picked[1]),
        (r"two largest", lambda m: sum(of[n] for n in order[-2:]) - sum(of[n] for n in order[:2])),
        (r"percent(?:age)? of the total|percent of the", lambda m: 100 * picked[0] / sum(values)),
        (r"fraction", lambda m: picked[0] / sum(values)),
        (r"degrees", lambda m: 360 * picked[0] / sum(values)),
        (
            r"above the mean of all|larger than the average of all",
            lambda m: Fraction(sum(v > mean(values) for v in values)),
        ),
        (
            r"Which other|^Of the other",
            lambda m: max((n for n in names if of[n] not in picked and of[n] < sum(picked)), key=lambda n: of[n]),
        ),
        (r"mean of the .* larger than|^Average .* then subtract", lambda m: (picked[0] + picked[1]) / 2 - picked[2]),
        (r"^What is the mean|^Find the average", lambda m: mean(values)),
        (r"more than (\d+)", lambda m: sum((v for v in values if v > int(m[1])), Fraction(0))),
        (r"less than (\d+)", lambda m: sum((v for v in values if v < int(m[1])), Fraction(0))),
        (r"the largest .*(?:and the|exceed the) smallest", lambda m: max(values) - min(values)),
        (
            r"(second|third) (largest|smallest)",
            lambda m: (order if m[2] == "smallest" else order[::-1])[("second", "third").index(m[1]) + 1],
        ),
        (
            r"^(?:How many|For how many) .*(larger|smaller) .*than",
            lambda m: Fraction(sum(v > picked[0] if m[1] == "larger" else v < picked[0] for v in values)),
        ),
        (r"Leave out .* What is the|total .* without", lambda m: sum(values) - sum(picked)),
        (r"together larger than|then subtract that", lambda m: picked[0] + picked[1] - picked[2]),
        (r"together\?|What is the sum\?", lambda m: sum(picked, Fraction(0))),
        (r"(?:Which|which) .*(largest|smallest)", lambda m: order[0] if m[1] == "smallest" else order[-1]),
        (r"(largest|smallest) .*(?:of any|shown)", lambda m: min(values) if m[1] == "smallest" else max(values)),
        (r"(?:equal to|exactly) (\d+)", lambda m: next(n for n in names if of[n] == int(m[1]))),
        (r"^By how much is|^How much smaller|^Find the difference", lambda m: abs(picked[0] - picked[1])),
        (r"^What is the|^Read off|^From the total", lambda m: picked[0]),
    ]
    for pattern, answer in ways:
        if found := re.search(pattern, question):
            return answer(found)
    raise AssertionError(f"no way to answer {question!r}")


def grid_answer(
    question: str, names: tuple[str, ...], parts: tuple[str, ...], values: tuple[tuple[int, ...], ...]
) -> Answer:
    """What a question about one value for each name and part asks for."""
    of = {(n, p): Fraction(values[j][i]) for i, n in enumerate(names) for j, p in enumerate(parts)}
    ns, ps = mentioned(names, question), mentioned(parts, question)
    part_sum = {p: sum(of[n, p] for n in names) for p in parts}
    name_sum = {n: sum(of[n, p] for p in parts) for n in names}

    def end(word: str, score: Callable[[str], Fraction]) -> str:
        return (min if word in ("smallest", "least") else max)(names, key=score)

    def three(m: re.Match[str]) -> Fraction:
        a, b, c = zip(all_mentions(names, question), all_mentions(parts, question), strict=True)
        return of[a] + of[b] - of[c]

    def cells(m: re.Match[str]) -> Fraction:
        return sum((of[cell] for cell in product(ns, ps)), Fraction(0))

    def apart(m: re.Match[str]) -> Fraction:
        one, two = product(ns, ps)
        return abs(of[one] - of[two])

    def column(part: str) -> list[Fraction]:
        return [of[n, part] for n in names]

    def where_larger(m: re.Match[str]) -> Fraction:
        pairs = zip(column(ps[0]), column(ps[1]), strict=True)
        return sum((one for one, two in pairs if one > two), Fraction(0))

    ways: list[tuple[str, Callable[[re.Match[str]], Answer]]] = [
        (r"percentage", lambda m: 100 * of[ns[0], ps[0]] / name_sum[ns[0]]),
        (r"\bmean\b", lambda m: part_sum[ps[0]] / len(names) - of[ns[0], ps[0]]),
        (r"^Take the .* whose|of those", where_larger),
        (
            r"differ (most|least)|(largest|smallest) difference",
            lambda m: end(m[1] or m[2], lambda n: abs(of[n, ps[0]] - of[n, ps[1]])),
        ),
        (
            r"for each .* (largest|smallest) sum|(largest|smallest) total",
            lambda m: end(m[1] or m[2], name_sum.__getitem__),
        ),
        (r"^Over all .*the total", lambda m: abs(part_sum[ps[0]] - part_sum[ps[1]])),
        (r"^(?:For how many|How many) ", lambda m: Fraction(sum(of[n, ps[0]] > of[n, ps[1]] for n in names))),
        (r"then subtract that|together exceed that", three),
        (r"the largest .*(?:and the|exceed the) smallest", lambda m: max(column(ps[0])) - min(column(ps[0]))),
        (r"(?:Which|which) .*(largest|smallest)", lambda m: end(m[1], lambda n: of[n, ps[0]])),
        (r"of all|over all", lambda m: name_sum[ns[0]] if ns else part_sum[ps[0]]),
        (r"together|What is the sum\?", cells),
        (r"^By how much|^How much smaller", apart),
        (r"^What is the|^Read off", cells),
    ]
    for pattern, answer in ways:
        if found := re.search(pattern, question):
            return answer(found)
    raise AssertionError(f"no way to answer {question!r}")


def goods_answer(question: str, rows: dict[str, tuple[int, ...]]) -> Answer:
    """What a question about goods with price and number asks for."""
    names = tuple(rows)
    picked = [rows[name] for name in mentioned(names, question)]
    counts = [int(number) for number in re.findall(r"(\d+) (?:" + "|".join(names) + ")", question)]
    budget = re.search(r"(\d+) coins", question)

    def best(m: re.Match[str]) -> str:
        column = 0 if '"Price"' in question else 1
        return (max if m[1] == "largest" else min)(names, key=lambda n: rows[n][column])

    def beside(m: re.Match[str]) -> Fraction:
        chosen = [n for p, n in rows.values() if (p < picked[0][0] if m[1] == "lower" else p > picked[0][0])]
        return Fraction(sum(chosen))

    ways: list[tuple[str, Callable[[re.Match[str]], Answer]]] = [
        (r"(?:with a|is) (lower|higher) (?:price )?than", beside),
        (r"at most|At most", lambda m: Fraction((int(budget[1]) - counts[0] * picked[0][0]) // picked[1][0])),  # type: ignore[index]
        (r"(largest|smallest) number", best),
        (r"worth more|What is the difference", lambda m: Fraction(abs(np.prod(picked[0]) - np.prod(picked[1])))),
        (r"^Multiply|worth\?", lambda m: Fraction(int(np.prod(picked[0])))),
        (r"get back|are left after", lambda m: Fraction(int(budget[1]) - counts[0] * picked[0][0])),  # type: ignore[index]
        (r"one of the .* and one of the|^Add the price", lambda m: Fraction(picked[0][0] + picked[1][0])),
        (r"and one of the", lambda m: Fraction(counts[0] * picked[0][0] + picked[1][0])),
        (r"higher than|coins lower", lambda m: Fraction(abs(picked[0][0] - picked[1][0]))),
        (r"cost|pay", lambda m: Fraction(sum(c * price for c, (price, _) in zip(counts, picked, strict=True)))),
    ]
    for pattern, answer in ways:
        if found := re.search(pattern, question):
            return answer(found)
    raise AssertionError(f"no way to answer {question!r}")


def pie_answer(question: str, picture: object) -> Answer:
    values = [Fraction(v) for v in picture.values]  # type: ignore[attr-defined]
    names = picture.names  # type: ignore[attr-defined]
    if picture.percent:  # type: ignore[attr-defined]
        assert sum(values) == 100
        picked = [values[names.index(name)] for name in mentioned(names, question)]
        if "is not" in question or "remain?" in question:
            return 100 - picked[0]
        if "percent" in question:
            return sum(picked, Fraction(0))
        total = int(picture.subtitle.removeprefix("Total: "))  # type: ignore[attr-defined]
        values = [value * total / 100 for value in values]
    return series_answer(question, names, values)


def answer_of(problem: PictureProblem) -> Answer:
    picture, question = problem.picture, problem.question
    match problem.family:
        case "bar_chart":
            return series_answer(question, picture.names, [Fraction(v) for v in picture.values])  # type: ignore
        case "line_chart" if not picture.parts:  # type: ignore
            return series_answer(question, picture.names, [Fraction(v) for v in picture.values[0]])  # type: ignore
        case "pie_chart":
            return pie_answer(question, picture)
        case "table" if picture.header[1] == "Price":  # type: ignore
            return goods_answer(question, dict(picture.rows))  # type: ignore
        case "table":
            names, rows = zip(*picture.rows, strict=True)  # type: ignore
            return grid_answer(question, names, picture.header[1:], tuple(zip(*rows, strict=True)))  # type: ignore
    return grid_answer(question, picture.names, picture.parts, picture.values)  # type: ignore


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize(
    "family", [bar_chart, grouped_bar_chart, stacked_bar_chart, line_chart, pie_chart, table], ids=lambda f: f.__name__
)
def test_answers_follow_from_the_picture(family: Callable[..., PictureProblem], level: int) -> None:
    rng = np.random.default_rng([level, 5])
    for _ in range(SAMPLES):
        problem = family(rng, level)
        expected = answer_of(problem)
        given = problem.answer if isinstance(expected, str) else Fraction(problem.answer)
        assert given == expected, problem
