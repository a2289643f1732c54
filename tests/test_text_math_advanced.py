"""The families of text mathematics beyond the elementary ones: solved a second time, step by step, and counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from text_math_reading import Names, check_steps, result, value
from text_math_solvers import SOLVERS
from text_math_word_solvers import WORD_SOLVERS

from envs.problem import Problem
from envs.splits import content_split
from envs.task import CHARSET
from envs.text_math import FAMILIES, TextMathEnv
from rewards import is_correct

PER_CELL = 120
LEVELS = range(FAMILIES.levels[0], FAMILIES.levels[1] + 1)
ALL: dict[str, Callable[[str], int | Fraction | str]] = {**SOLVERS, **WORD_SOLVERS}
SURDS = "quadratic_surd"


@cache
def sample(family: str, level: int, count: int = PER_CELL) -> tuple[Problem, ...]:
    rng = np.random.default_rng([7, level])
    return tuple(FAMILIES.make(family, level, rng) for _ in range(count))


def working(problem: Problem) -> str:
    return "; ".join(problem.steps)


def test_at_least_forty_families_and_none_unchecked() -> None:
    from test_text_math import SOLVERS as ELEMENTARY

    assert set(FAMILIES) == ALL.keys() | ELEMENTARY.keys()
    assert len(FAMILIES) >= 40


@pytest.mark.parametrize("family", ALL)
def test_answers_are_right(family: str) -> None:
    for level in LEVELS:
        for problem in sample(family, level):
            assert (problem.family, problem.level) == (family, level)
            assert problem.answer == str(ALL[family](problem.question)), problem


def names(problem: Problem) -> Names:
    """What the question itself gives a meaning to: its functions."""
    if problem.family != "function_composition":
        return {}
    rules = re.findall(r"([fg])\(x\) = (-?[\dx^ +-]*[\dx])", problem.question)
    return {name: lambda x, rule=rule: value(rule, {"x": x}) for name, rule in rules}


@pytest.mark.parametrize("family", [family for family in ALL if family != SURDS])
def test_every_step_holds_and_the_last_is_the_answer(family: str) -> None:
    for level in LEVELS:
        for problem in sample(family, level):
            check_steps(problem.steps, names(problem))
            assert result(problem.steps[-1]) == problem.answer, problem


def test_every_step_with_a_root_holds() -> None:
    """Where the unknown is irrational; SymPy keeps roots exact."""
    sympy = pytest.importorskip("sympy")
    for level in LEVELS:
        for problem in sample(SURDS, level, 40):
            x = sympy.sympify(re.sub(r"(\d+)\\sqrt\{(\d+)\}", r"\1*sqrt(\2)", problem.answer))
            assert x > 0
            for step in problem.steps:
                left, right = (
                    sympy.sympify(
                        re.sub(r"(\d+)\\sqrt\{(\d+)\}", r"\1*sqrt(\2)", re.sub(r"(\d) x", r"\1*x", side)), {"x": x}
                    )
                    for side in step.split(" = ")
                )
                assert sympy.expand(left - right) == 0, (step, problem)
            assert problem.steps[-1].endswith(f" = {problem.answer}")


def test_answers_with_roots_are_verified_by_value() -> None:
    for problem in sample(SURDS, 3, 5):
        rational, outside, inside = re.fullmatch(r"(-?\d+)\+(\d+)\\sqrt\{(\d+)\}", problem.answer).groups()  # type: ignore[union-attr]
        assert is_correct(problem.answer, problem.answer)
        assert is_correct(rf"{outside}\sqrt{{{inside}}} + {rational}".replace("+ -", "- "), problem.answer)
        assert is_correct(rf"{rational} + \sqrt{{{int(outside) ** 2 * int(inside)}}}", problem.answer)
        for mistake in problem.mistakes:
            assert not is_correct(mistake, problem.answer)


@pytest.mark.parametrize("family", ALL)
def test_questions_read_well(family: str) -> None:
    for level in LEVELS:
        problems = sample(family, level)
        for problem in problems:
            assert set(problem.question) <= CHARSET and problem.question[-1] in ".?" and "{" not in problem.question
            assert "  " not in problem.question and len(problem.question) <= 400
            assert not re.search(
                r"\b1 (hours|years|minutes|times|breaks|shelves|books|days|different)\b", problem.question
            )
            assert len(working(problem)) <= 4_000
        openings = {re.sub(r"-?\d+", "#", problem.question) for problem in problems}
        assert len(openings) >= 3, "one wording only"


@pytest.mark.parametrize("wrong", ["1 + 1 = 3", "3 < 2", "4 mod 3 = 2", "x = 5", "2 x = 7", "gcd(4, 6) = 4", "about 3"])
def test_a_wrong_step_is_seen(wrong: str) -> None:
    check_steps(("2 x = 6", "x = 3"))
    with pytest.raises((AssertionError, KeyError)):
        check_steps(("2 x = 6", wrong, "x = 3"))


@pytest.mark.parametrize("family", ALL)
def test_higher_levels_take_longer(family: str) -> None:
    means = [np.mean([len(working(problem)) for problem in sample(family, level, 400)]) for level in LEVELS]
    assert all(low < high for low, high in zip(means, means[1:], strict=False)), means
    assert means[4] > 1.6 * means[0]


@pytest.mark.parametrize("family", ALL)
def test_no_answer_dominates_and_problems_rarely_repeat(family: str) -> None:
    problems = [problem for level in LEVELS for problem in sample(family, level, 400)]
    for chosen in (problems, problems[: 3 * 400]):
        top = Counter(problem.answer for problem in chosen).most_common(1)[0][1]
        assert top < 0.2 * len(chosen)
    for level in LEVELS:
        assert len({problem.answer for problem in sample(family, level, 400)}) >= 7
    assert len({problem.question for problem in problems}) > 0.8 * len(problems)


@pytest.mark.parametrize("family", ALL)
def test_both_splits_have_many_problems_of_every_level(family: str) -> None:
    for level in LEVELS:
        problems = sample(family, level, 400)
        held_out = {problem.question for problem in problems if content_split(problem.content) == "heldout"}
        assert len(held_out) >= 8, level
        assert len({problem.question for problem in problems} - held_out) >= 50, level


@pytest.mark.parametrize("family", ALL)
def test_mistakes_are_wrong_and_different(family: str) -> None:
    problems = [problem for level in LEVELS for problem in sample(family, level)]
    for problem in problems:
        assert problem.answer not in problem.mistakes
        assert len(set(problem.mistakes)) == len(problem.mistakes)
        if family != SURDS:
            assert all(str(Fraction(mistake)) == mistake for mistake in problem.mistakes)
    assert np.mean([bool(problem.mistakes) for problem in problems]) > 0.9


def test_a_problem_is_a_function_of_the_generator() -> None:
    for family in ALL:
        for level in LEVELS:
            first, second = (FAMILIES.make(family, level, np.random.default_rng(5)) for _ in range(2))
            assert first == second


def test_the_environment_poses_and_rewards_all_of_them() -> None:
    env, rng = TextMathEnv(families=tuple(ALL), levels=(1, 5)), np.random.default_rng(0)
    for seed in range(400):
        obs, info = env.reset(seed=seed)
        assert obs in env.observation_space
        assert info["hint"] == env.question.steps[0]
        for style in env.demonstration_styles:
            assert env.step(env.demonstration(style, rng))[1] == 1.5
