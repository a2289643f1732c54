"""Players as little people: a skeleton in three dimensions, posed by gait and phase, seen from the camera's elevation."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pygame

from envs.football.render.palette import BOOTS, KITS, LOOKS, OUTLINE, Colour
from envs.football.render.sprites import HEADINGS, OVERSAMPLING, Sprite, sheet, shrink

#: How many poses make a full stride of two steps, and its length in m, walking and running.
PHASES = 8
STAND, WALK, RUN = range(3)
STRIDES = (1.0, 1.9, 3.6)
#: From this speed on players run, m/s.
RUNNING = 4.3
#: Scales are rounded by this ratio, so that figures of many depths share sprites.
RATIO = 1.06
TALL = 1.8  # m

#: Parts of a player that have a colour each.
SKIN, HAIR, SHIRT, SHORTS, SOCKS, BOOT = range(6)
#: Forward, right and up, in m from between the feet; and right and down on the picture.
Joint = tuple[float, float, float]
Spot = tuple[float, float]


def gait(speed: float) -> int:
    """`STAND`, `WALK` or `RUN` for a speed in m/s, 0 for those who stand."""
    return STAND if speed == 0 else WALK if speed < RUNNING else RUN


def phase(place: np.ndarray, heading: float, how: int) -> int:
    """The pose of a runner at a place: he makes a stride every so many metres, wherever he comes from."""
    if how == STAND:
        return 0
    run = place[0] * math.cos(heading) + place[1] * math.sin(heading)
    return int(run / STRIDES[how] * PHASES) % PHASES


def scale_number(scale: float) -> int:
    """The rounded scale's number for `figure`, from pixels a metre."""
    return round(math.log(scale) / math.log(RATIO))


@lru_cache(maxsize=4096)
def figure(scale: int, elevation: float, kit: int, look: int, direction: int, how: int, at: int) -> Sprite:
    """A player's picture, anchored between his feet.

    Args:
        scale: A number from `scale_number`.
        elevation: Of the camera, radians.
        kit: Of `envs.football.render.palette.KITS`.
        look: Of `envs.football.render.palette.LOOKS`.
        direction: Where he faces, of `HEADINGS`.
        how, at: Gait and phase.
    """
    metre = RATIO**scale
    large = sheet(1.7 * metre + 3, 2.45 * metre + 3)
    column, row = large.get_width() / 2, large.get_height() - (0.4 * metre + 1) * OVERSAMPLING
    limbs = _seen(how, at, direction, elevation)
    (skin, hair), wear = LOOKS[look], KITS[kit]
    colours = {SKIN: skin, HAIR: hair, SHIRT: wear.shirt, SHORTS: wear.shorts, SOCKS: wear.socks, BOOT: BOOTS}
    unit = metre * OVERSAMPLING
    edge = max(0.4, 0.035 * metre) * OVERSAMPLING
    for (ax, ay), (bx, by), thickness, _ in limbs:
        a, b = (column + ax * unit, row + ay * unit), (column + bx * unit, row + by * unit)
        _capsule(large, a, b, thickness * unit / 2 + edge, OUTLINE)
    for (ax, ay), (bx, by), thickness, part in limbs:
        a, b = (column + ax * unit, row + ay * unit), (column + bx * unit, row + by * unit)
        _capsule(large, a, b, thickness * unit / 2, colours[part])
    return Sprite(shrink(large), (column / OVERSAMPLING, row / OVERSAMPLING))


def _pose(how: int, at: int) -> list[tuple[Joint, Joint, float, int]]:
    """The limbs of a player who faces along the first axis: from where to where, how thick, and which part of him."""
    swing, lean = (0.2, 0.42, 0.85)[how], (0.0, 0.05, 0.16)[how]
    hip_height = (0.92, 0.91, 0.88)[how]
    chest = 0.5 * lean + 0.02, hip_height + 0.5
    limbs = []
    for side, offset in ((-1, 0.0), (1, 0.5)):
        turn = 2 * math.pi * (at / PHASES + offset + (0.25 if how == STAND else 0.0))
        limbs += _leg(how, side, turn, swing, hip_height) + _arm(how, side, turn, swing, chest)
    waist, top = hip_height + 0.08, hip_height + 0.76
    limbs += [
        ((0.0, -0.07, waist), (chest[0], -0.13, chest[1]), 0.27, SHIRT),
        ((0.0, 0.07, waist), (chest[0], 0.13, chest[1]), 0.27, SHIRT),
        ((0.0, -0.06, waist - 0.08), (0.0, 0.06, waist - 0.08), 0.25, SHORTS),
    ]
    head, face = (chest[0] + 0.5 * lean, 0.0, top), (chest[0] + 0.5 * lean + 0.05, 0.0, top - 0.03)
    return [*limbs, (head, head, 0.28, HAIR), (face, face, 0.25, SKIN)]


