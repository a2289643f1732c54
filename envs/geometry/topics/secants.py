"""The power of a point: chords that cross, and secants and tangents from one point."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from envs.geometry.figure import Circle, Coordinates, Dot, Segment, Ticks
from envs.geometry.names import letters
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import root
from envs.geometry.topics.drafts import CENTRE, Draft, by_level, find, find_length, halved, length
from envs.geometry.topics.placing import circumcentre, polar
from envs.problem import draw, flip


def intersecting_chords(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Two chords that cross: the fourth part; a chord that is halved; a part of a known chord; radius from a point."""
    return by_level(
        "intersecting_chords", level, rng, _fourth_part, _halved_chord, (_part_of_chord, _radius_through_point)
    )


def _crossing(a: str, b: str, c: str, d: str, e: str, parts: tuple[float, ...], degrees: float) -> dict[str, Any]:
    """Chords AB and CD that cross at E with parts EA, EB, EC, ED (EA · EB = EC · ED) at this angle."""
    ea, eb, ec, ed = parts
    points = {a: (-ea, 0.0), b: (eb, 0.0), c: polar(degrees + 180, ec), d: polar(degrees, ed), e: (0.0, 0.0)}
    points["_o"] = circumcentre(points[a], points[b], points[c])
    return {
        "points": points,
        "lines": (Circle("_o", a), Segment(a, b), Segment(c, d)),
        "description": f"The chords {a}{b} and {c}{d} of a circle meet at {e}.",
    }


def _fourth_part(rng: np.random.Generator) -> Draft:
    a, b, c, d, e = letters(rng, 5)
    while True:
        ea, eb, ec = draw(rng, 2, 20), draw(rng, 2, 20), draw(rng, 2, 20)
        ed = ea * eb // ec
        if ea * eb == ec * ed and ec not in (ea, eb) and max(ea, eb, ec, ed) <= 4 * min(ea, eb, ec, ed):
            break
    return Draft(
        **_crossing(a, b, c, d, e, (ea, eb, ec, ed), draw(rng, 55, 125)),
        givens=(length(a, e, ea), length(e, b, eb), length(c, e, ec)),
        question=find_length(rng, e, d),
        answer=ed,
        steps=(
            f"the parts of chords that cross have equal products: {a}{e} · {e}{b} = {c}{e} · {e}{d}",
            f"{ea} · {eb} = {ec} · {e}{d}, so {e}{d} = {ea * eb} ÷ {ec} = {ed}",
        ),
        wrong=(abs(ea + eb - ec), Fraction(ea * ec, eb), Fraction(eb * ec, ea), ea * eb, ea + eb),
    )


def _halved_chord(rng: np.random.Generator) -> Draft:
    a, b, c, d, e = letters(rng, 5)
    while True:
        ea, eb = draw(rng, 2, 30), draw(rng, 2, 30)
        if ea != eb and max(ea, eb) <= 4 * min(ea, eb):
            break
    part = root(ea * eb)
    whole = flip(rng)
    figure = _crossing(a, b, c, d, e, (ea, eb, float(part), float(part)), draw(rng, 60, 120))
    figure["lines"] = (*figure["lines"], Ticks(c, e), Ticks(e, d))
    answer = part * 2 if whole else part
    last = (f"{c}{d} = 2 · {c}{e} = {answer}",) if whole else ()
    return Draft(
        **figure,
        givens=(length(a, e, ea), length(e, b, eb)),
        question=find_length(rng, c, d if whole else e),
        answer=answer,
        steps=(
            f"the parts of chords that cross have equal products: {c}{e} · {e}{d} = {ea} · {eb} = {ea * eb}",
            f"{c}{e} = {e}{d}, so {c}{e} = √{ea * eb} = {part}",
            *last,
        ),
        wrong=(part if whole else part * 2, ea + eb if whole else halved(ea + eb), ea * eb, halved(ea * eb)),
        properties=f"{c}{e} = {e}{d}.",
    )


def _part_of_chord(rng: np.random.Generator) -> Draft:
    a, b, c, d, e = letters(rng, 5)
    while True:
        ec, ed = draw(rng, 2, 20), draw(rng, 3, 24)
        ea = draw(rng, 2, 24)
        if ec < ed and ec * ed % ea == 0 and ea not in (ec, ed):
            eb = ec * ed // ea
            if max(ea, eb, ec, ed) <= 4 * min(ea, eb, ec, ed):
                break
    total = ec + ed
    return Draft(
        **_crossing(a, b, c, d, e, (ea, eb, ec, ed), draw(rng, 60, 120)),
        givens=(length(a, e, ea), length(e, b, eb), length(c, d, total, bracket=True)),
        question=f"{c}{e} is shorter than {e}{d}. {find_length(rng, c, e)}",
        answer=ec,
        steps=(
            f"with {c}{e} = x, {e}{d} = {total} - x, and the products of the parts are equal: x({total} - x) = {ea} · {eb}",
            f"x² - {total}x + {ea * eb} = 0",
            f"(x - {ec})(x - {ed}) = 0, and the smaller solution is x = {ec}",
        ),
        wrong=(ed, halved(total), abs(total - ea - eb), Fraction(ea * eb, total), min(ea, eb)),
    )


