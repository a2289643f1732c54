"""The report: it tells what the run's files say, whole and inert, whatever is missing from them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agents.rollout import EnvironmentPool
from agents.scripted import ScriptedPolicy
from eval import record as records
from eval import report
from eval.gallery import replay
from eval.record import Record, record_path
from eval.report import episodes
from eval.report.__main__ import main
from eval.report.curves import smooth, thin, ticks
from eval.report.episodes import Shown, spread
from eval.report.sheet import MAX_SIDE, Sheet
from eval.runner import evaluate
from eval.suites import Suite

EVIL = "<script>alert('x')</script>\"><img src=x onerror=y>"
VOID = {"meta", "img", "br", "line", "circle", "polyline", "input"}
SUITES = {
    "sokoban": Suite("LMMR1/Sokoban-v0", {"preset": "mini-v0"}),
    "text-math": Suite("LMMR1/TextMath-v0", {"levels": [1, 2]}),
}


class Page(HTMLParser):
    """Elements, text and data of a document; fails on tags that don't match."""

    def __init__(self, path: Path):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)
        assert not self._open
        self.data = json.loads(self.scripts[0])

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] == ["script"]:
            self.scripts.append(data)
        elif self._open[-1:] != ["style"]:
            self.text += data + " "

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.tags if name == tag]

    def charts(self) -> list[dict]:
        return [attributes for attributes in self.all("figure") if attributes.get("class") == "chart"]


def score(value: float, half: float, success: float) -> dict:
    return {
        "score": value,
        "ci95": [value - half, value + half],
        "success": success,
        "success_ci95": [success - 0.03, success + 0.03],
        "n": 200,
        "format": 0.93,
        "response_tokens": 87.0,
    }


