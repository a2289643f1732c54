"""Points, intervals, leaves, boxes, maps and graphs: every answer worked out again from the picture and the question."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from statistics import mean, median, multimode

import numpy as np
import pytest

from envs.percereason.charts import box_plot, choropleth, function_plot, histogram, scatter_plot, stem_and_leaf
from envs.percereason.charts.scatter_plot import SUBJECTS
from envs.percereason.problem import PictureProblem

SAMPLES = 120


def ints(question: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", question)]


def histogram_answer(question: str, picture: object) -> Fraction:
    """By a list of things, each in the middle of its interval."""
    edges, counts = picture.edges.ticks, picture.counts  # type: ignore[attr-defined]
    step = edges[1] - edges[0]
    things = [edge + step / 2 for edge, count in zip(edges, counts, strict=False) for _ in range(count)]
    numbers = ints(question)

    def within(low: int, high: int) -> int:
        return sum(low < thing < high for thing in things)

    if "tallest" in question:
        return Fraction(edges[counts.index(max(counts))] + (step if "right edge" in question else 0))
    if "median" in question or "middle one" in question:
        middles = {things[(len(things) - 1) // 2], things[len(things) // 2]}
        assert len(middles) == 1, "the two middle things are in different bars"
        return Fraction(int(middles.pop() - step / 2))
    if len(numbers) == 4:
        return Fraction(abs(within(*numbers[:2]) - within(*numbers[2:])))
    if len(numbers) == 2:
        return Fraction(within(*numbers))
    if not numbers:
        return Fraction(len(things))
    below = within(-1, numbers[0])
    if " below " in question:
        return Fraction(abs(len(things) - 2 * below))
    count = below if "less than" in question else len(things) - below
    return Fraction(100 * count, len(things)) if "percent" in question else Fraction(count)


def stem_answer(question: str, picture: object) -> Fraction:
    """By the plain list of values."""
    values = [Fraction(10 * stem + leaf) for stem in picture.stems for leaf in picture.leaves(stem)]  # type: ignore
    numbers = ints(question)
    if "mode" in question:
        (mode,) = multimode(values)
        return mode + median(values) if re.search("sum|Add", question) else abs(mode - median(values))
    if "range" in question or "largest and smallest" in question:
        return max(values) - min(values)
    if "median" in question:
        end = max(values) if "largest" in question else min(values)
        return abs(end - median(values)) if "differ" in question else median(values)
    if "largest" in question or "smallest" in question:
        return max(values) if "largest" in question else min(values)
    if len(numbers) == 2:
        row = [value for value in values if numbers[0] <= value <= numbers[1]]
        if "mean" in question or "Average" in question:
            return mean(row)
        return sum(row, Fraction(0)) if "sum" in question else Fraction(len(row))
    if numbers:
        return Fraction(sum(v > numbers[0] if "more than" in question else v < numbers[0] for v in values))
    return Fraction(len(values))


def scatter_answer(question: str, picture: object) -> Fraction:
    """By filters over the list of points."""
    subject = next(s for s in SUBJECTS if s.title == picture.title)  # type: ignore[attr-defined]
    points = picture.points  # type: ignore[attr-defined]
    groups = picture.groups  # type: ignore[attr-defined]
    axes = {subject.x: 0, subject.y: 1}
    either = "|".join(rf"\b{re.escape(quantity)}\b" for quantity in axes)
    conditions = re.findall(rf"({either}) is (more|less) than (\d+)", question)
    kept = [
        p
        for p in points
        if all(p[axes[q]] > int(n) if word == "more" else p[axes[q]] < int(n) for q, word, n in conditions)
    ]
    named = [groups.index(name) for name in re.findall(r'"([^"]+)"', question)]
    plain = re.sub(rf"(?:{either}) is (?:more|less) than \d+", "", question)
    quantity = next((axes[q] for q in re.findall(either, plain)), 0)
    if len(named) == 2:
        end = max if "largest" in question else min
        one, two = (end(p[quantity] for p in points if p[2] == group) for group in named)
        return Fraction(abs(one - two))
    if named:
        return Fraction(sum(p[2] == named[0] for p in kept))
    if "percent" in question:
        return Fraction(100 * len(kept), len(points))
    if conditions and "mean" in question or "Average" in question:
        return mean(Fraction(p[quantity]) for p in kept)
    if conditions and "sum" in question or "add up" in question:
        return Fraction(sum(p[quantity] for p in kept))
    if conditions:
        return Fraction(len(kept))
    values = [p[quantity] for p in points]
    if "difference" in question or "exceed" in question:
        return Fraction(max(values) - min(values))
    if found := re.search(rf"(largest|smallest) ({either})", question):
        by = axes[found[2]]
        point = (max if found[1] == "largest" else min)(points, key=lambda p: p[by])
        return Fraction(point[1 - by])
    (number,) = ints(question)
    (y,) = (p[1] for p in points if p[0] == number)
    return Fraction(y)


def box_answer(question: str, picture: object) -> Fraction | str:
    """By the five numbers of each name."""
    of = dict(zip(picture.names, picture.summaries, strict=True))  # type: ignore[attr-defined]
    words = {"smallest value": 0, "lower quartile": 1, "median": 2, "upper quartile": 3, "largest value": 4}
    spread = {name: Fraction(s[3] - s[1] if "interquartile" in question else s[4] - s[0]) for name, s in of.items()}
    found = [name for name in re.findall(r"\b(?:" + "|".join(of) + r")\b", question)]
    which = next((index for word, index in words.items() if word in question), None)
    if re.search(r"^What is the mean of|^Average", question):
        assert which is not None
        return mean(Fraction(s[which]) for s in of.values())
    if end := re.search(r"(?:group with|that has) the (largest|smallest)", question):
        assert which is not None
        return Fraction(of[(max if end[1] == "largest" else min)(spread, key=lambda n: spread[n])][which])
    if end := re.search(r"is the (largest|smallest)\?|range the (largest|smallest)", question):
        return (max if "largest" in end[0] else min)(spread, key=lambda n: spread[n])
    if end := re.search(r"the (highest|lowest)\?", question):
        assert which is not None
        return (max if end[1] == "highest" else min)(of, key=lambda n: of[n][which])
    if "range" in question:
        if len(found) == 1:
            return spread[found[0]]
        if re.search("sum|^Add", question):
            return spread[found[0]] + spread[found[1]]
        return abs(spread[found[0]] - spread[found[1]])
    assert which is not None
    if len(found) == 2:
        return Fraction(abs(of[found[0]][which] - of[found[1]][which]))
    return Fraction(of[found[0]][which])


def touching(cells: tuple[tuple[int, ...], ...], region: int) -> set[int]:
    """Regions with a cell whose centre is one cell width from a cell of this region: those that share an edge."""
    centres = {
        (j + 0.5 * (i % 2), i * math.sqrt(3) / 2): owner for i, row in enumerate(cells) for j, owner in enumerate(row)
    }
    own = [place for place, owner in centres.items() if owner == region]
    near = {owner for place, owner in centres.items() if any(math.dist(place, other) < 1.1 for other in own)}
    return near - {region, -1}


def map_answer(question: str, picture: object) -> Fraction | str:
    """By the legend's texts and the distances of cells."""
    names, shades, classes = picture.names, picture.shades, picture.classes  # type: ignore[attr-defined]
    ranges = [tuple(map(int, text.split(" to "))) for text in classes]
    low = {name: ranges[shade][0] for name, shade in zip(names, shades, strict=True)}
    high = {name: ranges[shade][-1] for name, shade in zip(names, shades, strict=True)}
    found = list(dict.fromkeys(re.findall(r"\b(?:" + "|".join(names) + r")\b", question)))
    numbers = ints(question)
    if numbers and re.search("at least|less than", question):
        count = sum(v >= numbers[0] if "at least" in question else v < numbers[0] for v in low.values())
        return Fraction(100 * count, len(names)) if "percent" in question else Fraction(count)
    if "more regions" in question or "outnumber" in question:
        half = len(numbers) // 2
        one, two = (sum(low[n] == number for n in names) for number in (numbers[0], numbers[half]))
        return Fraction(one - two)
    if numbers:
        return Fraction(sum(low[name] == numbers[0] for name in names))
    if not found:
        end = (max if "largest" in question else min)(low.values())
        (name,) = (n for n in names if low[n] == end)
        return name
    around = [names[i] for i in touching(picture.cells, names.index(found[0]))]  # type: ignore[attr-defined]
    own = low[found[0]]
    if re.search("share a border|On how many other", question):
        return Fraction(len(around))
    if re.search("total|over all neighbours", question):
        return Fraction(sum(low[n] for n in around))
    if re.search("largest .* (among the neighbours|that borders)", question):
        return Fraction(max(low[n] for n in around) - own)
    beyond = re.search("have a (larger|smaller)|(larger|smaller) than in", question)
    if beyond and re.search("neighbours|border", question):
        return Fraction(sum(low[n] > own if "larger" in beyond[0] else low[n] < own for n in around))
    if "at most" in question or "at least" in question:
        one, two = found
        return Fraction(high[one] - low[two] if "most" in question else low[one] - high[two])
    if "possible" in question or "can have" in question:
        side = low if "smallest" in question else high
        return Fraction(sum(side[n] for n in found))
    if len(found) == 3:
        return Fraction(low[found[0]] + low[found[1]] - low[found[2]])
    one, two = found
    if "together" in question or "sum" in question:
        return Fraction(low[one] + low[two])
    return Fraction(abs(low[one] - low[two]))


