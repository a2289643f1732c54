"""Google Research Football as the engine, where it is installed: the same scenarios, actions and observations.

Talks to the compiled module `gfootball_engine` alone; the Python half of gfootball, which needs the dead `gym` package, is not
imported. It knows nothing of tasks and rewards. Nothing is drawn and no file is written.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np

from envs.football.actions import STICKY, Action
from envs.football.engine import Observation
from envs.football.pitch import GameMode, Role, Team
from envs.football.scenario import Placement, Scenario

#: How many seeds the engine has; greater ones are folded.
_SEEDS = 2**31
#: After so many steps of waiting at a restart gfootball's environment plays a short pass, then idles.
_PATIENCE = 20

#: Games that nobody uses. Starting one takes 0.2 s and 60 MB that never come back, so closed engines leave theirs here.
_idle_games: list[Any] = []


def load() -> ModuleType:
    """The compiled module of gfootball.

    Raises:
        ImportError: If it is not installed, or cannot be loaded; the message says how to install it.
    """
    try:
        return importlib.import_module("gfootball_engine")
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == "gfootball_engine"
        what = "is not installed" if missing else f"cannot be loaded ({error})"
        raise ImportError(
            f"engine='gfootball' needs Google Research Football, which {what}. It is built from source: install the system "
            "packages and build the wheel that docs/football_gfootball.md lists"
        ) from error


class GFootball:
    """One match on Google Research Football; see `envs.football.engine.Engine`.

    Several may live in one process, each with its own match, but not in several threads.

    Raises:
        ImportError: If gfootball is not installed.
    """

    def __init__(self) -> None:
        self._library = load()
        self._game: Any = _idle_games.pop() if _idle_games else _start_game(self._library)
        self._numbers = {action: getattr(self._library.e_BackendAction, action.label) for action in Action}
        self._observation: Observation = {}
        self._scenario: Scenario | None = None
        self._possession = int(Team.NOBODY)
        self._mode_before = -1
        self._waited = 0
        self._done = True

    def reset(self, scenario: Scenario, seed: int) -> Observation:
        """Begin a match; it depends on the scenario and the seed alone.

        Raises:
            RuntimeError: If the engine was closed.
            ValueError: If the first player of a team is no goalkeeper: gfootball would hang.
        """
        if self._game is None:
            raise RuntimeError("the engine was closed; make a new one")
        _check(scenario)
        self._game.state = self._library.GameState.game_running
        self._game.reset(_config(self._library, scenario, seed), False)
        self._scenario = scenario
        self._possession, self._mode_before, self._waited = int(Team.NOBODY), -1, 0
        self._done = False
        self._observation = self._observe(scenario, self._until_in_play())
        return self._observation

    def step(self, action: Action) -> Observation:
        if self._done or self._scenario is None:
            raise RuntimeError("the match is over, or has not begun; call reset")
        self._game.perform_action(self._numbers[self._patient(Action(action))], True, 0)
        self._game.step()
        self._observation = self._observe(self._scenario, self._until_in_play())
        self._judge(self._scenario)
        return self._observation

    @property
    def done(self) -> bool:
        return self._done

    def close(self) -> None:
        """Leave the game to the next engine of this process."""
        if self._game is not None:
            _idle_games.append(self._game)
        self._game, self._done = None, True

    def _until_in_play(self) -> Any:
        """What is known of the game once it goes on: celebrations and walks to a restart are skipped, they take no steps."""
        while not (info := self._game.get_info()).is_in_play:
            self._game.step()
        return info

    def _patient(self, action: Action) -> Action:
        """At a restart that nobody takes, gfootball's environment plays in the controlled player's place."""
        if self._waited < _PATIENCE:
            return action
        if self._waited == _PATIENCE:
            return Action.SHORT_PASS
        seen = self._observation
        if seen["ball_owned_team"] != Team.LEFT or seen["ball_owned_player"] != seen["active"]:
            return Action.IDLE
        return Action.RIGHT if self._waited < _PATIENCE + 10 else Action.LEFT

    def _judge(self, scenario: Scenario) -> None:
        """Apply the scenario's ends, as gfootball's environment does."""
        seen = self._observation
        owner, mode = seen["ball_owned_team"], seen["game_mode"]
        stopped = mode != GameMode.NORMAL
        changed = Team.NOBODY not in (owner, self._possession) and owner != self._possession
        self._done = (
            (scenario.end_on_score and any(seen["score"]))
            or (scenario.end_on_out_of_play and stopped and self._mode_before == GameMode.NORMAL)
            or (scenario.end_on_possession_change and changed)
            or seen["steps_left"] <= 0
        )
        self._mode_before = mode
        self._waited = self._waited + 1 if stopped else 0
        if owner != Team.NOBODY:
            self._possession = owner

    def _observe(self, scenario: Scenario, info: Any) -> Observation:
        seen: Observation = {
            "ball": _vector(info.ball_position, 3),
            "ball_direction": _vector(info.ball_direction, 3),
            "ball_rotation": _vector(info.ball_rotation, 3),
            "ball_owned_team": info.ball_owned_team,
            "ball_owned_player": info.ball_owned_player,
        }
        seen |= _team("left_team", info.left_team)
        seen |= _team("right_team", info.right_team)
        seen["active"] = info.left_controllers[0].controlled_player
        seen["designated"] = next((i for i, player in enumerate(info.left_team) if player.designated_player), -1)
        held = [self._game.sticky_action_state(self._numbers[action], True, 0) for action in STICKY]
        seen["sticky_actions"] = np.array(held, np.uint8)
        seen["score"] = [info.left_goals, info.right_goals]
        seen["steps_left"] = scenario.duration - info.step
        seen["game_mode"] = int(info.game_mode)
        return seen


def _start_game(library: ModuleType) -> Any:
    game = library.GameEnv()
    game.game_config.physics_steps_per_frame = 10
    game.game_config.render = False
    game.start_game()
    return game


def _check(scenario: Scenario) -> None:
    for side, players in (("left", scenario.left), ("right", scenario.right)):
        if players[0].role != Role.GK:
            raise ValueError(
                f"scenario {scenario.name}: the {side} team begins with a {Role(players[0].role).name}; gfootball needs each "
                "team's goalkeeper as its first player"
            )


def _config(library: ModuleType, scenario: Scenario, seed: int) -> Any:
    """The engine's own description of a scenario.

    gfootball draws which team is processed first from the seed; here the left team always is, so that the seed alone decides.
    """
    config = library.ScenarioConfig.make()
    config.ball_position[0], config.ball_position[1] = scenario.ball
    for placed, players in ((config.left_team, scenario.left), (config.right_team, scenario.right)):
        for player in players:
            placed.append(_formation_entry(library, player))
    config.left_agents, config.right_agents = 1, 0
    config.game_duration = scenario.duration
    config.offsides = scenario.offsides
    config.left_team_difficulty = scenario.left_difficulty
    config.right_team_difficulty = scenario.right_difficulty
    config.deterministic = scenario.deterministic
    config.end_episode_on_score = scenario.end_on_score
    config.end_episode_on_out_of_play = scenario.end_on_out_of_play
    config.end_episode_on_possession_change = scenario.end_on_possession_change
    config.reverse_team_processing = False
    config.real_time = False
    if not scenario.deterministic:
        config.game_engine_random_seed = seed % _SEEDS
    return config


def _formation_entry(library: ModuleType, player: Placement) -> Any:
    role = getattr(library.e_PlayerRole, f"e_PlayerRole_{Role(player.role).name}")
    return library.FormationEntry(player.x, player.y, role, player.lazy, player.controllable)


def _vector(position: Any, length: int) -> np.ndarray:
    return np.array([position[axis] for axis in range(length)], np.float32)


def _team(name: str, players: Any) -> Observation:
    return {
        name: np.array([_vector(player.position, 2) for player in players]),
        f"{name}_direction": np.array([_vector(player.direction, 2) for player in players]),
        f"{name}_tired_factor": np.array([player.tired_factor for player in players], np.float32),
        f"{name}_yellow_card": np.array([player.has_card for player in players], bool),
        f"{name}_active": np.array([player.is_active for player in players], bool),
        f"{name}_roles": np.array([int(player.role) for player in players]),
    }
