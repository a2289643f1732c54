"""Figures on the grid of a coordinate plane: areas of polygons, reflections, circles."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from envs.geometry.figure import Circle, Coordinates, Dot, Fill, Length, Mark, Plane, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import PI, root
from envs.geometry.topics.drafts import Draft, Given, at, by_level, find, halved
from envs.geometry.topics.grid import Cell, bracketed, cross, draw_cells, grid, plane_around, square
from envs.problem import draw, flip, pick


def polygon_area_on_grid(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The area of a polygon from the coordinates of its corners: a side along an axis; any triangle; more corners."""
    return by_level(
        "polygon_area_on_grid",
        level,
        rng,
        (_level_triangle, _trapezoid),
        _any_triangle,
        lambda rng: _polygon(rng, 4 + flip(rng)),
    )


def _area_draft(rng: np.random.Generator, cells: list[Cell], steps: tuple[str, ...], wrong: tuple) -> Draft:
    """The problem to find the area of a polygon whose corners are given."""
    names = letters(rng, len(cells))
    corners = dict(zip(names, cells, strict=True))
    lines = tuple(Segment(a, b) for a, b in zip(names, (*names[1:], names[0]), strict=True))
    whole = "".join(names)
    return Draft(
        **grid(corners, (Fill(names), *lines), f"{whole} is a polygon; it is shaded."),
        givens=tuple(at(name, *cell) for name, cell in corners.items()),
        question=find(rng, f"the area of {'triangle' if len(names) == 3 else 'polygon'} {whole}"),
        answer=halved(twice_area(cells)),
        steps=tuple(step.format(**{f"p{i}": name for i, name in enumerate(names)}) for step in steps),
        wrong=wrong,
    )


def twice_area(cells: list[Cell]) -> int:
    """Twice the area of a polygon, by the shoelace formula."""
    return abs(sum(p[0] * q[1] - p[1] * q[0] for p, q in zip(cells, [*cells[1:], cells[0]], strict=True)))


def _level_triangle(rng: np.random.Generator) -> Draft:
    while True:
        x, y, base, height, over = (
            draw(rng, -7, 2),
            draw(rng, -6, 6),
            draw(rng, 3, 10),
            draw(rng, 3, 9),
            draw(rng, 0, 10),
        )
        rise = height if flip(rng) else -height
        if over <= base and abs(y + rise) <= 8 and 3 * height >= base:
            break
    cells = [(x, y), (x + base, y), (x + over, y + rise)]
    if flip(rng):
        cells = [(v, u) for u, v in cells]
    area = halved(base * height)
    steps = (
        f"{{p0}}{{p1}} runs along the grid and is {base} long",
        f"{{p2}} is {height} away from it, so the area is {base} · {height} ÷ 2 = {area}",
    )
    return _area_draft(
        rng, cells, steps, (base * height, base + height, halved((base - 1) * height), Fraction(base * height, 4))
    )


def _trapezoid(rng: np.random.Generator) -> Draft:
    while True:
        x, y, long, height = draw(rng, -7, 2), draw(rng, -7, 2), draw(rng, 5, 10), draw(rng, 3, 7)
        start = draw(rng, 0, 4)
        short = draw(rng, 2, 8)
        if start + short <= long and short < long:
            break
    cells = [(x, y), (x + long, y), (x + start + short, y + height), (x + start, y + height)]
    area = halved((long + short) * height)
    steps = (
        f"{{p0}}{{p1}} and {{p3}}{{p2}} are parallel, {long} and {short} long, and {height} apart",
        f"the area is ({long} + {short}) · {height} ÷ 2 = {area}",
    )
    return _area_draft(
        rng, cells, steps, (long * height, (long + short) * height, short * height, long + short + height)
    )


