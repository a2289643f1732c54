"""PerceReason: what holds for every family, and the environment."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import gymnasium as gym
import numpy as np
import pytest

from envs.drawing import Canvas, draw_look
from envs.percereason import FAMILIES, PerceReasonEnv, PictureProblem
from envs.percereason.env import draw_picture
from envs.splits import content_split
from envs.task import CHARSET, MAX_PROMPT_CHARS


def sample(family: str, level: int, count: int, seed: int = 0) -> list[PictureProblem]:
    rng = np.random.default_rng([seed, level])
    return [FAMILIES.make(family, level, rng) for _ in range(count)]


def same(one: str, other: str) -> bool:
    """Whether two answers are equal, as numbers if both are."""
    try:
        return Fraction(one) == Fraction(other)
    except ValueError:
        return one.casefold() == other.casefold()


def test_there_are_sixteen_families_of_three_levels() -> None:
    assert len(FAMILIES) >= 16
    assert FAMILIES.levels == (1, 3)


@pytest.mark.parametrize("family", FAMILIES)
def test_wording_working_and_mistakes(family: str) -> None:
    for level in (1, 2, 3):
        problems = sample(family, level, 80)
        assert problems == sample(family, level, 80)
        for problem in problems:
            assert (problem.family, problem.level) == (family, level)
            assert set(problem.question + problem.answer + "".join(problem.steps + problem.mistakes)) <= CHARSET
            assert problem.steps[-1].rstrip(".").endswith(problem.answer), problem
            assert problem.mistakes and not any(same(problem.answer, wrong) for wrong in problem.mistakes), problem
            assert len(problem.question) < MAX_PROMPT_CHARS // 8


@pytest.mark.parametrize("family", FAMILIES)
def test_no_answer_dominates_and_few_problems_repeat(family: str) -> None:
    problems = [problem for level in (1, 2, 3) for problem in sample(family, level, 250)]
    answer, count = Counter(p.answer for p in problems).most_common(1)[0]
    assert count < 0.2 * len(problems), f"{answer} is right in {count} of {len(problems)}"
    assert len({p.content for p in problems}) > 0.9 * len(problems)
    assert {content_split(p.content) for p in problems} == {"train", "heldout"}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_question_does_not_give_its_facts_away(family: str) -> None:
    """The same words come with different answers: the picture decides."""
    by_words: dict[str, set[str]] = {}
    for level in (1, 2, 3):
        for problem in sample(family, level, 400):
            by_words.setdefault(problem.question, set()).add(problem.answer)
    assert any(len(answers) > 1 for answers in by_words.values()), "no question was asked of two pictures"


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("size", [224, 336, 512])
def test_pictures_are_drawn_at_every_size_and_fill_it(family: str, size: int) -> None:
    for level in (1, 2, 3):
        for index, problem in enumerate(sample(family, level, 4)):
            picture = draw_picture(problem, size, np.random.default_rng(index))
            assert picture.shape == (size, size, 3) and picture.dtype == np.uint8
            ink = np.abs(picture.astype(int) - picture[0, 0]).max(axis=2) > 40  # [H, W]
            wide, high = ink.any(axis=0).mean(), ink.any(axis=1).mean()
            assert max(wide, high) > 0.3 and min(wide, high) > 0.08, problem  # a single line of icons is not high


def test_the_seed_draws_the_style_and_nothing_else_does() -> None:
    problem = sample(next(iter(FAMILIES)), 1, 1)[0]
    pictures = [draw_picture(problem, 224, np.random.default_rng(seed)) for seed in range(5)]
    assert len({picture.tobytes() for picture in pictures}) == 5
    assert np.array_equal(pictures[0], draw_picture(problem, 224, np.random.default_rng(0)))


def test_a_picture_draws_on_the_canvas_that_it_is_given() -> None:
    problem = sample(next(iter(FAMILIES)), 1, 1)[0]
    rng = np.random.default_rng(0)
    look = draw_look(rng, 300)
    canvas = Canvas(300, 300, look.paper)
    assert problem.picture is not None
    problem.picture.draw(canvas, look, rng)
    assert canvas.image().shape == (300, 300, 3)


@pytest.mark.parametrize("form", ["free", "choice"])
def test_solutions_earn_everything_and_idling_the_form_alone(form: str) -> None:
    env = PerceReasonEnv(form=form, size=224)  # type: ignore[arg-type]
    for seed in range(150):
        _, info = env.reset(seed=seed)
        _, reward, terminated, _, after = env.step(env.solution())
        assert (reward, terminated, after["success"]) == (1.5, True, True), env.question
        assert after["gold"] == info["answer"]
        assert env.step(env.idle_response())[1] == 0.5


def test_options_differ_and_the_text_of_one_is_as_good_as_its_letter() -> None:
    env = PerceReasonEnv(form="choice", size=224)
    for seed in range(100):
        _, info = env.reset(seed=seed)
        choices = env.question.choices
        assert 2 <= len(set(choices)) == len(choices) <= 4
        right = choices["ABCD".index(info["answer"])]
        assert env.step(f"<think></think><answer>{right}</answer>")[4]["success"], (choices, right)
        wrong = choices[("ABCD".index(info["answer"]) + 1) % len(choices)]
        assert not env.step(f"<think></think><answer>{wrong}</answer>")[4]["success"], (choices, wrong)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"form": "open"}, "expected 'free' or 'choice'"),
        ({"size": 2000}, "from 224 to 1024"),
        ({"levels": (0, 3)}, "from 1 to 3"),
        ({"families": ["clok"]}, "did you mean 'clock'"),
        ({"source": "none-such", "families": ["clock"]}, "it is for source='procedural' alone"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        PerceReasonEnv(**arguments)


def test_it_is_registered_and_renders() -> None:
    env = gym.make("LMMR1/PerceReason-v0", render_mode="rgb_array")
    observation, _ = env.reset(seed=2, options={"level": 3})
    assert np.array_equal(env.render(), observation["image"])
