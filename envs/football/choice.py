"""Which scenario an episode plays: generated, by name, or from scenario files; and what reset options may change of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from envs.football import scenario_files
from envs.football.generator import attack, content
from envs.football.scenario import Scenario
from envs.football.scenarios import SCENARIOS
from envs.splits import Split, in_split

#: The scenario name that stands for generated ones.
ATTACK = "attack"
KINDS = ("run", "pass", "shoot")
DIFFICULTIES = (1, 2, 3, 4, 5, 6)
OPTIONS = ("scenario", "kind", "difficulty")
#: Scenarios drawn for one of the split asked for; one in eight is held out.
MAX_DRAWS = 1_000


@dataclass(frozen=True)
class Chosen:
    """A scenario to play, and what tables by kind call it."""

    scenario: Scenario
    labels: dict[str, str]


class ScenarioChoice:
    """Chooses scenarios as the arguments of `envs.football.env.FootballEnv` of the same names say.

    Raises:
        ValueError: For an unknown scenario, kind or difficulty, a malformed file, or a folder without scenario files.
    """

    def __init__(self, scenario: str, kind: str | None, difficulty: int | None, split: Split | None):
        self._split = split
        self._fixed = None if scenario == ATTACK else load(scenario)
        if self._fixed is not None and (kind is not None or difficulty is not None):
            raise ValueError(
                f"kind and difficulty are for generated scenarios; with scenario {scenario!r} leave them out"
            )
        self._kind, self._difficulty = _kind(kind), _difficulty(difficulty)

    def choose(self, rng: np.random.Generator, options: Mapping[str, Any]) -> Chosen:
        """The next scenario.

        Args:
            rng: Advanced by one draw, whatever the options.
            options: Any of `OPTIONS`; they go before the constructor's arguments.

        Raises:
            ValueError: If an option is unknown or contradicts another, or no scenario is in the split.
        """
        rng = np.random.default_rng(int(rng.integers(2**62)))
        if "scenario" in options and options["scenario"] != ATTACK:
            if "kind" in options or "difficulty" in options:
                raise ValueError("a scenario is given, and kind or difficulty as well; give one or the other")
            return self._draw(load(options["scenario"]), rng)
        if self._fixed is not None and not options:
            return self._draw(self._fixed, rng)
        kind = _kind(options.get("kind", self._kind))
        difficulty = _difficulty(options.get("difficulty", self._difficulty))
        return self._generate(kind, difficulty, rng)

    def _draw(self, scenarios: list[Scenario], rng: np.random.Generator) -> Chosen:
        if len(scenarios) > 1:
            in_it = [scenario for scenario in scenarios if in_split(content(scenario), self._split)]
            if not in_it:
                raise ValueError(
                    f"none of the {len(scenarios)} scenarios is in the split {self._split!r}; use more of them, or another split"
                )
            scenarios = in_it
        scenario = scenarios[int(rng.integers(len(scenarios)))]
        return Chosen(scenario, {"scenario": scenario.name})

    def _generate(self, kind: str | None, difficulty: int | None, rng: np.random.Generator) -> Chosen:
        kind = kind or KINDS[int(rng.integers(len(KINDS)))]
        difficulty = difficulty or DIFFICULTIES[int(rng.integers(len(DIFFICULTIES)))]
        for _ in range(MAX_DRAWS):
            scenario = attack(kind, difficulty, rng)
            if in_split(content(scenario), self._split):
                return Chosen(scenario, {"kind": kind, "difficulty": str(difficulty)})
        raise ValueError(f"no scenario of kind {kind!r}, difficulty {difficulty} is in the split {self._split!r}")


def load(scenario: Any) -> list[Scenario]:
    """A `Scenario`, one by name, one from a scenario file, or those of a folder of such files, sorted by name.

    Raises:
        ValueError: If there is no such scenario, or a file is malformed.
        TypeError: If `scenario` is neither a `Scenario`, a string nor a path.
    """
    if isinstance(scenario, Scenario):
        return [scenario]
    if not isinstance(scenario, str | Path):
        raise TypeError(f"scenario is a {type(scenario).__name__}; expected a Scenario, a name, or a path")
    if str(scenario) in SCENARIOS:
        return [SCENARIOS[str(scenario)]]
    path = Path(scenario)
    if path.is_dir():
        files = sorted(path.glob("*.py"))
        if not files:
            raise ValueError(f"{path} has no scenario files (*.py)")
        return [scenario_files.read(file) for file in files]
    if path.is_file():
        return [scenario_files.read(path)]
    names = [ATTACK, *SCENARIOS]
    near = get_close_matches(str(scenario), names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}, and files"
    raise ValueError(f"scenario is {str(scenario)!r}, which is neither a name nor a file; {hint}")


def _kind(kind: Any) -> str | None:
    if kind is not None and kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; expected {', '.join(KINDS)} or None to draw one")
    return kind


def _difficulty(difficulty: Any) -> int | None:
    if difficulty is not None and (isinstance(difficulty, bool) or difficulty not in DIFFICULTIES):
        raise ValueError(f"difficulty is {difficulty!r}; expected a whole number from 1 to 6, or None to draw one")
    return None if difficulty is None else int(difficulty)
