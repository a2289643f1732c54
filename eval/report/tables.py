"""Scores as tables: each number with its 95 % interval, drawn to scale beside the others."""

from __future__ import annotations

from html import escape
from typing import Any

from eval.report.read import Run, Score
from eval.report.text import difference_label, interval, is_number, label, number


def headline(run: Run) -> str:
    """A row a suite: the score of each column with its interval, drawn on one scale, and the gains of training."""
    gains = run.differences if run.training else {}
    heads = "".join(f'<th scope="col">{label(column)}</th>' for column in run.columns)
    heads += '<th scope="col">Gain in success, points</th>' if gains else ""
    rows = []
    for suite, scores in run.scores.items():
        best = max((s["score"] for s in scores.values() if is_number(s.get("score"))), default=None)
        span = _span(scores)
        cells = [_score(run, column, scores.get(column, {}), best, span) for column in run.columns]
        if gains:
            cells.append(f'<td class="gains" data-label="Gain">{_gains(gains.get(suite, {}))}</td>')
        rows.append(f'<tr><th scope="row">{escape(suite)}</th>{"".join(cells)}</tr>')
    return (
        f'<div class="scroll"><table class="headline"><thead><tr><th scope="col">Suite</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        '<p class="note">Mean score on held-out tasks with its 95 % interval, and the share solved.</p>'
    )


def comparisons(run: Run) -> str:
    """Paired differences between the policies of an evaluation; empty if there are none."""
    if run.training or not any(run.differences.values()):
        return ""
    rows = []
    for suite, named in run.differences.items():
        for name, one in named.items():
            if isinstance(one, dict):
                cells = f"<td>{_difference(one)}</td><td>{_p_value(one.get('p'))}</td>"
                rows.append(f'<tr><th scope="row">{escape(suite)}</th><td>{difference_label(name)}</td>{cells}</tr>')
    return _folded("Differences on the same tasks", ("Suite", "Policies", "Difference", "p"), rows)


def by_kind(run: Run) -> str:
    """For each suite, success by kind of task: a row for each value of each label."""
    parts = []
    for suite, columns in run.tables.items():
        rows = _kinds(run, columns)
        if rows:
            heads = ("Kind", "", *(label(column) for column in run.columns if column in columns))
            parts.append(_folded(f"{escape(suite)} by kind of task, success", heads, rows))
    return "".join(parts)


def counts(run: Run) -> str:
    """Everything else that was counted, one row a suite and column."""
    rows = []
    for suite, scores in run.scores.items():
        for column, score in scores.items():
            cells = [
                _share(score),
                number(score.get("format"), ".0%"),
                number(score.get("response_tokens"), ",.0f"),
                number(score.get("truncated"), ".0%"),
                number(score.get("errors"), ".0f"),
                number(score.get("n"), ",.0f"),
            ]
            values = "".join(f"<td>{cell}</td>" for cell in cells)
            rows.append(f'<tr><th scope="row">{escape(suite)}</th><td>{label(column)}</td>{values}</tr>')
    heads = (
        "Suite",
        "Stage" if run.training else "Policy",
        "Solved",
        "Well formed",
        "Tokens",
        "Cut off",
        "Errors",
        "Tasks",
    )
    return _folded("All counts", heads, rows)


def _kinds(run: Run, columns: dict[str, dict[str, dict[str, Score]]]) -> list[str]:
    rows = []
    present = [column for column in run.columns if column in columns]
    labels = dict.fromkeys(name for column in present for name in columns[column])
    for name in labels:
        values = dict.fromkeys(value for column in present for value in columns[column].get(name, {}))
        for i, value in enumerate(sorted(values, key=_natural)):
            cells = "".join(f"<td>{_share(columns[c].get(name, {}).get(value, {}), True)}</td>" for c in present)
            first = f'<th scope="row">{escape(name) if i == 0 else ""}</th>'
            rows.append(f"<tr>{first}<td>{escape(value)}</td>{cells}</tr>")
    return rows


def _natural(value: str) -> tuple[int, float, str]:
    """Sorts numbers, and what begins with one, by their size, before words."""
    head = value.split(" ")[0]
    return (0, float(head), value) if head.isascii() and head.isdigit() else (1, 0.0, value)


def _folded(title: str, heads: tuple[str, ...], rows: list[str]) -> str:
    """A table behind a line to click on; its title and heads are HTML already."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    return (
        f'<details><summary>{title}</summary><div class="scroll"><table class="plain"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _score(run: Run, column: str, score: Score, best: float | None, span: tuple[float, float]) -> str:
    value = score.get("score")
    strong = ' class="best"' if best is not None and value == best and len(run.columns) > 1 else ""
    solved = f"<small>{number(score['success'], '.0%')} solved</small>" if "success" in score else ""
    return (
        f'<td data-label="{label(column)}"><b{strong}>{number(value)}</b> <small>{interval(score.get("ci95"))}</small>'
        f"{_whisker(score, span, run.columns.index(column))}{solved}</td>"
    )


def _span(scores: dict[str, Score]) -> tuple[float, float]:
    """The scale of a suite's whiskers: 0 to 100, wider where scores are."""
    ends = [end for score in scores.values() for end in _ends(score.get("ci95")) or ()]
    return min([0.0, *ends]), max([100.0, *ends])


def _whisker(score: Score, span: tuple[float, float], colour: int) -> str:
    ends = _ends(score.get("ci95"))
    if ends is None or not is_number(score.get("score")):
        return ""
    low, mid, high = (2 + 116 * (v - span[0]) / (span[1] - span[0]) for v in (ends[0], score["score"], ends[1]))
    return (
        f'<svg class="whisker c{colour % 6}" viewBox="0 0 120 10" aria-hidden="true"><line class="rule" x1="0" x2="120" y1="5" '
        f'y2="5"/><line class="reach" x1="{low:.1f}" x2="{high:.1f}" y1="5" y2="5"/>'
        f'<circle cx="{mid:.1f}" cy="5" r="3.5"/></svg>'
    )


def _ends(pair: Any) -> tuple[float, float] | None:
    if isinstance(pair, list | tuple) and len(pair) == 2 and all(map(is_number, pair)):
        return float(pair[0]), float(pair[1])
    return None


def _gains(gains: dict[str, Any]) -> str:
    return "".join(
        f"<div><small>{difference_label(name)}</small> {_difference(gain)}</div>"
        for name, gain in gains.items()
        if isinstance(gain, dict)
    )


def _difference(one: dict[str, Any]) -> str:
    """A difference: green or red where its interval is on one side of zero."""
    ends = _ends(one.get("ci95"))
    sign = "good" if ends and ends[0] > 0 else "bad" if ends and ends[1] < 0 else ""
    text = number(one.get("difference"), "+.1f")
    return f'<b class="{sign}">{text}</b> <small>{interval(one.get("ci95"), "+.1f")}</small>'


def _p_value(p: Any) -> str:
    return "&lt; 0.001" if is_number(p) and p < 0.001 else number(p, ".3f")


def _share(score: Score, with_count: bool = False) -> str:
    count = f" of {number(score.get('n'), ',.0f')}" if with_count and score else ""
    ends = interval(score.get("success_ci95"), ".0f", 100.0)
    return f"{number(score.get('success'), '.1%')} <small>{ends}{count}</small>"
