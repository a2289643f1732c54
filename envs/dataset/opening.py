"""From what a user calls a data set to its rows.

deepscaler                        a name of the catalogue: from the hub, or the cache of it
gsm8k@test                        another split of it
mathvista:data/MathVista          the same layout, read from a local copy: a folder or a file
rows.jsonl  rows.parquet  folder  local files of the project's own rows, LMM-R1's, or with the usual names of columns
owner/name  owner/name:config@split   any data set of the hub with the usual names of columns
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from envs.dataset import arrow
from envs.dataset.catalog import CATALOG, Entry, find
from envs.dataset.images import MAX_PIXELS, PictureFolder
from envs.dataset.jsonl import JsonlFile, own_or_lmm_r1
from envs.dataset.layouts import guessed
from envs.dataset.rows import Layout, Rows, Table

JSONL = (".jsonl", ".ndjson")

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_SPLIT = re.compile(r"(.+)@([\w.-]+)", re.DOTALL)
_TEST_SPLIT = re.compile(r"test|val|dev", re.IGNORECASE)


def open_table(
    name: str | Path,
    *,
    image_roots: Sequence[str | Path] = (),
    allow_outside: bool = False,
    max_pixels: int = MAX_PIXELS,
    need: Sequence[str] = ("prompt", "answer"),
) -> Rows:
    """The rows of a data set. Within a process the same arguments give the same object while the file is unchanged.

    Args:
        name: See the head of this module.
        image_roots: Folders besides the data set's own that pictures may lie in.
        allow_outside: Whether pictures may be any file of the machine.
        max_pixels: Pixels of a picture at most.
        need: Fields that every row must have.

    Raises:
        FileNotFoundError: If a file is named that is not there.
        ValueError: If the name means nothing, or the data set cannot be read.
        HubError: If it is on the hub and cannot be had.
        ModuleNotFoundError: If it needs the package `datasets` and that is not installed.
    """
    if isinstance(image_roots, str | Path):
        raise ValueError(f"image_roots is {str(image_roots)!r}; expected a list of folders")
    roots = tuple(str(root) for root in image_roots)
    return _opened(str(name), roots, bool(allow_outside), int(max_pixels), tuple(need), _stamp(str(name)))


@lru_cache(maxsize=16)
def _opened(
    name: str,
    roots: tuple[str, ...],
    allow_outside: bool,
    max_pixels: int,
    need: tuple[str, ...],
    stamp: tuple[int, int] | None,
) -> Rows:
    table, layout, folder, heldout_only, below = _found(name)
    pictures = PictureFolder(folder, roots, allow_outside, max_pixels, below)
    return Rows(name, table, layout, pictures, heldout_only, need)


def _stamp(name: str) -> tuple[int, int] | None:
    """Changes when the named file does."""
    for path in (Path(name), Path(name.partition(":")[2].partition("@")[0] or name)):
        try:
            status = path.stat()
        except (OSError, ValueError):
            continue
        return status.st_mtime_ns, status.st_size
    return None


def _found(name: str) -> tuple[Table, Layout, Path | None, bool, str | None]:
    """The records of a name, their layout, their folder, whether they are test rows, and `Entry.below`."""
    if _exists(name):
        return _local(Path(name), None, None)
    split = None
    if match := _SPLIT.fullmatch(name):
        name, split = match[1], match[2]
        if _exists(name):
            return _local(Path(name), None, split)
    head, _, place = name.partition(":")
    if entry := find(head):
        if place:
            if not _exists(place):
                raise FileNotFoundError(f"no dataset at {place}; {name!r} means the set {head} in that file or folder")
            return _local(Path(place), entry, split)
        return _of_hub(head, entry, split)
    if Path(head).suffix in (*JSONL, *arrow.BUILDERS) or not _HUB_ID.fullmatch(head):
        raise _unknown(name)
    split = split or "train"
    return arrow.open_hub(head, place or None, split), guessed, None, bool(_TEST_SPLIT.match(split)), None


def _local(path: Path, entry: Entry | None, split: str | None) -> tuple[Table, Layout, Path | None, bool, str | None]:
    layout = entry.layout if entry else guessed
    split = split or (entry.split if entry else "train")
    heldout_only = bool(_TEST_SPLIT.match(split)) or bool(entry and entry.benchmark)
    below = entry.below if entry else None
    table: Table
    if path.is_dir():
        table, layout = _folder(path, entry, split, layout)
        return table, layout, path, heldout_only, below
    if path.suffix in JSONL:
        table, layout = JsonlFile(path), entry.layout if entry else own_or_lmm_r1
    elif path.suffix in arrow.BUILDERS:
        table = arrow.open_file(path)
    else:
        raise ValueError(f"{path} is no data set: it ends with {path.suffix!r}; expected {_endings()}, or a folder")
    return table, layout, path.parent, heldout_only, below


def _folder(path: Path, entry: Entry | None, split: str, layout: Layout) -> tuple[Table, Layout]:
    if entry and entry.file:
        return JsonlFile(path / entry.file), layout
    lines = sorted(file for file in path.iterdir() if file.suffix in JSONL)
    if len(lines) == 1 and entry is None and not list(path.rglob("*.parquet")):
        return JsonlFile(lines[0]), own_or_lmm_r1
    # Without a card the folder's configurations are its sub-folders.
    carded = (path / "README.md").is_file()
    tables = [
        arrow.open_folder(path / config, None, split)
        if config and not carded and (path / config).is_dir()
        else arrow.open_folder(path, config if carded else None, split)
        for config in (entry.configs if entry else (None,))
    ]
    return tables[0] if len(tables) == 1 else arrow.ChainTable(tables), layout


def _of_hub(name: str, entry: Entry, split: str | None) -> tuple[Table, Layout, Path | None, bool, str | None]:
    if entry.file:
        folder = entry.hub.partition("/")[2]
        raise ValueError(
            f"the pictures of {name} come as an archive; run `hf download {entry.hub} --repo-type dataset --local-dir "
            f"{folder}` and `tar -xzf {folder}/{entry.archive} -C {folder}`, then name it {name}:{folder}"
        )
    split = split or entry.split
    tables = [arrow.open_hub(entry.hub, config, split) for config in entry.configs]
    heldout_only = entry.benchmark or bool(_TEST_SPLIT.match(split))
    return tables[0] if len(tables) == 1 else arrow.ChainTable(tables), entry.layout, None, heldout_only, None


def _exists(name: str) -> bool:
    try:
        return bool(name) and Path(name).exists()
    except (OSError, ValueError):  # a name too long, or with a null byte
        return False


def _endings() -> str:
    return ", ".join((*JSONL, *arrow.BUILDERS))


def _unknown(name: str) -> Exception:
    if Path(name).suffix in (*JSONL, *arrow.BUILDERS) or "/" in name:
        return FileNotFoundError(f"no dataset at {name}; expected {_endings()}, or a folder")
    near = difflib.get_close_matches(name.partition(":")[0].lower(), CATALOG, n=1, cutoff=0.0)
    return ValueError(
        f"data set {name!r} is unknown; did you mean {near[0]!r}? There are {', '.join(CATALOG)}; "
        f"or name a file ({_endings()}), a folder, or OWNER/NAME on the hub"
    )
