"""Oblique projection with hidden edges dashed; boxes and prisms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates, Mark, RightAngle, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root, surd
from envs.geometry.topics.drafts import Draft, Given, by_level, find, find_length, halved, length
from envs.geometry.topics.placing import draw_triple
from envs.problem import draw

#: How much shorter depth is drawn, and in which direction.
_DEPTH, _SLANT = 0.5, math.radians(38)


def deepened(depth: float) -> Coordinates:
    """Where a point goes that lies this much behind the picture's plane."""
    return _DEPTH * depth * math.cos(_SLANT), _DEPTH * depth * math.sin(_SLANT)


def prism(
    front: dict[str, Coordinates], back: Sequence[str], depth: float
) -> tuple[dict[str, Coordinates], list[Mark]]:
    """Points and edges of a prism whose front face, convex and anticlockwise, is seen in its true shape.

    Args:
        front: The corners of the front face.
        back: The names of the corners behind these.
        depth: The distance of the two faces.
    """
    names, (dx, dy) = list(front), deepened(depth)
    points = dict(front) | {b: (front[f][0] + dx, front[f][1] + dy) for f, b in zip(names, back, strict=True)}
    count = len(names)
    seen = []  # whether the side face on each edge of the front is
    for i, name in enumerate(names):
        (x0, y0), (x1, y1) = front[name], front[names[(i + 1) % count]]
        seen.append(dx * (y1 - y0) - dy * (x1 - x0) > 1e-9)
    edges: list[Mark] = [Segment(names[i], names[(i + 1) % count]) for i in range(count)]
    edges += [Segment(back[i], back[(i + 1) % count], dashed=not seen[i]) for i in range(count)]
    edges += [Segment(names[i], back[i], dashed=not (seen[i] or seen[i - 1])) for i in range(count)]
    return points, edges


def box_diagonal(rng: np.random.Generator, level: int) -> GeometryProblem:
    """The diagonal of a box, whole or a root; an edge and the volume from it; the way from a corner to a middle."""
    return by_level("box_diagonal", level, rng, _diagonal_whole, _diagonal_root, (_volume_from_diagonal, _to_middle))


def _box(names: tuple[str, ...], width: float, depth: float, height: float) -> dict[str, Any]:
    """A box ABCD-EFGH, AB its width, BC its depth, AE its height; E above A."""
    a, b, c, d, e, f, g, h = names
    w, z = float(width), float(height)
    points, edges = prism({a: (0.0, 0.0), b: (w, 0.0), f: (w, z), e: (0.0, z)}, (d, c, g, h), depth)
    return {
        "points": points,
        "lines": tuple(edges),
        "metric": False,
        "upright": True,
        "description": f"{a}{b}{c}{d}{e}{f}{g}{h} is a box with base {a}{b}{c}{d} and top {e}{f}{g}{h}, {e} above {a}.",
    }


def _edges(names: tuple[str, ...], width: int, depth: int, height: int) -> tuple[Given, ...]:
    a, b, c, _, _, _, g, _ = names
    return length(a, b, width), length(b, c, depth), length(c, g, height)


