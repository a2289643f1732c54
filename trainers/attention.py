"""Packed attention: many sequences laid end to end in one row, each attending to itself alone.

Registered with transformers under the name `packed`, so any model of the library uses it by configuration:
`model.set_attn_implementation("packed")`. Boundaries come in explicitly as `cu_seq_lens_q`, an extra argument to the
model's forward pass; without them (the sampler's padded batches) torch's own attention does the work.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

NAME = "packed"


def packed_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    cu_seq_lens_q: torch.Tensor | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Attention within each sequence of a packed row.

    Args:
        module: The attention layer that calls.
        query: [1, heads, T, head_dim].
        key, value: [1, kv_heads, T, head_dim].
        attention_mask: `None` for packed rows.
        scaling: Factor of the scores; `None` for 1/sqrt(head_dim).
        dropout: Must be 0 for packed rows.
        cu_seq_lens_q: int32 [sequences + 1], where each sequence begins, and the row's end.

    Returns:
        [1, T, heads, head_dim], and no weights.
    """
    if cu_seq_lens_q is None:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs
        )
    lengths = cu_seq_lens_q.diff().tolist()
    causal = kwargs.get("is_causal")
    causal = getattr(module, "is_causal", True) if causal is None else causal
    outputs = [
        scaled_dot_product_attention(
            q, k, v, dropout_p=dropout, is_causal=causal, scale=scaling, enable_gqa=query.shape[1] != key.shape[1]
        )
        for q, k, v in zip(query.split(lengths, 2), key.split(lengths, 2), value.split(lengths, 2), strict=True)
    ]
    return torch.cat(outputs, dim=2).transpose(1, 2), None


def packed_mask(
    batch_size: int, q_length: int, kv_length: int, *, attention_mask: torch.Tensor | None = None, **kwargs: Any
) -> torch.Tensor | None:
    """No mask where none is needed (packed rows, unpadded batches), torch's usual one for padded or cached ones."""
    if attention_mask is None and q_length == kv_length:
        return None
    return sdpa_mask(batch_size, q_length, kv_length, attention_mask=attention_mask, **kwargs)


def attach(model: Any) -> None:
    """Have a model's language part use packed attention; a vision tower keeps its own."""
    model.set_attn_implementation({"text_config": NAME} if hasattr(model.config, "text_config") else NAME)


AttentionInterface.register(NAME, packed_attention)
AttentionMaskInterface.register(NAME, packed_mask)
