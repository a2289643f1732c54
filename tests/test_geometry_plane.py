"""Triangles, lines and polygons: answers against the coordinates, wording, working, variety."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from geometry_questions import check_problem

from envs.geometry import FAMILIES, GeometryProblem

#: What the problems of a family ask for; each is measured in the figure.
QUANTITIES: dict[str, set[str]] = {
    "angle_sum": {"angle", "largest angle", "x"},
    "exterior_angle": {"angle", "x"},
    "isosceles_angles": {"angle"},
    "triangle_area": {"area", "length"},
    "heron": {"area", "inradius", "length"},
    "pythagoras": {"area", "length"},
    "altitude_on_hypotenuse": {"area", "length"},
    "special_right_triangle": {"area", "length"},
    "trigonometric_ratio": {"length", "ratio"},
    "similar_triangles": {"length", "perimeter"},
    "similar_areas": {"area", "length"},
    "intercept_theorem": {"length", "x"},
    "median_length": {"length"},
    "centroid": {"length", "x"},
    "midsegment": {"length", "perimeter", "x"},
    "angle_bisector": {"angle", "length"},
    "altitude": {"angle", "x"},
    "law_of_sines": {"angle", "length"},
    "law_of_cosines": {"angle", "cosine", "length", "perimeter"},
    "area_by_sine": {"angle", "area", "length"},
    "circumscribed_circle": {"circumradius", "length"},
    "vertical_angles": {"angle", "x"},
    "angles_at_a_point": {"angle", "x"},
    "corresponding_angles": {"angle", "x"},
    "co_interior_angles": {"angle", "x"},
    "zigzag": {"angle", "x"},
    "polygon_angles": {"angle", "x"},
    "regular_polygon": {"angle", "area", "length", "perimeter"},
    "polygon_diagonals": {"area", "length", "perimeter"},
    "parallelogram_angles": {"angle", "length", "perimeter", "x"},
    "parallelogram_area": {"area", "length"},
    "rhombus_diagonals": {"area", "length", "perimeter"},
    "rectangle_diagonal": {"angle", "length"},
    "trapezoid_area": {"area", "length", "perimeter"},
    "trapezoid_midline": {"area", "length", "x"},
    "kite": {"angle", "area", "length"},
}


def sample(family: str, level: int, count: int) -> list[GeometryProblem]:
    rng = np.random.default_rng([11, level])
    return [FAMILIES.make(family, level, rng) for _ in range(count)]


@pytest.mark.parametrize("family", QUANTITIES)
def test_answers_are_what_is_measured_in_the_figure(family: str) -> None:
    asked = Counter(
        check_problem(problem, QUANTITIES[family]) for level in (1, 2, 3) for problem in sample(family, level, 80)
    )
    assert set(asked) == QUANTITIES[family]


@pytest.mark.parametrize("family", QUANTITIES)
def test_problems_are_many_and_their_answers_too(family: str) -> None:
    problems = [problem for level in (1, 2, 3) for problem in sample(family, level, 200)]
    answer, count = Counter(problem.answer for problem in problems).most_common(1)[0]
    assert count < 0.15 * len(problems), f"{answer} is right in {count} of {len(problems)}"
    assert len({problem.content for problem in problems}) > 0.4 * len(problems)
    capitals = str.maketrans("", "", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert len({problem.question.translate(capitals) for problem in problems}) >= 3


@pytest.mark.parametrize("family", QUANTITIES)
def test_figures_lend_one_another_their_shape(family: str) -> None:
    for level in (1, 2, 3):
        structures = Counter(problem.figure.structure for problem in sample(family, level, 240))
        lonely = sum(count for count in structures.values() if count < 4)
        assert lonely <= 0.05 * 240, structures


@pytest.mark.parametrize("family", QUANTITIES)
def test_no_two_points_are_too_close_to_tell_apart(family: str) -> None:
    for level in (1, 2, 3):
        for problem in sample(family, level, 60):
            points = np.array([xy for name, xy in problem.figure.points.items() if not name.startswith("_")])
            gaps = np.linalg.norm(points[:, None] - points[None], axis=2)  # [points, points]
            nearest = gaps[~np.eye(len(points), dtype=bool)].min()
            assert nearest > gaps.max() / 15, problem


def test_the_generator_decides() -> None:
    for family in QUANTITIES:
        assert sample(family, 3, 5) == sample(family, 3, 5)
