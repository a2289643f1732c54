"""Which engine draws the completions that a trainer learns from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import torch

from agents.hf import HFPolicy
from agents.policy import Completion, Prompt, SamplingConfig


@dataclass
class SamplerConfig:
    """How completions are drawn during training.

    Attributes:
        backend: "transformers" samples from the model in training itself; "vllm" from an engine beside it, in the same
            process, into which the weights are copied before every rollout; "vllm_server" from servers, which are sent the
            weights.
        options: Arguments of `agents.vllm.VLLMPolicy`, such as `max_model_len` or `sleeps`, or of
            `agents.vllm_server.VLLMServerPolicy`, such as `urls`; none for transformers.
    """

    backend: Literal["transformers", "vllm", "vllm_server"] = "transformers"
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.options and self.backend == "transformers":
            raise ValueError(
                f"sampler.options has {', '.join(self.options)}, which are for backend vllm; leave them out"
            )
        if self.backend == "vllm_server" and not self.options.get("urls"):
            raise ValueError(
                "sampler.backend is vllm_server, but sampler.options has no urls; give the servers' addresses, such as "
                "sampler.options.urls=http://127.0.0.1:8000"
            )


class TrainablePolicy(Protocol):
    """A policy whose completions can be trained on, and which follows the weights in training."""

    model: Any

    def generate(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        """One completion with its log-probabilities and its encoded prompt for each prompt, in order."""
        ...

    def load_weights(self, model: Any) -> None:
        """Sample with this model's weights from now on, as they are now."""
        ...

    def rest(self) -> None:
        """Give memory back until weights are loaded again."""
        ...

    def close(self) -> None:
        """End whatever engine there is."""
        ...


def build(
    config: SamplerConfig, model: Any, processor: Any, weights_of: Callable[[Any], dict[str, torch.Tensor]]
) -> TrainablePolicy:
    """The policy that the settings ask for, with the weights of a transformers model.

    Args:
        config: The settings.
        model: The model in training.
        processor: Its processor or tokenizer.
        weights_of: Gives the model's weights under their original names, for an engine that has a copy.

    Raises:
        ModuleNotFoundError: If the backend is not installed.
        agents.errors.EngineError: If the engine does not start, or the server is not there.
    """
    if config.backend == "transformers":
        return HFPolicy(model, processor)
    if config.backend == "vllm_server":
        from agents.vllm_server import VLLMServerPolicy

        return VLLMServerPolicy(model, processor, weights_of, **config.options)
    from agents.vllm import VLLMPolicy  # needs the extra `vllm`

    return VLLMPolicy.beside(model, processor, weights_of, **config.options)
