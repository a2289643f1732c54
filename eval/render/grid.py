"""Grids: many cards in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from PIL import Image, ImageDraw

from eval.render.drawn import Drawn
from eval.render.letters import fit, write
from eval.render.look import GROUND, HEADING, PAPER, SOFT, TEXT, WHITE

_GUTTER = 14
_TITLE = 26

Cards = Sequence[Sequence[Sequence[Image.Image]]]


def grid(rows: Cards, row_titles: Sequence[str] = (), column_titles: Sequence[str] = ()) -> Sequence[Image.Image]:
    """Lay cards out in a grid; shorter ones hold their last frame.

    Args:
        rows: Rows of cards, each card a non-empty list of images. Rows may differ in length, cards in size.
        row_titles: Nothing, or a title for each row, written above it.
        column_titles: Nothing, or a title for each column.

    Returns:
        As many images as the longest card has; drawn when looked at.

    Raises:
        ValueError: If there is no card, a card is empty, or the number of titles is wrong.
    """
    cards = [card for row in rows for card in row]
    if not cards or not all(len(card) for card in cards):
        raise ValueError("a grid needs at least one card, and each card at least one image")
    columns = max(len(row) for row in rows)
    for name, titles, wanted in (("row", row_titles, len(rows)), ("column", column_titles, columns)):
        if titles and len(titles) != wanted:
            raise ValueError(f"there are {len(titles)} {name} titles for {wanted} {name}s")
    layout = _Layout(rows, row_titles, column_titles)
    return Drawn(max(map(len, cards)), layout.draw)


class _Layout:
    """Where the cards of a grid are. Columns are as wide and rows as high as their largest card."""

    def __init__(self, rows: Cards, row_titles: Sequence[str], column_titles: Sequence[str]):
        self._rows = rows
        columns = range(max(len(row) for row in rows))
        self._widths = [max(row[c][0].width for row in rows if c < len(row)) for c in columns]
        self._heights = [max((card[0].height for card in row), default=0) for row in rows]
        pitches = [height + _GUTTER + _TITLE * bool(row_titles) for height in self._heights]
        top = _GUTTER + _TITLE * (bool(column_titles) + bool(row_titles))
        self._lefts = list(accumulate((width + _GUTTER for width in self._widths), initial=_GUTTER))
        self._tops = list(accumulate(pitches, initial=top))
        self._paper = self._empty(row_titles, column_titles)

    def _empty(self, row_titles: Sequence[str], column_titles: Sequence[str]) -> Image.Image:
        """The grid without its cards."""
        right, below = self._lefts[-1], self._tops[-1] - _TITLE * bool(row_titles)
        paper = Image.new("RGB", (right, below), PAPER)
        draw = ImageDraw.Draw(paper)
        for x, width, title in zip(self._lefts, self._widths, column_titles, strict=False):
            write(draw, (x, _GUTTER), fit(title, HEADING, width, "bold"), WHITE, HEADING, weight="bold")
        for y, title in zip(self._tops, row_titles, strict=False):
            write(draw, (_GUTTER, y - _TITLE + 4), fit(title, TEXT, right - 2 * _GUTTER), SOFT, TEXT)
        return paper

    def draw(self, index: int) -> Image.Image:
        """The grid at a moment; cards smaller than their place stand on the ground of a card."""
        paper = self._paper.copy()
        for row, y, height in zip(self._rows, self._tops, self._heights, strict=False):
            for card, x, width in zip(row, self._lefts, self._widths, strict=False):
                paper.paste(GROUND, (x, y, x + width, y + height))
                paper.paste(card[min(index, len(card) - 1)], (x, y))
        return paper
