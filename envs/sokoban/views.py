"""What a batch of boards looks like, as planes or as pictures, kept up to date cell by cell. Knows nothing of Gymnasium."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import isqrt

import numpy as np

from envs.sokoban.batch import ANY_BOX, CELL_CODES, FIRST_OWN_BOX, GROUND, NOTHING, STANDING, THE_PLAYER, Batch
from envs.sokoban.render import COLOURED, PLAYER_ON_TARGET, TILE, sprites
from envs.sokoban.rules import BOX, BOX_ON_TARGET, COLOURS, PLAYER, TARGET


class View(ABC):
    """An array of observations, one for each board. The array is the view's own: it repaints only what has changed there.

    Args:
        batch: The boards.

    Attributes:
        array: uint8 [N, ...], the observations. Not to be written to by others.
    """

    array: np.ndarray

    def __init__(self, batch: Batch):
        self._batch = batch

    def update(self, cells: np.ndarray) -> None:
        """Paint the cells of these indices into `Batch.cells`, intp [C], as they are now."""
        self._paint(cells, _KINDS[self._batch.cells[cells]])

    def redraw(self, boards: np.ndarray) -> None:
        """Paint all cells of these boards, intp [K]."""
        self.update(self._batch.inside[boards].reshape(-1))

    @abstractmethod
    def _paint(self, cells: np.ndarray, kinds: np.ndarray) -> None:
        """Paint each of the cells as a kind of `envs.sokoban.render.kinds`, uint8 [C]."""

    def _places(self, places: np.ndarray) -> np.ndarray:
        """The place of each cell in the view, [N, rows, columns], by its index into `Batch.cells`."""
        by_cell = np.zeros(self._batch.cells.size, np.intp)
        by_cell[self._batch.inside] = places
        return by_cell


class GridView(View):
    """Planes of 0 and 1, one for each kind of cell: `array` is [N, planes, rows, columns].

    Args:
        batch: The boards.
        fixed_targets: Whether there may be levels with fixed targets: 23 planes then, else 7.
    """

    def __init__(self, batch: Batch, fixed_targets: bool = False):
        super().__init__(batch)
        rows, columns = batch.shape
        planes = COLOURED + (4 * COLOURS if fixed_targets else 0)
        self.array = np.zeros((len(batch), planes, rows, columns), np.uint8)
        self._kinds = np.zeros(batch.cells.size, np.uint8)  # that are painted
        self._flat = self.array.reshape(-1)
        self._plane = rows * columns
        self._first_plane = self._places(np.arange(self.array.size).reshape(self.array.shape)[:, 0])

    def _paint(self, cells: np.ndarray, kinds: np.ndarray) -> None:
        places = self._first_plane[cells]
        self._flat[places + self._kinds[cells].astype(np.intp) * self._plane] = 0
        self._flat[places + kinds.astype(np.intp) * self._plane] = 1
        self._kinds[cells] = kinds


class FrameView(View):
    """Frames as of `envs.sokoban.render.frame`: `array` is [N, rows * tile_size, columns * tile_size, 3].

    Args:
        batch: The boards.
        tile_size: Pixels a tile, 4 to 256.
    """

    def __init__(self, batch: Batch, tile_size: int = TILE):
        super().__init__(batch)
        rows, columns = batch.shape
        self.array = np.zeros((len(batch), rows * tile_size, columns * tile_size, 3), np.uint8)
        strip = np.dtype((np.void, tile_size * 3))  # a tile is as many of these, one below the other
        tiles = sprites(tile_size)
        self._tiles = tiles.reshape(len(tiles), -1).view(strip)  # [kinds, tile_size]
        self._strips = self.array.reshape(-1).view(strip)
        self._below = np.arange(tile_size) * columns
        numbers = np.arange(self._strips.size).reshape(len(batch), rows, tile_size, columns)
        self._first_strip = self._places(numbers[:, :, 0])

    def _paint(self, cells: np.ndarray, kinds: np.ndarray) -> None:
        self._strips[self._first_strip[cells][:, None] + self._below] = self._tiles[kinds]


def mosaic(frames: np.ndarray) -> np.ndarray:
    """Frames, uint8 [N, H, W, 3], side by side in one picture, in as many columns as rows or one more."""
    number, height, width, channels = frames.shape
    across = isqrt(number - 1) + 1
    down = -(-number // across)
    picture = np.zeros((down * across, height, width, channels), np.uint8)
    picture[:number] = frames
    return picture.reshape(down, across, height, width, channels).swapaxes(1, 2).reshape(down * height, -1, channels)


def _kind(cell: int) -> int:
    """What is to be seen in a cell of `Batch.cells`, as `envs.sokoban.render.kinds` numbers it."""
    ground, standing = cell & GROUND, cell >> STANDING
    if standing == NOTHING:
        return ground if ground <= TARGET else _colour(ground)
    if standing == THE_PLAYER:
        return PLAYER_ON_TARGET if ground >= TARGET else PLAYER
    if standing == ANY_BOX:
        return BOX_ON_TARGET if ground >= TARGET else BOX
    return _colour(standing) + (1 if ground < TARGET else 2 if ground == standing else 3)


def _colour(number: int) -> int:
    """The first of the four kinds of a target that belongs to one box, or of a box that belongs to one target."""
    return COLOURED + 4 * (number - FIRST_OWN_BOX)


_KINDS = np.array([_kind(cell) for cell in range(CELL_CODES)], np.uint8)
