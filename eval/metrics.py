"""What records amount to: a suite's score, its tables by kind of task, two runs compared. Pure functions of records."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.record import Record
from eval.stats import (
    bootstrap_interval,
    majority,
    mcnemar,
    pass_at_k,
    share_interval,
    sign_flip,
)

#: A label with more values than this share of the tasks tells tasks apart, not kinds.
_KINDS = 0.8

ByTask = dict[int, list[Record]]


def by_task(records: Sequence[Record]) -> ByTask:
    """The answers to each task."""
    tasks: ByTask = defaultdict(list)
    for one in records:
        tasks[one.index].append(one)
    return dict(tasks)


def score(records: Sequence[Record]) -> dict[str, Any]:
    """Summarise a suite.

    Returns:
        `score`, the mean on the benchmark's scale over the tasks that have one, and `ci95`; `success`, the share solved, and
        `success_ci95`; `n`, the tasks; `scored`, those with a score; `errors`, answers that could not be had or judged;
        `format`, the share of well-formed responses; `response_tokens`, their mean length; `truncated`, the share cut off;
        `tokens`, `prompt_tokens` and `seconds_per_task`, means of a task's answers; `seconds`, in all. With several answers
        to a task also `samples`, `pass@k` for k = 1, 2, 4 … and `maj@k`, each in [0, 1].

        Intervals hold 95 %: the bootstrap's over tasks, Wilson's for a share of single answers.
    """
    tasks = by_task(records)
    scores = [float(np.mean(some)) for some in map(_scores, tasks.values()) if some]
    solved = [_solved(some) for some in tasks.values()]
    samples = min(map(len, tasks.values()))
    return {
        "score": float(np.mean(scores)) if scores else float("nan"),
        "ci95": list(bootstrap_interval(scores)) if scores else [float("nan")] * 2,
        "success": float(np.mean(solved)),
        "success_ci95": list(_success_interval(solved, len(records) == len(tasks))),
        "n": len(tasks),
        "scored": len(scores),
        "errors": sum(bool(one.error) for one in records),
        "format": _mean([value for one in records for value in one.formats]),
        "response_tokens": _mean([value for one in records for value in one.tokens]),
        "truncated": _mean([reason == "length" for one in records for reason in one.stop_reasons]),
        "tokens": sum(sum(one.tokens) for one in records) / len(tasks),
        "prompt_tokens": sum(sum(one.prompt_tokens) for one in records) / len(tasks),
        "seconds_per_task": sum(one.seconds for one in records) / len(tasks),
        "seconds": sum(one.seconds for one in records),
        **(_several(tasks, samples) if samples > 1 else {}),
    }


def tables(records: Sequence[Record]) -> dict[str, dict[str, dict[str, Any]]]:
    """Scores by kind of task: label -> value -> score, values in natural order.

    Labels that all tasks share, or that differ from task to task, are left out.
    """
    groups: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for one in records:
        for label, value in one.labels.items():
            groups[label][value].append(one)
    most = _KINDS * len(by_task(records))
    return {
        label: {value: score(values[value]) for value in sorted(values, key=natural)}
        for label, values in groups.items()
        if 1 < len(values) <= most
    }


def compare(after: Sequence[Record], before: Sequence[Record]) -> dict[str, Any]:
    """Two runs over the same tasks, task by task.

    Returns:
        `difference` of success in points with `ci95` and `p` (exact McNemar where both gave one answer to each task, else the
        permutation test); `score_difference`, `score_ci95` and `score_p` (permutation test) on the benchmark's scale, over
        the tasks that both have a score of; `won` and `lost`, tasks that only the one, only the other solved; `n`.

    Raises:
        ValueError: If they are not of the same tasks.
    """
    pairs = paired(after, before)
    gains = [100.0 * (_solved(a) - _solved(b)) for a, b in pairs]
    scored = [(_scores(a), _scores(b)) for a, b in pairs]
    risen = [_mean(a) - _mean(b) for a, b in scored if a and b]
    won, lost = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    single = all(len(a) == len(b) == 1 for a, b in pairs)
    told = {
        "difference": float(np.mean(gains)),
        "ci95": list(bootstrap_interval(gains)),
        "p": mcnemar(won, lost) if single else sign_flip(gains),
        "won": won,
        "lost": lost,
        "n": len(pairs),
    }
    if risen:
        told |= {
            "score_difference": float(np.mean(risen)),
            "score_ci95": list(bootstrap_interval(risen)),
            "score_p": sign_flip(risen),
        }
    return told


def paired(after: Sequence[Record], before: Sequence[Record]) -> list[tuple[list[Record], list[Record]]]:
    """The answers of two runs to each task that both played.

    Raises:
        ValueError: If a number stands for different tasks, or none is in both.
    """
    left, right = by_task(after), by_task(before)
    shared = sorted(left.keys() & right.keys())
    for index in shared:
        a, b = left[index][0], right[index][0]
        if (a.task.key(), a.seed) != (b.task.key(), b.seed):
            raise ValueError(
                f"task {index} is {a.task.key()} with seed {a.seed} in one run and {b.task.key()} with seed {b.seed} in the "
                "other; compare runs of the same suite"
            )
    if not shared:
        raise ValueError("the two runs have no task in common; compare runs of the same suite")
    return [(left[index], right[index]) for index in shared]


def natural(text: str) -> list[tuple[int, int, str]]:
    """A key that sorts numbers within texts by their value: v2 before v10."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", text) if part]


def _several(tasks: ByTask, samples: int) -> dict[str, Any]:
    powers = [2**i for i in range(samples.bit_length())]
    counts = [(len(some), sum(one.success for one in some)) for some in tasks.values()]
    passes = {f"pass@{k}": float(np.mean([pass_at_k(n, solved, k) for n, solved in counts])) for k in powers}
    voted = [majority([one.answer for one in some], [one.success for one in some]) for some in tasks.values()]
    return {"samples": samples, **passes, f"maj@{samples}": float(np.mean(voted))}


def _success_interval(solved: list[float], single: bool) -> tuple[float, float]:
    return share_interval(round(sum(solved)), len(solved)) if single else bootstrap_interval(solved)


def _solved(records: Sequence[Record]) -> float:
    return float(np.mean([one.success for one in records]))


def _scores(records: Sequence[Record]) -> list[float]:
    return [one.score for one in records if one.score is not None]


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0
