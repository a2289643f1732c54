"""Every known data set: rows of its schema, made here, go through its entry; and what happens when there is no hub."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from envs.dataset import CATALOG, RowSource, open_rows
from envs.dataset.catalog import ALIASES, find
from envs.dataset.layouts import boxed, guessed, plain, split_options, without_marks

datasets = pytest.importorskip("datasets")
datasets.disable_progress_bars()

PIXELS = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3)
STRING, INT, FLOAT = datasets.Value("string"), datasets.Value("int64"), datasets.Value("float64")
STRINGS, IMAGE = datasets.List(STRING), datasets.Image()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def png() -> dict[str, Any]:
    stream = io.BytesIO()
    Image.fromarray(PIXELS).save(stream, "PNG")
    return {"bytes": stream.getvalue(), "path": "images/1.png"}


def stored(path: Path, features: dict[str, Any], *rows: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    full = [{column: row.get(column) for column in features} for row in rows]
    datasets.Dataset.from_list(full, features=datasets.Features(features)).to_parquet(str(path))
    return path


METADATA = {"category": STRING, "source": STRING, "task": STRING, "skills": STRINGS}
MATHVISTA = {
    "pid": STRING,
    "question": STRING,
    "image": STRING,
    "decoded_image": IMAGE,
    "choices": STRINGS,
    "unit": STRING,
    "precision": FLOAT,
    "answer": STRING,
    "question_type": STRING,
    "answer_type": STRING,
    "metadata": METADATA,
    "query": STRING,
}
MATHVERSE = {
    "sample_index": STRING,
    "problem_index": STRING,
    "problem_version": STRING,
    "question": STRING,
    "image": IMAGE,
    "answer": STRING,
    "question_type": STRING,
    "metadata": {"split": STRING, "source": STRING, "subject": STRING, "subfield": STRING},
    "query_wo": STRING,
    "query_cot": STRING,
    "question_for_eval": STRING,
}
MATHVISION = {
    "id": STRING,
    "question": STRING,
    "options": STRINGS,
    "image": STRING,
    "decoded_image": IMAGE,
    "answer": STRING,
    "solution": STRING,
    "level": INT,
    "subject": STRING,
}
OLYMPIAD = {
    "id": INT,
    "question": STRING,
    "solution": STRINGS,
    "final_answer": STRINGS,
    "context": STRING,
    **{f"image_{number}": IMAGE for number in range(1, 10)},
    "modality": STRING,
    "difficulty": STRING,
    "is_multiple_answer": datasets.Value("bool"),
    "unit": STRING,
    "answer_type": STRING,
    "error": STRING,
    "question_type": STRING,
    "subfield": STRING,
    "subject": STRING,
    "language": STRING,
}
#: For each name: file in the folder, features, row, and what the prompt begins with, answer, options, pictures, details.
SCHEMAS: dict[
    str, tuple[str, dict[str, Any], dict[str, Any], tuple[str, str, tuple[str, ...], int, dict[str, str]]]
] = {
    "geoqa": (
        "data/train-00000-of-00001.parquet",
        {"image": IMAGE, "problem": STRING, "solution": STRING},
        {"image": png(), "problem": "angle 1 = 35°, then angle 2 = ()", "solution": "<answer> 145° </answer>"},
        ("angle 1 = 35°, then angle 2 = ()", "145°", (), 1, {}),
    ),
    "geoqa+": (
        "data/train-00000-of-00001.parquet",
        {"images": datasets.List(IMAGE), "problem": STRING, "answer": STRING},
        {"images": [png()], "problem": "<image>Find the angle.", "answer": "60"},
        ("Find the angle.", "60", (), 1, {}),
    ),
    "geometry3k": (
        "data/train-00000-of-00001.parquet",
        {
            "images": datasets.List(IMAGE),
            "problem": STRING,
            "answer": STRING,
            "id": INT,
            "choices": STRINGS,
            "ground_truth": STRING,
        },
        {
            "images": [png()],
            "problem": "<image>Find $x$.",
            "answer": "7 \\sqrt { 2 }",
            "id": 3,
            "choices": ["7", "7 \\sqrt { 2 }"],
            "ground_truth": "B",
        },
        ("Find $x$.", "7 \\sqrt { 2 }", (), 1, {"id": "3"}),
    ),
    "gsm8k": (
        "main/train-00000-of-00001.parquet",
        {"question": STRING, "answer": STRING},
        {
            "question": "Ann has 48 hens and half as many ducks. All?",
            "answer": "48/2 = <<48/2=24>>24 ducks\n72.\n#### 1,072",
        },
        ("Ann has 48 hens", "1,072", (), 0, {}),
    ),
    "math": (
        "{config}/train-00000-of-00001.parquet",
        {"problem": STRING, "level": STRING, "type": STRING, "solution": STRING},
        {
            "problem": "What is $\\frac12$ of $\\boxed{3}$?",
            "level": "Level 2",
            "type": "Algebra",
            "solution": "No $\\boxed{1}$.\nIt is $\\boxed{\\frac{3}{2}}$.",
        },
        ("What is $\\frac12$", "\\frac{3}{2}", (), 0, {"level": "Level 2", "type": "Algebra"}),
    ),
    "math500": (
        "test.jsonl",
        {},
        {
            "problem": "Find $p$.",
            "solution": "It is\n$\\boxed{p - q}$.",
            "answer": "p - q",
            "subject": "Precalculus",
            "level": 2,
            "unique_id": "test/1.json",
        },
        ("Find $p$.", "p - q", (), 0, {"subject": "Precalculus", "level": "2", "unique_id": "test/1.json"}),
    ),
    "gpqa-diamond": (
        "gpqa_diamond.csv",
        {},
        {
            "Question": "Which?",
            "Correct Answer": 'right, and "so"',
            "Incorrect Answer 1": "one",
            "Incorrect Answer 2": "two\n",
            "Incorrect Answer 3": "three",
            "Subdomain": "Optics",
        },
        ("Which?", "?", ("one", 'right, and "so"', "three", "two"), 0, {"Subdomain": "Optics"}),
    ),
    "mathvista": (
        "data/testmini-00000-of-00001.parquet",
        MATHVISTA,
        {
            "pid": "1",
            "question": "Which is it?",
            "image": "images/1.jpg",
            "decoded_image": png(),
            "choices": ["C", "B", "larger than"],
            "answer": "C",
            "question_type": "multi_choice",
            "answer_type": "text",
            "metadata": {"category": "math", "source": "IQTest", "task": "logic", "skills": ["x"]},
            "query": "…",
        },
        ("Which is it?", "A", ("C", "B", "larger than"), 1, {"source": "IQTest", "pid": "1"}),
    ),
    "mathverse": (
        "testmini.parquet",
        MATHVERSE,
        {
            "sample_index": "9",
            "problem_index": "2",
            "problem_version": "Text Dominant",
            "question": "AB parallel CD, then angle 2 is equal to ()\nChoices:\nA:50°\nB:60°\nC:65°\nD:90°",
            "image": png(),
            "answer": "C",
            "question_type": "multi-choice",
            "metadata": {"split": "testmini", "source": "Geo", "subject": "Plane Geometry", "subfield": "Angle"},
        },
        (
            "AB parallel CD",
            "C",
            ("50°", "60°", "65°", "90°"),
            1,
            {"problem_version": "Text Dominant", "subfield": "Angle"},
        ),
    ),
    "mathvision": (
        "data/test-00000-of-00001.parquet",
        MATHVISION,
        {
            "id": "4",
            "question": "Which piece fits <image1>?",
            "options": ["A", "B", "C", "D", "E"],
            "image": "images/4.jpg",
            "decoded_image": png(),
            "answer": "E",
            "level": 1,
            "subject": "logic",
        },
        ("Which piece fits ?", "E", ("A", "B", "C", "D", "E"), 1, {"level": "1", "subject": "logic", "id": "4"}),
    ),
    "olympiadbench": (
        "{config}/{config}.parquet",
        OLYMPIAD,
        {
            "id": 2231,
            "question": "From <image_1> to <image_2>, how far?",
            "solution": ["…"],
            "final_answer": ["$\\frac{1}{2}$"],
            "context": "A snail.",
            "image_1": png(),
            "image_2": png(),
            "is_multiple_answer": False,
            "unit": "m",
            "answer_type": "Numerical",
            "subfield": "Mechanics",
        },
        (
            "A snail.\nFrom [picture 1] to [picture 2], how far?\nGive the result in m.",
            "\\frac{1}{2}",
            (),
            2,
            {"unit": "m", "id": "2231", "is_multiple_answer": "false"},
        ),
    ),
    "olympiadbench-text": (
        "{config}/{config}.parquet",
        OLYMPIAD,
        {"id": 1, "question": "Find $a<b$.", "final_answer": ["$3$"], "is_multiple_answer": False},
        ("Find $a<b$.", "3", (), 0, {"id": "1"}),
    ),
    "mm-star": (
        "mmstar.parquet",
        {
            "index": INT,
            "question": STRING,
            "image": IMAGE,
            "answer": STRING,
            "category": STRING,
            "l2_category": STRING,
            "meta_info": {"source": STRING, "split": STRING, "image_path": STRING},
        },
        {
            "index": 0,
            "question": "Which is right?\nOptions: A: The case is on it., B: 3, 4, and 5, C: no, D: yes",
            "image": png(),
            "answer": "B",
            "category": "coarse perception",
            "l2_category": "image scene",
        },
        (
            "Which is right?",
            "B",
            ("The case is on it.", "3, 4, and 5", "no", "yes"),
            1,
            {"category": "coarse perception"},
        ),
    ),
    "deepscaler": (
        "deepscaler.json",
        {},
        {"problem": "Let $a$ be 2. Find $a^2$.", "answer": "4", "solution": "Square it.\nIt is 4."},
        ("Let $a$ be 2.", "4", (), 0, {}),
    ),
}


def write(folder: Path, file: str, features: dict[str, Any], row: dict[str, Any], config: str | None) -> Path:
    path = folder / file.format(config=config)
    path.parent.mkdir(parents=True, exist_ok=True)
    match path.suffix:
        case ".parquet":
            return stored(path, features, row)
        case ".csv":
            datasets.Dataset.from_list([row]).to_csv(str(path))
        case _:
            path.write_text(json.dumps([row] if path.suffix == ".json" else row) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_rows_of_each_schema_are_understood(tmp_path: Path, name: str) -> None:
    file, features, row, (prompt, answer, choices, images, details) = SCHEMAS[name]
    entry = CATALOG[name]
    paths = [write(tmp_path / "set", file, features, row, config) for config in entry.configs]
    place = tmp_path / "set" if paths[0].suffix == ".parquet" else paths[0]
    if file in ("testmini.parquet", "mmstar.parquet") or name.startswith("olympiad"):
        _card(tmp_path / "set", name, paths)
    source = open_rows(f"{name}:{place}")
    assert len(source) == len(paths)
    question = source.at(len(source) - 1)
    assert question.prompt.startswith(prompt)
    assert sorted(question.choices) == sorted(choices)
    if name == "gpqa-diamond":
        assert question.choices["ABCD".index(question.answer)] == 'right, and "so"'
    else:
        assert (question.answer, question.choices) == (answer, choices)
    assert len(question.images) == images and all(np.array_equal(image, PIXELS) for image in question.images)
    assert details.items() <= question.details["columns"].items()
    assert not source.validate()


def _card(folder: Path, name: str, paths: list[Path]) -> None:
    """The head of the set's card on the hub, which says what its configurations and splits are."""
    entry = CATALOG[name]
    lines = []
    for config, path in zip(entry.configs, paths, strict=True):
        place = path.relative_to(folder)
        lines.append(f"  - config_name: {config or 'default'}\n    data_files:")
        lines.append(f"      - split: {entry.split}\n        path: {place}")
    (folder / "README.md").write_text("---\nconfigs:\n" + "\n".join(lines) + "\n---\n", encoding="utf-8")


