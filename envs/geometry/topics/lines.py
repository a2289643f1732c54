"""Angles at lines that cross, and at parallel lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from envs.geometry.figure import Coordinates, EqualAngle, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics.drafts import Draft, angle, by_level, find_angle, halved
from envs.geometry.topics.placing import polar
from envs.geometry.topics.triangle_shapes import draw_angles
from envs.geometry.topics.unknowns import Equation, asked, expressions, number
from envs.problem import draw, flip, pick

VERTICAL = "vertical angles are equal"
STRAIGHT = "angles on a straight line add up to 180 degrees"


def vertical_angles(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Two lines that cross; with expressions in x; three lines through one point."""
    return by_level(
        "vertical_angles", level, rng, _two_lines, _two_lines_in_x, (_three_lines, _three_lines_in_x, _line_and_ray)
    )


def _two_lines_figure(names: tuple[str, ...], degrees: int) -> dict[str, Any]:
    """Lines AB and CD that cross at E, angle AEC of these degrees."""
    a, b, c, d, e = names
    points = {a: polar(0), b: polar(180, 1.1), c: polar(degrees, 0.95), d: polar(180 + degrees, 1.05), e: (0.0, 0.0)}
    return {
        "points": points,
        "lines": (Segment(a, b), Segment(c, d)),
        "description": f"Lines {a}{b} and {c}{d} meet at {e}.",
    }


