"""Boxes that have a target each: text, generator, solver and what a picture and an answer say. Rules and frames are compared
with gym-sokoban's in `test_sokoban.py`."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest
from sokoban_helpers import fewest_moves

import envs  # noqa: F401
from envs.sokoban.choice import LevelChoice
from envs.sokoban.dataset import write
from envs.sokoban.discrete import SokobanDiscreteEnv
from envs.sokoban.env import SokobanEnv
from envs.sokoban.files import LevelFiles
from envs.sokoban.levels import PRESETS, from_text, generate, to_text
from envs.sokoban.play import Session
from envs.sokoban.render import kinds
from envs.sokoban.rules import PUSH, FixedTargetGame, Level, new_game
from envs.sokoban.solver import solve

PRESET_NAMES = [name for name in PRESETS if name.startswith("fixed")]


def strewn(rows: int, columns: int, boxes: int, walls: float, rng: np.random.Generator) -> Level:
    """Boxes away from the border of a room with some walls, and targets anyhow."""
    board = np.full((rows, columns), "#")
    board[1:-1, 1:-1] = np.where(rng.random((rows - 2, columns - 2)) < walls, "#", " ")
    inner = rng.permutation([(row, column) for row in range(2, rows - 2) for column in range(2, columns - 2)])
    for cell, symbol in zip(inner, "abcd"[:boxes], strict=False):
        board[tuple(cell)] = symbol
    for cell, symbol in zip(rng.permutation(np.argwhere(board == " ")), "@" + "ABCD"[:boxes], strict=False):
        board[tuple(cell)] = symbol
    return from_text("\n".join("".join(row) for row in board))


def test_only_the_own_target_counts() -> None:
    level = from_text("#####\n#@aA#\n#bB #\n#####")
    game = new_game(level)
    assert isinstance(game, FixedTargetGame)
    assert game.play(PUSH["right"]).reward == pytest.approx(0.9)
    other = new_game(from_text("######\n#@bA #\n# aB #\n######"))
    outcome = other.play(PUSH["right"])
    assert (outcome.pushed, outcome.reward, other.won) == (True, pytest.approx(-0.1), False)


def test_the_last_box_home_ends_the_game_without_the_ten_points() -> None:
    outcome = new_game(from_text("######\n#@aA #\n######")).play(PUSH["right"])
    assert (outcome.won, outcome.reward) == (True, pytest.approx(0.9))


def test_the_solver_tells_boxes_apart() -> None:
    rng = np.random.default_rng(3)
    statuses = []
    for level in [strewn(6, 6, 2, 0, rng) for _ in range(20)] + [strewn(6, 6, 2, 0.3, rng) for _ in range(150)]:
        expected, found = fewest_moves(level), solve(level)
        assert found.status == ("unsolvable" if expected is None else "solved"), to_text(level)
        assert len(found.moves) == (expected or 0), to_text(level)
        game = new_game(level)
        assert [game.play(PUSH[move]).won for move in found.moves][-1:] == [True] * (found.status == "solved")
        alike = solve(Level(level.fixed, level.state))
        assert found.status == "unsolvable" or len(alike.moves) <= len(found.moves)
        statuses.append((found.status, alike.status))
    assert min(statuses.count(("solved", "solved")), statuses.count(("unsolvable", "solved"))) > 5


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_generated_levels_can_be_solved_written_and_read(preset: str) -> None:
    for seed in range(6):
        level = generate(PRESETS[preset], seed)
        assert sorted(level.owners or ()) == level.boxes
        assert solve(level).status == "solved"
        again = from_text(to_text(level))
        assert np.array_equal(again.fixed, level.fixed) and np.array_equal(again.state, level.state)
        assert again.owners == level.owners


def test_images_of_a_level_are_the_same_level_but_swapped_letters_are_not() -> None:
    text = "#######\n#@ a A#\n# b   #\n#    B#\n#######"
    board = np.array([list(row) for row in text.splitlines()])
    images = [
        from_text("\n".join("".join(row) for row in turned)) for turned in (board, board.T, board[::-1], board[:, ::-1])
    ]
    assert len({level.canonical() for level in images}) == 1
    renamed = from_text(text.translate(str.maketrans("abAB", "baBA")))
    assert renamed.canonical() == images[0].canonical()  # which letter is which says nothing
    swapped = from_text(text.translate(str.maketrans("ab", "ba")))
    assert swapped.canonical() != images[0].canonical()
    assert from_text(text.translate(str.maketrans("abAB", "$$.."))).canonical() != images[0].canonical()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("#####\n#@aB#\n#####", "boxes a for targets B"),
        ("######\n#@aaA#\n######", "boxes a a for targets A"),
        ("######\n#@aAA#\n######", "boxes a for targets A A"),
        ("#######\n#@aA$.#\n#######", "letters and others without"),
        ("#####\n#@eE#\n#####", "'e'"),
    ],
)
def test_letters_that_do_not_match_are_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        from_text(text)


def test_more_boxes_than_colours_are_refused() -> None:
    with pytest.raises(ValueError, match="num_boxes is 5; fixed targets come in 4 colours"):
        SokobanEnv("fixed-target-v0", num_boxes=5)


def test_a_picture_shows_whose_a_box_is_and_whether_it_is_home() -> None:
    game = new_game(from_text("########\n#@ aA B#\n#     b#\n########"))
    first_target, first_box, first_home = 7, 8, 9
    second_target, second_box = 11, 12
    seen = kinds(game)
    assert [seen[1, 3], seen[1, 4], seen[1, 6], seen[2, 6]] == [first_box, first_target, second_target, second_box]
    for move in ("right", "right"):
        game.play(PUSH[move])
    assert kinds(game)[1, 4] == first_home
    for move in ("right", "right"):
        game.play(PUSH[move])
    assert kinds(game)[1, 6] == 10  # the first box on the second target


def test_the_environment_asks_for_colours_and_scores_the_solvers_plan_100() -> None:
    env = gym.make("LMMR1/Sokoban-v0", preset="fixed-target-v2")
    for seed in range(5):
        observation, info = env.reset(seed=seed)
        assert "its own colour" in observation["prompt"]
        assert set("abAB") <= set(info["level"])
        *_, info = env.step(env.unwrapped.solution())
        assert info["success"] and info["score"] == pytest.approx(100) and info["first_wrong_move"] == 0


def test_boxes_on_each_others_targets_are_no_success() -> None:
    level = "#######\n#@aB  #\n#     #\n# bA  #\n#######"
    env = SokobanEnv("fixed-target-v2", dim_room=(5, 7))
    env.reset(seed=0, options={"level": level})
    info = env.step("<think></think><answer>right left down down right</answer>")[4]
    assert (info["success"], info["pushes"], info["game_return"]) == (False, 2, pytest.approx(-0.5))


def test_planes_of_a_grid_are_those_of_the_picture() -> None:
    env = SokobanDiscreteEnv("fixed-target-v3", observation="grid")
    grid, _ = env.reset(seed=1)
    assert env.observation_space.shape == (23, 7, 7)
    assert np.array_equal(grid.argmax(axis=0), kinds(env.game)) and np.all(grid.sum(axis=0) == 1)


def test_a_lettered_level_needs_fixed_targets() -> None:
    with pytest.raises(ValueError, match="fixed-target-v0"):
        SokobanEnv(dim_room=(5, 5)).reset(seed=0, options={"level": "#####\n#@aA#\n#####"})


def test_lettered_levels_are_read_from_files(tmp_path) -> None:
    (tmp_path / "pairs.xsb").write_text("; a title with letters\n#####\n#@aA#\n#####\n\n#####\n#A  #\n# a@#\n#####\n")
    files = LevelFiles(tmp_path)
    assert files.fixed_targets and len(files) == 2
    env = SokobanEnv(levels=tmp_path)
    env.reset(seed=0)
    assert env.level.owners is not None and env.level.shape == (5, 5)


def test_collections_hold_fixed_targets_as_text_but_not_as_cell_codes(tmp_path) -> None:
    write(PRESETS["fixed-target-v2"], 12, tmp_path)
    written = [level for part in ("train", "heldout") for level in LevelFiles(tmp_path / f"{part}.xsb")]
    assert len(written) == 12 and all(level.owners for level in written)
    with pytest.raises(ValueError, match="without --jsonl"):
        write(PRESETS["fixed-target-v2"], 2, tmp_path, jsonl=True)


def test_people_play_them_too() -> None:
    played = Session(LevelChoice("fixed-target-v2"), seed=3)
    for _ in range(100):
        played.hint()
        if not played.said.startswith("hint: "):
            break
        played.move(played.said.split()[1].rstrip(","))
    assert "solved!" in played.status()
