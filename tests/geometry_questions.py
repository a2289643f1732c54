"""Problems of plane figures checked by their words: what is asked is measured in the coordinates, what is said is tried."""

from __future__ import annotations

import itertools
import math
import re

import pytest
from geometry_helpers import angle, area, check_figure, direction, distance, value

from envs.geometry import figure as fig
from envs.geometry.problem import GeometryProblem
from envs.task import CHARSET

LENGTH = re.compile(r"(?:Find|How long is|length of|Work out) ([A-Z])([A-Z])[.?]$")
SHAPE = re.compile(
    r"the (area|perimeter) of (?:triangle|quadrilateral|pentagon|hexagon|heptagon|octagon) ([A-Z]+)[.?]$"
)
CORNER = re.compile(r"(?:(largest|cosine).* )?angle ([A-Z])([A-Z])([A-Z])\b[^.]*[.?]$")
RATIO = re.compile(r" (sin|cos|tan) ([A-Z])[.?]$")
UNKNOWN = re.compile(r" x[.?]$")
EXPRESSION = re.compile(r"\(?(\d*)x(?: ([+-]) (\d+))?\)?°?")


def measured(problem: GeometryProblem) -> tuple[str, float]:
    """The kind of quantity that a problem asks for, and its size in the figure."""
    figure, question = problem.figure, problem.question
    if UNKNOWN.search(question):
        return "x", unknown(figure)
    if found := RATIO.search(question):
        name, at = found.groups()
        others = [point for point in figure.points if point != at]
        return "ratio", getattr(math, name)(math.radians(angle(figure, others[0], at, others[1])))
    if found := re.search(r"inscribed in triangle ([A-Z]{3})", question):
        return "inradius", 2 * area(figure, *found[1]) / perimeter(figure, found[1])
    if found := re.search(r"the radius of the circle through ([A-Z]), ([A-Z]) and ([A-Z])[.?]$", question):
        a, b, c = found.groups()
        product = distance(figure, a, b) * distance(figure, b, c) * distance(figure, c, a)
        return "circumradius", product / (4 * area(figure, a, b, c))
    if found := re.search(r"the largest angle of triangle ([A-Z])([A-Z])([A-Z])", question):
        a, b, c = found.groups()
        return "largest angle", max(angle(figure, a, b, c), angle(figure, b, c, a), angle(figure, c, a, b))
    if found := SHAPE.search(question):
        kind, names = found.groups()
        return kind, area(figure, *names) if kind == "area" else perimeter(figure, names)
    if found := LENGTH.search(question):
        return "length", distance(figure, *found.groups())
    if found := CORNER.search(question):
        size = angle(figure, *found.groups()[1:])
        return ("cosine", math.cos(math.radians(size))) if found[1] == "cosine" else ("angle", size)
    raise AssertionError(f"no rule measures what {question!r} asks")


def perimeter(figure: fig.Figure, names: str) -> float:
    return sum(distance(figure, a, b) for a, b in zip(names, names[1:] + names[0], strict=True))


def unknown(figure: fig.Figure) -> float:
    """The x of the expressions in a figure, which has to be the same in all of them."""
    found = []
    for mark in figure.marks:
        match mark:
            case fig.Length(a=a, b=b, text=text) if "x" in text:
                size = distance(figure, a, b)
            case fig.Angle(a=a, vertex=v, b=b, text=text) if "x" in text:
                size = angle(figure, a, v, b)
            case _:
                continue
        factor, sign, constant = EXPRESSION.fullmatch(text).groups()  # type: ignore[union-attr]
        found.append((size - float(f"{sign or '+'}{constant or 0}")) / int(factor or 1))
    assert len(found) >= 2 or len({round(x, 6) for x in found}) == 1, found
    assert max(found) - min(found) < 1e-6, found
    return found[0]


