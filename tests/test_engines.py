"""Engines, rings and meshes against one process: the same samples give the same losses, gradients and weights."""

from __future__ import annotations

import shutil
from typing import Any

import distributed
import pytest
import torch
import training_worker

needs_compiler = pytest.mark.skipif(not shutil.which("g++"), reason="torch.compile on the CPU needs g++")
FAMILIES = ["qwen3_vl", "qwen2_5_vl", "smolvlm", "qwen3"]


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    """What one process with plain PyTorch makes of the samples, which include text-only rows."""
    return distributed.run(training_worker.train, 1, "qwen3_vl", {})[0]


@pytest.mark.parametrize(
    ("processes", "settings"),
    [
        (2, {}),
        (2, {"zero": 1}),
        (2, {"zero": 2, "offload": True}),
        (2, {"zero": 3}),
        (2, {"ring": 2}),
        (4, {"zero": 3, "ring": 2}),
    ],
    ids=["plain x 2", "ZeRO-1 x 2", "ZeRO-2 x 2, offloaded", "ZeRO-3 x 2", "ring 2", "ZeRO-3 x ring on 4"],
)
def test_every_engine_and_mesh_gives_the_losses_of_one_process(
    alone: dict[str, Any], processes: int, settings: dict[str, Any]
) -> None:
    for rank in distributed.run(training_worker.train, processes, "qwen3_vl", settings):
        assert rank["loss"] == pytest.approx(alone["loss"], abs=1e-4, rel=1e-4)
        assert rank["norm"] == pytest.approx(alone["norm"], abs=1e-4, rel=1e-4)
        for name, weight in alone["model"].items():
            assert torch.allclose(rank["model"][name], weight, atol=1e-4), name


@pytest.mark.parametrize("family", ["qwen3_vl", "qwen2_5_vl", "smolvlm"])
def test_a_process_without_a_picture_keeps_in_step_with_one_that_has_some(family: str) -> None:
    one = distributed.run(training_worker.one_sees, 1, family, {})[0]
    sharded = distributed.run(training_worker.one_sees, 2, family, {"zero": 3})
    assert sorted(rank["held"] for rank in sharded) == [[[False]], [[True]]]
    for rank in sharded:
        assert rank["loss"] == pytest.approx(one["loss"], abs=1e-5)
        assert rank["norm"] == pytest.approx(one["norm"], rel=1e-4)


@pytest.mark.parametrize("loss", [{"objective": "gspo"}, {"normalisation": "sequence_mean", "entropy": 0.01}], ids=str)
def test_sequence_level_losses_are_the_same_on_a_ring(loss: dict[str, Any]) -> None:
    one = distributed.run(training_worker.train, 1, "qwen3_vl", {}, loss)[0]
    ring = distributed.run(training_worker.train, 2, "qwen3_vl", {"ring": 2}, loss)[0]
    assert ring["loss"] == pytest.approx(one["loss"], abs=1e-4, rel=1e-4)


@pytest.mark.parametrize(("family", "ring"), [(f, 2) for f in FAMILIES] + [("qwen3_vl", 3), ("qwen3_vl", 4)])
def test_a_ring_gives_one_process_hidden_states_logprobs_loss_and_gradients(family: str, ring: int) -> None:
    one = distributed.run(training_worker.gradients, 1, family, 1)[0]
    shared = distributed.run(training_worker.gradients, ring, family, ring)[0]
    assert max(shared["tokens"]) - min(shared["tokens"]) <= 2 * len(shared["tokens"])
    assert torch.allclose(shared["hidden"], one["hidden"], atol=1e-5)
    assert torch.allclose(shared["logprobs"], one["logprobs"], atol=1e-5)
    assert shared["loss"] == pytest.approx(one["loss"], abs=1e-5)
    for name, gradient in one["gradient"].items():
        assert torch.allclose(shared["gradient"][name], gradient, atol=1e-5), name


@pytest.mark.parametrize(
    ("before", "after"),
    [((1, {}), (2, {"zero": 3})), ((2, {"zero": 3}), (1, {})), ((2, {"zero": 2}), (1, {"zero": 1}))],
    ids=["one to ZeRO-3 x 2", "ZeRO-3 x 2 to one", "ZeRO-2 x 2 to ZeRO-1 alone"],
)
def test_training_goes_on_with_another_engine_on_another_number_of_processes(
    alone: dict[str, Any], before: tuple[int, dict[str, Any]], after: tuple[int, dict[str, Any]]
) -> None:
    half = distributed.run(training_worker.train, before[0], "qwen3_vl", before[1], None, None, 2)[0]
    rest = distributed.run(training_worker.train, after[0], "qwen3_vl", after[1], None, half, 2)[0]
    assert rest["loss"] == pytest.approx(alone["loss"][2:], abs=1e-4, rel=1e-4)


def test_weights_that_come_and_go_in_pieces_change_nothing(alone: dict[str, Any]) -> None:
    for rank in distributed.run(training_worker.train_in_pieces, 2, "qwen3_vl", {"zero": 3}):
        assert rank["loss"] == pytest.approx(alone["loss"], abs=1e-4, rel=1e-4)


@pytest.mark.parametrize("settings", [{}, {"zero": 1}, {"zero": 2}, {"zero": 3}], ids=str)
def test_a_closed_engine_leaves_next_to_nothing_behind(settings: dict[str, Any]) -> None:
    """A stage's weights, gradients and optimiser states are four times the weights; the next stage needs that room."""
    for left, weights in distributed.run(training_worker.left_behind, 2, "qwen3_vl", settings):
        assert left < 0.2 * weights


@pytest.mark.parametrize("zero", [2, 3])
def test_bfloat16_under_deepspeed_keeps_float32_masters_across_a_resume(zero: int) -> None:
    settings = {"zero": zero, "precision": "bfloat16"}
    whole = distributed.run(training_worker.train, 2, "qwen3_vl", settings)[0]
    half = distributed.run(training_worker.train, 2, "qwen3_vl", settings, None, None, 2)[0]
    rest = distributed.run(training_worker.train, 2, "qwen3_vl", settings, None, half, 2)[0]
    assert {t.dtype for t in whole["model"].values()} == {torch.bfloat16}
    assert {t.dtype for n, t in whole["state"].items() if n.startswith("param.")} == {torch.float32}
    assert rest["loss"] == pytest.approx(whole["loss"][2:], rel=1e-3)


@pytest.mark.parametrize(
    "settings",
    [
        {"gradient_checkpointing": True},
        {"precision": "bfloat16"},
        pytest.param({"compile": True}, marks=[pytest.mark.nightly, needs_compiler]),
    ],
    ids=str,
)
def test_memory_savers_change_no_result_beyond_their_rounding(alone: dict[str, Any], settings: dict[str, Any]) -> None:
    saver = distributed.run(training_worker.train, 1, "qwen3_vl", settings)[0]
    assert saver["loss"] == pytest.approx(alone["loss"], abs=1e-5 if "precision" not in settings else 2e-2)
