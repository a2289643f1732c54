"""Many boards of `LMMR1/SokobanDiscrete-v0` as one vector environment: the same games, thousands of times as fast."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from envs.batched import BatchedEnv, entry, objects
from envs.sokoban.batch import Batch, Outcomes
from envs.sokoban.choice import OPTIONS
from envs.sokoban.discrete import SokobanDiscreteEnv
from envs.sokoban.infos import told
from envs.sokoban.levels import to_text
from envs.sokoban.ranges import Count
from envs.sokoban.render import TILE, frame
from envs.sokoban.views import FrameView, GridView, View, mosaic
from envs.splits import Split


class SokobanVectorEnv(BatchedEnv):
    """`num_envs` games of Sokoban, one move each a step.

    ## Description
    Every array it returns is, element for element, that of `gymnasium.vector.SyncVectorEnv` with `num_envs` environments
    `LMMR1/SokobanDiscrete-v0`: same seeds, levels, observations, rewards and infos. That environment's docstring has the table of
    actions, the observations, the rewards and the ends of episodes; `SyncVectorEnv`'s has autoreset and the shapes of infos.

    ## Action
    Integers [num_envs], each of `Discrete(9)` or, with `actions=4`, of `Discrete(4)`.

    ## Observation
    `"image"`: uint8 [num_envs, 16 * rows, 16 * columns, 3]. `"grid"`: uint8 [num_envs, 7 or 23, rows, columns] of 0 and 1.

    ## Info
    `success`, `moved`, `pushed`: bool [num_envs]. `level`, XSB text [num_envs], where a game began. In the mode SAME_STEP also
    `final_obs` and `final_info`, where one ended. `_success` and so on, bool [num_envs], say which elements count.

    ## Reset options
    Those of `LMMR1/SokobanDiscrete-v0`, for all boards alike, and `reset_mask`, bool [num_envs]: the boards to reset.

    Args:
        num_envs: Boards, at least 1.
        preset, levels, dim_room, min_room, num_boxes, max_steps, min_solution, max_solution, split: Which levels, as for
            `LMMR1/SokobanDiscrete-v0`.
        observation: "image" or "grid".
        actions: 9 or 4.
        tile_size: Pixels a tile, 4 to 256.
        render_mode: "rgb_array" or "ansi" to get the frames or the texts of all boards from `render`; "human" shows all boards
            in one window.
        autoreset_mode: A `gymnasium.vector.AutoresetMode` or the value of one: "NextStep", "SameStep" or "Disabled". When
            disabled, games that have ended can be played on.
        copy: Whether every call returns a new array of observations. If not, all return the same one, which the next call
            changes; it must not be written to then, because only cells that change are painted anew.

    Raises:
        ValueError: For an argument that is not among those allowed.
    """

    item: ClassVar[str] = "board"
    single_id: ClassVar[str] = "LMMR1/SokobanDiscrete-v0"
    reset_options: ClassVar[tuple[str, ...]] = OPTIONS
    metadata: dict[str, Any] = SokobanDiscreteEnv.metadata

    def __init__(
        self,
        num_envs: int = 1,
        preset: str = "small-v0",
        *,
        levels: str | Path | None = None,
        dim_room: tuple[int, int] | None = None,
        min_room: tuple[int, int] | None = None,
        num_boxes: Count | None = None,
        max_steps: int | None = None,
        min_solution: int = 1,
        max_solution: int | None = None,
        observation: Literal["image", "grid"] = "image",
        actions: Literal[9, 4] = 9,
        tile_size: int = TILE,
        render_mode: str | None = None,
        split: Split | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        copy: bool = True,
    ):
        single = SokobanDiscreteEnv(
            preset, levels=levels, dim_room=dim_room, min_room=min_room, num_boxes=num_boxes, max_steps=max_steps,
            min_solution=min_solution, max_solution=max_solution, observation=observation, actions=actions,
            tile_size=tile_size, render_mode=render_mode, split=split,
        )  # refuses bad arguments, and knows the spaces  # fmt: skip
        super().__init__(num_envs, autoreset_mode)
        self.render_mode = render_mode
        self.copy = copy
        self.metadata = {**single.metadata, "autoreset_mode": self.autoreset_mode}
        self.single_observation_space = single.observation_space
        self.single_action_space = single.action_space
        self.action_space = batch_space(single.action_space, num_envs)
        self._choice = single.choice
        self._batch = Batch(num_envs, self._choice.spec.dim_room, range(9) if actions == 9 else range(1, 5))
        self._view: View = (
            FrameView(self._batch, tile_size)
            if observation == "image"
            else GridView(self._batch, self._choice.spec.fixed_targets)
        )
        self._tile_size = tile_size
        self._window: Any = None

    @cached_property
    def observation_space(self) -> gym.Space[np.ndarray]:  # type: ignore[override]
        """The space of batches. Made when it is first asked for, since it holds four arrays as large as a batch."""
        return batch_space(self.single_observation_space, self.num_envs)

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Play an action on every board; in the mode NEXT_STEP, boards whose game has ended begin a new one instead.

        Args:
            actions: Integers [num_envs].

        Returns:
            Observations; rewards, float64 [num_envs]; terminations and truncations, bool [num_envs]; infos.

        Raises:
            ValueError: If the actions have another shape or type, or one is out of range; nothing is changed then.
            gymnasium.error.ResetNeeded: Before the first `reset`.
        """
        self._check_started()
        outcomes = self._batch.step(np.asarray(actions))
        self._view.update(outcomes.changed)
        played = ~self._waiting
        terminations = outcomes.won & played
        truncations = ~outcomes.won & played & (self._batch.steps >= self._choice.spec.max_steps)
        ended = terminations | truncations
        match self.autoreset_mode:
            case AutoresetMode.NEXT_STEP:
                infos = told(outcomes, played) | self._begin(self._waiting)
                self._waiting = ended
            case AutoresetMode.SAME_STEP:
                infos = told(outcomes, ~ended) | self._finals(outcomes, ended) | self._begin(ended)
            case AutoresetMode.DISABLED:
                infos = told(outcomes, played)
        self._show()
        return self._observe(), np.where(played, outcomes.rewards, 0.0), terminations, truncations, infos

    def render(self) -> tuple[Any, ...]:
        """For each board the present frame, uint8 [H, W, 3], or text, as `render_mode` says, else `None`.

        Raises:
            gymnasium.error.ResetNeeded: Before the first `reset`.
        """
        self._check_started()
        match self.render_mode:
            case "rgb_array":
                return tuple(self._all_frames())
            case "ansi":
                return tuple(to_text(self._batch.position(board)) for board in range(self.num_envs))
        return (None,) * self.num_envs

    def close_extras(self, **kwargs: Any) -> None:
        if self._window is not None:
            self._window.close()
            self._window = None

    def _begin(self, mask: np.ndarray, options: dict[str, Any] | None = None) -> dict[str, Any]:
        """Begin a new game on every board of the mask; the infos on it."""
        boards = np.flatnonzero(mask)
        if not len(boards):
            return {}
        levels = [self._choice.choose(self._generator(board)[0], options or {}) for board in boards.tolist()]
        self._batch.load(boards, levels)
        self._view.redraw(boards)
        return entry("level", objects(map(to_text, levels), mask), mask)

    def _finals(self, outcomes: Outcomes, mask: np.ndarray) -> dict[str, Any]:
        """The infos on the games of the mask, which have ended and are still to be seen."""
        if not mask.any():
            return {}
        final_obs = objects(self._view.array[mask], mask)
        return entry("final_obs", final_obs, mask) | entry("final_info", told(outcomes, mask), mask)

    def _observe(self) -> np.ndarray:
        return self._view.array.copy() if self.copy else self._view.array

    def _all_frames(self) -> list[np.ndarray]:
        return [frame(self._batch.position(board), self._tile_size) for board in range(self.num_envs)]

    def _show(self) -> None:
        if self.render_mode != "human":
            return
        from envs.window import Window

        self._window = self._window or Window(type(self).__name__, self.metadata["render_fps"])
        self._window.show([mosaic(np.stack(self._all_frames()))])
