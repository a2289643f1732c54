"""Recorded episodes as GIFs: what was answered is played again in the environment, so no model is needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from agents.policy import Completion, Prompt
from agents.rollout import EnvironmentPool, Episode, Trajectory, Turn
from eval import render
from eval.record import Record, firsts, read, record_path

#: Frames of a GIF at most, the last one aside.
MOST_FRAMES = 100


def replay(record: Record, pool: EnvironmentPool) -> Trajectory:
    """Play a recorded episode again, with its frames.

    Args:
        record: What was played.
        pool: Where environments come from; one that raises is closed and does not go back.

    Raises:
        Exception: Whatever the environment raises, as it does if what it reads, such as a file of levels, is gone.
    """
    trajectory = Trajectory(Episode(record.task, record.seed, record.index), labels=record.labels)
    env = pool.take(record.task)
    try:
        observation, _ = env.reset(seed=record.seed)
        for response in record.responses:
            prompt = Prompt.of(observation)
            observation, reward, _, _, info = env.step(response)
            trajectory.turns.append(Turn(prompt, Completion(response), float(reward), info))
        trajectory.frames = env.frames()
    except Exception:
        env.close()
        raise
    pool.give_back(record.task, env)
    return trajectory


def write_gallery(run: Path, suites: Sequence[str], stages: Sequence[str], count: int) -> list[Path]:
    """For each suite with pictures, a GIF of its first held-out tasks: a row each, a column for each stage.

    Of long episodes it has every second, third … frame.

    Returns:
        The files written to `run/rollouts`.
    """
    pool = EnvironmentPool()
    written = []
    for suite in suites:
        records = [firsts(read(record_path(run, suite, stage)))[:count] for stage in stages]
        rows = []
        for same_task in zip(*records, strict=False):
            if any(record.error for record in same_task):
                continue
            played = [replay(record, pool) for record in same_task]
            if not all(trajectory.frames for trajectory in played):
                break
            rows.append([render.card(t, stage) for t, stage in zip(played, stages, strict=True)])
        if rows:
            path = run / "rollouts" / f"{suite}.gif"
            frames = render.grid(rows)
            render.save(render.every(frames, math.ceil(len(frames) / MOST_FRAMES)), path)
            written.append(path)
    pool.close()
    return written