def test_every_entry_has_a_schema_here() -> None:
    assert set(CATALOG) - {"vermulti", "vermulti-geo"} == set(SCHEMAS)
    assert all(find(alias) is find(name) is not None for alias, name in ALIASES.items())


def test_worked_solutions_become_steps(tmp_path: Path) -> None:
    file, features, row, _ = SCHEMAS["gsm8k"]
    write(tmp_path, file, features, row, None)
    assert open_rows(f"gsm8k:{tmp_path}").at(0).steps == ("48/2 = 24 ducks", "72.")


def test_mathvista_says_unit_and_decimals(tmp_path: Path) -> None:
    row = {**SCHEMAS["mathvista"][2], "choices": None, "question_type": "free_form", "answer": "1.2"}
    row |= {"answer_type": "float", "precision": 1.0, "unit": "cm"}
    stored(tmp_path / "data" / "testmini-00000-of-00001.parquet", MATHVISTA, row)
    question = open_rows(f"mathvista:{tmp_path}").at(0)
    assert question.prompt.startswith("Which is it?\nGive the result in cm.\nRound the result to 1 decimals.")
    assert (question.answer, question.choices) == ("1.2", ())


def test_mathverse_may_have_its_question_in_the_picture(tmp_path: Path) -> None:
    row = {**SCHEMAS["mathverse"][2], "question": "", "problem_version": "Vision Only"}
    question = open_rows(f"mathverse:{stored(tmp_path / 'testmini.parquet', MATHVERSE, row)}").at(0)
    assert question.prompt.startswith("Solve the problem in the picture.") and question.answer == "C"


