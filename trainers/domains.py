"""Domains: the kinds of task that a stage trains on, by name, and how they are mixed.

A domain stands for the tasks that the paper has under that name, with their shares. `mix` turns what a recipe says of a
stage (tasks, domains, replay) into the plain weighted tasks that are drawn from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from trainers.stage import ReplayConfig, StageConfig, TaskConfig

#: The paper's 11,500 levels (arXiv 2503.07536), by preset.
_SOKOBAN_LEVELS = {"small-v0": 5000, "small-v1": 5000, "v0": 500, "v1": 500, "large-v0": 500}

DOMAINS: dict[str, list[TaskConfig]] = {
    "text": [TaskConfig("LMMR1/TextMath-v0", {"levels": [2, 5]})],
    "geo": [TaskConfig("LMMR1/Geometry-v0")],
    "percereason": [TaskConfig("LMMR1/PerceReason-v0")],
    "sokoban": [TaskConfig("LMMR1/Sokoban-v0", {"preset": name}, count) for name, count in _SOKOBAN_LEVELS.items()],
    "football": [TaskConfig("LMMR1/Football-v0")],
}

#: Domains of questions, whose tasks may come from a data set instead.
_QUESTIONS = ("text", "geo", "percereason")


def mix(stage: StageConfig, earlier: Mapping[str, StageConfig]) -> StageConfig:
    """The stage with everything it trains on in `tasks`, and nothing left in `domains`, `sources` and `replay`.

    A domain's weight is divided among its tasks by their shares. Replay takes its share of the prompts; the rest is divided
    among the stage's own tasks as it was.

    Args:
        stage: What the recipe says.
        earlier: The stages before it, mixed, by name.

    Raises:
        ValueError: If a domain or the replayed stage is unknown, a weight is not above 0, or a source has no use.
    """
    tasks = [*stage.tasks, *_of_domains(stage.domains, stage.sources)]
    if stage.replay:
        tasks = [*scaled(tasks, 1 - stage.replay.share), *scaled(_replayed(stage.replay, earlier), stage.replay.share)]
    return replace(stage, tasks=tasks, domains={}, sources={}, replay=None)


def scaled(tasks: Sequence[TaskConfig], total: float) -> list[TaskConfig]:
    """The same tasks in the same proportions, with weights that add up to `total`."""
    whole = sum(task.weight for task in tasks)
    return [replace(task, weight=total * (task.weight / whole)) for task in tasks]


def _of_domains(weights: Mapping[str, float], sources: Mapping[str, str]) -> list[TaskConfig]:
    for name in sources:
        if name not in weights:
            raise ValueError(
                f"sources has {name!r}, which is none of the stage's domains ({', '.join(weights) or 'none'})"
            )
        if name not in _QUESTIONS:
            raise ValueError(f"sources has {name!r}, which takes no data set; {', '.join(_QUESTIONS)} do")
    tasks: list[TaskConfig] = []
    for name, weight in weights.items():
        if weight <= 0:
            raise ValueError(f"domains.{name} is {weight}; expected a weight above 0")
        tasks += scaled(_from(sources[name]) if name in sources else _domain(name), weight)
    return tasks


def _from(source: str) -> list[TaskConfig]:
    """The rows of a data set; the few whose answers cannot be verified are passed over."""
    return [TaskConfig("LMMR1/Dataset-v0", {"source": source, "on_error": "skip"})]


def _domain(name: str) -> list[TaskConfig]:
    if name not in DOMAINS:
        near = get_close_matches(name, DOMAINS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(DOMAINS)}"
        raise ValueError(f"there is no domain {name!r}; {hint}")
    return DOMAINS[name]


def _replayed(replay: ReplayConfig, earlier: Mapping[str, StageConfig]) -> list[TaskConfig]:
    if replay.stage not in earlier:
        known = (
            f"the stages before are {', '.join(earlier)}" if earlier else "there is none before; use domains instead"
        )
        raise ValueError(f"replay.stage is {replay.stage!r}, which is no earlier stage; {known}")
    return earlier[replay.stage].tasks
