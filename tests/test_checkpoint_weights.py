"""What `save` writes of a model is what plain transformers loads, whichever way the weights were handed over."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from checkpoint_helpers import flip, tiny_model
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoModelForImageTextToText, Qwen3ForCausalLM

from trainers import attention, checkpoint, lora

torch.set_num_threads(1)
TIED = ("model.embed_tokens.weight", "lm_head.weight")


def emptied(model: Any) -> Any:
    """The model as ZeRO-3 leaves it between uses: every parameter without elements."""
    for parameter in model.parameters():
        parameter.data = torch.empty(0, dtype=parameter.dtype)
    return model


def other_weights(model: Any, dtype: torch.dtype = torch.float32) -> dict[str, Tensor]:
    """Random weights for every name of a model; tied names share one tensor."""
    generator = torch.Generator().manual_seed(7)
    weights = {name: torch.randn(t.shape, generator=generator).to(dtype) for name, t in model.state_dict().items()}
    if model.config.tie_word_embeddings:
        weights[TIED[1]] = weights[TIED[0]]
    return weights


def stored(folder: Path) -> list[str]:
    """Names of the tensors in a folder's weight files, sorted, repeated if they are there twice."""
    found: list[str] = []
    for path in folder.glob("*.safetensors"):
        with safe_open(path, "pt") as file:
            found += file.keys()
    return sorted(found)


def assert_loads_as(folder: Path, weights: dict[str, Tensor]) -> None:
    loaded = Qwen3ForCausalLM.from_pretrained(folder).state_dict()
    assert loaded.keys() == weights.keys()
    for name, tensor in weights.items():
        assert loaded[name].dtype == tensor.dtype and torch.equal(loaded[name], tensor), name


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("module_dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_weights_handed_over_are_what_plain_transformers_loads(tmp_path, tied, module_dtype, dtype):
    model = tiny_model(tied=tied).to(module_dtype)
    weights = other_weights(model, dtype)
    given = dict(weights)
    path = checkpoint.save(tmp_path, "fre-000001", emptied(model), None, {}, {}, given)
    checkpoint.verify(path)
    assert given.keys() == weights.keys(), "the caller's weights are the caller's"
    assert stored(path) == sorted(weights.keys() - ({TIED[1]} if tied else set()))
    assert_loads_as(path, weights)


@pytest.mark.parametrize("handed_over", ["both, not sharing memory", "the first alone"])
def test_tied_weights_load_as_one_however_they_are_handed_over(tmp_path, handed_over):
    model = tiny_model(tied=True)
    weights = other_weights(model)
    given = {**weights, TIED[1]: weights[TIED[0]].clone()}
    if handed_over == "the first alone":
        del given[TIED[1]]
    path = checkpoint.save(tmp_path, "fre-000001", emptied(model), None, {}, {}, given)
    assert_loads_as(path, weights)
    loaded = Qwen3ForCausalLM.from_pretrained(path)
    assert loaded.lm_head.weight is loaded.model.embed_tokens.weight


def test_weights_of_several_precisions_are_loaded_at_the_widest(tmp_path):
    model = tiny_model(tied=False).to(torch.bfloat16)
    weights = other_weights(model)
    weights[TIED[0]] = weights[TIED[0]].bfloat16()  # a frozen part
    path = checkpoint.save(tmp_path, "fre-000001", emptied(model), None, {}, {}, weights)
    assert_loads_as(path, {name: tensor.float() for name, tensor in weights.items()})


def test_the_precision_is_recorded_in_nested_configurations(tmp_path, tiny_models):
    model = copy.deepcopy(tiny_models["qwen3_vl"][0]).to(torch.bfloat16)
    model.save_pretrained(tmp_path / "half")
    model = AutoModelForImageTextToText.from_pretrained(tmp_path / "half")  # its parts name bfloat16 each
    weights = {name: tensor.float() + 1e-4 for name, tensor in model.state_dict().items()}
    path = checkpoint.save(tmp_path, "fre-000001", model, None, {}, {}, weights)
    assert "bfloat16" not in (path / "config.json").read_text()
    loaded = AutoModelForImageTextToText.from_pretrained(path).state_dict()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in weights.items())