def curve(function: object, xs: np.ndarray) -> np.ndarray:
    """Values of a function of the picture, in floating point, from its fields."""
    (h, k), a = function.corners[0], float(function.slope)  # type: ignore[attr-defined]
    shapes = {"line": xs - h, "parabola": (xs - h) ** 2, "vee": abs(xs - h)}
    if function.kind in shapes:  # type: ignore[attr-defined]
        return a * shapes[function.kind] + k  # type: ignore[attr-defined]
    return np.interp(xs, *zip(*function.corners, strict=True))  # type: ignore[attr-defined]


def plot_answer(question: str, picture: object) -> Fraction:
    """By sampled values; solutions are sampled places that hit and places where the sign changes."""
    reach, functions = picture.reach, dict(zip("fg", picture.functions, strict=False))  # type: ignore[attr-defined]

    def value(name: str, x: float) -> int:
        (y,) = curve(functions[name], np.array([x]))
        assert abs(y - round(y)) < 1e-9 and abs(y) <= reach, f"{name}({x}) = {y} cannot be read"
        return round(y)

    def roots(differences: np.ndarray, xs: np.ndarray) -> list[float]:
        hits = list(xs[abs(differences) < 1e-9])
        turns = np.flatnonzero(differences[:-1] * differences[1:] < -1e-18)
        clear = [i for i in turns if min(abs(differences[i]), abs(differences[i + 1])) > 1e-9]
        return sorted([*hits, *((xs[i] + xs[i + 1]) / 2 for i in clear)])

    xs = np.arange(-12 * reach, 12 * reach + 1) / 12
    wide = np.arange(-24 * 20, 24 * 20 + 1) / 24

    def solve(name: str, y: int) -> list[int]:
        """All solutions on the line, which must be whole and visible; a broken line ends at the edges."""
        places = xs if functions[name].kind == "broken" else wide
        found = roots(curve(functions[name], places) - y, places)
        assert all(abs(x - round(x)) < 1e-9 and abs(x) < reach for x in found), question
        return [round(x) for x in found]

    if "slope" in question:
        name = re.search(r"(?:line|graph of) ([fg])", question)[1]  # type: ignore[index]
        ends = [int(n) for n in re.findall(r"x = (-?\d+)", question)] or [0, 6]
        y0, y1 = curve(functions[name], np.array(ends, dtype=float))
        return Fraction((y1 - y0) / (ends[1] - ends[0])).limit_denominator(60)
    if re.search(r"cross|f\(x\) = g\(x\)", question):
        found = roots(curve(functions["f"], xs) - curve(functions["g"], xs), xs)
        assert found and all(abs(x - round(x)) < 1e-9 for x in found), question
        total = sum(map(round, found))
        if "coordinates" in question and "x coordinates" not in question:
            (x,) = found
            return Fraction(total + value("f", x))
        return Fraction(total)
    if "How many solutions" in question or "how many points" in question:
        return Fraction(len(roots(curve(functions["f"], xs) - ints(question)[0], xs)))
    found = re.search(r"solutions of f\(x\) = (-?\d+)|zeros", question)  # type: ignore[assignment]
    if found and not re.search("^Find the (largest|smallest) solution", question):
        places = solve("f", int(found[1] or 0))  # type: ignore[call-overload]
        return Fraction(sum(places) if "sum" in question else max(places) - min(places))
    if found := re.search(r"([fg])\(x\) = (?:([fg])\()?(-?\d+)", question):  # type: ignore[assignment]
        y = value(found[2], int(found[3])) if found[2] else int(found[3])  # type: ignore[call-overload]
        places = solve(found[1], y)  # type: ignore[call-overload]
        if "largest" not in question and "smallest" not in question:
            (only,) = places
            return Fraction(only)
        return Fraction(max(places) if "largest" in question else min(places))
    if "largest" in question or "smallest" in question:
        ys = curve(functions["f"], xs)
        best = int(np.argmax(ys) if "largest" in question else np.argmin(ys))
        return Fraction(round(xs[best]) if "which x" in question else round(ys[best]))
    if found := re.search(r"Apply f to (-?\d+)", question):  # type: ignore[assignment]
        return Fraction(value("f", value("f", int(found[1]))))  # type: ignore[call-overload]
    if found := re.search(r"value of ([fg]) at x = (-?\d+)", question):  # type: ignore[assignment]
        return Fraction(value(found[1], int(found[2])))  # type: ignore[call-overload]
    term = re.search(r"(\d+ \* )?[fg]\(.*\)", question)
    assert term, question
    scope = {name: lambda x, name=name: value(name, x) for name in functions}
    return Fraction(eval(term[0], {"__builtins__": {}}, scope))  # noqa: S307  a formula of our own question


