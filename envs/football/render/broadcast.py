"""Frames as on television. Farther things are drawn first; whatever is nearer covers them."""

from __future__ import annotations

import numpy as np
import pygame

from envs.football.pitch import GOAL, LENGTH
from envs.football.render.camera import VISIBLE, Camera
from envs.football.render.figures import TALL, figure, gait, phase, scale_number
from envs.football.render.goals import MESH, MESH_PIXELS, Goal, draw_ends, draw_flag
from envs.football.render.palette import NAME, NAME_EDGE
from envs.football.render.panorama import Panorama
from envs.football.render.pixels import cut
from envs.football.render.scene import Scene
from envs.football.render.sprites import Piece, ball, heading_number, paste, placed, ring, shadow

#: Players and ball are drawn larger than in life, players in pictures less than `SMALL_WIDTH` pixels wide still more.
LARGER, SMALL_WIDTH, BALL_LARGER = 1.25, 360, 2.4
RADIUS = 0.11  # m, of the ball
#: The smallest radius of the ball's picture, in pixels.
MIN_BALL = 1.9
NAME_GAP = 0.25  # m between the head and the tip of the name's triangle


def draw_broadcast(surface: pygame.Surface, scene: Scene, camera: Camera, background: Panorama) -> None:
    """Draw a scene over a whole 32-bit surface of the camera's size."""
    x = camera.follow(float(scene.ball[0]))
    pixels = pygame.surfarray.pixels2d(surface).T
    cut(background.pixels, background.scales, background.start, x, pixels)
    del pixels  # unlocks the surface
    feet, scales = camera.project(np.column_stack([scene.places, np.zeros(len(scene.places))]), x)
    goals = _goals(camera, x)
    draw_ends(surface, camera, x)
    _draw_flags(surface, camera, x, -1)
    paste(surface, _flat(scene, feet, scales))
    paste(surface, [_ball_shadow(scene, camera, x)])
    upright = [_player(scene, number, camera, feet[number], scales[number]) for number in range(len(feet))]
    upright.append(_ball(scene, camera, x))
    depths = np.append(scene.places[:, 1], scene.ball[1] + 0.01)  # the ball lies before the player who has it
    order = np.argsort(depths, kind="stable")
    beyond, within = np.searchsorted(depths[order], [-GOAL, GOAL])
    paste(surface, [upright[number] for number in order[:beyond]])
    for goal in goals:
        goal.draw_behind(surface, camera, x)
    paste(surface, [upright[number] for number in order[beyond:within]])
    for goal in goals:
        goal.draw_before(surface, camera, x)
    paste(surface, [upright[number] for number in order[within:]])
    _draw_flags(surface, camera, x, 1)


def over_head(scene: Scene, camera: Camera) -> tuple[float, float]:
    """Column and row of the picture just above the controlled player's head."""
    head = np.array([*scene.places[scene.controlled], TALL * larger(camera) + NAME_GAP])
    (column, row), _ = camera.project(head, camera.follow(float(scene.ball[0])))
    return float(column), float(row)


def larger(camera: Camera) -> float:
    """How many times larger than in life players are drawn, so that they are seen from so far."""
    return LARGER * max(1.0, SMALL_WIDTH / camera.width)


def _draw_flags(surface: pygame.Surface, camera: Camera, x: float, side: int) -> None:
    for end in (-1, 1):
        draw_flag(surface, camera, x, end, side)


def _flat(scene: Scene, feet: np.ndarray, scales: np.ndarray) -> list[Piece]:
    """What lies on the ground: the players' shadows and the ring round the controlled one."""
    flat = [_player_shadow(column, row, scale) for (column, row), scale in zip(feet, scales, strict=True)]
    if scene.controlled >= 0:
        (column, row), scale = feet[scene.controlled], scales[scene.controlled]
        flat.append(placed(ring(round(3.8 * scale), round(1.6 * scale), NAME, NAME_EDGE), column, row))
    return flat


def _goals(camera: Camera, x: float) -> list[Goal]:
    """Those of the two goals that are in the picture."""
    ends, _ = camera.project(np.array([[-LENGTH, -GOAL, 0.0], [LENGTH, -GOAL, 0.0]]), x)
    mesh = max(MESH, MESH_PIXELS * VISIBLE / camera.width)
    return [Goal(sign, mesh) for sign, end in zip((-1, 1), ends, strict=True) if 0 <= end[0] < camera.width]


def _player(scene: Scene, number: int, camera: Camera, foot: np.ndarray, scale: float) -> Piece:
    heading = float(scene.headings[number])
    how = gait(float(scene.speeds[number]))
    sprite = figure(
        scale_number(float(scale) * larger(camera)),
        camera.elevation,
        int(scene.kits[number]),
        int(scene.numbers[number]) % 3,
        heading_number(heading),
        how,
        phase(scene.places[number], heading, how),
    )
    return placed(sprite, foot[0], foot[1])


def _player_shadow(column: float, row: float, scale: float) -> Piece:
    return placed(shadow(round(4 * 0.62 * scale), round(4 * 0.26 * scale), 110), column, row)


def _ball_shadow(scene: Scene, camera: Camera, x: float) -> Piece:
    """Straight below the ball; larger and paler the higher it flies."""
    (column, row), scale = camera.project(np.array([*scene.ball[:2], 0.0]), x)
    radius = max(RADIUS * BALL_LARGER * float(scale), MIN_BALL)
    grown = 1 + min(float(scene.ball[2]) / 12, 0.8)
    return placed(
        shadow(round(4 * 1.1 * radius * grown), round(4 * 0.55 * radius * grown), round(190 / grown)), column, row
    )


def _ball(scene: Scene, camera: Camera, x: float) -> Piece:
    (column, row), scale = camera.project(np.array([*scene.ball[:2], scene.ball[2] + RADIUS * (BALL_LARGER - 1)]), x)
    return placed(ball(round(4 * max(RADIUS * BALL_LARGER * float(scale), MIN_BALL))), column, row)
