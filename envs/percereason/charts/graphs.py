"""Questions about graphs that pass through crossings of a grid."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from envs.percereason.charts.asking import Ask, Kind
from envs.percereason.charts.functions import Function, draw_function
from envs.percereason.making import listed, plain
from envs.problem import draw, flip, pick


@dataclass(frozen=True)
class Graphs:
    """One function f, or two functions f and g, seen where both coordinates are within `reach`."""

    reach: int
    functions: tuple[Function, ...]

    @cached_property
    def points(self) -> tuple[dict[int, int], ...]:
        """For each function its visible points with whole coordinates: y by x."""
        return tuple(function.whole_points(self.reach) for function in self.functions)

    def whole_solutions(self, index: int, y: int) -> list[int] | None:
        """All x where a function is y, if all of them are whole and visible; else `None`."""
        found = self.functions[index].solutions(y)
        if found is None or any(x.denominator != 1 or abs(x) >= self.reach for x in found):
            return None
        return [int(x) for x in found]


def draw_graphs(rng: np.random.Generator) -> Graphs:
    """One function, or more often two, of which the second is a line."""
    reach = draw(rng, 5, 8)
    f = draw_function(rng, reach, ("line", "parabola", "parabola", "vee", "broken", "broken"))
    if flip(rng, 0.35):
        return Graphs(reach, (f,))
    graphs = Graphs(reach, (f,))
    points = list(graphs.points[0].items())
    while len(points) >= 2:
        g = draw_function(rng, reach, ("line",))
        if flip(rng):
            # A line through two points of the other graph.
            (x0, y0), (x1, y1) = (points[int(i)] for i in rng.choice(len(points), 2, replace=False))
            slope = Fraction(y1 - y0, x1 - x0)
            g = Function("line", slope, ((x0, y0),))
            if slope == 0 or slope.denominator > 3:
                continue
        both = Graphs(reach, (f, g))
        if len(both.points[1]) >= 4 and not _run_together(both):
            return both
    return graphs


def _gaps(g: Graphs) -> np.ndarray:
    """f minus g at every twelfth from edge to edge, where a difference of nothing is exactly 0.

    If a line meets a parabola at a whole x, it meets it again at a multiple of a sixth: slopes of lines are multiples
    of a half or a third, the factors of parabolas are 1/2, 1 or 2.
    """
    twelfths = np.arange(-12 * g.reach, 12 * g.reach + 1) / 12
    f, h = (function.sampled(twelfths) for function in g.functions)
    return np.where(np.abs(f - h) < 1e-9, 0.0, f - h)


def _run_together(g: Graphs) -> bool:
    """Whether two graphs have a stretch in common."""
    met = _gaps(g) == 0
    return bool((met[:-1] & met[1:]).any())


def _name(index: int) -> str:
    return "fg"[index]


def _value(index: int, x: int, y: int) -> str:
    return f"The graph of {_name(index)} passes through ({x}, {y}), so {_name(index)}({x}) = {y}"


def _one(rng: np.random.Generator, g: Graphs) -> tuple[int, list[int]] | None:
    """A function with at least four visible grid points, and these points' x."""
    index = int(rng.integers(len(g.functions)))
    xs = list(g.points[index])
    return (index, xs) if len(xs) >= 4 else None


def _number(value: int) -> str:
    """A number as it stands after an operator."""
    return f"({value})" if value < 0 else str(value)


# -- one step -----------------------------------------------------------------------------------------------------


def value_at(rng: np.random.Generator, g: Graphs) -> Ask | None:
    found = _one(rng, g)
    if not found:
        return None
    index, xs = found
    x = pick(rng, xs)
    y, name = g.points[index][x], _name(index)
    asks = (f"What is {name}({x})?", f"Read off the value of {name} at x = {x}.", f"Find y = {name}({x}) in the graph.")
    other = [points[x] for points in g.points if x in points and points[x] != y]
    return Ask(pick(rng, asks), y, [_value(index, x, y)], (*other, -y, y + 1, y - 1, x))


