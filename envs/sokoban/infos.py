"""Infos of vector environments: an array for each name, and under `_` and the name, the boards that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from envs.sokoban.batch import Outcomes


def entry(name: str, values: Any, mask: np.ndarray) -> dict[str, Any]:
    """One name, with its values for all boards and the boards that they count for, bool [N]."""
    return {name: values, f"_{name}": mask.copy()}


def told(outcomes: Outcomes, mask: np.ndarray) -> dict[str, Any]:
    """What one action did on the boards of the mask, bool [N]; nothing if there is none."""
    if not mask.any():
        return {}
    values = {"success": outcomes.won, "moved": outcomes.moved, "pushed": outcomes.pushed}
    return {key: array for name in values for key, array in entry(name, values[name] & mask, mask).items()}


def objects(values: Iterable[Any], mask: np.ndarray) -> np.ndarray:
    """Objects [N]: the values, one for each board of the mask, bool [N], and `None` for the others."""
    array = np.full(len(mask), None, dtype=object)
    for board, value in zip(np.flatnonzero(mask), values, strict=True):
        array[board] = value
    return array
