"""A situation in words, as an attentive player would see it, and as a picture of characters."""

from __future__ import annotations

import math

import numpy as np

from envs.football.actions import Action
from envs.football.attacker import ALONG, UNIT, arrival
from envs.football.engine import Observation
from envs.football.pitch import HALF_GOAL, HALF_LENGTH, HALF_WIDTH, METRES_X, Team

_WAYS = ("left", "top left", "top", "top right", "right", "bottom right", "bottom", "bottom left")
#: A team mate is free if a pass to him arrives this surely.
FREE = 0.6
ROWS, COLUMNS = 21, 65


def tell(observation: Observation) -> str:
    """Who has the ball and where, the nearest opponent, the way to the goal and the free team mate who is furthest forward.

    Distances are in metres, rounded; directions are the eight that can be run in.
    """
    me = observation["left_team"][observation["active"]] * UNIT
    goal = np.array([HALF_LENGTH * METRES_X, 0.0])
    rivals = observation["right_team"] * UNIT
    nearest = rivals[int(np.argmin(np.linalg.norm(rivals - me, axis=1)))]
    sentences = [_ball(observation, me), f"goal {_where(goal - me)}", f"nearest opponent {_where(nearest - me)}"]
    mate = free_mate(observation)
    sentences.append("no team mate is free" if mate is None else f"free team mate {_where(mate - me)}")
    return ", ".join(sentences) + "."


def free_mate(observation: Observation) -> np.ndarray | None:
    """Where the free team mate who is furthest forward is, m; `None` if nobody is free."""
    me, mates = observation["left_team"][observation["active"]] * UNIT, observation["left_team"] * UNIT
    free = [
        mate
        for number, mate in enumerate(mates)
        if number != observation["active"] and arrival(observation, me, mate, lofted=False) >= FREE
    ]
    return max(free, key=lambda mate: float(mate[0]), default=None)


def _ball(observation: Observation, me: np.ndarray) -> str:
    match observation["ball_owned_team"]:
        case Team.LEFT if observation["ball_owned_player"] == observation["active"]:
            return "I have the ball"
        case Team.LEFT:
            return "a team mate has the ball"
        case Team.RIGHT:
            return "an opponent has the ball"
    return f"the ball is loose {_where(observation['ball'][:2] * UNIT - me)}"


def _where(way: np.ndarray) -> str:
    direction = _WAYS[int(np.argmax(ALONG @ way))]
    return f"{math.hypot(*way):.0f} m {direction}"


def why(observation: Observation, action: Action) -> str:
    """The thought that goes with an action in a situation."""
    return f"{tell(observation)} {action.label.replace('_', ' ').capitalize()}."


def picture(observation: Observation) -> str:
    """The pitch in characters: `o` team mates, `A` the controlled player, `x` opponents, `*` the ball, and the score and time."""
    canvas = np.full((ROWS, COLUMNS), " ")
    for name, sign in (("right_team", "x"), ("left_team", "o")):
        for place in observation[name]:
            canvas[_cell(place)] = sign
    canvas[_cell(observation["left_team"][observation["active"]])] = "A"
    canvas[_cell(observation["ball"])] = "*"
    mouth = [
        abs(row * 2 * HALF_WIDTH / (ROWS - 1) - HALF_WIDTH) <= HALF_GOAL + HALF_WIDTH / (ROWS - 1)
        for row in range(ROWS)
    ]
    border = f"+{'-' * COLUMNS}+"
    lines = [
        f"{':' if open_ else '|'}{''.join(row)}{':' if open_ else '|'}"
        for row, open_ in zip(canvas, mouth, strict=True)
    ]
    ours, theirs = observation["score"]
    return "\n".join([f"{ours} : {theirs}, {observation['steps_left']} steps left", border, *lines, border])


def _cell(place: np.ndarray) -> tuple[int, int]:
    row = round((float(place[1]) + HALF_WIDTH) / (2 * HALF_WIDTH) * (ROWS - 1))
    column = round((float(place[0]) + HALF_LENGTH) / (2 * HALF_LENGTH) * (COLUMNS - 1))
    return min(max(row, 0), ROWS - 1), min(max(column, 0), COLUMNS - 1)
