"""A geometric figure as data: named points, and marks that refer to them by name.

All geometry is in the points; the marks only say what is drawn between which of them. So a figure that is not to scale
is simply these marks on the points of another figure of the same `structure`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

Coordinates = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """Something drawn. Marks with a `text` that is a measure are left out where the measures stand in the prompt."""


@dataclass(frozen=True)
class Segment(Mark):
    """A straight line from a to b."""

    a: str
    b: str
    dashed: bool = False


@dataclass(frozen=True)
class Circle(Mark):
    """A circle about a centre through a point."""

    centre: str
    through: str
    dashed: bool = False


@dataclass(frozen=True)
class Arc(Mark):
    """An arc about a centre, anticlockwise from `start` to the direction of `end`."""

    centre: str
    start: str
    end: str
    dashed: bool = False


@dataclass(frozen=True)
class Ellipse(Mark):
    """An ellipse whose axes are parallel to those of the plane: the rim of a round solid in perspective.

    Attributes:
        centre: Its centre.
        side: The end of its horizontal half axis.
        top: The end of its vertical half axis.
        hidden_back: Whether the upper half, which the solid hides, is dashed.
    """

    centre: str
    side: str
    top: str
    hidden_back: bool = False


@dataclass(frozen=True)
class Fill(Mark):
    """A shaded polygon; with `hole` it is filled with the paper's colour instead."""

    points: tuple[str, ...]
    hole: bool = False


@dataclass(frozen=True)
class FillCircle(Mark):
    """A shaded disc about a centre through a point, or a hole of that form."""

    centre: str
    through: str
    hole: bool = False


@dataclass(frozen=True)
class FillSector(Mark):
    """A shaded sector, anticlockwise from `start` to the direction of `end`, or a hole of that form."""

    centre: str
    start: str
    end: str
    hole: bool = False


@dataclass(frozen=True)
class Dot(Mark):
    """A point made visible."""

    point: str


@dataclass(frozen=True)
class RightAngle(Mark):
    """The square at a vertex that marks a right angle."""

    a: str
    vertex: str
    b: str


@dataclass(frozen=True)
class Ticks(Mark):
    """Equality strokes across the middle of a segment; segments with the same count are equal."""

    a: str
    b: str
    count: int = 1


@dataclass(frozen=True)
class Chevrons(Mark):
    """Arrowheads on the middle of a segment, pointing from a to b; lines with the same count are parallel."""

    a: str
    b: str
    count: int = 1


@dataclass(frozen=True)
class EqualAngle(Mark):
    """Arcs in an angle without a measure; angles with the same count are equal."""

    a: str
    vertex: str
    b: str
    count: int = 1


@dataclass(frozen=True)
class Measure(Mark):
    """A mark whose text is a given measure, or the sign of what is asked for."""

    text: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Length(Measure):
    """The length of a segment, written beside its middle; `bracket` draws a dimension line at some distance."""

    a: str
    b: str
    bracket: bool = False


@dataclass(frozen=True)
class Angle(Measure):
    """The size of an angle, written at an arc in it; the arc goes anticlockwise from ray a to ray b.

    Ordinary angles are below 180 degrees, and their rays may come in either order; with `reflex` the order counts.
    """

    a: str
    vertex: str
    b: str
    reflex: bool = False


@dataclass(frozen=True)
class ArcMeasure(Measure):
    """The size or length of an arc, written outside it; anticlockwise from `start` to `end`."""

    centre: str
    start: str
    end: str


@dataclass(frozen=True)
class Inside(Measure):
    """A text in the middle of a polygon of points, such as an area."""

    points: tuple[str, ...]


@dataclass(frozen=True)
class Beside(Measure):
    """A text beside a point, such as its coordinates."""

    point: str


@dataclass(frozen=True)
class Note(Measure):
    """A text about the figure as a whole, such as the area that it has, written above or below it."""


@dataclass(frozen=True)
class Plane:
    """Coordinate axes with a unit grid behind a figure, over these ranges (integers, 0 within both)."""

    x: tuple[int, int]
    y: tuple[int, int]


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes:
        points: Coordinates, x to the right and y up, in the units of the problem. Names that begin with `_` are helpers
            and stay unlabelled; others are written at their point: one letter, perhaps with a digit or prime.
        marks: What is drawn, in painter's order: fills first. Texts always come on top.
        plane: Axes behind it, for coordinate geometry.
        metric: Whether distances and angles between points are the true ones; not so for solids in perspective.
        upright: Whether up is up, as in pictures of solids; others may be drawn at any angle.
    """

    points: Mapping[str, Coordinates]
    marks: tuple[Mark, ...]
    plane: Plane | None = None
    metric: bool = True
    upright: bool = False

    @property
    def structure(self) -> tuple:
        """Equal for figures that differ in coordinates, in letters and in the texts of their measures only."""
        order = {name: str(index) for index, name in enumerate(self.points)}
        return len(order), tuple(_renamed(mark, order) for mark in self.marks)

    def names(self) -> set[str]:
        """All point names that the marks refer to."""
        found: set[str] = set()
        for mark in self.marks:
            for entry in fields(mark):
                value = getattr(mark, entry.name)
                if entry.name == "text":
                    continue
                if isinstance(value, str):
                    found.add(value)
                elif isinstance(value, tuple):
                    found.update(value)
        return found

    def on_points_of(self, other: Figure) -> Figure:
        """These marks on another figure's points, in their order: the same statement, another shape.

        Raises:
            ValueError: If the structures differ.
        """
        if self.structure != other.structure:
            raise ValueError("the figures have different structures; expected the same points and marks")
        return replace(self, points=dict(zip(self.points, other.points.values(), strict=True)), metric=False)


def _renamed(mark: Mark, names: Mapping[str, str]) -> Mark:
    """A mark with other names for its points, and without the text of a measure."""
    changes: dict[str, object] = {}
    for entry in fields(mark):
        value = getattr(mark, entry.name)
        if entry.name == "text":
            changes["text"] = ""
        elif isinstance(value, str):
            changes[entry.name] = names[value]
        elif isinstance(value, tuple):
            changes[entry.name] = tuple(names[name] for name in value)
    return replace(mark, **changes)  # type: ignore[arg-type]
