"""Plans as text: how moves are read from an answer, and how a plan is told with the position tracked in words.

Grammar of an answer: moves are the words up, down, left, right (any case), the letters U, D, L, R alone or as a run
such as `rrdL`, and the arrows of Unicode. Everything else (numbering, punctuation, brackets, quotes, other words, among
them those with an apostrophe such as "I'll") is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from envs.sokoban.rules import PUSH, Cell, Level, new_game

_ARROWS = {"↑": "up", "↓": "down", "←": "left", "→": "right"}
_LETTERS = {"u": "up", "d": "down", "l": "left", "r": "right"}
_WORD = r"[^\W\d_]+"
_TOKEN = re.compile(rf"{_WORD}(?:['’]{_WORD})*|[↑↓←→]")


def parse_moves(answer: str) -> list[str]:
    """The moves named in an answer, in order. Linear in the answer's length; never raises."""
    moves: list[str] = []
    for token in _TOKEN.findall(answer):
        word = token.lower()
        if word in PUSH:
            moves.append(word)
        elif token in _ARROWS:
            moves.append(_ARROWS[token])
        elif set(word) <= _LETTERS.keys():
            moves.extend(_LETTERS[letter] for letter in word)
    return moves


def tell(level: Level, moves: Sequence[str]) -> str:
    """Narrate a plan: where everything stands, then after each move the player's cell and that of a box it pushed.

    Cells are row and column, counted from 1 at the top left, walls included. With fixed targets, boxes are told in the order of
    their targets.
    """
    boxes = ", ".join(f"box {_place(cell)}" for cell in level.owners or level.boxes)
    targets = ", ".join(f"target {_place(cell)}" for cell in level.targets)
    game = new_game(level)
    sentences = [f"player {_place(level.player)}, {boxes}, {targets}."]
    for move in moves:
        before = set(game.boxes)
        pushed = game.play(PUSH[move]).pushed
        box = f" box {_place(next(iter(set(game.boxes) - before)))}" if pushed else ""
        sentences.append(f"{move} {_place(game.player)}{box}.")
    return " ".join(sentences)


def response(thoughts: str, moves: Iterable[str]) -> str:
    """A response in the grammar of `rewards.format`."""
    return f"<think>{thoughts}</think><answer>{' '.join(moves)}</answer>"


def _place(cell: Cell) -> str:
    return f"{cell[0] + 1} {cell[1] + 1}"
