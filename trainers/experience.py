"""Experience: groups of answers to sampled tasks, verified, gathered from all processes.

Every process plays its share of the groups and ends up with all of them, so that whatever comes next (advantages, packing,
counts) is computed from the same numbers everywhere. Knows nothing of losses.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import torch

from agents import chat
from agents.errors import EngineError
from agents.policy import SamplingConfig
from agents.rollout import EnvironmentPool, Task, Trajectory, grouped, rollout
from agents.sampler import TrainablePolicy
from envs.splits import HELDOUT_OFFSET, split_seed
from trainers.advantage import informative_groups
from trainers.mesh import Mesh
from trainers.packing import Sample, make_sample
from trainers.stage import StageConfig


@dataclass(eq=False)
class Answer:
    """One episode as the trainer keeps it.

    Attributes:
        task: Environment id.
        group: Answers to the same task share it.
        rewards: Of each turn.
        success: Whether the task was solved.
        formats: Format reward of each turn.
        truncated: Whether each turn was cut off at the longest completion.
        samples: Each turn's prompt and completion; `None` for one that cannot be trained on (it is empty, or contains a
            visual token).
    """

    task: str
    group: int
    rewards: list[float]
    success: bool
    formats: list[float]
    truncated: list[bool]
    samples: list[Sample | None]

    @property
    def reward(self) -> float:
        """Sum of the turns' rewards."""
        return sum(self.rewards)


class Experience:
    """Plays a stage's tasks. Owns the environments.

    Args:
        stage: What is played, and how answers are drawn.
        seed: Of tasks and sampling.
        mesh: The processes that share the work.
    """

    def __init__(self, stage: StageConfig, seed: int, mesh: Mesh):
        self.stage = stage
        self.mesh = mesh
        self._seed = seed
        self._first_seed = int(np.random.default_rng([seed, zlib.crc32(stage.name.encode())]).integers(HELDOUT_OFFSET))
        self._pool = EnvironmentPool()
        self._tasks = [Task(t.id, {**t.kwargs, "split": "train"}) for t in stage.tasks]
        self._shares = np.array([t.weight for t in stage.tasks]) / sum(t.weight for t in stage.tasks)

    def close(self) -> None:
        self._pool.close()

    def collect(self, policy: TrainablePolicy, step: int) -> list[Answer]:
        """The answers of a step, a pure function of the weights, the seed and the step's number.

        With dynamic sampling (DAPO, arXiv 2503.14476), groups whose answers all agree make way for groups of further
        rollouts, until there are enough others or the rollouts are used up.

        Raises:
            EngineError: In every process, if the engine of one fails.
        """
        answers = self._play(policy, step, attempt=0)
        for attempt in range(1, 1 + self.stage.dynamic_sampling):
            if self._informative(answers).all():
                break
            fresh = self._play(policy, step, attempt)
            answers = self._replace(answers, list(compress(fresh, self._informative(fresh))))
        return answers

    def _play(self, policy: TrainablePolicy, step: int, attempt: int) -> list[Answer]:
        """One rollout: this process plays every world-th group, and all get all."""
        stage = self.stage
        rng = np.random.default_rng(
            [self._seed, zlib.crc32(stage.name.encode()), step, *([attempt] if attempt else [])]
        )
        picks = rng.choice(len(self._tasks), size=stage.prompts, p=self._shares)
        tasks = [
            (self._tasks[pick], self._task_seed(step, attempt, number)) for number, pick in enumerate(picks.tolist())
        ]
        drawn = (int(rng.integers(2**31)) + self.mesh.rank) % 2**31
        sampling = SamplingConfig(stage.temperature, 1.0, stage.max_tokens, seed=drawn)
        episodes = [e for e in grouped(tasks, stage.group_size) if e.group % self.mesh.world == self.mesh.rank]
        mine: list[Answer] | EngineError
        try:
            trajectories = rollout(policy, episodes, sampling, self._pool, stage.max_turns)
            banned = chat.visual_token_ids(policy.model.config)
            mine = [as_answer(trajectory, banned) for trajectory in trajectories]
        except EngineError as error:
            mine = error  # all processes have to stop, and the others wait at the next line
        return sorted(_all_answers(self.mesh.gather(mine)), key=lambda answer: answer.group)

    def _task_seed(self, step: int, attempt: int, number: int) -> int:
        """The seed of a prompt: they count on from step to step, so that no row of a data set comes twice in an epoch."""
        rollouts = step * (1 + self.stage.dynamic_sampling) + attempt
        return split_seed("train", (self._first_seed + rollouts * self.stage.prompts + number) % HELDOUT_OFFSET)

    def _informative(self, answers: Sequence[Answer]) -> torch.Tensor:
        rewards = torch.tensor([answer.reward for answer in answers])
        return informative_groups(rewards, torch.tensor([answer.group for answer in answers]))

    def _replace(self, answers: list[Answer], spare: list[Answer]) -> list[Answer]:
        """Put spare groups in the place of groups that agree."""
        groups: dict[int, list[Answer]] = {}
        for answer in spare:
            groups.setdefault(answer.group, []).append(answer)
        silent = [a.group for a, ok in zip(answers, self._informative(answers), strict=True) if not ok]
        kept = list(answers)
        for group, members in zip(dict.fromkeys(silent), groups.values(), strict=False):
            for member in members:
                member.group = group
            kept = [answer for answer in kept if answer.group != group] + members
        return sorted(kept, key=lambda answer: answer.group)


