"""TextMath: every problem is solved a second time, here, by other means than the family that made it."""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

import envs  # noqa: F401  registers the ids
from envs.problem import Problem
from envs.splits import content_split
from envs.task import CHARSET, text_space
from envs.text_math import FAMILIES, TextMathEnv, working
from envs.text_math.census import census

PER_CELL = 200
LEVELS = FAMILIES.levels


# -- an independent reading of questions and working ------------------------------------------------------------------

_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def value(text: str, x: int | Fraction = 0) -> Fraction:
    """The exact value of an expression of numbers, + - * /, brackets and x; `3 x` is a product."""

    def walk(node: ast.AST) -> Fraction:
        match node:
            case ast.Constant(value=int(n)):
                return Fraction(n)
            case ast.Name(id="x"):
                return Fraction(x)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -walk(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return _OPERATORS[type(op)](walk(left), walk(right))
        raise AssertionError(f"{text!r} is more than arithmetic")

    return walk(ast.parse(re.sub(r"(\d) x", r"\1 * x", text.strip()), mode="eval").body)


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", text)]


def check_step(step: str, x: Fraction) -> None:
    """Every equation and every comparison in a step holds; whatever else stands there is a result or a tally."""
    for part in step.split(", "):
        if "<" in part or ">" in part:
            pieces = re.split(r" ([<>]) ", part)
            for left, sign, right in zip(pieces[::2], pieces[1::2], pieces[2::2], strict=False):
                assert (int(left) < int(right)) == (sign == "<") and int(left) != int(right), step
        elif "=" in part:
            sides = part.split(" = ")
            assert len(sides) == 2 and value(sides[0], x) == value(sides[1], x), step
        else:
            assert re.fullmatch(r"(count |gcd )?-?\d+(/\d+)?", part), step


def unknown(equation: str) -> Fraction:
    """The x that solves a linear equation: where the line through x = 0 and x = 1 meets zero."""
    left, right = equation.split(" = ")
    gap = [value(left, x) - value(right, x) for x in (0, 1)]
    x = gap[0] / (gap[0] - gap[1])
    assert value(left, x) == value(right, x)
    return x


def expression(question: str) -> str:
    """The longest run of arithmetic in a question."""
    return max(re.findall(r"[\d(][\d ()+*/-]*[\d)]", question), key=len)


def solve_subtraction(question: str) -> int:
    a, b = numbers(question)
    return b - a if question.startswith(("Take", "Subtract")) else a - b


def solve_division(question: str) -> Fraction:
    a, b = numbers(question)
    return Fraction(b, a) if "go into" in question else Fraction(a, b)


def solve_equation(question: str) -> Fraction:
    match = re.search(r"\d[\dx ()+*-]* = -?\d[\dx +-]*", question)
    assert match, question
    return unknown(match[0])


def solve_substitution(question: str) -> Fraction:
    x = re.search(r"x = (\d+)", question)
    term = re.search(r"\d+ x [+-] \d+", question)
    assert x and term, question
    return value(term[0], int(x[1]))


def solve_missing(question: str) -> int:
    a, b = numbers(question)
    adding = "plus" in question or "added" in question or "+" in question
    return b - a if adding else a + b


def solve_sum_and_difference(question: str) -> int:
    total, gap = numbers(question)
    (pair,) = [(a, total - a) for a in range(total + 1) if 2 * a - total == gap]
    return max(pair) if "larger" in question else min(pair)


def solve_sequence(question: str) -> Fraction:
    terms = numbers(question)
    if len({Fraction(b, a) for a, b in zip(terms, terms[1:], strict=False)}) == 1:
        return terms[-1] * Fraction(terms[1], terms[0])
    rows = [terms]  # Newton's differences: the polynomial of lowest degree goes on
    while any(rows[-1]):
        rows.append([b - a for a, b in zip(rows[-1], rows[-1][1:], strict=False)])
    assert len(rows) <= 4, f"{question}: not even the second differences are equal"
    return Fraction(sum(row[-1] for row in rows))


def solve_ranking(question: str) -> int:
    rank = 1 if "second" in question else 2
    return sorted(numbers(question), reverse="largest" in question)[rank]


def solve_counting(question: str) -> int:
    *listed, limit = numbers(question)
    return sum(n > limit if re.search("greater|above", question) else n < limit for n in listed)


def solve_average(question: str) -> Fraction:
    return Fraction(sum(numbers(question)), len(numbers(question)))


def solve_shopping(question: str) -> int:
    match numbers(question):
        case price, count:
            return price * count
        case first, second, n, m:
            return first * n + second * m
        case first, second, n, m, paid:
            return paid - first * n - second * m
    raise AssertionError(question)


def solve_stock(question: str) -> int:
    changes = re.findall(r"(has|gives away|loses|sells|finds|gets|buys) (\d+)", question)
    assert len(changes) == len(numbers(question)), question
    return sum(-int(n) if verb in ("gives away", "loses", "sells") else int(n) for verb, n in changes)


def solve_proportion(question: str) -> Fraction:
    first, amount, second = numbers(question)
    if "machine" in question:
        first, amount = amount, first
    return Fraction(amount * second, first)


def solve_travel(question: str) -> Fraction:
    a, b = numbers(question)
    if "is that in an hour" in question:
        return Fraction(a, b)
    return Fraction(b, a) if "does it need" in question else Fraction(a * b)


def solve_rectangle(question: str) -> Fraction:
    a, b = numbers(question)
    if "perimeter" in question:
        return Fraction(a + b + a + b)
    return Fraction(a, b) if "other side" in question else Fraction(a * b)


_IN_SMALLEST = {
    "length": {"mm": 1, "cm": 10, "m": 1000, "km": 1_000_000},
    "mass": {"g": 1, "kg": 1000},
    "time": {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800},
    "months": {"months": 1, "years": 12},
}


def solve_units(question: str) -> Fraction:
    words = re.findall(r"[a-zA-Z]+", question)
    given = re.findall(r"(\d+) ([a-z]+)", question)
    target = words[2] if question.startswith("How many") else words[-1]
    (scale,) = [scale for scale in _IN_SMALLEST.values() if target in scale and all(unit in scale for _, unit in given)]
    return sum((Fraction(int(n) * scale[unit], scale[target]) for n, unit in given), Fraction(0))


SOLVERS: dict[str, Callable[[str], int | Fraction]] = {
    "addition": lambda q: sum(numbers(q)),
    "subtraction": solve_subtraction,
    "multiplication": lambda q: math.prod(numbers(q)),
    "division": solve_division,
    "sum_of_several": lambda q: sum(numbers(q)),
    "mixed_chain": lambda q: value(expression(q)),
    "brackets": lambda q: value(expression(q)),
    "percentage": lambda q: Fraction(math.prod(numbers(q)), 100),
    "fraction_addition": lambda q: sum(map(Fraction, re.findall(r"\d+/\d+", q)), Fraction(0)),
    "linear_equation": solve_equation,
    "two_sided_equation": solve_equation,
    "factored_equation": solve_equation,
    "substitution": solve_substitution,
    "missing_number": solve_missing,
    "sum_and_difference": solve_sum_and_difference,
    "remainder": lambda q: operator.mod(*numbers(q)),
    "greatest_common_divisor": lambda q: max(d for d in range(1, 2000) if not any(n % d for n in numbers(q))),
    "digit_sum": lambda q: sum(int(c) for c in q if c.isdigit()),
    "sequence_next": solve_sequence,
    "maximum": lambda q: sorted(numbers(q))[-1],
    "minimum": lambda q: sorted(numbers(q))[0],
    "ranking": solve_ranking,
    "counting": solve_counting,
    "average": solve_average,
    "shopping": solve_shopping,
    "stock": solve_stock,
    "proportion": solve_proportion,
    "travel": solve_travel,
    "rectangle": solve_rectangle,
    "unit_conversion": solve_units,
}
#: The first families, whose working is arithmetic alone; `test_text_math_advanced` has the others.
ELEMENTARY = tuple(SOLVERS)
CELLS = [(family, level) for family in ELEMENTARY for level in range(LEVELS[0], LEVELS[1] + 1)]


def sample(family: str, level: int, count: int = PER_CELL, seed: int = 1) -> list[Problem]:
    rng = np.random.default_rng([seed, level])
    return [FAMILIES.make(family, level, rng) for _ in range(count)]


# -- the problems -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("family", "level"), CELLS)
def test_working_and_answer_are_right(family: str, level: int) -> None:
    for problem in sample(family, level):
        gold = Fraction(problem.answer)
        assert (problem.family, problem.level) == (family, level)
        assert problem.answer == str(gold), "not in canonical form"
        assert SOLVERS[family](problem.question) == gold, problem
        assert problem.steps
        for step in problem.steps:
            check_step(step, gold)
        assert re.findall(r"-?\d+(?:/\d+)?", problem.steps[-1])[-1] == problem.answer, problem


@pytest.mark.parametrize(("family", "level"), CELLS)
def test_wording_and_size(family: str, level: int) -> None:
    problems = sample(family, level)
    assert problems == sample(family, level)
    for problem in problems:
        assert problem.question.isascii() and problem.question[-1] in ".?" and "{" not in problem.question
        assert len(problem.question.split()) <= 30
        assert len("; ".join(problem.steps)) <= (110, 150, 180, 220, 250)[level - 1], problem
        if level < 4:
            assert "-" not in problem.answer and not any("= -" in step for step in problem.steps), problem
    mean = np.mean([len("; ".join(p.steps)) for p in problems])
    assert mean <= (60, 90, 130, 150, 190)[level - 1]


@pytest.mark.parametrize("family", ELEMENTARY)
def test_higher_levels_take_longer(family: str) -> None:
    """Nearly: in three families two neighbouring levels are of one length, and one of them is larger in its numbers."""
    means = [np.mean([len("; ".join(p.steps)) for p in sample(family, level)]) for level in range(1, 6)]
    assert all(high > 0.9 * low for low, high in zip(means, means[1:], strict=False)), means
    assert means[4] > 1.5 * means[0]


@pytest.mark.parametrize("family", ELEMENTARY)
def test_no_answer_dominates(family: str) -> None:
    everywhere, low = census(family, LEVELS, samples=1500), census(family, (1, 3), samples=1500)
    print(f"\n{family}: levels 1 to 3: {low}")
    assert everywhere.top_share < 0.2
    assert low.top_share < 0.2
    assert low.duplicates < 0.6


def test_negative_results_occur_where_they_may() -> None:
    negative = {family for family in ELEMENTARY for p in sample(family, 4, 100) if p.answer.startswith("-")}
    assert {"subtraction", "mixed_chain", "linear_equation", "brackets"} <= negative


@given(a=st.integers(-99_999, 99_999), b=st.integers(0, 99_999))
def test_working_of_sums_and_differences(a: int, b: int) -> None:
    for lines, result in ((working.plus(a, b), a + b), (working.minus(a, b), a - b)):
        for line in lines:
            check_step(line, Fraction(0))
        assert lines[-1].endswith(f" = {result}")


@given(a=st.integers(0, 9_999), b=st.integers(1, 999))
def test_working_of_products_quotients_and_remainders(a: int, b: int) -> None:
    cases = [(working.times(a, b), a * b), (working.over(a * b, b), a), (working.over(-a * b, b), -a)]
    if a >= b:
        cases.append((working.rest(a, b), a % b))
    for lines, result in cases:
        for line in lines:
            check_step(line, Fraction(0))
        assert lines[-1].endswith(f" = {result}")


def test_content_ignores_wording_and_order() -> None:
    one = Problem("addition", 1, "What is 4 + 7?", "11", ("4 + 7 = 11",))
    other = Problem("addition", 1, "Add 7 and 4.", "11", ("7 + 4 = 11",))
    third = Problem("addition", 1, "Add 7 and 5.", "12", ("7 + 5 = 12",))
    assert one.content == other.content != third.content


def test_unknown_family_and_level_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="'addition'"):
        FAMILIES.make("adition", 1, rng)
    for level in (0, 6, 1.5, "2", True):
        with pytest.raises(ValueError, match="expected an integer from 1 to 5"):
            FAMILIES.make("addition", level, rng)  # type: ignore[arg-type]