def _radius_through_point(rng: np.random.Generator) -> Draft:
    a, b, p = letters(rng, 3)
    while True:
        pa, pb, po = draw(rng, 2, 20), draw(rng, 2, 20), draw(rng, 2, 16)
        square = pa * pb + po**2
        # the distance from O to the chord shows how the three lengths fit together
        off = po**2 - ((pa - pb) / 2) ** 2
        if max(pa, pb) <= 4 * min(pa, pb) and pa != pb and off > 0.05 * square and po**2 > 0.06 * square:
            break
    foot_at, height = (pb - pa) / 2, math.sqrt(off)
    points = {a: (-pa, 0.0), b: (pb, 0.0), p: (0.0, 0.0), "O": (foot_at, height)}
    return Draft(
        points=points,
        lines=(Circle("O", a), Segment(a, b), Segment("O", p), Dot("O"), Dot(p)),
        givens=(length(a, p, pa), length(p, b, pb), length("O", p, po)),
        question=f"{CENTRE} {find(rng, 'the radius of the circle')}",
        answer=root(square),
        steps=(
            f"the diameter through {p} has the parts r - {po} and r + {po}, r being the radius",
            f"(r - {po})(r + {po}) = {a}{p} · {p}{b}, so r² = {pa} · {pb} + {po}² = {square}",
            f"r = √{square} = {root(square)}",
        ),
        wrong=(halved(pa + pb), root(pa * pb), pa + po, root(square) * 2, root(pa**2 + po**2)),
        description=f"{p} lies on the chord {a}{b} of a circle with centre O.",
    )


def secant_tangent(rng: np.random.Generator, level: int) -> GeometryProblem:
    """Tangent and secant from one point: whole numbers; roots; the secant's outer part; two secants."""
    return by_level(
        "secant_tangent", level, rng, (_tangent_whole, _secant_whole), _tangent_root, (_outer_part, _two_secants)
    )


def _secant(rng: np.random.Generator, names: tuple[str, str, str, str], near: float, far: float) -> dict[str, Any]:
    """A secant from P that cuts a circle at A and B, at these distances, and the tangent PT."""
    p, t, a, b = names
    middle, half = (near + far) / 2, (far - near) / 2
    lift = half * draw(rng, 10, 70) / 100
    r = math.hypot(half, lift)
    turn = math.degrees(math.atan2(lift, middle) + math.asin(r / math.hypot(middle, lift)))
    return {
        "points": {
            p: (0.0, 0.0),
            t: polar(turn, math.sqrt(near * far)),
            a: (near, 0.0),
            b: (far, 0.0),
            "_o": (middle, lift),
        },
        "lines": (Circle("_o", a), Segment(p, b), Segment(p, t), Dot(t)),
        "description": f"{p} lies outside a circle, {t} on it, and a line through {p} meets it first at {a}, then at {b}.",
    }


def _secant_names(rng: np.random.Generator) -> tuple[str, str, str, str]:
    a, b, p, t = letters(rng, 4)
    return p, t, a, b


def _squares(rng: np.random.Generator) -> tuple[int, int, int]:
    """Near and far distance whose product is a square, and its root."""
    while True:
        scale, m, n = draw(rng, 1, 6), draw(rng, 1, 6), draw(rng, 2, 9)
        if 1.2 * m < n <= 2.1 * m and math.gcd(m, n) == 1 and scale * m * m > 1:
            return scale * m * m, scale * n * n, scale * m * n


def _tangent_whole(rng: np.random.Generator) -> Draft:
    names = p, t, a, b = _secant_names(rng)
    near, far, tangent = _squares(rng)
    return Draft(
        **_secant(rng, names, near, far),
        givens=(length(p, a, near), length(p, b, far, bracket=True)),
        question=f"{p}{t} is a tangent of the circle. {find_length(rng, p, t)}",
        answer=tangent,
        steps=(
            f"by the tangent-secant theorem, {p}{t}² = {p}{a} · {p}{b} = {near} · {far} = {near * far}",
            f"{p}{t} = √{near * far} = {tangent}",
        ),
        wrong=(root(near * (far - near)), halved(near + far), near * far, far - near),
    )


