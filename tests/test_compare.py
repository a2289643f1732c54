"""`python -m eval` and `python -m eval.compare` as commands: folders that grow, resume and are compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents import scripted
from eval import __main__ as command
from eval import compare
from eval.record import read, record_path

MINE = """
suites:
  mine:
    id: LMMR1/Sokoban-v0
    kwargs: {mode: global}
    max_tokens: 64
    parts:
      - {kwargs: {preset: mini-v0}, weight: 3}
      - {kwargs: {preset: tiny-v0}}
  sums: {id: LMMR1/TextMath-v0, kwargs: {levels: [1, 1]}}
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    return path


def evaluate(mine: Path, policies: str, out: Path, *more: str) -> int:
    return command.main(["--policies", policies, "--suites", str(mine), "--episodes", "12", "--out", str(out), *more])


def test_several_policies_play_the_same_tasks_and_are_compared_with_the_first(mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert evaluate(mine, "idle,solver,random", out) == 0
    results = json.loads((out / "results.json").read_text())
    assert list(results["suites"]) == ["mine", "sums"] and list(results["suites"]["mine"]) == [
        "idle",
        "solver",
        "random",
    ]
    assert results["suites"]["mine"]["solver"]["success"] == 1
    told = results["comparisons"]["mine"]["solver - idle"]
    assert (told["difference"], told["won"], told["lost"]) == (100, 12, 0)
    assert told["p"] == pytest.approx(2 / 2**12)
    presets = results["tables"]["mine"]["solver"]["preset"]
    assert {name: row["n"] for name, row in presets.items()} == {"mini-v0": 9, "tiny-v0": 3}
    played = [[(r.index, r.seed, r.id) for r in read(record_path(out, "mine", name))] for name in ("idle", "random")]
    assert played[0] == played[1]
    assert {"torch", "transformers"} <= results["settings"]["versions"].keys()
    assert (out / "report.html").exists()


def test_policies_may_be_added_to_a_folder_but_settings_may_not_change(mine: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert evaluate(mine, "idle", out) == 0
    assert evaluate(mine, "idle,solver", out) == 0
    assert list(json.loads((out / "results.json").read_text())["suites"]["mine"]) == ["idle", "solver"]
    assert evaluate(mine, "idle", out, "--seed", "1") == 2
    assert "other settings (seed); choose another --out folder" in capsys.readouterr().err


def test_an_interrupted_evaluation_says_how_to_go_on_and_does(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    out, asked = tmp_path / "out", []

    def idle(prompt, rng):
        asked.append(prompt)
        if len(asked) == 11:
            raise KeyboardInterrupt
        return prompt.task.idle_response()

    monkeypatch.setitem(scripted.SCRIPTS, "idle", idle)
    assert evaluate(mine, "idle", out, "--batch", "5") == 130
    assert "To go on: python -m eval" in capsys.readouterr().err
    assert evaluate(mine, "idle", out, "--batch", "5") == 0
    assert len(asked) == 11 + 2 + 12  # two batches of the first suite were kept
    assert json.loads((out / "results.json").read_text())["suites"]["mine"]["idle"]["n"] == 12


def test_an_answer_that_cannot_be_had_is_counted_and_asked_again(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    out, broken = tmp_path / "out", True

    def solver(prompt, rng):
        if broken and "box" in prompt.text:
            raise ValueError("gave up\x1b[31m [bold]here")
        return prompt.task.solution()

    monkeypatch.setitem(scripted.SCRIPTS, "solver", solver)
    assert evaluate(mine, "solver", out) == 0
    told = capsys.readouterr()
    assert "solver on mine: 12 of 12 failed and count as not solved (task 0: gave up [31m [bold]here" in told.err
    assert "\x1b" not in told.err
    results = json.loads((out / "results.json").read_text())["suites"]
    assert (results["mine"]["solver"]["errors"], results["sums"]["solver"]["errors"]) == (12, 0)
    broken = False
    assert evaluate(mine, "solver", out) == 0
    assert json.loads((out / "results.json").read_text())["suites"]["mine"]["solver"]["success"] == 1


def test_several_samples_give_pass_at_k(mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert evaluate(mine, "random", out, "--samples", "4", "--temperature", "1") == 0
    told = json.loads((out / "results.json").read_text())["suites"]["mine"]["random"]
    assert told["samples"] == 4 and told["pass@1"] <= told["pass@2"] <= told["pass@4"]
    assert told["pass@1"] == pytest.approx(told["success"]) and "maj@4" in told


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("suites: {a: {id: x, kwarg: {}}}", "suites.a has 'kwarg'; did you mean 'kwargs'?"),
        ("suites: {a: {id: x, parts: [{weight: 0}]}}", "suites.a.parts.0: weight is 0"),
        ("suites: {a: {kwargs: {}}}", "suites.a: "),
        ("suites: {a: {id: x, samples: 4}}", "samples is 4 at temperature 0"),
        ("suites: []", "no readable `suites:` mapping"),
        ("suites: {a: 3}", "suites.a is 3; expected a mapping"),
        ("a: [", "no readable `suites:` mapping"),
    ],
)
def test_a_wrong_suite_file_is_one_line(content: str, complaint: str, tmp_path: Path, capsys) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(content)
    assert evaluate(path, "idle", tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert complaint in said and said.count("\n") == 1


def test_compare_pairs_two_folders_task_by_task(mine: Path, tmp_path: Path, capsys) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert evaluate(mine, "idle,random", first) == 0
    assert evaluate(mine, "solver", second) == 0
    capsys.readouterr()
    assert compare.main([f"{first}:idle", str(second), "--by", "preset", "--suite", "mine"]) == 0
    said = capsys.readouterr().out
    assert "second:solver - first:idle" in said and "+100.0 [+100.0, +100.0]" in said and "preset tiny-v0" in said
    assert "sums" not in said


@pytest.mark.parametrize(
    ("pair", "complaint"),
    [
        (("nowhere", "first"), "there is no run folder nowhere"),
        (("first:idel", "first"), "did you mean 'idle'?"),
        (("first", "other"), "task 0 is"),
        (("first", "."), "has no results.json"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    pair: tuple[str, str], complaint: str, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert evaluate(mine, "idle", Path("first")) == 0
    other = tmp_path / "other.yaml"
    other.write_text(MINE.replace("mini-v0", "tiny-v0"))
    assert evaluate(other, "idle", Path("other")) == 0
    capsys.readouterr()
    assert compare.main(list(pair)) == 2
    said = capsys.readouterr().err
    assert complaint in said and said.startswith("error: ") and said.count("\n") == 1
