"""What questions about a picture have in common: forms, sizes, the space, and the way from problem to question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

import gymnasium as gym
import numpy as np

from envs.choices import draw_choices
from envs.problem import Problem
from envs.prompts import OPTION_LETTER, OPTIONS, PICTURE_QUESTION
from envs.question import Question, letter
from envs.task import text_space

Form = Literal["free", "choice"]

#: Smallest and largest side of a picture, in pixels.
SIZES = (224, 1024)


def check_form(form: str) -> Form:
    """Return `form` if it is one, else raise.

    Raises:
        ValueError: If it is neither `"free"` nor `"choice"`.
    """
    if form not in get_args(Form):
        raise ValueError(f"form is {form!r}; expected 'free' or 'choice'")
    return form  # type: ignore[return-value]


def check_size(size: int) -> int:
    """Return `size` if a picture can have it, else raise.

    Raises:
        ValueError: If it is not an integer from 224 to 1024.
    """
    if not isinstance(size, int) or isinstance(size, bool) or not SIZES[0] <= size <= SIZES[1]:
        raise ValueError(f"size is {size!r}; expected an integer from {SIZES[0]} to {SIZES[1]} (pixels)")
    return size


def picture_space(size: int) -> gym.spaces.Dict:
    """The space of a square picture and a prompt."""
    return gym.spaces.Dict({"image": gym.spaces.Box(0, 255, (size, size, 3), np.uint8), "prompt": text_space()})


def pose(
    problem: Problem,
    spoken: str,
    written: str,
    draw: Callable[[str], np.ndarray],
    form: Form,
    rng: np.random.Generator,
    details: Mapping[str, Any],
) -> Question:
    """A question about a picture.

    Args:
        problem: What is asked.
        spoken: The text of the prompt, without options and the way to answer.
        written: The text that stands in the picture; options are written there too if there is any.
        draw: Draws the picture with a text below it, uint8 [H, W, 3].
        form: Whether there are options.
        rng: Draws the options' order.
        details: What `info` tells besides family and level.
    """
    answer, steps = problem.answer, problem.steps
    texts: tuple[str, ...] = ()
    if form == "choice":
        choices = draw_choices(problem, rng)
        answer, texts = choices.letter, choices.texts
        steps = (*steps, f"that is option {answer}")
        listed = OPTIONS.format(options=", ".join(f"{letter(i)}) {text}" for i, text in enumerate(texts)))
        if written:
            written, spoken = f"{written} {listed}", f"{spoken} {OPTION_LETTER}"
        else:
            spoken = f"{spoken}\n{listed} {OPTION_LETTER}"
    return Question(
        prompt=PICTURE_QUESTION.format(problem=spoken),
        answer=answer,
        content=problem.content,
        images=(draw(written),),
        choices=texts,
        steps=steps,
        details={"family": problem.family, "level": problem.level, **details},
    )
