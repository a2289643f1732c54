"""Where levels come from: a generator with gym-sokoban's procedure, named presets, and level text (XSB).

The generator carves a room with a random walk, places targets and the player, puts a box on each target and plays the
game backwards (`envs.sokoban.backward`) to the position that becomes the start. Such a level can be solved by construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase
from typing import Any

import numpy as np

from envs.sokoban.backward import play_backwards
from envs.sokoban.rules import BOX, BOX_ON_TARGET, COLOURS, FLOOR, PLAYER, TARGET, WALL, Cell, Level
from envs.sokoban.solver import solve
from envs.splits import Split, check_split, in_split

CHANGE_DIRECTION = 0.35
SMALLEST_ROOM, LARGEST_ROOM = 5, 64
#: Attempts at one level, and positions that the solver may keep to find the length of its solution.
TRIES, MAX_STATES = 5_000, 200_000

_MASKS = tuple(
    np.array(rows, dtype=bool)
    for rows in (
        [[0, 0, 0], [1, 1, 1], [0, 0, 0]],
        [[0, 1, 0], [0, 1, 0], [0, 1, 0]],
        [[0, 0, 0], [1, 1, 0], [0, 1, 0]],
        [[0, 0, 0], [1, 1, 0], [1, 1, 0]],
        [[0, 0, 0], [0, 1, 1], [0, 1, 0]],
    )
)
_DIRECTIONS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def is_whole(value: Any) -> bool:
    """Whether a value is an integer, Python's or NumPy's."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


@dataclass(frozen=True)
class LevelSpec:
    """What kind of levels to generate.

    Attributes:
        dim_room: Rows and columns, walls included; each at least 5.
        num_boxes: Boxes and targets, at least 1.
        max_steps: Actions after which an episode is truncated.
        num_gen_steps: Length of the random walk; `None` for int(1.7 * (rows + columns)).
        min_solution: Fewest moves that the optimal solution may have.
        max_solution: Most moves that it may have, or `None` for no limit.
        fixed_targets: Whether each box belongs to one target; there can be at most 4 then, for want of colours.
    """

    dim_room: tuple[int, int] = (7, 7)
    num_boxes: int = 2
    max_steps: int = 200
    num_gen_steps: int | None = None
    min_solution: int = 1
    max_solution: int | None = None
    fixed_targets: bool = False

    def __post_init__(self) -> None:
        for name in ("num_boxes", "max_steps", "min_solution", "num_gen_steps", "max_solution"):
            value = getattr(self, name)
            if not is_whole(value) and not (value is None and name in ("num_gen_steps", "max_solution")):
                raise ValueError(f"{name} is {value!r}; expected a whole number")
        if len(self.dim_room) != 2 or not all(map(is_whole, self.dim_room)):
            raise ValueError(f"dim_room is {self.dim_room}; expected rows and columns, two whole numbers")
        rows, columns = self.dim_room
        if min(rows, columns) < SMALLEST_ROOM or max(rows, columns) > LARGEST_ROOM:
            raise ValueError(
                f"dim_room is {self.dim_room}; expected rows and columns between {SMALLEST_ROOM} and {LARGEST_ROOM}, "
                "walls included"
            )
        room_for = (rows - 2) * (columns - 2) // 3
        if not 1 <= self.num_boxes <= room_for:
            raise ValueError(f"num_boxes is {self.num_boxes}; expected 1 to {room_for} for a room of {rows}x{columns}")
        if self.fixed_targets and self.num_boxes > COLOURS:
            raise ValueError(
                f"num_boxes is {self.num_boxes}; fixed targets come in {COLOURS} colours, expected at most that"
            )
        if self.max_steps < 1:
            raise ValueError(f"max_steps is {self.max_steps}; expected at least 1")
        if self.max_solution is not None and self.max_solution < self.min_solution:
            raise ValueError(f"max_solution is {self.max_solution}; expected at least min_solution={self.min_solution}")

    def accepts(self, level: Level) -> bool:
        """Whether the level's optimal solution has an allowed length; a level the solver gives up on has not."""
        if self.min_solution <= 1 and self.max_solution is None:
            return True
        solution = solve(level, MAX_STATES)
        longest = self.max_solution if self.max_solution is not None else len(solution.moves)
        return solution.status == "solved" and self.min_solution <= len(solution.moves) <= longest


