"""Questions about how values change from one time to the next."""

from __future__ import annotations

import numpy as np

from envs.percereason.charts.asking import Ask, Kind
from envs.percereason.charts.series import Series
from envs.percereason.making import added, listed
from envs.problem import flip, pick


def changes(s: Series) -> list[int]:
    """By how much each value but the first is above the one before."""
    return [after - before for before, after in zip(s.values, s.values[1:], strict=False)]


def one_change(rng: np.random.Generator, s: Series) -> Ask:
    """From one time to the next."""
    i = int(rng.integers(len(s.names) - 1))
    before, after = s.values[i], s.values[i + 1]
    verb = "rise" if after > before else "fall"
    q, first, second = s.topic.quantity, s.names[i], s.names[i + 1]
    asks = (
        f"By how much does the {q} {verb} from {first} to {second}?",
        f"How large is the {verb} of the {q} between {first} and {second}?",
    )
    gap, high, low = abs(after - before), max(after, before), min(after, before)
    steps = (*s.read(i, i + 1), f"{high} - {low} = {gap}")
    return Ask(pick(rng, asks), gap, steps, (gap + s.unit, gap - s.unit, high, low, high + low))


def first_above(rng: np.random.Generator, s: Series) -> Ask | None:
    """When the values are beyond one of them for the first or last time."""
    limit, above, first = pick(rng, s.values), flip(rng), flip(rng)
    hits = [i for i, value in enumerate(s.values) if (value > limit if above else value < limit)]
    if len(hits) < 2:
        return None
    hit = hits[0 if first else -1]
    word, turn = "above" if above else "below", "first" if first else "last"
    q, kind = s.topic.quantity, s.topic.kind
    asks = (
        f"Which is the {turn} {kind} shown with a {q} {word} {limit}?",
        f"What is the {turn} {kind} in which the {q} is {word} {limit}?",
    )
    found = listed([s.names[i] for i in hits])
    steps = (s.read_all(), f"{word.capitalize()} {limit}: {found}; the {turn} is {s.names[hit]}")
    nearby = [i for i in (hit - 1, hit + 1, hits[-1 if first else 0]) if 0 <= i < len(s.names)]
    return Ask(pick(rng, asks), s.names[hit], steps, [s.names[i] for i in (*nearby, *range(len(s.names)))])


def steepest(rng: np.random.Generator, s: Series) -> Ask | None:
    """To when the largest rise or fall leads."""
    rise = flip(rng)
    gaps = changes(s) if rise else [-gap for gap in changes(s)]
    ranked = sorted(range(len(gaps)), key=lambda i: gaps[i], reverse=True)
    if gaps[ranked[0]] <= 0 or gaps[ranked[0]] == gaps[ranked[1]]:
        return None
    word, kind, q = "rise" if rise else "fall", s.topic.kind, s.topic.quantity
    asks = (
        f"In which {kind} does the {q} {word} the most against the {kind} before?",
        f"Compare each {kind} with the {kind} before. In which does the {q} {word} most?",
    )
    pairs = [f"{s.names[i + 1]} {gap:+d}" for i, gap in enumerate(changes(s))]
    answer = s.names[ranked[0] + 1]
    steps = (s.read_all(), f"Changes: {', '.join(pairs)}", f"The largest {word} leads to {answer}")
    return Ask(pick(rng, asks), answer, steps, [s.names[ranked[0]], *(s.names[i + 1] for i in ranked[1:])])


def how_often(rng: np.random.Generator, s: Series) -> Ask:
    """How many times the values rise or fall."""
    rise = flip(rng)
    hits = [s.names[i + 1] for i, gap in enumerate(changes(s)) if (gap > 0) == rise]
    word, kinds, q = "larger" if rise else "smaller", s.topic.kinds, s.topic.quantity
    asks = (
        f"In how many {kinds} is the {q} {word} than in the {s.topic.kind} just before?",
        f"Leave out the first {s.topic.kind}. In how many {kinds} is the {q} {word} than in the one before?",
    )
    steps = (s.read_all(), f"{word.capitalize()} than before: {listed(hits or ['none'])}; number of these: {len(hits)}")
    return Ask(pick(rng, asks), len(hits), steps, (len(s.names) - 1 - len(hits), len(hits) + 1, len(hits) - 1))


def sum_of_changes(rng: np.random.Generator, s: Series) -> Ask | None:
    """All rises, or all falls, together."""
    rise = flip(rng)
    gaps = [gap if rise else -gap for gap in changes(s)]
    hits = [gap for gap in gaps if gap > 0]
    if len(hits) < 2:
        return None
    q, kind, word = s.topic.quantity, s.topic.kind, "rises" if rise else "falls"
    asks = (
        f"Add up all {word} of the {q} from one {kind} to the next, leaving out the {'falls' if rise else 'rises'}. "
        f"What is the sum?",
        f"What do all {word} of the {q} from one {kind} to the next come to together?",
    )
    readings = [f"{s.names[i]} to {s.names[i + 1]}: {gap}" for i, gap in enumerate(gaps) if gap > 0]
    total = sum(hits)
    likely = (abs(s.values[-1] - s.values[0]), sum(map(abs, gaps)), max(hits), total + s.unit, total - s.unit)
    return Ask(pick(rng, asks), total, (s.read_all(), ", ".join(readings), added(hits)), likely)


def rise_against_fall(rng: np.random.Generator, s: Series) -> Ask | None:
    """How much the largest rise and the largest fall differ."""
    rise, fall = max(changes(s)), -min(changes(s))
    if rise <= 0 or fall <= 0:
        return None
    q, kind, gap = s.topic.quantity, s.topic.kind, abs(rise - fall)
    if gap == 0:
        return None
    asks = (
        f"Find the largest rise and the largest fall of the {q} from one {kind} to the next. By how much do they differ?",
        f"By how much do the largest rise and the largest fall of the {q} between neighbouring {s.topic.kinds} differ?",
    )
    steps = (
        s.read_all(),
        f"Largest rise: {rise}",
        f"Largest fall: {fall}",
        f"{max(rise, fall)} - {min(rise, fall)} = {gap}",
    )
    return Ask(pick(rng, asks), gap, steps, (rise + fall, rise, fall, gap + s.unit, max(s.values) - min(s.values)))


CHANGE_KINDS: tuple[tuple[Kind[Series], ...], ...] = (
    (one_change, one_change, first_above),
    (steepest, steepest, how_often),
    (sum_of_changes, rise_against_fall),
)
