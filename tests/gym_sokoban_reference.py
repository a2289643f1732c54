"""Plays gym-sokoban 0.0.6 and records what happened: the reference of `test_sokoban.py` for rules and frames.

Runs in a process of its own, because importing gym-sokoban drags in the discontinued `gym` and `pkg_resources`:
`python gym_sokoban_reference.py OUT.npz [GAMES.npz]`. It imports nothing of this project.

The file has one group of arrays for each entry of `GENERATED` and one, "edge", for the positions written out below:
`NAME_fixed` [N, H, W], `NAME_states` [N, T + 1, H, W], `NAME_actions` [N, T], `NAME_rewards` [N, T], `NAME_dones`
[N, T] and `NAME_frames` [N, F, 16 H, 16 W, 3], the frames of the states 0, 5, 10, and so on. Those of `FIXED_TARGETS` also have
`NAME_owners` [N, B, 2], where the box of each target begins, targets in reading order.

GAMES.npz has `fixed` and `states` [N, H, W], the positions to begin with, `actions` [N, T], and with fixed targets `owners`
[N, B, 2]. These games are then played instead, as the one group "given", with every 20th frame.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence

import numpy as np
from gym_sokoban.envs.render_utils import room_to_rgb, room_to_rgb_FT
from gym_sokoban.envs.sokoban_env import SokobanEnv
from gym_sokoban.envs.sokoban_env_fixed_targets import FixedTargetsSokobanEnv

STEPS = 100
FRAME_EVERY = 5
NEVER = 10**6

#: Name: rows, columns, boxes, seeds. The large levels are some that gym-sokoban makes in less than a second.
GENERATED: dict[str, tuple[int, int, int, Sequence[int]]] = {
    "small2": (7, 7, 2, range(54)),
    "small3": (7, 7, 3, range(40)),
    "large3": (10, 10, 3, (3, 4, 6, 7, 9, 13)),
}

FIXED_TARGETS: dict[str, tuple[int, int, int, Sequence[int]]] = {
    "fixed2": (7, 7, 2, range(40)),
    "fixed3": (7, 7, 3, range(20)),
}

#: (room_fixed, room_state, first actions); random actions follow.
EDGES = [
    # The player starts on a target; pushing right twice wins; the actions after that are played on a won game.
    (
        "0000000 0111110 0111110 0211120 0111110 0111110 0000000",
        "0000000 0111110 0111110 0541430 0111110 0111110 0000000",
        (0, 4, 4, 4, 8, 1),
    ),
    # Both boxes start on targets: doing nothing already wins, then each is pushed off, then one is pushed back.
    (
        "0000000 0111110 0111110 0112210 0111110 0111110 0000000",
        "0000000 0111110 0111510 0113310 0111110 0111110 0000000",
        (0, 2, 6, 7, 2, 8, 5, 4, 3, 1, 1),
    ),
    # One of three boxes starts on a target; the player walks over the bare ones.
    (
        "0000000 0122210 0111110 0111110 0111110 0111110 0000000",
        "0000000 0132210 0114410 0111110 0115110 0111110 0000000",
        (1, 1, 1, 4, 2, 4, 1, 7, 5, 5, 5, 3),
    ),
    # A box against a wall and a box against a box: nothing moves but the clock.
    (
        "0000000 0111110 0112210 0111110 0111110 0111110 0000000",
        "0000000 0441510 0112210 0111110 0111110 0111110 0000000",
        (3, 3, 3, 7, 7, 0, 1, 5),
    ),
    # One push off a target and back on again, over and over.
    (
        "0000000 0111110 0111110 0112110 0111110 0111120 0000000",
        "0000000 0111110 0111110 0543110 0111110 0111120 0000000",
        (4, 4, 8, 1, 4, 4, 2, 3, 3),
    ),
]


def board(text: str) -> np.ndarray:
    return np.array([[int(cell) for cell in row] for row in text.split()])


def play(env: SokobanEnv, actions: np.ndarray, frame_every: int) -> tuple[np.ndarray, ...]:
    """States [T + 1, H, W], rewards [T], dones [T] and frames [F, 16 H, 16 W, 3] of a game from where it stands."""
    fixed_targets = isinstance(env, FixedTargetsSokobanEnv)
    states, mappings, rewards, dones = [env.room_state.copy()], [dict(env.box_mapping)], [], []
    for action in actions:
        _, reward, done, _ = env.step(int(action), observation_mode="tiny_rgb_array")
        states.append(env.room_state.copy())
        mappings.append(dict(env.box_mapping))
        rewards.append(reward)
        dones.append(done)
    frames = [
        room_to_rgb_FT(state, mapping, env.room_fixed) if fixed_targets else room_to_rgb(state, env.room_fixed)
        for state, mapping in zip(states[::frame_every], mappings[::frame_every], strict=True)
    ]
    return np.array(states, np.uint8), np.array(rewards), np.array(dones, bool), np.array(frames, np.uint8)


def record(
    games: list[tuple[SokobanEnv, np.ndarray]], name: str, frame_every: int = FRAME_EVERY
) -> dict[str, np.ndarray]:
    fixed = np.array([env.room_fixed for env, _ in games], np.uint8)
    states, rewards, dones, frames = (
        np.stack(part) for part in zip(*(play(*game, frame_every) for game in games), strict=True)
    )
    actions = np.stack([actions for _, actions in games])
    group = {"fixed": fixed, "states": states, "actions": actions, "rewards": rewards, "dones": dones, "frames": frames}
    return {f"{name}_{key}": value for key, value in group.items()}


def generated(rows: int, columns: int, boxes: int, seed: int, kind: type[SokobanEnv] = SokobanEnv) -> SokobanEnv:
    random.seed(seed)
    np.random.seed(seed)
    return kind(dim_room=(rows, columns), max_steps=NEVER, num_boxes=boxes)


def posed(fixed: np.ndarray, state: np.ndarray, owners: np.ndarray | None = None) -> SokobanEnv:
    if owners is None:
        env = SokobanEnv(dim_room=fixed.shape, max_steps=NEVER, reset=False)
    else:  # makes a room of its own first, whatever it is told
        env = FixedTargetsSokobanEnv(dim_room=(7, 7), max_steps=NEVER, num_boxes=1)
        env.boxes_are_on_target = [False] * len(owners)
    env.room_fixed, env.room_state = fixed.astype(int), state.astype(int)
    env.num_boxes = int((env.room_fixed == 2).sum())
    targets = map(tuple, np.argwhere(fixed == 2).tolist())
    env.box_mapping = {} if owners is None else dict(zip(targets, map(tuple, owners.tolist()), strict=True))
    env.player_position = np.argwhere(env.room_state == 5)[0]
    env.num_env_steps = 0
    return env


def main(out: str, given: str | None = None) -> None:
    if given:
        with np.load(given) as asked:
            owners = asked["owners"] if "owners" in asked else [None] * len(asked["fixed"])
            starts = zip(asked["fixed"], asked["states"], owners, strict=True)
            games = [(posed(*start), actions) for start, actions in zip(starts, asked["actions"], strict=True)]
        np.savez(out, **record(games, "given", frame_every=20))  # type: ignore[arg-type]
        return
    rng = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for name, (rows, columns, boxes, seeds) in GENERATED.items():
        games = [(generated(rows, columns, boxes, seed), rng.integers(9, size=STEPS)) for seed in seeds]
        arrays |= record(games, name)
    for name, (rows, columns, boxes, seeds) in FIXED_TARGETS.items():
        envs = [generated(rows, columns, boxes, seed, FixedTargetsSokobanEnv) for seed in seeds]
        arrays[f"{name}_owners"] = np.array([[env.box_mapping[key] for key in sorted(env.box_mapping)] for env in envs])
        assert all(list(env.box_mapping) == sorted(env.box_mapping) for env in envs)
        arrays |= record([(env, rng.integers(1, 5, size=STEPS)) for env in envs], name)
    edges = [
        (posed(board(fixed), board(state)), np.array([*first, *rng.integers(9, size=STEPS)])[:STEPS])
        for fixed, state, first in EDGES
    ]
    arrays |= record(edges, "edge")
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(*sys.argv[1:])
