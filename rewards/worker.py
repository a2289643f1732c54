"""The far side of `rewards.verifier`: a server process, and the workers under it in which computer algebra runs.

The server is a fresh interpreter that has imported little but this package and pebble, so its workers can be forked
from a clean fork server: no threads of torch to deadlock on, no `__main__` to import again, a new worker in
milliseconds. Pebble kills a worker when its time is up and puts another in its place.
This module knows nothing of what its jobs mean. POSIX only.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from rewards.judge import Gold, judge

#: Beyond the time limit, after which the kernel ends a worker whose server is no longer there to do it.
_GRACE_SECONDS = 3.0
#: What a job may take that is done together with others.
_MOMENT_SECONDS = 0.5
_SELF_TEST = ("x+1", "1+x")


def equivalent(gold: str, answer: str) -> bool:
    """Whether computer algebra holds `answer` for equal to `gold`."""
    from rewards import algebra

    return algebra.equivalent(gold, answer)


def parses(gold: str) -> bool:
    """Whether `gold` is an expression with a defined value."""
    from rewards import algebra

    return algebra.parses(gold)


def judged(answer: str, gold: str, choices: tuple[str, ...], tolerance: float) -> bool:
    """The verdict of `rewards.judge` with computer algebra."""
    from rewards import algebra

    return judge(answer, Gold(gold, choices, tolerance), algebra)


#: Ticket, name of the job, its arguments.
Request = tuple[int, str, tuple[Any, ...]]

JOBS: dict[str, Callable[..., bool]] = {"equivalent": equivalent, "parses": parses, "judge": judged}


def _run(requests: Sequence[Request], alarm_seconds: float) -> list[bool]:
    """In a worker: do jobs one after the other. One that takes longer than `alarm_seconds` ends the worker."""
    verdicts = []
    for _, job, args in requests:
        signal.setitimer(signal.ITIMER_REAL, alarm_seconds)
        try:
            verdicts.append(JOBS[job](*args))
        except Exception:  # out of memory, or a mistake of the algebra: the answer's own fault
            verdicts.append(False)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return verdicts


def _prepare(memory_bytes: int) -> None:
    """In a new worker: die at once on a signal even amid a C function, keep quiet, and stay within `memory_bytes`."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    logging.disable(logging.CRITICAL)
    importlib.import_module("rewards.algebra")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def serve(descriptor: int, max_workers: int, seconds: float, memory_bytes: int, max_tasks: int) -> None:
    """Do jobs until the other side closes the connection or sends None.

    The first message out is `""`, or one line on why no worker can work. Then lists of `(ticket, job, args)` come in, each
    to be done by one worker, and lists of `(ticket, verdict)` go out, in the order in which the jobs are done.

    Args:
        descriptor: File descriptor of a duplex `multiprocessing` connection.
        max_workers: Number of workers.
        seconds: Time limit of a job.
        memory_bytes: Address space of a worker.
        max_tasks: Lists of jobs after which a worker is replaced.
    """
    connection = Connection(descriptor)
    try:
        from pebble import ProcessPool

        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["rewards.algebra", "rewards.worker"])
        pool = ProcessPool(max_workers, max_tasks, _prepare, (memory_bytes,), context)
    except Exception as error:
        connection.send(f"{type(error).__name__}: {error}")
        return
    stopping = threading.Event()
    try:
        _serve(connection, pool, seconds, stopping)
    finally:
        stopping.set()
        pool.stop()
        pool.join()


def _serve(connection: Connection, pool: Any, seconds: float, stopping: threading.Event) -> None:
    self_test = [(0, "equivalent", _SELF_TEST)]
    try:
        if pool.schedule(_run, args=(self_test, 60.0), timeout=60.0).result() != [True]:
            raise RuntimeError(f"the self-test {_SELF_TEST} failed")
    except Exception as error:
        connection.send(f"{type(error).__name__}: {error}")
        return
    connection.send("")
    desk = _Desk(connection, pool, seconds, stopping)
    while True:
        try:
            requests = connection.recv()
        except (EOFError, OSError):
            return
        if requests is None:
            return
        desk.take(requests)


class _Desk:
    """Hands requests to the workers and sends back their verdicts.

    Several requests are done together, as handing over costs as much time as many a verdict. Each of them then has only
    a moment: if one takes longer, all are done anew one by one, with the full time limit each.
    """

    def __init__(self, connection: Connection, pool: Any, seconds: float, stopping: threading.Event):
        self._connection, self._pool, self._seconds, self._stopping = connection, pool, seconds, stopping
        self._lock = threading.Lock()

    def take(self, requests: Sequence[Request]) -> None:
        if len(requests) > 1:
            moment = min(_MOMENT_SECONDS, self._seconds)
            alarm, limit = moment, moment * len(requests) + _GRACE_SECONDS
        else:  # pebble ends it in time; the alarm is for the case that this process was killed
            alarm, limit = self._seconds + _GRACE_SECONDS, self._seconds
        future = self._pool.schedule(_run, args=(requests, alarm), timeout=limit)
        future.add_done_callback(partial(self._reply, requests))

    def _reply(self, requests: Sequence[Request], future: Any) -> None:
        from concurrent.futures.process import BrokenProcessPool

        try:
            verdicts = future.result()
        except BrokenProcessPool:
            if self._stopping.is_set():  # pebble says so too of a pool whose pipes it is closing
                return
            os._exit(1)  # nothing can be done with this pool; the other side starts a new server
        except Exception:  # out of time, or the worker crashed
            if len(requests) > 1:
                for request in requests:
                    self.take([request])
                return
            verdicts = [False]
        replies = [(ticket, verdict) for (ticket, _, _), verdict in zip(requests, verdicts, strict=True)]
        with self._lock, contextlib.suppress(OSError):
            self._connection.send(replies)


def main() -> None:
    """Entry of the server process: the arguments of `serve` on the command line."""
    descriptor, max_workers, seconds, memory_bytes, max_tasks = sys.argv[1:]
    serve(int(descriptor), int(max_workers), float(seconds), int(memory_bytes), int(max_tasks))
