"""Text in pictures: what may be drawn, how wide it is, how it is broken into lines.

Text comes from models and may hold anything. Control characters become spaces, signs that the font lacks become U+FFFD.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from PIL import ImageDraw

from envs.drawing.fonts import font
from eval.render.look import Colour

#: Longest text that is drawn, in characters; of a longer one the beginning and the end are.
MOST_CHARS = 20_000
_STRANGE = "\N{REPLACEMENT CHARACTER}"
_UNASSIGNED = "\U0010fffd"
_DOTS = "…"


def one_line(text: str) -> str:
    """The text with runs of blanks and control characters made one space, and signs that cannot be drawn replaced."""
    if len(text) > MOST_CHARS:
        text = f"{text[: MOST_CHARS // 2]} {_DOTS} {text[-MOST_CHARS // 2 :]}"
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join("".join(c if c.isascii() or _has_sign(c) else _STRANGE for c in printable).split())


@lru_cache(maxsize=4096)
def _has_sign(character: str) -> bool:
    return all(_picture(character, weight) != _picture(_UNASSIGNED, weight) for weight in ("upright", "bold"))


def _picture(character: str, weight: str) -> tuple[tuple[int, int], bytes]:
    mask = font("sans", 24, weight).getmask(character)
    return mask.size, bytes(mask)


def write(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    colour: Colour,
    size: int,
    anchor: str = "la",
    weight: str = "upright",
) -> None:
    """Draw one line, `size` pixels high; `anchor` is Pillow's."""
    draw.text(at, text, colour, font("sans", size, weight), anchor=anchor)


def width_of(text: str, size: int, weight: str = "upright") -> float:
    """Width of a line in pixels."""
    return font("sans", size, weight).getlength(text)


def fit(text: str, size: int, width: float, weight: str = "upright") -> str:
    """The text on one line, cut short with dots if it is wider than `width` pixels."""
    text = one_line(text)
    if width_of(text, size, weight) <= width:
        return text
    count = _chars_that_fit(text, size, width - width_of(_DOTS, size, weight), weight)
    return text[:count].rstrip() + _DOTS


def _chars_that_fit(text: str, size: int, width: float, weight: str = "upright") -> int:
    return bisect_right(range(1, len(text) + 1), width, key=lambda count: width_of(text[:count], size, weight))


@lru_cache(maxsize=4096)
def wrap(text: str, size: int, width: int) -> tuple[str, ...]:
    """The text in lines no wider than `width` pixels; words that are wider are broken."""
    lines: list[str] = []
    line = ""
    for word in one_line(text).split():
        longer = f"{line} {word}" if line else word
        if width_of(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_of(word, size) > width:
            count = max(1, _chars_that_fit(word[:400], size, width))
            lines.append(word[:count])
            word = word[count:]
        line = word
    return (*lines, line) if line else tuple(lines)
