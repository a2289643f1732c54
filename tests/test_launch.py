"""The main job on two processes, started as a user starts it, and gone on with on another number of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from recipes import curriculum

ROOT = Path(__file__).resolve().parent.parent
LAUNCHERS = {
    "torchrun": [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"],
    "deepspeed": [sys.executable, "-m", "deepspeed.launcher.runner", "--num_accelerators", "2", "--module"],
}


def run(launcher: list[str], recipe: Path, folder: Path, *settings: str) -> None:
    command = [*launcher, "trainers.curriculum", "--config", str(recipe), "--run-dir", str(folder), *settings]
    environment = {**os.environ, "DS_ACCELERATOR": "cpu", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=recipe.parent, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.parametrize(
    ("launcher", "settings"),
    [("torchrun", ["engine.zero=3", "engine.ring=2"]), ("deepspeed", ["engine.zero=2"])],
    ids=["torchrun, ZeRO-3 and a ring of 2", "deepspeed, ZeRO-2 on 2"],
)
def test_two_processes_do_the_main_job_and_one_goes_on_with_it(
    launcher: str, settings: list[str], tmp_path: Path
) -> None:
    recipe, folder = curriculum(tmp_path), tmp_path / "run"
    run(LAUNCHERS[launcher], recipe, folder, *settings, "engine.device=cpu")
    results = json.loads((folder / "results.json").read_text())
    assert set(results["stages"]) == {"base", "fre", "mgt"}
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [(row["stage"], row["step"]) for row in rows] == [(s, n) for s in ("fre", "mgt") for n in range(4)]

    shutil.rmtree(folder / "checkpoints" / "mgt-000004")
    (folder / "evaluations" / "mgt.json").unlink()
    run([sys.executable, "-m"], recipe, folder)
    state = json.loads((folder / "checkpoints" / "mgt-000004" / "trainer" / "state.json").read_text())
    assert state["processes"] == 1 and state["step"] == 4
    assert (folder / "evaluations" / "mgt.json").exists()


def test_a_ring_that_does_not_fit_the_processes_is_one_clear_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "trainers.curriculum", "--config", str(curriculum(tmp_path))]
    done = subprocess.run([*command, "engine.ring=2"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("error: a ring of 2 does not fit 1 process; start a multiple of 2")
