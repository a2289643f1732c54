"""The 19 actions of the controlled player, and `builtin_ai`, which lets the engine choose.

Directions, sprint and dribble are sticky: they hold until another direction or a release.
"""

from __future__ import annotations

from enum import IntEnum


class Action(IntEnum):
    """The numbers of gfootball's action sets "default" (0 to 18) and "v2" (19 too)."""

    IDLE = 0
    LEFT = 1
    TOP_LEFT = 2
    TOP = 3
    TOP_RIGHT = 4
    RIGHT = 5
    BOTTOM_RIGHT = 6
    BOTTOM = 7
    BOTTOM_LEFT = 8
    LONG_PASS = 9
    HIGH_PASS = 10
    SHORT_PASS = 11
    SHOT = 12
    SPRINT = 13
    RELEASE_DIRECTION = 14
    RELEASE_SPRINT = 15
    SLIDING = 16
    DRIBBLE = 17
    RELEASE_DRIBBLE = 18
    BUILTIN_AI = 19

    @property
    def label(self) -> str:
        """The action's name as models and users write it: "top_left"."""
        return self.name.lower()


DIRECTIONS = tuple(Action(number) for number in range(Action.LEFT, Action.BOTTOM_LEFT + 1))
PASSES = (Action.LONG_PASS, Action.HIGH_PASS, Action.SHORT_PASS)
#: What `sticky_actions` has a place for, in its order.
STICKY = (*DIRECTIONS, Action.SPRINT, Action.DRIBBLE)
#: How many actions a policy chooses from: all but `builtin_ai`.
NUM_ACTIONS = 19
