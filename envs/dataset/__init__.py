"""Data sets as tasks: LMM-R1's JSONL, Parquet, the Hugging Face hub, and the names that everybody knows.

`errors`, `images` and `rows` say what a row is; `layouts` and `catalog` what the columns of known data sets mean; `jsonl`
and `arrow` read files; `opening` finds what a name means; `order` and `members` decide which row is shown when; `source`
makes questions of rows and `env` an environment. `python -m envs.dataset` converts, counts and shows data sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from envs.dataset.catalog import CATALOG
from envs.dataset.env import DatasetEnv
from envs.dataset.errors import HubError, RowError
from envs.dataset.images import MAX_PIXELS, PictureFolder
from envs.dataset.jsonl import JsonlFile, own_or_lmm_r1
from envs.dataset.opening import open_table
from envs.dataset.order import Order
from envs.dataset.rows import Row, Rows
from envs.dataset.source import MAX_PROMPT, OnError, RowSource

__all__ = [
    "CATALOG",
    "DatasetEnv",
    "HubError",
    "Order",
    "Row",
    "RowError",
    "RowSource",
    "Rows",
    "open_rows",
    "open_table",
    "read_rows",
]


def open_rows(
    name: str | Path,
    *,
    image_roots: Sequence[str | Path] = (),
    allow_outside: bool = False,
    max_pixels: int = MAX_PIXELS,
    max_prompt_chars: int = MAX_PROMPT,
    on_error: OnError = "raise",
    order_seed: int | None = 0,
) -> RowSource:
    """A data set as a source of questions. For the arguments and errors see `DatasetEnv`; `name` is its `source`."""
    rows = open_table(name, image_roots=image_roots, allow_outside=allow_outside, max_pixels=max_pixels)
    return RowSource(rows, Order(len(rows), order_seed), on_error, max_prompt_chars)


def read_rows(path: str | Path, need: Sequence[str] = ("prompt", "answer")) -> Iterator[Row]:
    """All rows of a JSONL file, of the project's own kind or LMM-R1's; blank lines are passed over.

    Args:
        path: The file.
        need: Fields that every row must have.

    Raises:
        FileNotFoundError: If there is no such file.
        RowError: Naming file and line: not JSON, not an object, an unknown or missing key, a value of the wrong type,
            or an image path that leaves the file's folder; also if the file has no row.
    """
    path = Path(path)
    try:
        table = JsonlFile(path)
    except ValueError as error:
        raise RowError(str(error)) from error
    yield from Rows(str(path), table, own_or_lmm_r1, PictureFolder(path.parent), need=need)
