"""The whole pitch from above. The picture's scale is the same in both directions and everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pygame

from envs.football.pitch import BAR, GOAL, LENGTH, NET, WIDTH
from envs.football.render.ground import ground
from envs.football.render.palette import NAME, NAME_EDGE, WOODWORK
from envs.football.render.palette import NET as NET_COLOUR
from envs.football.render.pixels import pack
from envs.football.render.scene import Scene
from envs.football.render.sprites import Piece, ball, disc, heading_number, paste, placed, ring, shadow

#: What is left round the pitch at least, m: the goals' nets, and the run-off.
MARGIN_X, MARGIN_Y = 4.0, 3.0
PLAYER, MIN_PLAYER = 1.3, 2.9  # radius of a disc: m, and the least in pixels
CROWDED = 32  # the least radius of a disc on very small plans is this part of their width
BALL, MIN_BALL = 0.65, 1.6
#: How far the ball's shadow lies from it for each metre of height, m to the right and down: the light comes from the left above.
SHADOW_X, SHADOW_Y = 0.5, 0.8


@dataclass(frozen=True)
class Plan:
    """How a size of pictures shows the pitch.

    Attributes:
        width, height: Of the picture, in pixels.
        scale: Pixels a metre.
    """

    width: int
    height: int
    scale: float

    @classmethod
    def of(cls, size: tuple[int, int]) -> Plan:
        """The largest view of the whole pitch in pictures of a size, (width, height)."""
        width, height = size
        return cls(width, height, min(width / (2 * (LENGTH + MARGIN_X)), height / (2 * (WIDTH + MARGIN_Y))))

    def project(self, places: np.ndarray) -> np.ndarray:
        """Columns and rows, float64 [..., 2], of x and y in m, float64 [..., 2]."""
        return np.array([self.width / 2, self.height / 2]) + places * self.scale


@lru_cache(maxsize=8)
def lawn(plan: Plan) -> np.ndarray:
    """The empty pitch with its goals, 0xRRGGBB, uint32 [height, width]."""
    x = (np.arange(plan.width) + 0.5 - plan.width / 2) / plan.scale
    y = (np.arange(plan.height) + 0.5 - plan.height / 2) / plan.scale
    pixel = 1 / plan.scale
    picture = ground(x[None, :], y[:, None], pixel, pixel)
    off_x, off_y = np.abs(x)[None, :], np.abs(y)[:, None]
    mouth = np.clip((GOAL - off_y) / pixel + 0.5, 0, 1)
    net = mouth * np.clip((off_x - LENGTH) / pixel + 0.5, 0, 1) * np.clip((LENGTH + NET - off_x) / pixel + 0.5, 0, 1)
    frame = net * (
        1 - np.clip((GOAL - 0.2 - off_y) / pixel, 0, 1) * np.clip((LENGTH + NET - 0.2 - off_x) / pixel, 0, 1)
    )
    picture += 0.55 * net[..., None] * (np.array(NET_COLOUR) - picture)
    picture += frame[..., None] * (np.array(WOODWORK) - picture)
    return pack(np.clip(picture + 0.5, 0, 255).astype(np.uint8))


def draw_topdown(surface: pygame.Surface, scene: Scene, plan: Plan) -> None:
    """Draw a scene over a whole 32-bit surface of the plan's size."""
    pygame.surfarray.pixels2d(surface).T[:] = lawn(plan)
    paste(surface, pieces(scene, plan))


def above_disc(scene: Scene, plan: Plan) -> tuple[float, float]:
    """Column and row of the picture just above the controlled player's disc."""
    column, row = plan.project(scene.places[scene.controlled])
    return float(column), float(row) - 1.5 * _radius(plan)


def _radius(plan: Plan) -> float:
    """Of a player's disc, in pixels."""
    return max(PLAYER * plan.scale, min(MIN_PLAYER, plan.width / CROWDED))


def pieces(scene: Scene, plan: Plan) -> list[Piece]:
    """Discs for the players, a ring round the controlled one, and the ball with its shadow."""
    radius = _radius(plan)
    spots = plan.project(scene.places)
    blits = []
    if scene.controlled >= 0:
        blits.append(placed(ring(round(6.4 * radius), round(6.4 * radius), NAME, NAME_EDGE), *spots[scene.controlled]))
    for spot, kit, heading in zip(spots, scene.kits, scene.headings, strict=True):
        blits.append(placed(disc(int(kit), round(4 * radius), heading_number(float(heading))), *spot))
    height = float(scene.ball[2])
    size = max(BALL * plan.scale, MIN_BALL)
    dark = placed(
        shadow(round(4 * size), round(4 * size), 170),
        *plan.project(scene.ball[:2] + height * np.array([SHADOW_X, SHADOW_Y])),
    )
    nearer = 1 + min(height / (6 * BAR), 0.6)  # the higher, the nearer to the eye
    return [*blits, dark, placed(ball(round(4 * size * nearer)), *plan.project(scene.ball[:2]))]
