"""Levels from files: XSB text (single levels, collections, Boxoban's files), NumPy arrays, or a folder of any of these.

In a text file a level is a run of lines that begin with `#` (after blanks, `-` and `_`); whatever else stands there (titles,
comments, Boxoban's numbers, empty lines) separates levels. A `.npy` file holds cell codes as gym-sokoban's `room_state` has
them, one level [H, W] as LMM-R1 saves them, or many [N, H, W]; a player is taken to stand on floor, since the codes do not
tell.

Files are looked through once for the number and the size of their levels, and parsed when one of their levels is drawn.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

import numpy as np

from envs.sokoban.levels import LARGEST_ROOM, SMALLEST_ROOM, checked, from_text
from envs.sokoban.rules import BOX_ON_TARGET, FLOOR, PLAYER, TARGET, WALL, Level
from envs.splits import Split, in_split

TEXT_ENDINGS = (".txt", ".xsb", ".sok")
ENDINGS = (*TEXT_ENDINGS, ".npy")
_FIRST = 16
LETTERED = re.compile("[A-Da-d]")


class LevelFiles:
    """The levels of a file, or of all files of a folder and the folders in it, in the order of their names.

    Args:
        path: A file with one of the endings .txt, .xsb, .sok and .npy, or a folder.

    Attributes:
        shape: Rows and columns that hold every level; smaller ones are filled up with walls on the right and below.
        fixed_targets: Whether there are levels in which each box has a target of its own.

    Raises:
        FileNotFoundError: If there is nothing at `path`.
        ValueError: If there is no level, or a file cannot be read as levels; the message names it.
    """

    def __init__(self, path: str | Path):
        self._files = [(file, file.stat().st_mtime_ns) for file in _find(Path(path))]
        sizes = [_sizes(*file) for file in self._files]
        self._ends = list(accumulate(len(each) for each in sizes))
        if not self._ends or not self._ends[-1]:
            raise ValueError(f"{path} has no level; expected lines that begin with #, such as #@$.#")
        for (file, _), each in zip(self._files, sizes, strict=True):
            for number, (rows, columns) in enumerate(each):
                if max(rows, columns) > LARGEST_ROOM:
                    raise ValueError(
                        f"{file}, level {number}: it is {rows}x{columns}; expected at most {LARGEST_ROOM} of either"
                    )
        everything = [size for each in sizes for size in each]
        self.shape = (
            max(SMALLEST_ROOM, *(rows for rows, _ in everything)),
            max(SMALLEST_ROOM, *(columns for _, columns in everything)),
        )
        self.fixed_targets = any(_has_letters(*file) for file in self._files)

    def __len__(self) -> int:
        return self._ends[-1]

    def __getitem__(self, index: int) -> Level:
        """Level number `index`, counted from 0, filled up to `shape`.

        Raises:
            ValueError: If it is malformed; the message names file and line.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"there is no level {index}; expected 0 to {len(self) - 1}")
        file = bisect_right(self._ends, index)
        first = self._ends[file - 1] if file else 0
        return _parse(*self._files[file])[index - first].filled_up(self.shape)

    def draw(self, seed: int, split: Split | None = None, accepts: Callable[[Level], bool] = lambda _: True) -> Level:
        """The level that `seed` picks: a pure function of its arguments and the files.

        Args:
            seed: Puts the levels in an order of its own, of which the first one that fits is taken.
            split: Levels outside it are passed over.
            accepts: So are those that it refuses.

        Raises:
            ValueError: If no level fits, or one on the way is malformed.
        """
        for index in self._order(seed):
            level = self[index]
            if (split is None or in_split(level.canonical(), split)) and accepts(level):
                return level
        raise ValueError(
            f"none of the {len(self)} levels is in the split {split!r} and has an allowed solution; "
            "use more levels, another split, or other solution lengths"
        )

    def _order(self, seed: int) -> Iterator[int]:
        """Every level at least once. Most often one of the first is wanted: only after them are all put in order, which takes
        its time with a million levels."""
        rng = np.random.default_rng(seed)
        for _ in range(_FIRST):
            yield int(rng.integers(len(self)))
        yield from rng.permutation(len(self)).tolist()


def _find(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in ENDINGS and file.is_file())
    if not path.exists():
        raise FileNotFoundError(f"there are no levels at {path}; expected a file or a folder")
    if path.suffix not in ENDINGS:
        raise ValueError(f"{path} does not look like levels; expected a name that ends with {', '.join(ENDINGS)}")
    return [path]


@lru_cache(maxsize=4096)
def _sizes(file: Path, modified: int) -> list[tuple[int, int]]:
    """Rows and columns of each level, without a look at what is in them; once for the many environments of a rollout.

    Args:
        file: The file.
        modified: When it was last changed, so that a file written anew is read anew.
    """
    if file.suffix in TEXT_ENDINGS:
        return [(len(rows), max(map(len, rows))) for _, rows in _blocks(file)]
    return [array.shape for array in _arrays(file)]


@lru_cache(maxsize=4096)
def _has_letters(file: Path, modified: int) -> bool:
    return file.suffix in TEXT_ENDINGS and any(LETTERED.search(row) for _, rows in _blocks(file) for row in rows)


@lru_cache(maxsize=64)
def _parse(file: Path, modified: int) -> tuple[Level, ...]:
    """All levels of a file; for `modified` see `_sizes`."""
    if file.suffix in TEXT_ENDINGS:
        return tuple(_from_rows(file, line, rows) for line, rows in _blocks(file))
    return tuple(_from_array(file, number, array) for number, array in enumerate(_arrays(file)))


def _blocks(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The runs of lines that are levels, with the number of their first line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is not UTF-8 text (byte {error.start})") from None
    rows: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.lstrip(" \t-_").startswith("#"):
            rows.append(line.rstrip())
        elif rows:
            yield number - len(rows), rows
            rows = []


def _from_rows(file: Path, line: int, rows: list[str]) -> Level:
    try:
        return from_text("\n".join(rows))
    except ValueError as error:
        raise ValueError(f"{file}, level at line {line}: {error}") from None


def _arrays(file: Path) -> np.ndarray:
    """Cell codes, [N, H, W]."""
    try:
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f"{file} is not an array of numbers: {error}") from None
    if array.ndim not in (2, 3) or not np.issubdtype(array.dtype, np.integer) or not array.size:
        raise ValueError(
            f"{file} has shape {list(array.shape)} and type {array.dtype}; expected integers [rows, columns] or "
            "[levels, rows, columns]"
        )
    return array[None] if array.ndim == 2 else array


def _from_array(file: Path, number: int, array: np.ndarray) -> Level:
    strange = np.argwhere((array < WALL) | (array > PLAYER))
    if len(strange):
        row, column = strange[0].tolist()
        raise ValueError(
            f"{file}, level {number}: the cell in row {row + 1}, column {column + 1} is {array[row, column]}; "
            f"expected {WALL} to {PLAYER}"
        )
    state = np.array(array, dtype=np.uint8)
    fixed = np.where((state == TARGET) | (state == BOX_ON_TARGET), TARGET, np.where(state == WALL, WALL, FLOOR))
    try:
        return checked(fixed.astype(np.uint8), state)
    except ValueError as error:
        raise ValueError(f"{file}, level {number}: {error}") from None
