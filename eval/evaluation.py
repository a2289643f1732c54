"""An evaluation: several policies on several suites, in a folder that alone says how far it is."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from agents.policy import Policy
from agents.progress import ProgressLine
from eval import metrics
from eval.files import write_json
from eval.policies import make_policy
from eval.record import Record, record_path
from eval.runner import evaluate
from eval.suites import Suite

#: Packages whose versions are recorded.
_PACKAGES = ("lmm-r1-gym", "gymnasium", "numpy", "torch", "transformers", "vllm", "openai")


@dataclass
class Plan:
    """What is asked for.

    Attributes:
        policies: Names, see `eval.policies.make_policy`; the others are compared with the first.
        suites: By name.
        seed: Of sampling.
        batch: Episodes played at once.
        options: Further arguments of every policy's class.
    """

    policies: list[str]
    suites: dict[str, Suite]
    seed: int = 0
    batch: int = 512
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise ValueError(f"batch is {self.batch}; expected at least 1 episode")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; expected 0 or more")


class Evaluation:
    """Plays a plan. Owns its folder: `results.json`, and the records in `episodes/<suite>/<policy>.jsonl`.

    The same plan goes on where it stopped; policies and suites may be added to a folder, other settings may not.

    Args:
        plan: What is asked for.
        out: The folder.

    Raises:
        ValueError: If the folder has an evaluation with other settings.
    """

    def __init__(self, plan: Plan, out: Path):
        self.plan = plan
        self.out = out
        self._records: dict[tuple[str, str], list[Record]] = {}
        self._results = self._known()

    def go(self) -> dict[str, Any]:
        """Play what has not been played yet; return what stands in results.json."""
        for name in self.plan.policies:
            policy = make_policy(name, self.out / "cache", self.plan.options)
            try:
                for suite in self.plan.suites:
                    self._play(name, policy, suite)
                    self._results["usage"] |= {name: usage} if (usage := getattr(policy, "usage", None)) else {}
                    write_json(self.out / "results.json", self._results)
            finally:
                close = getattr(policy, "close", None)
                if close:
                    close()
        return self._results

    def complaints(self) -> Iterator[str]:
        """A line for each policy and suite with answers that could not be had or judged, and the first reasons."""
        for (suite, policy), records in self._records.items():
            failed = [one for one in records if one.error]
            if failed:
                reasons = "; ".join(f"task {one.index}: {plain(one.error)[:200]}" for one in failed[:3])
                yield f"{policy} on {suite}: {len(failed)} of {len(records)} failed and count as not solved ({reasons})"

    def _play(self, name: str, policy: Policy, suite_name: str) -> None:
        suite = self.plan.suites[suite_name]
        progress = ProgressLine(f"{name} on {suite_name}", suite.episodes * suite.samples)
        try:
            played = evaluate(
                policy,
                suite,
                seed=self.plan.seed,
                batch=self.plan.batch,
                store=record_path(self.out, suite_name, name),
                tell=progress.show,
            )
        finally:
            progress.close()
        self._records[suite_name, name] = played
        for part, told in (("suites", metrics.score(played)), ("tables", metrics.tables(played))):
            self._results[part].setdefault(suite_name, {})[name] = told
        first = self._records[suite_name, self.plan.policies[0]]
        if first is not played:
            differences = self._results["comparisons"].setdefault(suite_name, {})
            differences[f"{name} - {self.plan.policies[0]}"] = metrics.compare(played, first)

    def _known(self) -> dict[str, Any]:
        """What the folder has already.

        Raises:
            ValueError: If its settings are others than the plan's.
        """
        fresh: dict[str, Any] = {"suites": {}, "tables": {}, "comparisons": {}, "usage": {}, "seed": self.plan.seed}
        settings: dict[str, Any] = {
            "seed": self.plan.seed,
            "batch": self.plan.batch,
            "options": self.plan.options,
            "suites": {name: asdict(suite) for name, suite in self.plan.suites.items()},
            "versions": _versions(),
        }
        path = self.out / "results.json"
        if not path.exists():
            return fresh | {"settings": settings}
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            before = known["settings"]
            differing = [name for name in ("seed", "batch") if before[name] != settings[name]]
            shared = before["suites"].keys() & self.plan.suites.keys()
            differing += [
                f"suite {name}" for name in shared if before["suites"][name] != _as_json(settings["suites"][name])
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} is not an evaluation's ({error}); choose another --out folder") from None
        if differing:
            raise ValueError(
                f"{self.out} holds an evaluation with other settings ({', '.join(differing)}); choose another --out folder"
            )
        return fresh | known | {"settings": settings | {"suites": before["suites"] | _as_json(settings["suites"])}}


def plain(text: str) -> str:
    """A text that does nothing to a terminal: one line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _versions() -> dict[str, str]:
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
