"""Families on solids and composite areas: solids are rebuilt in space or integrated, shaded areas are counted."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
from geometry_helpers import area, distance, sweep, value
from geometry_measuring import Measure, arc, asked, check_family, check_notes, outline, request, shaded

from envs.geometry import figure as fig
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics import (
    areas,
    cones,
    l_shapes,
    lenses,
    polyhedra,
    pyramids,
    revolution,
    rounded_areas,
    solids,
    spheres,
    windows,
)

TOPICS = (solids, cones, spheres, revolution, polyhedra, pyramids, areas, windows, rounded_areas, lenses, l_shapes)
FAMILIES = {family.__name__: family for topic in TOPICS for family in topic.FAMILIES}

Profile = list[tuple[float, float]]


# -- round solids -----------------------------------------------------------------------------------------------------


def volume(profile: Profile) -> float:
    """Volume swept by a polyline of (radius, height): discs, by Simpson's rule, which is exact for cones and spheres."""
    total = 0.0
    for (r0, z0), (r1, z1) in itertools.pairwise(profile):
        total += math.pi * (z1 - z0) / 6 * (r0**2 + 4 * ((r0 + r1) / 2) ** 2 + r1**2)
    return abs(total)


def surface(profile: Profile) -> float:
    """Area swept by a polyline of (radius, height): the path of each piece's middle times its length."""
    pieces = itertools.pairwise(profile)
    return sum(2 * math.pi * (p[0] + q[0]) / 2 * math.dist(p, q) for p, q in pieces)


def profile_of(figure: fig.Figure, *names: str) -> Profile:
    """Points as (distance from the axis x = 0, height)."""
    return [(abs(figure.points[name][0]), figure.points[name][1]) for name in names]


def rims(figure: fig.Figure) -> list[fig.Ellipse]:
    return [mark for mark in figure.marks if isinstance(mark, fig.Ellipse)]


def cone(problem: GeometryProblem) -> float:
    """Volume or surface of the solid between the rims, or of the cone above the only rim."""
    figure, wanted = problem.figure, request(problem)
    if "sector is rolled" in problem.question:
        return rolled_cone(problem)
    base, *top = rims(figure)
    (apex,) = {mark.a for mark in figure.marks if isinstance(mark, fig.Segment) and mark.b == "_l"} if not top else {""}
    profile = profile_of(figure, base.centre, base.side, *([top[0].side, top[0].centre] if top else [apex]))
    if "volume" in wanted:
        return volume(profile)
    if "angle of the sector" in wanted:
        return 360 * distance(figure, base.centre, base.side) / distance(figure, apex, base.side)
    return surface(profile[1:] if "curved" in wanted else profile)


def rolled_cone(problem: GeometryProblem) -> float:
    """The sector's arc becomes the rim, its area the curved surface."""
    figure = problem.figure
    (rim,) = (mark for mark in figure.marks if isinstance(mark, fig.Arc))
    slant = distance(figure, rim.centre, rim.start)
    r = arc(figure, rim.centre, rim.start, rim.end) / (2 * math.pi)
    if "height" in request(problem):
        return math.sqrt(slant**2 - r**2)
    return math.pi * r**2 + math.radians(sweep(figure, rim.centre, rim.start, rim.end)) / 2 * slant**2


def cylinder(problem: GeometryProblem) -> float:
    figure, wanted = problem.figure, request(problem)
    base, top, *hole = rims(figure)
    profile = profile_of(figure, base.centre, base.side, top.side, top.centre)
    if "surface" in wanted:
        return surface(profile)
    if hole:
        inner = abs(figure.points[hole[0].side][0])
        return volume(profile) - volume([(inner, z) for _, z in profile[1:3]])
    removed = volume(profile_of(figure, base.side, top.centre)) if "removed" in problem.question else 0.0
    return volume(profile) - removed


def sphere(problem: GeometryProblem) -> float:
    figure, wanted = problem.figure, request(problem)
    (circle,) = (mark for mark in figure.marks if isinstance(mark, fig.Circle))
    r = distance(figure, "O", circle.through)
    heights = np.linspace(-r, r, 4001)
    ball: Profile = [(math.sqrt(max(0.0, r * r - z * z)), float(z)) for z in heights]
    ball_volume = 2 * r / 6 * 4 * math.pi * r * r  # Simpson over the whole height: discs of area 0, πr², 0
    assert volume(ball) == pytest.approx(ball_volume, rel=1e-5)
    for mark in figure.marks:
        if isinstance(mark, fig.Inside):
            quantity, number = mark.text.rsplit(" ", 1)
            known = {"volume": ball_volume, "surface area": 4 * math.pi * r * r}[quantity]
            assert value(number) == pytest.approx(known)
    if "the plane cuts" in wanted:
        (section,) = rims(figure)
        cut = distance(figure, section.centre, section.side)
        assert distance(figure, "O", section.side) == pytest.approx(r)
        return math.pi * cut**2 if "area" in wanted else 2 * math.pi * cut
    if "outside the sphere" in wanted:
        base, top = rims(figure)
        return volume(profile_of(figure, base.centre, base.side, top.side, top.centre)) - ball_volume
    if "surface area" in wanted:
        assert surface(ball) == pytest.approx(4 * math.pi * r * r, rel=1e-3)
        return 4 * math.pi * r * r
    return ball_volume if "volume" in wanted else r


