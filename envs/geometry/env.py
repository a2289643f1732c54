"""Geometry with diagrams, drawn without end, verified exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from envs.geometry.families import FAMILIES
from envs.geometry.figure import Figure
from envs.geometry.modality import MODALITIES, check_modalities
from envs.geometry.problem import GeometryProblem
from envs.geometry.render import render
from envs.pictured import Form, check_form, check_size, picture_space, pose
from envs.problem import pick
from envs.procedural import ProceduralSource
from envs.prompts import IN_PICTURE, NOT_TO_SCALE
from envs.question import Question, QuestionEnv, Source
from envs.sources import open_source
from envs.splits import Split

#: Problems looked through for one whose figure can lend another shape to a figure that is not to scale.
_SIBLINGS = 60


class GeometryEnv(QuestionEnv):
    """
    ## Description

    A problem of plane or solid geometry with its diagram: triangles, circles, parallel lines, polygons, coordinates,
    solids, composite areas. All families are drawn procedurally at three levels, with an exact answer and a worked
    solution. Diagrams are drawn to scale in a style, and mostly at an angle, of the seed's choice.

    ## Action Space

    The whole response: `<think>working</think><answer>result</answer>`. The result is a number such as `12`, `3/4`,
    `5√3` or `25π/4` (LaTeX and decimals that are exact do as well), or a letter where there are options.

    ## Observation Space

    `Dict({"image": uint8 [size, size, 3], "prompt": Text})`; with a data set as source `images`, a tuple of any number
    of pictures of any size, instead of `image`.

    ## Rewards

    `format_weight * format + accuracy`: `format` is 1 if the response obeys the grammar above, `accuracy` is 1 if the
    answer is the right one, however it is written. `info` after `step` has `answer` (what was parsed, or `None`),
    `gold`, `family`, `level`, `modality`, `to_scale`; `success` means correct, `score` is 100 if correct, else 0.

    ## Starting State

    A family and a level drawn uniformly from the allowed ones, then a problem of the split. `info` after `reset` has
    `family`, `level`, `modality`, `to_scale`, `answer` (the right one) and `hint` (the first step of the working).
    Options of `reset`: `family` (any name) and `level` (1 to 3), for this episode only.

    ## Episode End

    Every episode ends, terminated, after one step.

    ## Arguments

    * `source`: `"procedural"`, or a data set such as `"geometry3k"` (see `envs.sources`).
    * `families`: names of families to draw from; all of them by default.
    * `levels`: lowest and highest level, both included, within 1 to 3: one theorem; two steps or roots; several steps.
    * `modality`: what stands in the prompt and what in the picture alone, as in MathVerse: `"text-dominant"`,
      `"text-lite"`, `"vision-intensive"`, `"vision-dominant"` (the default: the measures are in the picture alone) or
      `"vision-only"` (so is the question). Several names: one is drawn for each problem.
    * `form`: `"free"`, or `"choice"` for four options, the wrong ones made by typical mistakes.
    * `to_scale`: with `False` the figure has another shape than the measures say, and the prompt says so; figures with
      coordinate axes stay true.
    * `size`: side of the picture in pixels, 224 to 1024.
    * `format_weight`: weight of the format reward, at least 0.
    * `rewards`: rewards of your own, `{"package.module:fn": weight}`; `fn(response, env)` returns a float that goes
      into the sum with its weight.
    * `render_mode`: `"rgb_array"`, `"rgb_array_list"`, `"human"`, `"ansi"` (the prompt) or `None`.
    * `split`: `"train"`, `"heldout"`, or `None` for all. A problem belongs to a split by its family and numbers.

    Raises:
        ValueError: If an argument is not allowed; for names the message has the nearest one.

    ## Registered Ids

    `LMMR1/Geometry-v0`.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array", "rgb_array_list", "human", "ansi"], "render_fps": 1}

    def __init__(
        self,
        *,
        source: str = "procedural",
        families: Sequence[str] | None = None,
        levels: tuple[int, int] = (1, 3),
        modality: str | Sequence[str] = "vision-dominant",
        form: Form = "free",
        to_scale: bool = True,
        size: int = 336,
        format_weight: float = 0.5,
        rewards: Mapping[str, float] | None = None,
        render_mode: str | None = None,
        split: Split | None = None,
    ):
        poser = Poser(check_modalities(modality), check_form(form), to_scale, check_size(size))
        questions: Source
        if source == "procedural":
            questions = ProceduralSource(FAMILIES, families, levels, poser, picture_space(size))
        else:
            questions = open_source(source, procedural={"families": families})
        super().__init__(questions, format_weight=format_weight, rewards=rewards, render_mode=render_mode, split=split)


@dataclass(frozen=True)
class Poser:
    """Makes a question of a geometry problem.

    Attributes:
        modalities: Names, one of which is drawn for each problem.
        form: Whether there are options.
        to_scale: Whether figures have the shape that their measures say.
        size: Side of the picture in pixels.
    """

    modalities: tuple[str, ...]
    form: Form
    to_scale: bool
    size: int

    def __call__(self, problem: GeometryProblem, rng: np.random.Generator) -> Question:
        name = pick(rng, self.modalities)
        modality = MODALITIES[name]
        figure = problem.figure if self.to_scale else another_shape(problem, rng)
        true = figure is problem.figure
        remark = "" if true else NOT_TO_SCALE

        def draw(caption: str) -> np.ndarray:
            return render(figure, self.size, rng, modality.measures, caption)

        if modality.caption:
            spoken, written = IN_PICTURE, f"{problem.question} {remark}".strip()
        else:
            spoken, written = f"{modality.statement(problem)} {remark}".strip(), ""
        details = {"modality": name, "to_scale": true}
        return pose(problem, spoken, written, draw, self.form, rng, details)


def another_shape(problem: GeometryProblem, rng: np.random.Generator) -> Figure:
    """The problem's figure on the points of another problem of its family: it says the same and looks otherwise.

    Figures with coordinate axes are returned as they are, and so is one for which no other problem was found whose
    figure has the same structure.
    """
    if problem.figure.plane is not None:
        return problem.figure
    structure = problem.figure.structure
    for _ in range(_SIBLINGS):
        other = FAMILIES.make(problem.family, problem.level, rng)
        if other.figure.structure == structure and other.content != problem.content:
            return problem.figure.on_points_of(other.figure)
    return problem.figure
