"""The pitch's surface as a function of place: mown grass, chalk lines, what lies around. Anti-aliased in closed form.

A pixel that covers dx by dy metres of the ground gets the share of chalk that lies in it; lines thinner than a pixel are
drawn a pixel wide, so that they are seen in small pictures too.
"""

from __future__ import annotations

import numpy as np

from envs.football.pitch import BOX_DEPTH, BOX_WIDTH, LENGTH, WIDTH
from envs.football.render.palette import CHALK, CONCRETE, GRASS, RUN_OFF

CIRCLE, CORNER_ARC = 9.15, 1.0  # m, radii
GOAL_AREA_DEPTH, GOAL_AREA_WIDTH = 5.5, 9.16  # m from the goal line, and from the long axis
PENALTY_SPOT, SPOT = 11.0, 0.22  # m from the goal line, radius
LINE = 0.06  # m, half the width of a line
STRIPE = 5.5  # m, width of a mown stripe
#: Grass lies this far behind the lines, m; then come boards.
APRON_X, APRON_Y = 6.0, 4.0


def ground(x: np.ndarray, y: np.ndarray, dx: float, dy: float) -> np.ndarray:
    """Colours of the ground.

    Args:
        x, y: Places in m from the centre of the pitch, broadcast against each other.
        dx, dy: What a pixel covers, m.

    Returns:
        float64 [..., 3], 0 to 255.
    """
    stripe = np.clip(np.sin(np.pi * x / STRIPE) * STRIPE / (np.pi * dx), -1, 1) * 0.5 + 0.5
    grass = np.array(GRASS[0]) * stripe[..., None] + np.array(GRASS[1]) * (1 - stripe[..., None])
    away_x, away_y = np.abs(x), np.abs(y)
    mown = _within(away_x, LENGTH + 1.5, dx) * _within(away_y, WIDTH + 1.2, dy)
    grown = _within(away_x, LENGTH + APRON_X, dx) * _within(away_y, WIDTH + APRON_Y, dy)
    colour = np.array(CONCRETE) + grown[..., None] * (np.array(RUN_OFF) - CONCRETE)
    colour += mown[..., None] * (grass - colour)
    return colour + chalk(x, y, dx, dy)[..., None] * (np.array(CHALK) - colour) * 0.92


def chalk(x: np.ndarray, y: np.ndarray, dx: float, dy: float) -> np.ndarray:
    """The share of chalk in pixels of dx by dy metres around (x, y), float64 [...], 0 to 1."""
    u, v = np.abs(x), np.abs(y)  # the pitch is the same in its four quarters
    box, area = LENGTH - BOX_DEPTH, LENGTH - GOAL_AREA_DEPTH
    spot = LENGTH - PENALTY_SPOT
    lines = [
        _line(v - WIDTH, dy) * _within(u, LENGTH + LINE, dx),
        _line(u - LENGTH, dx) * _within(v, WIDTH + LINE, dy),
        _line(x, dx) * _within(v, WIDTH, dy),
        _line(u - box, dx) * _within(v, BOX_WIDTH + LINE, dy),
        _line(v - BOX_WIDTH, dy) * _between(u, box, LENGTH, dx),
        _line(u - area, dx) * _within(v, GOAL_AREA_WIDTH + LINE, dy),
        _line(v - GOAL_AREA_WIDTH, dy) * _between(u, area, LENGTH, dx),
        _circle(u, v, CIRCLE, dx, dy),
        _circle(u - spot, v, CIRCLE, dx, dy) * _within(u, box, dx),
        _circle(u - LENGTH, v - WIDTH, CORNER_ARC, dx, dy) * _within(u, LENGTH, dx) * _within(v, WIDTH, dy),
        _disc(u, v, dx, dy),
        _disc(u - spot, v, dx, dy),
    ]
    return np.maximum.reduce(lines)


def _line(off: np.ndarray, pixel: float) -> np.ndarray:
    return np.clip((max(LINE, 0.5 * pixel) - np.abs(off)) / pixel + 0.5, 0, 1)


def _within(away: np.ndarray, limit: float, pixel: float) -> np.ndarray:
    return np.clip((limit - away) / pixel + 0.5, 0, 1)


def _between(away: np.ndarray, low: float, high: float, pixel: float) -> np.ndarray:
    return _within(-away, -low, pixel) * _within(away, high, pixel)


def _circle(u: np.ndarray, v: np.ndarray, radius: float, dx: float, dy: float) -> np.ndarray:
    far = np.maximum(np.hypot(u, v), 1e-9)
    pixel = np.maximum(np.hypot(u / far * dx, v / far * dy), 1e-9)
    return np.clip((np.maximum(LINE, 0.5 * pixel) - np.abs(far - radius)) / pixel + 0.5, 0, 1)


def _disc(u: np.ndarray, v: np.ndarray, dx: float, dy: float) -> np.ndarray:
    radius_x, radius_y = max(SPOT, 0.8 * dx), max(SPOT, 0.8 * dy)
    return np.clip((1 - np.hypot(u / radius_x, v / radius_y)) / max(dx / radius_x, dy / radius_y) + 0.5, 0, 1)