def solve(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """The only, the smallest or the largest x with a value."""
    found = _one(rng, g)
    if not found:
        return None
    index, xs = found
    y = g.points[index][pick(rng, xs)]
    solutions = g.whole_solutions(index, y)
    if not solutions:
        return None
    name = _name(index)
    if len(solutions) == 1:
        answer, asks = solutions[0], (f"For which x is {name}(x) = {y}?", f"Solve {name}(x) = {y} with the graph.")
    else:
        largest = flip(rng)
        answer, word = (solutions[-1], "largest") if largest else (solutions[0], "smallest")
        asks = (f"What is the {word} x with {name}(x) = {y}?", f"Find the {word} solution of {name}(x) = {y}.")
    points = listed([f"({x}, {y})" for x in solutions])
    steps = (f"At height {y} the graph of {name} passes through {points}", f"So x = {answer}")
    return Ask(
        pick(rng, asks), answer, steps, (*(x for x in solutions if x != answer), -answer, answer + 1, answer - 1, y)
    )


def turning_point(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """The largest or smallest value of a parabola or an absolute value, or where it is."""
    f = g.functions[0]
    if f.kind not in ("parabola", "vee"):
        return None
    (h, k), top = f.corners[0], f.slope < 0
    if h not in g.points[0]:
        return None
    word = "largest" if top else "smallest"
    where = flip(rng)
    answer = h if where else k
    asks = (
        (f"At which x does f have its {word} value?", f"For which x is f(x) the {word}?")
        if where
        else (f"What is the {word} value of f?", f"Find the {word} value that f(x) takes.")
    )
    steps = (f"The {'highest' if top else 'lowest'} point of the graph is ({h}, {k})", f"So the answer is {answer}")
    return Ask(pick(rng, asks), answer, steps, (k if where else h, -answer, answer + 1, answer - 1))


def how_many_solutions(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """How often a broken line has a value."""
    if g.functions[0].kind != "broken":
        return None
    y = draw(rng, -g.reach + 2, g.reach - 2)
    solutions = g.functions[0].solutions(y)
    if not solutions or any(y == k for _, k in g.functions[0].corners):
        return None
    asks = (
        f"How many solutions does f(x) = {y} have in the plot?",
        f"At how many points does the graph of f have height {y}?",
    )
    count = len(solutions)
    steps = (
        f"Follow the horizontal line at {y}",
        f"The number of points where it meets the graph of f is {count}",
    )
    return Ask(pick(rng, asks), count, steps, (count + 1, count - 1, count + 2, abs(y)))


# -- two steps ----------------------------------------------------------------------------------------------------


def two_values(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """The sum or difference of two values, of one function or of both."""
    i, j = draw(rng, 0, len(g.functions) - 1), draw(rng, 0, len(g.functions) - 1)
    if not g.points[i] or not g.points[j]:
        return None
    a, b = pick(rng, list(g.points[i])), pick(rng, list(g.points[j]))
    if (i, a) == (j, b):
        return None
    y, z, plus = g.points[i][a], g.points[j][b], flip(rng)
    told = f"{_name(i)}({a}) {'+' if plus else '-'} {_name(j)}({b})"
    value = y + z if plus else y - z
    asks = (f"What is {told}?", f"Work out {told}.", f"Use the graph to find {told}.")
    steps = (_value(i, a, y), _value(j, b, z), f"{y} {'+' if plus else '-'} {_number(z)} = {value}")
    return Ask(pick(rng, asks), value, steps, (y - z if plus else y + z, -value, value + 1, value - 1, y))


def slope_between(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """The slope of a line, or of a piece of a broken one."""
    index = int(rng.integers(len(g.functions)))
    f, name = g.functions[index], _name(index)
    if f.kind == "line":
        xs = sorted(g.points[index])
        if len(xs) < 2:
            return None
        x0, x1 = xs[0], xs[1]
        asks = (f"What is the slope of the line {name}?", f"Find the slope of the graph of {name}.")
    elif f.kind == "broken":
        left, right = pick(rng, list(zip(f.corners, f.corners[1:], strict=False)))
        x0, x1 = left[0], right[0]
        asks = (
            f"What is the slope of the graph of {name} between x = {x0} and x = {x1}?",
            f"Between x = {x0} and x = {x1} the graph of {name} is straight. What is its slope there?",
        )
    else:
        return None
    y0, y1 = int(f(x0)), int(f(x1))
    slope = Fraction(y1 - y0, x1 - x0)
    steps = (
        f"The graph of {name} passes through ({x0}, {y0}) and ({x1}, {y1})",
        f"Rise: {y1} - {_number(y0)} = {y1 - y0}",
        f"Run: {x1} - {_number(x0)} = {x1 - x0}",
        f"{y1 - y0} / {x1 - x0} = {plain(slope)}",
    )
    likely = (-slope, 1 / slope, slope + 1, slope - 1, Fraction(y1 - y0))
    return Ask(pick(rng, asks), slope, steps, likely)


def sum_of_solutions(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """All x with a value added up, or the distance of the outermost two."""
    y = draw(rng, -g.reach + 1, g.reach - 1) if flip(rng) else 0
    solutions = g.whole_solutions(0, y)
    if not solutions or len(solutions) < 2:
        return None
    total, plus = sum(solutions), flip(rng)
    told = "zeros of f" if y == 0 else f"solutions of f(x) = {y}"
    points = listed([str(x) for x in solutions])
    if plus:
        asks, value = (f"What is the sum of all {told}?", f"Find all {told} and add them up. What is the sum?"), total
        working = f"{' + '.join(map(_number, solutions))} = {total}"
    else:
        value = solutions[-1] - solutions[0]
        asks = (
            f"How far apart are the smallest and the largest of the {told}?",
            f"What is the largest minus the smallest of the {told}?",
        )
        working = f"{solutions[-1]} - {_number(solutions[0])} = {value}"
    steps = (f"The {told} are {points}", working)
    other = solutions[-1] - solutions[0] if plus else total
    return Ask(pick(rng, asks), value, steps, (other, -value, value + 1, value - 1, len(solutions)))


def iterate(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """f(f(a))."""
    inside = [x for x, y in g.points[0].items() if y in g.points[0] and y != x]
    if not inside:
        return None
    x = pick(rng, inside)
    y = g.points[0][x]
    z = g.points[0][y]
    asks = (
        f"What is f(f({x}))?",
        f"Work out f(f({x})).",
        f"Apply f to {x}, and f again to the result. What do you get?",
    )
    return Ask(pick(rng, asks), z, (_value(0, x, y), _value(0, y, z)), (y, -z, y * y, z + 1, z - 1, 2 * y))


# -- three steps --------------------------------------------------------------------------------------------------


def composed(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """f(g(a)) plus or minus a value."""
    if len(g.functions) < 2:
        return None
    inner, outer = (0, 1) if flip(rng) else (1, 0)
    inside = [x for x, y in g.points[inner].items() if y in g.points[outer]]
    if not inside or not g.points[outer]:
        return None
    a, b, plus = pick(rng, inside), pick(rng, list(g.points[outer])), flip(rng)
    y = g.points[inner][a]
    z, w = g.points[outer][y], g.points[outer][b]
    sign, value = ("+", z + w) if plus else ("-", z - w)
    f, h = _name(outer), _name(inner)
    told = f"{f}({h}({a})) {sign} {f}({b})"
    asks = (f"What is {told}?", f"Work out {told}.")
    steps = (_value(inner, a, y), _value(outer, y, z), _value(outer, b, w), f"{z} {sign} {_number(w)} = {value}")
    likely = (z - w if plus else z + w, y + w if plus else y - w, z, -value, value + 1, value - 1)
    return Ask(pick(rng, asks), value, steps, likely)


def combined(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """A multiple of one value plus or minus another one."""
    found = _one(rng, g)
    if not found:
        return None
    i, xs = found
    j = draw(rng, 0, len(g.functions) - 1)
    if not g.points[j]:
        return None
    a, b, times, plus = pick(rng, xs), pick(rng, list(g.points[j])), draw(rng, 2, 5), flip(rng)
    if (i, a) == (j, b):
        return None
    y, z = g.points[i][a], g.points[j][b]
    sign, value = ("+", times * y + z) if plus else ("-", times * y - z)
    told = f"{times} * {_name(i)}({a}) {sign} {_name(j)}({b})"
    asks = (f"What is {told}?", f"Work out {told}.")
    steps = (
        _value(i, a, y),
        _value(j, b, z),
        f"{times} * {_number(y)} = {times * y}",
        f"{times * y} {sign} {_number(z)} = {value}",
    )
    likely = (times * y - z if plus else times * y + z, y + z if plus else y - z, -value, value + times, value - 1)
    return Ask(pick(rng, asks), value, steps, likely)


def crossing(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """The sum of the coordinates of a crossing, or of all crossings' x."""
    if len(g.functions) < 2:
        return None
    points = _crossings(g)
    if not points:
        return None
    if len(points) == 1:
        (x, y) = points[0]
        asks = (
            "What is the sum of the x and y coordinates of the point where f and g cross?",
            "Find the crossing of the graphs of f and g. What do its two coordinates add up to?",
        )
        steps = (f"The graphs cross at ({x}, {y})", f"{x} + {_number(y)} = {x + y}")
        return Ask(pick(rng, asks), x + y, steps, (x, y, x - y, y - x, x + y + 1))
    xs = [x for x, _ in points]
    total = sum(xs)
    asks = (
        "What is the sum of the x coordinates of all points where f and g cross?",
        "Find all solutions of f(x) = g(x) and add them up. What is the sum?",
    )
    steps = (
        f"The graphs cross at {listed([f'({x}, {y})' for x, y in points])}",
        f"{' + '.join(map(_number, xs))} = {total}",
    )
    return Ask(pick(rng, asks), total, steps, (sum(y for _, y in points), -total, xs[0], total + 1, max(xs) - min(xs)))


def _crossings(g: Graphs) -> list[tuple[int, int]] | None:
    """Where two graphs meet, if every meeting within the plot is a visible grid point away from the edge."""
    gaps = _gaps(g)
    xs = [Fraction(int(i) - 12 * g.reach, 12) for i in np.flatnonzero(gaps == 0)]
    if any(x.denominator != 1 or int(x) not in g.points[0] for x in xs):
        return None
    if (gaps[:-1] * gaps[1:] < 0).any():
        return None
    return [(int(x), g.points[0][int(x)]) for x in xs]


def solve_for_value(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """The x where one function takes the value that the other has somewhere, plus a number."""
    if len(g.functions) < 2:
        return None
    i, j = (0, 1) if flip(rng) else (1, 0)
    if not g.points[i]:
        return None
    a = pick(rng, list(g.points[i]))
    y = g.points[i][a]
    solutions = g.whole_solutions(j, y)
    if not solutions or solutions == [a]:
        return None
    f, h = _name(i), _name(j)
    if len(solutions) == 1:
        x, asks = solutions[0], (f"For which x is {h}(x) = {f}({a})?", f"Solve {h}(x) = {f}({a}) with the graphs.")
    else:
        largest = flip(rng)
        x, word = (solutions[-1], "largest") if largest else (solutions[0], "smallest")
        asks = (f"What is the {word} x with {h}(x) = {f}({a})?", f"Find the {word} solution of {h}(x) = {f}({a}).")
    points = listed([f"({s}, {y})" for s in solutions])
    steps = (_value(i, a, y), f"At height {y} the graph of {h} passes through {points}", f"So x = {x}")
    return Ask(pick(rng, asks), x, steps, (y, *(s for s in solutions if s != x), -x, x + 1, x - 1, a))


def total_over_range(rng: np.random.Generator, g: Graphs) -> Ask | None:
    """f(a) + f(a + 1) + f(a + 2)."""
    index = int(rng.integers(len(g.functions)))
    points = g.points[index]
    starts = [x for x in points if x + 1 in points and x + 2 in points]
    if not starts:
        return None
    a, name = pick(rng, starts), _name(index)
    values = [points[a + i] for i in range(3)]
    total = sum(values)
    told = " + ".join(f"{name}({a + i})" for i in range(3))
    asks = (f"What is {told}?", f"Work out {told}.")
    working = f"{values[0]} + {_number(values[1])} + {_number(values[2])} = {total}"
    steps = (*(_value(index, a + i, values[i]) for i in range(3)), working)
    return Ask(pick(rng, asks), total, steps, (values[0] + values[1], -total, total + 1, 3 * values[1] + 1, total - 1))


GRAPH_KINDS: tuple[tuple[Kind[Graphs], ...], ...] = (
    (value_at, value_at, solve, solve, turning_point, how_many_solutions),
    (two_values, two_values, slope_between, sum_of_solutions, iterate),
    (composed, combined, crossing, crossing, solve_for_value, total_over_range),
)
