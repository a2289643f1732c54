"""What stands across the pitch: goals with their nets, corner flags and the boards at the ends, for the broadcast camera."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pygame

from envs.football.pitch import BAR, GOAL, LENGTH, NET, WIDTH
from envs.football.render.camera import Camera
from envs.football.render.ground import APRON_X, APRON_Y
from envs.football.render.palette import BOARDS, CORNER_FLAG, WOODWORK, Colour
from envs.football.render.palette import NET as NET_COLOUR
from envs.football.render.panorama import BOARD_HEIGHT, BOARD_LENGTH

#: How far back the net's roof reaches, m; from there it falls to the ground.
ROOF = 0.9
#: Between the strings of a net, m, but never less than so many pixels.
MESH, MESH_PIXELS = 0.62, 5.0
POST = 0.17  # m, thickness; drawn a little stronger than in life
FLAG = 1.6  # m, height of a corner flag

Point = tuple[float, float, float]


class Goal:
    """One goal, drawn in two parts: what is behind the ball and the players in it, and what is before them.

    Args:
        sign: 1 for the goal that we attack, -1 for ours.
        mesh: Between the strings of its net, m.
    """

    def __init__(self, sign: int, mesh: float):
        line, back = LENGTH, LENGTH + NET
        levels = np.linspace(0, BAR, max(round(BAR / mesh), 2) + 1)[:-1]
        slots = np.linspace(-GOAL, GOAL, max(round(2 * GOAL / mesh), 2) + 1)
        # How far back the net is at a height: along the slope from the roof's edge to the ground.
        depths = line + ROOF + (NET - ROOF) * (1 - levels / BAR)
        profile = [(line, BAR), (line + ROOF, BAR), (back, 0.0)]
        behind = [[(x, y, z) for x, z in profile] for y in slots]
        behind += [[(x, -GOAL, z), (x, GOAL, z)] for x, z in zip(depths, levels, strict=True)]
        behind += [[(line + ROOF, -GOAL, BAR), (line + ROOF, GOAL, BAR)]]
        self._behind = _paths(behind + _side(-GOAL, line, levels, depths, mesh), sign)
        self._before = _paths(_side(GOAL, line, levels, depths, mesh), sign)
        far, near, bar = (
            [(line, -GOAL, 0.0), (line, -GOAL, BAR)],
            [(line, GOAL, 0.0), (line, GOAL, BAR)],
            [(line, -GOAL, BAR), (line, GOAL, BAR)],
        )
        self._posts_behind, self._posts_before = _paths([far], sign), _paths([bar, near], sign)

    def draw_behind(self, surface: pygame.Surface, camera: Camera, x: float) -> None:
        """The net's back, roof and far side, and the far post, for a camera at `x`."""
        _strings(surface, camera, x, self._behind)
        _bars(surface, camera, x, self._posts_behind)

    def draw_before(self, surface: pygame.Surface, camera: Camera, x: float) -> None:
        """The net's near side, crossbar and near post, for a camera at `x`."""
        _strings(surface, camera, x, self._before)
        _bars(surface, camera, x, self._posts_before)


def draw_flag(surface: pygame.Surface, camera: Camera, x: float, corner_x: float, corner_y: float) -> None:
    """A corner flag; `corner_x` and `corner_y` are 1 or -1."""
    foot = corner_x * LENGTH, corner_y * WIDTH
    points = np.array(
        [(*foot, 0.0), (*foot, FLAG), (foot[0] - 0.55 * corner_x, foot[1], FLAG - 0.25), (*foot, FLAG - 0.5)]
    )
    flat, _ = camera.project(points, x)
    pygame.draw.aaline(surface, WOODWORK, flat[0].tolist(), flat[1].tolist())
    _filled(surface, CORNER_FLAG, flat[1:].tolist())


def draw_ends(surface: pygame.Surface, camera: Camera, x: float) -> None:
    """The advertising boards behind the goals, as far as they are in the picture."""
    edges = np.arange(-WIDTH - APRON_Y, WIDTH + APRON_Y + BOARD_LENGTH, BOARD_LENGTH)
    for sign in (-1, 1):
        end = sign * (LENGTH + APRON_X)
        low, _ = camera.project(np.array([(end, y, 0.0) for y in edges]), x)
        if (low[:, 0] < 0).all() or (low[:, 0] > camera.width).all():
            continue
        high, _ = camera.project(np.array([(end, y, BOARD_HEIGHT) for y in edges]), x)
        for number in range(len(edges) - 1):
            paper, _ = BOARDS[number % len(BOARDS)]
            board = low[number], low[number + 1], high[number + 1], high[number]
            _filled(surface, paper, [corner.tolist() for corner in board])


def _side(y: float, line: float, levels: np.ndarray, depths: np.ndarray, mesh: float) -> list[list[Point]]:
    """The strings of a net's side."""
    strings = [[(line, y, z), (x, y, z)] for x, z in zip(depths, levels, strict=True)]
    for x in np.arange(line + mesh, line + NET, mesh):
        top = BAR if x <= line + ROOF else BAR * (line + NET - x) / (NET - ROOF)
        strings.append([(x, y, 0.0), (x, y, top)])
    return strings + [[(line, y, BAR), (line + ROOF, y, BAR), (line + NET, y, 0.0)]]


def _paths(paths: list[list[Point]], sign: int) -> list[np.ndarray]:
    return [np.array(path, np.float64) * (sign, 1, 1) for path in paths]


def _strings(surface: pygame.Surface, camera: Camera, x: float, paths: list[np.ndarray]) -> None:
    for path in paths:
        flat, _ = camera.project(path, x)
        for a, b in pairwise(flat.tolist()):
            pygame.draw.aaline(surface, NET_COLOUR, a, b)


def _bars(surface: pygame.Surface, camera: Camera, x: float, paths: list[np.ndarray]) -> None:
    for path in paths:
        flat, scale = camera.project(path, x)
        thick = max(POST * float(scale.mean()), 1.6)
        along = flat[1] - flat[0]
        across = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-6) * thick / 2
        _filled(
            surface,
            WOODWORK,
            [(p).tolist() for p in (flat[0] + across, flat[1] + across, flat[1] - across, flat[0] - across)],
        )


def _filled(surface: pygame.Surface, colour: Colour, corners: list[list[float]]) -> None:
    """A polygon with smooth edges."""
    pygame.draw.polygon(surface, colour, corners)
    for a, b in pairwise([*corners, corners[0]]):
        pygame.draw.aaline(surface, colour, a, b)
