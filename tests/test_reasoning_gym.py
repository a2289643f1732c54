"""source="reasoning_gym:TASK": the package's questions in our environment, scored in a process of their own."""

from __future__ import annotations

import copy
import gc
import sys
import time
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import envs  # noqa: F401  registers the ids
from envs.splits import content_split
from envs.text_math import TextMathEnv, scoring
from envs.text_math.guarded import MAX_ANSWER_CHARS, GuardedScorer

reasoning_gym = pytest.importorskip("reasoning_gym", reason="reasoning-gym is not installed: pip install reasoning-gym")

from envs.text_math.reasoning_gym import ReasoningGymSource  # noqa: E402

#: A task of each way to score: whole answers, numbers, sets, SymPy, `eval`, many right answers; and each way to draw.
TASKS = (
    "lcm",
    "fraction_simplification",
    "polynomial_multiplication",
    "countdown",
    "bitwise_arithmetic",
    "number_sorting",
    "graph_color",
    "gsm_symbolic",
)


def response(answer: str) -> str:
    return f"<think>a thought</think><answer>{answer}</answer>"


def environment(task: str, **kwargs: Any) -> TextMathEnv:
    return TextMathEnv(source=f"reasoning_gym:{task}", **kwargs)


@pytest.mark.parametrize("task", TASKS)
def test_the_known_answer_is_right_and_another_wrong(task: str) -> None:
    env = environment(task)
    for seed in range(3):
        obs, info = env.reset(seed=seed)
        assert obs in env.observation_space
        assert info["family"] == task and "hint" not in info
        _, reward, terminated, _, verdict = env.step(response(info["answer"]))
        assert (reward, terminated, verdict["success"]) == (1.5, True, True)
        env.reset(seed=seed)
        assert env.step(response("certainly not"))[1] == 0.5
        assert env.step("no answer at all")[1] == 0.0
    env.question.check.func.__self__.close()  # type: ignore[union-attr]


def test_verdicts_are_those_of_the_package() -> None:
    """A right answer in another form than the known one, and a partly right one."""
    source = ReasoningGymSource("countdown")
    reference = reasoning_gym.create_dataset("countdown", seed=0, size=2**31 - 1)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        item = reference[int(np.random.default_rng(seed).integers(2**31 - 1))]
        question = source.question(rng, None, {}, None)
        assert item["question"] in question.prompt and question.check is not None
        numbers = item["metadata"]["numbers"]
        for answer in (f"({item['answer']})", f"0 + {item['answer']}", " + ".join(map(str, numbers)), "", "7"):
            assert question.check(answer) == (reference.score_answer(answer, item) == 1.0), answer


def test_equivalent_polynomials_are_right() -> None:
    env = environment("polynomial_multiplication")
    env.reset(seed=0)
    reversed_terms = " + ".join(f"({term})" for term in env.question.answer.replace(" - ", " + -").split(" + ")[::-1])
    assert reversed_terms != env.question.answer
    assert env.step(response(reversed_terms))[4]["success"] is True


