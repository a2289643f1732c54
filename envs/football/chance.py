"""Small things that compiled code asks of a match: random numbers, of which each record has a generator, lengths, directions."""

from __future__ import annotations

import math

import numpy as np

from envs.compiled import compiled
from envs.football.state import HALF


@compiled
def uniform(m):
    """The next random number of a match, in [0, 1): SplitMix64 (Steele et al. 2014)."""
    m.random += np.uint64(0x9E3779B97F4A7C15)
    z = m.random
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def normal(m):
    """A random number of the standard normal distribution (Box and Muller 1958)."""
    return math.sqrt(-2.0 * math.log(1.0 - uniform(m))) * math.cos(2.0 * math.pi * uniform(m))


@compiled
def side(player):
    """+1 for the left team, which attacks towards +x, -1 for the right."""
    return 1.0 if player < HALF else -1.0


@compiled
def hypot(x, y):
    """The length of (x, y): not guarded against overflow as `math.hypot` is, and several times as fast."""
    return math.sqrt(x * x + y * y)


@compiled
def skill(m, player):
    """How well the computer plays for a player's team, 0 to 1: the team's difficulty."""
    return m.difficulty[0 if player < HALF else 1]
