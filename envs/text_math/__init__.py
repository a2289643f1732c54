"""Text-only mathematics: problem families with worked solutions, and the environment that poses and verifies them.

`families` is the table of what can be asked, `working` the way every solution is written down, `env` the Gymnasium
environment, `census` a report on how varied the problems are (`python -m envs.text_math.census`). The families need
neither Gymnasium nor a model: `make_problem("addition", 2, rng)` is all it takes.
"""

from envs.text_math.env import TextMathEnv
from envs.text_math.families import FAMILIES, make_problem
from envs.text_math.problem import LEVELS, Problem

__all__ = ["FAMILIES", "LEVELS", "Problem", "TextMathEnv", "make_problem"]
