"""The rules of Sokoban as gym-sokoban has them: cells, moves, rewards. Knows nothing of generators, pictures or text.

There are two games: in the ordinary one any box may fill any target, with fixed targets each box has a target of its own.

Cell codes of `state`: wall 0, floor 1, target 2, box on target 3, box off target 4, player 5; `fixed` holds what cannot
move (wall, floor, target). Actions: 0 does nothing, 1-4 push up/down/left/right (a push with nothing to push is a
move), 5-8 move without pushing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

WALL, FLOOR, TARGET, BOX_ON_TARGET, BOX, PLAYER = range(6)

MOVES = ("up", "down", "left", "right")
DELTAS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
#: The pushing action (1-4) of each move.
PUSH = {move: index + 1 for index, move in enumerate(MOVES)}

STEP_REWARD = -0.1
BOX_REWARD = 1.0
WIN_REWARD = 10.0

#: With fixed targets there can be so many boxes: gym-sokoban has pictures of four colours.
COLOURS = 4

Cell = tuple[int, int]


@dataclass(frozen=True)
class Level:
    """A starting position.

    Attributes:
        fixed: uint8 [H, W], walls, floor and targets.
        state: uint8 [H, W], the same with boxes and the player.
        owners: With fixed targets, the cell of the box that belongs to each of `targets`; else `None`.
    """

    fixed: np.ndarray
    state: np.ndarray
    owners: tuple[Cell, ...] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        return self.fixed.shape  # type: ignore[return-value]

    @property
    def player(self) -> Cell:
        return cells(self.state == PLAYER)[0]

    @property
    def boxes(self) -> list[Cell]:
        return cells((self.state == BOX) | (self.state == BOX_ON_TARGET))

    @property
    def targets(self) -> list[Cell]:
        return cells(self.fixed == TARGET)

    def filled_up(self, shape: tuple[int, int]) -> Level:
        """The same level in a larger room: walls are added on the right and below."""
        if shape == self.shape:
            return self
        missing = [(0, wanted - present) for wanted, present in zip(shape, self.shape, strict=True)]
        fixed, state = (np.pad(board, missing, constant_values=WALL) for board in (self.fixed, self.state))
        return replace(self, fixed=fixed, state=state)

    def canonical(self) -> bytes:
        """The same bytes for a level and its seven rotations and mirror images, different bytes for any other level."""
        board = self.state.astype(np.uint8) * 8 + self.fixed.astype(np.uint8)
        images = zip(_images(board), self._owners_in_images(), strict=True)
        return min(bytes(image.shape) + np.ascontiguousarray(image).tobytes() + owners for image, owners in images)

    def _owners_in_images(self) -> list[bytes]:
        """For each of the eight images the cells of the boxes in the order of their targets; nothing without owners."""
        if self.owners is None:
            return [b""] * 8
        numbers = np.zeros((2, *self.shape), np.uint16)  # of targets, of boxes
        for number, (target, box) in enumerate(zip(self.targets, self.owners, strict=True), start=1):
            numbers[(0, *target)] = numbers[(1, *box)] = number
        return [
            b"".join(np.argwhere(boxes == number).astype(np.uint8).tobytes() for number in targets[targets > 0])
            for targets, boxes in zip(_images(numbers[0]), _images(numbers[1]), strict=True)
        ]


@dataclass(frozen=True)
class Outcome:
    """What one action did.

    Attributes:
        reward: -0.1, plus 1 for a box pushed onto a target, minus 1 for one pushed off, plus 10 when all are on one. With
            fixed targets a box counts on its own target only, and there are no 10.
        moved: Whether the player moved.
        pushed: Whether a box moved.
        won: Whether every target holds a box.
    """

    reward: float
    moved: bool
    pushed: bool
    won: bool


class Game:
    """One game in progress; `new_game` starts it. Owns the board, which `play` changes in place.

    `boxes_on_target` begins at 0 whatever the level shows, as in gym-sokoban: boxes that start on targets earn their
    reward with the first action.
    """

    win_reward = WIN_REWARD
    owners: Sequence[Cell] | None = None

    def __init__(self, level: Level):
        self.level = level
        self.fixed = level.fixed
        self.state = level.state.copy()
        self.player = level.player
        self.boxes_on_target = 0
        self.steps = 0

    @property
    def boxes(self) -> list[Cell]:
        return cells((self.state == BOX) | (self.state == BOX_ON_TARGET))

    @property
    def won(self) -> bool:
        return not np.any((self.fixed == TARGET) & (self.state != BOX_ON_TARGET))

    def play(self, action: int) -> Outcome:
        """Apply an action 0-8 and advance the step count.

        Raises:
            ValueError: If the action is not one of 0-8.
        """
        if not 0 <= action <= 8:
            raise ValueError(f"action is {action}; expected 0 (nothing), 1-4 (push) or 5-8 (move)")
        self.steps += 1
        moved = pushed = False
        if action:
            delta = DELTAS[MOVES[(action - 1) % 4]]
            ahead = _add(self.player, delta)
            pushed = action <= 4 and self._push(ahead, _add(ahead, delta))
            moved = self._walk(ahead)
        return self._score(moved, pushed)

    def snapshot(self) -> Level:
        """The present position as a level of its own."""
        return replace(self.level, state=self.state.copy())

    def _at(self, cell: Cell) -> int:
        height, width = self.state.shape
        return int(self.state[cell]) if 0 <= cell[0] < height and 0 <= cell[1] < width else WALL

    def _push(self, box: Cell, beyond: Cell) -> bool:
        if self._at(box) not in (BOX, BOX_ON_TARGET) or self._at(beyond) not in (FLOOR, TARGET):
            return False
        self.state[box] = self.fixed[box]
        self.state[beyond] = BOX_ON_TARGET if self.fixed[beyond] == TARGET else BOX
        return True

    def _walk(self, ahead: Cell) -> bool:
        if self._at(ahead) not in (FLOOR, TARGET):
            return False
        self.state[self.player] = self.fixed[self.player]
        self.state[ahead] = PLAYER
        self.player = ahead
        return True

    def _score(self, moved: bool, pushed: bool) -> Outcome:
        targets = self.fixed == TARGET
        filled = int(np.count_nonzero(targets & (self.state == BOX_ON_TARGET)))
        # Compared with the number of boxes in gym-sokoban; boxes and targets are equal in number in every valid level.
        change = filled - self.boxes_on_target
        self.boxes_on_target = filled
        won = filled == int(np.count_nonzero(targets))
        reward = STEP_REWARD + BOX_REWARD * int(np.sign(change)) + self.win_reward * won
        return Outcome(reward, moved, pushed, won)


class FixedTargetGame(Game):
    """A game in which each box has a target of its own, as in gym-sokoban's FixedTarget environments.

    Those carry over from one episode to the next which boxes stood on their targets, and so fine every solved one by a point a
    box in the first step of the next. This is taken for a mistake: here every episode begins with none.

    Attributes:
        owners: Where the box of each target is now.
    """

    win_reward = 0.0

    def __init__(self, level: Level):
        super().__init__(level)
        if level.owners is None:
            raise ValueError("the level does not say which box belongs to which target")
        self.owners: list[Cell] = list(level.owners)

    @property
    def won(self) -> bool:
        return self.owners == self.level.targets

    def snapshot(self) -> Level:
        return replace(super().snapshot(), owners=tuple(self.owners))

    def _push(self, box: Cell, beyond: Cell) -> bool:
        pushed = super()._push(box, beyond)
        if pushed:
            self.owners[self.owners.index(box)] = beyond
        return pushed

    def _score(self, moved: bool, pushed: bool) -> Outcome:
        filled = sum(box == target for box, target in zip(self.owners, self.level.targets, strict=True))
        change = filled - self.boxes_on_target
        self.boxes_on_target = filled
        return Outcome(STEP_REWARD + BOX_REWARD * change, moved, pushed, self.won)


def new_game(level: Level) -> Game:
    """Start playing a level by the rules that it calls for."""
    return Game(level) if level.owners is None else FixedTargetGame(level)


def cells(mask: np.ndarray) -> list[Cell]:
    """The (row, column) pairs where a bool [H, W] mask is true, in reading order."""
    return [(int(row), int(column)) for row, column in np.argwhere(mask)]


def _images(board: np.ndarray) -> list[np.ndarray]:
    """The eight rotations and mirror images of an array [H, W]."""
    turned = [np.rot90(board, k) for k in range(4)]
    return turned + [image.T for image in turned]


def _add(cell: Cell, delta: Cell) -> Cell:
    return cell[0] + delta[0], cell[1] + delta[1]
