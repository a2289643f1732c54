"""Trees, maps, calendars, receipts, claims: answers worked out a second time from the picture's data and the question."""

from __future__ import annotations

import calendar as almanac
import datetime
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import networkx as nx
import pytest
from test_percereason_scenes import problems
from test_percereason_scenes_answers import LEVELS, agrees, numbers, quoted

_ORDER = {"one": 1, "two": 2, "three": 3, "four": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}


# -- trees -------------------------------------------------------------------------------------------------------------


def tree(q: str, picture: Any) -> Any:
    values = picture.values
    graph: nx.DiGraph = nx.DiGraph((values[p], values[n]) for n, p in enumerate(picture.parents) if p >= 0)
    root = values[0]
    leaves = [n for n in graph if graph.out_degree(n) == 0]
    depth = nx.shortest_path_length(graph, root)
    named = numbers(q)
    if "deep" in q or "below the root" in q:
        levels = [_ORDER[word] for word in re.findall(r"(one|two|three|four) edges? below", q)]
        sums = [sum(n for n in graph if depth[n] == level) for level in levels]
        return abs(sums[0] - sums[1])
    if "children of" in q or "directly below" in q:
        return sum(graph.successors(named[0]))
    if "parent of" in q or "towards the root" in q:
        return next(iter(graph.predecessors(named[0])))
    if "descendants" in q or "subtree" in q:
        return named[0] + sum(nx.descendants(graph, named[0]))
    if len(named) == 2:
        return sum(nx.shortest_path(graph.to_undirected(), *named))
    if named:
        return sum(nx.shortest_path(graph, root, named[0]))
    if "largest leaf" in q or "largest and the smallest" in q:
        return max(leaves) - min(leaves)
    if "paths from" in q or "on a path" in q:
        sums = [sum(nx.shortest_path(graph, root, leaf)) for leaf in leaves]
        return max(sums) if "largest" in q else min(sums)
    if "other nodes" in q or "nodes with children" in q:
        return abs(sum(leaves) - (sum(graph) - sum(leaves)))
    if q.startswith(("How many leaves", "Count the leaves")):
        return len(leaves)
    return sum(leaves)


# -- roads -------------------------------------------------------------------------------------------------------------


def graph(q: str, picture: Any) -> Any:
    roads: nx.Graph = nx.Graph()
    for a, b, length in picture.roads:
        roads.add_edge(picture.names[a], picture.names[b], weight=length)
    words = re.findall(r"[A-Za-z]+", q)
    named = [word for i, word in enumerate(words) if word in picture.names and not (word == "A" and i == 0)]

    def shortest(a: str, b: str) -> int:
        return nx.shortest_path_length(roads, a, b, weight="weight")

    def road(a: str, b: str) -> int:
        return roads[a][b]["weight"]

    if "How many roads meet" in q or "How many direct roads" in q:
        return roads.degree[named[0]]
    if "most roads" in q or "most direct" in q:
        return max(roads, key=lambda place: roads.degree[place])
    if "farthest" in q or "the longest?" in q:
        return max((p for p in roads if p != named[0]), key=lambda p: shortest(named[0], p))
    if "roads are kept" in q or "cheapest choice" in q:
        return int(nx.minimum_spanning_tree(roads).size(weight="weight"))
    if "detour" in q or "passes" in q:
        a, b, c = named
        return shortest(a, c) + shortest(c, b) - shortest(a, b)
    if "all roads" in q:
        return int(roads.degree(named[0], weight="weight"))
    if "How much longer is the road" in q or "exceed that" in q:
        return road(named[0], named[1]) - road(named[2], named[3])
    if "shortest way" in q or "smallest total" in q:
        return shortest(*named)
    if "by way of" in q:
        named = [named[0], *named[2:], named[1]]
    return sum(road(a, b) for a, b in zip(named, named[1:], strict=False))


# -- city maps ---------------------------------------------------------------------------------------------------------


