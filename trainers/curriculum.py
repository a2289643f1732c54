"""The main job: `python -m trainers.curriculum` takes a model through its stages and shows what each one taught it.

Base model → evaluation → stage → evaluation → … The run folder alone says how far a run is: finished evaluations and
checkpoints in it are used, so the same command goes on after any interruption.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
import transformers

from agents.errors import EngineError
from agents.hf import HFPolicy, load_model
from agents.progress import ProgressLine
from eval import metrics
from eval.files import write_json
from eval.gallery import write_gallery
from eval.record import Record, read, record_path
from eval.report import write as write_report
from eval.runner import evaluate
from eval.stats import paired_difference
from eval.table import print_stages
from trainers import checkpoint, config, dry_run, gate, grpo, recipe
from trainers.gate import End, Gate
from trainers.grpo import Place
from trainers.mesh import Mesh, accept_launcher, launch
from trainers.recipe import DEFAULT_CONFIG, OF_RUN, CurriculumConfig
from trainers.stage import StageConfig
from trainers.trackers import Careful, TrackersConfig, WandbConfig, open_trackers
from trainers.update import DivergenceError

#: What goes wrong for reasons outside the program, told in one line.
EXPECTED = (
    config.ConfigError,
    checkpoint.CheckpointError,
    DivergenceError,
    EngineError,
    ModuleNotFoundError,
    ValueError,
    OSError,
)


class Curriculum:
    """One run. Owns the run folder; of several processes, the main one alone writes into it.

    Args:
        settings: With `run_dir` filled in.
        mesh: The processes that train. The main one evaluates, the others wait.
    """

    def __init__(self, settings: CurriculumConfig, mesh: Mesh | None = None):
        assert settings.run_dir is not None
        self.settings = settings
        self.mesh = mesh or Mesh()
        self.run = Path(settings.run_dir)
        self._began = time.monotonic()
        self._start = find_model(settings.model)
        if self.mesh.main:
            self._claim()
        self.mesh.wait()
        self._seconds_before = self._recorded_seconds()
        self._ended: dict[str, End] = {}
        self._trackers: list[Careful] = []

    def go(self) -> dict[str, Any]:
        """Run everything that is not done yet; return what stands in results.json."""
        if self.mesh.main:
            self._trackers = open_trackers(self.settings.trackers, self.run, config.to_dict(self.settings))
        try:
            return self._go()
        finally:
            for tracker in self._trackers:
                tracker.close()

    def _go(self) -> dict[str, Any]:
        settings = self.settings
        before: Path | str = self._start
        self._evaluate("base", before)
        for stage in settings.stages:
            before = self._train(stage, before)
            self._evaluate(stage.name, before)
        if self.mesh.main:
            write_gallery(self.run, list(settings.suites), self._stage_names(), settings.gallery)
            write_report(self.run)
        return self._results()

    def _train(self, stage: StageConfig, start: Path | str) -> Path:
        """Take a stage to its end; return the checkpoint that goes on."""
        ended = gate.end(self.run, stage)
        if ended is None:
            self._train_on(stage, start)
            ended = gate.end(self.run, stage)
            assert ended is not None
        self._ended[stage.name] = ended
        chosen = self.run / checkpoint.FOLDER / ended.checkpoint
        if stage.gate:  # the newest one is known to be intact, an earlier one is not
            checkpoint.verify(chosen)
        return chosen

    def _train_on(self, stage: StageConfig, start: Path | str) -> None:
        """Train a stage from where it is until it is over."""
        latest = checkpoint.latest(self.run, stage.name)
        watch = self._gate(stage)
        if watch and latest and watch.is_due(step := gate.steps_of(latest)):
            watch.look(latest, step)
            if watch.over or step == stage.steps:
                return
        if latest and self.mesh.main:
            print(f"resuming {stage.name} from {latest}", file=sys.stderr)
        # A checkpoint's weights have the adapters worked in; a resumed stage puts its adapters into those it began with.
        model, processor = load_model(start if stage.lora else latest or start)
        settings = self.settings
        place = Place(
            self.run, settings.seed, settings.keep, self.mesh, settings.engine, settings.sampler, self._trackers
        )
        grpo.train(stage, model, processor, place, latest, load=lambda: load_model(start)[0], gate=watch)

    def _gate(self, stage: StageConfig) -> Gate | None:
        if stage.gate is None:
            return None
        settings = self.settings
        suite = settings.suites[stage.gate.suite]
        return Gate(self.run, stage, suite, settings.episodes, self.mesh, settings.engine.dtype)

    def _evaluate(self, stage: str, source: Path | str) -> None:
        """Score the model of a folder or hub id on every suite, once."""
        if self.mesh.main and not self._evaluated(stage):
            model, processor = load_model(source, self.settings.engine.dtype)
            self._score(stage, HFPolicy(model.to(self.mesh.device).eval(), processor))
        self.mesh.wait()

    def _score(self, stage: str, policy: HFPolicy) -> None:
        scores: dict[str, Any] = {}
        for name, suite in self.settings.suites.items():
            progress = ProgressLine(f"evaluate {stage} on {name}", self.settings.episodes * suite.samples)
            store = record_path(self.run, name, stage)
            try:
                scores[name] = metrics.score(
                    evaluate(policy, suite, self.settings.episodes, store=store, tell=progress.show)
                )
            finally:
                progress.close()
        write_json(self._evaluation(stage), scores)
        write_json(self.run / "results.json", self._results())
        figures = {f"{name}/{figure}": scores[name][figure] for name in scores for figure in ("score", "success")}
        for tracker in self._trackers:
            tracker.log("evaluation", self._stage_names().index(stage), figures)

    def _results(self) -> dict[str, Any]:
        """What is known so far: scores by stage and suite, paired gains, in points of success, how stages ended, time, seed."""
        done = [stage for stage in self._stage_names() if self._evaluated(stage)]
        return {
            "stages": {stage: json.loads(self._evaluation(stage).read_text(encoding="utf-8")) for stage in done},
            "gains": self._gains(done),
            "ends": {stage: asdict(ended) for stage, ended in self._ended.items()},
            "seconds": self._seconds_before + time.monotonic() - self._began,
            "seed": self.settings.seed,
        }

    def _gains(self, stages: list[str]) -> dict[str, dict[str, Any]]:
        """Suite -> name of the difference -> mean and interval of the paired differences between successive stages."""
        gains: dict[str, dict[str, Any]] = {}
        for before, after in zip(stages, stages[1:], strict=False):
            for suite in self.settings.suites:
                outcomes = [[100.0 * r.success for r in self._records(suite, stage)] for stage in (after, before)]
                mean, interval = paired_difference(*outcomes)
                gains.setdefault(suite, {})[f"{after} - {before}"] = {"difference": mean, "ci95": list(interval)}
        return gains

    def _records(self, suite: str, stage: str) -> list[Record]:
        return read(record_path(self.run, suite, stage))

    def _stage_names(self) -> list[str]:
        return ["base", *(stage.name for stage in self.settings.stages)]

    def _evaluation(self, stage: str) -> Path:
        return self.run / "evaluations" / f"{stage}.json"

    def _evaluated(self, stage: str) -> bool:
        return self._evaluation(stage).exists()

    def _claim(self) -> None:
        """Mark the folder as this run's.

        Raises:
            ConfigError: If another run, with other settings, has it.
        """
        path = self.run / "config.yaml"
        if path.exists():
            other = config.load(CurriculumConfig, path)
            free = ("run_dir", "threads", "engine", "trackers")  # a run may go on elsewhere, and be watched otherwise
            if config.fingerprint(other, free) != config.fingerprint(self.settings, free):
                raise config.ConfigError(
                    f"{self.run} holds a run with other settings (see its config.yaml); choose another --run-dir, "
                    "or delete the folder"
                )
            return
        self.run.mkdir(parents=True, exist_ok=True)
        config.save(self.settings, path)

    def _recorded_seconds(self) -> float:
        path = self.run / "results.json"
        return float(json.loads(path.read_text(encoding="utf-8"))["seconds"]) if path.exists() else 0.0


def find_model(name: str) -> str:
    """Where a model is: a folder, looked for here and then in the repository, or a name that is left for the hub.

    Raises:
        ValueError: If the name is `run:FOLDER` and the run in that folder is not at its end.
    """
    if not name.startswith(OF_RUN):
        found = recipe.located(name)
        return str(found) if found.exists() else name
    run = recipe.located(name.removeprefix(OF_RUN))
    if not (run / "config.yaml").is_file():
        raise ValueError(
            f"model is {name}, but there is no run in {run}: train it first, or name another model with model=FOLDER_OR_ID"
        )
    stage = config.load(CurriculumConfig, run / "config.yaml").stages[-1]
    ended = gate.end(run, stage)
    if ended is None:
        raise ValueError(
            f"model is {name}, but that run has not finished its last stage, {stage.name}: let it go on first"
        )
    return str(run / checkpoint.FOLDER / ended.checkpoint)


def read_settings(options: argparse.Namespace) -> CurriculumConfig:
    """The recipe with the command line's changes."""
    settings = recipe.read(options.config, options.overrides, options.stages)
    if options.seed is not None:
        settings = replace(settings, seed=options.seed)
    if options.wandb:
        settings = replace(settings, trackers=TrackersConfig(WandbConfig(options.wandb)))
    name = "-".join([options.config.stem, *(options.stages.split(",") if options.stages else []), str(settings.seed)])
    return replace(settings, run_dir=options.run_dir or settings.run_dir or Path("runs") / name)


