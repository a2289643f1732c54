"""The rules after a step: goals, balls out of play, fouls and offside, restarts, and the scenario's ends."""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.chance import hypot, side, uniform
from envs.football.pitch import BAR, BOX_DEPTH, BOX_WIDTH, GOAL, GOALKEEPER, LENGTH, RADIUS, WIDTH, GameMode
from envs.football.state import EVERYBODY, HALF, NO_KICK, NO_OFFENCE, NOBODY, OFFSIDE

NORMAL, KICK_OFF, GOAL_KICK = int(GameMode.NORMAL), int(GameMode.KICK_OFF), int(GameMode.GOAL_KICK)
FREE_KICK, CORNER, THROW_IN, PENALTY = (
    int(GameMode.FREE_KICK),
    int(GameMode.CORNER),
    int(GameMode.THROW_IN),
    int(GameMode.PENALTY),
)
#: How far opponents stay from the ball at a restart, and at a throw-in, m.
AWAY, AWAY_THROW_IN = 9.15, 2.0
#: Where a penalty and a goal kick are taken, m from the goal line.
SPOT, GOAL_AREA = 11.0, 5.5
#: Share of fouls that earn a yellow card.
BOOKED = 0.3


@compiled
def taker(m, team, keeper):
    """Who takes a restart: the goalkeeper, or the field player of the team who is nearest to the ball."""
    first = 0 if team == 0 else HALF
    best, best_distance = first, 1e9
    for k in range(first, first + HALF):
        if not m.playing[k]:
            continue
        distance = hypot(m.x[k] - m.ball[0], m.y[k] - m.ball[1])
        if (m.role[k] == GOALKEEPER) != keeper:
            distance += 1e6
        if distance < best_distance:
            best, best_distance = k, distance
    return best


@compiled
def keep_away(m, team, radius):
    """Send opponents out of the circle round the ball."""
    first = HALF if team == 0 else 0
    for k in range(first, first + HALF):
        off_x, off_y = m.x[k] - m.ball[0], m.y[k] - m.ball[1]
        distance = hypot(off_x, off_y)
        if m.playing[k] and distance < radius:
            if distance < 0.1:
                off_x, off_y, distance = -side(k), 0.0, 1.0
            m.x[k] = min(max(m.ball[0] + off_x / distance * radius, -LENGTH), LENGTH)
            m.y[k] = min(max(m.ball[1] + off_y / distance * radius, -WIDTH), WIDTH)
            m.vx[k], m.vy[k] = 0.0, 0.0


@compiled
def restart(m, mode, team, x, y):
    """Put the ball down and give it to a player of a team, who is to play it on."""
    m.mode, m.mode_team, m.waited, m.out_of_play = mode, team, 0, 1
    m.ball[0], m.ball[1], m.ball[2] = x, y, RADIUS
    m.ball_v[0], m.ball_v[1], m.ball_v[2] = 0.0, 0.0, 0.0
    m.receiver, m.swing_kick = NOBODY, NO_KICK
    for k in range(EVERYBODY):
        m.offside[k] = 0
    i = taker(m, team, mode == GOAL_KICK)
    sign = side(i)
    toward = -0.5 if abs(y) < WIDTH - 0.5 else 0.0
    m.x[i], m.y[i] = x + sign * toward, y + (0.5 if y > 0 else -0.5) * (toward == 0.0)
    m.vx[i], m.vy[i] = 0.0, 0.0
    m.face_x[i], m.face_y[i] = (sign, 0.0) if toward != 0.0 else (0.0, -1.0 if y > 0 else 1.0)
    m.down[i], m.sliding[i], m.untouching[i] = 0.0, 0.0, 0.0
    m.owner, m.last_touch = i, i
    keep_away(m, team, AWAY_THROW_IN if mode == THROW_IN else AWAY)


