"""Families on circles and in the coordinate plane: every answer is measured in the figure, and theorems are not used."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from exact_text import text
from geometry_helpers import area, distance, sweep, value
from geometry_measuring import Measure, arc, asked, check_family, check_notes, radius, request, shaded

from envs.geometry import figure as fig
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI, root, surd
from envs.geometry.topics import (
    arcs,
    chords,
    circles,
    coordinates,
    grid_figures,
    incircles,
    placing,
    secants,
    tangents,
)

TOPICS = (circles, arcs, tangents, incircles, chords, secants, coordinates, grid_figures)
FAMILIES = {family.__name__: family for topic in TOPICS for family in topic.FAMILIES}


# -- circles ----------------------------------------------------------------------------------------------------------


def tangent(problem: GeometryProblem) -> float:
    """The asked quantity, after a look at whether the lines that are called tangents touch the circle."""
    figure = problem.figure
    (circle,) = (mark for mark in figure.marks if isinstance(mark, fig.Circle))
    names = re.findall(r"\b([A-Z])([A-Z])\b(?=[^.]*\btangents?\b)", problem.question)
    assert names, problem.question
    for a, b in names:
        foot = placing.foot(figure.points[circle.centre], figure.points[a], figure.points[b])
        assert math.dist(foot, figure.points[circle.centre]) == pytest.approx(radius(figure)), problem
    return asked(problem)


def secant(problem: GeometryProblem) -> float:
    return tangent(problem) if "tangent" in problem.question else asked(problem)


def incircle(problem: GeometryProblem) -> float:
    """The asked quantity, after a look at whether the circle touches the three sides."""
    figure = problem.figure
    named = re.search(r"triangle ([A-Z])([A-Z])([A-Z])", problem.question)
    assert named
    a, b, c = named.groups()
    for p, q in ((a, b), (b, c), (c, a)):
        foot = placing.foot(figure.points["O"], figure.points[p], figure.points[q])
        assert math.dist(foot, figure.points["O"]) == pytest.approx(radius(figure)), problem
    if "perimeter" in request(problem):
        return distance(figure, a, b) + distance(figure, b, c) + distance(figure, c, a)
    return asked(problem)


def sector(problem: GeometryProblem) -> float:
    """Length, perimeter or area of the sector; or the part that is asked for."""
    figure, wanted = problem.figure, request(problem)
    check_notes(problem)
    if "larger one of the two arcs" in wanted:
        a, b = re.search(r"between ([A-Z]) and ([A-Z])", wanted).groups()  # type: ignore[union-attr]
        return max(arc(figure, "O", a, b), arc(figure, "O", b, a))
    fills = [mark for mark in figure.marks if isinstance(mark, fig.FillSector)]
    (start, end), r = (fills[0].start, fills[0].end), distance(figure, "O", fills[0].start)
    if "length of the arc" in wanted:
        return arc(figure, "O", start, end)
    if "perimeter" in wanted:
        return arc(figure, "O", start, end) + 2 * r
    if "area" in wanted:
        turns = [
            math.radians(sweep(figure, "O", f.start, f.end)) / 2 * distance(figure, "O", f.start) ** 2 for f in fills
        ]
        assert turns[0] - sum(turns[1:]) == pytest.approx(shaded(figure), rel=0.01)
        return turns[0] - sum(turns[1:])
    return asked(problem)


def segment(problem: GeometryProblem) -> float:
    """Area or perimeter between chord and arc, the area as a fine polygon's."""
    figure = problem.figure
    (fill,) = (mark for mark in figure.marks if isinstance(mark, fig.FillSector))
    if "perimeter" in request(problem):
        return arc(figure, "O", fill.start, fill.end) + distance(figure, fill.start, fill.end)
    turns = np.radians(np.linspace(0, sweep(figure, "O", fill.start, fill.end), 20_001))
    r = distance(figure, "O", fill.start)
    x, y = r * np.cos(turns), r * np.sin(turns)
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


# -- the coordinate plane ---------------------------------------------------------------------------------------------


def given_points(problem: GeometryProblem) -> dict[str, tuple[int, int]]:
    """Coordinates as the statement has them."""
    found = re.findall(r"([A-Z]) is the point \((-?\d+), (-?\d+)\)", problem.conditions)
    return {name: (int(x), int(y)) for name, x, y in found}


