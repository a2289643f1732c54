"""How numbers and statements are put together in a sentence."""

from __future__ import annotations

from envs.geometry.surds import Number


def divisor(value: Number) -> str:
    """A number to divide by, in brackets if it is not whole."""
    return str(value) if str(value).isdigit() else f"({value})"


def also(properties: str, another: str) -> str:
    """Properties with one more at the end: `AB = AC, BD = DC, and angle BAC is a right angle.`"""
    return f"{properties[:-1].replace(', and ', ', ')}, and {another}."
