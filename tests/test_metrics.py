"""Metrics against SciPy, brute force over all subsets, and closed forms."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats as reference

from eval.metrics import compare, natural, paired, score, tables
from eval.record import Record
from eval.stats import bootstrap_interval, majority, mcnemar, pass_at_k, sign_flip


def one(index: int, success: bool, sample: int = 0, **changes: object) -> Record:
    plain = Record(
        index=index,
        sample=sample,
        id="LMMR1/TextMath-v0",
        kwargs={},
        seed=index,
        responses=["r"],
        stop_reasons=["stop"],
        tokens=[10],
        prompt_tokens=[5],
        formats=[1.0],
        rewards=[float(success)],
        answer="1",
        success=success,
        score=100.0 * success,
        seconds=0.5,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", ["normal", "skewed", "shares"])
def test_bootstrap_intervals_equal_scipys(shape: str) -> None:
    rng = np.random.default_rng(0)
    values = {
        "normal": rng.normal(40, 10, 200),
        "skewed": rng.exponential(5, 150),
        "shares": rng.integers(0, 5, 120) / 4,
    }[shape]
    theirs = reference.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=rng
    ).confidence_interval
    ours = bootstrap_interval(values.tolist(), 20_000)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.06 * (theirs.high - theirs.low))
    assert ours == bootstrap_interval(values.tolist(), 20_000)


@pytest.mark.parametrize("won", range(0, 12, 3))
@pytest.mark.parametrize("lost", range(0, 12, 2))
def test_mcnemar_is_the_binomial_test_of_discordant_pairs(won: int, lost: int) -> None:
    expected = reference.binomtest(won, won + lost).pvalue if won + lost else 1.0
    assert mcnemar(won, lost) == pytest.approx(expected)


@pytest.mark.parametrize("count", [4, 9, 40])
def test_sign_flips_equal_scipys_permutation_test(count: int) -> None:
    rng = np.random.default_rng(count)
    differences = rng.normal(0.4, 1, count).round(3)
    theirs = reference.permutation_test(
        (differences, np.zeros(count)),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=20_000,
        rng=rng,
    ).pvalue
    assert sign_flip(differences.tolist()) == pytest.approx(theirs, abs=0.015)


def test_a_test_of_no_difference_finds_none() -> None:
    assert sign_flip([0.0, 0.0]) == 1.0 and sign_flip([]) == 1.0 and mcnemar(0, 0) == 1.0


def test_pass_at_k_is_the_mean_over_all_choices_of_k_answers() -> None:
    for n in range(1, 7):
        for solved in range(n + 1):
            answers = [True] * solved + [False] * (n - solved)
            for k in range(1, n + 1):
                expected = np.mean([any(chosen) for chosen in combinations(answers, k)])
                assert pass_at_k(n, solved, k) == pytest.approx(expected)
    with pytest.raises(ValueError, match="k = 4"):
        pass_at_k(3, 1, 4)


def test_a_majority_is_what_a_fair_choice_among_the_most_frequent_answers_wins() -> None:
    right = {"a": True, "b": False, "c": False}
    for votes in product(["a", "b", "c", None], repeat=4):
        cast = [vote for vote in votes if vote]
        most = [x for x in set(cast) if cast.count(x) == max(map(cast.count, cast))]
        expected = np.mean([right[x] for x in most]) if most else 0.0
        assert majority(votes, [right.get(vote or "", False) for vote in votes]) == pytest.approx(expected)


def test_a_score_of_several_answers_to_each_task() -> None:
    solved = [[1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]]
    records = [
        one(task, bool(right), sample, answer=str(right))
        for task, row in enumerate(solved)
        for sample, right in enumerate(row)
    ]
    told = score(records)
    assert (told["n"], told["samples"], told["success"]) == (3, 4, pytest.approx(5 / 12))
    assert told["pass@1"] == pytest.approx(5 / 12)
    assert told["pass@2"] == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert told["pass@4"] == pytest.approx(2 / 3)
    assert told["maj@4"] == pytest.approx(1 / 3)
    assert (told["tokens"], told["prompt_tokens"], told["seconds_per_task"]) == (40, 20, 2)


def test_truncation_format_and_errors_are_counted() -> None:
    records = [
        one(0, True),
        one(1, False, stop_reasons=["length"], formats=[0.0], tokens=[30]),
        one(2, False, error="refused", score=None, stop_reasons=["error"], formats=[0.0], tokens=[0]),
    ]
    told = score(records)
    assert (told["n"], told["scored"], told["errors"]) == (3, 2, 1)
    assert (told["truncated"], told["format"]) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert told["response_tokens"] == pytest.approx(40 / 3)
    assert told["score"] == 50 and told["success"] == pytest.approx(1 / 3)


def test_tables_keep_labels_that_tell_kinds_apart() -> None:
    records = [one(i, i % 2 == 0, labels={"preset": f"v{i % 3 * 5}", "same": "x", "row": str(i)}) for i in range(30)]
    told = tables(records)
    assert list(told) == ["preset"]
    assert list(told["preset"]) == ["v0", "v5", "v10"]
    assert [row["n"] for row in told["preset"].values()] == [10, 10, 10]
    assert natural("v2") < natural("v10") and natural("a") > natural("5")


def test_two_runs_are_compared_task_by_task() -> None:
    before = [one(i, i < 4) for i in range(10)]
    after = [one(i, i != 0 and i < 9) for i in range(10)]
    told = compare(after, before)
    assert (told["won"], told["lost"], told["n"]) == (5, 1, 10)
    assert told["difference"] == pytest.approx(40)
    assert told["p"] == pytest.approx(reference.binomtest(1, 6).pvalue)
    assert told["score_difference"] == pytest.approx(40)


def test_runs_of_other_tasks_are_not_compared() -> None:
    with pytest.raises(ValueError, match="task 0 is .* seed 7"):
        paired([one(0, True, seed=7)], [one(0, True)])
    with pytest.raises(ValueError, match="no task in common"):
        paired([one(0, True)], [one(1, True)])
