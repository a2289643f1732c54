"""Tiles: a rollout at a glance, its frame above one line of text, for grids of many."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from agents.rollout import Trajectory
from eval.render.card import card, draw_bar, enlarge
from eval.render.drawn import Drawn
from eval.render.letters import fit, write
from eval.render.look import BAR, GROUND, SMALL, SOFT

_CAPTION = 20


def tile(trajectory: Trajectory, title: str, scale_to: int = 112) -> Sequence[Image.Image]:
    """Draw a rollout small: its frames, a caption, and a bar that ends in the colour of the outcome.

    Args:
        trajectory: A finished rollout made with `keep_frames=True`.
        title: The caption.
        scale_to: Width and height of the frame in pixels; larger frames are shrunk, smaller ones are enlarged by a whole
            multiple.

    Returns:
        An image for each recorded frame, all of one size. An episode without frames is drawn as a card.

    Raises:
        ValueError: If `scale_to` is below 1.
    """
    frames = trajectory.frames
    if not frames or scale_to < 1:
        return card(trajectory, title, scale_to)

    def draw(index: int) -> Image.Image:
        board = enlarge(frames[index], scale_to)
        board.thumbnail((scale_to, scale_to), Image.Resampling.LANCZOS)
        image = Image.new("RGB", (scale_to, scale_to + _CAPTION + BAR), GROUND)
        image.paste(board, ((scale_to - board.width) // 2, (scale_to - board.height) // 2))
        write(ImageDraw.Draw(image), (4, scale_to + 4), fit(title, SMALL, scale_to - 8), SOFT, SMALL)
        draw_bar(image, index, len(frames) - 1, trajectory.success)
        return image

    return Drawn(len(frames), draw)
