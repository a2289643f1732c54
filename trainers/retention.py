"""Which of a run's checkpoints is the newest, which the best, and which may go.

Order and metrics come from each checkpoint's own `trainer/state.json`: there is no index that could be lost or disagree.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trainers import durable, manifest
from trainers.manifest import CheckpointError

FOLDER = "checkpoints"
STATE = "trainer/state.json"


@dataclass(frozen=True, order=True)
class _Saved:
    """A checkpoint as its state describes it; a later one is greater."""

    sequence: int
    path: Path
    metrics: dict[str, Any] = field(compare=False)


def next_sequence(root: str | Path) -> int:
    """The order number of the run's next checkpoint: one more than the newest's, from 1."""
    return 1 + max((saved.sequence for saved in _all(root)), default=0)


def latest(root: str | Path, stage: str | None = None) -> Path | None:
    """The newest intact checkpoint of a run, by the order of writing. Damaged ones are named in a warning and skipped.

    Args:
        root: The run folder.
        stage: Consider only this stage's checkpoints (`<stage>-<step>`).

    Returns:
        The checkpoint's folder, or None if there is none.
    """
    _warn_of_unreadable(root, stage)
    return _first_intact(sorted(_all(root, stage), reverse=True))


def best(root: str | Path, metric: str, stage: str | None = None, lowest: bool = False) -> Path | None:
    """The intact checkpoint with the best value of a metric. Damaged ones are named in a warning and skipped.

    Args:
        root: The run folder.
        metric: A name in the state's `metrics`. A checkpoint without it, or whose value is not a finite number, is no
            candidate; of equal values the newer one's wins.
        stage: Consider only this stage's checkpoints (`<stage>-<step>`).
        lowest: The lowest value is the best, as of a loss; otherwise the highest.

    Returns:
        The checkpoint's folder, or None if there is no candidate.
    """
    _warn_of_unreadable(root, stage)
    return _first_intact(_ranked(_all(root, stage), metric, lowest))


def prune(
    root: str | Path, keep: int, protect: Iterable[str] = (), best: str | None = None, lowest: bool = False
) -> list[Path]:
    """Delete old checkpoints. Those whose files are visibly incomplete do not count among the kept.

    Args:
        root: The run folder.
        keep: How many of the newest to keep, at least 1.
        protect: Names that are never deleted, such as a stage's last one; they count if they are among the newest.
        best: A metric: each stage's best complete checkpoint by it, in the sense of `best`, is protected as well.
        lowest: See `best`.

    Returns:
        The folders that were deleted, oldest first.

    Raises:
        ValueError: If `keep` is below 1.
        CheckpointError: If one cannot be removed.
    """
    if keep < 1:
        raise ValueError(f"keep is {keep}; at least one checkpoint has to stay")
    ordered = sorted(_all(root))
    complete = [saved for saved in ordered if manifest.sizes_agree(saved.path)]
    protected = set(protect)
    if best is not None:
        protected |= _best_of_each_stage(complete, best, lowest)
    oldest = ordered.index(complete[-keep:][0]) if complete else 0
    removed = [saved.path for saved in ordered[:oldest] if saved.path.name not in protected]
    for path in removed:
        try:
            durable.remove(path)
        except OSError as error:
            raise CheckpointError(f"checkpoint {path} could not be removed: {error.strerror}") from error
    return removed


def _all(root: str | Path, stage: str | None = None) -> list[_Saved]:
    """The checkpoints whose state is readable."""
    return [saved for path in _folders(root, stage) if (saved := _read(path)) is not None]


def _folders(root: str | Path, stage: str | None) -> list[Path]:
    return [path for path in durable.finished(Path(root) / FOLDER) if stage in (None, _stage(path))]


def _stage(path: Path) -> str:
    return path.name.rpartition("-")[0]


def _read(path: Path) -> _Saved | None:
    try:
        state = json.loads((path / STATE).read_text(encoding="utf-8"))
        metrics = state.get("metrics")
        return _Saved(int(state["sequence"]), path, metrics if isinstance(metrics, dict) else {})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def _ranked(candidates: Iterable[_Saved], metric: str, lowest: bool) -> list[_Saved]:
    """Those that have a finite value of the metric, the best first, the newer first among equals."""
    sign = -1 if lowest else 1
    values = [(sign * saved.metrics[metric], saved) for saved in candidates if _finite(saved.metrics.get(metric))]
    return [saved for _, saved in sorted(values, reverse=True)]


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def _best_of_each_stage(complete: list[_Saved], metric: str, lowest: bool) -> set[str]:
    """Names of each stage's best. A state that is not as it was written has no say: its metric may be a flipped bit."""
    trusted = [saved for saved in complete if manifest.damage(saved.path, [STATE]) is None]
    worst_first = reversed(_ranked(trusted, metric, lowest))
    return set({_stage(saved.path): saved.path.name for saved in worst_first}.values())


def _first_intact(candidates: list[_Saved]) -> Path | None:
    for saved in candidates:
        complaint = manifest.damage(saved.path)
        if complaint is None:
            return saved.path
        _warn(saved.path, complaint)
    return None


def _warn_of_unreadable(root: str | Path, stage: str | None) -> None:
    """Name the checkpoints that have no place in the order because their state is damaged."""
    for path in _folders(root, stage):
        if _read(path) is None:
            _warn(path, manifest.damage(path))


def _warn(path: Path, complaint: str | None) -> None:
    warnings.warn(f"skipping the damaged checkpoint {path}: {complaint}", stacklevel=4)
