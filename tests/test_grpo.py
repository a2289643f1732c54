"""Single GRPO steps: multi-turn episodes, rollouts that teach nothing, completions that must not be trained on."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from recipes import NANO, SOKOBAN, TEXT

from agents.hf import HFPolicy, load_model
from agents.policy import Completion
from trainers import checkpoint, credit, lora
from trainers.engine import EngineConfig, OptimConfig, rate
from trainers.grpo import Learner, Place, train
from trainers.logprobs import Actor
from trainers.lora import LoraConfig
from trainers.reference import Frozen
from trainers.stage import CriticConfig, LossConfig, StageConfig, TaskConfig
from trainers.update import DivergenceError


@pytest.fixture(scope="module")
def nano() -> tuple[Any, Any]:
    return load_model(NANO)


@pytest.fixture
def learner(nano: tuple[Any, Any], tmp_path: Path) -> Iterator[Callable[..., Learner]]:
    """Makes learners of the nano model on given tasks; changes to the stage by keyword."""
    made: list[Learner] = []

    def make(tasks: list[TaskConfig], **changes: Any) -> Learner:
        settings = {"steps": 3, "prompts": 4, "group_size": 4, "max_tokens": 64, **changes}
        engine = EngineConfig(**settings.pop("engine", {}))
        stage = StageConfig("stage", tasks, **settings)
        model = copy.deepcopy(nano[0])
        place = Place(tmp_path, engine=engine)
        made.append(Learner(stage, model, nano[1], place, load=lambda: copy.deepcopy(nano[0])))
        return made[-1]

    yield make
    for student in made:
        student.close()


SOKOBAN_TASK = TaskConfig("LMMR1/Sokoban-v0", SOKOBAN)
TEXT_TASK = TaskConfig("LMMR1/TextMath-v0", TEXT)


def snapshot(model: torch.nn.Module) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def unchanged(model: torch.nn.Module, before: list[torch.Tensor]) -> bool:
    return all(torch.equal(now, then) for now, then in zip(model.parameters(), before, strict=True))


def test_multi_turn_episodes_are_trained_on_turn_by_turn(learner: Callable[..., Learner]) -> None:
    online = TaskConfig("LMMR1/Sokoban-v0", {**SOKOBAN, "mode": "online", "max_steps": 4})
    student = learner([online], advantage="turn_level", gamma=0.9)
    answers = student.experience.collect(student.policy, 0)
    assert max(len(answer.samples) for answer in answers) > 1
    assert len(credit.usable(answers)) == sum(len(answer.rewards) for answer in answers)
    before = snapshot(student.actor.model)
    metrics = student.step(0)
    assert metrics["grad_norm"] > 0 and not unchanged(student.actor.model, before)


def test_questions_about_pictures_and_rows_of_a_file_are_trained_on(
    learner: Callable[..., Learner], tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(f'{{"prompt": "{n} + 1", "answer": "{n + 1}"}}\n' for n in range(30)))
    tasks = [
        TaskConfig("LMMR1/Geometry-v0", {"size": 224, "form": "choice"}),
        TaskConfig("LMMR1/PerceReason-v0", {"size": 224, "form": "choice"}),
        TaskConfig("LMMR1/Dataset-v0", {"source": str(rows)}),
    ]
    student = learner(tasks, prompts=9, loss=LossConfig(entropy=0.01), max_tokens=16)
    before = snapshot(student.actor.model)
    metrics = student.step(0)
    assert {"success/Geometry-v0", "success/PerceReason-v0", "success/Dataset-v0"} <= metrics.keys()
    assert metrics["grad_norm"] > 0 and not unchanged(student.actor.model, before)


def test_text_and_pictures_mix_in_one_update(learner: Callable[..., Learner]) -> None:
    metrics = learner([SOKOBAN_TASK, TEXT_TASK], prompts=8).step(1)
    assert {"success/Sokoban-v0", "success/TextMath-v0"} <= metrics.keys()
    assert metrics["grad_norm"] > 0


def test_the_first_ratio_is_one_so_nothing_is_clipped(learner: Callable[..., Learner]) -> None:
    student = learner([TEXT_TASK], prompts=8)
    samples = credit.usable(student.experience.collect(student.policy, 0))
    for sample in samples:
        sample.per_token["advantages"] = torch.ones(sample.completion_length)
    seen = student.updater.update(samples, [0])
    # With every advantage 1 and every ratio 1 the loss of each token is -1.
    assert seen["clipped"] == 0
    assert seen["loss"] == pytest.approx(-1, abs=1e-4)


def test_several_epochs_and_minibatches_move_the_ratio_and_take_as_many_steps(learner: Callable[..., Learner]) -> None:
    student = learner([TEXT_TASK], prompts=8, epochs=2, minibatches=3, loss=LossConfig(clip_low=1e-4, clip_high=1e-4))
    metrics = student.step(0)
    assert student.actor.steps == 6
    assert metrics["clipped"] > 0


def test_bfloat16_clips_nothing_at_first_however_narrow_the_limits(learner: Callable[..., Learner]) -> None:
    narrow = LossConfig(objective="gspo", clip_low=3e-4, clip_high=4e-4)
    student = learner([TEXT_TASK], prompts=8, loss=narrow, engine={"precision": "bfloat16"})
    assert [student.step(step)["clipped"] for step in range(3)] == [0, 0, 0]
    again = learner([TEXT_TASK], prompts=8, loss=narrow, engine={"precision": "bfloat16"}, epochs=2)
    metrics = again.step(0)
    assert 0 < metrics["clipped"] <= 0.5  # the first pass clips nothing


def test_the_schedule_follows_rollouts_past_those_that_teach_nothing(learner: Callable[..., Learner]) -> None:
    student = learner([TEXT_TASK], max_tokens=1, steps=10, optim=OptimConfig(warmup=0, schedule="linear"))
    assert [student.step(step)["lr"] / student.actor.config.lr for step in range(3)] == pytest.approx([1, 0.9, 0.8])


def test_a_rollout_whose_groups_all_agree_changes_nothing(learner: Callable[..., Learner]) -> None:
    student = learner([TEXT_TASK], max_tokens=1)
    before = snapshot(student.actor.model)
    metrics = student.step(0)
    assert metrics["silent_groups"] == 1 and metrics["reward"] == 0
    assert unchanged(student.actor.model, before)


def test_dynamic_sampling_replaces_groups_that_agree(learner: Callable[..., Learner]) -> None:
    plain = learner([TEXT_TASK], prompts=8, group_size=2).step(0)
    dynamic = learner([TEXT_TASK], prompts=8, group_size=2, dynamic_sampling=4).step(0)
    assert plain["silent_groups"] > 0
    assert dynamic["silent_groups"] < plain["silent_groups"]


class Smuggler(HFPolicy):
    """Puts an image placeholder into every second completion, as a sampler without a ban might."""

    def generate(self, prompts: Any, sampling: Any) -> list[Completion]:
        completions = super().generate(prompts, sampling)
        for completion in completions[::2]:
            completion.token_ids[0] = self.model.config.image_token_id
        return completions


def test_a_completion_with_an_image_placeholder_is_dropped_and_counted(learner: Callable[..., Learner]) -> None:
    student = learner([SOKOBAN_TASK], advantage="reinforce_baseline", prompts=8)
    student.policy = Smuggler(student.actor.model, student.processor)
    metrics = student.step(0)
    assert metrics["dropped"] > 0 and metrics["grad_norm"] > 0


@pytest.mark.parametrize("reference", ["device", "offload"])
def test_a_kl_penalty_measures_the_way_from_the_starting_weights(
    learner: Callable[..., Learner], reference: str
) -> None:
    student = learner([TEXT_TASK], loss=LossConfig(kl=0.1, reference=reference))
    assert student.step(0)["kl"] == pytest.approx(0, abs=1e-6)
    with torch.no_grad():
        for parameter in student.actor.model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(0)) * 0.01)
    assert student.step(1)["kl"] > 0.001


def test_a_reference_in_bfloat16_has_exact_positions(nano: tuple[Any, Any]) -> None:
    exact = {name: buffer.clone() for name, buffer in nano[0].named_buffers()}
    reference = Frozen(Actor(copy.deepcopy(nano[0])), torch.device("cpu"), offload=True, dtype=torch.bfloat16)
    assert {p.dtype for p in reference.actor.parameters()} == {torch.bfloat16}
    for name, buffer in reference.actor.model.named_buffers():
        assert torch.equal(buffer, exact[name]) and buffer.dtype == exact[name].dtype, name


def test_adapters_that_are_switched_off_and_on_are_trained_as_before(learner: Callable[..., Learner]) -> None:
    student = learner([TEXT_TASK], lora=LoraConfig(rank=4), freeze=["model.language_model.layers.0"])
    trained = {name for name, p in student.actor.model.named_parameters() if p.requires_grad}
    assert not any(name.startswith("model.language_model.layers.0.") for name in trained)
    with lora.switched_off(student.actor.model):
        pass
    assert {name for name, p in student.actor.model.named_parameters() if p.requires_grad} == trained


def test_lora_trains_adapters_alone_and_shares_its_reference(learner: Callable[..., Learner], tmp_path: Path) -> None:
    student = learner([TEXT_TASK], prompts=8, lora=LoraConfig(rank=4), loss=LossConfig(kl=0.05, reference="shared"))
    before = {name: p.clone() for name, p in student.actor.model.named_parameters() if ".lora_" not in name}
    assert student.step(0)["kl"] == pytest.approx(0, abs=1e-6)
    assert student.step(1)["kl"] > 0
    after = dict(student.actor.model.named_parameters())
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())

    folder = student.save({})
    merged, _ = load_model(folder)  # plain transformers knows nothing of adapters
    ids = torch.arange(20, 60)[None]
    with torch.no_grad():
        expected = student.actor.model(input_ids=ids).logits
        assert torch.allclose(merged(input_ids=ids).logits, expected, atol=1e-4)
    resumed = learner([TEXT_TASK], prompts=8, lora=LoraConfig(rank=4), loss=LossConfig(kl=0.05, reference="shared"))
    assert resumed.restore(folder) == 2
    assert unchanged(resumed.actor.model, snapshot(student.actor.model))


def test_a_critic_learns_to_tell_good_states_from_bad(learner: Callable[..., Learner]) -> None:
    critic = CriticConfig(optim=OptimConfig(lr=1e-3, warmup=0))
    student = learner([TEXT_TASK], advantage="gae", prompts=16, critic=critic, steps=8)
    losses = [student.step(0)["value_loss"] for _ in range(8)]
    assert losses[-1] < 0.7 * losses[0]


def test_a_critic_checkpoints_its_layers_and_its_failures_count(learner: Callable[..., Learner]) -> None:
    student = learner([TEXT_TASK], advantage="gae", engine={"gradient_checkpointing": True})
    metrics = student.step(0)
    assert metrics["value_grad_norm"] > 0
    layers = student.critic.model.get_decoder().layers
    assert all(layer.training and layer.gradient_checkpointing for layer in layers)
    with torch.no_grad():
        student.critic.module.value.bias.fill_(torch.nan)
    assert student.step(1)["skipped"] == 1


def test_a_frozen_vision_tower_stays_as_it_is(learner: Callable[..., Learner]) -> None:
    student = learner([SOKOBAN_TASK], freeze=["model.visual"])
    before = {name: p.clone() for name, p in student.actor.model.named_parameters()}
    student.step(0)
    for name, parameter in student.actor.model.named_parameters():
        assert torch.equal(parameter, before[name]) == name.startswith("model.visual"), name


def test_freezing_what_is_not_there_is_refused_and_names_what_is(learner: Callable[..., Learner]) -> None:
    with pytest.raises(
        ValueError, match="freeze has 'model.vision', which no parameter begins with; there are .*visual"
    ):
        learner([TEXT_TASK], freeze=["model.vision"])


def test_steps_that_are_not_finite_are_skipped_counted_and_end_in_a_diagnosis(learner: Callable[..., Learner]) -> None:
    student = learner([TEXT_TASK], max_skipped=2)
    samples = credit.usable(student.experience.collect(student.policy, 0))
    for sample in samples:
        sample.per_token["advantages"] = torch.ones(sample.completion_length)
    samples[3].per_token["advantages"][0] = torch.nan
    before = snapshot(student.actor.model)
    metrics = student.updater.update(samples, [0])
    assert metrics["skipped"] == 1 and unchanged(student.actor.model, before)
    with pytest.raises(DivergenceError, match=r"stage stage: 2 steps in a row .*LMMR1/TextMath-v0 seed \d+ turn 0"):
        student.updater.update(samples, [0])
    assert unchanged(student.actor.model, before)


def test_ctrl_c_after_a_checkpoint_leaves_it_as_it_is(
    nano: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Learner.step

    def interrupted(self: Learner, number: int) -> dict[str, float]:
        if number == 2:
            self.completed = number
            raise KeyboardInterrupt
        return step(self, number)

    monkeypatch.setattr(Learner, "step", interrupted)
    settings = {"prompts": 2, "group_size": 2, "max_tokens": 16, "save_every": 2, "keep_best": "reward"}
    with pytest.raises(KeyboardInterrupt):
        train(StageConfig("fre", [TEXT_TASK], steps=9, **settings), copy.deepcopy(nano[0]), nano[1], Place(tmp_path))
    assert checkpoint.best(tmp_path, "reward", "fre") == checkpoint.latest(tmp_path, "fre") is not None


def test_training_that_diverges_leaves_a_checkpoint_of_the_last_good_weights(
    nano: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assign = credit.assign

    def poisoned(stage: StageConfig, answers: Any) -> None:
        assign(stage, answers)
        credit.usable(answers)[0].per_token["advantages"][0] = torch.nan

    monkeypatch.setattr(credit, "assign", poisoned)
    stage = StageConfig("fre", [TEXT_TASK], steps=9, prompts=2, group_size=2, max_tokens=32, max_skipped=2)
    with pytest.raises(DivergenceError, match=r"stage fre: 2 steps in a row .*LMMR1/TextMath-v0 seed \d+ turn 0"):
        train(stage, copy.deepcopy(nano[0]), nano[1], Place(tmp_path))
    saved = checkpoint.latest(tmp_path, "fre")
    assert saved is not None
    assert unchanged(load_model(saved)[0], snapshot(nano[0]))
    resumed = Learner(stage, load_model(saved)[0], nano[1], Place(tmp_path))
    resumed.restore(saved)
    assert resumed.updater.skipped_in_a_row == 2
    resumed.close()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"loss": LossConfig(kl=0.1, kl_in="reward")}, "use loss.kl_in 'loss', or another advantage"),
        ({"group_size": 1}, "at least 2 answers"),
        ({"temperature": 0.0}, "above 0"),
        ({"steps": 0}, "steps is 0"),
    ],
)
def test_settings_that_cannot_train_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        StageConfig("stage", [TaskConfig("LMMR1/TextMath-v0")], **changes)


def test_the_learning_rate_warms_up_and_falls_as_its_schedule_says() -> None:
    cosine = OptimConfig(warmup=0.2, schedule="cosine")
    assert [rate(step, 10, cosine) for step in (0, 1, 2, 6, 10)] == pytest.approx([1 / 3, 2 / 3, 1, 0.5, 0])
    assert rate(7, 10, OptimConfig(warmup=0, schedule="linear")) == pytest.approx(0.3)
    assert rate(7, 10, OptimConfig(warmup=0)) == 1
