"""Recipes: what a run through several stages is made of, as typed settings, and how a command line reads one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from agents.sampler import SamplerConfig
from eval.suites import Suite
from trainers import config, domains
from trainers.engine import EngineConfig
from trainers.stage import StageConfig
from trainers.trackers import TrackersConfig

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_CONFIG = ROOT / "configs" / "nano.yaml"

#: What a model's name begins with if it is what another run ended with: `run:runs/lmm_r1_fre_text-0`.
OF_RUN = "run:"


@dataclass
class CurriculumConfig:
    """A run through several stages.

    Attributes:
        model: Folder or hub id of the base model, or `run:FOLDER` for what the run in that folder ended with; a relative
            folder is also looked for in the repository.
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
        trackers: Who is told of metrics beside the run folder.
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
    trackers: TrackersConfig = field(default_factory=TrackersConfig)

    def __post_init__(self) -> None:
        names = [stage.name for stage in self.stages]
        if len(set(names)) != len(names) or "base" in names:
            raise ValueError(f"stages are named {', '.join(names)}; expected different names, none of them 'base'")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; expected 0 or more")
        if self.episodes < 2:
            raise ValueError(f"episodes is {self.episodes}; expected at least 2")
        for stage in self.stages:
            if stage.gate and stage.gate.suite not in self.suites:
                near = get_close_matches(stage.gate.suite, self.suites, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(self.suites)}"
                raise ValueError(f"the gate of {stage.name} looks at suite {stage.gate.suite!r}; {hint}")


def read(path: Path, overrides: list[str], stages: str | None = None) -> CurriculumConfig:
    """A recipe, with overrides, as what is trained: domains and replay have become tasks.

    Args:
        path: The YAML file.
        overrides: `key=value` each.
        stages: Comma-separated names of the stages to keep, in that order; `None` for all.

    Raises:
        ConfigError: If it cannot be used.
    """
    settings = config.load(CurriculumConfig, path, overrides)
    mixed: dict[str, StageConfig] = {}
    for stage in settings.stages:
        try:
            mixed[stage.name] = domains.mix(stage, mixed)
        except ValueError as error:
            raise config.ConfigError(f"{path}: stage {stage.name}: {error}") from None
    if stages is None:
        return replace(settings, stages=list(mixed.values()))
    for name in stages.split(","):
        if name not in mixed:
            raise config.ConfigError(f"--stages names {name!r}; the recipe has {', '.join(mixed)}")
    return replace(settings, stages=[mixed[name] for name in stages.split(",")])


def base_recipe(name: str, folder: Path) -> Path | None:
    """The recipe in a folder that makes the run which a model's name refers to, going by how runs are named."""
    if not name.startswith(OF_RUN):
        return None
    recipe = re.sub(r"-\d+$", "", Path(name.removeprefix(OF_RUN)).name)
    path = folder / f"{recipe}.yaml"
    return path if path.is_file() else None


def located(name: str) -> Path:
    """A path as it is from here, or else from the repository."""
    path = Path(name)
    return ROOT / path if not path.exists() and (ROOT / path).exists() else path
