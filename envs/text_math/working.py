"""Arithmetic as a tutor writes it down: one digit at a time, every line of the form `a + b = c`.

All families write their working with these functions, so that the same few skills serve all of them. Each returns the
lines for one operation; the last line ends in the result.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd


def places(n: int) -> list[int]:
    """The place values of a non-negative integer, largest first, without zeros: 407 is [400, 7]; 0 is [0]."""
    digits = str(n)
    return [int(d) * 10 ** (len(digits) - 1 - i) for i, d in enumerate(digits) if d != "0"] or [0]


def plus(a: int, b: int) -> list[str]:
    """The working of a + b, for b >= 0 and any a."""
    if a < 0:
        inner = minus(-a, b) if b <= -a else minus(b, -a)
        return [*inner, f"{a} + {b} = {a + b}"]
    if len(places(a)) == 1:
        return [f"{a} + {b} = {a + b}"]
    lines = []
    for part in places(b):
        lines.append(f"{a} + {part} = {a + part}")
        a += part
    return lines


def minus(a: int, b: int) -> list[str]:
    """The working of a - b, for b >= 0 and any a."""
    if a < 0:
        return [*plus(-a, b), f"{a} - {b} = {a - b}"]
    if a < b:
        return [*minus(b, a), f"{a} - {b} = {a - b}"]
    lines = []
    for part in places(b):
        lines.append(f"{a} - {part} = {a - part}")
        a -= part
    return lines


def times(a: int, b: int) -> list[str]:
    """The working of a * b, for a, b >= 0: digit by digit of a for each digit of b, then the sum of the rows.

    The factor with fewer digits comes second, whichever way it was given; powers of ten need no working.
    """
    if len(places(a)) < len(places(b)) or _is_power_of_ten(a):
        a, b = b, a
    rows, lines = [], []
    for low in places(b):
        row = 0
        for high in [a] if _is_power_of_ten(low) else places(a):
            product = high * low
            lines.append(f"{high} * {low} = {product}")
            if row:
                lines.append(f"{row} + {product} = {row + product}")
            row += product
        rows.append(row)
    return lines + total(rows)[1] if len(rows) > 1 else lines


def _is_power_of_ten(n: int) -> bool:
    return str(n).rstrip("0") == "1"


def over(a: int, b: int) -> list[str]:
    """The working of a / b, for b >= 1 and any a that b divides."""
    if a < 0:
        return [*over(-a, b), f"{a} / {b} = {a // b}"]
    parts = [a // b] if _is_power_of_ten(b) else places(a // b)
    lines = []
    for part in parts[:-1]:
        lines += [f"{b} * {part} = {b * part}", f"{a} - {b * part} = {a - b * part}"]
        a -= b * part
    lines.append(f"{a} / {b} = {parts[-1]}")
    if len(parts) > 1:
        lines.append(f"{' + '.join(map(str, parts))} = {sum(parts)}")
    return lines


def rest(a: int, b: int) -> list[str]:
    """The working of the remainder of a by b, for a >= b >= 1."""
    lines = []
    for part in places(a // b):
        lines += [f"{b} * {part} = {b * part}", f"{a} - {b * part} = {a - b * part}"]
        a -= b * part
    return lines


def total(numbers: list[int]) -> tuple[int, list[str]]:
    """A sum of non-negative integers, added from left to right, and its working."""
    value, lines = numbers[0], []
    for number in numbers[1:]:
        lines += plus(value, number)
        value += number
    return value, lines


def signed_total(terms: list[tuple[int, tuple[int, ...]]]) -> tuple[int, list[str]]:
    """A sum of signed products of one or two factors, products first, and its working.

    Args:
        terms: Pairs of sign (1 or -1, the first one 1) and one or two non-negative factors.
    """
    lines = [line for _, factors in terms if len(factors) == 2 for line in times(*factors)]
    values = [factors[0] * factors[1] if len(factors) == 2 else factors[0] for _, factors in terms]
    value = values[0]
    for (sign, _), term in zip(terms[1:], values[1:], strict=True):
        lines += plus(value, term) if sign > 0 else minus(value, term)
        value += sign * term
    return value, lines


def reduce(numerator: int, denominator: int) -> list[str]:
    """The working that brings a positive fraction to its lowest terms; the last line ends in the fraction."""
    common = gcd(numerator, denominator)
    if common == denominator:
        return [f"{numerator} / {denominator} = {numerator // denominator}"]
    if common == 1:
        return [f"{numerator}/{denominator}"]
    fraction = Fraction(numerator, denominator)
    return [
        f"{numerator} / {common} = {fraction.numerator}",
        f"{denominator} / {common} = {fraction.denominator}",
        str(fraction),
    ]
