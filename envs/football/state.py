"""What a match in progress is made of: one NumPy record a match, so that many lie side by side and a copy is a snapshot.

Players 0 to 10 are the left team's, 11 to 21 the right's; places that a smaller team leaves free have `playing` 0. Lengths are in
metres from the centre of the pitch, x along the attack of the left team and y downwards as on the picture; times in seconds.
"""

from __future__ import annotations

import numpy as np

from envs.football.pitch import PLAYERS

EVERYBODY = 2 * PLAYERS
#: Players of this number and more are the right team's.
HALF = PLAYERS
NOBODY = -1
#: What a player can want to do with the ball.
NO_KICK, SHORT_PASS, LONG_PASS, HIGH_PASS, SHOT, CLEARANCE = range(6)
#: What the referee has to judge.
NO_OFFENCE, FOUL, OFFSIDE = range(3)
#: How far ahead the ball's path is worked out, in steps of 0.1 s.
AHEAD = 20

_PLAYER = [
    # where they are, how they move, where they look
    ("x", "f8"), ("y", "f8"), ("vx", "f8"), ("vy", "f8"), ("face_x", "f8"), ("face_y", "f8"),
    ("legs_x", "f8"), ("legs_y", "f8"), ("reaction", "f8"),
    # what they were sent out to do
    ("home_x", "f8"), ("home_y", "f8"), ("role", "i8"), ("playing", "i8"), ("lazy", "i8"), ("controllable", "i8"),
    # how they feel
    ("fatigue", "f8"), ("cards", "i8"), ("down", "f8"), ("sliding", "f8"), ("untouching", "f8"),
    ("marks", "i8"), ("slot", "i8"),
    # what they want in this step: a velocity, how they run, and a kick towards a player or along a direction
    ("want_x", "f8"), ("want_y", "f8"), ("sprints", "i8"), ("dribbles", "i8"), ("slides", "i8"),
    ("kick", "i8"), ("kick_to", "i8"), ("kick_x", "f8"), ("kick_y", "f8"),
]  # fmt: skip

MATCH = np.dtype(
    [
        *((name, kind, (EVERYBODY,)) for name, kind in _PLAYER),
        # the ball, and where it will be while it is free
        ("ball", "f8", (3,)),
        ("ball_v", "f8", (3,)),
        ("spin", "f8"),
        ("path", "f8", (AHEAD, 3)),
        ("owner", "i8"),
        ("last_touch", "i8"),
        ("receiver", "i8"),
        ("offside", "i8", (EVERYBODY,)),
        # a kick that a player has begun and not yet struck
        ("swing", "f8"),
        ("swing_kick", "i8"),
        ("swing_to", "i8"),
        ("swing_x", "f8"),
        ("swing_y", "f8"),
        # the controlled player and what holds for him
        ("active", "i8"),
        ("direction", "i8"),
        ("sprint", "i8"),
        ("dribble", "i8"),
        ("automatic", "i8"),
        # a kick that was asked for before the ball was there
        ("asked", "i8"),
        ("asked_for", "i8"),
        # the state of the game
        ("mode", "i8"),
        ("mode_team", "i8"),
        ("waited", "i8"),
        ("step", "i8"),
        ("score", "i8", (2,)),
        ("possession", "i8"),
        ("out_of_play", "i8"),
        ("offence", "i8"),
        ("offender", "i8"),
        ("done", "i8"),
        # the rules
        ("duration", "i8"),
        ("offsides", "i8"),
        ("end_on_score", "i8"),
        ("end_on_out_of_play", "i8"),
        ("end_on_possession_change", "i8"),
        ("difficulty", "f8", (2,)),
        ("random", "u8"),
    ]
)


def matches(count: int) -> np.ndarray:
    """Records for `count` matches, `MATCH` [count], nobody on the pitch.

    Raises:
        ValueError: If there is not one match at least.
    """
    if count < 1:
        raise ValueError(f"count is {count}; expected at least 1 match")
    return np.zeros(count, MATCH)