def _any_triangle(rng: np.random.Generator) -> Draft:
    p, q, r = draw_cells(rng, 3, 7)
    xs, ys = zip(p, q, r, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    (ux, uy), (vx, vy) = (q[0] - p[0], q[1] - p[1]), (r[0] - p[0], r[1] - p[1])
    area = halved(abs(cross(p, q, r)))
    steps = (
        f"from {{p0}} to {{p1}} it is ({ux}, {uy}), and to {{p2}} ({vx}, {vy})",
        f"the area is half of |{bracketed(ux)} · {bracketed(vy)} - {bracketed(uy)} · {bracketed(vx)}|"
        f" = {abs(cross(p, q, r))}, which is {area}",
    )
    wrong = (abs(cross(p, q, r)), width * height, halved(width * height), halved(abs(ux * vy + uy * vx)))
    return _area_draft(rng, [p, q, r], steps, wrong)


def _polygon(rng: np.random.Generator, corners: int) -> Draft:
    """A convex polygon with any corners on the grid."""
    while True:
        cells = [(draw(rng, -7, 7), draw(rng, -7, 7)) for _ in range(corners)]
        middle = sum(x for x, _ in cells) / corners, sum(y for _, y in cells) / corners
        cells.sort(key=lambda c: math.atan2(c[1] - middle[1], c[0] - middle[0]))
        turns = [cross(cells[i - 2], cells[i - 1], cells[i]) for i in range(corners)]
        sides = [square(cells[i - 1], cells[i]) for i in range(corners)]
        if min(turns) >= 6 and min(sides) >= 8 and max(sides) <= 16 * min(sides):
            break
    twice = twice_area(cells)
    products = [p[0] * q[1] - p[1] * q[0] for p, q in zip(cells, [*cells[1:], cells[0]], strict=True)]
    xs, ys = zip(*cells, strict=True)
    box = (max(xs) - min(xs)) * (max(ys) - min(ys))
    steps = (
        "shoelace formula: for each side from (x, y) to (u, v) add x · v - y · u",
        f"the sum is {' + '.join(bracketed(v) for v in products)} = {twice}",
        f"the area is half of that: {twice} ÷ 2 = {halved(twice)}",
    )
    return _area_draft(rng, cells, steps, (twice, box, halved(twice - products[-1]), halved(box)))


def reflection(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Images in an axis or a line: a coordinate; a distance; the shortest way from point to point by way of an axis."""
    return by_level("reflection", level, rng, _image_in_line, (_image_in_diagonal, _distance_of_image), _shortest_way)


def _mirror(line: tuple[Cell, Cell], text: str) -> tuple[dict[str, Coordinates], Mark, Given]:
    """The helper points, the mark and the equation of a line of reflection."""
    ends = {"_s": (float(line[0][0]), float(line[0][1])), "_e": (float(line[1][0]), float(line[1][1]))}
    return ends, Segment("_s", "_e", dashed=True), Given(f"the dashed line is {text}", Length("_s", "_e", text=text))


def _vertical_or_level(rng: np.random.Generator) -> tuple[int, int, Cell]:
    """Axis (0 for a line x = k, 1 for y = k), k, and a point off that line."""
    while True:
        axis, k = draw(rng, 0, 1), draw(rng, -3, 3)
        point = draw(rng, -7, 7), draw(rng, -7, 7)
        if k and 2 <= abs(point[axis] - k) <= 6 and point[0] and point[1] and abs(2 * k - point[axis]) <= 9:
            return axis, k, point


def _line_text(axis: int, k: int) -> tuple[tuple[Cell, Cell], str]:
    return (((k, -8), (k, 8)), f"x = {k}") if axis == 0 else (((-8, k), (8, k)), f"y = {k}")


def _image_in_line(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    axis, k, p = _vertical_or_level(rng)
    line, text = _line_text(axis, k)
    ends, mark, given = _mirror(line, text)
    name, answer = "xy"[axis], 2 * k - p[axis]
    return Draft(
        points={a: (float(p[0]), float(p[1])), **ends},
        lines=(mark, Dot(a)),
        plane=Plane((-9, 9), (-9, 9)),
        description=f"A point {a} and a dashed line lie in the coordinate plane.",
        givens=(at(a, *p), given),
        question=f"{b} is the image of {a} in the dashed line. {find(rng, f'the {name}-coordinate of {b}')}",
        answer=answer,
        steps=(
            f"the line {text} is halfway between {a} and {b}, so {k} is the mean of their {name}-coordinates",
            f"{name} = 2 · {bracketed(k)} - {bracketed(p[axis])} = {answer}",
        ),
        wrong=(-p[axis], 2 * k + p[axis], k - p[axis], p[1 - axis], p[axis] + k),
        signed=True,
    )


def _image_in_diagonal(rng: np.random.Generator) -> Draft:
    a, b = letters(rng, 2)
    sign = pick(rng, (1, -1))
    while True:
        p = draw(rng, -8, 8), draw(rng, -8, 8)
        if abs(p[0] - sign * p[1]) >= 3 and p[0] and p[1] and abs(p[0]) != abs(p[1]):
            break
    image = sign * p[1], sign * p[0]
    text = "y = x" if sign > 0 else "y = -x"
    shift = draw(rng, 1, 9)  # asks for a sum that no one coordinate gives away
    ends, mark, given = _mirror(((-8, -8 * sign), (8, 8 * sign)), text)
    answer = shift * image[0] + image[1]
    wanted = "x + y" if shift == 1 else f"{shift}x + y"
    return Draft(
        points={a: (float(p[0]), float(p[1])), **ends},
        lines=(mark, Dot(a)),
        plane=Plane((-9, 9), (-9, 9)),
        description=f"A point {a} and a dashed line lie in the coordinate plane.",
        givens=(at(a, *p), given),
        question=f"The image of {a} in the dashed line is {b}, with coordinates (x, y). {find(rng, wanted)}",
        answer=answer,
        steps=(
            f"a reflection in {text} exchanges the coordinates{'' if sign > 0 else ' and turns their signs'}:"
            f" {b} is ({image[0]}, {image[1]})",
            f"{wanted} = {'' if shift == 1 else f'{shift} · '}{bracketed(image[0])} + {bracketed(image[1])} = {answer}",
        ),
        wrong=(
            shift * p[0] + p[1],
            -answer,
            shift * -p[0] + p[1],
            shift * p[0] - p[1],
            shift * image[0] - image[1],
        ),
        signed=True,
    )


def _distance_of_image(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    while True:
        axis, k, p = _vertical_or_level(rng)
        q = draw(rng, -7, 7), draw(rng, -7, 7)
        image = (2 * k - p[0], p[1]) if axis == 0 else (p[0], 2 * k - p[1])
        if min(square(p, q), square(image, q)) > 4 and q[axis] != k and square(p, q) != square(image, q):
            break
    line, text = _line_text(axis, k)
    ends, mark, given = _mirror(line, text)
    total = square(image, q)
    return Draft(
        points={a: (float(p[0]), float(p[1])), b: (float(q[0]), float(q[1])), **ends},
        lines=(mark, Dot(a), Dot(b)),
        plane=Plane((-9, 9), (-9, 9)),
        description=f"Points {a} and {b} and a dashed line lie in the coordinate plane.",
        givens=(at(a, *p), at(b, *q), given),
        question=f"{c} is the image of {a} in the dashed line. {find(rng, f'the distance of {c} from {b}')}",
        answer=root(total),
        steps=(
            f"{c} has the same distance from the line {text} on the other side: {c} is ({image[0]}, {image[1]})",
            f"{c}{b}² = {abs(image[0] - q[0])}² + {abs(image[1] - q[1])}² = {total}",
            f"{c}{b} = √{total} = {root(total)}",
        ),
        wrong=(root(square(p, q)), root(square((-p[0], p[1]), q)), root(square((p[0], -p[1]), q)), total),
    )


def _shortest_way(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    axis = draw(rng, 0, 1)  # 0: touch the x-axis
    while True:
        (u, high), (v, low) = ((draw(rng, -8, 8), draw(rng, 2, 8)) for _ in range(2))
        if abs(u - v) >= 4 and (high != low or flip(rng, 0.1)):
            break
    side = pick(rng, (1, -1))
    touch = u + (v - u) * high / (high + low)
    place = [(u, side * high), (v, side * low), (touch, 0.0)]
    first, second, third = ((float(y), float(x)) if axis else (float(x), float(y)) for x, y in place)
    points = {a: first, b: second, p: third}
    cells = [(round(x), round(y)) for x, y in (first, second)]
    total = (u - v) ** 2 + (high + low) ** 2
    touched, across = "xy"[axis], "yx"[axis]
    return Draft(
        points=points,
        lines=(Segment(a, p), Segment(p, b), Dot(a), Dot(b), Dot(p)),
        plane=plane_around(points),
        description=f"A path leads from {a} to a point {p} on the {touched}-axis and on to {b}.",
        givens=(at(a, *cells[0]), at(b, *cells[1])),
        question=f"{p} may lie anywhere on the {touched}-axis. "
        + find(rng, f"the smallest possible length of the path from {a} through {p} to {b}"),
        answer=root(total),
        steps=(
            f"reflect {b} in the {touched}-axis: its image has the {across}-coordinate {-side * low}",
            "the path to the image is just as long, and shortest if it is straight",
            f"its length is √({abs(u - v)}² + ({high} + {low})²) = √{total} = {root(total)}",
        ),
        wrong=(
            root((u - v) ** 2 + (high - low) ** 2),
            abs(u - v) + high + low,
            high + root((u - v) ** 2 + low**2),
            low + root((u - v) ** 2 + high**2),
        ),
    )


def circle_on_grid(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A radius; an area or circumference from a diameter's ends; the circle around a triangle."""
    return by_level("circle_on_grid", level, rng, _grid_radius, (_diameter_area, _diameter_length), _around_triangle)


def _round(points: dict[str, Cell], centre: Coordinates, lines: tuple[Mark, ...], description: str) -> dict:
    """A circle through the first of some grid points, on axes that hold all of it."""
    figure = grid(points, lines, description)
    first = next(iter(figure["points"]))
    figure["points"] |= {} if "M" in points else {"_m": centre}
    radius = math.dist(centre, figure["points"][first])
    figure["lines"] = (*figure["lines"], Circle("M" if "M" in points else "_m", first))
    edges = {"low": (centre[0] - radius, centre[1] - radius), "high": (centre[0] + radius, centre[1] + radius)}
    figure["plane"] = plane_around(edges)
    return figure


def _grid_radius(rng: np.random.Generator) -> Draft:
    a = letters(rng, 1)[0]
    m = draw(rng, -5, 5), draw(rng, -5, 5)
    while True:
        p = m[0] + draw(rng, -6, 6), m[1] + draw(rng, -6, 6)
        if square(m, p) >= 8:
            break
    total = square(m, p)
    centre = float(m[0]), float(m[1])
    return Draft(
        **_round({a: p, "M": m}, centre, (Segment("M", a),), f"{a} lies on the circle with centre M."),
        givens=(at("M", *m), at(a, *p)),
        question=f"M is the centre of the circle. {find(rng, 'the radius of the circle')}",
        answer=root(total),
        steps=(
            f"the radius is M{a}, and M{a}² = {abs(m[0] - p[0])}² + {abs(m[1] - p[1])}² = {total}",
            f"M{a} = √{total} = {root(total)}",
        ),
        wrong=(
            total,
            abs(m[0] - p[0]) + abs(m[1] - p[1]),
            root(total) * 2,
            root((m[0] + p[0]) ** 2 + (m[1] + p[1]) ** 2),
        ),
    )


def _diameter(rng: np.random.Generator) -> tuple[dict, str, str, int]:
    """A figure of a circle on a diameter AB, and the square of that diameter."""
    a, b = letters(rng, 2)
    while True:
        p, q = ((draw(rng, -7, 7), draw(rng, -7, 7)) for _ in range(2))
        if 16 <= square(p, q) <= 180:
            break
    centre = (p[0] + q[0]) / 2, (p[1] + q[1]) / 2
    figure = _round({a: p, b: q}, centre, (Segment(a, b),), f"{a} and {b} lie on a circle.")
    return figure | {"givens": (at(a, *p), at(b, *q))}, a, b, square(p, q)


def _diameter_area(rng: np.random.Generator) -> Draft:
    figure, a, b, total = _diameter(rng)
    answer = PI * Fraction(total, 4)
    return Draft(
        **figure,
        question=f"{a}{b} is a diameter of the circle. {find(rng, 'the area of the circle')}",
        answer=answer,
        steps=(
            f"the diameter's square is {a}{b}² = {total}",
            f"the radius is half of the diameter, so r² = {total} ÷ 4 = {Fraction(total, 4)}",
            f"the area is πr² = {answer}",
        ),
        wrong=(PI * total, PI * Fraction(total, 2), PI * root(total), PI * root(total) / 2),
    )


def _diameter_length(rng: np.random.Generator) -> Draft:
    figure, a, b, total = _diameter(rng)
    answer = PI * root(total)
    return Draft(
        **figure,
        question=f"{a}{b} is a diameter of the circle. {find(rng, 'the circumference of the circle')}",
        answer=answer,
        steps=(
            f"the diameter is {a}{b} = √{total} = {root(total)}",
            f"the circumference is π times the diameter: {answer}",
        ),
        wrong=(answer * 2, answer / 2, PI * total, PI * Fraction(total, 4)),
    )


def _around_triangle(rng: np.random.Generator) -> Draft:
    a, b, c = letters(rng, 3)
    while True:
        corner = draw(rng, -5, 5), draw(rng, -5, 5)
        wide, high = (draw(rng, 2, 9) * pick(rng, (1, -1)) for _ in range(2))
        p, q = (corner[0] + wide, corner[1]), (corner[0], corner[1] + high)
        if max(map(abs, (*p, *q))) <= 8 and abs(wide) <= 3 * abs(high) <= 9 * abs(wide):
            break
    total = square(p, q)
    centre = (p[0] + q[0]) / 2, (p[1] + q[1]) / 2
    answer = PI * Fraction(total, 4)
    lines = (Segment(a, b), Segment(b, c), Segment(c, a))
    return Draft(
        **_round({a: p, b: q, c: corner}, centre, lines, f"The corners of triangle {a}{b}{c} lie on a circle."),
        givens=(at(a, *p), at(b, *q), at(c, *corner)),
        question=find(rng, f"the area of the circle through {a}, {b} and {c}"),
        answer=answer,
        steps=(
            f"{c}{a} and {c}{b} run along the grid, so the angle at {c} is right and {a}{b} is a diameter",
            f"{a}{b}² = {abs(wide)}² + {abs(high)}² = {total}, so r² = {total} ÷ 4 = {Fraction(total, 4)}",
            f"the area is πr² = {answer}",
        ),
        wrong=(PI * total, PI * Fraction(total, 2), PI * root(total), Fraction(abs(wide * high), 2)),
    )


FAMILIES = (polygon_area_on_grid, reflection, circle_on_grid)
