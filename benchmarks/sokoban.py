"""Sokoban against gym-sokoban, both on one core in one run: steps, frames and levels a second, optimal solutions, memory.

gym-sokoban plays in a process of its own, first, so that the two sides never share the core. Ours is compiled before the
clock starts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gymnasium as gym
import numpy as np
from harness import Row, finish, parser, resident_bytes

import envs  # noqa: F401
from envs.sokoban.batch import Batch
from envs.sokoban.discrete import SokobanDiscreteEnv
from envs.sokoban.levels import PRESETS, generate
from envs.sokoban.render import frame
from envs.sokoban.rules import Game, Level
from envs.sokoban.solver import solve

SIDE = Path(__file__).with_name("gym_sokoban_side.py")
SECONDS = 3.0
BOARDS, FRAMED_BOARDS = 4096, 1024
#: Levels that the many boards share: the rules take as long on any.
DIFFERENT = 64
LEVELS = 300


def rate(action: Callable[[], object], each: int = 1) -> float:
    """How often a second something can be done, if a call does it `each` times."""
    action()
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        action()
        done += each
    return done / (time.perf_counter() - began)


def levels(preset: str, count: int) -> list[Level]:
    """Generated anew, whatever is remembered."""
    return [generate.__wrapped__(PRESETS[preset], seed) for seed in range(count)]


def actions(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(9, size=shape)


def single(theirs: dict[str, float]) -> list[Row]:
    game = Game(levels("small-v0", 1)[0])
    numbers = iter(actions(4_000_000).tolist())
    env = SokobanDiscreteEnv("small-v0", observation="grid", max_steps=10**9)
    env.reset(seed=0)
    steps = rate(lambda: game.play(next(numbers)))
    env_steps = rate(lambda: env.step(next(numbers)))
    frames = rate(lambda: frame(game))
    pictured = SokobanDiscreteEnv("small-v0", max_steps=10**9)
    pictured.reset(seed=0)
    env_frames = rate(lambda: pictured.step(next(numbers)))
    return [
        Row("steps/s, single, rules alone", steps, theirs["steps"], ">= 100000", steps),
        Row("steps/s, single, environment with grid", env_steps, theirs["steps"]),
        Row("frames/s, single, 7x7 at 16 px", frames, theirs["frames"], ">= 10000", frames),
        Row("frames/s, single, environment with image", env_frames, theirs["frames"]),
    ]


def batched(theirs: dict[str, float]) -> list[Row]:
    few = levels("v0", DIFFERENT)
    before = resident_bytes()
    batch = Batch(BOARDS, (10, 10))
    batch.load(np.arange(BOARDS), [few[board % DIFFERENT] for board in range(BOARDS)])
    generators = [np.random.default_rng(board) for board in range(BOARDS)]
    megabytes = (resident_bytes() - before) / 2**20
    assert len(generators) == BOARDS
    moves = actions(64, BOARDS)
    turn = iter(range(10**9))
    steps = rate(lambda: batch.step(moves[next(turn) % 64]), BOARDS)
    return [
        Row("steps/s, 4,096 boards 10x10, rules alone", steps, theirs["steps"], ">= 2000000", steps),
        Row("steps/s, 4,096 boards 10x10, environment with grid", environment("grid", "v0", BOARDS), theirs["steps"]),
        Row("MB for 4,096 boards 10x10 and their random generators", megabytes, None, "<= 50"),
    ]


def environment(observation: str, preset: str, boards: int, copy: bool = True) -> float:
    """Steps a second of the vector environment. All boards play one level that is never solved, since what a new level takes is
    measured by itself: its first box sticks in a corner."""
    rows, columns = PRESETS[preset].dim_room
    env = gym.make_vec(
        "LMMR1/SokobanDiscrete-v0",
        num_envs=boards,
        vectorization_mode="vector_entry_point",
        preset=preset,
        observation=observation,
        copy=copy,
        max_steps=10**9,
    )
    wall, floor = "#" * columns, "#" + " " * (columns - 2) + "#"
    board = [wall, "#$" + floor[2:], "# @ $." + floor[6:], *[floor] * (rows - 5), "#." + floor[2:], wall]
    env.reset(seed=0, options={"level": "\n".join(board)})
    moves = actions(64, boards)
    turn = iter(range(10**9))
    speed = rate(lambda: env.step(moves[next(turn) % 64]), boards)
    env.close()
    return speed


def framed(theirs: dict[str, float]) -> list[Row]:
    name = f"frames/s, {FRAMED_BOARDS:,} boards 7x7 at 16 px"
    copied = environment("image", "small-v0", FRAMED_BOARDS)
    in_place = environment("image", "small-v0", FRAMED_BOARDS, copy=False)
    return [
        Row(f"{name}, environment", copied, theirs["frames"], ">= 30000", copied),
        Row(f"{name}, environment, copy=False", in_place, theirs["frames"]),
    ]


def searched(theirs: dict[str, float]) -> list[Row]:
    began = time.perf_counter()
    made = {"v0": levels("v0", LEVELS)}
    speed = LEVELS / (time.perf_counter() - began)
    made["v1"] = levels("v1", LEVELS)
    rows = [Row("levels/s, v0 (10x10, 3 boxes)", speed, theirs["levels"], ">= 50")]
    for preset, limit in (("v0", 0.1), ("v1", 2.0)):
        seconds = []
        for level in made[preset]:
            began = time.perf_counter()
            assert solve(level).status == "solved"
            seconds.append(time.perf_counter() - began)
        share = float(np.mean(np.array(seconds) <= limit))
        rows.append(Row(f"share of {preset} solved optimally in {limit} s", share, None, ">= 0.95"))
        rows.append(Row(f"ms for an optimal solution of {preset}, 95 %", float(np.quantile(seconds, 0.95)) * 1e3))
    return rows


def main() -> int:
    options = parser(__doc__ or "").parse_args()
    command = [sys.executable, "-W", "ignore", str(SIDE), "speed"]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    solve(levels("tiny-v0", 1)[0])  # compiles
    rows = [*single(theirs), *batched(theirs), *framed(theirs), *searched(theirs)]
    return finish("Sokoban against gym-sokoban 0.0.6, one core", rows, options.json)


if __name__ == "__main__":
    sys.exit(main())
