"""What the computer's players want: where to run, whom to press, when to pass, shoot or dive.

Each rule has a file of its own: `formation` and `positions` say where players belong, `marking` how a team defends, `chasing` who
goes for a free ball and what goalkeepers do, `attacking` what is done with the ball. Here it is decided which of them applies.
"""

from __future__ import annotations

import math

from envs.compiled import compiled
from envs.football.attacking import SHOOT_FROM, best_pass, on_the_ball
from envs.football.chance import hypot, side, uniform
from envs.football.chasing import first_to_ball, guard_goal, meet, not_later
from envs.football.formation import place, swap_slots
from envs.football.marking import MARKS_EVERY, assign_marks, defend
from envs.football.pitch import GOALKEEPER, LENGTH, GameMode
from envs.football.positions import look, settle, support
from envs.football.state import EVERYBODY, HALF, NO_KICK, NOBODY, SHOT

PENALTY, FREE_KICK = int(GameMode.PENALTY), int(GameMode.FREE_KICK)
TAKE_TIME = 10  # steps before the computer takes a restart


@compiled
def restart(m, i):
    """At a kick-off, throw-in, corner or free kick: the taker waits a little and plays, the others take their places."""
    team = 0 if i < HALF else 1
    if i != m.owner:
        x, y = place(m, i, team == m.mode_team)
        settle(m, i, x, y)
        return
    m.want_x[i], m.want_y[i] = 0.0, 0.0
    if m.waited <= TAKE_TIME:
        return
    sign = side(i)
    m.kick_x[i], m.kick_y[i] = sign, 0.0
    if m.mode == PENALTY or (m.mode == FREE_KICK and hypot(sign * LENGTH - m.ball[0], m.ball[1]) < SHOOT_FROM):
        aim = uniform(m) - 0.5
        m.kick[i], m.kick_to[i] = SHOT, NOBODY
        m.kick_x[i], m.kick_y[i] = sign * math.cos(aim), math.sin(aim)
        return
    to, worth, kind = best_pass(m, i)
    m.kick[i], m.kick_to[i] = kind, to


@compiled
def doze(m, i):
    """A lazy player stands and watches."""
    m.want_x[i], m.want_y[i] = 0.0, 0.0
    look(m, i, m.ball[0], m.ball[1])


@compiled
def think(m, i, first, attacking):
    """Decide for one player; `first` is who of his team can have a free ball first, nobody if it is not free."""
    m.kick[i], m.kick_to[i], m.slides[i] = NO_KICK, NOBODY, 0
    m.sprints[i], m.dribbles[i] = 0, 0
    if m.mode != 0:
        restart(m, i)
    elif m.lazy[i]:
        doze(m, i)
    elif i == m.owner:
        on_the_ball(m, i)
    elif m.role[i] == GOALKEEPER:
        guard_goal(m, i, first)
    elif m.owner == NOBODY and (i == m.receiver or (i == first and (not attacking or m.receiver == NOBODY))):
        meet(m, i)
    elif attacking:
        support(m, i)
    else:
        defend(m, i)


@compiled
def decide(matches):
    """Set the wants of all players but those who are controlled, for the next step.

    Args:
        matches: `envs.football.state.MATCH` [N], changed in place.
    """
    for n in range(len(matches)):
        m = matches[n]
        if m.done:
            continue
        attackers = int((m.owner if m.owner != NOBODY else m.last_touch) >= HALF)
        if m.step % MARKS_EVERY == 0:
            assign_marks(m, 1 - attackers)
            swap_slots(m, 0, attackers == 0)
            swap_slots(m, 1, attackers == 1)
        first_left, first_right = NOBODY, NOBODY
        if m.owner == NOBODY:
            first_left, first_right = first_to_ball(m, 0), first_to_ball(m, 1)
        for i in range(EVERYBODY):
            if not m.playing[i]:
                continue
            first = first_left if i < HALF else first_right
            if i != m.active or m.automatic:
                think(m, i, first, (i >= HALF) == attackers)
            elif i == first and m.mode == 0 and not_later(m, i, first_right):
                meet(m, i)
