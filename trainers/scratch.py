"""A small vision-language model from nothing: a Qwen3-VL architecture with a tokenizer of its own.

It knows nothing of tasks or training: a corpus of text goes in, an untrained model and its processor come out, both
plain transformers classes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2VLImageProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
)

SPECIAL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
#: Tags of the response grammar, one token each and visible in decoded text.
TAGS = ("<think>", "</think>", "<answer>", "</answer>")

#: Words with their leading space, single digits (so that numbers of any length are spelled alike), runs of signs.
_PIECES = r" ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+"

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part.text }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@dataclass
class Scratch:
    """Sizes of a model made from nothing.

    Attributes:
        vocabulary: Tokens, special ones included; at least 300 (256 bytes, specials and tags).
        hidden, layers, heads, kv_heads, head_dim, mlp: Of the language model.
        vision_hidden, vision_layers, vision_heads: Of the vision tower.
        patch: Pixels a patch side; 2 x 2 patches make one token.
        grid: Patches a side of the learned position table; pictures of that size need no interpolation.
        position_std: Standard deviation of the learned vision positions. Large, so that a token's place can be read
            off from the first step on.
        seed: Of the initial weights.
    """

    vocabulary: int = 768
    hidden: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 32
    mlp: int = 320
    vision_hidden: int = 64
    vision_layers: int = 2
    vision_heads: int = 2
    patch: int = 8
    grid: int = 14
    position_std: float = 0.5
    seed: int = 0


def build(sizes: Scratch, corpus: Iterable[str]) -> tuple[Qwen3VLForConditionalGeneration, Qwen3VLProcessor]:
    """Train a tokenizer on the corpus and make an untrained model around it."""
    tokenizer = build_tokenizer(corpus, sizes.vocabulary)
    pictures: dict[str, Any] = {
        "patch_size": sizes.patch,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "size": {"shortest_edge": (2 * sizes.patch) ** 2, "longest_edge": 1024 * 1024},
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    processor = Qwen3VLProcessor(
        image_processor=Qwen2VLImageProcessor(**pictures),
        video_processor=Qwen3VLVideoProcessor(**pictures),
        tokenizer=tokenizer,
        chat_template=CHAT_TEMPLATE,
    )
    return build_model(sizes, tokenizer), processor


def build_tokenizer(corpus: Iterable[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer: reads any text, single digits, response tags as tokens of their own."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(  # type: ignore[assignment]
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()  # type: ignore[assignment]
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(TAGS),
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in TAGS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=[token for token in SPECIAL if token not in ("<|im_end|>", "<|endoftext|>")],
        clean_up_tokenization_spaces=False,
    )


def build_model(sizes: Scratch, tokenizer: PreTrainedTokenizerFast) -> Qwen3VLForConditionalGeneration:
    """An untrained Qwen3-VL of the given sizes, float32, reproducible from `sizes.seed`."""

    def token(name: str) -> int:
        return tokenizer.get_vocab()[name]

    half = sizes.head_dim // 2
    config = Qwen3VLConfig(
        text_config=_text_config(sizes, len(tokenizer), half),
        vision_config={
            "depth": sizes.vision_layers,
            "hidden_size": sizes.vision_hidden,
            "intermediate_size": 4 * sizes.vision_hidden,
            "num_heads": sizes.vision_heads,
            "patch_size": sizes.patch,
            "temporal_patch_size": 2,
            "spatial_merge_size": 2,
            "out_hidden_size": sizes.hidden,
            "num_position_embeddings": sizes.grid**2,
            "deepstack_visual_indexes": [0],
        },
        image_token_id=token("<|image_pad|>"),
        video_token_id=token("<|video_pad|>"),
        vision_start_token_id=token("<|vision_start|>"),
        vision_end_token_id=token("<|vision_end|>"),
        tie_word_embeddings=True,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(sizes.seed)
        model = Qwen3VLForConditionalGeneration(config)
        torch.nn.init.normal_(model.model.visual.pos_embed.weight, std=sizes.position_std)
    model.generation_config.eos_token_id = token("<|im_end|>")
    model.generation_config.pad_token_id = token("<|endoftext|>")
    return model


def _text_config(sizes: Scratch, vocabulary: int, half: int) -> dict[str, Any]:
    third = half // 3
    return {
        "vocab_size": vocabulary,
        "hidden_size": sizes.hidden,
        "intermediate_size": sizes.mlp,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "num_key_value_heads": sizes.kv_heads,
        "head_dim": sizes.head_dim,
        "max_position_embeddings": 4096,
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 10_000.0,
            "mrope_section": [half - 2 * third, third, third],
            "mrope_interleaved": True,
        },
        "tie_word_embeddings": True,
        "pad_token_id": None,
    }
