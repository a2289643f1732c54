"""Sokoban on many boards at once: element for element what Gymnasium's own vector environment of single ones returns."""

from __future__ import annotations

import tracemalloc
from collections import deque
from itertools import product
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils import seeding
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.utils.env_match import check_environments_match
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers.vector import RecordEpisodeStatistics
from hypothesis import given, settings
from hypothesis import strategies as st

import envs  # noqa: F401  registers the LMMR1/* ids
from envs.sokoban.batch import Batch
from envs.sokoban.levels import from_text
from envs.sokoban.render import frame
from envs.sokoban.rules import BOX, BOX_ON_TARGET, FLOOR, PLAYER, PUSH, TARGET, WALL, Level, new_game
from envs.sokoban.solver import solve
from envs.sokoban.vector import SokobanVectorEnv
from envs.sokoban.views import FrameView, GridView, mosaic

ID = "LMMR1/SokobanDiscrete-v0"
BOARDS = 6
ORDINARY = """
#######
#  .  #
# *$@ #
#     #
#######

######
#@$. #
# * .#
#  $ #
######

#######
#+$ ###
#   ###
#######
"""
LETTERED = """
########
# aB   #
# A b@ #
#      #
########
"""
OPEN = "@$.\n.$-"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "ordinary.xsb").write_text(ORDINARY)
    (tmp_path / "mixed.xsb").write_text(ORDINARY + LETTERED)
    return {name: str(tmp_path / f"{name}.xsb") for name in ("ordinary", "mixed")}


def pair(num_envs: int = BOARDS, **arguments: Any) -> tuple[SokobanVectorEnv, SyncVectorEnv]:
    """Ours, and Gymnasium's around single environments."""
    ours = gym.make_vec(ID, num_envs, "vector_entry_point", **arguments)
    vectorizing = {name: arguments.pop(name) for name in ("autoreset_mode", "copy") if name in arguments}
    theirs = gym.make_vec(ID, num_envs, "sync", vectorizing, **arguments)
    assert isinstance(ours, SokobanVectorEnv) and isinstance(theirs, SyncVectorEnv)
    return ours, theirs


def assert_same(ours: Any, theirs: Any) -> None:
    assert data_equivalence(ours, theirs, exact=True), f"{ours}\nis not\n{theirs}"


class Players:
    """On each board, half of the games are played by the solver's plan and half at random."""

    def __init__(self, actions: int, seed: int):
        self._actions = actions
        self._rng = np.random.default_rng(seed)
        self._plans: list[deque[int]] = [deque() for _ in range(BOARDS)]

    def read(self, infos: dict[str, Any]) -> None:
        for board in np.flatnonzero(infos.get("_level", [])):
            moves = solve(from_text(infos["level"][board])).moves if self._rng.random() < 0.5 else ()
            self._plans[board] = deque(PUSH[move] - (self._actions == 4) for move in moves)

    def act(self) -> np.ndarray:
        actions = self._rng.integers(self._actions, size=BOARDS)
        for board, plan in enumerate(self._plans):
            if plan:
                actions[board] = plan.popleft()
        return actions


def play_in_step(ours: SokobanVectorEnv, theirs: SyncVectorEnv, players: Players, steps: int) -> set[str]:
    """Reset and play both, and compare all that they return.

    Returns:
        What happened on the way.
    """
    seen = set()
    result = ours.reset(seed=11)
    assert_same(result, theirs.reset(seed=11))
    players.read(result[1])
    for _ in range(steps):
        actions = players.act()
        result = ours.step(actions)
        assert_same(result, theirs.step(actions))
        _, rewards, terminations, truncations, infos = result
        players.read(infos)
        seen |= {f"reward {reward:.1f}" for reward in rewards}
        seen |= {name for name, ends in (("won", terminations), ("cut off", truncations)) if ends.any()}
        over = terminations | truncations
        if ours.metadata["autoreset_mode"] == AutoresetMode.DISABLED and over.any():
            result = ours.reset(options={"reset_mask": over})
            assert_same(result, theirs.reset(options={"reset_mask": over}))
            players.read(result[1])
    return seen


