"""Raw observations of football made by hand or at random, and an engine that replays a list of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from envs.football.actions import Action
from envs.football.engine import Observation
from envs.football.scenario import Scenario

Place = tuple[float, float]
LEFT: tuple[Place, ...] = ((-1.0, 0.0), (0.0, 0.02), (0.2, -0.2), (-0.3, 0.3))
RIGHT: tuple[Place, ...] = ((0.98, 0.0), (0.4, 0.1), (0.6, -0.15), (-0.1, 0.35))


def made(
    ball: Sequence[float] = (0.0, 0.0),
    owner: tuple[int, int] = (-1, -1),
    *,
    left: Sequence[Place] = LEFT,
    right: Sequence[Place] = RIGHT,
    ball_direction: Sequence[float] = (0.0, 0.0, 0.0),
    left_direction: Sequence[Place] | None = None,
    right_direction: Sequence[Place] | None = None,
    active: int = 1,
    direction: Action | None = None,
    sprint: bool = False,
    score: tuple[int, int] = (0, 0),
    steps_left: int = 400,
) -> Observation:
    """An observation; `owner` is (team, player), places are in units of the pitch."""
    sticky = np.zeros(10, np.uint8)
    if direction is not None:
        sticky[direction - Action.LEFT] = 1
    sticky[8] = sprint
    team, player = owner
    seen: Observation = {
        "ball": np.array([*ball, 0.11][:3], np.float32),
        "ball_direction": np.array(ball_direction, np.float32),
        "ball_rotation": np.zeros(3, np.float32),
        "ball_owned_team": team,
        "ball_owned_player": player,
        "active": active,
        "designated": active,
        "sticky_actions": sticky,
        "score": list(score),
        "steps_left": steps_left,
        "game_mode": 0,
    }
    for name, places, directions in (("left_team", left, left_direction), ("right_team", right, right_direction)):
        count = len(places)
        still = np.zeros((count, 2), np.float32)
        seen[name] = np.array(places, np.float32)
        seen[f"{name}_direction"] = still if directions is None else np.array(directions, np.float32)
        seen[f"{name}_tired_factor"] = np.zeros(count, np.float32)
        seen[f"{name}_yellow_card"] = np.zeros(count, bool)
        seen[f"{name}_active"] = np.ones(count, bool)
        seen[f"{name}_roles"] = np.arange(count) % 10
    return seen


def drawn(rng: np.random.Generator, **fixed: Any) -> Observation:
    """An observation drawn at random, all but what is fixed."""
    counts = rng.integers(1, 12, size=2)
    left, right = ([tuple(place) for place in rng.uniform((-1, -0.42), (1, 0.42), (count, 2))] for count in counts)
    team = int(rng.integers(-1, 2))
    player = -1 if team < 0 else int(rng.integers(min(counts)))
    values: dict[str, Any] = {
        "ball": rng.uniform((-1, -0.42, 0), (1, 0.42, 3)),
        "owner": (team, player),
        "left": left,
        "right": right,
        "ball_direction": rng.normal(0, 0.02, 3),
        "left_direction": rng.normal(0, 0.01, (counts[0], 2)),
        "right_direction": rng.normal(0, 0.01, (counts[1], 2)),
        "active": max(player, 0) if team == 0 else int(rng.integers(counts[0])),
        "direction": None if rng.random() < 0.3 else Action(int(rng.integers(1, 9))),
        "sprint": bool(rng.integers(2)),
        "steps_left": int(rng.integers(401)),
    }
    return made(**{**values, **fixed})


class Recorded:
    """An engine that shows given observations one after the other, whatever is played, and keeps what was."""

    def __init__(self, observations: Iterable[Observation]):
        self._coming = list(observations)
        self.played: list[Action] = []

    def reset(self, scenario: Scenario, seed: int) -> Observation:
        raise NotImplementedError("a recording has no beginning but its own")

    def step(self, action: Action) -> Observation:
        self.played.append(action)
        return self._coming.pop(0)

    @property
    def done(self) -> bool:
        return not self._coming

    def close(self) -> None:
        pass


def steps_of(turn: Iterator[tuple[Observation, Action]]) -> list[Action]:
    """What is played in a turn."""
    return [action for _, action in turn]
