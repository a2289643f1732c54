"""Which level an episode of Sokoban plays: one that was asked for, one from a file, or a generated one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from envs.sokoban.files import LevelFiles
from envs.sokoban.levels import PRESETS, LevelSpec, from_text, generate
from envs.sokoban.ranges import Count, level_range
from envs.sokoban.rules import Level, new_game
from envs.splits import Split

_OF_SOLUTIONS = ("min_solution", "max_solution")
_OF_ROOMS = ("dim_room", "min_room", "num_boxes")
#: Reset options that say which level to play: one, or what to draw it from.
OPTIONS = ("level", *_OF_ROOMS, *_OF_SOLUTIONS)


class LevelChoice:
    """Chooses levels.

    Args:
        preset: A name in `envs.sokoban.levels.PRESETS`.
        levels: A file or folder of levels to choose from; `None` to generate them.
        dim_room, min_room, num_boxes, min_solution, max_solution: See `envs.sokoban.ranges.level_range`.
        max_steps: Overrides the preset's.
        split: Restrict to "train" or "heldout" levels.

    Attributes:
        spec: The largest kind of level; smaller ones are filled up to its `dim_room` with walls on the right and below.

    Raises:
        FileNotFoundError: If there is nothing at `levels`.
        ValueError: For an unknown preset, a room that cannot hold its boxes, a room given beside level files, or files that
            hold no levels.
    """

    def __init__(
        self,
        preset: str,
        levels: str | Path | None = None,
        dim_room: Sequence[int] | None = None,
        num_boxes: Count | None = None,
        max_steps: int | None = None,
        min_solution: int = 1,
        max_solution: int | None = None,
        split: Split | None = None,
        min_room: Sequence[int] | None = None,
    ):
        self._files = None if levels is None else LevelFiles(levels)
        self._split = split
        self._preset = _preset(preset)
        if max_steps is not None:
            self._preset = replace(self._preset, max_steps=max_steps)
        asked = {
            "dim_room": dim_room,
            "min_room": min_room,
            "num_boxes": num_boxes,
            "min_solution": min_solution,
            "max_solution": max_solution,
        }
        self._asked: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
        if self._files:
            self._refuse_rooms(self._asked)
            self._preset = replace(
                self._preset,
                dim_room=self._files.shape,
                num_boxes=1,
                num_gen_steps=None,
                fixed_targets=self._files.fixed_targets,
            )
        self._range = level_range(self._preset, **self._asked)
        self.spec = self._range.largest

    def choose(self, rng: np.random.Generator, options: Mapping[str, Any]) -> Level:
        """The level that the reset option `level` gives as XSB text, else one that `rng` draws as the others ask.

        Args:
            rng: Advanced by one draw, whatever the options.
            options: Any of `OPTIONS`; they go before the constructor's arguments of the same names.

        Raises:
            ValueError: If the level given is malformed, too large, or solved already, or an option is out of range.
            TypeError: If the level given is no string.
            RuntimeError: If no level as asked for could be made.
        """
        seed = int(rng.integers(2**62))
        wishes = {name: value for name, value in options.items() if name in OPTIONS}
        if "level" in wishes:
            return self._given(**wishes)
        if self._files:
            self._refuse_rooms(wishes)
        range_ = level_range(self._preset, **{**self._asked, **wishes}) if wishes else self._range
        if self._files:
            spec = range_.largest
            return self._files.draw(seed, self._split, lambda level: not new_game(level).won and spec.accepts(level))
        if any(wish > limit for wish, limit in zip(range_.largest.dim_room, self.spec.dim_room, strict=True)):
            raise ValueError(
                f"dim_room is {range_.largest.dim_room}; this environment's pictures have room for {self.spec.dim_room}"
            )
        return generate(range_.draw(seed), seed, self._split).filled_up(self.spec.dim_room)

    def _given(self, level: Any, **others: Any) -> Level:
        if others:
            raise ValueError(f"a level is given, and {', '.join(others)} as well; give one or the other")
        given, (rows, columns) = from_text(level), self.spec.dim_room
        if given.shape[0] > rows or given.shape[1] > columns:
            raise ValueError(
                f"the level given is {given.shape[0]}x{given.shape[1]}, but this environment's rooms are "
                f"{rows}x{columns}; make it with dim_room={given.shape}"
            )
        if given.owners is not None and not self.spec.fixed_targets:
            raise ValueError(
                "the level given has lettered boxes; use a preset with fixed targets, such as fixed-target-v0"
            )
        if new_game(given).won:
            raise ValueError("the level given is solved already: every box is on a target; move one off")
        return given.filled_up((rows, columns))

    def _refuse_rooms(self, wishes: Mapping[str, Any]) -> None:
        beside = [name for name in _OF_ROOMS if name in wishes]
        if beside:
            raise ValueError(f"levels come from files, which say how large they are; leave out {', '.join(beside)}")


def _preset(name: str) -> LevelSpec:
    if isinstance(name, str) and name in PRESETS:
        return PRESETS[name]
    near = get_close_matches(str(name), PRESETS, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(PRESETS)}"
    raise ValueError(f"preset is {name!r}, which is unknown{hint}")
