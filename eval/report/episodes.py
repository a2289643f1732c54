"""The gallery's episodes: which ones are shown, and what the page needs of each, as plain data.

A task stands in the gallery with the answers of all columns, so that they can be seen side by side. Which tasks is a matter of
spread, not of luck: outcomes and kinds that are rare in a suite come before more of what is common.
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

import numpy as np

from agents.rollout import EnvironmentPool, Trajectory
from eval.gallery import replay
from eval.record import Record
from eval.render.story import frames_after
from eval.report.read import Run
from eval.report.sheet import Sheet
from eval.report.text import column_name

#: Bytes of all tasks together at most, and of one; the report has to stay under 10 MB and should open fast.
_BYTES = 6_000_000
_TASK_BYTES = 400_000
#: Pixels of a task's frames at most; no more of them than this is tried to be made into so few bytes.
_SHEET_PIXELS = 8_000_000
#: Tasks shown at most.
_TASKS = 150
#: Processor time for playing episodes again, shared by the kinds of task: a level of a huge Sokoban takes seconds to make.
_SECONDS = 12.0
#: Characters of a text at most, and turns of an episode whose texts are shown.
_CHARS = 8_000
_TURNS = 120


@dataclass(frozen=True)
class Shown:
    """A task with its answers.

    Attributes:
        suite: Where it comes from.
        answers: Column -> records of that task, one a sample.
    """

    suite: str
    answers: dict[str, list[Record]]

    @property
    def first(self) -> Record:
        return next(iter(self.answers.values()))[0]

    @property
    def kind(self) -> tuple[str, str]:
        """The suite, and the environment with its arguments."""
        return self.suite, self.first.task.key()

    @property
    def features(self) -> list[tuple[str, str]]:
        """What its spread is judged by: the outcome, which columns share or not, and every label."""
        outcome = "".join("+" if records[0].success else "-" for records in self.answers.values())
        return [("", outcome), *self.first.labels.items()]


def gallery(run: Run) -> dict[str, Any]:
    """What the page's script shows.

    Returns:
        `columns`, their names; `training`; `tasks`, what is shown of each; `counts`, suite -> tasks shown and tasks played.
    """
    by_suite = {suite: _tasks(suite, run) for suite in run.episodes}
    share = max(1, _TASKS // max(1, len(by_suite)))
    chosen = [spread(tasks, share) for tasks in by_suite.values()]
    in_turns = [task for task in chain.from_iterable(zip_longest(*chosen)) if task is not None]
    tasks = list(_within(_BYTES, in_turns, run))
    tasks.sort(key=lambda task: (list(by_suite).index(task["suite"]), task["index"]))
    shown = Counter(task["suite"] for task in tasks)
    return {
        "columns": [column_name(column) for column in run.columns],
        "training": run.training,
        "tasks": tasks,
        "counts": {suite: [shown[suite], len(played)] for suite, played in by_suite.items()},
    }


def spread(tasks: Sequence[Shown], count: int) -> list[Shown]:
    """Choose tasks of all outcomes and kinds: each next one has the features that were chosen least so far."""
    seen: Counter[tuple[str, str]] = Counter()
    left = list(tasks)
    chosen: list[Shown] = []
    while left and len(chosen) < count:
        best = min(left, key=lambda task: sum(seen[feature] for feature in task.features))
        left.remove(best)
        seen.update(best.features)
        chosen.append(best)
    return chosen


def _tasks(suite: str, run: Run) -> list[Shown]:
    """The tasks of a suite in order, each with the answers of the columns that have played it."""
    answers: dict[int, dict[str, list[Record]]] = {}
    for column in run.columns:
        for record in run.episodes[suite].get(column, []):
            answers.setdefault(record.index, {}).setdefault(column, []).append(record)
    return [Shown(suite, answers[index]) for index in sorted(answers)]


def _within(budget: int, tasks: Sequence[Shown], run: Run) -> Iterator[dict[str, Any]]:
    """Tasks as plain data while they fit into so many bytes and their kind's share of the time.

    A task that is too large for what is left is passed over. The first of each kind is not asked for its time.
    """
    pool = EnvironmentPool()
    spent: defaultdict[tuple[str, str], float] = defaultdict(float)
    share = _SECONDS / max(1, len({task.kind for task in tasks}))
    try:
        for task in tasks:
            if spent[task.kind] > share:
                continue
            began = time.process_time()
            data = _task(task, run, pool)
            spent[task.kind] += time.process_time() - began
            size = len(json.dumps(data))
            if size <= budget:
                budget -= size
                yield data
    finally:
        pool.close()


def _task(task: Shown, run: Run, pool: EnvironmentPool) -> dict[str, Any]:
    played = {column: _replay(records[0], pool) for column, records in task.answers.items()}
    prompt = next((one.turns[0].prompt.text for one in played.values() if one and one.turns), "")
    frames = {column: _frames(one) for column, one in played.items()}
    picture, places, every = _sheet(frames)
    return {
        "suite": task.suite,
        "index": task.first.index,
        "seed": task.first.seed,
        "labels": task.first.labels,
        "prompt": _short(prompt),
        "sheet": picture,
        "every": every,
        "episodes": [
            _episode(records, run.columns.index(column), places[column], _turns(played[column], every))
            for column, records in task.answers.items()
        ],
    }


def _turns(trajectory: Trajectory | None, every: int) -> list[int]:
    """Number of the turn that follows each frame that is kept, of the last frame the last turn's; empty if unknown."""
    ends = frames_after(trajectory) if trajectory else None
    if trajectory is None or ends is None:
        return []
    done = np.searchsorted(ends, np.arange(len(trajectory.frames)), side="right")
    return [int(number) for number in _every(list(np.minimum(done, len(ends) - 1)), every)]