def map_grid(q: str, picture: Any) -> Any:
    streets: nx.Graph = nx.grid_2d_graph(picture.columns, picture.rows)
    where = {name: (x, y) for name, x, y in picture.landmarks}
    named = quoted(q)

    def blocks(a: str, b: str) -> int:
        return nx.shortest_path_length(streets, where[a], where[b])

    if "direction" in q or "which way" in q:
        a, b = (named[1], named[0]) if "as seen from" in q else named
        dx, dy = where[b][0] - where[a][0], where[b][1] - where[a][1]
        assert dx == 0 or dy == 0 or abs(dx) == abs(dy)
        return "-".join(
            [word for word, holds in (("north", dy > 0), ("south", dy < 0)) if holds]
            + [word for word, holds in (("east", dx > 0), ("west", dx < 0)) if holds]
        )
    if "farther" in q and "landmarks" in q:
        axis, sign = {"north": (1, 1), "south": (1, -1), "east": (0, 1), "west": (0, -1)}[
            re.search(r"(north|south|east|west)", q)[1]  # type: ignore[index]
        ]
        return sum(sign * (place[axis] - where[named[0]][axis]) > 0 for place in where.values())
    if legs := re.findall(r"(\d+) blocks? (north|south|east|west)", q):
        x, y = where[named[0]]
        for count, word in legs:
            dx, dy = {"north": (0, 1), "south": (0, -1), "east": (1, 0), "west": (-1, 0)}[word]
            x, y = x + int(count) * dx, y + int(count) * dy
        return next(name for name, place in where.items() if place == (x, y))
    if "nearest" in q or "farthest" in q:
        others = [name for name in where if name != named[0]]
        gaps = sorted(blocks(named[0], name) for name in others)
        best = gaps[0] if "nearest" in q else gaps[-1]
        assert gaps.count(best) == 1
        return next(name for name in others if blocks(named[0], name) == best)
    if "metres farther" in q or "is longer" in q or "way to" in q and "longer than that" in q:
        a, b, c = (named[0], named[1], named[3]) if len(named) == 4 else named
        return (blocks(a, b) - blocks(a, c)) * picture.block
    way = [*named, named[0]] if "back to the start" in q else named
    walk = sum(blocks(a, b) for a, b in zip(way, way[1:], strict=False))
    if "metres a minute" in q:
        return Fraction(walk * picture.block, numbers(q)[0])
    return walk * picture.block if "metres" in q else walk


# -- calendars ---------------------------------------------------------------------------------------------------------


def calendar(q: str, picture: Any) -> Any:
    dates = {name: datetime.date(picture.year, picture.month, day) for name, day in picture.events}
    last = datetime.date(picture.year, picture.month, almanac.monthrange(picture.year, picture.month)[1])
    month = [datetime.date(picture.year, picture.month, day) for day in range(1, last.day + 1)]
    named = quoted(q)
    weekdays = [word for word in re.findall(r"[A-Z][a-z]+day", re.sub(r'"[^"]*"', "", q))]
    day = dates[named[0]] if named else last
    if "Monday to Friday" in q or "all weekends" in q:
        a, b = sorted(dates[name] for name in named)
        return sum(a < d < b and d.isoweekday() < 6 for d in month)
    if re.search(r"coins|pages|laps|words|rounds", q):
        return numbers(q)[0] * sum(d < day and f"{d:%A}" == weekdays[0] for d in month)
    if found := re.search(r"the (first|second|third|fourth) ([A-Z]\w+day)(?! after)", q):
        return [d.day for d in month if f"{d:%A}" == found[2]][_ORDER[found[1]] - 1]
    if weekdays:
        following = day + datetime.timedelta(days=1)
        while f"{following:%A}" != weekdays[0]:
            following += datetime.timedelta(days=1)
        return (following + datetime.timedelta(weeks=numbers(q)[0])).day
    if len(named) == 2:
        return abs((dates[named[0]] - dates[named[1]]).days)
    if "left after" in q or "come after" in q:
        return (last - day).days
    shift = numbers(q)[0] if numbers(q) else 0
    moved = day + datetime.timedelta(days=-shift if "earlier" in q else shift)
    return f"{moved:%A}" if "weekday" in q or "day of the week" in q else moved.day


# -- receipts ----------------------------------------------------------------------------------------------------------


