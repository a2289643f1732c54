"""Passes and shots: whom a pass is meant for, how hard it is played, and the moment between the wish and the touch."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import hypot, normal, side, uniform
from envs.football.pitch import DT, GOAL, LENGTH, STEP_SECONDS
from envs.football.positions import offside_line
from envs.football.running import RUNNING, SPRINTING
from envs.football.state import CLEARANCE, EVERYBODY, HALF, HIGH_PASS, LONG_PASS, NO_KICK, NOBODY, SHOT

#: Steps for which a kick that was asked for waits for the ball.
REMEMBERED = 20
UNTOUCHING = 0.5  # s after a kick or a lost ball
#: From the wish to the touch, s: along the ground, lofted or shot, and more of it in a sprint.
SWING_PASS, SWING_LOFT, SWING_SPRINT = 0.45, 0.32, 0.40
AIM_SHORT, AIM_LONG, AIM_HIGH = 15.0, 25.0, 28.0  # m ahead
PASS_FAR = 60.0  # m
PASS_POWER, HIGH_POWER = 1.8, 1.15
PASS_SPEED, PASS_BASE = 36.0, 0.3
MAX_PASS, MAX_HIGH, MAX_OF_BALL = 25.5, 42.0, 0.5  # m/s, and the share of the ball's own speed that comes on top
BACKSPIN = 3.0  # m/s^2 by which a high pass is lifted
SCOOP = 0.25  # of the speed that is missing to a far pass goes up
LONG_AHEAD = 0.2  # of the distance that a long pass is played in front of the receiver
SHOT_SPEED, SHOT_RUNNING = 29.0, 32.5  # m/s, standing and running
SHOT_RISE, SHOT_RISE_MORE = 2.3, 2.8  # m/s upwards, at least and at most on top
AIM_ERROR = 0.02  # rad, standard deviation
AIM_AT = 0.9  # of half a goal, at most


@compiled
def begin_kick(m):
    """The player on the ball swings his leg, unless he does already."""
    i = m.owner
    if i == NOBODY or m.kick[i] == NO_KICK or m.swing_kick != NO_KICK:
        return
    m.swing_kick, m.swing_to = m.kick[i], m.kick_to[i]
    m.swing_x, m.swing_y = m.kick_x[i], m.kick_y[i]
    m.swing = SWING_LOFT if m.kick[i] in (SHOT, HIGH_PASS) else SWING_PASS
    if hypot(m.vx[i], m.vy[i]) > SPRINTING:
        m.swing += SWING_SPRINT
    if i == m.active and m.asked_for > 0:  # he has known for some time what he will do
        m.swing -= (REMEMBERED - m.asked_for) * STEP_SECONDS


@compiled
def will_be(m, i, k):
    """Where a team mate will be when a pass from a player gets to him, m."""
    wait = 0.7 * min(0.3 + 0.05 * hypot(m.x[k] - m.x[i], m.y[k] - m.y[i]), 1.0) ** 0.7
    return m.x[k] + m.vx[k] * wait, m.y[k] + m.vy[k] * wait


@compiled
def stray(m, to_x, to_y, length, error):
    """The unit vector along (to_x, to_y), which is so long, turned by chance: by `error` rad, the standard deviation."""
    turn = error * normal(m)
    cosine, sine = math.cos(turn), math.sin(turn)
    return (to_x * cosine - to_y * sine) / length, (to_x * sine + to_y * cosine) / length


@compiled
def choose_receiver(m, i, kind, along_x, along_y):
    """The team mate that a pass in a direction is meant for, or `NOBODY`: gfootball's rating of how near he is to the point that
    such a pass is aimed at, and to the direction."""
    aim = AIM_HIGH if kind == HIGH_PASS else (AIM_LONG if kind == LONG_PASS else AIM_SHORT)
    first = 0 if i < HALF else HALF
    best, best_rating = NOBODY, 1e9
    for k in range(first, first + HALF):
        if k == i or not m.playing[k]:
            continue
        x, y = will_be(m, i, k)
        to_x, to_y = x - m.x[i], y - m.y[i]
        distance = hypot(to_x, to_y)
        if distance < 0.01:
            continue
        far = hypot(to_x - aim * along_x, to_y - aim * along_y)
        cosine = min(max((to_x * along_x + to_y * along_y) / distance, -1.0), 1.0)
        rating = 0.8 * min(far / 70.0, 1.0) ** 0.8 + math.acos(cosine) / math.pi
        if rating < best_rating:
            best, best_rating = k, rating
    return best


@compiled
def strike(m, i, vx, vy, vz):
    """Let the ball go."""
    m.ball_v[0], m.ball_v[1], m.ball_v[2] = vx, vy, vz
    m.spin = 0.0
    m.owner = NOBODY
    m.last_touch = i
    m.untouching[i] = UNTOUCHING
    m.swing_kick = NO_KICK
    m.asked_for = 0
    m.mode = 0


@compiled
def mark_offside(m, i):
    """Note which team mates stand in an offside position as the ball is played."""
    sign = side(i)
    first = 0 if i < HALF else HALF
    line = offside_line(m, 0 if i < HALF else 1)
    for k in range(EVERYBODY):
        m.offside[k] = 0
    for k in range(first, first + HALF):
        if m.playing[k] and k != i and m.x[k] * sign > line + 0.1:
            m.offside[k] = 1


@compiled
def play_pass(m, i, kind):
    """A short, long or high pass to the chosen team mate, where he will be."""
    to = m.swing_to if m.swing_to != NOBODY else choose_receiver(m, i, kind, m.swing_x, m.swing_y)
    if to == NOBODY:
        strike(m, i, m.face_x[i] * 15.0, m.face_y[i] * 15.0, 1.0)
        return
    x, y = will_be(m, i, to)
    to_x, to_y = x - m.ball[0], y - m.ball[1]
    distance = hypot(to_x, to_y)
    if kind == LONG_PASS:
        to_x += side(i) * LONG_AHEAD * distance
        distance = hypot(to_x, to_y)
    if distance < 0.1:
        distance, to_x, to_y = 1.0, m.face_x[i], m.face_y[i]
    near = min(distance / PASS_FAR, 1.0)
    lift, power, most = 0.11, PASS_POWER, MAX_PASS
    if kind == HIGH_PASS:
        lift, power, most = 0.45 - 0.15 * near, HIGH_POWER, MAX_HIGH
    most += MAX_OF_BALL * hypot(m.ball_v[0], m.ball_v[1])
    asked = PASS_SPEED * (near**1.4 * power + PASS_BASE)
    speed = min(asked, most)
    along_x, along_y = stray(m, to_x, to_y, distance, AIM_ERROR)
    flat = speed / math.sqrt(1.0 + lift * lift)
    if m.mode == 0 and m.offsides:
        mark_offside(m, i)
    strike(m, i, along_x * flat, along_y * flat, lift * flat + SCOOP * min(asked - speed, 10.0))
    m.receiver = to
    if kind == HIGH_PASS:
        m.spin = BACKSPIN


@compiled
def shoot(m, i):
    """A shot at the goal: through the middle, or towards the side that the held direction points to (gfootball's rule)."""
    sign = side(i)
    to_x, to_y = sign * LENGTH - m.ball[0], -m.ball[1]
    aim_y = 0.0
    if m.swing_x != 0.0 or m.swing_y != 0.0:
        angle = math.atan2(to_x * m.swing_y - to_y * m.swing_x, to_x * m.swing_x + to_y * m.swing_y)
        share = min(max(angle / (0.5 * math.pi), -1.0), 1.0)
        aim_y = math.copysign(abs(share) ** 0.7, share) * GOAL * AIM_AT * sign
    to_y += aim_y
    distance = max(hypot(to_x, to_y), 0.1)
    along_x, along_y = stray(m, to_x, to_y, distance, 2.0 * AIM_ERROR)
    speed = SHOT_SPEED + (SHOT_RUNNING - SHOT_SPEED) * min(hypot(m.vx[i], m.vy[i]) / RUNNING, 1.0)
    strike(m, i, along_x * speed, along_y * speed, SHOT_RISE + SHOT_RISE_MORE * uniform(m))


@compiled
def swing(m):
    """Strike the ball when the leg has come round."""
    if m.swing_kick == NO_KICK:
        return
    m.swing -= DT
    if m.swing > 0.0:
        return
    i, kind = m.owner, m.swing_kick
    if kind == SHOT:
        shoot(m, i)
    elif kind == CLEARANCE:
        strike(m, i, side(i) * 20.0, 6.0 * normal(m), 9.0)
    else:
        play_pass(m, i, kind)
