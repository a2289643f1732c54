"""MageBench's reward of football: what an attack is worth, step by step, with its six terms kept apart.

The published score is the sum of these rewards over all steps of 0.1 s. It is read off raw observations alone, so it is the same
function on either engine.
"""

from __future__ import annotations

import numpy as np

from envs.football.actions import PASSES, Action
from envs.football.engine import Observation
from envs.football.pitch import HALF_LENGTH, Team

#: All terms are given on this scale.
SCALE = 20.0
#: What a unit of forward way, all opponents passed, a goal, a steal at the end of time, a clear pass and a clear shot are worth.
POSITION, OPPONENTS, GOAL, STOLEN, PASSING, SHOT = 0.8, 1.0, 2.0, 1.0, 20.0, 100.0
MAX_SHOT = GOAL / 3
#: How much less each further pass of an episode is worth than the one before.
NEXT_PASS = 0.75
#: How much nearer an opponent seems who stands in the way to the goal.
IN_THE_WAY = 10.0
#: y of the points of the goal that a shot may be aimed at, and how finely its way is looked at.
AIMS = np.array([-0.044, -0.02, 0.0, 0.022, 0.044])
WAY = np.arange(1, 101) / 100.0
#: A shot from nearer than this, in units of x, is not made less by the distance.
CLOSE = 0.3
#: Team of eleven whose passing counts 1.
OPPONENT_COUNT = 11
TERMS = ("position", "opponents_passed", "goal", "stolen", "passing", "shot")

_GOAL_CENTRE = np.array([HALF_LENGTH, 0.0])


class AttackReward:
    """The reward of one episode, fed with every step that is played.

    Terms of a step, each times 20:

    ==================  ====================================================================================================
    `position`          0.8 for each unit that the ball is further forward than it ever was, while the left team has it
    `opponents_passed`  1 for all opponents passed: the change since the left team had the ball last of how many are behind it
    `goal`              2 for a goal
    `stolen`            the share of the time that is used up when the opponents get the ball; that ends the episode
    `passing`           20 times `pass_clearance` when a pass has arrived, 0.75 times as much for each further pass
    `shot`              100 times `shot_clearance` times `shot_nearness`, at most 2/3, once a possession
    ==================  ====================================================================================================

    The first step of an episode only sets what later ones are compared with, and earns nothing: a pass or shot that is asked
    for there goes unnoticed. After a shot the ball may be lost without a `stolen`, but only until somebody else or nobody has it:
    when the ball has left the shooter's foot, the next opponent who gets it steals it.

    Where the published code is of two minds, this is what counts here. Its list of components shows passes before the factor 0.75
    and shots before the limit of 2/3, the sum has them after; the terms here add up to the sum. It pays a goal again in every
    step after it, which its scenarios hide as they end with the goal; here each goal pays once, so that whole matches can be
    scored. Its time is 400 steps; here it is the `duration`.

    Args:
        duration: Steps that the match lasts at most.

    Attributes:
        terms: The terms of the last step; all of `TERMS` have an entry.
        sums: The terms of all steps so far.
        total: Their sum: MageBench's score.
        passes: How many passes have been paid for.
        done: Whether the reward ends the episode.

    Raises:
        ValueError: If `duration` is not positive.
    """

    def __init__(self, duration: int = 400):
        if duration < 1:
            raise ValueError(f"duration is {duration}; expected at least 1 step")
        self.duration = duration
        self.reset()

    def reset(self) -> None:
        """Begin an episode."""
        self.terms = dict.fromkeys(TERMS, 0.0)
        self.sums = dict.fromkeys(TERMS, 0.0)
        self.total = 0.0
        self.done = False
        self._begun = False
        self._best_x = 0.0
        self._behind = 0
        self._goals = 0
        self._last_owner = -1
        self.passes = 0
        self._passing = False
        self._shot_taken = False

    def step(self, observation: Observation, action: Action) -> float:
        """What a step earns.

        Args:
            observation: The raw observation after the step.
            action: What was played in it.

        Returns:
            The sum of `terms`.
        """
        self.terms = dict.fromkeys(TERMS, 0.0)
        if not self._begun:
            self._begun = True
            self._best_x = float(observation["ball"][0])
            self._behind = opponents_behind(observation)
            self._goals = int(observation["score"][0])
            return 0.0
        self._progress(observation)
        self._goal(observation)
        self._steal(observation)
        self._pass(observation, action)
        self._shoot(observation, action)
        reward = sum(self.terms.values())
        for name, value in self.terms.items():
            self.sums[name] += value
        self.total += reward
        return reward

    def _progress(self, observation: Observation) -> None:
        if not _owned_by(observation, Team.LEFT):
            return
        x, behind = float(observation["ball"][0]), opponents_behind(observation)
        self.terms["position"] = SCALE * POSITION * max(0.0, x - self._best_x)
        self.terms["opponents_passed"] = SCALE * OPPONENTS * (behind - self._behind) / OPPONENT_COUNT
        self._best_x = max(self._best_x, x)
        self._behind = behind

    def _goal(self, observation: Observation) -> None:
        goals = int(observation["score"][0])
        self.terms["goal"] = SCALE * GOAL * (goals - self._goals)
        self._goals = goals

    def _steal(self, observation: Observation) -> None:
        if observation["ball_owned_team"] == Team.RIGHT and not self._shot_taken:
            self.terms["stolen"] = SCALE * STOLEN * (1.0 - observation["steps_left"] / self.duration)
            self.done = True

    def _pass(self, observation: Observation, action: Action) -> None:
        owner = int(observation["ball_owned_player"])
        if self._passing and -1 not in (owner, self._last_owner) and owner != self._last_owner and not self.done:
            self.terms["passing"] = SCALE * PASSING * NEXT_PASS**self.passes * pass_clearance(observation)
            self.passes += 1
            self._passing = False
        if owner != -1:
            self._last_owner = owner
        if action in PASSES:
            self._passing = True

    def _shoot(self, observation: Observation, action: Action) -> None:
        if action == Action.SHOT and _owned_by(observation, Team.LEFT) and not self._shot_taken:
            worth = SHOT * shot_clearance(observation) * shot_nearness(observation)
            self.terms["shot"] = SCALE * min(worth, MAX_SHOT)
            self._shot_taken = True
        if self._last_owner != int(observation["ball_owned_player"]):
            self._shot_taken = False


