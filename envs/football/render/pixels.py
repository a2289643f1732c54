"""Pixels in bulk: cutting a background out of a panorama and turning a surface into an array."""

from __future__ import annotations

import numpy as np

from envs.compiled import compiled


def pack(picture: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 3] as 0xRRGGBB, uint32 [H, W]."""
    wide = picture.astype(np.uint32)
    return np.ascontiguousarray(wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2])


@compiled
def cut(panorama, scales, start, x, out):
    """Copy what a camera at `x` (m along the pitch) sees of a panorama.

    Args:
        panorama: 0xRRGGBB, uint32 [H, columns].
        scales: Pixels a metre in its rows, float64 [H].
        start: The column where the pieces of all rows start when the camera is at 0.
        x: float.
        out: uint32 [H, W], written.
    """
    height, width = out.shape
    for row in range(height):
        begin = start + x * scales[row]
        first = int(begin)
        weight = np.uint32((begin - first) * 256)
        rest = np.uint32(256) - weight
        line = panorama[row, first : first + width + 1]
        for column in range(width):
            a, b = line[column], line[column + 1]
            # Red and blue are far enough apart to be blended in one multiplication.
            red_blue = (a & np.uint32(0xFF00FF)) * rest + (b & np.uint32(0xFF00FF)) * weight
            green = (a & np.uint32(0x00FF00)) * rest + (b & np.uint32(0x00FF00)) * weight
            out[row, column] = (red_blue >> np.uint32(8)) & np.uint32(0xFF00FF) | (green >> np.uint32(8)) & np.uint32(
                0x00FF00
            )


@compiled
def unpack(pixels, out):
    """0xRRGGBB, uint32 [H, W], into red, green and blue, uint8 [H, W, 3], written."""
    height, width = pixels.shape
    for row in range(height):
        for column in range(width):
            pixel = pixels[row, column]
            out[row, column, 0] = (pixel >> np.uint32(16)) & np.uint32(0xFF)
            out[row, column, 1] = (pixel >> np.uint32(8)) & np.uint32(0xFF)
            out[row, column, 2] = pixel & np.uint32(0xFF)
