"""Fixtures that several test files share: tiny models of every supported family, made from nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pytest
import torch

from trainers import scratch

torch.set_num_threads(2)

ROOT = Path(__file__).resolve().parent.parent
SIZES = scratch.Scratch(
    vocabulary=400,
    hidden=32,
    layers=2,
    heads=4,
    kv_heads=2,
    head_dim=8,
    mlp=48,
    vision_hidden=32,
    vision_layers=2,
    grid=8,
)
CORPUS = ["push every box onto a target: up, down, left, right", "3 + 4 = 7; 12 - 5 = 7", "<think></think>"] * 20


def tiny_qwen3_vl() -> tuple[Any, Any]:
    return scratch.build(SIZES, CORPUS)


def tiny_qwen2_5_vl() -> tuple[Any, Any]:
    """A Qwen2.5-VL with the same processor as the tiny Qwen3-VL."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    donor, processor = tiny_qwen3_vl()
    ids = donor.config
    text = {
        "vocab_size": ids.text_config.vocab_size,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 1024,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [2, 1, 1]},
        "tie_word_embeddings": True,
        "pad_token_id": None,
        "bos_token_id": None,
        "eos_token_id": None,
    }
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 2,
        "patch_size": 8,
        "temporal_patch_size": 2,
        "spatial_merge_size": 2,
        "out_hidden_size": 32,
        "window_size": 32,
        "fullatt_block_indexes": [1],
    }
    config = Qwen2_5_VLConfig(
        text_config=text,
        vision_config=vision,
        image_token_id=ids.image_token_id,
        video_token_id=ids.video_token_id,
        vision_start_token_id=ids.vision_start_token_id,
        vision_end_token_id=ids.vision_end_token_id,
        tie_word_embeddings=True,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Qwen2_5_VLForConditionalGeneration(config)
    model.generation_config.eos_token_id = donor.generation_config.eos_token_id
    return model, processor


def tiny_smolvlm() -> tuple[Any, Any]:
    """A SmolVLM: pictures in tiles of one size, plain 1-D positions."""
    from transformers import (
        SmolVLMConfig,
        SmolVLMForConditionalGeneration,
        SmolVLMImageProcessor,
        SmolVLMProcessor,
        SmolVLMVideoProcessor,
    )

    tokenizer = scratch.build_tokenizer(CORPUS, SIZES.vocabulary)
    tokenizer.add_special_tokens(
        {"additional_special_tokens": ["<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"]}
    )
    side = {"longest_edge": 32}
    processor = SmolVLMProcessor(
        SmolVLMImageProcessor(size={"longest_edge": 64}, max_image_size=side),
        tokenizer,
        SmolVLMVideoProcessor(size=side, max_image_size=side),
        image_seq_len=4,
        chat_template=scratch.CHAT_TEMPLATE.replace("<|vision_start|><|image_pad|><|vision_end|>", "<image>"),
    )
    config = SmolVLMConfig(
        text_config={
            "model_type": "llama",
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "pad_token_id": None,
            "bos_token_id": None,
            "eos_token_id": tokenizer.eos_token_id,
        },
        vision_config={
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": 32,
            "patch_size": 8,
        },
        scale_factor=2,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=False,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = SmolVLMForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    return model, processor


def tiny_qwen3() -> tuple[Any, Any]:
    """A Qwen3 without eyes, and its tokenizer."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    tokenizer = scratch.build_tokenizer(CORPUS, SIZES.vocabulary)
    tokenizer.chat_template = scratch.CHAT_TEMPLATE
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        eos_token_id=tokenizer.eos_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Qwen3ForCausalLM(config)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    return model, tokenizer


BUILDERS = {
    "qwen3_vl": tiny_qwen3_vl,
    "qwen2_5_vl": tiny_qwen2_5_vl,
    "smolvlm": tiny_smolvlm,
    "qwen3": tiny_qwen3,
}


@pytest.fixture(scope="session")
def tiny_models() -> dict[str, tuple[Any, Any]]:
    """(model, processor) of each class. Shared: tests that train one copy it first."""
    return {name: build() for name, build in BUILDERS.items()}


@pytest.fixture(params=list(BUILDERS))
def tiny(request: pytest.FixtureRequest, tiny_models: dict[str, tuple[Any, Any]]) -> tuple[Any, Any]:
    """Each tiny model in turn."""
    return tiny_models[request.param]


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory, tiny_models: dict[str, tuple[Any, Any]]) -> Path:
    """The tiny Qwen3-VL as a model folder."""
    folder = tmp_path_factory.mktemp("tiny")
    for part in tiny_models["qwen3_vl"]:
        part.save_pretrained(folder)
    return folder
