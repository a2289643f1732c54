"""Frames of Sokoban positions, pixel for pixel as gym-sokoban draws them at 16 pixels a tile.

The sprites are read from the installed gym-sokoban package, which is located but never imported: it needs the
discontinued `gym` and `pkg_resources`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from envs.sokoban.rules import COLOURS, PLAYER, TARGET, Cell, cells

TILE = 16
#: Sprite files in the order of the cell codes 0-5, then the player on a target, then of each colour a target, a box, a box on
#: its target and one on another's.
_SPRITES = ("wall", "floor", "box_target", "box_on_target", "box", "player", "player_on_target") + tuple(
    f"multibox/box{colour}{ending}"
    for colour in range(COLOURS)
    for ending in ("_target", "", "_on_target", "_on_wrong_target")
)
PLAYER_ON_TARGET, COLOURED = 6, 7

#: "plain" is gym-sokoban's picture; "labelled" has the numbers of rows and columns on a border above and on the left.
Style = Literal["plain", "labelled"]
#: Tiles smaller than this have no room for two digits.
MIN_LABELLED = 12
_PAPER, _INK = (24, 24, 27), (228, 228, 231)


@lru_cache(maxsize=8)
def sprites(tile_size: int = TILE) -> np.ndarray:
    """All tiles, uint8 [23, tile_size, tile_size, 3], of which the last 16 are for fixed targets.

    Whole multiples of 16 pixels are made by repetition, other sizes resampled.

    Raises:
        ModuleNotFoundError: If gym-sokoban is not installed.
        ValueError: If `tile_size` is not between 4 and 256.
    """
    if not isinstance(tile_size, int) or not 4 <= tile_size <= 256:
        raise ValueError(f"tile_size is {tile_size}; expected 4 to 256 pixels, a whole number")
    spec = find_spec("gym_sokoban")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "the Sokoban sprites come with gym-sokoban, which is missing: pip install gym-sokoban==0.0.6"
        )
    folder = Path(spec.submodule_search_locations[0]) / "envs" / "surface"
    tiles = [Image.open(folder / f"{name}.png").convert("RGB") for name in _SPRITES]
    method = Image.Resampling.NEAREST if tile_size % TILE == 0 else Image.Resampling.LANCZOS
    stacked = np.stack([np.asarray(tile.resize((tile_size, tile_size), method)) for tile in tiles])
    stacked.flags.writeable = False
    return stacked


class Position(Protocol):
    """What can be drawn: a `Level`, or a `Game` as it stands."""

    @property
    def fixed(self) -> np.ndarray: ...
    @property
    def state(self) -> np.ndarray: ...
    @property
    def owners(self) -> Sequence[Cell] | None: ...


def kinds(position: Position) -> np.ndarray:
    """What is to be seen in each cell, [H, W]: the cell codes 0-5, and 6 for the player on a target.

    With fixed targets, boxes and bare targets of colour c are 7 + 4c for a target, 8 + 4c for a box, 9 + 4c for one on its
    target and 10 + 4c for one on another's.
    """
    seen = np.where((position.state == PLAYER) & (position.fixed == TARGET), PLAYER_ON_TARGET, position.state)
    if position.owners is not None:
        targets = cells(position.fixed == TARGET)
        for colour, (target, box) in enumerate(zip(targets, position.owners, strict=True)):
            first = COLOURED + 4 * colour
            if seen[target] == TARGET:
                seen[target] = first
            seen[box] = first + (1 if position.fixed[box] != TARGET else 2 if box == target else 3)
    return seen


def picture_shape(dim_room: tuple[int, int], tile_size: int = TILE, style: Style = "plain") -> tuple[int, int, int]:
    """Height, width and channels of a frame.

    Raises:
        ValueError: If the style is unknown, or tiles are too small for labels.
    """
    if style not in ("plain", "labelled"):
        raise ValueError(f"style is {style!r}; expected 'plain' or 'labelled'")
    if style == "labelled" and tile_size < MIN_LABELLED:
        raise ValueError(f"tile_size is {tile_size}; labels need at least {MIN_LABELLED} pixels, or use style 'plain'")
    border = int(style == "labelled")
    return (dim_room[0] + border) * tile_size, (dim_room[1] + border) * tile_size, 3


def frame(position: Position, tile_size: int = TILE, style: Style = "plain") -> np.ndarray:
    """Draw a position.

    Args:
        position: A level or a game.
        tile_size: Pixels a tile.
        style: "plain", or "labelled" for numbers at rows and columns, counted from 1 at the top left, walls included.

    Returns:
        uint8 [H * tile_size, W * tile_size, 3]; labelled, one tile more in both directions.
    """
    codes = kinds(position)
    tiles = sprites(tile_size)[codes]  # [H, W, t, t, 3]
    rows, columns = codes.shape
    board = np.ascontiguousarray(tiles.transpose(0, 2, 1, 3, 4)).reshape(rows * tile_size, columns * tile_size, 3)
    if style == "plain":
        return board
    picture = np.array(_border(rows, columns, tile_size))
    picture[tile_size:, tile_size:] = board
    return picture


@lru_cache(maxsize=32)
def _border(rows: int, columns: int, tile_size: int) -> Image.Image:
    """An empty board below and right of its numbers."""
    picture = Image.new("RGB", ((columns + 1) * tile_size, (rows + 1) * tile_size), _PAPER)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(0.65 * tile_size)
    middle = tile_size / 2
    for row in range(1, rows + 1):
        draw.text((middle, row * tile_size + middle), str(row), _INK, font, anchor="mm")
    for column in range(1, columns + 1):
        draw.text((column * tile_size + middle, middle), str(column), _INK, font, anchor="mm")
    return picture
