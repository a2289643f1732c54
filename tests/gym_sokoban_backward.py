"""Lets gym-sokoban 0.0.6 search backwards from given rooms and records the starts it finds: a reference of `test_sokoban.py`.

Runs in a process of its own, as `gym_sokoban_reference.py` does: `python gym_sokoban_backward.py ROOMS.npz OUT.npz`.

ROOMS.npz has `fixed` [N, H, W], the walls, floor and targets, and `player` [N, 2]; OUT.npz gets `scores` [N], `player` [N, 2],
and `boxes` [N, B, 2], the cells of the boxes that began on the targets, which are taken in reading order.
"""

from __future__ import annotations

import sys

import numpy as np
from gym_sokoban.envs.room_utils import reverse_playing


def main(rooms: str, out: str) -> None:
    scores, players, boxes = [], [], []
    with np.load(rooms) as given:
        for fixed, player in zip(given["fixed"].astype(int), given["player"], strict=True):
            state = np.where(fixed == 2, 4, fixed)
            state[tuple(player)] = 5
            room, score, moved = reverse_playing(state, fixed)
            scores.append(score)
            players.append(np.argwhere(room == 5)[0])
            boxes.append([moved[tuple(target)] for target in np.argwhere(fixed == 2)])
    np.savez(out, scores=scores, player=players, boxes=boxes)


if __name__ == "__main__":
    main(*sys.argv[1:])
