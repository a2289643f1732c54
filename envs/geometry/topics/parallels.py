"""Angles at parallel lines: corresponding, alternate, co-interior."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from envs.geometry.figure import Chevrons, Coordinates, EqualAngle, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics.drafts import Draft, angle, by_level, find_angle, halved
from envs.geometry.topics.placing import beyond
from envs.geometry.topics.triangle_shapes import draw_angles, from_angles
from envs.geometry.topics.unknowns import Equation, asked, expressions, number
from envs.problem import draw, flip, pick

PARALLEL = "is parallel to"


def _transversal(names: tuple[str, ...], degrees: float) -> dict[str, Any]:
    """Parallel lines AB and CD and a line EF that meets them at G and H; angle EGB = these degrees.

    AB lies above CD, B and D on the right, E above G.
    """
    a, b, c, d, e, f, g, h = names
    slope = 1 / math.tan(math.radians(degrees))

    def on_line(y: float) -> Coordinates:
        return y * slope, y

    points: dict[str, Coordinates] = {}
    (gx, _), (hx, _) = on_line(1.0), on_line(-1.0)
    points |= {a: (gx - 2.0, 1.0), b: (gx + 2.2, 1.0), c: (hx - 2.2, -1.0), d: (hx + 2.0, -1.0)}
    reach = 1.0 + 1.25 * math.sin(math.radians(degrees))
    points |= {e: on_line(reach), f: on_line(-reach), g: on_line(1.0), h: on_line(-1.0)}
    return {
        "points": points,
        "lines": (Segment(a, b), Segment(c, d), Segment(e, f), Chevrons(g, b), Chevrons(h, d)),
        "description": f"Line {e}{f} meets line {a}{b} at {g} and line {c}{d} at {h}, in the order {e}, {g}, {h}, {f}; "
        f"{b} and {d} lie on one side of it.",
        "properties": f"{a}{b} {PARALLEL} {c}{d}.",
    }


def _eight_angles(names: tuple[str, ...]) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """The four angles that equal EGB, then the four that are its supplement; those at G first."""
    a, b, c, d, e, f, g, h = names
    equal = [(e, g, b), (a, g, h), (g, h, d), (c, h, f)]
    supplement = [(e, g, a), (b, g, h), (g, h, c), (d, h, f)]
    return equal, supplement


def corresponding_angles(rng: np.random.Generator, level: int) -> GeometryProblem:
    """At two parallel lines: an equal angle; any other, in x; a triangle between parallels."""
    return by_level(
        "corresponding_angles",
        level,
        rng,
        _corresponding,
        _corresponding_in_x,
        (_parallel_through_corner, _isosceles_between_parallels),
    )


def _how(i: int, j: int) -> str:
    """What the i-th angle at G and the j-th at H are to one another, as `_eight_angles` lists them."""
    return "corresponding" if (i, j) in ((0, 2), (1, 3)) else "alternate"


def _corresponding(rng: np.random.Generator) -> Draft:
    names = letters(rng, 8)
    t = draw(rng, 38, 142)
    equal, supplement = _eight_angles(names)
    side, size = (equal, t) if flip(rng) else (supplement, 180 - t)
    i, j = draw(rng, 0, 1), draw(rng, 2, 3)
    known, other = side[i], side[j]
    # for the supplements (0, 2) are E-G-A and G-H-C, which correspond as well
    kind = _how(i, j)
    reason = f"{names[0]}{names[1]} {PARALLEL} {names[2]}{names[3]}, and angles {''.join(known)} and {''.join(other)} are {kind}"
    if flip(rng):
        return Draft(
            **_transversal(names, t),
            givens=(angle(*known, size),),
            question=find_angle(rng, *other),
            answer=size,
            steps=(reason, f"angle {''.join(other)} = {size}"),
            wrong=(180 - size, abs(90 - size), halved(size), 360 - size, halved(180 - size)),
        )
    last = ((supplement if side is equal else equal)[2], (supplement if side is equal else equal)[3])
    target = pick(rng, last)
    return Draft(
        **_transversal(names, t),
        givens=(angle(*known, size),),
        question=find_angle(rng, *target),
        answer=180 - size,
        steps=(
            f"{reason}, so angle {''.join(other)} = {size}",
            f"angles {''.join(other)} and {''.join(target)} make up a straight line",
            f"angle {''.join(target)} = 180 - {size} = {180 - size}",
        ),
        wrong=(size, abs(90 - size), halved(size), 360 - size, halved(180 - size)),
    )


def _corresponding_in_x(rng: np.random.Generator) -> Draft:
    names = letters(rng, 8)
    t = draw(rng, 52, 128)
    side = pick(rng, _eight_angles(names))
    size = t if side[0] == (names[4], names[6], names[1]) else 180 - t
    i, j = draw(rng, 0, 1), draw(rng, 2, 3)
    x, (first, second) = expressions(rng, (size, size))
    return Draft(
        **_transversal(names, t),
        givens=(angle(*side[i], str(first)), angle(*side[j], str(second))),
        **asked(
            rng,
            Equation((first,), second, x),
            f"the angles are {_how(i, j)} angles at parallel lines, so they are equal",
            first,
            f"angle {''.join(side[i])}",
            find_angle(rng, *side[i]),
            (180 - size,),
        ),
    )


def _parallel_through_corner(rng: np.random.Generator) -> Draft:
    """DE passes through A of triangle ABC and is parallel to BC."""
    a, b, c, d, e = letters(rng, 5)
    p, q, r = draw_angles(rng, 32, 104)
    corners = from_angles((b, c, a), q, r)
    x, y = corners[a]
    points = {name: corners[name] for name in (a, b, c)} | {d: (x - 5.0, y), e: (x + 5.0, y)}
    both = flip(rng)
    target, answer = ((b, a, c), p) if both else ((a, c, b), r)
    givens = (angle(d, a, b, q), angle(a, c, b, r)) if both else (angle(d, a, b, q), angle(b, a, c, p))
    steps = (
        (f"angles {e}{a}{c} and {a}{c}{b} are alternate, so angle {e}{a}{c} = {r}", f"180 - {q} - {r}")
        if both
        else (f"angle {e}{a}{c} = 180 - {q} - {p} = {r}, and angles {e}{a}{c} and {a}{c}{b} are alternate", "")
    )
    return Draft(
        points=points,
        lines=(Segment(a, b), Segment(b, c), Segment(c, a), Segment(d, e), Chevrons(b, c), Chevrons(a, e)),
        givens=givens,
        question=find_angle(rng, *target),
        answer=answer,
        steps=(
            f"{d}{e} {PARALLEL} {b}{c}",
            steps[0],
            f"angle {''.join(target)} = {f'{steps[1]} = ' if both else ''}{answer}",
        ),
        wrong=(180 - answer, q, p if not both else r, 180 - q, halved(180 - q), abs(90 - q)),
        description=f"Line {d}{e} passes through {a} of triangle {a}{b}{c}, and {b} lies inside angle {d}{a}{c}.",
        properties=f"{d}{e} {PARALLEL} {b}{c}.",
    )


def _isosceles_between_parallels(rng: np.random.Generator) -> Draft:
    """GK = GH with K on CD; from the angle EGB the angle HGK, or the other way."""
    a, b, c, d, e, g, h, k = letters(rng, 8)
    t = draw(rng, 38, 76)
    apex = 180 - 2 * t
    corners = from_angles((h, k, g), t, t, 2.0)
    (gx, gy), (kx, _) = corners[g], corners[k]
    points = {a: (gx - 2.2, gy), b: (gx + 2.2, gy), c: (-1.2, 0.0), d: (kx + 1.2, 0.0)}
    points |= {e: beyond(corners[h], corners[g], 1.0), g: corners[g], h: corners[h], k: corners[k]}
    back = flip(rng)
    given, target, answer = (angle(h, g, k, apex), (e, g, b), t) if back else (angle(e, g, b, t), (h, g, k), apex)
    steps = (
        (f"{g}{h} = {g}{k}, so angle {g}{h}{k} = (180 - {apex}) ÷ 2 = {t}", f"{t}")
        if back
        else (f"{g}{h} = {g}{k}, so angle {g}{k}{h} = angle {g}{h}{k} = {t}", f"180 - 2 · {t} = {apex}")
    )
    return Draft(
        points=points,
        lines=(
            *(Segment(*pair) for pair in ((a, b), (c, d), (e, h), (g, k))),
            Chevrons(g, b),
            Chevrons(k, d),
            Ticks(g, h),
            Ticks(g, k),
        ),
        givens=(given,),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(
            f"{a}{b} {PARALLEL} {c}{d}, so the corresponding angles {e}{g}{b} and {g}{h}{k} are equal",
            steps[0],
            f"angle {''.join(target)} = {steps[1]}",
        ),
        wrong=(180 - answer, t, apex, halved(180 - t), 90 - t, halved(apex)),
        description=f"{g} lies on line {a}{b} and on segment {e}{h}; {h} and {k} lie on line {c}{d}, and {k} on the side of "
        f"line {e}{h} where {b} is.",
        properties=f"{a}{b} {PARALLEL} {c}{d}, and {g}{h} = {g}{k}.",
    )


CO_INTERIOR = "co-interior angles at parallel lines add up to 180 degrees"


def co_interior_angles(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Two angles between parallel lines on one side; in x; with a bisector."""
    return by_level(
        "co_interior_angles", level, rng, _co_interior, _co_interior_in_x, (_bisector_to_parallel, _two_co_interior)
    )


