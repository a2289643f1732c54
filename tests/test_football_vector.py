"""Football in many matches at once: element for element what Gymnasium's own vector environment of single ones returns."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers.vector import RecordEpisodeStatistics

import envs  # noqa: F401  registers the LMMR1/* ids
from envs.football.actions import Action
from envs.football.vector import FootballVectorEnv

ID = "LMMR1/FootballDiscrete-v0"
MATCHES = 6


def pair(num_envs: int = MATCHES, **arguments: Any) -> tuple[FootballVectorEnv, SyncVectorEnv]:
    """Ours, and Gymnasium's around single environments."""
    ours = gym.make_vec(ID, num_envs, "vector_entry_point", **arguments)
    vectorizing = {"autoreset_mode": arguments.pop("autoreset_mode")} if "autoreset_mode" in arguments else None
    theirs = gym.make_vec(ID, num_envs, "sync", vectorizing, **arguments)
    assert isinstance(ours, FootballVectorEnv) and isinstance(theirs, SyncVectorEnv)
    return ours, theirs


def assert_same(ours: Any, theirs: Any) -> None:
    assert data_equivalence(ours, theirs, exact=True), f"{ours}\nis not\n{theirs}"


def play_in_step(ours: FootballVectorEnv, theirs: SyncVectorEnv, steps: int) -> set[str]:
    """Reset and play both, mostly by the engine's own player, and compare all that they return.

    Returns:
        What happened on the way.
    """
    seen = set()
    rng = np.random.default_rng(1)
    assert_same(ours.reset(seed=11), theirs.reset(seed=11))
    for _ in range(steps):
        actions = np.where(rng.random(ours.num_envs) < 0.7, Action.BUILTIN_AI, rng.integers(20, size=ours.num_envs))
        result = ours.step(actions)
        assert_same(result, theirs.step(actions))
        _, rewards, terminations, truncations, infos = result
        seen |= {
            name for name, what in (("over", terminations), ("late", truncations), ("paid", rewards)) if what.any()
        }
        seen |= {"scored"} if infos.get("success", np.zeros(1)).any() else set()
        over = terminations | truncations
        if ours.metadata["autoreset_mode"] == AutoresetMode.DISABLED and over.any():
            with pytest.raises(gym.error.ResetNeeded, match="is over"):
                ours.step(actions)
            options = {"reset_mask": over}
            assert_same(ours.reset(options=options), theirs.reset(options=options))
    return seen


@pytest.mark.parametrize("reward", ["scoring", "checkpoints", "magebench"])
@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("observation", ["vector", "raw"])
def test_it_returns_what_single_environments_do(observation: str, mode: AutoresetMode, reward: str) -> None:
    ours, theirs = pair(observation=observation, autoreset_mode=mode, reward=reward, builtin_ai=True)
    assert_same(ours.observation_space, theirs.observation_space)
    assert_same(ours.action_space, theirs.action_space)
    assert play_in_step(ours, theirs, steps=300) >= {"over"} | ({"paid"} if reward != "scoring" else set())


def test_so_do_its_frames() -> None:
    ours, theirs = pair(3, observation="image", size=(256, 144), render_mode="rgb_array", builtin_ai=True)
    play_in_step(ours, theirs, steps=60)
    for ours_frame, theirs_frame in zip(ours.render(), theirs.render(), strict=True):
        assert np.array_equal(ours_frame, theirs_frame)


@pytest.mark.parametrize("scenario", ["academy_empty_goal_close", "5_vs_5", "1_vs_1_easy", "academy_run_to_score"])
def test_teams_may_be_smaller_and_goals_count(scenario: str) -> None:
    for observation in ("vector", "raw"):
        ours, theirs = pair(scenario=scenario, observation=observation, reward="checkpoints", builtin_ai=True)
        seen = play_in_step(ours, theirs, steps=120)
        assert scenario != "academy_empty_goal_close" or seen >= {"over", "scored", "paid"}