def _quadruple(rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Three whole edges of a box and its whole diagonal."""
    while True:
        edges = [draw(rng, 2, 24) for _ in range(3)]
        square = sum(edge**2 for edge in edges)
        if math.isqrt(square) ** 2 == square and max(edges) <= 4 * min(edges):
            return edges[0], edges[1], edges[2], math.isqrt(square)


def _draw_box(rng: np.random.Generator) -> tuple[int, int, int]:
    while True:
        edges = draw(rng, 2, 16), draw(rng, 2, 16), draw(rng, 2, 16)
        if max(edges) <= 3 * min(edges):
            return edges


def _diagonal(rng: np.random.Generator, edges: tuple[int, int, int]) -> Draft:
    names = a, _, _, _, _, _, g, _ = letters(rng, 8)
    x, y, z = edges
    square = x * x + y * y + z * z
    figure = _box(names, x, y, z)
    figure["lines"] = (*figure["lines"], Segment(a, g, dashed=True))
    return Draft(
        **figure,
        givens=_edges(names, x, y, z),
        question=f"The edges of the box meet at right angles. {find_length(rng, a, g)}",
        answer=root(square),
        steps=(
            f"the base's diagonal has the square {x}² + {y}² = {x * x + y * y}",
            f"{a}{g}² = {x * x + y * y} + {z}² = {square}",
            f"{a}{g} = √{square} = {root(square)}",
        ),
        wrong=(root(x * x + y * y), x + y + z, root(x * x + y * y) + z, square, root(x * x + z * z)),
    )


def _diagonal_whole(rng: np.random.Generator) -> Draft:
    return _diagonal(rng, _quadruple(rng)[:3])


def _diagonal_root(rng: np.random.Generator) -> Draft:
    return _diagonal(rng, _draw_box(rng))


def _volume_from_diagonal(rng: np.random.Generator) -> Draft:
    names = a, b, c, _, _, _, g, _ = letters(rng, 8)
    x, y, z, diagonal = _quadruple(rng)
    figure = _box(names, x, y, z)
    figure["lines"] = (*figure["lines"], Segment(a, g, dashed=True))
    return Draft(
        **figure,
        givens=(length(a, b, x), length(b, c, y), length(a, g, diagonal)),
        question=f"The edges of the box meet at right angles. {find(rng, 'the volume of the box')}",
        answer=x * y * z,
        steps=(
            f"{a}{g}² = {a}{b}² + {b}{c}² + {c}{g}², so {c}{g}² = {diagonal**2} - {x**2} - {y**2} = {z * z}",
            f"{c}{g} = {z}",
            f"the volume is {x} · {y} · {z} = {x * y * z}",
        ),
        wrong=(
            x * y * diagonal,
            root(diagonal**2 - x**2) * (x * y),
            root(diagonal**2 - y**2) * (x * y),
            2 * (x * y + y * z + z * x),
            x * y * abs(diagonal - x - y),
        ),
    )


def _to_middle(rng: np.random.Generator) -> Draft:
    names = a, b, c, _, _, _, g, _ = letters(rng, 8)
    x, y, z = _draw_box(rng)
    figure = _box(names, x, y, 2 * z)
    (x0, y0), (x1, y1) = figure["points"][c], figure["points"][g]
    figure["points"]["M"] = (x0 + x1) / 2, (y0 + y1) / 2
    figure["lines"] = (*figure["lines"], Segment(a, "M", dashed=True), Ticks(c, "M"), Ticks("M", g))
    figure["description"] = f"{figure['description']} M lies on {c}{g}."
    square = x * x + y * y + z * z
    return Draft(
        **figure,
        properties=f"{c}M = M{g}.",
        givens=(length(a, b, x), length(b, c, y), length(c, g, 2 * z, bracket=True)),
        question=f"The edges of the box meet at right angles. {find_length(rng, a, 'M')}",
        answer=root(square),
        steps=(
            f"{a}{c}² = {x}² + {y}² = {x * x + y * y}, and {c}M = {2 * z} ÷ 2 = {z}",
            f"{a}M² = {a}{c}² + {c}M² = {x * x + y * y} + {z * z} = {square}",
            f"{a}M = √{square} = {root(square)}",
        ),
        wrong=(root(square + 3 * z * z), root(square + 3 * z * z) / 2, root(x * x + y * y), x + y + z, square),
    )


def prism_volume(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Volume of a prism on a right triangle; a regular triangle; a trapezoid; the surface of one on a right triangle."""
    return by_level(
        "prism_volume",
        level,
        rng,
        _right_prism,
        (_regular_prism, _right_prism_slant),
        (_trapezoid_prism, _prism_surface),
    )


def _wedge(names: tuple[str, ...], front: Sequence[Coordinates], depth: float, words: str) -> dict[str, Any]:
    """A prism with a triangle or trapezoid in front."""
    count = len(front)
    points, edges = prism(dict(zip(names[:count], front, strict=True)), names[count:], depth)
    face, behind = "".join(names[:count]), "".join(names[count:])
    return {
        "points": points,
        "lines": tuple(edges),
        "metric": False,
        "upright": True,
        "description": f"A right prism has the {words} {face} and {behind} as its bases.",
    }


def _right_wedge(rng: np.random.Generator, x: int, y: int, depth: int) -> tuple[tuple[str, ...], dict[str, Any]]:
    """A prism on a triangle ABC with the right angle at A, AB = x, AC = y."""
    names = letters(rng, 6)
    a, b, c, *_ = names
    figure = _wedge(names, ((0.0, 0.0), (float(x), 0.0), (0.0, float(y))), depth, "triangles")
    figure["lines"] = (*figure["lines"], RightAngle(b, a, c))
    return names, figure | {"properties": f"Angle {b}{a}{c} is a right angle."}


def _prism_size(rng: np.random.Generator) -> tuple[int, int, int]:
    while True:
        x, y, depth = draw(rng, 2, 15), draw(rng, 2, 15), draw(rng, 3, 24)
        if max(x, y) <= 2.5 * min(x, y) and max(x, y) <= depth <= 3 * max(x, y):
            return x, y, depth


def _right_prism(rng: np.random.Generator) -> Draft:
    x, y, depth = _prism_size(rng)
    (a, b, c, _, e, _), figure = _right_wedge(rng, x, y, depth)
    volume = Fraction(x * y * depth, 2)
    return Draft(
        **figure,
        givens=(length(a, b, x), length(a, c, y), length(b, e, depth)),
        question=find(rng, "the volume of the right prism"),
        answer=volume,
        steps=(
            f"the base is a right triangle of area {x} · {y} ÷ 2 = {halved(x * y)}",
            f"the volume is base times height: {halved(x * y)} · {depth} = {volume}",
        ),
        wrong=(x * y * depth, Fraction(x * y * depth, 3), Fraction(x * y * depth, 6), (x + y) * depth, volume + x * y),
    )


def _right_prism_slant(rng: np.random.Generator) -> Draft:
    x, y, slant = draw_triple(rng, longest=35)
    depth = draw(rng, max(x, y), 2 * max(x, y))
    (a, b, c, _, e, _), figure = _right_wedge(rng, x, y, depth)
    volume = Fraction(x * y * depth, 2)
    return Draft(
        **figure,
        givens=(length(a, b, x), length(b, c, slant), length(b, e, depth)),
        question=find(rng, "the volume of the right prism"),
        answer=volume,
        steps=(
            f"{a}{c} = √({slant}² - {x}²) = {y}",
            f"the base has area {x} · {y} ÷ 2 = {halved(x * y)}",
            f"the volume is {halved(x * y)} · {depth} = {volume}",
        ),
        wrong=(Fraction(x * slant * depth, 2), x * y * depth, Fraction(x * y * depth, 6), x * slant * depth),
    )


def _prism_surface(rng: np.random.Generator) -> Draft:
    x, y, slant = draw_triple(rng, longest=35)
    depth = draw(rng, max(x, y), 2 * max(x, y))
    (a, b, c, _, e, _), figure = _right_wedge(rng, x, y, depth)
    answer = x * y + (x + y + slant) * depth
    return Draft(
        **figure,
        givens=(length(a, b, x), length(a, c, y), length(b, e, depth)),
        question=find(rng, "the total surface area of the right prism"),
        answer=answer,
        steps=(
            f"{b}{c} = √({x}² + {y}²) = {slant}",
            f"the two bases have area {x} · {y} = {x * y} together",
            f"the side faces have area ({x} + {y} + {slant}) · {depth} = {(x + y + slant) * depth}",
            f"the surface is {x * y} + {(x + y + slant) * depth} = {answer}",
        ),
        wrong=(answer - x * y, answer + x * y, x * y + (x + y) * depth, halved(x * y * depth)),
    )


def _regular_prism(rng: np.random.Generator) -> Draft:
    names = a, b, c, _, e, _ = letters(rng, 6)
    side = draw(rng, 2, 20)
    depth = draw(rng, side, 3 * side)
    front = ((0.0, 0.0), (float(side), 0.0), (side / 2, side * math.sqrt(3) / 2))
    figure = _wedge(names, front, depth, "triangles")
    figure["lines"] = (*figure["lines"], Ticks(a, b), Ticks(b, c), Ticks(c, a))
    answer = root(3) * Fraction(side * side * depth, 4)
    return Draft(
        **figure,
        properties=f"{a}{b} = {b}{c} = {c}{a}.",
        givens=(length(a, b, side), length(b, e, depth)),
        question=find(rng, "the volume of the right prism"),
        answer=answer,
        steps=(
            f"an equilateral triangle of side {side} has height {root(3) * halved(side)}",
            f"the base has area {side} · {root(3) * halved(side)} ÷ 2 = {root(3) * Fraction(side * side, 4)}",
            f"the volume is {root(3) * Fraction(side * side, 4)} · {depth} = {answer}",
        ),
        wrong=(
            halved(side * side * depth),
            answer * 2,
            answer / 3,
            root(3) * Fraction(side * depth, 4),
            side * side * depth,
        ),
    )


def _trapezoid_prism(rng: np.random.Generator) -> Draft:
    a, b, c, d, e, f, g, h = letters(rng, 8)
    *legs, leg = draw_triple(rng, longest=40)
    step, high = sorted(legs)
    short = draw(rng, max(2, step // 2), high)
    long = short + 2 * step
    depth = draw(rng, high, 2 * high)
    front = ((0.0, 0.0), (float(long), 0.0), (float(short + step), float(high)), (float(step), float(high)))
    figure = _wedge((a, b, c, d, e, f, g, h), front, depth, "trapezoids")
    figure["lines"] = (*figure["lines"], Ticks(a, d), Ticks(b, c))
    base = halved((long + short) * high)
    answer = surd(base) * depth
    return Draft(
        **figure,
        properties=f"{a}{d} = {b}{c}.",
        givens=(length(a, b, long), length(c, d, short), length(a, d, leg), length(b, f, depth)),
        question=f"{a}{b} and {c}{d} are parallel. {find(rng, 'the volume of the right prism')}",
        answer=answer,
        steps=(
            f"{a}{b} is {long} - {short} = {2 * step} longer than {c}{d}, {step} at either end",
            f"the height of the trapezoid is √({leg}² - {step}²) = {high}",
            f"the base has area ({long} + {short}) · {high} ÷ 2 = {base}",
            f"the volume is {base} · {depth} = {answer}",
        ),
        wrong=(
            Fraction((long + short) * leg * depth, 2),
            answer * 2,
            long * high * depth,
            short * high * depth,
            answer / 3,
        ),
    )


FAMILIES = (box_diagonal, prism_volume)
