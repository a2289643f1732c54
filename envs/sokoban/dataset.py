"""Level collections on disk: `python -m envs.sokoban.levels --preset small-v0 --count 1000 --out FOLDER`.

A collection has no two levels that are equal up to rotation and reflection, and its two parts, `train.xsb` and
`heldout.xsb`, share none: a level belongs to a part by the hash of its content, as everywhere here. The same arguments give
the same files, however many workers make them. `LevelFiles` reads them, and so does any program that knows XSB.

With `--jsonl` the same levels are also written as LMM-R1 has its rows (arXiv 2503.07536): `message`, a stringified list of
chat messages with the frame's path and the prompt; `answer`, a shortest plan; and `level`, the path of the cell codes. Levels on
which the solver gave up have no row.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
from PIL import Image
from rich.progress import track

from envs import prompts
from envs.sokoban.choice import LevelChoice
from envs.sokoban.levels import LevelSpec, generate, to_text
from envs.sokoban.render import frame
from envs.sokoban.rules import Level
from envs.sokoban.solver import solve
from envs.splits import Split, content_split

#: Seeds tried for each level wanted before a room is declared too small for so many.
TRIES = 50
#: Seeds that a worker gets at a time.
CHUNK = 16


@dataclass(frozen=True)
class Entry:
    """A level of a collection.

    Attributes:
        seed: Of `envs.sokoban.levels.generate`.
        level: The level.
        moves: A shortest solution; `None` if the solver gave up.
    """

    seed: int
    level: Level
    moves: tuple[str, ...] | None


def collect(spec: LevelSpec, count: int, first_seed: int = 0, workers: int = 1) -> Iterator[Entry]:
    """Different levels, in the order of their seeds.

    Args:
        spec: What kind of levels.
        count: How many.
        first_seed: Where the seeds begin.
        workers: Processes that make them.

    Raises:
        ValueError: If there are not so many different ones among `TRIES` times as many seeds.
    """
    seen: set[bytes] = set()
    seeds = range(first_seed, first_seed + TRIES * count)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
        ahead = 2 * workers  # chunks under way: enough to keep workers busy, few to throw away at the end
        futures = deque(pool.submit(_make, spec, chunk) for chunk in chunks[:ahead])
        for number in range(len(chunks)):
            for entry in futures.popleft().result():
                if entry.level.canonical() not in seen:
                    seen.add(entry.level.canonical())
                    yield entry
                if len(seen) == count:
                    pool.shutdown(wait=True, cancel_futures=True)
                    return
            if number + ahead < len(chunks):
                futures.append(pool.submit(_make, spec, chunks[number + ahead]))
    raise ValueError(
        f"{len(seeds):,} seeds gave {len(seen):,} different levels, not {count:,}; use a larger room, more boxes, or fewer levels"
    )


def write(
    spec: LevelSpec, count: int, folder: Path, first_seed: int = 0, workers: int = 1, jsonl: bool = False
) -> dict[str, int]:
    """Write a collection; return how many levels each part has.

    Files appear under their names when they are complete. Existing ones are replaced.

    Raises:
        ValueError: See `collect`; and for rows of levels with fixed targets, which cell codes cannot hold.
        OSError: If the folder cannot be written.
    """
    if jsonl and spec.fixed_targets:
        raise ValueError("cell codes do not tell whose target is whose; write fixed targets without --jsonl")
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[Split, list[Entry]] = {split: [] for split in get_args(Split)}
    entries = collect(spec, count, first_seed, workers)
    for entry in track(entries, description="levels", total=count):
        parts[content_split(entry.level.canonical())].append(entry)
    for split, members in parts.items():
        _put(folder / f"{split}.xsb", "\n".join(map(_told, members)))
        if jsonl:
            _put(folder / f"{split}.jsonl", "".join(_row(entry, folder) for entry in members if entry.moves))
    return {split: len(members) for split, members in parts.items()}


def _make(spec: LevelSpec, seeds: Sequence[int]) -> list[Entry]:
    """What a worker does."""
    entries = []
    for seed in seeds:
        level = generate(spec, seed)
        solution = solve(level)
        entries.append(Entry(seed, level, solution.moves if solution.status == "solved" else None))
    return entries


def _told(entry: Entry) -> str:
    """A level with a line above it that tells where it comes from."""
    length = "unknown" if entry.moves is None else f"{len(entry.moves)} moves"
    return f"; seed {entry.seed}, {length}\n{to_text(entry.level)}\n"


def _row(entry: Entry, folder: Path) -> str:
    """A line of JSON; writes the frame and the cell codes that it names."""
    name = f"{entry.seed:08d}"
    picture, codes = folder / "images" / f"{name}.png", folder / "levels" / f"{name}.npy"
    for path in (picture, codes):
        path.parent.mkdir(exist_ok=True)
    Image.fromarray(frame(entry.level)).save(picture)
    np.save(codes, entry.level.state)
    content = [
        {"type": "image", "image": picture.resolve().as_uri()},
        {"type": "text", "text": prompts.SOKOBAN_GLOBAL.format(goal=prompts.SOKOBAN_GOAL)},
    ]
    row = {
        "message": json.dumps([{"role": "user", "content": content}]),
        "answer": " ".join(entry.moves or ()),
        "level": str(codes.resolve()),
    }
    return json.dumps(row) + "\n"


def _put(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    os.replace(unfinished, path)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m envs.sokoban.levels", description="Write a collection of levels.")
    parser.add_argument("--preset", default="small-v0", help="kind of levels (default: small-v0)")
    parser.add_argument("--count", type=int, required=True, help="levels, both parts together")
    parser.add_argument("--out", type=Path, required=True, help="folder for train.xsb and heldout.xsb")
    parser.add_argument("--seed", type=int, default=0, help="where the levels' seeds begin (default: 0)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: all cores)")
    parser.add_argument("--dim-room", type=int, nargs=2, metavar=("ROWS", "COLUMNS"), help="overrides the preset's")
    parser.add_argument("--num-boxes", type=int, help="overrides the preset's")
    parser.add_argument("--min-solution", type=int, default=1, help="fewest moves of an optimal solution")
    parser.add_argument("--max-solution", type=int, help="most moves of an optimal solution")
    parser.add_argument(
        "--jsonl", action="store_true", help="also write rows, frames and cell codes as LMM-R1 has them"
    )
    options = parser.parse_args(arguments)
    try:
        for name in ("count", "workers"):
            if getattr(options, name) < 1:
                raise ValueError(f"--{name} is {getattr(options, name)}; expected at least 1")
        choice = LevelChoice(
            options.preset,
            dim_room=options.dim_room,
            num_boxes=options.num_boxes,
            min_solution=options.min_solution,
            max_solution=options.max_solution,
        )
        sizes = write(choice.spec, options.count, options.out, options.seed, options.workers, options.jsonl)
    except (ValueError, OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; no collection was written", file=sys.stderr)
        return 130
    print(", ".join(f"{options.out / split}.xsb: {size} levels" for split, size in sizes.items()))
    return 0
