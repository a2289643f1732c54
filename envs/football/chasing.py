"""Who can have a free ball first, and how to meet it; and what a goalkeeper does."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import hypot, side
from envs.football.pitch import BAR, BOX_DEPTH, BOX_WIDTH, GOAL, GOALKEEPER, LENGTH, STEP_SECONDS
from envs.football.positions import RUN, SPRINT, go, look
from envs.football.state import AHEAD, HALF, NOBODY

DIVE_HASTE, DIVE_SPEED = 1.3, 6.0  # times the speed that would do, and m/s
#: How near a free ball has to be for the controlled player to go for it by himself, m.
MAGNET = 6.0
#: From how far from the goal a carrier draws the keeper out, m, how much of the way, and from where he goes for the ball.
NARROW_FROM, NARROW, RUSH_FROM = 16.0, 0.4, 9.0
CONTROL = 0.9  # m around a player in which he has the ball


@compiled
def time_to_ball(m, i):
    """Steps until a player can have the ball, `AHEAD` and more if it takes longer."""
    if hypot(m.ball[0] - m.x[i], m.ball[1] - m.y[i]) < CONTROL and m.ball[2] < 2.0:
        return 0.0
    speed = SPRINT
    for t in range(AHEAD):
        if m.path[t, 2] > 2.0:
            continue
        ahead_x, ahead_y = m.x[i] + 0.2 * m.vx[i], m.y[i] + 0.2 * m.vy[i]
        distance = hypot(m.path[t, 0] - ahead_x, m.path[t, 1] - ahead_y)
        if distance - CONTROL < speed * STEP_SECONDS * t:
            return t + 1.0
    last = AHEAD - 1
    return AHEAD + hypot(m.path[last, 0] - m.x[i], m.path[last, 1] - m.y[i]) / (speed * STEP_SECONDS)


@compiled
def first_to_ball(m, team):
    """The player of a team who can have the ball first, a goalkeeper only where he may use his hands."""
    first = HALF * team
    best, soonest = NOBODY, 1e9
    for k in range(first, first + HALF):
        if not m.playing[k] or m.lazy[k] or m.down[k] > 0.0:
            continue
        if m.role[k] == GOALKEEPER and m.ball[0] * side(k) > -LENGTH + BOX_DEPTH:
            continue
        needed = time_to_ball(m, k)
        if needed < soonest:
            best, soonest = k, needed
    return best


@compiled
def not_later(m, i, opponent):
    """Whether a free ball is near a player, and his as soon as an opponent's: then he goes for it, whatever direction is held."""
    off_x, off_y = m.ball[0] - m.x[i], m.ball[1] - m.y[i]
    if hypot(off_x, off_y) > MAGNET:
        return False
    if hypot(off_x, off_y) < CONTROL and off_x * m.want_x[i] + off_y * m.want_y[i] > 0.0:
        return False  # it is at his feet, and on his way
    return opponent == NOBODY or time_to_ball(m, i) <= time_to_ball(m, opponent)


@compiled
def meet(m, i):
    """Run to where the ball can be had first."""
    when = min(int(time_to_ball(m, i)), AHEAD - 1)
    x, y = m.path[when, 0], m.path[when, 1]
    distance = hypot(x - m.x[i], y - m.y[i])
    needed = distance / max(STEP_SECONDS * when, STEP_SECONDS)
    go(m, i, x, y, min(SPRINT, max(needed, RUN)))


@compiled
def guard_goal(m, i, first):
    """A goalkeeper: dive at a shot, come out for a ball that is his, else stand between ball and goal."""
    sign = side(i)
    line = -sign * LENGTH
    if m.owner == NOBODY and m.ball_v[0] * -sign > 8.0:
        for t in range(AHEAD):
            if (m.path[t, 0] - m.x[i]) * -sign >= 0.0 or (m.path[t, 0] - line) * -sign >= 0.0:
                if abs(m.path[t, 1]) < GOAL + 2.0 and m.path[t, 2] < BAR + 1.0:
                    to_y = m.path[t, 1] - m.y[i]
                    m.want_x[i] = 0.0
                    m.want_y[i] = math.copysign(
                        min(abs(to_y) / (STEP_SECONDS * (t + 1)) * DIVE_HASTE, DIVE_SPEED), to_y
                    )
                    m.sprints[i] = 2
                    look(m, i, m.ball[0], m.ball[1])
                    return
                break
    close = (m.ball[0] - line) * sign < BOX_DEPTH and abs(m.ball[1]) < BOX_WIDTH
    if first == i and close:
        meet(m, i)
        return
    to_x, to_y = m.ball[0] - line, m.ball[1]
    far = max(hypot(to_x, to_y), 0.1)
    out = min(1.0 + 0.08 * far, 5.0)
    if m.owner != NOBODY and side(m.owner) != sign and far < NARROW_FROM:
        if far < RUSH_FROM:
            go(m, i, m.ball[0], m.ball[1], RUN)
            return
        out = NARROW * far
    go(m, i, line + to_x / far * out, to_y / far * out, SPRINT if close else RUN)
    look(m, i, m.ball[0], m.ball[1])
