"""Moves as chips: a small rounded box with an arrow, a dot or a word, laid out in rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from PIL import Image, ImageDraw

from eval.render.letters import fit, width_of, write
from eval.render.look import FAINT, GROUND, LIT, RAISED, SOFT, SUNK, TEXT

#: Side of a chip with a sign, and the height of all, in pixels.
CHIP = 20
GAP = 4
PITCH = CHIP + GAP

_QUARTER_TURNS = {"up": 0, "left": 1, "down": 2, "right": 3}
_PAUSE = "nothing"
_WIDEST_WORD = 160
_SMOOTH = 4


def draw_chips(
    image: Image.Image, moves: Sequence[str], played: int, at: tuple[int, int], width: int, rows: int
) -> int:
    """Draw the rows of moves around the current one.

    Args:
        image: What to draw on.
        moves: All moves of the episode.
        played: How many have been played; the last of them is lit.
        at: Upper left corner.
        width: Room in pixels.
        rows: Most rows to draw, at least 1.

    Returns:
        The y below the rows.
    """
    laid = _flow([chip_width(move) for move in moves], width)
    current = next((number for number, row in enumerate(laid) if played - 1 in row), 0)
    first = max(0, min(current - rows // 2, len(laid) - rows))
    shown = laid[first : first + rows]
    for number, row in enumerate(shown):
        x = at[0]
        for i in row:
            _draw_chip(image, moves[i], (x, at[1] + number * PITCH), i - (played - 1))
            x += chip_width(moves[i]) + GAP
    return at[1] + len(shown) * PITCH


@lru_cache(maxsize=256)
def chip_width(move: str) -> int:
    """Width of the chip of a move, in pixels."""
    if move in _QUARTER_TURNS or move == _PAUSE:
        return CHIP
    return math.ceil(width_of(fit(move, TEXT, _WIDEST_WORD), TEXT)) + 12


def _flow(widths: Sequence[int], room: int) -> list[list[int]]:
    """Numbers of boxes laid out in rows no wider than `room`."""
    rows: list[list[int]] = []
    used = room
    for number, width in enumerate(widths):
        if used + GAP + width > room:
            rows.append([])
            used = -GAP
        rows[-1].append(number)
        used += GAP + width
    return rows


def _draw_chip(image: Image.Image, move: str, at: tuple[int, int], ahead: int) -> None:
    """Draw a move: past if `ahead` is negative, current at 0, to come if positive."""
    ground, ink = (LIT, GROUND) if ahead == 0 else (RAISED, SOFT) if ahead > 0 else (SUNK, FAINT)
    width = chip_width(move)
    image.paste(ground, at, _chip_mask(width))
    if move in _QUARTER_TURNS or move == _PAUSE:
        image.paste(ink, at, _sign_mask(move))
    else:
        word = fit(move, TEXT, _WIDEST_WORD)
        write(ImageDraw.Draw(image), (at[0] + width // 2, at[1] + CHIP // 2), word, ink, TEXT, "mm")


def _smooth(width: int, height: int, paint: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    """A mask painted at `_SMOOTH` times its size, so that its edges are smooth."""
    large = Image.new("L", (width * _SMOOTH, height * _SMOOTH), 0)
    paint(ImageDraw.Draw(large))
    return large.resize((width, height), Image.Resampling.BOX)


@lru_cache(maxsize=64)
def _chip_mask(width: int) -> Image.Image:
    box = (0, 0, width * _SMOOTH - 1, CHIP * _SMOOTH - 1)
    return _smooth(width, CHIP, lambda draw: draw.rounded_rectangle(box, 5 * _SMOOTH, 255))


@lru_cache(maxsize=8)
def _sign_mask(move: str) -> Image.Image:
    """An arrow for a direction, a dot for a pause."""
    unit = CHIP * _SMOOTH

    def dot(draw: ImageDraw.ImageDraw) -> None:
        draw.ellipse((unit * 0.42, unit * 0.42, unit * 0.58, unit * 0.58), 255)

    def arrow(draw: ImageDraw.ImageDraw) -> None:
        thick = round(unit * 0.1)
        head = [(unit * 0.28, unit * 0.48), (unit * 0.5, unit * 0.26), (unit * 0.72, unit * 0.48)]
        draw.line([(unit * 0.5, unit * 0.28), (unit * 0.5, unit * 0.77)], 255, thick)
        draw.line(head, 255, thick, "curve")

    if move == _PAUSE:
        return _smooth(CHIP, CHIP, dot)
    return _smooth(CHIP, CHIP, arrow).rotate(90 * _QUARTER_TURNS[move])
