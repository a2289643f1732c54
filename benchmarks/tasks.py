"""Question tasks: how fast problems, pictures and verdicts are made, how often problems repeat, how answers spread.

`python benchmarks/tasks.py [--samples N] [--tasks NAMES] [--families FILE]` counts N problems of every family, at all levels in
turn (2,000 by default; 100,000 take half an hour), and writes the figures of every family to FILE.
The other side: problems of reasoning-gym, pictures by matplotlib, verdicts by Math-Verify in this process.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from harness import Row, finish, median_seconds, parser
from rich.console import Console
from rich.progress import track
from rich.table import Table

from envs.families import FamilyTable
from envs.geometry import FAMILIES as GEOMETRY
from envs.geometry.render import render
from envs.percereason import FAMILIES as PERCEREASON
from envs.percereason.env import draw_picture
from envs.problem import Problem
from envs.text_math import FAMILIES as TEXT_MATH
from rewards import VerifierPool

TABLES: dict[str, FamilyTable] = {"text-math": TEXT_MATH, "geometry": GEOMETRY, "percereason": PERCEREASON}
SIZE = 336
#: Generators of reasoning-gym that ask what text math asks too.
THEIRS = (
    "basic_arithmetic",
    "chain_sum",
    "simple_equations",
    "gcd",
    "lcm",
    "fraction_simplification",
    "base_conversion",
)
#: Pairs of gold and answer that are equal, none of them plainly.
VERDICTS = [
    (rf"\frac{{{n}\sqrt{{{n % 7 + 2}}}}}{{{n % 5 + 2}}}", rf"{n}\sqrt{{{n % 7 + 2}}}/{n % 5 + 2}")
    for n in range(1, 401)
]


@dataclass(frozen=True)
class Census:
    """What a sample of one family looks like.

    Attributes:
        family: Its name.
        samples: How many problems were drawn, levels in turn.
        duplicates: Share of the problems that had been drawn before, word for word and with the same picture.
        same_content: Share whose content (numbers and figure, without wording) had been drawn before.
        top_answer: The most frequent answer.
        top_share: Its share.
        answers: How many different answers there were.
        per_second: Problems made in a second on one core, without pictures.
        working: Mean characters of the worked solution at each level.
    """

    family: str
    samples: int
    duplicates: float
    same_content: float
    top_answer: str
    top_share: float
    answers: int
    per_second: float
    working: tuple[float, ...]


def census(task: str, family: str, samples: int) -> Census:
    """Draw problems of a family and count."""
    table = TABLES[task]
    low, high = table.levels
    levels = range(low, high + 1)
    rng = np.random.default_rng(0)
    contents: set[bytes] = set()
    problems: set[bytes] = set()
    answers: Counter[str] = Counter()
    lengths: list[list[int]] = [[] for _ in levels]
    spent = 0.0
    for index in range(samples):
        began = time.perf_counter()
        problem: Problem = table.make(family, levels[index % len(levels)], rng)
        spent += time.perf_counter() - began
        contents.add(digest(problem.content))
        problems.add(digest(problem.content + said(problem).encode()))
        answers[problem.answer] += 1
        lengths[index % len(levels)].append(len("; ".join(problem.steps)))
    answer, count = answers.most_common(1)[0]
    means = tuple(float(np.mean(some)) for some in lengths)
    repeated, same = (1 - len(seen) / samples for seen in (problems, contents))
    share = count / samples
    return Census(family, samples, repeated, same, answer, share, len(answers), samples / spent, means)


def said(problem: Problem) -> str:
    """All the words of a problem."""
    parts = (getattr(problem, part, "") for part in ("description", "properties", "conditions", "question"))
    return " ".join(parts)


def digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=12).digest()


def count_families(samples: int, tasks: Sequence[str]) -> dict[str, list[Census]]:
    """A census of every family of some tasks, two at a time."""
    jobs = [(task, family) for task in tasks for family in TABLES[task]]
    with ProcessPoolExecutor(2) as pool:
        futures = [pool.submit(census, task, family, samples) for task, family in jobs]
        results = [future.result() for future in track(futures, "families", console=Console(stderr=True))]
    found: dict[str, list[Census]] = {task: [] for task in tasks}
    for (task, _), result in zip(jobs, results, strict=True):
        found[task].append(result)
    return found


def show(found: dict[str, list[Census]]) -> None:
    for task, rows in found.items():
        table = Table(title=f"{task}: {len(rows)} families, {rows[0].samples:,} problems each")
        for column in (
            "family",
            "duplicates",
            "same content",
            "top answer",
            "its share",
            "answers",
            "problems/s",
            "working, by level",
        ):
            table.add_column(column, justify="left" if column == "family" else "right")
        for row in rows:
            lengths = " ".join(f"{length:.0f}" for length in row.working)
            figures = (
                f"{row.duplicates:.1%}",
                f"{row.same_content:.1%}",
                row.top_answer,
                f"{row.top_share:.1%}",
                f"{row.answers:,}",
            )
            table.add_row(row.family, *figures, f"{row.per_second:,.0f}", lengths)
        Console().print(table)


def draw_all(task: str, draw: Callable[[Problem, np.random.Generator], np.ndarray], count: int) -> Callable[[], None]:
    """A function that draws `count` pictures, problems of all families and levels in turn."""
    table, rng = TABLES[task], np.random.default_rng(0)
    names, (low, high) = list(table), table.levels
    problems = [table.make(names[i % len(names)], low + i % (high - low + 1), rng) for i in range(count)]
    return lambda: [draw(problem, rng) for problem in problems] and None


def draw_with_matplotlib(count: int) -> Callable[[], None]:
    """The plainest of diagrams, a labelled triangle, `count` times, on a figure that is kept and cleared."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZE / 100, SIZE / 100), dpi=100)
    canvas = FigureCanvasAgg(figure)

    def draw() -> None:
        for _ in range(count):
            figure.clear()
            axes = figure.add_axes((0, 0, 1, 1))
            axes.set_axis_off()
            axes.set_aspect("equal")
            axes.plot([0, 4, 0, 0], [0, 0, 3, 0], "k-")
            for x, y, text in ((0, 3.2, "A"), (4.2, 0, "B"), (-0.2, -0.2, "C"), (2, -0.3, "4"), (-0.3, 1.5, "3")):
                axes.text(x, y, text, ha="center", va="center")
            canvas.print_rgba(io.BytesIO())

    return draw


