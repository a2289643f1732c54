"""The advanced families of text mathematics, solved from the question alone: brute force, closed forms, other libraries."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import sympy
from text_math_reading import coefficients, fractions, numbers, value

Answer = int | Fraction | str


def search(pattern: str, text: str) -> re.Match[str]:
    match = re.search(pattern, text)
    assert match, (pattern, text)
    return match


def integer(pattern: str, text: str) -> int:
    return int(search(pattern, text)[1])


# -- fractions and percent --------------------------------------------------------------------------------------------


def fraction_division(q: str) -> Fraction:
    a, b = fractions(q)
    return b / a if "go into" in q else a / b


def decimal_to_fraction(q: str) -> int:
    value = decimal(q)
    return value.numerator + value.denominator


def decimal(q: str) -> Fraction:
    if "..." not in q:
        return Fraction(search(r"\d+\.\d+", q)[0])
    whole, digits = search(r"(\d+)\.(\d+)\.\.\.", q).groups()
    lead, block = digits[:-6], digits[-2:]
    assert digits == lead + 3 * block
    return Fraction(int(whole + lead), 10 ** len(lead)) + Fraction(int(block), 99 * 10 ** len(lead))


def percentage_change(q: str) -> Fraction:
    old, new = numbers(q)
    return abs(Fraction(new, old) - 1) * 100


def reverse_percentage(q: str) -> Fraction:
    percent, price = integer(r"(\d+) (?:%|percent)", q), integer(r"(\d+) coins", q)
    return price / (1 + Fraction(percent if re.search("rise|increase", q) else -percent, 100))


def successive_percentages(q: str) -> Fraction:
    worth = Fraction(integer(r"(\d+) coins", q))
    for verb, percent in re.findall(r"(rises|falls) by (\d+) %", q):
        worth += worth * int(percent) / 100 * (1 if verb == "rises" else -1)
    return worth


# -- equations --------------------------------------------------------------------------------------------------------


def linear_system(q: str) -> Fraction:
    rows, right = [], []
    for left, constant in re.findall(r"(-?(?:\d+ )?x [+-] (?:\d+ )?y) = (-?\d+)", q):
        rows.append([float(value(left, {"x": x, "y": y})) for x, y in ((1, 0), (0, 1))])
        right.append(int(constant))
    x, y = (round(v) for v in np.linalg.solve(rows, right))
    return value(search(r"(?:[Ww]hat is|Find) (x \+ y|x - y|x|y)\b(?= when|\?)", q)[1], {"x": x, "y": y})


def _quadratic(q: str) -> tuple[Fraction, Fraction, Fraction]:
    return coefficients(search(r"-?(?:\d+ )?x\^2(?: [+-] (?:\d+ )?x)?(?: [+-] \d+)?", q)[0])


def quadratic_root(q: str) -> Fraction:
    a, b, c = _quadratic(q)
    roots = [Fraction(float(x)).limit_denominator(50) for x in np.roots([float(a), float(b), float(c)])]
    assert all(a * x * x + b * x + c == 0 for x in roots) and roots[0] != roots[1]
    return max(roots) if "larger" in q else min(roots)


def quadratic_surd(q: str) -> str:
    left, right = search(r"(\(x [+-] \d+\)\^2|x\^2[\dx +-]*) = (\d+)", q).groups()
    a, b, c = coefficients(left)
    assert a == 1
    square = b * b / 4 - c + int(right)
    assert square.denominator == 1 and (b / 2).denominator == 1
    outside = max(k for k in range(1, math.isqrt(int(square)) + 1) if square % (k * k) == 0)
    surd = rf"{outside}\sqrt{{{square / outside**2}}}"
    return f"{-b / 2}+{surd}" if b else surd


def discriminant(q: str) -> Fraction:
    a, b, c = _quadratic(q)
    return b * b - 4 * a * c


def quadratic_vertex(q: str) -> Fraction:
    a, b, c = _quadratic(q)
    return -b / (2 * a) if "which x" in q else c - b * b / (4 * a)


def _solutions(inequality: str, reach: int) -> list[int]:
    code = compile(re.sub(r"(\d) x", r"\1 * x", inequality), "inequality", "eval")
    return [x for x in range(-reach, reach + 1) if eval(code, {"x": x})]


def linear_inequality(q: str) -> int:
    found = _solutions(search(r"-?\d+ x [+-] \d+ [<>]=? -?\d+", q)[0], 1000)
    return max(found) if "largest" in q else min(found)


def inequality_count(q: str) -> int:
    return len(_solutions(search(r"-?\d+ <=? (?:\d+ )?x [+-] \d+ <=? -?\d+", q)[0], 1000))


def radical(q: str) -> int:
    if "a + b" in q:
        n = integer(r"√(\d+)", q)
        a = max(k for k in range(1, math.isqrt(n) + 1) if n % (k * k) == 0)
        return a + n // (a * a)
    m = integer(r"a√(\d+)", q)
    terms = [(int(f or 1), int(n)) for f, n in re.findall(r"(?<![\da])(\d*)√(\d+)", q)]
    total = sum(f * math.sqrt(n / m) for f, n in terms)
    assert abs(total - round(total)) < 1e-9
    return round(total)


# -- sequences --------------------------------------------------------------------------------------------------------


def arithmetic_series(q: str) -> int:
    if "..." in q and "first" not in q:
        first, second, _, last = numbers(q)
        return sum(range(first, last + 1, second - first))
    if "..." in q:
        count, first, second, _ = numbers(q)
        step = second - first
    else:
        first, step, count = numbers(q)[-3:]
    return sum(first + i * step for i in range(count))


def geometric_series(q: str) -> Fraction:
    if ratios := fractions(q):
        first = integer(r"(?:starts with|first term) (\d+)", q)
        return first / (1 - ratios[0])
    if "times the one before" in q:
        first, ratio, count = numbers(q)
    else:
        count, first, second, _ = numbers(q)
        ratio = second // first
    return Fraction(sum(first * ratio**i for i in range(count)))


def recursive_sequence(q: str) -> Fraction:
    last = [int(n) for n in re.findall(r"a_(\d+)", q) if int(n) > 2][0]
    terms = {int(i): Fraction(int(v)) for i, v in re.findall(r"a_(\d+) = (\d+)", q)}
    order, rule = search(r"a_\(n\+([12])\) = ([^.]*?)(?= for all n|\.)", q).groups()
    rule = rule.replace("a_(n+1)", "v").replace("a_n", "u")
    for n in range(1, last - int(order) + 1):
        terms[n + int(order)] = value(rule, {"u": terms[n], "v": terms.get(n + 1, 0)})
    return terms[last]


# -- whole numbers ----------------------------------------------------------------------------------------------------


def least_common_multiple(q: str) -> int:
    given = numbers(q)
    return next(m for m in range(max(given), math.prod(given) + 1, max(given)) if not any(m % n for n in given))


def linear_congruence(q: str) -> int:
    found = numbers(q)
    a, b, m = (found[1], found[3], found[2]) if ">= 0" in q else found[:3]
    return next(x for x in range(m) if (a * x - b) % m == 0)


def two_remainders(q: str) -> int:
    p, r, s, t = numbers(q)
    (a, m), (b, n) = ((p, r), (s, t)) if "leaves the remainder" in q else ((r, p), (t, s))
    return next(x for x in range(1, m * n + 1) if x % m == a and x % n == b)


# -- counting and chance ----------------------------------------------------------------------------------------------


def permutations(q: str) -> int:
    found = [int(n) if n.isdigit() else 1 for n in re.findall(r"\d+|\bone\b", q)]
    if "stand in a row" in q:
        k, n, j, m = found
    elif "run for" in q:
        n, k, m, j = found
    else:
        k, n, j, m = found[:4]
    return math.perm(n, k) * math.perm(m, j)


def combinations(q: str) -> int:
    if "exactly" in q:
        k, j = map(int, search(r"exactly (\d+) of the \w+ and (\d+) of", q).groups())
        n, m = map(int, search(r"(\d+) (?!of)\w+ and (\d+) (?!of)\w+", q).groups())
        return math.comb(n, k) * math.comb(m, j)
    size, least = map(int, search(r"(\d+) members, at least (\d+)", q).groups())
    n, m = map(int, search(r"(\d+) (?!of)\w+ and (\d+) \w+", q).groups())
    return sum(math.comb(n, k) * math.comb(m, size - k) for k in range(least, size + 1))


def arrangements(q: str) -> int:
    counts = numbers(q)
    if "Both ends" in q:
        counts[0] -= 2
    return math.factorial(sum(counts)) // math.prod(map(math.factorial, counts))


def grid_paths(q: str) -> int:
    points = [(int(x), int(y)) for x, y in re.findall(r"\((\d+), (\d+)\)", q)]
    start, goal, special = points[0], points[1], points[2] if len(points) > 2 else None

    def paths(start: tuple[int, int], goal: tuple[int, int], blocked: tuple[int, int] | None = None) -> int:
        row = [0] * (goal[0] - start[0] + 1)
        for y in range(start[1], goal[1] + 1):
            for i in range(len(row)):
                come = row[i] + (row[i - 1] if i else 0) + ((start[0] + i, y) == start)
                row[i] = 0 if (start[0] + i, y) == blocked else come
        return row[-1]

    if special is None:
        return paths(start, goal)
    return paths(start, goal, special) if "avoid" in q else paths(start, special) * paths(special, goal)


def dice_sum(q: str) -> Fraction:
    found = numbers(q)
    a, b, wanted = (found[1], found[3], found[4]) if q.startswith("A fair die") else (found[0], found[-2], found[-1])
    if q.startswith("Two fair") or q.startswith("Someone"):
        a, b = found[0], found[1]
    sums = np.add.outer(np.arange(1, a + 1), np.arange(1, b + 1))
    hits = sums > wanted if re.search("more than|above", q.replace("no more than", "")) else sums <= wanted
    hits = sums == wanted if re.search("exactly|a sum of \\d", q) else hits
    return Fraction(int(hits.sum()), a * b)


def urn(q: str) -> Fraction:
    """All sequences of colours, each with its chance."""
    box = {colour: int(n) for n, colour in re.findall(r"(\d+) (red|blue|green|white|black|yellow)", q)}
    rule = search(r"probability that (.*)\?|that (.*)[.?]$", q)
    wanted = re.findall("red|blue|green|white|black|yellow", rule[1] or rule[2])
    draws = 3 if re.search(r"all 3|\b3 (?:are drawn|balls are)|takes 3", q) else 2
    chance = Fraction(0)
    for sequence in product(box, repeat=draws):
        if "in this order" in q:
            fits = list(sequence) == wanted
        else:
            fits = sorted(sequence) == sorted(wanted * draws if len(wanted) == 1 else wanted)
        if fits:
            left, part = dict(box), Fraction(1)
            for colour in sequence:
                part *= Fraction(left[colour], sum(left.values()))
                left[colour] -= 1
            chance += part
    return chance


def at_least_one(q: str) -> Fraction:
    """All outcomes but the one without a hit."""
    chances = fractions(re.sub(r"(?<![/\d])(\d+)/(\d+)", r"\1/\2", q))
    if len(chances) == 1:
        chances *= integer(r"(?:shoots|makes) (\d+)", q)
    total = Fraction(0)
    for outcome in product((True, False), repeat=len(chances)):
        if any(outcome):
            total += math.prod(
                (p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True)), start=Fraction(1)
            )
    return total


def expected_value(q: str) -> Fraction:
    total = integer(r"(\d+) (?:equally likely )?(?:tickets|fields|cards)", q)
    paid = sum(int(n) * int(prize) for n, prize in re.findall(r"(\d+) wins? (\d+) coins", q))
    price = re.search(r"costs (\d+) coins", q)
    return Fraction(paid, total) - (int(price[1]) if price else 0)


# -- functions --------------------------------------------------------------------------------------------------------


def function_composition(q: str) -> Fraction:
    rules = dict(re.findall(r"([fg])\(x\) = (-?[\dx^ +-]*[\dx])", q))
    call = search(r"f\(g\([f(\d)-]*\)\)", q)[0]
    return value(call, {name: lambda x, rule=rule: value(rule, {"x": x}) for name, rule in rules.items()})


def inverse_function(q: str) -> Fraction:
    rule = search(r"f\(x\) = ((?:\(.*?\) / (?:\(.*?\)|\d+))|(?:\d+ x [+-] \d+))", q)[1]
    target = int((re.search(r"f\(x\) = (-?\d+)(?=[?,]| *$)", q) or search(r"g\((-?\d+)\)", q))[1])
    top, bottom = rule.split(" / ") if " / " in rule else (rule, "1")
    gap = [value(top, {"x": x}) - target * value(bottom, {"x": x}) for x in (0, 1)]
    return gap[0] / (gap[0] - gap[1])


def exponents(q: str) -> Fraction:
    return value(search(r"\(?\d+\^[\d^()*/ ]*\d", q)[0])


def logarithm(q: str) -> Fraction:
    if "=" not in q:
        total = 0.0
        for sign, factor, base, number in re.findall(r"([+-]?) ?(\d+) log_(\d+)\((\d+)\)", q):
            total += int(factor) * math.log(int(number), int(base)) * (-1 if sign == "-" else 1)
        assert abs(total - round(total)) < 1e-9
        return Fraction(round(total))
    base, inner, exponent = search(r"log_(\d+)\((\d+ x [+-] \d+)\) = (\d+(?:/\d+)?)", q).groups()
    power = round(int(base) ** float(Fraction(exponent)))
    gap = [value(inner, {"x": x}) - power for x in (0, 1)]
    return gap[0] / (gap[0] - gap[1])


SOLVERS: dict[str, Callable[[str], Answer]] = {
    "fraction_multiplication": lambda q: math.prod(fractions(q), start=Fraction(1)),
    "fraction_division": fraction_division,
    "fraction_comparison": lambda q: max(fractions(q)) if "larg" in q else min(fractions(q)),
    "decimal_to_fraction": decimal_to_fraction,
    "percentage_change": percentage_change,
    "reverse_percentage": reverse_percentage,
    "successive_percentages": successive_percentages,
    "linear_system": linear_system,
    "quadratic_root": quadratic_root,
    "quadratic_surd": quadratic_surd,
    "discriminant": discriminant,
    "quadratic_vertex": quadratic_vertex,
    "linear_inequality": linear_inequality,
    "inequality_count": inequality_count,
    "radical": radical,
    "arithmetic_series": arithmetic_series,
    "geometric_series": geometric_series,
    "recursive_sequence": recursive_sequence,
    "least_common_multiple": least_common_multiple,
    "largest_prime_factor": lambda q: max(sympy.primefactors(numbers(q)[0])),
    "divisor_count": lambda q: int(sympy.divisor_count(numbers(q)[0])),
    "divisor_sum": lambda q: int(sympy.divisor_sigma(numbers(q)[0])),
    "power_mod": lambda q: pow(*numbers(q)),
    "linear_congruence": linear_congruence,
    "two_remainders": two_remainders,
    "base_to_decimal": lambda q: int(str(numbers(q)[0]), numbers(q)[1]),
    "decimal_to_base": lambda q: np.base_repr(*numbers(q)),
    "permutations": permutations,
    "combinations": combinations,
    "arrangements": arrangements,
    "grid_paths": grid_paths,
    "dice_sum": dice_sum,
    "urn": urn,
    "at_least_one": at_least_one,
    "expected_value": expected_value,
    "function_composition": function_composition,
    "inverse_function": inverse_function,
    "exponents": exponents,
    "logarithm": logarithm,
}