def try_out(settings: CurriculumConfig, folder: Path) -> None:
    """Take a tiny model of the same classes through a recipe, and say what the recipe is and what was tried.

    Args:
        settings: The recipe.
        folder: Where other recipes are, for a model that comes from another one's run.

    Raises:
        ValueError: If anything in the recipe cannot be used.
    """
    for line in dry_run.summary(settings):
        print(line)
    began = time.monotonic()
    dry_run.check_tasks(settings)
    with tempfile.TemporaryDirectory(prefix="dry-run-") as place:
        small = dry_run.shrink(settings, folder, Path(place))
        results = Curriculum(small).go()
    print(dry_run.tried(small, results, time.monotonic() - began))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m trainers.curriculum", description="Train a model through its stages and evaluate each."
    )
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="YAML recipe (default: configs/nano.yaml)")
    parser.add_argument("--stages", help="comma-separated names of the recipe's stages, such as fre,mgt (default: all)")
    parser.add_argument("--run-dir", type=Path, help="run folder (default: runs/<recipe>-<seed>)")
    parser.add_argument("--seed", type=int, help="seed of tasks and sampling")
    parser.add_argument(
        "--dry-run", action="store_true", help="try the recipe on a tiny model of the same classes, on the CPU"
    )
    parser.add_argument("--wandb", metavar="PROJECT", help="also tell Weights & Biases")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="settings that override the recipe's")
    accept_launcher(parser)
    options = parser.parse_args(arguments)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    warnings.showwarning = lambda message, *_, **__: print(f"warning: {message}", file=sys.stderr)
    try:
        settings = read_settings(options)
        if options.dry_run:
            try_out(settings, options.config.parent)
            return 0
        if settings.threads:
            torch.set_num_threads(settings.threads)
        mesh = launch(settings.engine.ring, settings.engine.device)
        results = Curriculum(settings, mesh).go()
    except KeyboardInterrupt:
        command = shlex.join(["python", "-m", "trainers.curriculum", *(arguments or sys.argv[1:])])
        print(f"\nstopped; what was learned is saved. To go on: {command}", file=sys.stderr)
        return 130
    except EXPECTED as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    if mesh.main:
        print_stages(results)
        print(f"run folder: {settings.run_dir} (report.html, results.json, rollouts/)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