def opponents_behind(observation: Observation) -> int:
    """How many opponents are further from their goal than the ball is."""
    return int(np.count_nonzero(observation["ball"][0] > observation["right_team"][:, 0]))


def pass_clearance(observation: Observation) -> float:
    """How free the ball is of opponents: the least of d / (10 max(cos, 0) + 1) over them, in units of the pitch, where d is an
    opponent's distance from the ball and cos that of the angle between him and the centre of the goal, seen from the ball."""
    ball = _place(observation)
    to_goal = _GOAL_CENTRE - ball
    to_opponents = np.asarray(observation["right_team"], np.float64) - ball  # [N, 2]
    distances = np.linalg.norm(to_opponents, axis=1)
    lengths = distances * np.linalg.norm(to_goal)
    cosines = np.divide(to_opponents @ to_goal, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return float(np.min(distances / (IN_THE_WAY * np.maximum(cosines, 0.0) + 1.0)))


def shot_clearance(observation: Observation) -> float:
    """How far, in units of the pitch, opponents are from the straight way of a shot at the freest of five points of the goal."""
    ball = _place(observation)
    targets = np.stack([np.full(len(AIMS), HALF_LENGTH), AIMS], 1)
    ways = ball + WAY[:, None, None] * (targets - ball)  # [100, 5, 2]
    opponents = np.asarray(observation["right_team"], np.float64)
    distances = np.linalg.norm(ways[:, :, None] - opponents, axis=-1)  # [100, 5, N]
    return float(distances.min(axis=(0, 2)).max())


def shot_nearness(observation: Observation) -> float:
    """1 for a shot from close to the opponents' goal line, else its x in units of the pitch, at least 0."""
    x = float(observation["ball"][0])
    return 1.0 if HALF_LENGTH - x < CLOSE else max(x, 0.0)


def _owned_by(observation: Observation, team: Team) -> bool:
    return bool(observation["ball_owned_player"] != -1 and observation["ball_owned_team"] == team)


def _place(observation: Observation) -> np.ndarray:
    return np.asarray(observation["ball"][:2], np.float64)
