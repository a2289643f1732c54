"""Letters for points, so that no model learns that the right angle is always at C."""

from __future__ import annotations

import numpy as np

#: Letters that read well in a figure; O and M are kept for centres and midpoints.
_RUNS = ("ABCDEFGH", "PQRSTUVW", "KLNPQRST", "DEFGHJKL", "UVWXYZAB", "STUVWXYZ", "JKLNPQRS", "EFGHJKLN")


def letters(rng: np.random.Generator, count: int) -> tuple[str, ...]:
    """`count` different letters, at most 8, in alphabetical order and never O or M; for polygons in order around."""
    return tuple(_RUNS[int(rng.integers(len(_RUNS)))][:count])