def receipt(q: str, picture: Any) -> Any:
    each = {line.name: Decimal(line.each) / 100 for line in picture.lines}
    count = {line.name: line.quantity for line in picture.lines}
    amount = {name: each[name] * count[name] for name in each}
    total = sum(amount.values())
    named = quoted(q)
    if "rule at the bottom" in q:
        return total - _off(picture.rule, total, count, each)
    if "change" in q or "give back" in q:
        return Decimal(picture.paid) / 100 - total
    if "one " in q and "cost" in q or "a single" in q:
        return abs(each[named[0]] - each[named[1]])
    if "fewer of" in q or "returned" in q:
        return total - numbers(q)[0] * each[named[0]]
    if "most money" in q or "largest amount" in q:
        return max(amount, key=amount.__getitem__)
    return sum(amount[name] for name in named) if named else total


def _off(rule: str, total: Decimal, count: dict[str, int], each: dict[str, Decimal]) -> Decimal:
    """The discount that the printed sentence gives."""
    if match := re.fullmatch(r"Every (\d)\w\w (.+) is free\.", rule):
        return count[match[2]] // int(match[1]) * each[match[2]]
    match = re.fullmatch(r"(\d+)(%?) off if the total is (\d+) or more\.", rule)
    assert match, rule
    if total < int(match[3]):
        return Decimal(0)
    return total * int(match[1]) / 100 if match[2] else Decimal(match[1])


# -- claims ------------------------------------------------------------------------------------------------------------


def insurance_claim(q: str, form: Any) -> Any:
    amount = {item.name: item.amount for item in form.items}
    covered = {item.name: item.amount for item in form.items if item.covered}
    other = {name: value for name, value in amount.items() if name not in covered}
    waited = form.reported.toordinal() - form.loss.toordinal()
    named = quoted(q)
    paid = min(sum(covered.values()) - form.deductible, form.limit)
    if "holder bear" in q or "is not paid" in q:
        return sum(amount.values()) - paid
    if "What is paid" in q or "Work out the payment" in q:
        return paid * Fraction(100 - form.late_share, 100) if waited > form.late_days else paid
    if "too late" in q or "could the report have waited" in q:
        assert ("too late" in q) == (waited > form.late_days)
        return abs(waited - form.late_days)
    if "days" in q:
        return waited
    if "the deductible?" in q or "the limit?" in q:
        return abs(amount[named[0]] - (form.limit if "limit" in q else form.deductible))
    if len(named) == 2:
        a, b = (amount[name] for name in named)
        return a + b if "together" in q or "sum" in q else a - b
    group = other if "not covered" in q else covered
    return max(group, key=group.__getitem__) if "largest" in q or "dearest" in q else sum(group.values())


SOLVERS = {f.__name__: f for f in (tree, graph, map_grid, calendar, receipt, insurance_claim)}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", SOLVERS)
def test_the_answer_follows_from_the_picture(name: str, level: int) -> None:
    for problem in problems(name, level, 100, seed=7):
        expected = SOLVERS[name](problem.question, problem.picture)
        assert agrees(problem.answer, expected), (expected, problem)


def test_a_claim_pays_something_and_lies_within_the_policy() -> None:
    for level in LEVELS:
        for problem in problems("insurance_claim", level, 200, seed=2):
            form: Any = problem.picture
            assert form.begins <= form.loss <= form.reported <= form.ends
            assert sum(item.amount for item in form.items if item.covered) > form.deductible


def test_roads_do_not_cross() -> None:
    """Two roads meet at most in a common end: of any two without one, the ends of one lie on one side of the other."""

    def turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    for problem in problems("graph", 3, 200, seed=1):
        picture: Any = problem.picture
        for i, (a, b, _) in enumerate(picture.roads):
            for c, d, _ in picture.roads[:i]:
                if {a, b} & {c, d}:
                    continue
                p, q, r, s = (picture.points[n] for n in (a, b, c, d))
                crossing = turn(p, q, r) * turn(p, q, s) < 0 and turn(r, s, p) * turn(r, s, q) < 0
                assert not crossing, problem
