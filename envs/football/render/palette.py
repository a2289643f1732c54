"""All colours, as red, green and blue from 0 to 255."""

from __future__ import annotations

from typing import NamedTuple

Colour = tuple[int, int, int]


class Kit(NamedTuple):
    """What a player wears."""

    shirt: Colour
    shorts: Colour
    socks: Colour


#: By `envs.football.render.scene.OURS` and so on.
KITS = (
    Kit(shirt=(255, 213, 0), shorts=(32, 36, 48), socks=(245, 205, 20)),
    Kit(shirt=(38, 190, 205), shorts=(18, 110, 125), socks=(38, 190, 205)),
    Kit(shirt=(214, 32, 48), shorts=(240, 240, 240), socks=(190, 28, 42)),
    Kit(shirt=(150, 72, 205), shorts=(90, 40, 130), socks=(150, 72, 205)),
)
#: Skin and hair; players take them by turns.
LOOKS: tuple[tuple[Colour, Colour], ...] = (
    ((232, 184, 150), (92, 62, 34)),
    ((148, 96, 62), (26, 20, 18)),
    ((206, 152, 112), (40, 30, 26)),
)
BOOTS: Colour = (28, 28, 30)
OUTLINE: Colour = (22, 34, 20)

GRASS: tuple[Colour, Colour] = ((84, 152, 62), (70, 134, 52))
RUN_OFF: Colour = (58, 112, 50)
CONCRETE: Colour = (58, 62, 68)
CHALK: Colour = (240, 246, 236)
WOODWORK: Colour = (250, 250, 250)
NET: Colour = (176, 200, 172)
CORNER_FLAG: Colour = (255, 120, 30)

BOARDS: tuple[tuple[Colour, Colour], ...] = (
    ((22, 44, 92), (235, 240, 250)),
    ((232, 234, 236), (24, 60, 120)),
    ((18, 92, 84), (230, 250, 240)),
    ((36, 38, 44), (240, 200, 90)),
)
SEATS: Colour = (44, 50, 66)
AISLE: Colour = (78, 82, 92)
#: What spectators wear; muted, so that nobody takes them for players.
CROWD: tuple[Colour, ...] = (
    (44, 50, 66), (52, 56, 72), (96, 92, 96), (120, 116, 118), (86, 74, 72), (66, 80, 110), (110, 84, 72), (140, 132, 120),
)  # fmt: skip

BALL: Colour = (255, 255, 255)
NAME: Colour = (28, 72, 235)
NAME_EDGE: Colour = (255, 255, 255)
PANEL: Colour = (16, 20, 30)
PANEL_INK: Colour = (245, 245, 245)