def theirs_per_second(count: int) -> float:
    """Problems of reasoning-gym a second, the mean over its generators that ask what text math asks too."""
    import reasoning_gym

    rates = []
    for name in THEIRS:
        data = reasoning_gym.create_dataset(name, seed=0, size=count)
        began = time.perf_counter()
        for index in range(count):
            data[index]
        rates.append(count / (time.perf_counter() - began))
    return len(rates) / sum(1 / rate for rate in rates)


def plain_math_verify() -> None:
    from math_verify import parse, verify

    for gold, answer in VERDICTS:
        assert verify(parse(f"${gold}$", parsing_timeout=None), parse(f"${answer}$", parsing_timeout=None))


def speed(found: dict[str, list[Census]], pictures: int) -> list[Row]:
    """Problems, pictures and verdicts a second."""
    theirs = {"text-math": theirs_per_second(300)}
    rows = []
    for task, families in found.items():
        rate = len(families) / sum(1 / family.per_second for family in families)
        beside = "; other: reasoning-gym" if task in theirs else ""
        rows.append(Row(f"problems/s, {task}, no pictures{beside}", rate, theirs.get(task)))
    geometry = draw_all("geometry", lambda problem, rng: render(problem.figure, SIZE, rng), pictures)  # type: ignore[attr-defined]
    charts = draw_all("percereason", lambda problem, rng: draw_picture(problem, SIZE, rng), pictures)  # type: ignore[arg-type]
    ours, scenes, plain = (pictures / s for s in median_seconds(geometry, charts, draw_with_matplotlib(pictures)))
    rows += [
        Row(f"diagrams/s, {SIZE} px, one core; other: matplotlib", ours, plain, ">= 100", ours),
        Row(f"pictures/s, {SIZE} px, one core; other: matplotlib", scenes, plain, ">= 100", scenes),
    ]
    with VerifierPool(max_workers=2) as pool:
        ours, plain = (
            len(VERDICTS) / s for s in median_seconds(lambda: pool.equivalent(VERDICTS), plain_math_verify, repeats=3)
        )
    return [*rows, Row("verdicts/s, 2 workers; other: Math-Verify in process", ours, plain, ">= 500", ours)]


def variety(found: dict[str, list[Census]]) -> list[Row]:
    """The worst family of each task."""
    rows = []
    for task, families in found.items():
        often = max(families, key=lambda row: row.top_share)
        twice = max(families, key=lambda row: row.duplicates)
        median = float(np.median([row.duplicates for row in families]))
        rows += [
            Row(f"{task}: most frequent answer ({often.family})", often.top_share, target="<= 0.2"),
            Row(f"{task}: duplicates, median family", median),
            Row(f"{task}: duplicates, worst family ({twice.family})", twice.duplicates),
        ]
    return rows


def main() -> int:
    arguments = parser(__doc__ or "")
    arguments.add_argument("--samples", type=int, default=2_000, help="problems of every family")
    arguments.add_argument("--tasks", default=",".join(TABLES), help=f"comma-separated (default: {','.join(TABLES)})")
    arguments.add_argument("--pictures", type=int, default=150, help="pictures of a round")
    arguments.add_argument("--families", type=Path, help="write the figures of every family to this file, as JSON")
    given = arguments.parse_args()
    found = count_families(given.samples, given.tasks.split(","))
    show(found)
    if given.families:
        record = {task: [asdict(row) for row in rows] for task, rows in found.items()}
        given.families.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return finish("question tasks", [*speed(found, given.pictures), *variety(found)], given.json)


if __name__ == "__main__":
    sys.exit(main())
