"""Scenarios by name, from files and from the generator. The reference is the engine's own files, where they are installed."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from envs.football.generator import attack, content, mirrored
from envs.football.pitch import METRES_X, METRES_Y, Role
from envs.football.scenario import Placement, Scenario
from envs.football.scenario_files import MAX_BYTES, read
from envs.football.scenarios import SCENARIOS, scenario

KINDS = ("run", "pass", "shoot")
DIFFICULTIES = range(1, 7)
#: What `from . import *` gives in the engine's folder, written out as stand-alone files do.
NAMED = (
    "import gfootball_engine as libgame\n"
    + "".join(f"e_PlayerRole_{role.name} = libgame.e_PlayerRole.e_PlayerRole_{role.name}\n" for role in Role)
    + "Team = libgame.e_Team\n\n"
)
#: A file that says as little as it may.
SMALL = """
def build_scenario(builder):
    builder.SetTeam(Team.e_Left)
    builder.AddPlayer(-1, 0, e_PlayerRole_GK)
    builder.SetTeam(Team.e_Right)
    builder.AddPlayer(-1, 0, e_PlayerRole_GK)
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "mine.py"
        path.write_text(text)
        return path

    return write


def engine_files() -> list[Path]:
    found = importlib.util.find_spec("gfootball")
    if found is None or not found.submodule_search_locations:
        return []
    return sorted((Path(found.submodule_search_locations[0]) / "scenarios").glob("[0-9a]*.py"))


# By name


def test_names_are_the_engines() -> None:
    academy = [name for name in SCENARIOS if name.startswith("academy_")]
    assert len(academy) == 11
    assert {"11_vs_11_stochastic", "11_vs_11_easy_stochastic", "11_vs_11_hard_stochastic"} <= set(SCENARIOS)
    assert all(name == each.name for name, each in SCENARIOS.items())


def test_unknown_name_gets_the_nearest() -> None:
    assert scenario("academy_corner") is SCENARIOS["academy_corner"]
    with pytest.raises(ValueError, match="'academy_corners'; the nearest is 'academy_corner'"):
        scenario("academy_corners")


@pytest.mark.skipif(not engine_files(), reason="gfootball's source is the reference")
def test_the_engines_own_files_say_the_same() -> None:
    compared = 0
    for path in engine_files():
        if path.stem in SCENARIOS:
            assert read(path) == SCENARIOS[path.stem]
            compared += 1
    assert compared == len(SCENARIOS)


@pytest.mark.skipif(not engine_files(), reason="gfootball's source is the reference")
def test_a_change_of_ends_is_refused() -> None:
    (kaggle,) = (path for path in engine_files() if path.stem == "11_vs_11_kaggle")
    with pytest.raises(ValueError, match="second_half is 1500"):
        read(kaggle)


# From files


def test_a_silent_file_gets_the_engines_defaults(write: Write) -> None:
    keeper = (Placement(-1.0, 0.0, Role.GK),)
    assert read(write(NAMED + SMALL)) == Scenario(
        "mine", (0.0, 0.0), keeper, keeper, 3000, True, False, False, False, 1.0, 0.6, False
    )


def test_absolute_positions_as_stand_alone_files_write_them(write: Write) -> None:
    text = """
def build_scenario(builder):
    builder.config().game_duration = 400
    builder.config().deterministic = False
    builder.config().offsides = False
    builder.config().end_episode_on_score = True
    builder.config().end_episode_on_out_of_play = True
    builder.config().end_episode_on_possession_change = True
    builder.config().right_team_difficulty = 0.0
    builder.config().left_team_difficulty = 1.0
    builder.SetBallPosition(0.1234, -0.4)

    builder.SetTeam(Team.e_Left)

    builder.AddPlayer(-0.9853, -0.0, e_PlayerRole_GK)
    builder.AddPlayer(0.1107, -0.4053, e_PlayerRole_LM)


    builder.SetTeam(Team.e_Right)

    builder.AddPlayer(-0.97, 0.004, e_PlayerRole_GK)
"""
    left = (Placement(-0.9853, 0.0, Role.GK), Placement(0.1107, -0.4053, Role.LM))
    assert read(write(NAMED + text)) == Scenario("mine", (0.1234, -0.4), left, (Placement(-0.97, 0.004, Role.GK),))


