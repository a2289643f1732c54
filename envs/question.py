"""Tasks of one question and one answer: the environment behind text math, geometry, perception and data sets.

`QuestionEnv` knows how an answer is read, verified and rewarded. Where questions come from is the matter of its
`Source`: problem families (`envs.procedural`), rows of a data set (`envs.dataset`), another library's generators.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import gymnasium as gym
import numpy as np

from envs.splits import Split
from envs.task import TaskEnv, Verdict, check_options
from rewards import RewardSum, RewardWeights, extract_answer, format_reward, is_correct

#: Details of a generated problem that say what kind it is.
_KINDS = ("family", "level", "modality")
#: Characters of a data set's column that may be the name of a kind, and not a text of its own.
_SHORT = 32


@dataclass(frozen=True, eq=False)
class Question:
    """What a source asks.

    Attributes:
        prompt: All that the model is told, the options and how to answer included.
        answer: The gold answer; with `choices` the letter of the right one.
        content: Equal bytes for questions that are the same, whatever their wording: decides the split.
        images: Pictures, each uint8 [H, W, 3].
        choices: Texts of the options A, B, …; empty for a free answer.
        steps: A worked solution, one step each; empty if none is known.
        details: What `info` tells of the question, such as family and level.
        check: Whether an answer is right, where another library decides that; `None` to compare with `answer`.
    """

    prompt: str
    answer: str
    content: bytes
    images: tuple[np.ndarray, ...] = ()
    choices: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[[str], bool] | None = None


class Source(Protocol):
    """Where questions come from.

    Attributes:
        observation_space: A `Dict` with `prompt`, and `image` for questions of exactly one picture of a fixed size or
            `images` for any number of any size.
        options: Names of the reset options that it understands.
    """

    observation_space: gym.spaces.Dict
    options: tuple[str, ...]

    def question(
        self, rng: np.random.Generator, seed: int | None, options: Mapping[str, Any], split: Split | None
    ) -> Question:
        """The next question.

        Args:
            rng: The only source of chance.
            seed: The seed of this reset, or `None` for a reset without one. Rows of a data set are numbered by it, so
                that consecutive seeds visit every row once.
            options: Reset options, only those of `options`.
            split: The split that the question must belong to.
        """
        ...


class QuestionEnv(TaskEnv):
    """One question from a `Source`, one response, one verdict.

    Args:
        source: Where questions come from.
        format_weight: Weight of the format reward, at least 0.
        rewards: Dotted paths of rewards of your own, `fn(response, env) -> float`, and their weights in the sum.
        render_mode: One of `metadata["render_modes"]` or `None`.
        split: `"train"`, `"heldout"`, or `None` for all.

    Raises:
        ValueError: If an argument is not allowed.
    """

    demonstration_styles: ClassVar[tuple[str, ...]] = ("worked", "direct")

    def __init__(
        self,
        source: Source,
        *,
        format_weight: float = 0.5,
        rewards: Mapping[str, float] | None = None,
        render_mode: str | None = None,
        split: Split | None = None,
    ):
        super().__init__(render_mode=render_mode, split=split)
        if not format_weight >= 0:
            raise ValueError(f"format_weight is {format_weight!r}; expected a number of at least 0")
        self.source = source
        self.rewards = RewardSum(RewardWeights(format=format_weight, accuracy=1.0), rewards or {})
        self.observation_space = source.observation_space
        self._question: Question | None = None
        self._seed: int | None = None

    @property
    def question(self) -> Question:
        """The present question.

        Raises:
            gymnasium.error.ResetNeeded: If there has been no reset yet.
        """
        if self._question is None:
            raise gym.error.ResetNeeded("there is no question yet: call reset() first")
        return self._question

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        self._seed = seed
        return super().reset(seed=seed, options=options)

    def _begin(self, options: dict[str, Any]) -> dict[str, Any]:
        check_options(options, self.source.options, type(self).__name__)
        self._question = question = self.source.question(self.np_random, self._seed, options, self.split)
        hint = {"hint": question.steps[0]} if question.steps else {}
        return {**self._details(), "answer": question.answer, **hint}

    def content(self) -> bytes:
        return self.question.content

    @property
    def size(self) -> int | None:
        """The rows of a data set; `None` for generated problems."""
        return len(self.source) if isinstance(self.source, Sized) else None

    def labels(self) -> dict[str, str]:
        """Family, level and modality of a generated problem; the short columns of a data set's row."""
        details = self.question.details
        kinds = {name: details[name] for name in _KINDS if name in details}
        columns = {name: value for name, value in details.get("columns", {}).items() if len(value) <= _SHORT}
        return {name: str(value) for name, value in {**columns, **kinds}.items()}

    def _observe(self) -> dict[str, Any]:
        question = self.question
        seen: dict[str, Any] = {"prompt": question.prompt}
        shown = self.source.observation_space.spaces
        if "image" in shown:
            seen["image"] = question.images[0].copy()
        elif "images" in shown:
            seen["images"] = tuple(image.copy() for image in question.images)
        return seen

    def frames(self) -> list[np.ndarray]:
        return list(self.question.images)

    def _verify(self, response: str) -> Verdict:
        question = self.question
        answer = extract_answer(response)
        well_formed = float(format_reward(response))
        if question.check is not None:
            correct = answer is not None and question.check(answer)
        else:
            correct = bool(is_correct(answer, question.answer, choices=question.choices))
        return Verdict(
            reward=float(self.rewards.score(well_formed, float(correct), response, self)),
            format_reward=well_formed,
            accuracy_reward=float(correct),
            success=correct,
            score=100.0 * correct,
            details={**self._details(), "answer": answer, "gold": question.answer},
        )

    def _details(self) -> dict[str, Any]:
        """The question's details, as the caller's own: a data set's are nested, and `info` may be changed."""
        return copy.deepcopy(dict(self.question.details))

    def demonstration(self, style: str, rng: np.random.Generator) -> str:
        """The right answer, with the working (`"worked"`) or without any (`"direct"`).

        Raises:
            ValueError: If `style` is neither.
        """
        match style:
            case "worked":
                return respond("; ".join(self.question.steps), self.question.answer)
            case "direct":
                return respond("", self.question.answer)
        raise ValueError(f"style is {style!r}; expected one of {', '.join(self.demonstration_styles)}")

    def random_response(self, rng: np.random.Generator) -> str:
        """A random option, or a random integer from 0 to 99 where there are none."""
        if self.question.choices:
            return respond("", letter(int(rng.integers(len(self.question.choices)))))
        return respond("", str(rng.integers(100)))

    def idle_response(self) -> str:
        """A response whose answer is empty."""
        return respond("", "")


def respond(thought: str, answer: str) -> str:
    """A response of the right form."""
    return f"<think>{thought}</think><answer>{answer}</answer>"


def letter(index: int) -> str:
    """The letter of an option: A for 0."""
    return chr(ord("A") + index)
