"""`python -m eval`: score policies on suites of held-out tasks, all on the same ones."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import transformers

from agents.errors import EngineError
from eval import report
from eval.evaluation import Evaluation, Plan
from eval.policies import KINDS, read_options
from eval.suite_files import read_suites
from eval.suites import SUITES, Suite
from eval.table import print_policies

#: What goes wrong for reasons outside the program, told in one line.
EXPECTED = (ValueError, OSError, EngineError, ModuleNotFoundError)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    try:
        evaluation = Evaluation(_plan(options), options.out)
        results = evaluation.go()
        page = report.write(options.out)
    except KeyboardInterrupt:
        command = shlex.join(["python", "-m", "eval", *(arguments or sys.argv[1:])])
        print(f"\nstopped; what was played is kept. To go on: {command}", file=sys.stderr)
        return 130
    except EXPECTED as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print_policies(results)
    for line in evaluation.complaints():
        print(line, file=sys.stderr)
    print(f"written to {options.out / 'results.json'} and {page}")
    return 0


def _plan(options: argparse.Namespace) -> Plan:
    suites = {name: _changed(suite, options) for name, suite in read_suites(options.suites).items()}
    return Plan(
        policies=list(dict.fromkeys(options.policies.split(","))),
        suites=suites,
        seed=options.seed,
        batch=options.batch,
        options=read_options(options.option),
    )


def _changed(suite: Suite, options: argparse.Namespace) -> Suite:
    """A suite with the command line's changes."""
    asked = {name: getattr(options, name) for name in ("episodes", "samples", "temperature", "max_tokens")}
    return replace(suite, **{name: value for name, value in asked.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description="Score policies on held-out tasks.")
    parser.add_argument("--policies", required=True, help=f"comma-separated: {KINDS}")
    parser.add_argument(
        "--suites", required=True, help=f"comma-separated: {', '.join(SUITES)}, or a YAML file with `suites:`"
    )
    parser.add_argument(
        "--episodes", type=int, help="distinct held-out tasks a suite (default: the suite's own, often 128)"
    )
    parser.add_argument(
        "--samples", type=int, help="answers to each task, for pass@k and maj@k (default: the suite's, 1)"
    )
    parser.add_argument("--temperature", type=float, help="of sampling; 0 is greedy (default: the suite's, 0)")
    parser.add_argument("--max-tokens", type=int, help="longest response (default: the suite's)")
    parser.add_argument("--seed", type=int, default=0, help="seed of sampling (default: 0)")
    parser.add_argument("--batch", type=int, default=512, help="episodes played at once (default: 512)")
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="argument of the policies' classes, such as concurrency=4 or prices=prices.yaml; may be repeated",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("runs/eval"), help="folder of the evaluation (default: runs/eval)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
