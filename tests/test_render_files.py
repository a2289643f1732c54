"""Pictures as files, and the command that draws them: what is written reads back, what cannot be is one clear line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image

from agents.policy import SamplingConfig
from agents.rollout import EnvironmentPool, Episode, Task, Trajectory, rollout
from agents.scripted import ScriptedPolicy
from eval import record, render
from eval.render.__main__ import main
from eval.render.files import STRIP_FRAMES
from eval.runner import evaluate
from eval.suites import SUITES

SEED = 3
POLICIES = ("solver", "idle", "random")


def play(policy: str, **kwargs) -> Trajectory:
    episode = Episode(Task("LMMR1/Sokoban-v0", {"preset": "small-v0"} | kwargs), SEED, 0)
    return rollout(ScriptedPolicy(policy), [episode], SamplingConfig(seed=1), EnvironmentPool(), keep_frames=True)[0]


def plain(colour: int, size: tuple[int, int] = (30, 20)) -> Image.Image:
    return Image.new("RGB", size, (colour, colour, colour))


def count(image: Image.Image, colour: tuple[int, int, int]) -> int:
    return int((np.asarray(image) == colour).all(-1).sum())


@pytest.fixture(scope="module")
def solved() -> Trajectory:
    return play("solver")


@pytest.fixture(scope="module")
def cards(solved: Trajectory) -> Sequence[Image.Image]:
    return render.card(solved, "solver")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evaluation of three policies on two suites, with its records."""
    folder = tmp_path_factory.mktemp("run")
    for suite in ("sokoban-global", "text-math"):
        for policy in POLICIES:
            evaluate(ScriptedPolicy(policy), SUITES[suite], 4, store=record.record_path(folder, suite, policy))
    results = {"suites": {suite: dict.fromkeys(POLICIES, {}) for suite in ("sokoban-global", "text-math")}}
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    return folder


# -- GIF --------------------------------------------------------------------------------------------------------------


def test_a_gif_reads_back(cards, tmp_path):
    path = render.save(cards, tmp_path / "new" / "plan.gif")
    read = iio.imread(path)
    assert read.shape == (len(cards), cards[0].height, cards[0].width, 3)
    for image, back in zip(cards, read, strict=True):
        assert np.abs(np.asarray(image, int) - back).mean() < 1.5
    assert [p.name for p in path.parent.iterdir()] == ["plan.gif"]


@pytest.mark.parametrize("policy", ["solver", "random"])
def test_a_gif_of_a_7x7_plan_is_small_even_alone_and_large(policy, tmp_path):
    path = render.save(render.card(play(policy), policy, 336), tmp_path / "plan.gif")
    assert path.stat().st_size <= 500_000


def test_a_gif_of_the_longest_7x7_plan_is_small(tmp_path):
    from envs.sokoban.plans import response

    pool = EnvironmentPool()
    task = Task("LMMR1/Sokoban-v0", {"preset": "small-v0"})
    walk = np.random.default_rng(0).choice(["up", "down", "left", "right"], 200).tolist()

    class Walker(ScriptedPolicy):
        def __init__(self):
            super().__init__("idle")
            self._respond = lambda prompt, rng: response(" ".join(f"{move}." for move in walk), walk)

    played = rollout(Walker(), [Episode(task, SEED, 0)], SamplingConfig(), pool, keep_frames=True)[0]
    assert len(played.frames) > 100
    assert render.save(render.card(played, "walk", 336), tmp_path / "walk.gif").stat().st_size <= 500_000


def test_a_gif_loops_and_holds_its_last_frame(cards, tmp_path):
    with Image.open(render.save(cards, tmp_path / "plan.gif", fps=5, hold=2)) as gif:
        assert gif.info["loop"] == 0
        times = []
        for i in range(gif.n_frames):
            gif.seek(i)
            times.append(gif.info["duration"])
    assert times == [200] * (len(cards) - 1) + [2000]


# -- MP4 --------------------------------------------------------------------------------------------------------------


def test_an_mp4_reads_back_with_its_times_in_the_form_that_plays_everywhere(cards, tmp_path):
    path = render.save(cards, tmp_path / "plan.mp4", fps=4, hold=2)
    about = iio.immeta(path, plugin="FFMPEG")
    assert about["codec"] == "h264" and about["pix_fmt"].startswith("yuv420p")
    assert about["duration"] == pytest.approx((len(cards) - 1) / 4 + 2, abs=0.1)
    film = iio.imread(path, plugin="FFMPEG")
    each = round(about["fps"] / 4)
    for number, image in enumerate(cards):
        shown = film[number * each]
        assert np.abs(np.asarray(image, int) - shown[: image.height, : image.width]).mean() < 6


