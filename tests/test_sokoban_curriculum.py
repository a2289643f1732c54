"""Levels from small to large per reset, what is said of a plan, shaping terms and memory of `LMMR1/Sokoban-v0`."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sokoban_helpers import TWO_BOXES, answer, env_for

import envs  # noqa: F401
from agents.policy import Prompt
from envs.sokoban.analysis import first_wrong_move, repeated
from envs.sokoban.discrete import SokobanDiscreteEnv
from envs.sokoban.env import SokobanEnv
from envs.sokoban.levels import PRESETS, from_text
from envs.sokoban.ranges import level_range
from envs.sokoban.rules import PUSH, Level, new_game
from envs.sokoban.solver import solve


def positions(text: str, moves: str) -> list[Level]:
    game = new_game(from_text(text))
    after = [game.snapshot()]
    for move in moves.split():
        game.play(PUSH[move])
        after.append(game.snapshot())
    return after


# -- ranges -----------------------------------------------------------------------------------------------------------


def size(level: Level) -> tuple[int, int]:
    """Rows and columns up to the last ones that are not all wall, and the wall after them."""
    rows, columns = np.nonzero(level.fixed)
    return int(rows.max()) + 2, int(columns.max()) + 2


def test_episodes_draw_their_boxes_and_rooms_from_the_ranges_asked_for() -> None:
    env = SokobanEnv("small-v0", dim_room=(9, 8), min_room=(6, 6), num_boxes=(1, 3))
    seen = set()
    for seed in range(60):
        observation, _ = env.reset(seed=seed)
        assert observation in env.observation_space and env.level.shape == (9, 8)
        rows, columns = size(env.level)
        assert rows <= 9 and columns <= 8
        seen.add(len(env.level.boxes))
        assert solve(env.level).status == "solved"
    assert seen == {1, 2, 3}
    assert len({size(env.level) for seed in range(30) if env.reset(seed=seed)}) > 5


def test_a_seed_draws_the_same_level_again_and_a_range_of_one_kind_draws_what_no_range_draws() -> None:
    ranged = {"dim_room": (8, 8), "min_room": (6, 6), "num_boxes": (1, 2)}
    texts = [[SokobanEnv(**ranged).reset(seed=seed)[1]["level"] for seed in range(8)] for _ in range(2)]
    assert texts[0] == texts[1]
    plain, narrow = SokobanEnv("small-v0"), SokobanEnv("small-v0", min_room=(7, 7), num_boxes=(2, 2))
    assert all(plain.reset(seed=seed)[1] == narrow.reset(seed=seed)[1] for seed in range(8))


def test_the_size_drawn_says_nothing_about_where_the_room_is_carved() -> None:
    kinds = level_range(PRESETS["small-v0"], dim_room=(10, 10), min_room=(5, 5), num_boxes=1)
    rows, first = [], []
    for seed in range(600):
        rows.append(kinds.draw(seed).dim_room[0])
        first.append(np.random.default_rng(seed).random())  # what the generator draws from first
    assert abs(np.corrcoef(rows, first)[0, 1]) < 0.15
    assert set(rows) == set(range(5, 11))


def test_the_size_that_a_preset_has_anyway_changes_nothing() -> None:
    plain, told = SokobanEnv("v2"), SokobanEnv("v2", dim_room=(10, 10))
    assert plain.reset(seed=0)[1] == told.reset(seed=0)[1] == plain.reset(seed=0, options={"dim_room": [10, 10]})[1]


@pytest.mark.parametrize(
    "arguments",
    [
        {"max_steps": 2.5},
        {"max_steps": True},
        {"max_steps": "9"},
        {"preset": ["x"]},
        {"action_memory": 2.5},
        {"frame_memory": 2.5},
        {"tile_size": 16.0},
        {"length_weight": "x"},
        {"num_boxes": 1.5},
        {"min_solution": 1.5},
        {"dim_room": (7, 7, 7)},
    ],
    ids=repr,
)
def test_an_argument_of_another_kind_is_refused_by_its_name(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(arguments))} is"):
        SokobanEnv(**arguments)


@pytest.mark.parametrize("kind", [SokobanEnv, SokobanDiscreteEnv])
def test_reset_options_ask_for_another_kind_of_level_this_once(kind: type) -> None:
    env = kind("small-v1")
    _, info = env.reset(seed=4, options={"num_boxes": 1, "dim_room": (6, 6), "min_solution": 3, "max_solution": 8})
    level = from_text(info["level"])
    assert level.shape == (7, 7) and max(size(level)) <= 6 and len(level.boxes) == 1
    assert 3 <= len(solve(level).moves) <= 8
    assert len(from_text(env.reset(seed=4)[1]["level"]).boxes) == 3


def test_a_smaller_level_given_is_filled_up_with_walls() -> None:
    env = SokobanEnv("small-v0")
    observation, _ = env.reset(seed=0, options={"level": "#####\n#@$.#\n#####"})
    assert env.level.shape == (7, 7) and observation in env.observation_space
    assert env.step(answer("right"))[4]["success"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"num_boxes": 0}, "num_boxes is 0"),
        ({"num_boxes": (3, 1)}, r"num_boxes is \(3, 1\)"),
        ({"num_boxes": "2"}, "num_boxes is '2'"),
        ({"dim_room": (9, 9)}, r"dim_room is \(9, 9\); this environment's pictures have room for \(7, 7\)"),
        ({"dim_room": 7}, "dim_room is 7"),
        ({"dim_room": (7.5, 7)}, "dim_room is"),
        ({"min_room": (8, 8)}, r"min_room is \(8, 8\)"),
        ({"min_room": (5, 5), "num_boxes": 8}, "num_boxes is 8; expected 1 to 3"),
        ({"max_solution": 0}, "max_solution is 0"),
        ({"min_solution": None}, "min_solution is None"),
        ({"max_solution": 7.5}, "max_solution is 7.5"),
        ({"dim_room": np.array([9, 9])}, "this environment's pictures have room"),
        ({"level": TWO_BOXES, "num_boxes": 2}, "num_boxes as well"),
        ({"boxes": 2}, "reset option 'boxes' is unknown"),
    ],
)
def test_options_out_of_range_are_refused_and_the_next_reset_goes_on(options: dict[str, Any], problem: str) -> None:
    env = SokobanEnv("small-v0")
    with pytest.raises(ValueError, match=problem):
        env.reset(seed=0, options=options)
    assert env.reset(seed=0)[0] in env.observation_space


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["level", "num_boxes", "dim_room", "min_room", "min_solution", "max_solution", "colour"]),
        st.none()
        | st.booleans()
        | st.integers(-3, 12)
        | st.floats()
        | st.text("#@$.*+ aAbB\n", max_size=40)
        | st.tuples(st.integers(-1, 9), st.integers(-1, 9))
        | st.lists(st.integers(0, 3), max_size=3),
    )
)
def test_no_options_make_reset_raise_anything_but_the_documented_errors(options: dict[str, Any]) -> None:
    if isinstance(options.get("min_solution"), int):  # long solutions are searched for in vain for seconds
        options["min_solution"] = min(options["min_solution"], 3)
    env = SokobanEnv("small-v0")
    try:
        env.reset(seed=0, options=options)
    except (ValueError, TypeError, RuntimeError) as error:
        assert str(error)
    assert env.reset(seed=1)[0] in env.observation_space


# -- what is said of a plan -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moves", "wrong"),
    [
        ("", 0),
        ("right down right right", 0),
        ("right down", 0),
        ("down", 1),
        ("right right", 2),
        ("right down right up", 4),
        ("right down left right right right", 3),
        ("up right down right right", 1),
    ],
)
def test_the_first_wrong_move_is_the_first_on_no_shortest_plan(moves: str, wrong: int) -> None:
    places = positions(TWO_BOXES, moves)
    found = [solve(place) for place in places]
    off = [n for n, rest in enumerate(found) if rest.status != "solved" or n + len(rest.moves) > len(found[0].moves)]
    assert first_wrong_move(places) == min(off, default=0) == wrong
    info = env_for(TWO_BOXES).step(answer(moves))[4]
    assert info["first_wrong_move"] == wrong


def test_a_wrong_move_found_among_few_positions_is_still_told_where_the_solver_gives_up_on_others(monkeypatch) -> None:
    """The plan walks on after its wrong move; what it leads to must not hide it."""
    env = SokobanEnv("small-v0")
    rng = np.random.default_rng(0)
    told = 0
    for seed in range(40):
        env.reset(seed=seed)
        env.step(answer(" ".join(rng.choice(list(PUSH), size=16))))
        exact = [first_wrong_move(env._positions[: n + 1]) for n in range(len(env._positions))]
        monkeypatch.setattr("envs.sokoban.analysis.MAX_STATES", len(solve(env.level).moves) + 12)
        for n, right in enumerate(exact):
            found = first_wrong_move(env._positions[: n + 1])
            assert found in (right, None)
            told += found is not None
        monkeypatch.undo()
    assert told > 100


def test_a_deadlock_is_told_and_stays_one() -> None:
    env = env_for("######\n#    #\n# $@.#\n#    #\n######", mode="online")
    assert not env.step(answer("up"))[4]["deadlock"]
    env = env_for("######\n#    #\n# $@.#\n#    #\n######", mode="online")
    told = [env.step(answer(move))[4] for move in ("left", "right", "up")]
    assert [info["deadlock"] for info in told] == [True] * 3  # against the wall, from which it cannot be pulled
    assert [info["first_wrong_move"] for info in told] == [1, 1, 1]


def test_a_level_that_cannot_be_solved_has_no_wrong_move() -> None:
    assert first_wrong_move(positions("#####\n#$  #\n#   #\n#@ .#\n#####", "up")) is None


@pytest.mark.parametrize(
    ("moves", "count"), [("down up", 1), ("down up down", 2), ("up", 1), ("right down", 0), ("down right left up", 2)]
)
def test_a_position_counts_as_repeated_when_it_was_there_before(moves: str, count: int) -> None:
    assert repeated(positions(TWO_BOXES, moves)) == count


# -- shaping ----------------------------------------------------------------------------------------------------------


def test_moves_beyond_the_fewest_cost_the_weight_of_length_once_the_level_is_solved() -> None:
    weighted = {"length_weight": 0.1}
    assert env_for(TWO_BOXES, **weighted).step(answer("rdrr"))[1] == pytest.approx(1.5)
    assert env_for(TWO_BOXES, **weighted).step(answer("rdlrrr"))[1] == pytest.approx(1.5 - 0.2)
    assert env_for(TWO_BOXES, **weighted).step(answer("dudu"))[1] == pytest.approx(0.5)


def test_moves_back_to_an_earlier_position_cost_the_weight_of_repetition() -> None:
    weighted = {"repetition_weight": 0.25}
    assert env_for(TWO_BOXES, **weighted).step(answer("dudu"))[1] == pytest.approx(0.5 - 0.75)
    env = env_for(TWO_BOXES, mode="online", **weighted)
    rewards = [env.step(answer(move))[1] for move in ("down", "up", "right")]
    assert rewards == pytest.approx([-0.1, -0.35, 0.9])


@pytest.mark.parametrize("name", ["length_weight", "repetition_weight"])
@pytest.mark.parametrize("weight", [-0.1, float("inf"), float("nan")])
def test_weights_out_of_range_are_refused(name: str, weight: float) -> None:
    with pytest.raises(ValueError, match=f"{name} is"):
        SokobanEnv(**{name: weight})  # type: ignore[arg-type]


# -- memory -----------------------------------------------------------------------------------------------------------


def test_online_observations_remember_the_last_frames_and_policies_are_shown_them_in_order() -> None:
    env = env_for(TWO_BOXES, mode="online", frame_memory=3)
    observation = env.reset(seed=0, options={"level": TWO_BOXES})[0]
    shown = [observation]
    for move in ("down", "right", "up"):
        shown.append(env.step(answer(move))[0])
    frames = env.frames()
    for step, observation in enumerate(shown):
        assert observation in env.observation_space
        expected = [frames[max(0, step - 2)], frames[max(0, step - 1)], frames[step]]
        images = Prompt.of(observation).images
        assert len(images) == 3 and all(map(np.array_equal, images, expected))


@pytest.mark.parametrize(("mode", "frames"), [("online", 0), ("online", 17), ("global", 2)])
def test_a_frame_memory_out_of_range_is_refused(mode: Any, frames: int) -> None:
    with pytest.raises(ValueError, match=f"frame_memory is {frames}"):
        SokobanEnv(mode=mode, frame_memory=frames)


def test_a_vector_of_environments_carries_the_memory() -> None:
    venv = gym.make_vec(
        "LMMR1/Sokoban-v0", num_envs=2, vectorization_mode="sync", mode="online", frame_memory=2, preset="tiny-v0"
    )
    observation, _ = venv.reset(seed=0)
    assert observation["memory"].shape == (2, 1, 96, 96, 3)
    venv.close()


# -- many responses ---------------------------------------------------------------------------------------------------


def test_ten_thousand_random_responses_raise_nothing() -> None:
    rng = np.random.default_rng(0)
    pieces = [
        "<think>",
        "</think>",
        "<answer>",
        "</answer>",
        "up",
        "DOWN",
        "l",
        "R",
        "←",
        "→ ",
        "1. ",
        ", ",
        "\n",
        "é",
        "\x00",
    ]
    made = {mode: SokobanEnv("tiny-v0", mode=mode) for mode in ("global", "online")}  # type: ignore[arg-type]
    ended = {mode: True for mode in made}
    for number in range(10_000):
        mode = ("global", "online")[number % 2]
        env = made[mode]
        if ended[mode]:
            env.reset(seed=number % 50)
        text = "".join(rng.choice(pieces, size=rng.integers(0, 25)))
        observation, reward, terminated, truncated, info = env.step(text)
        ended[mode] = terminated or truncated
        assert np.isfinite(reward) and len(env.game.boxes) == len(env.level.targets)
        if number % 100 == 0:
            assert observation in env.observation_space
