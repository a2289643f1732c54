"""The adapter to Google Research Football, against gfootball's own Python environment where that is installed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from envs.football.actions import Action
from envs.football.engine import Observation, make_engine
from envs.football.gfootball import GFootball
from envs.football.match import Match
from envs.football.pitch import METRES_X, GameMode, Role, Team
from envs.football.scenario import Placement, Scenario

INSTALLED = importlib.util.find_spec("gfootball_engine") is not None
installed = pytest.mark.skipif(not INSTALLED, reason="gfootball is not installed: see docs/football_gfootball.md")
SLOTS = (Role.GK, Role.LB, Role.CB, Role.CB, Role.RB, Role.CM, Role.CM, Role.CM, Role.LM, Role.RM, Role.CF)


def eleven(rng: np.random.Generator) -> tuple[Placement, ...]:
    places = rng.uniform((-0.8, -0.4), (0.8, 0.4), (10, 2)).tolist()
    return (
        Placement(-1.0, 0.0, Role.GK),
        *(Placement(x, y, role) for (x, y), role in zip(places, SLOTS[1:], strict=True)),
    )


def scenario(seed: int = 0, **rules: Any) -> Scenario:
    """Eleven against eleven at random places, the ball with one of ours."""
    rng = np.random.default_rng(seed)
    left, right = eleven(rng), eleven(rng)
    return Scenario("random places", (left[6].x + 0.01, left[6].y), left, right, **rules)


def alone(x: float, y: float = 0.0, *opponents: Placement, **rules: Any) -> Scenario:
    """One player of ours with the ball half a metre ahead; the engine spreads players over 55 m a unit, the ball over 54.4 m."""
    keeper = Placement(-1.0, 0.0, Role.GK, lazy=True, controllable=False)
    return Scenario(
        "alone", ((55.0 * x + 0.5) / METRES_X, y), (keeper, Placement(x, y, Role.CF)), (keeper, *opponents), **rules
    )


@pytest.fixture
def engine() -> Iterator[GFootball]:
    engine = GFootball()
    yield engine
    engine.close()


def digest(seen: Observation) -> str:
    parts = [np.asarray(seen[key]).tobytes() for key in sorted(seen)]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def play(engine: GFootball, begun: Scenario, actions: list[Action], seed: int = 0) -> list[Observation]:
    seen = [engine.reset(begun, seed)]
    for action in actions:
        if engine.done:
            break
        seen.append(engine.step(action))
    return seen


def random_actions(count: int, seed: int = 0) -> list[Action]:
    return [Action(int(number)) for number in np.random.default_rng(seed).integers(len(Action), size=count)]


def core(begun: Scenario, seed: int) -> Any:
    """gfootball's own environment on a scenario of ours."""
    import gfootball.scenarios
    import gfootball_engine as library
    from gfootball.env import config, football_env_core

    def build_scenario(builder: Any) -> None:
        rules = builder.config()
        rules.game_duration, rules.offsides, rules.deterministic = begun.duration, begun.offsides, begun.deterministic
        rules.left_team_difficulty, rules.right_team_difficulty = begun.left_difficulty, begun.right_difficulty
        rules.end_episode_on_score = begun.end_on_score
        rules.end_episode_on_out_of_play = begun.end_on_out_of_play
        rules.end_episode_on_possession_change = begun.end_on_possession_change
        builder.SetBallPosition(*begun.ball)
        for team, players in ((library.e_Team.e_Left, begun.left), (library.e_Team.e_Right, begun.right)):
            builder.SetTeam(team)
            for player in players:
                role = getattr(library.e_PlayerRole, f"e_PlayerRole_{player.role.name}")
                builder.AddPlayer(player.x, player.y, role, lazy=player.lazy, controllable=player.controllable)

    level = types.ModuleType("gfootball.scenarios.made_here")
    level.build_scenario = build_scenario  # type: ignore[attr-defined]
    sys.modules[level.__name__] = gfootball.scenarios.made_here = level
    settings = {
        "level": "made_here",
        "action_set": "v2",
        "game_engine_random_seed": seed,
        "reverse_team_processing": False,
    }
    env = football_env_core.FootballEnvCore(config.Config(settings))
    env.reset()
    return env


