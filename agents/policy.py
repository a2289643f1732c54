"""The vocabulary between environments, agents and trainers: what a policy is asked, and what it answers.

Plain data; knows nothing of any model library but tensors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import torch

StopReason = Literal["stop", "length", "error"]


@dataclass(frozen=True, eq=False)
class Prompt:
    """One question to a policy.

    Attributes:
        text: The user's message, without special tokens.
        images: Pictures shown before the text, each uint8 [H, W, 3].
        task: The environment that asks. For scripted policies, which read the answer off it; models never see it.
    """

    text: str
    images: tuple[np.ndarray, ...] = ()
    task: Any = None

    @classmethod
    def of(cls, observation: Mapping[str, Any], task: Any = None) -> Prompt:
        """The question that an observation of a `TaskEnv` asks: its frames, earlier ones first, then its prompt."""
        if "images" in observation:
            return cls(observation["prompt"], tuple(observation["images"]), task)
        present = (observation["image"],) if "image" in observation else ()
        return cls(observation["prompt"], (*observation.get("memory", ()), *present), task)

    def key(self) -> tuple:
        """Equal for prompts with equal text and pictures."""
        return self.text, tuple((image.shape, image.tobytes()) for image in self.images)


@dataclass(frozen=True)
class SamplingConfig:
    """How completions are drawn.

    Attributes:
        temperature: 0 takes the most probable token; otherwise logits are divided by it.
        top_p: Keep the smallest set of tokens with at least this probability, in (0, 1].
        max_tokens: Longest completion.
        seed: Seed of this call's random numbers, or `None` to continue the policy's own stream.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 256
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.temperature < 0:
            raise ValueError(f"temperature is {self.temperature}; expected 0 (greedy) or more")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p is {self.top_p}; expected 0 < top_p <= 1")
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens is {self.max_tokens}; expected at least 1")


@dataclass(frozen=True, eq=False)
class EncodedPrompt:
    """A prompt as a model reads it.

    Attributes:
        input_ids: int64 [T].
        position_ids: int64 [R, T]: R = 3 (temporal, height, width) for models with 3-D rotary positions, else 1.
        is_picture: bool [T], the tokens that stand for a row of picture features.
        pictures: What the image processor made of the images in order, see `agents.vision`; empty without images.
    """

    input_ids: torch.Tensor
    position_ids: torch.Tensor
    is_picture: torch.Tensor
    pictures: dict[str, torch.Tensor] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.input_ids)


@dataclass(eq=False)
class Completion:
    """One answer of a policy.

    Attributes:
        text: The answer without special tokens.
        token_ids: The sampled tokens, the end-of-turn token included when it was sampled.
        logprobs: Log-probability of each token under the distribution it was drawn from before top-p (temperature and
            banned tokens applied); empty for policies that have none.
        stop_reason: "stop" if the model ended its turn, "length" if `max_tokens` cut it off, "error" if there is no answer.
        prompt: What the model read, for training; `None` for policies that cannot be trained.
        prompt_tokens: Tokens read, and `completion_tokens`, tokens written, where a server has counted them; `length` is the
            latter for every policy.
        error: Why there is no answer; empty if there is one.
    """

    text: str
    token_ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    stop_reason: StopReason = "stop"
    prompt: EncodedPrompt | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    error: str = ""

    @property
    def length(self) -> int:
        """Tokens written."""
        return len(self.token_ids) or self.completion_tokens


class Policy(Protocol):
    """Anything that answers prompts."""

    def generate(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        """One completion for each prompt, in order. The same prompt may appear several times."""
        ...
