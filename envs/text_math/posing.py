"""What families share when they put a problem into words: wording of polynomials, and the finished problem."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from envs.problem import Problem, exact
from envs.text_math.blackboard import Blackboard

#: What an answer is given as: a number, or a text that stands for itself.
Answer = int | Fraction | str

NAMES = ("Ana", "Ben", "Lea", "Tom", "Mia", "Sam", "Eva", "Max", "Ida", "Leo")
#: Openings of a question that asks for the value of an expression.
ASK = ("What is {}?", "Compute {}.", "Work out {}.", "Find the value of {}.")


def solved(
    family: str,
    level: int,
    question: str,
    answer: Answer,
    board: Blackboard,
    mistakes: Iterable[Answer] = (),
) -> Problem:
    """A problem with the working that stands on a blackboard.

    Args:
        family: Name of the family.
        level: Difficulty.
        question: What is asked.
        answer: The right answer; a string stands for itself.
        board: Its lines are the steps; the last one ends in the answer.
        mistakes: Answers of typical mistakes, the likeliest first. Those that happen to be right, or to come twice,
            are left out.
    """
    gold = answer if isinstance(answer, str) else exact(answer)
    wrong = dict.fromkeys(mistake if isinstance(mistake, str) else exact(mistake) for mistake in mistakes)
    wrong.pop(gold, None)
    return Problem(family, level, question, gold, tuple(board.lines), tuple(wrong))


def polynomial(coefficients: Sequence[int], name: str = "x") -> str:
    """A polynomial in one unknown as it is written: [1, -3, 0] is `x^2 - 3 x`.

    Args:
        coefficients: The highest power first, at least one of them not 0.
        name: The unknown.
    """
    text = ""
    for i, coefficient in enumerate(coefficients):
        degree = len(coefficients) - 1 - i
        if coefficient == 0:
            continue
        power = {0: "", 1: name}.get(degree, f"{name}^{degree}")
        size = "" if abs(coefficient) == 1 and power else str(abs(coefficient))
        sign = (" - " if coefficient < 0 else " + ") if text else ("-" if coefficient < 0 else "")
        text += sign + " ".join(filter(None, (size, power)))
    return text


def listed(items: Sequence[object], word: str = "and") -> str:
    """`3, 4 and 5`."""
    *front, last = map(str, items)
    return f"{', '.join(front)} {word} {last}" if front else last
