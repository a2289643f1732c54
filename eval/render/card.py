"""Cards: a rollout with its frame on the left and, on the right, its moves or question, the thinking and the outcome."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from agents.rollout import Trajectory
from eval.render.answer import draw_answer
from eval.render.chips import PITCH, draw_chips
from eval.render.drawn import Drawn
from eval.render.letters import fit, width_of, write
from eval.render.look import (
    BAD,
    BAR,
    FAINT,
    GOOD,
    GROUND,
    HEADING,
    LEADING,
    LIT,
    PAD,
    RAISED,
    SMALL,
    SOFT,
    TEXT,
    WHITE,
)
from eval.render.story import Story, is_question, tell_answer, tell_game
from eval.render.thinking import shown

#: Pixels that a board may have at most, and that it may always have; one larger than both that and twice the size asked for
#: is shrunk.
MOST_PIXELS, UNSHRUNK_PIXELS = 640, 320

_PANEL = 264
_TOP, _FOOT = 46, 78
_MIN_HEIGHT = 176
_GAP = 6
#: Width of a panel in which the thinking is set as text, not as small print.
_ROOMY = 280


def card(trajectory: Trajectory, title: str, scale_to: int = 224) -> Sequence[Image.Image]:
    """Draw a rollout.

    A game's frames follow each other, the current move lit and the step of the thinking that tells it in view. A question is
    one still image, of the text alone if it has no picture.

    Args:
        trajectory: A finished rollout made with `keep_frames=True`.
        title: Heading of the panel.
        scale_to: The board is enlarged by the largest whole multiple that keeps it within these pixels, at least 1. The
            panel beside it is as wide and as high, at least 264 pixels.

    Returns:
        An image for each recorded frame of a game, one for a question, all of one size; drawn when looked at.

    Raises:
        ValueError: If a game has no frames, or `scale_to` is below 1.
    """
    if scale_to < 1:
        raise ValueError(f"scale_to is {scale_to}; expected at least 1 pixel")
    if is_question(trajectory):
        told = tell_answer(trajectory)
        return Drawn(1, lambda _: draw_answer(trajectory.frames, told, title, scale_to))
    if not trajectory.frames:
        raise ValueError(
            f"the trajectory of {trajectory.episode.task.id} has no frames: roll out a task that draws, with keep_frames=True"
        )
    story = tell_game(trajectory)
    frames = trajectory.frames
    return Drawn(len(frames), lambda index: _draw(enlarge(frames[index], scale_to), story, title, index, scale_to))


def enlarge(frame: np.ndarray, scale_to: int) -> Image.Image:
    """A frame, uint8 [H, W, 3], at the largest whole multiple of its size within `scale_to` pixels; large ones shrink."""
    board = Image.fromarray(frame)
    multiple = max(1, scale_to // max(board.size))
    board = board.resize((board.width * multiple, board.height * multiple), Image.Resampling.NEAREST)
    most = min(MOST_PIXELS, max(UNSHRUNK_PIXELS, 2 * scale_to))
    board.thumbnail((most, most), Image.Resampling.LANCZOS)
    return board


def _draw(board: Image.Image, story: Story, title: str, index: int, scale_to: int) -> Image.Image:
    left = max(board.width, scale_to)
    height = max(board.height, scale_to, _MIN_HEIGHT)
    image = Image.new("RGB", (left + max(_PANEL, scale_to), height + BAR), GROUND)
    image.paste(board, ((left - board.width) // 2, (height - board.height) // 2))
    _draw_panel(image, story, title, index, left, height)
    draw_bar(image, index, len(story.returns) - 1, story.success)
    return image


def _draw_panel(image: Image.Image, story: Story, title: str, index: int, left: int, height: int) -> None:
    draw = ImageDraw.Draw(image)
    x, width = left + PAD, image.width - left - 2 * PAD
    write(draw, (x, 14), fit(title, HEADING, width, "bold"), WHITE, HEADING, weight="bold")
    top, bottom = _TOP, height - _FOOT
    thought = story.thoughts[index]
    room = (bottom - top) // 2 if thought.steps else bottom - top
    top = draw_chips(image, story.moves, index, (x, top), width, max(1, room // PITCH)) + 4
    size, leading = (TEXT, LEADING + 1) if width >= _ROOMY else (SMALL, LEADING)
    for row, line in enumerate(shown(thought, size, width, (bottom - top) // leading)):
        write(draw, (x, top + row * leading), line.text, LIT if line.current else SOFT, size)
    _draw_foot(draw, story, index, x, width, bottom)


def _draw_foot(draw: ImageDraw.ImageDraw, story: Story, index: int, x: int, width: int, top: int) -> None:
    draw.line((x, top + 6, x + width, top + 6), RAISED)
    total = len(story.moves)
    if total or story.unit == "return":
        progress = f"move {min(index, total)} of {total}" if total else "no moves"
        write(draw, (x, top + 13), progress, SOFT, TEXT)
    so_far = story.returns[index]
    if so_far is not None:
        write(draw, (x + width, top + 13), f"{story.unit} {_signed(so_far)}", SOFT, TEXT, "ra")
    if index == len(story.returns) - 1:
        _draw_outcome(draw, story, x, width, top + 33)


def _draw_outcome(draw: ImageDraw.ImageDraw, story: Story, x: int, width: int, top: int) -> None:
    """The verdict with the remark below it, and the reward, unless it is the return, beside the shorter of the two."""
    so_far = story.returns[-1]
    paid = "" if so_far is not None and abs(story.reward - so_far) < 0.05 else f"reward {_signed(story.reward)}"
    room = width - width_of(paid, TEXT) - _GAP
    above = width_of(story.verdict, HEADING, "bold") <= room
    write(draw, (x, top), story.verdict, GOOD if story.success else BAD, HEADING, weight="bold")
    write(draw, (x, top + 23), fit(story.remark, TEXT, width if above else room), FAINT, TEXT)
    write(draw, (x + width, top + (2 if above else 23)), paid, SOFT, TEXT, "ra")


def _signed(value: float) -> str:
    """A number with its sign, and zero without one."""
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def draw_bar(image: Image.Image, index: int, last: int, success: bool) -> None:
    """Progress along the lower edge, in the outcome's colour once all is played.

    Args:
        image: What to draw on.
        index: Number of the frame.
        last: Number of the last one.
        success: The outcome.
    """
    colour = FAINT if index < last else GOOD if success else BAD
    draw = ImageDraw.Draw(image)
    top = image.height - BAR
    draw.rectangle((0, top, image.width, image.height), RAISED)
    done = round(image.width * (index / last if last else 1))
    if done:
        draw.rectangle((0, top, done - 1, image.height), colour)