def check_problem(problem: GeometryProblem, kinds: set[str]) -> str:
    """Figure, statement, working and answer; returns the kind of quantity that was asked for."""
    check_figure(problem)
    check_expressions(problem)
    check_description(problem)
    check_properties(problem)
    check_notes(problem)
    check_working(problem)
    kind, size = measured(problem)
    assert kind in kinds, (kind, problem)
    assert value(problem.answer) == pytest.approx(size, rel=1e-6), problem
    wrong = [value(text) for text in problem.mistakes]
    assert len(wrong) >= 3 and None not in wrong, problem
    for one, other in itertools.combinations([size, *wrong], 2):
        assert one != pytest.approx(other, rel=1e-7), problem
    statement = f"{problem.description} {problem.properties} {problem.conditions} {problem.question}"
    assert set(statement + "".join(problem.steps)) <= CHARSET
    names = set("".join(re.findall(r"\b[A-Z]{2,}\b", statement)))
    assert names <= {name for name in problem.figure.points if not name.startswith("_")}, problem
    return kind


def check_expressions(problem: GeometryProblem) -> None:
    """Measures with x agree with one another in the figure."""
    if any(isinstance(mark, fig.Measure) and "x" in mark.text for mark in problem.figure.marks):
        unknown(problem.figure)


def check_description(problem: GeometryProblem) -> None:
    """What lies on a line does, and what lies inside a triangle does."""
    figure, text = problem.figure, problem.description
    for names, a, b in re.findall(r"([A-Z](?: and [A-Z])?) (?:lies|lie) on (?:sides? |lines? )?([A-Z])([A-Z])\b", text):
        for point in names.split(" and "):
            turn = angle(figure, a, point, b)
            assert turn == pytest.approx(180, abs=1e-4), (point, a, b, problem)
    for a, b, c, d in re.findall(r"[Ss]ide ([A-Z])([A-Z])[^.]*? is extended beyond ([A-Z]) to ([A-Z])", text):
        inner = a if c == b else b
        assert angle(figure, inner, c, d) == pytest.approx(180, abs=1e-4), problem
    for point, corners in re.findall(r"([A-Z]) lies inside triangle ([A-Z]{3})", text):
        a, b, c = corners
        parts = area(figure, point, a, b) + area(figure, point, b, c) + area(figure, point, c, a)
        assert parts == pytest.approx(area(figure, a, b, c)), problem
    for a, b, c, d, point in re.findall(r"([A-Z])([A-Z]) and ([A-Z])([A-Z]) meet at ([A-Z])", text):
        for start, end in ((a, b), (c, d)):
            assert angle(figure, start, point, end) == pytest.approx(180, abs=1e-4), problem


def check_properties(problem: GeometryProblem) -> None:
    """Equal, parallel, perpendicular and halved is what the properties say, each has a mark, and they say no more."""
    figure, rest = problem.figure, problem.properties

    def statements(pattern: str, kind: type[fig.Mark]) -> list[str]:
        nonlocal rest
        found = re.findall(pattern, rest)
        assert not found or marked(figure, kind), problem
        rest = re.sub(pattern, "", rest)
        return found

    for first, second in statements(r"ngle ([A-Z]{3}) = angle ([A-Z]{3})", fig.EqualAngle):
        assert angle(figure, *first) == pytest.approx(angle(figure, *second)), problem
    for first, (a, vertex, b) in statements(r"([A-Z]{2}) bisects angle ([A-Z]{3})", fig.EqualAngle):
        assert first[0] == vertex
        assert angle(figure, a, vertex, first[1]) == pytest.approx(angle(figure, first[1], vertex, b)), problem
    for chain in statements(r"\b([A-Z]{2}(?: = [A-Z]{2})+)", fig.Ticks):
        lengths = [distance(figure, *name) for name in chain.split(" = ")]
        assert max(lengths) == pytest.approx(min(lengths), rel=1e-9), problem
    for chain in statements(r"((?:[A-Z]{2}, )*[A-Z]{2} and [A-Z]{2}) are parallel", fig.Chevrons):
        first, *others = re.findall(r"[A-Z]{2}", chain)
        assert all(turn(figure, first, other) < 1e-6 for other in others), problem
    for first, second in statements(r"([A-Z]{2}) is parallel to ([A-Z]{2})", fig.Chevrons):
        assert turn(figure, first, second) == pytest.approx(0, abs=1e-6), problem
    for first, second in statements(r"([A-Z]{2}) is perpendicular to ([A-Z]{2})", fig.RightAngle):
        assert turn(figure, first, second) == pytest.approx(90, abs=1e-6), problem
    right = r"ngles? ([A-Z]{3}(?: and [A-Z]{3})*) (?:is a right angle|are right angles)"
    for name in re.findall(r"[A-Z]{3}", " ".join(statements(right, fig.RightAngle))):
        assert angle(figure, *name) == pytest.approx(90), problem
    corners = (
        "".join(re.findall(r"^([A-Z]{4}) is|quadrilateral ([A-Z]{4})", problem.description)[0])
        if "angles at" in rest
        else ""
    )
    at_corners = r"angles at ([A-Z](?:(?:, | and )[A-Z])*) are right angles"
    for name in re.findall(r"[A-Z]", " ".join(statements(at_corners, fig.RightAngle))):
        i = corners.index(name)
        assert angle(figure, corners[i - 1], name, corners[(i + 1) % 4]) == pytest.approx(90), problem
    assert not re.search(r"[A-Z]{2}", rest), (rest, problem)


