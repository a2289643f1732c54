"""What the tests of checkpoints share: a tiny model, the least of a model, one flipped bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

from trainers import checkpoint


def tiny_model(seed: int = 0, tied: bool = False) -> Qwen3ForCausalLM:
    torch.manual_seed(seed)
    shape: dict[str, Any] = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "vocab_size": 64,
        "head_dim": 8,
        "tie_word_embeddings": tied,
    }
    return Qwen3ForCausalLM(Qwen3Config(**shape, num_attention_heads=2, num_key_value_heads=1))


class Stub:
    """The least that `save` takes for a model."""

    def __init__(self, content: str = "weights", error: Exception | None = None):
        self.content, self.error = content, error

    def save_pretrained(self, folder: Path) -> None:
        (Path(folder) / "model.txt").write_text(self.content)
        if self.error:
            raise self.error


def saved(root: Path, stage: str, step: int, **state) -> Path:
    name = checkpoint.checkpoint_name(stage, step)
    return checkpoint.save(root, name, Stub(), None, {"x": torch.ones(2)}, {"stage": stage, "step": step, **state})


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
