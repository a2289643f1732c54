"""Where players belong without the ball, and how they go there: a team's box round the ball, and getting open in attack."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import side
from envs.football.pitch import LENGTH, WIDTH
from envs.football.state import HALF, NOBODY

#: Speeds of gfootball's gaits in m/s.
WALK, RUN, SPRINT = 3.5, 5.0, 7.83
#: A player who is d metres from where he wants to be runs at this times d.
HURRY = 2.6  # 1/s
#: Players take it easier the farther they are from the ball, m, and at most by this share.
EASY_FROM, EASY_TO, EASY = 20.0, 65.0, 0.75
#: A team's box round the ball, in halves of the pitch: its depth and width in attack and in defence.
DEPTH, DEPTH_DEFENDING = 0.405, 0.3375
BREADTH, BREADTH_DEFENDING = 0.855, 0.76
FOLLOW_X, FOLLOW_Y = 0.95, 0.9
#: How strongly players near the ball are drawn to it, in attack and in defence, and from how far, m.
DRAWN, DRAWN_DEFENDING, DRAWN_FROM = 0.7, 0.8, 50.0
DRAWN_Y, DRAWN_Y_DEFENDING = 0.5, 0.2
#: How far up the pitch a role thinks, 0 to 1, by its number.
MIND = (0.0, 0.0, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0)
FORWARD = 10.0  # m that an attacker of the highest mind moves up
SPACE = 5.0  # m that attackers keep from opponents


@compiled
def go(m, i, x, y, speed):
    """Want to run to a place, the slower the nearer it is."""
    to_x, to_y = x - m.x[i], y - m.y[i]
    distance = math.hypot(to_x, to_y)
    speed = min(speed, HURRY * distance)
    if distance < 0.05:
        m.want_x[i], m.want_y[i] = 0.0, 0.0
        return
    m.want_x[i], m.want_y[i] = to_x / distance * speed, to_y / distance * speed
    m.sprints[i] = 1 if speed > 5.5 else 0


@compiled
def look(m, i, x, y):
    """Turn to a place while standing."""
    distance = math.hypot(x - m.x[i], y - m.y[i])
    if distance > 0.1 and math.hypot(m.vx[i], m.vy[i]) < 0.5:
        m.face_x[i], m.face_y[i] = (x - m.x[i]) / distance, (y - m.y[i]) / distance


@compiled
def lively(m, i):
    """How much of his full effort a player makes: 1 near the ball, less far away and when tired."""
    far = math.hypot(m.ball[0] - m.x[i], m.ball[1] - m.y[i])
    start = EASY_FROM * (1.0 - 0.8 * m.fatigue[i])
    return 1.0 - EASY * min(max((far - start) / (EASY_TO - start), 0.0), 1.0)


@compiled
def settle(m, i, x, y):
    """Go to a place on the pitch in no more haste than it needs, with an eye on the ball."""
    x = min(max(x, -LENGTH + 1.0), LENGTH - 1.0)
    y = min(max(y, -WIDTH + 1.0), WIDTH - 1.0)
    go(m, i, x, y, max(SPRINT * lively(m, i), WALK))
    look(m, i, m.ball[0], m.ball[1])


@compiled
def drawn(distance):
    """How much a player gives up his place for the ball, 0 to 1, by how far it is in units of `DRAWN_FROM`."""
    if distance >= 1.0:
        return 0.0
    bias = 1.0 - distance
    bias = 0.7 * bias + 0.3 * (0.5 - 0.5 * math.cos(bias * math.pi))
    bias += 0.1 * (1.0 - min(abs(distance - 0.15) / 0.25, 1.0))
    return min(bias, 1.0)


@compiled
def place(m, i, attacking):
    """Where a player belongs: his part of his team's box, which lies round the ball, and nearer to the ball if it is near."""
    sign = side(i)
    depth, breadth = (DEPTH, BREADTH) if attacking else (DEPTH_DEFENDING, BREADTH_DEFENDING)
    centre = m.ball[0] * (1.0 - depth) * FOLLOW_X
    x = centre + m.home_x[i] * depth
    y = m.ball[1] * (1.0 - breadth) * FOLLOW_Y + m.home_y[i] * breadth
    own_y = y
    across = 1.0 - min(abs(m.ball[1] - y) / (2.0 * WIDTH * breadth), 1.0)
    across *= (0.2 + 0.8 * min(abs(m.ball[1]) / WIDTH, 1.0)) * (DRAWN_Y if attacking else DRAWN_Y_DEFENDING)
    y += across * (m.ball[1] - y)
    forward = 0.3 + 0.7 * min(max((m.ball[0] * sign / LENGTH + 0.7) / 1.4, 0.0), 1.0)
    if attacking:
        strength = DRAWN * (0.2 + 0.8 * forward**0.8)
        focus = m.ball[0] + sign
    else:
        strength = DRAWN_DEFENDING * (0.2 + 0.8 * (1.0 - forward) ** 0.6)
        focus = sign * max(m.ball[0] * sign - 2.0, centre * sign - depth * LENGTH)
    focus_y = 0.9 * m.ball[1]
    bias = strength * drawn(math.hypot(focus - x, 0.8 * (focus_y - own_y)) / DRAWN_FROM)
    return x + bias * (focus - x), y + bias * 0.6 * (focus_y - y)


@compiled
def nearest_opponent(m, x, y, team):
    """The player of the other team who is nearest to a place, and how near."""
    first = HALF if team == 0 else 0
    best, best_distance = NOBODY, 1e9
    for k in range(first, first + HALF):
        if m.playing[k]:
            distance = math.hypot(m.x[k] - x, m.y[k] - y)
            if distance < best_distance:
                best, best_distance = k, distance
    return best, best_distance


@compiled
def offside_line(m, team):
    """How far forward (in the team's own direction, m) a player of a team may stand."""
    sign = 1.0 if team == 0 else -1.0
    first = HALF if team == 0 else 0
    last, second = -1e9, -1e9
    for k in range(first, first + HALF):
        if m.playing[k]:
            depth = m.x[k] * sign
            if depth > last:
                last, second = depth, last
            elif depth > second:
                second = depth
    return max(second, m.ball[0] * sign, 0.0)


@compiled
def support(m, i):
    """Get open for a pass: up the pitch, away from opponents, not offside."""
    team, sign = 0 if i < HALF else 1, side(i)
    x, y = place(m, i, True)
    x += sign * FORWARD * MIND[m.role[i]]
    near, distance = nearest_opponent(m, x, y, team)
    if near != NOBODY and distance < SPACE:
        push = (SPACE - distance) / max(distance, 0.5)
        x += (x - m.x[near]) * push
        y += (y - m.y[near]) * push
    if m.offsides:
        x = sign * min(x * sign, offside_line(m, team) - 0.5)
    settle(m, i, x, y)