def test_says_how_to_install_it_where_it_is_missing() -> None:
    if INSTALLED:
        pytest.skip("gfootball is installed")
    with pytest.raises(ImportError, match="which is not installed.*football_gfootball.md") as error:
        make_engine("gfootball")
    assert "docs/football_gfootball.md" in str(error.value)
    assert (Path(__file__).parents[1] / "docs" / "football_gfootball.md").exists()


def test_says_why_it_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gfootball_engine.py").write_text("raise ImportError('libSDL2_gfx.so: cannot open shared object file')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "gfootball_engine", raising=False)
    with pytest.raises(ImportError, match="libSDL2_gfx.so.*docs/football_gfootball.md"):
        make_engine("gfootball")


@installed
@pytest.mark.parametrize(
    "begun",
    [
        scenario(
            1, duration=250, end_on_score=False, end_on_out_of_play=False, end_on_possession_change=False, offsides=True
        ),
        scenario(2),
        scenario(3, right_difficulty=1.0, left_difficulty=0.3, end_on_possession_change=False),
        scenario(4, deterministic=True, duration=60, end_on_possession_change=False, end_on_out_of_play=False),
        alone(0.5, 0.0, Placement(0.2, 0.1, Role.CB)),
    ],
    ids=["free play", "attack", "difficulties", "deterministic", "few players"],
)
@pytest.mark.parametrize("seed", [0, 7])
def test_plays_as_gfootballs_own_environment(engine: GFootball, begun: Scenario, seed: int) -> None:
    pytest.importorskip("gfootball")
    actions = random_actions(250, seed)
    ours = play(engine, begun, actions, seed)
    env = core(begun, seed)
    theirs, done = env.observation(), False
    for step, seen in enumerate(ours):
        for key in (
            "ball",
            "ball_direction",
            "ball_rotation",
            "left_team",
            "right_team_direction",
            "right_team_tired_factor",
        ):
            assert np.array_equal(seen[key], theirs[key].astype(np.float32)), (step, key)
        for key in ("score", "steps_left", "game_mode", "ball_owned_team", "ball_owned_player"):
            assert seen[key] == theirs[key], (step, key)
        assert seen["active"] == theirs["left_agent_controlled_player"][0]
        assert np.array_equal(seen["sticky_actions"], theirs["left_agent_sticky_actions"][0])
        if step + 1 < len(ours):
            theirs, _, done, _ = env.step([int(actions[step])])
    assert done == engine.done
    env.close()


@installed
def test_observation_is_what_our_engine_gives_too(engine: GFootball) -> None:
    theirs, ours = engine.reset(scenario(), 0), Match().reset(scenario(), 0)
    assert theirs.keys() == ours.keys()
    for key, value in ours.items():
        assert type(theirs[key]) is type(value), key
        if isinstance(value, np.ndarray):
            assert (theirs[key].dtype, theirs[key].shape) == (value.dtype, value.shape), key


@installed
def test_depends_on_scenario_and_seed_alone(engine: GFootball) -> None:
    actions = random_actions(60)
    first = [digest(seen) for seen in play(engine, scenario(), actions, 3)]
    play(engine, scenario(5), random_actions(40, 1), 9)
    assert [digest(seen) for seen in play(engine, scenario(), actions, 3)] == first
    other = GFootball()
    assert [digest(seen) for seen in play(other, scenario(), actions, 3)] == first
    other.close()


