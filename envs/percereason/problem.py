"""A problem whose facts stand in a picture. Knows nothing of families or environments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from envs.drawing import Canvas, Look
from envs.problem import Problem


class Picture(Protocol):
    """What a picture shows, as data; two pictures with equal `repr` show the same facts."""

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        """Draw it over the whole canvas, which is square, 224 to 1024 pixels a side, and empty.

        Args:
            canvas: Where to draw.
            look: Colours, line width, font and text size; the text size is for ordinary labels at this canvas' size.
            rng: For what does not change the facts, such as marker shapes or where a legend stands.
        """
        ...


@dataclass(frozen=True)
class PictureProblem(Problem):
    """A `Problem` with the picture that it is about.

    The level is the number of reasoning steps after reading the picture: 1, 2 or 3. The question never repeats the
    facts that the picture shows.

    Attributes:
        picture: The picture. A frozen dataclass of plain values, so that its `repr` says all that it shows.
    """

    picture: Picture | None = None

    @property
    def content(self) -> bytes:
        """Family, facts of the picture and answer."""
        return f"{self.family}:{self.picture!r}:{self.answer}".encode()
