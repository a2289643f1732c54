"""Pictures for tasks: an anti-aliased canvas, fonts with mathematical signs, looks drawn by seed, labels that avoid ink.

Knows nothing of problems: `envs.geometry` and `envs.percereason` draw their figures with it.
"""

from envs.drawing.canvas import Canvas
from envs.drawing.fonts import font
from envs.drawing.ink import InkMap
from envs.drawing.look import Look, draw_look

__all__ = ["Canvas", "InkMap", "Look", "draw_look", "font"]
