"""A model's thinking as a list of steps: which of them belongs to which move, and which lines of it are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.render.letters import MOST_CHARS, wrap

_THINK = re.compile(r"<think>(.*?)(?:</think>|$)", re.DOTALL)
_TAGS = re.compile(r"</?(?:think|answer)>")
_NUMBER = re.compile(r"\W*\d+\W*")
_WORD = re.compile(r"[^\W\d]\w*")
#: Words before the name of a move, as in "Step 1: then push left".
_OPENING = {"step", "move", "then", "next", "now", "finally", "first", "and", "i", "we", "go", "push", "walk", "player"}
_DOTS = "…"


@dataclass(frozen=True)
class Thought:
    """What is shown of a response beside one frame.

    Attributes:
        steps: The thinking in parts, each beginning a line.
        current: Number of the part that the frame belongs to, -1 before the first; `None` if the parts follow no moves.
    """

    steps: tuple[str, ...] = ()
    current: int | None = None


@dataclass(frozen=True)
class Line:
    """A line of a thought, and whether it is of the current step."""

    text: str
    current: bool = False


def thinking(response: str) -> str:
    """The inside of a response's think block, or what stands before its answer if there is no such block."""
    found = _THINK.search(response)
    return found[1].strip() if found else _TAGS.sub(" ", response.partition("<answer>")[0]).strip()


def sentences(text: str) -> tuple[str, ...]:
    """A text in parts that end with a full stop, a semicolon or a line; a number alone opens the part behind it."""
    parts: list[str] = []
    number = ""
    for part in re.split(r"(?<=[.;!?])\s+|\s*\n\s*", text):
        if _NUMBER.fullmatch(part):
            number += part + " "
        elif part:
            parts.append(number + part)
            number = ""
    return (*parts, number.strip()) if number else tuple(parts)


def clauses(text: str) -> tuple[str, ...]:
    """A text in parts that end with a semicolon or a line: the working of a problem, a step each."""
    return tuple(part for part in re.split(r"(?<=;)\s+|\s*\n\s*", text) if part)


def follow(steps: Sequence[str], moves: Sequence[str]) -> list[int] | None:
    """The number of the step that tells each move.

    Args:
        steps: Parts of a thinking.
        moves: What was played, in order; the steps may tell more moves than were played.

    Returns:
        A step for each move, or `None` if the steps don't open with these moves in this order.
    """
    names = set(moves)
    telling = [(number, word) for number, step in enumerate(steps) if (word := _opening_word(step)) in names]
    if not moves or [word for _, word in telling[: len(moves)]] != list(moves):
        return None
    return [number for number, _ in telling[: len(moves)]]


def _opening_word(step: str) -> str:
    words = _WORD.findall(step[:200].lower())
    return next((word for word in words if word not in _OPENING), "")


def shown(thought: Thought, size: int, width: int, count: int) -> list[Line]:
    """At most `count` lines of a thought: the page with the current step, else its beginning and its end.

    Args:
        thought: What to show.
        size: Of the letters, in pixels.
        width: Of a line, in pixels.
        count: Lines that there is room for; fewer than 1 show nothing.
    """
    lines = [
        Line(text, number == thought.current)
        for number, step in enumerate(_clipped(thought.steps))
        for text in wrap(step, size, width)
    ]
    if len(lines) <= count:
        return lines
    if count < 1:
        return []
    if thought.current is None:
        head = (count + 1) // 2 if count > 2 else count - 1
        return [*lines[:head], Line(_DOTS), *lines[len(lines) - (count - head - 1) :]]
    current = next((number for number, line in enumerate(lines) if line.current), 0)
    page = max(1, count - 1)  # pages that share a line: text that moves at every step is hard to read
    first = min(current // page * page, len(lines) - count)
    return lines[first : first + count]


def _clipped(steps: tuple[str, ...]) -> tuple[str, ...]:
    """Long prose without its middle, which nobody reads in a picture and which takes time to measure."""
    if len(steps) > 1_000 or sum(map(len, steps)) <= MOST_CHARS:
        return steps
    half = MOST_CHARS // 2
    text = " ".join(steps)
    return text[:half], _DOTS, text[-half:]
