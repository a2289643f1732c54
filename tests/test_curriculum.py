"""The main job on the nano model, in small: from command line to run folder, killed and resumed, and with bad input."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from recipes import NANO, base, curriculum
from safetensors.torch import load_file
from transformers import AutoModelForImageTextToText, AutoProcessor

from trainers import checkpoint, sft
from trainers import curriculum as job

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model after a few supervised steps, made by the warm start's own command line."""
    folder = tmp_path_factory.mktemp("warm")
    assert sft.main(["--config", str(base(folder))]) == 0
    return folder / "base" / "model"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of an uninterrupted run."""
    folder = tmp_path_factory.mktemp("finished")
    recipe = curriculum(folder)
    assert job.main(["--config", str(recipe), "--run-dir", str(folder / "run"), "--seed", "3"]) == 0
    return folder / "run"


def weights(run: Path, name: str) -> dict[str, torch.Tensor]:
    return load_file(run / "checkpoints" / name / "model.safetensors")


def same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


def test_the_warm_start_leaves_a_model_that_plain_transformers_classes_load(warm: Path) -> None:
    model = AutoModelForImageTextToText.from_pretrained(warm)
    processor = AutoProcessor.from_pretrained(warm)
    assert type(model).__name__ == "Qwen3VLForConditionalGeneration"
    assert processor.tokenizer.decode(processor.tokenizer("up 12 <think>")["input_ids"]) == "up 12 <think>"


@pytest.mark.parametrize("lost", ["sums-000002", "sums-000002 plans-000004"], ids=["within a phase", "before it"])
def test_the_warm_start_resumes_to_the_same_weights(tmp_path: Path, warm: Path, lost: str) -> None:
    recipe = base(tmp_path)
    run = tmp_path / "base"
    assert sft.main(["--config", str(recipe), "keep=3", "save_every=1"]) == 0
    for name in lost.split():
        shutil.rmtree(run / "checkpoints" / name)
    (run / "model" / "model.safetensors").unlink()
    assert sft.main(["--config", str(recipe), "keep=3", "save_every=1"]) == 0
    assert same(load_file(run / "model" / "model.safetensors"), load_file(warm / "model.safetensors"))


def test_a_run_leaves_the_folder_that_the_design_describes(finished: Path) -> None:
    for name in ("config.yaml", "metrics.jsonl", "results.json", "report.html", "rollouts/sokoban.gif"):
        assert (finished / name).is_file(), name
    assert list(finished.glob("tensorboard/events*"))
    results = json.loads((finished / "results.json").read_text())
    assert list(results["stages"]) == ["base", "fre", "mgt"]
    assert results["seed"] == 3 and results["seconds"] > 0
    for scores in results["stages"].values():
        for suite in ("text-math", "sokoban"):
            score = scores[suite]
            assert score["n"] == 8
            assert score["ci95"][0] <= score["score"] <= score["ci95"][1]
            assert 0 <= score["success_ci95"][0] <= score["success"] <= score["success_ci95"][1] <= 1
    assert set(results["gains"]["sokoban"]) == {"fre - base", "mgt - fre"}
    checkpoint.verify(finished / "checkpoints" / "fre-000004")
    checkpoint.verify(finished / "checkpoints" / "mgt-000004")
    AutoModelForImageTextToText.from_pretrained(finished / "checkpoints" / "mgt-000004")


def test_every_step_is_in_the_metrics_once(finished: Path) -> None:
    rows = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    assert [(row["stage"], row["step"]) for row in rows] == [(s, i) for s in ("fre", "mgt") for i in range(4)]
    assert {"reward", "success", "format", "entropy", "grad_norm", "lr", "tokens_per_second"} <= rows[0].keys()


def test_training_changes_the_weights_and_each_stage_goes_on_from_the_one_before(finished: Path) -> None:
    start = load_file(NANO / "model.safetensors")
    assert not same(start, weights(finished, "fre-000004"))
    assert not same(weights(finished, "fre-000004"), weights(finished, "mgt-000004"))


def test_the_same_command_again_does_nothing_but_show_the_results(finished: Path, capsys) -> None:
    before = (finished / "checkpoints" / "mgt-000004" / "model.safetensors").stat().st_mtime_ns
    recipe = curriculum(finished.parent)
    assert job.main(["--config", str(recipe), "--run-dir", str(finished), "--seed", "3"]) == 0
    assert (finished / "checkpoints" / "mgt-000004" / "model.safetensors").stat().st_mtime_ns == before
    assert "Held-out success" in capsys.readouterr().out


def test_a_killed_run_resumes_and_ends_with_the_weights_of_an_uninterrupted_one(finished: Path, tmp_path: Path) -> None:
    recipe = curriculum(tmp_path)
    command = [
        sys.executable, "-m", "trainers.curriculum", "--config", str(recipe), "--run-dir", str(tmp_path / "run"), "--seed", "3"
    ]  # fmt: skip
    for reached in ("fre-000002", "mgt-000001"):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while not (tmp_path / "run" / "checkpoints" / reached).is_dir():
            assert process.poll() is None and time.monotonic() < deadline, f"never reached {reached}"
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not (tmp_path / "run" / "evaluations" / "mgt.json").exists()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    for name in ("fre-000004", "mgt-000004"):
        assert same(weights(tmp_path / "run", name), weights(finished, name)), name
    scores = [json.loads((run / "results.json").read_text())["stages"] for run in (tmp_path / "run", finished)]
    assert [s["mgt"]["sokoban"]["score"] for s in scores][0] == [s["mgt"]["sokoban"]["score"] for s in scores][1]


def heed_ctrl_c() -> None:
    """A shell that starts the tests in the background has them ignore Ctrl-C, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path: Path) -> None:
    recipe = curriculum(tmp_path)
    run = tmp_path / "run"
    arguments = ["--config", str(recipe), "--run-dir", str(run), "stages.0.steps=1000", "stages.0.save_every=1000"]
    process = subprocess.Popen(
        [sys.executable, "-m", "trainers.curriculum", *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    )
    deadline = time.monotonic() + 120
    metrics = run / "metrics.jsonl"
    while not (metrics.exists() and len(metrics.read_text().splitlines()) >= 3):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.search(r"To go on: python -m trainers.curriculum --config .*recipe.yaml", said)
    saved = checkpoint.latest(run, "fre")
    assert saved is not None and checkpoint.load_state(saved)[1]["step"] >= 2


def test_mgt_alone_is_direct_rl(tmp_path: Path) -> None:
    recipe = curriculum(tmp_path)
    assert job.main(["--config", str(recipe), "--run-dir", str(tmp_path / "direct"), "--stages", "mgt"]) == 0
    results = json.loads((tmp_path / "direct" / "results.json").read_text())
    assert list(results["stages"]) == ["base", "mgt"]


def complaint(capsys, *arguments: str) -> str:
    assert job.main(list(arguments)) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1 and said[0].startswith("error: ")
    return said[0]


def test_an_unknown_key_names_the_nearest_one(tmp_path: Path, capsys) -> None:
    recipe = curriculum(tmp_path, episode=12)
    assert "episodes" in complaint(capsys, "--config", str(recipe), "--run-dir", str(tmp_path / "run"))


def test_a_missing_model_is_one_clear_error(tmp_path: Path, capsys) -> None:
    recipe = curriculum(tmp_path, Path("assets/no-such-model"))
    said = complaint(capsys, "--config", str(recipe), "--run-dir", str(tmp_path / "run"))
    assert "no model at assets/no-such-model" in said


def test_an_unknown_stage_is_one_clear_error(tmp_path: Path, capsys) -> None:
    recipe = curriculum(tmp_path)
    assert "the recipe has fre, mgt" in complaint(capsys, "--config", str(recipe), "--stages", "fre,mtg")


def test_a_folder_with_another_run_is_refused(finished: Path, capsys) -> None:
    recipe = curriculum(finished.parent)
    said = complaint(capsys, "--config", str(recipe), "--run-dir", str(finished), "--seed", "4")
    assert "other settings" in said


def test_a_damaged_last_checkpoint_is_skipped_for_the_one_before(tmp_path: Path, finished: Path, capsys) -> None:
    recipe = curriculum(tmp_path)
    run = tmp_path / "run"
    command = ["--config", str(recipe), "--run-dir", str(run), "--seed", "3", "--stages", "fre"]
    assert job.main(command) == 0
    damaged = run / "checkpoints" / "fre-000004" / "model.safetensors"
    content = bytearray(damaged.read_bytes())
    content[-1] ^= 1
    damaged.write_bytes(content)
    (run / "evaluations" / "fre.json").unlink()
    assert job.main(command) == 0
    assert "skipping the damaged checkpoint" in capsys.readouterr().err
    assert same(weights(run, "fre-000004"), weights(finished, "fre-000004"))
