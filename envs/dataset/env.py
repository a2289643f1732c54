"""Rows of any data set as tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from envs.dataset.images import MAX_PIXELS
from envs.dataset.opening import open_table
from envs.dataset.order import Order
from envs.dataset.source import MAX_PROMPT, OnError, RowQuestion, RowSource
from envs.question import QuestionEnv
from envs.splits import Split


class DatasetEnv(QuestionEnv):
    """
    ## Description

    A question with a gold answer, with pictures or without, from a data set: a file of yours, a known data set by
    name, or any of the Hugging Face hub. Rows are read when they are shown; a million of them open in a second.

    ## Action Space

    The whole response: `<think>reasoning</think><answer>result</answer>`. Any string is accepted and judged.

    ## Observation Space

    `Dict({"prompt": AnyPromptSpace, "images": PicturesSpace})`: the question, its options if it has any, and how to
    answer; and a tuple of its pictures, each uint8 [H, W, 3], empty for a question without. Both are of any size, so
    `gym.make_vec` in processes needs `vectorization_mode="async", vector_kwargs={"shared_memory": False}`.

    ## Rewards

    `format_weight * format + accuracy`: `format` is 1 if the response obeys the grammar above, `accuracy` is 1 if the
    answer is right (see `rewards.is_correct`): the same number or expression, or the letter of the right option.
    `info` after `step` has `answer` (what was parsed, or `None`), `gold`, `row` and `columns`; `success` means correct,
    `score` is 100 if correct, else 0. A gold answer that cannot be verified is an error of its row, never a reward.

    ## Starting State

    Seed k shows position k of a shuffled order: consecutive seeds visit every row once before any comes again. Seeds
    from 2**31 on, those of held-out evaluation, count from 0 again. A reset without a seed draws a row. `info` after
    `reset` has `row` (its number), `columns` (its other columns, as text), `answer` (the right one), and `hint` (the
    first step of the working) where the data set has one. Option of `reset`: `row`, the number of a row, from 0.

    ## Episode End

    Every episode ends, terminated, after one step.

    ## Arguments

    * `source`: a file (`.jsonl`, `.parquet`, `.csv`, `.json`), a folder, a name from `envs.dataset.CATALOG` such as
      `"gsm8k"`, `"gsm8k@test"` or, read from a local copy, `"mathvista:FOLDER"`; or `"owner/name:config@split"`.
    * `image_roots`: folders besides the data set's own that pictures may lie in.
    * `allow_outside`: whether pictures may be any file of the machine. Otherwise a path that leaves these folders,
      also by a symbolic link, is an error of its row.
    * `max_pixels`: pixels of a picture at most; 33.5 million by default.
    * `max_prompt_chars`: characters of a prompt at most; 32,768 by default.
    * `on_error`: `"raise"` the error of a bad row (file and line are in its message), or `"skip"` the row: it is
      logged, counted in `env.unwrapped.source.skipped`, and the next one is shown instead.
    * `order_seed`: of the shuffled order; `None` for the order of the file.
    * `format_weight`: weight of the format reward, at least 0.
    * `rewards`: rewards of your own, `{"package.module:fn": weight}`; `fn(response, env)` returns a float that goes
      into the sum with its weight.
    * `render_mode`: `"ansi"` (the prompt), `"rgb_array_list"` (the pictures) or `None`.
    * `split`: `"train"` (seven rows in eight, by a hash of question, options and pictures), `"heldout"` (the others),
      or `None` for all. Benchmarks, and parts called test or validation, are held out as a whole.

    Raises:
        ValueError: If an argument is not allowed, the source is unknown or cannot be read, or `split` is `"train"`
            and the source is a test set.
        FileNotFoundError: If the source is a file that is not there.
        HubError: If the source is on the hub and cannot be had.
        ModuleNotFoundError: If the source needs the package `datasets`, and that is not installed.

    ## Registered Ids

    `LMMR1/Dataset-v0`.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "rgb_array_list"], "render_fps": 4}

    def __init__(
        self,
        *,
        source: str | Path,
        image_roots: Sequence[str | Path] = (),
        allow_outside: bool = False,
        max_pixels: int = MAX_PIXELS,
        max_prompt_chars: int = MAX_PROMPT,
        on_error: OnError = "raise",
        order_seed: int | None = 0,
        format_weight: float = 0.5,
        rewards: Mapping[str, float] | None = None,
        render_mode: str | None = None,
        split: Split | None = None,
    ):
        rows = open_table(source, image_roots=image_roots, allow_outside=allow_outside, max_pixels=max_pixels)
        if split == "train" and rows.heldout_only:
            raise ValueError(f"{rows.name} is a test set and has no split 'train'; expected 'heldout' or None")
        questions = RowSource(rows, Order(len(rows), order_seed), on_error, max_prompt_chars)
        super().__init__(questions, format_weight=format_weight, rewards=rewards, render_mode=render_mode, split=split)

    def demonstration(self, style: str, rng: np.random.Generator) -> str:
        """The row's own demonstration (`"worked"`), or the right answer with the row's working if it has none;
        without any working (`"direct"`).

        Raises:
            ValueError: If `style` is neither.
        """
        question = self.question
        if style == "worked" and isinstance(question, RowQuestion) and question.response is not None:
            return question.response
        return super().demonstration(style, rng)
