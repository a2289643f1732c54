"""What every benchmark shares: rows of two sides and a target, printed as a table, written as JSON, turned into an exit code.

A benchmark measures both sides in one run and hands its rows to `finish`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        name: What was measured, with its unit.
        ours, other: The two sides; `other` is `None` where the target is a plain number.
        target: What has to be reached, such as ">= 3" or "<= 0.05"; "" for a figure that has no target.
        value: What has to reach it, if that is not the ratio.
    """

    name: str
    ours: float
    other: float | None = None
    target: str = ""
    value: float | None = None

    @property
    def ratio(self) -> float:
        """Ours / other; ours alone without another side."""
        return self.ours if self.other is None else self.ours / self.other

    @property
    def ok(self) -> bool:
        """Whether the target is met; rows without one always are."""
        if not self.target:
            return True
        sign, bound = self.target.split()
        reached = self.ratio if self.value is None else self.value
        return reached >= float(bound) if sign == ">=" else reached <= float(bound)


def parser(description: str) -> argparse.ArgumentParser:
    """The command line that all benchmarks have in common."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    return parser


def finish(title: str, rows: Sequence[Row], path: Path | None = None) -> int:
    """Print the rows, write them as JSON if asked, and return the exit code: 1 if a target is missed."""
    table = Table(title=title)
    for column in ("", "ours", "other", "ratio", "value", "target", ""):
        table.add_column(column, justify="left" if column == "" else "right")
    for row in rows:
        verdict = "" if not row.target else "[green]ok[/]" if row.ok else "[red]missed[/]"
        figures = (row.ours, row.other, None if row.other is None else row.ratio, row.value)
        table.add_row(row.name, *map(_number, figures), row.target, verdict)
    Console().print(table)
    if path:
        record = {
            r.name: {
                "ours": r.ours,
                "other": r.other,
                "ratio": r.ratio,
                "value": r.value,
                "target": r.target,
                "ok": r.ok,
            }
            for r in rows
        }
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0 if all(row.ok for row in rows) else 1


def median_seconds(*sides: Callable[[], object], repeats: int = 5) -> list[float]:
    """Median wall time of each side, in seconds. The sides take turns, so that a noisy moment hits all of them."""
    seconds: list[list[float]] = [[] for _ in sides]
    for side in sides:
        side()
    for _ in range(repeats):
        for side, times in zip(sides, seconds, strict=True):
            began = time.perf_counter()
            side()
            times.append(time.perf_counter() - began)
    return [statistics.median(times) for times in seconds]


def resident_bytes() -> float:
    """Memory of this process that is in RAM now."""
    return _status("VmRSS")


def peak_bytes() -> float:
    """The most memory of this process that was in RAM at once since `forget_peak`."""
    return _status("VmHWM")


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _status(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(field))) * 1024


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
