"""How the ball moves when nobody touches it: gfootball's laws of flight, bounce and grass, woodwork and nets."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import hypot
from envs.football.pitch import BAR, DT, GOAL, LENGTH, RADIUS, SUBSTEPS, WIDTH
from envs.football.state import AHEAD, NOBODY

GRAVITY = 9.81
DRAG = 0.015  # 1/m, of the speed's square
ROLL_DRAG, ROLL_FRICTION = 0.04, 1.6  # 1/m and m/s^2, on the grass
GRASS = 0.025  # m
BOUNCE, BOUNCE_LOSS = 0.62, 0.06  # share and m/s of the vertical speed
#: Share of the horizontal speed that a landing takes, and how much more a hard one.
LANDING_LOSS, SLAM_LOSS = 0.07, 0.5
POST = 0.07  # m
POST_KEPT = 0.8


@compiled
def fly(ball, v, spin):
    """Move a ball that nobody holds by one physics step: gravity, drag, backspin, bounce and grass.

    Args:
        ball: Place, float64 [3], m; changed.
        v: Velocity, float64 [3], m/s; changed.
        spin: What backspin lifts the ball by, m/s^2, across its way, so that it does no work (the Magnus force).

    Returns:
        The spin that is left: none after a bounce.
    """
    along = hypot(v[0], v[1])
    speed = math.sqrt(along * along + v[2] * v[2])
    if spin > 0.0 and along > 1.0:
        back = spin * v[2] / speed * DT / along
        v[2] += spin * along / speed * DT
        v[0] -= back * v[0]
        v[1] -= back * v[1]
    v[2] -= GRAVITY * DT
    speed = math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    kept = 1.0 - DRAG * speed * DT
    v[0] *= kept
    v[1] *= kept
    v[2] *= kept
    if ball[2] < RADIUS:
        if v[2] < 0.0:
            slammed = min(max(-v[2] - 0.5, 0.0) / 12.0, 1.0)
            v[2] = max(-v[2] * BOUNCE - BOUNCE_LOSS, 0.0)
            landed = 1.0 - LANDING_LOSS * (slammed > 0.0) - SLAM_LOSS * slammed
            v[0] *= landed
            v[1] *= landed
            spin = 0.0
        ball[2] = RADIUS
    if ball[2] < RADIUS + GRASS:
        grip = min(max(1.0 - (ball[2] - RADIUS) / GRASS, 0.0), 1.0) ** 0.7
        along = hypot(v[0], v[1])
        if along > 0.0:
            slower = along - ROLL_DRAG * grip * along * along * DT - ROLL_FRICTION * grip * DT
            slower = max(slower, 0.0)
            v[0] *= slower / along
            v[1] *= slower / along
    ball[0] += v[0] * DT
    ball[1] += v[1] * DT
    ball[2] += v[2] * DT
    return spin


@compiled
def out_of_play(ball):
    """Whether the whole ball is over a line."""
    return abs(ball[0]) > LENGTH + RADIUS or abs(ball[1]) > WIDTH + RADIUS


@compiled
def hit_woodwork(ball, v):
    """Bounce off posts and bars."""
    if abs(ball[0]) < LENGTH - 1.0 or abs(ball[1]) > GOAL + 1.0:
        return
    sign = 1.0 if ball[0] > 0 else -1.0
    if ball[2] < BAR + RADIUS + POST:
        for post_y in (-GOAL, GOAL):
            off_x, off_y = ball[0] - sign * LENGTH, ball[1] - post_y
            distance = hypot(off_x, off_y)
            if 0.0 < distance < RADIUS + POST:
                into = (v[0] * off_x + v[1] * off_y) / distance
                if into < 0.0:
                    v[0] = (v[0] - 2.0 * into * off_x / distance) * POST_KEPT
                    v[1] = (v[1] - 2.0 * into * off_y / distance) * POST_KEPT
    if abs(ball[1]) < GOAL + RADIUS:
        off_x, off_z = ball[0] - sign * LENGTH, ball[2] - BAR
        distance = hypot(off_x, off_z)
        if 0.0 < distance < RADIUS + POST:
            into = (v[0] * off_x + v[2] * off_z) / distance
            if into < 0.0:
                v[0] = (v[0] - 2.0 * into * off_x / distance) * POST_KEPT
                v[2] = (v[2] - 2.0 * into * off_z / distance) * POST_KEPT


@compiled
def foresee(m):
    """Work out where a free ball will be in 0.1, 0.2, ... seconds."""
    if m.owner != NOBODY:
        return
    ball, v, spin = m.ball.copy(), m.ball_v.copy(), m.spin
    for t in range(AHEAD):
        for _ in range(SUBSTEPS):
            spin = fly(ball, v, spin)
        m.path[t, 0], m.path[t, 1], m.path[t, 2] = ball[0], ball[1], ball[2]
