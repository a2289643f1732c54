"""Pictures of a match, drawn with pygame from gfootball's raw observation alone, whichever engine made it.

A frame depends on its observation and on nothing before it. Surfaces are plain memory: no display is needed or opened.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # pygame would greet on stdout, where commands write results

from envs.football.render.names import NAMES  # noqa: E402
from envs.football.render.renderer import CameraName, Renderer, frame  # noqa: E402

__all__ = ["NAMES", "CameraName", "Renderer", "frame"]
