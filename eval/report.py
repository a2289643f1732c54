"""The report of a run: one self-contained HTML file made of what the run's folder holds.

It reads `results.json`, `metrics.jsonl`, `config.yaml` and `rollouts/*.gif`, any of which may be missing, and writes
`report.html` beside them. No script, no network: pictures are data URIs, curves are inline SVG drawn by the functions
below. It imports nothing of the toolkit, so a run can be reported on from any machine.

    python -m eval.report runs/nano
"""

from __future__ import annotations

import argparse
import base64
import json
import math
import os
import sys
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

#: Bytes of GIFs embedded at most; as base64 they grow by a third, and the report has to stay under 10 MB.
_PICTURE_BYTES = 6_500_000
_CONFIG_CHARS = 200_000
#: Pictures wider than this get a row of their own.
_WIDE = 600
#: Points drawn of each curve at most.
_POINTS = 400
#: Metrics drawn, with their titles.
_CURVES = (
    ("reward", "Reward"),
    ("success", "Success"),
    ("response_tokens", "Response length, tokens"),
    ("entropy", "Entropy, nats a token"),
    ("grad_norm", "Gradient norm"),
    ("tokens_per_second", "Throughput, tokens a second"),
)
_LABELS = {"base": "Base", "sft": "SFT", "fre": "FRE", "mgt": "MGT"}

Point = tuple[float, float]


# -- reading a run ----------------------------------------------------------------------------------------------------


@dataclass
class Run:
    """What a run's folder holds.

    Attributes:
        name: The folder's name.
        columns: Stages or policies that were scored, in order.
        scores: Suite -> column -> Score.
        gains: Suite -> name of the difference -> `{"difference", "ci95"}`.
        facts: Name and value of what is said in the heading.
        metrics: Stage -> its rows, in order.
        rollouts: GIF files in the order of their names.
        config: Text of the configuration, or an empty string.
    """

    name: str
    columns: list[str] = field(default_factory=list)
    scores: dict[str, dict[str, dict]] = field(default_factory=dict)
    gains: dict[str, dict[str, dict]] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)
    metrics: dict[str, list[dict]] = field(default_factory=dict)
    rollouts: list[Path] = field(default_factory=list)
    config: str = ""


def read(folder: Path) -> Run:
    """Read a run or an evaluation folder.

    Raises:
        ValueError: If it is no folder, has nothing to report, or its results cannot be read.
        OSError: If a file cannot be read.
    """
    if not folder.is_dir():
        raise ValueError(f"there is no run folder {folder}")
    run = Run(folder.resolve().name)
    if (folder / "results.json").is_file():
        _read_results(run, folder / "results.json")
    if (folder / "metrics.jsonl").is_file():
        run.metrics = _read_metrics(folder / "metrics.jsonl")
    if (folder / "config.yaml").is_file():
        run.config = (folder / "config.yaml").read_text(encoding="utf-8", errors="replace")[:_CONFIG_CHARS]
    run.rollouts = sorted((folder / "rollouts").glob("*.gif"))
    if not (run.scores or run.metrics or run.config or run.rollouts):
        raise ValueError(
            f"{folder} has nothing to report: no results.json, metrics.jsonl, config.yaml or rollouts/*.gif"
        )
    return run


