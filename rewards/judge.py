r"""The verdict on one answer, in the order of the policy in `rewards.accuracy`.

The same code runs in the asking process, where computer algebra is `NoAlgebra`, and in the workers, where it is real.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeGuard

from rewards.compare import Algebra, Comparison
from rewards.numbers import is_unfinished_division, rational
from rewards.options import checked_letter, chooses, gold_letter, names_option
from rewards.text import plain
from rewards.values import Equation, Interval, Items, Region, Scalar, Value, Whole, read
from rewards.words import is_prose, polarity, prose, without_lead, words

#: Answers longer than this are wrong without being read.
MAX_ANSWER_CHARS = 2_000

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))? ?(?:([ap])\.?m\.?)?", re.IGNORECASE)
_RATIO = re.compile(r"[0-9.]{1,20}(?: ?: ?[0-9.]{1,20}){1,4}")


@dataclass(frozen=True)
class Gold:
    """What an answer is compared with.

    Attributes:
        text: The right answer; with `choices` the letter of the right one.
        choices: Texts of the options A, B, …; empty for a free answer.
        tolerance: Relative error that is allowed to a number.
    """

    text: str
    choices: tuple[str, ...] = ()
    tolerance: float = 0.0


def judge(answer: str | None, gold: Gold, algebra: Algebra) -> bool:
    """Whether an answer is the gold answer.

    Raises:
        Undecided: If the algebra raises it.
        ValueError: If the gold answer does not name one of its choices.
    """
    if gold.choices:
        letter = checked_letter(gold.text, gold.choices)
        if not _legible(answer):
            return False
        return chooses(answer, letter, gold.choices, lambda text, choice: _says(text, choice, gold.tolerance, algebra))
    if not isinstance(answer, str) or not answer or len(answer) > MAX_ANSWER_CHARS or len(gold.text) > MAX_ANSWER_CHARS:
        return False
    number, gold_number = rational(answer), rational(gold.text)
    if number is not None and gold_number is not None and not gold.tolerance:
        return number == gold_number and (not is_unfinished_division(answer) or is_unfinished_division(gold.text))
    if not _legible(answer) or not gold.text.strip():
        return False
    own_letter = gold_letter(gold.text)
    if own_letter:
        return names_option(answer, own_letter)
    return _says(answer, gold.text, gold.tolerance, algebra)


def leaves(gold: str) -> list[str] | None:
    """The expressions in a free gold answer that computer algebra must understand; None if it cannot be read at all."""
    text = _plain_gold(gold)
    if gold_letter(gold) or polarity(gold) is not None or words(text) or rational(gold) is not None:
        return []
    value = _gold_value(gold)
    if value is None or _is_text(text, value):
        return [] if is_prose(text) or _CLOCK.fullmatch(text) or _RATIO.fullmatch(text) else None
    return list(_leaves(value))


def _legible(answer: str | None) -> TypeGuard[str]:
    return (
        isinstance(answer, str)
        and 0 < len(answer) <= MAX_ANSWER_CHARS
        and bool(answer.strip())
        and not UNPRINTABLE.search(answer)
    )


def _says(answer: str, gold: str, tolerance: float, algebra: Algebra) -> bool:
    """Whether a legible answer says what a free gold answer says."""
    if answer.strip() == gold.strip():
        return True
    gold_text, text = _plain_gold(gold), plain(answer)
    if not text:
        return False
    stated = without_lead(text)
    if (says := polarity(gold_text)) is not None:
        return polarity(text) is says or polarity(stated) is says
    gold_value = _gold_value(gold)
    if (
        gold_words := None
        if isinstance(gold_value, Region | Scalar) and not _is_text(gold_text, gold_value)
        else words(gold_text)
    ):
        return gold_words in (words(text), words(stated))
    if _CLOCK.fullmatch(gold_text):
        return _same_time(gold_text, stated)
    if _RATIO.fullmatch(gold_text):
        return _same_ratio(gold_text, stated)
    if gold_value is None or _is_text(gold_text, gold_value):
        return prose(gold_text) in (prose(text), prose(stated))
    value = read(stated)
    return value is not None and Comparison(algebra, tolerance).same(gold_value, value)


@lru_cache(maxsize=4096)
def _plain_gold(gold: str) -> str:
    return plain(gold) or ""


@lru_cache(maxsize=4096)
def _gold_value(gold: str) -> Value | None:
    return read(without_lead(_plain_gold(gold)))


def _is_text(text: str, value: Value) -> bool:
    """Whether a gold answer that could be read as an expression is in truth a label or a sentence."""
    return isinstance(value, Scalar) and value.number is None and value.unit is None and is_prose(text)


def _same_time(gold: str, answer: str) -> bool:
    times = _CLOCK.fullmatch(gold), _CLOCK.fullmatch(answer)
    if not all(times):
        return False
    (hour, minute, second, half), (other_hour, *others, other_half) = (match.groups() for match in times if match)
    if [int(minute), int(second or 0)] != [int(part or 0) for part in others]:
        return False
    hours = _hour(hour, half), _hour(other_hour, other_half)
    return hours[0] == hours[1] or (not (half and other_half) and int(hour) == int(other_hour))


def _hour(hour: str, half: str | None) -> int:
    return int(hour) if half is None else int(hour) % 12 + 12 * (half.casefold() == "p")


def _same_ratio(gold: str, answer: str) -> bool:
    parts = [[rational(part) for part in text.replace(" to ", ":").split(":")] for text in (gold, answer)]
    ours, theirs = ([part for part in side if part] for side in parts)
    if len(ours) != len(parts[0]) or len(theirs) != len(parts[1]) or len(ours) != len(theirs):
        return False
    return all(one * theirs[0] == other * ours[0] for one, other in zip(ours, theirs, strict=True))


def _leaves(value: Value) -> list[str]:
    match value:
        case Scalar(text, number):
            return [] if number is not None else [text]
        case Whole(text):
            return [text]
        case Equation(_, parts) | Items(_, parts):
            return [leaf for part in parts for leaf in _leaves(part)]
        case Region(intervals):
            return [leaf for interval in intervals for end in _ends(interval) for leaf in _leaves(end)]
    return []


def _ends(interval: Interval) -> list[Scalar]:
    return [end for end in (interval.low, interval.high) if end is not None]
