"""Hard time limits for Math-Verify, from any process and any thread.

A `VerifierPool` talks to one server process of its own (`rewards.worker`), and the server runs the workers. The detour
is what makes it work everywhere: `subprocess` may start the server from a process full of torch threads, from the
daemonic processes of `AsyncVectorEnv`, which may not have `multiprocessing` children, and from a script without an
`if __name__ == "__main__"` guard. This module knows nothing of mathematics.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import count
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from rewards.judge import Gold

_STARTUP_SECONDS = 120.0
#: Beyond what the time limits of the jobs ahead add up to, before a server that does not answer is given up.
_STALL_SECONDS = 30.0
#: Verdicts of a batch that a worker gives in one round: a part of its share, so that none waits for another at the end.
_SHARES = 4
_MAX_TOGETHER = 16
_MIN_MEMORY_BYTES = 512 * 2**20
_COMMAND = "from rewards.worker import main; main()"


class VerifierPool:
    """Worker processes that judge answers, each verdict under a hard time limit.

    Nothing is started before the first verdict. All methods may be called from several threads. In a forked child
    the pool starts a server of its own; it can be used in daemonic processes. Use it as a context manager or call
    `close`; what is left open is closed when the object goes or the interpreter ends.

    Args:
        max_workers: Worker processes, at least 1.
        timeout: Seconds a verdict may take, above 0. Then the worker is killed and replaced, and the verdict is False.
        memory_bytes: Address space of a worker, at least 512 MiB. A verdict that needs more is False.
        max_tasks: Rounds of up to 16 verdicts after which a worker is replaced by a fresh one, at least 1.

    Raises:
        ValueError: If an argument is out of range.
    """

    def __init__(self, max_workers: int = 2, timeout: float = 5.0, memory_bytes: int = 2 * 2**30, max_tasks: int = 200):
        for name, value, least in (
            ("max_workers", max_workers, 1),
            ("memory_bytes", memory_bytes, _MIN_MEMORY_BYTES),
            ("max_tasks", max_tasks, 1),
        ):
            if not isinstance(value, int) or value < least:
                raise ValueError(f"{name} is {value!r}; it must be an integer of at least {least}")
        if not 0 < timeout < float("inf"):
            raise ValueError(f"timeout is {timeout!r}; it must be a finite number of seconds above 0")
        self.max_workers = max_workers
        self.timeout = timeout
        self.memory_bytes = memory_bytes
        self.max_tasks = max_tasks
        self._server: _Server | None = None
        self._finalizer: weakref.finalize | None = None
        self._closed = False
        self._lock = threading.Lock()
        _pools.add(self)

    def equivalent(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """Whether Math-Verify holds each answer for equal to its gold answer.

        Args:
            pairs: `(gold, answer)`; Math-Verify is not symmetric. Any strings.

        Returns:
            One verdict a pair, in order.

        Raises:
            RuntimeError: If the pool is closed or its server cannot be started.
        """
        return self._run("equivalent", list(pairs))

    def judge(self, questions: Sequence[tuple[str | None, Gold]]) -> list[bool]:
        """Whether each answer is its gold answer, as `rewards.judge` has it.

        Raises:
            RuntimeError: If the pool is closed or its server cannot be started.
        """
        return self._run("judge", [(answer, gold.text, gold.choices, gold.tolerance) for answer, gold in questions])

    def parses(self, golds: Sequence[str]) -> list[bool]:
        """Whether Math-Verify parses each gold answer to a defined value.

        Raises:
            RuntimeError: If the pool is closed or its server cannot be started.
        """
        return self._run("parses", [(gold,) for gold in golds])

    def close(self) -> None:
        """End the workers and the server. Verdicts still awaited by other threads are False."""
        with self._lock:
            self._closed = True
            server, self._server = self._server, None
        if server is not None:
            server.close()

    def __enter__(self) -> VerifierPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, job: str, tasks: Sequence[tuple[Any, ...]]) -> list[bool]:
        verdicts = self._attempt(job, tasks)
        # A task that took the server down with it is tried once more by itself, so that the others get their verdict.
        for index, verdict in enumerate(verdicts):
            if verdict is None and not self._closed:
                verdicts[index] = self._attempt(job, [tasks[index]])[0]
        return [bool(verdict) for verdict in verdicts]

    def _attempt(self, job: str, tasks: Sequence[tuple[Any, ...]]) -> list[bool | None]:
        """One verdict a task, None for those that the server did not live to give."""
        server = self._running_server()
        share = -(-len(tasks) // (_SHARES * self.max_workers))
        size = max(1, min(share, _MAX_TOGETHER))
        futures = [
            future for start in range(0, len(tasks), size) for future in server.submit(job, tasks[start : start + size])
        ]
        deadline = time.monotonic() + _STALL_SECONDS + self.timeout * (1 + server.backlog() / self.max_workers)
        verdicts = []
        for future in futures:
            try:
                verdicts.append(future.result(max(0.0, deadline - time.monotonic())))
            except TimeoutError:
                server.kill()  # which resolves what is pending
                verdicts.append(None)
        return verdicts

    def _running_server(self) -> _Server:
        with self._lock:
            if self._closed:
                raise RuntimeError("this VerifierPool is closed; make a new one")
            if self._server is None or not self._server.alive:
                if self._server is not None and self._finalizer is not None:
                    self._server.kill()
                    self._finalizer.detach()
                self._server = _Server(self.max_workers, self.timeout, self.memory_bytes, self.max_tasks)
                self._finalizer = weakref.finalize(self, self._server.close)
            return self._server

    def _forget_server(self) -> None:
        """In a forked child: the server and the lock's state belong to the parent."""
        self._lock = threading.Lock()
        if self._server is not None:
            self._server.disown()
            self._server = None


