"""Figures measured anew: what a mark says is compared with the coordinates of the points that it is about."""

from __future__ import annotations

import itertools
import math
import re

import pytest

from envs.geometry import figure as fig
from envs.geometry.problem import GeometryProblem


def value(text: str) -> float | None:
    """The number that a text such as `5√3/2`, `(1 + √5)/2`, `25π/4`, `40°` or `−3` stands for; None if it has letters."""
    plain = text.replace("°", "").replace("−", "-").replace("π", "*pi").replace(" cm", "").replace(" m", "")
    plain = re.sub(r"√(\d+)", r"*sqrt(\1)", plain)
    plain = re.sub(r"(^|[-+/(] *)\*", r"\1", plain)
    if re.search(r"[A-Za-z?]", plain.replace("sqrt", "").replace("pi", "")):
        return None
    return float(eval(plain, {"__builtins__": {}}, {"sqrt": math.sqrt, "pi": math.pi}))  # noqa: S307


def distance(figure: fig.Figure, a: str, b: str) -> float:
    return math.dist(figure.points[a], figure.points[b])


def angle(figure: fig.Figure, a: str, vertex: str, b: str) -> float:
    """Degrees between two rays, at most 180."""
    return min(sweep(figure, vertex, a, b), sweep(figure, vertex, b, a))


def sweep(figure: fig.Figure, centre: str, start: str, end: str) -> float:
    """Degrees anticlockwise from one ray to another, in [0, 360)."""
    turn = direction(figure, centre, end) - direction(figure, centre, start)
    return turn % 360


def direction(figure: fig.Figure, start: str, end: str) -> float:
    (x0, y0), (x1, y1) = figure.points[start], figure.points[end]
    return math.degrees(math.atan2(y1 - y0, x1 - x0))


def area(figure: fig.Figure, *names: str) -> float:
    """Area of a polygon, by the shoelace formula."""
    corners = [figure.points[name] for name in names]
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def check_figure(problem: GeometryProblem) -> None:
    """Every mark refers to points that exist and says what is so; every measure stands in the conditions."""
    figure = problem.figure
    assert figure.names() <= set(figure.points), figure.names() - set(figure.points)
    stated = re.sub(r"[ ,]", "", f"{problem.conditions} {problem.question}")
    for mark in figure.marks:
        if isinstance(mark, fig.Measure) and mark.text not in ("", "?", "x", "y"):
            assert re.sub(r"[ ,]", "", mark.text) in stated, (
                f"{mark} is not among the conditions {problem.conditions!r}"
            )
    shown = " ".join(mark.text for mark in figure.marks if isinstance(mark, fig.Measure))
    missing = set(re.findall(r"\d+", problem.conditions)) - set(re.findall(r"\d+", shown))
    assert not missing, f"{missing} of the conditions {problem.conditions!r} is not in the figure"
    if figure.metric:
        _check_measures(figure)
        _check_equalities(figure)


def _check_measures(figure: fig.Figure) -> None:
    for mark in figure.marks:
        match mark:
            case fig.Length(a=a, b=b, text=text) if value(text) is not None:
                assert distance(figure, a, b) == pytest.approx(value(text), rel=1e-6), mark
            case fig.Angle(a=a, vertex=v, b=b, text=text, reflex=reflex) if value(text) is not None:
                size = sweep(figure, v, a, b) if reflex else angle(figure, a, v, b)
                assert size == pytest.approx(value(text), abs=1e-4), mark
            case fig.RightAngle(a=a, vertex=v, b=b):
                assert angle(figure, a, v, b) == pytest.approx(90, abs=1e-4), mark
            case fig.ArcMeasure(centre=c, start=s, end=e, text=text) if value(text) is not None:
                size = sweep(figure, c, s, e)
                length = math.radians(size) * distance(figure, c, s)
                assert value(text) == pytest.approx(size if "°" in text else length, rel=1e-6), mark
            case fig.Inside(points=points, text=text) if value(text) is not None:
                assert area(figure, *points) == pytest.approx(value(text), rel=1e-6), mark
            case fig.Beside(point=point, text=text) if re.fullmatch(r"\([^()]*,[^()]*\)", text):
                x, y = (value(part) for part in text.strip("()").split(","))
                assert figure.points[point] == pytest.approx((x, y)), mark


def _check_equalities(figure: fig.Figure) -> None:
    for kind, size in (
        (fig.Ticks, lambda m: distance(figure, m.a, m.b)),
        (fig.EqualAngle, lambda m: angle(figure, m.a, m.vertex, m.b)),
        (fig.Chevrons, lambda m: direction(figure, m.a, m.b) % 180),
    ):
        marks = sorted((m for m in figure.marks if isinstance(m, kind)), key=lambda m: m.count)
        for count, group in itertools.groupby(marks, key=lambda m: m.count):
            sizes = [size(mark) for mark in group]
            assert len(sizes) > 1, f"a {kind.__name__} with count {count} has nothing to be equal to"
            turns = [min(abs(s - sizes[0]), abs(180 - abs(s - sizes[0]))) for s in sizes]
            gaps = turns if kind is fig.Chevrons else [abs(s - sizes[0]) for s in sizes]
            assert max(gaps) < 1e-6 * max(1.0, sizes[0]), (kind.__name__, count, sizes)
