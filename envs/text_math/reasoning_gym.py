"""The generators of the package reasoning-gym as a source of questions.

The package writes the questions and scores the answers; this module gives each question a place in a split and keeps
the scoring, which reads what a model wrote, in a process of its own (`envs.text_math.guarded`).
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np

from envs.prompts import TEXT_MATH
from envs.question import Question
from envs.spaces import AnyPromptSpace
from envs.splits import Split, in_split
from envs.text_math.guarded import GuardedScorer

#: The longest prompt; the few questions that are longer are drawn again.
MAX_PROMPT_CHARS = 32_768
#: Draws before giving up on a split.
MAX_DRAWS = 1_000
#: One more than the largest number of a question: the items of a task are numbered from 0.
ITEMS = 2**31 - 1

#: Asks for the other tasks to be mixed, by a configuration that a name cannot carry.
_NOT_A_TASK = frozenset({"composite"})
#: Tasks that draw from their seed as soon as they are made, once for every item: they are made anew for each question.
_DRAWN_WHEN_MADE = frozenset({"acre", "gsm_symbolic", "list_functions", "word_ladder"})
#: Where a task without one right answer keeps an example of one.
_EXAMPLES = ("example_answer", "example_correct_answer", "possible_answer")


class ReasoningGymSource:
    """Questions of one task of reasoning-gym, with the package's own settings.

    An answer is right if the package scores it with 1. What it gives partial credit for is wrong, and so is what it
    cannot score within five seconds. Questions come without a worked solution. A task may have many right answers, and
    then `answer` is an example, or `""` where the package knows none (`boxnet`, `rush_hour`).

    Args:
        task: Name of the task, such as `"lcm"`.

    Raises:
        ModuleNotFoundError: If the package is not installed.
        ValueError: If it has no such task; the message names the nearest.
    """

    options: tuple[str, ...] = ()

    def __init__(self, task: str):
        self.task = _check_task(task)
        self.observation_space = gym.spaces.Dict({"prompt": AnyPromptSpace(MAX_PROMPT_CHARS, min_length=1)})
        self._items = None if task in _DRAWN_WHEN_MADE else _create(task, seed=0, size=ITEMS)
        self._scorer = GuardedScorer(task)

    def question(
        self, rng: np.random.Generator, seed: int | None, options: Mapping[str, Any], split: Split | None
    ) -> Question:
        """A question drawn uniformly from the task's items.

        Raises:
            RuntimeError: If there is none for the split among `MAX_DRAWS`.
        """
        for _ in range(MAX_DRAWS):
            item = self._item(int(rng.integers(ITEMS)))
            prompt = TEXT_MATH.format(problem=item["question"])
            content = f"reasoning_gym:{self.task}:{item['question']}".encode("utf-8", "surrogatepass")
            if len(prompt) <= MAX_PROMPT_CHARS and in_split(content, split):
                return Question(
                    prompt=prompt,
                    answer=_answer(item),
                    content=content,
                    details={"family": self.task},
                    check=partial(self._scorer.is_correct, item=item),
                )
        raise RuntimeError(f"{MAX_DRAWS} questions of reasoning_gym:{self.task}, and none for split {split!r}")

    def _item(self, index: int) -> dict[str, Any]:
        return self._items[index] if self._items is not None else _create(self.task, seed=index, size=1)[0]


def _check_task(task: str) -> str:
    tasks = sorted(set(_package().factory.DATASETS) - _NOT_A_TASK)
    if task not in tasks:
        near = difflib.get_close_matches(str(task), tasks, n=1, cutoff=0.0)[0]
        raise ValueError(
            f"reasoning_gym has no task {task!r}; did you mean 'reasoning_gym:{near}'? There are {', '.join(tasks)}"
        )
    return task


def _create(task: str, seed: int, size: int) -> Any:
    return _package().create_dataset(task, seed=seed, size=size)


def _package() -> Any:
    try:
        import reasoning_gym
        import reasoning_gym.factory
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"source='reasoning_gym:...' needs the package {error.name!r}, which is not installed: "
            'pip install -e ".[reasoning-gym]"',
            name=error.name,
        ) from error
    return reasoning_gym


def _answer(item: Mapping[str, Any]) -> str:
    """The right answer, or an example of one, or `""`."""
    metadata = item.get("metadata", {})
    known = [item["answer"], *(metadata.get(key) for key in _EXAMPLES)]
    answer = next((one for one in known if one is not None), "")
    return answer if isinstance(answer, str) else json.dumps(answer)