def _episode(records: list[Record], column: int, places: list[int], turns: list[int]) -> dict[str, Any]:
    """What is told of the first answer to a task, and how many of all its answers solve it."""
    record = records[0]
    return {
        "column": column,
        "frames": places,
        "responses": [_short(response) for response in record.responses[:_TURNS]],
        "turns": len(record.responses),
        "beside": turns,
        "answer": _short(record.answer) if record.answer is not None else None,
        "success": record.success,
        "score": record.score,
        "reward": sum(record.rewards),
        "format": bool(record.formats) and all(value == 1 for value in record.formats),
        "tokens": sum(record.tokens),
        "truncated": "length" in record.stop_reasons,
        "error": _short(record.error),
        "solved": [sum(one.success for one in records), len(records)],
    }


def _replay(record: Record, pool: EnvironmentPool) -> Trajectory | None:
    """The episode with its frames, or nothing where it cannot be played again, which is no reason to have no report."""
    try:
        return replay(record, pool)
    except Exception:
        return None


def _frames(trajectory: Trajectory | None) -> list[np.ndarray]:
    """What the environment drew; of one that draws nothing, the pictures of its question."""
    if trajectory is None:
        return []
    if trajectory.frames or not trajectory.turns:
        return trajectory.frames
    return list(trajectory.turns[0].prompt.images)


def _sheet(frames: dict[str, list[np.ndarray]]) -> tuple[dict[str, Any] | None, dict[str, list[int]], int]:
    """All columns' frames on one sheet, of long episodes every second, fourth … so that it is not too large.

    Returns:
        The sheet; column -> places of its frames; how many frames each one stands for.
    """
    every = 1
    while True:
        sheet = Sheet()
        kept = {column: _every(ones, every) for column, ones in frames.items()}
        places = {column: sheet.add(ones) for column, ones in kept.items()}
        fewest = max(map(len, kept.values())) <= 2
        if sheet.pixels > _SHEET_PIXELS and not fewest:
            every *= 2
            continue
        picture = sheet.picture()
        size = len(str(picture["src"])) if picture else 0
        if size <= _TASK_BYTES or fewest:
            return picture, places, every
        every *= 2 ** max(1, round(math.log2(size / _TASK_BYTES)))


def _every(frames: list[Any], step: int) -> list[Any]:
    """Each frame that is a multiple of `step`, and the last."""
    if not frames:
        return []
    kept = frames[:-1:step]
    return [*kept, frames[-1]]


def _short(text: str) -> str:
    """A text's beginning and the number of characters left out."""
    if len(text) <= _CHARS:
        return text
    return f"{text[:_CHARS]} … ({len(text) - _CHARS:,} more characters)"
