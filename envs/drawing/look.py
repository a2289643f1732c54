"""How a picture looks: paper, ink, colours, line width and font, drawn by seed so that no model learns one style."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from envs.problem import flip, pick

Colour = tuple[int, int, int]

_PAPERS: tuple[tuple[Colour, Colour], ...] = (
    ((255, 255, 255), (20, 20, 24)),
    ((255, 255, 255), (28, 36, 60)),
    ((252, 250, 243), (40, 34, 28)),
    ((246, 248, 250), (24, 34, 48)),
    ((24, 30, 44), (232, 236, 244)),
)
#: Chances of the papers: most pictures are dark on white, a few light on dark.
_PAPER_SHARES = (0.4, 0.2, 0.17, 0.17, 0.06)

#: Series colours that stay apart for colour-blind readers too (after Okabe and Ito, and Tol), on light and dark paper.
_PALETTES: tuple[tuple[Colour, ...], ...] = (
    ((0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233)),
    ((68, 119, 170), (238, 102, 119), (34, 136, 51), (204, 187, 68), (102, 204, 238), (170, 51, 119)),
    ((0, 119, 187), (238, 119, 51), (0, 153, 136), (238, 51, 119), (51, 187, 238), (204, 51, 17)),
)


@dataclass(frozen=True)
class Look:
    """The style of one picture.

    Attributes:
        paper: Background colour, RGB in 0 to 255.
        ink: Colour of lines and text.
        palette: At least six colours for series and fills, all well visible on `paper`.
        line: Width of an ordinary line, in pixels of the picture.
        text: Size of ordinary text, in pixels.
        family: Font family, a key of `envs.drawing.fonts.FAMILIES`.
        italic_names: Whether names of points and variables are italic.
    """

    paper: Colour
    ink: Colour
    palette: tuple[Colour, ...]
    line: float
    text: float
    family: str
    italic_names: bool

    @property
    def faint(self) -> Colour:
        """For grids and helping lines: a third of the way from the paper to the ink."""
        return blend(self.paper, self.ink, 0.3)

    def tint(self, index: int, strength: float = 0.3) -> Colour:
        """A colour of the palette, thinned towards the paper, for areas."""
        return blend(self.paper, self.palette[index % len(self.palette)], strength)


def draw_look(rng: np.random.Generator, size: int) -> Look:
    """A look for a picture whose shorter side has `size` pixels."""
    paper, ink = _PAPERS[int(rng.choice(len(_PAPERS), p=_PAPER_SHARES))]
    palette = pick(rng, _PALETTES)
    order = rng.permutation(len(palette))
    return Look(
        paper=paper,
        ink=ink,
        palette=tuple(palette[i] for i in order),
        line=size / 336 * float(rng.uniform(1.3, 2.1)),
        text=size / 336 * float(rng.uniform(15, 17.5)),
        family=pick(rng, ("sans", "serif", "times")),
        italic_names=flip(rng, 0.6),
    )


def blend(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second colour in the first."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
