"""Parallelograms: their angles and their area."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Chevrons, Coordinates, EqualAngle, RightAngle, Segment
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.areas import outline
from envs.geometry.topics.drafts import Draft, angle, by_level, find, find_angle, find_length, halved, length, note
from envs.geometry.topics.placing import foot
from envs.geometry.topics.sines_and_cosines import SINES
from envs.geometry.topics.unknowns import Equation, asked, expressions, number
from envs.geometry.topics.wording import also
from envs.problem import draw, flip, pick


def parallelogram(names: tuple[str, ...], ab: float, ad: float, at_a: float) -> dict[str, Any]:
    """A parallelogram ABCD with sides AB and AD and the angle at A, in degrees."""
    a, b, c, d = names
    turn = math.radians(at_a)
    x, y = ad * math.cos(turn), ad * math.sin(turn)
    return {
        "points": {a: (0.0, 0.0), b: (float(ab), 0.0), c: (ab + x, y), d: (x, y)},
        "lines": (*outline(*names), Chevrons(a, b), Chevrons(d, c), Chevrons(a, d, 2), Chevrons(b, c, 2)),
        "description": f"{''.join(names)} is a quadrilateral.",
        "properties": f"{a}{b} is parallel to {d}{c}, and {a}{d} is parallel to {b}{c}.",
    }


def _sides(rng: np.random.Generator) -> tuple[float, float]:
    """Sides of a parallelogram of which only the angles matter."""
    return draw(rng, 26, 40) / 10, draw(rng, 16, 25) / 10


NEIGHBOURS = "neighbouring angles of a parallelogram add up to 180 degrees"


def parallelogram_angles(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Opposite and neighbouring angles; in x, and beside a diagonal; at a bisector."""
    return by_level(
        "parallelogram_angles",
        level,
        rng,
        (_parallelogram_angle, _beside_diagonal),
        (_opposite_in_x, _neighbours_in_x),
        (_angle_at_bisector, _length_at_bisector),
    )


def _draw_lean(rng: np.random.Generator, low: int = 46) -> int:
    """The angle at A, not close to a right angle."""
    while True:
        t = draw(rng, low, 180 - low)
        if abs(t - 90) >= 6:
            return t


