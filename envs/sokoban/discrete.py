"""`LMMR1/SokobanDiscrete-v0`: the same game for ordinary reinforcement learning, a number for an action and an array to see."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import gymnasium as gym
import numpy as np

from envs.sokoban.choice import OPTIONS, LevelChoice
from envs.sokoban.levels import to_text
from envs.sokoban.ranges import Count
from envs.sokoban.render import TILE, frame, kinds, sprites
from envs.sokoban.rules import new_game
from envs.splits import Split, check_split
from envs.task import check_options

#: Planes of the observation "grid", in the order of `envs.sokoban.render.kinds`; the coloured ones with fixed targets only.
PLANES = ("wall", "floor", "target", "box on target", "box", "player", "player on target")
COLOURED_PLANES = tuple(
    f"{colour} {what}"
    for colour in ("first", "second", "third", "fourth")
    for what in ("target", "box", "box on its target", "box on another target")
)


class SokobanDiscreteEnv(gym.Env[np.ndarray, Any]):
    """Sokoban, one move a step.

    ## Description
    As `LMMR1/Sokoban-v0`, without language: rules, rewards, levels and pixels are those of gym-sokoban.

    ## Action
    `Discrete(9)`, or with `actions=4` the four pushes alone, counted from 0:

    | 9 actions | 4 actions | |
    |---|---|---|
    | 0 | | nothing |
    | 1, 2, 3, 4 | 0, 1, 2, 3 | push up, down, left, right; without a box there, walk |
    | 5, 6, 7, 8 | | walk up, down, left, right; never push |

    ## Observation
    `"image"`: uint8 [16 * rows, 16 * columns, 3]. `"grid"`: uint8 [7, rows, columns] of 0 and 1, one plane for each of wall,
    floor, target, box on target, box, player, player on target. With fixed targets [23, rows, columns]: four more a colour.

    ## Reward
    -0.1 a step, +1 for a box pushed onto a target, -1 for one pushed off, +10 when all are on targets. With fixed targets a box
    counts on its own target only, and there are no +10.

    ## Episode end
    Terminated when solved, truncated after `max_steps` steps.

    ## Info
    `success`, `moved` (the player), `pushed` (a box). `reset` adds `level` (XSB text).

    ## Reset options
    As for `LMMR1/Sokoban-v0`.

    Args:
        preset, levels, dim_room, min_room, num_boxes, max_steps, min_solution, max_solution, split: Which levels, as for
            `LMMR1/Sokoban-v0`.
        observation: "image" or "grid".
        actions: 9 or 4.
        tile_size: Pixels a tile, 4 to 256.

    Raises:
        ValueError: For an argument that is not among those allowed.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array", "human", "ansi"], "render_fps": 4}

    def __init__(
        self,
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
    ):
        for name, value, allowed in (
            ("observation", observation, ("image", "grid")),
            ("actions", actions, (9, 4)),
            ("render_mode", render_mode, (None, *self.metadata["render_modes"])),
        ):
            if value not in allowed:
                raise ValueError(f"{name} is {value!r}; expected {' or '.join(map(repr, allowed))}")
        self.render_mode = render_mode
        self.choice = LevelChoice(
            preset, levels, dim_room, num_boxes, max_steps, min_solution, max_solution, check_split(split), min_room
        )
        sprites(tile_size)  # so that a size that cannot be drawn is refused here
        self._tile_size = tile_size
        self._observation = observation
        self._first_action = 0 if actions == 9 else 1
        self._window: Any = None
        rows, columns = self.choice.spec.dim_room
        planes = PLANES + (COLOURED_PLANES if self.choice.spec.fixed_targets else ())
        self._planes = np.arange(len(planes), dtype=np.uint8)[:, None, None]
        self.action_space = gym.spaces.Discrete(actions)
        self.observation_space = (
            gym.spaces.Box(0, 255, (rows * tile_size, columns * tile_size, 3), np.uint8)
            if observation == "image"
            else gym.spaces.Box(0, 1, (len(self._planes), rows, columns), np.uint8)
        )

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        super().reset(seed=seed)
        check_options(options or {}, OPTIONS, "LMMR1/SokobanDiscrete-v0")
        level = self.choice.choose(self.np_random, options or {})
        self.game = new_game(level)
        self._show()
        return self._observe(), {"level": to_text(level)}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Play an action.

        Raises:
            ValueError: If the action space does not contain it.
        """
        if not self.action_space.contains(action):
            raise ValueError(f"action is {action!r}; expected an integer in {self.action_space}")
        outcome = self.game.play(int(action) + self._first_action)
        self._show()
        truncated = not outcome.won and self.game.steps >= self.choice.spec.max_steps
        info = {"success": outcome.won, "moved": outcome.moved, "pushed": outcome.pushed}
        return self._observe(), outcome.reward, outcome.won, truncated, info

    def render(self) -> Any:
        """The present frame, uint8 [H, W, 3], or text, as `render_mode` says; a window shows itself."""
        match self.render_mode:
            case "rgb_array":
                return self._frame()
            case "ansi":
                return to_text(self.game.snapshot())
        return None

    def close(self) -> None:
        if self._window is not None:
            self._window.close()
            self._window = None

    def _observe(self) -> np.ndarray:
        if self._observation == "image":
            return self._frame()
        return (kinds(self.game) == self._planes).view(np.uint8)

    def _frame(self) -> np.ndarray:
        return frame(self.game, self._tile_size)

    def _show(self) -> None:
        if self.render_mode != "human":
            return
        from envs.window import Window

        self._window = self._window or Window(type(self).__name__, self.metadata["render_fps"])
        self._window.show([self._frame()])
