"""The spaces of prompts and of pictures, and how prompts travel between the processes of a vector environment.

Gymnasium's `AsyncVectorEnv` reads its shared memory into an observation once, when it is made, and from then on hands
out copies of that observation. Arrays are views of the memory and so stay true; the strings of a
`gymnasium.spaces.Text` are not, and every prompt would be what the memory held before the first reset. `PromptSpace` is
a `Text` whose shared strings are views too: they are read when they are looked at.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from typing import Any, overload

import gymnasium as gym
import numpy as np
from gymnasium.vector.utils import (
    batch_differing_spaces,
    create_shared_memory,
    read_from_shared_memory,
    write_to_shared_memory,
)


class PromptSpace(gym.spaces.Text):
    """A `gymnasium.spaces.Text` whose strings stay fresh in the shared memory of `AsyncVectorEnv`."""


class AnyPromptSpace(PromptSpace):
    """Prompts in any characters: what people wrote, and not what this project composes. Samples are letters and digits."""

    def contains(self, x: Any) -> bool:
        return isinstance(x, str) and self.min_length <= len(x) <= self.max_length


class PicturesSpace(gym.Space[tuple[np.ndarray, ...]]):
    """Any number of pictures of any size: a tuple of arrays, each uint8 [H, W, 3] with H, W >= 1.

    Vector environments batch them as a tuple with an entry for each environment. They have no place in shared memory,
    which is of a fixed size: `AsyncVectorEnv` has to be made with `shared_memory=False`.
    """

    @property
    def is_np_flattenable(self) -> bool:
        return False

    def contains(self, x: Any) -> bool:
        return isinstance(x, tuple) and all(
            isinstance(image, np.ndarray)
            and image.dtype == np.uint8
            and image.ndim == 3
            and image.shape[2] == 3
            and image.size > 0
            for image in x
        )

    def sample(self, mask: Any = None, probability: Any = None) -> tuple[np.ndarray, ...]:
        """None to three pictures of 1 to 32 pixels a side."""
        if mask is not None or probability is not None:
            raise ValueError("pictures are sampled without a mask or probabilities")
        sizes = self.np_random.integers(1, 33, size=(int(self.np_random.integers(4)), 2))
        return tuple(self.np_random.integers(256, size=(*size, 3), dtype=np.uint8) for size in sizes)

    def to_jsonable(self, sample_n: Iterable[tuple[np.ndarray, ...]]) -> list[list[Any]]:
        return [[image.tolist() for image in sample] for sample in sample_n]

    def from_jsonable(self, sample_n: list[list[Any]]) -> list[tuple[np.ndarray, ...]]:
        return [tuple(np.array(image, dtype=np.uint8) for image in sample) for sample in sample_n]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PicturesSpace)

    def __repr__(self) -> str:
        return "PicturesSpace()"


class SharedPrompts(Sequence[str]):
    """The present prompts of all workers, read from shared memory at each access.

    A copy, shallow or deep, is a plain tuple of the prompts at that moment: what `AsyncVectorEnv` returns, unless it
    is told `copy=False`.

    Args:
        slots: str [N], a view of the shared memory, one fixed-width UTF-32 string a worker.
    """

    def __init__(self, slots: np.ndarray):
        self._slots = slots

    def __len__(self) -> int:
        return len(self._slots)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return tuple(self._slots[index].tolist()) if isinstance(index, slice) else str(self._slots[index])

    def __copy__(self) -> tuple[str, ...]:
        return self[:]

    def __deepcopy__(self, memo: dict[int, Any]) -> tuple[str, ...]:
        return self[:]

    def __repr__(self) -> str:
        return f"SharedPrompts{self[:]!r}"


def _slots(space: PromptSpace, memory: Any) -> np.ndarray:
    return np.frombuffer(memory.get_obj(), dtype=f"U{space.max_length}")  # [N]


@create_shared_memory.register
def _create(space: PromptSpace, n: int = 1, ctx: Any = multiprocessing) -> Any:
    return ctx.Array("i", n * space.max_length)  # one 4-byte code point a character


@read_from_shared_memory.register
def _read(space: PromptSpace, shared_memory: Any, n: int = 1) -> Any:
    return SharedPrompts(_slots(space, shared_memory))


@write_to_shared_memory.register
def _write(space: PromptSpace, index: int, value: str, shared_memory: Any) -> None:
    if len(value) > space.max_length:
        raise ValueError(f"a prompt has {len(value)} characters; its space holds at most {space.max_length}")
    _slots(space, shared_memory)[index] = value


# This table is looked up by the exact class, unlike the others, which fall back to those of a base class.
for _space in (PromptSpace, AnyPromptSpace, PicturesSpace):
    batch_differing_spaces.register(_space, batch_differing_spaces.dispatch(gym.spaces.Text))
