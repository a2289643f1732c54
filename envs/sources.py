"""From the `source=` of an environment to a source of questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envs.question import Source

REASONING_GYM = "reasoning_gym:"


def open_source(name: str, procedural: Mapping[str, Any]) -> Source:
    """The source of a name other than `"procedural"`.

    Args:
        name: `"reasoning_gym:TASK"` for the generators of the package reasoning-gym, anything else is a data set as
            `envs.dataset` takes it: a name from its table, a file, or a data set of the Hugging Face hub.
        procedural: Arguments that only procedural questions have; all must be `None`.

    Raises:
        ValueError: If one of them is given, or the name is unknown.
        ModuleNotFoundError: If the source needs a package that is not installed.
    """
    for argument, value in procedural.items():
        if value is not None:
            raise ValueError(f"{argument} is {value!r} with source={name!r}; it is for source='procedural' alone")
    if name.startswith(REASONING_GYM):
        from envs.text_math.reasoning_gym import ReasoningGymSource

        return ReasoningGymSource(name.removeprefix(REASONING_GYM))
    from envs.dataset import open_rows

    return open_rows(name)
