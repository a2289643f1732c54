"""Cards, grids and GIFs of rollouts: what is on them, and that what is written reads back."""

from __future__ import annotations

from pathlib import Path

import gymnasium as gym
import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image

from agents.policy import Completion, Prompt, SamplingConfig
from agents.rollout import EnvironmentPool, Episode, Task, Trajectory, Turn, rollout
from agents.scripted import ScriptedPolicy
from envs.sokoban.plans import response
from eval import render

SEED = 3
KWARGS = {"preset": "small-v0"}
GOOD, BAD, LIT = (116, 201, 148), (229, 123, 115), (242, 187, 84)


def play(policy: str, **kwargs) -> Trajectory:
    episode = Episode(Task("LMMR1/Sokoban-v0", KWARGS | kwargs), SEED, 0)
    return rollout(ScriptedPolicy(policy), [episode], SamplingConfig(seed=1), EnvironmentPool(), keep_frames=True)[0]


def made(frames: int, turns: int = 1, text: str = "the answer is 5", **info) -> Trajectory:
    """A trajectory of some task that is no game."""
    pictures = [np.full((40, 60, 3), i, np.uint8) for i in range(frames)]
    told = {"success": True, "score": 1.0, **info}
    exchanged = [Turn(Prompt("?"), Completion(text), 1.5, told) for _ in range(turns)]
    return Trajectory(Episode(Task("LMMR1/Other-v0"), 0, 0), exchanged, pictures)


def count(image: Image.Image, colour: tuple[int, int, int]) -> int:
    return int((np.asarray(image) == colour).all(-1).sum())


def plain(colour: int, size: tuple[int, int] = (30, 20)) -> Image.Image:
    return Image.new("RGB", size, (colour, colour, colour))


@pytest.fixture(scope="module")
def solved() -> Trajectory:
    return play("solver")


@pytest.fixture(scope="module")
def cards(solved: Trajectory) -> list[Image.Image]:
    return render.card(solved, "solver")


# -- cards ------------------------------------------------------------------------------------------------------------


def test_a_card_has_an_image_for_each_frame_and_all_have_one_size(solved, cards):
    moves = solved.turns[0].info["moves"].split()
    assert len(cards) == len(solved.frames) == len(moves) + 1
    assert len({image.size for image in cards}) == 1


def test_the_board_is_enlarged_by_whole_multiples(solved, cards):
    for frame, image in zip(solved.frames, cards, strict=True):
        expected = frame.repeat(2, axis=0).repeat(2, axis=1)  # 112 pixels twice are 224
        assert np.array_equal(np.asarray(image)[:224, :224], expected)


def test_a_board_larger_than_asked_keeps_its_pixels(solved):
    image = render.card(solved, "solver", scale_to=50)[0]
    assert np.array_equal(
        np.asarray(image)[32:144, :112], solved.frames[0]
    )  # 112 pixels centred in the least height, 176


def test_the_current_move_is_lit_and_the_light_moves_on(cards):
    assert count(cards[0], LIT) == 0
    first, second = (np.argwhere((np.asarray(image) == LIT).all(-1)) for image in cards[1:3])
    assert np.array_equal(second.min(0) - first.min(0), [0, 24])  # one chip to the right


@pytest.mark.parametrize(("policy", "there", "absent"), [("solver", GOOD, BAD), ("idle", BAD, GOOD)])
def test_the_outcome_is_on_the_last_frame_only(policy, there, absent):
    drawn = render.card(play(policy), policy)
    assert count(drawn[-1], there) > 4 * drawn[-1].width // 2 and count(drawn[-1], absent) == 0
    assert all(count(image, there) == 0 for image in drawn[:-1])


def test_the_running_return_is_the_game_reward_summed_move_by_move(solved):
    env = gym.make("LMMR1/Sokoban-v0", mode="online", **KWARGS)
    env.reset(seed=SEED)
    rewards = [env.step(response("", [move]))[1] for move in solved.turns[0].info["moves"].split()]
    story = render._tell(solved)
    assert story.returns == pytest.approx([0, *np.cumsum(rewards)])
    assert story.returns[-1] == pytest.approx(solved.turns[0].info["game_return"])


def test_the_verdict_counts_moves_and_knows_the_optimum(solved):
    n = len(solved.frames) - 1
    assert render._outcome(render._tell(solved)) == (f"Solved in {n} moves", "as few as possible")
    assert render._outcome(render._tell(play("idle"))) == ("Not solved", f"optimal {n}")


def test_online_rollouts_tell_the_return_after_each_turn():
    trajectory = play("idle", mode="online", max_steps=3)
    assert render._tell(trajectory).returns == pytest.approx([0, -0.1, -0.2, -0.3])
    assert len(render.card(trajectory, "idle")) == 4


@pytest.mark.parametrize(("frames", "turns"), [(1, 1), (2, 1), (5, 1), (4, 3)])
def test_a_task_without_moves_is_drawn(frames, turns):
    assert len(render.card(made(frames, turns), "other")) == frames


def test_moves_that_are_words_are_drawn():
    drawn = render.card(made(3, moves="shot long_pass"), "football")
    assert count(drawn[0], LIT) == 0 and count(drawn[1], LIT) > 0 and count(drawn[2], LIT) > count(drawn[1], LIT)


@pytest.mark.parametrize(
    "text", ["", "<script>alert(1)</script>", "\x00\x1b[31m\n\t", "日本 √2", "w" * 50_000, "a b " * 9_000]
)
def test_any_response_and_title_can_be_drawn(text):
    assert len(render.card(made(1, text=text), text)) == 1


def test_text_is_wrapped_within_its_width_and_its_lines():
    lines = render._wrap("many words " * 100, 11, 150, 6)
    assert len(lines) == 6 and lines[-1].endswith("...")
    assert all(render._length(line, 11) <= 150 for line in lines)


