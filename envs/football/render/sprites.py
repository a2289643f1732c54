"""Small pictures that are drawn large, shrunk to be smooth, and kept. Their colours are premultiplied with their opacity."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import pygame
from PIL import Image, ImageDraw

from envs.drawing import font
from envs.football.render.palette import BALL, KITS, OUTLINE, Colour

#: How many times larger sprites are drawn.
OVERSAMPLING = 4
#: Headings are rounded to this many directions.
HEADINGS = 16


class Sprite(NamedTuple):
    """A picture and the pixel of it, column and row, that goes where the thing is."""

    surface: pygame.Surface
    anchor: tuple[float, float]


#: A surface and where its upper left corner goes.
Piece = tuple[pygame.Surface, tuple[int, int]]


def placed(sprite: Sprite, column: float, row: float) -> Piece:
    """A sprite with its anchor at a place of the picture."""
    place = math.floor(column - sprite.anchor[0] + 0.5), math.floor(row - sprite.anchor[1] + 0.5)
    return sprite.surface, place


def paste(surface: pygame.Surface, pieces: Iterable[Piece]) -> None:
    """Put pieces on a surface, later ones over earlier ones."""
    for sprite, place in pieces:
        surface.blit(sprite, place, None, pygame.BLEND_PREMULTIPLIED)


def sheet(width: float, height: float) -> pygame.Surface:
    """An empty surface to draw a sprite of a size on, `OVERSAMPLING` times as large."""
    size = OVERSAMPLING * math.ceil(width), OVERSAMPLING * math.ceil(height)
    return pygame.Surface(size, pygame.SRCALPHA, 32)


def shrink(large: pygame.Surface) -> pygame.Surface:
    """A sheet at its final size. What was drawn opaque comes out premultiplied, as empty places are all zero."""
    return pygame.transform.smoothscale(large, (large.get_width() // OVERSAMPLING, large.get_height() // OVERSAMPLING))


def of_image(image: Image.Image) -> pygame.Surface:
    """The surface of an RGBA image."""
    red, green, blue, alpha = image.convert("RGBa").split()
    data = Image.merge("RGBA", (blue, green, red, alpha)).tobytes()
    return pygame.image.frombuffer(data, image.size, "BGRA")


@lru_cache(maxsize=512)
def text(words: str, size: int, ink: Colour, edge: Colour | None = None) -> Sprite:
    """Words in bold letters, anchored at the middle of their lower edge; `edge` surrounds the letters."""
    face = font("sans", size, "bold")
    stroke = max(1, round(size / 9)) if edge else 0
    left, top, right, bottom = face.getbbox(words, stroke_width=stroke)
    image = Image.new("RGBA", (math.ceil(right - left), math.ceil(bottom - top)), (*(edge or ink), 0))
    ImageDraw.Draw(image).text((-left, -top), words, ink, face, stroke_width=stroke, stroke_fill=edge)
    return Sprite(of_image(image), (image.width / 2, image.height))


@lru_cache(maxsize=512)
def shadow(half_width: int, half_height: int, darkness: int) -> Sprite:
    """A soft ellipse; sizes in quarters of pixels, `darkness` of 255 in the middle."""
    width, height = math.ceil(half_width / 2) + 4, math.ceil(half_height / 2) + 4
    large = sheet(width, height)
    middle = large.get_width() // 2, large.get_height() // 2
    for ring in range(4):  # quarters of pixels are pixels of the sheet
        grown = 1.3 - 0.2 * ring
        a, b = max(half_width * grown, 2), max(half_height * grown, 2)
        box = pygame.Rect(round(middle[0] - a), round(middle[1] - b), round(2 * a), round(2 * b))
        pygame.draw.ellipse(large, (0, 0, 0, darkness * (ring + 1) // 4), box)
    return Sprite(shrink(large), (width / 2, height / 2))


@lru_cache(maxsize=512)
def ring(half_width: int, half_height: int, ink: Colour, edge: Colour) -> Sprite:
    """An ellipse to lie round a player's feet; sizes in quarters of pixels."""
    width, height = math.ceil(half_width / 2) + 6, math.ceil(half_height / 2) + 6
    large = sheet(width, height)
    middle = large.get_width() / 2, large.get_height() / 2
    thick = max(4.0, 0.12 * half_width)
    for colour, grown in ((edge, 1.5 * thick), (ink, 0.8 * thick), (edge, -0.6 * thick), ((0, 0, 0, 0), -1.0 * thick)):
        a, b = half_width + grown, half_height + grown * (0.5 + 0.5 * half_height / half_width)
        pygame.draw.ellipse(large, colour, pygame.Rect(middle[0] - a, middle[1] - b, 2 * a, 2 * b))
    return Sprite(shrink(large), (width / 2, height / 2))


@lru_cache(maxsize=64)
def ball(radius: int) -> Sprite:
    """A white ball with dark spots; the radius in quarters of pixels."""
    side = math.ceil(radius / 2) + 4
    large = sheet(side, side)
    middle = large.get_width() / 2
    pygame.draw.circle(large, OUTLINE, (middle, middle), radius + 2.5)
    pygame.draw.circle(large, BALL, (middle, middle), radius)
    if radius >= 12:
        for turn in range(5):
            angle = 2 * math.pi * (turn + 0.2) / 5
            spot = middle + 0.72 * radius * math.cos(angle), middle + 0.72 * radius * math.sin(angle)
            pygame.draw.circle(large, (60, 60, 66), spot, 0.2 * radius)
        pygame.draw.circle(large, (60, 60, 66), (middle, middle), 0.24 * radius)
    return Sprite(shrink(large), (side / 2, side / 2))


@lru_cache(maxsize=1024)
def disc(kit: int, radius: int, direction: int) -> Sprite:
    """A player from above: a disc of his shirt's colour with a nose; radius in quarters of pixels, direction of `HEADINGS`."""
    side = math.ceil(radius) + 6
    large = sheet(side, side)
    middle = large.get_width() / 2
    angle = 2 * math.pi * direction / HEADINGS
    cosine, sine = math.cos(angle), math.sin(angle)
    rim = max(2.5, 0.16 * radius)
    for colour, grown in ((OUTLINE, rim), (KITS[kit].shirt, 0.0)):
        base, tip = 0.75 * radius + grown, 1.75 * radius + 1.4 * grown
        ends = ((tip, 0.0), (0.5 * radius, base), (0.5 * radius, -base))
        corners = [(middle + a * cosine - b * sine, middle + a * sine + b * cosine) for a, b in ends]
        pygame.draw.polygon(large, colour, corners)
        pygame.draw.circle(large, colour, (middle, middle), radius + grown)
    return Sprite(shrink(large), (side / 2, side / 2))


@lru_cache(maxsize=64)
def marker(size: int, ink: Colour, edge: Colour) -> Sprite:
    """A triangle that points down, to stand over a head; its width in pixels. Anchored at its tip."""
    large = sheet(size + 4, size + 2)
    width, height = large.get_size()
    outer = [(0.04 * width, 2), (0.96 * width, 2), (width / 2, height - 1)]
    inner = [(0.2 * width, 0.14 * height), (0.8 * width, 0.14 * height), (width / 2, 0.76 * height)]
    pygame.draw.polygon(large, edge, outer)
    pygame.draw.polygon(large, ink, inner)
    return Sprite(shrink(large), ((size + 4) / 2, size + 2))


def heading_number(heading: float) -> int:
    """The nearest of `HEADINGS` directions to an angle in radians."""
    return round(heading / (2 * math.pi) * HEADINGS) % HEADINGS
