"""Frames as one small picture: every distinct frame once, below each other, in a palette PNG, or as WebP if they are shaded.

Frames of one game are mostly equal. Below each other the next one lies within reach of the compressor's window, so that a frame
costs a few hundred bytes. Frames of at most 256 colours keep their pixels exactly; drawings are reduced to a palette. Scenes with
shading, such as a football pitch, take six times as many bytes that way as WebP does, and look worse.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

#: Longest side of a frame, in pixels; larger ones are made smaller.
MAX_SIDE = 448
#: Tallest picture, in pixels, that browsers are sure to draw; what is longer goes on in a further column.
_MAX_HEIGHT = 8_192
#: Colours of a sheet that is still a drawing, and the quality of WebP for those that have more.
_DRAWN_COLOURS, _QUALITY = 2_048, 60


class Sheet:
    """Gathers frames. Owns what was added.

    Attributes:
        width, height: Of a frame, in pixels; of frames of several sizes, the largest of each.
    """

    def __init__(self) -> None:
        self._frames: list[np.ndarray] = []
        self._numbers: dict[tuple[tuple[int, ...], bytes], int] = {}

    def add(self, frames: Sequence[np.ndarray]) -> list[int]:
        """Put frames on the sheet.

        Args:
            frames: Each uint8 [H, W, 3].

        Returns:
            The place of each frame on the sheet, from 0; equal frames share one.
        """
        places = []
        for frame in frames:
            key = (frame.shape, frame.tobytes())
            if key not in self._numbers:
                self._numbers[key] = len(self._frames)
                self._frames.append(frame)
            places.append(self._numbers[key])
        return places

    @property
    def pixels(self) -> int:
        """How many pixels the picture would have, before frames of different sizes are filled up."""
        return sum(width * height for width, height in map(_fitted, self._frames))

    def picture(self) -> dict[str, str | int] | None:
        """The sheet as plain data, or `None` if it has no frames.

        Returns:
            `src`, a PNG or WebP as a data URI; `width` and `height` of a frame; `columns`, and `rows`, frames in a column.
        """
        if not self._frames:
            return None
        frames = _of_one_size([_fit(frame) for frame in self._frames])
        height, width = frames[0].shape[:2]
        rows = max(1, min(len(frames), _MAX_HEIGHT // height))
        columns = [np.concatenate(frames[i : i + rows]) for i in range(0, len(frames), rows)]
        image = Image.fromarray(np.concatenate(_of_one_size(columns), axis=1))
        return {"src": _source(image), "width": width, "height": height, "rows": rows, "columns": len(columns)}


def _source(image: Image.Image) -> str:
    """An image as a data URI."""
    file = io.BytesIO()
    if image.getcolors(_DRAWN_COLOURS) is None:
        kind = "webp"
        image.save(file, kind, quality=_QUALITY, method=2)
    else:
        kind = "png"
        image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, kind, optimize=True)
    return f"data:image/{kind};base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _fit(frame: np.ndarray) -> np.ndarray:
    """A frame within `MAX_SIDE`."""
    size = _fitted(frame)
    if size == (frame.shape[1], frame.shape[0]):
        return frame
    return np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.LANCZOS))


def _fitted(frame: np.ndarray) -> tuple[int, int]:
    """Width and height of a frame within `MAX_SIDE`."""
    height, width = frame.shape[:2]
    scale = min(1.0, MAX_SIDE / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _of_one_size(pictures: list[np.ndarray]) -> list[np.ndarray]:
    """Pictures of the largest height and width, filled up with white at the right and below."""
    height, width = (max(picture.shape[side] for picture in pictures) for side in (0, 1))
    padded = []
    for picture in pictures:
        down, across = height - picture.shape[0], width - picture.shape[1]
        padded.append(np.pad(picture, ((0, down), (0, across), (0, 0)), constant_values=255))
    return padded
