"""Tiny untrained models of the classes that recipes train, with processors: to try a recipe without its weights.

A tiny model has the class, the names of parameters and the way of reading pictures of the real one. It needs no network.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import torch
from transformers import (
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLProcessor,
    Qwen2VLImageProcessor,
    Qwen2VLVideoProcessor,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from trainers import scratch

SIZES = scratch.Scratch(
    vocabulary=512,
    hidden=32,
    layers=2,
    heads=4,
    kv_heads=2,
    head_dim=8,
    mlp=48,
    vision_hidden=32,
    vision_layers=2,
    vision_heads=2,
    patch=14,
    grid=8,
)
#: What the tokenizer learns its words from: the vocabulary of prompts, in small.
_CORPUS = [
    "Think step by step between <think> and </think>, then write the result between <answer> and </answer>.",
    "Which of the options is right? Answer with the letter. What is the length of the segment, the area, the angle?",
    "Push every box onto a target: up, down, left, right. The player stands at row 3, column 4.",
    "How many are there in the picture? 12 + 7 = 19; 3 * 4 = 12; 100 - 36 = 64; 1/2 = 0.5",
] * 8


def build(model_type: str) -> tuple[Any, Any]:
    """A tiny model of a type, as `config.json` names it, and its processor (a tokenizer, for text alone).

    Raises:
        ValueError: If there is no tiny model of that type; names those there are.
    """
    if model_type not in BUILDERS:
        near = get_close_matches(model_type, BUILDERS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(BUILDERS)}"
        raise ValueError(f"there is no tiny model of type {model_type!r}; {hint}")
    return BUILDERS[model_type]()


def qwen3_vl() -> tuple[Any, Any]:
    return scratch.build(SIZES, _CORPUS)


def qwen2_5_vl() -> tuple[Any, Any]:
    donor, donor_processor = qwen3_vl()
    ids = donor.config
    pictures: dict[str, Any] = {"patch_size": SIZES.patch, "temporal_patch_size": 2, "merge_size": 2}
    processor = Qwen2_5_VLProcessor(
        image_processor=Qwen2VLImageProcessor(**pictures),
        video_processor=Qwen2VLVideoProcessor(**pictures),
        tokenizer=donor_processor.tokenizer,
        chat_template=scratch.CHAT_TEMPLATE,
    )
    config = Qwen2_5_VLConfig(
        text_config=_decoder(ids.text_config.vocab_size)
        | {"rope_parameters": {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [2, 1, 1]}},
        vision_config={
            "depth": SIZES.vision_layers,
            "hidden_size": SIZES.vision_hidden,
            "intermediate_size": 2 * SIZES.vision_hidden,
            "num_heads": SIZES.vision_heads,
            "patch_size": SIZES.patch,
            "temporal_patch_size": 2,
            "spatial_merge_size": 2,
            "out_hidden_size": SIZES.hidden,
            "window_size": 4 * SIZES.patch,
            "fullatt_block_indexes": [1],
        },
        image_token_id=ids.image_token_id,
        video_token_id=ids.video_token_id,
        vision_start_token_id=ids.vision_start_token_id,
        vision_end_token_id=ids.vision_end_token_id,
        tie_word_embeddings=True,
    )
    return _untrained(lambda: Qwen2_5_VLForConditionalGeneration(config), donor_processor.tokenizer), processor


def qwen3() -> tuple[Any, Any]:
    tokenizer = scratch.build_tokenizer(_CORPUS, SIZES.vocabulary)
    tokenizer.chat_template = scratch.CHAT_TEMPLATE
    config = Qwen3Config(**_decoder(len(tokenizer)), head_dim=SIZES.head_dim)
    return _untrained(lambda: Qwen3ForCausalLM(config), tokenizer), tokenizer


def _decoder(vocabulary: int) -> dict[str, Any]:
    return {
        "vocab_size": vocabulary,
        "hidden_size": SIZES.hidden,
        "intermediate_size": SIZES.mlp,
        "num_hidden_layers": SIZES.layers,
        "num_attention_heads": SIZES.heads,
        "num_key_value_heads": SIZES.kv_heads,
        "max_position_embeddings": 8192,
        "tie_word_embeddings": True,
        "pad_token_id": None,
        "bos_token_id": None,
        "eos_token_id": None,
    }


def _untrained(make: Callable[[], Any], tokenizer: Any) -> Any:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SIZES.seed)
        model = make()
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model


BUILDERS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "qwen2_5_vl": qwen2_5_vl,
    "qwen3_vl": qwen3_vl,
    "qwen3": qwen3,
}
