"""The backward search of the generator: from a solved room, pull boxes about and keep the position that scores highest.

This is gym-sokoban's `reverse_playing`, state for state: a depth-first search that tries the four pulls (a pull with no
box behind the player is a walk), then the four walks, and never enters a state twice. A box that has been pulled and one
that has not are different things there, even on the same cell; so they are here. The score of a position is the number of
pulls that led to it times the sum of the boxes' Manhattan distances from their targets, and counts only while every target
is bare, of boxes and of the player.
"""

from __future__ import annotations

import numpy as np

from envs.compiled import compiled
from envs.sokoban.rules import DELTAS, MOVES, Cell
from envs.sokoban.zobrist import zobrist_keys

#: Limits of the search, as in gym-sokoban.
MAX_DEPTH = 298
MAX_STATES = 300_000

_NOBODY = -1


def play_backwards(floor: np.ndarray, player: Cell, targets: tuple[Cell, ...]) -> tuple[Cell, tuple[Cell, ...]] | None:
    """The best start of a room.

    Args:
        floor: bool [H, W], where one can stand; False on the border.
        player: Where the player stands in the solved room.
        targets: The targets, each with a box on it.

    Returns:
        The player's cell and the boxes', in the order of `targets`; `None` if no position scores above 0.
    """
    width = floor.shape[1]
    offsets = np.array([DELTAS[move][0] * width + DELTAS[move][1] for move in MOVES], np.int32)
    homes = np.array([row * width + column for row, column in targets], np.int32)
    score, best = _search(
        floor.ravel(), width, offsets, player[0] * width + player[1], homes, zobrist_keys(3, floor.size)
    )
    if score <= 0:
        return None
    here, *boxes = (divmod(int(cell), width) for cell in best)
    return here, tuple(boxes)


@compiled
def _search(
    floor: np.ndarray, width: int, offsets: np.ndarray, start: int, homes: np.ndarray, keys: np.ndarray
) -> tuple[int, np.ndarray]:
    """The best score, and the player's cell followed by the boxes' cells, int32 [1 + boxes]."""
    boxes = homes.copy()
    pulled = np.zeros(homes.size, np.int32)  # how often each box has been
    owner = np.full(floor.size, _NOBODY, np.int32)  # which box stands on a cell
    is_target = np.zeros(floor.size, np.bool_)
    key = keys[0, start]
    for box in range(homes.size):
        owner[homes[box]] = box
        is_target[homes[box]] = True
        key ^= keys[1, homes[box]]
    pulls, distance, filled = 0, 0, homes.size
    best_score, best = 0, np.empty(1 + homes.size, np.int32)

    # The path of the search: of each move where it came from, the box it pulled, and what to try next after it.
    came_from = np.empty(MAX_DEPTH + 2, np.int32)
    took = np.empty(MAX_DEPTH + 2, np.int32)
    untried = np.zeros(MAX_DEPTH + 2, np.int32)
    table = np.zeros(4096, np.uint64)
    _enter(table, key)
    entered, here, depth = 1, start, 0
    while entered < MAX_STATES:
        action = untried[depth]
        if action < 8:
            untried[depth] += 1
            to, behind = here + offsets[action % 4], here - offsets[action % 4]
            box = owner[behind]
            # A walk with no box behind is the pull that was tried before it.
            if not floor[to] or owner[to] != _NOBODY or (action >= 4 and box == _NOBODY):
                continue
            if action >= 4:
                box = _NOBODY
            key ^= keys[0, here] ^ keys[0, to]
            if box != _NOBODY:
                key ^= keys[min(pulled[box], 1) + 1, behind] ^ keys[2, here]
                distance += _apart(here, homes[box], width) - _apart(behind, homes[box], width)
                filled += int(is_target[here]) - int(is_target[behind])
                owner[behind], owner[here], boxes[box] = _NOBODY, box, here
                pulled[box] += 1
                pulls += 1
            depth += 1
            came_from[depth], took[depth], untried[depth] = here, box, 0
            here = to
            if depth <= MAX_DEPTH and _enter(table, key):
                entered += 1
                if filled == 0 and not is_target[here] and pulls * distance > best_score:
                    best_score, best[0] = pulls * distance, here
                    best[1:] = boxes
                if entered * 2 > table.size:
                    table = _grown(table)
                continue
        # Everything has been tried from here, or it is known: take the last move back.
        if depth == 0:
            break
        before, box = came_from[depth], took[depth]
        depth -= 1
        key ^= keys[0, here] ^ keys[0, before]
        if box != _NOBODY:
            behind = 2 * before - here
            pulled[box] -= 1
            pulls -= 1
            key ^= keys[min(pulled[box], 1) + 1, behind] ^ keys[2, before]
            distance += _apart(behind, homes[box], width) - _apart(before, homes[box], width)
            filled += int(is_target[behind]) - int(is_target[before])
            owner[before], owner[behind], boxes[box] = _NOBODY, box, behind
        here = before
    return best_score, best


@compiled
def _apart(cell: int, other: int, width: int) -> int:
    return abs(cell // width - other // width) + abs(cell % width - other % width)


@compiled
def _enter(table: np.ndarray, key: int) -> bool:
    """Put a key into a table with linear probing, where 0 is a free slot; False if it was there."""
    last = np.uint64(table.size - 1)
    slot = key & last
    while table[slot] != 0:
        if table[slot] == key:
            return False
        slot = (slot + np.uint64(1)) & last
    table[slot] = key
    return True


@compiled
def _grown(table: np.ndarray) -> np.ndarray:
    larger = np.zeros(table.size * 2, np.uint64)
    for key in table:
        if key != 0:
            _enter(larger, key)
    return larger
