"""Ten physics steps of 0.01 s: players run, the ball flies and rolls, and whoever reaches it may take it, keep it or kick it.

What players want is decided elsewhere (`envs.football.brains`, `envs.football.control`) and what the rules make of the outcome
too (`envs.football.referee`). Constants without a source were fitted to traces of Google Research Football: docs/football.md.
"""

from __future__ import annotations

from envs.compiled import compiled
from envs.football.ball import fly, foresee, hit_woodwork, out_of_play
from envs.football.contests import carry, contest, receive, start_slides
from envs.football.kicks import begin_kick, swing
from envs.football.pitch import SUBSTEPS
from envs.football.running import run
from envs.football.state import EVERYBODY, NOBODY


@compiled
def foresee_all(matches):
    """Work out the ball's path in matches that have just begun, `MATCH` [N]."""
    for n in range(len(matches)):
        foresee(matches[n])


@compiled
def advance(matches):
    """Play one step of 0.1 s in every match that is not over.

    Args:
        matches: `envs.football.state.MATCH` [N], changed in place.
    """
    for n in range(len(matches)):
        m = matches[n]
        if m.done:
            continue
        begin_kick(m)
        start_slides(m)
        for _ in range(SUBSTEPS):
            for i in range(EVERYBODY):
                if m.playing[i]:
                    run(m, i)
            if m.mode != 0:
                swing(m)
            elif out_of_play(m.ball):
                continue  # nobody plays it before the referee has seen where it crossed the line
            elif m.owner != NOBODY:
                carry(m, m.owner)
                swing(m)
                if m.owner != NOBODY:
                    contest(m)
            else:
                m.spin = fly(m.ball, m.ball_v, m.spin)
                hit_woodwork(m.ball, m.ball_v)
                receive(m)
        foresee(m)
        m.step += 1