# -- the environment --------------------------------------------------------------------------------------------------


def test_gymnasium_checker_passes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make("LMMR1/TextMath-v0", render_mode="ansi").unwrapped)


def test_prompt_is_the_question_and_within_the_space() -> None:
    env = TextMathEnv(families=ELEMENTARY, levels=(1, 5), render_mode="ansi")
    space = text_space()
    for seed in range(500):
        obs, info = env.reset(seed=seed)
        assert obs in env.observation_space and obs["prompt"] in space
        assert set(obs["prompt"]) <= CHARSET
        assert env.render() == obs["prompt"]
        assert set(info) == {"family", "level", "answer", "hint"}
        assert SOLVERS[info["family"]](obs["prompt"].splitlines()[0]) == Fraction(info["answer"])
        assert info["hint"] == env.question.steps[0]


@pytest.mark.parametrize("style", TextMathEnv.demonstration_styles)
def test_demonstrations_earn_everything(style: str) -> None:
    env, rng = TextMathEnv(levels=(1, 5)), np.random.default_rng(0)
    for seed in range(300):
        env.reset(seed=seed)
        _, reward, terminated, truncated, info = env.step(env.demonstration(style, rng))
        assert (reward, terminated, truncated) == (1.5, True, False)
        assert info["success"] is True and info["score"] == 100.0
        assert info["format_reward"] == info["accuracy_reward"] == 1.0
        assert info["answer"] == info["gold"] == env.question.answer


