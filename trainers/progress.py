"""The metrics of a run: a file that keeps them, and the trackers that are told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from trainers.trackers import Careful, TensorBoard


class MetricsLog:
    """Appends metrics to `metrics.jsonl` in a run folder and tells trackers, TensorBoard among them.

    Args:
        run: The run folder.
        stage: The stage that the metrics are of.
        keep_below: On resuming, rows of this stage at or after this step are dropped: they will be made again.
        trackers: Who else is told; they are not closed with the log.
    """

    def __init__(self, run: Path, stage: str, keep_below: int, trackers: Sequence[Careful] = ()):
        self._stage = stage
        path = run / "metrics.jsonl"
        _drop_rows(path, stage, keep_below)
        self._file = path.open("a", encoding="utf-8")
        self._board = Careful("TensorBoard", lambda: TensorBoard(run, keep_below))
        self._trackers = trackers

    def write(self, step: int, metrics: Mapping[str, float]) -> None:
        self._file.write(json.dumps({"stage": self._stage, "step": step, **metrics}) + "\n")
        self._file.flush()
        for tracker in (self._board, *self._trackers):
            tracker.log(self._stage, step, metrics)

    def close(self) -> None:
        self._file.close()
        self._board.close()


def _drop_rows(path: Path, stage: str, keep_below: int) -> None:
    """Keep the whole rows of other stages and this stage's rows below a step; a row cut by a kill goes too."""
    if not path.exists():
        return
    kept = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if row.get("stage") != stage or row.get("step", 0) < keep_below:
            kept.append(line)
    path.write_text("".join(line + "\n" for line in kept), encoding="utf-8")
