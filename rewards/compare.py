r"""Whether the value of an answer is the value of the gold answer.

Numbers and units are compared here, exactly or within a tolerance; what is left to computer algebra goes through an
`Algebra`. One of them answers in a worker, the other raises `Undecided`, so that the same code runs in the asking
process for as long as it gets along without algebra.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from rewards.numbers import is_unfinished_division
from rewards.units import DEGREE, PERCENT, RADIAN, convert, parse_unit
from rewards.values import FUNCTIONS, Equation, Interval, Items, Region, Scalar, Value, Whole, as_region


class Algebra(Protocol):
    """Computer algebra on expressions in LaTeX."""

    def equivalent(self, gold: str, answer: str) -> bool: ...

    def close(self, gold: str, answer: str, tolerance: float) -> bool: ...


class Undecided(Exception):
    """Computer algebra is needed."""


class NoAlgebra:
    """Stands for computer algebra where there is none."""

    def equivalent(self, gold: str, answer: str) -> bool:
        raise Undecided

    def close(self, gold: str, answer: str, tolerance: float) -> bool:
        raise Undecided


_OPERATION = re.compile(
    r"(?<=[0-9A-Za-z)}!°]) ?(?:[+/-]|\*(?!\*)|\\(?:cdot|times|div|pm)(?![A-Za-z]))|[0-9)] ?\(|\) ?[0-9]|\} ?\\(?:sqrt|frac)"
    r"|\\(?:gcd|lcm|max|min|bmod|pmod|mod|sum|prod|int|lim|det|lfloor|lceil|operatorname)(?![A-Za-z])"
)
_NO_EXPRESSION = re.compile(r":|(?<![_0-9])[0-9]+ +[0-9]|\\(?:boxed|fbox)(?![A-Za-z])")
_ENVIRONMENT = re.compile(r"\\(?:begin|end) ?\{[a-zA-Z*]{1,20}\}(?:\{[clr|]{0,20}\})?")
_LONG_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_POUND_MONEY = (("GBP", 1),)
_LESS = {True: r"\le", False: "<"}
_GREATER = {True: r"\ge", False: ">"}
_DEGREE_IN_RADIANS = r"\frac{\pi}{180}"


@dataclass(frozen=True)
class Comparison:
    """How values are compared.

    Attributes:
        algebra: Computer algebra.
        tolerance: Relative error that is allowed to a number; 0 for none.
    """

    algebra: Algebra
    tolerance: float = 0.0

    def same(self, gold: Value, answer: Value) -> bool:
        """Whether `answer` says what `gold` says."""
        if isinstance(gold, Items) and gold.kind != "tuple" and len(gold.items) == 1:
            gold = gold.items[0]
        match gold, answer:
            case Scalar(), Scalar():
                return self._same_scalar(gold, answer)
            case Scalar(), Equation():
                return self._worked_out(gold, answer.parts)
            case Scalar(), Items("set" | "choice", items):
                return all(replace(self, tolerance=0.0).same(gold, item) for item in items)
            case Equation(), Equation():
                return gold.name == answer.name and self._worked_out(gold.parts[-1], answer.parts)
            case Equation(), Region() if gold.name:
                region = as_region(gold)
                return region is not None and self._same_region(region, answer)
            case Equation(), _ if gold.name and not isinstance(answer, Whole):
                return self.same(gold.parts[-1], answer)
            case Items(), Equation(_, (Items() as items,)):
                return self._same_items(gold, items)
            case Items(), Items():
                return self._same_items(gold, answer) or self._same_as_regions(gold, answer)
            case ((Items() | Region()), (Items() | Region() | Equation())):
                return self._same_as_regions(gold, answer)
            case ((Whole() | Equation() | Region()), (Whole() | Equation() | Region())):
                return self._same_relation(gold, answer)
        return False

    def _worked_out(self, gold: Value, parts: Sequence[Value]) -> bool:
        """Whether all that the answer calls equal is the gold value, and the last of them is a result."""
        *before, result = parts
        if not self.same(gold, result):
            return False
        return all(isinstance(part, Scalar) and self._same_scalar(gold, part, result=False) for part in before)

    # -- numbers and expressions --------------------------------------------------------------------------------------

    def _same_scalar(self, gold: Value, answer: Scalar, result: bool = True) -> bool:
        if not isinstance(gold, Scalar):
            return False
        if gold.algebraic is not None and (answer.unit is None or answer.algebraic is not None):
            return self._equal(Scalar(gold.algebraic), Scalar(answer.algebraic or answer.text))
        if result and gold.number is not None and _is_exercise(gold, answer):
            return False
        return any(self._equal(gold, reading) for reading in _in_units_of(gold, answer))

    def _equal(self, gold: Scalar, answer: Scalar) -> bool:
        if gold.number is not None and answer.number is not None:
            return self._close(gold.number, answer.number)
        if gold.text == answer.text:
            return True
        if _NO_EXPRESSION.search(answer.text) or _foreign_words(gold.text, answer.text):
            return False
        if self.tolerance:
            return self.algebra.close(gold.text, answer.text, self.tolerance)
        return self.algebra.equivalent(gold.text, answer.text)

    def _close(self, gold: Fraction, answer: Fraction) -> bool:
        if not self.tolerance:
            return gold == answer
        return abs(answer - gold) <= Fraction(str(self.tolerance)) * abs(gold)

    # -- several values -----------------------------------------------------------------------------------------------

    def _same_items(self, gold: Items, answer: Items) -> bool:
        if "tuple" in (gold.kind, answer.kind):
            if (
                "set" in (gold.kind, answer.kind)
                or "[" in (gold.brackets + answer.brackets)
                and (gold.brackets and answer.brackets and gold.brackets != answer.brackets)
            ):
                return False
            return len(gold.items) == len(answer.items) and all(map(self.same, gold.items, answer.items))
        if "set" in (gold.kind, answer.kind):
            return self._matched(self._distinct(gold.items), self._distinct(answer.items))
        return self._matched(gold.items, answer.items)

    def _matched(self, golds: Sequence[Value], answers: Sequence[Value]) -> bool:
        """Whether each gold value is an answer and the other way round."""
        if len(golds) != len(answers):
            return False
        left = list(answers)
        for gold in golds:
            found = next((index for index, answer in enumerate(left) if self.same(gold, answer)), None)
            if found is None:
                return False
            del left[found]
        return True

    def _distinct(self, items: Sequence[Value]) -> list[Value]:
        """Without repetitions of plain numbers."""
        kept: list[Value] = []
        for item in items:
            if not (isinstance(item, Scalar) and item.number is not None and item in kept):
                kept.append(item)
        return kept

    # -- regions and relations ----------------------------------------------------------------------------------------

    def _same_as_regions(self, gold: Value, answer: Value) -> bool:
        if isinstance(gold, Items) and isinstance(answer, Items):  # decided as they stand
            return False
        ours, theirs = as_region(gold), as_region(answer)
        return ours is not None and theirs is not None and self._same_region(ours, theirs)

    def _same_region(self, gold: Region, answer: Region) -> bool:
        if gold.name and answer.name and gold.name != answer.name:
            return False
        left = list(_simplified(answer.intervals))
        for interval in (golds := _simplified(gold.intervals)):
            found = next((index for index, other in enumerate(left) if self._same_interval(interval, other)), None)
            if found is None:
                return False
            del left[found]
        return not left and bool(golds or not answer.intervals)

    def _same_interval(self, gold: Interval, answer: Interval) -> bool:
        return (gold.low_closed, gold.high_closed) == (answer.low_closed, answer.high_closed) and all(
            (one is None and other is None) or (one is not None and other is not None and self.same(one, other))
            for one, other in ((gold.low, answer.low), (gold.high, answer.high))
        )

    def _same_relation(self, gold: Value, answer: Value) -> bool:
        texts = _relation_text(gold), _relation_text(answer)
        if None in texts or not isinstance(gold, Whole) and not isinstance(answer, Whole):
            return False
        gold_text, answer_text = texts[0] or "", texts[1] or ""
        if _spaceless(gold_text) == _spaceless(answer_text):
            return True
        return not _foreign_words(gold_text, answer_text) and self.algebra.equivalent(gold_text, answer_text)


def _in_units_of(gold: Scalar, answer: Scalar) -> list[Scalar]:
    """The answer in the gold's unit; several readings where the answer leaves its unit out."""
    ours = gold.unit.dimension if gold.unit else None
    theirs = answer.unit.dimension if answer.unit else None
    match ours, theirs:
        case (None, None):
            return [answer]
        case (dimension, None) if dimension == PERCENT:  # 25 or 0.25 for 25%
            return [answer, _scaled(answer, Fraction(100))]
        case (None, dimension) if (
            dimension == PERCENT
        ):  # 25% for 0.25, and for 25 as the question may be "what percent"
            hundredth = _scaled(answer, Fraction(1, 100))
            return [hundredth, answer] if gold.number is None or abs(gold.number) > 1 else [hundredth]
        case (dimension, None) if dimension == DEGREE and r"\pi" in answer.text:
            return [answer, _scaled(answer, r"\frac{180}{\pi}")]
        case (None, dimension) if dimension == DEGREE and r"\pi" in gold.text:
            return [answer, _scaled(answer, _DEGREE_IN_RADIANS)]
        case (dimension, other) if dimension == _POUND_MONEY and answer.unit == parse_unit("pound"):
            return [answer]
        case (dimension, other) if dimension == DEGREE and other == RADIAN:
            return [_scaled(_in_base_units(answer), r"\frac{180}{\pi}")]
        case (dimension, other) if dimension == RADIAN and other == DEGREE:
            return [_scaled(_in_base_units(answer), _DEGREE_IN_RADIANS)]
    if gold.unit is None or answer.unit is None:
        return [answer]
    if ours != theirs:
        return []
    if answer.number is not None:
        number = convert(answer.number, answer.unit, gold.unit)
        return [Scalar(str(number), number)]
    if gold.unit == answer.unit:
        return [answer]
    return [] if gold.unit.offset or answer.unit.offset else [_scaled(answer, answer.unit.factor / gold.unit.factor)]