def test_worked_demonstration_shows_the_steps() -> None:
    env, rng = TextMathEnv(), np.random.default_rng(0)
    env.reset(seed=4)
    steps, answer = "; ".join(env.question.steps), env.question.answer
    assert env.demonstration("worked", rng) == env.solution() == f"<think>{steps}</think><answer>{answer}</answer>"
    assert env.demonstration("direct", rng) == f"<think></think><answer>{answer}</answer>"
    with pytest.raises(ValueError, match="worked, direct"):
        env.demonstration("none", rng)


def test_wrong_answers_earn_the_format_only() -> None:
    env, rng = TextMathEnv(families=ELEMENTARY), np.random.default_rng(0)
    wins = 0
    for seed in range(300):
        env.reset(seed=seed)
        wrong = Fraction(env.question.answer) + 1
        _, reward, _, _, info = env.step(f"<think></think><answer>{wrong}</answer>")
        assert reward == 0.5 and info["success"] is False and info["score"] == 0.0 and info["accuracy_reward"] == 0.0
        _, reward, _, _, info = env.step(env.idle_response())
        assert reward == 0.5 and info["success"] is False
        wins += env.step(env.random_response(rng))[1] == 1.5
    assert wins < 20


def test_equal_values_count_whatever_their_form() -> None:
    env = TextMathEnv(families=["fraction_addition"])
    for seed in range(50):
        env.reset(seed=seed)
        gold = Fraction(env.question.answer)
        _, reward, *_ = env.step(f"<think></think><answer>{3 * gold.numerator}/{3 * gold.denominator}</answer>")
        assert reward == (1.5 if gold.denominator > 1 else 0.5)  # 9/3 for 3 is a division that was not done


