"""The manifest of a checkpoint: size and SHA-256 of each of its files, and how they are compared with what is there.

Knows nothing of models or training; a file that the manifest does not list is never opened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from trainers import durable

MANIFEST = "manifest.json"


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be written, read or trusted; the message is one line."""

    def __init__(self, message: str):
        super().__init__(" ".join(message.split()))


def seal(folder: Path) -> None:
    """Flush everything in a folder to the disk and write the manifest, last.

    Raises:
        OSError: If the disk does not take it.
    """
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    with ThreadPoolExecutor() as pool:  # one file is hashed while the disk is busy with another
        digests, flushed = pool.map(_sha256, paths), pool.map(durable.fsync, paths)
        files = {
            path.relative_to(folder).as_posix(): {"sha256": digest, "size": path.stat().st_size}
            for path, digest, _ in zip(paths, digests, flushed, strict=True)
        }
    (folder / MANIFEST).write_text(_text(files), encoding="utf-8")
    durable.fsync(folder / MANIFEST)
    for directory in [*(p for p in folder.rglob("*") if p.is_dir()), folder]:
        durable.fsync(directory)


def check(path: Path, only: Sequence[str] | None = None) -> None:
    """Compare files with the manifest.

    Args:
        path: A checkpoint's folder.
        only: Names of files, as the manifest has them; `None` for all.

    Raises:
        CheckpointError: If there is no checkpoint at `path`, or a file is missing or damaged: the message names the first.
    """
    files = entries(path)
    names = list(files) if only is None else only
    with ThreadPoolExecutor() as pool:
        for found in pool.map(lambda name: _compare(path, name, files.get(name)), names):
            if found is not None:
                raise CheckpointError(f"checkpoint {path} is damaged: {found}")


def damage(path: Path, only: Sequence[str] | None = None) -> str | None:
    """What `check` has to say against a checkpoint, `None` if it is intact."""
    try:
        check(path, only)
    except CheckpointError as error:
        return str(error)
    return None


def sizes_agree(path: Path) -> bool:
    """Whether all files are there in full length: a glance, where `check` reads every byte."""
    try:
        return all((path / name).stat().st_size == entry["size"] for name, entry in entries(path).items())
    except (CheckpointError, OSError):
        return False


def entries(path: Path) -> dict[str, dict[str, Any]]:
    """The manifest's files: `sha256` and `size` (bytes) by name relative to the folder.

    Raises:
        CheckpointError: If there is no checkpoint, or the manifest is not exactly as `seal` wrote it.
    """
    if not path.is_dir():
        found = ", ".join(p.name for p in durable.finished(path.parent)) or "no checkpoint"
        raise CheckpointError(f"no checkpoint at {path}; {path.parent} has {found}")
    try:
        text = (path / MANIFEST).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise CheckpointError(f"{path} is not a whole checkpoint: it has no {MANIFEST}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(f"checkpoint {path} is damaged: {MANIFEST}: {error}") from None
    try:
        files = json.loads(text)["files"]
        intact = text == _text(files)
    except (ValueError, TypeError, KeyError):
        intact = False
    if not intact:
        raise CheckpointError(f"checkpoint {path} is damaged: {MANIFEST}: content changed since it was written")
    return files


def _compare(path: Path, name: str, entry: dict[str, Any] | None) -> str | None:
    """What is wrong with a file, `None` if nothing is."""
    if entry is None:
        return f"{MANIFEST} does not list {name}"
    try:
        size = (path / name).stat().st_size
        if size != entry["size"]:
            return f"{name}: {size} bytes instead of {entry['size']}: cut or changed since it was written"
        if _sha256(path / name) != entry["sha256"]:
            return f"{name}: content changed since it was written"
    except OSError as error:
        return f"{name}: {error.strerror}"
    return None


def _text(files: dict[str, dict[str, Any]]) -> str:
    """The manifest with a checksum of its own: any changed byte makes it differ from what its entries give."""
    checksum = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    return json.dumps({"files": files, "sha256": checksum}, indent=1, sort_keys=True) + "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
