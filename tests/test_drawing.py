"""The canvas and the placing of labels, against pixels counted and areas computed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from envs.drawing import Canvas, InkMap, draw_look, font
from envs.drawing.canvas import SCALE, arc_points, wrap

BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def darkness(canvas: Canvas) -> np.ndarray:
    """Ink in [0, 1], float [H, W]."""
    return 1 - canvas.image()[:, :, 0] / 255.0


def test_shapes_cover_the_area_that_they_have() -> None:
    for draw, area in (
        (lambda c: c.circle((100, 100), 60, fill=BLACK), math.pi * 60**2),
        (lambda c: c.ellipse((100, 100), (70, 30), fill=BLACK), math.pi * 70 * 30),
        (lambda c: c.polygon([(20, 20), (180, 20), (20, 140)], fill=BLACK), 160 * 120 / 2),
        (lambda c: c.sector((100, 100), 80, 30, 120, fill=BLACK), math.pi * 80**2 / 4),
        (lambda c: c.rectangle((10, 20, 110, 60), fill=BLACK), 100 * 40),
    ):
        canvas = Canvas(200, 200)
        draw(canvas)
        assert darkness(canvas).sum() == pytest.approx(area, rel=0.03)


@pytest.mark.parametrize("width", [1.5, 3.0, 6.0])
def test_a_line_is_as_wide_as_it_should_be(width: float) -> None:
    canvas = Canvas(300, 200)
    canvas.line([(20, 50), (280, 130)], BLACK, width)
    # Pillow rounds to whole pixels of the larger canvas, and slanting lines down: a third of a pixel either way.
    assert darkness(canvas).sum() / math.hypot(260, 80) == pytest.approx(width, abs=0.4)


def test_edges_are_anti_aliased() -> None:
    canvas = Canvas(100, 100)
    canvas.line([(5, 10), (95, 37)], BLACK, 1.5)
    assert len(np.unique(canvas.image())) > 5


def test_angles_are_anticlockwise_from_the_right() -> None:
    (x0, y0), *_, (x1, y1) = arc_points((0, 0), (10, 10), 0, 90)
    assert (x0, y0) == pytest.approx((10, 0)) and (x1, y1) == pytest.approx((0, -10))
    canvas = Canvas(100, 100)
    canvas.sector((50, 50), 40, 0, 90, fill=BLACK)
    ink = darkness(canvas)
    assert ink[:50, 50:].sum() > 0.98 * ink.sum()


def test_dashes_leave_the_share_of_ink_that_they_promise() -> None:
    solid, dashed = Canvas(300, 40), Canvas(300, 40)
    solid.line([(10, 20), (290, 20)], BLACK, 1)
    dashed.line([(10, 20), (150, 20), (290, 20)], BLACK, 1, dash=(6, 4))
    assert darkness(dashed).sum() == pytest.approx(0.6 * darkness(solid).sum(), rel=0.08)


@pytest.mark.parametrize("family", ["sans", "serif", "times", "mono"])
def test_fonts_have_the_signs_that_problems_use(family: str) -> None:
    face = font(family, 40)
    missing = bytes(face.getmask("\uffff"))
    for sign in "AΩ°²³√πθ∠△≤≥≠×÷·½−→":
        assert bytes(face.getmask(sign)) != missing, f"{family} has no {sign}"


def test_text_is_where_its_size_says() -> None:
    canvas = Canvas(200, 60)
    canvas.text((100, 30), "AB = 12", 20, BLACK)
    width, height = Canvas.text_size("AB = 12", 20)
    columns = np.flatnonzero((darkness(canvas) > 0.2).any(axis=0))
    rows = np.flatnonzero((darkness(canvas) > 0.2).any(axis=1))
    assert columns[-1] - columns[0] + 1 == pytest.approx(width, abs=2)
    assert rows[-1] - rows[0] + 1 == pytest.approx(height, abs=2)


def test_turned_text_has_the_same_ink_turned() -> None:
    flat, turned = Canvas(120, 120), Canvas(120, 120)
    flat.text((60, 60), "total", 24, BLACK)
    turned.text((60, 60), "total", 24, BLACK, angle=90)
    assert darkness(turned).sum() == pytest.approx(darkness(flat).sum(), rel=0.05)
    assert (darkness(turned) > 0.3).any(axis=1).sum() > 1.5 * (darkness(turned) > 0.3).any(axis=0).sum()


def test_wrapped_lines_fit_and_lose_no_word() -> None:
    text = "How many more tickets were sold in the month of May than in the two months before it taken together?"
    lines = wrap(text, 150, 14)
    assert " ".join(lines) == text and len(lines) > 3
    assert all(Canvas.text_size(line, 14)[0] <= 150 for line in lines)


def test_a_label_takes_the_first_place_without_ink() -> None:
    canvas = Canvas(100, 100)
    canvas.rectangle((0, 0, 50, 100), fill=BLACK)
    ink = InkMap(canvas.big, WHITE, SCALE)
    places = [(10.0, 10.0, 40.0, 30.0), (60.0, 10.0, 90.0, 30.0), (60.0, 60.0, 90.0, 80.0)]
    assert ink.place(places)[0] == 1
    assert ink.place(places)[0] == 2, "the place of the first label is taken"
    assert ink.cost(places[0]) == pytest.approx(15 * 10, rel=0.1)  # in cells of two pixels


def test_a_label_prefers_ink_to_leaving_the_picture() -> None:
    canvas = Canvas(100, 100)
    canvas.rectangle((0, 0, 100, 100), fill=BLACK)
    ink = InkMap(canvas.big, WHITE, SCALE)
    assert ink.place([(-20.0, 0.0, 10.0, 20.0), (40.0, 40.0, 70.0, 60.0)])[0] == 1


def test_ignored_colours_are_no_ink() -> None:
    canvas = Canvas(100, 100)
    canvas.rectangle((0, 0, 100, 100), fill=(200, 220, 240))
    assert InkMap(canvas.big, WHITE, SCALE, ignore=[(200, 220, 240)]).cost((20, 20, 60, 60)) == 0


def test_every_look_can_be_read() -> None:
    """Contrast of ink and of each series colour with the paper (WCAG 2.1, relative luminance)."""

    def luminance(colour: tuple[int, int, int]) -> float:
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
        light, dark = sorted((luminance(one), luminance(other)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    for seed in range(200):
        look = draw_look(np.random.default_rng(seed), 336)
        assert contrast(look.ink, look.paper) > 7
        assert min(contrast(colour, look.paper) for colour in look.palette) > 1.5
