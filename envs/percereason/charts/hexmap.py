"""Maps grown on a grid of hexagons, where three cells meet at every corner, so that every border is a line."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

Cell = tuple[int, int]

ROWS, COLUMNS = 8, 8
SEA = -1


def neighbours(row: int, column: int) -> list[Cell]:
    """The cells around a cell, in the order of its edges: right, upper right, upper left, left, lower left, lower right.

    Every second row is shifted by half a cell to the right.
    """
    shift = row % 2
    around = [(0, 1), (-1, shift), (-1, shift - 1), (0, -1), (1, shift - 1), (1, shift)]
    return [(row + i, column + j) for i, j in around]


@lru_cache(maxsize=1)
def _inner() -> dict[Cell, tuple[Cell, ...]]:
    """The neighbours of each cell that are on the grid."""
    cells = {(row, column) for row in range(ROWS) for column in range(COLUMNS)}
    return {cell: tuple(n for n in neighbours(*cell) if n in cells) for cell in sorted(cells)}


@lru_cache(maxsize=1)
def _polar() -> tuple[np.ndarray, np.ndarray]:
    """Distance and direction of each cell from the middle of the grid, each [ROWS, COLUMNS]; a cell is 1 wide."""
    row, column = np.mgrid[:ROWS, :COLUMNS]
    x = column + 0.5 * (row % 2) + 0.25 - (COLUMNS - 0.5) / 2
    y = row - (ROWS - 1) / 2
    return np.hypot(x, y), np.arctan2(y, x)


def grow(rng: np.random.Generator, count: int) -> tuple[tuple[int, ...], ...]:
    """An island of `count` regions, each in one piece of three cells at least: the region of each cell, or `SEA`."""
    while True:
        distance, direction = _polar()
        bays, phase = int(rng.integers(2, 5)), rng.uniform(0, 2 * math.pi)
        land = distance <= 3.9 + 0.55 * np.cos(bays * direction + phase)
        rows, columns = np.nonzero(land)
        cells = list(zip(rows.tolist(), columns.tolist(), strict=True))
        owner = _shared_out(rng, cells, count)
        sizes = [0] * count
        for region in owner.values():
            sizes[region] += 1
        if min(sizes) >= 3:
            return tuple(tuple(owner.get((row, column), SEA) for column in range(COLUMNS)) for row in range(ROWS))


def _shared_out(rng: np.random.Generator, cells: list[Cell], count: int) -> dict[Cell, int]:
    """Regions that grow from random cells, in turn, by one random cell of their edge, until the land is taken."""
    around, free = _inner(), set(cells)
    owner: dict[Cell, int] = {}
    edges: list[list[Cell]] = [[] for _ in range(count)]

    def take(cell: Cell, region: int) -> None:
        owner[cell] = region
        free.discard(cell)
        edges[region].extend(n for n in around[cell] if n in free)

    for region, start in enumerate(rng.choice(len(cells), size=count, replace=False).tolist()):
        take(cells[start], region)
    chances = rng.random(8 * len(cells)).tolist()
    growing = list(range(count))
    while growing:
        still = []
        for region in growing:
            edge = edges[region]
            while edge:
                cell = edge.pop(int(chances.pop() * len(edge)))
                if cell in free:
                    take(cell, region)
                    still.append(region)
                    break
        growing = still
    return owner


def borders(cells: tuple[tuple[int, ...], ...]) -> dict[int, set[int]]:
    """For each region those that share a border with it."""
    result: dict[int, set[int]] = {}
    for (row, column), around in _inner().items():
        here = cells[row][column]
        if here == SEA:
            continue
        touching = result.setdefault(here, set())
        touching.update(cells[i][j] for i, j in around if cells[i][j] not in (here, SEA))
    return result


def middle_of(cells: tuple[tuple[int, ...], ...], region: int) -> tuple[float, float, int]:
    """Where a label has most room: column and row of the middle of a stretch of the region, and its length in cells.

    The longest stretch wins, and among equal ones that with most of the region above and below it.
    """
    best, most = (0.0, 0.0, 0), (0, 0)
    for row in range(ROWS):
        column = 0
        while column < COLUMNS:
            length = 0
            while column + length < COLUMNS and cells[row][column + length] == region:
                length += 1
            stretch = [(row, column + i) for i in range(length)]
            around = sum(cells[i][j] == region for cell in stretch for i, j in _inner()[cell] if i != row)
            if (length, around) > most:
                most = (length, around)
                best = (column + (length - 1) / 2 + 0.5 * (row % 2), float(row), length)
            column += max(length, 1)
    return best
