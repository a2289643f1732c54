"""The form with options: a right answer among wrong ones that typical mistakes lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from envs.problem import Problem, exact
from envs.question import letter

OPTIONS = 4


@dataclass(frozen=True)
class Choices:
    """The options of a question.

    Attributes:
        texts: At most four different ones, in random order.
        letter: That of the right one.
    """

    texts: tuple[str, ...]
    letter: str


def draw_choices(problem: Problem, rng: np.random.Generator) -> Choices:
    """Options for a problem: its answer and three of its likely mistakes, filled up with numbers near by.

    A word with fewer than three known mistakes gets fewer options, at least two.

    Raises:
        ValueError: If the problem has no mistake and its answer is no number, so that there is nothing to choose from.
    """
    wrong = dict.fromkeys(text for text in (*problem.mistakes, *_near(problem.answer)) if text != problem.answer)
    if not wrong:
        raise ValueError(f"{problem.family} has no mistakes to offer beside {problem.answer!r}; give it some")
    texts = [problem.answer, *list(wrong)[: OPTIONS - 1]]
    order = rng.permutation(len(texts))
    return Choices(tuple(texts[i] for i in order), letter(int(np.argmin(order))))


def _near(answer: str) -> list[str]:
    """Other multiples of the first number of an answer: 12√3 and 3√3 for 6√3."""
    found = re.search(r"\d+(/\d+)?", answer)
    if not found:
        return []
    number = Fraction(found[0])
    near = (2 * number, number / 2 if number.denominator > 1 or number % 2 == 0 else number + 2, number + 1, 3 * number)
    return [answer[: found.start()] + exact(value) + answer[found.end() :] for value in near]
