"""Packed attention, registered with transformers, so that any model of the library uses it by configuration.

Boundaries of sequences come in explicitly as `cu_seq_lens_q`, an extra argument to the model's forward pass; a row that is
shared by a ring of processes comes with a `ring`. Without either (the sampler's padded batches, vision towers with tiles of
one size) torch's own attention does the work. `attach` puts it into a model.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from trainers.ring_attention import RingContext, ring_attention
from trainers.varlen import Segments, varlen_attention

NAME = "packed"
#: The same for rows that a ring shares: what is different comes with the call.
RING = "packed_ring"
#: The same for vision towers: transformers tells a layer where pictures begin only if its attention is a "flash" one.
VISION = "packed_flash"


def packed_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    cu_seq_lens_q: torch.Tensor | None = None,
    max_length_q: int | None = None,
    ring: RingContext | None = None,
    is_causal: bool | None = None,
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
        max_length_q: Tokens of the longest sequence; found out if missing.
        ring: The ring that shares the row, of which the tensors are this process's part.
        is_causal: `None` for what the layer says of itself.

    Returns:
        [1, T, heads, head_dim], and no weights.

    Raises:
        ValueError: If a packed row is asked for dropout.
    """
    causal = getattr(module, "is_causal", True) if is_causal is None else is_causal
    if cu_seq_lens_q is None:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, is_causal=is_causal, **kwargs
        )
    if dropout:
        raise ValueError(
            f"attention dropout is {dropout}; packed rows have none: set attention_dropout to 0 in the model"
        )
    # Under autocast rotary positions leave queries and keys in float32.
    q, k, v = (x[0].transpose(0, 1).to(value.dtype) for x in (query, key, value))  # [T, heads, head_dim]
    if ring is not None:
        return ring_attention(q, k, v, ring, scaling)[None], None
    longest = int(cu_seq_lens_q.diff().max()) if max_length_q is None else max_length_q
    segments = Segments(cu_seq_lens_q, cu_seq_lens_q, longest, longest, causal)
    return varlen_attention(q, k, v, segments, scaling)[None], None


def packed_mask(
    batch_size: int, q_length: int, kv_length: int, *, attention_mask: torch.Tensor | None = None, **kwargs: Any
) -> torch.Tensor | None:
    """No mask where none is needed (packed rows, unpadded batches), torch's usual one for padded or cached ones."""
    if attention_mask is None and q_length == kv_length:
        return None
    return sdpa_mask(batch_size, q_length, kv_length, attention_mask=attention_mask, **kwargs)


def attach(model: Any) -> None:
    """Have a model's language part use packed attention, and its vision tower if that packs pictures (the Qwen families)."""
    model.set_attn_implementation({"text_config": NAME} if hasattr(model.config, "text_config") else NAME)
    tower = getattr(model.model, "visual", None)
    if tower is not None:  # set_attn_implementation would look for the package flash-attn on reading the name
        tower.config._attn_implementation = VISION


for _name in (NAME, RING, VISION):
    AttentionInterface.register(_name, packed_attention)
    AttentionMaskInterface.register(_name, packed_mask)
