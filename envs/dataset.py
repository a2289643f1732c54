"""Rows of a file as tasks: JSON Lines with a prompt, pictures, and what a right answer or a good response is.

A row is one JSON object: `prompt` (text), `images` (paths relative to the file's folder, optional), `answer` (gold
answer) and `response` (a demonstration), each a string where present.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

_KEYS = ("prompt", "images", "answer", "response")


class RowError(ValueError):
    """A malformed row; the message names file and line."""


@dataclass(frozen=True)
class Row:
    """One task of a file.

    Attributes:
        prompt: The question.
        images: Paths of its pictures, in order.
        answer: The gold answer, if the row has one.
        response: A demonstration, if the row has one.
        where: File and line, for messages.
    """

    prompt: str
    images: tuple[Path, ...]
    answer: str | None
    response: str | None
    where: str

    def load_images(self) -> tuple[np.ndarray, ...]:
        """The pictures, each uint8 [H, W, 3].

        Raises:
            RowError: If one cannot be read.
        """
        pictures = []
        for path in self.images:
            try:
                with Image.open(path) as image:
                    pictures.append(np.asarray(image.convert("RGB")))
            except (OSError, ValueError, Image.DecompressionBombError) as error:
                raise RowError(f"{self.where}: the image {path} cannot be read: {error}") from error
        return tuple(pictures)


def read_rows(path: str | Path, need: Sequence[str] = ("prompt", "answer")) -> Iterator[Row]:
    """Read a JSONL file; blank lines are passed over.

    Args:
        path: The file.
        need: Keys that every row must have.

    Raises:
        FileNotFoundError: If there is no such file.
        RowError: Naming file and line: not JSON, not an object, an unknown or missing key, a value of the wrong type,
            or an image path that leaves the file's folder; also if the file has no row.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no dataset at {path}; expected a JSONL file with the keys {', '.join(_KEYS)}")
    count = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                count += 1
                yield _row(line, path, f"{path}:{number}", need)
    if not count:
        raise RowError(f"{path}: the file has no rows")


def _row(line: bytes, path: Path, where: str, need: Sequence[str]) -> Row:
    try:
        data = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RowError(f"{where}: not a line of JSON: {error}") from None
    if not isinstance(data, dict):
        raise RowError(
            f"{where}: the row is a {type(data).__name__}; expected an object with the keys {', '.join(_KEYS)}"
        )
    for key in need:
        if key not in data:
            raise RowError(f"{where}: the row has no {key!r}; it has {', '.join(map(repr, data)) or 'nothing'}")
    for key, value in data.items():
        _check_value(key, value, where)
    folder = path.parent.resolve()
    images = tuple((folder / name).resolve() for name in data.get("images", []))
    for image in images:
        if not image.is_relative_to(folder):
            raise RowError(f"{where}: the image {image} is outside the dataset's folder {folder}")
    return Row(data["prompt"], images, data.get("answer"), data.get("response"), where)


def _check_value(key: str, value: Any, where: str) -> None:
    if key not in _KEYS:
        raise RowError(f"{where}: the key {key!r} is unknown; expected {', '.join(_KEYS)}")
    if key == "images":
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise RowError(f"{where}: 'images' is {value!r:.80}; expected a list of paths")
    elif not isinstance(value, str):
        raise RowError(f"{where}: {key!r} is a {type(value).__name__}; expected a string")