def test_bad_rows_of_a_table_name_set_and_number(tmp_path: Path) -> None:
    features = {"question": STRING, "answer": STRING}
    rows = [
        {"question": "1 + 1?", "answer": "#### 2"},
        {"question": "2?", "answer": "2"},
        {"question": "3?", "answer": None},
    ]
    path = stored(tmp_path / "rows.parquet", features, *rows)
    problems = open_rows(f"gsm8k:{path}").validate()
    assert sorted(problems) == [1, 2]
    assert "rows.parquet#1: 'answer' has no line that begins with ####" in problems[1]
    assert "rows.parquet#2: the row has no text in 'answer'" in problems[2]


# -- LMM-R1 -----------------------------------------------------------------------------------------------------------


def message(text: str, *images: str, system: str | None = None) -> str:
    parts = [*({"type": "image", "image": image} for image in images), {"type": "text", "text": text}]
    before = [{"role": "system", "content": system}] if system else []
    return json.dumps([*before, {"role": "user", "content": parts}])


def test_vermulti_is_read_where_it_was_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / "VerMulti"
    for sub in ("mathv60k_img", "mathv_geo_img"):
        (folder / sub).mkdir(parents=True)
        Image.fromarray(PIXELS).save(folder / sub / "1.png")
    text = "Question: Which?\nChoices:\n(A) 5 cm\n(B) 6 cm"
    rows = {
        "mathv60k_message.jsonl": ("file:///cluster/data/mathv60k/mathv60k_img/1.png", "$\\boxed{B}$"),
        "mathv_geo_message.jsonl": ("data/mathv_geo/mathv_geo_img/1.png", "$B$"),
    }
    for file, (image, answer) in rows.items():
        row = {"message": message(text, image, system="Think in <think> tags."), "answer": answer, "id": 1}
        (folder / file).write_text(json.dumps(row) + "\n", encoding="utf-8")
    for name in ("vermulti", "vermulti-geo"):
        question = open_rows(f"{name}:{folder}").at(0)
        assert question.prompt.startswith("Question: Which?\nOptions:\nA. 5 cm\nB. 6 cm\n")
        assert "Think in" not in question.prompt
        assert (question.answer, question.choices) == ("B", ("5 cm", "6 cm"))
        assert np.array_equal(question.images[0], PIXELS)
        assert question.details["columns"] == {"id": "1"}
    with pytest.raises(ValueError, match=r"hf download VLM-Reasoner/VerMulti .*tar -xzf .*vermulti:VerMulti"):
        open_rows("vermulti")


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("[not json", "not a list written as a string"),
        (7, "expected a list of chat messages"),
        ([], "0 messages of the user"),
        ([{"role": "user", "content": "a"}, {"role": "user", "content": "b"}], "2 messages of the user"),
        ([{"role": "user", "content": [{"type": "video", "video": "a"}]}], "has the type 'video'"),
        (
            [{"role": "user", "content": [{"type": "image", "image": None}, {"type": "text", "text": "a"}]}],
            "an image is None",
        ),
        ([{"role": "user", "content": 4}], "the content of a message"),
        ("[" * 100_000, "not a list written as a string"),
    ],
)
def test_a_malformed_message_is_named(tmp_path: Path, value: Any, complaint: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"message": value, "answer": "$1$"}) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"a\.jsonl:1: .*{complaint}"):
        open_rows(path).at(0)