def _in_base_units(scalar: Scalar) -> Scalar:
    return _scaled(scalar, scalar.unit.factor) if scalar.unit else scalar


def _scaled(scalar: Scalar, factor: Fraction | str) -> Scalar:
    if factor == 1:
        return scalar
    if isinstance(factor, Fraction):
        if scalar.number is not None:
            return replace(scalar, number=scalar.number * factor, text=str(scalar.number * factor))
        factor = rf"\frac{{{factor.numerator}}}{{{factor.denominator}}}"
    return Scalar(rf"{factor} \cdot ({scalar.text})")


def _is_exercise(gold: Scalar, answer: Scalar) -> bool:
    """Whether an answer to a plain number still has to be worked out: `2 + 3`, or `84/7` for 12."""
    if answer.number is None:
        return r"\pi" not in answer.text and bool(_OPERATION.search(answer.text))
    return is_unfinished_division(answer.text) and not is_unfinished_division(gold.text)


def _foreign_words(gold: str, answer: str) -> bool:
    """Whether an answer has words that are not functions and not made of the gold's own variables: prose or code."""
    answer, gold = (_ENVIRONMENT.sub(" ", text) for text in (answer, gold))
    words = [word for word in _LONG_WORD.findall(answer) if word not in FUNCTIONS]
    if not words:
        return False
    variables = set("".join(word for word in re.findall(r"(?<![\\A-Za-z])[A-Za-z]+", gold) if word not in FUNCTIONS))
    return any(not set(word) <= variables for word in words)


