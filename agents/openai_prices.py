"""What API models cost: prices come from the user, tokens from the server's own count."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from agents.openai_messages import Answer


@dataclass(frozen=True)
class Prices:
    """Dollars per million tokens.

    Attributes:
        input: For tokens read.
        output: For tokens written.
        cached_input: For tokens read that the server had in its own prefix cache; as `input` if not given.

    Raises:
        ValueError: If one is no finite number of 0 or more.
    """

    input: float
    output: float
    cached_input: float | None = None

    def __post_init__(self) -> None:
        for each in fields(self):
            price = getattr(self, each.name)
            if each.name == "cached_input" and price is None:
                continue
            if isinstance(price, bool) or not isinstance(price, int | float) or not 0 <= price < math.inf:
                raise ValueError(f"price {each.name} is {price!r}; expected dollars per million tokens, 0 or more")

    def of(self, answer: Answer) -> float:
        """Dollars for one answer."""
        cached = self.input if self.cached_input is None else self.cached_input
        fresh = answer.prompt_tokens - answer.cached_tokens
        return (fresh * self.input + answer.cached_tokens * cached + answer.completion_tokens * self.output) / 1e6


@dataclass
class Usage:
    """What a policy has used up so far. See `OpenAIPolicy.usage`."""

    prices: Prices | None
    requests: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    _cost: float = field(default=0.0, repr=False)

    def paid(self, answer: Answer) -> None:
        """Count an answer that a server gave."""
        self.prompt_tokens += answer.prompt_tokens
        self.completion_tokens += answer.completion_tokens
        if self.prices is not None:
            self._cost += self.prices.of(answer)

    @property
    def cost(self) -> float | None:
        return None if self.prices is None else self._cost

    def as_dict(self) -> dict[str, Any]:
        names = ("requests", "cached", "prompt_tokens", "completion_tokens", "cost")
        return {name: getattr(self, name) for name in names}


def find_prices(source: Prices | Mapping[str, float] | str | Path | None, model: str) -> Prices | None:
    """The prices of a model.

    Args:
        source: The prices; or a mapping with `input`, `output` and perhaps `cached_input`; or a YAML or JSON file that maps
            names of models to such mappings; or `None` if nobody asks.
        model: Which model of a file.

    Raises:
        ValueError: If there are none for this model, or they are no prices.
    """
    if source is None or isinstance(source, Prices):
        return source
    if isinstance(source, Mapping):
        return _prices(source, model)
    try:
        listed = yaml.safe_load(Path(source).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"cannot read prices from {source}: {' '.join(str(error).split())}") from None
    if not isinstance(listed, Mapping):
        raise ValueError(f"{source} has {type(listed).__name__}; expected a mapping of models to {{input, output}}")
    if model not in listed:
        near = get_close_matches(model, map(str, listed), n=1)
        hint = f"is {near[0]!r} meant?" if near else f"it has {', '.join(map(str, listed)) or 'none'}"
        raise ValueError(f"{source} has no prices of {model!r}; {hint}")
    return _prices(listed[model], model)


def _prices(mapping: Any, model: str) -> Prices:
    try:
        return Prices(**mapping)
    except TypeError:
        raise ValueError(
            f"the prices of {model!r} are {mapping!r}; expected input, output and perhaps cached_input, in dollars per "
            "million tokens"
        ) from None
