"""Makes attacks to play: eleven against eleven, one of ours has the ball, and the opponents are on their way to him.

The rules are those of MageBench's football scenarios, and the ranges of positions are modelled on theirs: 400 steps, the end
with a goal, the ball's leaving the pitch or a change of possession, no offside, opponents of the lowest difficulty.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from envs.football.pitch import METRES_X, METRES_Y, Role
from envs.football.scenario import Placement, Scenario

Kind = Literal["run", "pass", "shoot"]
Range = tuple[float, float]
Place = tuple[float, float]

GK, CB, LB, RB, DM, CM, LM, RM, AM, CF = Role

#: Where outfield players may stand, in units of the pitch.
EDGE_X, EDGE_Y = 0.97, 0.4
#: Metres between any two players, and from the ball to anybody but its owner.
APART, FROM_BALL = 2.5, 4.0
#: How far behind the ball its owner stands, and beside it, in units of x and y: well within reach.
OWNER_BEHIND: Range = (0.008, 0.02)
OWNER_BESIDE: Range = (-0.006, 0.006)
#: A way that is to be free of opponents: how far ahead of the ball, and how wide to either side, in metres.
SPACE_AHEAD, SPACE_ASIDE = 25.0, 6.0
#: Metres that opponents keep from the straight way of a shot, and from our players who may be passed to.
SHOT_LANE, FREE_MATE = 4.5, 7.0
#: How far in metres a team mate is at most who may be passed to, and how many such there are.
PASS_RANGE, FREE_MATES = 35.0, 3
#: Tries for a player's place before everything is drawn anew, and for the whole.
PLACE_TRIES, TRIES = 40, 1_000


@dataclass(frozen=True)
class _Zone:
    """A part of the pitch to attack from, in units of x.

    Attributes:
        ball_x: The ball.
        backs, middle, front: Our lines of four, four and two, counted from the ball.
        their_line: Where the opponents' last line stands.
        their_middle: Where those before it stand: from this behind the ball (negative) or ahead of it, up to their last line.
        owner_line: The line whose player has the ball: 0 for the backs, 1 for the middle, 2 for the front.
    """

    ball_x: Range
    backs: Range
    middle: Range
    front: Range
    their_line: Range
    their_middle: float
    owner_line: int


_DEEP = _Zone((-0.9, -0.73), (-0.06, 0.15), (0.05, 0.45), (0.4, 0.85), (0.1, 0.5), 0.2, 0)
_MIDFIELD = _Zone((-0.18, 0.3), (-0.55, -0.3), (-0.25, 0.15), (0.15, 0.5), (0.5, 0.8), -0.6, 1)
_ATTACK = _Zone((0.38, 0.85), (-0.75, -0.35), (-0.35, -0.05), (-0.05, 0.25), (0.76, 0.88), -0.6, 2)
_CENTRE: Range = (-0.13, 0.0)
_FLANK: Range = (-0.37, -0.16)
#: Part of the pitch and the ball's y by difficulty.
_STARTS: dict[int, tuple[_Zone, Range]] = {
    1: (_DEEP, _CENTRE),
    2: (_DEEP, _FLANK),
    3: (_MIDFIELD, _CENTRE),
    4: (_MIDFIELD, _FLANK),
    5: (_ATTACK, _CENTRE),
    6: (_ATTACK, _FLANK),
}


@dataclass(frozen=True)
class _Pressing:
    """Opponents near the ball: the distance of each in metres, and from where they come, in degrees off the way forward."""

    distances: tuple[Range, ...]
    angles: Range


_PRESSING: dict[str, _Pressing] = {
    "run": _Pressing(((7.0, 11.0),), (70.0, 150.0)),
    "pass": _Pressing(((6.0, 9.0), (8.0, 12.0), (10.0, 15.0)), (30.0, 130.0)),
    "shoot": _Pressing(((6.0, 10.0), (9.0, 14.0)), (60.0, 140.0)),
}
#: Roles of a line from its left (small y, as the team sees it) to its right.
_LINE_ROLES = ((LB, CB, CB, RB), (LM, DM, CM, RM), (AM, CF))
_SIDES = {LB: RB, RB: LB, LM: RM, RM: LM}


def attack(kind: str, difficulty: int, rng: np.random.Generator) -> Scenario:
    """A new attack; depends on the arguments alone.

    Args:
        kind: "run": the player with the ball has open space ahead, and one opponent comes from his side or from behind.
            "pass": three opponents close in on him, and at least three team mates within 35 m are free. "shoot": the straight way
            to the goal is open but for the goalkeeper.
        difficulty: Where it begins. 1 deep in our half, centrally; 2 the same on a flank; 3 around the middle; 4 the same on a
            flank; 5 in their half, centrally; 6 the same on a flank. On MageBench's scale simple policies earn less from pair to
            pair, as less way and fewer opponents are left to gain; the centre and the flanks do not differ measurably.
        rng: Advanced.

    Raises:
        ValueError: If there is no such kind or difficulty.
    """
    if kind not in get_args(Kind):
        raise ValueError(f"kind is {kind!r}; expected one of {', '.join(get_args(Kind))}")
    if difficulty not in _STARTS:
        raise ValueError(f"difficulty is {difficulty!r}; expected 1 to {max(_STARTS)}")
    for _ in range(TRIES):
        try:
            scenario = _Draft(kind, difficulty, rng).scenario()
        except _Crowded:
            continue
        return mirrored(scenario) if rng.random() < 0.5 else scenario
    raise RuntimeError(f"no attack of kind {kind!r} and difficulty {difficulty} in {TRIES:,} tries")


def mirrored(scenario: Scenario) -> Scenario:
    """The same scenario with up and down changed: y is negated, left and right of the roles change places."""

    def across(players: tuple[Placement, ...]) -> tuple[Placement, ...]:
        return tuple(replace(each, y=0.0 - each.y, role=_SIDES.get(each.role, each.role)) for each in players)

    x, y = scenario.ball
    return replace(scenario, ball=(x, 0.0 - y), left=across(scenario.left), right=across(scenario.right))


def content(scenario: Scenario) -> bytes:
    """What a scenario is, for hashing: everything but its name, its players' order and which way up it is.

    Positions count to a ten-thousandth. The sides of roles (left or right back) do not count.
    """
    settings = sorted(
        (name, value) for name, value in vars(scenario).items() if name not in ("name", "ball", "left", "right")
    )
    return repr((settings, min(_positions(scenario, 1.0), _positions(scenario, -1.0)))).encode()


def _positions(scenario: Scenario, up: float) -> tuple[object, ...]:
    def rounded(value: float) -> int:
        return round(value * 1e4)

    def described(each: Placement) -> tuple[int, int, int, bool, bool]:
        role = min(each.role, _SIDES.get(each.role, each.role))
        return rounded(each.x), rounded(up * each.y), int(role), each.lazy, each.controllable

    teams = (sorted(described(each) for each in team) for team in (scenario.left, scenario.right))
    return (rounded(scenario.ball[0]), rounded(up * scenario.ball[1]), *teams)


class _Crowded(Exception):
    """No place was found for a player."""


class _Draft:
    """One try: places are drawn player after player, in the pitch's own coordinates with the ball in the upper half."""

    def __init__(self, kind: str, difficulty: int, rng: np.random.Generator):
        self.kind, self.difficulty, self.rng = kind, difficulty, rng
        self.zone, ball_y = _STARTS[difficulty]
        self.ball = self._between(self.zone.ball_x), self._between(ball_y)
        self.placed: list[Place] = []

    def scenario(self) -> Scenario:
        owner = self.ball[0] - self._between(OWNER_BEHIND), self.ball[1] + self._between(OWNER_BESIDE)
        keepers = [(side * self._between((0.965, 0.99)), self._between((-0.01, 0.01))) for side in (-1, 1)]
        self.placed = [owner, *keepers]
        ours = self._our_lines(owner)
        mates = (place for line in ours for place in line if place != owner)
        self.mates = sorted(mates, key=self._from_ball)[:FREE_MATES]
        if self.kind == "pass" and self._from_ball(self.mates[-1]) > PASS_RANGE:
            raise _Crowded
        theirs = self._their_lines()
        turned = [[(-x, -y) for x, y in line] for line in theirs]
        return Scenario(
            name=f"attack_{self.kind}_{self.difficulty}",
            ball=_rounded(self.ball),
            left=(Placement(*_rounded(keepers[0]), GK), *_with_roles(ours)),
            right=(Placement(*_rounded((-keepers[1][0], -keepers[1][1])), GK), *_with_roles(turned)),
        )

    def _our_lines(self, owner: Place) -> list[list[Place]]:
        spans = self.zone.backs, self.zone.middle, self.zone.front
        lines = []
        for number, (span, roles) in enumerate(zip(spans, _LINE_ROLES, strict=True)):
            lanes = self._lanes(len(roles))
            own: list[Place] = []
            if number == self.zone.owner_line:
                own = [owner]
                lanes.remove(min(lanes, key=lambda y: abs(y - owner[1])))
            lines.append(own + [self._put(self._in_lane(span, self.ball[0], lane)) for lane in lanes])
        return lines

    def _their_lines(self) -> list[list[Place]]:
        pressing = _PRESSING[self.kind]
        pressers = [
            self._put(self._around_ball(distance, pressing.angles), self._allows) for distance in pressing.distances
        ]
        line_x = max(self._between(self.zone.their_line), self.ball[0] + 0.05)
        last = [self._put(self._in_lane((-0.08, 0.08), line_x, y), self._allows) for y in self._lanes(4)]
        others = 6 - len(pressers)
        span = self.ball[0] + self.zone.their_middle, line_x - 0.05
        rest = [self._put(self._in_lane(span, 0.0, y), self._allows) for y in self._lanes(others)]
        before = sorted((*pressers, *rest), reverse=True)
        return [last, before[:4], before[4:]]

    def _allows(self, place: Place) -> bool:
        """Whether an opponent may stand there in an attack of this kind."""
        ahead, aside = _metres(self.ball, place)
        if self.kind == "run":
            return not (0 < ahead < SPACE_AHEAD and abs(aside) < SPACE_ASIDE)
        if self.kind == "pass":
            return all(math.hypot(*_metres(mate, place)) > FREE_MATE for mate in self.mates)
        goal_ahead, goal_aside = _metres(self.ball, (1.0, 0.0))
        length = math.hypot(goal_ahead, goal_aside)
        along = (ahead * goal_ahead + aside * goal_aside) / length
        off = abs(ahead * goal_aside - aside * goal_ahead) / length
        return not (0 < along < length and off < SHOT_LANE)

    def _put(self, draw: Callable[[], Place], allowed: Callable[[Place], bool] = lambda place: True) -> Place:
        for _ in range(PLACE_TRIES):
            place = draw()
            on_pitch = abs(place[0]) <= EDGE_X and abs(place[1]) <= EDGE_Y
            alone = all(math.hypot(*_metres(other, place)) > APART for other in self.placed)
            if on_pitch and alone and self._from_ball(place) > FROM_BALL and allowed(place):
                self.placed.append(place)
                return place
        raise _Crowded

    def _lanes(self, count: int) -> list[float]:
        """The y of players abreast, moved towards the ball."""
        return [float(y) + 0.3 * self.ball[1] for y in np.linspace(-0.28, 0.28, count)]

    def _in_lane(self, span: Range, origin: float, lane: float) -> Callable[[], Place]:
        return lambda: (min(origin + self._between(span), 0.93), lane + self._between((-0.09, 0.09)))

    def _around_ball(self, distance: Range, angles: Range) -> Callable[[], Place]:
        def draw() -> Place:
            angle = math.radians(self._between(angles)) * float(self.rng.choice((-1.0, 1.0)))
            far = self._between(distance)
            return self.ball[0] + far * math.cos(angle) / METRES_X, self.ball[1] + far * math.sin(angle) / METRES_Y

        return draw

    def _between(self, span: Range) -> float:
        return float(self.rng.uniform(*span))

    def _from_ball(self, place: Place) -> float:
        return math.hypot(*_metres(self.ball, place))


def _metres(origin: Place, place: Place) -> Place:
    return (place[0] - origin[0]) * METRES_X, (place[1] - origin[1]) * METRES_Y


def _rounded(place: Place) -> Place:
    return round(place[0], 4) + 0.0, round(place[1], 4) + 0.0


def _with_roles(lines: list[list[Place]]) -> list[Placement]:
    return [
        Placement(*_rounded(place), role)
        for line, roles in zip(lines, _LINE_ROLES, strict=True)
        for place, role in zip(sorted(line, key=lambda place: place[1]), roles, strict=True)
    ]
