"""Where a picture has ink, and where a label still fits.

Labels look for the free place nearest to where they belong: among candidates in order of preference the one whose
rectangle covers the least ink wins, and then counts as ink itself. A candidate costs four look-ups in a summed-area
table, however much has been drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from envs.drawing.look import Colour

Box = tuple[float, float, float, float]

#: Cost of a pixel outside the picture, and of one under another text, against 1 for a pixel full of ink.
_OUTSIDE, _TAKEN = 4.0, 4.0


class InkMap:
    """The ink of a picture at half its resolution.

    Args:
        image: Picture whose pixels differ from `paper` where there is ink.
        paper: Its background colour.
        scale: Pixels of `image` per pixel of the coordinates used here.
        ignore: Other colours that do not count as ink, such as those of shaded areas.
    """

    def __init__(self, image: Image.Image, paper: Colour, scale: int, ignore: Sequence[Colour] = ()):
        self._cell = 2.0  # picture pixels a cell
        small = np.asarray(image.reduce(int(self._cell * scale)), dtype=np.float32)  # [H/2, W/2, 3]
        channels = np.ascontiguousarray(small.transpose(2, 0, 1))  # maxima over a leading axis are much faster
        distances = [
            np.abs(channels - np.asarray(colour, dtype=np.float32)[:, None, None]).max(axis=0)
            for colour in (paper, *ignore)
        ]
        self._ink = np.minimum(np.minimum.reduce(distances) / 64.0, 1.0)
        self._sum()

    def cost(self, box: Box) -> float:
        """Ink under a rectangle (left, top, right, bottom) in picture pixels, in cells; outside counts fourfold."""
        height, width = self._ink.shape
        left, top, right, bottom = (edge / self._cell for edge in box)
        inside = max(0.0, min(right, width) - max(left, 0.0)) * max(0.0, min(bottom, height) - max(top, 0.0))
        outside = max(0.0, (right - left) * (bottom - top) - inside)
        x0, x1 = (int(min(max(round(x), 0), width)) for x in (left - 0.3, right + 0.3))
        y0, y1 = (int(min(max(round(y), 0), height)) for y in (top - 0.3, bottom + 0.3))
        table = self._table
        covered = table[y1, x1] - table[y0, x1] - table[y1, x0] + table[y0, x0]
        return float(covered) + _OUTSIDE * outside

    def place(self, boxes: Iterable[Box]) -> tuple[int, Box]:
        """The first box without ink, or else the one with the least, and its index; its place then counts as taken."""
        best: tuple[float, int, Box] | None = None
        for index, box in enumerate(boxes):
            cost = self.cost(box)
            if best is None or cost < best[0] - 1e-6:
                best = (cost, index, box)
            if cost < 0.05:
                break
        assert best is not None, "there are no candidates"
        self.take(best[2])
        return best[1], best[2]

    def take(self, box: Box) -> None:
        """Count a rectangle as taken by a text, which is worse to cover than a line."""
        left, top = (max(0, math.floor(edge / self._cell)) for edge in box[:2])
        right, bottom = (max(0, math.ceil(edge / self._cell)) for edge in box[2:])
        self._ink[top:bottom, left:right] = _TAKEN
        self._sum()

    def _sum(self) -> None:
        self._table = np.zeros((self._ink.shape[0] + 1, self._ink.shape[1] + 1), dtype=np.float64)
        self._table[1:, 1:] = self._ink.cumsum(axis=0, dtype=np.float64).cumsum(axis=1)
