"""Pictures of rollouts: each recorded frame becomes a card with the board and, beside it, the plan as it is played.

`card` draws a rollout with its moves, its thinking and its reward, `tile` draws it small, `grid` lays many of them out, `every`
leaves out frames, and `save` writes an animated GIF, an MP4 or a PNG strip. They ask nothing of a task but its frames; Sokoban's
plans are played again for the running return and the optimal length.

    python -m eval.render --env LMMR1/Sokoban-v0 --seed 3 --policy solver --out plan.gif
    python -m eval.render --run runs/nano --suite sokoban-global --task 3 --out stages.mp4
"""

from eval.render.card import card
from eval.render.drawn import every
from eval.render.files import SUFFIXES, save
from eval.render.grid import grid
from eval.render.tile import tile

__all__ = ["SUFFIXES", "card", "every", "grid", "save", "tile"]
