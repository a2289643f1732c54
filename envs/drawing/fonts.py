"""Fonts with mathematical signs: the DejaVu and STIX files that matplotlib ships, found without importing it."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

#: File names by family: upright, bold, italic.
FAMILIES = {
    "sans": ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"),
    "serif": ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSerif-Italic.ttf"),
    "times": ("STIXGeneral.ttf", "STIXGeneralBol.ttf", "STIXGeneralItalic.ttf"),
    "mono": ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSansMono-Oblique.ttf"),
}


@lru_cache(maxsize=256)
def font(family: str, size: int, weight: str = "upright") -> ImageFont.FreeTypeFont:
    """A font.

    Args:
        family: A key of `FAMILIES`.
        size: In pixels, of the em square.
        weight: `"upright"`, `"bold"` or `"italic"`.

    Raises:
        KeyError: If there is no such family.
        ValueError: If there is no such weight.
    """
    name = FAMILIES[family][("upright", "bold", "italic").index(weight)]
    return ImageFont.truetype(str(_folder() / name), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _folder() -> Path:
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            "the fonts of pictures come with matplotlib, which is not installed: pip install -e ."
        )
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
