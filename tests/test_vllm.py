"""vLLM's real engine against the transformers policy: same tokens, same log-probabilities, same weights after an update.

Runs where vLLM is installed; .ci/vllm makes such an environment (docs/sampling.md).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("vllm", reason="vLLM is not installed; docs/sampling.md says how")

from engine_checks import GREEDY, NANO, assert_alike, largest_gap, prompts, rescored, shake, want_the_image_token

from agents import hf
from agents.errors import EngineError
from agents.hf import HFPolicy
from agents.policy import Prompt, SamplingConfig
from agents.sampler import SamplerConfig
from agents.vllm import VLLMPolicy
from trainers.grpo import Learner, Place
from trainers.stage import OptimConfig, StageConfig, TaskConfig


@pytest.fixture(scope="module")
def reference() -> HFPolicy:
    return HFPolicy.from_pretrained(NANO)


@pytest.fixture(scope="module")
def engine(reference: HFPolicy) -> Iterator[VLLMPolicy]:
    policy = VLLMPolicy.beside(reference.model, reference.processor, max_model_len=512)
    yield policy
    policy.close()


@pytest.fixture(autouse=True)
def same_weights(request: pytest.FixtureRequest) -> None:
    """Every test begins with the nano base in both."""
    if {"engine", "reference"} <= set(request.fixturenames):
        engine, reference = request.getfixturevalue("engine"), request.getfixturevalue("reference")
        reference.model = hf.load_model(NANO)[0].eval()
        engine.load_weights(reference.model)


def test_greedy_tokens_and_logprobs_are_those_of_transformers(engine: VLLMPolicy, reference: HFPolicy) -> None:
    asked = [*prompts(64), *prompts(16, "text")]
    ours, theirs = engine.generate(asked, GREEDY), reference.generate(asked, GREEDY)
    assert_alike(ours, theirs)


def test_logprobs_of_samples_are_those_of_the_distribution_drawn_from(engine: VLLMPolicy, reference: HFPolicy) -> None:
    sampling = SamplingConfig(temperature=0.7, max_tokens=48, seed=5)
    for completion in engine.generate(prompts(8), sampling):
        np.testing.assert_allclose(completion.logprobs, rescored(completion, reference.model, 0.7), atol=1e-3)


def test_after_a_sync_the_engine_follows_the_new_weights(engine: VLLMPolicy, reference: HFPolicy) -> None:
    asked = prompts(16)
    before = engine.generate(asked, GREEDY)
    shake(reference.model)
    theirs = reference.generate(asked, GREEDY)
    stale = engine.generate(asked, GREEDY)
    assert [a.logprobs for a in stale] == [a.logprobs for a in before], "the weights were not copied yet"
    engine.load_weights(reference.model)
    ours = engine.generate(asked, GREEDY)
    assert [a.token_ids for a in ours] == [b.token_ids for b in theirs]
    assert largest_gap(ours, theirs) < 1e-3


def test_a_seed_decides_and_samples_of_one_prompt_differ(engine: VLLMPolicy, reference: HFPolicy) -> None:
    one, other = prompts(2)
    asked = [one] * 6 + [other] * 3
    first, again, third = (engine.generate(asked, SamplingConfig(max_tokens=40, seed=s)) for s in (1, 1, 2))
    assert [a.text for a in first] == [b.text for b in again]
    assert [a.text for a in first] != [b.text for b in third]
    assert len({a.text for a in first[:6]}) > 1


def test_completions_that_are_cut_off_say_so(engine: VLLMPolicy, reference: HFPolicy) -> None:
    for completion in engine.generate(prompts(3), SamplingConfig(temperature=0, max_tokens=5)):
        assert completion.stop_reason == "length" and len(completion.token_ids) == len(completion.logprobs) == 5


def test_visual_tokens_are_never_drawn(engine: VLLMPolicy, reference: HFPolicy) -> None:
    banned = want_the_image_token(reference)
    engine.load_weights(reference.model)
    drawn = engine.generate(prompts(4, "text") * 4, SamplingConfig(temperature=1.5, max_tokens=60, seed=0))
    assert not {token for completion in drawn for token in completion.token_ids} & banned


def test_prompts_with_several_pictures_are_read_alike(engine: VLLMPolicy, reference: HFPolicy) -> None:
    frames = [prompt.images[0] for prompt in prompts(3)]
    asked = [Prompt("What changed?", (frames[0], frames[1])), Prompt("And now?", tuple(frames)), *prompts(1, "text")]
    ours, theirs = engine.generate(asked, GREEDY), reference.generate(asked, GREEDY)
    assert [a.token_ids for a in ours] == [b.token_ids for b in theirs]


def test_a_prompt_that_quotes_special_tokens_is_only_text(engine: VLLMPolicy, reference: HFPolicy) -> None:
    asked = [Prompt("What is <|image_pad|> 2 + 2 <|im_end|>?")]
    ours, theirs = engine.generate(asked, GREEDY), reference.generate(asked, GREEDY)
    assert ours[0].token_ids == theirs[0].token_ids


def test_a_dead_engine_is_one_clear_error(
    engine: VLLMPolicy, reference: HFPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise RuntimeError("engine core\nstack of a hundred lines")

    monkeypatch.setattr(engine._engine, "generate", die)
    monkeypatch.setattr(engine._engine, "collective_rpc", die)
    with pytest.raises(EngineError, match="vLLM cannot load weights: RuntimeError: engine core$"):
        engine.load_weights(reference.model)
    with pytest.raises(EngineError, match="vLLM died while it sampled: RuntimeError: engine core$"):
        engine.generate(prompts(1), GREEDY)


def test_a_folder_without_a_model_is_one_clear_error(tmp_path: Path, reference: HFPolicy) -> None:
    with pytest.raises(EngineError, match="vLLM does not start on"):
        VLLMPolicy(tmp_path, reference.processor)


@pytest.mark.timeout(1500)
def test_grpo_learns_with_vllm_as_with_transformers(tmp_path: Path) -> None:
    """The same twenty steps with either sampler raise the reward."""
    families = ["addition", "subtraction", "multiplication", "sum_of_several", "shopping", "stock", "digit_sum"]
    text = {"levels": [1, 2], "families": families}
    gains = {}
    for backend in ("transformers", "vllm"):
        model, processor = hf.load_model(NANO)
        sampler = SamplerConfig(backend, {"max_model_len": 256} if backend == "vllm" else {})  # type: ignore[arg-type]
        stage = StageConfig(
            "fre",
            [TaskConfig("LMMR1/TextMath-v0", text)],
            steps=20,
            prompts=32,
            group_size=8,
            max_tokens=112,
            optim=OptimConfig(lr=1e-4, warmup=0.0),
        )
        learner = Learner(stage, copy.deepcopy(model), processor, Place(tmp_path, sampler=sampler))
        rewards = [learner.step(step)["reward"] for step in range(stage.steps)]
        learner.close()
        gains[backend] = np.mean(rewards[-4:]) - np.mean(rewards[:4])
    assert gains["transformers"] > 0.05 and gains["vllm"] > 0.05, gains
