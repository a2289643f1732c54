"""Confidence intervals in closed form. Pure functions of lists of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

#: The standard normal's 97.5 % quantile.
Z95 = 1.959963984540054

Interval = tuple[float, float]


def mean_interval(values: Sequence[float]) -> Interval:
    """95 % interval of a mean by the normal approximation; (mean, mean) for a single value."""
    array = np.asarray(values, dtype=float)
    mean = float(array.mean())
    half = Z95 * float(array.std(ddof=1)) / math.sqrt(len(array)) if len(array) > 1 else 0.0
    return mean - half, mean + half


def share_interval(successes: int, n: int) -> Interval:
    """95 % interval of a share by Wilson's method (J. Am. Stat. Assoc. 22, 1927), right also near 0 and 1.

    Raises:
        ValueError: If not 0 <= successes <= n or n < 1.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}; expected 0 <= successes <= n and n >= 1")
    share, z2 = successes / n, Z95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def paired_difference(after: Sequence[float], before: Sequence[float]) -> tuple[float, Interval]:
    """Mean of `after - before` over the same tasks, and its 95 % interval.

    Raises:
        ValueError: If the two differ in length.
    """
    if len(after) != len(before):
        raise ValueError(f"paired values differ in number: {len(after)} and {len(before)}")
    differences = np.asarray(after, dtype=float) - np.asarray(before, dtype=float)
    return float(differences.mean()), mean_interval(differences.tolist())
