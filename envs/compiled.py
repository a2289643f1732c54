"""Machine code for what is too slow in Python: made by Numba at the first call and kept on disk for later processes.

Numba looks at a function's own file alone to see whether what it has kept is still right. Here functions call those of other
files of their folder, so what is kept is tied to all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numba
from numba.core import event


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, to be compiled at its first call unless an earlier process has done so.

    The machine code is kept beside the source, else in the user's cache folder, or where `NUMBA_CACHE_DIR` says. Where none of
    them can be written to, every process compiles for itself.
    """
    try:
        dispatcher = numba.njit(cache=True)(function)
    except RuntimeError:  # Numba has found no place
        return numba.njit(function)
    _tie(dispatcher, Path(function.__code__.co_filename).parent)
    return dispatcher


def _tie(dispatcher: Any, folder: Path) -> None:
    """Make what is kept of a function worthless once any file of the folder has changed.

    There is no public way to tell Numba; the attribute is that of the range of versions which pyproject.toml allows.
    """
    kept = dispatcher._cache._cache_file
    kept._source_stamp = (kept._source_stamp, _stamp(folder))


@lru_cache
def _stamp(folder: Path) -> tuple[tuple[str, float, int], ...]:
    """The names, times of change and sizes of the sources in a folder."""
    found = [(path.name, path.stat()) for path in sorted(folder.glob("*.py"))]
    return tuple((name, status.st_mtime, status.st_size) for name, status in found)


class _Announcer(event.Listener):
    """Says on stderr, once a package, what a first call waits for."""

    def __init__(self) -> None:
        self._announced: set[str] = set()

    def on_start(self, event: event.Event) -> None:
        module = event.data["dispatcher"].py_func.__module__ or ""
        package = module.rpartition(".")[0]
        if package.startswith("envs.") and package not in self._announced:
            self._announced.add(package)
            print(f"compiling {package} for the first time: takes up to a minute, once", file=sys.stderr)

    def on_end(self, event: event.Event) -> None:
        pass


event.register("numba:compile", _Announcer())
