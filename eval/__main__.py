"""`python -m eval`: score policies on suites of held-out tasks, all on the same ones."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import transformers
import yaml

from agents.policy import Policy
from agents.scripted import SCRIPTS, ScriptedPolicy
from eval import metrics
from eval.files import write_json
from eval.record import record_path
from eval.runner import evaluate
from eval.suites import SUITES, Suite, find_suite
from eval.table import print_policies


def make_policy(name: str) -> Policy:
    """A scripted policy by its name, otherwise a transformers model by folder or hub id."""
    if name in SCRIPTS:
        return ScriptedPolicy(name)
    from agents.hf import HFPolicy

    try:
        return HFPolicy.from_pretrained(name)
    except FileNotFoundError as error:
        raise ValueError(f"policy {name!r} is neither a script ({', '.join(SCRIPTS)}) nor a model: {error}") from None


def read_suites(names: str) -> dict[str, Suite]:
    """Suites from a comma-separated list of names and recipe files.

    A YAML file contributes its `suites:` mapping, so `configs/nano.yaml` names the suites of that recipe.

    Raises:
        ValueError: If a name or a file's content is not a suite.
    """
    chosen: dict[str, Suite] = {}
    for name in names.split(","):
        if not name.endswith((".yaml", ".yml")):
            chosen[name] = find_suite(name)
            continue
        try:
            entries = yaml.safe_load(Path(name).read_text(encoding="utf-8"))["suites"]
            chosen |= {key: Suite(**entry) for key, entry in entries.items()}
        except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
            raise ValueError(
                f"{name} has no readable `suites:` mapping of name to {{id, kwargs, …}}: {error}"
            ) from None
    return chosen


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval", description="Score policies on held-out tasks.")
    parser.add_argument(
        "--policies", required=True, help=f"comma-separated: {', '.join(SCRIPTS)}, model folders, hub ids"
    )
    parser.add_argument(
        "--suites", required=True, help=f"comma-separated: {', '.join(SUITES)}, or a recipe's YAML file"
    )
    parser.add_argument("--episodes", type=int, default=128, help="distinct held-out tasks a suite (default: 128)")
    parser.add_argument("--seed", type=int, default=0, help="seed of sampling")
    parser.add_argument(
        "--out", type=Path, default=Path("runs/eval"), help="folder for results.json (default: runs/eval)"
    )
    options = parser.parse_args(arguments)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    try:
        suites = read_suites(options.suites)
        results = _score_all(options.policies.split(","), suites, options)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print_policies(results)
    print(f"written to {options.out / 'results.json'}")
    return 0


def _score_all(names: list[str], suites: dict[str, Suite], options: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {"suites": {name: {} for name in suites}, "seed": options.seed}
    for policy_name in names:
        policy = make_policy(policy_name)
        for name, suite in suites.items():
            print(f"{policy_name} on {name} …", file=sys.stderr)
            played = evaluate(
                policy, suite, options.episodes, options.seed, store=record_path(options.out, name, policy_name)
            )
            results["suites"][name][policy_name] = metrics.score(played)
            write_json(options.out / "results.json", results)
    return results


if __name__ == "__main__":
    sys.exit(main())