def turn(figure: fig.Figure, first: str, second: str) -> float:
    """Degrees between two lines, from 0 to 90."""
    degrees = abs(direction(figure, *first) - direction(figure, *second)) % 180
    return min(degrees, 180 - degrees)


def marked(figure: fig.Figure, kind: type[fig.Mark]) -> bool:
    return any(isinstance(mark, kind) for mark in figure.marks)


def check_notes(problem: GeometryProblem) -> None:
    """Areas, perimeters and ratios that stand beside a figure are its own."""
    figure, text = problem.figure, problem.conditions
    whole = "".join(re.findall(r"\b([A-Z]{4,}) is a", problem.description)[:1])
    checked = 0
    for names, kind, size in re.findall(
        r"(?:triangle|quadrilateral) ([A-Z]+) has (area|perimeter) ([^,]+?)(?:,|\.$)", text
    ):
        true = area(figure, *names) if kind == "area" else perimeter(figure, names)
        assert value(size) == pytest.approx(true, rel=1e-6), problem
        checked += 1
    for kind, size in re.findall(r"[Tt]he (?:pent|hex|hept|oct)agon has (area|perimeter) ([^,]+?)(?:,|\.$)", text):
        true = area(figure, *whole) if kind == "area" else perimeter(figure, whole)
        assert value(size) == pytest.approx(true, rel=1e-6), problem
        checked += 1
    for names, size in re.findall(r"area of ([A-Z]+) = ([^,]+?)(?:,|\.$)", text):
        assert value(size) == pytest.approx(area(figure, *names), rel=1e-6), problem
        checked += 1
    for name, at, size in re.findall(r"\b(sin|cos|tan) ([A-Z]) = ([^,]+?)(?:,|\.$)", text):
        others = [point for point in figure.points if point != at]
        true = getattr(math, name)(math.radians(angle(figure, others[0], at, others[1])))
        assert value(size) == pytest.approx(true, rel=1e-6), problem
        checked += 1
    assert checked == sum(isinstance(mark, fig.Note) for mark in figure.marks), problem


ARITHMETIC = r"[0-9√(][0-9√·÷+\-²()/ ]*"


def check_working(problem: GeometryProblem) -> None:
    """Where a step of the working says that two sums of numbers are equal, they are; the last one ends in the answer."""
    assert problem.steps[-1].endswith(problem.answer), problem
    for step in problem.steps:
        for left, right in itertools.pairwise(step.replace(" : ", " ÷ ").split(" = ")):
            before = re.search(rf"(?:^|[a-z,;] )({ARITHMETIC})$", left)
            after = re.match(rf"({ARITHMETIC})(?:$|,|;| and | too)", right)
            if before and after:
                assert reckon(before[1]) == pytest.approx(reckon(after[1]), rel=1e-9), (step, problem)


def reckon(text: str) -> float:
    """The value of a sum of numbers and roots."""
    plain = text.strip().replace("²", "**2").replace("·", "*").replace("÷", "/")
    plain = re.sub(r"√(\d+)", r"sqrt(\1)", plain).replace("√(", "sqrt(")
    plain = re.sub(r"(?<=[\d)]) ?(?=sqrt)", "*", plain)
    return float(eval(plain, {"__builtins__": {}}, {"sqrt": math.sqrt}))  # noqa: S307
