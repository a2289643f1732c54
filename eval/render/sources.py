"""Where the rollouts of a picture come from: a policy that plays now, a file of records, or all policies of a run."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from agents.policy import Policy, SamplingConfig
from agents.rollout import EnvironmentPool, Episode, Task, Trajectory, rollout
from eval.gallery import replay
from eval.record import Record, file_name, read, record_path

#: Rollouts in one picture, at most.
MOST_ROLLOUTS = 64
#: Stages of training, in their order.
_STAGES = ("base", "fre", "mgt")


@dataclass(frozen=True)
class Scene:
    """What one picture shows.

    Attributes:
        rows: Rollouts and their titles, row by row.
        row_titles: One for each row, or none.
        column_titles: One for each column, or none.
    """

    rows: list[list[tuple[Trajectory, str]]]
    row_titles: Sequence[str] = ()
    column_titles: Sequence[str] = ()

    @property
    def count(self) -> int:
        return sum(map(len, self.rows))


def from_policy(
    policy: Policy, name: str, task: Task, seeds: Sequence[int], sampling: SamplingConfig, max_turns: int
) -> Scene:
    """Play now.

    Args:
        policy: Who plays.
        name: What it is called in titles.
        task: The environment.
        seeds: One for each episode.
        sampling: How to decode.
        max_turns: Longest multi-turn episode.
    """
    pool = EnvironmentPool()
    episodes = [Episode(task, seed, group) for group, seed in enumerate(seeds)]
    try:
        played = rollout(policy, episodes, sampling, pool, max_turns, keep_frames=True)
    finally:
        pool.close()
    return _in_rows([(trajectory, f"{name}, seed {trajectory.episode.seed}") for trajectory in played])


def from_records(path: Path, tasks: Sequence[int], sample: int) -> Scene:
    """Episodes of one file of records.

    Args:
        path: `RUN/episodes/SUITE/POLICY.jsonl`.
        tasks: Numbers of the tasks.
        sample: Which answer to them.

    Raises:
        ValueError: If the file is not there, has no such episode, or an episode no longer plays as it did.
    """
    chosen = _chosen(path, tasks, sample)
    return _in_rows([(trajectory, f"{path.stem}, task {task}") for task, trajectory in zip(tasks, chosen, strict=True)])


def from_run(run: Path, suite: str, tasks: Sequence[int], sample: int) -> Scene:
    """All policies of an evaluation, or all stages of a training run, side by side: a row for each task.

    Args:
        run: The folder of the run.
        suite: Name of the suite.
        tasks: Numbers of the tasks.
        sample: Which answer to them.

    Raises:
        ValueError: If there is no such run or suite, or as `from_records` does.
    """
    columns = _policies(run, suite)
    played = [_chosen(path, tasks, sample) for path in columns.values()]
    labels = [", ".join(f"{name} {value}" for name, value in one.labels.items()) for one in played[0]]
    return Scene(
        rows=[[(one, name) for one, name in zip(row, columns, strict=True)] for row in zip(*played, strict=True)],
        row_titles=[f"{suite}, task {task}: {label}".rstrip(": ") for task, label in zip(tasks, labels, strict=True)],
    )


def _in_rows(played: list[tuple[Trajectory, str]]) -> Scene:
    """Rollouts in rows, about as many as columns; up to three columns of the large cards of a few."""
    columns = math.ceil(math.sqrt(len(played)))
    return Scene([played[i : i + columns] for i in range(0, len(played), columns)])


def _policies(run: Path, suite: str) -> dict[str, Path]:
    """Files of records by the name of their policy, in the order of the run's results, else stages first."""
    folder = record_path(run, suite, "any").parent
    suites = sorted(path.name for path in folder.parent.glob("*") if path.is_dir())
    if not suites:
        raise ValueError(f"{run} has no episodes; expected the folder of a training run or an evaluation")
    if folder.name not in suites:
        near = get_close_matches(suite, suites, n=1)
        raise ValueError(f"{run} has no suite {suite!r}; " + (f"did you mean {near[0]!r}?" if near else _list(suites)))
    files = {path.stem: path for path in folder.glob("*.jsonl")}
    if not files:
        raise ValueError(f"{folder} has no records yet")
    known = {name: files.pop(file_name(name)) for name in _told(run, suite) if file_name(name) in files}
    stages = {name: files.pop(name) for name in _STAGES if name in files}
    return {**known, **stages, **dict(sorted(files.items()))}


def _list(names: Sequence[str]) -> str:
    return f"there are {', '.join(names)}"


def _told(run: Path, suite: str) -> list[str]:
    """The policies or stages that the results of a run tell of a suite; none without results."""
    try:
        results = json.loads((run / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if "stages" in results:
        return [name for name, scores in results["stages"].items() if suite in scores]
    return list(results.get("suites", {}).get(suite, {}))


def _chosen(path: Path, tasks: Sequence[int], sample: int) -> list[Trajectory]:
    if not path.is_file():
        raise ValueError(f"there is no file {path}; expected records such as RUN/episodes/SUITE/POLICY.jsonl")
    found = {one.key: one for one in read(path)}
    if not found:
        raise ValueError(f"{path} has no records yet")
    for task in tasks:
        if (task, sample) not in found:
            last_task, last_sample = max(key[0] for key in found), max(key[1] for key in found)
            raise ValueError(
                f"{path} has no task {task} with sample {sample}; expected tasks 0 to {last_task} and samples 0 to {last_sample}"
            )
    pool = EnvironmentPool()
    try:
        return [_played_again(found[task, sample], path, pool) for task in tasks]
    finally:
        pool.close()


def _played_again(one: Record, path: Path, pool: EnvironmentPool) -> Trajectory:
    """An episode with its frames. One that broke when it was recorded may break again: then it has no turns."""
    try:
        trajectory = replay(one, pool)
    except Exception as error:
        if not one.error:
            raise ValueError(f"{path}, task {one.index}, can't be played again: {error}") from error
        trajectory = Trajectory(Episode(one.task, one.seed, one.index), labels=one.labels)
    if one.error:
        trajectory.error = RuntimeError(one.error)
        return trajectory
    rewards = [turn.reward for turn in trajectory.turns]
    if not all(math.isclose(now, then, abs_tol=1e-6) for now, then in zip(rewards, one.rewards, strict=True)):
        raise ValueError(
            f"{path}, task {one.index}, earned {sum(one.rewards):.3f} when it was recorded and earns {sum(rewards):.3f} now: "
            "its environment has changed since; evaluate again"
        )
    for turn, reason in zip(trajectory.turns, one.stop_reasons, strict=True):
        turn.completion.stop_reason = reason  # type: ignore[assignment]
    return trajectory