class Sharded:
    """A model too large for one file, at the scale of the test."""

    def __init__(self, model: Any):
        self.model = model

    def save_pretrained(self, folder: Path, **options: Any) -> None:
        self.model.save_pretrained(folder, max_shard_size="4KB", **options)


def test_a_model_in_several_files_is_checked_in_all_of_them_and_loads(tmp_path):
    model = tiny_model(tied=True)
    weights = other_weights(model)
    path = checkpoint.save(tmp_path, "fre-000001", Sharded(emptied(model)), None, {}, {}, weights)
    shards = sorted(file.name for file in path.glob("model-*.safetensors"))
    index = json.loads((path / "model.safetensors.index.json").read_text())["weight_map"]
    assert len(shards) > 2 and sorted(set(index.values())) == shards
    assert stored(path) == sorted(index) == sorted(weights.keys() - {TIED[1]})
    assert_loads_as(path, weights)
    for name in (*shards, "model.safetensors.index.json"):
        flip(path / name, 40)
        with pytest.raises(checkpoint.CheckpointError, match=f"damaged: {name}"):
            checkpoint.verify(path)
        flip(path / name, 40)


def test_merged_adapters_load_without_peft(tmp_path):
    """W + alpha/r B A (arXiv 2106.09685) in the folder, the adapters still in the model."""
    pytest.importorskip("peft")
    model = tiny_model(tied=True)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    lora.inject(model, lora.LoraConfig(rank=2, alpha=6.0))
    parameters = dict(model.named_parameters())
    for name, parameter in parameters.items():
        if ".lora_" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    path = checkpoint.save(tmp_path, "fre-000001", model, None, {}, {}, lora.merged_weights(model))
    loaded = Qwen3ForCausalLM.from_pretrained(path).state_dict()
    assert loaded.keys() == before.keys()
    changed = 0
    for name, tensor in before.items():
        owner = name.removesuffix(".weight")
        down = parameters.get(f"{owner}.lora_A.default.weight")
        if down is not None:
            tensor = tensor + 6.0 / 2 * parameters[f"{owner}.lora_B.default.weight"] @ down
            changed += 1
        torch.testing.assert_close(loaded[name], tensor, rtol=1e-6, atol=1e-6)
    assert changed == 7


STRANGER = """
import sys
for ours in ("trainers", "agents", "envs", "rewards", "eval"):
    sys.modules[ours] = None  # importing one of these is an error from here on
import torch, transformers
from safetensors.torch import save_file
torch.set_num_threads(1)
model = getattr(transformers, sys.argv[1]).from_pretrained(sys.argv[2])
with torch.no_grad():
    save_file({"logits": model(input_ids=torch.arange(10, 30)[None]).logits.contiguous()}, sys.argv[3])
"""


@pytest.mark.parametrize("kind", [AutoModelForCausalLM, AutoModelForImageTextToText])
def test_a_model_with_packed_attention_loads_where_nobody_knows_of_it(tmp_path, kind, tiny_models):
    model = tiny_model(tied=True) if kind is AutoModelForCausalLM else copy.deepcopy(tiny_models["qwen3_vl"][0])
    model.eval()
    with torch.no_grad():
        expected = model(input_ids=torch.arange(10, 30)[None]).logits
    attention.attach(model)
    path = checkpoint.save(tmp_path, "fre-000001", model, None, {}, {})
    assert not [file for file in path.glob("*.json") if attention.NAME in file.read_text()]
    output = tmp_path / "logits.safetensors"
    command = [sys.executable, "-I", "-c", STRANGER, kind.__name__, str(path), str(output)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    assert done.returncode == 0, done.stderr
    torch.testing.assert_close(load_file(output)["logits"], expected, rtol=1e-5, atol=1e-6)
