"""The shipped nano model: what it is, that it sees, and that it was left room to improve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from safetensors import safe_open
from transformers import AutoModelForImageTextToText, AutoProcessor

from agents.hf import HFPolicy
from agents.policy import Completion, Policy, Prompt, SamplingConfig
from agents.rollout import EnvironmentPool
from eval.metrics import score
from eval.runner import evaluate
from eval.suites import Suite

ROOT = Path(__file__).resolve().parent.parent
NANO = ROOT / "assets" / "nano"
SUITES = {
    name: Suite(**entry)
    for name, entry in yaml.safe_load((ROOT / "configs" / "nano.yaml").read_text(encoding="utf-8"))["suites"].items()
}


class Blindfolded:
    """A policy that is shown a picture without content, of the same size."""

    def __init__(self, policy: Policy, shade: int):
        self._policy = policy
        self._shade = shade

    def generate(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        blank = [replace(p, images=tuple(np.full_like(image, self._shade) for image in p.images)) for p in prompts]
        return self._policy.generate(blank, sampling)


@pytest.fixture(scope="module")
def nano() -> HFPolicy:
    return HFPolicy.from_pretrained(NANO)


def test_it_is_small_and_loads_with_plain_transformers_classes() -> None:
    assert sum(path.stat().st_size for path in NANO.rglob("*")) <= 8e6
    with safe_open(NANO / "model.safetensors", "pt") as file:
        assert len(list(file.keys())) > 50
    model = AutoModelForImageTextToText.from_pretrained(NANO)
    assert type(model).__name__ == "Qwen3VLForConditionalGeneration"
    assert 1e6 <= model.num_parameters() <= 3e6
    assert type(AutoProcessor.from_pretrained(NANO)).__name__ == "Qwen3VLProcessor"


def test_it_solves_levels_that_it_sees_and_next_to_none_with_the_picture_blanked(nano: HFPolicy) -> None:
    # Four moves or more: a blind guess of two straight pushes solves some of the shorter levels.
    kwargs = {**SUITES["sokoban"].kwargs, "min_solution": 4}
    greedy = replace(SUITES["sokoban"], kwargs=kwargs, temperature=0.0)
    assert score(evaluate(nano, greedy, 256))["success"] > 0.4
    for shade in (0, 128):
        assert score(evaluate(Blindfolded(nano, shade), greedy, 256))["success"] <= 0.02


def test_it_reads_player_box_and_target_from_the_frame(nano: HFPolicy) -> None:
    right = []
    pool = EnvironmentPool()
    for record in evaluate(nano, replace(SUITES["sokoban"], temperature=0.0), 64):
        told = record.responses[0].removeprefix("<think>").partition(".")[0]
        env = pool.take(record.task)
        env.reset(seed=record.seed)
        right.append(env.solution().removeprefix("<think>").partition(".")[0] == told)
        pool.give_back(record.task, env)
    assert np.mean(right) > 0.95


def test_it_leaves_reinforcement_learning_room_on_both_tasks(nano: HFPolicy) -> None:
    for suite in SUITES.values():
        told = score(evaluate(nano, suite, 128))
        assert told["format"] > 0.95
        assert told["success"] < 0.75
