"""The report: it tells what the run's files say, whole and inert, whatever is missing from them."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from eval import report

EVIL = "<script>alert('x')</script>\"><img src=x onerror=y>"
VOID = {"meta", "img", "br", "line", "circle", "polyline"}


class Page(HTMLParser):
    """Elements and text of a document; fails on tags that don't match."""

    def __init__(self, path: Path):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self._open: list[str] = []
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] != ["style"]:
            self.text += data + " "

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.tags if name == tag]


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
            "reward": step / 40,
            "success": 0.5,
            "entropy": 0.3,
            "grad_norm": 1.0,
            "response_tokens": 90,
        }
        for stage in stages
        for step in range(1, steps + 1)
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_gif(folder: Path, name: str) -> bytes:
    (folder / "rollouts").mkdir(exist_ok=True)
    Image.new("P", (20, 10)).save(folder / "rollouts" / name)
    return (folder / "rollouts" / name).read_bytes()


@pytest.fixture
def run(tmp_path) -> Path:
    folder = tmp_path / "nano-0"
    folder.mkdir()
    stages = {"base": score(44.0, 3.1, 0.082), "fre": score(46.3, 3.0, 0.11), "mgt": score(71.9, 2.9, 0.525)}
    results = {
        "stages": {stage: {"sokoban-global": value} for stage, value in stages.items()},
        "gains": {
            "sokoban-global": {
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
    write_gif(folder, "mgt-level_3.gif")
    return folder


def test_the_report_tells_the_numbers_of_the_run(run):
    text = Page(report.write(run)).text
    for part in (
        "sokoban-global",
        "44.0",
        "[40.9, 47.1]",
        "46.3",
        "71.9",
        "[69.0, 74.8]",
        "8% solved",
        "52.5%",
        "93%",
        "47 min",
        "17",
    ):
        assert part in text, part
    assert "lr: 3.0e-05" in text


def test_gains_are_coloured_only_where_their_interval_excludes_zero(run):
    source = Page(report.write(run)).source
    assert '<b class="">+2.3</b> <small>[−1.2, +5.8]</small>' in source
    assert '<small>MGT − FRE</small> <b class="good">+25.6</b> <small>[+21.4, +29.8]</small>' in source


def test_only_the_best_score_of_a_suite_stands_out(run):
    assert re.findall(r'<b class="best">([\d.]+)</b>', Page(report.write(run)).source) == ["71.9"]


def test_each_metric_is_a_chart_with_a_line_for_each_stage(run):
    page = Page(report.write(run))
    assert len(page.all("svg")) == 5
    assert len([line for line in page.all("polyline") if "mean" in line["class"]]) == 10
    assert page.text.count("FRE") >= 5 and page.text.count("MGT") >= 5


def test_stages_follow_one_another_and_higher_rewards_are_drawn_higher(run):
    lines = [line for line in Page(report.write(run)).all("polyline") if "raw" in line["class"]][:2]  # of the reward
    (fre, mgt) = [[tuple(map(float, pair.split(","))) for pair in line["points"].split()] for line in lines]
    assert len(fre) == len(mgt) == 40
    assert fre[-1][0] < mgt[0][0]
    assert fre[0][1] > fre[-1][1] and fre[-1][1] == mgt[-1][1]


def test_gifs_are_embedded_whole_with_a_caption(run):
    page = Page(report.write(run))
    (image,) = page.all("img")
    data = image["src"].removeprefix("data:image/gif;base64,")
    assert base64.b64decode(data) == (run / "rollouts" / "mgt-level_3.gif").read_bytes()
    assert "mgt level 3" in page.text


def test_nothing_is_fetched_and_nothing_runs(run):
    page = Page(report.write(run))
    assert not page.all("script") and not page.all("link")
    assert all(image["src"].startswith("data:") for image in page.all("img"))
    assert "url(" not in page.source and "http:" not in page.source and "https:" not in page.source


def test_text_from_files_is_inert(tmp_path):
    folder = tmp_path / "a<b>&amp;"
    folder.mkdir()
    results = {
        "stages": {EVIL: {EVIL: {"score": EVIL, "ci95": [EVIL, 1], "success": EVIL, "n": EVIL}}},
        "gains": {EVIL: {EVIL: {"difference": EVIL, "ci95": EVIL}}},
        "seed": EVIL,
    }
    (folder / "results.json").write_text(json.dumps(results))
    (folder / "config.yaml").write_text(f"</pre></details>{EVIL}")
    write_metrics(folder, stages=(EVIL,))
    write_gif(folder, "<img onerror=y>.gif")
    page = Page(report.write(folder))
    assert not page.all("script")
    assert not any("onerror" in attributes for _, attributes in page.tags)
    assert EVIL in page.text and "a<b>&amp;" in page.text
    assert len(page.all("img")) == 1


def test_an_evaluation_has_a_column_for_each_policy(tmp_path):
    suites = {
        "sokoban-global": {"idle": score(20, 2, 0.05), "assets/nano": score(71.9, 2, 0.5)},
        "text-math": {"solver": score(100, 0, 0.9)},
    }
    (tmp_path / "results.json").write_text(json.dumps({"suites": suites}))
    page = Page(report.write(tmp_path))
    head = page.source.partition("</thead>")[0].partition("<thead>")[2]
    assert re.findall(r"<th>(.*?)</th>", head) == ["Suite", "idle", "assets/nano", "solver"]
    assert "71.9" in page.text and "100.0" in page.text


@pytest.mark.parametrize("missing", ["results.json", "metrics.jsonl", "config.yaml", "rollouts/mgt-level_3.gif"])
def test_a_missing_part_is_left_out(run, missing):
    titles = {"results.json": "Results", "metrics.jsonl": "Training", "config.yaml": "Configuration"}
    (run / missing).unlink()
    source = Page(report.write(run)).source
    left = re.findall(r"<h2>(\w+)</h2>", source)
    gone = titles.get(missing, "Rollouts")
    assert gone not in left and len(left) == 3


def test_broken_lines_and_values_of_the_metrics_are_passed_over(tmp_path):
    lines = [
        '{"stage": "fre", "step": 1, "reward": 0.5}',
        '{"stage": "fre", "step": 2, "reward": NaN}',
        "7",
        '{"stage": "fr',
    ]
    (tmp_path / "metrics.jsonl").write_text("\n".join(lines))
    page = Page(report.write(tmp_path))
    assert len(page.all("svg")) == 1 and "nan" not in page.source


def test_scores_that_are_none_become_a_dash(tmp_path):
    (tmp_path / "results.json").write_text('{"stages": {"base": {"s": {"score": NaN, "ci95": [NaN, NaN]}}}}')
    page = Page(report.write(tmp_path))
    assert "[–, –]" in page.text and "nan" not in page.source.lower().replace("nano", "")


def test_a_large_run_stays_below_ten_megabytes(run):
    write_metrics(run, steps=1_500)
    for i in range(3):
        (run / "rollouts" / f"large-{i}.gif").write_bytes(b"GIF89a" + bytes(3_000_000))
    path = report.write(run)
    assert path.stat().st_size < 10_000_000
    source = path.read_text()
    assert source.count("<img") == 3 and "<code>large-2.gif</code>" in source


def test_writing_again_replaces_the_report_and_leaves_nothing_else(run):
    before = sorted(p.name for p in run.iterdir())
    first = report.write(run).read_bytes()
    assert report.write(run).read_bytes() == first
    assert sorted(p.name for p in run.iterdir()) == sorted([*before, "report.html"])


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
    assert report.ticks(low, high) == expected


def test_thinning_keeps_the_mean_and_smoothing_keeps_a_constant():
    points = [(float(i), float(i % 7)) for i in range(1_400)]
    few = report.thin(points, 200)
    assert len(few) == 200
    assert sum(y for _, y in few) / 200 == pytest.approx(3.0)
    assert report.smooth([(float(i), 2.0) for i in range(50)]) == [(float(i), 2.0) for i in range(50)]


def test_the_command_writes_the_report_and_says_so(run, capsys):
    assert report.main([str(run)]) == 0
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
    assert report.main([str(tmp_path)]) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert len(error) == 1 and words in error[0]
    assert not (tmp_path / "report.html").exists()


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no run folder"):
        report.write(tmp_path / "none")