@installed
def test_depends_on_scenario_and_seed_alone_in_another_process(engine: GFootball) -> None:
    here = digest(play(engine, scenario(), random_actions(60), 3)[-1])
    program = (
        "from tests.test_football_gfootball import *\n"
        "print(digest(play(GFootball(), scenario(), random_actions(60), 3)[-1]))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert run.stdout.split() == [here], run.stderr


@installed
def test_matches_in_one_process_do_not_touch_each_other() -> None:
    actions = random_actions(40)
    one, two = GFootball(), GFootball()
    expected = [[digest(seen) for seen in play(one, scenario(which), actions)] for which in (0, 1)]
    seen = [[digest(one.reset(scenario(0), 0))], [digest(two.reset(scenario(1), 0))]]
    for action in actions:
        for which, match in enumerate((one, two)):
            if not match.done:
                seen[which].append(digest(match.step(action)))
    assert seen == expected
    one.close()
    two.close()


@installed
def test_ends_with_a_goal(engine: GFootball) -> None:
    goal = play(engine, alone(0.8), [Action.RIGHT] * 3 + [Action.SHOT] + [Action.IDLE] * 60)
    assert engine.done and goal[-1]["score"] == [1, 0]
    assert goal[-1]["steps_left"] > 0


@installed
def test_ends_with_the_ball_out_of_play(engine: GFootball) -> None:
    out = play(engine, alone(0.0, 0.3), [Action.BOTTOM] + [Action.IDLE] * 100)
    assert engine.done and out[-1]["game_mode"] == GameMode.THROW_IN
    assert out[-2]["game_mode"] == GameMode.NORMAL


@installed
def test_ends_with_another_owner(engine: GFootball) -> None:
    actions = [Action.SPRINT, Action.RIGHT] + [Action.IDLE] * 100
    lost = play(engine, alone(-0.3, 0.0, Placement(0.15, 0.0, Role.CB), right_difficulty=1.0), actions)
    assert engine.done and lost[-1]["ball_owned_team"] == Team.RIGHT
    assert all(seen["ball_owned_team"] != Team.RIGHT for seen in lost[:-1])


@installed
def test_ends_with_the_time_a_step_late(engine: GFootball) -> None:
    """gfootball's clock stands at -1 before the first step, so that a match lasts a step more than its duration."""
    seen = play(engine, alone(0.0, duration=12), [Action.IDLE] * 50)
    assert engine.done and [one["steps_left"] for one in seen] == list(range(13, -1, -1))


@installed
def test_plays_on_where_no_end_is_asked_for(engine: GFootball) -> None:
    rules = {"end_on_score": False, "end_on_out_of_play": False, "end_on_possession_change": False}
    seen = play(engine, alone(0.85, duration=150, **rules), [Action.RIGHT] * 3 + [Action.SHOT] + [Action.IDLE] * 200)
    assert seen[-1]["score"][0] >= 1 and seen[-1]["steps_left"] == 0


@installed
def test_refuses_steps_when_there_is_no_match() -> None:
    engine = GFootball()
    with pytest.raises(RuntimeError, match="call reset"):
        engine.step(Action.IDLE)
    play(engine, alone(0.0, duration=2), [Action.IDLE] * 3)
    with pytest.raises(RuntimeError, match="call reset"):
        engine.step(Action.IDLE)
    engine.close()
    engine.close()
    with pytest.raises(RuntimeError, match="make a new one"):
        engine.reset(alone(0.0), 0)


@installed
def test_refuses_a_team_without_its_goalkeeper_first(engine: GFootball) -> None:
    field = (Placement(0.0, 0.0, Role.CB), Placement(-1.0, 0.0, Role.GK))
    with pytest.raises(ValueError, match="right team begins with a CB"):
        engine.reset(Scenario("no keeper", (0.0, 0.0), field[::-1], field), 0)


@installed
def test_builtin_ai_plays_in_our_place_and_lets_go_of_what_was_held(engine: GFootball) -> None:
    seen = play(engine, alone(-0.2), [Action.SPRINT, Action.LEFT] + [Action.BUILTIN_AI] * 60)
    assert seen[2]["sticky_actions"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    assert not seen[3]["sticky_actions"].any()
    assert seen[-1]["ball"][0] > seen[2]["ball"][0] + 0.1


@installed
def test_is_quiet_and_writes_nothing(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.test_football_gfootball import *\n"
        "engine = GFootball(); play(engine, scenario(), random_actions(80)); engine.close()"
    )
    root = str(Path(__file__).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", program, root],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "DISPLAY"} | {"TMPDIR": str(tmp_path)},
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == ""
    assert list(tmp_path.iterdir()) == []