def write_metrics(folder: Path, stages=("fre", "mgt"), steps: int = 40) -> None:
    rows = [
        {
            "stage": stage,
            "step": step,
            "reward": (step + 1) / 40,
            "success": 0.5,
            "entropy": 0.3,
            "grad_norm": 1.0,
            "clip_threshold": 2.0,
            "response_tokens": 90,
        }
        for stage in stages
        for step in range(steps)
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def play(folder: Path, columns: dict[str, str], count: int = 6) -> None:
    """Records of scripted policies under the names of columns."""
    for column, script in columns.items():
        for name, suite in SUITES.items():
            evaluate(ScriptedPolicy(script), suite, count, store=record_path(folder, name, column))


@pytest.fixture
def run(tmp_path) -> Path:
    folder = tmp_path / "nano-0"
    folder.mkdir()
    stages = {"base": score(44.0, 3.1, 0.082), "fre": score(46.3, 3.0, 0.11), "mgt": score(71.9, 2.9, 0.525)}
    results = {
        "stages": {stage: {"sokoban": value} for stage, value in stages.items()},
        "gains": {
            "sokoban": {
                "fre - base": {"difference": 2.3, "ci95": [-1.2, 5.8]},
                "mgt - fre": {"difference": 25.6, "ci95": [21.4, 29.8]},
            }
        },
        "seconds": 2840.0,
        "seed": 17,
    }
    (folder / "results.json").write_text(json.dumps(results))
    (folder / "config.yaml").write_text("seed: 17\nlr: 3.0e-05\n")
    write_metrics(folder)
    play(folder, {"base": "idle", "fre": "random", "mgt": "solver"})
    return folder


# -- tables -----------------------------------------------------------------------------------------------------------


def test_the_report_tells_the_numbers_of_the_run(run):
    text = Page(report.write(run)).text
    for part in ("44.0", "[40.9, 47.1]", "46.3", "71.9", "[69.0, 74.8]", "8% solved", "52.5%", "93%", "47 min", "17"):
        assert part in text, part
    assert "sokoban" in text and "lr: 3.0e-05" in text


def test_gains_are_coloured_only_where_their_interval_excludes_zero(run):
    source = Page(report.write(run)).source
    assert '<b class="">+2.3</b> <small>[−1.2, +5.8]</small>' in source
    assert '<small>MGT − FRE</small> <b class="good">+25.6</b> <small>[+21.4, +29.8]</small>' in source


def test_only_the_best_score_of_a_suite_stands_out(run):
    source = Page(report.write(run)).source
    assert re.findall(r'<b class="best">([\d.]+)</b>', source) == ["71.9", "100.0"]


def test_an_evaluation_has_a_column_for_each_policy(tmp_path):
    suites = {
        "sokoban": {"idle": score(20, 2, 0.05), "assets/nano": score(71.9, 2, 0.5)},
        "text-math": {"solver": score(100, 0, 0.9)},
    }
    differences = {"sokoban": {"assets/nano - idle": {"difference": 45.0, "ci95": [40.0, 50.0], "p": 0.0002}}}
    (tmp_path / "results.json").write_text(json.dumps({"suites": suites, "comparisons": differences}))
    page = Page(report.write(tmp_path))
    head = page.source.partition("</thead>")[0].partition("<thead>")[2]
    assert re.findall(r"<th[^>]*>(.*?)</th>", head) == ["Suite", "idle", "assets/nano", "solver"]
    assert "71.9" in page.text and "100.0" in page.text and "Evaluation" in page.text
    assert '<td>assets/nano − idle</td><td><b class="good">+45.0</b>' in page.source and "&lt; 0.001" in page.source


def test_success_by_kind_of_task_is_told_of_every_label(tmp_path):
    tables = {"s": {"idle": {"boxes": {"10": score(1, 1, 0.25), "2": score(1, 1, 0.5)}}}}
    (tmp_path / "results.json").write_text(json.dumps({"suites": {"s": {"idle": score(1, 1, 0.4)}}, "tables": tables}))
    source = Page(report.write(tmp_path)).source
    two, ten = source.index("<td>2</td><td>50.0%"), source.index("<td>10</td><td>25.0%")
    assert two < ten


def test_episodes_without_results_are_scored_from_their_records(tmp_path):
    play(tmp_path, {"solver": "solver", "idle": "idle"})
    page = Page(report.write(tmp_path))
    assert page.data["columns"] == ["idle", "solver"]
    assert page.text.count("100% solved") == 2 and page.text.count("0% solved") == 4


def test_scores_that_are_none_become_a_dash(tmp_path):
    (tmp_path / "results.json").write_text('{"stages": {"base": {"s": {"score": NaN, "ci95": [NaN, NaN]}}}}')
    page = Page(report.write(tmp_path))
    assert "[–, –]" in page.text and "nan" not in page.source.lower().replace("nano", "")


# -- curves -----------------------------------------------------------------------------------------------------------


def test_each_metric_is_a_chart_with_a_line_for_each_stage(run):
    page = Page(report.write(run))
    assert len(page.charts()) == 5
    assert len([line for line in page.all("polyline") if line["class"] == "mean"]) == 10
    assert len([line for line in page.all("polyline") if line["class"] == "limit"]) == 2
    assert page.text.count("FRE") >= 5 and page.text.count("MGT") >= 5


def test_stages_follow_one_another_and_higher_rewards_are_drawn_higher(run):
    lines = [line for line in Page(report.write(run)).all("polyline") if line["class"] == "raw"][:2]  # of the reward
    (fre, mgt) = [[tuple(map(float, pair.split(","))) for pair in line["points"].split()] for line in lines]
    assert len(fre) == len(mgt) == 40
    assert fre[-1][0] < mgt[0][0]
    assert fre[0][1] > fre[-1][1] and fre[-1][1] == mgt[-1][1]


def test_a_metric_that_no_title_is_known_for_is_drawn_too(tmp_path):
    (tmp_path / "metrics.jsonl").write_text('{"stage": "a", "step": 0, "new_thing": 3}\n')
    page = Page(report.write(tmp_path))
    assert len(page.charts()) == 1 and "new thing" in page.text


def test_broken_lines_and_values_of_the_metrics_are_passed_over(tmp_path):
    lines = [
        '{"stage": "fre", "step": 1, "reward": 0.5}',
        '{"stage": "fre", "step": 2, "reward": NaN}',
        "7",
        '{"stage": "fr',
    ]
    (tmp_path / "metrics.jsonl").write_text("\n".join(lines))
    page = Page(report.write(tmp_path))
    assert len(page.charts()) == 1 and '"0.5,' not in page.source
    assert page.source.count('data-values="1:0.5"') == 1


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.5, 1]),
        (0, 0.4, [0, 0.1, 0.2, 0.3, 0.4]),
        (-3, 90, [-50, 0, 50, 100]),
        (0, 0, [-1, -0.5, 0, 0.5, 1]),
    ],
)
def test_ticks_are_round_and_cover_the_range(low, high, expected):
    assert ticks(low, high) == expected


def test_thinning_keeps_the_mean_and_smoothing_keeps_a_constant():
    points = [(float(i), float(i % 7)) for i in range(1_400)]
    few = thin(points, 200)
    assert len(few) == 200
    assert sum(y for _, y in few) / 200 == pytest.approx(3.0)
    assert smooth([(float(i), 2.0) for i in range(50)]) == [(float(i), 2.0) for i in range(50)]


# -- episodes ---------------------------------------------------------------------------------------------------------


def pixels(sheet: dict, place: int) -> np.ndarray:
    """A frame as the page draws it."""
    image = Image.open(io.BytesIO(base64.b64decode(sheet["src"].partition(";base64,")[2]))).convert("RGB")
    left, top = place // sheet["rows"] * sheet["width"], place % sheet["rows"] * sheet["height"]
    return np.asarray(image)[top : top + sheet["height"], left : left + sheet["width"]]


