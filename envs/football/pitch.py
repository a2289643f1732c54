"""The pitch in the coordinates of Google Research Football, and what one of its units is in metres.

x runs from our goal line (-1) to the one that we attack (+1), y from the upper touchline (-0.42) to the lower one (+0.42), as on
the picture. z is in metres already. Speeds in observations are units a step of 0.1 s.
"""

from __future__ import annotations

from enum import IntEnum

#: Metres a unit of x and of y (gfootball's X_FIELD_SCALE and Y_FIELD_SCALE).
METRES_X, METRES_Y = 54.4, 83.6
#: Where players and ball may be placed, and half the mouth of a goal, in units.
HALF_LENGTH, HALF_WIDTH, HALF_GOAL = 1.0, 0.42, 0.044
#: The same pitch in metres, as gfootball's physics has it: half the length and width, half a goal, its height and depth, and
#: the depth and half the width of a penalty area.
LENGTH, WIDTH, GOAL, BAR, NET, BOX_DEPTH, BOX_WIDTH = 55.0, 36.0, 3.7, 2.5, 2.55, 16.5, 20.15
#: The ball's radius, m.
RADIUS = 0.11
#: A step and a physics step in seconds, and how many of these a step has.
STEP_SECONDS, DT, SUBSTEPS = 0.1, 0.01, 10
PLAYERS = 11


class Role(IntEnum):
    """A player's part in the team, with the numbers of `left_team_roles`."""

    GK = 0
    CB = 1
    LB = 2
    RB = 3
    DM = 4
    CM = 5
    LM = 6
    RM = 7
    AM = 8
    CF = 9


class GameMode(IntEnum):
    """What the game waits for, with the numbers of `game_mode`."""

    NORMAL = 0
    KICK_OFF = 1
    GOAL_KICK = 2
    FREE_KICK = 3
    CORNER = 4
    THROW_IN = 5
    PENALTY = 6


class Team(IntEnum):
    """Who has the ball, with the numbers of `ball_owned_team`."""

    NOBODY = -1
    LEFT = 0
    RIGHT = 1


GOALKEEPER = int(Role.GK)
