"""Sokoban with numbers for actions: Gymnasium's contract, the game's own rules, both observations, bad arguments."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import envs  # noqa: F401  registers the LMMR1/* ids
from envs.sokoban.discrete import PLANES, SokobanDiscreteEnv
from envs.sokoban.levels import from_text
from envs.sokoban.render import frame
from envs.sokoban.rules import PUSH, Game
from envs.sokoban.solver import solve

ID = "LMMR1/SokobanDiscrete-v0"


@pytest.mark.parametrize("observation", ["image", "grid"])
@pytest.mark.parametrize("actions", [9, 4])
def test_gymnasiums_checker_accepts_it(observation: str, actions: int) -> None:
    check_env(
        gym.make(ID, preset="tiny-v0", observation=observation, actions=actions).unwrapped, skip_render_check=True
    )


def test_a_game_goes_as_the_rules_have_it() -> None:
    env = gym.make(ID, preset="small-v0").unwrapped
    rng = np.random.default_rng(0)
    for seed in range(20):
        seen, info = env.reset(seed=seed)
        game = Game(from_text(info["level"]))
        assert np.array_equal(seen, frame(game))
        for action in rng.integers(9, size=60).tolist():
            seen, reward, terminated, truncated, info = env.step(action)
            outcome = game.play(action)
            assert (reward, terminated, info["moved"], info["pushed"]) == (
                outcome.reward, outcome.won, outcome.moved, outcome.pushed
            )  # fmt: skip
            assert np.array_equal(seen, frame(game)) and not truncated
            if terminated:
                break


def test_an_optimal_plan_in_four_actions_solves_a_level() -> None:
    env = gym.make(ID, preset="small-v1", actions=4, observation="grid").unwrapped
    _, info = env.reset(seed=3)
    moves = solve(from_text(info["level"])).moves
    rewards = []
    for move in moves:
        _, reward, terminated, _, info = env.step(PUSH[move] - 1)
        rewards.append(reward)
    assert terminated and info["success"]
    assert sum(rewards) == pytest.approx(10 + 3 - 0.1 * len(moves))


def test_the_grid_has_one_plane_for_each_kind_of_cell() -> None:
    env = gym.make(ID, dim_room=(5, 7), num_boxes=2, observation="grid").unwrapped
    seen, _ = env.reset(seed=0, options={"level": "#######\n#+$ * #\n#     #\n#     #\n#######"})
    planes = dict(zip(PLANES, seen, strict=True))
    assert (seen.sum(0) == 1).all()
    assert np.argwhere(planes["player on target"]).tolist() == [[1, 1]]
    assert np.argwhere(planes["box"]).tolist() == [[1, 2]]
    assert np.argwhere(planes["box on target"]).tolist() == [[1, 4]]
    assert not planes["player"].any() and not planes["target"].any()
    assert planes["wall"].sum() == 20


def test_an_episode_is_cut_off_after_its_steps() -> None:
    env = gym.make(ID, preset="tiny-v0", max_steps=3).unwrapped
    env.reset(seed=0)
    assert [env.step(0)[3] for _ in range(3)] == [False, False, True]


def test_text_and_discrete_environments_play_the_same_levels() -> None:
    text, discrete = (gym.make(name, preset="small-v0", split="train").unwrapped for name in ("LMMR1/Sokoban-v0", ID))
    for seed in range(5):
        assert text.reset(seed=seed)[1]["level"] == discrete.reset(seed=seed)[1]["level"]


def test_it_is_drawn_as_pixels_as_text_and_in_a_window() -> None:
    env = gym.make(ID, preset="tiny-v0", render_mode="rgb_array", observation="grid")
    env.reset(seed=0)
    assert env.render().shape == (96, 96, 3)
    env = gym.make(ID, preset="tiny-v0", render_mode="ansi")
    _, info = env.reset(seed=0)
    assert env.render() == info["level"]
    env = gym.make(ID, preset="tiny-v0", render_mode="human")
    env.metadata["render_fps"] = 1000
    env.reset(seed=0)
    env.step(1)
    env.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"observation": "sound"}, "observation is 'sound'; expected 'image' or 'grid'"),
        ({"actions": 5}, "actions is 5; expected 9 or 4"),
        ({"render_mode": "pdf"}, "render_mode is 'pdf'"),
        ({"preset": "smal-v0"}, "did you mean 'small-v0'"),
        ({"tile_size": 1}, "tile_size is 1"),
        ({"split": "test"}, "split is 'test'"),
    ],
)
def test_a_bad_argument_is_refused_with_what_is_allowed(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SokobanDiscreteEnv(**arguments)


@pytest.mark.parametrize("action", [9, -1, 1.5, "up"])
def test_an_action_outside_the_space_is_refused(action: Any) -> None:
    env = gym.make(ID, preset="tiny-v0").unwrapped
    env.reset(seed=0)
    with pytest.raises(ValueError, match="expected an integer in Discrete"):
        env.step(action)


def test_vector_environments_play_as_single_ones_do() -> None:
    vector = gym.make_vec(ID, num_envs=3, vectorization_mode="sync", preset="tiny-v0", observation="grid")
    single = [gym.make(ID, preset="tiny-v0", observation="grid") for _ in range(3)]
    seen, _ = vector.reset(seed=5)
    assert np.array_equal(seen, [env.reset(seed=5 + number)[0] for number, env in enumerate(single)])
    for actions in np.random.default_rng(0).integers(9, size=(10, 3)):
        seen, rewards, *_ = vector.step(actions)
        steps = [env.step(action) for env, action in zip(single, actions, strict=True)]
        assert np.array_equal(seen, [step[0] for step in steps])
        assert rewards.tolist() == [step[1] for step in steps]
    vector.close()
