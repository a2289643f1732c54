"""`LMMR1/FootballDiscrete-v0`: the same game for ordinary reinforcement learning, a number for an action and an array to see."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

import gymnasium as gym
import numpy as np

from envs.football.actions import NUM_ACTIONS, Action
from envs.football.choice import ATTACK, OPTIONS, ScenarioChoice
from envs.football.engine import EngineName, Observation, make_engine
from envs.football.observation import VECTOR_LENGTH, simple115
from envs.football.pitch import PLAYERS, GameMode, Team
from envs.football.render import CameraName, Renderer
from envs.football.reward import AttackReward
from envs.football.scenario import Scenario
from envs.football.thoughts import picture
from envs.splits import Split, check_split
from envs.task import check_options

Sight = Literal["vector", "raw", "image"]
RewardName = Literal["scoring", "checkpoints", "magebench"]
#: What a raw observation holds in the places of players whom a team does not have; names end with these.
PADDING = {"team": -1.0, "direction": -1.0, "roles": -1, "tired_factor": 0.0, "yellow_card": 0, "active": 0}
#: Distances from the middle of the opponents' goal, in units of the pitch, at which the ball earns a checkpoint each.
CHECKPOINTS = np.linspace(0.99, 0.19, 10)
CHECKPOINT_REWARD = 0.1


class FootballDiscreteEnv(gym.Env[Any, Any]):
    """Football, one action a step of 0.1 s.

    ## Description
    As `LMMR1/Football-v0`, without language, and every action lasts one step: we control the player of the left team who is on
    the ball or nearest to it, and attack to the right.

    ## Action
    `Discrete(19)`, the numbers of `envs.football.actions.Action`; with `builtin_ai=True` `Discrete(20)`:

    | number | |
    |---|---|
    | 0 | nothing new |
    | 1 to 8 | run left, top left, top, top right, right, bottom right, bottom, bottom left |
    | 9, 10, 11, 12 | long pass, high pass, short pass, shot, along the direction that is held |
    | 13, 17 | sprint, dribble |
    | 14, 15, 18 | let go of the direction, of sprint, of dribble |
    | 16 | slide |
    | 19 | what the engine's own player would do |

    Direction, sprint and dribble hold until they are changed.

    ## Observation
    `"vector"`: float32 [115], gfootball's `simple115_v2`. `"image"`: uint8 [height, width, 3], a frame.
    `"raw"`: gfootball's raw observation, each entry an array of a fixed shape. Numbers are arrays [1]; arrays of players have 11
    places, of which the last ones of a smaller team hold -1 in positions, directions and roles and 0 in all else:

    | key | |
    |---|---|
    | `ball`, `ball_direction`, `ball_rotation` | float32 [3] |
    | `ball_owned_team`, `ball_owned_player` | int64 [1], -1 for nobody |
    | `left_team`, `left_team_direction` | float32 [11, 2] |
    | `left_team_tired_factor` | float32 [11], 0 to 1 |
    | `left_team_yellow_card`, `left_team_active` | uint8 [11], 0 or 1 |
    | `left_team_roles` | int64 [11], `envs.football.pitch.Role` |
    | `right_team` and so on | as for the left team |
    | `active`, `designated` | int64 [1], the controlled player |
    | `sticky_actions` | uint8 [10] |
    | `score` | int64 [2], ours first |
    | `steps_left` | int64 [1] |
    | `game_mode` | int64 [1], `envs.football.pitch.GameMode` |

    ## Reward
    `"scoring"`: 1 for a goal of ours, -1 for one of theirs. `"checkpoints"`: that, and gfootball's help on the way: 0.1 for
    each of ten rings round the opponents' goal, with radii from 0.99 to 0.19 units, when the controlled player first has the ball
    inside it; a goal pays those that are left. `"magebench"`: `envs.football.reward.AttackReward`.

    ## Episode end
    Truncated when the time is up. Terminated when another of the scenario's rules ends the match (a goal, the ball out of play or
    lost), or with the reward "magebench", when it says that the ball was stolen.

    ## Info
    `success`, whether we have scored; `goals`, int64 [2], ours first. `reset` gives `scenario`, its name.

    ## Reset options
    `scenario`, or `kind` and `difficulty`, as for `LMMR1/Football-v0`.

    Args:
        scenario, kind, difficulty, split: Which scenarios, as for `LMMR1/Football-v0`.
        observation: "vector", "raw" or "image".
        reward: "scoring", "checkpoints" or "magebench".
        builtin_ai: Whether the policy may leave a step to the engine.
        engine: "builtin", or "gfootball" where Google Research Football is installed.
        camera, size, minimap: Of frames, as for `LMMR1/Football-v0`.

    Raises:
        ValueError: For an argument that is not among those allowed.
        ImportError: If gfootball is asked for and not installed; the message says how to install it.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array", "human", "ansi"], "render_fps": 10}

    def __init__(
        self,
        scenario: str | Path = ATTACK,
        *,
        kind: str | None = None,
        difficulty: int | None = None,
        observation: Sight = "vector",
        reward: RewardName = "scoring",
        builtin_ai: bool = False,
        engine: EngineName = "builtin",
        camera: CameraName = "broadcast",
        size: tuple[int, int] = (640, 360),
        minimap: bool = False,
        render_mode: str | None = None,
        split: Split | None = None,
    ):
        for name, value, allowed in (
            ("observation", observation, get_args(Sight)),
            ("reward", reward, get_args(RewardName)),
            ("builtin_ai", builtin_ai, (False, True)),
            ("render_mode", render_mode, (None, *self.metadata["render_modes"])),
        ):
            if value not in allowed:
                raise ValueError(f"{name} is {value!r}; expected {' or '.join(map(repr, allowed))}")
        self.render_mode = render_mode
        self.choice = ScenarioChoice(str(scenario), kind, difficulty, check_split(split))
        self.renderer = Renderer(camera, size, minimap)
        self.action_space: gym.spaces.Discrete = gym.spaces.Discrete(NUM_ACTIONS + builtin_ai)
        self.observation_space = observation_space(observation, self.renderer.size)
        self._sight = observation
        self._reward: GoalReward | AttackReward
        self._reward_name = reward
        self._engine = make_engine(engine)
        self._window: Any = None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.scenario, match_seed = draw(self.choice, self.np_random, options or {})
        self._seen = self._engine.reset(self.scenario, match_seed)
        self._reward = (
            AttackReward(self.scenario.duration)
            if self._reward_name == "magebench"
            else GoalReward(1, self._reward_name == "checkpoints")
        )
        self._show()
        return self._observe(), {"scenario": self.scenario.name}

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Play an action.

        Raises:
            ValueError: If the action space does not contain it.
            RuntimeError: If the match is over.
        """
        if not self.action_space.contains(action):
            raise ValueError(f"action is {action!r}; expected an integer in {self.action_space}")
        if isinstance(self._reward, AttackReward) and self._reward.done:
            raise RuntimeError("the ball was stolen, which ends the episode; call reset")
        before = self._seen
        self._seen = self._engine.step(Action(int(action)))
        reward, stolen = self._earn(Action(int(action)))
        scored = self.scenario.end_on_score and sum(self._seen["score"]) > sum(before["score"])
        late = self._engine.done and self._seen["steps_left"] <= 0 and not (scored or stolen)
        terminated = (self._engine.done or stolen) and not late
        self._show()
        goals = np.array(self._seen["score"], np.int64)
        return self._observe(), reward, terminated, late, {"success": bool(goals[0] > 0), "goals": goals}

    def render(self) -> Any:
        """The present frame, uint8 [height, width, 3], or text, as `render_mode` says; a window shows itself."""
        match self.render_mode:
            case "rgb_array":
                return self.renderer.frame(self._seen)
            case "ansi":
                return picture(self._seen)
        return None

    def close(self) -> None:
        self._engine.close()
        if self._window is not None:
            self._window.close()
            self._window = None

    def _earn(self, action: Action) -> tuple[float, bool]:
        """The reward of the step just played, and whether it ends the episode."""
        if isinstance(self._reward, AttackReward):
            return self._reward.step(self._seen, action), self._reward.done
        return float(self._reward.step(*_for_goals(self._seen))[0]), False

    def _observe(self) -> Any:
        match self._sight:
            case "vector":
                return simple115(self._seen)
            case "raw":
                return padded(self._seen)
        return self.renderer.frame(self._seen)

    def _show(self) -> None:
        if self.render_mode != "human":
            return
        from envs.window import Window

        self._window = self._window or Window(type(self).__name__, self.metadata["render_fps"])
        self._window.show([self.renderer.frame(self._seen)])


class GoalReward:
    """The rewards "scoring" and "checkpoints" of matches that are played side by side.

    Args:
        count: Matches, N.
        checkpoints: Whether checkpoints are paid.
    """

    def __init__(self, count: int, checkpoints: bool):
        self._checkpoints = checkpoints
        self._reached = np.zeros(count, np.int64)
        self._goals = np.zeros((count, 2), np.int64)

    def begin(self, which: np.ndarray) -> None:
        """New matches begin, at 0 to 0; `which` is an index of them."""
        self._reached[which] = 0
        self._goals[which] = 0

    def step(self, score: np.ndarray, on_ball: np.ndarray, ball: np.ndarray) -> np.ndarray:
        """What a step earns.

        Args:
            score: int64 [N, 2], ours first.
            on_ball: bool [N], whether the controlled player has the ball.
            ball: float32 [N, 2], x and y in units of the pitch.

        Returns:
            float64 [N].
        """
        goals = score - self._goals
        self._goals = score.copy()
        reward = np.asarray(goals[:, 0] - goals[:, 1], np.float64)
        if self._checkpoints:
            place = ball.astype(np.float64)
            distance = np.sqrt((place[:, 0] - 1.0) ** 2 + place[:, 1] ** 2)
            within = (distance[:, None] <= CHECKPOINTS).sum(1) * on_ball
            reached = np.where(reward > 0, len(CHECKPOINTS), np.maximum(within, self._reached))
            reward += CHECKPOINT_REWARD * (reached - self._reached)
            self._reached = reached
        return reward


def draw(choice: ScenarioChoice, rng: np.random.Generator, options: dict[str, Any]) -> tuple[Scenario, int]:
    """The scenario of the next match, and the seed of all that is left to chance in it.

    Raises:
        ValueError: If an option is unknown or contradicts another.
    """
    check_options(options, OPTIONS, "LMMR1/FootballDiscrete-v0")
    return choice.choose(rng, options).scenario, int(rng.integers(2**31))


def observation_space(sight: Sight, size: tuple[int, int]) -> gym.Space[Any]:
    """The space of one observation; `size` is the frame's width and height."""
    if sight == "image":
        return gym.spaces.Box(0, 255, (size[1], size[0], 3), np.uint8)
    if sight == "vector":
        return gym.spaces.Box(-np.inf, np.inf, (VECTOR_LENGTH,), np.float32)
    anything, number = (-np.inf, np.inf), np.iinfo(np.int64).max
    spaces: dict[str, gym.Space[Any]] = {
        name: gym.spaces.Box(*anything, (3,), np.float32) for name in ("ball", "ball_direction", "ball_rotation")
    }
    for name, low, high in (
        ("ball_owned_team", Team.NOBODY, Team.RIGHT), ("ball_owned_player", -1, PLAYERS - 1), ("active", -1, PLAYERS - 1),
        ("designated", -1, PLAYERS - 1), ("steps_left", 0, number), ("game_mode", 0, max(GameMode)),
    ):  # fmt: skip
        spaces[name] = gym.spaces.Box(int(low), int(high), (1,), np.int64)
    for team in ("left_team", "right_team"):
        spaces[team] = gym.spaces.Box(*anything, (PLAYERS, 2), np.float32)
        spaces[f"{team}_direction"] = gym.spaces.Box(*anything, (PLAYERS, 2), np.float32)
        spaces[f"{team}_tired_factor"] = gym.spaces.Box(0.0, 1.0, (PLAYERS,), np.float32)
        spaces[f"{team}_yellow_card"] = gym.spaces.Box(0, 1, (PLAYERS,), np.uint8)
        spaces[f"{team}_active"] = gym.spaces.Box(0, 1, (PLAYERS,), np.uint8)
        spaces[f"{team}_roles"] = gym.spaces.Box(-1, 9, (PLAYERS,), np.int64)
    spaces["sticky_actions"] = gym.spaces.Box(0, 1, (10,), np.uint8)
    spaces["score"] = gym.spaces.Box(0, number, (2,), np.int64)
    return gym.spaces.Dict(spaces)


def padded(observation: Observation) -> dict[str, np.ndarray]:
    """A raw observation in the fixed shapes of the observation "raw"."""
    arrays = {}
    for name, value in observation.items():
        array = np.atleast_1d(np.asarray(value))
        if name.startswith(("left_team", "right_team")):
            missing = PLAYERS - len(array)
            filler = PADDING[name.removeprefix("left_").removeprefix("right_").removeprefix("team_")]
            array = np.pad(array, ((0, missing), *((0, 0),) * (array.ndim - 1)), constant_values=filler)
        kinds = {"f": np.float32, "i": np.int64, "b": np.uint8, "u": np.uint8}
        arrays[name] = array.astype(kinds[array.dtype.kind])
    return arrays


def _for_goals(observation: Observation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What `GoalReward.step` wants to know of one match."""
    on_ball = observation["ball_owned_team"] == Team.LEFT and observation["ball_owned_player"] == observation["active"]
    return np.array([observation["score"]], np.int64), np.array([on_ball]), np.asarray(observation["ball"])[None, :2]
