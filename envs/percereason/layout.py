"""Text that fits where it goes."""

from __future__ import annotations

from envs.drawing import Canvas


def fitting(text: str, width: float, size: float, family: str = "sans", weight: str = "upright") -> float:
    """The text size, at most `size`, at which a line is at most `width` pixels wide."""
    taken = Canvas.text_size(text, size, family, weight)[0]
    return size if taken <= width else size * width / taken


def fitting_all(texts: list[str], width: float, size: float, family: str = "sans", weight: str = "upright") -> float:
    """One text size at which every line is at most `width` pixels wide."""
    return min((fitting(text, width, size, family, weight) for text in texts), default=size)
