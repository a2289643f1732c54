"""A question under way: what is asked, the answer, the working and the likely mistakes, before it has a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np

from envs.percereason.making import Number, numeric, plain, worded
from envs.percereason.problem import Picture, PictureProblem
from envs.problem import pick

D = TypeVar("D")
P = TypeVar("P", bound=Picture)


@dataclass(frozen=True)
class Ask:
    """A question about data.

    Attributes:
        question: In English.
        answer: A number, or a word that the picture shows.
        steps: The working; the last step ends in the answer.
        likely: Wrong answers of the same kind, the likeliest first. Equal ones and the answer itself may be among them.
        form: How numbers are written.
    """

    question: str
    answer: Number | str
    steps: Sequence[str]
    likely: Sequence[Number | str]
    form: Callable[[Number], str] = plain


#: Asks something of data, or returns `None` where the data do not lend themselves to it.
Kind = Callable[[np.random.Generator, D], Ask | None]


def ask_of(
    rng: np.random.Generator, kinds: Sequence[Kind[D]], draw_data: Callable[[], tuple[P, D]]
) -> tuple[P, D, Ask]:
    """Draw one of the kinds of question, and then a picture with its data until they lend themselves to it."""
    kind = pick(rng, kinds)
    while True:
        picture, data = draw_data()
        ask = kind(rng, data)
        if ask is not None:
            return picture, data, ask


def finished(family: str, level: int, picture: Picture, ask: Ask, unit: Number = 1) -> PictureProblem:
    """The problem of a question and its picture.

    Args:
        family, level, picture: As in `PictureProblem`.
        ask: The question.
        unit: Distance of readings that are easily taken for each other, for a number's wrong answers.
    """
    if isinstance(ask.answer, str):
        return worded(family, level, picture, ask.question, ask.answer, ask.steps, [str(word) for word in ask.likely])
    likely = [value for value in ask.likely if not isinstance(value, str)]
    lowest = min(0, ask.answer)
    return numeric(
        family, level, picture, ask.question, ask.answer, ask.steps, likely, form=ask.form, unit=unit, lowest=lowest
    )


def terminates(value: Fraction, places: int = 2) -> bool:
    """Whether a number has at most so many decimals."""
    return (value * 10**places).denominator == 1
