"""Who has the ball: keeping it at the feet, taking it from another, stopping a free one, saving a shot."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import hypot, side, skill, uniform
from envs.football.kicks import UNTOUCHING
from envs.football.pitch import BOX_DEPTH, BOX_WIDTH, DT, GOALKEEPER, LENGTH, RADIUS
from envs.football.running import RUNNING, SLIDE_SECONDS, SPRINTING
from envs.football.state import EVERYBODY, FOUL, HALF, NO_KICK, NO_OFFENCE, NOBODY, OFFSIDE

LEAD_STANDING, LEAD, LEAD_DRIBBLE, LEAD_SPRINT = 0.4, 0.5, 0.48, 0.85  # m from the body
FOLLOW = 10.0  # 1/s
FEET, HEAD, HANDS = 0.6, 2.0, 2.6  # m above the ground
REACH, REACH_HANDS = 0.9, 1.3  # m
TACKLE_REACH, SLIDE_REACH = 1.1, 1.6  # m
TACKLE_RATE, SLIDE_RATE = 0.9, 9.0  # 1/s within reach
CLAIM_RATE = 5.0  # 1/s at which a goalkeeper takes the ball off a carrier's feet
MAN, FOUL_RATE = 0.7, 4.0  # m from a man at which a slide hits him, and 1/s that it is a foul
DRIBBLE_SAFETY, RUN_SAFETY, SPRINT_RISK = 0.3, 0.5, 3.0  # of a standing carrier's risk
CONTROL_RATE, CONTROL_SPEED = 25.0, 15.0  # 1/s and m/s at which it has halved
RECEIVER_SURE, IN_THE_AIR = 3.0, 0.2  # times as likely
SAVE_RATE, SAVE_SPEED = 18.0, 18.0
BODY, BLOCK_RATE = 0.6, 50.0  # m within which a keeper's body stops a shot of any speed, and how likely, 1/s
PARRY = 0.4  # of the saves
SLIDE_SPEED = 7.0  # m/s


@compiled
def carry(m, i):
    """Keep the ball in front of the player who has it."""
    speed = hypot(m.vx[i], m.vy[i])
    lead = LEAD_STANDING + (LEAD - LEAD_STANDING) * min(speed / RUNNING, 1.0)
    if m.dribbles[i]:
        lead = LEAD_DRIBBLE
    elif speed > SPRINTING:
        lead = LEAD_SPRINT
    to_x = m.x[i] + m.face_x[i] * lead - m.ball[0]
    to_y = m.y[i] + m.face_y[i] * lead - m.ball[1]
    m.ball_v[0] = m.vx[i] + FOLLOW * to_x
    m.ball_v[1] = m.vy[i] + FOLLOW * to_y
    m.ball_v[2] = 0.0
    m.ball[0] += m.ball_v[0] * DT
    m.ball[1] += m.ball_v[1] * DT
    m.ball[2] = RADIUS


@compiled
def take(m, i):
    """Give the ball to a player."""
    if m.offsides and m.offside[i] and m.offence == NO_OFFENCE:
        m.offence, m.offender = OFFSIDE, i
    for k in range(EVERYBODY):
        m.offside[k] = 0
    m.owner = i
    m.last_touch = i
    m.receiver = NOBODY
    m.swing_kick = NO_KICK


@compiled
def foul(m, i):
    """A player has hit another instead of the ball."""
    if m.offence == NO_OFFENCE:
        m.offence, m.offender = FOUL, i


@compiled
def in_box(m, k):
    """Whether a player is a goalkeeper who may use his hands."""
    return m.role[k] == GOALKEEPER and m.x[k] * side(k) < -LENGTH + BOX_DEPTH and abs(m.y[k]) < BOX_WIDTH


@compiled
def tackle_rate(m, k, owner, speed):
    """How likely a player is to take the ball from who carries it at a speed, 1/s."""
    distance = hypot(m.x[k] - m.ball[0], m.y[k] - m.ball[1])
    if in_box(m, k):
        return CLAIM_RATE if distance < REACH_HANDS else 0.0
    slide = m.sliding[k] > 0.0
    reach = SLIDE_REACH if slide else TACKLE_REACH
    if distance > reach:
        return 0.0
    rate = (SLIDE_RATE if slide else TACKLE_RATE) * (0.3 + 1.4 * (1.0 - distance / reach))
    rate *= 0.6 + 0.8 * skill(m, k)
    if m.dribbles[owner]:
        rate *= DRIBBLE_SAFETY
    elif speed > SPRINTING:
        rate *= SPRINT_RISK
    elif speed > 0.5 * RUNNING:
        rate *= RUN_SAFETY
    return rate


@compiled
def contest(m):
    """Opponents of the player on the ball try to take it from him; who slides and hits the man commits a foul."""
    owner = m.owner
    first = HALF if owner < HALF else 0
    if m.role[owner] == GOALKEEPER and m.untouching[owner] > 0.0:
        return
    speed = hypot(m.vx[owner], m.vy[owner])
    for k in range(first, first + HALF):
        if not m.playing[k] or m.down[k] > 0.0 or m.untouching[k] > 0.0:
            continue
        rate = tackle_rate(m, k, owner, speed)
        if rate <= 0.0:
            continue
        if uniform(m) < rate * DT:
            m.untouching[owner] = UNTOUCHING
            take(m, k)
            return
        if m.sliding[k] > 0.0 and hypot(m.x[k] - m.x[owner], m.y[k] - m.y[owner]) < MAN and uniform(m) < FOUL_RATE * DT:
            foul(m, k)
            return


@compiled
def receive(m):
    """Whoever a free ball comes to may get it under control; a goalkeeper also with his hands."""
    speed_x, speed_y = m.ball_v[0], m.ball_v[1]
    for k in range(EVERYBODY):
        off_x, off_y = m.ball[0] - m.x[k], m.ball[1] - m.y[k]
        squared = off_x * off_x + off_y * off_y
        if squared > REACH_HANDS * REACH_HANDS or not m.playing[k] or m.down[k] > 0.0 or m.untouching[k] > 0.0:
            continue
        keeper = in_box(m, k)
        reach, height = (REACH_HANDS, HANDS) if keeper else (REACH, HEAD)
        if squared > reach * reach or m.ball[2] > height:
            continue
        relative = hypot(speed_x - m.vx[k], speed_y - m.vy[k])
        if keeper:
            rate = SAVE_RATE / (1.0 + (relative / SAVE_SPEED) ** 4)
            if squared < BODY * BODY:
                rate = max(rate, BLOCK_RATE)
        else:
            rate = CONTROL_RATE / (1.0 + (relative / CONTROL_SPEED) ** 2)
        if k == m.receiver:
            rate *= RECEIVER_SURE
        elif not keeper and m.ball[2] > FEET:
            rate *= IN_THE_AIR
        if uniform(m) >= rate * DT:
            continue
        if keeper and relative > 12.0 and uniform(m) < PARRY:
            parry(m, k)
        else:
            take(m, k)
            m.untouching[k] = 2.0 if keeper else 0.0
        return


@compiled
def parry(m, k):
    """A goalkeeper turns the ball aside."""
    speed = 0.4 * hypot(m.ball_v[0], m.ball_v[1])
    angle = (uniform(m) - 0.5) * math.pi
    m.ball_v[0], m.ball_v[1], m.ball_v[2] = side(k) * speed * math.cos(angle), speed * math.sin(angle), 2.0
    m.last_touch = k
    m.untouching[k] = UNTOUCHING
    m.receiver = NOBODY


@compiled
def start_slides(m):
    """Players who want to slide, and run, go down."""
    for i in range(EVERYBODY):
        if m.slides[i] and m.playing[i] and m.down[i] <= 0.0 and m.sliding[i] <= 0.0 and m.owner != i:
            m.sliding[i] = SLIDE_SECONDS
            m.vx[i], m.vy[i] = m.face_x[i] * SLIDE_SPEED, m.face_y[i] * SLIDE_SPEED
