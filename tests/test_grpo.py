"""Single GRPO steps: multi-turn episodes, rollouts that teach nothing, completions that must not be trained on."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from recipes import NANO, SOKOBAN, TEXT

from agents.hf import HFPolicy, load_model
from agents.policy import Completion
from trainers import attention
from trainers.engine import Engine, OptimConfig, rate
from trainers.grpo import Learner, StageConfig, TaskConfig


@pytest.fixture(scope="module")
def nano() -> tuple[Any, Any]:
    return load_model(NANO)


def learner(
    nano: tuple[Any, Any], tasks: list[TaskConfig], policy: type[HFPolicy] = HFPolicy, **changes: Any
) -> Learner:
    model = copy.deepcopy(nano[0])
    model.set_attn_implementation({"text_config": attention.NAME})
    settings = {"steps": 3, "prompts": 4, "group_size": 4, "max_tokens": 64, **changes}
    stage = StageConfig("stage", tasks, **settings)
    return Learner(stage, Engine(model, OptimConfig(lr=1e-4), 3), policy(model, nano[1]), seed=0)


def snapshot(model: torch.nn.Module) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def unchanged(model: torch.nn.Module, before: list[torch.Tensor]) -> bool:
    return all(torch.equal(now, then) for now, then in zip(model.parameters(), before, strict=True))


def test_multi_turn_episodes_are_trained_on_turn_by_turn(nano: tuple[Any, Any]) -> None:
    online = TaskConfig("LMMR1/Sokoban-v0", {**SOKOBAN, "mode": "online", "max_steps": 4})
    student = learner(nano, [online])
    trajectories = student._sample(0)
    assert max(len(t.turns) for t in trajectories) > 1
    samples, dropped = student._samples(trajectories, torch.ones(len(trajectories)))
    assert len(samples) == sum(len(t.turns) for t in trajectories) and dropped == 0
    before = snapshot(student.engine.model)
    metrics = student.step(0)
    assert metrics["grad_norm"] > 0 and not unchanged(student.engine.model, before)


def test_text_and_pictures_mix_in_one_update(nano: tuple[Any, Any]) -> None:
    tasks = [TaskConfig("LMMR1/Sokoban-v0", SOKOBAN), TaskConfig("LMMR1/TextMath-v0", TEXT)]
    metrics = learner(nano, tasks, prompts=8).step(1)
    assert {"success/Sokoban-v0", "success/TextMath-v0"} <= metrics.keys()
    assert metrics["grad_norm"] > 0


def test_the_first_ratio_is_one_so_nothing_is_clipped(nano: tuple[Any, Any]) -> None:
    student = learner(nano, [TaskConfig("LMMR1/TextMath-v0", TEXT)], prompts=8)
    trajectories = student._sample(0)
    samples, _ = student._samples(trajectories, torch.ones(len(trajectories)))
    seen = student._gather(samples)
    # With every advantage 1 and every ratio 1 the loss of each token is -1.
    assert seen["clipped"] == 0
    assert seen["loss"] == pytest.approx(-1, abs=1e-4)


def test_a_rollout_whose_groups_all_agree_changes_nothing(nano: tuple[Any, Any]) -> None:
    student = learner(nano, [TaskConfig("LMMR1/TextMath-v0", TEXT)], max_tokens=1)
    before = snapshot(student.engine.model)
    metrics = student.step(0)
    assert metrics["silent_groups"] == 1 and metrics["reward"] == 0
    assert unchanged(student.engine.model, before)


class Smuggler(HFPolicy):
    """Puts an image placeholder into every second completion, as a sampler without a ban might."""

    def generate(self, prompts: Any, sampling: Any) -> list[Completion]:
        completions = super().generate(prompts, sampling)
        for completion in completions[::2]:
            completion.token_ids[0] = self.model.config.image_token_id
        return completions


def test_a_completion_with_an_image_placeholder_is_dropped_and_counted(nano: tuple[Any, Any]) -> None:
    tasks = [TaskConfig("LMMR1/Sokoban-v0", SOKOBAN)]
    metrics = learner(nano, tasks, Smuggler, advantage="reinforce_baseline", prompts=8).step(0)
    assert metrics["dropped"] > 0 and metrics["grad_norm"] > 0


def test_a_kl_penalty_pulls_towards_the_reference(nano: tuple[Any, Any]) -> None:
    student = learner(nano, [TaskConfig("LMMR1/TextMath-v0", TEXT)], kl=0.1)
    student.reference = copy.deepcopy(nano[0]).eval()
    student.reference.set_attn_implementation({"text_config": attention.NAME})
    with torch.no_grad():
        for parameter in student.engine.model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(0)) * 0.01)
    assert student.step(0)["kl"] > 0.001


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [({"group_size": 1}, "at least 2 answers"), ({"temperature": 0.0}, "above 0"), ({"steps": 0}, "steps is 0")],
)
def test_settings_that_cannot_train_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        StageConfig("stage", [TaskConfig("LMMR1/TextMath-v0")], **changes)


def test_the_learning_rate_warms_up_and_falls_as_its_schedule_says() -> None:
    cosine = OptimConfig(warmup=0.2, schedule="cosine")
    assert [rate(step, 10, cosine) for step in (0, 1, 2, 6, 10)] == pytest.approx([1 / 3, 2 / 3, 1, 0.5, 0])
    assert rate(7, 10, OptimConfig(warmup=0, schedule="linear")) == pytest.approx(0.3)
    assert rate(7, 10, OptimConfig(warmup=0)) == 1
