"""How a team defends: three mark the most dangerous opponents, two hunt the ball's carrier, the rest keep their places."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import hypot, side, skill
from envs.football.formation import place
from envs.football.pitch import GOALKEEPER, LENGTH, Role
from envs.football.positions import MIND, SPRINT, go, settle
from envs.football.state import HALF, NOBODY

DEFENSIVE_MIDFIELD = int(Role.DM)
CARRIER_DANGER = 2.75  # m by which the opponent with the ball counts as nearer to the goal
MARKED, MARKS_EVERY = 3, 4  # opponents, and steps between choices of markers
MARK_AHEAD = 4.0  # m by which a marker is nearer than his man to where that man would shoot from
#: How much of his place a marker gives up for his man, less his role's mind.
SETTLED_DEFENDER, SETTLED = 1.35, 0.95
LATE_MARKER = 0.7  # of the way by which he is too late he falls back towards his goal
MARK_SPOT, MARK_SPOT_CARRIER = 8.0, 24.0  # m from the goal to which a man, and the one with the ball, is led
HUNT_FROM, HUNT_FARTHER = 10.0, 10.0  # m; defenders come from farther
HUNTERS = 2
LUNGE = 2.5  # m from the ball within which a defender goes for it


@compiled
def lunge(m, i):
    """Go straight at the ball."""
    to_x, to_y = m.ball[0] - m.x[i], m.ball[1] - m.y[i]
    near = max(hypot(to_x, to_y), 0.05)
    speed = min(near * 4.0 + hypot(m.ball_v[0], m.ball_v[1]), SPRINT)
    m.want_x[i], m.want_y[i] = to_x / near * speed, to_y / near * speed


@compiled
def hunt(m, i, carrier):
    """Cut the ball's carrier off: run to the point of his way to our goal that is equally far from him and from us."""
    to_goal_x, to_goal_y = -side(i) * LENGTH - m.x[carrier], -m.y[carrier]
    far = max(hypot(to_goal_x, to_goal_y), 0.1)
    to_goal_x, to_goal_y = to_goal_x / far, to_goal_y / far
    off_x, off_y = m.x[i] - m.x[carrier], m.y[i] - m.y[carrier]
    along = off_x * to_goal_x + off_y * to_goal_y
    way = (off_x * off_x + off_y * off_y) / (2.0 * along) if along > 0.1 else far
    way = min(max(way, 0.0), far) + 0.8
    x, y = m.x[carrier] + to_goal_x * way + 0.14 * m.vx[carrier], m.y[carrier] + to_goal_y * way + 0.14 * m.vy[carrier]
    go(m, i, x, y, SPRINT)


@compiled
def shadow(m, i, man):
    """Mark an opponent: keep one's place, but nearer than he to where he would shoot from; if that is too late, fall back."""
    goal = -side(i) * LENGTH
    man_x, man_y = m.x[man] + 0.5 * m.vx[man], m.y[man] + 0.5 * m.vy[man]
    far = max(hypot(goal - man_x, man_y), 0.1)
    way = min(max(far - (MARK_SPOT_CARRIER if man == m.owner else MARK_SPOT), 0.4), LENGTH)
    spot_x, spot_y = man_x + (goal - man_x) / far * way, man_y * (1.0 - way / far)
    x, y = place(m, i, False)
    home_x, home_y = x, y
    distance = max(hypot(spot_x - x, spot_y - y), 0.1)
    slack = min(max(distance - (way - MARK_AHEAD), 0.0), distance)
    x += (spot_x - x) / distance * slack
    y += (spot_y - y) / distance * slack
    late = hypot(spot_x - m.x[i] - 0.14 * m.vx[i], spot_y - m.y[i] - 0.14 * m.vy[i]) - way
    if late > 0.0:
        back = max(hypot(goal - x, y), 0.1)
        x += (goal - x) / back * late * LATE_MARKER
        y -= y / back * late * LATE_MARKER
    settled = SETTLED_DEFENDER if m.role[i] < DEFENSIVE_MIDFIELD else SETTLED
    duty = min(max(settled - MIND[m.role[i]], 0.0), 1.0) ** 0.7
    settle(m, i, home_x + duty * (x - home_x), home_y + duty * (y - home_y))


