"""The table of labelled answers, `verdicts.tsv`: what a careful marker of exams would say of each.

The labels come from mathematics and common sense, never from the code that is tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("verdicts.tsv")


@dataclass(frozen=True)
class Case:
    """One labelled answer.

    Attributes:
        kind: What the case is about.
        gold: The right answer.
        answer: What was answered.
        right: Whether that is right.
        choices: Texts of the options; empty for a free answer.
        tolerance: Relative error that is allowed.
    """

    kind: str
    gold: str
    answer: str
    right: bool
    choices: tuple[str, ...] = ()
    tolerance: float = 0.0


def load_cases() -> list[Case]:
    """All cases, in the order of the table."""
    _, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [_case(*line.split("\t")) for line in lines]


def _case(kind: str, gold: str, answer: str, verdict: str, choices: str, tolerance: str) -> Case:
    options = tuple(choices.split(" | ")) if choices else ()
    return Case(kind, gold, answer, {"right": True, "wrong": False}[verdict], options, float(tolerance or 0))
