"""Points and lines of the coordinate plane: distances, midpoints, slopes, lines that meet."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates, Dot, Fill, Length, Plane, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import Surd, root
from envs.geometry.topics.drafts import Draft, Given, at, by_level, find, find_length, halved
from envs.geometry.topics.grid import (
    Cell,
    bracketed,
    cross,
    draw_cells,
    grid,
    square,
    written_difference,
    written_sum,
)
from envs.geometry.topics.placing import between
from envs.problem import draw, flip, pick


def point_distance(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The distance of two points, whole or a root; the perimeter of a triangle."""
    return by_level("point_distance", level, rng, _distance_whole, _distance_root, _grid_perimeter)


def _distance(rng: np.random.Generator, p: Cell, q: Cell) -> Draft:
    a, b = letters(rng, 2)
    dx, dy = q[0] - p[0], q[1] - p[1]
    total = dx * dx + dy * dy
    return Draft(
        **grid({a: p, b: q}, (Segment(a, b),), f"{a} and {b} are points of the coordinate plane."),
        givens=(at(a, *p), at(b, *q)),
        question=find_length(rng, a, b),
        answer=root(total),
        steps=(
            f"the points are {abs(dx)} apart in x and {abs(dy)} apart in y",
            f"by Pythagoras {a}{b}² = {abs(dx)}² + {abs(dy)}² = {total}",
            f"{a}{b} = √{total} = {root(total)}",
        ),
        wrong=(
            abs(dx) + abs(dy),
            root((p[0] + q[0]) ** 2 + (p[1] + q[1]) ** 2),
            root(abs(dx * dx - dy * dy)),
            total,
            max(abs(dx), abs(dy)),
        ),
    )


def _distance_whole(rng: np.random.Generator) -> Draft:
    dx, dy = pick(rng, ((3, 4), (4, 3), (6, 8), (8, 6), (5, 12), (12, 5), (9, 12), (12, 9)))
    p = draw(rng, -7, 3), draw(rng, -7, 3)
    q = p[0] + dx, p[1] + dy
    return _distance(rng, (p[0], q[1]), (q[0], p[1])) if flip(rng) else _distance(rng, p, q)


def _distance_root(rng: np.random.Generator) -> Draft:
    while True:
        p, q = ((draw(rng, -8, 8), draw(rng, -8, 8)) for _ in range(2))
        dx, dy = abs(p[0] - q[0]), abs(p[1] - q[1])
        if dx and dy and dx + dy > 3 and math.isqrt(dx * dx + dy * dy) ** 2 != dx * dx + dy * dy:
            return _distance(rng, p, q)


