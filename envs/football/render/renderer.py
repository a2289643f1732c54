"""One place to ask for frames: sizes, cameras and options are checked here."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal, get_args

import numpy as np
import pygame

from envs.football.engine import Observation
from envs.football.render.broadcast import draw_broadcast, over_head
from envs.football.render.camera import camera_for
from envs.football.render.minimap import draw_minimap, plan_of
from envs.football.render.names import NAMES
from envs.football.render.overlay import name_tag, scoreboard
from envs.football.render.panorama import panorama
from envs.football.render.pixels import unpack
from envs.football.render.scene import Scene
from envs.football.render.sprites import paste
from envs.football.render.topdown import Plan, above_disc, draw_topdown

CameraName = Literal["broadcast", "top_down"]
SIZE = (640, 360)
MIN_WIDTH, MAX_WIDTH = 256, 1280
#: Width over height.
MIN_SHAPE, MAX_SHAPE = 1.0, 2.4
_MASKS = (0xFF0000, 0xFF00, 0xFF, 0)


class Renderer:
    """Draws frames of one kind. It remembers nothing of the frames it drew.

    Args:
        camera: "broadcast", in perspective from behind the lower touchline, following the ball; or "top_down", the whole pitch.
        size: Width (256 to 1280) and height in pixels; the width is 1 to 2.4 times the height.
        minimap: Whether a small plan of the pitch is shown on broadcast frames.
        names: What our players are called, by number; at least as many as we have players. The controlled one's is shown.

    Raises:
        ValueError: If the camera is unknown, the size is out of range, a minimap is asked for on the top-down camera, or there
            are no names.
    """

    def __init__(
        self,
        camera: CameraName = "broadcast",
        size: tuple[int, int] = SIZE,
        minimap: bool = False,
        names: Sequence[str] | None = None,
    ):
        self.camera: CameraName = _checked_camera(camera)
        self.size = _checked_size(size)
        if minimap and camera == "top_down":
            raise ValueError(
                "minimap is True with camera 'top_down', which shows the whole pitch already; use 'broadcast'"
            )
        self.minimap = minimap
        self.names = NAMES if names is None else tuple(names)

    def frame(self, observation: Observation) -> np.ndarray:
        """Draw a raw observation.

        Returns:
            A new array, uint8 [height, width, 3].

        Raises:
            ValueError: If the controlled player has no name.
        """
        scene = Scene.of(observation)
        name = self._name(scene)
        surface = pygame.Surface(self.size, 0, 32, _MASKS)
        camera, plan = camera_for(self.size), Plan.of(self.size)
        if self.camera == "broadcast":
            draw_broadcast(surface, scene, camera, panorama(camera))
        else:
            draw_topdown(surface, scene, plan)
        if self.minimap:
            draw_minimap(surface, scene, plan_of(self.size))
        paste(surface, [scoreboard(scene.score, scene.seconds_left, self.size[1])])
        if scene.controlled >= 0:
            tip = over_head(scene, camera) if self.camera == "broadcast" else above_disc(scene, plan)
            paste(surface, name_tag(name, *tip, self.size))
        picture = np.empty((self.size[1], self.size[0], 3), np.uint8)
        unpack(pygame.surfarray.pixels2d(surface).T, picture)
        return picture

    def _name(self, scene: Scene) -> str:
        if scene.controlled < 0:
            return ""
        number = int(scene.numbers[scene.controlled])
        if number >= len(self.names):
            raise ValueError(
                f"names has {len(self.names)} names; expected one for our player {number} too, counted from 0"
            )
        return self.names[number]


def frame(
    observation: Observation,
    *,
    camera: CameraName = "broadcast",
    size: tuple[int, int] = SIZE,
    minimap: bool = False,
    names: Sequence[str] | None = None,
) -> np.ndarray:
    """Draw one raw observation; see `Renderer` for the arguments, the array and the errors."""
    return Renderer(camera, size, minimap, names).frame(observation)


def _checked_camera(camera: str) -> CameraName:
    known = get_args(CameraName)
    if camera not in known:
        near = get_close_matches(str(camera), known, 1, 0.4)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"camera is {camera!r}; expected 'broadcast' or 'top_down'{hint}")
    return camera  # type: ignore[return-value]


def _checked_size(size: tuple[int, int]) -> tuple[int, int]:
    try:
        width, height = (int(side) if int(side) == side else 0 for side in size)
    except (TypeError, ValueError):
        width = height = 0
    fits = MIN_WIDTH <= width <= MAX_WIDTH and height > 0 and MIN_SHAPE <= width / height <= MAX_SHAPE
    if not fits:
        raise ValueError(
            f"size is {size!r}; expected (width, height) in whole pixels, the width {MIN_WIDTH} to {MAX_WIDTH} and"
            f" {MIN_SHAPE:g} to {MAX_SHAPE:g} times the height, as in (640, 360)"
        )
    return width, height