def test_format_weight() -> None:
    env = TextMathEnv(format_weight=0.25)
    env.reset(seed=0)
    assert env.step(env.solution())[1] == 1.25
    assert env.step(env.idle_response())[1] == 0.25


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "x" * 100_000,
        "<think>" * 15_000,
        "<answer>" * 12_000,
        "</answer><answer></think>",
        "9" * 100_000,
        b"\xff\x00\xfe" * 1000,
        np.random.default_rng(0).bytes(10_000),
        "\x00\ud800",
        None,
        42.5,
    ],
    ids=lambda g: repr(g)[:20],
)
def test_garbage_earns_nothing(garbage: object) -> None:
    env = TextMathEnv()
    env.reset(seed=1)
    _, reward, terminated, _, info = env.step(garbage)  # type: ignore[arg-type]
    assert reward == 0.0 and terminated and info["success"] is False


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_any_answer_is_judged(text: str | bytes) -> None:
    env = TextMathEnv()
    env.reset(seed=2)
    inside = text if isinstance(text, str) else text.decode("utf-8", errors="replace")
    for action in (text, f"<think></think><answer>{inside}</answer>", f"<think>{inside}</think><answer>1/0</answer>"):
        _, reward, terminated, _, _ = env.step(action)  # type: ignore[arg-type]
        assert terminated and 0.0 <= reward <= 1.5


def test_a_huge_answer_is_wrong_but_well_formed() -> None:
    env = TextMathEnv()
    env.reset(seed=3)
    for huge in ("9" * 100_000, "1+" * 50_000, "{" * 100_000):
        assert env.step(f"<think></think><answer>{huge}</answer>")[1] == 0.5