def _read_results(run: Run, path: Path) -> None:
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        by_column = results.get("stages") or {}
        by_suite = results.get("suites") or {}
        for column, suites in by_column.items():
            for suite, score in suites.items():
                run.scores.setdefault(suite, {})[column] = dict(score)
        for suite, columns in by_suite.items():
            run.scores[suite] = {column: dict(score) for column, score in columns.items()}
        run.columns = list(
            dict.fromkeys([*by_column, *(column for scores in run.scores.values() for column in scores)])
        )
        run.gains = {suite: dict(gains) for suite, gains in (results.get("gains") or {}).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{path} cannot be read as results: {error}") from None
    if _is_number(results.get("seconds")):
        run.facts.append(("time", _duration(results["seconds"])))
    if "seed" in results:
        run.facts.append(("seed", str(results["seed"])))


def _read_metrics(path: Path) -> dict[str, list[dict]]:
    """Rows by stage. Lines that are not JSON objects, such as one cut off by a crash, are passed over."""
    stages: dict[str, list[dict]] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and _is_number(row.get("step")):
            stages.setdefault(str(row.get("stage", "")), []).append(row)
    return stages


# -- numbers as text --------------------------------------------------------------------------------------------------


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number(value: Any, form: str = ".1f") -> str:
    """A number with a true minus sign; a dash for what is none."""
    return format(value, form).replace("-", "−") if _is_number(value) else "–"


def _interval(pair: Any, form: str = ".1f") -> str:
    if not (isinstance(pair, list | tuple) and len(pair) == 2):
        return ""
    return f"[{_number(pair[0], form)}, {_number(pair[1], form)}]"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"


def _label(name: str) -> str:
    """A stage's or policy's name as HTML."""
    return escape(_LABELS.get(name, name))


# -- tables -----------------------------------------------------------------------------------------------------------


def _headline(run: Run) -> str:
    """One row a suite: the score of each column with its interval, then the gains."""
    gains = any(run.gains.values())
    heads = "".join(f"<th>{_label(column)}</th>" for column in run.columns) + ("<th>Gain, points</th>" if gains else "")
    rows = []
    for suite, scores in run.scores.items():
        best = max((s["score"] for s in scores.values() if _is_number(s.get("score"))), default=None)
        cells = [_score_cell(column, scores.get(column, {}), best) for column in run.columns]
        if gains:
            cells.append(f'<td class="gains" data-label="Gain">{_gains(run.gains.get(suite, {}))}</td>')
        rows.append(f'<tr><th scope="row">{escape(suite)}</th>{"".join(cells)}</tr>')
    return (
        f'<div class="scroll"><table class="headline"><thead><tr><th>Suite</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        '<p class="note">Mean score on held-out tasks with its 95 % interval, and below it the share solved.</p>'
    )


def _score_cell(column: str, score: dict, best: float | None) -> str:
    value = score.get("score")
    strong = ' class="best"' if best is not None and value == best else ""
    success = f"<small>{_number(score['success'], '.0%')} solved</small>" if "success" in score else ""
    return (
        f'<td data-label="{_label(column)}"><b{strong}>{_number(value)}</b> '
        f"<small>{_interval(score.get('ci95'))}</small>{success}</td>"
    )


def _gains(gains: dict[str, dict]) -> str:
    return "".join(f"<div>{_gain(name, gain)}</div>" for name, gain in gains.items() if isinstance(gain, dict))


def _gain(name: str, gain: dict) -> str:
    """A difference: green or red where its interval is on one side of zero."""
    ends = gain.get("ci95")
    sign = ""
    if isinstance(ends, list | tuple) and len(ends) == 2 and all(map(_is_number, ends)):
        sign = "good" if ends[0] > 0 else "bad" if ends[1] < 0 else ""
    label = " − ".join(_label(part.strip()) for part in name.split(" - "))
    return (
        f'<small>{label}</small> <b class="{sign}">{_number(gain.get("difference"), "+.1f")}</b> '
        f"<small>{_interval(ends, '+.1f')}</small>"
    )


def _details(run: Run) -> str:
    """Everything else that was counted, one row a suite and column."""
    rows = []
    for suite, scores in run.scores.items():
        for column, score in scores.items():
            cells = [
                f"{_number(score.get('success'), '.1%')} <small>{_share_interval(score.get('success_ci95'))}</small>",
                _number(score.get("format"), ".0%"),
                _number(score.get("response_tokens"), ".0f"),
                _number(score.get("n"), ".0f"),
            ]
            values = "".join(f"<td>{cell}</td>" for cell in cells)
            rows.append(f'<tr><th scope="row">{escape(suite)}</th><td>{_label(column)}</td>{values}</tr>')
    heads = "".join(f"<th>{head}</th>" for head in ("Suite", "Policy", "Solved", "Well formed", "Tokens", "Tasks"))
    return (
        f"<details><summary>All counts</summary>"
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div></details>'
    )


def _share_interval(pair: Any) -> str:
    return _interval([100 * v if _is_number(v) else v for v in pair] if isinstance(pair, list | tuple) else None, ".0f")


# -- curves -----------------------------------------------------------------------------------------------------------

_WIDTH, _HEIGHT = 440, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 24, 26


@dataclass(frozen=True)
class Axes:
    """Where data lies in a drawing: x from `x0` to `x1`, y from `y0` to `y1`."""

    x0: float
    x1: float
    y0: float
    y1: float

    def x(self, value: float) -> float:
        return _LEFT + (value - self.x0) / (self.x1 - self.x0) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - (value - self.y0) / (self.y1 - self.y0) * (_HEIGHT - _TOP - _BOTTOM)


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers that cover a range: multiples of 1, 2 or 5 times a power of ten, the outer ones at or beyond its ends.

    Args:
        low: Lower end, finite.
        high: Upper end, finite and at least `low`.
        about: Number of steps to aim for.

    Returns:
        At least two numbers in ascending order.
    """
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        margin = abs(low) * 0.1 or 1.0
        low, high = low - margin, high + margin
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 12 - math.floor(math.log10(step))) for i in range(first, last + 1)]


def thin(points: Sequence[Point], limit: int = _POINTS) -> list[Point]:
    """At most `limit` points: means over runs of equal length, in order."""
    if len(points) <= limit:
        return list(points)
    edges = [round(i * len(points) / limit) for i in range(limit + 1)]
    groups = [points[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    return [(sum(x for x, _ in g) / len(g), sum(y for _, y in g) / len(g)) for g in groups]


def smooth(points: Sequence[Point]) -> list[Point]:
    """Running means over about a tenth of the points around each, one-sided at the ends."""
    reach = len(points) // 20
    smoothed = []
    for i, (x, _) in enumerate(points):
        window = points[max(0, i - reach) : i + reach + 1]
        smoothed.append((x, sum(y for _, y in window) / len(window)))
    return smoothed


def _series(run: Run, metric: str) -> dict[str, list[Point]]:
    """The points of a metric by stage, the stages one after another on the x axis."""
    series, offset = {}, 0.0
    for stage, rows in run.metrics.items():
        points = [(offset + row["step"], float(row[metric])) for row in rows if _is_number(row.get(metric))]
        if points:
            series[stage] = thin(points)
        offset += max(row["step"] for row in rows)
    return series


def _chart(title: str, series: dict[str, list[Point]], classes: dict[str, str]) -> str:
    """A line chart as SVG: the points faint, their running mean strong, a rule between stages."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    y_ticks = ticks(min(ys), max(ys))
    axes = Axes(min(xs), max(max(xs), min(xs) + 1), y_ticks[0], y_ticks[-1])
    x_ticks = [t for t in ticks(axes.x0, axes.x1, 5) if axes.x0 <= t <= axes.x1]
    parts = [_y_axis(axes, y_ticks), _x_axis(axes, x_ticks)]
    for i, (stage, points) in enumerate(series.items()):
        parts.append(_stage(axes, stage, points, classes[stage], rule=i > 0))
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f"<title>{escape(title)} by training step</title>{''.join(parts)}</svg></figure>"
    )


