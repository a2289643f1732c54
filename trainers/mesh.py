"""The processes of a run, as a grid: data-parallel ranks down, the members of a ring group across.

Members of a ring group share the same samples and hold different tokens of them; different rings have different samples.
One process is a grid of one, and the same code runs on it. Launch several with `torchrun` or `deepspeed`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist

#: Longest wait for the slowest process: sampling long answers and writing a checkpoint take their time.
TIMEOUT = timedelta(hours=2)


@dataclass(frozen=True)
class Mesh:
    """A process's place in the grid.

    Attributes:
        rank: Of this process, 0 <= rank < world.
        world: Number of processes.
        ring_size: Processes in a ring group; divides `world`.
        ring_group: This process's ring group; `None` if the ring has one member.
        device: Where this process computes.
    """

    rank: int = 0
    world: int = 1
    ring_size: int = 1
    ring_group: Any = None
    device: torch.device = torch.device("cpu")

    @property
    def ring_rank(self) -> int:
        return self.rank % self.ring_size

    @property
    def data_rank(self) -> int:
        return self.rank // self.ring_size

    @property
    def data_size(self) -> int:
        return self.world // self.ring_size

    @property
    def main(self) -> bool:
        """Whether this is the process that writes files and talks."""
        return self.rank == 0

    def gather(self, thing: Any) -> list[Any]:
        """Every process's thing, in the order of ranks, on every process. Things are pickled on the way."""
        if self.world == 1:
            return [thing]
        things: list[Any] = [None] * self.world
        dist.all_gather_object(things, thing)
        return things

    def sum(self, values: Sequence[float]) -> list[float]:
        """The sum over all processes of each value."""
        if self.world == 1:
            return list(values)
        total = torch.tensor(values, dtype=torch.float64, device=self.device)
        dist.all_reduce(total)
        return total.tolist()

    def ring_sum(self, values: torch.Tensor) -> torch.Tensor:
        """The sum over this process's ring group; no gradient flows through it."""
        if self.ring_size == 1:
            return values
        total = values.detach().clone()
        dist.all_reduce(total, group=self.ring_group)
        return total

    def wait(self) -> None:
        """Until every process is here."""
        if self.world > 1:
            dist.barrier()


def accept_launcher(parser: argparse.ArgumentParser) -> None:
    """Take the option that `deepspeed` adds to a command line; the environment says the same."""
    parser.add_argument("--local_rank", type=int, help=argparse.SUPPRESS)


def launch(ring_size: int = 1, device: str | None = None) -> Mesh:
    """Join the processes that `torchrun` or `deepspeed` started; alone, be a grid of one.

    Args:
        ring_size: Processes in a ring group.
        device: "cpu" or "cuda"; `None` for CUDA where there is one.

    Raises:
        ValueError: If the number of processes is not a multiple of `ring_size`.
    """
    world, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if world % ring_size:
        raise ValueError(
            f"a ring of {ring_size} does not fit {world} process{'es' * (world > 1)}; start a multiple of {ring_size} "
            f"(torchrun --nproc-per-node {ring_size} ...) or set engine.ring to a divisor of {world}"
        )
    where = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if where.type == "cuda":
        where = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(where)
    if world == 1:
        return Mesh(device=where)
    if not dist.is_initialized():
        dist.init_process_group("nccl" if where.type == "cuda" else "gloo", timeout=TIMEOUT)
    ring_group = None
    if ring_size > 1:
        groups = [
            dist.new_group(list(range(first, first + ring_size)), TIMEOUT) for first in range(0, world, ring_size)
        ]
        ring_group = groups[rank // ring_size]
    return Mesh(rank, world, ring_size, ring_group, where)
