"""gym-sokoban's side of `benchmarks/sokoban.py` and `benchmarks/sokoban_levels.py`, in a process of its own.

It imports gym-sokoban, which needs the discontinued `gym` and `pkg_resources`, and nothing of this project.

    python gym_sokoban_side.py speed                                       steps, frames and levels a second, as JSON
    python gym_sokoban_side.py rooms  OUT.npz COUNT ROWS COLUMNS STEPS BOXES   rooms before they are played backwards
    python gym_sokoban_side.py levels OUT.npz COUNT ROWS COLUMNS STEPS BOXES   finished levels

`rooms` writes `fixed` [N, H, W], walls, floor and targets, and `player` [N, 2]; `levels` writes `fixed` and `state` [N, H, W].
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable

import numpy as np
from gym_sokoban.envs.room_utils import generate_room, place_boxes_and_player, room_topology_generation
from gym_sokoban.envs.sokoban_env import SokobanEnv

SECONDS = 5.0
LEVELS = 20


def rate(action: Callable[[], object]) -> float:
    """How often a second something can be done."""
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        action()
        done += 1
    return done / (time.perf_counter() - began)


def room(rows: int, columns: int, steps: int, boxes: int) -> tuple[np.ndarray, np.ndarray]:
    while True:
        try:
            placed = place_boxes_and_player(room_topology_generation((rows, columns), num_steps=steps), boxes, False)
        except RuntimeError:  # too little floor; its environments try again, too
            continue
        return np.where(placed == 5, 1, placed), np.argwhere(placed == 5)[0]


def level(rows: int, columns: int, steps: int, boxes: int) -> tuple[np.ndarray, np.ndarray]:
    while True:
        try:
            fixed, state, _ = generate_room((rows, columns), num_steps=steps, num_boxes=boxes)
        except (RuntimeError, RuntimeWarning):
            continue
        return fixed, state


def speed() -> dict[str, float]:
    env = SokobanEnv((7, 7), max_steps=10**9, num_boxes=2)
    actions = iter(np.random.default_rng(0).integers(9, size=10**7).tolist())
    steps = rate(lambda: env.step(next(actions), observation_mode="tiny_rgb_array"))
    frames = rate(lambda: env.step(next(actions)))
    began = time.perf_counter()
    for _ in range(LEVELS):
        level(10, 10, 34, 3)
    return {"steps": steps, "frames": frames, "levels": LEVELS / (time.perf_counter() - began)}


def main(what: str, *arguments: str) -> None:
    random.seed(0)
    np.random.seed(0)
    if what == "speed":
        print(json.dumps(speed()))
        return
    out, count, *kind = arguments
    make = {"rooms": room, "levels": level}[what]
    fixed, others = zip(*(make(*map(int, kind)) for _ in range(int(count))), strict=True)
    np.savez(out, fixed=np.array(fixed, np.uint8), **{"player" if what == "rooms" else "state": np.array(others)})


if __name__ == "__main__":
    main(*sys.argv[1:])
