"""Adaptive acting: what is played when an agent that thinks for seconds gives one action to a game of 10 steps a second.

A turn is one action of the agent. Played plainly it lasts one step. Played adaptively (MageBench's rules) running goes on while
nothing new is to be seen, and a pass or shot is seen through until somebody has the ball.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from envs.football.actions import DIRECTIONS, PASSES, Action
from envs.football.engine import Engine, Observation
from envs.football.pitch import HALF_LENGTH, HALF_WIDTH, Team

#: Steps that a turn of running lasts at most.
MAX_RUN = 10
#: How many steps ahead the runner and his opponents are foreseen, and how near they may come, in units of the pitch.
FORESIGHT = 6
TOO_NEAR = 0.01
#: How many steps ahead the touchlines are looked out for.
LINE_FORESIGHT = 3
KICKS = (*PASSES, Action.SHOT)


class Acting:
    """Turns an agent's actions into the steps of one episode. It owns what the agent did before, and nothing of the match.

    Args:
        engine: What plays; begun and closed by others.
        observation: What the engine's reset returned.
        adaptive: Whether actions are repeated by the rules; if not, each is played for one step.
    """

    def __init__(self, engine: Engine, observation: Observation, *, adaptive: bool = True):
        self.engine = engine
        self.adaptive = adaptive
        self._seen = observation
        self._first = True
        self._before: Action | None = None
        self._direction = Action.RIGHT

    def turn(self, action: Action) -> Iterator[tuple[Observation, Action]]:
        """Play one action of the agent.

        A direction that is given twice in a row is played until the runner is about to meet an opponent or to leave the pitch, at
        most `MAX_RUN` steps. A pass or shot while somebody has the ball alternates with the last direction until the ball has
        left the foot; then the built-in AI acts until somebody has it. Everything else is played for one step, and so is the
        first action of an episode, which is not remembered either. A turn ends with the match too, or when the caller stops
        asking for its steps.

        Args:
            action: What the agent wants.

        Yields:
            The observation after each step, and the action that was played in it.
        """
        if self._first or not self.adaptive:
            self._first = False
            yield from self._play(action)
            return
        before, self._before = self._before, action
        if action in DIRECTIONS:
            self._direction = action
        if action in DIRECTIONS and action == before:
            yield from self._run(action)
        elif action in KICKS and self._owner != -1:
            yield from self._kick(action, self._owner)
        else:
            yield from self._play(action)

    def _play(self, action: Action) -> Iterator[tuple[Observation, Action]]:
        if not self.engine.done:
            self._seen = self.engine.step(action)
            yield self._seen, action

    def _run(self, action: Action) -> Iterator[tuple[Observation, Action]]:
        for _ in range(MAX_RUN):
            yield from self._play(action)
            if self.engine.done or not is_clear(self._seen):
                return

    def _kick(self, action: Action, kicker: int) -> Iterator[tuple[Observation, Action]]:
        while not self.engine.done and self._owner == kicker:
            yield from self._play(action)
            yield from self._play(self._direction)
        while not self.engine.done and self._owner == -1:
            yield from self._play(Action.BUILTIN_AI)

    @property
    def _owner(self) -> int:
        return int(self._seen["ball_owned_player"])


def is_clear(observation: Observation) -> bool:
    """Whether whoever has the ball (the ball, if nobody of the left team has it) can go on as he does for some steps: he stays on
    the pitch and comes near no opponent, if all keep their speeds."""
    place, speed = observation["ball"][:2], observation["ball_direction"][:2]
    if observation["ball_owned_team"] == Team.LEFT:
        owner = observation["ball_owned_player"]
        place, speed = observation["left_team"][owner], observation["left_team_direction"][owner]
    ahead = np.abs(place + LINE_FORESIGHT * speed)
    if ahead[0] >= HALF_LENGTH or ahead[1] >= HALF_WIDTH:
        return False
    times = np.arange(FORESIGHT)[:, None, None]
    opponents = observation["right_team"] + times * observation["right_team_direction"]  # [6, N, 2]
    return bool(np.linalg.norm(place + times * speed - opponents, axis=-1).min() >= TOO_NEAR)