def test_names_arithmetic_keywords_and_conditions(write: Write) -> None:
    text = """
'''A comment of several
lines.'''
from gfootball_engine import e_Team as Side, e_PlayerRole
import gfootball_engine
WIDTH = 0.42  # of half the pitch
KEEPER = e_PlayerRole.e_PlayerRole_GK
count: int = 0

def build_scenario(game):
    "What this is."
    global count
    count += 1
    rules = game.config()
    rules.game_duration = 30 * 10 + count
    back = -(1 - 0.5) / 2
    mine = Side.e_Left if game.EpisodeNumber() < 1 else gfootball_engine.e_Team.e_Right
    game.SetTeam(mine)
    game.SetBallPosition(ball_y=WIDTH / 2, ball_x=back)
    game.AddPlayer(role=KEEPER, x=-1, y=0, controllable=not True)
    game.AddPlayer(back, 7 // 2 * 0.1 - 5 % 2 * 0.2, e_PlayerRole.e_PlayerRole_CB, True)
"""
    even, odd = (read(write(text), episode) for episode in (0, 1))
    assert (even.ball, even.duration) == ((-0.25, 0.21), 301)
    keeper, back = even.left
    assert keeper == Placement(-1.0, 0.0, Role.GK, controllable=False)
    assert (back.x, back.y, back.role, back.lazy) == (-0.25, pytest.approx(0.1), Role.CB, True)
    assert even.right == (Placement(-1.0, 0.42, Role.GK, lazy=True),)  # whom the engine adds for an empty team
    assert (odd.left, odd.right) == (even.right, even.left)


def test_sides_change_with_the_episode(write: Write) -> None:
    text = """
from . import *
def build_scenario(builder):
  if builder.EpisodeNumber() % 2 == 0:
    first_team = Team.e_Left
    second_team = Team.e_Right
  else:
    first_team = Team.e_Right
    second_team = Team.e_Left
  builder.SetTeam(first_team)
  builder.AddPlayer(-1.0, 0.0, e_PlayerRole_GK)
  builder.SetTeam(second_team)
  builder.AddPlayer(-0.9, 0.1, e_PlayerRole_GK)
"""
    path = write(text)
    assert read(path, 0).left == read(path, 1).right == read(path, 2).left == (Placement(-1.0, 0.0, Role.GK),)
    assert read(path, 1).left == read(path, 0).right == (Placement(-0.9, 0.1, Role.GK),)


NOT_UNDERSTOOD = {
    "import os": "import os",
    "from os import system": "from os import system",
    "import gfootball_engine.os": "import gfootball_engine.os",
    "from .. import *": "from .. import *",
    "exec('raise SystemExit')": "exec",
    "open('/tmp/x', 'w')": "open",
    "__import__('os').system('true')": "__import__",
    "x = [n for n in ()]": "is not understood",
    "x = 9 ** 9": "expected one of + - * /",
    "x = 'text' * 9": "is not understood",
    "x = 1 / 0": "division by zero",
    "x = unknown": "'unknown' has no meaning",
    "x = 1e999": "larger than 1,000,000",
    "x = 99999999999999999999": "larger than 1,000,000",
    "x = Team + 1": "expected a number",
    "x = Team.e_Middle": "Team.e_Middle is not understood",
    "x = lambda: 1": "is not understood",
    "while True: pass": "is not understood",
    "class A: pass": "is not understood",
    "def other(): pass": "is not understood",
    "Team.e_Left = 1": "expected builder.config().X",
    "raise SystemExit": "is not understood",
    "assert open('x')": "is not understood",
    "x = f'{open(1)}'": "is not understood",
}
IN_THE_FUNCTION = {
    "builder.config().game_durations = 4": "nearest is game_duration",
    "builder.config().game_duration = 4.5": "expected int",
    "builder.config().offsides = 1": "expected bool",
    "builder.config().use_magnet = False": "only True is played here",
    "builder.config().second_half = 5": "second_half is 5",
    "builder.SetBallPos(0, 0)": "nearest is SetBallPosition",
    "builder.SetBallPosition(0)": "ball_y",
    "builder.SetBallPosition(Team, 0)": "no number",
    "builder.SetBallPosition(*(0, 0))": "is not understood",
    "builder.SetBallPosition(**{})": "is not understood",
    "builder.SetTeam(1)": "expected Team.e_Left",
    "builder.AddPlayer(0, 0, 1)": "expected one such as",
    "builder.AddPlayer(0, 0, e_PlayerRole_CB, 1)": "expected True or False",
    "builder.AddPlayer(3, 0, e_PlayerRole_CB)": "off the pitch",
    "builder.__init__(1)": "the builder has no __init__",
    "builder.rules.clear()": "only the builder's methods",
    "x = builder.players": "is not understood",
    "builder = 1; builder.SetTeam(Team.e_Left)": "only the builder's methods",
    "builder.config().__class__ = 1": "there is no setting __class__",
}