def _secant_whole(rng: np.random.Generator) -> Draft:
    names = p, t, a, b = _secant_names(rng)
    near, far, tangent = _squares(rng)
    return Draft(
        **_secant(rng, names, near, far),
        givens=(length(p, t, tangent), length(p, a, near)),
        question=f"{p}{t} is a tangent of the circle. {find_length(rng, a, b)}",
        answer=far - near,
        steps=(
            f"by the tangent-secant theorem, {p}{t}² = {p}{a} · {p}{b}: {tangent}² = {near} · {p}{b}",
            f"{p}{b} = {tangent**2} ÷ {near} = {far}",
            f"{a}{b} = {far} - {near} = {far - near}",
        ),
        wrong=(far, tangent - near, far + near, root(tangent**2 - near**2), tangent**2 - near),
    )


def _tangent_root(rng: np.random.Generator) -> Draft:
    names = p, t, a, b = _secant_names(rng)
    near = draw(rng, 2, 24)
    inner = draw(rng, math.ceil(0.6 * near), 3 * near)
    square = near * (near + inner)
    return Draft(
        **_secant(rng, names, near, near + inner),
        givens=(length(p, a, near), length(a, b, inner)),
        question=f"{p}{t} is a tangent of the circle. {find_length(rng, p, t)}",
        answer=root(square),
        steps=(
            f"{p}{b} = {near} + {inner} = {near + inner}",
            f"by the tangent-secant theorem, {p}{t}² = {p}{a} · {p}{b} = {near} · {near + inner} = {square}",
            f"{p}{t} = √{square} = {root(square)}",
        ),
        wrong=(
            root(near * inner),
            root(inner * (near + inner)),
            halved(2 * near + inner),
            square,
            root(near**2 + inner**2),
        ),
    )


def _outer_part(rng: np.random.Generator) -> Draft:
    names = p, t, a, b = _secant_names(rng)
    near, far, tangent = _squares(rng)
    inner = far - near
    return Draft(
        **_secant(rng, names, near, far),
        givens=(length(p, t, tangent), length(a, b, inner)),
        question=f"{p}{t} is a tangent of the circle. {find_length(rng, p, a)}",
        answer=near,
        steps=(
            f"with {p}{a} = x, the tangent-secant theorem {p}{a} · {p}{b} = {p}{t}² says x(x + {inner}) = {tangent}²",
            f"x² + {inner}x - {tangent**2} = 0",
            f"(x - {near})(x + {far}) = 0, and the positive solution is x = {near}",
        ),
        wrong=(far, Fraction(tangent**2, inner), abs(tangent - inner), root(abs(tangent**2 - inner**2)), 2 * near),
    )


def _two_secants(rng: np.random.Generator) -> Draft:
    a, b, c, d, p = letters(rng, 5)
    while True:
        pa, pb, pc = draw(rng, 2, 24), draw(rng, 4, 48), draw(rng, 2, 24)
        pd = pa * pb // pc
        if pa * pb == pc * pd and pa != pc and all(1.7 * near <= far <= 4 * near for near, far in ((pa, pb), (pc, pd))):
            break
    turn = draw(rng, 24, 50)
    points: dict[str, Coordinates] = {
        p: (0.0, 0.0),
        a: (pa, 0.0),
        b: (pb, 0.0),
        c: polar(turn, pc),
        d: polar(turn, pd),
    }
    points["_o"] = circumcentre(points[a], points[b], points[c])
    return Draft(
        points=points,
        lines=(Circle("_o", a), Segment(p, b), Segment(p, d)),
        givens=(length(p, a, pa), length(a, b, pb - pa), length(p, c, pc)),
        question=find_length(rng, c, d),
        answer=pd - pc,
        steps=(
            f"{p}{b} = {pa} + {pb - pa} = {pb}",
            f"by the secant theorem, {p}{a} · {p}{b} = {p}{c} · {p}{d}: {pa} · {pb} = {pc} · {p}{d}",
            f"{p}{d} = {pa * pb} ÷ {pc} = {pd}",
            f"{c}{d} = {pd} - {pc} = {pd - pc}",
        ),
        wrong=(pd, Fraction(pa * (pb - pa), pc), pb - pa, pd + pc, pb - pc),
        description=f"{p} lies outside a circle; one line through {p} meets it at {a} and {b}, another at {c} and {d}.",
    )


FAMILIES = (intersecting_chords, secant_tangent)
