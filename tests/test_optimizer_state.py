"""Optimiser and generator states survive the way through flat tensors; those of another model are refused."""

from __future__ import annotations

import pytest
import torch

from trainers.checkpoint import CheckpointError
from trainers.optimizer_state import optimizer_tensors, restore_optimizer
from trainers.rng_state import restore_rng, rng_tensors


def test_optimiser_state_of_another_model_is_refused():
    model = torch.nn.Linear(2, 3)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    tensors = optimizer_tensors(optimizer, model)
    assert sorted(tensors)[:3] == ["optim.bias.exp_avg", "optim.bias.exp_avg_sq", "optim.bias.step"]
    wider = torch.nn.Linear(4, 3)
    with pytest.raises(CheckpointError, match=r"optim.weight.exp_avg has shape \[3, 2\], the parameter \[3, 4\]"):
        restore_optimizer(torch.optim.AdamW(wider.parameters()), wider, tensors)
    frozen = torch.optim.AdamW([model.bias])
    with pytest.raises(CheckpointError, match="'weight', which this run does not train"):
        restore_optimizer(frozen, model, tensors)
    with pytest.raises(CheckpointError, match="not the model's"):
        optimizer_tensors(optimizer, wider)


def test_the_random_generator_continues_where_it_was():
    state = rng_tensors()
    expected = torch.rand(5)
    torch.manual_seed(1)
    restore_rng(state)
    assert torch.equal(torch.rand(5), expected)
    with pytest.raises(CheckpointError, match="rng.cpu"):
        restore_rng({})
