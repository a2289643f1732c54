"""Equations with icons for numbers: find what an icon stands for, or what the last line comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.making import Number, numeric
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.icons import ICONS
from envs.problem import draw, draw_distinct, flip, pick

_NAMES = tuple(ICONS)
_SIGNS = {"*": "×", "-": "−"}


@dataclass(frozen=True)
class Equations:
    """Lines of names of icons, signs `+ - * =`, numbers and `?`."""

    lines: tuple[tuple[str, ...], ...]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        pitch = size * 0.94 / len(self.lines)
        icon = min(size * 0.083, pitch * 0.40)
        widest = max(self._width(line, icon) for line in self.lines)
        icon *= min(1.0, size * 0.94 / widest)
        ruled, aligned = flip(rng), flip(rng)
        left = (size - max(self._width(line, icon) for line in self.lines)) / 2
        for index, line in enumerate(self.lines):
            y = size * 0.03 + (index + 0.5) * pitch
            x = left if aligned else (size - self._width(line, icon)) / 2
            if index and (ruled or index == len(self.lines) - 1):
                top = y - pitch / 2
                colour = look.ink if index == len(self.lines) - 1 else look.faint
                canvas.line([(size * 0.06, top), (size * 0.94, top)], colour, look.line * 0.7)
            self._line(canvas, look, line, (x, y), icon)

    @staticmethod
    def _width(line: Sequence[str], icon: float) -> float:
        return sum(_token_width(token, icon) for token in line)

    @staticmethod
    def _line(canvas: Canvas, look: Look, line: Sequence[str], at: tuple[float, float], icon: float) -> None:
        x, y = at
        for token in line:
            width = _token_width(token, icon)
            if token in ICONS:
                ICONS[token](canvas, x + width / 2, y, icon)
            else:
                colour = look.palette[0] if token == "?" else look.ink
                weight = "bold" if token == "?" else "upright"
                text = _SIGNS.get(token, token)
                canvas.text((x + width / 2, y), text, icon * 1.35, colour, look.family, weight)
            x += width


def _token_width(token: str, icon: float) -> float:
    if token in ICONS:
        return 2.15 * icon
    return icon * (0.95 * len(token) + 0.35) if token.isdigit() else icon * 1.45


def icon_arithmetic(rng: np.random.Generator, level: int) -> PictureProblem:
    return pick(rng, _KINDS[level - 1])(rng)


# -- level 1: one equation ---------------------------------------------------------------------------------------------


def _repeated(rng: np.random.Generator) -> PictureProblem:
    """So many of one icon make a total."""
    icon = pick(rng, _NAMES)
    value, times = draw(rng, 2, 90), draw(rng, 2, 5)
    picture = Equations(((*_plus([icon] * times), "=", str(times * value)),))
    steps = (f"{times} times the {icon} is {times * value}", f"{times * value} / {times} = {value}")
    likely = (times * value, value + 1, value - 1, times * value - times)
    return _asked_icon(rng, 1, picture, icon, value, steps, likely)


def _with_number(rng: np.random.Generator) -> PictureProblem:
    """An icon and a number, added, taken away or multiplied."""
    icon = pick(rng, _NAMES)
    value, number = draw(rng, 2, 60), draw(rng, 2, 40)
    sign = pick(rng, "+-*")
    if sign == "*":
        number, value = draw(rng, 2, 12), draw(rng, 2, 20)
    if sign == "-" and value <= number:
        value += number
    result = {"+": value + number, "-": value - number, "*": value * number}[sign]
    left = (str(number), sign, icon) if sign != "-" and flip(rng) else (icon, sign, str(number))
    back = {"+": "-", "-": "+", "*": "/"}[sign]
    steps = (f"The {icon} {sign} {number} is {result}", f"{result} {back} {number} = {value}")
    likely = (result + number, abs(result - number), result, value + 1, value - 1)
    return _asked_icon(rng, 1, Equations(((*left, "=", str(result)),)), icon, value, steps, likely)


# -- level 2: two equations --------------------------------------------------------------------------------------------


def _two_unknowns(rng: np.random.Generator) -> PictureProblem:
    """The first line gives one icon, the second the other."""
    (first, second), (a, b) = _icons(rng, 2), draw_distinct(rng, 2, 2, 30)
    times = draw(rng, 2, 3)
    line, total, working = _mixed(rng, first, a, second, b)
    picture = Equations(((*_plus([first] * times), "=", str(times * a)), (*line, "=", str(total))))
    steps = (
        f"{times} times the {first} is {times * a}, and {times * a} / {times} = {a}",
        f"In the second line, the {second} is {working}",
    )
    likely = (a, total, abs(total - times * a), b + 1, b - 1)
    return _asked_icon(rng, 2, picture, second, b, steps, likely)


def _last_line(rng: np.random.Generator) -> PictureProblem:
    """The first line gives an icon, the last uses it."""
    icon = pick(rng, _NAMES)
    value, times, number = draw(rng, 2, 20), draw(rng, 2, 4), draw(rng, 2, 30)
    sign = pick(rng, "+-*")
    if sign == "-" and number >= value:
        sign = "+"
    if sign == "*":
        number = draw(rng, 2, 9)
    result = {"+": value + number, "-": value - number, "*": value * number}[sign]
    picture = Equations(((*_plus([icon] * times), "=", str(times * value)), (icon, sign, str(number), "=", "?")))
    steps = (f"{times * value} / {times} = {value}, which is the {icon}", f"{value} {sign} {number} = {result}")
    total = times * value
    likely = (
        total + number,
        value,
        {"+": total + number, "-": total - number, "*": total * number}[sign],
        result + times,
    )
    return _asked_mark(rng, 2, picture, result, steps, likely)


# -- level 3: three equations, or two that must be combined ------------------------------------------------------------


def _three_lines(rng: np.random.Generator) -> PictureProblem:
    """Two lines give two icons, the last line combines them."""
    (first, second), (a, b) = _icons(rng, 2), draw_distinct(rng, 2, 2, 20)
    times = draw(rng, 2, 3)
    line, total, working = _mixed(rng, first, a, second, b)
    many = draw(rng, 2, 5)
    last: tuple[str, ...] = (second, "+", first, "*", str(many)) if flip(rng) else (first, "*", second)
    result = b + a * many if "+" in last else a * b
    ending = (
        [f"{a} * {many} = {a * many}", f"{b} + {a * many} = {result}"] if "+" in last else [f"{a} * {b} = {result}"]
    )
    picture = Equations(((*_plus([first] * times), "=", str(times * a)), (*line, "=", str(total)), (*last, "=", "?")))
    steps = (
        f"{times * a} / {times} = {a}, which is the {first}",
        f"In the second line, the {second} is {working}",
        *ending,
    )
    likely = ((b + a) * many if "+" in last else a + b, a + b, result + a, result - a, result + b)
    return _asked_mark(rng, 3, picture, result, steps, likely)


def _chain(rng: np.random.Generator) -> PictureProblem:
    """Three unknowns, one a line, and the last of them is asked for."""
    (first, second, third), (a, b, c) = _icons(rng, 3), draw_distinct(rng, 3, 2, 20)
    times = draw(rng, 2, 3)
    one, total_one, working_one = _mixed(rng, first, a, second, b)
    two, total_two, working_two = _mixed(rng, second, b, third, c)
    picture = Equations(
        ((*_plus([first] * times), "=", str(times * a)), (*one, "=", str(total_one)), (*two, "=", str(total_two)))
    )
    steps = (
        f"{times * a} / {times} = {a}, which is the {first}",
        f"In the second line, the {second} is {working_one}",
        f"In the third line, the {third} is {working_two}",
    )
    return _asked_icon(rng, 3, picture, third, c, steps, (b, a, abs(total_two - a), c + 1, c - 1))


def _sum_and_difference(rng: np.random.Generator) -> PictureProblem:
    """Two lines that give nothing alone: the sum and the difference of two icons."""
    first, second = _icons(rng, 2)
    b, gap = draw(rng, 2, 30), draw(rng, 1, 25)
    a = b + gap
    picture = Equations(((first, "+", second, "=", str(a + b)), (first, "-", second, "=", str(gap))))
    steps = [
        f"Both lines together give 2 times the {first}: {a + b} + {gap} = {2 * a}",
        f"The {first} is {2 * a} / 2 = {a}",
    ]
    if flip(rng):
        return _asked_icon(rng, 3, picture, first, a, steps, (b, 2 * a, a + b - gap, a + 1, a - 1))
    steps.append(f"The {second} is {a + b} - {a} = {b}")
    return _asked_icon(rng, 3, picture, second, b, steps, (a, 2 * b, gap, b + 1, b - 1))


_KINDS = (
    (_repeated, _with_number, _with_number),
    (_two_unknowns, _last_line),
    (_three_lines, _three_lines, _chain, _sum_and_difference),
)


def _icons(rng: np.random.Generator, count: int) -> list[str]:
    return [_NAMES[i] for i in draw_distinct(rng, count, 0, len(_NAMES) - 1)]


def _plus(tokens: Sequence[str]) -> list[str]:
    return [token for i, item in enumerate(tokens) for token in (("+", item) if i else (item,))]


def _mixed(rng: np.random.Generator, known: str, a: int, other: str, b: int) -> tuple[list[str], int, str]:
    """A line with a known icon (a) and another one (b), its result, and how the other follows from it."""
    kinds = ["sum", "twice"] + (["minus"] if a > b else ["from"])
    match pick(rng, kinds):
        case "sum":
            line = [known, "+", other] if flip(rng) else [other, "+", known]
            return line, a + b, f"{a + b} - {a} = {b}"
        case "twice":
            return [other, "+", other, "+", known], 2 * b + a, f"({2 * b + a} - {a}) / 2 = {b}"
        case "minus":
            return [known, "-", other], a - b, f"{a} - {a - b} = {b}"
    return [other, "-", known], b - a, f"{b - a} + {a} = {b}"


def _asked_icon(
    rng: np.random.Generator,
    level: int,
    picture: Equations,
    icon: str,
    value: int,
    steps: Sequence[str],
    likely: Sequence[Number],
) -> PictureProblem:
    asks = (
        f"Each icon stands for a number. Which number is the {icon}?",
        f"What is the value of the {icon}?",
        f"Equal icons stand for equal numbers. Find the number behind the {icon}.",
        f"For which number does the {icon} stand?",
    )
    return numeric("icon_arithmetic", level, picture, pick(rng, asks), value, steps, likely, lowest=0)


def _asked_mark(
    rng: np.random.Generator,
    level: int,
    picture: Equations,
    value: int,
    steps: Sequence[str],
    likely: Sequence[Number],
) -> PictureProblem:
    asks = (
        "Each icon stands for a number. Which number belongs in place of the question mark?",
        "Equal icons stand for equal numbers. What is the result of the last line?",
        "Find the number that replaces the question mark.",
    )
    return numeric("icon_arithmetic", level, picture, pick(rng, asks), value, steps, likely, lowest=0)
