"""The advanced word problems of text mathematics, solved from the question alone."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction

from text_math_reading import numbers
from text_math_solvers import integer, search

#: What one of each unit is in a base unit of its kind, by kind.
_SI: dict[str, dict[str, Fraction]] = {
    "speed": {"km/h": Fraction(1000, 3600), "m/s": Fraction(1), "m/min": Fraction(1, 60)},
    "flow": {
        "litres per minute": Fraction(1, 60),
        "litres per hour": Fraction(1, 3600),
        "litres per second": Fraction(1),
        "m³ per hour": Fraction(1000, 3600),
    },
    "density": {"g/cm³": Fraction(1000), "kg/m³": Fraction(1)},
    "mass flow": {"mg per second": Fraction(1, 1000), "g per hour": Fraction(1, 3600)},
    "pages": {"pages per minute": Fraction(1, 60), "pages per day": Fraction(1, 86_400)},
}
_TIMES = {"twice": 2, "three times": 3, "four times": 4, "five times": 5, "six times": 6}


def rate_conversion(q: str) -> Fraction:
    if "metres" in q:
        return Fraction(integer(r"(\d+) km/h", q) * 1000, 3600) * integer(r"(\d+) s", q)
    units = {unit: scale for kind in _SI.values() for unit, scale in kind.items()}
    found = sorted((q.index(unit), unit) for unit in units if unit in q)
    number, source = integer(r"(\d+)", q), search(r"\d+ (.*?)(?:\?| to | in |$)", q)[1]
    (target,) = [unit for _, unit in found if unit != source]
    return number * units[source] / units[target]


def density(q: str) -> Fraction:
    sides = re.findall(r"(\d+) cm\b(?!³)", q)
    volume = math.prod(map(int, sides)) if sides else None
    if volume is None and (given := re.search(r"(\d+) cm³", q)):
        volume = int(given[1])
    rho, mass = re.search(r"(\d+) g/cm³", q), re.search(r"(\d+) (?:g\b(?!/)|grams)", q)
    if mass is None:
        return Fraction(volume * int(rho[1]))  # type: ignore[operator, index]
    return Fraction(int(mass[1]), volume) if rho is None else Fraction(int(mass[1]), int(rho[1]))


def kinetic_energy(q: str) -> Fraction:
    mass, speeds = integer(r"(\d+) kg", q), [int(v) for v in re.findall(r"(\d+) m/s", q)]
    return abs(Fraction(mass * (speeds[0] ** 2 - (speeds[1] ** 2 if len(speeds) > 1 else 0)), 2))


def meeting(q: str) -> Fraction:
    v, w = (int(n) for n in re.findall(r"(\d+) km/h", q))
    if "direction" in q:
        return Fraction((v + w if "opposite" in q else abs(v - w)) * integer(r"(\d+) hours", q))
    if "towards" in q:
        return Fraction(v * integer(r"(\d+) km(?!/h)", q), v + w)
    slow, fast = min(v, w), max(v, w)
    return fast * Fraction(slow * integer(r"(\d+) hours", q), fast - slow)


def acceleration(q: str) -> Fraction:
    u, a = integer(r"(\d+) m/s(?!²)", q), integer(r"(\d+) m/s²", q)
    if "stop" in q:
        return Fraction(u * u, 2 * a)
    t = integer(r"(\d+) s\b", q)
    return Fraction(u + a * t) if "speed then" in q or "how fast" in q else u * t + Fraction(a * t * t, 2)


def ohms_law(q: str) -> Fraction:
    series = r"in parallel, followed in series by [\d, and]+ Ω|in (?:series|parallel)"
    wired = search(rf"[Rr]esistors of (.*? (?:{series}))", q)[1]
    if "parallel" in wired:
        pair, _, series = wired.partition("in parallel")
        total = 1 / sum((Fraction(1, r) for r in numbers(pair)), Fraction(0)) + sum(numbers(series))
    else:
        total = Fraction(sum(numbers(wired)))
    if current := re.search(r"current of (\d+) A", q):
        return total * int(current[1])
    voltage = re.search(r"voltage of (\d+) V", q)
    return int(voltage[1]) / total if voltage else total


def mixture(q: str) -> Fraction:
    if not re.search("must be added|bring it to|are to become", q):
        parts = [(int(a), int(p)) for a, p in re.findall(r"(\d+) litres with (\d+) %", q)]
        return Fraction(sum(a * p for a, p in parts), sum(a for a, _ in parts))
    litres = integer(r"(\d+) litres", q)
    percents = [int(p) for p in re.findall(r"(\d+) %", q)]
    if "must be added" in q:
        *other, mine, wanted = percents
    elif "bring it to" in q:
        mine, *other, wanted = percents
    else:
        mine, wanted, *other = percents
    added = other[0] if other else 0
    # What is dissolved before equals what is dissolved after: linear in the litres added.
    gap = [Fraction(litres * mine + x * added - (litres + x) * wanted) for x in (0, 1)]
    return gap[0] / (gap[0] - gap[1])


def half_life(q: str) -> Fraction:
    period = integer(r"half-life of (\d+)|$", q) if "half-life" in q else integer(r"very (\d+)", q)
    amounts = [int(n) for n in re.findall(r"(\d+) mg", q)]
    if "After how many" in q or "does it take" in q:
        rest, start = sorted([*amounts, *([integer(r"are (\d+) of", q)] if " of " in q and len(amounts) == 1 else [])])
        time = 0
        while start > rest:
            start, time = start // 2, time + period
        assert start == rest
        return Fraction(time)
    halvings = Fraction(integer(r"fter (\d+)", q), period)
    assert halvings.denominator == 1
    factor = 2 ** int(halvings)
    return Fraction(amounts[0] * factor if re.search("at first|in the beginning", q) else Fraction(amounts[0], factor))


def distractors(q: str) -> int:
    if "passengers" in q:
        stops = re.findall(r"(\d+) get off and (\d+) get on", q)
        return integer(r"leaves with (\d+)", q) + sum(int(on) - int(off) for off, on in stops)
    if "shelves" in q:
        back = re.search(r"(\d+) books are brought back", q)
        stock = sum(int(n) * int(m) for n, m in re.findall(r"(\d+) (?:more shelves|shelves of a \w+) hold (\d+)", q))
        return stock - integer(r"(\d+) books are taken out", q) + (int(back[1]) if back else 0)
    hens, eggs = map(int, search(r"Each of (\d+) hens lays (\d+)", q).groups())
    lost = re.findall(r"(\d+) eggs break|eats (\d+) eggs", q)
    return hens * eggs * integer(r"after (\d+) weeks", q) - sum(int(a or b) for a, b in lost)


def ages(q: str) -> int:
    """All ages are tried."""
    factor = _TIMES[search("|".join(_TIMES), q)[0]]
    more = int((re.search(r"(\d+) years older", q) or [0, 0])[1])
    gap, years = re.search(r"(\d+) years younger", q), re.search(r"In (\d+) years", q)
    together, later = integer(r"(\d+) years old together", q), int(years[1]) if years else 0
    for young in range(1, together + 1):
        people = [young, factor * young + more]
        people += [people[1] - int(gap[1])] if gap else []
        if sum(person + later for person in people) == together:
            break
    first = search(r"^((?:The )?[\w ]+?) is ", q)[1]
    asked = search(r"(?:old is|age of) ([\w ]+?) now|present age of ([\w ]+)\.", q)
    return people[1] if (asked[1] or asked[2]).lower() == first.lower() else people[0]


def work_rate(q: str) -> Fraction:
    hours = numbers(search(r"in ([\d, and]+) hours, each alone", q)[1])
    alone = re.search(r"works alone for (\d+)", q)
    done = Fraction(int(alone[1]), hours[0]) if alone else Fraction(0)
    return (1 - done) / sum((Fraction(1, h) for h in hours), Fraction(0))


def clock_time(q: str) -> Fraction:
    stamps = re.findall(r"\d+:\d+(?::\d+)?", q)
    start, end = (datetime.strptime(s, "%H:%M:%S" if s.count(":") == 2 else "%H:%M") for s in stamps)
    lasts = end - start + timedelta(days="next day" in q)
    assert timedelta(0) < lasts < timedelta(days=1)
    pauses = re.search(r"(\d+) breaks of (\d+)", q)
    lasts -= timedelta(minutes=int(pauses[1]) * int(pauses[2])) if pauses else timedelta(0)
    return Fraction(int(lasts.total_seconds()), 1 if "seconds" in q else 60)


def calendar_days(q: str) -> int:
    first, last = (datetime.strptime(d, "%d %B %Y").date() for d in re.findall(r"\d+ [A-Z][a-z]+ \d{4}", q))
    assert isinstance(first, date)
    return (last - first).days


WORD_SOLVERS: dict[str, Callable[[str], int | Fraction]] = {
    "rate_conversion": rate_conversion,
    "density": density,
    "kinetic_energy": kinetic_energy,
    "meeting": meeting,
    "acceleration": acceleration,
    "ohms_law": ohms_law,
    "mixture": mixture,
    "half_life": half_life,
    "distractors": distractors,
    "ages": ages,
    "work_rate": work_rate,
    "clock_time": clock_time,
    "calendar_days": calendar_days,
}