def test_reset_is_a_function_of_the_seed() -> None:
    first, second = TextMathEnv(levels=(1, 5), split="train"), TextMathEnv(levels=(1, 5), split="train")
    second.reset(seed=999)
    for seed in range(100):
        assert first.reset(seed=seed) == second.reset(seed=seed)
    assert [first.reset()[0] for _ in range(20)] == [second.reset()[0] for _ in range(20)]


def test_options_choose_family_and_level() -> None:
    env = TextMathEnv()
    for family, level in CELLS:
        _, info = env.reset(seed=0, options={"family": family, "level": level})
        assert (info["family"], info["level"]) == (family, level)
    with pytest.raises(ValueError, match="'counting'"):
        env.reset(options={"family": "countin"})
    with pytest.raises(ValueError, match="expected an integer from 1 to 5"):
        env.reset(options={"level": 9})
    with pytest.raises(ValueError, match="question"):
        env.reset(options={"question": "What is 1 + 1?"})


def test_families_and_levels_are_respected() -> None:
    env = TextMathEnv(families=("maximum", "digit_sum"), levels=(2, 4))
    seen = {(info["family"], info["level"]) for info in (env.reset(seed=s)[1] for s in range(300))}
    assert seen == {(family, level) for family in ("maximum", "digit_sum") for level in (2, 3, 4)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"families": ["aditon"]}, "did you mean 'addition'"),
        ({"families": "addition"}, "non-empty sequence"),
        ({"families": []}, "non-empty sequence"),
        ({"levels": (0, 3)}, "level is 0"),
        ({"levels": (3, 6)}, "level is 6"),
        ({"levels": (3, 2)}, "lowest first"),
        ({"levels": 3}, "expected a pair"),
        ({"levels": (1, 2, 3)}, "expected a pair"),
        ({"format_weight": -0.1}, "at least 0"),
        ({"format_weight": float("nan")}, "at least 0"),
        ({"render_mode": "rgb_array"}, "offers ansi"),
        ({"split": "test"}, "'train', 'heldout'"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TextMathEnv(**arguments)  # type: ignore[arg-type]


def test_step_before_reset_is_refused() -> None:
    with pytest.raises(gym.error.ResetNeeded):
        TextMathEnv().step("")


def test_splits_share_no_question() -> None:
    questions: dict[str, set[str]] = {}
    for split in ("train", "heldout"):
        env = TextMathEnv(split=split)  # type: ignore[arg-type]
        questions[split] = {env.reset(seed=seed)[0]["prompt"] for seed in range(2000)}
        env.reset(seed=7)
        assert content_split(env.question.content) == split
    assert not questions["train"] & questions["heldout"]


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_every_family_has_problems_in_both_splits(split: str) -> None:
    env = TextMathEnv(split=split)  # type: ignore[arg-type]
    for family, level in CELLS:
        drawn = {env.reset(seed=s, options={"family": family, "level": level})[0]["prompt"] for s in range(20)}
        assert len(drawn) > 5, (family, level)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_vectorised(mode: str) -> None:
    venv = gym.make_vec("LMMR1/TextMath-v0", 3, vectorization_mode=mode, levels=(1, 2))
    try:
        obs, info = venv.reset(seed=5)
        single = [TextMathEnv(levels=(1, 2)).reset(seed=5 + i) for i in range(3)]
        assert list(obs["prompt"]) == [o["prompt"] for o, _ in single]
        answers = [f"<think></think><answer>{a}</answer>" for a in info["answer"]]
        assert list(info["answer"]) == [i["answer"] for _, i in single]
        answers[1] = "nothing of the kind"
        _, rewards, terminated, truncated, info = venv.step(tuple(answers))
        assert rewards.tolist() == [1.5, 0.0, 1.5] and terminated.all() and not truncated.any()
        assert info["success"].tolist() == [True, False, True]
    finally:
        venv.close()


def test_a_reward_of_ones_own_goes_into_the_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taste.py").write_text(
        "def length(response, env):\n    return len(response) + env.question.details['level']\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    env = TextMathEnv(rewards={"taste:length": -0.001})
    _, info = env.reset(seed=3)
    response = env.solution()
    assert env.step(response)[1] == pytest.approx(1.5 - 0.001 * (len(response) + info["level"]))
    with pytest.raises(ValueError, match="taste has no 'lenght'.*did you mean"):
        TextMathEnv(rewards={"taste:lenght": 1.0})
