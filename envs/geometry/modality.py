"""How a problem is divided between prompt and picture: the five forms of MathVerse (arXiv 2403.14624, section 3.2).

| modality | in the prompt | in the picture, besides the figure and its marks |
|---|---|---|
| text-dominant | description, properties, conditions, question | |
| text-lite | properties, conditions, question | |
| vision-intensive | conditions, question | |
| vision-dominant | properties, question | the measures |
| vision-only | | the measures, and the question below |
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from envs.geometry.problem import GeometryProblem


@dataclass(frozen=True)
class Modality:
    """What of a statement goes where.

    Attributes:
        parts: Names of the parts of a `GeometryProblem` that the prompt has, in their order.
        measures: Whether the picture shows the given measures.
        caption: Whether the question stands in the picture instead of the prompt.
    """

    parts: tuple[str, ...]
    measures: bool
    caption: bool = False

    def statement(self, problem: GeometryProblem) -> str:
        """The parts that the prompt has, as one text."""
        return " ".join(text for part in self.parts if (text := getattr(problem, part)))


MODALITIES: dict[str, Modality] = {
    "text-dominant": Modality(("description", "properties", "conditions", "question"), measures=False),
    "text-lite": Modality(("properties", "conditions", "question"), measures=False),
    "vision-intensive": Modality(("conditions", "question"), measures=False),
    "vision-dominant": Modality(("properties", "question"), measures=True),
    "vision-only": Modality((), measures=True, caption=True),
}


def check_modalities(modality: str | Sequence[str]) -> tuple[str, ...]:
    """The names of one or several modalities.

    Raises:
        ValueError: If there is none, or one is unknown; the message has the nearest name.
    """
    names = (modality,) if isinstance(modality, str) else tuple(modality)
    if not names:
        raise ValueError(f"modality is {modality!r}; expected one or several of {', '.join(MODALITIES)}")
    for name in names:
        if name not in MODALITIES:
            near = difflib.get_close_matches(str(name), MODALITIES, n=1, cutoff=0.0)
            raise ValueError(
                f"modality {name!r} is unknown; did you mean {near[0]!r}? There are {', '.join(MODALITIES)}"
            )
    return names
