"""Geometry: what the prompt says in each modality, what the picture shows, and that labels can be read."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import gymnasium as gym
import numpy as np
import pytest
import test_geometry_circles
import test_geometry_plane
import test_geometry_solids
from geometry_helpers import check_figure, value

from envs.drawing import draw_look
from envs.geometry import FAMILIES, MODALITIES, GeometryEnv, GeometryProblem
from envs.geometry.env import Poser, another_shape
from envs.geometry.render import draw_figure, render
from envs.splits import content_split
from envs.task import CHARSET

CELLS = [(family, level) for family in FAMILIES for level in (1, 2, 3)]


def sample(family: str, level: int, count: int, seed: int = 0) -> list[GeometryProblem]:
    rng = np.random.default_rng([seed, level])
    return [FAMILIES.make(family, level, rng) for _ in range(count)]


def samples(count: int) -> list[GeometryProblem]:
    """`count` problems of every family and level."""
    return [problem for family, level in CELLS for problem in sample(family, level, count)]


def pose(problem: GeometryProblem, modality: str, form: str = "free", to_scale: bool = True, seed: int = 0):
    return Poser((modality,), form, to_scale, 224)(problem, np.random.default_rng(seed))  # type: ignore[arg-type]


# -- problems ---------------------------------------------------------------------------------------------------------


def test_there_are_forty_families_of_three_levels() -> None:
    assert len(FAMILIES) >= 40
    assert FAMILIES.levels == (1, 3)


def test_every_family_is_measured_somewhere() -> None:
    """Each answer is found a second time in the coordinates of the figure, or by integration."""
    measured = [*test_geometry_plane.QUANTITIES, *test_geometry_circles.MEASURES, *test_geometry_solids.MEASURES]
    assert sorted(measured) == sorted(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_figures_say_what_is_so(family: str) -> None:
    for level in (1, 2, 3):
        for problem in sample(family, level, 30):
            assert (problem.family, problem.level) == (family, level)
            check_figure(problem)


@pytest.mark.parametrize("family", FAMILIES)
def test_wording_working_and_mistakes(family: str) -> None:
    for level in (1, 2, 3):
        assert sample(family, level, 20) == sample(family, level, 20)
        for problem in sample(family, level, 60):
            statement = MODALITIES["text-dominant"].statement(problem)
            assert set(statement + problem.answer + "".join(problem.steps + problem.mistakes)) <= CHARSET
            assert problem.steps[-1].endswith(problem.answer), problem
            gold = value(problem.answer)
            wrong = [value(text) for text in problem.mistakes]
            assert len(wrong) >= 3
            assert gold is not None and None not in wrong, problem
            for one, other in itertools.combinations([gold, *wrong], 2):
                assert one != pytest.approx(other, rel=1e-9), problem


@pytest.mark.parametrize("family", FAMILIES)
def test_no_answer_dominates_and_few_problems_repeat(family: str) -> None:
    problems = [problem for level in (1, 2, 3) for problem in sample(family, level, 200)]
    answer, count = Counter(p.answer for p in problems).most_common(1)[0]
    assert count < 0.2 * len(problems), f"{answer} is right in {count} of {len(problems)}"
    assert len({p.content for p in problems}) > 0.4 * len(problems)
    assert {content_split(p.content) for p in problems} == {"train", "heldout"}


# -- modalities -------------------------------------------------------------------------------------------------------


def test_each_modality_says_its_parts_and_no_more() -> None:
    for problem in samples(2):
        parts = {name: getattr(problem, name) for name in ("description", "properties", "conditions", "question")}
        for name, modality in MODALITIES.items():
            prompt = pose(problem, name).prompt
            for part, text in parts.items():
                assert not text or (text in prompt) == (part in modality.parts), (name, part, problem)


@pytest.mark.parametrize("form", ["free", "choice"])
def test_without_its_picture_a_vision_only_prompt_says_nothing_of_the_problem(form: str) -> None:
    problems = samples(1)
    assert len({pose(problem, "vision-only", form).prompt for problem in problems}) == 1
    answers = {pose(problem, "vision-only", form, seed=index).answer for index, problem in enumerate(problems)}
    assert len(answers) > (3 if form == "choice" else 30)


def test_a_vision_dominant_prompt_keeps_the_given_measures_to_the_picture() -> None:
    for problem in samples(4):
        given = set(re.findall(r"\d+", problem.conditions)) - set(re.findall(r"\d+", problem.question))
        assert given or not problem.conditions, problem
        assert not given & set(re.findall(r"\d+", f"{problem.properties} {problem.question}")), problem


def test_measures_are_drawn_where_the_modality_says_so() -> None:
    for problem in samples(1):
        if not problem.conditions:
            continue
        look = draw_look(np.random.default_rng(1), 336)
        with_measures, without = (
            draw_figure(problem.figure, 336, look, np.random.default_rng(2), measures)[0].image()
            for measures in (True, False)
        )
        assert (with_measures != without).any()


# -- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_labels_stay_in_the_picture_and_apart(family: str) -> None:
    crowded = 0
    for level in (1, 2, 3):
        for index, problem in enumerate(sample(family, level, 12)):
            rng = np.random.default_rng(index)
            _, boxes = draw_figure(problem.figure, 336, draw_look(rng, 336), rng)
            for left, top, right, bottom in boxes:
                assert left >= 0 and top >= 0 and right <= 336 and bottom <= 336, problem
            crowded += any(overlap(a, b) > 4 for a, b in itertools.combinations(boxes, 2))
    assert crowded == 0, f"labels overlap in {crowded} of 36 figures"


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Common area of two boxes in square pixels."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def test_the_seed_draws_the_style() -> None:
    figure = sample("pythagoras", 1, 1)[0].figure
    pictures = [render(figure, 224, np.random.default_rng(seed)) for seed in range(6)]
    assert all(picture.shape == (224, 224, 3) and picture.dtype == np.uint8 for picture in pictures)
    assert len({picture.tobytes() for picture in pictures}) == 6
    assert np.array_equal(pictures[0], render(figure, 224, np.random.default_rng(0)))


@pytest.mark.parametrize("size", [224, 336, 1024])
def test_every_size_has_a_figure_that_fills_it(size: int) -> None:
    for problem in samples(1)[:20]:
        picture = render(problem.figure, size, np.random.default_rng(0))
        ink = np.abs(picture.astype(int) - picture[0, 0]).max(axis=2) > 60  # [H, W]
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        assert max(rows[-1] - rows[0], columns[-1] - columns[0]) > 0.7 * size


def test_a_figure_not_to_scale_says_the_same_and_looks_otherwise() -> None:
    kept = Counter()
    for family, level in CELLS:
        for problem in sample(family, level, 4):
            figure = another_shape(problem, np.random.default_rng(1))
            assert figure.marks == problem.figure.marks
            kept[family] += figure is problem.figure and problem.figure.plane is None
    assert not {family for family, count in kept.items() if count > 2}, "too few figures of the same structure"


def test_a_prompt_admits_that_the_figure_is_not_to_scale() -> None:
    problem = sample("pythagoras", 1, 1)[0]
    assert "not drawn to scale" in pose(problem, "text-lite", to_scale=False).prompt
    assert "not drawn to scale" not in pose(problem, "text-lite").prompt
    assert "not drawn to scale" not in pose(problem, "vision-only", to_scale=False).prompt  # it stands in the picture


# -- the environment --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["free", "choice"])
def test_solutions_earn_everything_and_idling_the_form_alone(form: str) -> None:
    env = GeometryEnv(form=form, size=224)  # type: ignore[arg-type]
    for seed in range(150):
        _, info = env.reset(seed=seed)
        _, reward, terminated, _, after = env.step(env.solution())
        assert (reward, terminated, after["success"]) == (1.5, True, True), env.question
        assert after["gold"] == info["answer"]
        assert env.step(env.idle_response())[1] == 0.5


def test_options_are_four_and_the_text_of_one_is_as_good_as_its_letter() -> None:
    env = GeometryEnv(form="choice", size=224, modality="text-lite")
    letters = Counter()
    for seed in range(120):
        observation, info = env.reset(seed=seed)
        choices = env.question.choices
        assert len(set(choices)) == 4
        assert all(f"{letter}) {text}" in observation["prompt"] for letter, text in zip("ABCD", choices, strict=True))
        letters[info["answer"]] += 1
        right = choices["ABCD".index(info["answer"])]
        assert env.step(f"<think></think><answer>{right}</answer>")[4]["success"], (choices, right)
        wrong = choices[("ABCD".index(info["answer"]) + 1) % 4]
        assert not env.step(f"<think></think><answer>{wrong}</answer>")[4]["success"], (choices, wrong)
    assert min(letters.values()) > 15 and len(letters) == 4


def test_several_modalities_are_drawn_by_the_seed() -> None:
    env = GeometryEnv(modality=list(MODALITIES), size=224)
    assert {env.reset(seed=seed)[1]["modality"] for seed in range(60)} == set(MODALITIES)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"modality": "vision-dominat"}, "did you mean 'vision-dominant'"),
        ({"modality": ()}, "expected one or several of"),
        ({"form": "open"}, "expected 'free' or 'choice'"),
        ({"size": 100}, "from 224 to 1024"),
        ({"levels": (1, 4)}, "from 1 to 3"),
        ({"families": ["pythagros"]}, "did you mean 'pythagoras'"),
        ({"render_mode": "video"}, "rgb_array"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        GeometryEnv(**arguments)


def test_it_is_registered_and_renders() -> None:
    env = gym.make("LMMR1/Geometry-v0", render_mode="rgb_array")
    observation, _ = env.reset(seed=2, options={"family": "pythagoras", "level": 1})
    assert np.array_equal(env.render(), observation["image"])
