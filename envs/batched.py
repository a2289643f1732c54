"""What vector environments have in common that play many games on one array: seeds, masks, autoreset, and infos.

An info is an array for each name and, under `_` and the name, the games that it is about. Knows nothing of any game.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv

from envs.task import check_options


class BatchedEnv(VectorEnv[Any, Any, Any]):
    """Base of vector environments that are one array: a generator for each game, and which games wait for a new one.

    Args:
        num_envs: Games, at least 1.
        autoreset_mode: A `gymnasium.vector.AutoresetMode` or the value of one.

    Raises:
        ValueError: If there is no game, or no such mode.
    """

    #: What one of its games is called in messages.
    item: ClassVar[str] = "game"
    #: The id of the environment that plays one game, and the reset options that it takes.
    single_id: ClassVar[str]
    reset_options: ClassVar[tuple[str, ...]] = ()

    def __init__(self, num_envs: int, autoreset_mode: AutoresetMode | str):
        if num_envs < 1:
            raise ValueError(f"num_envs is {num_envs}; expected at least 1")
        self.num_envs = num_envs
        self.autoreset_mode = _autoreset_mode(autoreset_mode)
        self._generators: dict[int, tuple[np.random.Generator, int]] = {}  # of games, with their seeds
        self._started = False
        self._waiting = np.zeros(num_envs, np.bool_)  # for a new game, which begins with the next step

    @property  # type: ignore[misc]
    def np_random(self) -> tuple[np.random.Generator, ...]:  # type: ignore[override]
        """The generator of each game."""
        return tuple(self._generator(game)[0] for game in range(self.num_envs))

    @property
    def np_random_seed(self) -> tuple[int, ...]:  # type: ignore[override]
        """What the generator of each game was made with."""
        return tuple(self._generator(game)[1] for game in range(self.num_envs))

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin new games.

        Args:
            seed: s for s, s + 1, ... or one for each game; `None` to go on with a game's generator.
            options: See the class.

        Raises:
            ValueError: If there is not one seed for each game, or an option is unknown or out of range.
            TypeError: If `reset_mask` is not an array of bool.
            gymnasium.error.ResetNeeded: If `reset_mask` leaves out games that have never begun.
        """
        wishes = dict(options or {})
        mask = self._checked_mask(wishes.pop("reset_mask", np.ones(self.num_envs, np.bool_)))
        check_options(wishes, (*self.reset_options, "reset_mask"), self.single_id)
        self._seed(mask, seed)
        infos = self._begin(mask, wishes)
        self._started = True
        self._waiting[mask] = False
        self._show()
        return self._observe(), infos

    def _begin(self, mask: np.ndarray, options: dict[str, Any] | None = None) -> dict[str, Any]:
        """Begin a new game wherever the mask, bool [N], says so; the infos on it."""
        raise NotImplementedError

    def _observe(self) -> Any:
        """The observations of the present games."""
        raise NotImplementedError

    def _show(self) -> None:
        """Show the games to a person, if asked to."""

    def _generator(self, game: int) -> tuple[np.random.Generator, int]:
        """The game's generator and its seed, made when first asked for."""
        if game not in self._generators:
            self._generators[game] = seeding.np_random()
        return self._generators[game]

    def _seed(self, mask: np.ndarray, seed: int | Sequence[int | None] | None) -> None:
        """Make the generators of the masked games anew that have a seed; all or, if a seed is refused, none."""
        if isinstance(seed, int):
            seed = range(seed, seed + self.num_envs)
        seeds = [None] * self.num_envs if seed is None else seed
        if len(seeds) != self.num_envs:
            raise ValueError(f"seed has {len(seeds)} elements; expected {self.num_envs}, one for each {self.item}")
        self._generators |= {
            game: seeding.np_random(each) for game, each in enumerate(seeds) if mask[game] and each is not None
        }

    def _check_started(self) -> None:
        if not self._started:
            raise gym.error.ResetNeeded("no game has begun; call reset first")

    def _checked_mask(self, mask: Any) -> np.ndarray:
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
            given = mask.dtype if isinstance(mask, np.ndarray) else type(mask).__name__
            raise TypeError(f"reset_mask is {given}; expected an array of bool")
        if mask.shape != (self.num_envs,) or not mask.any():
            raise ValueError(
                f"reset_mask has shape {list(mask.shape)} and {np.count_nonzero(mask)} elements that are true; "
                f"expected shape [{self.num_envs}] and at least one"
            )
        if not self._started and not mask.all():
            raise gym.error.ResetNeeded(f"reset_mask leaves out a {self.item} that has never begun; reset all first")
        return mask


def _autoreset_mode(mode: AutoresetMode | str) -> AutoresetMode:
    try:
        return AutoresetMode(mode)
    except ValueError:
        names = " or ".join(repr(each.value) for each in AutoresetMode)
        raise ValueError(f"autoreset_mode is {mode!r}; expected an AutoresetMode, {names}") from None


def entry(name: str, values: Any, mask: np.ndarray) -> dict[str, Any]:
    """One name, with its values for all games and the games that they count for, bool [N]."""
    return {name: values, f"_{name}": mask.copy()}


def objects(values: Iterable[Any], mask: np.ndarray) -> np.ndarray:
    """Objects [N]: the values, one for each game of the mask, bool [N], and `None` for the others."""
    array = np.full(len(mask), None, dtype=object)
    for game, value in zip(np.flatnonzero(mask), values, strict=True):
        array[game] = value
    return array
