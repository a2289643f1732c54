"""Curves of training as inline SVG: a chart for each metric, the stages one after another.

The points of each curve are faint and their running mean is strong. Each mean carries its values, which the page's script reads
out under the pointer; without a script the charts are whole all the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from eval.report.read import Run
from eval.report.text import is_number, label, number

#: Points drawn of each curve at most.
_POINTS = 300
#: Titles, with the metrics drawn in that chart: the first as a curve, a second as a dashed line.
_MAIN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Reward", ("reward",)),
    ("Success", ("success",)),
    ("Response length, tokens", ("response_tokens",)),
    ("KL to the reference, nats a token", ("kl",)),
    ("Gradient norm, with its clip threshold", ("grad_norm", "clip_threshold")),
    ("Entropy, nats a token", ("entropy",)),
    ("Loss", ("loss",)),
    ("Throughput, tokens a second", ("tokens_per_second",)),
)
_TITLES = {
    "format": "Well-formed responses, share",
    "truncated": "Responses cut off, share",
    "silent_groups": "Groups whose rewards agree, share",
    "dropped": "Answers that cannot be trained on",
    "clipped": "Tokens clipped, share",
    "trust": "Off-policy correction, mean weight",
    "value_loss": "Value loss",
    "value_grad_norm": "Critic's gradient norm",
    "skipped": "Steps skipped, share",
    "fill": "Fill of packed rows, share",
    "imbalance": "Imbalance between processes, share",
    "lr": "Learning rate",
    "seconds_sampling": "Sampling, seconds a step",
    "seconds_training": "Training, seconds a step",
}
_WIDTH, _HEIGHT = 440, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 14, 26, 26

Point = tuple[float, float]
Series = dict[str, list[Point]]


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


def curves(run: Run) -> str:
    """The charts of a run as HTML, the less common metrics folded away; empty without metrics."""
    colours = {column: number for number, column in enumerate(run.columns)}
    order = {stage: colours.get(stage, i + len(colours)) for i, stage in enumerate(run.metrics)}
    main = [_chart(run, title, names, order) for title, names in _MAIN]
    drawn = {name for _, names in _MAIN for name in names} | {"step", "stage"}
    others = sorted({name for rows in run.metrics.values() for row in rows for name in row} - drawn)
    more = [_chart(run, _title(name), (name,), order) for name in others]
    folded = f"<details><summary>More curves</summary>{_charts(more)}</details>" if any(more) else ""
    return _charts(main) + folded


def _charts(charts: Sequence[str]) -> str:
    return f'<div class="charts">{"".join(charts)}</div>' if any(charts) else ""


def _title(name: str) -> str:
    task = name.removeprefix("success/")
    return _TITLES.get(name, f"Success on {task}" if task != name else name.replace("_", " "))


def _offsets(run: Run) -> dict[str, float]:
    """Where each stage begins on the x axis, one after another."""
    offsets, end = {}, 0.0
    for stage, rows in run.metrics.items():
        offsets[stage] = end
        end += max(row["step"] for row in rows) + 1
    return offsets


def _series(run: Run, metric: str) -> Series:
    """The points of a metric by stage; x counts the stage's own steps."""
    series = {}
    for stage, rows in run.metrics.items():
        points = [(float(row["step"]), float(row[metric])) for row in rows if is_number(row.get(metric))]
        if points:
            series[stage] = thin(points)
    return series


def _chart(run: Run, title: str, names: Sequence[str], colours: dict[str, int]) -> str:
    """A chart of one metric, and of a second one as a dashed line; empty if the first was never measured."""
    series, *limits = [_series(run, name) for name in names]
    if not series:
        return ""
    offsets = _offsets(run)
    axes, y_ticks = _fit([series, *limits], offsets)
    x_ticks = [t for t in ticks(axes.x0, axes.x1, 5) if axes.x0 <= t <= axes.x1]
    parts = [_y_axis(axes, y_ticks), _x_axis(axes, x_ticks)]
    parts += [_limit(axes, _moved(line, offsets[stage])) for lines in limits for stage, line in lines.items()]
    for i, (stage, line) in enumerate(series.items()):
        parts.append(_stage(axes, stage, line, offsets[stage], colours[stage], rule=i > 0))
    return (
        f'<figure class="chart"><figcaption><span>{escape(title)}</span><output></output></figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"><title>{escape(title)} by training step</title>'
        f'{"".join(parts)}<line class="cursor" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" visibility="hidden"/></svg></figure>'
    )


def _fit(drawn: Sequence[Series], offsets: dict[str, float]) -> tuple[Axes, list[float]]:
    """Axes that hold all lines, and the ticks of y."""
    points = [point for lines in drawn for stage, line in lines.items() for point in _moved(line, offsets[stage])]
    y_ticks = ticks(min(y for _, y in points), max(y for _, y in points))
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    return Axes(left, max(right, left + 1), y_ticks[0], y_ticks[-1]), y_ticks


def _moved(points: Sequence[Point], offset: float) -> list[Point]:
    return [(x + offset, y) for x, y in points]


def _y_axis(axes: Axes, values: Iterable[float]) -> str:
    return "".join(
        f'<line class="rule" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{axes.y(v):.1f}" y2="{axes.y(v):.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{axes.y(v) + 4:.1f}" text-anchor="end">{number(v, ",.10g")}</text>'
        for v in values
    )


def _x_axis(axes: Axes, values: Iterable[float]) -> str:
    return "".join(
        f'<text x="{axes.x(v):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{number(v, ",g")}</text>' for v in values
    )


def _limit(axes: Axes, points: Sequence[Point]) -> str:
    return f'<polyline class="limit" points="{_path(axes, points)}"/>'


def _stage(axes: Axes, stage: str, points: Sequence[Point], offset: float, colour: int, rule: bool) -> str:
    raw, mean = _moved(points, offset), _moved(smooth(points), offset)
    start, end = axes.x(raw[0][0]), _HEIGHT - _BOTTOM
    cut = f'<line class="cut" x1="{start:.1f}" x2="{start:.1f}" y1="{_TOP - 14}" y2="{end}"/>' if rule else ""
    values = " ".join(f"{x:.5g}:{y:.4g}" for x, y in points)
    return (
        f'<g class="c{colour % 6}">{cut}<text class="name" x="{start + 5:.1f}" y="{_TOP - 8}">{label(stage)}</text>'
        f'<polyline class="raw" points="{_path(axes, raw)}"/>'
        f'<polyline class="mean" points="{_path(axes, mean)}" data-stage="{label(stage)}" data-values="{values}"/>'
        f'<circle cx="{axes.x(mean[-1][0]):.1f}" cy="{axes.y(mean[-1][1]):.1f}" r="3"/></g>'
    )


def _path(axes: Axes, points: Sequence[Point]) -> str:
    return " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in points)