def _simplified(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """A union of intervals with plain ends in its simplest form: sorted, and those that meet joined."""
    plain = [_plain_ends(interval) for interval in intervals]
    if not all(plain):
        return tuple(intervals)
    ordered = sorted((ends for ends in plain if ends), key=lambda ends: (ends[0], not ends[2]))
    joined: list[tuple[Fraction | float, Fraction | float, bool, bool]] = []
    for low, high, low_closed, high_closed in ordered:
        if low > high or (low == high and not (low_closed and high_closed)):
            continue
        if joined:
            first, last, first_closed, last_closed = joined[-1]
            if low < last or (low == last and (low_closed or last_closed)):
                end = max((last, last_closed), (high, high_closed))
                joined[-1] = (first, end[0], first_closed, end[1])
                continue
        joined.append((low, high, low_closed, high_closed))
    return tuple(Interval(_end(low), _end(high), left, right) for low, high, left, right in joined)


def _plain_ends(interval: Interval) -> tuple[Fraction | float, Fraction | float, bool, bool] | None:
    if any(end is not None and (end.number is None or end.unit) for end in (interval.low, interval.high)):
        return None
    low = interval.low.number if interval.low and interval.low.number is not None else float("-inf")
    high = interval.high.number if interval.high and interval.high.number is not None else float("inf")
    return low, high, interval.low_closed, interval.high_closed


def _end(value: Fraction | float) -> Scalar | None:
    return Scalar(str(value), value) if isinstance(value, Fraction) else None


def _relation_text(value: Value) -> str | None:
    """A relation as LaTeX, or None if it is not one relation."""
    match value:
        case Whole(text):
            return text
        case Equation(name, (Scalar(text),)) if name:
            return f"{name} = {text}"
        case Region((Interval(Scalar(text), None, closed),), name) if name:
            return f"{name} {_GREATER[closed]} {text}"
        case Region((Interval(None, Scalar(text), _, closed),), name) if name:
            return f"{name} {_LESS[closed]} {text}"
        case Region((Interval(Scalar(low), Scalar(high), left, right),), name) if name:
            return f"{low} {_LESS[left]} {name} {_LESS[right]} {high}"
    return None


def _spaceless(text: str) -> str:
    return text.replace(" ", "")
