"""How a long job is doing: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import functools
import sys
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class ProgressLine:
    """A bar with figures on a terminal; elsewhere, a plain line at most every `quiet_seconds`.

    Bars of jobs within jobs stand below each other. `close` leaves the terminal in order; the last step does too.

    Args:
        title: What is going on.
        total: Number of steps.
        done: Steps already done before this process began.
        quiet_seconds: Shortest time between two plain lines.
    """

    def __init__(self, title: str, total: int, done: int = 0, quiet_seconds: float = 15.0):
        self._title, self._total, self._first = title, total, done
        self._began = time.monotonic()
        self._quiet = quiet_seconds
        self._last = -1e9
        self._bar = _Bar(title, total, done) if _console().is_terminal else None

    def show(self, step: int, **values: float | str) -> None:
        """Tell that `step` steps are done, with named values after it."""
        told = "  ".join(f"{name} {_number(value)}" for name, value in values.items())
        if self._bar:
            self._bar.show(step, told)
        else:
            self._write(step, told)
        if step >= self._total:
            self.close()

    def close(self) -> None:
        """End the display; the bar stays as it is."""
        if self._bar:
            self._bar.close()

    def _write(self, step: int, told: str) -> None:
        now = time.monotonic()
        if step < self._total and now - self._last < self._quiet:
            return
        self._last = now
        words = (f"{self._title} {step}/{self._total}", told, self._left(step, now))
        sys.stderr.write("  ".join(word for word in words if word) + "\n")
        sys.stderr.flush()

    def _left(self, step: int, now: float) -> str:
        """The time left at the pace so far; nothing before there is one."""
        done = step - self._first
        return f"left {_clock((now - self._began) / done * (self._total - step))}" if done > 0 else ""


class _Bar:
    """One job's line in rich's live display; what is printed meanwhile appears above it."""

    def __init__(self, title: str, total: int, done: int):
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}", markup=False, style="cyan"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=_console(), refresh_per_second=4)
        self._task = self._progress.add_task(title, total=total, completed=done, told="")
        self._progress.start()

    def show(self, step: int, told: str) -> None:
        self._progress.update(self._task, completed=step, told=told)

    def close(self) -> None:
        self._progress.stop()


@functools.cache
def _console() -> Console:
    """The one console that all live displays share."""
    return Console(stderr=True)


def _number(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
