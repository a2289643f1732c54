"""Machine code for what is too slow in Python: made by Numba at the first call and kept on disk for later processes.

Numba does not notice when a function of another file changes, so compiled functions call only those of their own file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numba
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
        if module.startswith("envs.") and module not in self._announced:
            self._announced.add(module)
            print(f"compiling {module} for the first time: takes some seconds, once", file=sys.stderr)

    def on_end(self, event: event.Event) -> None:
        pass


event.register("numba:compile", _Announcer())