ANSWERS: dict[Callable[..., PictureProblem], Callable[[str, object], Fraction | str]] = {
    histogram: histogram_answer,
    stem_and_leaf: stem_answer,
    scatter_plot: scatter_answer,
    box_plot: box_answer,
    choropleth: map_answer,
    function_plot: plot_answer,
}


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("family", ANSWERS, ids=lambda f: f.__name__)
def test_answers_follow_from_the_picture(family: Callable[..., PictureProblem], level: int) -> None:
    rng = np.random.default_rng([level, 6])
    for _ in range(SAMPLES):
        problem = family(rng, level)
        expected = ANSWERS[family](problem.question, problem.picture)
        given = problem.answer if isinstance(expected, str) else Fraction(problem.answer)
        assert given == expected, problem


def test_every_region_of_a_map_is_one_piece_of_three_cells_at_least() -> None:
    rng = np.random.default_rng(0)
    for _ in range(60):
        picture = choropleth(rng, 1).picture
        cells = picture.cells  # type: ignore[union-attr]
        assert {owner for row in cells for owner in row} == {-1, *range(len(picture.names))}  # type: ignore[union-attr]
        for region in range(len(picture.names)):  # type: ignore[union-attr]
            own = [
                (j + 0.5 * (i % 2), i * 0.866) for i, row in enumerate(cells) for j, o in enumerate(row) if o == region
            ]
            reached, fresh = {own[0]}, [own[0]]
            while fresh:
                place = fresh.pop()
                more = [other for other in own if other not in reached and math.dist(place, other) < 1.1]
                reached.update(more)
                fresh += more
            assert len(reached) == len(own) >= 3


def test_scatter_points_and_box_plots_lie_on_ticks() -> None:
    rng = np.random.default_rng(1)
    for level in (1, 2, 3):
        for _ in range(60):
            plot = scatter_plot(rng, level).picture
            ticks_x = set(plot.x_scale.ticks)  # type: ignore[union-attr]
            ticks_y = {*plot.y_scale.ticks, *plot.y_scale.minor_ticks}  # type: ignore[union-attr]
            xs = [x for x, _, _ in plot.points]  # type: ignore[union-attr]
            assert len(set(xs)) == len(xs)
            assert all(x in ticks_x and y in ticks_y for x, y, _ in plot.points)  # type: ignore[union-attr]
            boxes = box_plot(rng, level).picture
            ticks = {*boxes.scale.ticks, *boxes.scale.minor_ticks}  # type: ignore[union-attr]
            for summary in boxes.summaries:  # type: ignore[union-attr]
                assert list(summary) == sorted(set(summary)) and set(summary) <= ticks
