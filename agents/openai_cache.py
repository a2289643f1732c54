"""Answers of servers, kept on disk: what was paid for once is never asked again.

One SQLite file, which several processes can use at once. An answer is there in full or not at all, whenever a process is
killed. Requests are kept as digests only, so neither prompts nor keys can be read out of the file.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from agents.openai_messages import Answer

#: Seconds that a process waits for another to finish writing.
_PATIENCE = 60.0


def digest(settings: Mapping[str, Any], images: Sequence[np.ndarray]) -> str:
    """A name for a request: equal for equal settings, plain data, and equal pixels, whatever file format they travel in."""
    text = json.dumps(settings, sort_keys=True, ensure_ascii=True)
    sha = hashlib.sha256(text.encode("ascii"))
    for image in images:
        sha.update(f"{image.shape}{image.dtype}".encode("ascii"))
        sha.update(image.tobytes())
    return sha.hexdigest()


class ResponseCache:
    """Answers by the digest of their request.

    Owns a connection to the file, which one thread at a time may use.

    Args:
        path: The file, made if need be with its folders; `None` keeps answers in memory.

    Raises:
        ValueError: If the file cannot be opened, or is something else.
    """

    def __init__(self, path: str | Path | None):
        self._path = path
        try:
            if path is not None:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            # autocommit: each statement is a transaction of its own
            self._file = sqlite3.connect(
                path or ":memory:", timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            self._file.execute("PRAGMA journal_mode = WAL")  # readers and a writer do not wait for one another
            self._file.execute("PRAGMA synchronous = NORMAL")
            self._file.execute("CREATE TABLE IF NOT EXISTS answers (request TEXT PRIMARY KEY, answer TEXT NOT NULL)")
        except (sqlite3.Error, OSError) as error:
            raise ValueError(
                f"cannot keep answers in {path}: {error}; expected a writable place for an SQLite file, or one made here"
            ) from None

    def get(self, request: str) -> Answer | None:
        row = self._run("SELECT answer FROM answers WHERE request = ?", request).fetchone()
        return Answer(**json.loads(row[0])) if row else None

    def put(self, request: str, answer: Answer) -> None:
        """Keep an answer, unless another process was first.

        Raises:
            OSError: If it cannot be written, as on a full disk.
        """
        self._run("INSERT OR IGNORE INTO answers VALUES (?, ?)", request, json.dumps(asdict(answer)))

    def close(self) -> None:
        self._file.close()

    def _run(self, statement: str, *values: str) -> sqlite3.Cursor:
        try:
            return self._file.execute(statement, values)
        except sqlite3.Error as error:
            raise OSError(f"the cache of answers, {self._path}, fails: {error}") from error