def _y_axis(axes: Axes, values: Iterable[float]) -> str:
    return "".join(
        f'<line class="rule" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{axes.y(v):.1f}" y2="{axes.y(v):.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{axes.y(v) + 4:.1f}" text-anchor="end">{_number(v, "g")}</text>'
        for v in values
    )


def _x_axis(axes: Axes, values: Iterable[float]) -> str:
    return "".join(
        f'<text x="{axes.x(v):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{_number(v, "g")}</text>' for v in values
    )


def _stage(axes: Axes, stage: str, points: Sequence[Point], css: str, rule: bool) -> str:
    start = axes.x(points[0][0])
    line = (
        f'<line class="cut" x1="{start:.1f}" x2="{start:.1f}" y1="{_TOP - 12}" y2="{_HEIGHT - _BOTTOM}"/>'
        if rule
        else ""
    )
    x, y = smooth(points)[-1]
    return (
        f'{line}<text class="{css} name" x="{start + 5:.1f}" y="{_TOP - 6}">{_label(stage)}</text>'
        f'<polyline class="{css} raw" points="{_path(axes, points)}"/>'
        f'<polyline class="{css} mean" points="{_path(axes, smooth(points))}"/>'
        f'<circle class="{css} dot" cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="3"/>'
    )


def _path(axes: Axes, points: Sequence[Point]) -> str:
    return " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in points)


