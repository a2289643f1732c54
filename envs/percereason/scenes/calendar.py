"""A month sheet with events: weekdays, dates, spans of days, what repeats every week."""

from __future__ import annotations

import datetime
from calendar import monthrange
from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.look import blend
from envs.percereason.layout import fitting_all
from envs.percereason.making import counted, numeric, worded
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.icons import ICONS
from envs.percereason.scenes.words import MONTHS, WEEKDAYS
from envs.problem import draw, draw_distinct, flip, pick

#: Events and the icons that mark them.
_EVENTS = {
    "Birthday": "gift", "Football": "ball", "Regatta": "boat", "Concert": "bell", "Book club": "book", "Picnic": "apple",
    "Car service": "car", "Wedding": "heart", "Tea party": "cup", "Planting": "tree", "Fishing": "fish",
    "Moving day": "house", "Party": "balloon", "Hike": "sun", "Star night": "star", "Tournament": "flag",
    "Flower show": "flower", "Fruit fair": "cherry", "Foraging": "mushroom",
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A month.

    Attributes:
        year, month: Which; month 1 to 12.
        sunday_first: Whether the left column is Sunday; else Monday.
        events: (name, day of the month), at most four, on different days.
    """

    year: int
    month: int
    sunday_first: bool
    events: tuple[tuple[str, int], ...]

    @property
    def days(self) -> int:
        return monthrange(self.year, self.month)[1]

    def weekday(self, day: int) -> str:
        """The weekday of a day; the day may be beyond the end of the month."""
        first = datetime.date(self.year, self.month, 1).weekday()
        return WEEKDAYS[(first + day - 1) % 7]

    def cell(self, day: int) -> tuple[int, int]:
        """Row and column of a day."""
        first = datetime.date(self.year, self.month, 1).weekday() + self.sunday_first
        row, column = divmod(first % 7 + day - 1, 7)
        return row, column

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        legend = size * 0.085 * ((len(self.events) + 1) // 2)
        left, right, top, bottom = size * 0.03, size * 0.97, size * 0.2, size * 0.985 - legend
        rows = self.cell(self.days)[0] + 1
        wide, high = (right - left) / 7, (bottom - top) / rows
        accent = look.palette[0]
        self._head(canvas, look, (left, top, wide), accent, filled=flip(rng))
        shaded, grid = flip(rng, 0.6), flip(rng, 0.7)
        icons = dict((day, _EVENTS[name]) for name, day in self.events)
        for day in range(1, self.days + 1):
            row, column = self.cell(day)
            x, y = left + column * wide, top + row * high
            weekend = self.weekday(day) in WEEKDAYS[5:]
            box = (x, y, x + wide, y + high)
            if weekend and shaded:
                canvas.rectangle(box, look.tint(0, 0.14))
            if grid:
                canvas.rectangle(box, None, look.faint, look.line * 0.5)
            text = min(look.text * 0.85, high * 0.5, wide * 0.3)
            number = (x + wide * 0.26, y + high * 0.36)
            canvas.text(number, str(day), text, look.ink, look.family)
            if day in icons:
                ICONS[icons[day]](canvas, x + wide * 0.71, y + high * 0.55, min(wide * 0.25, high * 0.36))
        self._legend(canvas, look, size * 0.99 - legend, size * 0.085)

    def _head(
        self, canvas: Canvas, look: Look, place: tuple[float, float, float], accent: tuple[int, int, int], filled: bool
    ) -> None:
        left, top, wide = place
        size = float(canvas.width)
        title = f"{MONTHS[self.month - 1]} {self.year}"
        if filled:
            canvas.rectangle((left, size * 0.02, left + 7 * wide, size * 0.115), blend(look.paper, accent, 0.3), None)
        canvas.text((size / 2, size * 0.068), title, look.text * 1.15, look.ink, look.family, "bold")
        order = (WEEKDAYS[6], *WEEKDAYS[:6]) if self.sunday_first else WEEKDAYS
        short = [name[:3] for name in order]
        text = fitting_all(short, wide * 0.85, look.text * 0.8, look.family)
        for column, name in enumerate(short):
            canvas.text((left + (column + 0.5) * wide, top - size * 0.04), name, text, look.ink, look.family)
        canvas.line([(left, top - size * 0.008), (left + 7 * wide, top - size * 0.008)], look.ink, look.line * 0.7)

    def _legend(self, canvas: Canvas, look: Look, top: float, pitch: float) -> None:
        size = float(canvas.width)
        names = [name for name, _ in self.events]
        text = fitting_all(names, size * 0.34, look.text * 0.9, look.family)
        for index, name in enumerate(names):
            x = size * (0.08 + 0.5 * (index % 2))
            y = top + (index // 2 + 0.5) * pitch
            ICONS[_EVENTS[name]](canvas, x, y, pitch * 0.36)
            canvas.text((x + pitch * 0.6, y), name, text, look.ink, look.family, anchor="lm")


def calendar(rng: np.random.Generator, level: int) -> PictureProblem:
    return pick(rng, _KINDS[level - 1])(rng)


# -- level 1 -----------------------------------------------------------------------------------------------------------


def _weekday(rng: np.random.Generator) -> PictureProblem:
    picture = _sheet(rng)
    name, day = pick(rng, picture.events)
    asks = (
        f'On which day of the week is the event "{name}"?',
        f'Which weekday is the date of the event "{name}"?',
    )
    answer = picture.weekday(day)
    steps = (f"The event is on day {day} of the month", f"Its column is {answer}")
    return worded("calendar", 1, picture, pick(rng, asks), answer, steps, _near(answer))


def _date(rng: np.random.Generator) -> PictureProblem:
    picture = _sheet(rng)
    name, day = pick(rng, picture.events)
    asks = (f'On which day of the month is the event "{name}"?', f'What is the date, as a day number, of "{name}"?')
    steps = (f"The icon of the event is in the cell of day {day}",)
    others = [d for _, d in picture.events if d != day]
    return numeric("calendar", 1, picture, pick(rng, asks), day, steps, (*others, day + 7, day - 7, day + 1), lowest=1)


def _left(rng: np.random.Generator) -> PictureProblem:
    picture = _sheet(rng)
    name, day = min(picture.events, key=lambda event: event[1])
    if flip(rng):
        name, day = pick(rng, [event for event in picture.events if event[1] < picture.days])
    left = picture.days - day
    asks = (
        f'How many days of the month are left after the day of "{name}"?',
        f'How many days of this month come after the event "{name}"?',
    )
    steps = (f"The event is on day {day}, the last day is {picture.days}", f"{picture.days} - {day} = {left}")
    return numeric("calendar", 1, picture, pick(rng, asks), left, steps, (left + 1, day, left - 1, 31 - day))


# -- level 2 -----------------------------------------------------------------------------------------------------------


def _between(rng: np.random.Generator) -> PictureProblem:
    picture = _sheet(rng)
    (first, a), (second, b) = _two(rng, picture)
    asks = (
        f'How many days after "{first}" is "{second}"?',
        f'How many days pass from the event "{first}" to the event "{second}"?',
        f'How many days earlier than "{second}" is "{first}"?',
    )
    steps = (f'"{first}" is on day {a}', f'"{second}" is on day {b}', f"{b} - {a} = {b - a}")
    return numeric("calendar", 2, picture, pick(rng, asks), b - a, steps, (b - a + 1, b - a - 1, a + b, b))


def _weekday_after(rng: np.random.Generator) -> PictureProblem:
    picture = _sheet(rng)
    name, day = pick(rng, picture.events)
    wait = draw(rng, 3, 40)
    asks = (
        f'Which day of the week is it {wait} days after "{name}"?',
        f'The event "{name}" is put off by {wait} days. On which weekday is it then?',
    )
    here, answer = picture.weekday(day), picture.weekday(day + wait)
    weeks, rest = divmod(wait, 7)
    steps = (
        f"The event is on day {day}, a {here}",
        f"{wait} days are {counted(weeks, 'week')} and {counted(rest, 'day')}",
        f"{counted(rest, 'day')} after {here} is {answer}",
    )
    others = [picture.weekday(day + wait + 1), picture.weekday(day + wait - 1), here, *_near(answer)]
    return worded("calendar", 2, picture, pick(rng, asks), answer, steps, others)


def _nth(rng: np.random.Generator) -> PictureProblem:
    """The date of the first to fourth such weekday."""
    picture = _sheet(rng)
    weekday, nth = pick(rng, WEEKDAYS), draw(rng, 1, 4)
    days = [day for day in range(1, picture.days + 1) if picture.weekday(day) == weekday]
    word = ("first", "second", "third", "fourth")[nth - 1]
    day = days[nth - 1]
    asks = (f"What is the day number of the {word} {weekday} of the month?", f"On which date is the {word} {weekday}?")
    steps = (f"The first {weekday} is day {days[0]}", f"{days[0]} + {nth - 1} * 7 = {day}")
    likely = (day + 7 if nth < 4 else day - 7, day + 1, day - 1, day - 7)
    return numeric("calendar", 2, picture, pick(rng, asks), day, steps, likely, lowest=1)


def _repeats(rng: np.random.Generator) -> PictureProblem:
    """The date of an event so many weeks and days later or earlier."""
    picture = _sheet(rng)
    name, day = pick(rng, picture.events)
    shift = draw(rng, 2, 20)
    later = day + shift <= picture.days
    if not later and day - shift < 1:
        return _repeats(rng)
    new = day + shift if later else day - shift
    word, sign = ("later", "+") if later else ("earlier", "-")
    asks = (
        f'The event "{name}" is moved {shift} days {word}. What is its new day number?',
        f'Which day of the month is {shift} days {word} than "{name}"?',
    )
    steps = (f"The event is on day {day}", f"{day} {sign} {shift} = {new}")
    return numeric("calendar", 2, picture, pick(rng, asks), new, steps, (new + 1, new - 1, day, new + 7), lowest=1)


# -- level 3 -----------------------------------------------------------------------------------------------------------


def _workdays(rng: np.random.Generator) -> PictureProblem:
    """Days from Monday to Friday strictly between two events."""
    picture = _sheet(rng)
    (first, a), (second, b) = _two(rng, picture)
    free = [day for day in range(a + 1, b) if picture.weekday(day) in WEEKDAYS[5:]]
    inside = b - a - 1
    value = inside - len(free)
    if value < 1:
        return _workdays(rng)
    asks = (
        f'How many days from Monday to Friday lie between "{first}" and "{second}", both event days left out?',
        f'Leaving out the days of "{first}" and "{second}" and all weekends, how many days lie between them?',
    )
    steps = (
        f'"{first}" is on day {a}, "{second}" on day {b}',
        f"Days between: {b} - {a} - 1 = {inside}",
        f"Saturdays and Sundays among them: {len(free)}",
        f"{inside} - {len(free)} = {value}",
    )
    return numeric("calendar", 3, picture, pick(rng, asks), value, steps, (inside, value + 1, value + 2, value - 1))


def _cost(rng: np.random.Generator) -> PictureProblem:
    """Something that takes so much on each such weekday up to an event."""
    picture = _sheet(rng)
    name, day = pick(rng, picture.events)
    weekday, each = pick(rng, WEEKDAYS), draw(rng, 3, 25)
    days = [d for d in range(1, day + 1) if picture.weekday(d) == weekday]
    if not days or days[-1] == day:
        return _cost(rng)
    task = pick(rng, ("saves {} coins", "reads {} pages", "swims {} laps", "learns {} words", "runs {} rounds"))
    who = pick(rng, ("Someone", "A pupil", "A friend"))
    done = task.format(each)
    asks = (
        f'{who} {done} on every {weekday} of the month before the day of "{name}". How many is that in all?',
        f'From the first of the month until the day before "{name}", {who.lower()} {done} every {weekday}. '
        "How many is that in all?",
    )
    value = len(days) * each
    steps = (
        f"The event is on day {day}",
        f"The {weekday}s before it are the days {', '.join(map(str, days))}, so {len(days)}",
        f"{len(days)} * {each} = {value}",
    )
    likely = (value + each, value - each, day * each, (len(days) + 2) * each)
    return numeric("calendar", 3, picture, pick(rng, asks), value, steps, likely, unit=each, lowest=each)


def _next_weekday(rng: np.random.Generator) -> PictureProblem:
    """The date of the next such weekday some weeks after an event."""
    picture = _sheet(rng)
    name, day = pick(rng, picture.events)
    weekday = pick(rng, WEEKDAYS)
    first = next(d for d in range(day + 1, day + 8) if picture.weekday(d) == weekday)
    weeks = draw(rng, 1, 3)
    value = first + 7 * weeks
    if value > picture.days or first == day + 7:
        return _next_weekday(rng)
    asks = (
        f'A course starts on the first {weekday} after "{name}" and ends {counted(weeks, "week")} later. '
        "On which day of the month does it end?",
        f'Go to the next {weekday} after "{name}", then {counted(weeks, "week")} further. Which day number is that?',
    )
    steps = (
        f"The event is on day {day}, a {picture.weekday(day)}",
        f"The next {weekday} is day {first}",
        f"{first} + {weeks} * 7 = {value}",
    )
    likely = (value - 7, day + 7 * weeks, first, value + 1, value - 1)
    return numeric("calendar", 3, picture, pick(rng, asks), value, steps, likely, lowest=1)


_KINDS = (
    (_weekday, _date, _left),
    (_between, _weekday_after, _nth, _repeats),
    (_workdays, _cost, _next_weekday),
)


def _sheet(rng: np.random.Generator) -> Sheet:
    """A month between 2015 and 2034 with events on different days."""
    year, month = draw(rng, 2015, 2034), draw(rng, 1, 12)
    count = draw(rng, 2, 4)
    names = [tuple(_EVENTS)[i] for i in draw_distinct(rng, count, 0, len(_EVENTS) - 1)]
    days = draw_distinct(rng, count, 1, monthrange(year, month)[1])
    return Sheet(year, month, flip(rng, 0.3), tuple(zip(names, days, strict=True)))


def _two(rng: np.random.Generator, picture: Sheet) -> list[tuple[str, int]]:
    """Two of the events, the earlier first."""
    chosen = draw_distinct(rng, 2, 0, len(picture.events) - 1)
    return sorted((picture.events[i] for i in chosen), key=lambda event: event[1])


def _near(weekday: str) -> list[str]:
    """Other weekdays, neighbours first."""
    index = WEEKDAYS.index(weekday)
    return [WEEKDAYS[(index + step) % 7] for step in (1, -1, 2, -2)]
