"""Colours that a question can name: well apart from each other, on light and on dark paper."""

from __future__ import annotations

from envs.drawing.look import Colour

#: By name, in the order of the rainbow and then the mixed ones.
NAMED: dict[str, Colour] = {
    "red": (214, 36, 40),
    "orange": (246, 132, 20),
    "yellow": (236, 198, 8),
    "green": (38, 150, 62),
    "blue": (42, 104, 222),
    "purple": (142, 66, 190),
    "pink": (245, 132, 188),
    "brown": (142, 90, 52),
    "grey": (142, 144, 148),
}