class _Server:
    """One server process, and the thread that hands its replies to those who wait."""

    def __init__(self, max_workers: int, timeout: float, memory_bytes: int, max_tasks: int):
        self.alive = True
        self._owner = os.getpid()
        self._tickets = count()
        self._pending: dict[int, Future[bool | None]] = {}
        self._lock = threading.Lock()
        self._connection, theirs = Pipe()
        settings = (theirs.fileno(), max_workers, timeout, memory_bytes, max_tasks)
        root = str(Path(__file__).resolve().parent.parent)
        paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _COMMAND, *map(str, settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,  # Ctrl-C is for the trainer
        )
        theirs.close()
        self._await_greeting()
        self._reader = threading.Thread(target=self._read, name="rewards-verifier", daemon=True)
        self._reader.start()

    def submit(self, job: str, tasks: Sequence[tuple[Any, ...]]) -> list[Future[bool | None]]:
        """Futures of verdicts that one worker gives; None if the server ends before it gives one."""
        futures: list[Future[bool | None]] = [Future() for _ in tasks]
        with self._lock:
            tickets = [next(self._tickets) for _ in tasks]
            self._pending.update(zip(tickets, futures, strict=True))
            try:
                if not self.alive:
                    raise BrokenPipeError
                self._connection.send([(ticket, job, task) for ticket, task in zip(tickets, tasks, strict=True)])
            except OSError:  # it has ended, though the reader may not have seen it yet
                self.alive = False
                for ticket in tickets:
                    self._pending.pop(ticket).set_result(None)
        return futures

    def backlog(self) -> int:
        return len(self._pending)

    def kill(self) -> None:
        if self._owner == os.getpid():
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Ask the server to end, or else kill it."""
        if self._owner != os.getpid() or self._process.poll() is not None:
            return
        try:
            with self._lock:
                self._connection.send(None)
            self._process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            self.kill()
        self._reader.join(5)

    def disown(self) -> None:
        """In a forked child: let go of the parent's server without a word to it."""
        self.alive = False
        self._connection.close()
        self._process.returncode = 0  # it is not our child to wait for

    def _await_greeting(self) -> None:
        try:
            problem = self._connection.recv() if self._connection.poll(_STARTUP_SECONDS) else "it does not answer"
        except (EOFError, OSError):
            problem = f"it ended with exit code {self._process.wait()}"
        if problem:
            self.kill()
            self._connection.close()
            raise RuntimeError(f"the answer verifier cannot start: {problem} (needs math-verify and pebble)")

    def _read(self) -> None:
        while True:
            try:
                replies = self._connection.recv()
            except (EOFError, OSError):
                break
            with self._lock:
                answered = [(self._pending.pop(ticket), verdict) for ticket, verdict in replies]
            for future, verdict in answered:
                future.set_result(verdict)
        with self._lock:
            self.alive = False
            orphans, self._pending = self._pending, {}
            self._connection.close()
        for future in orphans.values():
            future.set_result(None)


_pools: weakref.WeakSet[VerifierPool] = weakref.WeakSet()


def _forget_servers() -> None:
    for pool in list(_pools):
        pool._forget_server()


os.register_at_fork(after_in_child=_forget_servers)
