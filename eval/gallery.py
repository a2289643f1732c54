"""Recorded episodes as GIFs: what was answered is played again in the environment, so no model is needed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agents.policy import Completion, Prompt
from agents.rollout import EnvironmentPool, Episode, Task, Trajectory, Turn
from eval import render
from eval.suites import Suite


def replay(task: Task, record: dict[str, Any], pool: EnvironmentPool) -> Trajectory:
    """Play a recorded episode again, with its frames.

    Args:
        task: As it was played.
        record: A row of `eval.suites.records`.
        pool: Where environments come from.
    """
    env = pool.take(task)
    observation, _ = env.reset(seed=record["seed"])
    trajectory = Trajectory(Episode(task, record["seed"], 0))
    for response in record["responses"]:
        prompt = Prompt.of(observation)
        observation, reward, _, _, info = env.step(response)
        trajectory.turns.append(Turn(prompt, Completion(response), float(reward), info))
    trajectory.frames = env.frames()
    pool.give_back(task, env)
    return trajectory


def write_gallery(run: Path, suites: dict[str, Suite], stages: Sequence[str], count: int) -> list[Path]:
    """For each suite with pictures, a GIF of its first held-out tasks: a row each, a column for each stage.

    Returns:
        The files written to `run/rollouts`.
    """
    pool = EnvironmentPool()
    written = []
    records = {stage: json.loads((run / "evaluations" / f"{stage}.json").read_text("utf-8")) for stage in stages}
    for name, suite in suites.items():
        rows = []
        for index in range(count):
            played = [replay(suite.task(), records[stage][name]["episodes"][index], pool) for stage in stages]
            if not all(trajectory.frames for trajectory in played):
                break
            rows.append([render.card(t, stage) for t, stage in zip(played, stages, strict=True)])
        if rows:
            path = run / "rollouts" / f"{name}.gif"
            path.parent.mkdir(parents=True, exist_ok=True)
            render.save(render.grid(rows), path)
            written.append(path)
    pool.close()
    return written
