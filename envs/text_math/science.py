"""Families of short calculations from physics and chemistry, and of units that are quotients."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from envs.problem import Problem, draw, draw_at, flip, pick
from envs.text_math.blackboard import Blackboard
from envs.text_math.posing import solved

#: A unit, another one, and the fraction by which a number of the first is multiplied to give one of the second.
_RATES = (
    ("km/h", "m/s", 5, 18),
    ("m/s", "km/h", 18, 5),
    ("m/min", "km/h", 3, 50),
    ("km/h", "m/min", 50, 3),
    ("litres per minute", "litres per hour", 60, 1),
    ("litres per second", "m³ per hour", 18, 5),
    ("m³ per hour", "litres per minute", 50, 3),
    ("g/cm³", "kg/m³", 1000, 1),
    ("mg per second", "g per hour", 18, 5),
    ("pages per minute", "pages per day", 1440, 1),
)


def rate_conversion(rng: np.random.Generator, level: int) -> Problem:
    """Units of rates; at the lowest two levels the result is an integer, from level 4 on a rate is used as well."""
    if level >= 4:
        return _distance_at_rate(rng, level)
    source, target, up, down = pick(rng, _RATES)
    number = draw_at(rng, level, [(2, 99), (11, 150), (200, 5000)])
    number *= down if level < 3 else 1
    board = Blackboard()
    board.note(f"x = {number} * {up}{f' / {down}' if down > 1 else ''}")
    product = board.times(number, up)
    answer = board.ratio(product, down) if down > 1 else Fraction(product)
    asks = ("How many {2} are {0} {1}?", "Convert {0} {1} to {2}.", "Write {0} {1} in {2}.")
    question = pick(rng, asks).format(number, source, target)
    mistakes = (Fraction(number * down, up), number * 60, number * 1000)
    return solved("rate_conversion", level, question, answer, board, mistakes)


def _distance_at_rate(rng: np.random.Generator, level: int) -> Problem:
    speed = draw_at(rng, level, [(0, 0), (0, 0), (0, 0), (20, 180), (100, 999)])
    seconds = draw_at(rng, level, [(0, 0), (0, 0), (0, 0), (2, 60), (61, 900)])
    who = pick(rng, ("car", "train", "falcon", "motorbike") if level == 4 else ("plane", "rocket sledge", "jet"))
    board = Blackboard()
    board.note(f"s = {speed} * 5 / 18 * {seconds}")
    answer = board.ratio(board.times(board.times(speed, seconds), 5), 18)
    asks = (
        f"A {who} moves at {speed} km/h. How many metres does it cover in {seconds} seconds?",
        f"How far, in metres, does a {who} get in {seconds} s at {speed} km/h?",
        f"At a steady {speed} km/h, what distance in metres does a {who} cover within {seconds} seconds?",
    )
    mistakes = (speed * seconds, Fraction(speed * seconds * 18, 5), Fraction(speed * seconds * 1000, 60))
    return solved("rate_conversion", level, pick(rng, asks), answer, board, mistakes)


def density(rng: np.random.Generator, level: int) -> Problem:
    """Mass, density or volume from the other two; the volume is that of a block from level 3 on."""
    rho = draw_at(rng, level, [(2, 20), (3, 25), (2, 20), (3, 25), (11, 60)])
    sides = [
        draw_at(rng, level, [(2, 40), (15, 200), (2, 12), (4, 30), (12, 60)]) for _ in range(3 if level >= 3 else 1)
    ]
    board = Blackboard()
    volume = board.product(sides)
    asked = draw(rng, 0, 2 if level < 3 else 1)
    body = f"{volume} cm³" if level < 3 else f"{sides[0]} cm by {sides[1]} cm by {sides[2]} cm"
    thing = pick(rng, ("block", "piece")) if level < 3 else pick(rng, ("block", "brick", "bar"))
    if asked == 0:
        board.note(f"m = {volume} * {rho}")
        answer = board.times(volume, rho)
        asks = (
            f"A {thing} of {body} has a density of {rho} g/cm³. What is its mass in grams?",
            f"How many grams does a {thing} of {body} weigh if its density is {rho} g/cm³?",
        )
        return solved("density", level, pick(rng, asks), answer, board, (volume + rho, sum(sides) * rho))
    mass = volume * rho
    if asked == 1:
        board.note(f"d = {mass} / {volume}")
        answer = board.over(mass, volume)
        asks = (
            f"A {thing} of {body} has a mass of {mass} g. What is its density in g/cm³?",
            f"Find the density in g/cm³ of a {thing} of {body} that weighs {mass} grams.",
        )
        return solved("density", level, pick(rng, asks), answer, board, (Fraction(volume, mass), mass - volume))
    board.note(f"v = {mass} / {rho}")
    answer = board.over(mass, rho)
    asks = (
        f"A {thing} with a density of {rho} g/cm³ weighs {mass} g. How many cm³ does it take up?",
        f"What is the volume in cm³ of a {thing} of {mass} grams at {rho} g/cm³?",
    )
    return solved("density", level, pick(rng, asks), answer, board, (mass * rho, Fraction(rho, mass)))


def kinetic_energy(rng: np.random.Generator, level: int) -> Problem:
    """m v^2 / 2; from level 3 on the work between two speeds."""
    mass = draw_at(rng, level, [(2, 40), (10, 150), (4, 90), (50, 900), (500, 9500)])
    speed = draw_at(rng, level, [(2, 12), (5, 25), (4, 20), (10, 40), (15, 60)])
    who = pick(rng, ("ball", "dog", "child on a bicycle", "barrow") if level < 4 else ("car", "lorry", "boat", "tram"))
    board = Blackboard()
    faster = speed + draw_at(rng, level, [(0, 0), (0, 0), (1, 15), (2, 30), (5, 50)])
    if level < 3:
        board.note(f"e = {mass} * {speed}^2 / 2")
    else:
        board.note(f"w = {mass} * ({faster}^2 - {speed}^2) / 2")
    square = board.times(speed, speed)
    if level < 3:
        answer = board.ratio(board.times(mass, square), 2)
        asks = (
            f"A {who} of {mass} kg moves at {speed} m/s. What is its kinetic energy in joules?",
            f"Find the kinetic energy in joules of a {who} with a mass of {mass} kg and a speed of {speed} m/s.",
            f"How many joules of kinetic energy does a {who} of {mass} kg have at {speed} m/s?",
        )
        mistakes = (mass * square, Fraction(mass * speed, 2), mass * speed)
        return solved("kinetic_energy", level, pick(rng, asks), answer, board, mistakes)
    difference = board.minus(board.times(faster, faster), square)
    answer = board.ratio(board.times(mass, difference), 2)
    asks = (
        f"A {who} of {mass} kg speeds up from {speed} m/s to {faster} m/s. "
        "By how many joules does its kinetic energy grow?",
        f"How much work in joules brings a {who} of {mass} kg from {speed} m/s to {faster} m/s without friction?",
        f"A {who} of {mass} kg slows down from {faster} m/s to {speed} m/s. How many joules do the brakes take up?",
    )
    partly = (Fraction(mass * (faster - speed) ** 2, 2), mass * difference, Fraction(mass * faster**2, 2))
    return solved("kinetic_energy", level, pick(rng, asks), answer, board, partly)


_PAIRS = (("train", "bus"), ("car", "van"), ("coach", "lorry"), ("ship", "boat"))
_FAST_PAIRS = (("jet", "plane"), ("rocket", "drone"), ("capsule", "balloon"))


def meeting(rng: np.random.Generator, level: int) -> Problem:
    """Two that move steadily: their distance after a time; from level 3 on where they meet or one catches up."""
    v, w = (draw_at(rng, level, [(3, 30), (20, 90), (4, 60), (30, 150), (60, 600)]) for _ in range(2))
    hours = draw_at(rng, level, [(2, 6), (3, 12), (2, 9), (3, 15), (4, 40)])
    first, second = pick(rng, _PAIRS if level < 5 else _FAST_PAIRS)
    board = Blackboard()
    if level < 3:
        apart = flip(rng)
        v, w = (max(v, w), min(v, w)) if v != w or apart else (v + 1, w)
        board.note(f"d = ({v} {'+' if apart else '-'} {w}) * {hours}")
        speed = board.plus(v, w) if apart else board.minus(v, w)
        answer = board.times(speed, hours)
        way = "opposite directions" if apart else "the same direction"
        asks = (
            f"A {first} and a {second} leave a town at the same time in {way}, at {v} km/h and {w} km/h. "
            f"How many km lie between them after {hours} hours?",
            f"At noon a {first} at {v} km/h and a {second} at {w} km/h start from one place in {way}. "
            f"How far apart in km are they {hours} hours later?",
        )
        mistakes = ((v - w if apart else v + w) * hours, v * hours, speed)
        return solved("meeting", level, pick(rng, asks), answer, board, mistakes)
    if flip(rng):
        distance = (v + w) * hours
        board.note(f"t = {distance} / ({v} + {w})")
        time = board.over(distance, board.plus(v, w))
        answer = board.times(v, time)
        asks = (
            f"Two towns are {distance} km apart. A {first} leaves one at {v} km/h and at the same time a {second} "
            f"leaves the other at {w} km/h towards it. How many km has the {first} gone when they meet?",
            f"A {first} at {v} km/h and a {second} at {w} km/h start at once towards each other from {distance} km "
            f"apart. How far from its start is the {first} when they meet, in km?",
        )
        mistakes = (w * time, distance // 2, time)
        return solved("meeting", level, pick(rng, asks), answer, board, mistakes)
    lead = draw(rng, 2, 2 * level)
    gap = draw_at(rng, level, [(0, 0), (0, 0), (2, 30), (5, 60), (20, 150)])
    faster = w + gap
    board.note(f"s = {faster} * {w} * {lead} / ({faster} - {w})")
    start = board.times(w, lead)
    place = board.ratio(board.times(faster, start), board.minus(faster, w))
    asks = (
        f"A {second} starts at {w} km/h. {lead} hours later a {first} follows it at {faster} km/h. "
        f"After how many km does the {first} catch up?",
        f"A {second} goes {w} km/h and is {lead} hours ahead of a {first} that goes {faster} km/h on the same route. "
        f"How many km from the start does the {first} catch up with it?",
    )
    partly = (Fraction(start, gap), start, Fraction(w * start, gap))
    return solved("meeting", level, pick(rng, asks), place, board, partly)


def acceleration(rng: np.random.Generator, level: int) -> Problem:
    """Steady acceleration: v = u + a t; s = u t + a t^2 / 2 from level 2 on; braking at levels 4 and 5 as well."""
    u = draw_at(rng, level, [(1, 30), (2, 20), (5, 60), (12, 120), (40, 300)])
    a = draw_at(rng, level, [(2, 9), (2, 9), (2, 15), (2, 25), (3, 45)])
    t = draw_at(rng, level, [(2, 12), (2, 9), (3, 20), (5, 40), (11, 90)])
    who = pick(rng, ("car", "train", "sledge", "motorbike") if level < 4 else ("rocket", "probe", "capsule", "jet"))
    board = Blackboard()
    if level == 1:
        board.note(f"v = {u} + {a} * {t}")
        speed = board.plus(u, board.times(a, t))
        questions = (
            f"A {who} at {u} m/s speeds up by {a} m/s² for {t} s. What is its speed then in m/s?",
            f"With an acceleration of {a} m/s², how fast in m/s is a {who} {t} s after it had {u} m/s?",
        )
        return solved("acceleration", level, pick(rng, questions), speed, board, (a * t, u + a + t, (u + a) * t))
    if level >= 4 and flip(rng, 0.4):
        return _braking(rng, level, who, u * 10 if level == 5 else u, a)
    board.note(f"s = {u} * {t} + {a} * {t}^2 / 2")
    steady = board.times(u, t)
    gained = board.times(a, board.times(t, t))
    answer = board.ratio(board.plus(board.times(2, steady), gained), 2)
    asks = (
        f"A {who} at {u} m/s speeds up by {a} m/s² for {t} s. How many metres does it cover in this time?",
        f"How far in metres does a {who} get in {t} s, with {u} m/s at first and an acceleration of {a} m/s²?",
        f"A {who} has a speed of {u} m/s and accelerates at {a} m/s². Find the distance in metres after {t} s.",
    )
    mistakes = (steady + gained, steady, Fraction(gained, 2), (u + a * t) * t)
    return solved("acceleration", level, pick(rng, asks), answer, board, mistakes)


def _braking(rng: np.random.Generator, level: int, who: str, u: int, a: int) -> Problem:
    """u^2 / (2 a)."""
    board = Blackboard()
    board.note(f"s = {u}^2 / (2 * {a})")
    answer = board.ratio(board.times(u, u), board.times(2, a))
    asks = (
        f"A {who} at {u} m/s brakes at {a} m/s². How many metres does it need to stop?",
        f"How long in metres is the way on which a {who} stops from {u} m/s if it slows down by {a} m/s²?",
    )
    mistakes = (Fraction(u * u, a), Fraction(u, a), Fraction(u, 2 * a))
    return solved("acceleration", level, pick(rng, asks), answer, board, mistakes)