@compiled
def marking_quality(m, i, man, goal):
    """How well a player could mark an opponent, about 0 to 1: from between him and the goal, and near (gfootball's rating)."""
    to_x, to_y = goal - m.x[i], -m.y[i]
    far = max(hypot(to_x, to_y), 0.1)
    reach = min(max(far, 4.0), 14.0)
    off_x, off_y = m.x[man] - m.x[i], m.y[man] - m.y[i]
    ahead = -(off_x * to_x + off_y * to_y) / far + 0.5
    across = abs(off_x * to_y - off_y * to_x) / far
    from_line = abs(ahead - 2.0) if ahead > 0.0 else -ahead
    quality = 1.0 - 0.5 * math.sqrt(min(from_line / 60.0, 1.0)) - 0.5 * math.sqrt(min(across / reach, 1.0))
    quality = max(quality, 0.0) * (1.0 if ahead > 0.0 else 0.6)
    return 0.8 * quality + 0.2 * (1.0 - min(hypot(off_x, off_y) / (2.0 * LENGTH), 1.0))


@compiled
def assign_marks(m, team):
    """Give each of the most dangerous opponents to the team mate who is best placed between him and the goal."""
    sign = 1.0 if team == 0 else -1.0
    first, other = HALF * team, HALF * (1 - team)
    for k in range(first, first + HALF):
        m.marks[k] = NOBODY
    at_x, at_y = -sign * LENGTH * 0.8 + 0.2 * m.ball[0], 0.2 * m.ball[1]
    taken_0, taken_1 = NOBODY, NOBODY
    for _ in range(MARKED):
        man, danger = NOBODY, 1e9
        for k in range(other, other + HALF):
            if m.playing[k] and k != taken_0 and k != taken_1:
                distance = hypot(m.x[k] - at_x, m.y[k] - at_y) - (CARRIER_DANGER if k == m.owner else 0.0)
                if distance < danger:
                    man, danger = k, distance
        if man == NOBODY:
            return
        taken_0, taken_1 = man, taken_0
        best, best_quality = NOBODY, -1.0
        for k in range(first, first + HALF):
            if m.playing[k] and not m.lazy[k] and m.role[k] != GOALKEEPER and m.marks[k] == NOBODY:
                quality = marking_quality(m, k, man, -sign * LENGTH)
                if quality > best_quality:
                    best, best_quality = k, quality
        if best != NOBODY:
            m.marks[best] = man


@compiled
def nearer(m, i, man):
    """How many team mates are nearer to a player than this one."""
    first = 0 if i < HALF else HALF
    own = hypot(m.x[man] - m.x[i], m.y[man] - m.y[i])
    count = 0
    for k in range(first, first + HALF):
        if k != i and m.playing[k] and hypot(m.x[man] - m.x[k], m.y[man] - m.y[k]) < own:
            count += 1
    return count


@compiled
def defend(m, i):
    """Go for the ball if it is at one's feet, hunt the carrier if he is near, mark, or keep one's place."""
    if m.owner != NOBODY and hypot(m.ball[0] - m.x[i], m.ball[1] - m.y[i]) < LUNGE:
        lunge(m, i)
        return
    if m.owner != NOBODY and m.marks[i] == NOBODY:
        near = hypot(m.x[m.owner] - m.x[i], m.y[m.owner] - m.y[i])
        radius = (HUNT_FROM + HUNT_FARTHER * (1.0 - MIND[m.role[i]])) * (0.3 + 0.7 * skill(m, i))
        tired = 0.5 * (1.0 - m.fatigue[i]) + 0.5 * (1.0 - min(hypot(m.vx[i], m.vy[i]) / SPRINT, 1.0))
        if near < radius * max(tired, 0.75) and nearer(m, i, m.owner) < HUNTERS:
            hunt(m, i, m.owner)
            return
    if m.marks[i] != NOBODY:
        shadow(m, i, m.marks[i])
    else:
        x, y = place(m, i, False)
        settle(m, i, x, y)