def _all_answers(shares: Sequence[list[Answer] | EngineError]) -> list[Answer]:
    """Every process's answers.

    Raises:
        EngineError: If the engine of one of them failed.
    """
    answers: list[Answer] = []
    for share in shares:
        if isinstance(share, EngineError):
            raise share
        answers += share
    return answers


def as_answer(trajectory: Trajectory, banned: Sequence[int]) -> Answer:
    """An episode without what only playing needed.

    Raises:
        Exception: Whatever the environment raised: training does not go on over a broken task.
    """
    if trajectory.error is not None:
        raise trajectory.error
    episode = trajectory.episode
    samples: list[Sample | None] = []
    for number, turn in enumerate(trajectory.turns):
        completion = turn.completion
        if completion.prompt is None:
            raise ValueError("a completion has no encoded prompt; only policies with token ids can be trained")
        origin = f"{episode.task.id} seed {episode.seed} turn {number}"
        figures = {"sampler_logprobs": completion.logprobs}
        try:
            samples.append(make_sample(completion.prompt, completion.token_ids, banned, figures, origin))
        except ValueError:
            samples.append(None)
    return Answer(
        task=episode.task.id,
        group=episode.group,
        rewards=[turn.reward for turn in trajectory.turns],
        success=trajectory.success,
        formats=[float(turn.info["format_reward"]) for turn in trajectory.turns],
        truncated=[turn.completion.stop_reason == "length" for turn in trajectory.turns],
        samples=samples,
    )


def outcomes(answers: Sequence[Answer]) -> dict[str, float]:
    """Means over a rollout, and the share of groups that agree in their rewards."""
    lengths = [s.completion_length for a in answers for s in a.samples if s is not None] or [0]
    rewards = torch.tensor([answer.reward for answer in answers])
    informative = informative_groups(rewards, torch.tensor([answer.group for answer in answers]))
    metrics = {
        "reward": float(np.mean([answer.reward for answer in answers])),
        "success": float(np.mean([answer.success for answer in answers])),
        "format": float(np.mean([value for answer in answers for value in answer.formats])),
        "response_tokens": float(np.mean(lengths)),
        "truncated": float(np.mean([cut for answer in answers for cut in answer.truncated])),
        "silent_groups": 1 - float(informative.float().mean()),
        "dropped": float(sum(sample is None for answer in answers for sample in answer.samples)),
    }
    for id in {answer.task for answer in answers}:
        name = id.partition("/")[2]
        metrics[f"success/{name}"] = float(np.mean([answer.success for answer in answers if answer.task == id]))
    return metrics
