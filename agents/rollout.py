"""Rollouts: many environments answered together, turn by turn, in groups that share a task.

Knows nothing of training. The environments are ordinary Gymnasium ones, kept and reused between calls.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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
    """All turns of an episode.

    Attributes:
        episode: What was played.
        turns: What was asked and answered.
        frames: What the environment drew, if it was asked for.
        labels: What kind of task it was, see `TaskEnv.labels`.
        error: What the environment raised, which ended the episode; `None` if all went well.
    """

    episode: Episode
    turns: list[Turn] = field(default_factory=list)
    frames: list[np.ndarray] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def reward(self) -> float:
        """Sum of the turns' rewards."""
        return sum(turn.reward for turn in self.turns)

    @property
    def success(self) -> bool:
        return bool(self.turns and self.turns[-1].info["success"])

    @property
    def score(self) -> float:
        """On the benchmark's scale; not a number for a task without one, or one that broke."""
        return float(self.turns[-1].info["score"]) if self.turns and self.error is None else math.nan


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


class _Play:
    """An episode under way. Owns an environment of the pool; one that raises is closed and does not go back.

    Attributes:
        trajectory: What was played so far.
        going: Whether the next turn is the policy's.
    """

    def __init__(self, episode: Episode, pool: EnvironmentPool, keep_frames: bool, keep_pictures: bool):
        self.trajectory = Trajectory(episode)
        self._keep_frames = keep_frames
        self._keep_pictures = keep_pictures
        self.going = True
        self._pool = pool
        self._env = pool.take(episode.task)
        with self._recording():
            self._observation, _ = self._env.reset(seed=episode.seed)
            self.trajectory.labels = self._env.labels()

    def prompt(self) -> Prompt:
        return Prompt.of(self._observation, self._env)

    def answer(self, prompt: Prompt, completion: Completion) -> None:
        """Play a turn. An answer that failed is played as what text it has, and is the last one."""
        with self._recording():
            self._observation, reward, terminated, truncated, info = self._env.step(completion.text)
            asked = prompt if self._keep_pictures else replace(prompt, images=())
            self.trajectory.turns.append(Turn(asked, completion, float(reward), info))
            self.going = not (terminated or truncated or completion.error)

    def end(self) -> Trajectory:
        if self.trajectory.error is not None:
            self._env.close()
            return self.trajectory
        if self._keep_frames:
            self.trajectory.frames = self._env.frames()
        self._pool.give_back(self.trajectory.episode.task, self._env)
        return self.trajectory

    @contextmanager
    def _recording(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.trajectory.error = error
            self.going = False


def rollout(
    policy: Policy,
    episodes: Sequence[Episode],
    sampling: SamplingConfig,
    pool: EnvironmentPool,
    max_turns: int = 1_000,
    keep_frames: bool = False,
    keep_pictures: bool = True,
) -> list[Trajectory]:
    """Play episodes to their end, all active ones answered in one batch a turn.

    An environment that raises ends its own episode alone, see `Trajectory.error`; a policy that raises ends all.

    Args:
        policy: Who answers.
        episodes: What to play; episodes of one group get equal first prompts.
        sampling: How to draw. If it has a seed, turn t uses a seed derived from it and t.
        pool: Where environments come from and return to.
        max_turns: Episodes that last longer are cut off.
        keep_frames: Keep what each environment drew, for GIFs.
        keep_pictures: Keep the pictures of the prompts, which training needs. A long episode has many.

    Returns:
        A trajectory for each episode, in order.
    """
    plays = [_Play(episode, pool, keep_frames, keep_pictures) for episode in episodes]
    for turn in range(max_turns):
        active = [play for play in plays if play.going]
        if not active:
            break
        prompts = [play.prompt() for play in active]
        completions = policy.generate(prompts, _for_turn(sampling, turn))
        for play, prompt, completion in zip(active, prompts, completions, strict=True):
            play.answer(prompt, completion)
    return [play.end() for play in plays]


def _for_turn(sampling: SamplingConfig, turn: int) -> SamplingConfig:
    if sampling.seed is None or turn == 0:
        return sampling
    seed = int(np.random.SeedSequence([sampling.seed, turn]).generate_state(1)[0])
    return SamplingConfig(sampling.temperature, sampling.top_p, sampling.max_tokens, seed)
