"""Compilation is told once and its result kept; and the compiled searches give the same levels wherever they run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import gymnasium as gym
import numba
import numpy as np
import pytest

import envs  # noqa: F401
from envs.compiled import compiled

ROOT = Path(__file__).parents[1]
_SOLVE = """
from envs.sokoban.levels import PRESETS, generate
from envs.sokoban.solver import solve
print(len(solve(generate(PRESETS["small-v0"], 3)).moves))
"""


@pytest.mark.nightly
def test_the_first_process_says_that_it_compiles_and_the_next_one_need_not(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    runs = [
        subprocess.run([sys.executable, "-c", _SOLVE], check=True, capture_output=True, text=True, env=environment)
        for _ in range(2)
    ]
    first, second = (run.stderr.splitlines() for run in runs)
    assert [line.split()[1] for line in first] == ["envs.sokoban"]
    assert second == []
    assert runs[0].stdout == runs[1].stdout


def test_a_seed_makes_the_same_levels_one_by_one_in_workers_and_batched() -> None:
    made = {}
    for mode in ("sync", "async", "vector_entry_point"):
        venv = gym.make_vec("LMMR1/SokobanDiscrete-v0", num_envs=3, vectorization_mode=mode, preset="small-v1")
        observation, infos = venv.reset(seed=11)
        made[mode] = (observation, list(infos["level"]))
        venv.close()
    assert len(set(made["sync"][1])) == 3
    for mode in ("async", "vector_entry_point"):
        assert made[mode][1] == made["sync"][1]
        assert np.array_equal(made[mode][0], made["sync"][0])


def test_without_a_place_for_machine_code_it_is_made_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = numba.njit

    def without_a_place(*functions: Any, **options: Any) -> Any:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return ordinary(*functions, **options)

    monkeypatch.setattr(numba, "njit", without_a_place)
    assert compiled(lambda number: number + 1)(2) == 3


def test_code_of_others_that_has_no_module_compiles_as_before() -> None:
    function = numba.njit(eval("lambda number: number * 2", {"__name__": None}))
    assert function.py_func.__module__ is None and function(4) == 8


def test_what_is_kept_goes_when_another_file_of_the_folder_changes(tmp_path: Path) -> None:
    (tmp_path / "inner.py").write_text("from envs.compiled import compiled\n\n\n@compiled\ndef size():\n    return 1\n")
    (tmp_path / "outer.py").write_text(
        "from envs.compiled import compiled\nfrom inner import size\n\n\n@compiled\ndef twice():\n    return 2 * size()\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}

    def told() -> list[str]:
        script = "from outer import twice; print(twice(), sum(twice.stats.cache_hits.values()))"
        run = subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environment
        )
        return run.stdout.split()

    assert [told(), told()] == [["2", "0"], ["2", "1"]]
    (tmp_path / "inner.py").write_text(
        "from envs.compiled import compiled\n\n\n@compiled\ndef size():\n    return 21\n"
    )
    assert [told(), told()] == [["42", "0"], ["42", "1"]]
