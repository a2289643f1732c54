"""Families of longer word problems: numbers that do not matter, ages, work done together, clocks and calendars."""

from __future__ import annotations

from math import lcm

import numpy as np

from envs.problem import Problem, draw, draw_at, flip, pick
from envs.text_math.blackboard import Blackboard
from envs.text_math.posing import NAMES, listed, solved

#: Sentences that have nothing to do with any question, with the range of their number.
_BESIDE_THE_POINT = (
    ("{name} is {n} years old.", 7, 90),
    ("The way there takes {n} minutes.", 5, 90),
    ("It is {n} degrees outside.", 2, 35),
    ("A coffee costs {n} coins.", 2, 20),
    ("The building has {n} floors.", 2, 40),
    ("On the wall hang {n} pictures.", 2, 30),
    ("{name} has read {n} pages today.", 5, 300),
    ("The radio has played {n} songs.", 2, 30),
)


def distractors(rng: np.random.Generator, level: int) -> Problem:
    """A story of one to seven calculations, and one to three numbers that must not be used."""
    build = pick(rng, (_passengers, _books, _eggs))
    board = Blackboard()
    sentences, end, answer = build(rng, level, board)
    idle = []
    for i in rng.permutation(len(_BESIDE_THE_POINT))[: 1 + level // 2]:
        text, low, high = _BESIDE_THE_POINT[i]
        idle.append(draw(rng, low, high))
        sentences.insert(draw(rng, 0, len(sentences)), text.format(name=pick(rng, NAMES), n=idle[-1]))
    question = f"{' '.join(sentences)} {pick(rng, end)}"
    return solved("distractors", level, question, answer, board, [answer + idle[0], answer - idle[0]])


#: The sentences that matter, ways to ask, the answer.
_Story = tuple[list[str], tuple[str, ...], int]


def _passengers(rng: np.random.Generator, level: int, board: Blackboard) -> _Story:
    low, high = [(10, 60), (20, 90), (50, 300), (100, 900), (300, 3000)][level - 1]
    first = rest = draw(rng, low, high)
    vehicle = pick(rng, ("bus", "train", "ship"))
    sentences, changes = [f"A {vehicle} leaves with {first} passengers."], []
    for _ in range((1, 2, 2, 3, 4)[level - 1]):
        off, on = draw(rng, 2, rest // 2), draw(rng, 2, high // 3)
        sentences.append(f"At the next stop {off} get off and {on} get on.")
        changes += [-off, on]
        rest += on - off
    board.note(f"x = {first}{''.join(f' {_sign(change)} {abs(change)}' for change in changes)}")
    answer = board.total([first, *changes])
    return sentences, (f"How many passengers has the {vehicle} now?", "How many passengers are there now?"), answer


def _books(rng: np.random.Generator, level: int, board: Blackboard) -> _Story:
    place = pick(rng, ("library", "school", "shop"))
    counts = [(draw(rng, 2, 9 + 3 * level), draw(rng, 6, 15 * level)) for _ in range((1, 1, 2, 2, 3)[level - 1])]
    heads = [f"shelves of a {place}", "more shelves", "more shelves"]
    sentences = [f"{n} {head} hold {each} books each." for (n, each), head in zip(counts, heads, strict=False)]
    changes = [-draw(rng, 2, sum(n * each for n, each in counts) // 2)]
    sentences.append(f"Today {-changes[0]} books are taken out.")
    if level >= 2:
        changes.append(draw(rng, 2, 10 * level**2))
        sentences.append(f"Later {changes[1]} books are brought back.")
    products = " + ".join(f"{n} * {each}" for n, each in counts)
    board.note(f"x = {products}{''.join(f' {_sign(change)} {abs(change)}' for change in changes)}")
    answer = board.total([board.total([board.times(n, each) for n, each in counts]), *changes])
    return sentences, ("How many books stand on the shelves then?", "How many books are on the shelves now?"), answer


def _eggs(rng: np.random.Generator, level: int, board: Blackboard) -> _Story:
    hens, eggs, weeks = draw(rng, 3, 12 * level), draw(rng, 2, 7), draw(rng, 2, 3 + 5 * level)
    sentences, changes = [f"Each of {hens} hens lays {eggs} eggs a week."], []
    total = hens * eggs * weeks
    if level >= 2:
        changes.append(-draw(rng, 2, total // 3))
        sentences.append(f"Within {weeks} weeks {-changes[0]} eggs break.")
    if level >= 4:
        changes.append(-draw(rng, 2, total // 3))
        sentences.append(f"The farmer eats {-changes[1]} eggs.")
    board.note(f"x = {hens} * {eggs} * {weeks}{''.join(f' {_sign(change)} {abs(change)}' for change in changes)}")
    answer = board.total([board.product((hens, eggs, weeks)), *changes])
    end = f"How many eggs are there after {weeks} weeks?"
    return sentences, (end, f"How many eggs does the farmer have after {weeks} weeks?"), answer


def _sign(number: int) -> str:
    return "-" if number < 0 else "+"


_OLD_THINGS = ("The castle", "The mill", "The oak", "The bridge", "The town hall", "The inn", "The church", "The well")


def ages(rng: np.random.Generator, level: int) -> Problem:
    """Ages by their relations and their sum, from level 3 on the sum in some years; of three from level 4 on."""
    pool = NAMES if level < 5 else _OLD_THINGS
    names = [pool[i] for i in rng.permutation(len(pool))[:3]]
    factor, more = draw(rng, 2, 6 if level < 3 else 5), 0 if level == 1 else draw(rng, 2, 12 * max(level - 3, 1))
    young = draw(rng, 2, 18) if level < 5 else draw(rng, 30, 150)
    old, persons = factor * young + more, 2 if level < 4 else 3
    gap, years = draw(rng, 2, min(old - 1, 15 * level)), draw(rng, 2, 30) if level >= 3 else 0
    together = old + young + (old - gap if persons == 3 else 0) + persons * years
    board = Blackboard()
    elder = f"{factor} x + {more}" if more else f"{factor} x"
    terms = ["x", elder, *([f"{elder} - {gap}"] if persons == 3 else []), *([f"{persons} * {years}"] if years else [])]
    board.note(f"{' + '.join(terms)} = {together}")
    rest = board.minus(together, board.times(persons, years)) if years else together
    rest = board.plus(rest, gap) if persons == 3 else rest
    rest = board.minus(rest, more * (persons - 1)) if more else rest
    answer = board.over(rest, factor * (persons - 1) + 1)
    board.note(f"x = {young}")
    older = flip(rng)
    if older:
        answer = board.times(factor, answer)
        answer = board.plus(answer, more) if more else answer
    times = ("twice", "three times", "four times", "five times", "six times")[factor - 2]
    told = [
        f"{names[0]} is {more} years older than {times} the age of {names[1]}."
        if more
        else f"{names[0]} is {times} as old as {names[1]}.",
        f"In {years} years they will be {together} years old together."
        if years
        else f"They are {together} years old together.",
    ]
    if persons == 3:
        told.insert(1, f"{names[2]} is {gap} years younger than {names[0]}.")
    who = names[0] if older else names[1]
    asks = (f"How old is {who} now?", f"What is the age of {who} now?", f"Find the present age of {who}.")
    question = " ".join((*told, pick(rng, asks)))
    if level == 5:
        question = question[0] + question[1:].replace(" The ", " the ").replace(". the ", ". The ")
    return solved("ages", level, question, answer, board, (young if older else old, answer + years))


def work_rate(rng: np.random.Generator, level: int) -> Problem:
    """Work done together, in parts of the job of which all do a whole number an hour."""
    count = (2, 2, 3, 2, 3)[level - 1]
    low, high = [(2, 30), (8, 60), (3, 24), (12, 150), (10, 90)][level - 1]
    hours = [draw(rng, low, high) for _ in range(count)]
    alone = draw(rng, 2, hours[0] - 1) if level >= 4 else 0
    whole = f"(1 - {alone}/{hours[0]})" if alone else "1"
    board, job = Blackboard(), lcm(*hours)
    board.note(f"t = {whole} / ({' + '.join(f'1/{each}' for each in hours)})")
    board.note(f"lcm({', '.join(map(str, hours))}) = {job}")
    rates = [board.over(job, each) for each in hours]
    speed = board.total(rates)
    left, ahead = job, ""
    if alone:
        left = board.minus(job, board.times(rates[0], alone))
        ahead = (
            f" The first one works alone for {alone} hours, then the {'other joins' if count == 2 else 'others join'}."
        )
    answer = board.ratio(left, speed)
    who, what = pick(rng, (("pumps", "fill a pool"), ("painters", "paint a hall"), ("machines", "finish an order")))
    told = f"{_COUNT[count]} {who} {what} in {listed(hours)} hours, each alone."
    asks = (
        (
            f"{told}{ahead} How many hours do they need together?",
            f"{told}{ahead} How many hours does the job take if they work together?",
        )
        if not ahead
        else (
            f"{told}{ahead} How many hours more does it take?",
            f"{told}{ahead} How many hours do they need from then on?",
        )
    )
    mistakes = (sum(hours), answer + 1, (sum(hours) // count))
    return solved("work_rate", level, pick(rng, asks), answer, board, mistakes)


_COUNT = {2: "Two", 3: "Three"}


def clock_time(rng: np.random.Generator, level: int) -> Problem:
    """From one time of day to another: in minutes; overnight from level 3 on, less breaks at 4, in seconds at 5."""
    start = draw_at(rng, level, [(61, 719), (61, 1000), (721, 1430), (721, 1430), (721, 1430)])
    lasts = draw_at(rng, level, [(20, 240), (120, 439), (200, 1300), (300, 1300), (300, 1300)])
    overnight = start + lasts >= 1440
    lasts = lasts if overnight or level < 3 else 1440 - start + draw(rng, 1, 700)
    end = (start + lasts) % 1440
    seconds = [draw(rng, 1, 59), draw(rng, 1, 59)] if level == 5 else [0, 0]
    board = Blackboard()
    stamps = []
    for minutes, second in zip((start, end), seconds, strict=True):
        hour, minute = divmod(minutes, 60)
        stamp = board.plus(board.times(hour, 60), minute)
        stamps.append(board.plus(board.times(stamp, 60), second) if level == 5 else stamp)
    day = 86_400 if level == 5 else 1440
    last = board.plus(stamps[1], day) if level >= 3 else stamps[1]
    answer = board.minus(last, stamps[0])
    unit = "seconds" if level == 5 else "minutes"
    texts = [
        f"{m // 60}:{m % 60:02d}" + (f":{s:02d}" if level == 5 else "")
        for m, s in zip((start, end), seconds, strict=True)
    ]
    end_text = f"{texts[1]} the next day" if level >= 3 else texts[1]
    pause = ""
    mistakes = [answer + 60, answer - 40, day - answer]
    if level == 4:
        breaks, each = draw(rng, 2, 6), draw(rng, 5, min(40, answer // 8))
        pause = f" with {breaks} breaks of {each} minutes"
        mistakes = [answer, answer - each, answer - breaks]
        answer = board.minus(answer, board.times(breaks, each))
    thing, verb = pick(rng, (("train ride", "goes"), ("night shift", "runs"), ("recording", "runs"), ("hike", "goes")))
    asks = (
        f"A {thing} {verb} from {texts[0]} to {end_text}{pause}. How many {unit} is that{', without breaks' if pause else ''}?",
        f"How many {unit} does a {thing} from {texts[0]} to {end_text}{pause} take{', breaks left out' if pause else ''}?",
    )
    return solved("clock_time", level, pick(rng, asks), answer, board, mistakes)


_MONTHS = (
    ("January", 31),
    ("February", 28),
    ("March", 31),
    ("April", 30),
    ("May", 31),
    ("June", 30),
    ("July", 31),
    ("August", 31),
    ("September", 30),
    ("October", 31),
    ("November", 30),
    ("December", 31),
)


def calendar_days(rng: np.random.Generator, level: int) -> Problem:
    """Days from one date to another: the rest of the first month, the months between, the days of the last."""
    year = draw(rng, 1901, 2097)
    month = draw(rng, 0, 11)
    months = draw_at(rng, level, [(1, 1), (2, 3), (4, 6), (7, 10), (11, 23)])
    spans = [_month_days((year + (month + i) // 12), (month + i) % 12) for i in range(months + 1)]
    first, last = draw(rng, 1, spans[0]), draw(rng, 1, spans[-1])
    board = Blackboard()
    days = board.minus(spans[0], first)
    for span in spans[1:-1]:
        days = board.plus(days, span)
    answer = board.plus(days, last)
    end_month, end_year = (month + months) % 12, year + (month + months) // 12
    begin, end = f"{first} {_MONTHS[month][0]} {year}", f"{last} {_MONTHS[end_month][0]} {end_year}"
    asks = (
        f"How many days after {begin} is {end}?",
        f"How many days are there from {begin} to {end}, the first day not counted?",
        f"A loan runs from {begin} to {end}. After how many days is it due?",
    )
    mistakes = (answer + 1, answer - 1, 30 * months + last - first)
    return solved("calendar_days", level, pick(rng, asks), answer, board, mistakes)


def _month_days(year: int, month: int) -> int:
    """Days of a month, 0 for January, within 1901 to 2099, when every fourth year is a leap year."""
    return _MONTHS[month][1] + (month == 1 and year % 4 == 0)
