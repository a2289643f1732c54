"""All that never moves, painted once a size: ground, advertising boards and stand, as one wide picture.

The camera does not turn, so every row of a frame is a piece of the same row of the panorama, starting where the row's own
scale puts it. Cutting these pieces out (between whole pixels too) is all there is to draw of the background.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from envs.drawing import font
from envs.football.pitch import LENGTH, WIDTH
from envs.football.render.camera import DISTANCE, REACH, Camera
from envs.football.render.ground import APRON_X, APRON_Y, ground
from envs.football.render.palette import AISLE, BOARDS, CROWD, SEATS
from envs.football.render.pixels import pack

#: Advertising boards behind the upper touchline: how high, and how long each is, m.
BOARD_HEIGHT, BOARD_LENGTH = 1.3, 11.0
SLOGANS = ("LMM-R1 GYM", "THINK", "LOOK UP", "PLAY ON")
#: The stand behind: where it begins, and its slope.
STAND_BACK, STAND_UP, SLOPE = 3.0, 1.4, 0.55
SEAT, TIER, BLOCK, AISLE_WIDTH = 0.62, 0.9, 16.0, 0.9  # m


@dataclass(frozen=True)
class Panorama:
    """The background of a camera.

    Attributes:
        pixels: 0xRRGGBB, uint32 [height, columns].
        scales: Pixels a metre in each row, float64 [height].
        start: The column where the pieces of all rows start when the camera is at x = 0.
    """

    pixels: np.ndarray
    scales: np.ndarray
    start: float


@lru_cache(maxsize=8)
def panorama(camera: Camera) -> Panorama:
    """Paint the background of a camera; takes part of a second."""
    rows = [_Row.of(camera, number) for number in range(camera.height)]
    scales = np.array([row.scale for row in rows])
    columns = camera.width + 2 * math.ceil(REACH * scales.max()) + 2
    signs = _signs(rows)
    crowd = np.random.default_rng(0)
    spectators = crowd.choice(np.array(CROWD), (64, 1024), p=_shares(len(CROWD)))
    grain = np.random.default_rng(1)
    picture = np.empty((camera.height, columns, 3))
    for number, row in enumerate(rows):
        x = (np.arange(columns) + 0.5 - columns / 2) / row.scale
        if row.surface == "ground":
            turf = ground(x, np.array(row.y), 1 / row.scale, row.pixel_y) + grain.normal(0, 1.6, (columns, 1))
            ends = np.abs(x) > LENGTH + APRON_X
            picture[number] = np.where(ends[:, None], _end_stand(spectators, x, row), turf)
        elif row.surface == "board":
            picture[number] = _board(signs, x, row)
        else:
            picture[number] = _stand(spectators, x, row)
    return Panorama(pack(np.clip(picture + 0.5, 0, 255).astype(np.uint8)), scales, (columns - camera.width) / 2)


@dataclass(frozen=True)
class _Row:
    """What a row of the picture shows, where, and at how many pixels a metre."""

    surface: str
    y: float
    z: float
    scale: float
    pixel_y: float  # m of ground that the row covers

    @classmethod
    def of(cls, camera: Camera, number: int) -> _Row:
        sine, cosine = math.sin(camera.elevation), math.cos(camera.elevation)
        rise = (camera.axis - number - 0.5) / camera.focal
        eye_y, eye_z = DISTANCE * cosine, DISTANCE * sine
        ray_y, ray_z = -cosine - rise * sine, -sine + rise * cosine  # a depth of 1 m further
        edge = -WIDTH - APRON_Y
        depth = -eye_z / ray_z if ray_z < 0 else math.inf
        y = eye_y + depth * ray_y
        if y >= edge:
            # rows lie closer on the ground the farther away it is
            pixel_y = depth * depth / (camera.focal * DISTANCE * sine)
            return cls("ground", y, 0.0, camera.focal / depth, pixel_y)
        depth = (edge - eye_y) / ray_y
        z = eye_z + depth * ray_z
        if z < BOARD_HEIGHT:
            return cls("board", edge, z, camera.focal / depth, 0.0)
        # The stand: z = STAND_UP + SLOPE * (foot - y).
        foot = edge - STAND_BACK
        depth = (STAND_UP + SLOPE * (foot - eye_y) - eye_z) / (ray_z + SLOPE * ray_y)
        return cls("stand", eye_y + depth * ray_y, eye_z + depth * ray_z, camera.focal / depth, 0.0)


def _shares(count: int) -> np.ndarray:
    """Every other seat is empty."""
    shares = np.full(count, 0.6 / (count - 2))
    shares[:2] = 0.2
    return shares


def _signs(rows: list[_Row]) -> np.ndarray:
    """The boards' pictures, float64 [boards, rows of boards, columns of a board, 3], top row first."""
    board_rows = [row for row in rows if row.surface == "board"]
    height = max(len(board_rows), 1)
    columns = max(round(BOARD_LENGTH * board_rows[0].scale), 1) if board_rows else 1
    return np.stack(
        [_sign(slogan, *colours, (columns, height)) for slogan, colours in zip(SLOGANS, BOARDS, strict=True)]
    )


def _sign(slogan: str, paper: tuple[int, int, int], ink: tuple[int, int, int], size: tuple[int, int]) -> np.ndarray:
    large = Image.new("RGB", (round(80 * BOARD_LENGTH), round(80 * BOARD_HEIGHT)), paper)
    draw = ImageDraw.Draw(large)
    draw.text(
        (large.width / 2, large.height / 2), slogan, ink, font("sans", round(large.height * 0.8), "bold"), anchor="mm"
    )
    return np.asarray(large.resize(size, Image.Resampling.LANCZOS), np.float64)


def _board(signs: np.ndarray, x: np.ndarray, row: _Row) -> np.ndarray:
    line = signs[:, min(int((1 - row.z / BOARD_HEIGHT) * signs.shape[1]), signs.shape[1] - 1)].reshape(-1, 3)
    column = x / BOARD_LENGTH * signs.shape[2] - 0.5
    first = np.floor(column).astype(int)
    share = (column - first)[:, None]
    colour = line[first % len(line)] * (1 - share) + line[(first + 1) % len(line)] * share
    return np.where((np.abs(x) < LENGTH + APRON_X)[:, None], colour, SEATS)


def _end_stand(spectators: np.ndarray, x: np.ndarray, row: _Row) -> np.ndarray:
    """The stands behind the goals, painted flat; their tiers rise away from the pitch."""
    tier = np.floor((np.abs(x) - LENGTH - APRON_X) / TIER).astype(int)
    seat = np.floor(row.y / SEAT + 0.5 * (tier % 2)).astype(int)
    colour = spectators[tier % len(spectators), seat % spectators.shape[1]].astype(np.float64)
    if row.y % BLOCK < AISLE_WIDTH:
        colour[:] = AISLE
    return colour * (0.8 - 0.01 * np.minimum(tier, 40))[:, None]


def _stand(spectators: np.ndarray, x: np.ndarray, row: _Row) -> np.ndarray:
    tier = int((-WIDTH - APRON_Y - STAND_BACK - row.y) / TIER)
    seat = np.floor(x / SEAT + 0.5 * (tier % 2)).astype(int)
    colour = spectators[tier % len(spectators), seat % spectators.shape[1]].astype(np.float64)
    colour[np.mod(x, BLOCK) < AISLE_WIDTH] = AISLE
    return colour * (0.8 - 0.01 * min(tier, 40))
