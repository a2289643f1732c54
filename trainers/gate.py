"""Stage gates: a stage moves on when its held-out score stops rising.

Every so many steps a gate looks at the checkpoint just written: it plays held-out tasks that are used for nothing else, and
adds the score to `gates/<stage>.json`. All that it decides is a function of those scores, so a run that was killed decides
as one that was not.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from agents.hf import HFPolicy, load_model
from agents.policy import Policy, SamplingConfig
from agents.rollout import EnvironmentPool, rollout
from eval import metrics
from eval.files import write_json
from eval.record import Record, record
from eval.suites import Suite, heldout_episodes
from trainers import checkpoint
from trainers.mesh import Mesh
from trainers.stage import GateConfig, StageConfig

FOLDER = "gates"


@dataclass(frozen=True)
class Look:
    """One look at the held-out score: after how many steps, and what it was."""

    step: int
    score: float


@dataclass(frozen=True)
class Verdict:
    """What follows from some looks.

    Attributes:
        over: Whether the score has stopped rising.
        best: Steps before the best look, the first of equals; `None` without looks.
    """

    over: bool
    best: int | None


def judge(looks: Sequence[Look], patience: int, min_gain: float) -> Verdict:
    """Decide from the looks so far, in order.

    A look is a rise if it is above the last rise by more than `min_gain`; the first one is a rise. `patience` looks in a row
    that are none mean that the score has stopped rising.
    """
    top, since = float("-inf"), 0
    for look in looks:
        rose = look.score > top + min_gain
        top, since = (look.score, 0) if rose else (top, since + 1)
        if since >= patience:
            break
    best = max(looks, key=lambda look: (look.score, -look.step), default=None)
    return Verdict(since >= patience, best.step if best else None)


@dataclass(frozen=True)
class End:
    """How a stage ended.

    Attributes:
        steps: How many it took.
        why: "steps" if they were all the recipe has, "gate" if the score had stopped rising.
        checkpoint: Name of the checkpoint that goes on to the next stage.
    """

    steps: int
    why: str
    checkpoint: str


def end(run: Path, stage: StageConfig) -> End | None:
    """How a stage of a run ended, or `None` if it is not over."""
    saved = checkpoint.latest(run, stage.name)
    if saved is None:
        return None
    done = steps_of(saved)
    if stage.gate is None:
        return End(done, "steps", saved.name) if done >= stage.steps else None
    looks = [look for look in _read(run, stage.name) if look.step <= done]
    if stage.looks_at(done) and (not looks or looks[-1].step != done):
        return None
    verdict = judge(looks, stage.gate.patience, stage.gate.min_gain)
    if not verdict.over and done < stage.steps:
        return None
    chosen = verdict.best if stage.gate.keep == "best" and verdict.best is not None else done
    why = "gate" if verdict.over and done < stage.steps else "steps"
    return End(done, why, checkpoint.checkpoint_name(stage.name, chosen))


def steps_of(saved: Path) -> int:
    """The steps of its stage that an intact checkpoint has behind it."""
    return int(json.loads((saved / checkpoint.STATE).read_text(encoding="utf-8"))["step"])


def best_checkpoints(run: Path) -> set[str]:
    """Names of the checkpoints of the best looks, which are not to be deleted."""
    files = sorted((run / FOLDER).glob("*.json"))
    best = {path.stem: judge(_read(run, path.stem), 1, 0.0).best for path in files}
    return {checkpoint.checkpoint_name(stage, step) for stage, step in best.items() if step is not None}


class Gate:
    """Looks at a stage. Of several processes the main one plays, the others wait and decide alike.

    Args:
        run: The run folder.
        stage: The stage; it has a gate.
        suite: The gate's suite.
        beyond: Held-out tasks of the suite that are left for evaluating finished stages.
        mesh: The processes.
        dtype: What the model computes in.

    Attributes:
        over: Whether the stage is to end.
    """

    def __init__(self, run: Path, stage: StageConfig, suite: Suite, beyond: int, mesh: Mesh, dtype: torch.dtype):
        assert stage.gate is not None
        self._run, self._stage, self._gate = run, stage, stage.gate
        self._suite, self._beyond, self._mesh, self._dtype = suite, beyond, mesh, dtype
        self.over = False

    def is_due(self, step: int) -> bool:
        """Whether a look after `step` steps is called for and was not taken."""
        due = self._stage.looks_at(step) and step not in [look.step for look in _read(self._run, self._stage.name)]
        return self._mesh.gather(due)[0]

    def look(self, saved: Path, step: int) -> dict[str, float]:
        """Score the checkpoint that was saved after `step` steps, and decide; return the score as a metric."""
        if self._mesh.main:
            looks = [look for look in _read(self._run, self._stage.name) if look.step < step]
            looks.append(Look(step, self._score(saved)))
            content = {
                "suite": self._gate.suite,
                "metric": self._gate.metric,
                "looks": [asdict(look) for look in looks],
            }
            write_json(_path(self._run, self._stage.name), content)
        self._mesh.wait()
        looks = self._mesh.gather(_read(self._run, self._stage.name))[0]
        self.over = judge(looks, self._gate.patience, self._gate.min_gain).over
        return {f"gate/{self._gate.suite}/{self._gate.metric}": looks[-1].score}

    def _score(self, saved: Path) -> float:
        with torch.random.fork_rng():  # training draws what it would have drawn without the look
            model, processor = load_model(saved, self._dtype)
            policy = HFPolicy(model.to(self._mesh.device).eval(), processor)
            score = float(metrics.score(play(policy, self._suite, self._beyond, self._gate))[self._gate.metric])
        if not math.isfinite(score):
            raise ValueError(
                f"the gate of {self._stage.name} looks at {self._gate.metric}, which its suite has not; use success"
            )
        return score


def play(policy: Policy, suite: Suite, beyond: int, gate: GateConfig) -> list[Record]:
    """Play the held-out tasks of a gate: the `gate.episodes` distinct ones that follow the suite's first `beyond`.

    Raises:
        ValueError: If the suite has not so many distinct tasks.
    """
    pool = EnvironmentPool()
    try:
        tasks = heldout_episodes(suite, beyond + gate.episodes, pool)[beyond:]
        sampling = SamplingConfig(suite.temperature, suite.top_p, suite.max_tokens, seed=0)
        played = rollout(policy, tasks, sampling, pool, suite.max_turns, keep_pictures=False)
        return [record(trajectory, trajectory.episode.group, 0, 0.0) for trajectory in played]
    finally:
        pool.close()


def _path(run: Path, stage: str) -> Path:
    return run / FOLDER / f"{stage}.json"


def _read(run: Path, stage: str) -> list[Look]:
    path = _path(run, stage)
    if not path.exists():
        return []
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return [Look(**look) for look in content["looks"]]
