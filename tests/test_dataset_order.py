"""The order of rows, their splits, and what the seed of a reset shows."""

from __future__ import annotations

import json
import logging
from collections import Counter
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.dataset import Order, RowError, RowSource, open_rows
from envs.splits import HELDOUT_OFFSET, Split, content_split, split_seed

RNG = np.random.default_rng(0)


@settings(max_examples=150, deadline=None)
@given(count=st.integers(1, 400), seed=st.integers(-(2**40), 2**70), epoch=st.integers(0, 2**40))
def test_every_epoch_visits_each_row_once(count: int, seed: int, epoch: int) -> None:
    order = Order(count, seed)
    assert sorted(order[epoch * count + place] for place in range(count)) == list(range(count))


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 60), world_size=st.integers(1, 7), epochs=st.integers(1, 4))
def test_shares_together_are_the_whole_order(count: int, world_size: int, epochs: int) -> None:
    order = Order(count, 3)
    length = count * epochs
    shares = [order.shard(rank, world_size) for rank in range(world_size)]
    dealt = [shares[position % world_size][position // world_size] for position in range(length)]
    assert dealt == [order[position] for position in range(length)]


def test_a_huge_order_is_entered_anywhere_at_once() -> None:
    order = Order(10**12, 1)
    rows = [order[10**15 + place] for place in range(1000)]
    assert len(set(rows)) == 1000 and all(0 <= row < 10**12 for row in rows)
    assert 0.45 < np.mean(rows) / 10**12 < 0.55  # spread evenly: standard error 0.009


def test_epochs_and_seeds_are_in_different_orders() -> None:
    epochs = {
        tuple(Order(50, seed)[epoch * 50 + place] for place in range(50)) for seed in range(5) for epoch in range(5)
    }
    assert len(epochs) == 25
    assert [Order(5, None)[place] for place in range(10)] == [0, 1, 2, 3, 4] * 2


def test_all_orders_of_a_few_rows_are_about_equally_likely() -> None:
    draws = 24 * 400
    seen = Counter(tuple(Order(4, 9)[epoch * 4 + place] for place in range(4)) for epoch in range(draws))
    expected = draws / 24
    statistic = sum((seen[p] - expected) ** 2 / expected for p in permutations(range(4)))
    assert statistic < 60  # chi-square with 23 degrees of freedom: beyond 60 in 4 of 100,000


@pytest.mark.parametrize(("count", "rank", "world"), [(0, 0, 1), (5, 1, 1), (5, -1, 2)])
def test_an_impossible_order_is_refused(count: int, rank: int, world: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        Order(count, 0, rank, world)
    with pytest.raises(ValueError, match="already"):
        Order(5).shard(0, 2).shard(0, 2)


# -- rows -------------------------------------------------------------------------------------------------------------


def write(path: Path, count: int, bad: dict[int, str] | None = None) -> Path:
    lines = [json.dumps({"prompt": f"what is {n} + 1?", "answer": str(n + 1)}) for n in range(count)]
    for number, line in (bad or {}).items():
        lines[number] = line
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def shown(source: RowSource, seeds: range, split: Split | None = None) -> list[int]:
    return [source.question(RNG, seed, {}, split).details["row"] for seed in seeds]


def test_consecutive_seeds_show_every_row_once(tmp_path: Path) -> None:
    source = open_rows(write(tmp_path / "a.jsonl", 40))
    first, second = shown(source, range(40)), shown(source, range(40, 80))
    assert sorted(first) == sorted(second) == list(range(40)) and first != second
    assert shown(source, range(HELDOUT_OFFSET, HELDOUT_OFFSET + 40)) == first


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_consecutive_seeds_show_every_row_of_a_split_once(tmp_path: Path, split: Split) -> None:
    source = open_rows(write(tmp_path / "a.jsonl", 400))
    members = [n for n in range(400) if content_split(source.at(n).content) == split]
    count = len(members)
    assert {"train": 310, "heldout": 25}[split] <= count <= {"train": 375, "heldout": 90}[split]
    seeds = range(split_seed(split, 0), split_seed(split, 0) + 3 * count)
    rows = shown(source, seeds, split)
    for epoch in range(3):
        assert sorted(rows[epoch * count : (epoch + 1) * count]) == members
    fresh = open_rows(write(tmp_path / "b.jsonl", 400))  # resumed in the middle, at first from a position far away
    assert shown(fresh, seeds[2 * count :], split) == rows[2 * count :]
    assert shown(fresh, seeds[:count], split) == rows[:count]


def test_shares_of_a_split_are_disjoint_and_complete(tmp_path: Path) -> None:
    source = open_rows(write(tmp_path / "a.jsonl", 160))
    members = [n for n in range(160) if content_split(source.at(n).content) == "train"]
    each = -(-len(members) // 4)
    rows = [row for rank in range(4) for row in shown(source.shard(rank, 4), range(each), "train")]
    assert set(rows) == set(members) and len(rows) - len(members) < 4


def test_a_reset_without_a_seed_draws_from_the_split_alone(tmp_path: Path) -> None:
    source = open_rows(write(tmp_path / "a.jsonl", 64))
    rng = np.random.default_rng(5)
    drawn = Counter(source.question(rng, None, {}, "heldout").details["row"] for _ in range(600))
    members = [n for n in range(64) if content_split(source.at(n).content) == "heldout"]
    assert sorted(drawn) == members
    expected = 600 / len(members)
    assert all(abs(count - expected) < 6 * np.sqrt(expected) for count in drawn.values())


def test_rows_can_be_named(tmp_path: Path) -> None:
    source = open_rows(write(tmp_path / "a.jsonl", 64))
    assert source.question(RNG, 7, {"row": 12}, None).answer == "13"
    other: Split = "train" if content_split(source.at(12).content) == "heldout" else "heldout"
    with pytest.raises(ValueError, match=f"row 12 of .* is not in split '{other}'"):
        source.question(RNG, 7, {"row": 12}, other)
    for wrong in (64, -1, "3", True, None):
        with pytest.raises(ValueError, match="has rows 0 to 63"):
            source.question(RNG, 7, {"row": wrong}, None)


def test_a_split_without_rows_is_an_error(tmp_path: Path) -> None:
    source = open_rows(write(tmp_path / "a.jsonl", 1))
    missing: Split = "train" if content_split(source.at(0).content) == "heldout" else "heldout"
    for seed in (0, None):
        with pytest.raises(ValueError, match=f"has no row in split '{missing}'"):
            source.question(RNG, seed, {}, missing)


BAD = {
    3: "{not json",
    7: '{"prompt": "x", "answer": "4", "images": ["none.png"]}',
    8: '{"prompt": "x", "answer": "4", "images": ["../up.png"]}',
    11: '{"prompt": "x", "answer": "(((" }',
    12: '{"prompt": "' + "x" * 40_000 + '", "answer": "4"}',
    13: '{"prompt": "\\ud800", "answer": "4"}',
    14: '{"prompt": "  ", "answer": "4"}',
    15: '{"prompt": "which?", "answer": "E", "choices": ["a", "b", "c", "d"]}',
    16: '{"prompt": "which?", "answer": "A", "choices": ["a"]}',
    17: '{"prompt": "x", "answer": "", "choices": []}',
}


def test_a_bad_row_names_its_line_when_it_is_shown(tmp_path: Path) -> None:
    source = open_rows(write(tmp_path / "a.jsonl", 20, BAD))
    for number in BAD:
        with pytest.raises(RowError, match=rf"a\.jsonl:{number + 1}: "):
            source.question(RNG, None, {"row": number}, None)
    with pytest.raises(RowError):
        shown(source, range(20))
    assert sorted(source.validate()) == sorted(BAD) and not source.skipped


@pytest.mark.parametrize("split", [None, "train"])
def test_bad_rows_are_skipped_counted_and_logged(
    tmp_path: Path, split: Split | None, caplog: pytest.LogCaptureFixture
) -> None:
    source = open_rows(write(tmp_path / "a.jsonl", 20, BAD), on_error="skip")
    with caplog.at_level(logging.WARNING):
        rows = shown(source, range(40), split) + [
            source.question(RNG, None, {}, split).details["row"] for _ in range(99)
        ]
    good = [n for n in range(20) if n not in BAD and split in (None, content_split(source.at(n).content))]
    assert set(rows) == set(good)
    assert set(source.skipped) <= set(BAD) and (split or set(source.skipped) == set(BAD))
    assert len(caplog.records) == len(source.skipped)
    assert all(f"a.jsonl:{n + 1}" in text for n, text in source.skipped.items())


def test_a_file_of_bad_rows_is_an_error_even_if_they_are_skipped(tmp_path: Path) -> None:
    source = open_rows(write(tmp_path / "a.jsonl", 4, dict.fromkeys(range(4), "[]")), on_error="skip")
    for seed in (0, None):
        with pytest.raises(ValueError, match="has no good row"):
            source.question(RNG, seed, {}, None)


def test_a_question_asked_in_the_same_words_is_in_the_same_split(tmp_path: Path) -> None:
    rows = [
        {"prompt": "what  is\n1 + 1?", "answer": "2"},
        {"prompt": "what is 1 + 1?", "answer": "\\frac{4}{2}"},
        {"message": json.dumps([{"role": "user", "content": "what is 1 + 1? "}]), "answer": "$2$", "id": 5},
        {"prompt": "what is 1 + 1?", "answer": "2", "images": ["a.png"]},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    contents = [open_rows(tmp_path / "a.jsonl").rows.content(n) for n in range(4)]
    assert contents[0] == contents[1] == contents[2] != contents[3]
