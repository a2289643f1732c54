"""Frames as an MP4 that plays everywhere: H.264 with even sizes and colours at half resolution, index at the front."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

from eval.render.look import PAPER

#: Some players stumble over fewer frames a second: slower films repeat each of theirs.
_FEWEST_FPS = 12


def write_mp4(frames: Sequence[Image.Image], path: Path, fps: float, hold: float) -> None:
    """Write a film.

    Args:
        frames: Images of one size; an odd size gets one more row or column.
        path: Where to.
        fps: Frames a second.
        hold: Seconds that the last frame stays.

    Raises:
        OSError: If the encoder fails.
    """
    repeats = max(1, math.ceil(_FEWEST_FPS / fps))
    rate = fps * repeats
    size = _even(frames[0].width), _even(frames[0].height)
    encoder = imageio_ffmpeg.write_frames(
        str(path),
        size,
        fps=rate,
        codec="libx264",
        quality=None,
        pix_fmt_in="rgb24",
        pix_fmt_out="yuv420p",
        macro_block_size=1,
        ffmpeg_log_level="error",
        output_params=["-crf", "18", "-tune", "animation", "-movflags", "+faststart"],
    )
    encoder.send(None)
    try:
        for number, frame in enumerate(frames):
            last = number == len(frames) - 1
            data = _padded(frame, size).tobytes()
            for _ in range(max(1, round(hold * rate)) if last else repeats):
                encoder.send(data)
    finally:
        encoder.close()


def _even(length: int) -> int:
    return length + length % 2


def _padded(frame: Image.Image, size: tuple[int, int]) -> Image.Image:
    frame = frame.convert("RGB")
    if frame.size == size:
        return frame
    padded = Image.new("RGB", size, PAPER)
    padded.paste(frame)
    return padded