@pytest.mark.parametrize(("line", "why"), NOT_UNDERSTOOD.items())
def test_what_is_not_a_scenario_is_refused_and_never_run(write: Write, line: str, why: str) -> None:
    path = write(f"{NAMED}{line}\n{SMALL}")
    with pytest.raises(ValueError) as caught:
        read(path)
    assert f"{path}, line {NAMED.count(chr(10)) + 1}: " in str(caught.value)
    assert why in str(caught.value)


@pytest.mark.parametrize(("line", "why"), IN_THE_FUNCTION.items())
def test_wrong_calls_and_settings_are_named(write: Write, line: str, why: str) -> None:
    path = write(f"{NAMED}{SMALL}    {line}\n")
    with pytest.raises(ValueError) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))
    assert why in str(caught.value)


def test_hostile_files_leave_no_trace(write: Write, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for line in (
        f"open({str(trace)!r}, 'w')",
        f"import os; os.mkdir({str(trace)!r})",
        f"exec(\"open({str(trace)!r}, 'w')\")",
    ):
        for text in (f"{line}\n{NAMED}{SMALL}", f"{NAMED}{SMALL}    {line}\n"):
            with pytest.raises(ValueError):
                read(write(text))
    decorated = NAMED + SMALL.replace("def build", f"@open({str(trace)!r}, 'w').write\ndef build")
    default = NAMED + SMALL.replace("(builder)", f"(builder=open({str(trace)!r}, 'w'))")
    for text in (decorated, default):
        with pytest.raises(ValueError, match="expected def build_scenario"):
            read(write(text))
    assert not trace.exists()


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 500 + ")" * 500,
        "x = " + "-" * 30_000 + "1",
        "x = " + "1+" * 30_000 + "1",
        "x = " + "1 if 1 else " * 4_000 + "1",
        "x = 1" + "".join(f"\n{' ' * i}if 1:" for i in range(90)) + f"\n{' ' * 90}pass",
        "x = 9\n" + "x *= x\n" * 9_000,
        "x = 1\0",
        "x = " + "9" * 10_000,
        "def build_scenario(builder:",
        "",
        "#" * (MAX_BYTES + 1),
    ],
    ids=["brackets", "signs", "sum", "choices", "blocks", "growth", "null", "digits", "unfinished", "empty", "large"],
)
def test_overlarge_and_broken_files_get_one_clear_line(write: Write, text: str) -> None:
    path = write(text)
    with pytest.raises(ValueError, match=str(path)) as caught:
        read(path)
    assert len(str(caught.value)) < 300 and "\n" not in str(caught.value)


def test_other_things_than_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.py")
    with pytest.raises(ValueError, match="is not a file"):
        read(tmp_path)
    (tmp_path / "latin.py").write_bytes(b"# \xe9\xff")
    with pytest.raises(ValueError, match="latin.py"):
        read(tmp_path / "latin.py")


# Generated


def draws(kind: str, difficulty: int, count: int = 25) -> list[Scenario]:
    return [
        attack(kind, difficulty, np.random.default_rng([KINDS.index(kind), difficulty, seed])) for seed in range(count)
    ]


def metres(places: np.ndarray) -> np.ndarray:
    return places * (METRES_X, METRES_Y)


