"""An independent reading of what the families of text mathematics write: exact values of expressions, checks of steps."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

Names = Mapping[str, Any]

_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_FUNCTIONS: Names = {"gcd": math.gcd, "lcm": math.lcm}
_NUMBER = re.compile(r"-?\d+(?:/\d+)?")


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", text)]


def fractions(text: str) -> list[Fraction]:
    return [Fraction(f) for f in re.findall(r"\d+/\d+", text)]


def value(text: str, names: Names | None = None) -> Fraction:
    """The exact value of an expression: + - * / ^ mod, brackets, names, `3 x` for a product, functions by name.

    Raises:
        KeyError: If a name is not among `names`.
    """
    known = {**_FUNCTIONS, **(names or {})}
    source = text.strip().replace("^", "**").replace(" mod ", " % ")
    source = re.sub(r"\b(\d+)\.(\d+)\b", lambda m: f"({int(m[1] + m[2])}/{10 ** len(m[2])})", source)
    source = re.sub(r"([\d)]) (?=[A-Za-z])", r"\1 * ", source)

    def walk(node: ast.AST) -> Fraction:
        match node:
            case ast.Constant(value=int(n)):
                return Fraction(n)
            case ast.Name(id=name):
                return Fraction(known[name])
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -walk(operand)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return _power(walk(left), walk(right))
            case ast.BinOp(left=left, op=op, right=right):
                return _OPERATORS[type(op)](walk(left), walk(right))
            case ast.Call(func=ast.Name(id=name), args=args):
                return Fraction(known[name](*(_plain(walk(arg)) for arg in args)))
        raise AssertionError(f"{text!r} is more than arithmetic")

    return walk(ast.parse(source, mode="eval").body)


def _plain(number: Fraction) -> int | Fraction:
    return int(number) if number.denominator == 1 else number


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    root = Fraction(round(float(base) ** (1 / exponent.denominator))) if exponent.denominator > 1 else base
    assert root**exponent.denominator == base
    return root**exponent.numerator


def coefficients(polynomial: str) -> tuple[Fraction, Fraction, Fraction]:
    """a, b, c of a x^2 + b x + c, from its values at -1, 0 and 1."""
    low, c, high = (value(polynomial, {"x": x}) for x in (-1, 0, 1))
    return (high + low) / 2 - c, (high - low) / 2, c


def check_steps(steps: tuple[str, ...], names: Names | None = None) -> None:
    """Every equation and comparison holds, where each name means the same throughout; all other steps are results.

    A name means what `name = expression` says where that can be worked out, such as `x = 4` at the end of a solution.
    """
    known = dict(names or {})
    relations = [re.split(r" (<=|>=|<|>|=) ", step) for step in steps]
    for _ in range(2):
        for sides in relations:
            if len(sides) == 3 and sides[1] == "=" and re.fullmatch(r"[A-Za-z]\w*", sides[0]) and sides[0] not in known:
                try:
                    known[sides[0]] = value(sides[2], known)
                except KeyError:
                    continue
    for step, sides in zip(steps, relations, strict=True):
        if len(sides) == 1:
            assert _NUMBER.fullmatch(step), step
        for left, sign, right in zip(sides[::2], sides[1::2], sides[2::2], strict=False):
            assert _COMPARISONS[sign](value(left, known), value(right, known)), (step, steps)


def result(step: str) -> str:
    """The number that a step ends in."""
    return _NUMBER.findall(step)[-1]
