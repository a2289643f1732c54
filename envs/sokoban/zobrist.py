"""Random keys by which the two searches of Sokoban know positions."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=32)
def zobrist_keys(kinds: int, cells: int) -> np.ndarray:
    """Random keys, uint64 [kinds, cells]: a position is known by the exclusive or of the keys of what stands where."""
    keys = np.random.default_rng(kinds).integers(1, 2**64, size=(kinds, cells), dtype=np.uint64)
    keys.flags.writeable = False
    return keys
