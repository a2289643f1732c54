"""A row: one task of a data set, in one form wherever it came from.

A `Table` holds records as some file has them, a `Layout` says what a record's columns mean, and `Rows` puts both together
and checks every row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from envs.dataset.errors import RowError
from envs.dataset.images import Picture, PictureFolder, identity

#: Options of a question at most: the letters that an answer is read for.
MAX_CHOICES = 8

_UNPRINTABLE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass
class Fields:
    """A record in the project's own terms, not checked yet.

    Attributes:
        prompt: The question, without its options.
        answer: The gold answer: free, or with `choices` a letter or the text of an option.
        images: References to pictures, as `PictureFolder.refer` takes them.
        choices: Texts of the options.
        response: A demonstration.
        steps: A worked solution, one step each.
        details: Further columns, such as a category.
    """

    prompt: Any
    answer: Any = None
    images: Any = ()
    choices: Any = ()
    response: Any = None
    steps: Sequence[str] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    def content(self) -> bytes:
        """Equal for rows that ask the same: the words of question and options, and which pictures they are about."""
        words = " ".join(str(self.prompt).split())
        parts = [words, *(str(choice).strip() for choice in self.choices), "", *map(identity, self.images)]
        return "\0".join(parts).encode("utf-8", "surrogatepass")


class Table(Protocol):
    """Records by number."""

    def __len__(self) -> int: ...

    def record(self, index: int) -> Mapping[str, Any]:
        """The record of a row.

        Raises:
            ValueError: If it cannot be read.
        """
        ...

    def where(self, index: int) -> str:
        """File and line, or data set and row number, for messages."""
        ...


#: From a record to its fields; a `ValueError` if columns are missing or not as expected.
Layout = Callable[[Mapping[str, Any]], Fields]


@dataclass(frozen=True, eq=False)
class Row:
    """One task.

    Attributes:
        prompt: The question, without its options and without a word on how to answer.
        images: Its pictures, not loaded yet.
        answer: The gold answer, with `choices` a letter; `None` if the row has none.
        choices: Texts of the options A, B, …; empty for a free answer.
        response: A demonstration, if the row has one.
        steps: A worked solution, one step each; empty if the row has none.
        details: Further columns as text.
        content: Equal for rows that ask the same; decides the split.
        where: File and line, or data set and row number.
    """

    prompt: str
    images: tuple[Picture, ...]
    answer: str | None
    choices: tuple[str, ...]
    response: str | None
    steps: tuple[str, ...]
    details: Mapping[str, str]
    content: bytes
    where: str

    def load_images(self) -> tuple[np.ndarray, ...]:
        """The pictures, each uint8 [H, W, 3].

        Raises:
            RowError: If one cannot be read or is too large.
        """
        try:
            return tuple(picture.load() for picture in self.images)
        except ValueError as error:
            raise RowError(f"{self.where}: {error}") from error


class Rows:
    """The rows of a data set by number, read when they are asked for.

    Args:
        name: What the user called the data set.
        table: Its records.
        layout: What their columns mean.
        pictures: What their pictures may be.
        heldout_only: Whether it is a test set, whose rows must not be trained on.
        need: Fields that every row must have.
    """

    def __init__(
        self,
        name: str,
        table: Table,
        layout: Layout,
        pictures: PictureFolder,
        heldout_only: bool = False,
        need: Sequence[str] = ("prompt", "answer"),
    ):
        self.name = name
        self.heldout_only = heldout_only
        #: What is wrong with the rows that were passed over, by their number (see `RowSource`).
        self.skipped: dict[int, str] = {}
        self._table = table
        self._layout = layout
        self._pictures = pictures
        self._need = tuple(need)

    def __len__(self) -> int:
        return len(self._table)

    def __iter__(self) -> Iterator[Row]:
        return (self[index] for index in range(len(self)))

    def where(self, index: int) -> str:
        """File and line, or data set and row number."""
        return self._table.where(index)

    def __getitem__(self, index: int) -> Row:
        """The row of a number.

        Raises:
            RowError: If it is malformed.
            IndexError: If there is no such row.
        """
        try:
            return self._checked(self._fields(index), self.where(index))
        except RowError:
            raise
        except ValueError as error:
            raise RowError(f"{self.where(index)}: {error}") from error

    def content(self, index: int) -> bytes:
        """`Row.content` of a row, without a look at its pictures.

        Raises:
            RowError: If the row is malformed.
        """
        try:
            return self._fields(index).content()
        except ValueError as error:
            raise RowError(f"{self.where(index)}: {error}") from error

    def _fields(self, index: int) -> Fields:
        if not 0 <= index < len(self):
            raise IndexError(f"row {index} of {self.name}; it has rows 0 to {len(self) - 1}")
        record = self._table.record(index)
        fields = self._layout(record)
        for key in self._need:
            if getattr(fields, key) is None:
                raise ValueError(f"the row has no {key!r}; it has {', '.join(map(repr, record)) or 'nothing'}")
        return fields

    def _checked(self, fields: Fields, where: str) -> Row:
        choices = _choices(fields.choices)
        answer = _text("answer", fields.answer)
        return Row(
            prompt=_text("prompt", fields.prompt) or "",
            images=tuple(self._pictures.refer(image) for image in fields.images),
            answer=_letter(answer, choices) if choices and answer is not None else answer,
            choices=choices,
            response=_text("response", fields.response),
            steps=tuple(_printable(step) for step in fields.steps if step.strip()),
            details=_details(fields.details),
            content=fields.content(),
            where=where,
        )


def _text(key: str, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{key!r} is a {type(value).__name__}; expected a string")
    if bad := _UNPRINTABLE.search(value):
        raise ValueError(f"{key!r} has the character {bad[0]!r}, which is not text")
    if key != "response" and not value.strip():
        raise ValueError(f"{key!r} is empty")
    return value


def _printable(text: str) -> str:
    """A text that nobody answers by, with a question mark for what is not a character."""
    return text.encode("utf-8", "replace").decode()


def _details(columns: Mapping[str, Any]) -> dict[str, str]:
    """Columns as text, so that those of different rows batch; lists and structs as JSON, without what is binary."""
    told = {}
    for key, value in columns.items():
        try:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError):
            continue
        if value is not None:
            told[key] = _printable(text)
    return told


def _choices(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"'choices' is {value!r:.80}; expected a list of strings")
    if len(value) == 1 or len(value) > MAX_CHOICES:
        raise ValueError(f"'choices' has {len(value)} options; expected 2 to {MAX_CHOICES}, or none for a free answer")
    for item in value:
        _text("choices", item)
    return tuple(value)


def _letter(answer: str, choices: tuple[str, ...]) -> str:
    """The letter of the right option, which an answer gives by letter or by text."""
    letters = [chr(ord("A") + number) for number in range(len(choices))]
    if answer.strip("() .").upper() in letters:
        return answer.strip("() .").upper()
    texts = [choice.strip() for choice in choices]
    if answer.strip() in texts:
        return letters[texts.index(answer.strip())]
    raise ValueError(f"'answer' is {answer!r:.80}; expected a letter A to {letters[-1]} or the text of an option")
