"""Coloured shapes to be counted: by one property, by several together, and by how much one count exceeds another."""

from __future__ import annotations

import numpy as np

from envs.percereason.making import numeric, worded
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.shapes import Scene, arranged
from envs.percereason.scenes.wanted import (
    ATTRIBUTES,
    Attributes,
    Wanted,
    draw_opposites,
    draw_pools,
    draw_shapes,
    draw_wanted,
)
from envs.problem import draw, flip, pick


def shape_counting(rng: np.random.Generator, level: int) -> PictureProblem:
    return pick(rng, _KINDS[level - 1])(rng, level)


def _count(rng: np.random.Generator, level: int) -> PictureProblem:
    """How many shapes fit a description: one, two or three properties."""
    pools = draw_pools(rng, draw(rng, 3, 5), draw(rng, 3, 5))
    wanted = draw_wanted(rng, pools, *_parts(rng, level))
    target = draw(rng, 1, 9)
    shapes = _fitting(rng, pools, ((wanted, target),), draw(rng, 4, 10))
    asks = (
        "How many {} are there?",
        "Count the {}. How many are there?",
        "How many {} can you see in the picture?",
        "What is the number of {}?",
    )
    question = pick(rng, asks).format(wanted.phrase())
    steps = [*_narrowing(wanted, shapes), f"Number of {wanted.phrase()}: {target}"]
    likely = [*_careless(wanted, shapes), target + 1, target - 1, target + 2]
    return numeric("shape_counting", level, _scene(rng, shapes), question, target, steps, likely, lowest=0)


def _difference(rng: np.random.Generator, level: int) -> PictureProblem:
    """How many more of one description than of another."""
    pools = draw_pools(rng, draw(rng, 3, 5), draw(rng, 3, 5))
    more, fewer = draw_opposites(rng, pools, level - 1)
    low = draw(rng, 1, 5)
    gap = draw(rng, 1, 7)
    shapes = _fitting(rng, pools, ((more, low + gap), (fewer, low)), draw(rng, 3, 7))
    asks = (
        "How many more {0} than {1} are there?",
        "By how many do the {0} outnumber the {1}?",
        "How many {0} would have to be taken away to leave as many {0} as {1}?",
    )
    question = pick(rng, asks).format(more.phrase(), fewer.phrase())
    steps = (
        f"Number of {more.phrase()}: {low + gap}",
        f"Number of {fewer.phrase()}: {low}",
        f"{low + gap} - {low} = {gap}",
    )
    likely = (low + gap, low, 2 * low + gap, gap + 1, gap - 1)
    return numeric("shape_counting", level, _scene(rng, shapes), question, gap, steps, likely, lowest=0)


def _sum(rng: np.random.Generator, level: int) -> PictureProblem:
    """How many shapes of two descriptions together."""
    pools = draw_pools(rng, draw(rng, 3, 5), draw(rng, 3, 5))
    first, second = draw_opposites(rng, pools, level - 1)
    a, b = draw(rng, 1, 6), draw(rng, 1, 6)
    shapes = _fitting(rng, pools, ((first, a), (second, b)), draw(rng, 3, 9))
    asks = (
        "How many {0} and {1} are there together?",
        "Count the {0} and the {1}. How many are these in all?",
    )
    question = pick(rng, asks).format(first.phrase(), second.phrase())
    steps = (f"Number of {first.phrase()}: {a}", f"Number of {second.phrase()}: {b}", f"{a} + {b} = {a + b}")
    likely = (a, b, a + b + 1, a + b - 1, abs(a - b))
    return numeric("shape_counting", level, _scene(rng, shapes), question, a + b, steps, likely, lowest=0)


