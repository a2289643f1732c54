"""The families that are not charts: what every problem and every picture of them must obey."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from envs.drawing import Canvas, Look, draw_look, font
from envs.drawing.canvas import SCALE
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes import FAMILIES
from envs.task import CHARSET

LEVELS = (1, 2, 3)
BY_NAME = {family.__name__: family for family in FAMILIES}
CELLS = [(name, level) for name in BY_NAME for level in LEVELS]

Box = tuple[float, float, float, float]


def problems(name: str, level: int, count: int, seed: int = 0) -> list[PictureProblem]:
    rng = np.random.default_rng([seed, level, sorted(BY_NAME).index(name)])
    return [BY_NAME[name](rng, level) for _ in range(count)]


class WatchingCanvas(Canvas):
    """A canvas that remembers where its texts lie."""

    def __init__(self, width: int, height: int, paper: tuple[int, int, int] = (255, 255, 255)):
        super().__init__(width, height, paper)
        self.texts: list[tuple[str, Box]] = []

    def text(self, at, text, size, colour, family="sans", weight="upright", anchor="mm", angle=0.0):  # noqa: ANN001, ANN201
        assert angle == 0.0
        box = font(family, round(size * SCALE), weight).getbbox(text, anchor=anchor)
        x, y = at
        self.texts.append((text, (x + box[0] / SCALE, y + box[1] / SCALE, x + box[2] / SCALE, y + box[3] / SCALE)))
        super().text(at, text, size, colour, family, weight, anchor, angle)


def drawn(problem: PictureProblem, size: int, look: Look, seed: int = 0) -> WatchingCanvas:
    canvas = WatchingCanvas(size, size, look.paper)
    assert problem.picture is not None
    problem.picture.draw(canvas, look, np.random.default_rng(seed))
    return canvas


def looks(size: int, count: int) -> list[Look]:
    """Looks among which is one on dark paper."""
    rng = np.random.default_rng(3)
    some = [draw_look(rng, size) for _ in range(count - 1)]
    while sum((dark := draw_look(rng, size)).paper) > 300:
        pass
    return [*some, dark]


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_a_problem_is_well_formed(name: str, level: int) -> None:
    for problem in problems(name, level, 300):
        assert (problem.family, problem.level) == (name, level)
        assert set(problem.question + problem.answer) <= CHARSET
        assert problem.question.isascii() and len(problem.question.split()) <= 40
        assert problem.steps and problem.steps[-1].endswith(problem.answer), problem
        assert 3 <= len(problem.mistakes) == len(set(problem.mistakes))
        assert problem.answer not in problem.mistakes
        assert set("".join((*problem.steps, *problem.mistakes))) <= CHARSET


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_a_problem_follows_from_the_generator_alone(name: str, level: int) -> None:
    assert problems(name, level, 20) == problems(name, level, 20)


@pytest.mark.parametrize("name", BY_NAME)
def test_no_constant_answer_is_often_right_and_pictures_rarely_repeat(name: str) -> None:
    every = [problem for level in LEVELS for problem in problems(name, level, 1000)]
    answer, times = Counter(problem.answer for problem in every).most_common(1)[0]
    assert times <= 0.15 * len(every), answer
    assert len({problem.content for problem in every}) >= 0.95 * len(every)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_question_does_not_give_the_answer_away(name: str) -> None:
    """Whoever knows only the words is wrong most of the time, even with the commonest answer to just these words."""
    answers: dict[str, Counter[str]] = {}
    for level in LEVELS:
        for problem in problems(name, level, 800):
            answers.setdefault(problem.question, Counter())[problem.answer] += 1
    often = [tally for tally in answers.values() if tally.total() >= 20]
    assert all(tally.most_common(1)[0][1] <= 0.6 * tally.total() for tally in often)


@pytest.mark.parametrize("size", (224, 336, 512))
@pytest.mark.parametrize("name", BY_NAME)
def test_texts_stay_inside_and_apart(name: str, size: int) -> None:
    for look in looks(size, 5):
        for level in LEVELS:
            for problem in problems(name, level, 4, seed=size):
                canvas = drawn(problem, size, look)
                for index, (text, box) in enumerate(canvas.texts):
                    assert box[0] >= 0 and box[1] >= 0 and box[2] <= size and box[3] <= size, (text, box, problem)
                    for other, second in canvas.texts[:index]:
                        apart = box[2] <= second[0] or second[2] <= box[0] or box[3] <= second[1] or second[3] <= box[1]
                        assert apart, (text, other, problem)


@pytest.mark.parametrize("name", BY_NAME)
def test_texts_are_large_enough_to_read(name: str) -> None:
    """No line of letters or digits is less than 5 pixels high in a picture of 336."""
    look = looks(336, 1)[0]
    for level in LEVELS:
        for problem in problems(name, level, 12, seed=9):
            for text, box in drawn(problem, 336, look).texts:
                if text[0].isalnum():
                    assert box[3] - box[1] >= 4.9, (text, box, problem)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_picture_fills_its_frame_and_has_contrast(name: str) -> None:
    size = 336
    for look in looks(size, 4):
        for problem in problems(name, 3, 4, seed=5):
            image = drawn(problem, size, look).image().astype(int)
            ink = np.abs(image - np.array(look.paper)).max(axis=2) > 90
            assert ink.mean() > 0.004, problem
            rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
            assert rows[-1] - rows[0] > size * 0.25 and columns[-1] - columns[0] > size * 0.4, problem


def test_the_facts_do_not_depend_on_the_drawing() -> None:
    for name in BY_NAME:
        problem = problems(name, 2, 1)[0]
        before = repr(problem.picture)
        one, two = (drawn(problem, 224, looks(224, 2)[0], seed).image() for seed in (1, 1))
        assert repr(problem.picture) == before and np.array_equal(one, two)
