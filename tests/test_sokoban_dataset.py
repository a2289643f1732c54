"""Collections of levels on disk: no level twice, nothing in both parts, the same files from any number of workers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import pytest
from PIL import Image

from envs.sokoban import dataset, plans
from envs.sokoban.files import LevelFiles
from envs.sokoban.levels import PRESETS, generate, to_text
from envs.sokoban.render import frame
from envs.sokoban.rules import PUSH, Game
from envs.sokoban.solver import solve
from envs.splits import in_split

ROOT = Path(__file__).resolve().parent.parent
SPEC = PRESETS["tiny-v0"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collection")
    sizes = dataset.write(SPEC, 120, folder, workers=2, jsonl=True)
    assert sum(sizes.values()) == 120 and all(sizes.values())
    return folder


def test_no_level_or_mirror_image_of_it_comes_twice_or_in_both_parts(written: Path) -> None:
    parts = {split: LevelFiles(written / f"{split}.xsb") for split in ("train", "heldout")}
    seen = []
    for split, part in parts.items():
        for number in range(len(part)):
            content = part[number].canonical()
            assert in_split(content, split)
            seen.append(content)
    assert len(seen) == len(set(seen)) == 120


def test_the_number_of_workers_changes_nothing(written: Path, tmp_path: Path) -> None:
    dataset.write(SPEC, 120, tmp_path)
    for name in ("train.xsb", "heldout.xsb"):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_every_level_is_told_with_its_seed_and_its_optimum(written: Path) -> None:
    blocks = (written / "train.xsb").read_text().split("; seed ")[1:]
    for block in blocks[:20]:
        head, _, text = block.partition("\n")
        seed, length = head.split(", ")
        level = generate(SPEC, int(seed))
        assert text.strip("\n") == to_text(level)
        assert length == f"{len(solve(level).moves)} moves"


def test_rows_name_a_frame_a_plan_and_the_cell_codes(written: Path) -> None:
    rows = [json.loads(line) for line in (written / "heldout.jsonl").read_text().splitlines()]
    part = LevelFiles(written / "heldout.xsb")
    assert len(rows) == len(part)
    for number, row in enumerate(rows):
        (message,) = json.loads(row["message"])
        image, text = message["content"]
        assert (message["role"], image["type"], text["type"]) == ("user", "image", "text")
        level = part[number]
        with Image.open(urlparse(image["image"]).path) as picture:
            assert np.array_equal(np.asarray(picture), frame(level))
        assert np.array_equal(np.load(row["level"], allow_pickle=False), level.state)
        game = Game(level)
        for move in plans.parse_moves(row["answer"]):
            game.play(PUSH[move])
        assert game.won


def test_the_command_line_writes_a_collection_and_explains_what_it_cannot_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "envs.sokoban.levels", "--preset", "mini-v0", "--out", str(tmp_path / "out")]
    done = subprocess.run([*command, "--count", "10"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "heldout.xsb" in done.stdout, done.stderr
    assert len(LevelFiles(tmp_path / "out")) == 10
    for arguments, complaint in (
        (["--count", "0"], "--count is 0; expected at least 1"),
        (["--count", "5", "--num-boxes", "99"], "num_boxes is 99"),
    ):
        assert dataset.main([*command[3:], *arguments]) == 2
        assert capsys.readouterr().err.startswith(f"error: {complaint}")


def test_a_room_that_has_not_so_many_levels_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "TRIES", 1)
    with pytest.raises(ValueError, match=r"200 seeds gave \d+ different levels, not 200; use a larger room"):
        list(dataset.collect(PRESETS["tiny-v0"], 200))


def test_seeds_begin_where_they_are_told_to() -> None:
    (entry,) = dataset.collect(SPEC, 1, first_seed=7)
    assert entry.seed == 7 and to_text(entry.level) == to_text(generate(SPEC, 7))
