"""How varied the problems are: `python -m envs.text_math.census [--samples N] [--levels LOW,HIGH]` prints a table."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass

import numpy as np

from envs.text_math.families import FAMILIES


@dataclass(frozen=True)
class Census:
    """What a sample of one family looks like.

    Attributes:
        duplicates: Share of the questions that had been asked before in the sample.
        top_answer: The most frequent answer.
        top_share: Its share of the sample: what a model earns that always says it.
        mean_chars: Mean length of the working, joined by `"; "`.
        max_chars: Longest working.
    """

    duplicates: float
    top_answer: str
    top_share: float
    mean_chars: float
    max_chars: int


def census(family: str, levels: tuple[int, int] = (1, 3), samples: int = 3000, seed: int = 0) -> Census:
    """Draw problems of a family, levels in turn, and count.

    Args:
        family: A key of `FAMILIES`.
        levels: Lowest and highest level, both included, within 1 to 5.
        samples: How many problems, at least 1.
        seed: Seed of the sample.

    Raises:
        ValueError: If the family or a level is unknown.
    """
    rng = np.random.default_rng(seed)
    span = range(levels[0], levels[1] + 1)
    problems = [FAMILIES.make(family, span[i % len(span)], rng) for i in range(samples)]
    answer, count = Counter(p.answer for p in problems).most_common(1)[0]
    lengths = [len("; ".join(p.steps)) for p in problems]
    duplicates = 1 - len({p.question for p in problems}) / samples
    return Census(duplicates, answer, count / samples, float(np.mean(lengths)), max(lengths))


def main() -> None:
    parser = argparse.ArgumentParser(description="Duplicates, most frequent answers and working lengths by family.")
    parser.add_argument("--samples", type=int, default=3000)
    parser.add_argument("--levels", default="1,3", help="lowest and highest, 1 to 5")
    args = parser.parse_args()
    low, high = map(int, args.levels.split(","))
    print(f"levels {low} to {high}, {args.samples} problems a family")
    print(f"{'family':<24}{'duplicates':>11}{'top answer':>12}{'share':>7}{'chars':>7}{'longest':>9}")
    for name in FAMILIES:
        c = census(name, (low, high), args.samples)
        print(
            f"{name:<24}{c.duplicates:>11.1%}{c.top_answer:>12}{c.top_share:>7.1%}{c.mean_chars:>7.0f}{c.max_chars:>9}"
        )
    for level in range(FAMILIES.levels[0], FAMILIES.levels[1] + 1):
        means = [census(name, (level, level), max(args.samples // 10, 1)) for name in FAMILIES]
        mean, longest = np.mean([c.mean_chars for c in means]), max(c.max_chars for c in means)
        print(f"level {level}: working of {mean:.0f} characters in the mean, {longest} at most")


if __name__ == "__main__":
    main()
