"""Rewards to advantages, for answers with several turns, dropped turns, and a divergence in the reward."""

from __future__ import annotations

import pytest
import torch

from trainers import credit
from trainers.experience import Answer
from trainers.packing import Sample
from trainers.stage import LossConfig, StageConfig, TaskConfig


def sample(length: int, drift: float = 0.0) -> Sample:
    """A completion; its sampler finds every token `drift` nats likelier than the reference. The critic says 0."""
    ids = torch.zeros(length + 1, dtype=torch.long)
    figures = {"sampler_logprobs": torch.full((length,), drift), "reference_logprobs": torch.zeros(length)}
    figures["values"] = torch.zeros(length)
    return Sample(ids, ids[None], length, torch.zeros(length + 1, dtype=torch.bool), per_token=figures)


def answer(group: int, rewards: list[float], samples: list[Sample | None]) -> Answer:
    turns = len(rewards)
    return Answer("task", group, rewards, rewards[-1] > 0, [1.0] * turns, [False] * turns, samples)


def stage(**changes: object) -> StageConfig:
    return StageConfig("stage", [TaskConfig("LMMR1/TextMath-v0")], **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("usable", "returns"),
    [
        ([True, True, True], [[3.0, 3.0], [2.0, 2.0], [0.0, 0.0]]),
        ([True, False, True], [[3.0, 3.0], [0.0, 0.0]]),
        ([False, True, True], [[3.0, 3.0], [0.0, 0.0]]),
        ([True, True, False], [[3.0, 3.0], [2.0, 2.0]]),
        ([True, False, False], [[3.0, 3.0]]),
    ],
)
def test_gae_keeps_the_reward_of_a_turn_that_cannot_be_trained_on(
    usable: list[bool], returns: list[list[float]]
) -> None:
    """Rewards 1, 2 and 0 with gamma and lambda 1 and values of 0: returns are what is still to come, dropped turns included."""
    kept = [sample(2) if ok else None for ok in usable]
    credit.assign(stage(advantage="gae"), [answer(0, [1.0, 2.0, 0.0], kept)])
    assert [s.per_token["returns"].tolist() for s in kept if s is not None] == returns


def test_a_divergence_in_the_reward_is_taken_off_before_answers_are_compared() -> None:
    answers = [answer(0, [1.0], [sample(4, drift=0.5)]), answer(0, [0.0], [sample(4)])]
    loss = LossConfig(kl=0.1, kl_in="reward", kl_estimator="k1")
    credit.assign(stage(advantage="dr_grpo", loss=loss), answers)
    # 1 - 0.1 * 4 * 0.5 = 0.8 against 0: 0.4 above and below their mean.
    assert [float(a.samples[0].per_token["advantages"][0]) for a in answers] == pytest.approx([0.4, -0.4])


@pytest.mark.parametrize("name", ["reinforce_baseline", "reinforce_pp", "rloo", "dr_grpo"])
def test_where_all_answers_agree_noise_of_the_divergence_teaches_nothing(name: str) -> None:
    answers = [answer(number // 2, [1.0], [sample(3, drift=1e-3 * number)]) for number in range(4)]
    credit.assign(stage(advantage=name, loss=LossConfig(kl=0.1, kl_in="reward", kl_estimator="k1")), answers)
    assert not any(a.samples[0].per_token["advantages"].any() for a in answers)
