"""Short mathematical problems in words, drawn without end, verified exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from envs.prompts import TEXT_MATH
from envs.splits import Split, in_split
from envs.task import TaskEnv, Verdict, check_options, text_space
from envs.text_math.families import FAMILIES, check_family, check_level, make_problem
from envs.text_math.problem import Problem
from rewards import RewardWeights, extract_answer, format_reward, is_correct

#: Draws before giving up on a split. One problem in eight is held out, so only a family far too small gets here.
MAX_DRAWS = 10_000


class TextMathEnv(TaskEnv):
    """
    ## Description

    A short question with one exact answer: arithmetic, fractions, equations, divisors, sequences, lists, word problems.
    Thirty families, each at five levels, are drawn procedurally. The working of every problem is known and written as
    a tutor would, one easy operation a step (`47 + 30 = 77; 77 + 8 = 85`).

    ## Action Space

    The whole response: `<think>working</think><answer>result</answer>`. The result is an integer or a fraction.
    Any string is accepted and judged.

    ## Observation Space

    `Dict({"prompt": Text})`: the question and, on a second line, how to answer. There is no image.

    ## Rewards

    `format_weight * format + accuracy`: `format` is 1 if the response obeys the grammar above, `accuracy` is 1 if the
    answer equals the known one exactly (`0.5` and `2/4` equal `1/2`). `info` after `step` has `answer` (what was
    parsed, or `None`), `gold`, `family`, `level`; `success` means correct, `score` is 100 if correct, else 0.

    ## Starting State

    A family and a level drawn uniformly from the allowed ones, then a problem of the split. `info` after `reset` has
    `family`, `level`, `answer` (the right one) and `hint` (the first step of the working).
    Options of `reset`: `family` (any name) and `level` (1 to 5), for this episode only.

    ## Episode End

    Every episode ends, terminated, after one step.

    ## Arguments

    * `families`: names of families to draw from; all of them by default.
    * `levels`: lowest and highest level, both included, within 1 to 5. Levels 1 and 2 have operands of one or two
      digits, level 3 of up to three, level 5 of up to five. Results below zero occur at levels 4 and 5 only.
    * `format_weight`: weight of the format reward, at least 0.
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
    demonstration_styles: ClassVar[tuple[str, ...]] = ("worked", "direct")

    def __init__(
        self,
        *,
        families: Sequence[str] | None = None,
        levels: tuple[int, int] = (1, 3),
        format_weight: float = 0.5,
        render_mode: str | None = None,
        split: Split | None = None,
    ):
        super().__init__(render_mode=render_mode, split=split)
        self.families = _check_families(families)
        self.levels = _check_levels(levels)
        if not format_weight >= 0:
            raise ValueError(f"format_weight is {format_weight!r}; expected a number of at least 0")
        self.weights = RewardWeights(format=format_weight, accuracy=1.0)
        self.observation_space = gym.spaces.Dict({"prompt": text_space()})
        self._problem: Problem | None = None

    @property
    def problem(self) -> Problem:
        """The present problem.

        Raises:
            gymnasium.error.ResetNeeded: If there has been no reset yet.
        """
        if self._problem is None:
            raise gym.error.ResetNeeded("there is no problem yet: call reset() first")
        return self._problem

    def _begin(self, options: dict[str, Any]) -> dict[str, Any]:
        check_options(options, ("family", "level"), type(self).__name__)
        # Drawn even when an option overrides them: the problem of a seed does not hang on how it was asked for.
        family = self.families[int(self.np_random.integers(len(self.families)))]
        level = int(self.np_random.integers(self.levels[0], self.levels[1] + 1))
        self._problem = self._draw(options.get("family", family), options.get("level", level))
        return {
            "family": self._problem.family,
            "level": self._problem.level,
            "answer": self._problem.answer,
            "hint": self._problem.steps[0],
        }

    def _draw(self, family: str, level: int) -> Problem:
        for _ in range(MAX_DRAWS):
            problem = make_problem(family, level, self.np_random)
            if in_split(problem.content, self.split):
                return problem
        raise RuntimeError(f"{MAX_DRAWS} problems of {family} at level {level}, and none in split {self.split!r}")

    def content(self) -> bytes:
        return self.problem.content

    def _observe(self) -> dict[str, Any]:
        return {"prompt": TEXT_MATH.format(problem=self.problem.question)}

    def _verify(self, response: str) -> Verdict:
        problem = self.problem
        answer = extract_answer(response)
        well_formed = float(format_reward(response))
        correct = bool(is_correct(answer, problem.answer))
        return Verdict(
            reward=float(self.weights.combine(well_formed, float(correct))),
            format_reward=well_formed,
            accuracy_reward=float(correct),
            success=correct,
            score=100.0 * correct,
            details={"answer": answer, "gold": problem.answer, "family": problem.family, "level": problem.level},
        )

    def demonstration(self, style: str, rng: np.random.Generator) -> str:
        """The right answer, with the working (`"worked"`) or without any (`"direct"`).

        Raises:
            ValueError: If `style` is neither.
        """
        match style:
            case "worked":
                return _response("; ".join(self.problem.steps), self.problem.answer)
            case "direct":
                return _response("", self.problem.answer)
        raise ValueError(f"style is {style!r}; expected one of {', '.join(self.demonstration_styles)}")

    def random_response(self, rng: np.random.Generator) -> str:
        """A response whose answer is a random integer from 0 to 99."""
        return _response("", str(rng.integers(100)))

    def idle_response(self) -> str:
        """A response whose answer is empty."""
        return _response("", "")


def _response(thought: str, answer: str) -> str:
    return f"<think>{thought}</think><answer>{answer}</answer>"


def _check_families(families: Sequence[str] | None) -> tuple[str, ...]:
    if families is None:
        return tuple(FAMILIES)
    if isinstance(families, str) or not families:
        raise ValueError(f"families is {families!r}; expected a non-empty sequence of names, or None for all")
    return tuple(check_family(name) for name in families)


def _check_levels(levels: tuple[int, int]) -> tuple[int, int]:
    try:
        low, high = levels
    except (TypeError, ValueError):
        raise ValueError(f"levels is {levels!r}; expected a pair (lowest, highest) within 1 to 5") from None
    if check_level(low) > check_level(high):
        raise ValueError(f"levels is {levels!r}; expected the lowest first")
    return int(low), int(high)
