"""Trackers and progress: who is told of metrics, and that none of them can stop a run."""

from __future__ import annotations

import io
import json
import struct
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from recipes import curriculum
from rich.console import Console
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from agents import progress
from agents.progress import ProgressLine
from trainers import curriculum as job
from trainers.progress import MetricsLog
from trainers.trackers import Careful, TrackersConfig, WandbConfig, open_trackers

ROWS = [{"reward": 0.25, "kl/mean": 1e-3}, {"reward": 0.5, "kl/mean": 2e-3}]


class Broken:
    """A tracker whose network is gone after some calls."""

    def __init__(self, works: int):
        self.left = works
        self.calls = 0

    def log(self, stage, step, metrics) -> None:
        self.calls += 1
        self.left -= 1
        if self.left < 0:
            raise ConnectionError("no route to host\nsecond line")

    def close(self) -> None:
        raise ConnectionError("still no route")


def test_tensorboard_has_every_metric_of_every_step(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path, "fre", 0)
    for step, row in enumerate(ROWS):
        log.write(step, row)
    log.close()
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    for name in ROWS[0]:
        told = [(event.step, event.value) for event in events.Scalars(f"fre/{name}")]
        assert told == [(step, pytest.approx(row[name])) for step, row in enumerate(ROWS)]


def test_a_tracker_that_fails_is_warned_of_once_and_stops_nothing(tmp_path: Path) -> None:
    broken = Broken(works=1)
    log = MetricsLog(tmp_path, "fre", 0, [careful := Careful("Tracker", lambda: broken)])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for step in range(4):
            log.write(step, ROWS[0])
        careful.close()
        log.close()
    said = [str(warning.message) for warning in caught]
    assert said == ["Tracker failed and is told nothing more; training goes on: no route to host second line"]
    assert broken.calls == 2
    assert len((tmp_path / "metrics.jsonl").read_text().splitlines()) == 4


def test_a_tracker_that_cannot_start_is_warned_of(tmp_path: Path) -> None:
    def unreachable() -> Broken:
        raise ConnectionError("no login")

    with pytest.warns(UserWarning, match="training goes on: no login"):
        careful = Careful("Tracker", unreachable)
    careful.log("fre", 0, ROWS[0])
    careful.close()


def offline_records(path: Path) -> Iterator[bytes]:
    """The records of wandb's file of an offline run: a header, then LevelDB's log format in blocks of 32 kB."""
    content, at, whole = path.read_bytes(), 7, b""
    while at + 7 <= len(content):
        left = 32_768 - at % 32_768
        if left < 7:
            at += left
            continue
        length, kind = struct.unpack_from("<HB", content, at + 4)
        whole += content[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # whole, or the last part
            yield whole
            whole = b""


def offline_history(folder: Path) -> list[dict[str, float]]:
    """The rows of history of an offline run."""
    from wandb.proto import wandb_internal_pb2

    (path,) = folder.glob("wandb/offline-run-*/*.wandb")
    rows = []
    for data in offline_records(path):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        if record.WhichOneof("record_type") == "history":
            items = record.history.item
            rows.append({item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in items})
    return rows


def test_weights_and_biases_is_told_every_step_with_a_step_axis_by_stage(tmp_path: Path, monkeypatch) -> None:
    pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    settings = TrackersConfig(WandbConfig("project", mode="offline"))
    trackers = open_trackers(settings, tmp_path, {"model": "nano"})
    for stage in ("fre", "mgt"):
        log = MetricsLog(tmp_path, stage, 0, trackers)
        for step, row in enumerate(ROWS):
            log.write(step, row)
        log.close()
    for tracker in trackers:
        tracker.close()
    deadline = time.monotonic() + 30  # wandb's own process writes the file, on a busy machine a little later
    while len(rows := offline_history(tmp_path)) < 4 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(rows) == 4
    for number, row in enumerate(rows):
        stage, step = ("fre", "mgt")[number // 2], number % 2
        assert row[f"{stage}/step"] == step
        assert {name: row[f"{stage}/{name}"] for name in ROWS[step]} == ROWS[step]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"0" * 40 not in path.read_bytes(), f"the key is in {path}"


def test_a_run_with_weights_and_biases_goes_through(tmp_path: Path) -> None:
    pytest.importorskip("wandb")
    run = tmp_path / "run"
    arguments = ["--config", str(curriculum(tmp_path)), "--run-dir", str(run), "--stages", "fre"]
    assert job.main([*arguments, "trackers={wandb: {project: project, mode: offline}}", "stages.0.steps=2"]) == 0
    rows = offline_history(run)
    assert [row["fre/step"] for row in rows if "fre/reward" in row] == [0, 1]
    assert [row["evaluation/step"] for row in rows if "evaluation/sokoban/success" in row] == [0, 1]


def test_without_the_package_it_is_one_clear_error(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    arguments = ["--config", str(curriculum(tmp_path)), "--run-dir", str(tmp_path / "run"), "--wandb", "project"]
    assert job.main(arguments) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("error: trackers.wandb is set, but wandb is not installed") and "\n" not in said


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A terminal that remembers what was written to it."""
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=140)
    monkeypatch.setattr(progress, "_console", lambda: console)
    return text


def test_on_a_terminal_jobs_within_jobs_have_bars_below_each_other(screen: io.StringIO) -> None:
    outer = ProgressLine("mgt [bold]", 40)
    outer.show(7, reward=0.5, success="12%")
    inner = ProgressLine("look", 2)
    inner.show(2)
    outer.show(8, reward=0.75, success="12%")
    outer.close()
    said = screen.getvalue()
    assert "mgt [bold]" in said and "8/40" in said and "reward 0.75  success 12%" in said
    assert "look" in said and "2/2" in said
    assert said.count("\x1b[?25l") == said.count("\x1b[?25h") >= 1, "the cursor is hidden and shown again"


def test_elsewhere_it_is_plain_lines_now_and_then(capsys) -> None:
    line = ProgressLine("fre", 3, quiet_seconds=60)
    for step in range(1, 4):
        line.show(step, reward=0.5)
    line.close()
    said = capsys.readouterr().err.splitlines()
    assert [text.split("  ")[0] for text in said] == ["fre 1/3", "fre 3/3"]
    assert all("\x1b" not in text for text in said)
