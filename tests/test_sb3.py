"""`LMMR1/SokobanDiscrete-v0` in Stable-Baselines3: its own checker accepts the environment, and its PPO trains on it."""

from __future__ import annotations

import warnings
from typing import Any

import gymnasium as gym
import pytest

import envs  # noqa: F401

env_checker = pytest.importorskip("stable_baselines3.common.env_checker", reason="needs stable-baselines3")


@pytest.mark.parametrize("preset", ["small-v0", "fixed-target-v2"])
@pytest.mark.parametrize("actions", [9, 4])
def test_its_checker_accepts_pictures_without_a_warning(preset: str, actions: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env_checker.check_env(gym.make("LMMR1/SokobanDiscrete-v0", preset=preset, actions=actions))


def test_its_checker_accepts_flattened_planes_without_a_warning() -> None:
    env = gym.make("LMMR1/SokobanDiscrete-v0", preset="tiny-v0", observation="grid")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env_checker.check_env(gym.wrappers.FlattenObservation(env))


@pytest.mark.parametrize(
    ("policy", "arguments"),
    [("CnnPolicy", {"observation": "image"}), ("MlpPolicy", {"observation": "grid"})],
)
def test_its_ppo_trains(policy: str, arguments: dict[str, Any]) -> None:
    from stable_baselines3 import PPO
    from stable_baselines3.common.env_util import make_vec_env

    wrapper = gym.wrappers.FlattenObservation if policy == "MlpPolicy" else None
    venv = make_vec_env(
        "LMMR1/SokobanDiscrete-v0", 2, seed=0, env_kwargs={"preset": "tiny-v0", **arguments}, wrapper_class=wrapper
    )
    model = PPO(policy, venv, n_steps=16, batch_size=32, n_epochs=1, seed=0, device="cpu")
    before = [parameter.clone() for parameter in model.policy.parameters()]
    model.learn(32)
    assert any((old != new).any() for old, new in zip(before, model.policy.parameters(), strict=True))