@pytest.mark.parametrize("actions", [9, 4])
@pytest.mark.parametrize("observation", ["grid", "image"])
@pytest.mark.parametrize("mode", AutoresetMode)
def test_it_returns_what_single_environments_do(
    mode: AutoresetMode, observation: str, actions: int, files: dict[str, str]
) -> None:
    ours, theirs = pair(
        levels=files["ordinary"], max_steps=12, observation=observation, actions=actions, autoreset_mode=mode
    )
    seen = play_in_step(ours, theirs, Players(actions, seed=1), steps=200)
    pushed_on, pushed_off, nothing = "reward 0.9", "reward -1.1", "reward -0.1"
    assert seen >= {"won", "cut off", pushed_on, pushed_off, nothing}


@pytest.mark.parametrize("observation", ["grid", "image"])
def test_boxes_may_have_targets_of_their_own(observation: str, files: dict[str, str]) -> None:
    ours, theirs = pair(levels=files["mixed"], max_steps=20, observation=observation, autoreset_mode="SameStep")
    seen = play_in_step(ours, theirs, Players(9, seed=2), steps=200)
    assert seen >= {"won", "cut off"}
    assert_same(ours.observation_space, theirs.observation_space)


@pytest.mark.parametrize("arguments", [{"preset": "tiny-v0"}, {"preset": "fixed-target-v2", "min_room": (6, 6)}])
def test_generated_levels_are_those_of_single_environments(arguments: dict[str, Any]) -> None:
    ours, theirs = pair(observation="grid", **arguments)
    for options in (None, {"num_boxes": 1}):
        assert_same(ours.reset(seed=3, options=options), theirs.reset(seed=3, options=options))


@pytest.mark.parametrize("seed", [7, [5, 3, 5, 2**40, 0, 1], [None, 3, None, 4, 5, 6]])
def test_seeds_go_to_the_same_boards(seed: Any, files: dict[str, str]) -> None:
    ours, theirs = pair(levels=files["ordinary"], observation="grid")
    assert_same(ours.reset(seed=1), theirs.reset(seed=1))
    assert_same(ours.reset(seed=seed), theirs.reset(seed=seed))
    assert_same(ours.reset(), theirs.reset())
    assert ours.np_random_seed == theirs.np_random_seed
    mine, others = ours.np_random, theirs.np_random
    assert [rng.bit_generator.state for rng in mine] == [rng.bit_generator.state for rng in others]


def test_boards_that_were_never_seeded_differ(files: dict[str, str]) -> None:
    ours, _ = pair(num_envs=2, levels=files["ordinary"])
    assert len(set(ours.np_random_seed)) == 2
    before = ours.np_random_seed
    ours.reset()
    assert ours.np_random_seed == before


