"""The process in which reasoning-gym scores answers: the far side of `envs.text_math.guarded`. POSIX only.

Four scorers of the package hand an answer to Python's `eval`, others to SymPy's parser, which is `eval` underneath.
Here both are replaced by forms that know literals and arithmetic and nothing else: no attributes, no calls but those of
a few mathematical functions. The kernel limits the memory. This file imports nothing of the project, so that the
process starts fast.
"""

from __future__ import annotations

import ast
import contextlib
import re
import resource
import sys
from multiprocessing.connection import Connection
from typing import Any

_MEMORY_BYTES = 2 * 2**30
#: Numbers in any base, their operators, brackets: what the package's own problems are made of.
_ARITHMETIC = re.compile(r"[0-9a-fA-FxX\s+\-*/%&|^~()<>]{1,10000}")
_FUNCTIONS = "sin|cos|tan|cot|sec|csc|asin|acos|atan|sinh|cosh|tanh|exp|log|ln|sqrt|pi|erf|Abs|Rational|Integral"
#: Numbers are matched possessively: there is one way to read an expression, so that refusing takes linear time too.
_EXPRESSION = re.compile(
    rf"(?:\s|[-+*/^(),]|[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++|(?<![A-Za-z])(?:{_FUNCTIONS}|[A-Za-z])(?![A-Za-z]))*+"
)


def evaluate(source: str) -> Any:
    """`eval` for literals and for arithmetic on integers.

    Raises:
        ValueError: If `source` is anything else.
    """
    with contextlib.suppress(ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ast.literal_eval(source)
    if not isinstance(source, str) or not _ARITHMETIC.fullmatch(source):
        raise ValueError("neither a literal nor arithmetic")
    return eval(source, {"__builtins__": {}})


def parse(source: str, *args: Any, **kwargs: Any) -> Any:
    """SymPy's `parse_expr` for numbers, variables of one letter, the usual operators and functions.

    Raises:
        ValueError: If there is anything else in `source`.
    """
    from sympy.parsing.sympy_parser import parse_expr

    if not isinstance(source, str) or not _EXPRESSION.fullmatch(source):
        raise ValueError("not an expression of numbers, variables of one letter and known functions")
    return parse_expr(source, *args, **kwargs)


def restrict(module: Any) -> None:
    """Let a module of the package evaluate and parse by `evaluate` and `parse`."""
    import sympy

    module.eval = evaluate  # found before the built-in of that name
    sympy.parse_expr = parse
    if hasattr(module, "parse_expr") and module.parse_expr.__module__.startswith("sympy"):
        module.parse_expr = parse


def main() -> None:
    """Serve verdicts: arguments are the file descriptor of a connection and the name of the task."""
    connection, task = Connection(int(sys.argv[1])), sys.argv[2]
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    from reasoning_gym import create_dataset

    dataset = create_dataset(task, seed=0, size=1)
    restrict(sys.modules[type(dataset).__module__])
    connection.send_bytes(b"ready")
    while True:
        try:
            answer, item = connection.recv()
        except EOFError:
            return
        score = 0.0
        with contextlib.suppress(Exception):
            score = float(dataset.score_answer(answer, item))
        connection.send_bytes(b"1" if score >= 1.0 else b"0")


if __name__ == "__main__":
    main()
