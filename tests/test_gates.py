"""Stage gates: when a stage moves on, what goes on, and that a killed run decides alike."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from recipes import NANO, curriculum

from agents.hf import HFPolicy
from agents.rollout import EnvironmentPool
from eval.suites import Suite, heldout_episodes
from trainers import checkpoint
from trainers import curriculum as job
from trainers.gate import End, Look, end, judge, play
from trainers.recipe import read
from trainers.stage import GateConfig


def looks(*scores: float) -> list[Look]:
    return [Look(20 * (number + 1), score) for number, score in enumerate(scores)]


@pytest.mark.parametrize(
    "scores, patience, min_gain, over, best",
    [
        ((), 2, 0.0, False, None),
        ((0.3,), 1, 0.0, False, 20),
        ((0.3, 0.4, 0.5), 1, 0.0, False, 60),
        ((0.3, 0.3), 1, 0.0, True, 20),
        ((0.3, 0.5, 0.4), 2, 0.0, False, 40),
        ((0.3, 0.5, 0.4, 0.5), 2, 0.0, True, 40),
        ((0.3, 0.5, 0.4, 0.6, 0.5), 2, 0.0, False, 80),
        ((0.30, 0.31, 0.32), 2, 0.05, True, 60),  # higher, but not by enough; the best is the highest all the same
        ((0.30, 0.33, 0.36), 2, 0.05, False, 60),  # small gains add up to a rise
    ],
)
def test_a_stage_is_over_when_the_score_stops_rising(scores, patience, min_gain, over, best):
    verdict = judge(looks(*scores), patience, min_gain)
    assert (verdict.over, verdict.best) == (over, best)


def test_over_means_that_some_record_stood_for_as_many_looks_as_patience_says():
    rng = np.random.default_rng(0)
    outcomes = set()
    for _ in range(2000):
        patience, scores = int(rng.integers(1, 4)), rng.integers(0, 6, rng.integers(1, 9)).tolist()
        windows = [
            (max(scores[: first + 1]), scores[first + 1 : first + 1 + patience])
            for first in range(len(scores) - patience)
        ]
        expected = any(max(after) <= record for record, after in windows)
        assert judge(looks(*scores), patience, 0.0).over == expected, (scores, patience)
        outcomes.add(expected)
    assert outcomes == {True, False}


def recipe(folder: Path, **gate: object) -> Path:
    """Two stages that learn nothing, so that a held-out score stays where it is; the first has a gate."""
    path = curriculum(folder)
    content = yaml.safe_load(path.read_text())
    for stage in content["stages"]:
        stage |= {"steps": 6, "save_every": 100, "optim": {"lr": 1e-30}}
    content["stages"][0]["gate"] = {"suite": "text-math", "every": 2, "patience": 1, "episodes": 4, **gate}
    content["stages"][1]["steps"] = 1
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gated")
    assert job.main(["--config", str(recipe(folder)), "--run-dir", str(folder / "run")]) == 0
    return folder / "run"


def test_the_gate_ends_the_stage_and_its_best_checkpoint_goes_on(gated: Path) -> None:
    ends = json.loads((gated / "results.json").read_text())["ends"]
    assert ends["fre"] == {"steps": 4, "why": "gate", "checkpoint": "fre-000002"}
    assert ends["mgt"] == {"steps": 1, "why": "steps", "checkpoint": "mgt-000001"}
    checkpoint.verify(gated / "checkpoints" / "fre-000002")


def test_looks_are_in_the_metrics_and_not_among_the_evaluations(gated: Path) -> None:
    rows = [json.loads(line) for line in (gated / "metrics.jsonl").read_text().splitlines()]
    seen = [(row["step"], row["gate/text-math/success"]) for row in rows if "gate/text-math/success" in row]
    kept = json.loads((gated / "gates" / "fre.json").read_text())["looks"]
    assert seen == [(look["step"] - 1, look["score"]) for look in kept] and [step for step, _ in seen] == [1, 3]
    for suite in ("text-math", "sokoban"):
        assert sorted(path.stem for path in (gated / "episodes" / suite).iterdir()) == ["base", "fre", "mgt"]


@pytest.mark.parametrize("lost", ["the last look", "the last checkpoint", "everything after the first look"])
def test_a_killed_run_decides_alike(tmp_path: Path, gated: Path, lost: str, capsys: pytest.CaptureFixture) -> None:
    run = tmp_path / "run"
    shutil.copytree(gated, run)
    shutil.rmtree(run / "checkpoints" / "mgt-000001")
    for stage in ("fre", "mgt"):
        (run / "evaluations" / f"{stage}.json").unlink()
    gates = run / "gates" / "fre.json"
    content = json.loads(gates.read_text())
    if lost != "the last checkpoint":
        gates.write_text(json.dumps({**content, "looks": content["looks"][:1]}))
    if lost != "the last look":
        shutil.rmtree(run / "checkpoints" / "fre-000004")
    assert job.main(["--config", str(recipe(tmp_path)), "--run-dir", str(run)]) == 0
    assert json.loads(gates.read_text()) == content
    ends = [json.loads((each / "results.json").read_text())["ends"] for each in (run, gated)]
    assert ends[0] == ends[1]


def test_the_last_checkpoint_can_go_on_instead(tmp_path: Path, gated: Path) -> None:
    stage = read(recipe(tmp_path, keep="last"), []).stages[0]
    assert end(gated, stage) == End(4, "gate", "fre-000004")


def test_a_gate_plays_tasks_that_no_finished_stage_is_evaluated_on() -> None:
    suite = Suite("LMMR1/TextMath-v0", {"levels": [1, 1]}, max_tokens=8)
    pool = EnvironmentPool()
    evaluated = {episode.seed for episode in heldout_episodes(suite, 8, pool)}
    pool.close()
    gate = GateConfig("text-math", episodes=5)
    played = play(HFPolicy.from_pretrained(NANO), suite, 8, gate)
    assert len({one.seed for one in played}) == 5 and not evaluated & {one.seed for one in played}


def test_another_run_can_start_from_what_a_run_ended_with(tmp_path: Path, gated: Path, capsys) -> None:
    found = job.find_model(f"run:{gated}")
    assert found == str(gated / "checkpoints" / "mgt-000001")
    unfinished = tmp_path / "unfinished"
    shutil.copytree(gated, unfinished)
    shutil.rmtree(unfinished / "checkpoints" / "mgt-000001")
    for model, why in ((f"run:{unfinished}", "has not finished its last stage, mgt"), ("run:runs/none", "no run in")):
        arguments = ["--config", str(recipe(tmp_path)), "--run-dir", str(tmp_path / "run"), f"model={model}"]
        assert job.main(arguments) == 2
        said = capsys.readouterr().err.strip()
        assert why in said and "\n" not in said


@pytest.mark.parametrize(
    "change, why",
    [
        ("stages.0.gate.suite=text-maths", "did you mean 'text-math'?"),
        ("stages.0.gate.patience=0", "patience is 0; expected at least 1"),
        ("stages.0.gate.metric=reward", "expects one of"),
    ],
)
def test_a_bad_gate_is_one_clear_error(tmp_path: Path, capsys, change: str, why: str) -> None:
    assert job.main(["--config", str(recipe(tmp_path)), "--run-dir", str(tmp_path / "run"), change]) == 2
    said = capsys.readouterr().err.strip()
    assert why in said and "\n" not in said
