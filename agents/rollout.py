"""Rollouts: many environments answered together, turn by turn, in groups that share a task.

Knows nothing of training. The environments are ordinary Gymnasium ones, kept and reused between calls.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np

import envs  # noqa: F401  registers the LMMR1/* ids
from agents.policy import Completion, Policy, Prompt, SamplingConfig
from envs.task import TaskEnv


@dataclass(frozen=True)
class Task:
    """An environment to make: its id and the constructor's arguments."""

    id: str
    kwargs: dict[str, Any] = field(default_factory=dict)

    def key(self) -> str:
        """Equal for equal tasks."""
        return f"{self.id}{sorted(self.kwargs.items())}"


@dataclass(frozen=True)
class Episode:
    """One episode to play: a task, the seed of its reset, and the group whose episodes share both."""

    task: Task
    seed: int
    group: int


@dataclass(eq=False)
class Turn:
    """One exchange: what was asked, what was answered, what the environment gave for it."""

    prompt: Prompt
    completion: Completion
    reward: float
    info: dict[str, Any]


@dataclass(eq=False)
class Trajectory:
    """All turns of an episode."""

    episode: Episode
    turns: list[Turn] = field(default_factory=list)
    frames: list[np.ndarray] = field(default_factory=list)

    @property
    def reward(self) -> float:
        """Sum of the turns' rewards."""
        return sum(turn.reward for turn in self.turns)

    @property
    def success(self) -> bool:
        return bool(self.turns[-1].info["success"])

    @property
    def score(self) -> float:
        return float(self.turns[-1].info["score"])


class EnvironmentPool:
    """Keeps made environments for reuse. Owns them: `close` closes all."""

    def __init__(self) -> None:
        self._idle: dict[str, list[TaskEnv]] = defaultdict(list)

    def take(self, task: Task) -> TaskEnv:
        idle = self._idle[task.key()]
        return idle.pop() if idle else gym.make(task.id, disable_env_checker=True, **task.kwargs).unwrapped  # type: ignore[return-value]

    def give_back(self, task: Task, env: TaskEnv) -> None:
        self._idle[task.key()].append(env)

    def close(self) -> None:
        for idle in self._idle.values():
            while idle:
                idle.pop().close()


def grouped(tasks: Sequence[tuple[Task, int]], group_size: int) -> list[Episode]:
    """`group_size` episodes for each (task, seed), the unit that group-relative advantages compare."""
    return [Episode(task, seed, group) for group, (task, seed) in enumerate(tasks) for _ in range(group_size)]


def rollout(
    policy: Policy,
    episodes: Sequence[Episode],
    sampling: SamplingConfig,
    pool: EnvironmentPool,
    max_turns: int = 1_000,
    keep_frames: bool = False,
) -> list[Trajectory]:
    """Play episodes to their end, all active ones answered in one batch a turn.

    Args:
        policy: Who answers.
        episodes: What to play; episodes of one group get equal first prompts.
        sampling: How to draw. If it has a seed, turn t uses a seed derived from it and t.
        pool: Where environments come from and return to.
        max_turns: Episodes that last longer are cut off.
        keep_frames: Keep what each environment drew, for GIFs.

    Returns:
        A trajectory for each episode, in order.
    """
    environments = [pool.take(episode.task) for episode in episodes]
    trajectories = [Trajectory(episode) for episode in episodes]
    observations = [env.reset(seed=episode.seed)[0] for env, episode in zip(environments, episodes, strict=True)]
    active = list(range(len(episodes)))
    for turn in range(max_turns):
        if not active:
            break
        prompts = [Prompt.of(observations[i], environments[i]) for i in active]
        completions = policy.generate(prompts, _for_turn(sampling, turn))
        still_active = []
        for i, prompt, completion in zip(active, prompts, completions, strict=True):
            observations[i], reward, terminated, truncated, info = environments[i].step(completion.text)
            trajectories[i].turns.append(Turn(prompt, completion, float(reward), info))
            if not (terminated or truncated):
                still_active.append(i)
        active = still_active
    for env, trajectory in zip(environments, trajectories, strict=True):
        if keep_frames:
            trajectory.frames = env.frames()
        pool.give_back(trajectory.episode.task, env)
    return trajectories


def _for_turn(sampling: SamplingConfig, turn: int) -> SamplingConfig:
    if sampling.seed is None or turn == 0:
        return sampling
    seed = int(np.random.SeedSequence([sampling.seed, turn]).generate_state(1)[0])
    return SamplingConfig(sampling.temperature, sampling.top_p, sampling.max_tokens, seed)
