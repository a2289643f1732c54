"""What is told of a move on many boards."""

from __future__ import annotations

from typing import Any

import numpy as np

from envs.batched import entry
from envs.sokoban.batch import Outcomes


def told(outcomes: Outcomes, mask: np.ndarray) -> dict[str, Any]:
    """What one action did on the boards of the mask, bool [N]; nothing if there is none."""
    if not mask.any():
        return {}
    values = {"success": outcomes.won, "moved": outcomes.moved, "pushed": outcomes.pushed}
    return {key: array for name in values for key, array in entry(name, values[name] & mask, mask).items()}