def on_pitch(scenario: Scenario) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ball [2], our players [11, 2] and the opponents [11, 2] in metres."""
    left, right = (metres(np.array([(each.x, each.y) for each in team])) for team in scenario.on_pitch())
    return metres(np.array(scenario.ball)), left, right


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_every_attack_can_be_played(kind: str, difficulty: int) -> None:
    for each in draws(kind, difficulty):
        ball, left, right = on_pitch(each)
        everybody = np.concatenate([left, right])
        assert everybody.shape == (22, 2)
        assert (np.abs(everybody) <= metres(np.array([1.0, 0.42]))).all()
        apart = np.linalg.norm(everybody[:, None] - everybody, axis=2) + 99 * np.eye(22)
        assert apart.min() > 2.4
        for team in (each.left, each.right):
            assert [player.role for player in team].count(Role.GK) == 1 and team[0].role == Role.GK
            assert team[0].x < -0.95
        nearest = np.sort(np.linalg.norm(everybody - ball, axis=1))
        assert nearest[0] < 1.5 and nearest[1] > nearest[0] + 2
        assert np.linalg.norm(left - ball, axis=1).argmin() > 0
        assert np.linalg.norm(left - ball, axis=1).min() == nearest[0]
        assert (each.duration, each.left_difficulty, each.right_difficulty, each.offsides) == (400, 1.0, 0.0, False)
        assert (
            each.end_on_score and each.end_on_out_of_play and each.end_on_possession_change and not each.deterministic
        )


def test_difficulty_is_where_it_begins() -> None:
    for kind in KINDS:
        for difficulty in DIFFICULTIES:
            starts = np.array([each.ball for each in draws(kind, difficulty)])
            low, high = ((-0.9, -0.73), (-0.18, 0.3), (0.38, 0.85))[(difficulty - 1) // 2]
            assert (low <= starts[:, 0]).all() and (starts[:, 0] <= high).all()
            flank = np.abs(starts[:, 1]) > 0.15
            assert flank.all() if difficulty % 2 == 0 else not flank.any()
            assert (starts[:, 1] < 0).any() and (starts[:, 1] > 0).any()  # either way up


def test_the_kinds_keep_what_they_promise() -> None:
    for difficulty in DIFFICULTIES:
        for each in draws("run", difficulty):
            ball, _, right = on_pitch(each)
            ahead, aside = (right[1:] - ball).T
            assert not ((ahead > 0) & (ahead < 25) & (np.abs(aside) < 5.9)).any()
        for each in draws("pass", difficulty):
            ball, left, right = on_pitch(each)
            assert np.sort(np.linalg.norm(right - ball, axis=1))[2] < 15.1
            near = [mate for mate in left[1:] if 2 < np.linalg.norm(mate - ball) < 35.1]
            assert sum(np.linalg.norm(right - mate, axis=1).min() > 6.9 for mate in near) >= 3
        for each in draws("shoot", difficulty):
            ball, _, right = on_pitch(each)
            goal = metres(np.array([1.0, 0.0]))
            for share in np.linspace(0, 1, 200):
                assert np.linalg.norm(right[1:] - (ball + share * (goal - ball)), axis=1).min() > 3.9


def test_an_attack_depends_on_its_generator_alone() -> None:
    def draw() -> list[Scenario]:
        rng = np.random.default_rng(5)
        return [attack(kind, difficulty, rng) for kind in KINDS for difficulty in DIFFICULTIES for _ in range(3)]

    assert draw() == draw()
    assert len({content(each) for each in draw()}) == 54


def test_wrong_kind_and_difficulty_are_named() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="kind is 'dribble'; expected one of run, pass, shoot"):
        attack("dribble", 1, rng)
    for difficulty in (0, 7):
        with pytest.raises(ValueError, match=f"difficulty is {difficulty}; expected 1 to 6"):
            attack("run", difficulty, rng)


# What a scenario is


def test_content_is_the_same_upside_down_and_in_any_order() -> None:
    for each in [attack(kind, 4, np.random.default_rng(3)) for kind in KINDS] + list(SCENARIOS.values()):
        flipped = replace(
            each,
            name="another",
            ball=(each.ball[0], -each.ball[1]),
            left=tuple(replace(player, y=-player.y) for player in reversed(each.left)),
            right=tuple(replace(player, y=-player.y) for player in each.right),
        )
        assert content(flipped) == content(mirrored(each)) == content(each)
        assert mirrored(mirrored(each)) == each


def test_content_tells_scenarios_and_rules_apart() -> None:
    each = attack("run", 1, np.random.default_rng(0))
    moved = replace(each.left[5], x=each.left[5].x + 0.001)
    others = [
        replace(each, duration=399),
        replace(each, offsides=True),
        replace(each, right_difficulty=0.5),
        replace(each, ball=(each.ball[0] + 0.001, each.ball[1])),
        replace(each, left=(*each.left[:5], moved, *each.left[6:])),
        replace(each, left=(replace(each.left[0], lazy=True), *each.left[1:])),
        replace(each, left=each.right, right=each.left),
    ]
    assert len({content(other) for other in (each, *others)}) == len(others) + 1


def test_mirroring_swaps_the_sides_of_roles() -> None:
    corner = SCENARIOS["academy_corner"]
    across = mirrored(corner)
    assert across.ball == (0.99, -0.41)
    assert across.left[1] == Placement(1.0, -0.42, Role.RB)
    assert math.isclose(across.right[-1].y, 0.0) and across.right[-1].role == Role.CF
