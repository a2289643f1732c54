"""Levels from text files, arrays and folders: what is read, what is played, and what a malformed file is told."""

from __future__ import annotations

import os
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import envs  # noqa: F401  registers the LMMR1/* ids
from envs.sokoban.files import LevelFiles
from envs.sokoban.levels import PRESETS, from_text, generate, to_text

BOXOBAN = """; 0
##########
#   @    #
# $ .    #
##########

; 1
##########
#  @ $ . #
#        #
##########
"""
COLLECTION = """Two rooms, by nobody
  ####
  #@.#
  # $#
  #  #
  ####

; the second
#####
#+$ #
#####
Author: nobody
"""


def test_boxoban_files_and_collections_are_read_level_by_level(tmp_path: Path) -> None:
    (tmp_path / "000.txt").write_text(BOXOBAN)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "rooms.xsb").write_text(COLLECTION)
    found = LevelFiles(tmp_path)
    assert len(found) == 4 and found.shape == (5, 10)
    texts = [to_text(found[index]).splitlines() for index in range(4)]
    assert texts[0] == [*BOXOBAN.splitlines()[1:5], "##########"]
    assert texts[1][1] == "#  @ $ . #"
    assert texts[2][1] == "  #@.#" + "####"
    assert texts[3][1].startswith("#+$ #")


def test_generated_levels_survive_the_way_through_every_kind_of_file(tmp_path: Path) -> None:
    made = [generate(PRESETS["tiny-v0"], seed) for seed in range(20)]
    made = [level for level in made if level.fixed[level.player] == 1]  # arrays do not tell what is under the player
    (tmp_path / "all.xsb").write_text("\n\n".join(map(to_text, made)))
    np.save(tmp_path / "many.npy", np.stack([level.state for level in made]))
    np.save(tmp_path / "one.npy", made[0].state.astype(np.int64))
    for file, expected in (("all.xsb", made), ("many.npy", made), ("one.npy", made[:1])):
        read = LevelFiles(tmp_path / file)
        assert [to_text(read[index]) for index in range(len(read))] == [to_text(level) for level in expected], file


def test_the_environment_plays_levels_from_files_each_split_its_own(tmp_path: Path) -> None:
    made = [generate(PRESETS["tiny-v0"], seed) for seed in range(40)]
    (tmp_path / "all.xsb").write_text("\n\n".join(map(to_text, made)))
    seen: dict[str, set[str]] = {}
    for split in ("train", "heldout"):
        env = gym.make("LMMR1/Sokoban-v0", levels=tmp_path / "all.xsb", split=split).unwrapped
        played = [env.reset(seed=seed)[1]["level"] for seed in range(60)]
        assert played == [env.reset(seed=seed)[1]["level"] for seed in range(60)]
        seen[split] = set(played)
        *_, info = env.step(env.solution())
        assert info["success"] and info["score"] == pytest.approx(100)
    assert seen["train"] and seen["heldout"] and not seen["train"] & seen["heldout"]
    assert seen["train"] | seen["heldout"] <= {to_text(level) for level in made}


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.txt", "; 0\n#####\n#@$.#\n#####\n\n; 1\n#####\n#@x.#\n#####\n", "line 7: row 2, column 3 .* is 'x'"),
        ("a.txt", "; 0\n#####\n#@$ #\n#####\n", "level at line 2: the level has 1 boxes and 0 targets"),
        ("a.xsb", "nothing here", "has no level"),
        ("a.npy", b"not an array", "is not an array of numbers"),
        ("a.csv", "#####", "expected a name that ends with .txt"),
        ("a.txt", b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_malformed_file_is_named_with_the_place_at_fault(
    tmp_path: Path, name: str, content: str | bytes, complaint: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ValueError, match=rf"{name}.*{complaint}") as caught:
        found = LevelFiles(path)
        [found[index] for index in range(len(found))]
    assert "\n" not in str(caught.value)


def test_arrays_of_anything_else_are_refused(tmp_path: Path) -> None:
    for array, complaint in (
        (np.zeros((2, 2, 2, 2), int), r"shape \[2, 2, 2, 2\]"),
        (np.zeros((5, 5)), "type float64"),
        (np.full((5, 5), 7), "row 1, column 1 is 7; expected 0 to 5"),
        (np.zeros((5, 5), int), "level 0: the level has 0 players"),
    ):
        np.save(tmp_path / "a.npy", array)
        with pytest.raises(ValueError, match=complaint):
            LevelFiles(tmp_path / "a.npy")[0]


def test_a_missing_file_an_empty_folder_and_a_room_beside_files_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there are no levels at"):
        LevelFiles(tmp_path / "none.txt")
    with pytest.raises(ValueError, match="has no level"):
        LevelFiles(tmp_path)
    (tmp_path / "a.txt").write_text(BOXOBAN)
    with pytest.raises(ValueError, match="leave out num_boxes"):
        gym.make("LMMR1/Sokoban-v0", levels=tmp_path, num_boxes=2)
    source = LevelFiles(tmp_path)
    with pytest.raises(ValueError, match="none of the 2 levels"):
        source.draw(0, None, lambda level: False)
    with pytest.raises(IndexError, match="expected 0 to 1"):
        source[2]


def test_levels_keep_their_place_when_they_are_filled_up(tmp_path: Path) -> None:
    (tmp_path / "a.xsb").write_text(COLLECTION)
    level = LevelFiles(tmp_path / "a.xsb")[1]
    assert level.shape == (5, 6)
    assert level.canonical() != from_text("#####\n#+$ #\n#####").canonical()
    assert level.player == (1, 1) and level.targets == [(1, 1)]


def test_a_file_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.xsb"
    for time, content in ((1, COLLECTION), (2, BOXOBAN)):
        path.write_text(content)
        os.utime(path, (time, time))
        assert LevelFiles(path)[0].shape == {1: (5, 6), 2: (5, 10)}[time]


def test_a_level_larger_than_any_room_is_named(tmp_path: Path) -> None:
    (tmp_path / "wide.xsb").write_text("#####\n#@$.#\n#####\n\n" + "#" * 70 + "\n#@$." + " " * 65 + "#\n" + "#" * 70)
    with pytest.raises(ValueError, match=r"wide\.xsb, level 1: it is 3x70; expected at most 64"):
        LevelFiles(tmp_path)


def test_floor_may_be_written_as_hyphens_outside_the_room_too(tmp_path: Path) -> None:
    (tmp_path / "hyphens.xsb").write_text("--####\n--#.##\n###$-#\n#-@--#\n######\n")
    files = LevelFiles(tmp_path)
    assert len(files) == 1 and files[0].boxes == [(2, 3)] and files[0].player == (3, 2)