def test_a_task_has_the_answers_of_all_columns_and_their_frames_to_the_pixel(run):
    data = Page(report.write(run)).data
    assert data["columns"] == ["Base", "FRE", "MGT"] and data["training"]
    assert data["counts"] == {"sokoban": [6, 6], "text-math": [6, 6]}
    pool = EnvironmentPool()
    for task in (task for task in data["tasks"] if task["suite"] == "sokoban"):
        assert [episode["column"] for episode in task["episodes"]] == [0, 1, 2]
        for episode, stage in zip(task["episodes"], ("base", "fre", "mgt"), strict=True):
            record = records.read(record_path(run, "sokoban", stage))[task["index"]]
            assert (episode["success"], episode["responses"]) == (record.success, record.responses)
            played = replay(record, pool)
            assert task["prompt"] == played.turns[0].prompt.text
            for place, frame in zip(episode["frames"], played.frames, strict=True):
                assert np.array_equal(pixels(task["sheet"], place), frame)
    pool.close()


def test_a_text_task_has_its_question_and_no_picture(run):
    task = Page(report.write(run)).data["tasks"][-1]
    assert task["suite"] == "text-math" and task["sheet"] is None and "<answer>" in task["prompt"]


def test_an_episode_that_cannot_be_played_again_is_shown_as_it_was_recorded(tmp_path):
    gone = Record(0, 0, "LMMR1/Sokoban-v0", {"levels": str(tmp_path / "gone.txt")}, 1, responses=["up"], rewards=[0.5])
    records.append(record_path(tmp_path, "s", "p"), [gone])
    (task,) = Page(report.write(tmp_path)).data["tasks"]
    assert task["sheet"] is None and task["episodes"][0]["responses"] == ["up"]


