"""`python -m eval.render`: draw rollouts of a policy that plays now, or recorded ones, as a GIF, an MP4 or a PNG strip."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym
from PIL import Image

from agents.errors import EngineError
from agents.policy import SamplingConfig
from agents.rollout import Task
from eval.render.card import card
from eval.render.drawn import every
from eval.render.files import checked, save
from eval.render.grid import grid
from eval.render.letters import one_line
from eval.render.sources import MOST_ROLLOUTS, Scene, from_policy, from_records, from_run
from eval.render.tile import tile

#: Pixels of a board that is shown alone; several are smaller, and more than this many become tiles.
_ALONE, _BESIDE, _MOST_CARDS = 336, 224, 12


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: Arguments; `None` takes those of the process.

    Returns:
        0, or 2 after one line on what was wrong.
    """
    options = _parser().parse_args(argv)
    try:
        checked(options.out)
        frames = every(_draw(_scene(options)), options.every)
        path = save(frames, options.out, options.fps, options.hold)
    except (ValueError, TypeError, OSError, ImportError, EngineError, gym.error.Error) as error:
        print(f"eval.render: {one_line(str(error))}", file=sys.stderr)
        return 2
    print(f"{one_line(str(path))}  {path.stat().st_size / 1000:.0f} kB")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m eval.render", description="Draw rollouts as a GIF, an MP4 or a PNG.")
    parser.add_argument("--out", type=Path, required=True, help="file to write: .gif, .mp4 or .png")
    parser.add_argument("--fps", type=float, default=4, help="frames a second (default: %(default)s)")
    parser.add_argument(
        "--hold", type=float, default=1.5, help="seconds that the last frame stays (default: %(default)s)"
    )
    parser.add_argument("--every", type=int, default=1, help="keep every N-th frame and the last one (default: 1, all)")

    recorded = parser.add_argument_group("recorded rollouts")
    where = recorded.add_mutually_exclusive_group()
    where.add_argument("--records", type=Path, metavar="FILE", help="a file RUN/episodes/SUITE/POLICY.jsonl")
    where.add_argument("--run", type=Path, help="a training run or evaluation: all its stages or policies side by side")
    recorded.add_argument("--suite", help="the suite of --run")
    recorded.add_argument("--task", default="0", help="number of a task, or several: 3, 0,4,7 or 0-8 (default: 0)")
    recorded.add_argument("--sample", type=int, default=0, help="which answer to the task (default: 0)")

    live = parser.add_argument_group("rollouts played now")
    live.add_argument("--env", default="LMMR1/Sokoban-v0", help="environment id (default: %(default)s)")
    live.add_argument("--kwargs", default="{}", help='its arguments as JSON, such as \'{"preset": "small-v0"}\'')
    live.add_argument("--split", choices=("train", "heldout"), help="draw tasks of one split only")
    live.add_argument("--seed", type=int, default=0, help="seed of the first episode; the next ones count up")
    live.add_argument("--episodes", type=int, default=1, help="episodes in a grid (default: 1)")
    live.add_argument("--policy", default="solver", help="as python -m eval takes them (default: %(default)s)")
    live.add_argument("--max-tokens", type=int, default=1024, help="longest response of a model (default: %(default)s)")
    live.add_argument("--max-turns", type=int, default=200, help="longest multi-turn episode (default: %(default)s)")
    live.add_argument("--temperature", type=float, default=0.0, help="of a model; 0 decodes greedily (default)")
    return parser


def _scene(options: argparse.Namespace) -> Scene:
    if options.records or options.run:
        return _recorded(options)
    if not 1 <= options.episodes <= MOST_ROLLOUTS or options.seed < 0:
        raise ValueError(
            f"episodes is {options.episodes} and seed is {options.seed}; expected 1 to {MOST_ROLLOUTS} episodes and seed >= 0"
        )
    from eval.policies import make_policy  # brings transformers, which records don't need

    return from_policy(
        make_policy(options.policy),
        Path(options.policy).name,
        Task(options.env, _json_object(options.kwargs) | ({"split": options.split} if options.split else {})),
        range(options.seed, options.seed + options.episodes),
        SamplingConfig(options.temperature, max_tokens=options.max_tokens, seed=options.seed),
        options.max_turns,
    )


def _recorded(options: argparse.Namespace) -> Scene:
    tasks = _numbers(options.task)
    if options.records:
        scene = from_records(options.records, tasks, options.sample)
    elif options.suite is None:
        raise ValueError("--run needs --suite, the name of a suite in it")
    else:
        scene = from_run(options.run, options.suite, tasks, options.sample)
    if scene.count > MOST_ROLLOUTS:
        raise ValueError(
            f"there are {scene.count} rollouts to draw; expected at most {MOST_ROLLOUTS}: name fewer tasks"
        )
    return scene


def _numbers(text: str) -> list[int]:
    """Task numbers: 3, 0,4,7 or 0-8."""
    numbers: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not first.strip().isdecimal() or (dash and not last.strip().isdecimal()):
            raise ValueError(f"--task is {text!r}; expected a number from 0, or several such as 0,4,7 or 0-8")
        end = int(last) if dash else int(first)
        if not int(first) <= end < int(first) + MOST_ROLLOUTS:
            raise ValueError(f"--task is {text!r}; expected ranges that go up, of at most {MOST_ROLLOUTS} tasks")
        numbers += range(int(first), end + 1)
    return list(dict.fromkeys(numbers))


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"--kwargs is not JSON ({error}): {text}") from None
    if not isinstance(value, dict):
        raise ValueError(f"--kwargs is {text}; expected a JSON object such as {{}}")
    return value


def _draw(scene: Scene) -> Sequence[Image.Image]:
    if scene.count == 1:
        trajectory, title = scene.rows[0][0]
        return card(trajectory, title, _ALONE)
    if scene.count > _MOST_CARDS:
        rows = [[tile(trajectory, title) for trajectory, title in row] for row in scene.rows]
    else:
        rows = [[card(trajectory, title, _BESIDE) for trajectory, title in row] for row in scene.rows]
    return grid(rows, scene.row_titles, scene.column_titles)


if __name__ == "__main__":
    sys.exit(main())
