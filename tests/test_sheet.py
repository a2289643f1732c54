"""The contact sheet: its size follows from its tiles, and what it cannot draw is one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from envs.sheet import main


def test_a_sheet_has_the_tiles_that_were_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    assert main(["LMMR1/Geometry-v0", "--out", str(out), "--count", "3", "--columns", "2", "size=224"]) == 0
    with Image.open(out) as sheet:
        assert sheet.width >= 2 * 224 and sheet.height >= 2 * 224


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["LMMR1/Geometry-v0", "--count", "0"], "0 tiles in rows of 4; expected at least 1"),
        (["LMMR1/Geometry-v0", "--columns", "0"], "12 tiles in rows of 0; expected at least 1"),
        (["LMMR1/Geometry-v0", "--count", "1", "--out", "/nowhere/sheet.png"], "/nowhere/sheet.png"),
        (["LMMR1/Sokoban-v0"], "asks no questions about pictures"),
        (["LMMR1/TextMath-v0"], "no pictures of a fixed size"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert complaint in told and told.count("\n") == 1