def _curves(run: Run) -> str:
    classes = {stage: f"s{i % 4}" for i, stage in enumerate(run.metrics)}
    charts = []
    for metric, title in _CURVES:
        series = _series(run, metric)
        if series:
            charts.append(_chart(title, series, classes))
    return f'<div class="charts">{"".join(charts)}</div>' if charts else ""


# -- pictures and page ------------------------------------------------------------------------------------------------


def _rollouts(run: Run) -> str:
    """The GIFs that fit, and the names of those that don't."""
    figures, left_out, room = [], [], _PICTURE_BYTES
    for path in run.rollouts:
        caption = escape(path.stem.replace("_", " ").replace("-", " "))
        size = path.stat().st_size
        if size > room:
            left_out.append(f"<code>{escape(path.name)}</code>")
            continue
        room -= size
        gif = path.read_bytes()
        data = base64.b64encode(gif).decode("ascii")
        wide = ' class="wide"' if int.from_bytes(gif[6:8], "little") > _WIDE else ""
        figures.append(
            f'<figure{wide}><img alt="{caption}" src="data:image/gif;base64,{data}">'
            f"<figcaption>{caption}</figcaption></figure>"
        )
    note = f'<p class="note">Left out for their size, see the folder <code>rollouts</code>: {", ".join(left_out)}.</p>'
    return f'<div class="rollouts">{"".join(figures)}</div>' + (note if left_out else "")


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>" if body else ""


def page(run: Run) -> str:
    """The report as HTML.

    Args:
        run: What to report on; parts that are empty are left out.

    Returns:
        A whole document in which every text of the run is escaped.
    """
    facts = "".join(f"<span>{escape(name)} <b>{escape(value)}</b></span>" for name, value in run.facts)
    parts = [
        _section("Results", _headline(run) + _details(run)) if run.scores else "",
        _section("Training", _curves(run)),
        _section("Rollouts", _rollouts(run)) if run.rollouts else "",
    ]
    if run.config:
        code = f"<details><summary>config.yaml</summary><pre>{escape(run.config)}</pre></details>"
        parts.append(_section("Configuration", code))
    name = escape(run.name)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{name}</title><style>{_STYLE}</style></head><body><main>"
        f'<header><h1>{name}</h1><p class="facts">{facts}</p></header>{"".join(parts)}</main></body></html>\n'
    )


def write(run: Path) -> Path:
    """Write `report.html` into a run or evaluation folder. The file appears whole or not at all.

    Args:
        run: The folder.

    Returns:
        The path written.

    Raises:
        ValueError: If it is no folder, has nothing to report, or its results cannot be read.
        OSError: If a file cannot be read or written.
    """
    run = Path(run)
    text = page(read(run))
    path = run / "report.html"
    unfinished = run / f".report.{uuid.uuid4().hex[:8]}.html"
    try:
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