def test_the_end_of_time_truncates() -> None:
    ours, theirs = pair(3, scenario="1_vs_1_easy", builtin_ai=False, autoreset_mode="SameStep")
    assert_same(ours.reset(seed=0), theirs.reset(seed=0))
    idle = np.zeros(3, np.int64)
    truncated = 0
    for _ in range(520):
        result = ours.step(idle)
        assert_same(result, theirs.step(idle))
        truncated += int(result[3].sum())
    assert truncated == 3


@pytest.mark.parametrize("seed", [5, [3, 1, 4], [None, 2, None]])
def test_seeds_count_up_from_one_or_are_given_for_each_match(seed: Any) -> None:
    ours, theirs = pair(3)
    ours.reset(seed=0)
    theirs.reset(seed=0)
    assert_same(ours.reset(seed=seed), theirs.reset(seed=seed))
    assert ours.np_random_seed == theirs.np_random_seed


def test_options_and_masks_reach_the_matches() -> None:
    ours, theirs = pair(3)
    ours.reset(seed=0)
    theirs.reset(seed=0)
    mask = np.array([True, False, True])
    options = {"reset_mask": mask, "kind": "shoot", "difficulty": 1}
    assert_same(ours.reset(options=options), theirs.reset(options=options))
    assert_same(ours.reset(options={"scenario": "5_vs_5"}), theirs.reset(options={"scenario": "5_vs_5"}))


def test_what_happens_in_a_match_does_not_depend_on_the_others() -> None:
    alone, crowd = (gym.make_vec(ID, count, "vector_entry_point", builtin_ai=True) for count in (1, 64))
    place = 41
    lone, _ = alone.reset(seed=100 + place)
    many, _ = crowd.reset(seed=100)
    rng = np.random.default_rng(0)
    for _ in range(200):
        assert np.array_equal(lone[0], many[place])
        actions = rng.integers(20, size=64)
        lone, many = alone.step(actions[place : place + 1])[0], crowd.step(actions)[0]


def test_gymnasiums_wrappers_fit() -> None:
    env = RecordEpisodeStatistics(gym.make_vec(ID, 4, "vector_entry_point", reward="magebench", builtin_ai=True))
    env.reset(seed=0)
    returns: list[float] = []
    for _ in range(400):
        infos = env.step(np.full(4, Action.BUILTIN_AI))[4]
        if "episode" in infos:
            returns += infos["episode"]["r"][infos["_episode"]].tolist()
    assert len(returns) > 4 and max(returns) > 0


def test_bad_calls_are_refused_and_change_nothing() -> None:
    env = gym.make_vec(ID, 3, "vector_entry_point")
    with pytest.raises(gym.error.ResetNeeded, match="call reset"):
        env.step(np.zeros(3, np.int64))
    with pytest.raises(gym.error.ResetNeeded, match="leaves out"):
        env.reset(options={"reset_mask": np.array([True, False, False])})
    first, _ = env.reset(seed=0)
    for actions, said in (
        ([0, 1], r"int64 \[2\]; expected integers \[3\]"),
        ([0.0, 1.0, 2.0], "float64"),
        ([0, 1, 19], "from 0 to 19; expected 0 to 18"),
        ([-1, 0, 0], "from -1"),
    ):
        with pytest.raises(ValueError, match=said):
            env.step(np.array(actions))
    with pytest.raises(ValueError, match="seed has 2 elements; expected 3"):
        env.reset(seed=[1, 2])
    with pytest.raises(TypeError, match="reset_mask is list"):
        env.reset(options={"reset_mask": [True] * 3})
    with pytest.raises(ValueError, match="at least one"):
        env.reset(options={"reset_mask": np.zeros(3, np.bool_)})
    with pytest.raises(ValueError, match="'level' is unknown"):
        env.reset(options={"level": 0})
    assert np.array_equal(env.unwrapped._observe(), first)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"num_envs": 0}, "num_envs is 0"),
        ({"autoreset_mode": "never"}, "autoreset_mode is 'never'; expected an AutoresetMode"),
        ({"reward": "goals"}, "reward is 'goals'"),
        ({"render_mode": "human"}, "render_mode is 'human'; expected None, 'rgb_array' or 'ansi'"),
    ],
)
def test_bad_arguments_are_one_clear_error(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        FootballVectorEnv(**arguments)
