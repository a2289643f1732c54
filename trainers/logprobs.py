"""Log-probabilities of completion tokens in a packed batch. The vocabulary projection is made for these tokens alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from trainers.packing import PackedBatch


def token_logprobs(
    model: Any, batch: PackedBatch, temperature: float = 1.0, banned: Sequence[int] = ()
) -> tuple[torch.Tensor, torch.Tensor]:
    """Score the completion tokens of a packed batch.

    The distribution is the sampler's: logits over `temperature`, banned tokens left out.

    Args:
        model: A transformers model with `packed` attention.
        batch: A tokens to score among T.
        temperature: Above 0.
        banned: Token ids with probability 0.

    Returns:
        Log-probabilities, float32 [A], and the entropy of each token's distribution in nats, float32 [A], without
        gradient.
    """
    hidden = model.model(**batch.model_inputs()).last_hidden_state[0, batch.sources]  # [A, hidden]
    logits = model.lm_head(hidden).float() / temperature  # [A, V]
    if banned:
        logits[:, list(banned)] = torch.finfo(logits.dtype).min
    everything = torch.log_softmax(logits, dim=-1)
    with torch.no_grad():
        entropy = -(everything.exp() * everything).sum(-1)
    return everything.gather(1, batch.targets[:, None])[:, 0], entropy
