"""Rows of a file: what is read, and that every malformed row is named by file and line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from envs.dataset import RowError, read_rows
from trainers import sft


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_rows_and_their_pictures_are_read(tmp_path: Path) -> None:
    pixels = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    path = write(
        tmp_path / "rows.jsonl",
        json.dumps({"prompt": "what is it?", "images": ["a.png"], "answer": "B", "response": "<think></think>"}),
        "",
        json.dumps({"prompt": "2 + 2", "answer": "4"}),
    )
    first, second = read_rows(path)
    assert np.array_equal(first.load_images()[0], pixels)
    assert (first.answer, first.response) == ("B", "<think></think>")
    assert (second.prompt, second.images, second.response) == ("2 + 2", (), None)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{not json", "not a line of JSON"),
        ('"a string"', "the row is a str"),
        ('{"prompt": "x"}', "the row has no 'answer'"),
        ('{"prompt": "x", "answer": 4}', "'answer' is a int"),
        ('{"prompt": "x", "answer": "4", "imagse": []}', "the key 'imagse' is unknown"),
        ('{"prompt": "x", "answer": "4", "images": "a.png"}', "expected a list of paths"),
        ('{"prompt": "x", "answer": "4", "images": ["../secret.png"]}', "outside the dataset's folder"),
        ("[" * 100_000, "not a line of JSON"),
    ],
)
def test_a_malformed_row_names_file_and_line(tmp_path: Path, line: str, complaint: str) -> None:
    path = write(tmp_path / "rows.jsonl", '{"prompt": "fine", "answer": "1"}', line)
    with pytest.raises(RowError, match=complaint) as error:
        list(read_rows(path))
    assert "rows.jsonl:2" in str(error.value)


def test_a_file_that_is_missing_or_empty_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="expected a JSONL file"):
        list(read_rows(tmp_path / "none.jsonl"))
    with pytest.raises(RowError, match="has no rows"):
        list(read_rows(write(tmp_path / "empty.jsonl", "")))


def test_a_truncated_picture_names_its_row(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((64, 64, 3), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:60])
    path = write(tmp_path / "rows.jsonl", '{"prompt": "x", "answer": "4", "images": ["a.png"]}')
    with pytest.raises(RowError, match=r"rows.jsonl:1: the image .* cannot be read"):
        next(read_rows(path)).load_images()


def recipe(tmp_path: Path, rows: Path, model: Path) -> list[str]:
    config = write(
        tmp_path / "sft.yaml",
        f"run_dir: {tmp_path / 'run'}",
        f"model: {model}",
        "threads: 1",
        f"phases: [{{name: rows, steps: 2, batch: 2, data: [{{rows: {rows}}}]}}]",
    )
    return ["--config", str(config)]


def test_the_warm_start_learns_from_rows_with_pictures(tmp_path: Path, tiny_folder: Path) -> None:
    Image.fromarray(np.zeros((32, 32, 3), np.uint8)).save(tmp_path / "a.png")
    rows = write(
        tmp_path / "rows.jsonl",
        '{"prompt": "colour?", "images": ["a.png"], "response": "black"}',
        '{"prompt": "1 + 1", "response": "2"}',
    )
    assert sft.main(recipe(tmp_path, rows, tiny_folder)) == 0


def test_the_warm_start_refuses_a_response_with_an_image_placeholder(tmp_path: Path, tiny_folder: Path, capsys) -> None:
    rows = write(tmp_path / "rows.jsonl", '{"prompt": "1 + 1", "response": "2 <|image_pad|>"}')
    assert sft.main(recipe(tmp_path, rows, tiny_folder)) == 2
    assert "for which there is no picture" in capsys.readouterr().err


def test_the_warm_start_reports_a_malformed_row_in_one_line(tmp_path: Path, tiny_folder: Path, capsys) -> None:
    rows = write(tmp_path / "rows.jsonl", '{"prompt": "1 + 1", "respnse": "2"}')
    assert sft.main(recipe(tmp_path, rows, tiny_folder)) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert said[-1].startswith("error: ") and "rows.jsonl:1" in said[-1]