def test_messages_keep_the_place_of_later_pictures_and_the_reply(tmp_path: Path) -> None:
    data = "data:image/png;base64,iVBORw0KGgo="
    parts = [
        {"type": "image_url", "image_url": {"url": data}},
        {"type": "text", "text": "Compare"},
        {"type": "image", "image": data},
        {"type": "text", "text": "with it."},
    ]
    talk = [{"role": "user", "content": parts}, {"role": "assistant", "content": "<think></think><answer>3</answer>"}]
    (tmp_path / "a.jsonl").write_text(json.dumps({"message": talk, "answer": 3}) + "\n", encoding="utf-8")
    row = open_rows(tmp_path / "a.jsonl").rows[0]
    assert row.prompt == "Compare\n[picture 2]\nwith it."
    assert (row.answer, row.response, len(row.images)) == ("3", "<think></think><answer>3</answer>", 2)


# -- files and names --------------------------------------------------------------------------------------------------


def test_any_table_with_the_usual_columns_is_read(tmp_path: Path) -> None:
    row = {"problem": "Find <image>.", "solution": "So it is $\\boxed{4}$.", "image": png(), "score": 0.5}
    features = {"problem": STRING, "solution": STRING, "image": IMAGE, "score": FLOAT}
    stored(tmp_path / "data" / "train-0.parquet", features, row)
    stored(tmp_path / "data" / "test-0.parquet", features, row, row)
    data = datasets.DatasetDict({"train": datasets.Dataset.from_list([row], features=datasets.Features(features))})
    data.save_to_disk(str(tmp_path / "saved"))
    data["train"].save_to_disk(str(tmp_path / "one"))
    for name, count in (
        (tmp_path / "data" / "train-0.parquet", 1),
        (tmp_path / "data", 1),
        (f"{tmp_path / 'data'}@test", 2),
        (tmp_path / "saved", 1),
        (tmp_path / "one", 1),
    ):
        source = open_rows(name)
        question = source.at(0)
        assert (len(source), question.answer, question.details["columns"]) == (count, "4", {"score": "0.5"})
        assert np.array_equal(question.images[0], PIXELS)


