"""From rewards to an advantage for every completion token: applies a stage's estimator to a rollout's answers."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from trainers import advantage
from trainers.experience import Answer
from trainers.loss import KL_ESTIMATORS
from trainers.packing import Sample
from trainers.stage import StageConfig


def assign(stage: StageConfig, answers: Sequence[Answer]) -> None:
    """Give every sample `per_token["advantages"]`, float32 [completion_length].

    Samples have `reference_logprobs` already if the divergence goes into the reward, and `values` for "gae", which adds
    `returns`.
    """
    match stage.advantage:
        case "gae":
            _assign_gae(stage, answers)
        case "turn_level":
            groups = torch.tensor([answer.group for answer in answers])
            by_turn = advantage.turn_level([answer.rewards for answer in answers], groups, stage.gamma)
            for answer, values in zip(answers, by_turn, strict=True):
                _spread(answer, values.tolist())
        case name:
            rewards = torch.tensor([answer.reward for answer in answers])
            if (
                rewards.max() > rewards.min()
            ):  # where all agree, noise of the divergence would be all there is to compare
                taken = [sum(float(_divergence(stage, s).sum()) for s in _usable(a)) for a in answers]
                rewards = rewards - stage.loss.kl * torch.tensor(taken)
            groups = torch.tensor([answer.group for answer in answers])
            for answer, value in zip(answers, advantage.ESTIMATORS[name](rewards, groups).tolist(), strict=True):
                _spread(answer, [value] * len(answer.samples))


def usable(answers: Sequence[Answer]) -> list[Sample]:
    """All samples that can be trained on."""
    return [sample for answer in answers for sample in _usable(answer)]


def _usable(answer: Answer) -> list[Sample]:
    return [sample for sample in answer.samples if sample is not None]


def _divergence(stage: StageConfig, sample: Sample) -> torch.Tensor:
    """The divergence from the reference that a stage takes off the reward, for each token."""
    if not stage.loss.kl or stage.loss.kl_in != "reward":
        return torch.zeros(sample.completion_length)
    figures = sample.per_token
    return KL_ESTIMATORS[stage.loss.kl_estimator](figures["sampler_logprobs"], figures["reference_logprobs"])


def _spread(answer: Answer, turns: Sequence[float]) -> None:
    """The same advantage for all tokens of a turn."""
    for sample, value in zip(answer.samples, turns, strict=True):
        if sample is not None:
            sample.per_token["advantages"] = torch.full((sample.completion_length,), value)


def _earned(answer: Answer) -> list[float]:
    """The reward of each usable turn; that of a turn which is not goes to the one before it, else to the one after."""
    earned: list[float] = []
    early = 0.0
    for reward, sample in zip(answer.rewards, answer.samples, strict=True):
        if sample is not None:
            earned.append(reward + early)
            early = 0.0
        elif earned:
            earned[-1] += reward
        else:
            early += reward
    return earned


def _assign_gae(stage: StageConfig, answers: Sequence[Answer]) -> None:
    """GAE over each episode's tokens, its turns end to end; advantages are then normalised over the whole rollout."""
    samples = usable(answers)
    if not samples:
        return
    lengths = torch.tensor([sample.completion_length for sample in samples])
    sample_of = torch.repeat_interleave(torch.arange(len(samples)), lengths)
    episode_of = torch.repeat_interleave(
        torch.arange(len(answers)), torch.tensor([sum(s.completion_length for s in _usable(a)) for a in answers])
    )
    earned = [reward for answer in answers for reward in _earned(answer)]
    divergence = torch.cat([_divergence(stage, sample) for sample in samples])
    rewards = advantage.kl_in_reward(torch.tensor(earned), divergence, sample_of, stage.loss.kl)
    values = torch.cat([sample.per_token["values"] for sample in samples])
    advantages, returns = advantage.gae(rewards, values, episode_of, stage.gamma, stage.lam)
    pieces = lengths.tolist()
    parts = zip(samples, advantage.whiten(advantages).split(pieces), returns.split(pieces), strict=True)
    for sample, part, target in parts:
        sample.per_token |= {"advantages": part, "returns": target}
