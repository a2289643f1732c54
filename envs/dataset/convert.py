"""From any data set that can be read to JSON Lines: LMM-R1's rows or the project's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from envs.dataset.errors import RowError
from envs.dataset.files import refuse_existing, whole_file, whole_folder
from envs.dataset.images import Picture, digest
from envs.dataset.rows import Row, Rows
from envs.question import letter

Form = Literal["lmm-r1", "rows"]


def convert(
    rows: Rows,
    out: Path,
    form: Form = "lmm-r1",
    overwrite: bool = False,
    bad: Callable[[int, RowError], None] | None = None,
    numbers: Iterable[int] | None = None,
) -> int:
    """Write rows to a JSONL file and their pictures to the folder `STEM_images` beside it; return how many.

    A picture keeps its bytes. One that was embedded is named by its digest, one that was a file keeps its name, so that
    rows stay in their split. Nothing is written under the final names before all is ready.

    Args:
        rows: The data set.
        out: The file.
        form: `"lmm-r1"`: `message`, `answer` and the other columns, options listed in the text. `"rows"`: `prompt`,
            `images`, `answer`, `choices`, `response`.
        overwrite: Whether `out` may be replaced.
        bad: Called with each bad row, which is then left out; `None` raises its error.
        numbers: Which rows, in which order; all by default.

    Raises:
        FileExistsError: If `out` or its folder of pictures exists and `overwrite` is not set.
        RowError: If a row is bad and `bad` is `None`.
        OSError: If something cannot be written.
    """
    folder = out.with_name(f"{out.stem}_images")
    for path in (out, folder):
        refuse_existing(path, overwrite)
    out.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with whole_file(out) as lines, whole_folder(folder) as unfinished:
        shelf = Shelf(unfinished)
        for number in range(len(rows)) if numbers is None else numbers:
            try:
                row = rows[number]
                row.load_images()
                images = [folder / shelf.put(picture) for picture in row.images]
            except RowError as error:
                if bad is None:
                    raise
                bad(number, error)
                continue
            record = lmm_r1_record(row, images) if form == "lmm-r1" else own_record(row, images, out.parent)
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
            written += 1
    return written


class Shelf:
    """A folder of pictures under names that do not clash.

    Args:
        folder: Where they go.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._contents: dict[str, str] = {}

    def put(self, picture: Picture) -> str:
        """Write a picture unless it is there; return its file's name.

        Raises:
            ValueError: If it cannot be read.
        """
        content = picture.encoded()
        told = digest(content)
        suffix = picture.suffix()
        stem = picture.source.stem if isinstance(picture.source, Path) else told
        name = next(n for n in (f"{stem}{suffix}", f"{stem}-{told}{suffix}") if self._contents.get(n, told) == told)
        if name not in self._contents:
            (self._folder / name).write_bytes(content)
            self._contents[name] = told
        return name


def lmm_r1_record(row: Row, images: list[Path]) -> dict[str, Any]:
    """A row as LMM-R1 has it: the message a string, pictures as `file://` addresses, the answer between dollar signs."""
    text = row.prompt
    if row.choices:
        listed = "\n".join(f"({letter(number)}) {choice}" for number, choice in enumerate(row.choices))
        text += f"\nChoices:\n{listed}"
    content = [{"type": "image", "image": path.resolve().as_uri()} for path in images]
    message = [{"role": "user", "content": [*content, {"type": "text", "text": text}]}]
    record: dict[str, Any] = {**row.details, "message": json.dumps(message, ensure_ascii=False)}
    if row.answer is not None:
        record["answer"] = row.answer if "$" in row.answer else f"${row.answer}$"
    if row.response is not None:
        record["response"] = row.response
    return record


def own_record(row: Row, images: list[Path], folder: Path) -> dict[str, Any]:
    """A row of the project's own kind, with pictures relative to the file's folder."""
    record: dict[str, Any] = {"prompt": row.prompt}
    if images:
        record["images"] = [path.relative_to(folder).as_posix() for path in images]
    if row.answer is not None:
        record["answer"] = row.answer
    if row.choices:
        record["choices"] = list(row.choices)
    if row.response is not None:
        record["response"] = row.response
    return record
