"""Folders that are there whole or not at all: written beside their place, flushed to the disk, renamed into it.

A folder on its way in or out has a name that begins with `.tmp-` and ends with the id of the process at work on it, so
that whatever a killed process leaves behind is known for what it is. One process works in a place at a time.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_TEMPORARY = ".tmp-"


def temporary(final: Path, why: str = "") -> Path:
    """Where this process keeps a folder until it is ready for its place, or on the way out of it."""
    return final.with_name(f"{_TEMPORARY}{why}{final.name}-{os.getpid()}")


def finished(parent: Path) -> list[Path]:
    """The folders that are in place, by name; none if `parent` is not there."""
    if not parent.is_dir():
        return []
    return sorted(p for p in parent.iterdir() if p.is_dir() and not p.name.startswith("."))


def put_in_place(ready: Path, final: Path) -> None:
    """Rename a flushed folder to its name; one that has the name already steps aside and is then removed.

    Raises:
        OSError: If it cannot be renamed; the former one is back in its place.
    """
    former = temporary(final, "former-")
    if final.exists():
        os.rename(final, former)
    try:
        os.rename(ready, final)
    except OSError:
        if former.exists():
            os.rename(former, final)
        raise
    fsync(final.parent)
    shutil.rmtree(former, ignore_errors=True)


def remove(path: Path) -> None:
    """Take a folder out of its place, then delete it.

    Raises:
        OSError: If it cannot be renamed or deleted.
    """
    doomed = temporary(path, "pruned-")
    os.rename(path, doomed)
    fsync(path.parent)
    shutil.rmtree(doomed)


def remove_stale(parent: Path) -> None:
    """Remove the temporary folders of processes that are gone, and this process's own."""
    for path in parent.glob(f"{_TEMPORARY}*"):
        pid = path.name.rpartition("-")[2]
        if not pid.isdecimal() or int(pid) == os.getpid() or not _alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def fsync(path: Path) -> None:
    """Wait until a file, or a directory's entries, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
