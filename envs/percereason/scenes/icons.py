"""Small pictures of everyday things, drawn from primitives: `draw(canvas, x, y, r)` fills a circle of radius r."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from envs.drawing import Canvas
from envs.drawing.canvas import arc_points
from envs.drawing.look import Colour
from envs.percereason.scenes.shapes import placed

RED: Colour = (218, 48, 48)
ORANGE: Colour = (244, 140, 36)
YELLOW: Colour = (248, 204, 40)
GREEN: Colour = (58, 158, 72)
BLUE: Colour = (58, 122, 220)
SKY: Colour = (110, 186, 236)
PURPLE: Colour = (150, 84, 196)
PINK: Colour = (244, 140, 186)
BROWN: Colour = (146, 94, 56)
SAND: Colour = (232, 192, 130)
GREY: Colour = (150, 154, 162)
WHITE: Colour = (250, 250, 250)
DARK: Colour = (66, 62, 70)


def apple(canvas: Canvas, x: float, y: float, r: float) -> None:
    for side in (-1, 1):
        canvas.ellipse((x + side * 0.3 * r, y + 0.18 * r), (0.52 * r, 0.72 * r), RED)
    canvas.line([(x, y - 0.4 * r), (x + 0.1 * r, y - 0.92 * r)], BROWN, 0.14 * r)
    canvas.polygon(_at(x, y, r, [(0.1, -0.62), (0.5, -0.95), (0.66, -0.6), (0.34, -0.5)]), GREEN)


def star(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.polygon(placed("star", (x, y), r * 0.98), YELLOW, (214, 160, 20), 0.08 * r)


def ball(canvas: Canvas, x: float, y: float, r: float) -> None:
    for i, colour in enumerate((RED, WHITE, BLUE, WHITE, YELLOW, WHITE)):
        canvas.sector((x, y), 0.88 * r, 60 * i + 30, 60 * i + 90, colour)
    canvas.circle((x, y), 0.88 * r, None, DARK, 0.07 * r)
    canvas.circle((x, y), 0.2 * r, WHITE, DARK, 0.06 * r)


def heart(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.polygon(placed("heart", (x, y), r), (232, 62, 110))


def moon(canvas: Canvas, x: float, y: float, r: float) -> None:
    outer = arc_points((x - 0.1 * r, y), (0.9 * r, 0.9 * r), 60, 300)
    tip, end = outer[0], outer[-1]
    inner = arc_points((tip[0] + 0.16 * r, y), (0.72 * r, abs(end[1] - tip[1]) / 2), 270, 90)
    canvas.polygon([*outer, *inner], (244, 206, 84), (206, 160, 40), 0.06 * r)


def sun(canvas: Canvas, x: float, y: float, r: float) -> None:
    for i in range(10):
        a = 2 * math.pi * i / 10
        ends = [(x + k * r * math.cos(a), y + k * r * math.sin(a)) for k in (0.68, 0.94)]
        canvas.line(ends, ORANGE, 0.13 * r)
    canvas.circle((x, y), 0.55 * r, YELLOW, ORANGE, 0.08 * r)


def tree(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.rectangle((x - 0.13 * r, y + 0.3 * r, x + 0.13 * r, y + 0.95 * r), BROWN)
    for dx, dy, k in ((-0.38, 0.0, 0.42), (0.38, 0.0, 0.42), (0.0, -0.42, 0.48), (0.0, 0.08, 0.4)):
        canvas.circle((x + dx * r, y + dy * r), k * r, GREEN)


def house(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.rectangle((x - 0.65 * r, y - 0.1 * r, x + 0.65 * r, y + 0.85 * r), SAND)
    canvas.polygon(_at(x, y, r, [(-0.9, -0.05), (0, -0.9), (0.9, -0.05)]), RED)
    canvas.rectangle((x - 0.18 * r, y + 0.3 * r, x + 0.18 * r, y + 0.85 * r), BROWN)
    canvas.rectangle((x + 0.28 * r, y + 0.1 * r, x + 0.52 * r, y + 0.36 * r), SKY)
    canvas.rectangle((x - 0.52 * r, y + 0.1 * r, x - 0.28 * r, y + 0.36 * r), SKY)


def flower(canvas: Canvas, x: float, y: float, r: float) -> None:
    for i in range(6):
        a = math.pi * i / 3
        canvas.circle((x + 0.55 * r * math.cos(a), y + 0.55 * r * math.sin(a)), 0.34 * r, PINK)
    canvas.circle((x, y), 0.34 * r, YELLOW)


def fish(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.polygon(_at(x, y, r, [(0.35, 0), (0.95, -0.5), (0.8, 0), (0.95, 0.5)]), ORANGE)
    canvas.ellipse((x - 0.2 * r, y), (0.72 * r, 0.46 * r), ORANGE)
    canvas.circle((x - 0.55 * r, y - 0.1 * r), 0.11 * r, WHITE)
    canvas.circle((x - 0.57 * r, y - 0.1 * r), 0.06 * r, DARK)
    canvas.line(arc_points((x - 0.4 * r, y), (0.2 * r, 0.36 * r), -60, 60), WHITE, 0.07 * r)


def mushroom(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.rectangle((x - 0.27 * r, y - 0.05 * r, x + 0.27 * r, y + 0.88 * r), (246, 232, 206), radius=0.2 * r)
    canvas.polygon(arc_points((x, y + 0.05 * r), (0.88 * r, 0.9 * r), 0, 180), RED)
    for dx, dy, k in ((-0.42, -0.25, 0.15), (0.05, -0.5, 0.17), (0.45, -0.2, 0.14)):
        canvas.circle((x + dx * r, y + dy * r), k * r, WHITE)


def cherry(canvas: Canvas, x: float, y: float, r: float) -> None:
    for dx in (-0.45, 0.42):
        canvas.line([(x + dx * r, y + 0.35 * r), (x + 0.1 * r, y - 0.8 * r)], GREEN, 0.1 * r)
        canvas.circle((x + dx * r, y + 0.45 * r), 0.4 * r, (196, 24, 60))
        canvas.circle((x + dx * r - 0.12 * r, y + 0.33 * r), 0.09 * r, WHITE)
    canvas.polygon(_at(x, y, r, [(0.1, -0.8), (0.5, -0.98), (0.8, -0.68), (0.42, -0.6)]), GREEN)


def drop(canvas: Canvas, x: float, y: float, r: float) -> None:
    arc = arc_points((x, y + 0.28 * r), (0.6 * r, 0.6 * r), 150, 390)
    canvas.polygon([(x, y - 0.95 * r), *arc], BLUE)
    canvas.line(arc_points((x, y + 0.28 * r), (0.38 * r, 0.38 * r), 190, 250), WHITE, 0.09 * r)


def cloud(canvas: Canvas, x: float, y: float, r: float) -> None:
    for dx, dy, k in ((-0.5, 0.15, 0.38), (0.5, 0.15, 0.38), (-0.1, -0.2, 0.48), (0.28, -0.1, 0.36)):
        canvas.circle((x + dx * r, y + dy * r), k * r, SKY)
    canvas.rectangle((x - 0.5 * r, y + 0.1 * r, x + 0.5 * r, y + 0.53 * r), SKY)


def balloon(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.line([(x, y + 0.5 * r), (x - 0.08 * r, y + 0.7 * r), (x + 0.06 * r, y + 0.95 * r)], GREY, 0.07 * r)
    canvas.ellipse((x, y - 0.22 * r), (0.56 * r, 0.7 * r), PURPLE)
    canvas.polygon(_at(x, y, r, [(0, 0.42), (-0.13, 0.62), (0.13, 0.62)]), PURPLE)
    canvas.line(arc_points((x, y - 0.22 * r), (0.34 * r, 0.46 * r), 110, 165), WHITE, 0.09 * r)


def flag(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.line([(x - 0.55 * r, y - 0.9 * r), (x - 0.55 * r, y + 0.92 * r)], GREY, 0.13 * r)
    canvas.polygon(_at(x, y, r, [(-0.5, -0.85), (0.85, -0.4), (-0.5, 0.08)]), GREEN)


def gift(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.rectangle((x - 0.72 * r, y - 0.25 * r, x + 0.72 * r, y + 0.85 * r), PURPLE)
    canvas.rectangle((x - 0.82 * r, y - 0.4 * r, x + 0.82 * r, y - 0.08 * r), (122, 58, 168))
    canvas.rectangle((x - 0.14 * r, y - 0.4 * r, x + 0.14 * r, y + 0.85 * r), YELLOW)
    for side in (-1, 1):
        canvas.ellipse((x + side * 0.27 * r, y - 0.6 * r), (0.24 * r, 0.17 * r), None, YELLOW, 0.12 * r)


def boat(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.polygon(_at(x, y, r, [(-0.9, 0.35), (0.9, 0.35), (0.55, 0.85), (-0.55, 0.85)]), BROWN)
    canvas.line([(x, y + 0.35 * r), (x, y - 0.92 * r)], DARK, 0.1 * r)
    canvas.polygon(_at(x, y, r, [(0.08, -0.88), (0.72, 0.2), (0.08, 0.2)]), SKY)
    canvas.polygon(_at(x, y, r, [(-0.08, -0.6), (-0.6, 0.2), (-0.08, 0.2)]), RED)


def car(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.polygon(_at(x, y, r, [(-0.55, 0.05), (-0.3, -0.42), (0.3, -0.42), (0.6, 0.05)]), BLUE)
    canvas.polygon(_at(x, y, r, [(-0.36, 0.0), (-0.2, -0.28), (0.2, -0.28), (0.38, 0.0)]), WHITE)
    canvas.rectangle((x - 0.94 * r, y - 0.02 * r, x + 0.94 * r, y + 0.42 * r), BLUE, radius=0.14 * r)
    for dx in (-0.5, 0.5):
        canvas.circle((x + dx * r, y + 0.42 * r), 0.24 * r, DARK)
        canvas.circle((x + dx * r, y + 0.42 * r), 0.1 * r, GREY)


def cup(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.circle((x + 0.55 * r, y + 0.05 * r), 0.3 * r, None, (0, 150, 136), 0.14 * r)
    canvas.rectangle((x - 0.65 * r, y - 0.55 * r, x + 0.55 * r, y + 0.7 * r), (0, 150, 136), radius=0.22 * r)
    canvas.rectangle((x - 0.65 * r, y - 0.3 * r, x + 0.55 * r, y - 0.08 * r), WHITE)


def umbrella(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.line([(x, y - 0.9 * r), (x, y + 0.65 * r)], DARK, 0.1 * r)
    canvas.line(arc_points((x + 0.17 * r, y + 0.65 * r), (0.17 * r, 0.2 * r), 180, 350), DARK, 0.1 * r)
    for i, colour in enumerate((RED, WHITE, RED, WHITE, RED)):
        canvas.sector((x, y), 0.9 * r, 36 * i, 36 * i + 36, colour)


def bell(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.circle((x, y + 0.72 * r), 0.2 * r, (176, 120, 20))
    canvas.circle((x, y - 0.8 * r), 0.14 * r, (176, 120, 20))
    dome = arc_points((x, y - 0.1 * r), (0.52 * r, 0.66 * r), 0, 180)
    canvas.polygon([*dome, (x - 0.84 * r, y + 0.62 * r), (x + 0.84 * r, y + 0.62 * r)], (240, 184, 40))


def book(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.rectangle((x - 0.66 * r, y - 0.86 * r, x + 0.66 * r, y + 0.86 * r), (30, 110, 120), radius=0.1 * r)
    canvas.rectangle((x - 0.5 * r, y + 0.6 * r, x + 0.66 * r, y + 0.76 * r), WHITE)
    canvas.rectangle((x - 0.3 * r, y - 0.55 * r, x + 0.42 * r, y - 0.15 * r), YELLOW)


def pear(canvas: Canvas, x: float, y: float, r: float) -> None:
    pale = (178, 200, 60)
    canvas.line([(x, y - 0.6 * r), (x + 0.12 * r, y - 0.98 * r)], BROWN, 0.13 * r)
    canvas.ellipse((x, y + 0.35 * r), (0.6 * r, 0.55 * r), pale)
    canvas.ellipse((x, y - 0.3 * r), (0.34 * r, 0.45 * r), pale)


def _at(x: float, y: float, r: float, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x + r * px, y + r * py) for px, py in points]


Icon = Callable[[Canvas, float, float, float], None]

#: By name.
ICONS: dict[str, Icon] = {
    f.__name__: f
    for f in (
        apple, star, ball, heart, moon, sun, tree, house, flower, fish, mushroom, cherry, drop, cloud, balloon, flag,
        gift, boat, car, cup, umbrella, bell, book, pear,
    )
}  # fmt: skip
