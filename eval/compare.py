"""`python -m eval.compare RUN-A RUN-B`: two runs over the same tasks, task by task.

A run is the folder of an evaluation or of a training run; `FOLDER:NAME` picks one of its policies or stages. The
difference is the second run's less the first's, as in base and trained.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from eval import metrics
from eval.record import Record, read, record_path
from eval.table import print_comparisons


@dataclass(frozen=True)
class Side:
    """One of the two runs.

    Attributes:
        folder: Of the run.
        policy: The policy or stage of it that is compared.
        suites: What it was scored on.
    """

    folder: Path
    policy: str
    suites: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.folder.name}:{self.policy}"

    def records(self, suite: str) -> list[Record]:
        return read(record_path(self.folder, suite, self.policy))


def open_side(text: str) -> Side:
    """A run by its folder, or by its folder and the name of a policy or stage; the last one if none is named.

    Raises:
        ValueError: If there is no such run, or it has no such policy.
    """
    folder, policy = (Path(text), None) if Path(text).is_dir() else _split(text)
    path = folder / "results.json"
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"{folder} has no results.json; expected the folder of an evaluation or a training run"
        ) from None
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    scored = _scored(results)
    if not scored:
        raise ValueError(f"{path} has no scores yet")
    policy = policy or list(scored)[-1]
    if policy not in scored:
        near = get_close_matches(policy, scored, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(scored)}"
        raise ValueError(f"{folder} has no policy or stage {policy!r}; {hint}")
    return Side(folder, policy, tuple(scored[policy]))


def compare(left: Side, right: Side, suites: Sequence[str] | None = None, by: str | None = None) -> dict[str, Any]:
    """Paired differences, right less left: suite -> what is compared -> `eval.metrics.compare`.

    Args:
        left, right: The runs.
        suites: Only these; `None` for all that both were scored on.
        by: A label, such as "family", to compare each kind of task by itself as well.

    Raises:
        ValueError: If they share no such suite, or a suite's tasks are not the same.
    """
    shared = [suite for suite in left.suites if suite in right.suites and suite in (suites or left.suites)]
    if not shared:
        raise ValueError(
            f"{left.name} was scored on {', '.join(left.suites)}, {right.name} on {', '.join(right.suites)}; "
            "compare runs that share the suite"
        )
    told: dict[str, dict[str, Any]] = {}
    for suite in shared:
        pairs = metrics.paired(right.records(suite), left.records(suite))
        told[suite] = {f"{right.name} - {left.name}": _differences(pairs)}
        for value, some in _by_label(pairs, by).items():
            told[suite][f"  {by} {value}"] = _differences(some)
    return told


Pair = tuple[list[Record], list[Record]]


def _differences(pairs: list[Pair]) -> dict[str, Any]:
    return metrics.compare([one for after, _ in pairs for one in after], [one for _, before in pairs for one in before])


def _by_label(pairs: list[Pair], label: str | None) -> dict[str, list[Pair]]:
    kinds: dict[str, list[Pair]] = defaultdict(list)
    for after, before in pairs:
        value = after[0].labels.get(label) if label else None
        if value is not None:
            kinds[value].append((after, before))
    return {value: kinds[value] for value in sorted(kinds, key=metrics.natural)}


def _scored(results: dict[str, Any]) -> dict[str, list[str]]:
    """The suites of each policy or stage."""
    if "stages" in results:
        return {stage: list(suites) for stage, suites in results["stages"].items()}
    scored: dict[str, list[str]] = defaultdict(list)
    for suite, policies in results.get("suites", {}).items():
        for policy in policies:
            scored[policy].append(suite)
    return scored


def _split(text: str) -> tuple[Path, str]:
    """Folder and policy; the folder is the longest one that exists, as policies have colons too."""
    parts = text.split(":")
    for end in range(len(parts) - 1, 0, -1):
        folder = Path(":".join(parts[:end]))
        if folder.is_dir():
            return folder, ":".join(parts[end:])
    raise ValueError(f"there is no run folder {text}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.compare", description="Compare two runs over the same tasks, second less first."
    )
    parser.add_argument(
        "first", help="folder of an evaluation or a training run, or FOLDER:NAME for one policy or stage"
    )
    parser.add_argument("second", help="the same")
    parser.add_argument("--suite", action="append", help="compare this suite only; may be repeated")
    parser.add_argument("--by", metavar="LABEL", help="compare kinds of task as well: family, level, preset, …")
    options = parser.parse_args(arguments)
    try:
        told = compare(open_side(options.first), open_side(options.second), options.suite, options.by)
    except (ValueError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print_comparisons(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
