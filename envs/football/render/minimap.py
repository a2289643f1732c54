"""A small plan of the whole pitch in a corner of a broadcast frame."""

from __future__ import annotations

import pygame

from envs.football.pitch import LENGTH, WIDTH
from envs.football.render.scene import Scene
from envs.football.render.sprites import paste
from envs.football.render.topdown import MARGIN_X, MARGIN_Y, Plan, lawn, pieces

#: Its width as a share of the frame's, and how opaque it is (of 255).
SHARE, OPACITY = 0.24, 205


def plan_of(size: tuple[int, int]) -> Plan:
    """The plan in frames of a size, (width, height)."""
    width = round(size[0] * SHARE)
    return Plan.of((width, round(width * (WIDTH + MARGIN_Y) / (LENGTH + MARGIN_X))))


def draw_minimap(surface: pygame.Surface, scene: Scene, plan: Plan) -> None:
    """Draw a plan of the scene in a frame's lower left corner, where the player on the ball rarely is."""
    inset = pygame.Surface((plan.width, plan.height), 0, surface)
    pygame.surfarray.pixels2d(inset).T[:] = lawn(plan)
    paste(inset, pieces(scene, plan))
    pygame.draw.rect(inset, (230, 234, 230), inset.get_rect(), 1)
    inset.set_alpha(OPACITY)
    margin = max(2, surface.get_height() // 60)
    surface.blit(inset, (margin, surface.get_height() - plan.height - margin))
