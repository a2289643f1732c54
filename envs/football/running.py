"""How players move: they heed what they want, late where it is new, then brake and speed up as gfootball's do."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import hypot
from envs.football.pitch import DT, LENGTH, WIDTH

#: How far players may leave the pitch, m.
EDGE = 3.0
START, STRIDE = 18.0, 9.0  # m/s^2, up to `STARTED` and up to a run
STARTED, RUNNING = 1.4, 5.0  # m/s
SPRINT_MOST, SPRINT_EASES = 4.3, 0.35  # m/s^2, and s in which the last of a sprint comes
BRAKING, BRAKING_BALL = 28.0, 11.0  # m/s^2
DIVE = 3.0  # times the acceleration of a goalkeeper who throws himself at a shot
SUDDEN = 0.8  # m/s by which a wish has to change to be acted on late
LATE_STANDING, LATE_RUNNING, LATE_SPRINTING = 0.09, 0.06, 0.19  # s
LATE_RUNNING_BALL, LATE_SPRINTING_BALL = 0.22, 0.02
SPRINTING = 6.0  # m/s
SPRINT_BALL = 7.45  # m/s, the most with the ball at the feet
SPRINT_TURN_BALL = 0.5  # rad/s, how fast who sprints with the ball turns, unless it is back or little
TURN_LITTLE, TURN_BACK = 0.92, -0.59  # cosines of 22.5 and 126 degrees
SLIDE_BRAKING = 6.0  # m/s^2
TIRING = 0.0047  # of fatigue, 1/s in a sprint
SLIDE_SECONDS, SLIDE_DOWN = 0.6, 0.6


@compiled
def lateness(speed, with_ball):
    """How long a player goes on with what he does when he wants something else, s."""
    if speed < 1.0:
        return LATE_STANDING
    if speed < SPRINTING:
        return LATE_RUNNING_BALL if with_ball else LATE_RUNNING
    return LATE_SPRINTING_BALL if with_ball else LATE_SPRINTING


@compiled
def heed(m, i, speed):
    """Let a player act on what he wants: at once where he was about to do that, after a moment where it is something else."""
    if hypot(m.want_x[i] - m.legs_x[i], m.want_y[i] - m.legs_y[i]) > SUDDEN:
        if m.reaction[i] <= 0.0:
            m.reaction[i] = lateness(speed, m.owner == i)
        m.reaction[i] -= DT
        if m.reaction[i] > 0.0:
            return
    m.reaction[i] = 0.0
    m.legs_x[i], m.legs_y[i] = m.want_x[i], m.want_y[i]


@compiled
def steer(m, i, speed):
    """Bring a player's velocity nearer to what his legs obey: brake what leads elsewhere, then speed up."""
    goal = hypot(m.legs_x[i], m.legs_y[i])
    braking = (BRAKING_BALL if m.owner == i else BRAKING) * DT
    if goal < 0.05:
        kept = max(speed - braking, 0.0) / max(speed, 1e-9)
        m.vx[i] *= kept
        m.vy[i] *= kept
        return
    along_x, along_y = m.legs_x[i] / goal, m.legs_y[i] / goal
    along = m.vx[i] * along_x + m.vy[i] * along_y
    across = m.vy[i] * along_x - m.vx[i] * along_y
    if m.owner == i and goal > SPRINT_BALL:
        goal = SPRINT_BALL
        if speed > SPRINTING and TURN_BACK < along / speed < TURN_LITTLE:
            turn = math.copysign(SPRINT_TURN_BALL * DT, -across)
            m.vx[i], m.vy[i] = m.vx[i] - turn * m.vy[i], m.vy[i] + turn * m.vx[i]
            return
    across = math.copysign(max(abs(across) - braking, 0.0), across)
    if along > goal or along < 0.0:
        along = max(along - braking, goal) if along > goal else min(along + braking, 0.0)
    else:
        rate = START if along < STARTED else STRIDE
        if along > RUNNING:
            rate = min(SPRINT_MOST, (goal - along) / SPRINT_EASES)
        if m.sprints[i] > 1:
            rate *= DIVE
        along = min(along + rate * DT, goal)
    m.vx[i] = along * along_x - across * along_y
    m.vy[i] = along * along_y + across * along_x


@compiled
def run(m, i):
    """Move a player by one physics step."""
    speed = hypot(m.vx[i], m.vy[i])
    if m.sliding[i] > 0.0 or m.down[i] > 0.0:
        kept = max(speed - SLIDE_BRAKING * DT, 0.0) / max(speed, 1e-9)
        m.vx[i] *= kept
        m.vy[i] *= kept
        if m.sliding[i] > 0.0:
            m.sliding[i] -= DT
            if m.sliding[i] <= 0.0:
                m.down[i] = SLIDE_DOWN
        else:
            m.down[i] -= DT
    else:
        heed(m, i, speed)
        steer(m, i, speed)
    m.x[i] = min(max(m.x[i] + m.vx[i] * DT, -LENGTH - EDGE), LENGTH + EDGE)
    m.y[i] = min(max(m.y[i] + m.vy[i] * DT, -WIDTH - EDGE), WIDTH + EDGE)
    speed = hypot(m.vx[i], m.vy[i])
    if speed > 0.5:
        m.face_x[i], m.face_y[i] = m.vx[i] / speed, m.vy[i] / speed
    m.untouching[i] = max(0.0, m.untouching[i] - DT)
    if speed > SPRINTING:
        m.fatigue[i] = min(m.fatigue[i] + TIRING * DT, 1.0)
