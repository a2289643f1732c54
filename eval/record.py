"""Records: played episodes as plain data, one line of JSON each, which everything that looks back reads.

A record is complete in itself: it names its task and seed, so that the episode can be played again without a model
(`eval.gallery.replay`), and holds what metrics, comparisons and the report need. Knows nothing of policies.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO

from agents.rollout import Task, Trajectory


@dataclass(frozen=True)
class Record:
    """One played episode.

    Attributes:
        index: Number of the task in its suite, from 0; equal for all samples and all policies.
        sample: Number of the answer to this task, from 0.
        id, kwargs: The environment and its arguments.
        seed: Of its reset.
        labels: What kind of task it is, such as `{"preset": "small-v0"}`.
        responses: What was answered, turn by turn.
        stop_reasons: "stop", "length" or "error", turn by turn.
        tokens: Tokens written, turn by turn, and `prompt_tokens`, tokens read; 0 where the policy does not count.
        formats: Format reward of each turn.
        rewards: Of each turn.
        answer: What the last response was read as; `None` if nothing could be read, or the task reads no one answer.
        success: Whether the task was solved.
        score: On the benchmark's scale; `None` where it has no score.
        seconds: Wall-clock time; of a batch that was played together, an equal share.
        error: What went wrong; empty if nothing did. Such an episode counts as not solved, and is played again on resuming.
    """

    index: int
    sample: int
    id: str
    kwargs: dict[str, Any]
    seed: int
    labels: dict[str, str] = field(default_factory=dict)
    responses: list[str] = field(default_factory=list)
    stop_reasons: list[str] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    prompt_tokens: list[int] = field(default_factory=list)
    formats: list[float] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    answer: str | None = None
    success: bool = False
    score: float | None = None
    seconds: float = 0.0
    error: str = ""

    @property
    def task(self) -> Task:
        return Task(self.id, self.kwargs)

    @property
    def key(self) -> tuple[int, int]:
        """Which answer to which task this is."""
        return self.index, self.sample


def record(trajectory: Trajectory, index: int, sample: int, seconds: float) -> Record:
    """A trajectory as plain data.

    Args:
        trajectory: What was played.
        index: Number of the task in its suite.
        sample: Number of the answer to it.
        seconds: The time that it took.
    """
    episode, turns = trajectory.episode, trajectory.turns
    completions = [turn.completion for turn in turns]
    failed = next((completion.error for completion in completions if completion.error), "")
    if trajectory.error is not None:
        failed = f"{type(trajectory.error).__name__}: {trajectory.error}"
    last = turns[-1].info if turns else {}
    return Record(
        index=index,
        sample=sample,
        id=episode.task.id,
        kwargs=dict(episode.task.kwargs),
        seed=episode.seed,
        labels=trajectory.labels,
        responses=[completion.text for completion in completions],
        stop_reasons=[completion.stop_reason for completion in completions],
        tokens=[completion.length for completion in completions],
        prompt_tokens=[len(c.prompt) if c.prompt is not None else c.prompt_tokens for c in completions],
        formats=[float(turn.info["format_reward"]) for turn in turns],
        rewards=[turn.reward for turn in turns],
        answer=next((str(last[name]) for name in ("answer", "moves") if last.get(name) is not None), None),
        success=trajectory.success,
        score=trajectory.score if math.isfinite(trajectory.score) else None,
        seconds=seconds,
        error=failed,
    )


def append(path: Path, records: Iterable[Record]) -> None:
    """Add records to a file of JSON lines, which is made as needed; a last line that was cut off makes way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        _drop_torn_line(file)
        file.writelines((json.dumps(asdict(one), ensure_ascii=False) + "\n").encode() for one in records)


def _drop_torn_line(file: BinaryIO) -> None:
    """Take off a last line without an end; the file is read for it only if there is one."""
    if not file.seek(0, os.SEEK_END):
        return
    file.seek(-1, os.SEEK_END)
    if file.read(1) != b"\n":
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)


def read(path: Path) -> list[Record]:
    """The records of a file, the last one for each sample of each task, ordered by task and sample.

    A last line that was cut off by a crash is passed over. A file that is not there has no records.

    Raises:
        ValueError: If another line is not a record; names file and line.
    """
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    found: dict[tuple[int, int], Record] = {}
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            one = Record(**json.loads(line))
        except (ValueError, TypeError) as error:
            if number == len(lines):
                continue
            names = ", ".join(entry.name for entry in fields(Record))
            raise ValueError(f"{path}, line {number}, is not a record ({error}); expected JSON with {names}") from None
        found[one.key] = one
    return [found[key] for key in sorted(found)]


def firsts(records: Iterable[Record]) -> list[Record]:
    """The first answer to each task."""
    return [one for one in records if one.sample == 0]


def record_path(run: Path, suite: str, policy: str) -> Path:
    """Where a run or evaluation folder keeps the records of a policy, or of a stage of training, on a suite."""
    return run / "episodes" / file_name(suite) / f"{file_name(policy)}.jsonl"


def file_name(name: str) -> str:
    """A suite's or policy's name as the name of a file; names that had to be changed get a hash, so that no two meet."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")
    if plain == name:
        return name
    return f"{plain[-60:]}-{hashlib.blake2b(name.encode(), digest_size=3).hexdigest()}"