def point_distance(problem: GeometryProblem) -> float:
    named = re.search(r"triangle ([A-Z])([A-Z])([A-Z])", request(problem))
    if named:
        a, b, c = (given_points(problem)[name] for name in named.groups())
        return math.dist(a, b) + math.dist(b, c) + math.dist(c, a)
    return asked(problem)


def midpoint(problem: GeometryProblem) -> float:
    points, wanted = given_points(problem), request(problem)
    if "coordinate" not in wanted:
        return asked(problem)
    axis = "xy".index(re.search(r"the ([xy])-coordinate", wanted)[1])  # type: ignore[index]
    if "M" not in points:
        return sum(place[axis] for place in points.values()) / 2
    (end,) = (place for name, place in points.items() if name != "M")
    return next(c for c in range(-99, 99) if end[axis] + c == 2 * points["M"][axis])


def slope_of_line(problem: GeometryProblem) -> float:
    points = list(given_points(problem).values())
    (x0, y0), (x1, y1) = points[:2]
    along = np.array([x1 - x0, y1 - y0])
    if "perpendicular" in problem.question:
        along = np.array([-along[1], along[0]])
    if "y-coordinate" not in problem.question:
        return along[1] / along[0]
    x, y = points[2]
    return y - x * along[1] / along[0]


def line_intersection(problem: GeometryProblem) -> float:
    """Both lines are read as text and solved as a linear system; the triangle's area is counted."""
    if "shaded" in problem.question:
        (fill,) = (mark for mark in problem.figure.marks if isinstance(mark, fig.Fill))
        return area(problem.figure, *fill.points)
    rows = []
    for line in re.findall(r"y = ([^,]*?)(?:, and|\.$)", problem.conditions):
        factor, divisor, sign, constant = re.fullmatch(r"(-?\d*)x(?:/(\d+))?(?: ([-+]) (\d+))?", line).groups()  # type: ignore[union-attr]
        slope = Fraction(int(factor + "1" if factor in ("", "-") else factor), int(divisor or 1))
        rows.append((float(slope), int(constant or 0) * (-1 if sign == "-" else 1)))
    (m, b), (n, c) = rows
    x, y = np.linalg.solve([[-m, 1], [-n, 1]], [b, c])
    assert problem.figure.points["S"] == pytest.approx((x, y))
    return float(x if "x-coordinate" in request(problem) else y)


def reflection(problem: GeometryProblem) -> float:
    """The image by linear algebra; the shortest way by trying points of the axis."""
    figure, points, wanted = problem.figure, given_points(problem), request(problem)
    first, *others = points.values()
    if "smallest possible" in wanted:
        t = np.linspace(-20, 20, 400_001)
        on_x = "x-axis" in problem.question
        ways = [np.hypot(t - p[0], p[1]) if on_x else np.hypot(t - p[1], p[0]) for p in (first, others[0])]
        return float((ways[0] + ways[1]).min())
    start, end = (np.array(figure.points[name]) for name in ("_s", "_e"))
    unit = (end - start) / np.linalg.norm(end - start)
    offset = np.array(first) - start
    image = start + 2 * (offset @ unit) * unit - offset
    if "distance" in wanted:
        return math.dist(image, others[0])
    if named := re.search(r"the ([xy])-coordinate", wanted):
        return float(image["xy".index(named[1])])
    factor = re.search(r"(\d*)x \+ y", wanted)[1]  # type: ignore[index]
    return float(int(factor or 1) * image[0] + image[1])


def circle_on_grid(problem: GeometryProblem) -> float:
    figure, wanted = problem.figure, request(problem)
    (circle,) = (mark for mark in figure.marks if isinstance(mark, fig.Circle))
    for name in given_points(problem):
        assert name == "M" or distance(figure, circle.centre, name) == pytest.approx(radius(figure))
    if "circumference" in wanted:
        return 2 * math.pi * radius(figure)
    return math.pi * radius(figure) ** 2 if "area" in wanted else radius(figure)