def test_the_index_of_an_mp4_stands_before_its_pictures(cards, tmp_path):
    data = render.save(cards, tmp_path / "plan.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_an_mp4_of_odd_size_gets_a_row_and_a_column_more(tmp_path):
    path = render.save([plain(200, (61, 41))] * 3, tmp_path / "odd.mp4")
    assert iio.imread(path, plugin="FFMPEG").shape[1:] == (42, 62, 3)


# -- PNG --------------------------------------------------------------------------------------------------------------


def test_a_png_shows_all_frames(tmp_path):
    path = render.save([plain(50 + i) for i in range(6)], tmp_path / "strip.PNG")
    with Image.open(path) as strip:
        assert all(count(strip.convert("RGB"), (50 + i,) * 3) == 600 for i in range(6))


def test_a_png_of_a_long_episode_shows_the_first_the_last_and_some_between(tmp_path):
    path = render.save([plain(50 + i) for i in range(150)], tmp_path / "long.png")
    with Image.open(path) as strip:
        seen = [i for i in range(150) if count(strip.convert("RGB"), (50 + i,) * 3) == 600]
    assert len(seen) == STRIP_FRAMES and seen[0] == 0 and seen[-1] == 149
    assert max(np.diff(seen)) - min(np.diff(seen)) <= 1


# -- whole or not at all ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", render.SUFFIXES)
def test_a_failed_write_leaves_the_old_file_and_nothing_else(suffix, tmp_path):
    path = render.save([plain(1)], tmp_path / f"a{suffix}")
    before = path.read_bytes()
    with pytest.raises(AttributeError):
        render.save([plain(1), None], path)  # type: ignore[list-item]
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("frames", "name", "options", "words"),
    [
        ([plain(1)], "a.webm", {}, r"\.gif, \.mp4, \.png"),
        ([plain(1)], "gif", {}, r"\.gif, \.mp4, \.png"),
        ([], "a.gif", {}, "no frames"),
        ([plain(1)], "a.gif", {"fps": 0}, "fps is 0"),
        ([plain(1)], "a.mp4", {"hold": -1}, "hold is -1"),
    ],
)
def test_what_cannot_be_written_is_refused(frames, name, options, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        render.save(frames, tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


# -- the command, playing now -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", render.SUFFIXES)
def test_the_command_writes_a_plan_and_says_so(suffix, solved, tmp_path, capsys):
    out = tmp_path / f"plan{suffix}"
    assert main(["--seed", str(SEED), "--kwargs", '{"preset": "small-v0"}', "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    if suffix == ".gif":
        assert len(iio.imread(out)) == len(solved.frames)


def test_the_command_lays_several_episodes_out_in_a_grid(tmp_path, cards):
    out = tmp_path / "many.gif"
    assert main(["--policy", "idle", "--episodes", "3", "--split", "heldout", "--out", str(out)]) == 0
    with Image.open(out) as gif:
        assert gif.width > 2 * cards[0].width and gif.height > 2 * cards[0].height


def test_many_episodes_become_tiles_in_a_small_file(tmp_path):
    out = tmp_path / "all.gif"
    assert main(["--episodes", "64", "--out", str(out)]) == 0
    with Image.open(out) as gif:
        assert gif.width < 1_200 and gif.height < 1_400
    assert out.stat().st_size < 1_000_000


def test_a_task_without_pictures_is_drawn_as_text(tmp_path):
    assert main(["--env", "LMMR1/TextMath-v0", "--out", str(tmp_path / "text.png")]) == 0
    with Image.open(tmp_path / "text.png") as image:
        assert image.width == 448


# -- the command, recorded episodes -----------------------------------------------------------------------------------


def test_a_recorded_episode_is_drawn_as_it_was_played(run, tmp_path):
    file = record.record_path(run, "sokoban-global", "random")
    recorded = record.read(file)[2]
    assert main(["--records", str(file), "--task", "2", "--out", str(tmp_path / "a.gif")]) == 0
    expected = len(str(recorded.answer).split()) + 1
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == expected


def test_a_run_is_drawn_side_by_side_in_the_order_of_its_results(run, tmp_path, cards):
    from eval.render.sources import from_run

    scene = from_run(run, "sokoban-global", [1, 3], 0)
    assert [[title for _, title in row] for row in scene.rows] == [list(POLICIES)] * 2
    assert scene.row_titles[1].startswith("sokoban-global, task 3: preset small-v0, boxes 2")
    for row in scene.rows:
        assert len({trajectory.episode.seed for trajectory, _ in row}) == 1
        assert row[0][0].success and not row[1][0].success
    out = tmp_path / "run.png"
    assert main(["--run", str(run), "--suite", "text-math", "--task", "0-3", "--out", str(out)]) == 0
    with Image.open(out) as image:
        assert image.width > 3 * 448


def test_stages_come_in_their_order_without_results(run, tmp_path):
    from eval.render.sources import from_run

    records = record.read(record.record_path(run, "sokoban-global", "idle"))
    for stage in ("mgt", "zero", "base", "fre"):
        record.append(record.record_path(tmp_path, "sokoban-global", stage), records)
    titles = [title for _, title in from_run(tmp_path, "sokoban-global", [0], 0).rows[0]]
    assert titles == ["base", "fre", "mgt", "zero"]


def test_an_episode_that_no_longer_plays_as_recorded_is_refused(run, tmp_path, capsys):
    lines = record.record_path(run, "sokoban-global", "solver").read_text(encoding="utf-8").splitlines()
    file = tmp_path / "old.jsonl"
    file.write_text(lines[0].replace('"rewards": [1.5]', '"rewards": [0.5]') + "\n", encoding="utf-8")
    assert main(["--records", str(file), "--out", str(tmp_path / "a.gif")]) == 2
    assert "earned 0.500 when it was recorded and earns 1.500 now" in capsys.readouterr().err


def test_an_episode_that_failed_is_drawn_with_its_error(run, tmp_path):
    one = json.loads(record.record_path(run, "sokoban-global", "idle").read_text(encoding="utf-8").splitlines()[0])
    one |= {"responses": [], "stop_reasons": [], "rewards": [], "formats": [], "tokens": [], "error": "server gone"}
    file = tmp_path / "failed.jsonl"
    file.write_text(json.dumps(one) + "\n", encoding="utf-8")
    assert main(["--records", str(file), "--out", str(tmp_path / "a.png")]) == 0
    with Image.open(tmp_path / "a.png") as image:
        assert count(image.convert("RGB"), (229, 123, 115)) > image.width


# -- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "a.webm"], ".gif, .mp4, .png"),
        (["--out", "a.gif", "--policy", "solvr"], "'solvr'"),
        (["--out", "a.gif", "--policy", "./no/model"], "no/model"),
        (["--out", "a.gif", "--env", "LMMR1/Sokobann-v0"], "Sokoban"),
        (["--out", "a.gif", "--kwargs", "{"], "not JSON"),
        (["--out", "a.gif", "--kwargs", "[1]"], "JSON object"),
        (["--out", "a.gif", "--kwargs", '{"boxes": 1}'], "boxes"),
        (["--out", "a.gif", "--episodes", "0"], "episodes is 0"),
        (["--out", "a.gif", "--max-tokens", "0"], "max_tokens is 0"),
        (["--out", "a.gif", "--fps", "0"], "fps is 0"),
        (["--out", "a.gif", "--policy", "no\x1b[31m\n"], "policy"),
        (["--out", "a.gif", "--records", "none.jsonl"], "no file none.jsonl"),
        (["--out", "a.gif", "--run", "none"], "--run needs --suite"),
        (["--out", "a.gif", "--run", "none", "--suite", "x"], "none has no episodes"),
        (["--out", "a.gif", "--run", "{run}", "--suite", "sokoban-globl"], "did you mean 'sokoban-global'"),
        (["--out", "a.gif", "--run", "{run}", "--suite", "text-math", "--task", "9"], "tasks 0 to 3"),
        (["--out", "a.gif", "--run", "{run}", "--suite", "text-math", "--task", "3-1"], "ranges that go up"),
        (["--out", "a.gif", "--run", "{run}", "--suite", "text-math", "--task", "x"], "--task is 'x'"),
        (["--out", "a.gif", "--run", "{run}", "--suite", "text-math", "--sample", "1"], "samples 0 to 0"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(arguments, words, run, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([argument.format(run=run) if "{run}" in argument else argument for argument in arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and words in error and error.strip().isprintable()
    assert not list(Path().iterdir())
