"""The scenarios of Google Research Football by name: its academy of eleven situations, and whole matches.

Positions, roles and rules are that engine's, so that scores compare. Whole matches there change ends of the line-ups every other
episode; here the left team always kicks off, which are the engine's even episodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial

from envs.football.pitch import Role
from envs.football.scenario import Placement, Scenario

GK, CB, LB, RB, DM, CM, LM, RM, AM, CF = Role


def _team(*players: tuple[float, float, Role], lazy: Iterable[int] = ()) -> tuple[Placement, ...]:
    return tuple(Placement(x, y, role, number in lazy) for number, (x, y, role) in enumerate(players))


_KEEPER = (-1.0, 0.0, GK)
#: A goalkeeper who leaves his goal empty: he stands in ours.
_ABSENT_KEEPER = (1.0, 0.0, GK)

_BACK_SEVEN = (
    (-0.422, -0.19576, LB),
    (-0.5, -0.06356, CB),
    (-0.5, 0.063559, CB),
    (-0.422, 0.19576, RB),
    (-0.184212, -0.10568, CM),
    (-0.267574, 0.0, CM),
    (-0.184212, 0.10568, CM),
)
_LEFT_WING = (-0.01, -0.2161, LM)
#: Line-ups of a team that kicks off, and of the one that waits.
_KICKING_OFF = (_KEEPER, (0.0, 0.02, RM), (0.0, -0.02, CF), *_BACK_SEVEN, _LEFT_WING)
_WAITING = (_KEEPER, (-0.05, 0.0, RM), (-0.01, 0.216102, CF), *_BACK_SEVEN, _LEFT_WING)

_academy = partial(Scenario, right_difficulty=0.6)
_whole_match = partial(
    Scenario,
    ball=(0.0, 0.0),
    left=_team(*_KICKING_OFF),
    right=_team(*_WAITING),
    duration=3000,
    offsides=True,
    end_on_score=False,
    end_on_out_of_play=False,
    end_on_possession_change=False,
    left_difficulty=1.0,
    right_difficulty=0.6,
)


def _runner(name: str, keeper: tuple[float, float, Role]) -> Scenario:
    """One of us runs from the middle, five opponents behind him."""
    chasers = ((0.12, 0.2, LB), (0.12, 0.1, CB), (0.12, 0.0, CM), (0.12, -0.1, CB), (0.12, -0.2, RB))
    return _academy(name, (0.02, 0.0), _team(_KEEPER, (0.0, 0.0, CB)), _team(keeper, *chasers))


def _two_at_the_box(name: str, defender_y: float) -> Scenario:
    """Two of us at the penalty area, one of them with the ball on the wing."""
    attackers = _team(_KEEPER, (0.7, 0.0, CB), (0.7, -0.3, CB))
    return _academy(name, (0.7, -0.28), attackers, _team(_KEEPER, (-0.75, defender_y, CB)))


def _counterattack(name: str, defender_x: float) -> Scenario:
    """Four of us break against one defender, or two."""
    left = _team(
        _KEEPER,
        (-0.672, -0.19576, LB),
        (-0.75, -0.06356, CB),
        (-0.75, 0.063559, CB),
        (-0.672, 0.19576, RB),
        (-0.434, -0.10568, CM),
        (-0.434, 0.10568, CM),
        (0.5, -0.3161, CM),
        (0.25, -0.1, LM),
        (0.25, 0.1, RM),
        (0.35, 0.316102, CF),
    )
    right = _team(
        _KEEPER,
        (0.128, -0.19576, LB),
        (defender_x, -0.06356, CB),
        (-0.4, 0.063559, CB),
        (0.128, -0.19576, RB),
        (0.365, -0.10568, CM),
        (0.282, 0.0, CM),
        (0.365, 0.10568, CM),
        (0.54, -0.3161, LM),
        (0.51, 0.0, RM),
        (0.54, 0.316102, CF),
    )
    return _academy(name, (0.26, -0.11), left, right)


def _corner() -> Scenario:
    left = _team(
        _KEEPER,
        (1.0, 0.42, LB),
        (0.7, 0.15, CB),
        (0.7, 0.05, CB),
        (0.7, -0.05, RB),
        (0.0, 0.0, CM),
        (0.6, 0.35, CM),
        (0.8, 0.07, CM),
        (0.8, -0.03, LM),
        (0.8, -0.13, RM),
        (0.7, -0.3, CF),
    )
    right = _team(
        _KEEPER,
        (-0.75, -0.18, LB),
        (-0.75, -0.08, CB),
        (-0.75, 0.02, CB),
        (-1.0, -0.1, RB),
        (-0.8, -0.25, CM),
        (-0.88, -0.07, CM),
        (-0.88, 0.03, CM),
        (-0.88, 0.13, LM),
        (-0.75, 0.25, RM),
        (-0.2, 0.0, CF),
    )
    return _academy("academy_corner", (0.99, 0.41), left, right, end_on_possession_change=False)


def _five_a_side() -> Scenario:
    keeper = (Placement(*_KEEPER, controllable=False),)
    backs = ((-0.1, -0.1, LB), (-0.1, 0.1, CB))
    return _whole_match(
        "5_vs_5",
        left=keeper + _team((0.0, 0.02, RM), (0.0, -0.02, CF), *backs),
        right=keeper + _team((-0.04, 0.04, RM), (-0.04, -0.04, CF), *backs),
        left_difficulty=0.05,
        right_difficulty=0.05,
    )


def _one_on_one() -> Scenario:
    alone = _team(_KEEPER)
    return _whole_match("1_vs_1_easy", left=alone, right=alone, duration=500, left_difficulty=0.0, right_difficulty=0.0)


_ALL = (
    _academy("academy_empty_goal_close", (0.77, 0.0), _team(_KEEPER, (0.75, 0.0, CB)), _team(_ABSENT_KEEPER)),
    _academy("academy_empty_goal", (0.02, 0.0), _team(_KEEPER, (0.0, 0.0, CB)), _team(_ABSENT_KEEPER)),
    _runner("academy_run_to_score", _ABSENT_KEEPER),
    _runner("academy_run_to_score_with_keeper", _KEEPER),
    _two_at_the_box("academy_pass_and_shoot_with_keeper", 0.3),
    _two_at_the_box("academy_run_pass_and_shoot_with_keeper", 0.1),
    _academy(
        "academy_3_vs_1_with_keeper",
        (0.62, 0.0),
        _team(_KEEPER, (0.6, 0.0, CM), (0.7, 0.2, CM), (0.7, -0.2, CM)),
        _team(_KEEPER, (-0.75, 0.0, CB)),
    ),
    _corner(),
    _counterattack("academy_counterattack_easy", 0.4),
    _counterattack("academy_counterattack_hard", -0.4),
    _academy(
        "academy_single_goal_versus_lazy",
        (-0.48, -0.06356),
        _team(*_KICKING_OFF),
        _team(*_WAITING, lazy=range(1, len(_WAITING))),
        duration=3000,
    ),
    _whole_match("11_vs_11_stochastic"),
    _whole_match("11_vs_11_easy_stochastic", right_difficulty=0.05),
    _whole_match("11_vs_11_hard_stochastic", right_difficulty=0.95),
    _whole_match("11_vs_11_competition", right_difficulty=1.0),
    _five_a_side(),
    _one_on_one(),
)
#: All of them by name, the easiest of the academy first.
SCENARIOS: dict[str, Scenario] = {each.name: each for each in _ALL}


def scenario(name: str) -> Scenario:
    """A scenario by its name.

    Raises:
        ValueError: If there is none; the message has the nearest name.
    """
    if name not in SCENARIOS:
        near = get_close_matches(str(name), SCENARIOS, n=1, cutoff=0.0)[0]
        raise ValueError(f"there is no scenario {name!r}; the nearest is {near!r}, of {', '.join(SCENARIOS)}")
    return SCENARIOS[name]