def revolution_solid(problem: GeometryProblem) -> float:
    figure, wanted = problem.figure, request(problem)
    (fill,) = (mark for mark in figure.marks if isinstance(mark, fig.Fill))
    profile = profile_of(figure, *fill.points)
    assert profile[0][0] == profile[-1][0] == 0
    if "volume" in wanted:
        return volume(profile)
    return surface(profile[1:-1] if "curved" in wanted else profile)


# -- solids with flat faces -------------------------------------------------------------------------------------------


def in_space(figure: fig.Figure) -> dict[str, np.ndarray]:
    """The corners of a box or prism in space: depth is drawn to half, towards the back corners."""
    names = [name for name in figure.points if name != "M"]
    half = len(names) // 2
    front = {name: np.array([*figure.points[name], 0.0]) for name in names[:half]}
    depth = distance(figure, names[0], names[half]) / polyhedra._DEPTH
    back = {name: front[f] + [0.0, 0.0, depth] for f, name in zip(names[:half], names[half:], strict=True)}
    return front | back


def check_lengths(problem: GeometryProblem, corners: dict[str, np.ndarray]) -> None:
    """The given lengths are those of the solid in space."""
    given = re.findall(r"([A-Z])([A-Z]) = (\d+)", problem.conditions)
    assert given
    for a, b, number in given:
        assert np.linalg.norm(corners[a] - corners[b]) == pytest.approx(int(number)), problem