def polygon_area(problem: GeometryProblem) -> float:
    """Half of the sum of inner and boundary grid points as in Pick's theorem, counted."""
    corners = list(given_points(problem).values())
    sides = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    boundary = sum(math.gcd(q[0] - p[0], q[1] - p[1]) for p, q in sides)
    inner = 0
    for x in range(-12, 13):
        for y in range(-12, 13):
            turns = [(q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]) for p, q in sides]
            inner += min(turns) > 0 or max(turns) < 0
    return inner + boundary / 2 - 1


MEASURES: dict[str, Measure] = {
    "central_angle": asked,
    "inscribed_angle": asked,
    "semicircle_angle": asked,
    "cyclic_quadrilateral": asked,
    "arc_length": sector,
    "sector_area": sector,
    "segment_of_circle": segment,
    "tangent_length": tangent,
    "two_tangents": tangent,
    "tangent_chord_angle": tangent,
    "inscribed_circle": incircle,
    "chord_length": asked,
    "circle_from_chord": asked,
    "intersecting_chords": asked,
    "secant_tangent": secant,
    "point_distance": point_distance,
    "midpoint": midpoint,
    "slope_of_line": slope_of_line,
    "line_intersection": line_intersection,
    "polygon_area_on_grid": polygon_area,
    "reflection": reflection,
    "circle_on_grid": circle_on_grid,
}


def test_every_family_is_measured() -> None:
    assert set(MEASURES) == set(FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_answer_is_what_the_figure_measures(name: str) -> None:
    check_family(FAMILIES[name], MEASURES[name])


ON_CIRCLES = [family.__name__ for topic in (circles, tangents, chords, secants) for family in topic.FAMILIES]


@pytest.mark.parametrize("name", ON_CIRCLES)
def test_corners_that_are_said_to_lie_on_the_circle_do(name: str) -> None:
    for level in (1, 2, 3):
        rng = np.random.default_rng(level)
        for _ in range(30):
            problem = FAMILIES[name](rng, level)
            figure = problem.figure
            (circle,) = (mark for mark in figure.marks if isinstance(mark, fig.Circle))
            on = [p for p in figure.points if distance(figure, p, circle.centre) == pytest.approx(radius(figure))]
            assert len(on) >= (1 if name == "tangent_length" else 2), problem


# -- exact numbers ----------------------------------------------------------------------------------------------------


def test_surds_calculate_as_sympy_does() -> None:
    rng = np.random.default_rng(0)
    for _ in range(150):
        a, b, c = (Fraction(int(rng.integers(-30, 31)), int(rng.integers(1, 10))) for _ in range(3))
        n, m = int(rng.integers(1, 300)), int(rng.integers(1, 60))
        ours = (a + b * root(n)) * (b - c * PI) / root(m) + root(Fraction(n, m))
        theirs = (q(a) + q(b) * sp.sqrt(n)) * (q(b) - q(c) * sp.pi) / sp.sqrt(m) + sp.sqrt(sp.Rational(n, m))
        assert float(ours) == pytest.approx(float(theirs), rel=1e-9, abs=1e-9)
        assert value(str(ours)) == pytest.approx(float(theirs), rel=1e-9, abs=1e-9)


def test_surds_are_written_as_sympy_numbers_are() -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        a, b = (Fraction(int(rng.integers(-40, 41)), int(rng.integers(1, 10))) for _ in range(2))
        n = int(rng.integers(1, 400))
        assert str(a + b * PI) == text(q(a) + q(b) * sp.pi)
        assert str(a * PI - b * root(3)) == text(q(a) * sp.pi - q(b) * sp.sqrt(3))
        assert str(surd(a) / root(n)) == text(q(a) / sp.sqrt(n))


def test_equal_surds_are_equal_however_they_come_about() -> None:
    assert root(12) == 2 * root(3) == 6 / root(3)
    assert len({root(8), root(2) * 2, 4 / root(2)}) == 1
    assert root(2) * root(2) == 2 and root(0) == 0 and str(root(9)) == "3"


def test_surds_refuse_what_has_no_exact_form() -> None:
    with pytest.raises(ValueError, match="single term"):
        surd(1) / (1 + root(2))
    with pytest.raises(ValueError, match="not real"):
        root(-2)


def q(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)
