"""Run a function in several processes that form a gloo process group, as `torchrun` would start them."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.multiprocessing as mp
from torch.multiprocessing.spawn import ProcessException

# Processes are forked from a server that has imported everything once: imports take longer than the tests.
multiprocessing.set_forkserver_preload(["training_worker", "deepspeed"])
os.environ.setdefault("DS_ACCELERATOR", "cpu")
#: Longest that a group may take, in seconds; a deadlock ends here.
PATIENCE = 300.0


def run(function: Callable[..., Any], processes: int, *arguments: Any) -> list[Any]:
    """Call a module-level function in every process and return what it returned, in the order of ranks.

    Raises:
        AssertionError: If a process failed (with its traceback) or the group did not end in time.
    """
    with tempfile.TemporaryDirectory() as folder:
        torch.save(arguments, Path(folder) / "arguments.pt")  # each tensor handed over would take a file descriptor
        context = mp.start_processes(
            _work, (function, processes, folder), processes, join=False, start_method="forkserver"
        )
        try:
            ended = _join(context, folder)
        finally:
            for process in context.processes:
                process.kill()
        assert ended, f"{processes} processes of {function.__name__} did not end in {PATIENCE:.0f} s"
        return [torch.load(Path(folder) / f"{rank}.pt", weights_only=False) for rank in range(processes)]


def _join(context: Any, folder: str) -> bool:
    """Wait for all processes; whether they ended in time."""
    deadline = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < deadline:
            if context.join(timeout=1):  # comes back whenever one of them ends
                return True
        return False
    except ProcessException:
        failures = [path.read_text() for path in sorted(Path(folder).glob("*.txt"))]
        raise AssertionError("\n".join(failures) or "a process died without a word") from None


def _work(rank: int, function: Callable[..., Any], processes: int, folder: str) -> None:
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(processes), "OMP_NUM_THREADS": "1"}
    os.environ |= {"DS_ACCELERATOR": "cpu", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"}
    torch.set_num_threads(1)
    try:
        if processes > 1:
            torch.distributed.init_process_group(
                "gloo", init_method=f"file://{folder}/store", rank=rank, world_size=processes
            )
        arguments = torch.load(Path(folder) / "arguments.pt", weights_only=False)
        torch.save(function(*arguments), Path(folder) / f"{rank}.pt")
    except BaseException:
        (Path(folder) / f"rank{rank}.txt").write_text(f"rank {rank}:\n{traceback.format_exc()}")
        raise
