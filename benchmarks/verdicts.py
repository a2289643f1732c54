"""Verdicts on answers: how often wrong ones are accepted and right ones refused, and how many a second.

`python benchmarks/verdicts.py [--json FILE]` judges the labelled table `tests/verdicts.tsv` by this toolkit and by plain
Math-Verify (`parse` and `verify` with their defaults), in one run. Math-Verify gets the texts bare, in dollar signs, and
with only the gold answer in dollar signs, and the way counts that makes fewest mistakes. It knows no options and no
tolerances, so the comparison leaves out the rows that have any; ours has targets on all rows.
Speed is measured on answers that need computer algebra, all different, four to each gold answer; the other side is
Math-Verify in this process. The format reward reads a megabyte of several shapes.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import Row, finish, median_seconds, parser

from rewards import VerifierPool, are_correct, extract_answer, format_reward

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from verdict_cases import Case, load_cases  # noqa: E402

GROUPS = 200
MEGABYTE = 1_000_000
SHAPES = ("<think>", "</answer>", "<answer>", "<answer></answer>", r"\boxed{", r"\boxed{}", "{}", "<", "\\", " ")


def our_verdicts(cases: Sequence[Case], pool: VerifierPool) -> list[bool]:
    return are_correct(
        [(case.answer, case.gold) for case in cases],
        choices=[case.choices for case in cases],
        tolerances=[case.tolerance for case in cases],
        pool=pool,
    )


def plain_math_verify(cases: Sequence[Case]) -> list[bool]:
    """Verdicts of Math-Verify, given the texts in the way with which it makes fewest mistakes."""
    ways = ("{}", "{}"), ("${}$", "${}$"), ("${}$", "{}")
    verdicts = [
        [_verify(gold.format(case.gold), answer.format(case.answer)) for case in cases] for gold, answer in ways
    ]
    return min(verdicts, key=lambda each: mistakes(cases, each))


def _verify(gold: str, answer: str) -> bool:
    from math_verify import parse, verify

    return verify(parse(gold), parse(answer))


def mistakes(cases: Sequence[Case], verdicts: Sequence[bool]) -> int:
    return sum(case.right != verdict for case, verdict in zip(cases, verdicts, strict=True))


def rates(cases: Sequence[Case], verdicts: Sequence[bool]) -> tuple[float, float]:
    """Share of the wrong answers that are accepted, and of the right ones that are refused."""
    accepted = [verdict for case, verdict in zip(cases, verdicts, strict=True) if not case.right]
    refused = [not verdict for case, verdict in zip(cases, verdicts, strict=True) if case.right]
    return sum(accepted) / len(accepted), sum(refused) / len(refused)


def symbolic_pairs(groups: int) -> list[tuple[str, str]]:
    """`(answer, gold)` that only computer algebra can compare, all different: four answers to each gold, some right."""
    pairs = []
    for n in range(groups):
        a, b, c = n % 9 + 2, (2, 3, 5, 7, 11)[n % 5], n % 4 + 3
        k = n // 4 + 2
        gold, answers = (
            (
                rf"\frac{{{a}\sqrt{{{b}}}}}{{{c}}}",
                (
                    rf"{a}\sqrt{{{b}}}/{c}",
                    rf"\sqrt{{{b}}} \cdot \frac{{{a}}}{{{c}}}",
                    rf"\frac{{{a + 1}\sqrt{{{b}}}}}{{{c}}}",
                    rf"\frac{{{a * b}}}{{{c}\sqrt{{{b}}}}}",
                ),
            ),
            (
                rf"{a * k}\pi",
                (rf"{k}\pi \cdot {a}", rf"{a * k + 1}\pi", rf"\frac{{{2 * a * k}\pi}}{{2}}", rf"\pi \cdot {a * k}"),
            ),
            (
                f"x^2+{a + b}x+{a * b}",
                (f"(x+{a})(x+{b})", f"(x+{b})(x+{a})", f"(x+{a})(x-{b})", f"x(x+{a + b})+{a * b}"),
            ),
            (
                rf"{a}+{k}\sqrt{{{b}}}",
                (
                    rf"{k}\sqrt{{{b}}}+{a}",
                    rf"{a}-{k}\sqrt{{{b}}}",
                    rf"{a}+\sqrt{{{k * k * b}}}",
                    rf"\sqrt{{{b}}}+{a + k}",
                ),
            ),
        )[n % 4]
        pairs += [(answer, gold) for answer in answers]
    return pairs


def quality(pool: VerifierPool) -> list[Row]:
    cases = load_cases()
    both = [case for case in cases if not case.choices and not case.tolerance]
    accepted, refused = rates(cases, our_verdicts(cases, pool))
    ours, theirs = rates(both, our_verdicts(both, pool)), rates(both, plain_math_verify(both))
    return [
        Row(f"wrong answers accepted, share, all {len(cases)} rows", accepted, None, "<= 0"),
        Row(f"right answers refused, share, all {len(cases)} rows", refused, None, "<= 0"),
        Row(
            f"wrong answers accepted, share of {sum(not case.right for case in both)}",
            ours[0],
            theirs[0],
            "<= 0",
            ours[0],
        ),
        Row(f"right answers refused, share of {sum(case.right for case in both)}", ours[1], theirs[1], "<= 0", ours[1]),
    ]


def speed(pool: VerifierPool) -> list[Row]:
    pairs = symbolic_pairs(GROUPS)
    plain = [("1,234", "1234"), (r"\frac{3}{4}", "0.75"), ("(B)", "B"), ("Paris", "paris"), ("7 cm", "70 mm")] * 200

    def theirs() -> None:
        for answer, gold in pairs:
            _verify(f"${gold}$", f"${answer}$")

    ours_seconds, their_seconds = median_seconds(lambda: are_correct(pairs, pool=pool), theirs, repeats=3)
    (plain_seconds,) = median_seconds(lambda: are_correct(plain, pool=pool))
    rate = len(pairs) / ours_seconds
    return [
        Row(
            "symbolic verdicts/s, 2 workers; other: Math-Verify here", rate, len(pairs) / their_seconds, ">= 500", rate
        ),
        Row("plain verdicts/s, in this process", len(plain) / plain_seconds),
    ]


def format_speed() -> list[Row]:
    texts = ["<think>" + shape * (MEGABYTE // len(shape)) + "</think><answer>5</answer>" for shape in SHAPES]
    seconds = median_seconds(*[lambda text=text: (format_reward(text), extract_answer(text)) for text in texts])  # type: ignore[misc]
    return [Row(f"format and answer of 1 MB, worst of {len(SHAPES)} shapes, ms", 1000 * max(seconds), None, "<= 50")]


def main() -> int:
    arguments = parser(__doc__ or "").parse_args()
    logging.disable(logging.WARNING)
    with VerifierPool(max_workers=2) as pool:
        rows = [*quality(pool), *speed(pool), *format_speed()]
    return finish("Verdicts", rows, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
