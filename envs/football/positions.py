"""Where players belong without the ball, and how they go there: a team's box round the ball, and getting open in attack."""

from __future__ import annotations

from envs.compiled import compiled
from envs.football.chance import hypot, side
from envs.football.formation import place
from envs.football.pitch import LENGTH, WIDTH
from envs.football.state import HALF, NOBODY

#: Speeds of gfootball's gaits in m/s.
WALK, RUN, SPRINT = 3.5, 5.0, 7.83
#: A player who is d metres from where he wants to be runs at this times d.
HURRY = 2.6  # 1/s
#: Players take it easier the farther they are from the ball, m, and at most by this share.
EASY_FROM, EASY_TO, EASY = 20.0, 65.0, 0.75
#: How far up the pitch a role thinks, 0 to 1, by its number.
MIND = (0.0, 0.0, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0)
FORWARD = 10.0  # m that an attacker of the highest mind moves up
SPACE, SHY = 5.0, 0.4  # m from opponents that attackers shy away from, and by what share


@compiled
def go(m, i, x, y, speed):
    """Want to run to a place, the slower the nearer it is."""
    to_x, to_y = x - m.x[i], y - m.y[i]
    distance = hypot(to_x, to_y)
    speed = min(speed, HURRY * distance)
    if distance < 0.05:
        m.want_x[i], m.want_y[i] = 0.0, 0.0
        return
    m.want_x[i], m.want_y[i] = to_x / distance * speed, to_y / distance * speed
    m.sprints[i] = 1 if speed > 5.5 else 0


@compiled
def look(m, i, x, y):
    """Turn to a place while standing."""
    distance = hypot(x - m.x[i], y - m.y[i])
    if distance > 0.1 and hypot(m.vx[i], m.vy[i]) < 0.5:
        m.face_x[i], m.face_y[i] = (x - m.x[i]) / distance, (y - m.y[i]) / distance


@compiled
def lively(m, i):
    """How much of his full effort a player makes: 1 near the ball, less far away and when tired."""
    far = hypot(m.ball[0] - m.x[i], m.ball[1] - m.y[i])
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
def nearest_opponent(m, x, y, team):
    """The player of the other team who is nearest to a place, and how near."""
    first = HALF if team == 0 else 0
    best, best_distance = NOBODY, 1e9
    for k in range(first, first + HALF):
        if m.playing[k]:
            distance = hypot(m.x[k] - x, m.y[k] - y)
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
        push = SHY * (SPACE - distance) / max(distance, 0.5)
        x += (x - m.x[near]) * push
        y += (y - m.y[near]) * push
    if m.offsides:
        x = sign * min(x * sign, offside_line(m, team) - 0.5)
    settle(m, i, x, y)