_STYLE = """
:root { --paper: #faf9f6; --card: #ffffff; --ink: #1d2228; --soft: #626a75; --rule: #e4e2dc;
  --good: #24804b; --bad: #bb4338; --c0: #2f6db5; --c1: #c4632a; --c2: #4a8a5c; --c3: #8459b0; }
@media (prefers-color-scheme: dark) { :root { --paper: #101318; --card: #181c22; --ink: #e9ebee; --soft: #98a1ad;
  --rule: #2b313a; --good: #74c994; --bad: #e57b73; --c0: #7db0ee; --c1: #eea06c; --c2: #8acb9b; --c3: #bd9ae2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, Helvetica,
  Arial, sans-serif; font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%; }
main { max-width: 980px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; letter-spacing: -0.015em; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 44px 0 12px; }
.facts { margin: 6px 0 0; color: var(--soft); display: flex; flex-wrap: wrap; gap: 4px 20px; }
.facts b { color: var(--ink); font-weight: 600; }
.note { color: var(--soft); font-size: .85rem; margin: 10px 2px; }
small { color: var(--soft); font-size: .8rem; }
table { width: 100%; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
table { border-spacing: 0; border-collapse: separate; overflow: hidden; }
th, td { text-align: left; padding: 10px 14px; vertical-align: top; font-weight: 400; }
thead th { color: var(--soft); font-size: .8rem; padding-bottom: 6px; }
tbody th, tbody td { border-top: 1px solid var(--rule); }
tbody th { font-weight: 600; overflow-wrap: anywhere; }
.headline td > b { font-size: 1.3rem; line-height: 1.25; font-weight: 500; display: block; }
.headline td > small { display: block; white-space: nowrap; }
.headline .best { font-weight: 700; }
.gains div { white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); }
.scroll { overflow-x: auto; }
details { margin-top: 12px; } summary { cursor: pointer; color: var(--soft); padding: 4px 2px; }
details table { font-size: .9rem; } details td { white-space: nowrap; }
pre { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 16px; overflow-x: auto;
  font: .82rem/1.55 ui-monospace, Menlo, Consolas, monospace; }
figure { margin: 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 14px; }
.charts figure { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 12px 12px 6px; }
.charts figcaption { font-weight: 600; font-size: .9rem; padding: 0 4px 4px; }
svg { display: block; width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--soft); }
svg polyline { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.rule { stroke: var(--rule); } .cut { stroke: var(--soft); stroke-dasharray: 2 3; opacity: .6; }
.raw { stroke-width: 1; opacity: .3; } .mean { stroke-width: 2; }
.s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); } .s3 { stroke: var(--c3); }
svg text.name { stroke: none; font-weight: 600; }
text.s0, .dot.s0 { fill: var(--c0); } text.s1, .dot.s1 { fill: var(--c1); }
text.s2, .dot.s2 { fill: var(--c2); } text.s3, .dot.s3 { fill: var(--c3); }
.rollouts { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr));
  grid-auto-flow: dense; }
.wide { grid-column: 1 / -1; }
.rollouts img { display: block; max-width: 100%; height: auto; border-radius: 8px; }
.rollouts figcaption { color: var(--soft); font-size: .85rem; margin-top: 6px; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 24px 14px 48px; }
  .headline thead { display: none; }
  .headline tbody tr { display: grid; grid-template-columns: repeat(3, 1fr); padding: 12px 4px;
    border-top: 1px solid var(--rule); }
  .headline tbody tr:first-child { border-top: 0; }
  .headline tbody th, .headline tbody td { border: 0; padding: 3px 8px; }
  .headline tbody th, .headline tbody .gains { grid-column: 1 / -1; }
  .headline td::before { content: attr(data-label); display: block; color: var(--soft); font-size: .8rem; }
  .headline td.gains { padding-top: 8px; }
  .headline td > b { font-size: 1.15rem; }
}
"""


# -- command line -----------------------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: Arguments; `None` takes those of the process.

    Returns:
        0, or 2 after one line on what was wrong.
    """
    parser = argparse.ArgumentParser("python -m eval.report", description="Write report.html into a run folder.")
    parser.add_argument("run", type=Path, help="folder of a training run or an evaluation")
    try:
        path = write(parser.parse_args(argv).run)
    except (ValueError, OSError) as error:
        print(f"eval.report: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(f"{path}  {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
