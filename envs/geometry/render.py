"""From a figure to a picture."""

from __future__ import annotations

import numpy as np

from envs.drawing import Canvas, InkMap, Look, draw_look
from envs.drawing.canvas import SCALE, wrap
from envs.drawing.ink import Box
from envs.drawing.look import blend
from envs.geometry import figure as fig
from envs.geometry.labels import write_all
from envs.geometry.layout import can_turn, lay_out
from envs.geometry.plane import draw_plane
from envs.geometry.strokes import Pen, draw

_FILLS = (fig.Fill, fig.FillCircle, fig.FillSector)


def render(
    figure: fig.Figure, size: int, rng: np.random.Generator, measures: bool = True, caption: str = ""
) -> np.ndarray:
    """Draw a figure in a style and at an angle that the generator chooses.

    Args:
        figure: What to draw.
        size: Side of the picture in pixels, at least 224.
        rng: Chooses paper, ink, line width, font and rotation.
        measures: Whether the given measures are written into the picture.
        caption: A text below the figure; empty for none.

    Returns:
        uint8 [size, size, 3].
    """
    return draw_figure(figure, size, draw_look(rng, size), rng, measures, caption)[0].image()


def draw_figure(
    figure: fig.Figure, size: int, look: Look, rng: np.random.Generator, measures: bool = True, caption: str = ""
) -> tuple[Canvas, list[Box]]:
    """As `render`, in a given look; returns the canvas and the boxes of all texts of the figure, in pixels."""
    unit = size / 336
    canvas = Canvas(size, size, look.paper)
    bottom = size - _write_caption(canvas, caption, look, unit)
    margin = 31 * unit
    degrees = float(rng.uniform(0, 360)) if can_turn(figure) else 0.0
    layout = lay_out(figure, (margin, margin, size - margin, bottom - margin), degrees)
    pen = Pen(canvas, look, layout, unit)
    if figure.plane:
        draw_plane(figure.plane, pen)
    visible = [mark for mark in figure.marks if measures or not isinstance(mark, fig.Measure)]
    for mark in sorted(visible, key=lambda m: not isinstance(m, _FILLS)):
        draw(mark, pen)
    grid = [blend(look.paper, look.faint, share) for share in (0.2, 0.4, 0.6, 0.8, 1.0)] if figure.plane else []
    ink = InkMap(canvas.big, look.paper, SCALE, ignore=(pen.fill(hole=False), *grid))
    return canvas, write_all(figure, measures, pen, ink)


def _write_caption(canvas: Canvas, caption: str, look: Look, unit: float) -> float:
    """Write a text at the bottom, in smaller letters if it is long; returns the height that it takes."""
    if not caption:
        return 0.0
    size = look.text
    lines = wrap(caption, canvas.width - 24 * unit, size, look.family)
    while len(lines) > 5 and size > 9 * unit:
        size *= 0.92
        lines = wrap(caption, canvas.width - 24 * unit, size, look.family)
    step = size * 1.3
    top = canvas.height - step * len(lines) - 6 * unit
    for index, line in enumerate(lines):
        canvas.text((12 * unit, top + (index + 0.5) * step), line, size, look.ink, look.family, anchor="lm")
    return canvas.height - top - 8 * unit
