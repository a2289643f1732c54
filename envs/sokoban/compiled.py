"""Machine code for the two searches of Sokoban: made by Numba at the first call and kept on disk for later processes.

Numba does not notice when a function of another file changes, so compiled functions call only those of their own file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numba
import numpy as np
from numba.core import event


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, to be compiled at its first call unless an earlier process has done so.

    The machine code is kept beside the source, else in the user's cache folder, or where `NUMBA_CACHE_DIR` says. Where none of
    them can be written to, every process compiles for itself.
    """
    try:
        return numba.njit(cache=True)(function)
    except RuntimeError:  # Numba has found no place
        return numba.njit(function)


class _Announcer(event.Listener):
    """Says on stderr, once a module, what a first call waits for."""

    def __init__(self) -> None:
        self._announced: set[str] = set()

    def on_start(self, event: event.Event) -> None:
        module = event.data["dispatcher"].py_func.__module__ or ""
        if module.startswith("envs.sokoban.") and module not in self._announced:
            self._announced.add(module)
            print(f"compiling {module} for the first time: takes some seconds, once", file=sys.stderr)

    def on_end(self, event: event.Event) -> None:
        pass


event.register("numba:compile", _Announcer())


@lru_cache(maxsize=32)
def zobrist_keys(kinds: int, cells: int) -> np.ndarray:
    """Random keys, uint64 [kinds, cells]: a position is known by the exclusive or of the keys of what stands where."""
    keys = np.random.default_rng(kinds).integers(1, 2**64, size=(kinds, cells), dtype=np.uint64)
    keys.flags.writeable = False
    return keys
