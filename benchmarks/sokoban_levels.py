"""Are our Sokoban levels distributed as gym-sokoban's? Two-sample Kolmogorov-Smirnov tests for each preset.

Compared are the share of floor, the boxes' mean distance from the nearest target, and the fewest moves. gym-sokoban's search
takes seconds a level in large rooms, so by default its rooms, with targets and player, are played backwards by ours, which
`tests/test_sokoban.py` shows to find the same starts; `--their-search` has gym-sokoban do that as well.

The p-values of tied values are approximate and on the safe side. A row passes if p is at least 0.05 over the number of tests.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from harness import Row, finish, parser
from rich.progress import track
from scipy.stats import ks_2samp

from envs.sokoban.backward import play_backwards
from envs.sokoban.levels import PRESETS, LevelSpec, generate
from envs.sokoban.rules import BOX, PLAYER, TARGET, Level, cells
from envs.sokoban.solver import solve

SIDE = Path(__file__).with_name("gym_sokoban_side.py")
NAMES = [name for name in PRESETS if not name.startswith(("tiny", "mini"))]
#: Of their rooms at least a fourth can be played backwards.
ROOMS_A_LEVEL = 4
#: Positions, after which the length of a solution is left out, on both sides.
MAX_STATES = 500_000


def floor_share(level: Level) -> float:
    return float((level.fixed > 0).mean())


def distance(level: Level) -> float:
    """Mean Manhattan distance of a box from the nearest target."""
    apart = np.abs(np.array(level.boxes)[:, None] - np.array(level.targets)).sum(axis=-1)  # [boxes, targets]
    return float(apart.min(axis=1).mean())


def fewest_moves(level: Level) -> float:
    solution = solve(level, MAX_STATES)
    return float(len(solution.moves)) if solution.status == "solved" else float("nan")


MEASURES: dict[str, Callable[[Level], float]] = {
    "share of floor": floor_share,
    "box to target": distance,
    "fewest moves": fewest_moves,
}


def theirs(spec: LevelSpec, count: int, their_search: bool) -> list[Level]:
    """Levels whose random numbers are gym-sokoban's."""
    steps = spec.num_gen_steps or int(1.7 * sum(spec.dim_room))
    kind = map(str, (*spec.dim_room, steps, spec.num_boxes))
    asked = count if their_search else count * ROOMS_A_LEVEL
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.npz"
        what = "levels" if their_search else "rooms"
        command = [sys.executable, "-W", "ignore", str(SIDE), what, str(out), str(asked), *kind]
        subprocess.run(command, check=True, capture_output=True)
        with np.load(out) as found:
            if their_search:
                return [Level(*boards) for boards in zip(found["fixed"], found["state"].astype(np.uint8), strict=True)]
            rooms = list(zip(found["fixed"], found["player"].tolist(), strict=True))
    levels: list[Level] = []
    for fixed, (row, column) in rooms:
        start = play_backwards(fixed > 0, (row, column), tuple(cells(fixed == TARGET)))
        if start is not None:
            state = fixed.copy()
            state[tuple(zip(*start[1], strict=True))] = BOX
            state[start[0]] = PLAYER
            levels.append(Level(fixed, state, start[1] if spec.fixed_targets else None))
    if len(levels) < count:
        raise RuntimeError(f"{len(rooms)} rooms gave {len(levels)} levels, not {count}; raise ROOMS_A_LEVEL")
    return levels[:count]


def main() -> int:
    options = parser(__doc__ or "")
    options.add_argument("--count", type=int, default=2000, help="levels a preset and side (default: 2000)")
    options.add_argument("--presets", nargs="+", default=NAMES, choices=NAMES, help="default: all of gym-sokoban's")
    options.add_argument("--their-search", action="store_true", help="let gym-sokoban play its rooms backwards")
    asked = options.parse_args()
    if asked.their_search and any(PRESETS[name].fixed_targets for name in asked.presets):
        options.error("--their-search does not tell whose target is whose: name --presets without fixed targets")
    target = f">= {0.05 / (len(asked.presets) * len(MEASURES)):.4f}"
    rows = []
    for name in track(asked.presets, description="presets"):
        spec = PRESETS[name]
        sides = ([generate(spec, seed) for seed in range(asked.count)], theirs(spec, asked.count, asked.their_search))
        for measure, of in MEASURES.items():
            ours, others = (np.array([of(level) for level in side]) for side in sides)
            p = ks_2samp(ours[~np.isnan(ours)], others[~np.isnan(others)]).pvalue
            rows.append(Row(f"{name}: {measure}, mean", np.nanmean(ours), np.nanmean(others), target, float(p)))
    return finish("Sokoban levels against gym-sokoban's: means of both sides, and p of the test", rows, asked.json)


if __name__ == "__main__":
    sys.exit(main())
