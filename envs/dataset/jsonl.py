"""Files of one JSON object a line, read in place.

Opening a file finds where its lines begin; a row is read from the disk when it is asked for. So a million rows open in a
second and cost eight bytes of memory each. Reads are positioned (`pread`): unlike a memory map that cannot crash the
process when the file is cut short meanwhile, and the file's pages are no memory of this process.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from envs.dataset.layouts import lmm_r1
from envs.dataset.rows import Fields

#: Bytes read at a time in search of line ends.
CHUNK = 2**24
#: Bytes of a line at most: a row is a question, not an archive.
MAX_LINE = 2**28
#: Keys of the project's own rows.
KEYS = ("prompt", "images", "answer", "choices", "response")


class JsonlFile:
    """The lines of a file by number; blank lines are passed over and keep their place in line numbers.

    Args:
        path: The file.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it has no rows.
    """

    def __init__(self, path: str | Path):
        self.path = Path(path)
        if not self.path.is_file():
            raise FileNotFoundError(f"no dataset at {path}; expected a JSONL file with the keys {', '.join(KEYS)}")
        self._descriptor = os.open(self.path, os.O_RDONLY)
        starts = _line_starts(self._descriptor)  # [lines + 1]
        lines = np.flatnonzero(_filled(self._descriptor, starts))
        if not len(lines):
            raise ValueError(f"{path}: the file has no rows")
        self._starts = starts
        self._lines = None if len(lines) == len(starts) - 1 else lines  # [rows], line of each row if some are blank

    def __len__(self) -> int:
        return len(self._starts) - 1 if self._lines is None else len(self._lines)

    def where(self, index: int) -> str:
        return f"{self.path}:{self._line(index) + 1}"

    def record(self, index: int) -> Mapping[str, Any]:
        try:
            data = json.loads(self.read(index))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"not a line of JSON: {error}") from None
        if not isinstance(data, dict):
            raise ValueError(f"the row is a {type(data).__name__}; expected an object with the keys {', '.join(KEYS)}")
        return data

    def read(self, index: int) -> str:
        """The text of a row's line.

        Raises:
            ValueError: If it is longer than `MAX_LINE` bytes or not UTF-8.
            OSError: If the file cannot be read.
        """
        line = self._line(index)
        start, end = int(self._starts[line]), int(self._starts[line + 1])
        if end - start > MAX_LINE:
            raise ValueError(f"the line has {end - start:,} bytes; at most {MAX_LINE:,} are read")
        return os.pread(self._descriptor, end - start, start).decode("utf-8-sig" if line == 0 else "utf-8")

    def _line(self, index: int) -> int:
        return index if self._lines is None else int(self._lines[index])

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["path"])  # type: ignore[misc]

    def __del__(self) -> None:
        if (descriptor := self.__dict__.pop("_descriptor", None)) is not None:
            os.close(descriptor)


def _line_starts(descriptor: int) -> np.ndarray:
    """Where each line begins, and the end of the file: int64 [lines + 1]."""
    size, found, position = os.fstat(descriptor).st_size, [np.zeros(1, np.int64)], 0
    while chunk := os.pread(descriptor, CHUNK, position):
        found.append(np.flatnonzero(np.frombuffer(chunk, np.uint8) == ord("\n")) + (position + 1))
        position += len(chunk)
    starts = np.concatenate(found)
    return starts if starts[-1] == size else np.append(starts, size)


def _filled(descriptor: int, starts: np.ndarray) -> np.ndarray:
    """Which lines have more than white space: bool [lines]."""
    lengths = np.diff(starts)
    filled = lengths > 1
    filled[-1:] = lengths[-1:] > 0  # the last line may lack its line end
    # No row is so short, so that few lines have to be looked at one by one.
    for line in np.flatnonzero(filled & (lengths <= 16)):
        text = os.pread(descriptor, int(starts[line + 1] - starts[line]), int(starts[line]))
        filled[line] = bool(text.strip())
    return filled


def own_or_lmm_r1(record: Mapping[str, Any]) -> Fields:
    """Read a row of the project's own kind, or one of LMM-R1's, which is known by its `message`.

    Raises:
        ValueError: If a key is unknown or a value has the wrong type.
    """
    if "message" in record or "messages" in record:
        return lmm_r1(record)
    for key in record:
        if key not in KEYS:
            raise ValueError(
                f"the key {key!r} is unknown; expected {', '.join(KEYS)}, or LMM-R1's 'message' and 'answer'"
            )
    for key in ("images", "choices"):
        value = record.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            kind = "paths" if key == "images" else "strings"
            raise ValueError(f"{key!r} is {value!r:.80}; expected a list of {kind}")
    return Fields(
        prompt=record.get("prompt"),
        answer=record.get("answer"),
        images=record.get("images", ()),
        choices=record.get("choices", ()),
        response=record.get("response"),
    )
