"""What a geometry problem is: a statement in parts, a figure, an exact answer. Knows nothing of modalities or drawing."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from envs.geometry.figure import Figure
from envs.problem import Problem, content_key


@dataclass(frozen=True)
class GeometryProblem(Problem):
    """A `Problem` with a figure, its statement split the way MathVerse does (arXiv 2403.14624).

    Attributes:
        description: What anyone sees in the figure: "D lies on BC of triangle ABC." A picture makes it redundant.
        properties: What the marks of the figure say: "AB = AC. AD is perpendicular to BC." Right angles, equal
            sides and angles, parallel lines, each of which has a mark.
        conditions: The given measures: "AB = 5, and angle BAC is 40°." Each is also the text of a measure in the figure.
        question: What is asked, with whatever no mark can say: "Find BC." It names no given measure.
        figure: The figure, to scale.
    """

    description: str = ""
    properties: str = ""
    conditions: str = ""
    figure: Figure = field(default_factory=lambda: Figure({}, ()))

    @property
    def content(self) -> bytes:
        """Family, numbers, answer and the structure of the figure: equal under other letters, wordings and turns."""
        shape = blake2b(repr(self.figure.structure).encode(), digest_size=8).hexdigest()
        return content_key(self.family, f"{self.conditions} {self.question}") + f":{self.answer}:{shape}".encode()
