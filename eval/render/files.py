"""Pictures as files: animated GIF, MP4, or all frames side by side in a PNG. A file is there in full or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from eval.render.grid import grid
from eval.render.movie import write_mp4

SUFFIXES = (".gif", ".mp4", ".png")

#: Frames in a strip, at most; of longer episodes as many, evenly spaced, the first and the last among them.
STRIP_FRAMES = 24
_STRIP_COLUMNS = 4
#: Colours of three frames that are still a drawing, not a shaded scene.
_DRAWN_COLOURS = 2_048


def save(frames: Sequence[Image.Image], path: str | Path, fps: float = 4, hold: float = 1.5) -> Path:
    """Write frames as a looping GIF, as an MP4, or as a strip in a PNG.

    Args:
        frames: Images of one size.
        path: A name that ends in .gif, .mp4 or .png; missing folders are made.
        fps: Frames a second, in (0, 50].
        hold: Seconds that the last frame stays, in (0, 600].

    Returns:
        The path written.

    Raises:
        ValueError: For another suffix, no frames, or a speed or time out of range.
        OSError: If the file cannot be written.
    """
    path = checked(path)
    if not len(frames):
        raise ValueError(f"there are no frames to write to {path}")
    if not (0 < fps <= 50 and 0 < hold <= 600):
        raise ValueError(f"fps is {fps} and hold is {hold}; expected 0 < fps <= 50 and 0 < hold <= 600 seconds")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{uuid.uuid4().hex[:12]}{path.suffix}")
    try:
        _WRITERS[path.suffix.lower()](frames, unfinished, fps, hold)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def checked(path: str | Path) -> Path:
    """The path, if its name ends in one of `SUFFIXES`.

    Raises:
        ValueError: If it does not.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"cannot write {path.name!r}: expected a name that ends in {', '.join(SUFFIXES)}")
    return path


def _write_gif(frames: Sequence[Image.Image], path: Path, fps: float, hold: float) -> None:
    palette = _palette(frames)
    indexed = (frame.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames)
    times = [round(1000 / fps)] * (len(frames) - 1) + [round(1000 * hold)]
    first = next(indexed)
    first.save(path, save_all=True, append_images=indexed, duration=times, loop=0, optimize=True)


def _palette(frames: Sequence[Image.Image]) -> Image.Image:
    """127 colours for all frames, chosen from the first, the middle and the last one; twice as many make larger files.

    Of shaded scenes an octree keeps small things of a colour of their own, such as players on a pitch; the median cut doesn't.
    """
    sample = [frames[i].convert("RGB") for i in sorted({0, len(frames) // 2, len(frames) - 1})]
    sheet = Image.new("RGB", (sample[0].width, sum(part.height for part in sample)))
    y = 0
    for part in sample:
        sheet.paste(part, (0, y))
        y += part.height
    shaded = sheet.getcolors(_DRAWN_COLOURS) is None
    method = Image.Quantize.FASTOCTREE if shaded else Image.Quantize.MEDIANCUT
    return sheet.quantize(127, method=method, dither=Image.Dither.NONE)


def _write_strip(frames: Sequence[Image.Image], path: Path, fps: float, hold: float) -> None:
    """All that there is room for; a still has no time."""
    count = min(len(frames), STRIP_FRAMES)
    last = max(count - 1, 1)
    chosen = [frames[round(i * (len(frames) - 1) / last)] for i in range(count)]
    if count == 1:
        chosen[0].save(path, optimize=True)
        return
    columns = min(_STRIP_COLUMNS, count)
    rows = [[[frame] for frame in chosen[i : i + columns]] for i in range(0, count, columns)]
    grid(rows)[0].save(path, optimize=True)


_WRITERS: dict[str, Callable[[Sequence[Image.Image], Path, float, float], None]] = {
    ".gif": _write_gif,
    ".mp4": write_mp4,
    ".png": _write_strip,
}
