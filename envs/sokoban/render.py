"""Frames of Sokoban positions, pixel for pixel as gym-sokoban draws them at 16 pixels a tile.

The sprites are read from the installed gym-sokoban package, which is located but never imported: it needs the
discontinued `gym` and `pkg_resources`.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from envs.sokoban.rules import PLAYER, TARGET

TILE = 16
#: Sprite files in the order of the cell codes 0-5, then the player on a target.
_SPRITES = ("wall", "floor", "box_target", "box_on_target", "box", "player", "player_on_target")
_PLAYER_ON_TARGET = 6


@lru_cache(maxsize=8)
def sprites(tile_size: int = TILE) -> np.ndarray:
    """All tiles, uint8 [7, tile_size, tile_size, 3]: whole multiples of 16 by repetition, other sizes resampled.

    Raises:
        ModuleNotFoundError: If gym-sokoban is not installed.
        ValueError: If `tile_size` is not between 4 and 256.
    """
    if not 4 <= tile_size <= 256:
        raise ValueError(f"tile_size is {tile_size}; expected 4 to 256 pixels")
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


def frame(fixed: np.ndarray, state: np.ndarray, tile_size: int = TILE) -> np.ndarray:
    """Draw a position.

    Args:
        fixed: uint8 [H, W], walls, floor and targets.
        state: uint8 [H, W], the same with boxes and the player.
        tile_size: Pixels a tile.

    Returns:
        uint8 [H * tile_size, W * tile_size, 3].
    """
    codes = np.where((state == PLAYER) & (fixed == TARGET), _PLAYER_ON_TARGET, state)
    tiles = sprites(tile_size)[codes]  # [H, W, t, t, 3]
    rows, columns = codes.shape
    return np.ascontiguousarray(tiles.transpose(0, 2, 1, 3, 4)).reshape(rows * tile_size, columns * tile_size, 3)
