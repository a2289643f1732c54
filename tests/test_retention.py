"""The newest and the best checkpoint are found, and pruning leaves both."""

from __future__ import annotations

import math
import os
import random
import warnings
from pathlib import Path
from typing import Any

import pytest
from checkpoint_helpers import flip, saved

from trainers import checkpoint

MISSING = object()
VALUES: list[Any] = [MISSING, math.nan, math.inf, -math.inf, None, True, "9", [9.0], 10**400, -2, 0, 0.5, 0.5, 1, 3.25]


def reward(root: Path, stage: str, step: int, value: Any) -> Path:
    return saved(root, stage, step, metrics={} if value is MISSING else {"reward": value})


def names(root: Path) -> list[str]:
    return sorted(os.listdir(root / "checkpoints"))


def best_by_hand(given: list[tuple[str, Any]], stage: str | None, lowest: bool) -> int | None:
    """The index of the best of (stage, value) pairs, one after the other as a reader would."""
    found = None
    for index, (its_stage, value) in enumerate(given):
        if stage not in (None, its_stage) or type(value) not in (int, float) or value in (math.inf, -math.inf):
            continue
        if value != value:
            continue
        if found is None or (value <= given[found][1] if lowest else value >= given[found][1]):
            found = index
    return found


def test_latest_follows_the_order_of_writing_not_names_or_times(tmp_path):
    assert checkpoint.latest(tmp_path) is None
    paths = [saved(tmp_path, "mgt", 9), saved(tmp_path, "fre", 20), saved(tmp_path, "fre", 3)]
    for age, path in enumerate(paths):
        os.utime(path, (1e9 - age, 1e9 - age))
    assert checkpoint.latest(tmp_path) == paths[2]
    assert checkpoint.latest(tmp_path, "mgt") == paths[0]
    assert checkpoint.latest(tmp_path, "sft") is None
    assert [checkpoint.load_state(p)[1]["sequence"] for p in paths] == [1, 2, 3]


def test_pruning_keeps_the_newest_and_the_protected(tmp_path):
    for step in range(1, 6):
        saved(tmp_path, "fre", step)
    removed = checkpoint.prune(tmp_path, 2, protect=["fre-000001"])
    assert [p.name for p in removed] == ["fre-000002", "fre-000003"]
    assert sorted(os.listdir(tmp_path / "checkpoints")) == ["fre-000001", "fre-000004", "fre-000005"]
    (tmp_path / "checkpoints" / "fre-000005" / "model.txt").unlink()  # damaged: does not count
    checkpoint.prune(tmp_path, 1)
    assert sorted(os.listdir(tmp_path / "checkpoints")) == ["fre-000004", "fre-000005"]
    with pytest.raises(ValueError, match="keep is 0"):
        checkpoint.prune(tmp_path, 0)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_is_the_newest_of_the_highest_finite_values(tmp_path, seed):
    chance = random.Random(seed)
    given = [(chance.choice(["fre", "mgt"]), chance.choice(VALUES)) for _ in range(9)]
    paths = [reward(tmp_path, stage, step, value) for step, (stage, value) in enumerate(given)]
    for stage in (None, "fre", "mgt", "sft"):
        for lowest in (False, True):
            index = best_by_hand(given, stage, lowest)
            expected = None if index is None else paths[index]
            assert checkpoint.best(tmp_path, "reward", stage, lowest=lowest) == expected
    assert checkpoint.best(tmp_path, "loss") is None


@pytest.mark.parametrize("seed", range(6))
def test_pruning_keeps_the_best_of_each_stage_beside_the_newest(tmp_path, seed):
    chance = random.Random(seed)
    lowest = seed % 2 == 1
    given = [(chance.choice(["fre", "mgt"]), chance.choice(VALUES)) for _ in range(9)]
    paths = [reward(tmp_path, stage, step, value) for step, (stage, value) in enumerate(given)]
    keep = chance.randint(1, 3)
    indices = {best_by_hand(given, stage, lowest) for stage in ("fre", "mgt")} - {None}
    expected = {paths[index] for index in indices} | set(paths[-keep:])
    removed = checkpoint.prune(tmp_path, keep, best="reward", lowest=lowest)
    assert removed == [path for path in paths if path not in expected]
    assert names(tmp_path) == sorted(path.name for path in expected)


def test_pruning_step_by_step_ends_with_the_best_of_all(tmp_path):
    for step, value in enumerate([0.1, 0.7, 0.3, 0.7, 0.2, 0.4, 0.1], start=1):
        reward(tmp_path, "fre", step, value)
        checkpoint.prune(tmp_path, 2, best="reward")
    assert names(tmp_path) == ["fre-000004", "fre-000006", "fre-000007"]


def test_without_a_metric_the_best_is_pruned_like_any_other(tmp_path):
    for step, value in enumerate([0.9, 0.1, 0.2]):
        reward(tmp_path, "fre", step, value)
    checkpoint.prune(tmp_path, 1)
    assert names(tmp_path) == ["fre-000002"]


def test_the_best_skips_the_damaged_and_names_them(tmp_path):
    paths = [reward(tmp_path, "fre", step, value) for step, value in enumerate([0.5, 0.9, 0.7, 0.1])]
    flip(paths[1] / "model.txt", 3)
    with pytest.warns(UserWarning, match="fre-000001.*damaged: model.txt"):
        assert checkpoint.best(tmp_path, "reward") == paths[2]
    (paths[2] / checkpoint.STATE).write_text("{")
    with pytest.warns(UserWarning) as told:
        assert checkpoint.best(tmp_path, "reward") == paths[0]
    assert sorted(str(w.message).split(": ")[0][-10:] for w in told) == ["fre-000001", "fre-000002"]


def test_a_metric_that_changed_on_the_disk_neither_wins_nor_protects(tmp_path):
    paths = [reward(tmp_path, "fre", step, value) for step, value in enumerate([0.5, 0.1, 0.2])]
    state = paths[1] / checkpoint.STATE
    state.write_text(state.read_text().replace("0.1", "9.1"))
    with pytest.warns(UserWarning, match="fre-000001.*damaged: trainer/state.json: content changed"):
        assert checkpoint.best(tmp_path, "reward") == paths[0]
    checkpoint.prune(tmp_path, 1, best="reward")
    assert names(tmp_path) == ["fre-000000", "fre-000002"]


def test_an_incomplete_checkpoint_does_not_take_the_place_of_the_best(tmp_path):
    paths = [reward(tmp_path, "fre", step, value) for step, value in enumerate([0.5, 0.9, 0.2, 0.1])]
    (paths[1] / "model.txt").unlink()
    assert checkpoint.prune(tmp_path, 1, best="reward") == [paths[1], paths[2]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert checkpoint.best(tmp_path, "reward") == paths[0]
