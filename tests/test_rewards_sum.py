"""Rewards of the user's own stand in the same sum as format and accuracy, and fail with a clear message."""

from __future__ import annotations

import sys

import pytest

from rewards import RewardSum, RewardWeights


@pytest.fixture(autouse=True)
def user_module(tmp_path, monkeypatch):
    (tmp_path / "own_rewards.py").write_text(
        "def length(response, task):\n    return len(response)\n"
        "def level(response, task):\n    return task['level']\n"
        "def nothing(response, task):\n    return None\n"
        "def not_finite(response, task):\n    return float('nan')\n"
        "def failing(response, task):\n    raise KeyError('level')\n"
        "def alone(response):\n    return 0.0\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("own_rewards", None)


def test_the_sum_has_all_terms_with_their_weights():
    reward = RewardSum(RewardWeights(format=0.5, accuracy=2.0), {"own_rewards:length": -0.25, "own_rewards.level": 3})
    assert reward.score(1.0, 0.5, "abcd", {"level": 2}) == 0.5 + 1.0 - 1.0 + 6.0
    assert RewardSum(RewardWeights(), {}).score(1.0, 1.0, "", None) == RewardWeights().combine(1.0, 1.0)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("nothing", ValueError, "'own_rewards:nothing' returned None"),
        ("not_finite", ValueError, "'own_rewards:not_finite' returned nan"),
        ("failing", RuntimeError, "'own_rewards:failing' failed on a response of 4 characters: KeyError: 'level'"),
    ],
)
def test_a_function_that_gives_no_finite_number_is_named(name, error, message):
    reward = RewardSum(RewardWeights(), {f"own_rewards:{name}": 1.0})
    with pytest.raises(error, match=message) as caught:
        reward.score(1.0, 1.0, "abcd", {})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("terms", "error", "message"),
    [
        ({"own_rewards:length": float("inf")}, ValueError, "weight of reward 'own_rewards:length' is inf"),
        ({"own_rewards:length": "1"}, ValueError, "weight of reward 'own_rewards:length' is '1'"),
        ({"own_rewards:lenght": 1.0}, ValueError, "did you mean 'length'"),
        ({"own_rewards:alone": 1.0}, TypeError, r"fn\(response, task\)"),
    ],
)
def test_bad_terms_are_refused_when_the_sum_is_made(terms, error, message):
    with pytest.raises(error, match=message):
        RewardSum(RewardWeights(), terms)


def test_format_and_accuracy_keep_their_range():
    with pytest.raises(ValueError, match=r"accuracy_reward is 2.*\[0, 1\]"):
        RewardSum(RewardWeights(), {}).score(1.0, 2, "", None)
