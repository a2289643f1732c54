"""Rollouts over tasks and policies that break, and what records keep of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from agents.policy import Completion, Prompt, SamplingConfig
from agents.rollout import EnvironmentPool, Episode, Task, rollout
from agents.scripted import ScriptedPolicy
from envs.spaces import PromptSpace
from envs.task import TaskEnv, Verdict
from eval import record
from trainers.experience import as_answer

ID = "Test/Breaks-v0"


class BreakingEnv(TaskEnv):
    """Three turns; raises at a chosen moment for odd seeds."""

    def __init__(self, moment: str = "step", **kwargs: Any):
        super().__init__(**kwargs)
        self.moment = moment
        self.observation_space = gym.spaces.Dict({"prompt": PromptSpace(100)})

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        self._breaks, self._turn = bool(seed and seed % 2), 0
        return super().reset(seed=seed, options=options)

    def _begin(self, options: dict[str, Any]) -> dict[str, Any]:
        self._at("reset")
        return {}

    def _at(self, moment: str) -> None:
        if self._breaks and self.moment == moment:
            raise RuntimeError(f"broken at {moment}")

    def _observe(self) -> dict[str, Any]:
        return {"prompt": f"turn {self._turn}"}

    def _verify(self, response: str) -> Verdict:
        self._turn += 1
        if self._turn == 2:
            self._at("step")
        over = self._turn == 3
        return Verdict(1.0, 1.0, float(over), over, 100.0 * over, terminated=over, details={"answer": response})

    def labels(self) -> dict[str, str]:
        return {"parity": "odd" if self._breaks else "even"}

    def idle_response(self) -> str:
        return "nothing"


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    gym.register(ID, BreakingEnv)
    yield
    del gym.registry[ID]


class FailsOnSeed:
    """Answers that could not be had for tasks of one seed, as a server may refuse a single request."""

    def generate(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        return [
            Completion("", stop_reason="error", error="refused") if number == 1 else Completion("well", [1, 2])
            for number, _ in enumerate(prompts)
        ]


def play(moment: str, seeds: Sequence[int], policy: Any = None) -> list[Any]:
    task = Task(ID, {"moment": moment})
    episodes = [Episode(task, seed, number) for number, seed in enumerate(seeds)]
    return rollout(policy or ScriptedPolicy("idle"), episodes, SamplingConfig(), EnvironmentPool())


@pytest.mark.parametrize(("moment", "turns"), [("reset", 0), ("step", 1)])
def test_an_environment_that_raises_ends_its_own_episode_alone(moment: str, turns: int) -> None:
    whole, broken, other = play(moment, [2, 3, 4])
    assert [len(t.turns) for t in (whole, broken, other)] == [3, turns, 3]
    assert (whole.success, whole.score, whole.error) == (True, 100.0, None)
    assert not broken.success and np.isnan(broken.score)
    assert str(broken.error) == f"broken at {moment}"
    kept = record.record(broken, 1, 0, 0.5)
    assert (kept.error, kept.score, kept.success) == (f"RuntimeError: broken at {moment}", None, False)


def test_a_broken_environment_is_not_used_again() -> None:
    pool, task = EnvironmentPool(), Task(ID, {"moment": "step"})
    rollout(ScriptedPolicy("idle"), [Episode(task, 3, 0)], SamplingConfig(), pool)
    fresh = pool.take(task)
    rollout(ScriptedPolicy("idle"), [Episode(task, 2, 0)], SamplingConfig(), pool)
    reused = pool.take(task)
    assert fresh is not reused and pool.take(task) is not reused


def test_training_does_not_go_on_over_a_broken_task() -> None:
    with pytest.raises(RuntimeError, match="broken at step"):
        as_answer(play("step", [3])[0], [])


def test_an_answer_that_could_not_be_had_is_the_last_of_its_episode() -> None:
    first, refused, third = play("never", [2, 4, 6], FailsOnSeed())
    assert len(refused.turns) == 1 and len(first.turns) == 3
    kept = record.record(refused, 1, 0, 0.0)
    assert (kept.error, kept.stop_reasons, kept.tokens) == ("refused", ["error"], [0])
    assert record.record(third, 2, 0, 0.0).tokens[0] == 2


def test_records_survive_a_write_that_was_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "records.jsonl"
    kept = [record.record(t, number, 0, 1.0) for number, t in enumerate(play("never", [2, 4, 6]))]
    record.append(file, kept[:2])
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"index": 2, "sam')
    assert record.read(file) == kept[:2]
    record.append(file, kept[2:])
    assert record.read(file) == kept
    assert kept[0].labels == {"parity": "even"} and kept[0].answer == "nothing"
    assert kept[0].task == Task(ID, {"moment": "never"})


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text('{"index": 0}\n{}\n')
    with pytest.raises(ValueError, match="line 1, is not a record"):
        record.read(file)


def test_file_names_are_safe_and_never_meet() -> None:
    names = ["solver", "a/b", "a:b", "../../etc", "openai:gpt", "a b"]
    made = [record.file_name(name) for name in names]
    assert made[0] == "solver" and len(set(made)) == len(names)
    assert not any(set(name) & set("/: \\") or name.startswith(".") for name in made)