def _two_lines(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    t = draw(rng, 25, 155)
    vertical = flip(rng, 0.3)
    target = (b, e, d) if vertical else pick(rng, ((a, e, d), (c, e, b)))
    answer = t if vertical else 180 - t
    written = "".join(target)
    steps = (
        (f"angles {a}{e}{c} and {written} are vertical angles, and {VERTICAL}", f"angle {written} = {t}")
        if vertical
        else (f"angles {a}{e}{c} and {written} make up a straight line", f"angle {written} = 180 - {t} = {180 - t}")
    )
    return Draft(
        **_two_lines_figure(names, t),
        givens=(angle(a, e, c, t),),
        question=find_angle(rng, *target),
        answer=answer,
        steps=steps,
        wrong=(180 - answer, 360 - t, abs(90 - t), halved(answer), halved(180 - answer)),
    )


def _two_lines_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    t = draw(rng, 52, 128)
    vertical = flip(rng)
    x, (first, second) = expressions(rng, (t, t if vertical else 180 - t))
    other = (b, e, d) if vertical else (c, e, b)
    equation = Equation((first,), second, x) if vertical else Equation((first, second), number(180), x)
    return Draft(
        **_two_lines_figure(names, t),
        givens=(angle(a, e, c, str(first)), angle(*other, str(second))),
        **asked(
            rng,
            equation,
            VERTICAL if vertical else STRAIGHT,
            first,
            f"angle {a}{e}{c}",
            find_angle(rng, a, e, c),
            (180 - t,),
        ),
    )


def _three_lines_figure(names: tuple[str, ...], p: int, q: int) -> dict[str, Any]:
    """Lines AD, BE and CF through G, angle AGB = p and BGC = q."""
    g = names[6]
    turns = (0, p, p + q, 180, 180 + p, 180 + p + q)
    points = {name: polar(turn, 1 + 0.04 * (i % 3)) for i, (name, turn) in enumerate(zip(names, turns, strict=False))}
    a, b, c, d, e, f, _ = names
    return {
        "points": points | {g: (0.0, 0.0)},
        "lines": (Segment(a, d), Segment(b, e), Segment(c, f)),
        "description": f"Lines {a}{d}, {b}{e} and {c}{f} meet at {g}, their ends around it in the order {', '.join(names[:6])}.",
    }


def _three_lines(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f, g = letters(rng, 7)
    p, q, r = draw_angles(rng, 32, 100)
    target = pick(rng, ((c, g, d), (f, g, a)))
    written = "".join(target)
    return Draft(
        **_three_lines_figure(names, p, q),
        givens=(angle(a, g, b, p), angle(e, g, f, q)),
        question=find_angle(rng, *target),
        answer=r,
        steps=(
            f"angles {b}{g}{c} and {e}{g}{f} are vertical angles, so angle {b}{g}{c} = {q}",
            f"angles {a}{g}{b}, {b}{g}{c} and {c}{g}{d} make up a straight line: angle {c}{g}{d} = 180 - {p} - {q} = {r}",
            f"angle {written} = {r}",
        ),
        wrong=(180 - p, 180 - q, p + q, abs(p - q), p, q),
    )


def _three_lines_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e, f, g = letters(rng, 7)
    p, q, r = draw_angles(rng, 46, 88)
    x, terms = expressions(rng, (p, q, r), 40)
    return Draft(
        **_three_lines_figure(names, p, q),
        givens=(angle(a, g, b, str(terms[0])), angle(e, g, f, str(terms[1])), angle(c, g, d, str(terms[2]))),
        **asked(
            rng,
            Equation(terms, number(180), x),
            f"angle {e}{g}{f} equals its vertical angle {b}{g}{c}, so the three make up a straight line",
            terms[0],
            f"angle {a}{g}{b}",
            find_angle(rng, a, g, b),
            (q, r, 180 - p),
        ),
    )


def _line_and_ray(rng: np.random.Generator) -> Draft:
    """Lines AB and CD cross at E, and EF is perpendicular to AB."""
    names = a, b, c, d, e, f = letters(rng, 6)
    t = draw(rng, 24, 66)
    figure = _two_lines_figure(names[:5], t)
    figure["points"] |= {f: polar(90, 1.0)}
    given_inner = flip(rng)
    target, answer = pick(rng, (((a, e, d), 180 - t), ((b, e, d), t), ((c, e, b), 180 - t)))
    given = angle(c, e, f, 90 - t) if given_inner else angle(d, e, f, 90 + t)
    first = f"{90} - {90 - t}" if given_inner else f"{90 + t} - 90"
    turn = f"angle {a}{e}{c} = {first} = {t}" if given_inner else f"angle {b}{e}{d} = {first} = {t}"
    return Draft(
        points=figure["points"],
        lines=(*figure["lines"], Segment(e, f), RightAngle(b, e, f)),
        givens=(given,),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(
            f"angles {a}{e}{f} and {b}{e}{f} are right angles, so {turn}",
            f"{VERTICAL}, and {STRAIGHT}",
            f"angle {''.join(target)} = {answer}" if answer == t else f"angle {''.join(target)} = 180 - {t} = {answer}",
        ),
        wrong=(180 - answer, 90 - t, 90 + t, 2 * t, 180 - 2 * t, halved(t)),
        description=f"Lines {a}{b} and {c}{d} meet at {e}, and {e}{f} is a ray; {e}{c} lies inside angle {a}{e}{f}.",
        properties=f"{e}{f} is perpendicular to {a}{b}.",
    )


def angles_at_a_point(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Rays on one side of a line; around a point, in x; with a bisector or a right angle."""
    return by_level(
        "angles_at_a_point",
        level,
        rng,
        (_on_a_line, _around_a_point),
        (_on_a_line_in_x, _around_in_x),
        (_on_a_line_with_bisector, _on_a_line_with_right_angle),
    )


def _on_line_figure(names: tuple[str, ...], p: float, q: float) -> dict[str, Any]:
    """A line AB with E on it, and rays EC and ED: angle AEC = p, CED = q."""
    a, b, c, d, e = names
    points = {a: polar(180, 1.1), b: polar(0, 1.1), c: polar(180 - p), d: polar(180 - p - q), e: (0.0, 0.0)}
    return {
        "points": points,
        "lines": (Segment(a, b), Segment(e, c), Segment(e, d)),
        "description": f"{e} lies on line {a}{b}, and {e}{c} and {e}{d} are rays on one side of it, {e}{c} nearer to {a}.",
    }


def _on_a_line(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    p, q, r = draw_angles(rng, 28, 110)
    parts = [((a, e, c), p), ((c, e, d), q), ((d, e, b), r)]
    (target, answer), *known = [parts[int(i)] for i in rng.permutation(3)]
    known.sort(key=lambda part: parts.index(part))
    first, second = known[0][1], known[1][1]
    return Draft(
        **_on_line_figure(names, p, q),
        givens=tuple(angle(*place, size) for place, size in known),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(STRAIGHT, f"angle {''.join(target)} = 180 - {first} - {second} = {answer}"),
        wrong=(first + second, 180 - first, 180 - second, 360 - first - second, abs(first - second)),
    )


def _around(rng: np.random.Generator) -> tuple[tuple[str, ...], list[int], dict[str, Any]]:
    """Names ABCDE, four angles around E from AEB on, and the figure."""
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        sizes = [draw(rng, 40, 140) for _ in range(3)]
        sizes.append(360 - sum(sizes))
        if 40 <= sizes[3] <= 140:
            break
    turns = [0, sizes[0], sum(sizes[:2]), sum(sizes[:3])]
    points: dict[str, Coordinates] = {name: polar(turn) for name, turn in zip(names, turns, strict=False)}
    figure = {
        "points": points | {e: (0.0, 0.0)},
        "lines": tuple(Segment(e, name) for name in (a, b, c, d)),
        "description": f"{e}{a}, {e}{b}, {e}{c} and {e}{d} are rays, in this order around {e}.",
    }
    return names, sizes, figure


AROUND = "angles around a point add up to 360 degrees"


def _around_a_point(rng: np.random.Generator) -> Draft:
    (a, b, c, d, e), (p, q, r, s), figure = _around(rng)
    return Draft(
        **figure,
        givens=(angle(a, e, b, p), angle(b, e, c, q), angle(c, e, d, r)),
        question=find_angle(rng, d, e, a),
        answer=s,
        steps=(AROUND, f"angle {d}{e}{a} = 360 - {p} - {q} - {r} = {s}"),
        wrong=(p + q + r - 180, 180 - s, 360 - p - q, abs(180 - p), p),
    )


def _around_in_x(rng: np.random.Generator) -> Draft:
    (a, b, c, d, e), sizes, figure = _around(rng)
    x, (first, second, third) = expressions(rng, sizes[:3])
    terms = (first, second, third, number(sizes[3]))
    return Draft(
        **figure,
        givens=(
            angle(a, e, b, str(first)),
            angle(b, e, c, str(second)),
            angle(c, e, d, str(third)),
            angle(d, e, a, sizes[3]),
        ),
        **asked(
            rng,
            Equation(terms, number(360), x),
            AROUND,
            first,
            f"angle {a}{e}{b}",
            find_angle(rng, a, e, b),
            (sizes[1], sizes[2], 180 - sizes[0]),
        ),
    )


def _on_a_line_in_x(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    sizes = p, q, r = draw_angles(rng, 44, 92)
    x, terms = expressions(rng, sizes)
    return Draft(
        **_on_line_figure(names, p, q),
        givens=(angle(a, e, c, str(terms[0])), angle(c, e, d, str(terms[1])), angle(d, e, b, str(terms[2]))),
        **asked(
            rng,
            Equation(terms, number(180), x),
            STRAIGHT,
            terms[0],
            f"angle {a}{e}{c}",
            find_angle(rng, a, e, c),
            (q, r, 180 - p),
        ),
    )


def _on_a_line_with_bisector(rng: np.random.Generator) -> Draft:
    """EC bisects the angle AED; the angles AEC and DEB in x."""
    names = a, b, c, d, e = letters(rng, 5)
    p = draw(rng, 42, 68)
    r = 180 - 2 * p
    x, (half, rest) = expressions(rng, (p, r))
    figure = _on_line_figure(names, p, p)
    return Draft(
        points=figure["points"],
        lines=(*figure["lines"], EqualAngle(a, e, c), EqualAngle(c, e, d)),
        givens=(angle(a, e, c, str(half)), angle(d, e, b, str(rest))),
        **asked(
            rng,
            Equation((half, half, rest), number(180), x),
            f"angle {c}{e}{d} = angle {a}{e}{c}, and {STRAIGHT}",
            rest,
            f"angle {d}{e}{b}",
            find_angle(rng, d, e, b),
            (p, 2 * p, 180 - p),
        ),
        description=figure["description"],
        properties=f"{e}{c} bisects angle {a}{e}{d}.",
    )


def _on_a_line_with_right_angle(rng: np.random.Generator) -> Draft:
    """The angle CED is a right angle; the angles AEC and DEB in x."""
    names = a, b, c, d, e = letters(rng, 5)
    p = draw(rng, 40, 50)
    x, (first, second) = expressions(rng, (p, 90 - p), 40)
    figure = _on_line_figure(names, p, 90)
    return Draft(
        points=figure["points"],
        lines=(*figure["lines"], RightAngle(c, e, d)),
        givens=(angle(a, e, c, str(first)), angle(d, e, b, str(second))),
        **asked(
            rng,
            Equation((first, second, number(90)), number(180), x),
            f"angle {c}{e}{d} is a right angle, and {STRAIGHT}",
            first,
            f"angle {a}{e}{c}",
            find_angle(rng, a, e, c),
            (90 - p, 180 - p),
        ),
        description=figure["description"],
        properties=f"{e}{c} is perpendicular to {e}{d}.",
    )


FAMILIES = (vertical_angles, angles_at_a_point)
