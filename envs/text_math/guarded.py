"""Scoring by reasoning-gym under a hard time limit: the near side of `envs.text_math.scoring`.

Some of the package's scorers hand an answer to `eval` or to SymPy, which a short string can make run code or run for
ever. They run in a process of their own, with what they evaluate restricted there, and the process is killed and
replaced when it does not reply in time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

#: Answers longer than this are wrong without being read.
MAX_ANSWER_CHARS = 20_000
TIMEOUT_SECONDS = 5.0
_STARTUP_SECONDS = 120.0
#: Run as a file and without its folder on the path (-P): it needs nothing of this project.
_SCRIPT = Path(__file__).with_name("scoring.py")


class GuardedScorer:
    """Verdicts of one reasoning-gym task.

    The process is started by the first answer that is not the known one word for word. `close` ends it; so do the end
    of the object and that of the interpreter. After a fork each side has a process of its own.

    Args:
        task: Name of the task.
        timeout: Seconds a verdict may take, above 0; then the process is killed, and the verdict is False.
    """

    def __init__(self, task: str, timeout: float = TIMEOUT_SECONDS):
        self.task = task
        self.timeout = timeout
        self._worker: _Worker | None = None
        self._lock = threading.Lock()

    def is_correct(self, answer: str, item: Mapping[str, Any]) -> bool:
        """Whether the package scores an answer with 1.

        Args:
            answer: Any string.
            item: The package's item that was asked.

        Raises:
            RuntimeError: If the process cannot be started.
        """
        if len(answer) > MAX_ANSWER_CHARS:
            return False
        if answer == item["answer"]:
            return True
        with self._lock:
            worker = self._running_worker()
            verdict = None
            try:
                verdict = worker.verdict(answer, item, self.timeout)
            finally:
                if verdict is None:  # after Ctrl-C too: the reply still to come would be taken for that of the next
                    self._worker = None
                    worker.kill()
            return bool(verdict)

    def close(self) -> None:
        """End the process; the next verdict starts another."""
        with self._lock:
            worker, self._worker = self._worker, None
            if worker is not None:
                worker.kill()

    def _running_worker(self) -> _Worker:
        if self._worker is None or self._worker.owner != os.getpid():
            self._worker = _Worker(self.task)
        return self._worker

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.task, self.timeout)  # a copy starts a process of its own


class _Worker:
    """One process that scores answers, one at a time."""

    def __init__(self, task: str):
        self.owner = os.getpid()
        self._connection, theirs = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_SCRIPT), str(theirs.fileno()), task],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,  # Ctrl-C is for the trainer
        )
        theirs.close()
        self._finalizer = weakref.finalize(self, _end, self._process, self._connection, self.owner)
        if self._reply(_STARTUP_SECONDS) is None:
            self.kill()
            raise RuntimeError(f"the scorer of reasoning_gym:{task} does not start")

    def verdict(self, answer: str, item: Mapping[str, Any], timeout: float) -> bool | None:
        """None if there was no reply in time, or the process has ended."""
        try:
            self._connection.send((answer, dict(item)))
        except OSError:
            return None
        reply = self._reply(timeout)
        return None if reply is None else reply == b"1"

    def kill(self) -> None:
        self._finalizer()

    def _reply(self, timeout: float) -> bytes | None:
        """Bytes, and never a pickle: what has read a model's answer is not trusted with one."""
        try:
            return self._connection.recv_bytes(16) if self._connection.poll(timeout) else None
        except (EOFError, OSError):
            return None


def _end(process: subprocess.Popen[bytes], connection: Connection, owner: int) -> None:
    connection.close()
    if owner == os.getpid():
        process.kill()
        process.wait()
