"""What several test files of Sokoban share: a small level, answers, and a solver that knows nothing but the rules."""

from __future__ import annotations

from typing import Any

from envs.sokoban.env import SokobanEnv
from envs.sokoban.levels import from_text
from envs.sokoban.rules import PUSH, Level, new_game

#: Two boxes; the fewest moves are right, down, right, right.
TWO_BOXES = """
#######
#@$.  #
#  $ .#
#     #
#######
"""


def answer(text: str) -> str:
    return f"<think></think><answer>{text}</answer>"


def env_for(text: str, **kwargs: Any) -> SokobanEnv:
    """An environment that has been reset to the level written."""
    level = from_text(text)
    shape = (max(5, level.shape[0]), max(5, level.shape[1]))
    env = SokobanEnv(dim_room=shape, num_boxes=1, **kwargs)
    env.reset(seed=0, options={"level": text})
    return env


def fewest_moves(level: Level) -> int | None:
    """Breadth first, through nothing but the rules; `None` if no position that can be reached is won."""
    if new_game(level).won:
        return 0
    seen, ring, moves = {(level.state.tobytes(), level.owners)}, [level], 0
    while ring:
        moves, following = moves + 1, []
        for here in ring:
            for action in PUSH.values():
                game = new_game(here)
                if game.play(action).won:
                    return moves
                key = (game.state.tobytes(), None if game.owners is None else tuple(game.owners))
                if key not in seen:
                    seen.add(key)
                    following.append(game.snapshot())
        ring = following
    return None
