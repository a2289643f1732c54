"""What a player of the computer does with the ball: shoot, pass or run."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import hypot, side, skill, uniform
from envs.football.pitch import GOALKEEPER, LENGTH, WIDTH
from envs.football.positions import RUN, SPRINT, nearest_opponent, offside_line
from envs.football.state import CLEARANCE, HALF, HIGH_PASS, NO_KICK, NOBODY, SHORT_PASS, SHOT

PRESSED = 4.0  # m
SHOOT_FROM = 20.0  # m


@compiled
def clearance(m, x0, y0, x1, y1, team):
    """How far the nearest opponent is from the way of a ball from one place to another, m; a far way is easier to cut off."""
    first = HALF if team == 0 else 0
    way_x, way_y = x1 - x0, y1 - y0
    length = max(hypot(way_x, way_y), 0.1)
    best = 1e9
    for k in range(first, first + HALF):
        if not m.playing[k]:
            continue
        along = ((m.x[k] - x0) * way_x + (m.y[k] - y0) * way_y) / length
        along = min(max(along, 0.0), length)
        off = hypot(m.x[k] - x0 - way_x * along / length, m.y[k] - y0 - way_y * along / length)
        best = min(best, off - 0.12 * along)
    return best


@compiled
def best_pass(m, i):
    """The team mate to play to, how good that is (0 is not worth it), and the kind of pass."""
    team, sign = 0 if i < HALF else 1, side(i)
    first = 0 if team == 0 else HALF
    best, best_worth, best_kind = NOBODY, 0.0, SHORT_PASS
    line = offside_line(m, team) if m.offsides else 1e9
    for k in range(first, first + HALF):
        if k == i or not m.playing[k] or m.x[k] * sign > line:
            continue
        distance = hypot(m.x[k] - m.x[i], m.y[k] - m.y[i])
        if distance < 4.0 or distance > 45.0:
            continue
        free = clearance(m, m.x[i], m.y[i], m.x[k], m.y[k], team)
        kind = SHORT_PASS
        if free < 1.0 and distance > 15.0:
            near, around = nearest_opponent(m, m.x[k], m.y[k], team)
            free, kind = 0.6 * (around - 2.0), HIGH_PASS
        worth = 0.12 * min(free, 6.0) + 0.03 * (m.x[k] - m.x[i]) * sign - 0.005 * distance
        if m.role[k] == GOALKEEPER:
            worth -= 0.5
        if free > 0.8 and worth > best_worth:
            best, best_worth, best_kind = k, worth, kind
    return best, best_worth, best_kind


@compiled
def dribble(m, i):
    """Run at the goal, round opponents."""
    team, sign = 0 if i < HALF else 1, side(i)
    goal_x, goal_y = sign * LENGTH - m.x[i], -m.y[i]
    far = max(hypot(goal_x, goal_y), 0.1)
    first = HALF if team == 0 else 0
    best_x, best_y, best_worth = sign, 0.0, -1e9
    for d in range(16):
        along_x, along_y = math.cos(d * math.pi / 8), math.sin(d * math.pi / 8)
        worth = (along_x * goal_x + along_y * goal_y) / far
        x, y = m.x[i] + along_x * 4.0, m.y[i] + along_y * 4.0
        if abs(x) > LENGTH - 1.0 or abs(y) > WIDTH - 1.0:
            worth -= 2.0
        for k in range(first, first + HALF):
            if m.playing[k]:
                distance = hypot(m.x[k] + 0.4 * m.vx[k] - x, m.y[k] + 0.4 * m.vy[k] - y)
                if distance < 5.0:
                    worth -= 0.25 * (5.0 - distance)
        if worth > best_worth:
            best_x, best_y, best_worth = along_x, along_y, worth
    near, distance = nearest_opponent(m, m.x[i], m.y[i], team)
    speed = RUN if distance < 6.0 else SPRINT
    m.want_x[i], m.want_y[i] = best_x * speed, best_y * speed
    m.sprints[i] = 1 if speed > 5.5 else 0
    m.dribbles[i] = 1 if distance < 3.0 else 0


@compiled
def on_the_ball(m, i):
    """Shoot, pass or run."""
    team, sign = 0 if i < HALF else 1, side(i)
    if m.role[i] == GOALKEEPER:
        m.kick[i], m.kick_to[i] = NO_KICK, NOBODY
        to, worth, kind = best_pass(m, i)
        if m.untouching[i] < 1.0:
            m.kick[i] = kind if to != NOBODY else CLEARANCE
            m.kick_to[i] = to
        return
    dribble(m, i)
    goal = hypot(sign * LENGTH - m.x[i], m.y[i])
    if goal < SHOOT_FROM:
        free = clearance(m, m.ball[0], m.ball[1], sign * LENGTH, 0.0, team)
        if goal < 8.0 or uniform(m) < (0.05 + 0.25 * skill(m, i)) * (1.0 if free > 0.0 else 0.3):
            m.kick[i], m.kick_to[i] = SHOT, NOBODY
            aim = (uniform(m) - 0.5) * 1.2
            m.kick_x[i], m.kick_y[i] = sign * math.cos(aim), math.sin(aim)
            return
    near, distance = nearest_opponent(m, m.x[i], m.y[i], team)
    eager = 0.3 + 0.5 * skill(m, i) if distance < PRESSED else 0.03
    if uniform(m) < eager:
        to, worth, kind = best_pass(m, i)
        if to != NOBODY and worth > (0.0 if distance < PRESSED else 0.5):
            m.kick[i], m.kick_to[i] = kind, to
        elif distance < 2.0 and m.x[i] * sign < -LENGTH / 2:
            m.kick[i], m.kick_to[i] = CLEARANCE, NOBODY
