"""What charts are about: quantities, the things they are counted for, and how to speak of both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from envs.percereason.making import listed
from envs.problem import pick

PEOPLE = (
    "Ana", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ivo", "Jade", "Kai", "Lea", "Mia", "Nils", "Olga",
    "Paul", "Rosa", "Sam", "Tess", "Uma", "Vera", "Will", "Yara", "Zoe",
)  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
YEARS = tuple(str(year) for year in range(2006, 2030))
TOWNS = (
    "Arden", "Belmo", "Corvo", "Dalby", "Elmton", "Farley", "Gorse", "Holm", "Ilby", "Jarro", "Kelso", "Lunden",
    "Marl", "Nessa", "Orby", "Pell", "Quarn", "Rosby", "Selva", "Thorn", "Ulmer", "Vesk", "Wick", "Yarm",
)  # fmt: skip
FRUITS = (
    "apples", "pears", "plums", "grapes", "figs", "melons", "lemons", "limes", "kiwis", "dates", "cherries", "mangos",
)  # fmt: skip
ANIMALS = (
    "foxes", "deer", "owls", "hares", "frogs", "swans", "bats", "otters", "moles", "herons", "badgers", "cranes",
)  # fmt: skip
SPORTS = ("tennis", "chess", "judo", "rugby", "golf", "hockey", "rowing", "skating", "fencing", "cycling", "sailing")
DRINKS = ("tea", "coffee", "cocoa", "milk", "juice", "cider", "water", "latte", "chai", "soda")
SUBJECTS = ("maths", "history", "art", "music", "biology", "physics", "latin", "drama", "law", "botany", "geology")
VEHICLES = ("cars", "buses", "vans", "trucks", "bikes", "trams", "taxis", "trains", "scooters")
SHOPS = ("bakery", "florist", "tailor", "cafe", "grocer", "butcher", "barber", "jeweller", "optician", "kiosk")
TEAMS = ("Hawks", "Lions", "Bears", "Wolves", "Sharks", "Eagles", "Tigers", "Bulls", "Storm", "Comets", "Rockets")
OFFICES = ("sales", "design", "legal", "support", "finance", "press", "research", "travel", "security", "archive")
REGIONS = ("north", "south", "east", "west", "centre", "coast", "hills", "islands")


@dataclass(frozen=True)
class Topic:
    """One quantity, known for each of several things.

    Attributes:
        title: What stands above a chart.
        axis: What stands along its axis, with the unit if there is one.
        quantity: As it stands in a sentence, after "the", with the unit if there is one. Amounts that can be added.
        kind, kinds: What the things are, in the singular and plural.
        where: Says whose quantity it is, with one or several names for `{}`.
        names: All names of things; in their natural order if `ordered`.
        ordered: Whether the names follow each other in time.
        largest: A value that is not exceeded in the world, at least 30.
    """

    title: str
    axis: str
    quantity: str
    kind: str
    kinds: str
    where: str
    names: tuple[str, ...]
    ordered: bool = False
    largest: int = 10_000

    def of(self, *names: str) -> str:
        """Whose quantity it is: `by Ana and Ben`."""
        return self.where.format(listed(names))


TOPICS = (
    Topic("Books read", "Books", "number of books read", "pupil", "pupils", "by {}", PEOPLE, largest=100),
    Topic("Distance run", "Distance (km)", "distance run in km", "runner", "runners", "by {}", PEOPLE, largest=250),
    Topic(
        "Stamps collected", "Stamps", "number of stamps collected", "child", "children", "by {}", PEOPLE, largest=1000
    ),
    Topic(
        "Piano practice", "Minutes", "number of minutes practised", "player", "players", "by {}", PEOPLE, largest=600
    ),
    Topic("Museum visitors", "Visitors", "number of visitors", "month", "months", "in {}", MONTHS, True),
    Topic("Rainfall", "Rainfall (mm)", "rainfall in mm", "month", "months", "in {}", MONTHS, True, 400),
    Topic("Houses sold", "Houses", "number of houses sold", "month", "months", "in {}", MONTHS, True, 800),
    Topic("Hours of sunshine", "Hours", "number of hours of sunshine", "month", "months", "in {}", MONTHS, True, 320),
    Topic("Parcels delivered", "Parcels", "number of parcels delivered", "day", "days", "on {}", DAYS, True),
    Topic("Library loans", "Loans", "number of loans", "day", "days", "on {}", DAYS, True, 2000),
    Topic("Water used", "Water (litres)", "amount of water used in litres", "day", "days", "on {}", DAYS, True),
    Topic("Boats built", "Boats", "number of boats built", "year", "years", "in {}", YEARS, True, 500),
    Topic("New members", "Members", "number of new members", "year", "years", "in {}", YEARS, True),
    Topic("Trees planted", "Trees", "number of trees planted", "town", "towns", "in {}", TOWNS),
    Topic("Energy used", "Energy (kWh)", "energy used in kWh", "town", "towns", "in {}", TOWNS),
    Topic("Bus passengers", "Passengers", "number of bus passengers", "town", "towns", "in {}", TOWNS),
    Topic("Fruit sold", "Sold (kg)", "weight sold in kg", "fruit", "fruits", "of {}", FRUITS),
    Topic("Harvest", "Crates", "number of crates", "fruit", "fruits", "of {}", FRUITS),
    Topic("Wildlife watch", "Sightings", "number of sightings", "animal", "animals", "of {}", ANIMALS, largest=800),
    Topic("Favourite sport", "Votes", "number of votes", "sport", "sports", "for {}", SPORTS),
    Topic("Cups sold", "Cups", "number of cups sold", "drink", "drinks", "of {}", DRINKS, largest=2000),
    Topic("Students enrolled", "Students", "number of students", "course", "courses", "in {}", SUBJECTS),
    Topic("Traffic count", "Vehicles", "count", "vehicle", "vehicles", "of {}", VEHICLES),
    Topic("Weekly income", "Income (coins)", "income in coins", "shop", "shops", "of the {}", SHOPS),
    Topic("Goals scored", "Goals", "number of goals scored", "team", "teams", "by the {}", TEAMS, largest=150),
    Topic("Emails sent", "Emails", "number of emails sent", "office", "offices", "by {}", OFFICES),
    Topic("Insurance claims", "Claims", "number of claims", "region", "regions", "in the {}", REGIONS),
)

ORDERED_TOPICS = tuple(topic for topic in TOPICS if topic.ordered)
UNORDERED_TOPICS = tuple(topic for topic in TOPICS if not topic.ordered)


@dataclass(frozen=True)
class Division:
    """What splits a quantity further, such as by year: the series of a chart.

    Attributes:
        kind, kinds: What the parts are, in the singular and plural.
        where: Says which part is meant, with one or several names for `{}`.
        names: Their names.
        ordered: Whether consecutive names are drawn, in their order.
    """

    kind: str
    kinds: str
    where: str
    names: tuple[str, ...]
    ordered: bool = False

    def of(self, *names: str) -> str:
        """Which part: `in 2024 and 2025`."""
        return self.where.format(listed(names))


_BY_YEAR = Division("year", "years", "in {}", YEARS, True)
_BY_WEEK = Division("week", "weeks", "in {}", tuple(f"week {i}" for i in range(1, 9)), True)
_BY_SITE = Division("site", "sites", "at {}", tuple(f"site {letter}" for letter in "ABCDEFGH"))
_BY_TOWN = Division("town", "towns", "in {}", TOWNS)


@cache
def divisions(topic: Topic) -> tuple[Division, ...]:
    """What can split the quantity of a topic further."""
    fitting = [_BY_SITE]
    if topic.names is not YEARS:
        fitting.append(_BY_YEAR)
    if topic.names not in (YEARS, MONTHS):
        fitting.append(_BY_WEEK)
    if topic.names in (YEARS, MONTHS, DAYS):
        fitting.append(_BY_TOWN)
    return tuple(fitting)


def draw_topic(rng: np.random.Generator, topics: tuple[Topic, ...] = TOPICS) -> Topic:
    return pick(rng, topics)


def draw_names(rng: np.random.Generator, pool: tuple[str, ...], count: int, ordered: bool) -> tuple[str, ...]:
    """Different names: consecutive ones in their order, or any in random order."""
    if ordered:
        first = int(rng.integers(len(pool) - count + 1))
        return pool[first : first + count]
    return tuple(pool[i] for i in rng.choice(len(pool), size=count, replace=False).tolist())
