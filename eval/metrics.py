"""What records amount to: a suite's score and its tables by kind of task. Pure functions of records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.record import Record
from eval.stats import mean_interval, share_interval


def score(records: Sequence[Record]) -> dict[str, Any]:
    """Summarise a suite.

    Returns:
        `score` (mean on the benchmark's scale over the tasks that have one) with `ci95`; `success` (share solved) with
        `success_ci95`; `n`; `scored`, the tasks that have a score; `format`, the share of well-formed responses;
        `response_tokens`, their mean length; `truncated`, the share cut off; `seconds`.
    """
    scores = [one.score for one in records if one.score is not None] or [float("nan")]
    solved = sum(one.success for one in records)
    return {
        "score": float(np.mean(scores)),
        "ci95": list(mean_interval(scores)),
        "success": solved / len(records),
        "success_ci95": list(share_interval(solved, len(records))),
        "n": len(records),
        "scored": sum(one.score is not None for one in records),
        "errors": sum(bool(one.error) for one in records),
        "format": _mean([value for one in records for value in one.formats]),
        "response_tokens": _mean([value for one in records for value in one.tokens]),
        "truncated": _mean([reason == "length" for one in records for reason in one.stop_reasons]),
        "seconds": sum(one.seconds for one in records),
    }


def tables(records: Sequence[Record]) -> dict[str, dict[str, dict[str, Any]]]:
    """Scores by kind of task: label -> value -> score."""
    groups: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for one in records:
        for label, value in one.labels.items():
            groups[label][value].append(one)
    return {label: {value: score(some) for value, some in values.items()} for label, values in groups.items()}


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0