def _parallelogram_angle(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    t = _draw_lean(rng)
    opposite = flip(rng, 0.3)
    target = (b, c, d) if opposite else pick(rng, ((a, b, c), (c, d, a)))
    answer = t if opposite else 180 - t
    written = "".join(target)
    return Draft(
        **parallelogram(names, *_sides(rng), t),
        givens=(angle(d, a, b, t),),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(
            f"both pairs of sides are parallel, so {''.join(names)} is a parallelogram",
            f"opposite angles are equal: angle {written} = {t}"
            if opposite
            else f"{NEIGHBOURS}: angle {written} = 180 - {t} = {answer}",
        ),
        wrong=(180 - answer, abs(90 - t), 360 - 2 * t, halved(answer), halved(180 - answer)),
    )


def _beside_diagonal(rng: np.random.Generator) -> Draft:
    """The angles between the diagonal AC and two sides give the angle at B."""
    names = a, b, c, d = letters(rng, 4)
    while True:
        p, q = draw(rng, 22, 70), draw(rng, 22, 70)
        if 50 <= p + q <= 130 and 0.4 < math.sin(math.radians(p)) / math.sin(math.radians(q)) < 2.5:
            break
    # in triangle ABC the angle at A is p and the one at C is q
    ad = 3.0 * math.sin(math.radians(p)) / math.sin(math.radians(q))
    figure = parallelogram(names, 3.0, ad, p + q)
    target = pick(rng, ((a, b, c), (c, d, a)))
    return Draft(
        points=figure["points"],
        lines=(*figure["lines"], Segment(a, c)),
        givens=(angle(b, a, c, p), angle(c, a, d, q)),
        question=find_angle(rng, *target),
        answer=180 - p - q,
        steps=(
            f"both pairs of sides are parallel, so {NEIGHBOURS}",
            f"angle {b}{a}{d} = {p} + {q} = {p + q}",
            f"angle {''.join(target)} = 180 - {p + q} = {180 - p - q}",
        ),
        wrong=(p + q, 180 - p, 180 - q, abs(p - q), 180 - 2 * min(p, q)),
        description=f"{figure['description'][:-1]} with the diagonal {a}{c}.",
        properties=figure["properties"],
    )


def _in_x(rng: np.random.Generator, opposite: bool) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    t = _draw_lean(rng, 50)
    x, (first, second) = expressions(rng, (t, t if opposite else 180 - t))
    other = (b, c, d) if opposite else (a, b, c)
    equation = Equation((first,), second, x) if opposite else Equation((first, second), number(180), x)
    beside = flip(rng, 0.4)
    figure = parallelogram(names, *_sides(rng), t)
    givens = (angle(d, a, b, str(first)), angle(*other, str(second)))
    if beside:
        return Draft(
            **figure,
            givens=givens,
            question=find_angle(rng, c, d, a),
            answer=180 - t,
            steps=(
                "opposite angles of a parallelogram are equal" if opposite else NEIGHBOURS,
                *equation.steps(),
                f"angle {d}{a}{b} = {first.worked(x)}",
                f"angle {c}{d}{a} = 180 - {t} = {180 - t}",
            ),
            wrong=(t, x, abs(90 - t), *(180 - first.at(s) for s in equation.slips())),
        )
    return Draft(
        **figure,
        givens=givens,
        **asked(
            rng,
            equation,
            "opposite angles of a parallelogram are equal" if opposite else NEIGHBOURS,
            first,
            f"angle {d}{a}{b}",
            find_angle(rng, d, a, b),
            (180 - t,),
        ),
    )


def _opposite_in_x(rng: np.random.Generator) -> Draft:
    return _in_x(rng, opposite=True)


def _neighbours_in_x(rng: np.random.Generator) -> Draft:
    return _in_x(rng, opposite=False)


def _bisector_figure(names: tuple[str, ...], ab: float, ad: float, at_a: float) -> dict[str, Any]:
    """A parallelogram ABCD with E on DC, AE halving the angle at A; so DE = AD."""
    a, b, c, d, e = names
    figure = parallelogram(names[:4], ab, ad, at_a)
    points = figure["points"]
    points[e] = (points[d][0] + ad, points[d][1])
    return {
        "points": points,
        "lines": (*figure["lines"], Segment(a, e), EqualAngle(b, a, e), EqualAngle(e, a, d)),
        "description": f"{e} lies on side {d}{c} of quadrilateral {a}{b}{c}{d}.",
        "properties": f"{a}{b} is parallel to {d}{c}, {a}{d} is parallel to {b}{c}, and {a}{e} bisects angle {b}{a}{d}.",
    }


def _angle_at_bisector(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    half = draw(rng, 24, 62)
    ad = draw(rng, 18, 24) / 10
    corner, size = pick(rng, (((a, b, c), 180 - 2 * half), ((b, c, d), 2 * half), ((c, d, a), 180 - 2 * half)))
    target, answer = pick(rng, (((a, e, c), 180 - half), ((d, e, a), half)))
    whole = f"angle {b}{a}{d} = {2 * half}" if size == 2 * half else f"angle {b}{a}{d} = 180 - {size} = {2 * half}"
    return Draft(
        **_bisector_figure(names, ad * draw(rng, 14, 17) / 10, ad, 2 * half),
        givens=(angle(*corner, size),),
        question=find_angle(rng, *target),
        answer=answer,
        steps=(
            f"{''.join(names[:4])} is a parallelogram, so {whole}",
            f"{a}{e} bisects it: angle {b}{a}{e} = {half}, and its alternate angle {d}{e}{a} is {half} too",
            f"angle {''.join(target)} = {half}"
            if answer == half
            else f"angle {''.join(target)} = 180 - {half} = {answer}",
        ),
        wrong=(180 - answer, 2 * half, 180 - 2 * half, 90 - half, 90 + half),
    )


def _length_at_bisector(rng: np.random.Generator) -> Draft:
    names = a, b, c, d, e = letters(rng, 5)
    while True:
        ab, ad = draw(rng, 6, 60), draw(rng, 4, 40)
        if 1.25 < ab / ad < 2:
            break
    figure = _bisector_figure(names, ab, ad, draw(rng, 54, 110))
    perimeter = 2 * (ab + ad)
    reason = (
        f"{a}{b} is parallel to {d}{c}, so angle {d}{e}{a} = angle {b}{a}{e} = angle {e}{a}{d}, and {d}{e} = {a}{d}"
    )
    if flip(rng):
        return Draft(
            **figure,
            givens=(length(a, b, ab), length(b, c, ad)),
            question=find_length(rng, e, c),
            answer=ab - ad,
            steps=(reason, f"{a}{d} = {b}{c} = {ad}, so {d}{e} = {ad}", f"{e}{c} = {ab} - {ad} = {ab - ad}"),
            wrong=(ad, halved(ab), halved(ad), ab - halved(ad), halved(ab + ad)),
        )
    return Draft(
        **figure,
        givens=(length(d, e, ad), length(e, c, ab - ad)),
        question=find(rng, f"the perimeter of quadrilateral {a}{b}{c}{d}"),
        answer=perimeter,
        steps=(
            f"{reason} = {ad}",
            f"{d}{c} = {ad} + {ab - ad} = {ab}",
            f"the perimeter is 2 · ({ab} + {ad}) = {perimeter}",
        ),
        wrong=(ab + ad, 4 * ab, 2 * ab, 2 * (2 * ab - ad), perimeter - ad),
    )


def parallelogram_area(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Base times height; the height from the area or another height; with a special angle, or a diagonal as height."""
    return by_level(
        "parallelogram_area",
        level,
        rng,
        _base_times_height,
        (_height_of_area, _second_height),
        (_area_with_angle, _diagonal_as_height),
    )


def _with_height(rng: np.random.Generator) -> tuple[tuple[str, ...], int, int, float, dict[str, Any]]:
    """Names ABCDE, base AB, height DE, side AD, and the figure; E is the foot of D on AB."""
    names = a, b, c, d, e = letters(rng, 5)
    base = draw(rng, 5, 50)
    height = draw(rng, math.ceil(0.4 * base), math.floor(0.9 * base))
    x = height * draw(rng, 30, 70) / 100
    figure = parallelogram(names[:4], base, math.hypot(x, height), math.degrees(math.atan2(height, x)))
    figure["points"][e] = (x, 0.0)
    figure["lines"] = (*figure["lines"], Segment(d, e), RightAngle(d, e, b))
    figure["description"] = f"{e} lies on side {a}{b} of quadrilateral {a}{b}{c}{d}."
    figure["properties"] = also(figure["properties"], f"{d}{e} is perpendicular to {a}{b}")
    return names, base, height, math.hypot(x, height), figure


def _base_times_height(rng: np.random.Generator) -> Draft:
    (a, b, c, d, e), base, height, _, figure = _with_height(rng)
    return Draft(
        **figure,
        givens=(length(d, c, base), length(d, e, height)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=base * height,
        steps=(
            f"{a}{b}{c}{d} is a parallelogram with base {a}{b} = {d}{c} = {base} and height {d}{e} = {height}",
            f"its area is {base} · {height} = {base * height}",
        ),
        wrong=(halved(base * height), 2 * (base + height), base + height, 2 * base * height, base**2),
    )


def _height_of_area(rng: np.random.Generator) -> Draft:
    (a, b, c, d, e), base, height, _, figure = _with_height(rng)
    wants_base = flip(rng)
    given, answer, known = (length(d, e, height), base, height) if wants_base else (length(d, c, base), height, base)
    pair = (a, b) if wants_base else (d, e)
    other = f"{d}{e}" if wants_base else f"{a}{b}"
    return Draft(
        **figure,
        givens=(given, note(f"the quadrilateral {a}{b}{c}{d}", f"area {base * height}")),
        question=find_length(rng, *pair),
        answer=answer,
        steps=(
            f"{a}{b}{c}{d} is a parallelogram, so its area is {a}{b} · {d}{e}",
            f"{other} = {known}",
            f"{''.join(pair)} = {base * height} ÷ {known} = {answer}",
        ),
        wrong=(2 * answer, halved(answer), base * height - known, halved(base * height - 2 * known), answer + known),
    )


def _second_height(rng: np.random.Generator) -> Draft:
    """AB, AD and the height on AB give the height from B on AD."""
    a, b, c, d, e, f = letters(rng, 6)
    while True:
        ab, ad, height = draw(rng, 6, 40), draw(rng, 5, 40), draw(rng, 3, 36)
        if not 0.75 < height / ad < 0.95 or not 1.05 < ab / ad < 1.6:
            continue
        share = ab / ad * math.sqrt(1 - (height / ad) ** 2)  # of AD up to F
        if 0.25 < share < 0.85 and Fraction(ab * height, ad).denominator <= 12:
            break
    lean = math.degrees(math.asin(height / ad))
    figure = parallelogram((a, b, c, d), ab, ad, lean)
    points: dict[str, Coordinates] = figure["points"]
    points |= {e: (points[d][0], 0.0), f: foot(points[b], points[a], points[d])}
    answer = Fraction(ab * height, ad)
    return Draft(
        points=points,
        lines=(*figure["lines"], Segment(d, e), Segment(b, f), RightAngle(d, e, b), RightAngle(b, f, a)),
        givens=(length(d, c, ab), length(b, c, ad), length(d, e, height)),
        question=find_length(rng, b, f),
        answer=answer,
        steps=(
            f"{a}{b}{c}{d} is a parallelogram, so {a}{b} = {ab} and {a}{d} = {ad}",
            f"its area is {a}{b} · {d}{e} = {ab} · {height} = {ab * height}, and also {a}{d} · {b}{f}",
            f"{b}{f} = {ab * height} ÷ {ad} = {answer}",
        ),
        wrong=(Fraction(ad * height, ab), height, Fraction(ab * ad, height), answer / 2, answer * 2),
        description=f"In quadrilateral {a}{b}{c}{d}, {e} lies on {a}{b} and {f} lies on {a}{d}.",
        properties=f"{figure['properties'][:-1]}, {d}{e} is perpendicular to {a}{b}, and {b}{f} is perpendicular to {a}{d}.",
    )


def _area_with_angle(rng: np.random.Generator) -> Draft:
    names = a, b, c, d = letters(rng, 4)
    t = pick(rng, (45, 60, 120, 135))
    while True:
        ab, ad = draw(rng, 3, 30), draw(rng, 3, 30)
        if 1.1 < ab / ad < 2.2:
            break
    answer = SINES[t] * (ab * ad)
    sharp = min(t, 180 - t)
    return Draft(
        **parallelogram(names, ab, ad, t),
        givens=(angle(d, a, b, t), length(d, c, ab), length(b, c, ad)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=answer,
        steps=(
            f"{a}{b}{c}{d} is a parallelogram, so {a}{d} = {ad}; the line {a}{b} and {a}{d} make an angle of {sharp}",
            f"the height on {a}{b} is {ad} · sin {sharp}° = {SINES[t] * ad}",
            f"the area is {ab} · {SINES[t] * ad} = {answer}",
        ),
        wrong=(ab * ad, answer / 2, answer * 2, halved(ab * ad), 2 * (ab + ad), answer * root(2)),
    )


def _diagonal_as_height(rng: np.random.Generator) -> Draft:
    """BD is perpendicular to AB."""
    names = a, b, c, d = letters(rng, 4)
    while True:
        ab, ad = draw(rng, 3, 30), draw(rng, 4, 40)
        if 0.4 < ab / ad < 0.8:
            break
    square = ad**2 - ab**2
    figure = parallelogram(names, ab, ad, math.degrees(math.acos(ab / ad)))
    answer = root(square) * ab
    return Draft(
        points=figure["points"],
        lines=(*figure["lines"], Segment(b, d), RightAngle(a, b, d)),
        givens=(length(a, b, ab), length(b, c, ad)),
        question=find(rng, f"the area of quadrilateral {a}{b}{c}{d}"),
        answer=answer,
        steps=(
            f"{a}{b}{c}{d} is a parallelogram, so {a}{d} = {b}{c} = {ad}",
            f"in the right triangle {a}{b}{d}, {b}{d}² = {ad**2} - {ab**2} = {square}, so {b}{d} = {root(square)}",
            f"the area is {ab} · {root(square)} = {answer}",
        ),
        wrong=(answer / 2, ab * ad, root(ad**2 + ab**2) * ab, halved(ab * ad), root(square) * ad),
        description=f"{figure['description'][:-1]} with the diagonal {b}{d}.",
        properties=also(figure["properties"], f"{b}{d} is perpendicular to {a}{b}"),
    )


FAMILIES = (parallelogram_angles, parallelogram_area)