def triangle(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> float:
    return float(np.linalg.norm(np.cross(q - p, r - p))) / 2


def solid_volume(faces: list[list[np.ndarray]]) -> float:
    """Volume of a convex solid: pyramids from its middle over the triangles of its faces."""
    middle = np.mean([corner for face in faces for corner in face], axis=0)
    triangles = [(face[0], p, q) for face in faces for p, q in itertools.pairwise(face[1:])]
    return sum(abs(float(np.linalg.det(np.array(three) - middle))) / 6 for three in triangles)


def solid_surface(faces: list[list[np.ndarray]]) -> float:
    return sum(triangle(face[0], p, q) for face in faces for p, q in itertools.pairwise(face[1:]))


def prism_faces(corners: list[np.ndarray]) -> list[list[np.ndarray]]:
    half = len(corners) // 2
    front, back = corners[:half], corners[half:]
    turned = [front[(i + 1) % half] for i in range(half)], [back[(i + 1) % half] for i in range(half)]
    return [front, back, *([p, q, r, s] for p, q, r, s in zip(front, turned[0], turned[1], back, strict=True))]


def prism(problem: GeometryProblem) -> float:
    corners = in_space(problem.figure)
    check_lengths(problem, corners)
    faces = prism_faces(list(corners.values()))
    return solid_surface(faces) if "surface" in request(problem) else solid_volume(faces)


def box(problem: GeometryProblem) -> float:
    corners = in_space(problem.figure)
    if "M" in problem.figure.points:
        c, g = re.search(r"([A-Z])M = M([A-Z])", problem.properties).groups()  # type: ignore[union-attr]
        corners["M"] = (corners[c] + corners[g]) / 2
    check_lengths(problem, corners)
    if "volume" in request(problem):
        return solid_volume(prism_faces(list(corners.values())))
    a, b = re.search(r"\b([A-Z])([A-Z])\b", request(problem)).groups()  # type: ignore[union-attr]
    return float(np.linalg.norm(corners[a] - corners[b]))


def pyramid(problem: GeometryProblem) -> float:
    figure = problem.figure
    a, b, c, d, _, s, *_ = figure.points
    wide, depth = distance(figure, a, b), distance(figure, b, c) / polyhedra._DEPTH
    height = figure.points[s][1] - figure.points["O"][1]
    corners = {a: (0, 0, 0), b: (wide, 0, 0), c: (wide, depth, 0), d: (0, depth, 0)}
    corners |= {s: (wide / 2, depth / 2, height), "O": (wide / 2, depth / 2, 0), "M": (wide, depth / 2, 0)}
    space = {name: np.array(place, dtype=float) for name, place in corners.items()}
    check_lengths(problem, space)
    if "square" in problem.question:
        assert wide == pytest.approx(depth)
    base = [space[name] for name in (a, b, c, d)]
    sides = [[space[s], p, q] for p, q in itertools.pairwise([*base, base[0]])]
    if "volume" in request(problem):
        return solid_volume([base, *sides])
    if "surface" in request(problem):
        return solid_surface([base, *sides])
    return float(np.linalg.norm(space[s] - space[b]))


# -- areas ------------------------------------------------------------------------------------------------------------


def region(problem: GeometryProblem) -> float:
    """The shaded area or the length around it, or a length that is asked for."""
    check_notes(problem)
    wanted = request(problem)
    if "area" in wanted:
        return shaded(problem.figure)
    return outline(problem.figure) if "perimeter" in wanted else asked(problem)


def quarters(problem: GeometryProblem) -> float:
    """As `region`, but of the lines around a shaded region only the parts that bound it."""
    figure = problem.figure
    if "perimeter" not in request(problem):
        return region(problem)
    arcs = [mark for mark in figure.marks if isinstance(mark, fig.Arc)]
    total = sum(arc(figure, mark.centre, mark.start, mark.end) for mark in arcs)
    if len(arcs) == 4:
        sides = [mark for mark in figure.marks if isinstance(mark, fig.Segment)]
        cut = sum(2 * distance(figure, mark.centre, mark.start) for mark in arcs)
        return total + sum(distance(figure, mark.a, mark.b) for mark in sides) - cut
    side = re.search(r"O([A-Z]) = ", problem.conditions)
    assert side
    return total + distance(figure, "O", side[1])


def lens(problem: GeometryProblem) -> float:
    """Area and perimeter from the arcs' ends: sectors less triangles, numerically, and the count of shaded points."""
    figure, wanted = problem.figure, request(problem)
    if "area" in wanted:
        return shaded(figure)
    if "perimeter" in wanted:
        arcs = [mark for mark in figure.marks if isinstance(mark, fig.Arc)]
        if arcs:
            return sum(arc(figure, mark.centre, mark.start, mark.end) for mark in arcs)
        (a, b), (c, _) = _common_points(figure)
        return 2 * min(arc(figure, c, a, b), arc(figure, c, b, a))
    return asked(problem)


def _common_points(figure: fig.Figure) -> tuple[list[str], list[str]]:
    """Names of the points on both circles, and of their centres."""
    circles = [mark for mark in figure.marks if isinstance(mark, fig.Circle)]
    radii = {mark.centre: distance(figure, mark.centre, mark.through) for mark in circles}
    named = [name for name in figure.points if not name.startswith("_")]
    on_both = [p for p in named if all(distance(figure, p, c) == pytest.approx(r) for c, r in radii.items())]
    return on_both, list(radii)


def right_angled(problem: GeometryProblem) -> float:
    figure = problem.figure
    check_notes(problem)
    (fill,) = (mark for mark in figure.marks if isinstance(mark, fig.Fill))
    if "area" in request(problem):
        return area(figure, *fill.points)
    return outline(figure) if "perimeter" in request(problem) else asked(problem)


MEASURES: dict[str, Measure] = {
    "cone_volume": cone,
    "cone_surface": cone,
    "cylinder_volume": cylinder,
    "sphere": sphere,
    "solid_of_revolution": revolution_solid,
    "box_diagonal": box,
    "prism_volume": prism,
    "pyramid_volume": pyramid,
    "square_with_circle": region,
    "annulus": region,
    "window": region,
    "quarter_circles": quarters,
    "semicircles_on_sides": region,
    "lens": lens,
    "l_shape": right_angled,
}


def test_every_family_is_measured() -> None:
    assert set(MEASURES) == set(FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_answer_is_what_the_figure_measures(name: str) -> None:
    check_family(FAMILIES[name], MEASURES[name])


@pytest.mark.parametrize("name", ["cone_volume", "cylinder_volume", "sphere", "solid_of_revolution"])
def test_round_solids_have_rims_in_one_perspective(name: str) -> None:
    for level in (1, 2, 3):
        rng = np.random.default_rng(level)
        for _ in range(30):
            figure = FAMILIES[name](rng, level).figure
            for rim in rims(figure):
                (x, y), (sx, sy), (tx, ty) = (figure.points[p] for p in (rim.centre, rim.side, rim.top))
                assert sy == pytest.approx(y) and tx == pytest.approx(x)
                assert ty - y == pytest.approx(solids.SQUASH * abs(sx - x))


@pytest.mark.parametrize("name", ["box_diagonal", "prism_volume", "pyramid_volume"])
def test_the_hidden_edges_of_a_solid_are_those_at_one_corner_or_one_face(name: str) -> None:
    """Dashed edges never lie on the outline: every outermost corner has two solid edges or more."""
    for level in (1, 2, 3):
        rng = np.random.default_rng(level)
        for _ in range(30):
            figure = FAMILIES[name](rng, level).figure
            assert figure.upright and not figure.metric
            solid = [mark for mark in figure.marks if isinstance(mark, fig.Segment) and not mark.dashed]
            for corner in hull(figure):
                assert sum(corner in (mark.a, mark.b) for mark in solid) >= 2, (corner, figure)


def hull(figure: fig.Figure) -> list[str]:
    """Names of the corners of the convex hull of all points."""
    names = list(figure.points)
    found = []
    for name in names:
        x, y = figure.points[name]
        turns = sorted(math.atan2(figure.points[p][1] - y, figure.points[p][0] - x) for p in names if p != name)
        gaps = [b - a for a, b in itertools.pairwise([*turns, turns[0] + math.tau])]
        if max(gaps) > math.pi + 1e-6:
            found.append(name)
    return found
