"""Low-rank adapters through peft: put into a model in place, switched off for a reference, merged for a checkpoint.

The model object stays the transformers model it was, so everything else (packing, sampling, engines) works unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from agents.vllm import own_weights


@dataclass
class LoraConfig:
    """LoRA, arXiv 2106.09685.

    Attributes:
        rank: Of the update; its scale is alpha / rank.
        alpha: See rank.
        targets: Regular expression that a linear layer's full name has to match. The default takes all of the language
            model's.
    """

    rank: int = 16
    alpha: int = 32
    targets: str = r"(.*\.)?(model|language_model|text_model)\.layers\.\d+\.(self_attn|mlp)\.\w+_proj"

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise ValueError(f"rank is {self.rank}; expected at least 1")


def inject(model: Any, config: LoraConfig, seed: int = 0) -> None:
    """Put adapters into a model, in place; they alone require gradients afterwards.

    Args:
        model: On the CPU.
        config: Which adapters.
        seed: Of their first weights, which have to be the same in every process.

    Raises:
        ValueError: If peft is not installed, or no layer's name matches.
    """
    try:
        import peft
    except ImportError as error:
        raise ValueError("lora needs the package peft: pip install peft") from error
    settings = peft.LoraConfig(r=config.rank, lora_alpha=config.alpha, target_modules=config.targets, lora_dropout=0.0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        peft.inject_adapter_in_model(settings, model)


@contextmanager
def switched_off(model: Any) -> Iterator[None]:
    """The model as it was before `inject`, for as long as the context lasts."""
    layers = list(_layers(model))
    trained = {parameter: parameter.requires_grad for parameter in model.parameters()}
    for _, layer in layers:
        layer.enable_adapters(False)
    try:
        yield
    finally:
        for _, layer in layers:
            layer.enable_adapters(True)
        for parameter, flag in trained.items():  # peft trains every adapter that it switches on
            parameter.requires_grad_(flag)


def merged_weights(model: Any) -> dict[str, torch.Tensor] | None:
    """The model's weights with the adapters worked in, under their original names; `None` for a model without adapters."""
    layers = dict(_layers(model))
    if not layers:
        return None
    weights = {}
    for name, tensor in model.state_dict().items():
        if ".lora_" in name:
            continue
        owner, _, leaf = name.rpartition(".base_layer.")
        if leaf == "weight" and owner in layers:
            deltas = [layers[owner].get_delta_weight(adapter).float() for adapter in layers[owner].active_adapters]
            tensor = tensor.float() + sum(deltas)  # bfloat16 would lose most of a small delta
        weights[name.replace(".base_layer.", ".")] = tensor
    return weights


def whole_weights(model: Any) -> dict[str, torch.Tensor]:
    """The weights that a model computes with, under their original names, with adapters or without."""
    return merged_weights(model) or own_weights(model)


def _layers(model: Any) -> Iterator[tuple[str, Any]]:
    """The layers that have adapters, by name; none where peft is not installed."""
    for name, module in model.named_modules():
        if hasattr(module, "base_layer") and hasattr(module, "enable_adapters"):
            yield name, module