def test_many_moves_stay_on_the_card_and_the_current_one_is_visible():
    drawn = render.card(made(121, moves=" ".join(["up"] * 120)), "long")
    assert all(count(image, LIT) > 200 for image in drawn[1:])


@pytest.mark.parametrize(
    ("frames", "turns", "scale", "words"), [(0, 1, 224, "keep_frames"), (1, 0, 224, "no turns"), (1, 1, 0, "scale_to")]
)
def test_what_cannot_be_drawn_is_refused(frames, turns, scale, words):
    with pytest.raises(ValueError, match=words):
        render.card(made(frames, turns), "x", scale)


# -- grids ------------------------------------------------------------------------------------------------------------


def test_a_grid_lasts_as_long_as_its_longest_card_and_shorter_ones_hold():
    drawn = render.grid([[[plain(50)], [plain(60), plain(70), plain(80)]]])
    assert len(drawn) == 3
    for image, right in zip(drawn, (60, 70, 80), strict=True):
        assert count(image, (50,) * 3) == count(image, (right,) * 3) == 600


def test_a_grid_shows_every_card_of_rows_of_unequal_length_below_its_titles():
    rows = [[[plain(50)], [plain(60)]], [[plain(70)]]]
    bare, titled = render.grid(rows)[0], render.grid(rows, ["first", "second"], ["base", "MGT"])[0]
    for colour in (50, 60, 70):
        assert count(bare, (colour,) * 3) == count(titled, (colour,) * 3) == 600
    assert titled.width == bare.width and titled.height > bare.height


@pytest.mark.parametrize("rows", [[], [[]], [[[]]], [[[plain(1)], []]]])
def test_an_empty_grid_or_card_is_refused(rows):
    with pytest.raises(ValueError, match="at least one"):
        render.grid(rows)


def test_a_wrong_number_of_titles_is_refused():
    with pytest.raises(ValueError, match="2 column titles for 1 columns"):
        render.grid([[[plain(1)]]], column_titles=["a", "b"])


# -- files ------------------------------------------------------------------------------------------------------------


def test_a_gif_of_a_plan_reads_back_and_is_small(cards, tmp_path):
    path = render.save(cards, tmp_path / "new" / "plan.gif")
    read = iio.imread(path)
    assert read.shape == (len(cards), cards[0].height, cards[0].width, 3)
    assert path.stat().st_size <= 500_000
    for image, back in zip(cards, read, strict=True):
        assert np.abs(np.asarray(image, int) - back).mean() < 1.5
    assert [p.name for p in path.parent.iterdir()] == ["plan.gif"]


def test_a_gif_loops_and_holds_its_last_frame(cards, tmp_path):
    with Image.open(render.save(cards, tmp_path / "plan.gif", fps=5, hold=2)) as gif:
        assert gif.info["loop"] == 0
        times = []
        for i in range(gif.n_frames):
            gif.seek(i)
            times.append(gif.info["duration"])
    assert times == [200] * (len(cards) - 1) + [2000]


def test_a_png_shows_all_frames(tmp_path):
    path = render.save([plain(50 + i) for i in range(6)], tmp_path / "strip.PNG")
    with Image.open(path) as strip:
        assert all(count(strip.convert("RGB"), (50 + i,) * 3) == 600 for i in range(6))


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = render.save([plain(1)], tmp_path / "a.gif")
    before = path.read_bytes()
    with pytest.raises(AttributeError):
        render.save([plain(1), None], path)  # type: ignore[list-item]
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("frames", "name", "options", "words"),
    [
        ([plain(1)], "a.mp4", {}, r"\.gif or \.png"),
        ([plain(1)], "gif", {}, r"\.gif or \.png"),
        ([], "a.gif", {}, "no frames"),
        ([plain(1)], "a.gif", {"fps": 0}, "fps is 0"),
        ([plain(1)], "a.gif", {"hold": -1}, "hold is -1"),
    ],
)
def test_what_cannot_be_written_is_refused(frames, name, options, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        render.save(frames, tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


# -- command line -----------------------------------------------------------------------------------------------------


def test_the_command_writes_a_plan_and_says_so(solved, tmp_path, capsys):
    out = tmp_path / "plan.gif"
    assert render.main(["--seed", str(SEED), "--kwargs", '{"preset": "small-v0"}', "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    assert len(iio.imread(out)) == len(solved.frames)


def test_the_command_lays_several_episodes_out_in_a_grid(tmp_path, cards):
    out = tmp_path / "many.gif"
    arguments = ["--policy", "idle", "--episodes", "3", "--split", "heldout", "--out", str(out)]
    assert render.main(arguments) == 0
    with Image.open(out) as gif:
        assert gif.width > 2 * cards[0].width and gif.height > 2 * cards[0].height


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "a.mp4"], ".gif or .png"),
        (["--out", "a.gif", "--policy", "solvr"], "did you mean 'solver'"),
        (["--out", "a.gif", "--policy", "./no/model"], "no model at"),
        (["--out", "a.gif", "--env", "LMMR1/Sokobann-v0"], "Sokoban"),
        (["--out", "a.gif", "--env", "LMMR1/TextMath-v0"], "no frames"),
        (["--out", "a.gif", "--kwargs", "{"], "not JSON"),
        (["--out", "a.gif", "--kwargs", "[1]"], "JSON object"),
        (["--out", "a.gif", "--kwargs", '{"boxes": 1}'], "boxes"),
        (["--out", "a.gif", "--episodes", "0"], "episodes is 0"),
        (["--out", "a.gif", "--max-tokens", "0"], "max_tokens is 0"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert render.main(arguments) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert len(error) == 1 and words in error[0]
    assert not list(Path().iterdir())
