"""Answers measured in the coordinates of a figure, without any theorem; and the shaded area, by counting points."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from geometry_helpers import angle, check_figure, distance, sweep, value

from envs.geometry import figure as fig
from envs.geometry.problem import GeometryProblem
from envs.task import CHARSET

Measure = Callable[[GeometryProblem], float]

#: Points along each side of the grid that the shaded area is counted on.
_GRID = 220


def request(problem: GeometryProblem) -> str:
    """The last sentence of a question: what is asked."""
    return re.split(r"(?<=[.?]) ", problem.question)[-1]


def asked(problem: GeometryProblem) -> float:
    """The angle, length, radius or x that is asked for."""
    figure, wanted = problem.figure, request(problem)
    if named := re.search(r"angle ([A-Z])([A-Z])([A-Z])", wanted):
        return angle(figure, *named.groups())
    if "radius of the circle" in wanted:
        return radius(figure)
    if re.search(r"\bx\b", wanted):
        return unknown(problem)
    named = re.search(r"\b([A-Z])([A-Z])\b", wanted)
    assert named, f"nothing known is asked for in {wanted!r}"
    return distance(figure, *named.groups())


def radius(figure: fig.Figure) -> float:
    """The radius of the circle that is drawn."""
    (circle,) = (mark for mark in figure.marks if isinstance(mark, fig.Circle))
    return distance(figure, circle.centre, circle.through)


def unknown(problem: GeometryProblem) -> float:
    """The x for which the expressions at angles say what the angles measure."""
    solutions = []
    for mark in problem.figure.marks:
        if isinstance(mark, fig.Angle):
            factor, sign, constant = re.fullmatch(r"\((\d*)x(?: ([-+]) (\d+))?\)°", mark.text).groups()  # type: ignore[union-attr]
            offset = int(constant or 0) * (-1 if sign == "-" else 1)
            solutions.append((angle(problem.figure, mark.a, mark.vertex, mark.b) - offset) / int(factor or 1))
    assert max(solutions) - min(solutions) < 1e-6, problem
    return solutions[0]


def outline(figure: fig.Figure) -> float:
    """The length of all lines and arcs that are drawn and not dashed."""
    total = 0.0
    for mark in figure.marks:
        if isinstance(mark, fig.Segment) and not mark.dashed:
            total += distance(figure, mark.a, mark.b)
        elif isinstance(mark, fig.Arc):
            total += arc(figure, mark.centre, mark.start, mark.end)
    return total


def arc(figure: fig.Figure, centre: str, start: str, end: str) -> float:
    """The length of an arc."""
    return math.radians(sweep(figure, centre, start, end)) * distance(figure, centre, start)


def shaded(figure: fig.Figure) -> float:
    """The shaded area, from the share of the points of a grid that are painted, fills and holes in their order."""
    corners = np.array(list(_painted(figure)))
    low, high = corners.min(axis=0), corners.max(axis=0)
    ticks = (np.arange(_GRID) + 0.5) / _GRID
    x, y = np.meshgrid(*(low[i] + (high[i] - low[i]) * ticks for i in (0, 1)))  # [grid, grid]
    paint = np.zeros(x.shape, dtype=bool)
    for mark in figure.marks:
        inside = _inside(figure, mark, x, y)
        if inside is not None:
            paint[inside] = not mark.hole  # type: ignore[attr-defined]
    return float(paint.mean() * np.prod(high - low))


def _painted(figure: fig.Figure) -> Iterable[tuple[float, float]]:
    """Points whose bounding box holds all that is shaded."""
    for mark in figure.marks:
        if getattr(mark, "hole", False):
            continue
        if isinstance(mark, fig.Fill):
            yield from (figure.points[name] for name in mark.points)
        elif isinstance(mark, fig.FillCircle | fig.FillSector):
            (x, y), end = figure.points[mark.centre], mark.through if isinstance(mark, fig.FillCircle) else mark.start
            r = distance(figure, mark.centre, end)
            yield from ((x - r, y - r), (x + r, y + r))


def _inside(figure: fig.Figure, mark: fig.Mark, x: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    """Which points of a grid a fill covers; None for other marks."""
    if isinstance(mark, fig.Fill):
        corners = [figure.points[name] for name in mark.points]
        odd = np.zeros(x.shape, dtype=bool)
        for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if y0 != y1:
                odd ^= ((y0 > y) != (y1 > y)) & (x < x0 + (x1 - x0) * (y - y0) / (y1 - y0))
        return odd
    if isinstance(mark, fig.FillCircle | fig.FillSector):
        cx, cy = figure.points[mark.centre]
        end = mark.through if isinstance(mark, fig.FillCircle) else mark.start
        inside = np.hypot(x - cx, y - cy) < distance(figure, mark.centre, end)
        if isinstance(mark, fig.FillSector):
            sx, sy = figure.points[mark.start]
            turn = np.degrees(np.arctan2(y - cy, x - cx) - math.atan2(sy - cy, sx - cx)) % 360
            inside &= turn < sweep(figure, mark.centre, mark.start, mark.end)
        return inside
    return None


def check_notes(problem: GeometryProblem) -> None:
    """What is said of the figure as a whole is so: the area that is shaded, the length around it."""
    for mark in problem.figure.marks:
        if isinstance(mark, fig.Note):
            quantity, number = mark.text.split(" ", 1)
            measured = {"area": shaded, "perimeter": outline}[quantity](problem.figure)
            assert measured == pytest.approx(value(number), rel=0.01), problem


def check_family(
    family: Callable[[np.random.Generator, int], GeometryProblem], measure: Measure, count: int = 60
) -> None:
    """Figure, wording, working, mistakes and answer of `count` problems of each level."""
    for level in (1, 2, 3):
        rng, again = (np.random.default_rng([level, 7]) for _ in range(2))
        for _ in range(count):
            problem = family(rng, level)
            assert problem == family(again, level)
            assert (problem.family, problem.level) == (family.__name__, level)  # type: ignore[attr-defined]
            check_figure(problem)
            check_wording(problem)
            check_answer(problem, measure(problem))


def check_wording(problem: GeometryProblem) -> None:
    parts: list[Any] = [problem.description, problem.properties, problem.conditions, problem.question, problem.answer]
    text = " ".join([*parts, *problem.steps, *problem.mistakes])
    assert set(text) <= CHARSET, set(text) - CHARSET
    assert not re.search(r"\+ -|- -|\b1x|\b0x", text), text
    assert problem.steps[-1].endswith(problem.answer), problem.steps
    numbers = [value(text) for text in (problem.answer, *problem.mistakes)]
    assert len(numbers) > 3 and None not in numbers, problem
    for one, other in itertools.combinations(numbers, 2):
        assert one != pytest.approx(other, rel=1e-9), (problem.answer, problem.mistakes)


def check_answer(problem: GeometryProblem, measured: float) -> None:
    """The answer is what was measured; to 1% where points were counted, and then no mistake is as near."""
    exact = value(problem.answer)
    assert exact is not None
    if exact != pytest.approx(measured, rel=1e-6, abs=1e-6):
        assert "shaded" in problem.question, (problem, measured)
        assert exact == pytest.approx(measured, rel=0.01), (problem, measured)
        nearest = min(abs(wrong - measured) for text in problem.mistakes if (wrong := value(text)) is not None)
        assert nearest > abs(exact - measured), (problem, measured)
