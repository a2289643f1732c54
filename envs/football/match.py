"""Our engine: one match, or many side by side in one array. Owns the records and the order of what happens in a step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from envs.football.actions import Action
from envs.football.brains import decide
from envs.football.control import obey
from envs.football.dynamics import advance, foresee_all
from envs.football.engine import Observation
from envs.football.observation import observe
from envs.football.pitch import LENGTH, METRES_X, METRES_Y, RADIUS, WIDTH, Role
from envs.football.referee import begin, judge
from envs.football.scenario import Placement, Scenario
from envs.football.state import HALF, MATCH, NOBODY, matches

#: gfootball places players on a scale that is slightly larger than the one by which it shows them, metres a unit of y.
PLACING_Y = 2.36 * WIDTH
#: Seconds before anybody touches the ball.
FIRST_TOUCH = 0.3
_SIGN = np.repeat([1.0, -1.0], HALF)


class Matches:
    """N matches that are played in step. Nobody is on a pitch until `start`.

    Args:
        count: N, at least 1.

    Attributes:
        records: `envs.football.state.MATCH` [N]. To keep a position, copy its record; to go back, assign it.

    Raises:
        ValueError: If `count` is below 1.
    """

    def __init__(self, count: int):
        self.records = matches(count)
        self.records["done"] = 1

    def __len__(self) -> int:
        return len(self.records)

    def start(self, which: Sequence[int], scenarios: Sequence[Scenario], seeds: Sequence[int]) -> None:
        """Begin matches anew.

        Args:
            which: K numbers of matches.
            scenarios: K scenarios, one for each.
            seeds: K seeds, for all that is left to chance.
        """
        for number, scenario, seed in zip(which, scenarios, seeds, strict=True):
            self.records[number] = opening(scenario, seed)
        chosen = np.array(which, np.intp)
        begun = self.records[chosen]
        foresee_all(begun)
        begin(begun)
        self.records[chosen] = begun

    def step(self, actions: np.ndarray) -> None:
        """Play a step of 0.1 s in every match that is not over.

        Args:
            actions: int64 [N], numbers of `envs.football.actions.Action`.
        """
        obey(self.records, actions)
        decide(self.records)
        advance(self.records)
        judge(self.records)


class Match:
    """One match on our engine; see `envs.football.engine.Engine`."""

    def __init__(self) -> None:
        self._matches = Matches(1)

    def reset(self, scenario: Scenario, seed: int) -> Observation:
        self._matches.start([0], [scenario], [seed])
        return observe(self._matches.records[0])

    def step(self, action: Action) -> Observation:
        if self.done:
            raise RuntimeError("the match is over, or has not begun; call reset")
        self._matches.step(np.array([action], np.int64))
        return observe(self._matches.records[0])

    @property
    def done(self) -> bool:
        return bool(self._matches.records["done"][0])

    def close(self) -> None:
        """Nothing is held."""


def opening(scenario: Scenario, seed: int) -> np.void:
    """The record of a match that begins with a scenario."""
    match = np.zeros((), MATCH)
    for first, players in zip((0, HALF), scenario.on_pitch(), strict=True):
        for number, player in enumerate(players, first):
            _place(match, number, player)
    match["face_x"] = _SIGN
    match["untouching"] = FIRST_TOUCH
    match["marks"] = NOBODY
    match["slot"] = np.arange(2 * HALF) % HALF
    match["ball"] = scenario.ball[0] * METRES_X, scenario.ball[1] * METRES_Y, RADIUS
    for name in ("owner", "last_touch", "receiver", "offender", "possession", "swing_to"):
        match[name] = NOBODY
    match["duration"] = scenario.duration
    match["offsides"] = scenario.offsides
    match["end_on_score"] = scenario.end_on_score
    match["end_on_out_of_play"] = scenario.end_on_out_of_play
    match["end_on_possession_change"] = scenario.end_on_possession_change
    match["difficulty"] = scenario.left_difficulty, scenario.right_difficulty
    match["random"] = 0 if scenario.deterministic else seed % 2**64
    return np.atleast_1d(match)[0]  # type: ignore[no-any-return]


def _place(match: np.ndarray, number: int, player: Placement) -> None:
    match["x"][number] = match["home_x"][number] = player.x * LENGTH
    match["y"][number] = match["home_y"][number] = player.y * PLACING_Y
    match["role"][number] = Role(player.role)
    match["lazy"][number] = player.lazy
    match["controllable"][number] = player.controllable
    match["playing"][number] = 1