@compiled
def go_home(m):
    """Everybody back to where the match began; whoever stood in the other half stands at its line."""
    for k in range(EVERYBODY):
        sign = side(k)
        m.x[k], m.y[k] = sign * min(m.home_x[k] * sign, -0.5), m.home_y[k]
        m.vx[k], m.vy[k], m.down[k], m.sliding[k], m.untouching[k] = 0.0, 0.0, 0.0, 0.0, 0.0
        m.face_x[k], m.face_y[k] = sign, 0.0


@compiled
def judge_ball(m):
    """A goal, a goal kick, a corner or a throw-in, once the whole ball is over the line."""
    x, y = m.ball[0], m.ball[1]
    last = 0 if m.last_touch < HALF else 1
    if abs(x) > LENGTH + RADIUS:
        right_end = x > 0
        if abs(y) < GOAL and m.ball[2] < BAR:
            m.score[0 if right_end else 1] += 1
            go_home(m)
            restart(m, KICK_OFF, 1 if right_end else 0, 0.0, 0.0)
            return
        defending = 1 if right_end else 0
        sign = 1.0 if right_end else -1.0
        if last == defending:
            restart(m, CORNER, 1 - defending, sign * (LENGTH - 0.3), math.copysign(WIDTH - 0.3, y))
        else:
            restart(m, GOAL_KICK, defending, sign * (LENGTH - GOAL_AREA), math.copysign(5.0, y))
    elif abs(y) > WIDTH + RADIUS:
        restart(m, THROW_IN, 1 - last, min(max(x, -LENGTH + 1.0), LENGTH - 1.0), math.copysign(WIDTH, y))


@compiled
def judge_offence(m):
    """A free kick where it happened, or a penalty; some fouls earn a yellow card."""
    offender, kind = m.offender, m.offence
    m.offence, m.offender = NO_OFFENCE, NOBODY
    team = 1 if offender < HALF else 0
    if kind != OFFSIDE and uniform(m) < BOOKED:
        m.cards[offender] = 1
    x, y = m.ball[0], m.ball[1]
    inside = x * side(offender) < -LENGTH + BOX_DEPTH and abs(y) < BOX_WIDTH
    if kind != OFFSIDE and inside:
        restart(m, PENALTY, team, -side(offender) * (LENGTH - SPOT), 0.0)
    else:
        x, y = min(max(x, -LENGTH + 1.0), LENGTH - 1.0), min(max(y, -WIDTH + 1.0), WIDTH - 1.0)
        restart(m, FREE_KICK, team, x, y)


@compiled
def judge_end(m, goals):
    """Whether the scenario's rules end the match here."""
    possession = NOBODY
    if m.owner != NOBODY:
        possession = 0 if m.owner < HALF else 1
    changed = possession != NOBODY and m.possession != NOBODY and possession != m.possession
    if possession != NOBODY:
        m.possession = possession
    if m.end_on_score and m.score[0] + m.score[1] > goals:
        m.done = 1
        m.owner, m.mode = NOBODY, NORMAL  # what gfootball shows last
    if m.end_on_out_of_play and m.out_of_play:
        m.done = 1
        m.owner = NOBODY
    if m.end_on_possession_change and changed:
        m.done = 1
    if m.step > m.duration:  # one step more, as in gfootball
        m.done = 1


@compiled
def judge(matches):
    """Apply the rules after a step.

    Args:
        matches: `envs.football.state.MATCH` [N], changed in place.
    """
    for n in range(len(matches)):
        m = matches[n]
        if m.done:
            continue
        goals = m.score[0] + m.score[1]
        m.out_of_play = 0
        if m.mode != NORMAL:
            m.waited += 1
            keep_away(m, m.mode_team, AWAY_THROW_IN if m.mode == THROW_IN else AWAY)
        elif m.offence != NO_OFFENCE:
            judge_offence(m)
        else:
            judge_ball(m)
        judge_end(m, goals)


@compiled
def begin(matches):
    """Give control to the player of ours who is nearest to the ball.

    Args:
        matches: `envs.football.state.MATCH` [N], changed in place.
    """
    for n in range(len(matches)):
        matches[n].active = taker(matches[n], 0, False)