#: gym-sokoban's variants by the middle part of their ids, and two smaller rooms for models that are learning to see. In its
#: version 0.0.6 a class name stands twice, so that "large-v1" there has five boxes and "large-v2" cannot be made; these two
#: are as their names mean them.
PRESETS: dict[str, LevelSpec] = {
    "tiny-v0": LevelSpec((6, 6), 1, 100),
    "mini-v0": LevelSpec((7, 7), 1, 100),
    "small-v0": LevelSpec((7, 7), 2, 200),
    "small-v1": LevelSpec((7, 7), 3, 200),
    "v0": LevelSpec((10, 10), 3, 200),
    "v1": LevelSpec((10, 10), 4, 120),
    "v2": LevelSpec((10, 10), 5, 200, 40),
    "large-v0": LevelSpec((13, 11), 3, 300, 43),
    "large-v1": LevelSpec((13, 11), 4, 300, 43),
    "large-v2": LevelSpec((13, 11), 5, 300, 43),
    "huge-v0": LevelSpec((13, 13), 5, 300, 50),
    "fixed-target-v0": LevelSpec((10, 10), 3, 150, 50, fixed_targets=True),
    "fixed-target-v1": LevelSpec((10, 10), 4, 150, 50, fixed_targets=True),
    "fixed-target-v2": LevelSpec((7, 7), 2, 150, 50, fixed_targets=True),
    "fixed-target-v3": LevelSpec((7, 7), 3, 150, 50, fixed_targets=True),
}


@lru_cache(maxsize=4096)
def generate(spec: LevelSpec, seed: int, split: Split | None = None) -> Level:
    """The level that `seed` makes: a pure function of its arguments.

    Levels outside `split` (by a hash of their content, mirror images counted as the same) are skipped. The result is
    shared between callers and read-only.

    Raises:
        ValueError: If the split is unknown.
        RuntimeError: If no level could be made in 5,000 tries, which means that the room is too small for its boxes, that there
            are too many of them for a search of 298 moves to pull all from their targets, or that solutions are hardly ever so
            long or so short.
    """
    rng = np.random.default_rng(seed)
    check_split(split)
    for _ in range(TRIES):
        level = _attempt(spec, rng)
        if level is None or (split is not None and not in_split(level.canonical(), split)):
            continue
        if spec.accepts(level):
            level.fixed.flags.writeable = level.state.flags.writeable = False
            return level
    raise RuntimeError(
        f"no level of {spec} in {TRIES:,} tries; use another room, fewer boxes, or other solution lengths"
    )


def _attempt(spec: LevelSpec, rng: np.random.Generator) -> Level | None:
    rows, columns = spec.dim_room
    walk = spec.num_gen_steps if spec.num_gen_steps is not None else int(1.7 * (rows + columns))
    floor = _carve(spec.dim_room, walk, rng)
    free = np.argwhere(floor)
    if len(free) <= spec.num_boxes + 1:
        return None
    picks: list[Cell] = [(int(row), int(column)) for row, column in rng.permutation(free)[: spec.num_boxes + 1]]
    player, targets = picks[0], tuple(sorted(picks[1:]))
    start = play_backwards(floor, player, targets)
    return None if start is None else _assemble(floor, targets, *start, spec.fixed_targets)


def _carve(dim: tuple[int, int], walk: int, rng: np.random.Generator) -> np.ndarray:
    """A bool [H, W] floor: a random walk that stamps one of five 3x3 masks at every step."""
    rows, columns = dim
    floor = np.zeros(dim, dtype=bool)
    row, column = int(rng.integers(1, rows)), int(rng.integers(1, columns))
    down, right = _DIRECTIONS[rng.integers(4)]
    for _ in range(walk):
        if rng.random() < CHANGE_DIRECTION:
            down, right = _DIRECTIONS[rng.integers(4)]
        row = max(min(row + down, rows - 2), 1)
        column = max(min(column + right, columns - 2), 1)
        floor[row - 1 : row + 2, column - 1 : column + 2] |= _MASKS[rng.integers(len(_MASKS))]
    floor[[0, -1], :] = False
    floor[:, [0, -1]] = False
    return floor


def _assemble(
    floor: np.ndarray, targets: tuple[Cell, ...], player: Cell, boxes: tuple[Cell, ...], fixed_targets: bool
) -> Level:
    fixed = floor.astype(np.uint8)
    for cell in targets:
        fixed[cell] = TARGET
    state = fixed.copy()
    for cell in boxes:
        state[cell] = BOX_ON_TARGET if fixed[cell] == TARGET else BOX
    state[player] = PLAYER
    return Level(fixed, state, boxes if fixed_targets else None)


_SYMBOLS = {
    "#": (WALL, WALL),
    " ": (FLOOR, FLOOR),
    "-": (FLOOR, FLOOR),
    "_": (FLOOR, FLOOR),
    ".": (TARGET, TARGET),
    "$": (FLOOR, BOX),
    "*": (TARGET, BOX_ON_TARGET),
    "@": (FLOOR, PLAYER),
    "+": (TARGET, PLAYER),
}
_EXPECTED = "one of # .$*@+ or - and _ for floor, a to d and A to D for boxes and their targets"
#: Fixed targets and their boxes.
_LETTERED = {
    **{letter.upper(): (TARGET, TARGET) for letter in ascii_lowercase[:COLOURS]},
    **{letter: (FLOOR, BOX) for letter in ascii_lowercase[:COLOURS]},
}


