"""Where a match begins and when it ends."""

from __future__ import annotations

from dataclasses import dataclass

from envs.football.pitch import HALF_LENGTH, HALF_WIDTH, PLAYERS, Role


@dataclass(frozen=True)
class Placement:
    """A player at the start.

    Attributes:
        x, y: Where, in units of the pitch as the player's own team sees it: its goal is at x = -1.
        role: The part in the team.
        lazy: Whether the player stands still unless the ball is near, and does nothing of its own.
        controllable: Whether control may pass to the player.
    """

    x: float
    y: float
    role: Role
    lazy: bool = False
    controllable: bool = True


@dataclass(frozen=True)
class Scenario:
    """A situation to play from, and its rules, which are MageBench's unless given.

    Attributes:
        name: What it is called.
        ball: x and y of the ball, in units of the pitch.
        left: Our players, 1 to 11; a goalkeeper comes first (gfootball plays no team without one, our engine does).
        right: The opponents, 1 to 11, as they see the pitch (see `on_pitch`).
        duration: Steps until the end.
        offsides: Whether offside is given.
        end_on_score: Whether a goal ends the match.
        end_on_out_of_play: Whether the ball's leaving the pitch does.
        end_on_possession_change: Whether the opponents' getting the ball (or our getting it back) does.
        left_difficulty, right_difficulty: How well the computer's players play, 0 to 1.
        deterministic: Whether the seed changes nothing.

    Raises:
        ValueError: If a number is out of range.
    """

    name: str
    ball: tuple[float, float]
    left: tuple[Placement, ...]
    right: tuple[Placement, ...]
    duration: int = 400
    offsides: bool = False
    end_on_score: bool = True
    end_on_out_of_play: bool = True
    end_on_possession_change: bool = True
    left_difficulty: float = 1.0
    right_difficulty: float = 0.0
    deterministic: bool = False

    def __post_init__(self) -> None:
        for side, players in (("left", self.left), ("right", self.right)):
            if not 1 <= len(players) <= PLAYERS:
                raise ValueError(
                    f"scenario {self.name}: {side} team has {len(players)} players; expected 1 to {PLAYERS}"
                )
        for x, y in (self.ball, *((player.x, player.y) for player in (*self.left, *self.right))):
            if not (abs(x) <= 1.05 * HALF_LENGTH and abs(y) <= 1.05 * HALF_WIDTH):
                raise ValueError(
                    f"scenario {self.name}: ({x}, {y}) is off the pitch; expected x in [-1, 1] and y in [-0.42, 0.42]"
                )
        if self.duration < 1:
            raise ValueError(f"scenario {self.name}: duration is {self.duration}; expected at least 1 step")
        for side, difficulty in (("left", self.left_difficulty), ("right", self.right_difficulty)):
            if not 0 <= difficulty <= 1:
                raise ValueError(f"scenario {self.name}: {side}_difficulty is {difficulty}; expected 0 to 1")

    def on_pitch(self) -> tuple[tuple[Placement, ...], tuple[Placement, ...]]:
        """Both teams in the pitch's own coordinates: the opponents turned by half a circle, so that they face us."""
        turned = tuple(
            Placement(-player.x, -player.y, player.role, player.lazy, player.controllable) for player in self.right
        )
        return self.left, turned
