"""What of an observation is to be seen, in metres: every camera draws from this."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.football.engine import Observation
from envs.football.pitch import METRES_X, METRES_Y, STEP_SECONDS, Role

#: Whose shirt a player wears.
OURS, OUR_KEEPER, THEIRS, THEIR_KEEPER = range(4)
#: Slower than this a player stands, m/s; his direction says nothing then.
STANDING = 0.4
_UNIT = np.array([METRES_X, METRES_Y])


@dataclass(frozen=True)
class Scene:
    """A moment of a match. x runs along our attack, y towards the lower touchline, z up; metres and seconds.

    Attributes:
        places: x and y of the players on the pitch, float64 [P, 2].
        headings: Where they run, or look when they stand (to the ball), in radians from x towards y, float64 [P].
        speeds: How fast they run, m/s, float64 [P]; 0 for those who stand.
        kits: `OURS`, `OUR_KEEPER`, `THEIRS` or `THEIR_KEEPER`, int64 [P].
        numbers: Their numbers in their teams, int64 [P].
        controlled: Which of the P is the controlled player, -1 for none.
        ball: x, y and z, float64 [3].
        score: Our goals and theirs.
        seconds_left: Until the end of the match.
    """

    places: np.ndarray
    headings: np.ndarray
    speeds: np.ndarray
    kits: np.ndarray
    numbers: np.ndarray
    controlled: int
    ball: np.ndarray
    score: tuple[int, int]
    seconds_left: float

    @classmethod
    def of(cls, observation: Observation) -> Scene:
        """The scene of a raw observation. Players sent off are not in it."""
        left, right = _team(observation, "left_team", OURS), _team(observation, "right_team", THEIRS)
        places, velocities, kits, numbers = (np.concatenate(pair) for pair in zip(left, right, strict=True))
        ball = np.asarray(observation["ball"], np.float64) * (METRES_X, METRES_Y, 1.0)
        ball[2] = max(ball[2], 0.0)
        speeds = np.hypot(velocities[:, 0], velocities[:, 1])
        stands = speeds < STANDING
        towards = np.where(stands[:, None], ball[:2] - places, velocities)
        ours = np.flatnonzero((kits <= OUR_KEEPER) & (numbers == observation["active"]))
        return cls(
            places=places,
            headings=np.arctan2(towards[:, 1], towards[:, 0]),
            speeds=np.where(stands, 0.0, speeds),
            kits=kits,
            numbers=numbers,
            controlled=int(ours[0]) if len(ours) else -1,
            ball=ball,
            score=(int(observation["score"][0]), int(observation["score"][1])),
            seconds_left=int(observation["steps_left"]) * STEP_SECONDS,
        )


def _team(observation: Observation, name: str, kit: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Places in m, velocities in m/s, kits and numbers of the players of a team who are on the pitch."""
    numbers = np.flatnonzero(observation[f"{name}_active"])
    places = np.asarray(observation[name], np.float64)[numbers] * _UNIT
    velocities = np.asarray(observation[f"{name}_direction"], np.float64)[numbers] * _UNIT / STEP_SECONDS
    kits = kit + (np.asarray(observation[f"{name}_roles"])[numbers] == Role.GK)
    return places, velocities, kits, numbers
