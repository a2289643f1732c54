"""Output that is there in full or not at all: written beside its place and renamed into it at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def refuse_existing(path: Path, overwrite: bool) -> None:
    """Raise if something is at `path` that may not be replaced.

    Raises:
        FileExistsError: If there is.
    """
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} exists; name another file, or pass --overwrite")


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """A text file to write; it gets its name when the block ends well, and is gone otherwise, after Ctrl-C too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = _beside(path)
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to fill; it gets its name when the block ends well, if anything is in it, and is gone otherwise."""
    unfinished = _beside(path)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        shutil.rmtree(path, ignore_errors=True)
        if any(unfinished.iterdir()):
            os.replace(unfinished, path)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".tmp-{path.name}-{os.getpid()}")
