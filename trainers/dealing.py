"""Samples to rows to processes: who computes what, so that all finish at the same time.

Every process has all samples and makes the same plan, then lays out its own rows alone. Processes always have equally many
rows, and a vision tower that runs in one of them runs in all: sharded weights are collected by all or by none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from agents import vision
from trainers import balance
from trainers.mesh import Mesh
from trainers.packing import PackedBatch, Sample, join, shard
from trainers.ring_attention import RingContext, RingLayout


@dataclass(frozen=True)
class Row:
    """One packed row of this process.

    Attributes:
        indices: Which samples it holds, in order.
        batch: Their tensors, on the process's device; under ring attention this process's shard of them.
        last: Whether it is the last one.
    """

    indices: list[int]
    batch: PackedBatch
    last: bool


class Dealer:
    """Lays out the rows of one process.

    Args:
        model: The transformers model that rows are for.
        mesh: The processes.
        max_tokens: Tokens in a row; a longer sample gets a row of its own.
    """

    def __init__(self, model: Any, mesh: Mesh, max_tokens: int):
        self.mesh = mesh
        self.max_tokens = max_tokens
        self._quadratic = balance.attention_share(model.config.get_text_config())
        several = mesh.world > 1 and hasattr(model.model, "get_image_features")
        self._stand_in = vision.blank(model) if several else {}

    def rows(self, samples: Sequence[Sample]) -> Iterator[Row]:
        """This process's rows of the samples, each of which is in exactly one row of one process (or ring)."""
        plan = balance.plan([len(s) for s in samples], self.max_tokens, self.mesh.data_size, self._quadratic)
        for number, step in enumerate(plan):
            indices = step[self.mesh.data_rank]
            batch = join([samples[i] for i in indices]) if indices else _idle(samples)
            if not batch.pictures:
                batch = replace(batch, pictures=self._stand_in)
            if self.mesh.ring_size > 1:
                layout = RingLayout(batch.cu_seqlens, self.mesh.ring_size)
                batch = shard(batch, RingContext(layout, self.mesh.ring_rank, self.mesh.ring_group))
            yield Row(indices, batch.to(self.mesh.device), last=number + 1 == len(plan))

    def balance(self, samples: Sequence[Sample]) -> dict[str, float]:
        """How full rows are, and how much longer than average the busiest process computes."""
        lengths = [len(sample) for sample in samples]
        plan = balance.plan(lengths, self.max_tokens, self.mesh.data_size, self._quadratic)
        return {
            "fill": balance.fill(plan, lengths, self.max_tokens),
            "imbalance": balance.imbalance(plan, lengths, self._quadratic),
        }


@torch.no_grad()
def score(module: Any, samples: Sequence[Sample], name: str, dealer: Dealer) -> None:
    """Give every sample `per_token[name]`: the first output of a module (or engine) for its completion tokens."""
    pieces = []
    for row in dealer.rows(samples):
        outputs = module(row.batch)
        figures = outputs[0] if isinstance(outputs, tuple) else outputs
        batch = row.batch
        pieces.append((row.indices, batch.sample_of.cpu(), batch.place_of.cpu(), figures.float().cpu()))
    for sample in samples:
        sample.per_token[name] = torch.zeros(sample.completion_length)
    for indices, sample_of, place_of, figures in (piece for share in dealer.mesh.gather(pieces) for piece in share):
        for number, index in enumerate(indices):
            mine = sample_of == number
            samples[index].per_token[name][place_of[mine]] = figures[mine]


def _idle(samples: Sequence[Sample]) -> PackedBatch:
    """A short row without anything to learn, for a process that would have none while others compute."""
    batch = join([min(samples, key=len)])
    nothing = torch.zeros(0, dtype=torch.long)
    empty = {name: torch.zeros(0) for name in batch.per_token}
    return replace(batch, sources=nothing, targets=nothing, sample_of=nothing, place_of=nothing, per_token=empty)
