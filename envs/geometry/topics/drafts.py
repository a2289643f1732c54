"""What families share: a draft of a problem in parts, made into a `GeometryProblem` the same way for all of them.

A family has one or several variants for each level; a variant is a function `(rng) -> Draft`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from envs.geometry import figure as fig
from envs.geometry.figure import Coordinates, Figure, Mark, Measure, Plane
from envs.geometry.problem import GeometryProblem
from envs.geometry.surds import Number, surd
from envs.problem import flip, pick

#: Marks that would say something else in a mirror.
_ORIENTED = (fig.Arc, fig.ArcMeasure, fig.FillSector)
CENTRE = "O is the centre of the circle."

#: How many wrong answers a problem has at least.
_MISTAKES = 3


@dataclass(frozen=True)
class Given:
    """A given measure: the sentence that states it, without a full stop, and the mark that shows it."""

    sentence: str
    mark: Measure


@dataclass(frozen=True)
class Draft:
    """A problem in parts.

    Attributes:
        points: As in `Figure`.
        lines: The marks other than those of the given measures.
        givens: The given measures, in the order in which they are stated.
        question: As in `GeometryProblem`.
        answer: The exact answer.
        steps: The working; the last one ends in the answer.
        wrong: What typical mistakes lead to, the likeliest first. Those that equal the answer or one another are left
            out, and so are those that are not positive, unless the answer may be negative.
        description: As in `GeometryProblem`.
        properties: As in `GeometryProblem`.
        plane: As in `Figure`.
        upright: As in `Figure`.
        metric: As in `Figure`.
        signed: Whether the answer may be negative.
    """

    points: dict[str, Coordinates]
    lines: tuple[Mark, ...]
    givens: tuple[Given, ...]
    question: str
    answer: Number
    steps: tuple[str, ...]
    wrong: Sequence[Number]
    description: str
    properties: str = ""
    plane: Plane | None = None
    upright: bool = False
    metric: bool = True
    signed: bool = False


Variant = Callable[[np.random.Generator], Draft]


def by_level(
    family: str, level: int, rng: np.random.Generator, *variants: Variant | tuple[Variant, ...]
) -> GeometryProblem:
    """A problem of a family from the variants of its levels, the first level first; also its mirror image at random."""
    chosen = variants[level - 1]
    draft = pick(rng, chosen)(rng) if isinstance(chosen, tuple) else chosen(rng)
    figure = Figure(
        points=draft.points,
        marks=(*draft.lines, *(given.mark for given in draft.givens)),
        plane=draft.plane,
        metric=draft.metric,
        upright=draft.upright,
    )
    return GeometryProblem(
        family=family,
        level=level,
        description=draft.description,
        properties=draft.properties,
        conditions=f"{listed(given.sentence for given in draft.givens)}.",
        question=draft.question,
        answer=str(draft.answer),
        steps=tuple(map(_tidy, draft.steps)),
        mistakes=_mistakes(draft),
        figure=_mirrored(figure) if flip(rng) else figure,
    )


def listed(sentences: Iterable[str]) -> str:
    """`a`; `a, and b`; `a, b, and c`; the first letter becomes a capital."""
    *others, last = sentences
    joined = f"{', '.join(others)}, and {last}" if others else last
    return joined[0].upper() + joined[1:]


def length(a: str, b: str, value: Number | str, bracket: bool = False) -> Given:
    """The length of a segment, a number or an expression."""
    return Given(f"{a}{b} = {value}", fig.Length(a, b, bracket, text=str(value)))


def angle(a: str, vertex: str, b: str, degrees: Number | str) -> Given:
    """The size of an angle, a number of degrees or an expression."""
    text = f"({degrees})°" if isinstance(degrees, str) else f"{degrees}°"
    return Given(f"angle {a}{vertex}{b} = {text}", fig.Angle(a, vertex, b, text=text))


def at(point: str, x: int, y: int) -> Given:
    """The coordinates of a point."""
    return Given(f"{point} is the point ({x}, {y})", fig.Beside(point, text=f"({x}, {y})"))


def note(subject: str, text: str) -> Given:
    """A measure of the whole figure: `note("the region", "area 12")` says that the region has area 12."""
    return Given(f"{subject} has {text}", fig.Note(text=text))


def find(rng: np.random.Generator, what: str) -> str:
    """One of several ways to ask for something: `Find the radius.`"""
    return pick(rng, ("Find {}.", "What is {}?", "Determine {}.", "Work out {}.", "Calculate {}.")).format(what)


def find_angle(rng: np.random.Generator, a: str, vertex: str, b: str) -> str:
    """One of several ways to ask for an angle in degrees."""
    ways = ("Find angle {}, in degrees.", "How many degrees is angle {}?", "What is the size of angle {}, in degrees?")
    return pick(rng, ways).format(f"{a}{vertex}{b}")


def find_length(rng: np.random.Generator, a: str, b: str) -> str:
    """One of several ways to ask for the length of a segment."""
    return pick(rng, ("Find {}.", "How long is {}?", "What is the length of {}?", "Work out {}.")).format(a + b)


def linear(factor: int, constant: int) -> str:
    """An expression such as `3x - 10`."""
    term = "x" if factor == 1 else f"{factor}x"
    return term if constant == 0 else f"{term} {'+' if constant > 0 else '-'} {abs(constant)}"


def halved(value: int) -> Number:
    """Half of an integer."""
    return Fraction(value, 2)


def _tidy(step: str) -> str:
    """A step without needless brackets, `√(612)`, and without an ending that says a thing twice, `LM = √5 = √5`."""
    step = re.sub(r"(√|÷ )\((√?\d+)\)", r"\1\2", step)
    step = re.sub(r"(?<!\w)\((\d+)\)²", r"\1²", step)
    said, _, again = step.rpartition(" = ")
    return said if re.search(rf"(= |[a-z]{{2}} ){re.escape(again)}$", said) else step


def _mistakes(draft: Draft) -> tuple[str, ...]:
    """The wrong answers as texts, filled up with multiples of the answer where mistakes fell together."""
    answer = surd(draft.answer)
    spare = (answer * 2, answer / 2, answer * Fraction(3, 2), answer + 1, answer * 3, answer - 1)
    found: dict[str, None] = {}
    for value in draft.wrong:
        if value != answer and (draft.signed or float(value) > 1e-9):
            found[str(value)] = None
    for value in spare:
        if len(found) < _MISTAKES and value != answer and (draft.signed or float(value) > 1e-9):
            found[str(value)] = None
    return tuple(found)


def _mirrored(figure: Figure) -> Figure:
    """The figure in a mirror, or itself where its marks or its axes do not allow that."""
    if figure.plane or any(isinstance(m, _ORIENTED) or getattr(m, "reflex", False) for m in figure.marks):
        return figure
    return replace(figure, points={name: (-x, y) for name, (x, y) in figure.points.items()})
