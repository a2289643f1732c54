"""Levels from small to large: what each episode's kind of level is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from envs.sokoban.levels import LevelSpec, is_whole

#: A number, or the lowest and the highest of a range.
Count = int | Sequence[int]


@dataclass(frozen=True)
class LevelRange:
    """Kinds of levels between two, which differ in the size of the room and the number of boxes.

    Attributes:
        smallest: The least of each.
        largest: The most of each, and everything else.
    """

    smallest: LevelSpec
    largest: LevelSpec

    def draw(self, seed: int) -> LevelSpec:
        """One kind: rows, columns and boxes each drawn uniformly. A pure function of the range and the seed."""
        if self.smallest == self.largest:
            return self.largest
        rng = np.random.default_rng([seed, 1])  # not the stream that goes on to carve the room
        ends = zip(self.smallest.dim_room, self.largest.dim_room, strict=True)
        rows, columns = (int(rng.integers(low, high + 1)) for low, high in ends)
        boxes = int(rng.integers(self.smallest.num_boxes, self.largest.num_boxes + 1))
        return _resized(self.largest, (rows, columns), boxes)


def level_range(
    spec: LevelSpec,
    *,
    dim_room: Sequence[int] | None = None,
    min_room: Sequence[int] | None = None,
    num_boxes: Count | None = None,
    min_solution: int = 1,
    max_solution: int | None = None,
) -> LevelRange:
    """The range that is asked for.

    Args:
        spec: Has what is not asked for.
        dim_room: Rows and columns of the largest room.
        min_room: Rows and columns of the smallest one; `None` for as large as the largest.
        num_boxes: Boxes, or the fewest and the most.
        min_solution, max_solution: Moves that a level's optimal solution may have.

    Raises:
        ValueError: If an argument is malformed or out of range, or the smallest room cannot hold the most boxes.
    """
    if dim_room is not None:
        spec = _resized(spec, _pair("dim_room", dim_room), spec.num_boxes)
    fewest, most = _bounds(spec.num_boxes if num_boxes is None else num_boxes)
    largest = replace(spec, num_boxes=most, min_solution=min_solution, max_solution=max_solution)
    room = largest.dim_room if min_room is None else _pair("min_room", min_room)
    if any(low > high for low, high in zip(room, largest.dim_room, strict=True)):
        raise ValueError(f"min_room is {room}; expected at most dim_room={largest.dim_room} in both directions")
    _resized(largest, room, most)  # so that a room too small for its boxes is refused here
    return LevelRange(_resized(largest, room, fewest), largest)


def _resized(spec: LevelSpec, dim_room: tuple[int, int], num_boxes: int) -> LevelSpec:
    steps = spec.num_gen_steps if dim_room == spec.dim_room else None
    return replace(spec, dim_room=dim_room, num_boxes=num_boxes, num_gen_steps=steps)


def _pair(name: str, value: Any) -> tuple[int, int]:
    if isinstance(value, Sequence | np.ndarray) and len(value) == 2 and all(map(is_whole, value)):
        return int(value[0]), int(value[1])
    raise ValueError(f"{name} is {value!r}; expected rows and columns, two whole numbers such as (7, 7)")


def _bounds(value: Any) -> tuple[int, int]:
    if is_whole(value):
        return int(value), int(value)
    if (
        isinstance(value, Sequence | np.ndarray)
        and len(value) == 2
        and all(map(is_whole, value))
        and value[0] <= value[1]
    ):
        return int(value[0]), int(value[1])
    raise ValueError(f"num_boxes is {value!r}; expected a whole number, or the fewest and the most such as (1, 3)")
