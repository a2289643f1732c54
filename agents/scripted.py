"""Policies without a model: they read the task itself. Floors and ceilings for every evaluation, and teachers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

import numpy as np

from agents.policy import Completion, Prompt, SamplingConfig

Respond = Callable[[Prompt, np.random.Generator], str]

SCRIPTS: dict[str, Respond] = {
    "idle": lambda prompt, rng: prompt.task.idle_response(),
    "random": lambda prompt, rng: prompt.task.random_response(rng),
    "solver": lambda prompt, rng: prompt.task.solution(),
}


class ScriptedPolicy:
    """A policy that answers by rule.

    Args:
        name: "idle" (does nothing), "random" (well-formed, blind to the task) or "solver" (the task's own solution; of
            football what its rule-based attacker does).
        seed: Seed of the random numbers; a `SamplingConfig.seed` takes precedence for its call.

    Raises:
        ValueError: If there is no such script.
    """

    def __init__(self, name: str, seed: int = 0):
        if name not in SCRIPTS:
            near = get_close_matches(name, SCRIPTS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(SCRIPTS)}"
            raise ValueError(f"there is no scripted policy {name!r}; {hint}")
        self.name = name
        self._respond = SCRIPTS[name]
        self._rng = np.random.default_rng(seed)

    def generate(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        rng = self._rng if sampling.seed is None else np.random.default_rng(sampling.seed)
        return [self._complete(prompt, rng) for prompt in prompts]

    def _complete(self, prompt: Prompt, rng: np.random.Generator) -> Completion:
        try:
            return Completion(text=self._respond(prompt, rng))
        except ValueError as error:  # the task's own solver gave up
            return Completion(text="", stop_reason="error", error=str(error))
