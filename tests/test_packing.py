"""Packed rows against the same sequences one at a time, with transformers' own attention and own positions."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from agents import chat
from agents.policy import Prompt
from trainers import attention
from trainers.logprobs import token_logprobs
from trainers.loss import clipped_surrogate
from trainers.packing import Sample, bins, join, make_sample, pack


def picture(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def make_samples(model: Any, processor: Any) -> list[Sample]:
    """Text only, one image, two images of different sizes, and text again: all in one bin."""
    rng = np.random.default_rng(0)
    prompts = [
        Prompt("3 + 4 = ?"),
        Prompt("push the box", (picture(rng, 64, 48),)),
        Prompt("which of the two?", (picture(rng, 32, 64), picture(rng, 80, 48))),
        Prompt("12 - 5 = ? Say it in words, please."),
    ]
    samples = []
    for prompt, length in zip(prompts, (5, 9, 1, 12), strict=True):
        encoded = chat.encode(prompt, model, processor)
        sample = make_sample(encoded, rng.integers(10, 250, length).tolist(), chat.visual_token_ids(model.config))
        sample.advantages = torch.tensor(rng.normal(size=length), dtype=torch.float32)
        sample.old_logprobs = torch.tensor(rng.normal(-6, 0.3, size=length), dtype=torch.float32)
        samples.append(sample)
    return samples


def reference_logprobs(model: Any, sample: Sample) -> torch.Tensor:
    """One sequence through the untouched model, which finds its own positions."""
    inputs: dict[str, Any] = {"input_ids": sample.input_ids[None], "use_cache": False}
    if sample.pixel_values is not None:
        inputs |= {"pixel_values": sample.pixel_values, "image_grid_thw": sample.image_grid_thw}
        inputs["mm_token_type_ids"] = (sample.input_ids == model.config.image_token_id).int()[None]
    n = sample.completion_length
    logits = model(**inputs).logits[0, -n - 1 : -1].float()
    return torch.log_softmax(logits, -1).gather(1, sample.input_ids[-n:, None])[:, 0]


def test_packed_logprobs_loss_and_gradients_equal_one_sequence_at_a_time(tiny: tuple[Any, Any]) -> None:
    model, processor = tiny
    alone, packed = copy.deepcopy(model).train(), copy.deepcopy(model).train()
    alone.set_attn_implementation("eager")
    packed.set_attn_implementation({"text_config": attention.NAME})
    samples = make_samples(model, processor)

    expected = torch.cat([reference_logprobs(alone, sample) for sample in samples])
    old = torch.cat([sample.old_logprobs for sample in samples])
    advantages = torch.cat([sample.advantages for sample in samples])
    ratio = (expected - old).exp()
    expected_loss = -torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()
    expected_loss.backward()

    batch = join(samples)
    logprobs, _ = token_logprobs(packed, batch)
    losses, _ = clipped_surrogate(logprobs, batch.old_logprobs, batch.advantages)
    losses.mean().backward()

    assert torch.allclose(logprobs, expected, atol=1e-5, rtol=0)
    assert torch.allclose(losses.mean(), expected_loss, atol=1e-5, rtol=0)
    gradients = dict(packed.named_parameters())
    for name, parameter in alone.named_parameters():
        if parameter.grad is None:
            assert gradients[name].grad is None, name
        else:
            assert torch.allclose(gradients[name].grad, parameter.grad, atol=1e-5, rtol=1e-4), name


def test_sequences_in_a_row_do_not_see_each_other(tiny: tuple[Any, Any]) -> None:
    model, processor = tiny
    model = copy.deepcopy(model).eval()
    model.set_attn_implementation({"text_config": attention.NAME})
    samples = make_samples(model, processor)
    other = make_sample(chat.encode(Prompt("something else"), model, processor), [40, 41, 42], ())
    with torch.no_grad():
        first, _ = token_logprobs(model, join(samples))
        second, _ = token_logprobs(model, join([other, *samples]))
    assert torch.allclose(first, second[3:], atol=1e-5, rtol=0)


def test_logprobs_at_a_temperature_with_banned_tokens_are_the_samplers_distribution(tiny: tuple[Any, Any]) -> None:
    model, processor = tiny
    model = copy.deepcopy(model).eval()
    sample = make_samples(model, processor)[1]
    banned = chat.visual_token_ids(model.config)
    with torch.no_grad():
        inputs = {"mm_token_type_ids": (sample.input_ids == model.config.image_token_id).int()[None]}
        logits = model(
            input_ids=sample.input_ids[None],
            pixel_values=sample.pixel_values,
            image_grid_thw=sample.image_grid_thw,
            **inputs,
        ).logits[0, -sample.completion_length - 1 : -1]
        keep = [i for i in range(logits.shape[1]) if i not in banned]
        distribution = torch.distributions.Categorical(logits=logits[:, keep] / 0.7)
        targets = torch.tensor([keep.index(i) for i in sample.input_ids[-sample.completion_length :].tolist()])
        model.set_attn_implementation({"text_config": attention.NAME})
        logprobs, entropy = token_logprobs(model, join([sample]), temperature=0.7, banned=banned)
    assert torch.allclose(logprobs, distribution.log_prob(targets), atol=1e-5, rtol=0)
    assert torch.allclose(entropy, distribution.entropy(), atol=1e-5, rtol=0)


@given(st.lists(st.integers(1, 120), max_size=60), st.integers(1, 100))
def test_bins_hold_every_item_once_and_keep_to_the_capacity(lengths: list[int], capacity: int) -> None:
    packed = bins(lengths, capacity)
    assert sorted(index for bin in packed for index in bin) == list(range(len(lengths)))
    for bin in packed:
        assert sum(lengths[i] for i in bin) <= capacity or len(bin) == 1


def test_bins_of_a_known_case_are_best_fit_decreasing() -> None:
    assert bins([4, 8, 1, 4, 2, 1], 10) == [[1, 4], [0, 3, 2, 5]]


def test_pack_pads_nothing(tiny: tuple[Any, Any]) -> None:
    samples = make_samples(*tiny)
    rows = list(pack(samples, max_tokens=60))
    assert len(rows) > 1
    assert sum(row.input_ids.numel() for row in rows) == sum(map(len, samples))


@pytest.mark.parametrize("name", ["image_token_id", "video_token_id", "vision_start_token_id"])
def test_a_completion_with_a_visual_token_is_refused(tiny: tuple[Any, Any], name: str) -> None:
    model, processor = tiny
    encoded = chat.encode(Prompt("hello"), model, processor)
    with pytest.raises(ValueError, match="for which there is no picture"):
        make_sample(encoded, [40, getattr(model.config, name), 41], chat.visual_token_ids(model.config))


def test_an_empty_completion_is_refused(tiny: tuple[Any, Any]) -> None:
    with pytest.raises(ValueError, match="the completion is empty"):
        make_sample(chat.encode(Prompt("hello"), *tiny), [], ())
