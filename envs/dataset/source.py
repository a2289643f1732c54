"""Rows as questions: which row is shown when, how it is told, and what happens to bad ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

import gymnasium as gym
import numpy as np

from envs import prompts
from envs.dataset.errors import RowError
from envs.dataset.members import belongs, shared_members
from envs.dataset.order import Order
from envs.dataset.rows import Row, Rows
from envs.question import Question, letter
from envs.spaces import AnyPromptSpace, PicturesSpace
from envs.splits import HELDOUT_OFFSET, Split, in_split
from rewards import check_gold

OnError = Literal["raise", "skip"]

#: Characters of a prompt at most, unless the user says otherwise.
MAX_PROMPT = 2**15
#: Random draws of a row before all are looked through: enough for a split of one row in eight.
DRAWS = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class RowQuestion(Question):
    """A question from a row.

    Attributes:
        response: The row's demonstration, if it has one.
    """

    response: str | None = None


class RowSource:
    """Rows of a data set as questions.

    Position k of the data set's order is shown to `reset(seed=k)`: consecutive seeds visit every row of the split once
    before any comes again, and each pass has an order of its own. Seeds of the held-out range count from 0 again. A
    reset without a seed draws a row. The reset option `row` names a row by its number in the file, from 0.

    Args:
        rows: The data set.
        order: Which row stands at which position; shuffled with seed 0 by default.
        on_error: `"raise"` a bad row's error, or `"skip"` it: the row is logged once, counted in `skipped`, and the
            next one takes its place.
        max_prompt_chars: Characters of a prompt at most; a longer one is a bad row.

    Raises:
        ValueError: If an argument is not allowed.
    """

    options: tuple[str, ...] = ("row",)

    def __init__(
        self,
        rows: Rows,
        order: Order | None = None,
        on_error: OnError = "raise",
        max_prompt_chars: int = MAX_PROMPT,
    ):
        if on_error not in get_args(OnError):
            raise ValueError(f"on_error is {on_error!r}; expected 'raise' or 'skip'")
        if max_prompt_chars < 1:
            raise ValueError(f"max_prompt_chars is {max_prompt_chars!r}; expected at least 1")
        self.rows = rows
        self.order = order or Order(len(rows))
        self.on_error = on_error
        self.max_prompt_chars = max_prompt_chars
        prompt = AnyPromptSpace(max_prompt_chars, min_length=1)
        self.observation_space = gym.spaces.Dict({"prompt": prompt, "images": PicturesSpace()})

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def skipped(self) -> dict[int, str]:
        """What is wrong with the rows of this data set that were passed over in this process, by their number."""
        return self.rows.skipped

    def shard(self, rank: int, world_size: int) -> RowSource:
        """The source of one of several processes, which together visit every row of the split once an epoch.

        Raises:
            ValueError: If this is a share already, or `rank` is outside [0, world_size).
        """
        return RowSource(self.rows, self.order.shard(rank, world_size), self.on_error, self.max_prompt_chars)

    def question(
        self, rng: np.random.Generator, seed: int | None, options: Mapping[str, Any], split: Split | None
    ) -> RowQuestion:
        """The question of a seed, or a random one. See `envs.question.Source`.

        Raises:
            RowError: If the row is bad, and `on_error` is `"raise"` or the row was named.
            ValueError: If there is no row of the split, it is for training and the data set is a test set, or the
                named row does not exist or is of another split.
        """
        if split == "train" and self.rows.heldout_only:
            raise ValueError(f"{self.rows.name} is a test set and has no split 'train'; expected 'heldout' or None")
        if "row" in options:
            return self.at(self._named(options["row"], split))
        for number in self._candidates(rng, seed, split):
            try:
                return self.at(number)
            except RowError as error:
                self._bad(number, error)
        raise ValueError(f"{self.rows.name} has no good row in split {split!r}: {len(self.skipped)} were skipped")

    def at(self, number: int) -> RowQuestion:
        """The question of a row, whatever its split.

        Raises:
            RowError: If the row, its gold answer or a picture of it is bad.
        """
        row = self.rows[number]
        return RowQuestion(
            prompt=self._prompt(row),
            answer=row.answer or "",
            content=row.content,
            images=row.load_images(),
            choices=row.choices,
            steps=row.steps,
            details={"row": number, "columns": dict(row.details)},
            response=row.response,
        )

    def validate(self) -> dict[int, str]:
        """Look at every row, gold answer and picture; what is wrong with each bad row, by its number."""
        problems = {}
        for number in range(len(self.rows)):
            try:
                self.at(number)
            except RowError as error:
                problems[number] = str(error)
        return problems

    def _prompt(self, row: Row) -> str:
        if problem := gold_problem(row.answer or "", row.choices):
            raise RowError(f"{row.where}: {problem}")
        prompt = told(row)
        if len(prompt) > self.max_prompt_chars:
            raise RowError(
                f"{row.where}: the prompt has {len(prompt):,} characters; max_prompt_chars is {self.max_prompt_chars:,}"
            )
        return prompt

    # -- which row ------------------------------------------------------------------------------------------------

    def _candidates(self, rng: np.random.Generator, seed: int | None, split: Split | None) -> Iterator[int]:
        """The row to show, then those that take its place if it is bad."""
        start = 0 if seed is None else seed % HELDOUT_OFFSET
        if seed is None:
            draws = (int(rng.integers(len(self.rows))) for _ in range(DRAWS))
            yield from (number for number in draws if belongs(self.rows, number, split, self._bad))
        for position in range(start, start + len(self.rows)):
            yield self._row(position, split)

    def _row(self, position: int, split: Split | None) -> int:
        if split is None or self.rows.heldout_only:
            return self.order[position]
        members = shared_members(self.rows, self.order, split)
        return members.at(position * self.order.world_size + self.order.rank, self._bad)

    def _named(self, number: Any, split: Split | None) -> int:
        last = len(self.rows) - 1
        if not isinstance(number, int | np.integer) or isinstance(number, bool) or not 0 <= number <= last:
            raise ValueError(f"reset option row is {number!r}; {self.rows.name} has rows 0 to {last}")
        if split and not self.rows.heldout_only and not in_split(self.rows.content(int(number)), split):
            raise ValueError(
                f"row {number} of {self.rows.name} is not in split {split!r}; name another, or use split=None"
            )
        return int(number)

    def _bad(self, number: int, error: RowError) -> None:
        """Pass a bad row over, or raise its error."""
        if self.on_error == "raise":
            raise error
        if number not in self.skipped:
            self.skipped[number] = str(error)
            _log.warning("skipped a bad row (%d so far): %s", len(self.skipped), error)


def told(row: Row) -> str:
    """All that a model is told of a row: the question, the options, and how to answer."""
    if not row.choices:
        return prompts.DATASET.format(problem=row.prompt)
    options = (prompts.DATASET_OPTION.format(letter=letter(i), text=text) for i, text in enumerate(row.choices))
    return prompts.DATASET_CHOICES.format(problem=row.prompt, options="\n".join(options))


@lru_cache(maxsize=2**16)
def gold_problem(gold: str, choices: tuple[str, ...] = ()) -> str | None:
    """Why a gold answer cannot be used; `None` if it can."""
    try:
        check_gold(gold, choices=choices)
    except ValueError as error:
        return str(error)
    return None