def _co_interior(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f, g, h = letters(rng, 8)
    t = draw(rng, 36, 144)
    pair = [((b, g, h), 180 - t), ((g, h, d), t)] if flip(rng) else [((a, g, h), t), ((g, h, c), 180 - t)]
    if flip(rng):
        pair.reverse()
    (known, size), (target, answer) = pair
    return Draft(
        **_transversal(names, t),
        givens=(angle(*known, size),),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(
            f"{a}{b} {PARALLEL} {c}{d}, and {CO_INTERIOR}",
            f"angle {''.join(target)} = 180 - {size} = {answer}",
        ),
        wrong=(size, abs(90 - size), 360 - size, halved(size), halved(answer)),
    )


def _co_interior_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f, g, h = letters(rng, 8)
    t = draw(rng, 52, 128)
    pair = [((b, g, h), 180 - t), ((g, h, d), t)] if flip(rng) else [((a, g, h), t), ((g, h, c), 180 - t)]
    x, (first, second) = expressions(rng, (pair[0][1], pair[1][1]))
    return Draft(
        **_transversal(names, t),
        givens=(angle(*pair[0][0], str(first)), angle(*pair[1][0], str(second))),
        **asked(
            rng,
            Equation((first, second), number(180), x),
            f"{a}{b} {PARALLEL} {c}{d}, and {CO_INTERIOR}",
            first,
            f"angle {''.join(pair[0][0])}",
            find_angle(rng, *pair[0][0]),
            (pair[1][1],),
        ),
    )


def _bisector_to_parallel(rng: np.random.Generator) -> Draft:
    """GK bisects the angle BGH and meets CD at K."""
    a, b, c, d, g, h, k = letters(rng, 7)
    half = draw(rng, 24, 66)
    u = 180 - 2 * half  # the angle GHK
    corners = from_angles((h, k, g), u, half, 2.0)
    (gx, gy), (kx, _) = corners[g], corners[k]
    points = {a: (gx - 1.0, gy), b: (max(gx, kx) + 0.9, gy), c: (-1.0, 0.0), d: (kx + 0.9, 0.0)}
    points |= {g: corners[g], h: corners[h], k: corners[k]}
    back = flip(rng)
    given, target, answer = (angle(g, k, h, half), (g, h, k), u) if back else (angle(g, h, k, u), (g, k, h), half)
    steps = (
        (
            f"angles {b}{g}{k} and {g}{k}{h} are alternate, so angle {b}{g}{k} = {half} and angle {b}{g}{h} = {2 * half}",
            f"180 - {2 * half} = {u}",
        )
        if back
        else (
            f"angle {b}{g}{h} = 180 - {u} = {2 * half}, so angle {b}{g}{k} = {half}",
            f"angle {b}{g}{k} = {half}",
        )
    )
    return Draft(
        points=points,
        lines=(
            *(Segment(*pair) for pair in ((a, b), (c, d), (g, h), (g, k))),
            Chevrons(g, b),
            Chevrons(k, d),
            EqualAngle(b, g, k),
            EqualAngle(k, g, h),
        ),
        givens=(given,),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(f"{a}{b} {PARALLEL} {c}{d}, and {CO_INTERIOR}", steps[0], f"angle {''.join(target)} = {steps[1]}"),
        wrong=(180 - answer, half, 2 * half, u, 90 - half, halved(u)),
        description=f"{g} lies on line {a}{b}, and {h} and {k} lie on line {c}{d}.",
        properties=f"{a}{b} {PARALLEL} {c}{d}, and {g}{k} bisects angle {b}{g}{h}.",
    )


def _two_co_interior(rng: np.random.Generator) -> Draft:
    """Lines from C and D of the lower parallel meet the upper at A and B and cross it; two angles in x, one wanted."""
    a, b, c, d = letters(rng, 4)
    while True:
        p, q = draw(rng, 50, 128), draw(rng, 50, 128)  # angles at C and D of quadrilateral ABDC
        if abs(p - q) > 8 and p + q <= 236:
            break
    height, width = 2.0, 3.4
    points = {c: (0.0, 0.0), d: (width, 0.0)}
    top_left = height / math.tan(math.radians(p))
    top_right = width - height / math.tan(math.radians(q))
    if top_right - top_left < 1.0:
        return _two_co_interior(rng)
    ordered = {a: (top_left, height), b: (top_right, height)} | points
    x, (first, second) = expressions(rng, (p, 180 - p))
    given = angle(b, d, c, q)
    equation = Equation((first, second), number(180), x)
    steps = (
        f"{a}{b} {PARALLEL} {c}{d}, and {CO_INTERIOR}",
        *equation.steps(),
        f"angle {a}{c}{d} = {first.worked(x)}",
    )
    wants_other = flip(rng)
    if wants_other:
        steps = (steps[0], f"angle {a}{b}{d} + angle {b}{d}{c} = 180", f"angle {a}{b}{d} = 180 - {q} = {180 - q}")
    return Draft(
        points=ordered,
        lines=(*(Segment(*pair) for pair in ((a, b), (b, d), (d, c), (c, a))), Chevrons(a, b), Chevrons(c, d)),
        givens=(angle(a, c, d, str(first)), angle(b, a, c, str(second)), given),
        question=find_angle(rng, *((a, b, d) if wants_other else (a, c, d))),
        answer=180 - q if wants_other else p,
        steps=steps,
        wrong=(q, 180 - p, p, 180 - q, x, 360 - p - q),
        description=f"{a}{b}{d}{c} is a quadrilateral.",
        properties=f"{a}{b} {PARALLEL} {c}{d}.",
    )


FAMILIES = (corresponding_angles, co_interior_angles)
