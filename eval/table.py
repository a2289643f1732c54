"""Scores as tables for a terminal."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def print_stages(results: dict[str, Any], console: Console | None = None) -> None:
    """Print success by suite and stage, with 95 % intervals, and the gain of each stage over the one before.

    Args:
        results: As in a training run's results.json.
        console: Where to; `None` for standard output.
    """
    stages = results["stages"]
    table = Table(title=f"Held-out success, % [95 % interval] (seed {results['seed']}, {_clock(results['seconds'])})")
    table.add_column("suite")
    for stage in stages:
        table.add_column(stage, justify="right")
    table.add_column("gain, points", justify="right")
    for suite in next(iter(stages.values())):
        cells = [_percent(scores[suite]["success"], scores[suite]["success_ci95"]) for scores in stages.values()]
        gains = [
            f"{name}: {gain['difference']:+.1f} [{gain['ci95'][0]:+.1f}, {gain['ci95'][1]:+.1f}]"
            for name, gain in results["gains"].get(suite, {}).items()
        ]
        table.add_row(suite, *cells, "\n".join(gains))
    _wide(console).print(table)


def print_policies(results: dict[str, Any], console: Console | None = None) -> None:
    """Print score and success by suite and policy with 95 % intervals, and what a comparison with the first policy says.

    Args:
        results: As in an evaluation's results.json.
        console: Where to; `None` for standard output.
    """
    table = Table(title="Held-out tasks, [95 % interval]")
    for name in ("suite", "policy"):
        table.add_column(name)
    for name in ("score", "success, %", "pass@k, maj@k, %", "format, %", "cut off, %", "tokens", "n", "s a task"):
        table.add_column(name, justify="right")
    for suite, policies in results["suites"].items():
        for policy, score in policies.items():
            table.add_row(
                escape(suite),
                escape(policy),
                _score(score),
                _percent(score["success"], score["success_ci95"]),
                " ".join(f"{k} {100 * v:.1f}" for k, v in score.items() if k.startswith(("pass@", "maj@"))) or "-",
                f"{100 * score['format']:.0f}",
                f"{100 * score['truncated']:.0f}",
                f"{score['response_tokens']:.0f}",
                str(score["n"]) + (f" ({score['errors']} failed)" if score["errors"] else ""),
                f"{score['seconds_per_task']:.2g}",
            )
    _wide(console).print(table)
    if any(results["comparisons"].values()):
        print_comparisons(results["comparisons"], console)


def print_comparisons(comparisons: dict[str, dict[str, dict[str, Any]]], console: Console | None = None) -> None:
    """Print paired differences: suite -> name of the difference -> `eval.metrics.compare`."""
    table = Table(title="Paired differences on the same tasks, [95 % interval]")
    for name in ("suite", "difference"):
        table.add_column(name)
    for name in ("success, points", "p", "score", "p", "won", "lost", "n"):
        table.add_column(name, justify="right")
    for suite, differences in comparisons.items():
        for name, told in differences.items():
            table.add_row(
                escape(suite),
                escape(name),
                _signed(told["difference"], told["ci95"]),
                _p(told["p"]),
                _signed(told["score_difference"], told["score_ci95"]) if "score_difference" in told else "-",
                _p(told["score_p"]) if "score_p" in told else "-",
                str(told["won"]),
                str(told["lost"]),
                str(told["n"]),
            )
    _wide(console).print(table)


def _wide(console: Console | None) -> Console:
    """A console that does not fold the table where no terminal says how wide it is."""
    console = console or Console()
    return console if console.is_terminal else Console(file=console.file, width=170)


def _score(score: dict[str, Any]) -> str:
    if score["score"] is None or not math.isfinite(score["score"]):
        return "-"
    low, high = score["ci95"]
    return f"{score['score']:.2f} [{low:.2f}, {high:.2f}]"


def _signed(mean: float, interval: list[float]) -> str:
    return f"{mean:+.1f} [{interval[0]:+.1f}, {interval[1]:+.1f}]"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _percent(share: float, interval: list[float]) -> str:
    return f"{100 * share:.1f} [{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"
