"""Plane and solid geometry: problem families with diagrams, and the environment that poses and verifies them.

`families` is the table of what can be asked, by `topics`; `figure` is a diagram as data, `render` draws it; `modality`
divides a statement between prompt and picture; `env` is the Gymnasium environment.
"""

from envs.geometry.env import GeometryEnv
from envs.geometry.families import FAMILIES
from envs.geometry.modality import MODALITIES
from envs.geometry.problem import GeometryProblem

__all__ = ["FAMILIES", "MODALITIES", "GeometryEnv", "GeometryProblem"]