def _grid_perimeter(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    p, q, r = draw_cells(rng, 3, 6)
    sides = [root(square(*pair)) for pair in ((p, q), (q, r), (r, p))]
    total = sides[0] + sides[1] + sides[2]
    steps = tuple(
        f"{names}² = {abs(u[0] - v[0])}² + {abs(u[1] - v[1])}² = {square(u, v)}, so {names} = {root(square(u, v))}"
        for names, u, v in ((a + b, p, q), (b + c, q, r), (c + a, r, p))
    )
    spans: list[Surd | int] = [abs(u[0] - v[0]) + abs(u[1] - v[1]) for u, v in ((p, q), (q, r), (r, p))]
    return Draft(
        **grid({a: p, b: q, c: r}, (Segment(a, b), Segment(b, c), Segment(c, a)), f"{a}{b}{c} is a triangle."),
        givens=(at(a, *p), at(b, *q), at(c, *r)),
        question=find(rng, f"the perimeter of triangle {a}{b}{c}"),
        answer=total,
        steps=(*steps, f"the perimeter is {sides[0]} + {sides[1]} + {sides[2]} = {total}"),
        wrong=(
            sum(spans),
            sides[0] + sides[1],
            root(sum(square(*pair) for pair in ((p, q), (q, r), (r, p)))),
            Fraction(abs(cross(p, q, r)), 2),
        ),
    )


def midpoint(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A coordinate of a midpoint; of the other end; the length of a median."""
    return by_level("midpoint", level, rng, _middle, _other_end, _median)


def _two_cells(rng: np.random.Generator, reach: int, even: bool) -> tuple[Cell, Cell]:
    """Two grid points that differ in both coordinates, by even numbers if so wished."""
    while True:
        p, q = ((draw(rng, -reach, reach), draw(rng, -reach, reach)) for _ in range(2))
        dx, dy = abs(p[0] - q[0]), abs(p[1] - q[1])
        if min(dx, dy) > 1 and (not even or (dx % 2 == 0 and dy % 2 == 0)):
            return p, q


def _middle(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    p, q = _two_cells(rng, 9, even=False)
    axis = draw(rng, 0, 1)
    name, u, v = "xy"[axis], p[axis], q[axis]
    answer = halved(u + v)
    return Draft(
        **grid({a: p, b: q}, (Segment(a, b),), f"{a} and {b} are points of the coordinate plane."),
        givens=(at(a, *p), at(b, *q)),
        question=find(rng, f"the {name}-coordinate of the midpoint of {a}{b}"),
        answer=answer,
        steps=(
            f"the {name}-coordinate of the midpoint is the mean of those of {a} and {b}",
            f"({written_sum([u, v])}) ÷ 2 = {answer}",
        ),
        wrong=(halved(p[1 - axis] + q[1 - axis]), halved(v - u), u + v, halved(u - v), answer + 1),
        signed=True,
    )


def _other_end(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    p, q = _two_cells(rng, 8, even=True)
    m = (p[0] + q[0]) // 2, (p[1] + q[1]) // 2
    axis = draw(rng, 0, 1)
    name, u, v = "xy"[axis], p[axis], m[axis]
    answer = 2 * v - u
    return Draft(
        **grid({a: p, "M": m}, (Segment(a, "M"),), f"{a} and M are points of the coordinate plane."),
        givens=(at(a, *p), at("M", *m)),
        question=f"M is the midpoint of a segment {a}{b}. {find(rng, f'the {name}-coordinate of {b}')}",
        answer=answer,
        steps=(
            f"M is halfway, so {b} is as far beyond M as {a} is before it: {name} = 2 · {bracketed(v)} - {bracketed(u)}",
            f"{name} = {answer}",
        ),
        wrong=(halved(u + v), 2 * m[1 - axis] - p[1 - axis], 2 * u - v, v - u, 2 * v + u),
        signed=True,
    )


def _median(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    while True:
        p, q, r = draw_cells(rng, 3, 7)
        if (p[0] + q[0]) % 2 == 0 == (p[1] + q[1]) % 2:
            break
    m = (p[0] + q[0]) // 2, (p[1] + q[1]) // 2
    distance2 = square(m, r)
    lines = (Segment(a, b), Segment(b, c), Segment(c, a), Segment(c, "M"))
    return Draft(
        **grid({a: p, b: q, c: r, "M": m}, lines, f"M lies on the side {a}{b} of triangle {a}{b}{c}."),
        givens=(at(a, *p), at(b, *q), at(c, *r)),
        question=f"M is the midpoint of {a}{b}. {find_length(rng, c, 'M')}",
        answer=root(distance2),
        steps=(
            f"M has the coordinates ({written_sum([p[0], q[0]])}) ÷ 2 = {m[0]} and ({written_sum([p[1], q[1]])}) ÷ 2 = {m[1]}",
            f"{c}M² = {abs(m[0] - r[0])}² + {abs(m[1] - r[1])}² = {distance2}",
            f"{c}M = √{distance2} = {root(distance2)}",
        ),
        wrong=(
            abs(m[0] - r[0]) + abs(m[1] - r[1]),
            (root(square(p, r)) + root(square(q, r))) / 2,
            root(square(p, q)) / 2,
            distance2,
        ),
    )


def slope_of_line(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The slope through two points; of a parallel or a perpendicular; where a line through a third point meets an axis."""
    return by_level("slope_of_line", level, rng, _slope, _perpendicular_slope, _axis_intercept)


def _slope(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    p, q = _two_cells(rng, 8, even=False)
    slope = Fraction(q[1] - p[1], q[0] - p[0])
    return Draft(
        **grid({a: p, b: q}, (Segment(a, b),), f"{a} and {b} are points of the coordinate plane."),
        givens=(at(a, *p), at(b, *q)),
        question=find(rng, f"the slope of the line {a}{b}"),
        answer=slope,
        steps=(
            f"from {a} to {b}, y changes by {written_difference(q[1], p[1])} = {q[1] - p[1]}",
            f"and x changes by {written_difference(q[0], p[0])} = {q[0] - p[0]}",
            f"the slope is {q[1] - p[1]} ÷ {bracketed(q[0] - p[0])} = {slope}",
        ),
        wrong=(1 / slope, -slope, -1 / slope, slope + 1),
        signed=True,
    )


def _perpendicular_slope(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    while True:
        p, q, r = draw_cells(rng, 3, 7)
        if p[0] != q[0] and p[1] != q[1]:
            break
    slope = Fraction(q[1] - p[1], q[0] - p[0])
    across = flip(rng, 0.7)
    kind, answer = ("perpendicular", -1 / slope) if across else ("parallel", slope)
    why = "the negative reciprocal of that" if across else "the same"
    return Draft(
        **grid({a: p, b: q, c: r}, (Segment(a, b),), f"{a}, {b} and {c} are points of the coordinate plane."),
        givens=(at(a, *p), at(b, *q), at(c, *r)),
        question=find(rng, f"the slope of the line through {c} that is {kind} to {a}{b}"),
        answer=answer,
        steps=(
            f"{a}{b} has slope ({written_difference(q[1], p[1])}) ÷ ({written_difference(q[0], p[0])}) = {slope}",
            f"a {kind} line has {why}: {answer}",
        ),
        wrong=(-answer, 1 / answer, -1 / answer, answer + 1),
        signed=True,
    )


def _axis_intercept(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    while True:
        p, q, r = draw_cells(rng, 3, 7)
        if p[0] == q[0] or p[1] == q[1] or r[0] == 0:
            continue
        slope = Fraction(q[1] - p[1], q[0] - p[0])
        across = flip(rng)
        steep = -1 / slope if across else slope
        answer = r[1] - steep * r[0]
        if steep.denominator <= 3 and abs(answer) <= 40 and answer != 0:
            break
    kind = "perpendicular" if across else "parallel"
    return Draft(
        **grid({a: p, b: q, c: r}, (Segment(a, b),), f"{a}, {b} and {c} are points of the coordinate plane."),
        givens=(at(a, *p), at(b, *q), at(c, *r)),
        question=f"A line through {c} is {kind} to {a}{b}. "
        + find(rng, "the y-coordinate of the point where it meets the y-axis"),
        answer=answer,
        steps=(
            f"{a}{b} has slope ({written_difference(q[1], p[1])}) ÷ ({written_difference(q[0], p[0])}) = {slope}",
            f"the {kind} line has slope {steep}",
            f"it passes through {c}, so at x = 0 y is {r[1]} - {bracketed(steep)} · {bracketed(r[0])} = {answer}",
        ),
        wrong=(
            r[1] + steep * r[0],
            r[1] + r[0] / steep,
            p[1] - slope * p[0],
            r[0] - r[1] / steep,
            r[1] - r[0] / steep,
        ),
        signed=True,
    )


def line_intersection(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Where two lines meet, at whole coordinates or fractions; the area that they enclose with an axis."""
    return by_level("line_intersection", level, rng, _meet_whole, _meet_fraction, _enclosed)


#: Slope and y-axis intercept of a line.
_Line = tuple[Fraction, Fraction]


def _equation(line: _Line) -> str:
    """A line's equation: `y = 2x - 1`, `y = -x/2 + 3`, `y = 4`."""
    slope, intercept = line
    p, q = slope.numerator, slope.denominator
    term = {0: "", 1: "x", -1: "-x"}.get(p, f"{p}x") + (f"/{q}" if p and q > 1 else "")
    if not term:
        return f"y = {intercept}"
    sign = "+" if intercept > 0 else "-"
    return f"y = {term}" + (f" {sign} {abs(intercept)}" if intercept else "")


def _line(which: str, line: _Line, ends: tuple[str, str]) -> Given:
    return Given(f"{which} is {_equation(line)}", Length(*ends, text=_equation(line)))


def _lines_figure(first: _Line, second: _Line, meeting: tuple[Fraction, Fraction]) -> dict[str, Any]:
    """Two lines that meet at S, drawn within a square window around S and the origin."""
    x, y = meeting
    window = Plane(
        (min(-3, math.floor(x) - 3), max(3, math.ceil(x) + 3)), (min(-3, math.floor(y) - 3), max(3, math.ceil(y) + 3))
    )
    points: dict[str, Coordinates] = {"S": (float(x), float(y))}
    points |= _ends(first, "1", window, points["S"]) | _ends(second, "2", window, points["S"])
    return {
        "points": points,
        "lines": (Segment("_l1", "_r1"), Segment("_l2", "_r2"), Dot("S")),
        "givens": (_line("one line", first, ("_t1", "_e1")), _line("the other line", second, ("_t2", "_e2"))),
        "description": "Two lines meet at S in the coordinate plane.",
        "plane": window,
    }


def _ends(line: _Line, number: str, window: Plane, meeting: Coordinates) -> dict[str, Coordinates]:
    """Helper points of a line: its ends in a window, and the outer half of its longer part, where its equation goes."""
    left, right = _clipped(line, window)
    end = max(left, right, key=lambda point: math.dist(point, meeting))
    return {f"_l{number}": left, f"_r{number}": right, f"_t{number}": between(meeting, end, 0.4), f"_e{number}": end}


def _clipped(line: _Line, window: Plane) -> tuple[Coordinates, Coordinates]:
    """Where a line enters and leaves a window, from left to right."""
    slope, intercept = (float(part) for part in line)
    left, right = (float(x) for x in window.x)
    if slope:
        bounds = sorted((y - intercept) / slope for y in window.y)
        left, right = max(left, bounds[0]), min(right, bounds[1])
    return (left, slope * left + intercept), (right, slope * right + intercept)


_STEEPNESS = ((1, 3), (1, 2), (2, 3), (3, 4), (1, 1), (4, 3), (3, 2), (2, 1), (5, 2), (3, 1), (4, 1))
_SLOPES = tuple(Fraction(rise, run) for rise, run in _STEEPNESS)


def _draw_slopes(rng: np.random.Generator) -> tuple[Fraction, Fraction]:
    """Two slopes, at least 25 degrees apart."""
    while True:
        one, other = (pick(rng, _SLOPES) * pick(rng, (1, -1)) for _ in range(2))
        turn = abs(math.degrees(math.atan(one) - math.atan(other)))
        if 25 <= turn <= 155:
            return one, other


def _axis_of_meeting(rng: np.random.Generator, first: _Line, second: _Line, x: Fraction, y: Fraction) -> Draft:
    """The problem to find one coordinate of the point where two lines meet."""
    wants_x = flip(rng)
    (m, b), (n, c) = first, second
    steps: tuple[str, ...] = (
        f"at S both equations hold: {_equation(first)[4:]} = {_equation(second)[4:]}",
        f"{bracketed(m - n)} · x = {c - b}",
        f"x = {x}",
    )
    if not wants_x:
        steps = (*steps, f"y = {bracketed(m)} · {bracketed(x)} + {bracketed(b)} = {y}")
    mixed = (c + b) / (m - n)
    return Draft(
        **_lines_figure(first, second, (x, y)),
        question=find(rng, f"the {'x' if wants_x else 'y'}-coordinate of S, where the two lines meet"),
        answer=x if wants_x else y,
        steps=steps,
        wrong=(-x, mixed, y, x + 1) if wants_x else (x, m * mixed + b, -y, y + 1),
        signed=True,
    )


def _meet_whole(rng: np.random.Generator) -> Draft:
    while True:
        m, n = _draw_slopes(rng)
        x, y = Fraction(draw(rng, -6, 6)), Fraction(draw(rng, -6, 6))
        b, c = y - m * x, y - n * x
        if b.denominator == c.denominator == 1 and x and y and max(abs(b), abs(c)) <= 12:
            return _axis_of_meeting(rng, (m, b), (n, c), x, y)


def _meet_fraction(rng: np.random.Generator) -> Draft:
    while True:
        m, n = _draw_slopes(rng)
        b, c = Fraction(draw(rng, -9, 9)), Fraction(draw(rng, -9, 9))
        x = (c - b) / (m - n)
        y = m * x + b
        if x.denominator > 1 and y.denominator > 1 and abs(x) <= 6 and abs(y) <= 6:
            return _axis_of_meeting(rng, (m, b), (n, c), x, y)


def _enclosed(rng: np.random.Generator) -> Draft:
    while True:
        m, n = _draw_slopes(rng)
        b, c = Fraction(draw(rng, -9, 9)), Fraction(draw(rng, -9, 9))
        x = (c - b) / (m - n)
        y = m * x + b
        if 1 <= abs(x) <= 6 and 1 <= abs(y) <= 6 and abs(b - c) >= 2 and abs(b / m - c / n) >= 2 and x.denominator < 6:
            break
    on_y = flip(rng)
    axis = "y" if on_y else "x"
    cuts = (b, c) if on_y else (-b / m, -c / n)
    height, base = (abs(x), abs(b - c)) if on_y else (abs(y), abs(cuts[0] - cuts[1]))
    figure = _lines_figure((m, b), (n, c), (x, y))
    corners = [(0.0, float(cut)) if on_y else (float(cut), 0.0) for cut in cuts]
    figure["points"] |= {"_p": corners[0], "_q": corners[1]}
    figure["plane"] = _wider(figure["plane"], corners)
    for number, line in (("1", (m, b)), ("2", (n, c))):
        figure["points"] |= _ends(line, number, figure["plane"], figure["points"]["S"])
    figure["lines"] = (Fill(("S", "_p", "_q")), *figure["lines"])
    area = base * height / 2
    return Draft(
        **figure,
        question=find(rng, f"the area of the shaded triangle between the two lines and the {axis}-axis"),
        answer=area,
        steps=(
            f"the lines meet where {_equation((m, b))[4:]} = {_equation((n, c))[4:]}: x = {x}, y = {y}",
            f"they cut the {axis}-axis at {axis} = {cuts[0]} and {axis} = {cuts[1]}, so the base is {base}",
            f"S is {height} away from the {axis}-axis, so the area is {base} · {height} ÷ 2 = {area}",
        ),
        wrong=(2 * area, base * (abs(y) if on_y else abs(x)) / 2, abs(cuts[0] + cuts[1]) * height / 2, base + height),
    )


def _wider(window: Plane, points: list[Coordinates]) -> Plane:
    """The window, large enough for more points."""
    xs, ys = zip(*points, strict=True)
    return Plane(
        (min(window.x[0], math.floor(min(xs)) - 1), max(window.x[1], math.ceil(max(xs)) + 1)),
        (min(window.y[0], math.floor(min(ys)) - 1), max(window.y[1], math.ceil(max(ys)) + 1)),
    )


FAMILIES = (point_distance, midpoint, slope_of_line, line_intersection)