def _leg(how: int, side: int, turn: float, swing: float, hip_height: float) -> list[tuple[Joint, Joint, float, int]]:
    """A leg at a point of its stride; the knee bends while the leg comes forward."""
    thigh = swing * math.sin(turn) + (0.12 if how == RUN else 0.0)
    shin = thigh - (0.05, 0.45, 1.25)[how] * max(0.0, math.cos(turn)) - (0.0, 0.08, 0.25)[how]
    spread = side * (0.16 if how == STAND else 0.11)
    hip = (0.0, side * 0.1, hip_height)
    knee = (0.45 * math.sin(thigh), spread, hip_height - 0.45 * math.cos(thigh))
    ankle = (knee[0] + 0.43 * math.sin(shin), spread, max(knee[2] - 0.43 * math.cos(shin), 0.05))
    toe = (ankle[0] + 0.17, spread + side * 0.02, max(ankle[2] - 0.05 - 0.1 * max(0.0, -shin), 0.03))
    hem = (0.6 * knee[0], 0.4 * hip[1] + 0.6 * spread, 0.4 * hip[2] + 0.6 * knee[2])
    return [(hem, knee, 0.15, SKIN), (knee, ankle, 0.14, SOCKS), (ankle, toe, 0.11, BOOT), (hip, hem, 0.23, SHORTS)]


def _arm(
    how: int, side: int, turn: float, swing: float, chest: tuple[float, float]
) -> list[tuple[Joint, Joint, float, int]]:
    """An arm, which swings against the leg of its side."""
    upper = -0.9 * swing * math.sin(turn)
    lower = upper + (0.15, 0.5, 1.4)[how]
    shoulder = (chest[0], side * 0.21, chest[1])
    elbow = (chest[0] + 0.28 * math.sin(upper), side * 0.29, chest[1] - 0.28 * math.cos(upper))
    hand = (elbow[0] + 0.26 * math.sin(lower), side * 0.27, elbow[2] - 0.26 * math.cos(lower))
    return [(elbow, hand, 0.1, SKIN), (shoulder, elbow, 0.15, SHIRT)]


@lru_cache(maxsize=2048)
def _seen(how: int, at: int, direction: int, elevation: float) -> list[tuple[Spot, Spot, float, int]]:
    """A pose as it appears: limbs in m to the right of and below the anchor, the farthest first."""
    heading = 2 * math.pi * direction / HEADINGS
    cosine, sine = math.cos(heading), math.sin(heading)
    low, high = math.cos(elevation), math.sin(elevation)

    def flat(joint: Joint) -> tuple[Spot, float]:
        forward, right, up = joint
        across = forward * sine + right * cosine
        return (forward * cosine - right * sine, across * high - up * low), across * low + up * high

    limbs = []
    for start, end, thickness, part in _pose(how, at):
        (a, near_a), (b, near_b) = flat(start), flat(end)
        limbs.append((near_a + near_b, (a, b, thickness, part)))
    limbs.sort(key=lambda limb: limb[0])
    return [limb for _, limb in limbs]


def _capsule(surface: pygame.Surface, a: Spot, b: Spot, radius: float, colour: Colour) -> None:
    """A thick line with round ends."""
    pygame.draw.circle(surface, colour, a, radius)
    along_x, along_y = b[0] - a[0], b[1] - a[1]
    length = math.hypot(along_x, along_y)
    if length < 0.5:
        return
    pygame.draw.circle(surface, colour, b, radius)
    x, y = -along_y / length * radius, along_x / length * radius
    corners = ((a[0] + x, a[1] + y), (b[0] + x, b[1] + y), (b[0] - x, b[1] - y), (a[0] - x, a[1] - y))
    pygame.draw.polygon(surface, colour, corners)
