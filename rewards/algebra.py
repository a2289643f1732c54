r"""Computer algebra: whether two expressions are equal, by Math-Verify and SymPy.

A short string can keep these functions busy for ever or make them eat all memory: call them in the workers of
`rewards.worker` only, and import this module there, as it loads SymPy. Decimals are exact here: 0.333 is not 1/3.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from math_verify import verify
from sympy import Eq, Expr, Float, Rational, expand, nan, zoo
from sympy.core.relational import Relational

from rewards.grammar import latex_to_sympy
from rewards.numbers import without_thousands
from rewards.text import closing

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
    (re.compile(r"(?<!\\)\\(?:q?quad(?![A-Za-z])|[,;:! ])|~"), " "),
    (re.compile(r"√ ?([0-9]+|[A-Za-z])"), r"\\sqrt{\1}"),
    (re.compile(r"√|(?<![\\A-Za-z])sqrt(?= ?\()"), r"\\sqrt "),
    (re.compile(r"(?:\*\*|\^) ?(-?[0-9]+|(?<=\*)[A-Za-z])"), r"^{\1}"),  # 2^10 means 2^{10}
    (re.compile(r"(?:\*\*|\^) ?\((-?[0-9]+/[0-9]+)\)"), r"^{\1}"),  # x^(1/2)
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"\\log ?_ ?([0-9]+)"), r"\\log_{\1}"),
    (re.compile(rf"(?<![\\A-Za-z])(?<!name\{{)(?<!rm\{{)(?<!text\{{)({_FUNCTIONS})(?![A-Za-z])"), r"\\\1 "),
    (re.compile(r"\\[dt]?frac ?([0-9]) ?([0-9])"), r"\\frac{\1}{\2}"),
    (re.compile(r"(?<![0-9./^_{])([0-9]+) +([0-9]+) ?/ ?([0-9]+)"), r"(\1+\\frac{\2}{\3})"),  # mixed numbers
    (re.compile(r"([0-9])_ ?(?:\{([0-9]+)\}|([0-9]+))"), r"\1 \\cdot b_{\2\3}"),  # 101_2 is not 101
]
_SQRT_CALL = re.compile(r"\\sqrt ?\(")
_TWO_NUMBERS = re.compile(r"[0-9] +[0-9]")
#: Where expressions are compared numerically before anything is simplified: no simple values, no coincidences.
_PROBES = ("0.7390851332151607", "1.3247179572447460", "0.5671432904097839", "1.7632228343518968")
_RELATIVE_ERROR = 1e-9


def equivalent(gold: str, answer: str) -> bool:
    """Whether two expressions, equations, inequalities or matrices in LaTeX are equal."""
    gold_value, answer_value = parse(gold), parse(answer)
    if gold_value is None or answer_value is None:
        return False
    if gold_value == answer_value:
        return True
    if _numerically_different(gold_value, answer_value):
        return False
    return (
        _difference_vanishes(gold_value, answer_value)
        or _same_solutions(gold_value, answer_value)
        or bool(verify([gold_value], [answer_value], timeout_seconds=None))
    )


def close(gold: str, answer: str, tolerance: float) -> bool:
    """Whether two real numbers, given as expressions, differ by at most `tolerance` times the gold one's magnitude."""
    gold_number, answer_number = _real(parse(gold)), _real(parse(answer))
    if gold_number is None or answer_number is None:
        return False
    return abs(answer_number - gold_number) <= tolerance * abs(gold_number) * (1 + 1e-12)


def parses(text: str) -> bool:
    """Whether Math-Verify parses `text` to a defined value."""
    return parse(text) is not None


@lru_cache(maxsize=512)
def parse(text: str) -> Any:
    """The value of `text` as a SymPy object; None if it cannot be parsed or is undefined, such as 1/0."""
    latex = to_latex(text)
    if not latex or _TWO_NUMBERS.search(latex):  # the grammar reads "5 6" as 11
        return None
    try:
        value = latex_to_sympy(latex)
    except Exception:
        return None
    if value.has(nan, zoo):
        return None
    return value.xreplace({number: Rational(str(number)) for number in value.atoms(Float)})


def to_latex(text: str) -> str:
    """`text` as LaTeX that Math-Verify reads as it is meant, without math delimiters."""
    text = text.translate(_SYMBOLS)
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    return without_thousands(_with_braces_after_sqrt(text)).strip("$ ")


def _with_braces_after_sqrt(text: str) -> str:
    r"""`\sqrt(3)` as `\sqrt{(3)}`: without braces LaTeX takes the root of the bracket alone."""
    while match := _SQRT_CALL.search(text):
        end = closing(text, match.end() - 1)
        if end < 0:
            return text
        text = f"{text[: match.start()]}\\sqrt{{({text[match.end() : end]})}}{text[end + 1 :]}"
    return text


def _numerically_different(gold: Any, answer: Any) -> bool:
    """Whether two expressions are unequal for sure: they differ at a point where both are defined."""
    if not (isinstance(gold, Expr) and isinstance(answer, Expr)):
        return False
    symbols = sorted(gold.free_symbols | answer.free_symbols, key=str)
    if len(symbols) > len(_PROBES):
        return False
    point = {symbol: Float(probe) for symbol, probe in zip(symbols, _PROBES, strict=False)}
    try:
        values = [complex(value.evalf(15, subs=point)) for value in (gold, answer)]
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return False
    distance, size = abs(values[0] - values[1]), max(map(abs, values))
    return distance > _RELATIVE_ERROR * size and size < float("inf")


def _difference_vanishes(gold: Any, answer: Any) -> bool:
    """Whether multiplying out proves two expressions equal; much cheaper than simplifying them."""
    if not (isinstance(gold, Expr) and isinstance(answer, Expr)):
        return False
    try:
        return bool(expand((gold - answer).doit()) == 0)
    except (TypeError, ValueError, ArithmeticError, AttributeError, NotImplementedError):
        return False


def _same_solutions(gold: Any, answer: Any) -> bool:
    """Whether two inequalities in one unknown hold for the same real numbers."""
    if not all(isinstance(value, Relational) and not isinstance(value, Eq) for value in (gold, answer)):
        return False
    if gold.free_symbols != answer.free_symbols or len(gold.free_symbols) != 1:
        return False
    try:
        return bool(gold.as_set() == answer.as_set())
    except NotImplementedError:
        return False


def _real(value: Any) -> float | None:
    try:
        number = complex(value.evalf(20))
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return None
    return number.real if abs(number.imag) <= 1e-12 * max(1.0, abs(number.real)) else None
