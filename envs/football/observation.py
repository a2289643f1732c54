"""What is seen of a match: gfootball's raw observation, and its vector of 115 numbers."""

from __future__ import annotations

import numpy as np

from envs.football.engine import Observation
from envs.football.pitch import METRES_X, METRES_Y, PLAYERS, RADIUS, STEP_SECONDS, Team
from envs.football.state import HALF, NOBODY

#: Metres a unit, along x and y.
UNIT = np.array([METRES_X, METRES_Y])
VECTOR_LENGTH = 115


def observe(match: np.void) -> Observation:
    """The raw observation of a match, a record of `envs.football.state.MATCH`.

    Returns:
        gfootball's dictionary: positions in units of the pitch (float32 [players, 2], the ball's z in metres), directions in
        units a step, `ball_owned_team` -1, 0 or 1, `sticky_actions` uint8 [10], and so on (docs/football.md lists all).
    """
    seen: Observation = {
        "ball": _ball(match["ball"]),
        "ball_direction": _ball(match["ball_v"] * STEP_SECONDS),
        "ball_rotation": np.array([-match["ball_v"][1], match["ball_v"][0], 0.0], np.float32)
        / np.float32(RADIUS * 1e3),
    }
    owner = int(match["owner"])
    seen["ball_owned_team"] = int(Team.NOBODY if owner == NOBODY else owner >= HALF)
    seen["ball_owned_player"] = -1 if owner == NOBODY else owner % HALF
    for name, first in (("left_team", 0), ("right_team", HALF)):
        seen |= _team(match, name, slice(first, first + int(match["playing"][first : first + HALF].sum())))
    seen["active"] = seen["designated"] = int(match["active"])
    sticky = np.zeros(10, np.uint8)
    if match["direction"]:
        sticky[match["direction"] - 1] = 1
    sticky[8:] = match["sprint"], match["dribble"]
    seen["sticky_actions"] = sticky
    seen["score"] = match["score"].tolist()
    seen["steps_left"] = int(match["duration"] + 1 - match["step"])
    seen["game_mode"] = int(match["mode"])
    return seen


def _ball(metres: np.ndarray) -> np.ndarray:
    return np.array([metres[0] / METRES_X, metres[1] / METRES_Y, metres[2]], np.float32)


def _team(match: np.void, name: str, players: slice) -> Observation:
    place = np.stack([match["x"][players], match["y"][players]], 1) / UNIT
    speed = np.stack([match["vx"][players], match["vy"][players]], 1) * STEP_SECONDS / UNIT
    return {
        name: place.astype(np.float32),
        f"{name}_direction": speed.astype(np.float32),
        f"{name}_tired_factor": match["fatigue"][players].astype(np.float32),
        f"{name}_yellow_card": match["cards"][players].astype(bool),
        f"{name}_active": match["playing"][players].astype(bool),
        f"{name}_roles": match["role"][players].copy(),
    }


def simple115(observation: Observation) -> np.ndarray:
    """gfootball's `simple115_v2` of a raw observation, float32 [115]; places of players who are missing hold -1."""
    vector = np.full(VECTOR_LENGTH, -1.0, np.float32)
    for part, key in enumerate(("left_team", "left_team_direction", "right_team", "right_team_direction")):
        values = observation[key].ravel()
        vector[part * 2 * PLAYERS : part * 2 * PLAYERS + len(values)] = values
    rest = vector[8 * PLAYERS :]
    rest[:3] = observation["ball"]
    rest[3:6] = observation["ball_direction"]
    rest[6:] = 0.0
    rest[6 + observation["ball_owned_team"] + 1] = 1.0
    rest[9 + observation["active"]] = 1.0
    rest[9 + PLAYERS + observation["game_mode"]] = 1.0
    return vector
