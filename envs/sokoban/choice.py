"""Which level an episode of Sokoban plays: one that was asked for, one from a file, or a generated one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from envs.sokoban.files import LevelFiles
from envs.sokoban.levels import PRESETS, LevelSpec, from_text, generate
from envs.sokoban.rules import Game, Level
from envs.splits import Split


class LevelChoice:
    """Chooses levels.

    Args:
        preset: A name in `envs.sokoban.levels.PRESETS`.
        levels: A file or folder of levels to choose from; `None` to generate them.
        dim_room, num_boxes, max_steps: Override the preset's.
        min_solution, max_solution: Moves that a level's optimal solution may have.
        split: Restrict to "train" or "heldout" levels.

    Attributes:
        spec: What kind of levels; of levels from files, `dim_room` is what they are filled up to.

    Raises:
        FileNotFoundError: If there is nothing at `levels`.
        ValueError: For an unknown preset, a room that cannot hold its boxes, a room given beside level files, or files that
            hold no levels.
    """

    def __init__(
        self,
        preset: str,
        levels: str | Path | None = None,
        dim_room: tuple[int, int] | None = None,
        num_boxes: int | None = None,
        max_steps: int | None = None,
        min_solution: int = 1,
        max_solution: int | None = None,
        split: Split | None = None,
    ):
        self._files = None if levels is None else LevelFiles(levels)
        if self._files:
            if dim_room is not None or num_boxes is not None:
                raise ValueError(
                    "levels come from files, which say how large they are; leave out dim_room and num_boxes"
                )
            dim_room, num_boxes = self._files.shape, 1
        chosen = _spec(preset, dim_room, num_boxes, max_steps)
        self.spec = replace(chosen, min_solution=min_solution, max_solution=max_solution)
        self._split = split

    def choose(self, rng: np.random.Generator, options: Mapping[str, Any]) -> Level:
        """The level that the reset option `level` gives as XSB text, else one that `rng` draws.

        Raises:
            ValueError: If the level given is malformed, of another size, or solved already.
        """
        seed = int(rng.integers(2**62))
        if "level" in options:
            return self._given(options["level"])
        if self._files:
            return self._files.draw(seed, self._split, lambda level: not Game(level).won and self.spec.accepts(level))
        return generate(self.spec, seed, self._split)

    def _given(self, text: Any) -> Level:
        level = from_text(text)
        rows, columns = self.spec.dim_room
        if level.shape != (rows, columns):
            raise ValueError(
                f"the level given is {level.shape[0]}x{level.shape[1]}, but this environment's rooms are "
                f"{rows}x{columns}; make it with dim_room={level.shape}"
            )
        if Game(level).won:
            raise ValueError("the level given is solved already: every box is on a target; move one off")
        return level


def _spec(preset: str, dim_room: tuple[int, int] | None, num_boxes: int | None, max_steps: int | None) -> LevelSpec:
    if preset not in PRESETS:
        near = get_close_matches(str(preset), PRESETS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(PRESETS)}"
        raise ValueError(f"preset is {preset!r}, which is unknown{hint}")
    spec = PRESETS[preset]
    if dim_room is not None:
        spec = replace(spec, dim_room=(int(dim_room[0]), int(dim_room[1])), num_gen_steps=None)
    if num_boxes is not None:
        spec = replace(spec, num_boxes=num_boxes)
    if max_steps is not None:
        spec = replace(spec, max_steps=max_steps)
    return spec
