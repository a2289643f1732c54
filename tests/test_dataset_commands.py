"""The commands: rows come back from a conversion as they were, numbers are right, pages are safe, nothing is left half."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import envs.dataset.convert as converting
from envs.dataset import open_rows, open_table
from envs.dataset.__main__ import main
from envs.dataset.convert import lmm_r1_record, own_record
from envs.dataset.jsonl import own_or_lmm_r1
from envs.dataset.stats import histogram
from envs.splits import content_split

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name in ("a.png", "sub/a.png", "b.jpg"):
        Image.fromarray(rng.integers(256, size=(40, 60, 3), dtype=np.uint8)).save(folder / name)
    lines = [
        {"prompt": f"What does {HOSTILE} mean?", "answer": "7", "response": "<think>x</think><answer>7</answer>"},
        {"prompt": "Which?", "answer": "B", "choices": ["one", HOSTILE, "three"], "images": ["a.png", "sub/a.png"]},
        {"prompt": "How much is $x$?", "answer": "\\frac{3}{4}", "images": ["b.jpg"]},
        {"prompt": "Again?", "answer": "7", "images": ["a.png"]},
    ]
    path = folder / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    return path


def same(first: Path, second: Path) -> None:
    left, right = open_table(first, need=("prompt",)), open_table(second, need=("prompt",))
    assert len(left) == len(right)
    for a, b in zip(left, right, strict=True):
        assert (a.prompt, a.answer, a.choices, a.response) == (b.prompt, b.answer, b.choices, b.response)
        assert all(np.array_equal(x, y) for x, y in zip(a.load_images(), b.load_images(), strict=True))


def test_rows_survive_the_way_to_lmm_r1_and_back(rows: Path, tmp_path: Path) -> None:
    there, back = tmp_path / "out" / "there.jsonl", tmp_path / "out" / "back.jsonl"
    assert main(["convert", str(rows), str(there)]) == 0
    assert main(["convert", str(there), str(back), "--to", "rows"]) == 0
    same(rows, there)
    same(rows, back)
    first = json.loads(there.read_text().splitlines()[1])
    parts = json.loads(first["message"])[0]["content"]
    assert [part["type"] for part in parts] == ["image", "image", "text"]
    assert all(part["image"].startswith("file:///") for part in parts[:2])
    assert first["answer"] == "$B$"
    named = json.loads(back.read_text().splitlines()[1])["images"]
    assert len(set(named)) == 2 and all(name.startswith("back_images/") for name in named)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "back.jsonl",
        "back_images",
        "there.jsonl",
        "there_images",
    ]


def test_a_converted_row_stays_in_its_split(rows: Path, tmp_path: Path) -> None:
    main(["convert", str(rows), str(tmp_path / "there.jsonl")])
    before, after = open_table(rows), open_table(tmp_path / "there.jsonl")
    for number in (0, 2, 3):  # row 1 has two pictures of one name, so one of them was renamed
        assert before.content(number) == after.content(number)


TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=30)
WORDS = TEXTS.map(str.strip).filter(
    lambda text: text and not re.search(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text)
)


@settings(max_examples=200, deadline=None)
@given(prompt=WORDS, choices=st.lists(WORDS, min_size=2, max_size=8), right=st.integers(0, 7))
def test_options_survive_in_the_text(prompt: str, choices: list[str], right: int) -> None:
    from envs.dataset.convert import Row
    from envs.dataset.images import PictureFolder
    from envs.dataset.rows import Rows

    class One:
        def __init__(self, record: dict) -> None:
            self._record = record

        def __len__(self) -> int:
            return 1

        def where(self, index: int) -> str:
            return "here"

        def record(self, index: int) -> dict:
            return self._record

    def read(record: dict) -> Row:
        return Rows("one", One(json.loads(json.dumps(record))), own_or_lmm_r1, PictureFolder(None))[0]

    row = read({"prompt": prompt, "answer": "ABCDEFGH"[right % len(choices)], "choices": choices})
    back = read(lmm_r1_record(row, []))
    assert back.answer == row.answer
    assert (back.prompt, back.choices) == (row.prompt, row.choices)
    assert read(own_record(row, [], Path())).content == row.content == back.content


def test_nothing_is_replaced_unless_told_and_nothing_left_half(
    rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "x.jsonl"
    assert main(["convert", str(rows), str(out)]) == 0
    assert main(["convert", str(rows), str(out)]) == 2
    assert "--overwrite" in capsys.readouterr().err
    before = out.read_bytes()

    put = converting.Shelf.put

    def stopped(shelf: converting.Shelf, picture: object) -> str:
        put(shelf, picture)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(converting.Shelf, "put", stopped)
    assert main(["convert", str(rows), str(out), "--overwrite"]) == 130
    assert main(["convert", str(rows), str(out.with_name("y.jsonl"))]) == 130
    assert out.read_bytes() == before and len(list((tmp_path / "out" / "x_images").iterdir())) == 3
    assert sorted(path.name for path in out.parent.iterdir()) == ["x.jsonl", "x_images"]


def test_bad_rows_stop_a_conversion_or_are_left_out(
    rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with rows.open("a", encoding="utf-8") as stream:
        stream.write('{"prompt": "x", "answer": "1", "images": ["none.png"]}\n{"prompt": 3}\n')
    assert main(["convert", str(rows), str(tmp_path / "a.jsonl")]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1 and said[0].startswith("error: ") and "rows.jsonl:5" in said[0]
    assert main(["convert", str(rows), str(tmp_path / "a.jsonl"), "--on-error", "skip"]) == 0
    captured = capsys.readouterr()
    assert "rows.jsonl:5" in captured.err and "rows.jsonl:6" in captured.err and "4 rows, 2 skipped" in captured.out


def test_stats_count_what_there_is(rows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(rows)]) == 0
    with rows.open("a", encoding="utf-8") as stream:
        stream.write('{"prompt": "x", "answer": "((("}\n')
    assert main(["stats", str(rows)]) == 1
    said = capsys.readouterr().out
    tables = said.partition("rows.jsonl")[2]
    for label, count in (("rows", 4), ("with pictures", 3), ("with options", 1), ("with a demonstration", 1)):
        assert re.search(rf"│ {label} +│ +{count} │", tables), label
    held = sum(content_split(row.content) == "heldout" for row in list(open_table(rows))[:4])
    assert re.search(rf"│ split heldout +│ +{held} │", tables)
    assert re.search(r"most frequent: 7 +│ +2 │ +50.0 %", tables) and "60 x 40" in tables
    assert "bad row 4: " in said and "rows.jsonl:5" in said


def test_histograms_have_bins_that_double() -> None:
    table = histogram("t", Counter({0: 1, 1: 2, 3: 4, 4: 1, 7: 1, 8: 8}))
    cells = [list(column.cells) for column in table.columns]
    assert cells[0] == ["0", "1", "2 to 3", "4 to 7", "8 to 15"] and cells[1] == ["1", "2", "4", "2", "8"]
    assert [len(bar) for bar in cells[2]] == [5, 10, 20, 10, 40]


class Reader(HTMLParser):
    """Collects the tags, addresses and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.sources: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        assert not any(name.startswith("on") for name, _ in attributes)
        self.sources += [value or "" for name, value in attributes if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_preview_is_one_safe_page(rows: Path, tmp_path: Path) -> None:
    with rows.open("a", encoding="utf-8") as stream:
        stream.write('{"prompt": "x", "answer": "1", "images": ["<i>.png"]}\n')
    out = tmp_path / "page.html"
    assert main(["preview", str(rows), str(out)]) == 0
    page = Reader()
    page.feed(out.read_text(encoding="utf-8"))
    assert page.tags["article"] == 5 and page.tags["img"] == 4
    assert page.tags["script"] == page.tags["i"] == page.tags["link"] == 0
    assert all(source.startswith("data:image/webp;base64,") for source in page.sources)
    assert page.text.count(HOSTILE) == 2 and "<i>.png cannot be read" in page.text
    assert "prefers-color-scheme: dark" in out.read_text(encoding="utf-8")
    assert main(["preview", str(rows), str(out), "--rows", "2"]) == 2
    assert main(["preview", str(rows), str(out), "--rows", "2", "--overwrite"]) == 0
    assert out.read_text(encoding="utf-8").count("<article>") == 2


def test_the_source_of_other_environments_takes_the_same_rows(rows: Path) -> None:
    import gymnasium as gym

    env = gym.make("LMMR1/TextMath-v0", source=str(rows))
    observation, info = env.reset(options={"row": 1})
    assert observation in env.observation_space and len(observation["images"]) == 2
    assert info["answer"] == open_rows(rows).at(1).answer == "B"
