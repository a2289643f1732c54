"""Many games of Sokoban at once: the rules of `envs.sokoban.rules` over arrays. Knows nothing of Gymnasium or of pictures.

All boards lie in one flat array, each inside a ring of walls, so that nothing leaves a board that has no walls at its edge.
A cell is one byte: its ground, plus eight times what stands on it.

| number | ground | what stands on it |
|---|---|---|
| 0 | wall | nothing |
| 1 | floor | the player |
| 2 | target for any box | box for any target |
| 3-6 | targets that each belong to one box | boxes that each belong to one target |

So a box fills the target below it where the two numbers are equal, with fixed targets and without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from envs.sokoban.rules import (
    BOX,
    BOX_ON_TARGET,
    BOX_REWARD,
    COLOURS,
    DELTAS,
    MOVES,
    PLAYER,
    STEP_REWARD,
    TARGET,
    WIN_REWARD,
    Level,
    cells,
)

#: `cell & GROUND` is the ground, `cell >> STANDING` is what stands on it.
GROUND, STANDING = 7, 3
NOTHING, THE_PLAYER, ANY_BOX, FIRST_OWN_BOX = range(4)
#: Every cell is less than this.
CELL_CODES = 64

#: What stands on a cell, by its code in `Level.state`.
_STANDING_OF = np.array([NOTHING, NOTHING, NOTHING, ANY_BOX, ANY_BOX, THE_PLAYER], np.uint8)
#: The codes of cells that can be entered are between these two, and of cells with boxes at least the last.
_WALL_CODE, _PLAYER_CODE, _BOX_CODE = 0, THE_PLAYER << STANDING, ANY_BOX << STANDING


@dataclass(frozen=True)
class Outcomes:
    """What one action on each board did.

    Attributes:
        rewards: float64 [N], as in `envs.sokoban.rules.Outcome`.
        moved: bool [N], whether the player moved.
        pushed: bool [N], whether a box moved.
        won: bool [N], whether every target is filled.
        changed: intp [C], the indices into `Batch.cells` where something came or went.
    """

    rewards: np.ndarray
    moved: np.ndarray
    pushed: np.ndarray
    won: np.ndarray
    changed: np.ndarray


class Batch:
    """Games in progress on N boards of one size. There are only walls on a board until `load` puts a level there.

    Owns the boards, which `step` and `load` change in place. As in `envs.sokoban.rules.Game`, boxes that start on targets earn
    their reward with the first action, and a game that is won can be played on.

    Args:
        num_boards: N, at least 1.
        shape: Rows and columns of every board.
        actions: The actions of `envs.sokoban.rules`, 0-8, that the numbers 0, 1, ... given to `step` stand for.

    Attributes:
        cells: uint8 [N * (rows + 2) * (columns + 2)], each below `CELL_CODES`.
        inside: intp [N, rows, columns], the index into `cells` of every cell that is not in a ring.
        steps: int64 [N], the actions since `load`.

    Raises:
        ValueError: If there is no board or no action.
    """

    def __init__(self, num_boards: int, shape: tuple[int, int], actions: Sequence[int] = range(9)):
        if num_boards < 1:
            raise ValueError(f"num_boards is {num_boards}; expected at least 1")
        rows, columns = shape
        around = np.arange(num_boards * (rows + 2) * (columns + 2)).reshape(num_boards, rows + 2, columns + 2)
        self.shape = (rows, columns)
        self.inside = around[:, 1:-1, 1:-1]
        self.cells = np.zeros(around.size, np.uint8)
        self.steps = np.zeros(num_boards, np.int64)
        self._players = self.inside[:, 0, 0].copy()
        self._targets, self._filled, self._rewarded = np.zeros((3, num_boards), np.int16)
        self._has_owners = np.zeros(num_boards, np.bool_)
        self._count_limits = np.ones(num_boards, np.int16)
        self._win_rewards = np.zeros(num_boards)
        self._offsets = np.array([_offset(action, columns + 2) for action in actions], np.intp)
        self._pushing = np.array([1 <= action <= len(MOVES) for action in actions])

    def __len__(self) -> int:
        return len(self.steps)

    def load(self, boards: np.ndarray, levels: Sequence[Level]) -> None:
        """Start new games on some boards.

        Args:
            boards: intp [K], which boards.
            levels: K levels, for one board each.

        Raises:
            ValueError: If a level has not the boards' shape, or more than 4 boxes that belong to one target each; nothing
                is changed then.
        """
        codes = np.stack([self._encode(level) for level in levels])  # [K, H, W]
        standing, ground = codes >> STANDING, codes & GROUND
        self._players[boards] = self.inside[boards][standing == THE_PLAYER]
        self.cells[self.inside[boards]] = codes
        self._targets[boards] = np.count_nonzero(ground >= TARGET, axis=(1, 2))
        self._filled[boards] = np.count_nonzero((standing == ground) & (ground >= TARGET), axis=(1, 2))
        self._rewarded[boards] = 0
        self.steps[boards] = 0
        has_owners = np.array([level.owners is not None for level in levels])
        self._has_owners[boards] = has_owners
        self._count_limits[boards] = np.where(has_owners, COLOURS, 1)
        self._win_rewards[boards] = np.where(has_owners, 0.0, WIN_REWARD)

    def step(self, actions: np.ndarray) -> Outcomes:
        """Apply one action to every board.

        Args:
            actions: Integers [N], each less than the number of actions.

        Raises:
            ValueError: If the shape, the type or a value is another; nothing is changed then.
        """
        self._check(actions)
        offsets = self._offsets[actions]
        ahead = self._players + offsets
        beyond = ahead + offsets  # maybe on another board or outside the array, but only from a wall, which is no box
        front, back = self.cells[ahead], self.cells.take(beyond, mode="wrap")
        pushed = (front >= _BOX_CODE) & _is_free(back) & self._pushing[actions]
        moved = _is_free(front) | pushed
        walking, pushing = np.flatnonzero(moved), np.flatnonzero(pushed)
        left, entered, hit = self._players[walking], ahead[walking], beyond[pushing]
        self._push(pushing, hit, front[pushing], back[pushing])
        self._walk(walking, left, entered, front[walking])
        self.steps += 1
        won = self._filled == self._targets
        return Outcomes(self._reward(won), moved, pushed, won, np.concatenate((left, entered, hit)))

    def position(self, board: int) -> Level:
        """The present position on a board as a level of its own."""
        codes = self.cells[self.inside[board]]
        ground, standing = codes & GROUND, codes >> STANDING
        fixed = np.minimum(ground, TARGET)
        boxes = np.where(fixed == TARGET, BOX_ON_TARGET, BOX)
        state = np.where(standing == NOTHING, fixed, np.where(standing == THE_PLAYER, PLAYER, boxes)).astype(np.uint8)
        owners = None
        if self._has_owners[board]:
            owners = tuple(cells(standing == ground[target])[0] for target in cells(fixed == TARGET))
        return Level(fixed, state, owners)

    def _encode(self, level: Level) -> np.ndarray:
        """The level's cells, uint8 [H, W], as they stand in `cells`."""
        if level.shape != self.shape:
            raise ValueError(f"a level has shape {level.shape}; expected {self.shape}, the boards' own")
        if level.owners is not None and len(level.owners) > COLOURS:
            raise ValueError(f"a level has {len(level.owners)} boxes with a target each; expected at most {COLOURS}")
        ground, standing = level.fixed.copy(), _STANDING_OF[level.state]
        for number, (target, box) in enumerate(zip(level.targets, level.owners or (), strict=False), FIRST_OWN_BOX):
            ground[target] = standing[box] = number
        return ground | standing << STANDING

    def _check(self, actions: np.ndarray) -> None:
        count = len(self._offsets)
        if actions.shape != self.steps.shape or not np.issubdtype(actions.dtype, np.integer):
            given = f"{actions.dtype} of shape {list(actions.shape)}"
        elif actions.min() < 0 or actions.max() >= count:
            wrong = int(np.argmax((actions < 0) | (actions >= count)))
            given = f"{actions[wrong]} for board {wrong}"
        else:
            return
        raise ValueError(f"actions are {given}; expected integers from 0 to {count - 1} of shape [{len(self)}]")

    def _push(self, boards: np.ndarray, hit: np.ndarray, front: np.ndarray, back: np.ndarray) -> None:
        """Put the boxes that stand in front of the players on the cells that they are pushed to."""
        box = front >> STANDING
        self.cells[hit] = back | box << STANDING
        self._filled[boards] += (back == box).astype(np.int16) - (front & GROUND == box)

    def _walk(self, boards: np.ndarray, left: np.ndarray, entered: np.ndarray, front: np.ndarray) -> None:
        """Take the players from the cells that they leave to those that they enter, which a box may have stood on."""
        self.cells[left] &= GROUND
        self.cells[entered] = front & GROUND | _PLAYER_CODE
        self._players[boards] = entered

    def _reward(self, won: np.ndarray) -> np.ndarray:
        """Without fixed targets it counts only whether boxes came or went, not how many, as in `Game`."""
        change = self._filled - self._rewarded
        self._rewarded[:] = self._filled
        counted = np.maximum(np.minimum(change, self._count_limits), -self._count_limits)
        return STEP_REWARD + BOX_REWARD * counted + self._win_rewards * won


def _is_free(codes: np.ndarray) -> np.ndarray:
    """Whether the cells are neither walls nor taken."""
    return (codes > _WALL_CODE) & (codes < _PLAYER_CODE)


def _offset(action: int, width: int) -> int:
    """How far an action of the rules takes the player in `Batch.cells`."""
    if action == 0:
        return 0
    down, right = DELTAS[MOVES[(action - 1) % len(MOVES)]]
    return down * width + right