def test_test_sets_are_held_out_as_a_whole(tmp_path: Path) -> None:
    features = {"question": STRING, "answer": STRING}
    rows = [{"question": f"{n} + 1?", "answer": f"#### {n + 1}"} for n in range(20)]
    stored(tmp_path / "main" / "test-0.parquet", features, *rows)
    file = stored(tmp_path / "gpqa.parquet", features, *rows)
    rng = np.random.default_rng(0)
    source = open_rows(f"gsm8k:{tmp_path}@test")
    shown = {source.question(rng, seed, {}, "heldout").details["row"] for seed in range(20)}
    assert shown == set(range(20))
    for benchmark in (source, RowSource(open_rows(f"mm-star:{file}").rows)):
        with pytest.raises(ValueError, match="is a test set and has no split 'train'"):
            benchmark.question(rng, 0, {}, "train")


@pytest.mark.parametrize(
    ("name", "kind", "complaint"),
    [
        ("gsm8", ValueError, "did you mean 'gsm8k'"),
        ("none.jsonl", FileNotFoundError, "no dataset at none.jsonl"),
        ("a/b/c", FileNotFoundError, "no dataset at a/b/c"),
        ("gsm8k:nowhere", FileNotFoundError, "no dataset at nowhere"),
        ("rows.txt", ValueError, "ends with '.txt'; expected .jsonl"),
        ("empty.jsonl", ValueError, "has no rows"),
        ("broken.parquet", ValueError, r"broken\.parquet cannot be read"),
        ("x" * 5000, ValueError, "is unknown"),
        ("a\0b", ValueError, "is unknown"),
    ],
)
def test_a_name_that_means_nothing_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: type[Exception], complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("rows.txt", "broken.parquet"):
        Path(file).write_text("PAR1 and so on", encoding="utf-8")
    Path("empty.jsonl").write_text("\n \n", encoding="utf-8")
    with pytest.raises(kind, match=complaint) as error:
        open_rows(name)
    assert "\n" not in str(error.value)


def last_words(name: str, home: Path, **variables: str) -> str:
    """What opening a data set ends with in a process that has these variables and an empty cache."""
    script = f"from envs.dataset import open_rows\nopen_rows({name!r})"
    surroundings = {**os.environ, "HF_HOME": str(home), **variables}
    ended = subprocess.run(
        [sys.executable, "-c", script], env=surroundings, capture_output=True, text=True, check=False
    )
    return ended.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("name", ["gsm8k", "math", "gpqa-diamond", "owner/set:config@test"])
def test_a_hub_that_is_switched_off_is_one_clear_line(name: str, tmp_path: Path) -> None:
    said = last_words(name, tmp_path, HF_HUB_OFFLINE="1")
    assert said.startswith("envs.dataset.errors.HubError: ")
    assert "HF_HUB_OFFLINE" in said and "NAME:FOLDER" in said


@pytest.mark.nightly  # the library tries for 20 seconds
def test_a_hub_that_cannot_be_reached_is_one_clear_line(tmp_path: Path) -> None:
    said = last_words("gsm8k", tmp_path, HF_HUB_OFFLINE="0", HF_ENDPOINT="http://127.0.0.1:9")
    assert said.startswith("envs.dataset.errors.HubError: openai/gsm8k:main@train could not be loaded")
    assert "the hub cannot be reached; check the network" in said


