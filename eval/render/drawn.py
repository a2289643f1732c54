"""Pictures that are drawn when they are looked at, so that a grid of many long episodes fits into memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from PIL import Image


class Drawn(Sequence[Image.Image]):
    """A sequence of images made on demand; the latest is kept, as a grid asks for a card's last one again and again.

    Args:
        count: How many images there are.
        draw: Makes the image of a number in [0, count).
    """

    def __init__(self, count: int, draw: Callable[[int], Image.Image]):
        self._count = count
        self._draw = draw
        self._latest: tuple[int, Image.Image] | None = None

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Image.Image: ...

    @overload
    def __getitem__(self, index: slice) -> list[Image.Image]: ...

    def __getitem__(self, index: int | slice) -> Image.Image | list[Image.Image]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        number = range(self._count)[index]
        if self._latest is None or self._latest[0] != number:
            self._latest = number, self._draw(number)
        return self._latest[1]


def every(frames: Sequence[Image.Image], step: int) -> Sequence[Image.Image]:
    """Each frame whose number is a multiple of `step`, and the last one.

    Raises:
        ValueError: If `step` is below 1.
    """
    if step < 1:
        raise ValueError(f"every is {step}; expected at least 1: each frame, or each second, third …")
    kept = sorted({*range(0, len(frames), step), len(frames) - 1}) if len(frames) else []
    return Drawn(len(kept), lambda index: frames[kept[index]])
