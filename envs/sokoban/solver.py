"""Optimal Sokoban: the fewest moves (walks and pushes alike), by A* over the player's and the boxes' cells.

The estimate is the sum, over boxes, of the fewest pushes from the box's cell to any target on an otherwise empty board.
Every push is a move, so it never overestimates, and one move lowers it by at most one: the first solution found is
optimal. Cells from which no target can be reached are never pushed onto.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from typing import Literal

import numpy as np

from envs.sokoban.rules import DELTAS, MOVES, WALL, Cell, Level

MAX_STATES = 2_000_000


@dataclass(frozen=True)
class Solution:
    """What the solver found.

    Attributes:
        status: "solved"; "unsolvable" (proven); or "gave up" (`max_states` reached, nothing is known).
        moves: The fewest moves to the goal if solved, else empty.
        states: States expanded.
    """

    status: Literal["solved", "unsolvable", "gave up"]
    moves: tuple[str, ...]
    states: int


def solve(level: Level, max_states: int = MAX_STATES) -> Solution:
    """Solve a level with the fewest moves. Results are remembered by the level's content."""
    # A ring of walls, so that no step leaves the board even if the level's own border is open.
    walls = np.pad(level.fixed == WALL, 1, constant_values=True)
    width = walls.shape[1]

    def index(cell: Cell) -> int:
        return (cell[0] + 1) * width + cell[1] + 1

    boxes, targets = frozenset(map(index, level.boxes)), frozenset(map(index, level.targets))
    return _search(tuple(walls.ravel().tolist()), width, index(level.player), boxes, targets, max_states)


@lru_cache(maxsize=8192)
def _search(
    walls: tuple[bool, ...], width: int, player: int, boxes: frozenset[int], targets: frozenset[int], max_states: int
) -> Solution:
    offsets = [DELTAS[move][0] * width + DELTAS[move][1] for move in MOVES]
    pushes = _push_distances(walls, offsets, targets)
    if any(box not in pushes for box in boxes):
        return Solution("unsolvable", (), 0)

    start = (player, boxes)
    cost = {start: 0}
    parent: dict[tuple[int, frozenset[int]], tuple[tuple[int, frozenset[int]], int]] = {}
    queue = [(sum(pushes[box] for box in boxes), 0, 0, start)]
    ticket = expanded = 0
    while queue:
        estimate, negative_cost, _, state = heappop(queue)
        so_far = -negative_cost
        if so_far > cost[state]:
            continue
        here, around = state
        if around == targets:
            return Solution("solved", _path(parent, state), expanded)
        if expanded >= max_states:
            return Solution("gave up", (), expanded)
        expanded += 1
        for move, offset in enumerate(offsets):
            to = here + offset
            if walls[to]:
                continue
            after, remaining = around, estimate - so_far
            if to in around:
                beyond = to + offset
                if beyond not in pushes or beyond in around:
                    continue
                after = around - {to} | {beyond}
                remaining += pushes[beyond] - pushes[to]
            step = (to, after)
            if so_far + 1 < cost.get(step, 1 << 30):
                cost[step] = so_far + 1
                parent[step] = (state, move)
                ticket += 1
                # Among equal estimates the deepest first: it is nearest to the goal.
                heappush(queue, (so_far + 1 + remaining, -so_far - 1, ticket, step))
    return Solution("unsolvable", (), expanded)


def _push_distances(walls: tuple[bool, ...], offsets: list[int], targets: frozenset[int]) -> dict[int, int]:
    """Fewest pushes from each cell to the nearest target with no other box about; cells that reach none are absent."""
    distance = dict.fromkeys(targets, 0)
    queue = deque(targets)
    while queue:
        box = queue.popleft()
        for offset in offsets:
            before, pusher = box - offset, box - 2 * offset
            if before in distance or not 0 <= pusher < len(walls) or walls[before] or walls[pusher]:
                continue
            distance[before] = distance[box] + 1
            queue.append(before)
    return distance


def _path(parent: dict, state: tuple[int, frozenset[int]]) -> tuple[str, ...]:
    moves = []
    while state in parent:
        state, move = parent[state]
        moves.append(MOVES[move])
    return tuple(reversed(moves))
