"""Perception and reasoning: pictures that have to be read, and the environment that asks about them.

`families` is the table of what can be asked: `charts` (bars to maps) and `scenes` (clocks to claim forms); `env` is the
Gymnasium environment.
"""

from envs.percereason.env import PerceReasonEnv
from envs.percereason.families import FAMILIES
from envs.percereason.problem import Picture, PictureProblem

__all__ = ["FAMILIES", "PerceReasonEnv", "Picture", "PictureProblem"]
