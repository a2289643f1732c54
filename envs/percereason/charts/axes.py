"""Axes fitted into a rectangle: gridlines, ticks, labels that do not touch, and the way from values to pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.canvas import Point, wrap
from envs.drawing.look import Colour, blend
from envs.percereason.charts.scale import Scale
from envs.percereason.layout import fitting_all
from envs.problem import flip, pick

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Side:
    """What stands along one side of a plot.

    Attributes:
        along: A numeric axis, or the names of things that share the side evenly.
        title: What the values are; empty for none.
    """

    along: Scale | Sequence[str]
    title: str = ""

    @property
    def labels(self) -> list[str]:
        """The texts along the side, in order."""
        if isinstance(self.along, Scale):
            return [str(tick) for tick in self.along.ticks]
        return list(self.along)

    def share(self, value: float) -> float:
        """How far along the side a value is, or for names a position: 0.5 is the middle of the first one."""
        if isinstance(self.along, Scale):
            return self.along.share(value)
        return value / len(self.along)

    @property
    def places(self) -> list[float]:
        """Where along the side the labels stand, 0 to 1."""
        if isinstance(self.along, Scale):
            return [self.share(tick) for tick in self.along.ticks]
        return [(i + 0.5) / len(self.along) for i in range(len(self.along))]


@dataclass(frozen=True)
class GridStyle:
    """How the grid looks: what changes no fact.

    Attributes:
        dash: Of gridlines; `None` for solid ones.
        framed: Whether all four sides have a line.
        shaded: Whether the plot is tinted.
    """

    dash: tuple[float, float] | None = None
    framed: bool = False
    shaded: bool = False


def draw_grid_style(rng: np.random.Generator, size: int) -> GridStyle:
    """A style for a picture whose side has `size` pixels."""
    unit = size / 336
    return GridStyle(pick(rng, (None, None, (3 * unit, 3 * unit))), flip(rng, 0.3), flip(rng, 0.25))


@dataclass(frozen=True)
class Plot:
    """A rectangle of the canvas with an axis below and one on the left.

    Attributes:
        box: Left, top, right, bottom of the data area, in pixels.
        x, y: What its lower and its left side show. Names on the left run from top to bottom.
    """

    box: Box
    x: Side
    y: Side

    def at(self, x: float, y: float) -> Point:
        """The pixel position of a value on each axis."""
        left, top, right, bottom = self.box
        up = self.y.share(y)
        if not isinstance(self.y.along, Scale):
            up = 1 - up
        return left + (right - left) * self.x.share(x), bottom - (bottom - top) * up


def small(look: Look) -> float:
    """Size of the text along axes, in pixels."""
    return look.text * 0.8


def soft(look: Look) -> Colour:
    """The colour of gridlines."""
    return blend(look.paper, look.ink, 0.2)


@dataclass
class _Margins:
    """Text sizes and what the labels take from the box, in pixels."""

    size: float
    gap: float
    slanted: bool = False
    bottom: float = 0.0
    left: float = 0.0
    titles: dict[str, float] = field(default_factory=dict)


def open_plot(canvas: Canvas, look: Look, box: Box, x: Side, y: Side, style: GridStyle) -> Plot:
    """Draw axes with their labels inside a box, and return the plot whose data area is left."""
    margins = _measure(look, box, x, y)
    left, top, right, bottom = box
    head = margins.size * 0.6 if isinstance(y.along, Scale) else 0.0
    tail = margins.size * 0.25 * len(x.labels[-1]) if isinstance(x.along, Scale) else 0.0
    plot = Plot((left + margins.left, top + head, right - tail, bottom - margins.bottom), x, y)
    if style.shaded:
        canvas.rectangle(plot.box, fill=blend(look.paper, look.ink, 0.05))
    _grid(canvas, look, plot, style)
    _labels(canvas, look, plot, margins)
    _titles(canvas, look, box, plot, margins)
    return plot


def _measure(look: Look, box: Box, x: Side, y: Side) -> _Margins:
    size = small(look)
    margins = _Margins(size, gap=size * 0.45)
    widths = [Canvas.text_size(label, size, look.family)[0] for label in y.labels]
    margins.left = max(widths) + margins.gap * 1.3 + (size * 1.5 if y.title else 0)
    room = (box[2] - box[0] - margins.left) / len(x.labels)
    widest = max(Canvas.text_size(label, size, look.family)[0] for label in x.labels)
    deep = size * 0.8
    if widest > room * 0.94:
        if isinstance(x.along, Scale) or widest * 0.86 <= room * 0.94:
            margins.size = fitting_all(x.labels, room * 0.94, size, look.family)
        else:
            margins.slanted = True
            deep = widest * np.sin(np.radians(_SLANT)) + size * 0.5
    margins.bottom = deep + margins.gap * 1.6 + (size * 1.35 if x.title else 0)
    return margins


#: Names too long to stand side by side are turned by so many degrees.
_SLANT = 40


def _grid(canvas: Canvas, look: Look, plot: Plot, style: GridStyle) -> None:
    left, top, right, bottom = plot.box
    thin = look.line * 0.45
    for side, upright in ((plot.x, True), (plot.y, False)):
        if not isinstance(side.along, Scale):
            continue
        for value in [*side.along.ticks, *side.along.minor_ticks]:
            minor = value in side.along.minor_ticks
            colour = blend(look.paper, look.ink, 0.1) if minor else soft(look)
            reach = look.text * (0.16 if minor else 0.3)
            share = side.share(value)
            if upright:
                at = left + (right - left) * share
                canvas.line([(at, top), (at, bottom)], colour, thin, style.dash)
                canvas.line([(at, bottom), (at, bottom + reach)], look.ink, thin)
            else:
                at = bottom - (bottom - top) * share
                canvas.line([(left, at), (right, at)], colour, thin, style.dash)
                canvas.line([(left - reach, at), (left, at)], look.ink, thin)
    wide = look.line * 0.7
    if style.framed:
        canvas.rectangle(plot.box, None, look.ink, wide)
    else:
        canvas.line([(left, top), (left, bottom), (right, bottom)], look.ink, wide)


def _labels(canvas: Canvas, look: Look, plot: Plot, margins: _Margins) -> None:
    left, top, right, bottom = plot.box
    for label, share in zip(plot.x.labels, plot.x.places, strict=True):
        at = left + (right - left) * share
        if margins.slanted:
            width = Canvas.text_size(label, margins.size, look.family)[0]
            angle = np.radians(_SLANT)
            middle = (
                at - width / 2 * np.cos(angle),
                bottom + margins.gap + margins.size * 0.3 + width / 2 * np.sin(angle),
            )
            canvas.text(middle, label, margins.size, look.ink, look.family, angle=_SLANT)
        else:
            canvas.text((at, bottom + margins.gap * 0.7), label, margins.size, look.ink, look.family, anchor="ma")
    for label, share in zip(plot.y.labels, plot.y.places, strict=True):
        up = share if isinstance(plot.y.along, Scale) else 1 - share
        place = (left - margins.gap, bottom - (bottom - top) * up)
        canvas.text(place, label, margins.size, look.ink, look.family, anchor="rm")


def _titles(canvas: Canvas, look: Look, box: Box, plot: Plot, margins: _Margins) -> None:
    left, top, right, bottom = plot.box
    size = small(look)
    if plot.x.title:
        fit = fitting_all([plot.x.title], right - left, size, look.family)
        canvas.text(((left + right) / 2, box[3] - size * 0.45), plot.x.title, fit, look.ink, look.family)
    if plot.y.title:
        fit = fitting_all([plot.y.title], bottom - top, size, look.family)
        canvas.text((box[0] + size * 0.5, (top + bottom) / 2), plot.y.title, fit, look.ink, look.family, angle=90)


def draw_title(canvas: Canvas, look: Look, title: str, rng: np.random.Generator, lines: int = 2) -> Box:
    """Write a title across the top of the canvas and return the box that is left, with an even margin."""
    margin = canvas.width * 0.03
    box = (margin, margin, canvas.width - margin, canvas.height - margin)
    if not title:
        return box
    weight = pick(rng, ("upright", "bold"))
    wrapped = wrap(title, (box[2] - box[0]) * 0.88, look.text, look.family)[:lines]
    size = fitting_all(wrapped, box[2] - box[0], look.text, look.family, weight)
    y = box[1]
    for line in wrapped:
        canvas.text((canvas.width / 2, y + size * 0.5), line, size, look.ink, look.family, weight)
        y += size * 1.2
    return (box[0], y + size * 0.35, box[2], box[3])
