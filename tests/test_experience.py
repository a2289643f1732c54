"""Which tasks a stage plays: seeds count on, so that an epoch over a data set is one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agents.hf import HFPolicy
from agents.rollout import Episode
from trainers import experience
from trainers.experience import Experience
from trainers.mesh import Mesh
from trainers.stage import StageConfig, TaskConfig


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Episode]:
    """All episodes that are rolled out from here on, one of each group."""
    seen: list[Episode] = []
    rollout = experience.rollout

    def watched(policy: Any, episodes: Sequence[Episode], *rest: Any) -> Any:
        seen.extend({episode.group: episode for episode in episodes}.values())
        return rollout(policy, episodes, *rest)

    monkeypatch.setattr(experience, "rollout", watched)
    return seen


def stage(rows: Path, **changes: Any) -> StageConfig:
    tasks = [TaskConfig("LMMR1/Dataset-v0", {"source": str(rows)})]
    return StageConfig("rows", tasks, prompts=4, group_size=2, max_tokens=2, **changes)


def test_an_epoch_shows_every_row_of_the_split_once(tmp_path: Path, tiny_folder: Path, played: list[Episode]) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"prompt": f"{n} + 1", "answer": str(n + 1)}) + "\n" for n in range(40)))
    settings = stage(rows)
    plays = Experience(settings, seed=3, mesh=Mesh())
    policy = HFPolicy.from_pretrained(tiny_folder)
    for step in range(18):
        plays.collect(policy, step)
    seeds = [episode.seed for episode in played]
    assert seeds == list(range(seeds[0], seeds[0] + 72))
    env = plays._pool.take(played[0].task)
    shown = [env.reset(seed=seed)[1]["row"] for seed in seeds]
    members = set(shown)
    assert 20 < len(members) < 40, "the held-out rows are left out"
    begins = next(k for k in range(len(members)) if (seeds[0] + k) % len(members) == 0)
    epoch = shown[begins : begins + len(members)]
    assert sorted(epoch) == sorted(members)
    plays.close()


def test_further_rollouts_and_other_runs_play_other_tasks(
    tmp_path: Path, tiny_folder: Path, played: list[Episode]
) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"prompt": f"{n} + 1", "answer": "no such word"}) + "\n" for n in range(40)))
    policy = HFPolicy.from_pretrained(tiny_folder)
    for seed in (0, 1):
        plays = Experience(stage(rows, dynamic_sampling=2), seed, Mesh())
        for step in range(3):
            plays.collect(policy, step)
        plays.close()
    seeds = [episode.seed for episode in played]
    assert len(seeds) == len(set(seeds)) == 2 * 3 * 3 * 4