def test_without_the_package_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install -e "\.\[datasets\]"'):
        open_rows("gsm8k")


# -- parts of rows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q?\nChoices:\nA. 1\nB. 2", ("Q?", ("1", "2"))),
        ("Q?\nChoices:\n(A) 1, B: 2\n(B) 3", ("Q?", ("1, B: 2", "3"))),
        ("Q?\nOptions: A: 1, B: 2.", ("Q?", ("1", "2."))),
        ("Choices: of life?\nChoices:\nA) x\nB) y\nC) z", ("Choices: of life?", ("x", "y", "z"))),
        ("Q?", None),
        ("Q?\nChoices:\n1. x\n2. y", None),
        ("Q?\nChoices:\nA. x", None),
        ("Q?\nChoices:\nA. x\nB. y\nSay the letter.", None),
        ("Choices:\nA. x\nB. y", None),
        ("Q?\nChoices:\nA. x\nB. ", None),
    ],
)
def test_listed_options_are_taken_apart_or_left_alone(text: str, expected: tuple | None) -> None:
    assert split_options(text) == (expected or (text, ()))


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("$3$", "3"),
        ("$\\boxed{B}$", "B"),
        ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
        ("<answer> 145° </answer>", "145°"),
        ("$3$ and $4$", "$3$ and $4$"),
        ("\\boxed{1} or \\boxed{2}", "\\boxed{1} or \\boxed{2}"),
        (" x ", "x"),
        ("$", "$"),
    ],
)
def test_gold_answers_are_unwrapped(written: str, answer: str) -> None:
    assert plain(written) == answer


def test_boxes_are_matched_and_marks_numbered() -> None:
    assert boxed("a \\boxed{\\text{a {b} c}} d") == "\\text{a {b} c}"
    assert boxed("\\boxed{1} \\fbox{2}") == "2" and boxed("none") is None and boxed("\\boxed{{1}") is None
    assert without_marks("<image>\nA <image> b", 2) == "[picture 1]\nA [picture 2] b"
    assert without_marks("A <image> b", 0) == "A <image> b" and without_marks("<image 1>A", 1) == "A"


@pytest.mark.parametrize("text", ["<answer>" * 20_000, "\\boxed{" * 20_000, "\nChoices:\nA. " * 10_000, ", B" * 50_000])
def test_hostile_texts_take_no_time(text: str) -> None:
    import time

    began = time.perf_counter()
    plain(text), boxed(text), split_options(text), split_options("Q\nOptions: A. " + text), without_marks(text, 2)
    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize(("name", "separator"), [("rows.csv", ","), ("rows.tsv", "\t")])
def test_cells_of_a_text_table_are_kept_as_they_are_written(tmp_path: Path, name: str, separator: str) -> None:
    pytest.importorskip("datasets")
    answers = ["007", "None", "true", str(2**60 + 1), "0.10"]
    lines = [separator.join(("question", "answer", "remark")), *(f"q{separator}{a}{separator}" for a in answers)]
    (tmp_path / name).write_text(
        "\ufeff" + "\r\n".join([*lines, f"q{separator}{separator}x"]) + "\r\n", encoding="utf-8"
    )
    source = open_rows(tmp_path / name)
    assert [source.at(number).answer for number in range(len(answers))] == answers
    with pytest.raises(ValueError, match="the row has no 'answer'"):
        source.at(len(answers))


@pytest.mark.parametrize("options", ["ABCD", 4, {"A": "1"}])
def test_options_that_are_no_list_make_a_bad_row(options: Any) -> None:
    with pytest.raises(ValueError, match="'options' is .*expected a list"):
        guessed({"question": "q", "options": options, "answer": "A"})


@pytest.mark.parametrize("answer", [float("nan"), float("inf")])
def test_an_answer_that_is_no_number_of_the_line_makes_a_bad_row(answer: float) -> None:
    with pytest.raises(ValueError, match="no text in 'answer'"):
        guessed({"question": "q", "answer": answer})


def test_roots_are_a_list_and_the_empty_name_means_nothing(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"prompt": "p", "answer": "1"}\n')
    with pytest.raises(ValueError, match="image_roots is .*expected a list of folders"):
        open_rows(tmp_path / "rows.jsonl", image_roots=str(tmp_path))
    with pytest.raises(ValueError, match="'' is unknown"):
        open_rows("")
