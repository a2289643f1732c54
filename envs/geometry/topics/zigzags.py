"""A point, or two, between parallel lines."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from envs.geometry.figure import Chevrons, Coordinates, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics.drafts import Draft, angle, by_level, find_angle, halved
from envs.geometry.topics.parallels import PARALLEL
from envs.geometry.topics.unknowns import Equation, asked, expressions
from envs.problem import draw, pick


def zigzag(rng: np.random.Generator, level: int) -> GeometryProblem:
    """A point between parallel lines; the turn the other way, and in x; two points between the lines."""
    return by_level("zigzag", level, rng, (_point_between, _other_arm), (_turned_out, _point_between_in_x), _two_bends)


def _zigzag_figure(names: tuple[str, ...], p: float, q: float, out: bool = False) -> dict[str, Any]:
    """Parallels AB and CD, E to the right of A and C between them; angle BAE = p and DCE = q, or 180 degrees less these."""
    a, b, c, d, e = names
    first, second = 2.0, 2.0 * (math.sin(math.radians(p)) + 1) / (math.sin(math.radians(q)) + 1)
    height = first * math.sin(math.radians(p)), second * math.sin(math.radians(q))
    start = 0.0, height[0]
    corner = first * math.cos(math.radians(p)), 0.0
    end = corner[0] - second * math.cos(math.radians(q)), -height[1]
    reach = -1.5 if out else 2.4
    points = {a: start, b: (start[0] + reach, start[1]), c: end, d: (end[0] + reach, end[1]), e: corner}
    same = f"{b}, {d} and {e} lie on one side of line {a}{c}"
    sides = f"{b} and {d} lie on one side of line {a}{c}, {e} on the other" if out else same
    return {
        "points": points,
        "lines": (Segment(a, b), Segment(c, d), Segment(a, e), Segment(e, c), Chevrons(a, b), Chevrons(c, d)),
        "description": f"{e} lies between lines {a}{b} and {c}{d}; {sides}.",
        "properties": f"{a}{b} {PARALLEL} {c}{d}.",
    }


def _draw_bend(rng: np.random.Generator) -> tuple[int, int]:
    """Angles at A and C whose sum is a good angle at E."""
    while True:
        p, q = draw(rng, 24, 78), draw(rng, 24, 78)
        if 56 <= p + q <= 140:
            return p, q


def _through(e: str, b: str, a: str, d: str, c: str, p: int | str, q: int | str) -> str:
    return (
        f"a parallel through {e} splits the angle there into parts equal to angles {b}{a}{e} and {d}{c}{e}: {p} and {q}"
    )


def _point_between(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    p, q = _draw_bend(rng)
    return Draft(
        **_zigzag_figure(names, p, q),
        givens=(angle(b, a, e, p), angle(d, c, e, q)),
        question=find_angle(rng, a, e, c),
        answer=p + q,
        steps=(_through(e, b, a, d, c, p, q), f"angle {a}{e}{c} = {p} + {q} = {p + q}"),
        wrong=(180 - p - q, abs(p - q), 180 - p, 180 - q, halved(p + q)),
    )


def _other_arm(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    p, q = _draw_bend(rng)
    return Draft(
        **_zigzag_figure(names, p, q),
        givens=(angle(b, a, e, p), angle(a, e, c, p + q)),
        question=find_angle(rng, d, c, e),
        answer=q,
        steps=(
            f"a parallel through {e} splits the angle there into parts equal to angles {b}{a}{e} and {d}{c}{e}",
            f"angle {d}{c}{e} = {p + q} - {p} = {q}",
        ),
        wrong=(180 - p - q, p, halved(p + q), 180 - p, 180 - q),
    )


def _turned_out(rng: np.random.Generator) -> Draft:
    """B and D lie on the other side: the three angles make 360 degrees."""
    names = a, b, c, d, e = letters(rng, 5)
    p, q = _draw_bend(rng)
    sizes = {(b, a, e): 180 - p, (d, c, e): 180 - q, (a, e, c): p + q}
    target = pick(rng, list(sizes))
    first, second = (size for place, size in sizes.items() if place != target)
    answer = sizes[target]
    return Draft(
        **_zigzag_figure(names, p, q, out=True),
        givens=tuple(angle(*place, size) for place, size in sizes.items() if place != target),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(
            f"a parallel through {e} makes two pairs of co-interior angles, each of 180 degrees",
            f"so the angles at {a}, {e} and {c} add up to 360 degrees",
            f"angle {''.join(target)} = 360 - {first} - {second} = {answer}",
        ),
        wrong=(
            abs(first + second - 180),
            abs(first - second),
            180 - answer,
            halved(first + second),
            180 - halved(answer),
        ),
    )


def _point_between_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        p, q = _draw_bend(rng)
        x, (first, second, total) = expressions(rng, (p, q, p + q), 50)
        if first.factor + second.factor != total.factor:
            break
    return Draft(
        **_zigzag_figure(names, p, q),
        givens=(angle(b, a, e, str(first)), angle(d, c, e, str(second)), angle(a, e, c, str(total))),
        **asked(
            rng,
            Equation((first, second), total, x),
            f"a parallel through {e} shows that angle {a}{e}{c} is the sum of angles {b}{a}{e} and {d}{c}{e}",
            total,
            f"angle {a}{e}{c}",
            find_angle(rng, a, e, c),
            (p, q, 180 - p - q),
        ),
    )


def _two_bends(rng: np.random.Generator) -> Draft:
    """A path AEFC between the lines; B lies to the right of A and D to the left of C."""
    a, b, c, d, e, f = letters(rng, 6)
    while True:
        p, v, w = draw(rng, 24, 70), draw(rng, 20, 55), draw(rng, 24, 70)
        if 50 <= p + v <= 120 and 50 <= v + w <= 120:
            break
    turns = [math.radians(t) for t in (-p, 180 + v, -w)]
    steps_of_path = (2.0, 2.2, 2.0)
    points: dict[str, Coordinates] = {a: (0.0, 0.0), b: (2.6, 0.0)}
    x, y = 0.0, 0.0
    corners = []
    for turn, size in zip(turns, steps_of_path, strict=True):
        x, y = x + size * math.cos(turn), y + size * math.sin(turn)
        corners.append((x, y))
    points |= {c: corners[2], d: (corners[2][0] - 2.6, corners[2][1]), e: corners[0], f: corners[1]}
    sizes = {(b, a, e): p, (a, e, f): p + v, (e, f, c): v + w, (d, c, f): w}
    target = pick(rng, list(sizes))
    answer = sizes[target]
    written = "".join(target)
    working = {
        (b, a, e): (f"at {f} the other part is {v + w} - {w} = {v}", f"{p + v} - {v}"),
        (a, e, f): (f"at {f} the other part is {v + w} - {w} = {v}", f"{p} + {v}"),
        (e, f, c): (f"at {e} the other part is {p + v} - {p} = {v}", f"{w} + {v}"),
        (d, c, f): (f"at {e} the other part is {p + v} - {p} = {v}", f"{v + w} - {v}"),
    }[target]
    return Draft(
        points=points,
        lines=(
            *(Segment(*pair) for pair in ((a, b), (c, d), (a, e), (e, f), (f, c))),
            Chevrons(a, b),
            Chevrons(d, c),
        ),
        givens=tuple(angle(*place, size) for place, size in sizes.items() if place != target),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(
            f"parallels through {e} and {f} split the angles there; one part at {e} equals angle {b}{a}{e},"
            f" one part at {f} equals angle {d}{c}{f}, and the other parts are alternate",
            working[0],
            f"angle {written} = {working[1]} = {answer}",
        ),
        wrong=(v, 180 - answer, abs(p + w - v), p + w, abs(p - w), p + 2 * v + w - answer),
        description=f"{e} and {f} lie between lines {a}{b} and {c}{d}, {e} nearer to {a}{b}; {b} and {d} lie on different "
        f"sides of line {a}{c}.",
        properties=f"{a}{b} {PARALLEL} {c}{d}.",
    )


FAMILIES = (zigzag,)
