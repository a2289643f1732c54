"""What the tests of the vLLM engine ask it, in one process or several, and how its answers are compared."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym
import torch

import envs  # noqa: F401
from agents import chat
from agents.errors import EngineError
from agents.hf import HFPolicy, load_model
from agents.policy import Completion, Prompt, SamplingConfig
from trainers import grpo
from trainers.mesh import launch
from trainers.stage import StageConfig, TaskConfig

NANO = Path(__file__).parents[1] / "assets" / "nano"
GREEDY = SamplingConfig(temperature=0, max_tokens=160)


def prompts(count: int, kind: str = "sokoban") -> list[Prompt]:
    """Levels with a picture each, or sums in text."""
    if kind == "sokoban":
        env = gym.make("LMMR1/Sokoban-v0", preset="mini-v0", min_solution=2)
    else:
        env = gym.make("LMMR1/TextMath-v0", levels=(1, 2))
    return [Prompt.of(env.reset(seed=seed)[0]) for seed in range(count)]


def shake(model: torch.nn.Module, size: float = 0.02) -> None:
    """Move all weights a little, as an update would."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator) * parameter.abs().mean() * size)


def largest_gap(ours: list[Completion], theirs: list[Completion]) -> float:
    """Of the log-probabilities of equal tokens."""
    pairs = (
        (a, b)
        for one, other in zip(ours, theirs, strict=True)
        for a, b in zip(one.logprobs, other.logprobs, strict=True)
    )
    return max(abs(a - b) for a, b in pairs)


def assert_alike(ours: list[Completion], theirs: list[Completion]) -> None:
    """Both read the same prompts and drew the same tokens, with the same log-probabilities up to rounding."""
    assert [a.token_ids for a in ours] == [b.token_ids for b in theirs]
    assert [a.text for a in ours] == [b.text for b in theirs]
    assert [a.stop_reason for a in ours] == [b.stop_reason for b in theirs]
    assert largest_gap(ours, theirs) < 1e-3
    for one, other in zip(ours, theirs, strict=True):
        assert one.prompt is not None and other.prompt is not None
        assert torch.equal(one.prompt.input_ids, other.prompt.input_ids)


def rescored(completion: Completion, model: Any, temperature: float) -> list[float]:
    """Log-probabilities of a completion's tokens by transformers: temperature applied, visual tokens left out."""
    assert completion.prompt is not None
    ids = torch.cat([completion.prompt.input_ids, torch.tensor(completion.token_ids)])[None]
    kinds = completion.prompt.is_picture.int()
    kinds = torch.cat([kinds, torch.zeros(len(completion.token_ids), dtype=kinds.dtype)])[None]
    with torch.no_grad():
        logits = model(input_ids=ids, mm_token_type_ids=kinds, **completion.prompt.pictures).logits[0]
    logits[:, list(chat.visual_token_ids(model.config))] = -torch.inf
    scored = torch.log_softmax(logits / temperature, -1)[len(completion.prompt) - 1 : -1]
    return scored.gather(1, torch.tensor(completion.token_ids)[:, None])[:, 0].tolist()


def want_the_image_token(reference: HFPolicy) -> set[int]:
    """Make a model want nothing but visual tokens: their embeddings, tied to the head, are made to win."""
    banned = chat.visual_token_ids(reference.model.config)
    with torch.no_grad():
        embeddings = reference.model.get_input_embeddings().weight
        embeddings[list(banned)] = 4 * embeddings[reference.tokenizer.eos_token_id]
    return set(banned)


def sample_in_this_process(url: str, folder: str) -> tuple[float, str]:
    """One of several trainer processes: load moved weights into a server and sample; then lose the folder for weights.

    Returns:
        The largest difference to transformers' log-probabilities, and the error without the folder.
    """
    from agents.vllm_server import VLLMServerPolicy

    reference = HFPolicy.from_pretrained(NANO)
    options = {"urls": url, "timeout": 120.0, "transport_options": {"folder": folder}}
    policy = VLLMServerPolicy(reference.model, reference.processor, **options)
    shake(reference.model)
    policy.load_weights(reference.model)
    asked = prompts(4)[torch.distributed.get_rank() :: 2]
    gap = largest_gap(policy.generate(asked, GREEDY), reference.generate(asked, GREEDY))
    torch.distributed.barrier()
    if torch.distributed.get_rank() == 0:
        shutil.rmtree(folder)
    try:
        policy.load_weights(reference.model)
    except EngineError as error:
        return gap, str(error)
    return gap, ""


class Mortal(HFPolicy):
    """Samples like its base, and dies in the last process at the third call."""

    calls = 0

    def generate(self, asked: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        self.calls += 1
        ranks = torch.distributed.get_world_size() if torch.distributed.is_initialized() else 1
        mine = torch.distributed.get_rank() if ranks > 1 else 0
        if self.calls == 3 and mine == ranks - 1:
            raise EngineError("the engine died")
        return super().generate(asked, sampling)


def train_until_the_engine_dies(run: str) -> str:
    """Train in one of several processes, with an engine that dies in the third step; return the error's text."""
    grpo.samplers.build = lambda config, model, processor, weights_of: Mortal(model, processor)
    tasks = [TaskConfig("LMMR1/TextMath-v0", {"levels": [1, 2]})]
    stage = StageConfig("fre", tasks, steps=9, prompts=4, group_size=4, max_tokens=24, save_every=9)
    model, processor = load_model(NANO)
    try:
        grpo.train(stage, model, processor, grpo.Place(Path(run), mesh=launch()))
    except EngineError as error:
        return str(error)
    return ""
