"""The card of a question: its pictures on the left; what was asked, thought and answered on the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from eval.render.letters import fit, width_of, wrap, write
from eval.render.look import (
    BAD,
    BAR,
    FAINT,
    GOOD,
    GROUND,
    HEADING,
    LEADING,
    PAD,
    RAISED,
    SMALL,
    SOFT,
    TEXT,
    WHITE,
)
from eval.render.story import Answered
from eval.render.thinking import shown

#: Side of the square that pictures are shrunk into, at least: drawn letters stay readable in it.
_PICTURE = 336
_PANEL, _ALONE = 320, 448
#: Height of a card, at least, so that those of a grid look alike.
_MIN_HEIGHT = 240
_TOP, _FOOT = 42, 64
_QUESTION_LINES, _THOUGHT_LINES = 9, 16
_LINE = 17
_GAP = 12


def draw_answer(pictures: Sequence[np.ndarray], told: Answered, title: str, scale_to: int) -> Image.Image:
    """Draw a question and its answer.

    Args:
        pictures: Those of the question, each uint8 [H, W, 3]; may be none, or of different sizes.
        told: What to tell.
        title: Heading of the panel.
        scale_to: Pixels that the pictures may take, at least 336.

    Returns:
        An image as high as its pictures and its text need.
    """
    shot = _stack(pictures, max(scale_to, _PICTURE))
    left = shot.width if shot else 0
    width = (max(_PANEL, scale_to) if shot else _ALONE) - 2 * PAD
    question = _question_lines(told.question, width)
    thought = shown(told.thought, SMALL, width, _THOUGHT_LINES)
    needed = _TOP + len(question) * _LINE + _GAP + len(thought) * LEADING + _FOOT
    height = max(needed, shot.height if shot else _MIN_HEIGHT)
    image = Image.new("RGB", (left + width + 2 * PAD, height + BAR), GROUND)
    if shot:
        image.paste(shot, (0, (image.height - BAR - shot.height) // 2))
    draw = ImageDraw.Draw(image)
    x = left + PAD
    write(draw, (x, 14), fit(title, HEADING, width, "bold"), WHITE, HEADING, weight="bold")
    y = _TOP
    for text in question:
        write(draw, (x, y), text, WHITE, TEXT)
        y += _LINE
    y += _GAP
    for line in thought:
        write(draw, (x, y), line.text, SOFT, SMALL)
        y += LEADING
    _draw_foot(draw, told, x, width, image.height - BAR - _FOOT)
    draw.rectangle((0, image.height - BAR, image.width, image.height), GOOD if told.success else BAD)
    return image


def _stack(pictures: Sequence[np.ndarray], side: int) -> Image.Image | None:
    """Pictures below each other, each shrunk to its share of a square; `None` for none."""
    shrunk = [Image.fromarray(picture) for picture in pictures]
    for picture in shrunk:
        picture.thumbnail((side, max(side // len(shrunk), side // 3)), Image.Resampling.LANCZOS)
    if not shrunk:
        return None
    width = max(picture.width for picture in shrunk)
    stack = Image.new("RGB", (width, sum(picture.height for picture in shrunk) + _GAP * (len(shrunk) - 1)), GROUND)
    y = 0
    for picture in shrunk:
        stack.paste(picture, ((width - picture.width) // 2, y))
        y += picture.height + _GAP
    return stack


def _question_lines(question: str, width: int) -> list[str]:
    """The end of a question, where what is asked stands; dots say that more goes before."""
    lines = [line for paragraph in question.splitlines() for line in wrap(paragraph, TEXT, width)]
    return lines if len(lines) <= _QUESTION_LINES else ["…", *lines[1 - _QUESTION_LINES :]]


def _draw_foot(draw: ImageDraw.ImageDraw, told: Answered, x: int, width: int, top: int) -> None:
    """The answer against the right one."""
    draw.line((x, top + 4, x + width, top + 4), RAISED)
    colour = GOOD if told.success else BAD
    answer = "none found" if told.answer is None else told.answer or "empty"
    reward = f"reward {told.reward:.1f}"
    label = round(width_of("answer ", TEXT)) + 4
    room = width - label - width_of(reward, TEXT) - _GAP
    write(draw, (x, top + 13), "answer", FAINT, TEXT)
    write(draw, (x + label, top + 11), fit(answer, HEADING, room, "bold"), colour, HEADING, weight="bold")
    write(draw, (x + width, top + 13), reward, SOFT, TEXT, "ra")
    write(draw, (x, top + 36), "gold", FAINT, TEXT)
    gold = fit(told.gold, HEADING, width - label, "bold")
    write(draw, (x + label, top + 34), gold, SOFT, HEADING, weight="bold")
    left = width - label - width_of(gold, HEADING, "bold") - _GAP
    if left > 60:
        write(draw, (x + width, top + 36), fit(told.remark, SMALL, left), FAINT, SMALL, "ra")