@pytest.mark.parametrize("task", ["string_insertion", "spiral_matrix", "binary_matrix", "n_queens"])
def test_an_answer_is_never_run_as_python(task: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    dataset = reasoning_gym.create_dataset(task, seed=0, size=1)
    attack = f"__import__('pathlib').Path({str(trace)!r}).write_text('x')"
    dataset.score_answer(attack, dataset[0])
    assert trace.exists(), "the package itself no longer runs answers: the guard may be obsolete"
    trace.unlink()
    assert GuardedScorer(task).is_correct(attack, dataset[0]) is False
    assert not trace.exists()


@pytest.mark.parametrize("task", ["countdown", "simple_integration", "polynomial_multiplication"])
def test_an_answer_is_never_run_by_sympy(task: str, tmp_path: Path) -> None:
    env, trace = environment(task), tmp_path / "trace"
    env.reset(seed=0)
    for attack in (f"__import__('pathlib').Path({str(trace)!r}).write_text('x')", f"open({str(trace)!r}, 'w')"):
        _, reward, *_ = env.step(response(attack))
        assert reward == 0.5 and not trace.exists()


def test_an_endless_answer_is_wrong_within_the_limit_and_the_next_is_judged() -> None:
    scorer = GuardedScorer("countdown", timeout=4.0)
    dataset = reasoning_gym.create_dataset("countdown", seed=0, size=1)
    item = dataset[0]
    right = f"({item['answer']})"
    assert scorer.is_correct(right, item)
    start = time.monotonic()
    assert scorer.is_correct("9**9**9**9", item) is False
    assert time.monotonic() - start < 20.0  # the limit, and a busy machine
    assert scorer.is_correct(right, item)
    scorer.close()
    assert scorer.is_correct(right, item)


def test_after_an_interrupt_the_next_verdict_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = GuardedScorer("countdown")
    item = reasoning_gym.create_dataset("countdown", seed=0, size=1)[0]
    right = f"({item['answer']})"
    assert not scorer.is_correct("1", item)
    with monkeypatch.context() as patch:

        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(scorer._worker, "_reply", interrupted)
        with pytest.raises(KeyboardInterrupt):
            scorer.is_correct(right, item)
    assert scorer.is_correct("1", item) is False


@pytest.mark.parametrize("task", ["polynomial_multiplication", "number_sorting"])
def test_garbage_is_wrong(task: str) -> None:
    scorer, item = GuardedScorer(task, timeout=1.0), reasoning_gym.create_dataset(task, seed=0, size=1)[0]
    long = "x" * (MAX_ANSWER_CHARS + 1)
    for garbage in ("(" * 5000, "1" * 15_000 + "!", "\x00", "\ud800", "[" * 10_000, "1e999999", long, ""):
        assert scorer.is_correct(garbage, item) is False


def test_a_scorer_leaves_no_process_behind() -> None:
    scorer = GuardedScorer("lcm")
    scorer.is_correct("1", reasoning_gym.create_dataset("lcm", seed=0, size=1)[0])
    assert scorer._worker is not None
    process = scorer._worker._process
    assert process.poll() is None
    del scorer
    gc.collect()
    assert process.poll() is not None


def test_every_task_asks_and_knows_its_answer() -> None:
    tasks = set(reasoning_gym.factory.DATASETS) - {"composite"}
    assert len(tasks) >= 100
    for task in sorted(tasks):
        source = ReasoningGymSource(task)
        question = source.question(np.random.default_rng(3), None, {}, "train")
        assert source.observation_space.contains({"prompt": question.prompt})
        assert content_split(question.content) == "train"
        assert question.answer or task in ("boxnet", "rush_hour")
        again = ReasoningGymSource(task).question(np.random.default_rng(3), None, {}, "train")
        assert (again.prompt, again.answer) == (question.prompt, question.answer), task


@pytest.mark.parametrize(
    ("source", "value"),
    [("[1, 'a']", [1, "a"]), ("(0xa3 + 2) * -7", -1155), ("~5 & 12 | 3 ^ 9", 10), ("1 << 4", 16), ("'b'", "b")],
)
def test_evaluate_knows_literals_and_arithmetic(source: str, value: object) -> None:
    assert scoring.evaluate(source) == value


@pytest.mark.parametrize("source", ["open('x')", "().__class__", "[].append(1)", "abc.d", "lambda: 0", "f'{1}'", ""])
def test_evaluate_refuses_the_rest(source: str) -> None:
    with pytest.raises((ValueError, NameError, SyntaxError)):
        scoring.evaluate(source)


@pytest.mark.parametrize(
    "source", ["x**2*sin(3*x)/5 - 0.5*y + C", "sqrt(2)*pi*exp(-X)", "(3*(4 + 1) - 2)/7", ".5 + 1."]
)
def test_parse_reads_expressions_as_sympy_does(source: str) -> None:
    sympy = pytest.importorskip("sympy")
    assert scoring.parse(source) == sympy.parse_expr(source)


@pytest.mark.parametrize(
    "source", ["x.is_real", "1 .real", "__import__('os')", "x; y", "open", "x['a']", "os", "(1).real"]
)
def test_parse_refuses_the_rest(source: str) -> None:
    with pytest.raises(ValueError, match="not an expression"):
        scoring.parse(source)


def test_refusing_takes_no_longer_than_reading() -> None:
    start = time.monotonic()
    for source in ("1" * 20_000 + "!", "1." * 10_000 + "!", "x " * 10_000 + "!"):
        with pytest.raises(ValueError, match="not an expression"):
            scoring.parse(source)
    assert time.monotonic() - start < 1.0


@pytest.mark.parametrize("task", ["lcm", "gsm_symbolic", "figlet_font"])
def test_reset_is_a_function_of_the_seed(task: str) -> None:
    first, second = environment(task, split="train"), environment(task, split="train")
    second.reset(seed=99)
    for seed in range(5):
        assert first.reset(seed=seed) == second.reset(seed=seed)
    assert len({first.reset(seed=seed)[0]["prompt"] for seed in range(10)}) > 5


def test_splits_share_no_question() -> None:
    prompts: dict[str, set[str]] = {}
    for split in ("train", "heldout"):
        env = environment("chain_sum", split=split)
        prompts[split] = {env.reset(seed=seed)[0]["prompt"] for seed in range(300)}
        assert content_split(env.question.content) == split
    assert not prompts["train"] & prompts["heldout"]
    assert min(map(len, prompts.values())) > 200


def test_prompts_in_any_characters_are_within_the_space() -> None:
    for task in ("emoji_mystery", "rectangle_count", "circuit_logic", "modulo_grid"):
        env = environment(task)
        for seed in range(5):
            assert env.reset(seed=seed)[0] in env.observation_space


def test_gymnasium_checker_passes() -> None:
    check_env(gym.make("LMMR1/TextMath-v0", source="reasoning_gym:gcd").unwrapped, skip_render_check=True)


def test_vectorised_in_processes() -> None:
    """The workers of `AsyncVectorEnv` are daemonic: they may not have children by `multiprocessing`."""
    venv = gym.make_vec("LMMR1/TextMath-v0", 2, vectorization_mode="async", source="reasoning_gym:simple_integration")
    try:
        _, info = venv.reset(seed=3)
        # Equal to the known answers, but not word for word.
        _, rewards, *_ = venv.step(tuple(response(f"0 + {answer}") for answer in info["answer"]))
        assert rewards.tolist() == [1.5, 1.5]
    finally:
        venv.close()


def test_a_copy_has_a_scorer_of_its_own() -> None:
    env = environment("countdown")
    env.reset(seed=0)
    right = response(f"({env.question.answer})")
    twin = copy.deepcopy(env)
    assert env.step(right)[1] == twin.step(right)[1] == 1.5


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(ValueError, match="did you mean 'reasoning_gym:chain_sum'"):
        environment("chainsum")
    with pytest.raises(ValueError, match="no task 'composite'"):
        environment("composite")
    with pytest.raises(ValueError, match="families is .*procedural"):
        environment("lcm", families=["addition"])


def test_a_missing_package_is_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reasoning_gym", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install -e "\.\[reasoning-gym\]"'):
        environment("lcm")
