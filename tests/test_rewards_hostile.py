"""No answer makes a verdict slow, fails the process that asks, or earns what it should not."""

from __future__ import annotations

import statistics
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewards import VerifierPool, are_correct, extract_answer, format_reward, is_correct
from rewards.accuracy import MAX_ANSWER_CHARS

LIMIT = 1.0  # seconds a verdict may take in the impatient pool
SLACK = 2.5  # seconds for killing, replacing and a busy machine

GOLDS = [
    ("5", ()),
    ("5 cm", ()),
    ("(1, 2]", ()),
    (r"\{1, 2\}", ()),
    ("Paris", ()),
    ("yes", ()),
    ("B", ()),
    ("x = 5", ()),
    (r"2\sqrt{3}", ()),
    ("B", ("1 cm", "2 cm", "red", r"\sqrt{2}")),
]
SYMBOLS = (
    r"( ) { } [ ] \{ \} 1 1, 1,234 1/ \frac{ \frac{1}{2} \frac12 a x= = x<1 < \le \cup \pm $ $5 \text{ \text{a} \boxed{ "
    r"\boxed{1} ^ ^{ ° % m/ /( A) A, B. (A) ½ \sqrt( \sqrt{ sqrt ** * \ . ' - -- 1- _ x_ x_{1} \in | 1:2: e 1e9 10^ ~ "
    r"\approx .. # \mathbb{R} \begin{ \\ ¤ US$ \log_2 -( & ; Ω a' a- \cdot ﷺ é 日 \left \right \mid :"
)
WORDS = (
    "The answer is ",
    "is ",
    "or ",
    "and ",
    "1 or ",
    "x = 1, ",
    "5 cm ",
    "5 ft 3 in ",
    "per ",
    "square ",
    " ",
    "not ",
)
PIECES = (*SYMBOLS.split(), *WORDS)


@pytest.fixture(scope="module")
def impatient():
    with VerifierPool(timeout=LIMIT) as pool:
        assert pool.equivalent([("x+1", "1+x")]) == [True]  # started
        yield pool


@pytest.fixture(scope="module")
def closed():
    pool = VerifierPool()
    pool.close()
    return pool


def judged_here(answer, gold, choices, closed):
    """The verdict, or None where computer algebra would have to be asked."""
    try:
        return is_correct(answer, gold, choices=choices, pool=closed)
    except RuntimeError:
        return None


@pytest.mark.parametrize("lead", ["", "5 ", "x = ", "B) ", "The answer is "])
def test_repetitions_of_anything_are_read_in_linear_time(closed, lead):
    def seconds(piece):
        answer = (lead + piece * MAX_ANSWER_CHARS)[:MAX_ANSWER_CHARS]
        start = time.thread_time()
        for gold, choices in GOLDS:
            judged_here(answer, gold, choices, closed)
        return time.thread_time() - start

    limit = 0.05 * len(GOLDS)  # about 2 ms each on an idle machine
    slow = [piece for piece in PIECES if seconds(piece) > limit]
    # A full garbage collection of a long test run may fall into one reading; into two of the same piece it does not.
    assert not [piece for piece in slow if seconds(piece) > limit]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.sampled_from(GOLDS))
def test_no_string_raises_as_answer_or_as_gold(closed, text, gold):
    assert judged_here(text, *gold, closed) in (True, False, None)
    assert judged_here("5", text, (), closed) in (True, False, None)


@pytest.mark.parametrize(
    ("answer", "gold", "choices"),
    [
        ("9**9**9**9", "5 cm", ()),
        ("9^{9^{9^{9}}} cm", "5 cm", ()),
        (r"\{1, 9^{9^{9^{9}}}\}", r"\{1, 2\}", ()),
        ("(1, 10^{10^{10}}]", "(1, 2]", ()),
        ("x = 1000000000!", "x = 5", ()),
        ("1000000000!", "B", ("1 cm", "2 cm", "red", r"\sqrt{2}")),
        (r"x^{x^{x^{x}}} < 9^{9^{9^{9}}}", "x > 3", ()),
        ("(x+y+z)^{100000}", "x+y+z", ()),
        (r"\sqrt{" * 300 + "6" + "}" * 300, r"2\sqrt{3}", ()),
        ("(" * 900 + "6" + ")" * 900, r"2\sqrt{3}", ()),
        (r"\{" * 400 + "6" + r"\}" * 400, r"\{1, 2\}", ()),
        (r"\sum_{n=1}^{10^{9}} n^2", r"2\sqrt{3}", ()),
        ("__import__('os')._exit(5)", r"2\sqrt{3}", ()),
        ("\x00" * 1000, "5 cm", ()),
        (r"\frac{1}{2}+" * 9000, r"\{1, 2\}", ()),
    ],
)
def test_a_hostile_answer_in_any_structure_is_false_in_time(impatient, answer, gold, choices):
    start = time.monotonic()
    assert is_correct(answer, gold, choices=choices, pool=impatient) is False
    assert time.monotonic() - start < LIMIT + SLACK
    assert is_correct("y+x", "x+y", pool=impatient) is True


def test_a_tolerance_gives_hostile_numbers_no_more_time(impatient):
    start = time.monotonic()
    assert is_correct("10^{10^{10}}", r"2\sqrt{3}", tolerance=0.01, pool=impatient) is False
    assert time.monotonic() - start < LIMIT + SLACK


def test_an_answer_that_wants_more_memory_than_allowed_is_false_long_before_its_time_is_up():
    with VerifierPool(max_workers=1, timeout=60, memory_bytes=2**30) as pool:
        assert pool.equivalent([("x+1", "1+x")]) == [True]
        start = time.monotonic()
        assert pool.equivalent([("5", "2^{68719476736}")]) == [False]  # 8 GiB
        assert time.monotonic() - start < 20
        assert pool.equivalent([("x+1", "1+x")]) == [True]


def test_one_hostile_answer_in_a_group_leaves_the_others_their_verdicts(impatient):
    pairs = [(rf"{n}+\sqrt{{2}}", rf"\sqrt{{2}}+{n}") for n in range(30)]
    pairs[7] = ("9^{9^{9^{9}}}", r"\sqrt{2}+7")
    assert are_correct(pairs, pool=impatient) == [n != 7 for n in range(30)]


@pytest.mark.parametrize(
    "unit",
    [
        "<think>",
        "</think>",
        "<answer>",
        "</answer>",
        "<answer></answer>",
        "\\boxed{",
        "\\boxed{}",
        "{}",
        "<",
        "\\",
        " ",
        "\n",
        "x",
    ],
)
def test_a_megabyte_of_anything_costs_milliseconds(unit):
    text = "<think>" + unit * (1_000_000 // len(unit)) + "</think><answer>5</answer>"
    seconds = []
    for _ in range(5):
        start = time.process_time()
        format_reward(text)
        extract_answer(text)
        seconds.append(time.process_time() - start)
    assert statistics.median(seconds) < 0.1  # below 0.02 on an idle machine


@pytest.mark.parametrize("answer", ["-(" * 660 + "5" + ")" * 660, "minus " * 330 + "5"])
def test_signs_without_end_do_not_exhaust_the_callers_stack(answer):
    def deep(frames):
        return deep(frames - 1) if frames else is_correct(answer, "5.5")

    assert deep(600) is False