def from_text(text: str) -> Level:
    """Read a level in XSB notation.

    `#` is a wall, a blank, `-` or `_` floor, `.` a target, `$` a box, `*` a box on a target, `@` the player, `+` the
    player on a target. Boxes a to d belong to the targets A to D. Short rows are filled with walls on the right.

    Raises:
        ValueError: Naming the row at fault, if a character is unknown, or the level has not exactly one player, has no
            box, has different numbers of boxes and targets, or letters that do not match.
        TypeError: If the text is no string.
    """
    if not isinstance(text, str):
        raise TypeError(f"the level is a {type(text).__name__}; expected a string of rows of the characters # .$*@+")
    rows = [row.rstrip() for row in text.strip("\n").splitlines()]
    if not rows or not any(rows):
        raise ValueError("the level is empty; expected rows of the characters # .$*@+")
    width = max(map(len, rows))
    fixed = np.full((len(rows), width), WALL, dtype=np.uint8)
    state = fixed.copy()
    symbols = _SYMBOLS | _LETTERED
    lettered: list[tuple[str, Cell]] = []
    for r, row in enumerate(rows):
        for c, symbol in enumerate(row):
            if symbol not in symbols:
                raise ValueError(f"row {r + 1}, column {c + 1} of the level is {symbol!r}; expected {_EXPECTED}")
            fixed[r, c], state[r, c] = symbols[symbol]
            if symbol in _LETTERED:
                lettered.append((symbol, (r, c)))
    return checked(fixed, state, _owners(lettered) if lettered else None)


def _owners(lettered: list[tuple[str, Cell]]) -> tuple[Cell, ...]:
    """The boxes in the order of the targets that have their letters.

    Raises:
        ValueError: If there is not exactly one box to each target.
    """
    boxes = [symbol for symbol, _ in lettered if symbol.islower()]
    targets = [symbol.lower() for symbol, _ in lettered if symbol.isupper()]
    if sorted(boxes) != sorted(set(targets)) or len(targets) != len(set(targets)):
        raise ValueError(
            f"the level has boxes {' '.join(sorted(boxes)) or 'none'} for targets {' '.join(sorted(targets)).upper() or 'none'}; "
            "expected one box to each target, of the same letter"
        )
    cell_of = dict(lettered)
    return tuple(cell_of[target] for target in targets)


def checked(fixed: np.ndarray, state: np.ndarray, owners: tuple[Cell, ...] | None = None) -> Level:
    """A level of these cells.

    Raises:
        ValueError: If it has not exactly one player, has no box, or has different numbers of boxes and targets.
    """
    players = int(np.count_nonzero(state == PLAYER))
    if players != 1:
        raise ValueError(f"the level has {players} players (@ or +); expected exactly one")
    boxes = int(np.count_nonzero((state == BOX) | (state == BOX_ON_TARGET)))
    targets = int(np.count_nonzero(fixed == TARGET))
    if boxes != targets or not boxes:
        raise ValueError(
            f"the level has {boxes} boxes and {targets} targets; expected as many boxes as targets, at least one"
        )
    if owners is not None and len(owners) != targets:
        raise ValueError("the level has boxes and targets with letters and others without; expected all or none")
    return Level(fixed, state, owners)


def to_text(level: Level) -> str:
    """The level in XSB notation, one line a row; floor at the end of a row, where a blank would not be seen, is `-`.

    With fixed targets, boxes and targets have letters, as far as one character a cell can tell: a box on its target is `*`, the
    player on a target `+`. Levels as they begin can always be read again.
    """
    symbols = {pair: symbol for symbol, pair in reversed(_SYMBOLS.items()) if symbol not in "-_"}
    rows = [
        [symbols[int(f), int(s)] for f, s in zip(fixed, state, strict=True)]
        for fixed, state in zip(level.fixed, level.state, strict=True)
    ]
    for letter, target, box in zip(ascii_lowercase, level.targets, level.owners or (), strict=False):
        if rows[target[0]][target[1]] == ".":
            rows[target[0]][target[1]] = letter.upper()
        if box != target:
            rows[box[0]][box[1]] = letter
    lines = map("".join, rows)
    return "\n".join(line.rstrip().ljust(len(line), "-") for line in lines)


if __name__ == "__main__":
    import sys

    from envs.sokoban.dataset import main

    sys.exit(main())
