"""A contact sheet of a task with pictures: `python -m envs.sheet LMMR1/Geometry-v0 --out sheet.png [key=value …]`.

Each tile is the picture that a model sees, with the prompt's question and the right answer below.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import yaml
from PIL import Image

import envs  # noqa: F401  registers the ids
from envs.drawing import Canvas
from envs.drawing.canvas import wrap
from envs.prompts import RESPONSE_FORMAT
from envs.question import QuestionEnv

_TEXT, _STEP, _GAP = 11.5, 15.0, 10
_INK, _MUTED = (24, 28, 36), (96, 104, 118)


def make_sheet(env: QuestionEnv, count: int, columns: int, seed: int, families: Sequence[str] = ()) -> np.ndarray:
    """Draw a sheet.

    Args:
        env: A task whose observations have one `image` of a fixed size.
        count: Number of tiles; the seeds are `seed`, `seed + 1`, …
        columns: Tiles in a row.
        seed: The first seed.
        families: A family for each tile, in turn; empty for those that the seeds draw.

    Returns:
        uint8 [H, W, 3].

    Raises:
        ValueError: If the task has no such pictures, or `count` or `columns` is below 1.
    """
    if count < 1 or columns < 1:
        raise ValueError(f"{count} tiles in rows of {columns}; expected at least 1 of each")
    if "image" not in env.observation_space.spaces:  # type: ignore[attr-defined]
        raise ValueError(
            f"{type(env).__name__} has no pictures of a fixed size; a sheet shows tasks such as LMMR1/Geometry-v0"
        )
    tiles = [_tile(env, seed + i, {"family": families[i % len(families)]} if families else {}) for i in range(count)]
    size = tiles[0][0].shape[0]
    rows = math.ceil(count / columns)
    heights = [max(len(lines) for _, lines in tiles[row * columns : (row + 1) * columns]) for row in range(rows)]
    tops = np.cumsum([0, *(size + _STEP * lines + 2 * _GAP for lines in heights)])
    canvas = Canvas(columns * (size + _GAP) + _GAP, math.ceil(tops[-1]) + _GAP)
    pictures = []
    for index, (picture, lines) in enumerate(tiles):
        left, top = _GAP + index % columns * (size + _GAP), _GAP + int(tops[index // columns])
        pictures.append((left, top, picture))
        for number, line in enumerate(lines):
            colour = _INK if number == len(lines) - 1 else _MUTED
            canvas.text((left + 2, top + size + (number + 0.8) * _STEP), line, _TEXT, colour, anchor="lm")
    sheet = canvas.image().copy()
    for left, top, picture in pictures:
        sheet[top - 1 : top + size + 1, left - 1 : left + size + 1] = 214
        sheet[top : top + size, left : left + size] = picture
    return sheet


def _tile(env: QuestionEnv, seed: int, options: dict[str, Any]) -> tuple[np.ndarray, list[str]]:
    """The picture of a task, and the lines below it, the answer last."""
    observation, info = env.reset(seed=seed, options=options)
    question = observation["prompt"].replace(RESPONSE_FORMAT, "").strip()
    width = observation["image"].shape[1] - 4
    return observation["image"], [
        *wrap(question, width, _TEXT),
        f"{info['family']}, level {info['level']}: {info['answer']}",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m envs.sheet", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("id", help="environment id, such as LMMR1/Geometry-v0")
    parser.add_argument("--out", type=Path, default=Path("sheet.png"), help="PNG to write (default: sheet.png)")
    parser.add_argument("--count", type=int, default=12, help="tiles (default: 12)")
    parser.add_argument("--columns", type=int, default=4, help="tiles in a row (default: 4)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--families", default="", help="comma-separated: one for each tile, in turn")
    parser.add_argument("settings", nargs="*", help="arguments of the environment: key=value, values in YAML")
    given = parser.parse_intermixed_args(arguments)
    try:
        kwargs = {key: yaml.safe_load(value) for key, _, value in (item.partition("=") for item in given.settings)}
        env = gym.make(given.id, **kwargs).unwrapped
        if not isinstance(env, QuestionEnv):
            raise ValueError(f"{given.id} asks no questions about pictures")
        families = [name for name in given.families.split(",") if name]
        sheet = make_sheet(env, given.count, given.columns, given.seed, families)
        Image.fromarray(sheet).quantize(256, dither=Image.Dither.NONE).save(given.out, optimize=True)
    except (ValueError, TypeError, OSError, gym.error.Error) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"written to {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
