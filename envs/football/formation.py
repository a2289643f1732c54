"""A team's shape: ten places in a box that moves with the ball, who takes which, and how the ball draws players out of them.

Facts are gfootball's: its only formation (4-3-3), the box's size in attack and defence, and the pull of the ball.
"""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import hypot, side
from envs.football.pitch import GOALKEEPER, LENGTH, WIDTH, Role
from envs.football.state import HALF

LEFT_BACK, RIGHT_BACK = int(Role.LB), int(Role.RB)
LEFT_MIDFIELD, RIGHT_MIDFIELD, ATTACKING_MIDFIELD = int(Role.LM), int(Role.RM), int(Role.AM)
#: The places of players 1 to 10 in the box, -1 to 1: up the pitch and to the left, as the team looks.
SLOTS_X = (-1.0, -0.74, -1.0, -1.0, -0.74, 0.053, -0.225, 0.053, 0.36, 1.0, 0.36)
SLOTS_Y = (0.0, 0.77, 0.25, -0.25, -0.77, 0.416, 0.0, -0.416, 0.85, 0.0, -0.85)
#: The box in halves of the pitch: its depth and width in attack and in defence; strikers keep more depth.
DEPTH, DEPTH_DEFENDING, DEPTH_STRIKER = 0.39, 0.32, 0.056
BREADTH, BREADTH_DEFENDING = 0.90, 0.80
FOLLOW_X, FOLLOW_Y = 0.95, 0.9
#: How far the box lies towards the own goal, m, in attack and in defence; full backs defend and wingers attack farther up.
BACK, BACK_DEFENDING = 2.2, 4.4
FULL_BACK_UP, WINGER_UP, WINGER_UP_DEFENDING = 8.2, 11.0, 5.5
#: How much midfielders follow the ball up and down the box, and where they stand in it with the ball in the middle.
STRETCH, STRETCH_TO, STRETCH_TO_DEFENDING = 0.35, 0.46, 0.38
#: How strongly players near the ball are drawn to it, in attack and in defence, and from how far, m.
DRAWN, DRAWN_DEFENDING, DRAWN_FROM = 0.83, 0.94, 50.0
DRAWN_Y, DRAWN_Y_DEFENDING = 0.5, 0.2
#: From here on, m from the ball, players keep to their own places; nearer they take whichever suits the team.
SWAP_TO, SWAP_FROM = 15.0, 20.0
SWAP_ROUNDS = 3


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
def up(role, attacking):
    """How far from the box's centre a role plays up the pitch, m."""
    winger = role in (LEFT_MIDFIELD, RIGHT_MIDFIELD)
    if attacking:
        return WINGER_UP * winger - BACK
    full_back = role in (LEFT_BACK, RIGHT_BACK)
    return WINGER_UP_DEFENDING * winger + FULL_BACK_UP * full_back - BACK_DEFENDING


@compiled
def slot_place(m, i, slot, attacking):
    """Where the taker of a slot belongs, m: his part of the box, and nearer to the ball if it is near."""
    sign, role = side(i), m.role[i]
    depth, breadth = (DEPTH, BREADTH) if attacking else (DEPTH_DEFENDING, BREADTH_DEFENDING)
    if not attacking and role >= ATTACKING_MIDFIELD:
        depth += DEPTH_STRIKER
    ball_x, ball_y = m.ball[0] * sign, m.ball[1] * sign
    along, aside = SLOTS_X[slot], SLOTS_Y[slot]
    forward = min(max((ball_x / LENGTH + 0.8) / 1.6, 0.0), 1.0)
    bend = max(1.0 - abs(1.2 * along), 0.0)
    bend = STRETCH * (0.5 - 0.5 * math.cos(bend * math.pi))
    to = 0.7 * (STRETCH_TO if attacking else STRETCH_TO_DEFENDING) * 2.0 + 0.6 * (forward - 0.5)
    along += bend * (to - along)
    centre = min(max(ball_x + up(role, attacking), -LENGTH), LENGTH) * (1.0 - depth * FOLLOW_X)
    x = centre + along * depth * LENGTH
    y = ball_y * (1.0 - breadth * FOLLOW_Y) - aside * breadth * WIDTH
    own_y = y
    across = 1.0 - min(abs(ball_y - y) / (2.0 * WIDTH * breadth), 1.0)
    across *= (0.2 + 0.8 * min(abs(ball_y) / WIDTH, 1.0)) * (DRAWN_Y if attacking else DRAWN_Y_DEFENDING)
    y += across * (ball_y - y)
    ahead = 0.3 + 0.7 * min(max((ball_x / LENGTH + 0.7) / 1.4, 0.0), 1.0)
    if attacking:
        strength, focus = DRAWN * (0.2 + 0.8 * ahead**0.8), ball_x + 1.0
    else:
        strength = DRAWN_DEFENDING * (0.2 + 0.8 * (1.0 - ahead) ** 0.6)
        focus = max(ball_x - 2.0, centre - depth * LENGTH)
    focus_y = 0.9 * ball_y
    bias = strength * drawn(hypot(focus - x, 0.8 * (focus_y - own_y)) / DRAWN_FROM)
    return sign * (x + bias * (focus - x)), sign * (y + bias * 0.6 * (focus_y - y))


@compiled
def place(m, i, attacking):
    """Where a player belongs, m: in his own slot far from the ball, in the one that he has taken near it."""
    own_x, own_y = slot_place(m, i, i % HALF, attacking)
    if m.slot[i] == i % HALF:
        return own_x, own_y
    x, y = slot_place(m, i, m.slot[i], attacking)
    far = hypot(m.ball[0] - m.x[i], m.ball[1] - m.y[i])
    bias = min(max((far - SWAP_TO) / (SWAP_FROM - SWAP_TO), 0.0), 1.0)
    bias = 0.5 - 0.5 * math.cos(bias * math.pi)
    return x + bias * (own_x - x), y + bias * (own_y - y)


@compiled
def way(m, i, slot, attacking):
    """The square of the way from a player to a slot: squares, so that one long way counts more than two short ones."""
    x, y = slot_place(m, i, slot, attacking)
    return (m.x[i] + 0.5 * m.vx[i] - x) ** 2 + (m.y[i] + 0.5 * m.vy[i] - y) ** 2


@compiled
def swap_slots(m, team, attacking):
    """Let players of a team exchange slots where that spares them running."""
    first = HALF * team
    for _ in range(SWAP_ROUNDS):
        settled = True
        for i in range(first, first + HALF):
            if not m.playing[i] or m.role[i] == GOALKEEPER:
                continue
            for k in range(i + 1, first + HALF):
                if not m.playing[k] or m.role[k] == GOALKEEPER:
                    continue
                now = way(m, i, m.slot[i], attacking) + way(m, k, m.slot[k], attacking)
                then = way(m, i, m.slot[k], attacking) + way(m, k, m.slot[i], attacking)
                if then < now - 1.0:
                    m.slot[i], m.slot[k] = m.slot[k], m.slot[i]
                    settled = False
        if settled:
            return
