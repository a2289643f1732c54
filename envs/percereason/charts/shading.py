"""Shades of a colour, and the ink that can be read on it."""

from __future__ import annotations

from envs.drawing.look import Colour, blend


def shades(colour: Colour, count: int) -> list[Colour]:
    """At least two shades of a colour from pale to dark, well apart from each other."""
    result = []
    for index in range(count):
        depth = index / (count - 1)
        if depth <= 0.6:
            result.append(blend((255, 255, 255), colour, 0.08 + 0.92 * depth / 0.6))
        else:
            result.append(blend(colour, (0, 0, 0), 0.62 * (depth - 0.6) / 0.4))
    return result


def readable_on(colour: Colour) -> Colour:
    """Black or white, whichever stands out on a colour."""
    luminance = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
    return (16, 16, 20) if luminance > 138 else (255, 255, 255)
