"""One line that tells how a long job is doing, and a metrics file that keeps what it said."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from torch.utils.tensorboard import SummaryWriter


class MetricsLog:
    """Appends metrics to `metrics.jsonl` and TensorBoard events in a run folder.

    Args:
        run: The run folder.
        stage: Name put before every metric in TensorBoard.
        keep_below: On resuming, rows of this stage at or after this step are dropped: they will be made again.
    """

    def __init__(self, run: Path, stage: str, keep_below: int):
        self._stage = stage
        path = run / "metrics.jsonl"
        _drop_rows(path, stage, keep_below)
        self._file = path.open("a", encoding="utf-8")
        self._board = SummaryWriter(str(run / "tensorboard"), purge_step=keep_below or None)

    def write(self, step: int, metrics: dict[str, float]) -> None:
        self._file.write(json.dumps({"stage": self._stage, "step": step, **metrics}) + "\n")
        self._file.flush()
        for name, value in metrics.items():
            self._board.add_scalar(f"{self._stage}/{name}", value, step)

    def close(self) -> None:
        self._file.close()
        self._board.close()


class ProgressLine:
    """A live status line on a terminal; elsewhere, a plain line at most every `quiet_seconds`.

    Args:
        title: What is going on.
        total: Number of steps.
        done: Steps already done before this process began.
    """

    def __init__(self, title: str, total: int, done: int = 0, quiet_seconds: float = 15.0):
        self._title, self._total, self._first = title, total, done
        self._began = time.monotonic()
        self._live = sys.stderr.isatty()
        self._quiet = quiet_seconds
        self._last = -1e9

    def show(self, step: int, **values: float | str) -> None:
        """Tell that `step` steps are done, with named values after it."""
        now = time.monotonic()
        if not self._live and step < self._total and now - self._last < self._quiet:
            return
        self._last = now
        pace = (now - self._began) / max(1, step - self._first)
        left = _clock(pace * (self._total - step))
        told = "  ".join(f"{name} {_number(value)}" for name, value in values.items())
        line = f"{self._title} {step}/{self._total}  {told}  left {left}"
        if self._live:
            width = os.get_terminal_size(sys.stderr.fileno()).columns
            end = "\n" if step >= self._total else ""
            sys.stderr.write("\r\x1b[2K" + line[: width - 1] + end)
        else:
            sys.stderr.write(line + "\n")
        sys.stderr.flush()


def _number(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


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