def _most(rng: np.random.Generator, level: int) -> PictureProblem:
    """Which colour or kind is commonest, or rarest, among shapes of one property at level 3."""
    asked = pick(rng, ("colour", "kind"))
    commonest = flip(rng, 0.7)
    while True:
        pools = draw_pools(rng, *(draw(rng, 4, 5), 3) if asked == "colour" else (3, draw(rng, 4, 5)))
        among = None if level == 2 else draw_wanted(rng, {**pools, asked: pools[asked]}, 1, False)
        if among and among.fixed[0][0] == asked:
            continue
        shapes = draw_shapes(rng, pools, draw(rng, 14, 22))
        index = ATTRIBUTES.index(asked)
        kept = [shape for shape in shapes if among is None or among.holds(shape)]
        tally = {value: sum(shape[index] == value for shape in kept) for value in pools[asked]}
        ranked = sorted(tally, key=lambda value: tally[value], reverse=commonest)
        if tally[ranked[0]] != tally[ranked[1]] and min(tally.values()) > 0:
            break
    group = among.phrase() if among else "shapes"
    word = "most" if commonest else "fewest"
    asks = (
        (
            f"Which colour is the {'commonest' if commonest else 'rarest'} among the {group}?",
            f"Of which colour are there the {word} {group}?",
        )
        if asked == "colour"
        else (
            f"Of which kind, such as circle or square, are there the {word} {group}?",
            f"Sort the {group} by their outline, such as circle or square. Which kind has the {word}?",
        )
    )
    steps = [f"Among the {group}: " + ", ".join(f"{value} {tally[value]}" for value in pools[asked])]
    steps.append(f"The {'largest' if commonest else 'smallest'} of these is {tally[ranked[0]]}, for {ranked[0]}")
    return worded("shape_counting", level, _scene(rng, shapes), pick(rng, asks), ranked[0], steps, ranked[1:])


_KINDS = ((_count,), (_count, _count, _difference, _sum, _most), (_count, _count, _difference, _sum, _most))


def _parts(rng: np.random.Generator, level: int) -> tuple[int, bool]:
    """How many fixed attributes a description has, and whether a clause."""
    return ((1, False), pick(rng, ((2, False), (0, True))), pick(rng, ((3, False), (1, True), (2, True))))[level - 1]


def _fitting(
    rng: np.random.Generator,
    pools: dict[str, tuple[str, ...]],
    targets: tuple[tuple[Wanted, int], ...],
    others: int,
) -> list[Attributes]:
    """So many shapes of each description, and `others` that fit none of them."""
    needed = sum(count for _, count in targets)
    raw = draw_shapes(rng, pools, needed + 6 * others)
    shapes = []
    for wanted, count in targets:
        shapes += [wanted.applied(raw.pop(), pools, rng) for _ in range(count)]
    strangers = [shape for shape in raw if not any(wanted.holds(shape) for wanted, _ in targets)]
    return shapes + strangers[:others]


def _scene(rng: np.random.Generator, shapes: list[Attributes]) -> Scene:
    order = rng.permutation(len(shapes)).tolist()
    mixed = [shapes[i] for i in order]
    side = 4 if len(mixed) <= 12 else 5 if len(mixed) <= 19 else 6
    return arranged(rng, mixed, side)


def _narrowing(wanted: Wanted, shapes: list[Attributes]) -> list[str]:
    """The count of each wider description on the way to the wanted one."""
    wider = [Wanted(wanted.fixed[:size]) for size in range(1, len(wanted.fixed) + 1)]
    return [
        f"Number of {part.phrase()}: {sum(part.holds(shape) for shape in shapes)}" for part in wider if part != wanted
    ]


def _careless(wanted: Wanted, shapes: list[Attributes]) -> list[int]:
    """Counts with one of the conditions forgotten."""
    looser = [Wanted(wanted.fixed[:i] + wanted.fixed[i + 1 :], wanted.clause) for i in range(len(wanted.fixed))]
    if wanted.clause:
        looser.append(Wanted(wanted.fixed))
        looser.append(Wanted(wanted.fixed, (*wanted.clause[:2], not wanted.clause[2])))
    return [sum(loose.holds(shape) for shape in shapes) for loose in looser if loose.fixed or loose.clause]
