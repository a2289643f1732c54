"""What is in a data set, in numbers: rows, lengths, answers, pictures, and what is wrong with it."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from envs.dataset.errors import RowError
from envs.dataset.source import RowSource
from envs.splits import content_split

#: Characters of the longest bar of a histogram.
BAR = 40
#: Bad rows that are printed.
SHOWN = 10


@dataclass
class Stats:
    """Counts over the rows of a data set.

    Attributes:
        rows: How many were looked at.
        bad: What is wrong with the bad ones, by number; they are in no other count.
        splits: Rows of each split.
        prompts, answers: Lengths in characters.
        common: The most frequent gold answers and how often each occurs.
        sizes: Width and height of each picture.
        with_pictures, with_choices, with_steps, with_response: Rows that have them.
    """

    rows: int = 0
    bad: dict[int, str] = field(default_factory=dict)
    splits: Counter[str] = field(default_factory=Counter)
    prompts: Counter[int] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    common: Counter[str] = field(default_factory=Counter)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    with_pictures: int = 0
    with_choices: int = 0
    with_steps: int = 0
    with_response: int = 0

    @property
    def good(self) -> int:
        return self.rows - len(self.bad)


def gather(source: RowSource, numbers: Iterable[int]) -> Stats:
    """Look at rows in full: gold answers are checked, pictures are decoded."""
    stats = Stats()
    for number in numbers:
        stats.rows += 1
        try:
            question = source.at(number)
        except RowError as error:
            stats.bad[number] = str(error)
        else:
            stats.splits["heldout" if source.rows.heldout_only else content_split(question.content)] += 1
            stats.prompts[len(question.prompt)] += 1
            stats.answers[len(question.answer)] += 1
            stats.common[question.answer] += 1
            stats.sizes.update((image.shape[1], image.shape[0]) for image in question.images)
            stats.with_pictures += bool(question.images)
            stats.with_choices += bool(question.choices)
            stats.with_steps += bool(question.steps)
            stats.with_response += question.response is not None
    return stats


def show(stats: Stats, name: str, console: Console) -> None:
    """Print counts, histograms and the first bad rows."""
    console.print(Group(_counts(stats, name), *_histograms(stats), *_bad(stats)))


def _counts(stats: Stats, name: str) -> Table:
    table = Table(title=Text(name), show_header=False)
    table.add_column(justify="left")
    table.add_column(justify="right")
    table.add_column(justify="right")
    rows = (
        ("rows", stats.rows),
        ("bad rows", len(stats.bad)),
        ("split train", stats.splits["train"]),
        ("split heldout", stats.splits["heldout"]),
        ("with pictures", stats.with_pictures),
        ("with options", stats.with_choices),
        ("with a worked solution", stats.with_steps),
        ("with a demonstration", stats.with_response),
        ("different answers", len(stats.common)),
    )
    for label, count in rows:
        share = f"{100 * count / stats.rows:.1f} %" if stats.rows and label != "rows" else ""
        table.add_row(label, f"{count:,}", share)
    for answer, count in stats.common.most_common(1):
        table.add_row(Text(f"most frequent: {answer[:30]}"), f"{count:,}", f"{100 * count / max(1, stats.good):.1f} %")
    if stats.sizes:
        sides = sorted(stats.sizes.elements(), key=lambda size: size[0] * size[1])
        for label, (width, height) in (
            ("smallest picture", sides[0]),
            ("median picture", sides[len(sides) // 2]),
            ("largest picture", sides[-1]),
        ):
            table.add_row(label, f"{width} x {height}", f"{width * height / 1e6:.2f} MP")
    return table


def _histograms(stats: Stats) -> list[Table]:
    pixels: Counter[int] = Counter()
    for (width, height), count in stats.sizes.items():
        pixels[width * height] += count
    return [
        histogram(title, counts)
        for title, counts in (
            ("prompt, characters", stats.prompts),
            ("answer, characters", stats.answers),
            ("pictures, pixels", pixels),
        )
        if counts
    ]


def histogram(title: str, counts: Counter[int]) -> Table:
    """How often values occur, in bins that double: 0, 1, 2-3, 4-7, and so on."""
    bins: Counter[int] = Counter()
    for value, count in counts.items():
        bins[value.bit_length()] += count
    median = statistics.median(counts.elements())
    table = Table(title=f"{title} (median {median:,.0f}, most {max(counts):,})", show_header=False, box=None)
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    for bits in range(min(bins), max(bins) + 1):
        low, high = (1 << bits) >> 1, max(0, (1 << bits) - 1)
        label = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        table.add_row(label, f"{bins[bits]:,}", "█" * -(-BAR * bins[bits] // max(bins.values())))
    return table


def _bad(stats: Stats) -> list[Text]:
    lines = [Text(f"bad row {number}: {problem}", style="red") for number, problem in list(stats.bad.items())[:SHOWN]]
    if len(stats.bad) > SHOWN:
        lines.append(Text(f"… and {len(stats.bad) - SHOWN:,} more", style="red"))
    return lines
