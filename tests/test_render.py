"""Cards, tiles and grids of rollouts: what is on them, and which part of a thinking is beside a move."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest
from PIL import Image

from agents.policy import Completion, Prompt, SamplingConfig
from agents.rollout import EnvironmentPool, Episode, Task, Trajectory, Turn, rollout
from agents.scripted import ScriptedPolicy
from envs.sokoban.plans import response
from eval import render
from eval.render.letters import fit, one_line, width_of, wrap
from eval.render.story import tell_answer, tell_game
from eval.render.thinking import Thought, follow, sentences, shown, thinking

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
    assert not (np.asarray(cards[0])[:70] == LIT).all(-1).any()
    first, second = (np.argwhere((np.asarray(image)[:70] == LIT).all(-1)) for image in cards[1:3])
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
    story = tell_game(solved)
    assert story.returns == pytest.approx([0, *np.cumsum(rewards)])
    assert story.returns[-1] == pytest.approx(solved.turns[0].info["game_return"])


def test_the_verdict_counts_moves_and_knows_the_optimum(solved):
    n = len(solved.frames) - 1
    told = tell_game(solved)
    assert (told.verdict, told.remark, told.reward) == (f"Solved in {n} moves", "as few as possible", 1.5)
    idle = tell_game(play("idle"))
    assert (idle.verdict, idle.remark) == ("Not solved", f"optimal {n}")


def test_the_remark_names_the_move_that_went_astray():
    played = play("random")
    assert tell_game(played).remark.endswith(f"astray at move {played.turns[0].info['first_wrong_move']}")


def test_online_rollouts_tell_the_return_after_each_turn():
    trajectory = play("idle", mode="online", max_steps=3)
    assert tell_game(trajectory).returns == pytest.approx([0, -0.1, -0.2, -0.3])
    assert len(render.card(trajectory, "idle")) == 4


@pytest.mark.parametrize(("frames", "turns"), [(1, 1), (2, 1), (5, 1), (4, 3)])
def test_a_task_without_moves_is_drawn(frames, turns):
    assert len(render.card(made(frames, turns), "other")) == frames


def test_moves_that_are_words_are_drawn():
    drawn = render.card(made(3, moves="shot long_pass"), "football")
    assert count(drawn[0], LIT) == 0 and count(drawn[1], LIT) > 0 and count(drawn[2], LIT) > count(drawn[1], LIT)


def test_many_moves_stay_on_the_card_and_the_current_one_is_visible():
    drawn = render.card(made(121, moves=" ".join(["up"] * 120)), "long")
    assert all(count(image, LIT) > 200 for image in drawn[1:])


@pytest.mark.parametrize(("frames", "turns", "scale", "words"), [(0, 1, 224, "keep_frames"), (1, 1, 0, "scale_to")])
def test_what_cannot_be_drawn_is_refused(frames, turns, scale, words):
    with pytest.raises(ValueError, match=words):
        render.card(made(frames, turns), "x", scale)


def test_an_episode_that_broke_before_its_first_turn_says_why():
    broken = made(1, turns=0)
    broken.error = RuntimeError("the server is gone")
    assert count(render.card(broken, "x")[-1], BAD) > 0
    assert (tell_game(broken).verdict, tell_game(broken).remark) == ("No answer", "the server is gone")


def test_cards_are_drawn_when_looked_at_and_behave_as_a_list(cards):
    assert cards[-1].tobytes() == cards[len(cards) - 1].tobytes() == list(cards)[-1].tobytes()
    assert [image.tobytes() for image in cards[:2]] == [cards[0].tobytes(), cards[1].tobytes()]
    with pytest.raises(IndexError):
        cards[len(cards)]


# -- thinking ---------------------------------------------------------------------------------------------------------


def test_the_step_beside_a_move_is_the_one_that_tells_it(solved):
    moves = solved.turns[0].info["moves"].split()
    steps = thinking(solved.turns[0].completion.text).split(". ")  # the solver ends each step with a full stop
    told = tell_game(solved).thoughts
    assert told[0].current == 0 and len(told) == len(moves) + 1
    for number, (move, thought) in enumerate(zip(moves, told[1:], strict=True), start=1):
        assert thought.current == number
        assert thought.steps[thought.current].rstrip(".") == steps[number].rstrip(".")
        assert thought.steps[thought.current].split()[0] == move


def test_before_the_first_move_no_step_of_a_move_is_lit(solved):
    bare = play("solver")
    text = bare.turns[0].completion.text
    bare.turns[0].completion.text = "<think>" + text[text.index(". ") + 2 :]
    assert [thought.current for thought in tell_game(bare).thoughts] == list(range(-1, len(bare.frames) - 1))
    assert count(render.card(bare, "bare")[0], LIT) == 0


@pytest.mark.parametrize(
    ("text", "moves", "expected"),
    [
        ("Look. Step 1: push up. 2. Then left.\nDone.", ["up", "left"], [1, 2]),
        ("up 1 2. left 1 1. down 2 1.", ["up", "left"], [0, 1]),  # more was planned than was played
        ("up. left.", ["left", "up"], None),
        ("The box must go up and then left.", ["up", "left"], None),
        ("long_pass to 7; shot!", ["long_pass", "shot"], [0, 1]),
        ("up.", [], None),
    ],
)
def test_steps_follow_moves_only_if_they_open_with_them_in_order(text, moves, expected):
    assert follow(sentences(text), moves) == expected


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("<think>a b</think><answer>up</answer>", "a b"),
        ("<think>cut off in the mid", "cut off in the mid"),
        ("no tags <answer>up</answer>", "no tags"),
        ("", ""),
    ],
)
def test_thinking_is_read_from_any_response(response, expected):
    assert thinking(response) == expected


@pytest.mark.parametrize("current", [0, 3, 25, 49])
def test_a_long_list_of_steps_is_scrolled_to_the_current_one(current):
    steps = tuple(f"step number {i}" for i in range(50))
    lines = shown(Thought(steps, current), 11, 300, 8)
    assert len(lines) == 8 and [line.text for line in lines if line.current] == [steps[current]]
    first = steps.index(lines[0].text)
    assert [line.text for line in lines] == list(steps[first : first + 8])


def test_long_prose_shows_its_beginning_and_its_end():
    lines = [line.text for line in shown(Thought(("first " + "middle " * 500 + "last",)), 11, 150, 6)]
    assert len(lines) == 6 and lines[0].startswith("first") and lines[3] == "…" and lines[-1].endswith("last")


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_little_room_is_not_exceeded(count):
    for current in (None, 1):
        assert len(shown(Thought(("one", "two", "three", "four"), current), 11, 150, count)) == count


def test_online_thinking_is_that_of_the_turn_that_led_to_the_frame():
    played = play("solver", mode="online")
    told = tell_game(played).thoughts
    for turn, thought in zip(played.turns, told[1:], strict=True):
        assert " ".join(thought.steps) == thinking(turn.completion.text)


# -- questions --------------------------------------------------------------------------------------------------------


def question(policy: str, id: str = "LMMR1/Geometry-v0") -> Trajectory:
    episode = Episode(Task(id), SEED, 0)
    return rollout(ScriptedPolicy(policy), [episode], SamplingConfig(seed=1), EnvironmentPool(), keep_frames=True)[0]


@pytest.mark.parametrize(("policy", "there", "absent"), [("solver", GOOD, BAD), ("idle", BAD, GOOD)])
@pytest.mark.parametrize("id", ["LMMR1/Geometry-v0", "LMMR1/PerceReason-v0", "LMMR1/TextMath-v0"])
def test_a_question_is_one_card_in_the_colour_of_its_outcome(id, policy, there, absent):
    drawn = render.card(question(policy, id), policy)
    assert len(drawn) == 1 and count(drawn[0], there) > 4 * drawn[0].width - 1 and count(drawn[0], absent) == 0


def test_the_picture_of_a_question_keeps_its_pixels():
    played = question("solver")
    drawn = np.asarray(render.card(played, "solver")[0])
    side = played.frames[0].shape[0]
    assert np.array_equal(drawn[:side, :side], played.frames[0])


def test_pictures_of_different_sizes_are_on_one_card():
    played = question("solver")
    played.frames = [np.full((90, 400, 3), (200, 0, 9), np.uint8), np.full((500, 100, 3), (9, 0, 200), np.uint8)]
    drawn = render.card(played, "two")[0]
    assert count(drawn, (200, 0, 9)) > 10_000 and count(drawn, (9, 0, 200)) > 4_000


def test_the_answer_is_told_against_the_right_one_without_how_to_reply():
    played = question("idle", "LMMR1/TextMath-v0")
    told = tell_answer(played)
    assert (told.answer, told.gold, told.success) == ("", played.turns[0].info["gold"], False)
    assert told.question + "\nReply as" == played.turns[0].prompt.text[: len(told.question) + 9]


# -- letters ----------------------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "\x00\x1b[31m\n\t\x9b2J",
    "日本 √2 😀 \u202e",
    "\ud800",
    "w" * 50_000,
    "a b " * 9_000,
]


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_any_response_and_title_can_be_drawn(text):
    assert len(render.card(made(1, text=text), text)) == 1
    assert len(render.tile(made(1, text=text), text)) == 1
    assert len(render.card(made(1, text=text, gold=text, answer=text), text)) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_steers_a_terminal_or_lacks_a_sign_is_drawn(text):
    drawn = one_line(text)
    assert drawn.isprintable() and "\x1b" not in drawn
    assert not set("日本") & set(drawn)


def test_signs_that_the_font_has_are_kept_and_others_are_replaced():
    assert one_line("√2 ≤ π·Δ é → ∠ABC") == "√2 ≤ π·Δ é → ∠ABC"
    assert one_line("a日b") == "a\ufffdb"


def test_wrapped_lines_keep_to_their_width_and_lose_nothing():
    text = "many words " * 20 + "w" * 300 + " end"
    lines = wrap(text, 11, 150)
    assert all(width_of(line, 11) <= 150 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_title_is_cut_to_its_width_with_dots():
    short = fit("a very long title indeed", 15, 90, "bold")
    assert short.endswith("…") and width_of(short, 15, "bold") <= 90
    assert "a very long title indeed".startswith(short[:-1])


# -- tiles ------------------------------------------------------------------------------------------------------------


def test_a_tile_shows_each_frame_and_ends_in_the_colour_of_the_outcome(solved):
    drawn = render.tile(solved, "solver")
    assert len(drawn) == len(solved.frames)
    assert np.array_equal(np.asarray(drawn[3])[:112, :112], solved.frames[3])
    assert count(drawn[-1], GOOD) == 4 * 112 and count(drawn[-2], GOOD) == 0


def test_frames_larger_than_a_tile_are_shrunk_into_it():
    assert {image.width for image in render.tile(play("solver", tile_size=40), "large")} == {112}


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


def test_cards_of_different_sizes_do_not_overlap():
    rows = [[[plain(50, (30, 20))], [plain(60, (80, 90))]], [[plain(70, (50, 10))]]]
    drawn = render.grid(rows)[0]
    assert [count(drawn, (shade,) * 3) for shade in (50, 60, 70)] == [600, 7200, 500]
