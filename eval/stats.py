"""Intervals, significance and what several answers to a task amount to. Pure functions of lists of numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

#: The standard normal's 97.5 % quantile.
Z95 = 1.959963984540054

Interval = tuple[float, float]

#: Resamples held in memory at once.
_CHUNK = 500


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


def bootstrap_interval(values: Sequence[float], resamples: int = 10_000, seed: int = 0) -> Interval:
    """95 % interval of a mean by the percentile bootstrap (Efron, 1979), one value a task.

    Args:
        values: A mean for each task; tasks are what is drawn anew.
        resamples: How often.
        seed: Of the draws, so that the same values have the same interval.
    """
    array = np.asarray(values, dtype=float)
    rng = np.random.default_rng(seed)
    means = [
        array[rng.integers(len(array), size=(min(_CHUNK, resamples - start), len(array)))].mean(axis=1)
        for start in range(0, resamples, _CHUNK)
    ]
    low, high = np.quantile(np.concatenate(means), [0.025, 0.975])
    return float(low), float(high)


def mcnemar(won: int, lost: int) -> float:
    """Exact two-sided p value of McNemar's test (Psychometrika 12, 1947): tasks solved by one of two runs alone."""
    n, least = won + lost, min(won, lost)
    tail = sum(math.comb(n, i) for i in range(least + 1))
    return min(1.0, 2 * tail / 2**n)


def sign_flip(differences: Sequence[float], flips: int = 10_000, seed: int = 0) -> float:
    """Two-sided p value of paired differences by a permutation test: under no difference, their signs are chance.

    Of all signs where there are at most `flips` ways, else of as many drawn ones, the observed one counted in (Phipson and
    Smyth, 2010), so that p is never 0.
    """
    array = np.asarray([d for d in differences if d], dtype=float)
    if not len(array):
        return 1.0
    observed = abs(array.sum()) * (1 - 1e-12)
    if 2 ** len(array) <= flips:
        signs = 1 - 2 * (np.arange(2 ** len(array))[:, None] >> np.arange(len(array)) & 1)
        return float(np.mean(np.abs(signs @ array) >= observed))
    rng = np.random.default_rng(seed)
    extreme = 0
    for start in range(0, flips, _CHUNK):
        signs = rng.choice((-1.0, 1.0), size=(min(_CHUNK, flips - start), len(array)))
        extreme += int(np.sum(np.abs(signs @ array) >= observed))
    return (extreme + 1) / (flips + 1)


def pass_at_k(n: int, solved: int, k: int) -> float:
    """Chance that one of k answers is right, without bias, from n answers of which `solved` are (arXiv 2107.03374).

    Raises:
        ValueError: If not 1 <= k <= n or 0 <= solved <= n.
    """
    if not 1 <= k <= n or not 0 <= solved <= n:
        raise ValueError(f"{solved} of {n} answers solved and k = {k}; expected 0 <= solved <= n and 1 <= k <= n")
    return 1.0 - math.comb(n - solved, k) / math.comb(n, k)


def majority(answers: Sequence[str | None], solved: Sequence[bool]) -> float:
    """Whether the most frequent answer is right (self-consistency, arXiv 2203.11171); of several as frequent ones, the share.

    Args:
        answers: What each response was read as; `None` has no vote.
        solved: Whether each is right.
    """
    votes = Counter(answer for answer in answers if answer is not None)
    if not votes:
        return 0.0
    most = max(votes.values())
    verdicts: dict[str, bool] = {}
    for answer, right in zip(answers, solved, strict=True):
        if answer is not None and votes[answer] == most:
            verdicts.setdefault(answer, bool(right))
    return sum(verdicts.values()) / len(verdicts)
