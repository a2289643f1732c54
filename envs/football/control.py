"""From actions to what the controlled player wants, and who that player is."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.actions import Action
from envs.football.chance import hypot
from envs.football.kicks import REMEMBERED
from envs.football.pitch import GOALKEEPER, LENGTH
from envs.football.state import HALF, HIGH_PASS, LONG_PASS, NO_KICK, NOBODY, SHORT_PASS, SHOT

LEFT, BOTTOM_LEFT = int(Action.LEFT), int(Action.BOTTOM_LEFT)
LONG, HIGH, SHORT, SHOOT = int(Action.LONG_PASS), int(Action.HIGH_PASS), int(Action.SHORT_PASS), int(Action.SHOT)
SPRINT, RELEASE_DIRECTION, RELEASE_SPRINT = (
    int(Action.SPRINT),
    int(Action.RELEASE_DIRECTION),
    int(Action.RELEASE_SPRINT),
)
SLIDING, DRIBBLE, RELEASE_DRIBBLE = int(Action.SLIDING), int(Action.DRIBBLE), int(Action.RELEASE_DRIBBLE)
BUILTIN_AI = int(Action.BUILTIN_AI)

#: Speeds of gfootball's gaits in m/s; the ball at the feet changes them a little.
SPEED, SPEED_SPRINT, SPEED_DRIBBLE = 5.0, 7.83, 3.5
SPEED_BALL, SPEED_DRIBBLE_BALL = 5.1, 4.0
#: A team mate has to be this much nearer to the ball, in m, for control to pass to him.
KEEP_CONTROL = 2.0
#: Steps for which the game waits at a restart before it lets the controlled player pass.
PATIENCE = 20


@compiled
def along(direction):
    """The unit vector of a sticky direction, 1 (left) to 8 (bottom left), clockwise in steps of 45 degrees; 0 is none."""
    if direction == 0:
        return 0.0, 0.0
    angle = math.pi + (direction - LEFT) * math.pi / 4
    return math.cos(angle), math.sin(angle)


@compiled
def choose_active(m):
    """Control goes to the left player on the ball, else to whom a pass is meant for, else to the one nearest to the ball."""
    if 0 <= m.owner < HALF and m.controllable[m.owner]:
        m.active = m.owner
        return
    if m.owner == NOBODY and 0 <= m.receiver < HALF and m.controllable[m.receiver]:
        m.active = m.receiver
        return
    best, best_distance = m.active, 1e9
    for i in range(HALF):
        if not m.playing[i] or not m.controllable[i]:
            continue
        distance = hypot(m.ball[0] - m.x[i], m.ball[1] - m.y[i])
        if i == m.active:
            distance -= KEEP_CONTROL
        if m.role[i] == GOALKEEPER and i != m.active:
            distance += LENGTH
        if distance < best_distance:
            best, best_distance = i, distance
    m.active = best


@compiled
def hold(m, action):
    """Change what is sticky."""
    if LEFT <= action <= BOTTOM_LEFT:
        m.direction = action
    elif action == RELEASE_DIRECTION:
        m.direction = 0
    elif action == SPRINT:
        m.sprint = 1
    elif action == RELEASE_SPRINT:
        m.sprint = 0
    elif action == DRIBBLE:
        m.dribble = 1
    elif action == RELEASE_DRIBBLE:
        m.dribble = 0


@compiled
def want(m, action):
    """Make the controlled player want what is held and what is asked of him now."""
    i = m.active
    x, y = along(m.direction)
    with_ball = m.owner == i
    speed = SPEED_BALL if with_ball else SPEED
    if m.dribble:
        speed = SPEED_DRIBBLE_BALL if with_ball else SPEED_DRIBBLE
    elif m.sprint:
        speed = SPEED_SPRINT
    if m.mode != 0 and with_ball:
        speed = 0.0  # who takes a restart stays with the ball
    m.want_x[i], m.want_y[i] = x * speed, y * speed
    m.sprints[i] = m.sprint and not m.dribble
    m.dribbles[i] = m.dribble
    m.slides[i] = action == SLIDING
    m.kick[i], m.kick_to[i] = NO_KICK, NOBODY
    if x == 0.0 and y == 0.0:
        x, y = m.face_x[i], m.face_y[i]
    m.kick_x[i], m.kick_y[i] = x, y
    ask(m, action)
    if m.asked_for > 0:
        m.kick[i] = m.asked
    elif m.mode != 0 and m.waited >= PATIENCE:
        m.kick[i] = SHORT_PASS


@compiled
def ask(m, action):
    """Remember a kick that is asked for until the ball is there, but no longer than `REMEMBERED`."""
    m.asked_for = max(m.asked_for - 1, 0)
    kick = NO_KICK
    if action == LONG:
        kick = LONG_PASS
    elif action == HIGH:
        kick = HIGH_PASS
    elif action == SHORT:
        kick = SHORT_PASS
    elif action == SHOOT:
        kick = SHOT
    if kick != NO_KICK:
        m.asked, m.asked_for = kick, REMEMBERED
    if m.owner >= HALF:
        m.asked_for = 0


@compiled
def obey(matches, actions):
    """Set the wants of the controlled players.

    Args:
        matches: `envs.football.state.MATCH` [N], changed in place.
        actions: int64 [N], numbers of `envs.football.actions.Action`.
    """
    for n in range(len(matches)):
        m = matches[n]
        if m.done:
            continue
        choose_active(m)
        m.automatic = 1 if actions[n] == BUILTIN_AI else 0
        if m.automatic:
            m.direction, m.sprint, m.dribble, m.asked_for = 0, 0, 0, 0  # as in gfootball
        else:
            hold(m, actions[n])
            want(m, actions[n])
