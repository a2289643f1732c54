"""Questions that need a picture read: charts, tables, clocks, scenes, forms; drawn without end, verified exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from envs.drawing import Canvas, draw_look
from envs.percereason.families import FAMILIES
from envs.percereason.problem import PictureProblem
from envs.pictured import Form, check_form, check_size, picture_space, pose
from envs.procedural import ProceduralSource
from envs.question import Question, QuestionEnv, Source
from envs.sources import open_source
from envs.splits import Split


class PerceReasonEnv(QuestionEnv):
    """
    ## Description

    A picture and a question of one to three reasoning steps about it: bar, line and pie charts, scatter plots,
    histograms, tables, maps, function plots, clocks, rulers, coloured shapes, icon sums, trees and graphs, receipts,
    insurance claims and more. The facts stand in the picture alone; the answer is one number or one word.

    ## Action Space

    The whole response: `<think>working</think><answer>result</answer>`. The result is a number, a word that the
    picture shows, or a letter where there are options. Any string is accepted and judged.

    ## Observation Space

    `Dict({"image": uint8 [size, size, 3], "prompt": Text})`; with a data set as source `images`, a tuple of any number
    of pictures of any size, instead of `image`.

    ## Rewards

    `format_weight * format + accuracy`: `format` is 1 if the response obeys the grammar above, `accuracy` is 1 if the
    answer is the right one. `info` after `step` has `answer` (what was parsed, or `None`), `gold`, `family`, `level`;
    `success` means correct, `score` is 100 if correct, else 0.

    ## Starting State

    A family and a level drawn uniformly from the allowed ones, then a problem of the split. `info` after `reset` has
    `family`, `level`, `answer` (the right one) and `hint` (the first step of the working).
    Options of `reset`: `family` (any name) and `level` (1 to 3), for this episode only.

    ## Episode End

    Every episode ends, terminated, after one step.

    ## Arguments

    * `source`: `"procedural"`, or a data set such as `"vermulti"` (see `envs.sources`).
    * `families`: names of families to draw from; all of them by default.
    * `levels`: lowest and highest number of reasoning steps, both included, within 1 to 3.
    * `form`: `"free"`, or `"choice"` for up to four options, the wrong ones made by typical mistakes.
    * `size`: side of the picture in pixels, 224 to 1024.
    * `format_weight`: weight of the format reward, at least 0.
    * `rewards`: rewards of your own, `{"package.module:fn": weight}`; `fn(response, env)` returns a float that goes
      into the sum with its weight.
    * `render_mode`: `"rgb_array"`, `"rgb_array_list"`, `"human"`, `"ansi"` (the prompt) or `None`.
    * `split`: `"train"`, `"heldout"`, or `None` for all. A problem belongs to a split by the facts of its picture and
      its answer.

    Raises:
        ValueError: If an argument is not allowed; for names the message has the nearest one.

    ## Registered Ids

    `LMMR1/PerceReason-v0`.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array", "rgb_array_list", "human", "ansi"], "render_fps": 1}

    def __init__(
        self,
        *,
        source: str = "procedural",
        families: Sequence[str] | None = None,
        levels: tuple[int, int] = (1, 3),
        form: Form = "free",
        size: int = 336,
        format_weight: float = 0.5,
        rewards: Mapping[str, float] | None = None,
        render_mode: str | None = None,
        split: Split | None = None,
    ):
        poser = Poser(check_form(form), check_size(size))
        questions: Source
        if source == "procedural":
            questions = ProceduralSource(FAMILIES, families, levels, poser, picture_space(size))
        else:
            questions = open_source(source, procedural={"families": families})
        super().__init__(questions, format_weight=format_weight, rewards=rewards, render_mode=render_mode, split=split)


@dataclass(frozen=True)
class Poser:
    """Makes a question of a problem about a picture.

    Attributes:
        form: Whether there are options.
        size: Side of the picture in pixels.
    """

    form: Form
    size: int

    def __call__(self, problem: PictureProblem, rng: np.random.Generator) -> Question:
        return pose(problem, problem.question, "", lambda _: draw_picture(problem, self.size, rng), self.form, rng, {})


def draw_picture(problem: PictureProblem, size: int, rng: np.random.Generator) -> np.ndarray:
    """The picture of a problem in a style of the generator's choice, uint8 [size, size, 3]."""
    look = draw_look(rng, size)
    canvas = Canvas(size, size, look.paper)
    assert problem.picture is not None, f"a problem of {problem.family} has no picture"
    problem.picture.draw(canvas, look, rng)
    return canvas.image()
