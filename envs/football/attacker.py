"""A rule-based attacker: an upper reference for the benchmark and the maker of demonstrations.

It sees raw observations alone, so it plays on either engine. It runs at the goal, plays the passes that MageBench's reward pays
well for and that are likely to arrive, and shoots near the goal, or before that if an opponent is about to take the ball from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from envs.football.actions import DIRECTIONS, PASSES, Action
from envs.football.engine import Observation
from envs.football.pitch import HALF_LENGTH, METRES_X, METRES_Y, Team
from envs.football.reward import NEXT_PASS, PASSING, SCALE, pass_clearance

UNIT = np.array([METRES_X, METRES_Y])
#: Unit vectors of `DIRECTIONS`, y downwards; LEFT is -x and the others follow clockwise.
ALONG = np.array([(-math.cos(k * math.pi / 4), -math.sin(k * math.pi / 4)) for k in range(len(DIRECTIONS))])  # [8, 2]
GOAL = np.array([HALF_LENGTH * METRES_X, 0.0])

#: Shots are taken from where x is at least this; and from this on if an opponent is as near as that.
SHOOT_AT, SHOOT_EARLY_AT, PRESSED = 0.75, 0.3, 2.0  # units of x, units of x, m
#: Passes are played up to this x if they promise this score, the worth of having the ball at the other end included.
PASS_UP_TO, PASS_FOR = 0.5, 25.0
#: The score that having the ball is worth.
KEEPING = 22.0
#: The run bends towards the goal when it is seen at a steeper angle than this.
STEEP = math.radians(35)
CHASE_SPEED = 4.0  # m/s of opponents who come
BALL_SPEED = 15.0  # m/s of a pass
REACTION = 0.25  # s until opponents go for a pass
REACH = 1.0  # m
SURE, SURE_LOFTED = 0.75, 0.7  # that a pass arrives which nobody can reach
SOFTNESS = 1.3  # m
FAR = {Action.SHORT_PASS: 25.0, Action.LONG_PASS: 45.0, Action.HIGH_PASS: 45.0}  # m
NEAREST_MATE = 4.0  # m
AT_FEET = 2.0  # m
#: gfootball's choice of the receiver: how far ahead each pass is aimed, and how his distance from there counts.
AIMED = {Action.SHORT_PASS: 15.0, Action.LONG_PASS: 25.0, Action.HIGH_PASS: 28.0}  # m
NEAR_WEIGHT, NEAR_RANGE, NEAR_POWER = 0.8, 70.0, 0.8


@dataclass
class Memory:
    """What the attacker remembers of an episode.

    Attributes:
        passes: Passes that have arrived.
        kicked_by: Who played the pass that is under way, -1 if none is.
    """

    passes: int = 0
    kicked_by: int = -1


@dataclass(frozen=True)
class Pass:
    """A pass that could be played: in which direction, of which kind, and the score that it promises."""

    direction: Action
    kick: Action
    worth: float


def choose(observation: Observation, memory: Memory) -> Action:
    """The attacker's next action.

    A pass goes where the player runs, so its direction is held for a turn before it.

    Args:
        observation: Raw observation of either engine.
        memory: Made anew for each episode, changed in place.

    Returns:
        One of the 19 actions.
    """
    owner = int(observation["ball_owned_player"])
    if observation["ball_owned_team"] != Team.LEFT or owner < 0:
        return fetch(observation)
    if memory.kicked_by not in (-1, owner):
        memory.passes += 1
    memory.kicked_by = -1
    if shoots(observation):
        return Action.SHOT
    best = best_pass(observation, memory.passes)
    if best is None:
        return run(observation)
    if held(observation) != best.direction:
        return best.direction
    memory.kicked_by = owner
    return best.kick


def fetch(observation: Observation) -> Action:
    """Run to where a ball that is not ours will be; one at the feet is taken along."""
    way = (observation["ball"][:2] + 5 * observation["ball_direction"][:2]) * UNIT - own_place(observation)
    return Action.RIGHT if np.linalg.norm(way) < AT_FEET else toward(way)


def run(observation: Observation) -> Action:
    """The direction to run in with the ball: forward, and to the middle where the goal would be missed."""
    way = GOAL - own_place(observation)
    return toward(way) if abs(way[1]) > math.tan(STEEP) * abs(way[0]) else Action.RIGHT


def shoots(observation: Observation) -> bool:
    """Whether it is time to shoot."""
    x = float(observation["ball"][0])
    nearest = float(np.linalg.norm(opponents(observation) - own_place(observation), axis=1).min())
    return x > SHOOT_AT or (x > SHOOT_EARLY_AT and nearest < PRESSED)


def best_pass(observation: Observation, before: int) -> Pass | None:
    """The pass that promises most, if that is enough, after so many passes before it."""
    if observation["ball"][0] > PASS_UP_TO:
        return None
    best = max(passes(observation, before), key=lambda option: option.worth, default=None)
    return best if best is not None and best.worth > PASS_FOR else None


def passes(observation: Observation, before: int) -> list[Pass]:
    """A pass of each kind in each direction."""
    me, mates = own_place(observation), observation["left_team"] * UNIT
    options = []
    for kick in PASSES:
        for direction, along in zip(DIRECTIONS, ALONG, strict=True):
            target = receiver(observation, along, AIMED[kick])
            if target < 0:
                continue
            distance = float(np.linalg.norm(mates[target] - me))
            if not NEAREST_MATE < distance < FAR[kick]:
                continue
            arrives = arrival(observation, me, mates[target], lofted=kick == Action.HIGH_PASS)
            there = {**observation, "ball": observation["left_team"][target]}
            pays = SCALE * PASSING * NEXT_PASS**before * pass_clearance(there)
            options.append(Pass(direction, kick, arrives * (pays + KEEPING)))
    return options


def receiver(observation: Observation, along: np.ndarray, aimed: float) -> int:
    """Whom a pass in a direction goes to, by gfootball's rule (near to where it is aimed, at a small angle); -1 if nobody."""
    me, mates = own_place(observation), observation["left_team"] * UNIT
    to = mates - me
    distances = np.linalg.norm(to, axis=1)
    cosines = np.clip(to @ along / np.maximum(distances, 0.01), -1.0, 1.0)
    off = np.linalg.norm(to - aimed * along, axis=1)
    rating = NEAR_WEIGHT * np.minimum(off / NEAR_RANGE, 1.0) ** NEAR_POWER + np.arccos(cosines) / math.pi
    rating[int(observation["ball_owned_player"])] = np.inf
    best = int(np.argmin(rating))
    return best if np.isfinite(rating[best]) else -1