@pytest.mark.parametrize("mode", AutoresetMode)
def test_options_hold_for_one_reset(mode: AutoresetMode, files: dict[str, str]) -> None:
    ours, theirs = pair(levels=files["ordinary"], max_steps=2, observation="grid", autoreset_mode=mode)
    mask = np.array([True, False] * (BOARDS // 2))
    assert_same(ours.reset(seed=0), theirs.reset(seed=0))
    assert_same(ours.step(np.full(BOARDS, 5)), theirs.step(np.full(BOARDS, 5)))
    options = {"level": OPEN, "reset_mask": mask}
    assert_same(ours.reset(options=options), theirs.reset(options=dict(options)))
    assert set(options) == {"level", "reset_mask"}
    for actions in ([8] * BOARDS, [2] * BOARDS, [4] * BOARDS)[: 1 if mode == AutoresetMode.DISABLED else 3]:
        assert_same(ours.step(np.array(actions)), theirs.step(np.array(actions)))


def test_a_level_with_an_open_border_ends_where_its_cells_do() -> None:
    arguments: dict[str, Any] = {"dim_room": (5, 6), "num_boxes": 1, "observation": "grid", "max_steps": 60}
    ours, theirs = pair(**arguments)
    rows = ["$    @", "    .-", " .   -", "     -", "     $"]
    options = {"level": "\n".join(rows)}
    assert_same(ours.reset(seed=0, options=options), theirs.reset(seed=0, options=options))
    for actions in np.random.default_rng(4).integers(9, size=(59, BOARDS)):
        assert_same(ours.step(actions), theirs.step(actions))


def test_a_game_that_is_won_can_be_played_on_when_autoreset_is_disabled(files: dict[str, str]) -> None:
    env = SokobanVectorEnv(1, levels=files["ordinary"], observation="grid", autoreset_mode="Disabled")
    level = "#######\n#@$.  #\n#######"
    env.reset(options={"level": level})
    game = new_game(from_text(level))
    for action in (4, 0, 4, 3):
        outcome = game.play(action)
        _, rewards, terminations, *_ = env.step(np.array([action]))
        assert (rewards[0], terminations[0]) == (outcome.reward, outcome.won)


def test_every_call_returns_a_new_array_unless_it_is_told_not_to_copy(files: dict[str, str]) -> None:
    for copy in (True, False):
        ours, theirs = pair(levels=files["ordinary"], observation="grid", copy=copy)
        first, second = ([env.reset(seed=0)[0], env.step(np.full(BOARDS, 8))[0]] for env in (ours, theirs))
        assert_same(first, second)
        for before, after in (first, second):
            assert np.shares_memory(before, after) is not copy


def test_final_observations_stay_as_they_are_when_nothing_is_copied(files: dict[str, str]) -> None:
    ours, theirs = pair(
        levels=files["ordinary"], observation="grid", copy=False, autoreset_mode="SameStep", max_steps=1
    )
    kept = []
    for env in (ours, theirs):
        env.reset(seed=0)
        infos = env.step(np.full(BOARDS, 8))[4]
        env.step(np.full(BOARDS, 7))
        kept.append(infos)
    assert_same(*kept)


@pytest.mark.parametrize("mode", ["rgb_array", "ansi", None])
@pytest.mark.filterwarnings("ignore:.*render method without specifying any render mode")
def test_it_draws_every_board(mode: str | None, files: dict[str, str]) -> None:
    ours, theirs = pair(levels=files["mixed"], observation="grid", render_mode=mode, tile_size=8)
    for env in (ours, theirs):
        env.reset(seed=0)
        env.step(np.full(BOARDS, 2))
    assert_same(ours.render(), theirs.render())


def test_a_window_shows_all_boards_in_one_picture(files: dict[str, str]) -> None:
    env = SokobanVectorEnv(3, levels=files["ordinary"], render_mode="human")
    env.metadata["render_fps"] = 1000
    env.reset(seed=0)
    frames = env.step(np.array([1, 2, 3]))[0]
    assert_same(env.render(), (None,) * 3)
    env.close()
    top, bottom = np.split(mosaic(frames), 2)
    assert_same(top, np.concatenate([frames[0], frames[1]], axis=1))
    assert_same(bottom, np.concatenate([frames[2], 0 * frames[2]], axis=1))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("observation", ["grid", "image"])
def test_gymnasiums_own_checks_accept_it(observation: str, files: dict[str, str]) -> None:
    arguments = {"levels": files["ordinary"], "observation": observation, "render_mode": "rgb_array", "max_steps": 20}
    check_environments_match(*pair(num_envs=1, **arguments), num_steps=60, skip_render=True)
    ours, theirs = pair(**arguments)
    for name in ("observation_space", "action_space", "single_observation_space", "single_action_space", "metadata"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert gym.make_vec(ours.spec).num_envs == BOARDS
    wrapped = RecordEpisodeStatistics(ours)
    assert wrapped.reset(seed=0)[0] in wrapped.observation_space
    for _ in range(20):
        seen, *_, infos = wrapped.step(wrapped.action_space.sample())
        assert seen in wrapped.observation_space
    assert infos["episode"]["l"].max() == 20


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([0] * 5, r"int64 of shape \[5\]; expected integers from 0 to 3 of shape \[6\]"),
        (3, r"shape \[\]"),
        ([[0]] * 6, r"shape \[6, 1\]"),
        ([0.0] * 6, "float64"),
        ([0, 0, 4, 0, 0, 0], "4 for board 2; expected integers from 0 to 3"),
        ([0, 0, 0, 0, 0, -1], "-1 for board 5"),
        (np.array([255, 0, 0, 0, 0, 0], np.uint8), "255 for board 0"),
    ],
)
def test_actions_outside_the_space_are_refused_and_change_nothing(
    actions: Any, message: str, files: dict[str, str]
) -> None:
    ours, theirs = pair(levels=files["ordinary"], observation="grid", actions=4, copy=False)
    assert_same(ours.reset(seed=0), theirs.reset(seed=0))
    with pytest.raises(ValueError, match=message):
        ours.step(actions)
    assert_same(ours.step(np.full(BOARDS, 1)), theirs.step(np.full(BOARDS, 1)))


@pytest.mark.parametrize(
    ("reset", "error", "message"),
    [
        ({"seed": [1, 2]}, ValueError, "seed has 2 elements; expected 6"),
        ({"seed": [1.5] * 6}, gym.error.Error, "Seed must be a python integer"),
        ({"seed": -3}, gym.error.Error, "Seed must be greater or equal to zero"),
        ({"options": {"lvl": "#"}}, ValueError, "reset option 'lvl' is unknown"),
        ({"options": {"level": "#@$.#\n#@  #"}}, ValueError, "2 players"),
        ({"options": {"reset_mask": [True] * 6}}, TypeError, "reset_mask is list; expected an array of bool"),
        ({"options": {"reset_mask": np.ones(6)}}, TypeError, "reset_mask is float64"),
        ({"options": {"reset_mask": np.ones(5, bool)}}, ValueError, r"shape \[5\]"),
        ({"options": {"reset_mask": np.zeros(6, bool)}}, ValueError, "0 elements that are true"),
    ],
)
def test_a_reset_that_is_refused_changes_no_board(
    reset: dict[str, Any], error: type[Exception], message: str, files: dict[str, str]
) -> None:
    env = SokobanVectorEnv(6, levels=files["ordinary"], observation="grid", copy=False)
    seen = env.reset(seed=0)[0]
    before = seen.copy()
    with pytest.raises(error, match=message):
        env.reset(**reset)
    assert_same(seen, before)


def test_nothing_can_be_played_or_drawn_before_the_first_reset(files: dict[str, str]) -> None:
    env = SokobanVectorEnv(2, levels=files["ordinary"])
    first_alone = {"reset_mask": np.array([True, False])}
    for call in (lambda: env.step(np.zeros(2, int)), env.render, lambda: env.reset(options=first_alone)):
        with pytest.raises(gym.error.ResetNeeded):
            call()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_envs": 0}, "num_envs is 0; expected at least 1"),
        ({"autoreset_mode": "Never"}, "autoreset_mode is 'Never'; expected an AutoresetMode, 'NextStep'"),
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
        SokobanVectorEnv(**arguments)


@st.composite
def levels(draw: st.DrawFn) -> tuple[Level, ...]:
    """Up to three levels of one size, their borders as open as chance has it, with and without fixed targets."""
    rows, columns = draw(st.tuples(st.integers(1, 5), st.integers(3, 5)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return tuple(_random_level(rows, columns, rng) for _ in range(draw(st.integers(1, 3))))


def _random_level(rows: int, columns: int, rng: np.random.Generator) -> Level:
    boxes = int(rng.integers(1, min(4, rows * columns // 3) + 1))
    everywhere = list(product(range(rows), range(columns)))
    shuffled = [everywhere[index] for index in rng.permutation(len(everywhere))]
    player, on = shuffled[0], sorted(shuffled[1 : boxes + 1])
    targets = [shuffled[1:][index] for index in rng.permutation(len(shuffled) - 1)[:boxes]]
    if rng.random() < 0.3:
        targets = on  # so that several boxes earn their reward at once
    fixed = np.where(rng.random((rows, columns)) < 0.15, WALL, FLOOR).astype(np.uint8)
    for cell in (player, *on):
        fixed[cell] = FLOOR
    for cell in targets:
        fixed[cell] = TARGET
    state = fixed.copy()
    for cell in on:
        state[cell] = BOX_ON_TARGET if fixed[cell] == TARGET else BOX
    state[player] = PLAYER
    return Level(fixed, state, tuple(on) if rng.random() < 0.5 else None)


@settings(deadline=None, max_examples=100)
@given(levels(), st.lists(st.integers(0, 8), min_size=1, max_size=60), st.integers(0, 2**32 - 1))
def test_a_batch_plays_by_the_rules_of_the_single_game(
    starts: tuple[Level, ...], actions: list[int], seed: int
) -> None:
    boards = np.random.default_rng(seed).permutation(len(starts))
    games = [new_game(starts[index]) for index in np.argsort(boards)]  # in the order of the boards
    batch = Batch(len(starts), starts[0].shape)
    batch.load(boards, starts)
    grid, frames = GridView(batch, fixed_targets=True), FrameView(batch, tile_size=4)
    for view in (grid, frames):
        view.redraw(boards)
    for shift in actions:
        played = (np.arange(len(games)) * 5 + shift) % 9
        outcomes = batch.step(played)
        grid.update(outcomes.changed)
        frames.update(outcomes.changed)
        for board, (game, action) in enumerate(zip(games, played.tolist(), strict=True)):
            expected = game.play(action)
            told = (outcomes.rewards[board], outcomes.moved[board], outcomes.pushed[board], outcomes.won[board])
            assert told == (expected.reward, expected.moved, expected.pushed, expected.won)
            now, then = batch.position(board), game.level
            assert np.array_equal(now.state, game.state) and now.owners == game.snapshot().owners
            assert np.array_equal(now.fixed, then.fixed)
            assert len(now.boxes) == len(then.boxes) and np.count_nonzero(now.state == PLAYER) == 1
            assert np.array_equal(frames.array[board], frame(game, tile_size=4))
    assert (grid.array.sum(1) == 1).all() and np.all(batch.steps == len(actions))


def test_a_batch_refuses_levels_that_do_not_fit() -> None:
    batch = Batch(2, (3, 4))
    level = from_text("####\n@$.#\n####")
    batch.load(np.array([0, 1]), [level, level])
    before = batch.cells.copy()
    with pytest.raises(ValueError, match=r"a level has shape \(1, 3\); expected \(3, 4\)"):
        batch.load(np.array([1, 0]), [level, from_text("@$.")])
    assert_same(batch.cells, before)
    with pytest.raises(ValueError, match="num_boards is 0; expected at least 1"):
        Batch(0, (3, 4))


def test_four_thousand_boards_take_less_than_fifty_megabytes() -> None:
    level = from_text(ORDINARY.strip("\n").split("\n\n")[0]).filled_up((10, 10))
    tracemalloc.start()
    try:
        batch = Batch(4096, (10, 10))
        generators = [seeding.np_random(seed) for seed in range(len(batch))]
        batch.load(np.arange(len(batch)), [level] * len(batch))
        batch.step(np.zeros(len(batch), np.int64))
        assert len(generators) == 4096 and tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()
