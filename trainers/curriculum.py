"""The main job: `python -m trainers.curriculum` takes a model through its stages and shows what each one taught it.

Base model → evaluation → stage → evaluation → … The run folder alone says how far a run is: finished evaluations and
checkpoints in it are used, so the same command goes on after any interruption.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
import transformers

from agents.hf import HFPolicy, load_model
from agents.sampler import SamplerConfig
from eval import metrics
from eval.files import write_json
from eval.gallery import write_gallery
from eval.record import Record, read, record_path
from eval.report import write as write_report
from eval.runner import evaluate
from eval.stats import paired_difference
from eval.suites import Suite
from eval.table import print_stages
from trainers import checkpoint, config, grpo
from trainers.engine import EngineConfig
from trainers.grpo import Place
from trainers.mesh import Mesh, accept_launcher, launch
from trainers.progress import ProgressLine
from trainers.stage import StageConfig
from trainers.update import DivergenceError

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_CONFIG = ROOT / "configs" / "nano.yaml"


@dataclass
class CurriculumConfig:
    """A run through several stages.

    Attributes:
        model: Folder or hub id of the base model; a relative folder is also looked for in the repository.
        stages: In order; FRE then MGT in the paper.
        suites: What every stage is evaluated on, by name.
        episodes: Held-out tasks per suite.
        run_dir: The run folder; `None` for runs/<recipe>-<seed>.
        seed: Of tasks and sampling.
        threads: CPU threads for torch; 0 for all.
        keep: Checkpoints kept of the stage in progress; the last one of a finished stage always stays.
        gallery: Held-out levels shown in the GIF.
        engine: How training is spread over processes and memory.
        sampler: What draws the completions to train on.
    """

    model: str
    stages: list[StageConfig]
    suites: dict[str, Suite]
    episodes: int = 512
    run_dir: Path | None = None
    seed: int = 0
    threads: int = 0
    keep: int = 2
    gallery: int = 6
    engine: EngineConfig = field(default_factory=EngineConfig)
    sampler: SamplerConfig = field(default_factory=SamplerConfig)

    def __post_init__(self) -> None:
        names = [stage.name for stage in self.stages]
        if len(set(names)) != len(names) or "base" in names:
            raise ValueError(f"stages are named {', '.join(names)}; expected different names, none of them 'base'")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; expected 0 or more")
        if self.episodes < 2:
            raise ValueError(f"episodes is {self.episodes}; expected at least 2")


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
        if self.mesh.main:
            self._claim()
        self.mesh.wait()
        self._seconds_before = self._recorded_seconds()

    def go(self) -> dict[str, Any]:
        """Run everything that is not done yet; return what stands in results.json."""
        settings = self.settings
        before: Path | str = find_model(settings.model)
        self._evaluate("base", before)
        for stage in settings.stages:
            before = self._train(stage, before)
            self._evaluate(stage.name, before)
        if self.mesh.main:
            write_gallery(self.run, list(settings.suites), self._stage_names(), settings.gallery)
            write_report(self.run)
        return self._results()

    def _train(self, stage: StageConfig, start: Path | str) -> Path:
        """Take a stage to its end; return its last checkpoint."""
        latest = checkpoint.latest(self.run, stage.name)
        if latest and checkpoint.load_state(latest)[1]["step"] >= stage.steps:
            return latest
        if latest and self.mesh.main:
            print(f"resuming {stage.name} from {latest}", file=sys.stderr)
        # A checkpoint's weights have the adapters worked in; a resumed stage puts its adapters into those it began with.
        model, processor = load_model(start if stage.lora else latest or start)
        settings = self.settings
        place = Place(self.run, settings.seed, settings.keep, self.mesh, settings.engine, settings.sampler)
        return grpo.train(stage, model, processor, place, latest, load=lambda: load_model(start)[0])

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
            played = evaluate(
                policy,
                suite,
                self.settings.episodes,
                store=record_path(self.run, name, stage),
                tell=progress.show,
            )
            scores[name] = metrics.score(played)
        write_json(self._evaluation(stage), scores)
        write_json(self.run / "results.json", self._results())

    def _results(self) -> dict[str, Any]:
        """What is known so far: scores by stage and suite, paired gains in points of success, time and seed."""
        done = [stage for stage in self._stage_names() if self._evaluated(stage)]
        return {
            "stages": {stage: json.loads(self._evaluation(stage).read_text(encoding="utf-8")) for stage in done},
            "gains": self._gains(done),
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
            free = ("run_dir", "threads", "engine")  # a run may go on in another folder, on other machines
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
    """A model's folder, looked for here and then in the repository; other names are left for the hub."""
    if not Path(name).exists() and (ROOT / name).exists():
        return str(ROOT / name)
    return name


def choose_stages(settings: CurriculumConfig, names: str | None) -> CurriculumConfig:
    """Keep only the stages named in a comma-separated list, in that order.

    Raises:
        ConfigError: If one is unknown.
    """
    if names is None:
        return settings
    known = {stage.name: stage for stage in settings.stages}
    for name in names.split(","):
        if name not in known:
            raise config.ConfigError(f"--stages names {name!r}; the recipe has {', '.join(known)}")
    return replace(settings, stages=[known[name] for name in names.split(",")])


def read_settings(options: argparse.Namespace) -> CurriculumConfig:
    """The recipe with the command line's changes."""
    settings = config.load(CurriculumConfig, options.config, options.overrides)
    if options.seed is not None:
        settings = replace(settings, seed=options.seed)
    settings = choose_stages(settings, options.stages)
    name = "-".join([options.config.stem, *(options.stages.split(",") if options.stages else []), str(settings.seed)])
    return replace(settings, run_dir=options.run_dir or settings.run_dir or Path("runs") / name)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m trainers.curriculum", description="Train a model through its stages and evaluate each."
    )
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="YAML recipe (default: configs/nano.yaml)")
    parser.add_argument("--stages", help="comma-separated names of the recipe's stages, such as fre,mgt (default: all)")
    parser.add_argument("--run-dir", type=Path, help="run folder (default: runs/<recipe>-<seed>)")
    parser.add_argument("--seed", type=int, help="seed of tasks and sampling")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="settings that override the recipe's")
    accept_launcher(parser)
    options = parser.parse_args(arguments)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    warnings.showwarning = lambda message, *_, **__: print(f"warning: {message}", file=sys.stderr)
    try:
        settings = read_settings(options)
        if settings.threads:
            torch.set_num_threads(settings.threads)
        mesh = launch(settings.engine.ring, settings.engine.device)
        results = Curriculum(settings, mesh).go()
    except KeyboardInterrupt:
        command = shlex.join(["python", "-m", "trainers.curriculum", *(arguments or sys.argv[1:])])
        print(f"\nstopped; what was learned is saved. To go on: {command}", file=sys.stderr)
        return 130
    except (config.ConfigError, checkpoint.CheckpointError, DivergenceError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if mesh.main:
        print_stages(results)
        print(f"run folder: {settings.run_dir} (report.html, results.json, rollouts/)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
