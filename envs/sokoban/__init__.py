"""Sokoban as a planning task: rules, levels, an optimal solver, frames, and the environment."""

from envs.sokoban.env import SokobanEnv

__all__ = ["SokobanEnv"]