def test_frames_of_any_size_and_number_of_colours_come_back_as_good_as_few_bytes_allow():
    rng = np.random.default_rng(0)
    few = rng.integers(0, 4, (900, 30, 20, 3)).astype(np.uint8) * 60  # 64 colours, more frames than one column holds
    sheet = Sheet()
    assert sheet.add([*few, few[7]]) == [*range(900), 7]
    picture = sheet.picture()
    assert picture["columns"] == 4
    assert all(np.array_equal(pixels(picture, place), few[place]) for place in range(0, 900, 37))

    many = np.stack(np.meshgrid(*[np.arange(64)] * 2), -1).astype(np.uint8)
    many = np.concatenate([many * 4, many[..., :1]], -1)  # 4,096 colours
    sheet = Sheet()
    sheet.add([many, np.zeros((2 * MAX_SIDE, MAX_SIDE, 3), np.uint8)])
    picture = sheet.picture()
    assert (picture["width"], picture["height"]) == (MAX_SIDE // 2, MAX_SIDE)
    assert np.abs(pixels(picture, 0)[:64, :64].astype(int) - many).mean() < 8


def test_rare_outcomes_and_kinds_are_among_the_first_chosen():
    def task(index: int, success: bool, family: str) -> Shown:
        return Shown("s", {"p": [Record(index, 0, "x", {}, 0, labels={"family": family}, success=success)]})

    tasks = [task(i, success=i == 70, family="rare" if i == 90 else "common") for i in range(100)]
    assert {shown.first.index for shown in spread(tasks, 3)} == {0, 70, 90}
    assert len(spread(tasks, 1_000)) == 100


def test_several_answers_to_a_task_are_counted_and_the_first_is_shown(tmp_path):
    suite = Suite("LMMR1/Sokoban-v0", {"preset": "mini-v0"}, samples=3, temperature=1.0)
    played = evaluate(ScriptedPolicy("random"), suite, 4, store=record_path(tmp_path, "s", "random"))
    for task in Page(report.write(tmp_path)).data["tasks"]:
        mine = [record for record in played if record.index == task["index"]]
        (episode,) = task["episodes"]
        assert episode["solved"] == [sum(record.success for record in mine), 3]
        assert episode["responses"] == mine[0].responses


def test_a_large_run_stays_below_ten_megabytes_and_says_what_is_shown(run):
    write_metrics(run, steps=2_000)
    kwargs = {"preset": "mini-v0", "mode": "online", "max_steps": 100}
    words = "".join(np.random.default_rng(0).choice(list("abcdef <>&é"), episodes._CHARS))
    long = [
        Record(i, 0, "LMMR1/Sokoban-v0", kwargs, i, responses=[words] * 60, rewards=[-0.1] * 60, formats=[0.0] * 60)
        for i in range(40)
    ]
    records.append(record_path(run, "online", "mgt"), long)
    path = report.write(run)
    assert path.stat().st_size < 10_000_000
    page = Page(path)
    shown, played = page.data["counts"]["online"]
    assert 0 < shown < played == 40
    assert shown == sum(task["suite"] == "online" for task in page.data["tasks"])
    assert f"{shown} of 40 of online" in page.text


def test_of_kinds_that_are_slow_to_make_fewer_tasks_are_shown_and_the_page_says_so(run, monkeypatch):
    monkeypatch.setattr(episodes, "_SECONDS", 0.0)
    page = Page(report.write(run))
    assert page.data["counts"] == {"sokoban": [1, 6], "text-math": [1, 6]}
    assert "1 of 6 of sokoban" in page.text


# -- the document -----------------------------------------------------------------------------------------------------


def test_nothing_is_fetched_and_only_the_reports_own_script_runs(run):
    page = Page(report.write(run))
    assert [script.get("type") for script in page.all("script")] == ["application/json", None]
    assert not any("src" in script for script in page.all("script")) and not page.all("link")
    (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(page.scripts[1].encode()).digest()).decode()
    assert "default-src 'none'" in policy and f"script-src 'sha256-{digest}'" in policy
    assert "http:" not in page.source and "https:" not in page.source


def test_text_from_files_is_inert(tmp_path):
    folder = tmp_path / "a<b>&amp;"
    folder.mkdir()
    results = {
        "stages": {EVIL: {EVIL: {"score": EVIL, "ci95": [EVIL, 1], "success": EVIL, "n": EVIL}}},
        "gains": {EVIL: {EVIL: {"difference": EVIL, "ci95": EVIL}}},
        "tables": {EVIL: {EVIL: {EVIL: {EVIL: {"success": EVIL, "n": EVIL}}}}},
        "seed": EVIL,
    }
    (folder / "results.json").write_text(json.dumps(results))
    (folder / "config.yaml").write_text(f"</pre></details>{EVIL}")
    write_metrics(folder, stages=(EVIL,))
    evil = Record(0, 0, EVIL, {}, 0, labels={EVIL: EVIL}, responses=[EVIL], answer=EVIL, error=EVIL)
    records.append(record_path(folder, EVIL, EVIL), [evil])
    page = Page(report.write(folder))
    assert len(page.all("script")) == 2 and not page.all("img")
    assert not any("onerror" in attributes for _, attributes in page.tags)
    assert EVIL in page.text and "a<b>&amp;" in page.text
    assert page.data["tasks"][0]["suite"] == EVIL  # by its name in the results, not its file's
    assert page.data["tasks"][0]["episodes"][0]["error"] == EVIL


@pytest.mark.parametrize(
    ("missing", "titles"),
    [
        ("results.json", {"Results", "Training", "Episodes", "Configuration"}),
        ("metrics.jsonl", {"Results", "Episodes", "Configuration"}),
        ("config.yaml", {"Results", "Training", "Episodes"}),
        ("episodes", {"Results", "Training", "Configuration"}),
    ],
)
def test_a_missing_part_is_left_out(run, missing, titles):
    (run / missing).rename(run / "elsewhere")
    assert set(re.findall(r"<h2[^>]*>(\w+)</h2>", Page(report.write(run)).source)) == titles


def test_an_interrupted_run_with_a_stage_under_evaluation_has_a_report(run):
    (run / "results.json").unlink()
    record_path(run, "sokoban", "mgt").unlink()
    half = record_path(run, "text-math", "mgt")
    half.write_bytes(half.read_bytes()[:-40])
    data = Page(report.write(run)).data
    assert data["columns"] == ["Base", "FRE", "MGT"]
    assert [len(task["episodes"]) for task in data["tasks"]] == [2] * 6 + [3] * 5 + [2]


def test_writing_again_replaces_the_report_and_leaves_nothing_else(run):
    before = sorted(p.name for p in run.iterdir())
    first = report.write(run).read_bytes()
    assert report.write(run).read_bytes() == first
    assert sorted(p.name for p in run.iterdir()) == sorted([*before, "report.html"])


def test_the_command_writes_the_report_and_says_so(run, capsys):
    assert main([str(run)]) == 0
    assert str(run / "report.html") in capsys.readouterr().out
    assert (run / "report.html").is_file()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "nothing to report"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"stages": {"a": {"s": 3}}}', "cannot be read"),
    ],
)
def test_a_folder_that_cannot_be_reported_is_one_clear_line_and_exit_code_2(content, words, tmp_path, capsys):
    if content is not None:
        (tmp_path / "results.json").write_text(content)
    assert main([str(tmp_path)]) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert len(error) == 1 and words in error[0]
    assert not (tmp_path / "report.html").exists()


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no run folder"):
        report.write(tmp_path / "none")
