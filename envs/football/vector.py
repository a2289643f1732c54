"""Many matches of `LMMR1/FootballDiscrete-v0` as one vector environment: the same matches on one array, many times as fast."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from envs.batched import BatchedEnv, entry, objects
from envs.football.actions import Action
from envs.football.choice import ATTACK, OPTIONS
from envs.football.discrete import PADDING, FootballDiscreteEnv, GoalReward, RewardName, Sight, draw
from envs.football.match import Matches
from envs.football.observation import RADIUS, UNIT, VECTOR_LENGTH, observe
from envs.football.pitch import METRES_X, METRES_Y, PLAYERS, STEP_SECONDS, Team
from envs.football.render import CameraName
from envs.football.reward import AttackReward
from envs.football.state import HALF, NOBODY
from envs.football.thoughts import picture
from envs.splits import Split

TEAMS = (("left_team", slice(0, HALF)), ("right_team", slice(HALF, 2 * HALF)))


class FootballVectorEnv(BatchedEnv):
    """`num_envs` matches on our engine, one action each a step.

    ## Description
    Every array it returns is, element for element, that of `gymnasium.vector.SyncVectorEnv` with `num_envs` environments
    `LMMR1/FootballDiscrete-v0`: same seeds, scenarios, observations, rewards and infos. That environment's docstring has actions,
    observations, rewards and the ends of episodes; `SyncVectorEnv`'s has autoreset and the shapes of infos.

    ## Action
    Integers [num_envs], each of `Discrete(19)` or, with `builtin_ai=True`, of `Discrete(20)`.

    ## Observation
    `"vector"`: float32 [num_envs, 115]. `"raw"`: a dictionary of arrays, each with a first axis of num_envs. Both are worked out
    for all matches at once. `"image"`: uint8 [num_envs, height, width, 3], drawn one after the other.

    ## Reward
    "scoring" and "checkpoints" are worked out for all matches at once, "magebench" for one after the other: it takes longer.

    ## Info
    `success`, bool [num_envs]; `goals`, int64 [num_envs, 2]; `scenario` [num_envs], its name, where a match began. In the mode
    SAME_STEP also `final_obs` and `final_info`, where one ended. `_success` and so on, bool [num_envs], say which elements count.

    ## Reset options
    Those of `LMMR1/FootballDiscrete-v0`, for all matches alike, and `reset_mask`, bool [num_envs]: the matches to begin anew.

    Args:
        num_envs: Matches, at least 1.
        scenario, kind, difficulty, observation, reward, builtin_ai, camera, size, minimap, split: As for
            `LMMR1/FootballDiscrete-v0`.
        render_mode: "rgb_array" or "ansi" to get the frames or the texts of all matches from `render`.
        autoreset_mode: A `gymnasium.vector.AutoresetMode` or the value of one: "NextStep", "SameStep" or "Disabled".

    Raises:
        ValueError: For an argument that is not among those allowed.
    """

    item: ClassVar[str] = "match"
    single_id: ClassVar[str] = "LMMR1/FootballDiscrete-v0"
    reset_options: ClassVar[tuple[str, ...]] = OPTIONS
    metadata: dict[str, Any] = {**FootballDiscreteEnv.metadata, "render_modes": ["rgb_array", "ansi"]}

    def __init__(
        self,
        num_envs: int = 1,
        scenario: str | Path = ATTACK,
        *,
        kind: str | None = None,
        difficulty: int | None = None,
        observation: Sight = "vector",
        reward: RewardName = "scoring",
        builtin_ai: bool = False,
        camera: CameraName = "broadcast",
        size: tuple[int, int] = (640, 360),
        minimap: bool = False,
        render_mode: str | None = None,
        split: Split | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
    ):
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise ValueError(f"render_mode is {render_mode!r}; expected None, 'rgb_array' or 'ansi' for many matches")
        single = FootballDiscreteEnv(
            scenario, kind=kind, difficulty=difficulty, observation=observation, reward=reward, builtin_ai=builtin_ai,
            camera=camera, size=size, minimap=minimap, render_mode=render_mode, split=split,
        )  # refuses bad arguments, and knows the spaces  # fmt: skip
        super().__init__(num_envs, autoreset_mode)
        self.render_mode = render_mode
        self.metadata = {**self.metadata, "autoreset_mode": self.autoreset_mode}
        self.single_observation_space = single.observation_space
        self.single_action_space = single.action_space
        self.observation_space = batch_space(single.observation_space, num_envs)
        self.action_space = batch_space(single.action_space, num_envs)
        self._actions = range(int(single.action_space.n))
        self._choice, self._renderer = single.choice, single.renderer
        self._sight = observation
        self._matches = Matches(num_envs)
        self._reward: GoalReward | AttackRewards = (
            AttackRewards(num_envs) if reward == "magebench" else GoalReward(num_envs, reward == "checkpoints")
        )

    def step(self, actions: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Play an action in every match; in the mode NEXT_STEP, where one has ended a new one begins instead.

        Args:
            actions: Integers [num_envs].

        Returns:
            Observations; rewards, float64 [num_envs]; terminations and truncations, bool [num_envs]; infos.

        Raises:
            ValueError: If the actions have another shape or type, or one is out of range; nothing is changed then.
            gymnasium.error.ResetNeeded: Before the first `reset`, and in the mode DISABLED, where a match is over.
        """
        self._check_started()
        chosen = self._checked_actions(actions)
        if self.autoreset_mode == AutoresetMode.DISABLED and self._waiting.any():
            raise gym.error.ResetNeeded(f"match {int(self._waiting.argmax())} is over; reset it with reset_mask")
        played = ~self._waiting
        records = self._matches.records
        goals = records["score"].sum(1)
        self._matches.step(chosen)
        rewards, stolen = self._earn(chosen, played)
        over = (records["done"] != 0) & played
        scored = (records["end_on_score"] != 0) & (records["score"].sum(1) > goals)
        truncations = over & (records["step"] > records["duration"]) & ~scored & ~stolen
        terminations = (over | stolen) & ~truncations
        ended = terminations | truncations
        records["done"][stolen] = 1
        match self.autoreset_mode:
            case AutoresetMode.NEXT_STEP:
                infos = self._told(played) | self._begin(self._waiting)
                self._waiting = ended
            case AutoresetMode.SAME_STEP:
                infos = self._told(~ended) | self._finals(ended) | self._begin(ended)
            case AutoresetMode.DISABLED:
                infos = self._told(played)
                self._waiting = ended
        return self._observe(), rewards, terminations, truncations, infos

    def render(self) -> tuple[Any, ...]:
        """For each match the present frame, uint8 [height, width, 3], or text, as `render_mode` says, else `None`.

        Raises:
            gymnasium.error.ResetNeeded: Before the first `reset`.
        """
        self._check_started()
        match self.render_mode:
            case "rgb_array":
                return tuple(self._frames())
            case "ansi":
                return tuple(picture(observe(record)) for record in self._matches.records)
        return (None,) * self.num_envs

    def _begin(self, mask: np.ndarray, options: dict[str, Any] | None = None) -> dict[str, Any]:
        """Begin a new match wherever the mask says so; the infos on it."""
        which = np.flatnonzero(mask).tolist()
        if not which:
            return {}
        drawn = [draw(self._choice, self._generator(match)[0], options or {}) for match in which]
        self._matches.start(which, [scenario for scenario, _ in drawn], [seed for _, seed in drawn])
        self._reward.begin(np.array(which))
        for match, (scenario, _) in zip(which, drawn, strict=True):
            if isinstance(self._reward, AttackRewards):
                self._reward.rewards[match] = AttackReward(scenario.duration)
        return entry("scenario", objects((scenario.name for scenario, _ in drawn), mask), mask)

    def _earn(self, actions: np.ndarray, played: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rewards of a step, and where they end an episode."""
        records = self._matches.records
        if isinstance(self._reward, AttackRewards):
            return self._reward.step(records, actions, played)
        on_ball = (records["owner"] == records["active"]) & (records["owner"] != NOBODY)
        return self._reward.step(records["score"], on_ball, _ball(records["ball"])[:, :2]), np.zeros_like(played)

    def _told(self, mask: np.ndarray) -> dict[str, Any]:
        """What is told of matches of the mask that were played on; nothing if there is none."""
        if not mask.any():
            return {}
        goals = self._matches.records["score"] * mask[:, None]
        return entry("success", goals[:, 0] > 0, mask) | entry("goals", goals, mask)

    def _finals(self, mask: np.ndarray) -> dict[str, Any]:
        """The infos on the matches of the mask, which have ended and are still to be seen."""
        if not mask.any():
            return {}
        seen = self._observe()
        final = [_element(seen, match) for match in np.flatnonzero(mask).tolist()]
        return entry("final_obs", objects(final, mask), mask) | entry("final_info", self._told(mask), mask)

    def _observe(self) -> Any:
        match self._sight:
            case "vector":
                return vectors(self._matches.records)
            case "raw":
                return raw(self._matches.records)
        return np.stack(self._frames())

    def _frames(self) -> list[np.ndarray]:
        return [self._renderer.frame(observe(record)) for record in self._matches.records]

    def _checked_actions(self, actions: Any) -> np.ndarray:
        given = np.asarray(actions)
        if given.shape != (self.num_envs,) or given.dtype.kind not in "iu":
            raise ValueError(
                f"actions are {given.dtype} {list(given.shape)}; expected integers [{self.num_envs}], one for each match"
            )
        if given.min() < 0 or given.max() >= len(self._actions):
            raise ValueError(f"actions go from {given.min()} to {given.max()}; expected 0 to {len(self._actions) - 1}")
        return given.astype(np.int64)


class AttackRewards:
    """MageBench's reward of matches that are played side by side, worked out one after the other."""

    def __init__(self, count: int):
        self.rewards = [AttackReward() for _ in range(count)]

    def begin(self, which: np.ndarray) -> None:
        """New matches begin; `which` is an index of them."""
        for match in which:
            self.rewards[match].reset()

    def step(self, records: np.ndarray, actions: np.ndarray, played: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rewards of a step, float64 [N], and where the ball was stolen, bool [N]; 0 and no where not played."""
        earned, stolen = np.zeros(len(records)), np.zeros(len(records), np.bool_)
        for match in np.flatnonzero(played):
            reward = self.rewards[match]
            earned[match] = reward.step(observe(records[match]), Action(int(actions[match])))
            stolen[match] = reward.done
        return earned, stolen


def raw(records: np.ndarray) -> dict[str, np.ndarray]:
    """The observations "raw" of matches, `envs.football.state.MATCH` [N]: its arrays with a first axis of N."""
    owner, count = records["owner"], len(records)
    owned = owner != NOBODY
    spin = np.stack([-records["ball_v"][:, 1], records["ball_v"][:, 0], np.zeros(count)], 1).astype(np.float32)
    arrays = {
        "ball": _ball(records["ball"]),
        "ball_direction": _ball(records["ball_v"] * STEP_SECONDS),
        "ball_rotation": spin / np.float32(RADIUS * 1e3),
        "ball_owned_team": np.where(owned, owner >= HALF, int(Team.NOBODY))[:, None].astype(np.int64),
        "ball_owned_player": np.where(owned, owner % HALF, -1)[:, None],
    }
    for name, players in TEAMS:
        playing = records["playing"][:, players] != 0
        parts = {
            "team": _places(records, players),
            "direction": _directions(records, players),
            "tired_factor": records["fatigue"][:, players].astype(np.float32),
            "yellow_card": (records["cards"][:, players] != 0).astype(np.uint8),
            "active": playing.astype(np.uint8),
            "roles": records["role"][:, players],
        }
        for part, values in parts.items():
            there = playing[..., None] if values.ndim == 3 else playing
            arrays[name if part == "team" else f"{name}_{part}"] = np.where(
                there, values, values.dtype.type(PADDING[part])
            )
    arrays["active"] = records["active"][:, None].copy()
    arrays["designated"] = arrays["active"].copy()
    arrays["sticky_actions"] = _sticky(records)
    arrays["score"] = records["score"].copy()
    arrays["steps_left"] = (records["duration"] + 1 - records["step"])[:, None]
    arrays["game_mode"] = records["mode"][:, None].copy()
    return dict(sorted(arrays.items()))


def vectors(records: np.ndarray) -> np.ndarray:
    """gfootball's `simple115_v2` of matches, `envs.football.state.MATCH` [N]: float32 [N, 115]."""
    count = len(records)
    array = np.zeros((count, VECTOR_LENGTH), np.float32)
    teams = array[:, : 8 * PLAYERS].reshape(count, 4, PLAYERS, 2)
    for part, (_, players) in enumerate(TEAMS):
        there = (records["playing"][:, players] != 0)[..., None]
        teams[:, 2 * part] = np.where(there, _places(records, players), np.float32(-1))
        teams[:, 2 * part + 1] = np.where(there, _directions(records, players), np.float32(-1))
    rest = array[:, 8 * PLAYERS :]
    rest[:, :3] = _ball(records["ball"])
    rest[:, 3:6] = _ball(records["ball_v"] * STEP_SECONDS)
    owner, all_of_them = records["owner"], np.arange(count)
    rest[all_of_them, np.where(owner == NOBODY, 6, 7 + (owner >= HALF))] = 1.0
    rest[all_of_them, 9 + records["active"]] = 1.0
    rest[all_of_them, 9 + PLAYERS + records["mode"]] = 1.0
    return array


def _ball(metres: np.ndarray) -> np.ndarray:
    """Places of balls [N, 3] in units of the pitch, z in metres."""
    return np.divide(metres, (METRES_X, METRES_Y, 1.0), dtype=np.float64).astype(np.float32)


def _places(records: np.ndarray, players: slice) -> np.ndarray:
    return (np.stack([records["x"][:, players], records["y"][:, players]], -1) / UNIT).astype(np.float32)


def _directions(records: np.ndarray, players: slice) -> np.ndarray:
    speeds = np.stack([records["vx"][:, players], records["vy"][:, players]], -1)
    return (speeds * STEP_SECONDS / UNIT).astype(np.float32)


def _sticky(records: np.ndarray) -> np.ndarray:
    """uint8 [N, 10]: the eight directions, sprint, dribble."""
    held = records["direction"][:, None] == np.arange(1, 9)
    modes = np.stack([records["sprint"], records["dribble"]], 1)
    return np.concatenate([held, modes], 1).astype(np.uint8)


def _element(batch: Any, match: int) -> Any:
    """One match's observation out of those of all."""
    if isinstance(batch, dict):
        return {name: array[match].copy() for name, array in batch.items()}
    return batch[match].copy()
