"""What a problem is, and the few draws that every family needs. Knows nothing of families, pictures or environments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    r"""One question with its exact answer and a worked solution.

    Attributes:
        family: Name of the family, such as `"addition"`.
        level: Difficulty, from 1 up.
        question: What is asked, in English.
        answer: The gold answer: an integer (`"-7"`), a reduced fraction (`"3/4"`), LaTeX (`"5\sqrt{3}"`) or a word.
        steps: The working as a tutor would write it, one easy step each; the last one ends in the answer.
        mistakes: Wrong answers that typical mistakes lead to, the likeliest first; the distractors of the form with
            four options.
    """

    family: str
    level: int
    question: str
    answer: str
    steps: tuple[str, ...]
    mistakes: tuple[str, ...] = ()

    @property
    def content(self) -> bytes:
        """What the problem is, up to wording and the order of its numbers: the key that decides its split.

        Paraphrases of one sum, or the sum with its operands exchanged, have the same content.
        """
        return content_key(self.family, self.question)


def content_key(family: str, statement: str) -> bytes:
    """The family and the numbers of a statement, sorted: equal for paraphrases of one problem."""
    numbers = sorted(map(int, re.findall(r"\d+", statement)))
    return f"{family}:{','.join(map(str, numbers))}".encode()


def exact(value: int | Fraction) -> str:
    """The canonical text of a number: `7`, `-7`, `3/4`."""
    return str(Fraction(value))


def draw(rng: np.random.Generator, low: int, high: int) -> int:
    """An integer from low to high, both included."""
    return int(rng.integers(low, high + 1))


def draw_at(rng: np.random.Generator, level: int, ranges: Sequence[tuple[int, int]]) -> int:
    """An integer from the range that belongs to the level: `ranges[level - 1]`, both ends included."""
    return draw(rng, *ranges[level - 1])


def draw_distinct(rng: np.random.Generator, count: int, low: int, high: int) -> list[int]:
    """Different integers from low to high, both included, in random order."""
    return [low + int(i) for i in rng.choice(high - low + 1, size=count, replace=False)]


def pick(rng: np.random.Generator, choices: Sequence[T]) -> T:
    """One of the choices."""
    return choices[int(rng.integers(len(choices)))]


def flip(rng: np.random.Generator, probability: float = 0.5) -> bool:
    """True with this probability."""
    return bool(rng.random() < probability)
