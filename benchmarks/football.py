"""Football against Google Research Football, both on one core in one run: steps and frames a second, memory a match.

The other side is measured where gfootball is installed; elsewhere its column stays empty, and the targets are checked alone. Ours
is compiled before the clock starts. The clock counts CPU time, so that other processes take nothing from either side.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import count
from typing import Any

import gymnasium as gym
import numpy as np
from harness import Row, finish, parser, resident_bytes

import envs  # noqa: F401
from envs.football.actions import NUM_ACTIONS, Action
from envs.football.discrete import FootballDiscreteEnv
from envs.football.engine import Engine, EngineName, make_engine
from envs.football.match import Match, Matches
from envs.football.render import Renderer
from envs.football.scenarios import SCENARIOS

SECONDS = 2.0
MATCHES = 256
WHOLE = SCENARIOS["11_vs_11_stochastic"]
#: Frames are drawn of this many moments of a match, in turn.
MOMENTS = 200


def rate(action: Callable[[], object], each: int = 1) -> float:
    """How often a second of CPU time something can be done, if a call does it `each` times."""
    action()
    done, began = 0, time.process_time()
    while time.process_time() - began < SECONDS:
        action()
        done += each
    return done / (time.process_time() - began)


def actions(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(NUM_ACTIONS, size=shape)


def stepper(engine: Engine) -> Callable[[], object]:
    """Steps of whole matches, one after the other, by a random policy."""
    numbers, seeds = actions(100_003).tolist(), count()
    turn = count()
    engine.reset(WHOLE, next(seeds))

    def step() -> object:
        if engine.done:
            return engine.reset(WHOLE, next(seeds))
        return engine.step(Action(numbers[next(turn) % len(numbers)]))

    return step


def episodes(env: Any, numbers: np.ndarray) -> Callable[[], object]:
    """Steps of an environment that begins anew when an episode ends."""
    turn = count()
    env.reset(seed=0)

    def step() -> object:
        _, _, terminated, truncated, _ = env.step(int(numbers[next(turn) % len(numbers)]))
        return env.reset() if terminated or truncated else None

    return step


def single(theirs: float | None) -> list[Row]:
    engine = rate(stepper(Match()))
    whole = rate(episodes(FootballDiscreteEnv(WHOLE.name), actions(100_003)))
    attacks = rate(episodes(FootballDiscreteEnv(), actions(100_003)))
    scored = rate(episodes(FootballDiscreteEnv(WHOLE.name, reward="magebench"), actions(100_003)))
    return [
        Row("steps/s, single, engine with raw observation", engine, theirs, ">= 3000", engine),
        Row("steps/s, single, environment, whole matches", whole, theirs, ">= 3000", whole),
        Row("steps/s, single, environment, generated attacks and their resets", attacks, theirs),
        Row("steps/s, single, environment with MageBench's reward", scored, theirs),
    ]


def batched(theirs: float | None) -> list[Row]:
    matches = Matches(MATCHES)
    matches.start(range(MATCHES), [WHOLE] * MATCHES, range(MATCHES))
    numbers, turn = actions(64, MATCHES), count()

    def step() -> None:
        matches.records["done"] = 0  # nobody waits for the end of time here
        matches.step(numbers[next(turn) % 64])

    core = rate(step, MATCHES)
    rows = [Row(f"match-steps/s, {MATCHES} matches, core", core, theirs, ">= 40000", core)]
    for name, target, arguments in (
        ("environment", ">= 40000", {"scenario": WHOLE.name}),
        ("environment with checkpoints", "", {"scenario": WHOLE.name, "reward": "checkpoints"}),
        ("environment with raw observation", "", {"scenario": WHOLE.name, "observation": "raw"}),
        ("environment, generated attacks and their resets", "", {}),
        ("environment with MageBench's reward", "", {"scenario": WHOLE.name, "reward": "magebench"}),
    ):
        env = gym.make_vec("LMMR1/FootballDiscrete-v0", MATCHES, "vector_entry_point", **arguments)
        env.reset(seed=0)
        speed = rate(lambda env=env: env.step(numbers[next(turn) % 64]), MATCHES)  # type: ignore[misc]
        rows.append(Row(f"match-steps/s, {MATCHES} matches, {name}", speed, theirs, target, speed))
        env.close()
    return rows


def frames() -> list[Row]:
    engine = Match()
    step = stepper(engine)
    seen = []
    for _ in range(MOMENTS):
        step()
        seen.append(engine.step(Action.BUILTIN_AI))
    rows = []
    for camera, size, target in (
        ("broadcast", (640, 360), ">= 150"), ("top_down", (640, 360), ""),
        ("broadcast", (1280, 720), ""), ("broadcast", (256, 144), ""),
    ):  # fmt: skip
        renderer, turn = Renderer(camera, size), count()  # type: ignore[arg-type]
        speed = rate(lambda r=renderer, t=turn: r.frame(seen[next(t) % MOMENTS]))  # type: ignore[misc]
        rows.append(Row(f"frames/s, {camera} {size[0]}x{size[1]}", speed, None, target))
    return rows


def megabytes(engine: EngineName, matches: int) -> float:
    """What a match takes with its environment, once the first one has loaded code: measured in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, "--memory", engine, str(matches)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def measure_memory(engine: EngineName, matches: int) -> float:
    """MB a match: what the resident memory grows by, for `matches` environments that have all played."""

    def played() -> FootballDiscreteEnv:
        env = FootballDiscreteEnv(WHOLE.name, engine=engine)
        env.reset(seed=0)
        for action in actions(20).tolist():
            env.step(action)
        return env

    kept = [played()]
    before = resident_bytes()
    kept += [played() for _ in range(matches)]
    return (resident_bytes() - before) / 2**20 / matches


def memory(compared: bool) -> list[Row]:
    theirs = megabytes("gfootball", 4) if compared else None
    ours = megabytes("builtin", MATCHES)
    return [Row(f"MB a match, {MATCHES} environments", ours, theirs, "<= 2", ours)]


def main() -> int:
    options = parser(__doc__ or "")
    options.add_argument(
        "--memory", nargs=2, metavar=("ENGINE", "MATCHES"), help="measure the memory of one engine alone"
    )
    arguments = options.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if arguments.memory:
        print(measure_memory(arguments.memory[0], int(arguments.memory[1])))
        return 0
    compared = find_spec("gfootball_engine") is not None
    theirs = rate(stepper(make_engine("gfootball"))) if compared else None
    rows = [*single(theirs), *batched(theirs), *frames(), *memory(compared)]
    title = (
        "Football against gfootball 2.10.2, one core" if compared else "Football (gfootball is not installed), one core"
    )
    return finish(title, rows, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
