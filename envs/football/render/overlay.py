"""What is written on a frame: the controlled player's name, the score and the time."""

from __future__ import annotations

import math
from functools import lru_cache

import pygame

from envs.football.render.palette import KITS, NAME, NAME_EDGE, PANEL, PANEL_INK
from envs.football.render.scene import OURS, THEIRS
from envs.football.render.sprites import Piece, Sprite, marker, placed, text


def letters(height: int) -> int:
    """The size of letters in a picture of a height, pixels."""
    return max(10, round(height / 28))


def name_tag(name: str, column: float, row: float, size: tuple[int, int]) -> list[Piece]:
    """A name with a triangle below whose tip is at a place; kept inside a picture of a size, (width, height)."""
    words = text(name, letters(size[1]) + 1, NAME, NAME_EDGE)
    pointer = marker(max(6, round(size[1] / 45)), NAME, NAME_EDGE)
    above = pointer.surface.get_height()
    half = words.surface.get_width() / 2
    over = min(max(column, half), size[0] - half)
    base = max(row - above, words.surface.get_height())
    return [placed(pointer, column, base + above), placed(words, over, base)]


def scoreboard(score: tuple[int, int], seconds_left: float, height: int) -> Piece:
    """The panel in the upper left corner of a picture of a height: our colour and goals, theirs, and the time left."""
    minutes, seconds = divmod(math.ceil(seconds_left), 60)
    panel = _panel(f"{score[0]} - {score[1]}", f"{minutes}:{seconds:02d}", letters(height))
    margin = max(2, round(height / 60))
    return placed(panel, margin, margin)


@lru_cache(maxsize=512)
def _panel(goals: str, time: str, size: int) -> Sprite:
    goals_text, time_text = text(goals, size, PANEL_INK).surface, text(time, size, PANEL_INK).surface
    chip, gap = round(0.75 * size), round(0.45 * size)
    width = 2 * chip + goals_text.get_width() + time_text.get_width() + 6 * gap
    height = size + 2 * round(0.3 * size)
    panel = pygame.Surface((width, height), pygame.SRCALPHA, 32)
    panel.fill((*PANEL, 255))
    left = gap
    for part in (KITS[OURS].shirt, goals_text, KITS[THEIRS].shirt, None, time_text):
        if part is None:
            pygame.draw.line(panel, (90, 96, 110), (left, 2), (left, height - 3))
            left += gap
        elif isinstance(part, pygame.Surface):
            panel.blit(part, (left, (height - part.get_height()) // 2), None, pygame.BLEND_PREMULTIPLIED)
            left += part.get_width() + gap
        else:
            pygame.draw.rect(panel, part, (left, (height - chip) // 2, chip, chip), border_radius=max(1, chip // 4))
            left += chip + gap
    return Sprite(panel, (0.0, 0.0))
