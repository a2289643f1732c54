"""Scores of completion tokens in a packed batch: the forward pass of training, and the modules that an engine wraps.

The vocabulary projection is made for completion tokens alone, and never whole: see `trainers.fused_logprobs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from agents import vision
from trainers.fused_logprobs import fused_logprobs
from trainers.packing import PackedBatch


def hidden_states(model: Any, batch: PackedBatch) -> torch.Tensor:
    """Last hidden states of a packed row, or of this rank's shard of it, [T, hidden].

    Args:
        model: A transformers model with packed attention (`trainers.attention.attach`).
        batch: Its pictures go through the vision tower only as far as its tokens need them.
    """
    inputs: dict[str, Any] = {}
    if batch.pictures:
        inputs["mm_encoder_outputs"] = {"image": vision.encode(model, batch.pictures, batch.picture_rows)}
    return model.model(
        input_ids=batch.input_ids,
        position_ids=batch.position_ids,
        cu_seq_lens_q=batch.cu_seqlens,
        max_length_q=batch.longest,
        ring=batch.ring,
        use_cache=False,
        **inputs,
    ).last_hidden_state[0]


def token_logprobs(
    model: Any, batch: PackedBatch, temperature: float = 1.0, banned: Sequence[int] = ()
) -> tuple[torch.Tensor, torch.Tensor]:
    """Score the completion tokens of a packed batch.

    The distribution is the sampler's: logits over `temperature`, banned tokens left out.

    Args:
        model: A transformers model with packed attention.
        batch: A tokens to score among T.
        temperature: Above 0.
        banned: Token ids with probability 0.

    Returns:
        Log-probabilities, float32 [A], and the entropy of each token's distribution in nats, float32 [A].
    """
    hidden = hidden_states(model, batch)[batch.sources]  # [A, hidden]
    head = model.get_output_embeddings()
    return fused_logprobs(hidden, head.weight, batch.targets, temperature, banned, head.bias)


class Actor(torch.nn.Module):
    """The policy in training: a packed batch in, log-probabilities and entropies of its completion tokens out.

    Args:
        model: A transformers model with packed attention.
        temperature, banned: As in `token_logprobs`.
    """

    def __init__(self, model: Any, temperature: float = 1.0, banned: Sequence[int] = ()):
        super().__init__()
        self.model = model
        self.temperature = temperature
        self.banned = tuple(banned)

    def forward(self, batch: PackedBatch) -> tuple[torch.Tensor, torch.Tensor]:
        return token_logprobs(self.model, batch, self.temperature, self.banned)

    def borrowed(self) -> list[torch.nn.Parameter]:
        """Parameters used outside the module that owns them, which a sharding engine has to be told of."""
        return [self.model.get_output_embeddings().weight]


class Critic(torch.nn.Module):
    """The value function of PPO: a packed batch in, the value of the state before each of its completion tokens out.

    Args:
        model: A transformers model with packed attention; its vocabulary projection is not used.
    """

    def __init__(self, model: Any):
        super().__init__()
        self.model = model
        self.value = torch.nn.Linear(model.get_output_embeddings().in_features, 1)
        torch.nn.init.zeros_(self.value.weight)  # so that the first advantages are the plain returns
        torch.nn.init.zeros_(self.value.bias)

    def forward(self, batch: PackedBatch) -> torch.Tensor:
        return self.value(hidden_states(self.model, batch)[batch.sources])[:, 0].float()

    def borrowed(self) -> list[torch.nn.Parameter]:
        return []
