"""Verdicts are those of a careful marker of exams: the whole labelled table, and what is_correct promises of its arguments."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verdict_cases import load_cases

from rewards import VerifierPool, are_correct, check_gold, is_correct

CASES = load_cases()


@pytest.fixture(scope="module")
def pool():
    with VerifierPool(timeout=20) as patient:
        yield patient


@pytest.fixture(scope="module")
def closed():
    pool = VerifierPool()
    pool.close()
    return pool


@pytest.fixture(scope="module")
def verdicts(pool):
    return are_correct(
        [(case.answer, case.gold) for case in CASES],
        choices=[case.choices for case in CASES],
        tolerances=[case.tolerance for case in CASES],
        pool=pool,
    )


@pytest.mark.parametrize("kind", list(dict.fromkeys(case.kind for case in CASES)))
def test_every_labelled_verdict_of_a_kind_agrees(verdicts, kind):
    wrong = [case for case, verdict in zip(CASES, verdicts, strict=True) if case.kind == kind and verdict != case.right]
    assert not wrong


def test_the_table_is_large_balanced_and_without_repetitions():
    assert len(CASES) >= 400
    assert len({(case.gold, case.answer, case.choices, case.tolerance) for case in CASES}) == len(CASES)
    assert 0.4 < sum(case.right for case in CASES) / len(CASES) < 0.6


def test_every_gold_answer_of_the_table_passes_the_check(pool):
    for gold, choices in dict.fromkeys((case.gold, case.choices) for case in CASES):
        check_gold(gold, choices=choices, pool=pool)


# -- properties -------------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.fractions(max_denominator=1000), st.fractions(max_denominator=1000))
def test_fractions_are_equal_exactly_if_python_says_so(closed, gold, answer):
    written = f"{answer.numerator}/{answer.denominator}" if answer.denominator > 1 else str(answer.numerator)
    assert is_correct(written, str(gold), pool=closed) is (gold == answer)
    assert is_correct(rf"$\frac{{{gold.numerator * 6}}}{{{gold.denominator * 6}}}$", str(gold), pool=closed) is (
        gold.denominator > 1
    )


@settings(max_examples=200, deadline=None)
@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.sampled_from([0.0, 0.001, 0.05, 0.5]))
def test_the_tolerance_is_relative_to_the_gold_number_and_its_bound_is_included(closed, gold, answer, tolerance):
    expected = abs(answer - gold) <= Fraction(str(tolerance)) * abs(gold)
    assert is_correct(str(answer), str(gold), tolerance=tolerance, pool=closed) is expected


@pytest.mark.parametrize(
    ("one", "other", "factor"),  # one unit in the other, from the definitions of the units
    [
        ("km", "m", Fraction(1000)),
        ("m^2", "cm^2", Fraction(10_000)),
        ("m^3", "L", Fraction(1000)),
        ("L", "mL", Fraction(1000)),
        ("inch", "cm", Fraction(254, 100)),
        ("mile", "km", Fraction(1_609_344, 1_000_000)),
        ("acre", "square yards", Fraction(4840)),
        ("gallon", "cubic inches", Fraction(231)),
        ("pound", "g", Fraction(45_359_237, 100_000)),
        ("week", "minutes", Fraction(7 * 24 * 60)),
        ("year", "months", Fraction(12)),
        ("m/s", "km/h", Fraction(36, 10)),
        ("g/cm^3", "kg/m^3", Fraction(1000)),
        ("kWh", "J", Fraction(3_600_000)),
        ("kcal", "J", Fraction(4184)),
        ("N", "kg m/s^2", Fraction(1)),
        ("V", "J/C", Fraction(1)),
        (r"\Omega", "V/A", Fraction(1)),
        ("F", "C/V", Fraction(1)),
        ("W", "J/s", Fraction(1)),
        ("Hz", "/s", Fraction(1)),
        ("atm", "Pa", Fraction(101_325)),
        ("dollar", "cents", Fraction(100)),
        ("byte", "bits", Fraction(8)),
        ("revolution", "°", Fraction(360)),
    ],
)
def test_units_convert_exactly(closed, one, other, factor):
    assert is_correct(f"{7 * factor} {other}", f"7 {one}", pool=closed) is True
    assert is_correct(f"7 {one}", f"{7 * factor} {other}", pool=closed) is True
    assert is_correct(f"{7 * factor + Fraction(1, 10**9)} {other}", f"7 {one}", pool=closed) is False


@pytest.mark.parametrize("celsius", [Fraction(-40), Fraction(0), Fraction(37), Fraction(100)])
def test_temperatures_convert_with_their_zero_points(closed, celsius):
    assert is_correct(f"{celsius * Fraction(9, 5) + 32} °F", f"{celsius} °C", pool=closed) is True
    assert is_correct(f"{celsius + Fraction(27315, 100)} K", f"{celsius} °C", pool=closed) is True
    assert is_correct(f"{celsius * Fraction(9, 5) + 33} °F", f"{celsius} °C", pool=closed) is False


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=2, max_size=5, unique=True), st.randoms(use_true_random=False))
def test_order_matters_in_tuples_and_not_in_sets(closed, items, random):
    shuffled = random.sample(items, len(items))
    gold, answer = (", ".join(map(str, order)) for order in (items, shuffled))
    assert is_correct(rf"\{{{answer}\}}", rf"\{{{gold}\}}", pool=closed) is True
    assert is_correct(f"({answer})", f"({gold})", pool=closed) is (items == shuffled)
    assert is_correct(rf"\{{{answer}, 51\}}", rf"\{{{gold}\}}", pool=closed) is False


@settings(max_examples=100, deadline=None)
@given(st.integers(-9, 9), st.integers(1, 9), st.booleans(), st.booleans())
def test_intervals_and_inequalities_are_the_same_sets(closed, low, width, left, right):
    less, bracket = {True: r"\le", False: "<"}, {True: "[]", False: "()"}
    high = low + width
    as_interval = f"{bracket[left][0]}{low}, {high}{bracket[right][1]}"
    as_inequality = f"{low} {less[left]} x {less[right]} {high}"
    assert is_correct(as_inequality, as_interval, pool=closed) is True
    assert is_correct(as_interval, as_inequality, pool=closed) is True
    opposite = f"{bracket[not left][0]}{low}, {high}{bracket[right][1]}"
    assert is_correct(opposite, as_interval, pool=closed) is False


# -- arguments --------------------------------------------------------------------------------------------------------


def test_a_batch_takes_options_and_tolerances_one_by_one(closed):
    pairs = [("12", "B"), ("3.2", "3.14"), ("3.2", "3.14"), (None, "A")]
    choices = [("10", "12"), (), (), ("1", "2")]
    assert are_correct(pairs, choices=choices, tolerances=[0, 0.05, 0, 0], pool=closed) == [True, True, False, False]
    assert are_correct(pairs[1:3], tolerances=0.05, pool=closed) == [True, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tolerance": -0.1}, "tolerance is -0.1"),
        ({"tolerance": float("nan")}, "tolerance is nan"),
        ({"tolerance": float("inf")}, "tolerance is inf"),
        ({"choices": ("1", "2")}, "names none of the 2 choices; expected A to B"),
        ({"choices": "12"}, "sequence"),
        ({"choices": ["1"] * 27}, "at most 26"),
    ],
)
def test_bad_arguments_are_named_in_one_line(closed, arguments, message):
    with pytest.raises(ValueError, match=message) as error:
        is_correct("5", "C", pool=closed, **arguments)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["choices", "tolerances"])
def test_a_batch_wants_one_entry_a_pair(closed, name):
    with pytest.raises(ValueError, match=f"{name} has 1 entries for 2 pairs"):
        are_correct([("5", "5"), ("6", "6")], pool=closed, **{name: [()] if name == "choices" else [0.0]})


def test_check_gold_wants_a_letter_of_the_choices(closed):
    check_gold("(B)", choices=["1", "2"], pool=closed)
    for gold in ("C", "2", "AB", "b2"):
        with pytest.raises(ValueError, match="names none of the 2 choices"):
            check_gold(gold, choices=["1", "2"], pool=closed)


@pytest.mark.parametrize("gold", [r"\{1, \frac{\}", r"(1, \frac{1}{0})", r"x > \frac{", "1, 2, ?", r"5 \frac{"])
def test_check_gold_looks_into_structures(pool, gold):
    with pytest.raises(ValueError, match="does not parse"):
        check_gold(gold, pool=pool)
