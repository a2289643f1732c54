"""Plays a policy through a suite, keeps what was played, and goes on where an interrupted evaluation stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from agents.errors import EngineError
from agents.policy import Policy, SamplingConfig
from agents.rollout import EnvironmentPool, Episode, Trajectory, rollout
from eval import record
from eval.record import Record
from eval.suites import Suite, heldout_episodes


def evaluate(
    policy: Policy,
    suite: Suite,
    episodes: int | None = None,
    seed: int = 0,
    batch: int = 512,
    store: Path | None = None,
    tell: Callable[[int], None] = lambda done: None,
) -> list[Record]:
    """Play a policy through a suite.

    Batches are the same in every run and each has a seed of its own, so an evaluation that was interrupted ends with the
    records of one that was not. Answers that failed are played again.

    Args:
        policy: Who answers.
        suite: On what.
        episodes: How many distinct held-out tasks; `None` for the suite's own number.
        seed: Of sampling, for policies and temperatures that are random.
        batch: Episodes played at once.
        store: File of records to add to; those of whole batches in it are not played again.
        tell: Called with the number of episodes done.

    Returns:
        A record for each sample of each task, in order.

    Raises:
        ValueError: If the suite has not so many distinct tasks, or `store` holds records of other tasks.
    """
    pool = EnvironmentPool()
    try:
        tasks = heldout_episodes(suite, episodes or suite.episodes, pool)
        plan = [(episode, sample) for episode in tasks for sample in range(suite.samples)]
        done = _kept(store, tasks) if store else {}
        tell(len(done))
        for number, part in enumerate(_batches(plan, batch)):
            if all((episode.group, sample) in done for episode, sample in part):
                continue
            sampling = SamplingConfig(suite.temperature, suite.top_p, suite.max_tokens, seed=seed + number)
            fresh = _play(policy, part, sampling, pool, suite.max_turns)
            if store:
                record.append(store, fresh)
            done |= {one.key: one for one in fresh}
            tell(len(done))
    finally:
        pool.close()
    return [done[episode.group, sample] for episode, sample in plan]


def _play(
    policy: Policy, part: list[tuple[Episode, int]], sampling: SamplingConfig, pool: EnvironmentPool, max_turns: int
) -> list[Record]:
    began = time.monotonic()
    episodes = [episode for episode, _ in part]
    try:
        trajectories = rollout(policy, episodes, sampling, pool, max_turns, keep_pictures=False)
    except EngineError:  # concerns all episodes
        raise
    except Exception:
        trajectories = _one_by_one(policy, episodes, sampling, pool, max_turns)
    seconds = (time.monotonic() - began) / len(part)
    return [
        record.record(trajectory, episode.group, sample, seconds)
        for trajectory, (episode, sample) in zip(trajectories, part, strict=True)
    ]


def _one_by_one(
    policy: Policy, episodes: list[Episode], sampling: SamplingConfig, pool: EnvironmentPool, max_turns: int
) -> list[Trajectory]:
    """Play each episode by itself, so that one that the policy cannot take, such as a prompt that is too long, fails alone.

    Raises:
        Exception: The policy's own, if it takes none of several.
    """
    trajectories = []
    for number, episode in enumerate(episodes):
        alone = replace(sampling, seed=None if sampling.seed is None else _seed(sampling.seed, number))
        try:
            trajectories += rollout(policy, [episode], alone, pool, max_turns, keep_pictures=False)
        except EngineError:
            raise
        except Exception as error:
            trajectories.append(Trajectory(episode, error=error))
    failures = [one.error for one in trajectories if one.error is not None]
    if len(failures) == len(episodes) > 1:
        raise failures[-1]
    return trajectories


def _seed(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _kept(store: Path, tasks: list[Episode]) -> dict[tuple[int, int], Record]:
    """What was played before and went well.

    Raises:
        ValueError: If it is of other tasks than these.
    """
    expected = {episode.group: (episode.task.key(), episode.seed) for episode in tasks}
    found = record.read(store)
    for one in found:
        if expected.get(one.index, (one.task.key(), one.seed)) != (one.task.key(), one.seed):
            raise ValueError(
                f"{store} holds an evaluation of other tasks (task {one.index} is {one.task.key()} with seed {one.seed}); "
                "choose another folder, or delete the file"
            )
    return {one.key: one for one in found if one.index in expected and not one.error}


def _batches(plan: list[tuple[Episode, int]], size: int) -> Iterator[list[tuple[Episode, int]]]:
    for start in range(0, len(plan), size):
        yield plan[start : start + size]
