"""Dry runs: what a recipe asks for, and the same recipe in a size that a CPU runs in seconds.

Tasks, algorithm, precision, frozen parts and stage order stay as they are; the model becomes a tiny one of the same classes,
and everything that only costs time becomes small. Nothing is fetched.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium as gym

import envs  # noqa: F401  registers the LMMR1/* ids
from agents.sampler import SamplerConfig
from eval.suites import Suite
from trainers import config, recipe, tiny
from trainers.recipe import OF_RUN, CurriculumConfig
from trainers.stage import StageConfig
from trainers.trackers import TrackersConfig

STEPS, PROMPTS, GROUP, TOKENS, TURNS, EPISODES = 2, 4, 2, 16, 2, 2

#: Types of models by how their names on the hub begin, the longest first.
_FAMILIES = {"qwen2.5-vl": "qwen2_5_vl", "qwen3-vl": "qwen3_vl", "qwen3": "qwen3"}


def shrink(settings: CurriculumConfig, recipes: Path, place: Path) -> CurriculumConfig:
    """The recipe in small, with a tiny model written into a folder.

    Args:
        settings: The recipe.
        recipes: Folder of recipes, for a model that another one's run makes.
        place: A folder for the model and the run.

    Raises:
        ValueError: If there is no tiny model of the recipe's classes.
    """
    for part in tiny.build(model_type(settings.model, recipes)):
        part.save_pretrained(place / "model")
    return replace(
        settings,
        model=str(place / "model"),
        stages=[_small_stage(stage) for stage in settings.stages],
        suites={name: _small_suite(suite) for name, suite in settings.suites.items()},
        episodes=EPISODES,
        run_dir=place / "run",
        gallery=1,
        engine=replace(settings.engine, zero=0, offload=False, ring=1, device="cpu", compile=False),
        sampler=SamplerConfig(),
        trackers=TrackersConfig(),
    )


def check_tasks(settings: CurriculumConfig) -> None:
    """Make every environment that a recipe trains or is evaluated on.

    Raises:
        ValueError: If one cannot be made as the recipe says.
    """
    wanted = [
        (f"stage {stage.name}", task.id, task.kwargs, "train") for stage in settings.stages for task in stage.tasks
    ]
    for name, suite in settings.suites.items():
        wanted += [(f"suite {name}", task.id, task.kwargs, "heldout") for task, _ in suite.tasks()]
    for place, id, kwargs, split in wanted:
        try:
            gym.make(id, disable_env_checker=True, **{**kwargs, "split": split}).close()
        except (TypeError, ValueError, gym.error.Error) as error:
            raise ValueError(f"{place}: {id} with {_arguments(kwargs) or 'no arguments'}: {error}") from error


def _small_stage(stage: StageConfig) -> StageConfig:
    gate = stage.gate and replace(stage.gate, every=1, episodes=EPISODES)
    loss = stage.loss  # a little entropy has every step move the weights, though all answers are wrong alike
    if not (loss.kl or loss.entropy or stage.advantage == "gae"):
        loss = replace(loss, entropy=1e-3)
    return replace(
        stage,
        steps=min(stage.steps, STEPS),
        prompts=min(stage.prompts, PROMPTS),
        group_size=min(stage.group_size, GROUP),
        max_tokens=min(stage.max_tokens, TOKENS),
        max_turns=min(stage.max_turns, TURNS),
        dynamic_sampling=min(stage.dynamic_sampling, 1),
        minibatches=min(stage.minibatches, GROUP),
        gate=gate,
        loss=loss,
    )


def _small_suite(suite: Suite) -> Suite:
    return replace(
        suite,
        max_tokens=min(suite.max_tokens, TOKENS),
        max_turns=min(suite.max_turns, TURNS),
        samples=min(suite.samples, 2),
    )


def model_type(name: str, recipes: Path) -> str:
    """The type of a model: from its folder, its name, or the recipe whose run makes it.

    Args:
        name: As a recipe names it.
        recipes: Folder of recipes.

    Raises:
        ValueError: If it cannot be told.
    """
    if name.startswith(OF_RUN):
        saved = recipe.located(name.removeprefix(OF_RUN)) / "config.yaml"
        source = saved if saved.is_file() else recipe.base_recipe(name, recipes)
        if source is None:
            raise ValueError(f"model is {name}: there is no such run, nor a recipe in {recipes} that makes it")
        return model_type(config.load(CurriculumConfig, source).model, source.parent)
    described = recipe.located(name) / "config.json"
    if described.is_file():
        return str(json.loads(described.read_text(encoding="utf-8"))["model_type"])
    short = name.rpartition("/")[2].lower()
    for family, kind in _FAMILIES.items():
        if short.startswith(family):
            return kind
    raise ValueError(
        f"model is {name}: no such folder, and no tiny model stands for it; there are {', '.join(_FAMILIES)}"
    )


def summary(settings: CurriculumConfig) -> list[str]:
    """What a recipe asks for, in lines for a terminal."""
    lines = [f"model {settings.model}{_memory(settings)}"]
    for stage in settings.stages:
        rollouts = stage.steps * stage.prompts * stage.group_size
        lines += [
            f"stage {stage.name}: {stage.steps:,} steps x {stage.prompts} prompts x {stage.group_size} samples = "
            f"{rollouts:,} rollouts, at most {_short(rollouts * stage.max_tokens)} tokens of {stage.max_tokens:,} each",
            f"  {stage.advantage}, lr {stage.optim.lr:g}{_critic(stage)}, KL {stage.loss.kl:g}, warm-up {stage.optim.warmup:g}"
            f"{', frozen ' + ', '.join(stage.freeze) if stage.freeze else ''}{_gate(stage)}",
        ]
        whole = sum(task.weight for task in stage.tasks)
        lines += [f"  {task.weight / whole:6.1%} {task.id} {_arguments(task.kwargs)}" for task in stage.tasks]
    suites = ", ".join(settings.suites)
    lines.append(f"evaluation: {settings.episodes} held-out tasks of {suites} before the first stage and after each")
    return lines


def tried(small: CurriculumConfig, results: dict[str, Any], seconds: float) -> str:
    """What a dry run did, in one line."""
    stages = ", ".join(f"{stage} ({ended['steps']} steps)" for stage, ended in results["ends"].items())
    return (
        f"dry run: ok in {seconds:.0f} s on the CPU with a tiny model of the same classes: {stages}; "
        f"{len(results['stages'])} evaluations of {small.episodes} tasks on {len(small.suites)} suites"
    )


def _critic(stage: StageConfig) -> str:
    return f", critic lr {stage.critic.optim.lr:g}" if stage.advantage == "gae" else ""


def _gate(stage: StageConfig) -> str:
    if stage.gate is None:
        return ""
    return f", gate on {stage.gate.metric} of {stage.gate.suite} every {stage.gate.every} steps"


def _memory(settings: CurriculumConfig) -> str:
    """What weights, gradients and optimiser states take in all, for a model whose name tells its size."""
    size = re.search(r"(?<![\w.])(\d+(?:\.\d+)?)[bB](?![a-zA-Z])", settings.model)
    if not size:
        return ""
    computing = 4 if settings.engine.dtype.itemsize == 4 else 4 + settings.engine.dtype.itemsize
    trained = computing + 4 + 8  # weights (with float32 masters), gradients, AdamW's two moments
    models = 1 + max(stage.advantage == "gae" for stage in settings.stages)
    reference = max(stage.loss.kl > 0 and stage.loss.reference != "shared" for stage in settings.stages)
    gigabytes = float(size[1]) * (trained * models + settings.engine.dtype.itemsize * reference)
    how = f"shared by the processes under ZeRO-{settings.engine.zero}" if settings.engine.zero else "in every process"
    return (
        f": about {math.ceil(gigabytes)} GB of weights, gradients and optimiser states, {how}; activations come on top"
    )


def _arguments(kwargs: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in kwargs.items())


def _short(count: int) -> str:
    for unit, scale in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return str(count)
