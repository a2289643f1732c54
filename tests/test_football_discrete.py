"""Football for ordinary reinforcement learning: spaces, observations, rewards, ends, and one clear error for each mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

import envs  # noqa: F401  registers the LMMR1/* ids
from envs.football.actions import Action
from envs.football.attacker import Memory, choose
from envs.football.discrete import FootballDiscreteEnv, GoalReward
from envs.football.match import Match
from envs.football.observation import simple115
from envs.football.render import Renderer
from envs.football.reward import AttackReward
from envs.football.scenarios import SCENARIOS
from envs.splits import in_split

ID = "LMMR1/FootballDiscrete-v0"
SIGHTS = ("vector", "raw", "image")
EMPTY_GOAL = "academy_empty_goal_close"


def make(**arguments: Any) -> FootballDiscreteEnv:
    env = gym.make(ID, disable_env_checker=True, **arguments).unwrapped
    assert isinstance(env, FootballDiscreteEnv)
    return env


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("builtin_ai", [False, True])
def test_gymnasiums_checker_accepts_it(sight: str, builtin_ai: bool) -> None:
    check_env(make(observation=sight, builtin_ai=builtin_ai, size=(256, 144)))


def test_stable_baselines_checker_accepts_it() -> None:
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    for sight in SIGHTS:
        checker.check_env(make(observation=sight, size=(256, 144)), warn=False)


@pytest.mark.parametrize("name", ["academy_empty_goal", "academy_3_vs_1_with_keeper", "5_vs_5", "11_vs_11_stochastic"])
def test_observations_are_those_of_the_match(name: str) -> None:
    env = make(scenario=name, observation="raw", builtin_ai=True)
    padded, _ = env.reset(seed=3)
    match, renderer = Match(), Renderer(size=(256, 144))
    vectors = make(scenario=name, builtin_ai=True)
    pictures = make(scenario=name, observation="image", builtin_ai=True, size=(256, 144))
    vector, _ = vectors.reset(seed=3)
    picture, _ = pictures.reset(seed=3)
    generator = np.random.default_rng(3)
    generator.integers(2**62)  # chooses the scenario
    seen = match.reset(SCENARIOS[name], int(generator.integers(2**31)))
    for action in [Action.RIGHT, Action.SPRINT, *[Action.BUILTIN_AI] * 40]:
        for team in ("left_team", "right_team"):
            count = len(seen[team])
            assert padded[f"{team}_active"].sum() == count
            for part, filler in (
                ("", -1),
                ("_direction", -1),
                ("_roles", -1),
                ("_tired_factor", 0),
                ("_yellow_card", 0),
            ):
                assert np.array_equal(padded[team + part][:count], seen[team + part])
                assert (padded[team + part][count:] == filler).all()
        for key in set(seen) - {key for key in seen if key.startswith(("left_team", "right_team"))}:
            assert np.array_equal(padded[key], np.atleast_1d(seen[key])), key
        assert env.observation_space.contains(padded)
        assert np.array_equal(vector, simple115(seen))
        assert np.array_equal(picture, renderer.frame(seen))
        if match.done:
            break
        seen = match.step(action)
        padded, vector, picture = (each.step(action)[0] for each in (env, vectors, pictures))


def rings(ball: tuple[float, float]) -> int:
    """How many of ten rings hold a ball: the largest 0.99, the smallest 0.8 less, evenly spaced."""
    distance = ((ball[0] - 1) ** 2 + ball[1] ** 2) ** 0.5
    count = 0
    while count < 10 and distance <= 0.99 - 0.8 / 9 * count:
        count += 1
    return count


@settings(max_examples=100, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.floats(-1, 1), st.floats(-0.42, 0.42), st.booleans(), st.sampled_from([0, 0, 0, 0, 1, 2])),
        max_size=20,
    )
)
def test_checkpoints_are_paid_once_and_a_goal_pays_the_rest(steps: list[tuple[float, float, bool, int]]) -> None:
    scoring, helped = GoalReward(1, checkpoints=False), GoalReward(1, checkpoints=True)
    collected, score = 0, [0, 0]
    for x, y, on_ball, event in steps:
        x, y = float(np.float32(x)), float(np.float32(y))
        if abs(((x - 1) ** 2 + y**2) ** 0.5 - (0.99 - 0.8 / 9 * rings((x, y)))) < 1e-9:
            continue  # on the ring, where rounding decides
        goal = {0: 0, 1: 1, 2: -1}[event]
        score = [score[0] + (goal > 0), score[1] + (goal < 0)]
        if goal > 0:
            extra, collected = 10 - collected, 10
        else:
            reached = max(collected, rings((x, y))) if on_ball else collected
            extra, collected = reached - collected, reached
        arguments = np.array([score]), np.array([on_ball]), np.array([[x, y]], np.float32)
        assert scoring.step(*arguments)[0] == goal
        assert helped.step(*arguments)[0] == pytest.approx(goal + 0.1 * extra)


def test_a_goal_ends_the_episode_and_pays_one_and_all_checkpoints_are_worth_one_more() -> None:
    returns = {}
    for reward in ("scoring", "checkpoints"):
        env = make(scenario=EMPTY_GOAL, reward=reward)
        env.reset(seed=0)
        returns[reward], steps, ended = 0.0, 0, False
        while not ended and steps < 400:
            action = Action.SHOT if steps == 5 else Action.RIGHT
            _, earned, terminated, truncated, info = env.step(action)
            returns[reward] += earned
            ended, steps = terminated or truncated, steps + 1
        assert terminated and not truncated and info["success"] and info["goals"].tolist() == [1, 0]
        with pytest.raises(RuntimeError, match="call reset"):
            env.step(0)
    assert returns == {"scoring": 1.0, "checkpoints": pytest.approx(2.0)}


def test_magebenchs_reward_is_that_of_the_text_task() -> None:
    env = make(reward="magebench")
    for seed in range(6):
        env.reset(seed=seed)
        reward, memory = AttackReward(env.scenario.duration), Memory()
        ended = False
        while not ended:
            action = choose(env._seen, memory)
            _, earned, terminated, truncated, _ = env.step(action)
            assert earned == reward.step(env._seen, action)
            ended = terminated or truncated
            assert terminated or not reward.done


def test_the_end_of_time_truncates() -> None:
    env = make(scenario="1_vs_1_easy")
    env.reset(seed=0)
    ends = [env.step(Action.IDLE)[2:4] for _ in range(env.scenario.duration - 1)]
    assert not np.any(ends)
    late = env.step(Action.IDLE)
    if not (late[2] or late[3]):  # whether the first observation counts as a step is the engine's affair
        late = env.step(Action.IDLE)
    assert late[2:4] == (False, True)


def test_the_seed_decides_everything() -> None:
    played = []
    for _ in range(2):
        env = make(builtin_ai=True)
        rng = np.random.default_rng(0)
        results = [env.reset(seed=9)[0]]
        for _ in range(120):
            observation, reward, terminated, truncated, _ = env.step(int(rng.integers(20)))
            results.append(np.append(observation, reward))
            if terminated or truncated:
                results.append(env.reset()[0])
        played.append(np.concatenate(results))
    assert np.array_equal(*played)
    other, _ = env.reset(seed=10)
    assert not np.array_equal(other, env.reset(seed=9)[0])


def test_reset_options_choose_the_scenario() -> None:
    env = make()
    assert env.reset(seed=0, options={"scenario": EMPTY_GOAL})[1] == {"scenario": EMPTY_GOAL}
    env.reset(seed=0, options={"kind": "shoot", "difficulty": 6})
    generated = env.scenario
    assert env.reset(seed=0)[1]["scenario"] != EMPTY_GOAL
    fixed = make(kind="shoot", difficulty=6)
    fixed.reset(seed=0)
    assert fixed.scenario == generated


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_scenarios_are_of_the_split(split: Any) -> None:
    from envs.football.generator import content

    env = make(split=split)
    for seed in range(20):
        env.reset(seed=seed)
        assert in_split(content(env.scenario), split)


def test_frames_texts_and_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = {"size": (320, 180), "camera": "top_down"}
    env = make(render_mode="rgb_array", **arguments)
    env.reset(seed=0)
    assert env.render().shape == (180, 320, 3) and env.render().dtype == np.uint8
    text = make(render_mode="ansi")
    text.reset(seed=0)
    assert "*" in text.render() and "x" in text.render()
    shown: list[np.ndarray] = []
    monkeypatch.setattr("envs.window.Window.show", lambda window, frames: shown.extend(frames))
    human = make(render_mode="human", **arguments)
    human.reset(seed=0)
    human.step(Action.RIGHT)
    assert len(shown) == 2 and np.array_equal(shown[0], env.render())
    human.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"observation": "pixels"}, "observation is 'pixels'; expected 'vector' or 'raw' or 'image'"),
        ({"reward": "goals"}, "reward is 'goals'; expected 'scoring' or 'checkpoints' or 'magebench'"),
        ({"scenario": "academy_cornr"}, "did you mean 'academy_corner'?"),
        ({"kind": "runs"}, "kind is 'runs'"),
        ({"engine": "fifa"}, "engine is 'fifa'; expected 'builtin' or 'gfootball'"),
        ({"split": "test"}, "split is 'test'"),
        ({"size": (64, 36)}, "size is"),
        ({"builtin_ai": "yes"}, "builtin_ai is 'yes'"),
    ],
)
def test_bad_arguments_are_one_clear_error(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        FootballDiscreteEnv(**arguments)


def test_bad_actions_and_options_are_refused() -> None:
    env = make()
    env.reset(seed=0)
    for action in (19, -1, 1.5, "shot", None):
        with pytest.raises(ValueError, match="expected an integer in Discrete"):
            env.step(action)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="reset option 'level' is unknown"):
        env.reset(options={"level": 1})


def test_scenario_files_can_be_played(tmp_path: Path) -> None:
    file = tmp_path / "close.py"
    file.write_text(
        "from . import *\n"
        "def build_scenario(builder):\n"
        "    builder.SetBallPosition(0.7, 0.0)\n"
        "    builder.SetTeam(Team.e_Left)\n"
        "    builder.AddPlayer(-1.0, 0.0, e_PlayerRole_GK)\n"
        "    builder.AddPlayer(0.68, 0.0, e_PlayerRole_CF)\n"
        "    builder.SetTeam(Team.e_Right)\n"
        "    builder.AddPlayer(-1.0, 0.0, e_PlayerRole_GK)\n"
    )
    env = make(scenario=str(file), observation="raw")
    observation, _ = env.reset(seed=0)
    assert observation["left_team_active"].sum() == 2 and observation["right_team_active"].sum() == 1
    assert observation["ball"][0] == pytest.approx(0.7)
