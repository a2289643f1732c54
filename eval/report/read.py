"""What a run's folder holds, as far as the run has come: scores, metrics, configuration and episodes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval import metrics
from eval.record import Record, file_name, firsts
from eval.record import read as read_records
from eval.report.text import column_name, duration, is_number

_CONFIG_CHARS = 200_000

Score = dict[str, Any]


@dataclass
class Run:
    """A training run or an evaluation.

    Attributes:
        name: The folder's name.
        training: Whether its columns are the stages of a training run.
        columns: Stages or policies, in order.
        scores: Suite -> column -> Score.
        tables: Suite -> column -> label -> value -> Score.
        differences: Suite -> name such as "mgt - fre" -> `{"difference", "ci95"}` and, of an evaluation, "p".
        facts: Name and value of what is said in the heading.
        metrics: Stage -> its rows, in order.
        episodes: Suite -> column -> records, in order of their tasks and samples.
        config: Text of the configuration, or an empty string.
    """

    name: str
    training: bool = False
    columns: list[str] = field(default_factory=list)
    scores: dict[str, dict[str, Score]] = field(default_factory=dict)
    tables: dict[str, dict[str, dict[str, dict[str, Score]]]] = field(default_factory=dict)
    differences: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)
    metrics: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    episodes: dict[str, dict[str, list[Record]]] = field(default_factory=dict)
    config: str = ""


def read(folder: Path) -> Run:
    """Read a run or an evaluation folder, finished or not.

    Raises:
        ValueError: If it is no folder, has nothing to report, or its results or episodes cannot be read.
        OSError: If a file cannot be read.
    """
    if not folder.is_dir():
        raise ValueError(f"there is no run folder {folder}")
    run = Run(folder.resolve().name)
    if (folder / "results.json").is_file():
        _read_results(run, folder / "results.json")
    if (folder / "metrics.jsonl").is_file():
        run.metrics = _read_metrics(folder / "metrics.jsonl")
    if (folder / "config.yaml").is_file():
        run.config = (folder / "config.yaml").read_text(encoding="utf-8", errors="replace")[:_CONFIG_CHARS]
    _read_episodes(run, folder / "episodes")
    if not (run.scores or run.metrics or run.config):
        raise ValueError(f"{folder} has nothing to report: no results.json, metrics.jsonl, config.yaml or episodes")
    run.training = run.training or bool(run.metrics)
    run.columns = _in_order(run)
    _fill_in(run)
    run.facts += _extent(run)
    return run


def _read_results(run: Run, path: Path) -> None:
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        stages = results.get("stages") or {}
        for column, suites in stages.items():
            for suite, score in suites.items():
                run.scores.setdefault(suite, {})[column] = dict(score)
        for suite, columns in (results.get("suites") or {}).items():
            run.scores[suite] = {column: dict(score) for column, score in columns.items()}
        run.columns = list(dict.fromkeys([*stages, *(c for scores in run.scores.values() for c in scores)]))
        run.training = bool(stages)
        differences = results.get("gains") or results.get("comparisons") or {}
        run.differences = {suite: dict(named) for suite, named in differences.items()}
        run.tables = {suite: dict(columns) for suite, columns in (results.get("tables") or {}).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{path} cannot be read as results: {error}") from None
    if is_number(results.get("seconds")):
        run.facts.append(("time", duration(results["seconds"])))
    if "seed" in results:
        run.facts.append(("seed", str(results["seed"])))


def _read_metrics(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows by stage. Lines that are not JSON objects, such as one cut off by a crash, are passed over."""
    stages: dict[str, list[dict[str, Any]]] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and is_number(row.get("step")):
            stages.setdefault(str(row.get("stage", "")), []).append(row)
    return stages


def _read_episodes(run: Run, folder: Path) -> None:
    """Records by suite and column, which go by the names of the results where these know them."""
    suites = {file_name(suite): suite for suite in run.scores}
    columns = {file_name(column): column for column in run.columns}
    for path in sorted(folder.glob("*/*.jsonl")):
        records = read_records(path)
        if records:
            suite = suites.get(path.parent.name, path.parent.name)
            run.episodes.setdefault(suite, {})[columns.get(path.stem, path.stem)] = records
    known = list(run.scores)
    run.episodes = {s: run.episodes[s] for s in [*known, *run.episodes] if s in run.episodes}
    for suite in run.episodes:
        run.scores.setdefault(suite, {})


def _in_order(run: Run) -> list[str]:
    """Columns: those of the results, then stages as they were trained, then what only episodes tell of."""
    played = sorted({column for columns in run.episodes.values() for column in columns})
    stages = [stage for stage in run.metrics if stage in played]
    found = dict.fromkeys([*run.columns, *stages, *played])
    return sorted(found, key=lambda column: column != "base") if run.training else list(found)


def _fill_in(run: Run) -> None:
    """Score what the results do not tell, such as the suites of an evaluation that is still going on."""
    for suite, columns in run.episodes.items():
        for column, records in columns.items():
            if column not in run.scores[suite]:
                run.scores[suite][column] = metrics.score(records)
            if column not in run.tables.get(suite, {}):
                run.tables.setdefault(suite, {})[column] = metrics.tables(firsts(records))


def _extent(run: Run) -> list[tuple[str, str]]:
    """How much was trained and played."""
    facts = []
    for stage, rows in run.metrics.items():
        facts.append((f"{column_name(stage)} steps".strip(), f"{len({row['step'] for row in rows}):,}"))
    played = sum(len(records) for columns in run.episodes.values() for records in columns.values())
    return [*facts, ("episodes played", f"{played:,}")] if played else facts
