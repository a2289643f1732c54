"""From several rewards to the one number that the trainer sees, and from a dotted path to a user's own reward."""

from __future__ import annotations

import difflib
import importlib
import inspect
import math
import pkgutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from types import ModuleType
from typing import Any

#: A user's reward: `fn(response, task) -> float`.
RewardFunction = Callable[[str, Any], float]


@dataclass(frozen=True)
class RewardWeights:
    """How much form and accuracy count: r = format · format_reward + accuracy · accuracy_reward.

    The defaults are LMM-R1's for mathematics, α = 0.5 for the format (arXiv 2503.07536).

    Attributes:
        format: Weight of the format reward, finite and at least 0.
        accuracy: Weight of the accuracy reward, finite and at least 0.

    Raises:
        ValueError: If a weight is not such a number, or both are 0.
    """

    format: float = 0.5
    accuracy: float = 1.0

    def __post_init__(self) -> None:
        for name, weight in (("format", self.format), ("accuracy", self.accuracy)):
            if not _is_number(weight) or weight < 0:
                raise ValueError(f"reward weight {name} is {weight!r}; it must be a finite number of at least 0")
        if self.format == self.accuracy == 0:
            raise ValueError("reward weights format and accuracy are both 0; at least one must be above 0")

    def combine(self, format_reward: float, accuracy_reward: float) -> float:
        """The weighted sum of the two rewards.

        Args:
            format_reward: In [0, 1].
            accuracy_reward: In [0, 1].

        Returns:
            The reward, in [0, format + accuracy].

        Raises:
            ValueError: If a reward is outside [0, 1].
        """
        for name, reward in (("format_reward", format_reward), ("accuracy_reward", accuracy_reward)):
            if not _is_number(reward) or not 0 <= reward <= 1:
                raise ValueError(f"{name} is {reward!r}; it must be a number in [0, 1]")
        return self.format * float(format_reward) + self.accuracy * float(accuracy_reward)


class RewardSum:
    """The weighted sum of the format reward, the accuracy reward, and rewards of the user's own.

    r = format · format_reward + accuracy · accuracy_reward + Σ weight · fn(response, task).

    Args:
        weights: Of format and accuracy.
        terms: Dotted paths as `load_reward` takes them, and their weights: finite numbers, negative ones for penalties.

    Raises:
        ValueError: If a weight is not such a number, or a path does not lead to a function.
        TypeError: If what a path names is not callable with `(response, task)`.
    """

    def __init__(self, weights: RewardWeights, terms: Mapping[str, float]):
        for path, weight in terms.items():
            if not _is_number(weight):
                raise ValueError(f"weight of reward {path!r} is {weight!r}; it must be a finite number")
        self.weights = weights
        self.terms = {path: float(weight) for path, weight in terms.items()}
        self._functions = {path: load_reward(path) for path in terms}

    def score(self, format_reward: float, accuracy_reward: float, response: str, task: Any) -> float:
        """The sum for one response.

        Args:
            format_reward: In [0, 1].
            accuracy_reward: In [0, 1].
            response: The model's whole response, which the user's functions see.
            task: Whatever describes the task to them.

        Raises:
            ValueError: If format or accuracy is out of range, or a function returns anything but a finite number.
            RuntimeError: If a function raises.
        """
        total = self.weights.combine(format_reward, accuracy_reward)
        return total + sum(weight * self._term(path, response, task) for path, weight in self.terms.items())

    def _term(self, path: str, response: str, task: Any) -> float:
        try:
            reward = self._functions[path](response, task)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            raise RuntimeError(
                f"reward {path!r} failed on a response of {len(response)} characters: {problem}"
            ) from error
        if not _is_number(reward):
            raise ValueError(f"reward {path!r} returned {reward!r:.80}; it must return a finite number")
        return float(reward)


def load_reward(dotted: str) -> RewardFunction:
    """Import a user's reward function.

    Args:
        dotted: `package.module:function` or `package.module.function`. After a colon the name may itself be dotted,
            such as `package.module:Class.method`.

    Returns:
        The function. It is called as `fn(response, task)` and must return a float.

    Raises:
        ValueError: If the path is malformed, or the module or the name does not exist; the nearest match is named.
        TypeError: If what the path names is not callable with `(response, task)`.
    """
    module_name, _, name = dotted.partition(":") if ":" in dotted else dotted.rpartition(".")
    parts = module_name.split(".") + name.split(".")
    if not all(part.isidentifier() for part in parts):
        raise ValueError(f"reward path {dotted!r} is not of the form package.module:function")
    target: Any = _import(module_name, dotted)
    for part in name.split("."):
        if not hasattr(target, part):
            where = module_name if isinstance(target, ModuleType) else f"{module_name}:{target.__name__}"
            raise ValueError(f"reward path {dotted!r}: {where} has no {part!r}{_hint(part, dir(target))}")
        target = getattr(target, part)
    if not callable(target):
        raise TypeError(f"reward path {dotted!r} names a {type(target).__name__}, not a function fn(response, task)")
    if not _takes_two(target):
        raise TypeError(f"reward path {dotted!r}: it must be callable as fn(response, task) -> float")
    return target


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _import(module_name: str, dotted: str) -> ModuleType:
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or module_name
        if not f"{module_name}.".startswith(f"{missing}."):
            raise ValueError(f"reward path {dotted!r}: {module_name} needs {missing!r}, which is missing") from error
        parent, _, leaf = missing.rpartition(".")
        message = f"reward path {dotted!r}: there is no module {missing!r}{_hint(leaf, _siblings(parent), parent)}"
        raise ValueError(message) from error


def _siblings(package: str) -> list[str]:
    """Names of the modules in a package, or of the top-level modules for `""`."""
    search = getattr(sys.modules.get(package), "__path__", []) if package else None
    return [module.name for module in pkgutil.iter_modules(search)]


def _hint(name: str, known: Iterable[str], prefix: str = "") -> str:
    nearest = difflib.get_close_matches(name, list(known), n=1)
    if not nearest:
        return ""
    return f"; did you mean {'.'.join(filter(None, [prefix, nearest[0]]))!r}?"


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind("response", "task")
    except TypeError:
        return False
    except ValueError:  # some built-ins tell nothing about themselves
        return True
    return True
