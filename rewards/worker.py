"""The far side of `rewards.verifier`: a server process, and the workers under it in which Math-Verify runs.

The server is a fresh interpreter that has imported nothing but this module and pebble, so its workers can be forked
from a clean fork server: no threads of torch to deadlock on, no `__main__` to import again, a new worker in
milliseconds. Pebble kills a worker when its time is up and puts another in its place.
This module knows nothing of rewards. POSIX only.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import multiprocessing
import os
import re
import resource
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

#: Beyond the time limit, after which the kernel ends a worker whose server is no longer there to do it.
_ORPHAN_GRACE_SECONDS = 3.0
_SELF_TEST = ("x+1", "1+x")

_SYMBOLS = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "×": r"\times ",
        "·": r"\cdot ",
        "⋅": r"\cdot ",
        "÷": "/",
        "π": r"\pi ",
        "∞": r"\infty ",
        "°": r"^\circ ",
        "≤": r"\le ",
        "≥": r"\ge ",
        "≠": r"\ne ",
        "±": r"\pm ",
        "∪": r"\cup ",
        "²": "^{2}",
        "³": "^{3}",
        "\n": " ",
        "\r": " ",
        "\t": " ",
    }
)
_FUNCTIONS = "arcsin|arccos|arctan|sin|cos|tan|sec|csc|cot|log|ln|exp|pi"
#: What people write that Math-Verify would misread, and what they mean by it; applied in this order.
_REWRITES = [
    (re.compile(r"\\\$"), ""),
    (re.compile(r"(?<=[0-9])(?:\{,\}|\\[,!]) ?(?=[0-9]{3}(?![0-9]))"), ""),  # 1{,}000 and 1\,000
    (re.compile(r"\\(?:q?quad(?![A-Za-z])|[,;:! ])|~"), " "),
    (re.compile(r"√ ?([0-9]+|[A-Za-z])"), r"\\sqrt{\1}"),
    (re.compile(r"√"), "sqrt"),
    (re.compile(r"(?:\*\*|\^) ?(-?[0-9]+|(?<=\*)[A-Za-z])"), r"^{\1}"),  # 2^10 means 2^{10}
    (re.compile(r"\*\*"), "^"),
    (re.compile(rf"(?<![\\A-Za-z])(?<!name\{{)(?<!rm\{{)(?<!text\{{)({_FUNCTIONS})(?![A-Za-z])"), r"\\\1 "),
    (re.compile(r"\\[dt]?frac ?([0-9]) ?([0-9])"), r"\\frac{\1}{\2}"),
    (re.compile(r"(?<![0-9./^_{])([0-9]+) +([0-9]+) ?/ ?([0-9]+)"), r"(\1+\\frac{\2}{\3})"),  # mixed numbers
    (re.compile(r"([0-9])_(?:\{([0-9]+)\}|([0-9]+))"), r"\1 \\cdot b_{\2\3}"),  # 101_2 is not 101
]
_MATH_DELIMITERS = ("$", r"\(", r"\[", r"\boxed")


def equivalent(gold: str, answer: str) -> bool:
    """Whether Math-Verify holds `answer` for equal to `gold`. May run for ever: call it in a worker."""
    from math_verify import verify

    gold_values, answer_values = _parse(gold), _parse(answer)
    return bool(gold_values and answer_values and verify(gold_values, answer_values, timeout_seconds=None))


def parses(gold: str) -> bool:
    """Whether Math-Verify parses `gold` to a defined value. May run for ever: call it in a worker."""
    return bool(_parse(gold))


JOBS: dict[str, Callable[..., bool]] = {"equivalent": equivalent, "parses": parses}


def to_latex(text: str) -> str:
    """`text` as LaTeX in math delimiters; text that has delimiters of its own is only cleaned."""
    text = text.translate(_SYMBOLS)
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    if any(delimiter in text for delimiter in _MATH_DELIMITERS):
        return text
    return f"${text.strip()}$"


def _parse(text: str) -> list[Any]:
    """The values in `text` as SymPy objects; none if it cannot be parsed or is undefined, such as 1/0."""
    from math_verify import LatexExtractionConfig, parse
    from sympy import nan, zoo

    latex = to_latex(text)
    if re.search(r"[0-9] +[0-9]", latex):  # Math-Verify reads "5 6" as 11
        return []
    values: list[Any] = parse(latex, [LatexExtractionConfig()], parsing_timeout=None)  # type: ignore[arg-type]
    return [value for value in values if not isinstance(value, str) and not value.has(nan, zoo)]


def _run(job: str, args: tuple[str, ...], seconds: float) -> bool:
    """In a worker: do a job. Pebble ends it in time; the alarm is for the case that the server was killed."""
    signal.setitimer(signal.ITIMER_REAL, seconds + _ORPHAN_GRACE_SECONDS)
    try:
        return JOBS[job](*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _prepare(memory_bytes: int) -> None:
    """In a new worker: die at once on a signal even amid a C function, keep quiet, and stay within `memory_bytes`."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    logging.disable(logging.CRITICAL)
    importlib.import_module("math_verify")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def serve(descriptor: int, max_workers: int, seconds: float, memory_bytes: int, max_tasks: int) -> None:
    """Do jobs until the other side closes the connection or sends None.

    The first message out is `""`, or one line on why no worker can work. Then `(ticket, job, args)` comes in and
    `(ticket, verdict)` goes out, in the order in which the jobs are done.

    Args:
        descriptor: File descriptor of a duplex `multiprocessing` connection.
        max_workers: Number of workers.
        seconds: Time limit of a job.
        memory_bytes: Address space of a worker.
        max_tasks: Jobs after which a worker is replaced.
    """
    connection = Connection(descriptor)
    try:
        from pebble import ProcessPool

        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["math_verify", "rewards.worker"])
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
    try:
        if not pool.schedule(_run, args=("equivalent", _SELF_TEST, 60.0), timeout=60.0).result():
            raise RuntimeError(f"the self-test {_SELF_TEST} failed")
    except Exception as error:
        connection.send(f"{type(error).__name__}: {error}")
        return
    connection.send("")
    lock = threading.Lock()
    while True:
        try:
            message = connection.recv()
        except (EOFError, OSError):
            return
        if message is None:
            return
        ticket, job, args = message
        future = pool.schedule(_run, args=(job, args, seconds), timeout=seconds)
        future.add_done_callback(partial(_reply, connection, lock, stopping, ticket))


def _reply(connection: Connection, lock: threading.Lock, stopping: threading.Event, ticket: int, future: Any) -> None:
    from concurrent.futures.process import BrokenProcessPool

    try:
        verdict = future.result()
    except BrokenProcessPool:
        if stopping.is_set():  # pebble says so too of a pool whose pipes it is closing
            return
        os._exit(1)  # nothing can be done with this pool; the other side starts a new server
    except Exception:  # out of time or memory, or the worker crashed: the answer's own fault
        verdict = False
    with lock, contextlib.suppress(OSError):
        connection.send((ticket, verdict))


def main() -> None:
    """Entry of the server process: the arguments of `serve` on the command line."""
    descriptor, max_workers, seconds, memory_bytes, max_tasks = sys.argv[1:]
    serve(int(descriptor), int(max_workers), float(seconds), int(memory_bytes), int(max_tasks))
