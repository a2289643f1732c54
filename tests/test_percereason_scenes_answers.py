"""Instruments, shapes, games: every answer is worked out a second time from the picture's data and the question's words."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from test_percereason_scenes import problems

from envs.percereason.problem import PictureProblem

LEVELS = (1, 2, 3)


def quoted(text: str) -> list[str]:
    return re.findall(r'"([^"]+)"', text)


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", re.sub(r'"[^"]*"', "", text))]


def agrees(answer: str, expected: Any) -> bool:
    return answer == expected if isinstance(expected, str) else Fraction(answer) == Fraction(expected)


# -- clocks ------------------------------------------------------------------------------------------------------------


def clock(q: str, picture: Any) -> Any:
    times = {face.name: face.minutes for face in picture.faces}
    names = [name for name in quoted(q) if name in times]
    here = times[names[0]] if names else picture.faces[0].minutes
    given = numbers(q.replace("less than 12 hours", ""))
    if "All clocks" in q or "The clocks" in q:
        if "latest" in q and "earliest" in q:
            return max(times.values()) - min(times.values())
        pick = max if "latest" in q else min
        return pick(times, key=times.__getitem__)
    if len(names) == 2:
        passed = (times[names[1]] - times[names[0]]) % 720
        return passed - (given[0] if "break" in q or "all but" in q else 0)
    if " fast" in q or " slow" in q:
        off, target = given
        return target * 60 - (here - off if " fast" in q else here + off)
    if "set to 12" in q or "since midnight" in q or "since noon" in q:
        return here
    if "minutes from now" in q or "lasts" in q or "begins now" in q:
        return (here + given[0]) % 60
    if "until the next full hour" in q or "show a full hour" in q or "remain until" in q:
        return 60 - here % 60
    assert "past the full hour" in q or "since the last full hour" in q or "minute hand" in q, q
    return here % 60


# -- rulers ------------------------------------------------------------------------------------------------------------


def ruler(q: str, picture: Any) -> Any:
    scale = Fraction(picture.step, picture.parts)
    length = {t.name: (t.right - t.left) * scale for t in picture.things}
    named = [word for word in re.findall(r"[a-z]+", q) if word in length]
    factor = 1
    if "millimetres" in q or (picture.unit == "m" and "centimetres" in q):
        factor = 10 if picture.unit == "cm" else 100
    if "last mark" in q:
        thing = next(t for t in picture.things if t.name == named[0])
        return (picture.parts * picture.steps - thing.right) * scale
    if "Which of these" in q or q.startswith("Name the"):
        return (max if "longest" in q else min)(length, key=length.__getitem__)
    if "longest thing" in q or "the longest and the shortest" in q:
        return (max(length.values()) - min(length.values())) * factor
    if times := numbers(q):
        return (times[0] * length[named[0]] + length[named[1]]) * factor
    if len(named) == 3:
        if "lack" in q:
            named = [*named[1:], named[0]]
        return length[named[0]] + length[named[1]] - length[named[2]]
    if len(named) == 2:
        a, b = length[named[0]], length[named[1]]
        return a + b if "together" in q or "total" in q else abs(a - b)
    return length[named[0]] * factor


# -- gauges ------------------------------------------------------------------------------------------------------------


def gauge(q: str, picture: Any) -> Any:
    def at(mark: int) -> Fraction:
        return Fraction(picture.first) + Fraction(picture.step) * mark / picture.parts

    values = {reading.name: at(reading.mark) for reading in picture.readings}
    named = [name for name in quoted(q) if name in values]
    here = values[named[0]] if named else next(iter(values.values()))
    ordered = sorted(values.values())
    if "an hour" in q or "every hour" in q:
        rate, hours = numbers(q)
        return values[named[1]] - values[named[0]] - rate * hours
    if "highest reading exceed" in q or "two lower readings" in q:
        return ordered[2] - (ordered[0] + ordered[1]) / 2
    if "mean" in q or "averaged" in q:
        return sum(ordered) / len(ordered)
    if "Which instrument" in q or "Where is" in q:
        return (max if "highest" in q else min)(values, key=values.__getitem__)
    if len(named) == 2:
        return abs(values[named[0]] - values[named[1]])
    if "then" in q:
        up, down = numbers(q)
        return here + up - down
    if "before the scale ends" in q or "to the end of the scale" in q:
        return at(picture.parts * picture.steps) - here
    return here


# -- shapes ------------------------------------------------------------------------------------------------------------

_COLOURS = {"red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "grey"}
_KINDS = {"circle", "square", "triangle", "star", "hexagon", "diamond", "cross", "heart"}
_KINDS_AS_SAID = {kind + suffix: kind for kind in _KINDS for suffix in ("", "s", "es")}


def described(phrase: str) -> Callable[[Any], bool]:
    """A description such as `small red stars`, or `shapes that are neither red nor blue`, as a test of a shape."""
    main, _, clause = phrase.partition(" that are ")
    tests: list[Callable[[Any], bool]] = [_word_test(word) for word in main.split()]
    if clause:
        options = [_word_test(word) for word in clause.split() if word not in ("neither", "nor", "or")]
        inside = [lambda s, options=options: any(option(s) for option in options)]
        tests += [lambda s: not inside[0](s)] if "neither" in clause else inside
    return lambda shape: all(test(shape) for test in tests)


def _word_test(word: str) -> Callable[[Any], bool]:
    if word in ("shape", "shapes"):
        return lambda shape: True
    if word in _KINDS_AS_SAID:
        return lambda shape: shape.kind == _KINDS_AS_SAID[word]
    assert word in _COLOURS | {"small", "large", "solid", "hollow", "striped"}, word
    return lambda shape: word in (shape.size, shape.fill, shape.colour)


def shape_counting(q: str, picture: Any) -> Any:
    def count(phrase: str) -> int:
        return sum(map(described(phrase), picture.shapes))

    if re.search(r"among the|are there the|Sort the", q):
        group = re.search(r"(?:among the|the most|the fewest|Sort the) ((?:[a-z]+ )?[a-z]+s)(\?| by)", q)
        assert group, q
        attribute = "colour" if "colour" in q else "kind"
        # A value without any shape of the group does not count as the rarest: the family rules it out.
        kept = [getattr(s, attribute) for s in picture.shapes if described(group[1])(s)]
        return (max if "most" in q or "commonest" in q else min)(set(kept), key=kept.count)
    patterns = {
        r"How many more (.+) than (.+) are there": lambda a, b: count(a) - count(b),
        r"do the (.+) outnumber the (.+)\?": lambda a, b: count(a) - count(b),
        r"How many (.+) would have to .* as many .+ as (.+)\?": lambda a, b: count(a) - count(b),
        r"How many (.+) and (.+) are there together": lambda a, b: count(a) + count(b),
        r"Count the (.+) and the (.+)\. How": lambda a, b: count(a) + count(b),
        r"Count the (.+)\. How": count,
        r"number of (.+)\?": count,
        r"How many (.+) can you": count,
        r"How many (.+) are there": count,
    }
    for pattern, work in patterns.items():
        if match := re.search(pattern, q):
            return work(*match.groups())
    raise AssertionError(q)


_EXTREME = {
    "leftmost": lambda s: s.x,
    "rightmost": lambda s: -s.x,
    "topmost": lambda s: s.y,
    "lowest": lambda s: -s.y,
}
_BESIDE = {
    "to the left of": lambda s, o: s.x < o.x,
    "to the right of": lambda s, o: s.x > o.x,
    "above": lambda s, o: s.y < o.y,
    "below": lambda s, o: s.y > o.y,
}
_SIDE = "to the left of|to the right of|above|below"


def only(shapes: list[Any], phrase: str) -> Any:
    """The one shape that a phrase such as `shape nearest to the lowest red shape` means."""
    if phrase.startswith("only "):
        match = re.fullmatch(rf"only (.+) ({_SIDE}) the (.+)", phrase)
        assert match
        anchor = only(shapes, match[3])
        found = [s for s in shapes if described(match[1])(s) and s is not anchor and _BESIDE[match[2]](s, anchor)]
    elif phrase.startswith("shape nearest to the "):
        anchor = only(shapes, phrase.removeprefix("shape nearest to the "))
        found = [min((s for s in shapes if s is not anchor), key=lambda s: math.dist((s.x, s.y), (anchor.x, anchor.y)))]
    elif phrase.split()[0] in _EXTREME:
        word, rest = phrase.split(maxsplit=1)
        found = [min(filter(described(rest), shapes), key=_EXTREME[word])]
    else:
        found = list(filter(described(phrase), shapes))
    assert len(found) == 1, phrase
    return found[0]


def shape_comparison(q: str, picture: Any) -> Any:
    shapes = list(picture.shapes)
    plain = re.sub(r",? ?\(?such as circle or star\)?,?", "", q)
    if match := re.search(rf"more shapes are ({_SIDE}) the (.+) than (?:{_SIDE}) it", plain) or re.search(
        rf"Find the (.+)\. By how many do the shapes ({_SIDE}) it", plain
    ):
        side, name = match.groups() if "more" in plain else match.groups()[::-1]
        anchor = only(shapes, name)
        there = sum(_BESIDE[side](s, anchor) for s in shapes)
        return there - (len(shapes) - 1 - there)
    if match := re.search(r"the same (colour|outline|size)", plain):
        name = re.search(r"as the (.+)\?|Find the (.+)\.", plain)
        assert name
        anchor = only(shapes, next(filter(None, name.groups())))
        attribute = match[1].replace("outline", "kind")
        return sum(getattr(s, attribute) == getattr(anchor, attribute) for s in shapes) - 1
    if match := re.search(
        rf"Find the (.+)\. How many (.+) are ({_SIDE}) it|(?:How many|Count the) (.+?) (?:that )?are ({_SIDE}) the ([a-z ]+)",
        plain,
    ):
        name, group, side = match.group(1, 2, 3) if match[1] else match.group(6, 4, 5)
        anchor = only(shapes, name)
        return sum(_BESIDE[side](s, anchor) for s in shapes if s is not anchor and described(group)(s))
    attribute = "colour" if re.search(r"[wW](hat|hich) colour|Name the colour", q) else "kind"
    match = re.search(
        r"colour (?:is|of|does) the (.+?)(?: have)?[.?]|(?:outline of|outline  ?of|shape is) the (.+?)[.?]", plain
    )
    assert match, plain
    return getattr(only(shapes, next(filter(None, match.groups()))), attribute)


# -- icons -------------------------------------------------------------------------------------------------------------


def icon_arithmetic(q: str, picture: Any) -> Any:
    """All values from 0 to 99 of each icon are tried, line by line."""
    solutions: list[dict[str, int]] = [{}]
    last = None
    for line in picture.lines:
        left, right = line[: line.index("=")], line[-1]
        icons = sorted({t for t in left if t.isalpha()})
        longer = []
        for known in solutions:
            free = [icon for icon in icons if icon not in known]
            for values in itertools.product(range(100), repeat=len(free)):
                tried = known | dict(zip(free, values, strict=True))
                result = eval("".join(str(tried.get(t, t)) for t in left))  # noqa: S307
                if right == "?" or result == int(right):
                    longer.append(tried)
                    last = result
        solutions = longer
    assert len(solutions) == 1, picture
    if "question mark" in q or "last line" in q:
        return last
    return solutions[0][next(word for word in re.findall(r"[a-z]+", q.split(". ")[-1]) if word in solutions[0])]


# -- dice --------------------------------------------------------------------------------------------------------------


def dice_or_dominoes(q: str, picture: Any) -> Any:
    if "omino" in q:
        tiles = picture.tiles
        sums = [a + b for a, b in tiles]
        if "together" in q and "fewest" in q:
            return max(sums) + min(sums)
        if "fewest" in q:
            return max(sums) - min(sums)
        if "left halves" in q:
            return abs(sum(a for a, _ in tiles) - sum(b for _, b in tiles))
        if "Multiply" in q or "products" in q:
            return sum(a * b for a, b in tiles)
        return sum(sums)
    totals: dict[str, int] = {}
    for colour, pips, _ in picture.dice:
        totals[colour] = totals.get(colour, 0) + pips
    named = [word for word in re.findall(r"[a-z]+", q) if word in totals]
    if "which colour" in q.lower():
        return max(totals, key=totals.__getitem__)
    if "missing" in q or "every die showed 6" in q:
        return sum(6 - pips for _, pips, _ in picture.dice)
    if "product" in q or " times " in q:
        return totals[named[0]] * totals[named[1]]
    if len(named) == 2:
        return totals[named[0]] - totals[named[1]]
    return totals[named[0]] if named else sum(totals.values())


SOLVERS = {
    f.__name__: f for f in (clock, ruler, gauge, shape_counting, shape_comparison, icon_arithmetic, dice_or_dominoes)
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", SOLVERS)
def test_the_answer_follows_from_the_picture(name: str, level: int) -> None:
    for problem in problems(name, level, 100, seed=7):
        expected = SOLVERS[name](problem.question, problem.picture)
        assert agrees(problem.answer, expected), (expected, problem)


def test_equations_in_the_working_hold() -> None:
    """Steps of the form `numbers = number` are right in every family, here and in the other file."""
    from envs.percereason.scenes import FAMILIES

    for family in FAMILIES:
        for level in LEVELS:
            for problem in problems(family.__name__, level, 100, seed=8):
                _check_steps(problem)


def _check_steps(problem: PictureProblem) -> None:
    for step in problem.steps:
        for left, right in re.findall(r"((?:\(?-?[\d.]+\)?|[-+*/()] )(?:[-+*/ ()\d.])*) = (-?[\d.]*\d)", step):
            exact = re.sub(r"\d+(?:\.\d+)?", r"Fraction('\g<0>')", left)
            assert eval(exact, {"Fraction": Fraction}) == Fraction(right), (step, problem)  # noqa: S307
