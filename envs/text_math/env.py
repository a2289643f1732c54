"""Short mathematical problems in words, drawn without end, verified exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from envs.problem import Problem
from envs.procedural import ProceduralSource
from envs.prompts import TEXT_MATH
from envs.question import Question, QuestionEnv, Source
from envs.sources import open_source
from envs.splits import Split
from envs.task import text_space
from envs.text_math.families import FAMILIES


class TextMathEnv(QuestionEnv):
    """
    ## Description

    A short question with one exact answer. 82 families, each at five levels, are drawn procedurally: arithmetic,
    fractions, percentages, equations and systems, quadratics, inequalities, sequences and series, lists, divisors and
    remainders, bases, combinatorics, probability, expected values, functions, powers and logarithms, word problems,
    units, motion, circuits, mixtures, decay. A higher level means larger numbers and a longer solution. The working of
    every problem is known and written as a tutor would, one easy operation a step (`47 + 30 = 77; 77 + 8 = 85`).

    ## Action Space

    The whole response: `<think>working</think><answer>result</answer>`. The result is an integer or a fraction;
    in the family `quadratic_surd` a root stays as it is, as in `2+3\\sqrt{5}`. Any string is accepted and judged.

    ## Observation Space

    `Dict({"prompt": Text})`: the question and, on the last line, how to answer. There is no image.

    ## Rewards

    `format_weight * format + accuracy`: `format` is 1 if the response obeys the grammar above, `accuracy` is 1 if the
    answer equals the known one exactly (`0.5` and `2/4` equal `1/2`); answers to a task of reasoning-gym are right if
    the package scores them with 1. `info` after `step` has `answer` (what was parsed, or `None`), `gold`, `family`,
    `level`; `success` means correct, `score` is 100 if correct, else 0.

    ## Starting State

    A family and a level drawn uniformly from the allowed ones, then a problem of the split. `info` after `reset` has
    `family`, `level`, `answer` (the right one) and `hint` (the first step of the working).
    Options of `reset`: `family` (any name) and `level` (1 to 5), for this episode only.

    ## Episode End

    Every episode ends, terminated, after one step.

    ## Arguments

    * `source`: `"procedural"`, or where else questions come from: `"reasoning_gym:TASK"`, or a data set as
      `LMMR1/Dataset-v0` takes it (see `envs.sources`).
    * `families`: names of families to draw from; all of them by default.
    * `levels`: lowest and highest level, both included, within 1 to 5. In the elementary families (`addition` to
      `unit_conversion`) levels 1 and 2 have operands of one or two digits, level 3 of up to three, level 5 of up to
      five, and results below zero occur at levels 4 and 5 only.
    * `format_weight`: weight of the format reward, at least 0.
    * `rewards`: rewards of your own, `{"package.module:fn": weight}`; `fn(response, env)` returns a float that goes
      into the sum with its weight.
    * `render_mode`: `"ansi"` (the prompt) or `None`.
    * `split`: `"train"`, `"heldout"`, or `None` for all. A problem belongs to a split by its family and numbers, so
      neither another wording nor another order of the same numbers carries it across.

    Raises:
        ValueError: If a family is unknown (the message names the nearest), `families` is empty or a bare string,
            `levels` is not an ascending pair within 1 to 5, or `format_weight`, `render_mode` or `split` is not
            allowed.

    ## Registered Ids

    `LMMR1/TextMath-v0`.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 4}

    def __init__(
        self,
        *,
        source: str = "procedural",
        families: Sequence[str] | None = None,
        levels: tuple[int, int] = (1, 3),
        format_weight: float = 0.5,
        rewards: Mapping[str, float] | None = None,
        render_mode: str | None = None,
        split: Split | None = None,
    ):
        space = gym.spaces.Dict({"prompt": text_space()})
        questions: Source
        if source == "procedural":
            questions = ProceduralSource(FAMILIES, families, levels, _pose, space)
        else:
            questions = open_source(source, procedural={"families": families})
        super().__init__(questions, format_weight=format_weight, rewards=rewards, render_mode=render_mode, split=split)


def _pose(problem: Problem, rng: np.random.Generator) -> Question:
    return Question(
        prompt=TEXT_MATH.format(problem=problem.question),
        answer=problem.answer,
        content=problem.content,
        steps=problem.steps,
        details={"family": problem.family, "level": problem.level},
    )
