"""The broadcast camera: high behind the lower touchline, looking straight across the pitch, gliding along with the ball.

It never turns, so all points of a line along the pitch at one height have one depth: every row of the picture has one
scale. The background relies on this (`envs.football.render.panorama`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from envs.football.pitch import WIDTH

#: From the camera to the point on the pitch's long axis that it looks at, m.
DISTANCE = 110.0
#: How much of that axis is to be seen, m: 60 % of the pitch's length.
VISIBLE = 66.0
#: How far the camera goes from the middle, m: corner flags are then still in the picture.
REACH = 35.0
#: Where the touchlines come to lie, in heights of the picture from its top.
UPPER_TOUCHLINE, LOWER_TOUCHLINE = 0.155, 0.95


@dataclass(frozen=True)
class Camera:
    """A camera for a size of pictures.

    Attributes:
        width, height: Of the picture, in pixels.
        elevation: The angle at which it looks down, in radians; the squarer the picture, the steeper.
        focal: The focal length in pixels.
        axis: The height at which the pitch's long axis appears, in pixels from the top.
    """

    width: int
    height: int
    elevation: float
    focal: float
    axis: float

    def follow(self, ball_x: float) -> float:
        """Where along the pitch the camera is, in m, when the ball is at `ball_x`."""
        return min(max(ball_x, -REACH), REACH)

    def project(self, points: np.ndarray, x: float) -> tuple[np.ndarray, np.ndarray]:
        """Where points appear.

        Args:
            points: x, y and z in m, float64 [..., 3].
            x: Where along the pitch the camera is, m.

        Returns:
            Column and row in pixels from the top left corner, float64 [..., 2], and pixels a metre there, float64 [...].
        """
        sine, cosine = math.sin(self.elevation), math.cos(self.elevation)
        across, up = points[..., 1], points[..., 2]
        scale = self.focal / (DISTANCE - across * cosine - up * sine)
        columns = self.width / 2 + (points[..., 0] - x) * scale
        rows = self.axis + (across * sine - up * cosine) * scale
        return np.stack([columns, rows], axis=-1), scale


@lru_cache(maxsize=32)
def camera_for(size: tuple[int, int]) -> Camera:
    """The camera whose pictures, (width, height) in pixels, have the touchlines in the right places."""
    width, height = size
    focal = width * DISTANCE / VISIBLE
    low, high = 0.0, math.pi / 2
    for _ in range(50):  # the touchlines move apart as the camera rises
        elevation = (low + high) / 2
        if _below(elevation, WIDTH) - _below(elevation, -WIDTH) < (LOWER_TOUCHLINE - UPPER_TOUCHLINE) * height / focal:
            low = elevation
        else:
            high = elevation
    axis = LOWER_TOUCHLINE * height - focal * _below(elevation, WIDTH)
    return Camera(width, height, elevation, focal, axis)


def _below(elevation: float, y: float) -> float:
    """How far below the pitch's axis a point of the ground appears, in focal lengths."""
    return y * math.sin(elevation) / (DISTANCE - y * math.cos(elevation))
