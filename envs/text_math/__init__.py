"""Text-only mathematics: problem families with worked solutions, and the environment that poses and verifies them.

`families` is the table of what can be asked, `working` the way every solution is written down, `env` the Gymnasium
environment, `census` a report on how varied the problems are (`python -m envs.text_math.census`). The families need
neither Gymnasium nor a model: `FAMILIES.make("addition", 2, rng)` is all it takes.
"""

from envs.text_math.env import TextMathEnv
from envs.text_math.families import FAMILIES

__all__ = ["FAMILIES", "TextMathEnv"]
