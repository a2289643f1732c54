"""Numbers and names as they stand in the report."""

from __future__ import annotations

import math
from html import escape
from typing import Any, TypeGuard

_NAMES = {"base": "Base", "sft": "SFT", "fre": "FRE", "mgt": "MGT"}


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether it is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def number(value: Any, form: str = ".1f") -> str:
    """A number with a true minus sign and no negative zero; a dash for what is none."""
    if not is_number(value):
        return "–"
    text = format(value, form)
    if text.startswith("-") and not text.strip("-0.%"):
        text = format(0.0, form)
    return text.replace("-", "−")


def interval(pair: Any, form: str = ".1f", scale: float = 1.0) -> str:
    """A pair of numbers times `scale` in brackets; nothing for what is no pair."""
    if not (isinstance(pair, list | tuple) and len(pair) == 2):
        return ""
    low, high = (number(end * scale if is_number(end) else end, form) for end in pair)
    return f"[{low}, {high}]"


def duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"


def column_name(name: str) -> str:
    """How a stage or policy is called, unescaped."""
    return _NAMES.get(name, name)


def label(name: str) -> str:
    """A stage's or policy's name as HTML."""
    return escape(column_name(name))


def difference_label(name: str) -> str:
    """The name of a difference, such as "mgt - fre", as HTML with a true minus sign."""
    return " − ".join(label(part.strip()) for part in name.split(" - "))
