"""Analogue clocks: reading them, differences between times, earlier and later."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.look import blend
from envs.percereason.layout import fitting_all
from envs.percereason.making import added, counted, numeric, worded
from envs.percereason.problem import PictureProblem
from envs.problem import draw, draw_distinct, flip, pick

_ROMAN = ("XII", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")
_PLACES = (
    "Paris", "Tokyo", "Lima", "Cairo", "Delhi", "Oslo", "Rome", "Quito", "Kitchen", "Office", "Hall", "Station",
    "School", "Studio", "Library", "Museum", "Gym", "Harbour", "Market", "Garage", "Berlin", "Madrid", "Seoul", "Accra",
    "Sydney", "Dublin", "Hanoi", "Bakery", "Cinema", "Clinic", "Bank", "Zoo", "Hotel", "Theatre", "Airport", "Workshop",
)  # fmt: skip
_PAIRS = (
    ("Start", "End"), ("Departure", "Arrival"), ("Opening", "Closing"), ("Before", "After"), ("Kick-off", "Whistle"),
    ("Oven on", "Oven off"), ("Bedtime", "Wake-up"),
)  # fmt: skip
_EVENTS = ("lesson", "film", "walk", "concert", "meeting", "train ride", "match", "bath", "nap", "talk", "class")


@dataclass(frozen=True)
class Face:
    """One clock: what stands below it (may be empty) and its time in minutes since 12, 0 to 719."""

    name: str
    minutes: int


@dataclass(frozen=True)
class Clocks:
    """One to four clock faces."""

    faces: tuple[Face, ...]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = canvas.width
        columns = 1 if len(self.faces) == 1 else 2
        rows = math.ceil(len(self.faces) / columns)
        cell = (size / columns, size / rows)
        label = look.text * (1.1 if len(self.faces) < 3 else 1.0) if self.faces[0].name else 0.0
        radius = min(cell[0] / 2 - 0.035 * size, (cell[1] - label * 1.4) / 2 - 0.035 * size)
        style = _FaceStyle.drawn(look, rng)
        names = [face.name for face in self.faces]
        text = fitting_all(names, cell[0] - 8, label, look.family) if label else 0.0
        for index, face in enumerate(self.faces):
            row, column = divmod(index, columns)
            alone = index == len(self.faces) - 1 and len(self.faces) % columns == 1
            x = size / 2 if alone else (column + 0.5) * cell[0]
            y = (row + 0.5) * cell[1] - label * 0.7
            style.draw(canvas, look, (x, y), radius, face.minutes)
            if face.name:
                canvas.text((x, y + radius + 0.02 * size + label * 0.6), face.name, text, look.ink, look.family)


@dataclass(frozen=True)
class _FaceStyle:
    """What the clocks of one picture look like."""

    numerals: str  # "all", "quarters", "roman"
    square: bool
    disc: tuple[int, int, int]
    rim: tuple[int, int, int]
    hands: tuple[int, int, int]

    @classmethod
    def drawn(cls, look: Look, rng: np.random.Generator) -> _FaceStyle:
        colour = look.palette[0]
        return cls(
            numerals=pick(rng, ("all", "all", "quarters", "roman")),
            square=flip(rng, 0.15),
            disc=pick(rng, (look.paper, look.tint(1, 0.12), look.tint(2, 0.16))),
            rim=pick(rng, (look.ink, colour)),
            hands=pick(rng, (look.ink, look.ink, blend(look.ink, colour, 0.45))),
        )

    def draw(self, canvas: Canvas, look: Look, centre: tuple[float, float], radius: float, minutes: int) -> None:
        x, y = centre
        rim = max(look.line * 1.4, radius * 0.045)
        if self.square:
            box = (x - radius, y - radius, x + radius, y + radius)
            canvas.rectangle(box, self.disc, self.rim, rim, radius * 0.2)
        else:
            canvas.circle(centre, radius - rim / 2, self.disc, self.rim, rim)
        self._ticks(canvas, look, centre, radius)
        self._numerals(canvas, look, centre, radius)
        self._hand(canvas, centre, minutes / 720, radius * 0.50, radius * 0.09)
        self._hand(canvas, centre, minutes % 60 / 60, radius * 0.84, radius * 0.055)
        canvas.circle(centre, radius * 0.08, self.hands)
        canvas.circle(centre, radius * 0.025, self.disc)

    def _ticks(self, canvas: Canvas, look: Look, centre: tuple[float, float], radius: float) -> None:
        for minute in range(60):
            long = minute % 5 == 0
            inner, width = (0.83, look.line) if long else (0.87, look.line * 0.55)
            colour = look.ink if long else blend(self.disc, look.ink, 0.6)
            canvas.line([_polar(centre, radius * r, minute / 60) for r in (inner, 0.92)], colour, width)

    def _numerals(self, canvas: Canvas, look: Look, centre: tuple[float, float], radius: float) -> None:
        every = 3 if self.numerals == "quarters" else 1
        size = radius * (0.17 if self.numerals == "roman" else 0.21 if every == 1 else 0.26)
        for hour in range(0, 12, every):
            text = _ROMAN[hour] if self.numerals == "roman" else str(hour or 12)
            canvas.text(
                _polar(centre, radius * 0.68, hour / 12), text, size, blend(self.disc, look.ink, 0.8), look.family
            )

    def _hand(self, canvas: Canvas, centre: tuple[float, float], turn: float, length: float, width: float) -> None:
        tip, left, right = (
            _polar(centre, length, turn),
            _polar(centre, width * 0.75, turn - 0.25),
            _polar(centre, width * 0.75, turn + 0.25),
        )
        canvas.polygon([left, tip, right], self.hands)
        canvas.line([centre, tip], self.hands, width * 0.6)


def clock(rng: np.random.Generator, level: int) -> PictureProblem:
    return pick(rng, _KINDS[level - 1])(rng)


# -- level 1 ----------------------------------------------------------------------------------------------------------


def _minutes_past(rng: np.random.Generator) -> PictureProblem:
    minutes, subject, picture = _one(rng)
    asks = (
        f"How many minutes past the full hour does {subject} show?",
        f"Read {subject}. How many minutes have passed since the last full hour?",
        f"At how many minutes does the minute hand of {subject} stand?",
    )
    past = minutes % 60
    steps = (f"The minute hand stands at minute {past}", f"Minutes past the hour: {past}")
    return numeric("clock", 1, picture, pick(rng, asks), past, steps, _misread(past), lowest=0)


def _minutes_to(rng: np.random.Generator) -> PictureProblem:
    minutes, subject, picture = _one(rng)
    asks = (
        f"How many minutes are left until the next full hour on {subject}?",
        f"In how many minutes will {subject} show a full hour?",
        f"Read {subject}. How many minutes remain until the hour is full?",
    )
    past = minutes % 60
    steps = (f"The minute hand stands at minute {past}", f"60 - {past} = {60 - past}")
    return numeric("clock", 1, picture, pick(rng, asks), 60 - past, steps, (past, 65 - past, 55 - past), lowest=1)


# -- level 2 ----------------------------------------------------------------------------------------------------------


def _since_twelve(rng: np.random.Generator) -> PictureProblem:
    minutes, subject, picture = _one(rng)
    asks = (
        f"Less than 12 hours ago, {subject} was set to 12 o'clock. How many minutes ago was that?",
        f"It is morning, before noon. How many minutes have passed since midnight, by {subject}?",
        f"It is after noon and before midnight. How many minutes have passed since noon, by {subject}?",
    )
    hour, past = divmod(minutes, 60)
    steps = (
        f"The clock shows {_said(minutes)}",
        f"{hour} * 60 = {hour * 60}",
        f"{hour * 60} + {past} = {minutes}",
    )
    swapped = past // 5 * 60 + hour * 5
    likely = (minutes + 60, swapped, hour * 60 + past // 5, minutes - 60)
    return numeric("clock", 2, picture, pick(rng, asks), minutes, steps, likely, unit=5)


def _later(rng: np.random.Generator) -> PictureProblem:
    minutes, subject, picture = _one(rng)
    wait = draw(rng, 7, 85)
    event = pick(rng, _EVENTS)
    asks = (
        f"How many minutes past the full hour will {subject} show {wait} minutes from now?",
        f"A {event} starts at the time on {subject} and lasts {wait} minutes. "
        "How many minutes past the full hour does it end?",
        f"A {event} of {wait} minutes begins now, by {subject}. At which minute of the hour is it over?",
    )
    past = minutes % 60
    value = (past + wait) % 60
    steps = [f"The minute hand stands at minute {past}", added((past, wait))]
    if past + wait >= 60:
        steps.append(f"{past + wait} - {(past + wait) // 60 * 60} = {value}")
    likely = (past + wait, (past - wait) % 60, (value + 5) % 60, past)
    return numeric("clock", 2, picture, pick(rng, asks), value, steps, likely)


def _between(rng: np.random.Generator) -> PictureProblem:
    first, second = pick(rng, _PAIRS)
    start = 5 * draw(rng, 0, 143)
    lasts = 5 * draw(rng, 3, 80)
    end = (start + lasts) % 720
    picture = Clocks((Face(first, start), Face(second, end)))
    asks = (
        f'How many minutes lie between the clocks "{first}" and "{second}", less than 12 hours later?',
        f'Less than 12 hours pass from "{first}" to "{second}". How many minutes is that?',
        f'How many minutes pass from the time of "{first}" to that of "{second}", if it is less than 12 hours?',
    )
    steps = _difference_steps(start, lasts)
    likely = (720 - lasts, lasts + 60, lasts - 60, lasts + 40, lasts - 40)
    return numeric("clock", 2, picture, pick(rng, asks), lasts, steps, likely, unit=5, lowest=5)


def _latest(rng: np.random.Generator) -> PictureProblem:
    faces, picture = _several(rng, draw(rng, 3, 4))
    late = flip(rng)
    word = "latest" if late else "earliest"
    asks = (
        f"All clocks show times of the same morning. Which clock shows the {word} time?",
        f"The clocks show times of one afternoon. Name the clock with the {word} time.",
    )
    best = (max if late else min)(faces, key=lambda face: face.minutes)
    others = sorted((f for f in faces if f is not best), key=lambda face: face.minutes, reverse=late)
    steps = (
        *(f"{face.name} shows {_said(face.minutes)}" for face in faces),
        f"The {word} of these is {_said(best.minutes)}, at {best.name}",
    )
    spare = [place for place in _PLACES if all(place != face.name for face in faces)]
    return worded("clock", 2, picture, pick(rng, asks), best.name, steps, [f.name for f in others] + spare[:1])


# -- level 3 ----------------------------------------------------------------------------------------------------------


def _working_time(rng: np.random.Generator) -> PictureProblem:
    first, second = pick(rng, _PAIRS[:4])
    start = 5 * draw(rng, 0, 143)
    lasts = 5 * draw(rng, 20, 110)
    pause = 5 * draw(rng, 2, 12)
    picture = Clocks((Face(first, start), Face(second, (start + lasts) % 720)))
    asks = (
        f'A shift lasts from "{first}" to "{second}", less than 12 hours, with a break of {pause} minutes. '
        "How many minutes are worked?",
        f'From "{first}" to "{second}", less than 12 hours, all but {pause} minutes were spent on the job. '
        "How many minutes is that?",
    )
    worked = lasts - pause
    steps = (*_difference_steps(start, lasts), f"{lasts} - {pause} = {worked}")
    likely = (lasts, lasts + pause, worked - 60, worked + 60, worked + 40)
    return numeric("clock", 3, picture, pick(rng, asks), worked, steps, likely, unit=5, lowest=5)


def _spread(rng: np.random.Generator) -> PictureProblem:
    faces, picture = _several(rng, draw(rng, 3, 4))
    asks = (
        "All clocks show times of the same morning. How many minutes lie between the earliest and the latest?",
        "The clocks show times of one afternoon. By how many minutes do the earliest and the latest differ?",
    )
    times = sorted(face.minutes for face in faces)
    gap = times[-1] - times[0]
    steps = (
        *(f"{face.name} shows {_said(face.minutes)}" for face in faces),
        f"The earliest is {_said(times[0])}, the latest {_said(times[-1])}",
        *_difference_steps(times[0], gap)[1:],
    )
    likely = (times[-1] - times[1], times[-2] - times[0], gap + 60, gap - 60, gap + 40)
    return numeric("clock", 3, picture, pick(rng, asks), gap, steps, likely, unit=5, lowest=5)


def _until(rng: np.random.Generator) -> PictureProblem:
    """A clock that is wrong by some minutes, and the time that is left until a full hour."""
    while True:
        minutes, subject, picture = _one(rng)
        off = draw(rng, 2, 25)
        fast = flip(rng)
        true = minutes - off if fast else minutes + off
        hours = draw(rng, 1, 4)
        target = -(-true // 60) + hours
        if 0 < true < 720 and target <= 12 and target * 60 > max(true, minutes):
            break
    wrong = "fast" if fast else "slow"
    asks = (
        f"Today {subject} is {off} minutes {wrong}. How many minutes are left until {target} o'clock?",
        f"It is known that {subject} is {off} minutes {wrong}. In how many minutes will it really be {target} o'clock?",
    )
    left = target * 60 - true
    sign = "-" if fast else "+"
    steps = (
        f"The clock shows {_said(minutes)}, which is {minutes} minutes after 12",
        f"The true time is {minutes} {sign} {off} = {true} minutes after 12",
        f"{target} o'clock is {target * 60} minutes after 12",
        f"{target * 60} - {true} = {left}",
    )
    likely = (target * 60 - minutes, target * 60 - 2 * minutes + true, left + 60, left - 60, left + 5)
    return numeric("clock", 3, picture, pick(rng, asks), left, steps, likely, lowest=1)


_KINDS = (
    (_minutes_past, _minutes_to),
    (_since_twelve, _later, _between, _latest),
    (_working_time, _spread, _until),
)


def _one(rng: np.random.Generator) -> tuple[int, str, Clocks]:
    """A time, how to refer to the clock that shows it, and a picture of that clock alone or beside another one.

    The time is never a full hour, so that both hands matter.
    """
    minutes = 60 * draw(rng, 0, 11) + draw(rng, 1, 59)
    if flip(rng, 0.1):
        return minutes, "the clock", Clocks((Face("", minutes),))
    first, second = (_PLACES[i] for i in draw_distinct(rng, 2, 0, len(_PLACES) - 1))
    if flip(rng, 0.35):
        return minutes, f'the clock "{first}"', Clocks((Face(first, minutes),))
    minutes -= minutes % 5 if minutes % 60 >= 5 else 0
    faces = [Face(first, minutes), Face(second, 5 * draw(rng, 0, 143))]
    return minutes, f'the clock "{first}"', Clocks(tuple(faces if flip(rng) else faces[::-1]))


def _several(rng: np.random.Generator, count: int) -> tuple[list[Face], Clocks]:
    """Clocks with different times from 1:00 on, at least ten minutes apart, in steps of five minutes."""
    places = draw_distinct(rng, count, 0, len(_PLACES) - 1)
    times = draw_distinct(rng, count, 6, 71)
    faces = [Face(_PLACES[p], 10 * t + 5 * int(flip(rng)) * (t % 2)) for p, t in zip(places, times, strict=True)]
    if min(abs(a.minutes - b.minutes) for a in faces for b in faces if a is not b) < 10:
        return _several(rng, count)
    return faces, Clocks(tuple(faces))


def _misread(past: int) -> tuple[int, ...]:
    return (past + 1 if past < 59 else 58, past // 5, past - 1, (past + 5) % 60, 60 - past)


def _said(minutes: int) -> str:
    """The time as a clock of 12 hours shows it."""
    return f"{minutes // 60 % 12 or 12}:{minutes % 60:02d}"


def _difference_steps(start: int, lasts: int) -> list[str]:
    hours, rest = divmod(lasts, 60)
    steps = [f"From {_said(start)} to {_said(start + lasts)}"]
    if not hours:
        return [*steps, f"The time between is {counted(rest, 'minute')}, so {lasts}"]
    steps.append(f"The time between is {counted(hours, 'hour')} and {counted(rest, 'minute')}")
    return [*steps, f"{hours} * 60 + {rest} = {lasts}"]


def _polar(centre: tuple[float, float], radius: float, turn: float) -> tuple[float, float]:
    """A point at a share of a full turn clockwise from the top."""
    angle = 2 * math.pi * turn
    return centre[0] + radius * math.sin(angle), centre[1] - radius * math.cos(angle)