def arrival(observation: Observation, start: np.ndarray, end: np.ndarray, *, lofted: bool) -> float:
    """How likely a pass is to arrive: no opponent can be at its way in time; a lofted one is out of reach on most of it."""
    way = end - start
    length = max(float(np.linalg.norm(way)), 0.1)
    to = opponents(observation) - start
    along = np.clip(to @ way / length, 0.0, length)
    if lofted:
        along = np.where(along > 0.1 * length, np.maximum(along, 0.75 * length), along)
    off = np.linalg.norm(to - along[:, None] * way / length, axis=1)
    time = np.maximum(along / BALL_SPEED - REACTION, 0.0)
    margin = float((off - REACH - CHASE_SPEED * time).min())
    sure = SURE_LOFTED if lofted else SURE
    return sure / (1.0 + math.exp(-margin / SOFTNESS))


def toward(way: np.ndarray) -> Action:
    """The direction nearest to a vector in metres."""
    return DIRECTIONS[int(np.argmax(ALONG @ way))]


def held(observation: Observation) -> Action | None:
    """The direction that is held, if one is."""
    sticky = observation["sticky_actions"][: len(DIRECTIONS)]
    return DIRECTIONS[int(np.argmax(sticky))] if sticky.any() else None


def own_place(observation: Observation) -> np.ndarray:
    """Where the controlled player is, m."""
    return observation["left_team"][observation["active"]] * UNIT


def opponents(observation: Observation) -> np.ndarray:
    """Where the opponents are, m [N, 2]."""
    return observation["right_team"] * UNIT
