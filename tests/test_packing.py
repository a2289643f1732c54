"""Packed rows against the same sequences one at a time, with transformers' own attention and own positions."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch

from agents import chat, vision
from agents.policy import Prompt
from trainers import attention
from trainers.logprobs import token_logprobs
from trainers.loss import Clip, Tokens, clipped_surrogate
from trainers.packing import Sample, join, make_sample


def picture(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def make_samples(model: Any, processor: Any) -> list[Sample]:
    """Text only, one picture, two pictures of different sizes, text again: all in one row. Models without eyes get text."""
    rng = np.random.default_rng(0)
    prompts = [
        Prompt("3 + 4 = ?"),
        Prompt("push the box", (picture(rng, 64, 48),)),
        Prompt("which of the two?", (picture(rng, 32, 64), picture(rng, 80, 48))),
        Prompt("12 - 5 = ? Say it in words, please."),
    ]
    sees = hasattr(processor, "image_processor")
    samples = []
    for prompt, length in zip(prompts, (5, 9, 1, 12), strict=True):
        encoded = chat.encode(prompt if sees else Prompt(prompt.text), model, processor)
        figures = {
            "advantages": rng.normal(size=length).tolist(),
            "sampler_logprobs": rng.normal(-6, 0.3, size=length).tolist(),
        }
        ids = rng.integers(10, 250, length).tolist()
        samples.append(make_sample(encoded, ids, chat.visual_token_ids(model.config), figures))
    return samples


def untouched_inputs(model: Any, sample: Sample) -> dict[str, Any]:
    """One sequence as the untouched model takes it, which then finds its own positions."""
    inputs: dict[str, Any] = {"input_ids": sample.input_ids[None], **sample.pictures}
    if "image_grid_thw" in sample.pictures:
        inputs["mm_token_type_ids"] = (sample.input_ids == model.config.image_token_id).int()[None]
    elif sample.pictures:
        inputs |= {name: tiles[None] for name, tiles in sample.pictures.items()}
    return inputs


def reference_logprobs(model: Any, sample: Sample) -> torch.Tensor:
    """One sequence through the untouched model."""
    n = sample.completion_length
    logits = model(**untouched_inputs(model, sample), use_cache=False).logits[0, -n - 1 : -1].float()
    return torch.log_softmax(logits, -1).gather(1, sample.input_ids[-n:, None])[:, 0]


def test_packed_logprobs_loss_and_gradients_equal_one_sequence_at_a_time(tiny: tuple[Any, Any]) -> None:
    model, processor = tiny
    alone, packed = copy.deepcopy(model).train(), copy.deepcopy(model).train()
    alone.set_attn_implementation("eager")
    attention.attach(packed)
    samples = make_samples(model, processor)

    expected = torch.cat([reference_logprobs(alone, sample) for sample in samples])
    old = torch.cat([sample.per_token["sampler_logprobs"] for sample in samples])
    advantages = torch.cat([sample.per_token["advantages"] for sample in samples])
    ratio = (expected - old).exp()
    expected_loss = -torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()
    expected_loss.backward()

    batch = join(samples)
    logprobs, _ = token_logprobs(packed, batch)
    figures = batch.per_token
    tokens = Tokens(logprobs, figures["sampler_logprobs"], figures["advantages"], batch.sample_of, batch.completions)
    losses, _ = clipped_surrogate(tokens, Clip())
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
    attention.attach(model)
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
        logits = model(**untouched_inputs(model, sample)).logits[0, -sample.completion_length - 1 : -1]
        keep = [i for i in range(logits.shape[1]) if i not in banned]
        distribution = torch.distributions.Categorical(logits=logits[:, keep] / 0.7)
        targets = torch.tensor([keep.index(i) for i in sample.input_ids[-sample.completion_length :].tolist()])
        attention.attach(model)
        logprobs, entropy = token_logprobs(model, join([sample]), temperature=0.7, banned=banned)
    assert torch.allclose(logprobs, distribution.log_prob(targets), atol=1e-5, rtol=0)
    assert torch.allclose(entropy, distribution.entropy(), atol=1e-5, rtol=0)


def test_a_row_pads_nothing(tiny: tuple[Any, Any]) -> None:
    samples = make_samples(*tiny)
    assert join(samples).input_ids.numel() == sum(map(len, samples))


def test_samples_of_one_prompt_share_its_pictures(tiny_models: dict[str, tuple[Any, Any]]) -> None:
    model, processor = tiny_models["qwen3_vl"]
    model = copy.deepcopy(model).eval()
    attention.attach(model)
    rng = np.random.default_rng(1)
    one, other = (chat.encode(Prompt("push", (picture(rng, 48, 48),)), model, processor) for _ in range(2))
    samples = [make_sample(prompt, [40, 41], ()) for prompt in (one, other, one)]
    batch = join(samples)
    assert len(batch.pictures["image_grid_thw"]) == 2
    with torch.no_grad():
        shared, _ = token_logprobs(model, batch)
        alone = torch.cat([token_logprobs(model, join([sample]))[0] for sample in samples])
    assert torch.allclose(shared, alone, atol=1e-5, rtol=0)


def test_the_vision_tower_sees_only_pictures_whose_rows_are_asked_for(tiny_models: dict[str, tuple[Any, Any]]) -> None:
    rng = np.random.default_rng(2)
    for name in ("qwen3_vl", "qwen2_5_vl", "smolvlm"):
        model, processor = tiny_models[name]
        shots = tuple(picture(rng, height, 64) for height in (32, 64, 48))
        pictures = chat.encode(Prompt("look", shots), model, processor).pictures
        counts = vision.sizes(model, pictures)
        with torch.no_grad():
            everything = torch.cat(list(vision.encode(model, pictures).pooler_output))
            assert len(everything) == sum(counts)
            rows = torch.tensor([counts[0] + counts[1], counts[0] + counts[1] + 1, 0])  # the third unit, then the first
            some = vision.encode(model, pictures, rows).pooler_output[0]
            nothing = vision.encode(model, pictures, rows[:0]).pooler_output[0]
        assert torch.allclose(some, everything[rows], atol=1e-5), name
        assert nothing.shape == (0, everything.shape[1])
        smallest = vision.blank(model)
        assert vision.encode(model, smallest, rows[:0]).pooler_output[0].requires_grad


@pytest.mark.parametrize("name", ["image_token_id", "video_token_id", "vision_start_token_id"])
def test_a_completion_with_a_visual_token_is_refused(tiny_models: dict[str, tuple[Any, Any]], name: str) -> None:
    model, processor = tiny_models["qwen3_vl"]
    encoded = chat.encode(Prompt("hello"), model, processor)
    with pytest.raises(ValueError, match="for which there is no picture"):
        make_sample(encoded, [40, getattr(model.config, name), 41], chat.visual_token_ids(model.config))


def test_an_empty_completion_is_refused(tiny: tuple[Any, Any]) -> None:
    with pytest.raises(ValueError, match="the completion is empty"):
        make_sample(chat.encode(Prompt("hello"), *tiny), [], ())
