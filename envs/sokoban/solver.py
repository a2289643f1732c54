"""Optimal Sokoban: the fewest moves (walks and pushes alike), proven, by A* from push to push.

A node of the search is a position right after a push; between two pushes the player walks the shortest way. The estimate
of what remains is the cheapest assignment of boxes to targets, each pair at the fewest pushes that it takes on an otherwise
empty board. Every push is a move, and changes these pushes by at most one, so the estimate never exceeds the moves that
remain, and the first solution taken from the queue is optimal. A box pushed to where no target can be reached,
or into a block of two by two that nothing can move any more, is never followed up: no solution goes through there. With
fixed targets there is one assignment only, and boxes are told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from envs.sokoban.astar import search
from envs.sokoban.rules import DELTAS, MOVES, WALL, Cell, Level
from envs.sokoban.zobrist import zobrist_keys

MAX_STATES = 2_000_000


@dataclass(frozen=True)
class Solution:
    """What the solver found.

    Attributes:
        status: "solved"; "unsolvable" (proven); or "gave up" (`max_states` reached, nothing is known).
        moves: The fewest moves to the goal if solved, else empty.
        states: Positions reached.
    """

    status: Literal["solved", "unsolvable", "gave up"]
    moves: tuple[str, ...]
    states: int


def solve(level: Level, max_states: int = MAX_STATES) -> Solution:
    """Solve a level with the fewest moves. Results are remembered by the level's content.

    Args:
        level: Any level with as many boxes as targets; its border may be open.
        max_states: Positions, each right after a push, after which the solver gives up. Two million take some seconds, and 50
            bytes each and 4 more for every box.

    Raises:
        ValueError: If there are not as many boxes as targets.
    """
    if len(level.boxes) != len(level.targets):
        raise ValueError(f"the level has {len(level.boxes)} boxes and {len(level.targets)} targets; expected as many")
    # A ring of walls, so that no step leaves the board even if the level's own border is open.
    walls = np.pad(level.fixed == WALL, 1, constant_values=True)
    width = walls.shape[1]

    def index(cell: Cell) -> int:
        return (cell[0] + 1) * width + cell[1] + 1

    boxes, targets = tuple(map(index, level.owners or level.boxes)), tuple(map(index, level.targets))
    told_apart = level.owners is not None
    return _solve(walls.tobytes(), width, index(level.player), boxes, targets, told_apart, max_states)


@lru_cache(maxsize=8192)
def _solve(
    walls: bytes,
    width: int,
    player: int,
    boxes: tuple[int, ...],
    targets: tuple[int, ...],
    told_apart: bool,
    max_states: int,
) -> Solution:
    board = np.frombuffer(walls, np.bool_)
    offsets = np.array([DELTAS[move][0] * width + DELTAS[move][1] for move in MOVES], np.int32)
    outcome, moves, states = search(
        board,
        offsets,
        player,
        np.array(boxes, np.int32),
        np.array(targets, np.int32),
        told_apart,
        max_states,
        zobrist_keys(1 + len(boxes) if told_apart else 2, board.size),
    )
    status: Literal["solved", "unsolvable", "gave up"] = ("unsolvable", "solved", "gave up")[outcome]  # type: ignore[assignment]
    return Solution(status, tuple(MOVES[move] for move in moves), states)
