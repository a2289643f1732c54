"""Families about systems, quadratics, inequalities and roots."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import numpy as np

from envs.problem import Problem, draw, draw_at, flip, pick
from envs.text_math.blackboard import Blackboard, bracketed
from envs.text_math.posing import polynomial, solved


def _nonzero(rng: np.random.Generator, size: int) -> int:
    """An integer from -size to size, but not 0."""
    return draw(rng, 1, size) * (1 if flip(rng) else -1)


def linear_system(rng: np.random.Generator, level: int) -> Problem:
    """Two equations, two unknowns: y is eliminated. From level 3 on both are needed."""
    size = (3, 5, 6, 9, 12)[level - 1]
    solution = (15, 20, 20, 30, 60)[level - 1]
    while True:
        a, b, d, e = (draw(rng, 1, size) if level < 3 else _nonzero(rng, size) for _ in range(4))
        if a * e != b * d and (level == 1 or abs(b) != abs(e)):
            break
    x, y = (draw(rng, 1, solution) if level < 3 else _nonzero(rng, solution) for _ in range(2))
    c, f = a * x + b * y, d * x + e * y
    board = Blackboard()
    left_side = f"({bracketed(a)} * {bracketed(e)} - {bracketed(d)} * {bracketed(b)}) * x"
    board.note(f"{left_side} = {bracketed(c)} * {bracketed(e)} - {bracketed(f)} * {bracketed(b)}")
    left = board.minus(board.times(a, e), board.times(d, b))
    right = board.minus(board.times(c, e), board.times(f, b))
    board.note(f"{polynomial((left, 0))} = {right}")
    board.note(f"x = {board.over(right, left)}")
    asked, answer = "x", x
    if level >= 3:
        board.note(f"{polynomial((b, 0), 'y')} = {c} - {bracketed(a)} * {bracketed(x)}")
        rest = board.minus(c, board.times(a, x))
        board.note(f"y = {board.over(rest, b)}")
        asked, answer = pick(rng, (("x + y", x + y), ("x - y", x - y), ("y", y)))
        if asked != "y":
            (board.plus if asked == "x + y" else board.minus)(x, y)
            board.note(f"{asked} = {answer}")
    first, second = (f"{_two(*row)} = {value}" for row, value in (((a, b), c), ((d, e), f)))
    asks = ("Solve {1} and {2}. What is {0}?", "If {1} and {2}, what is {0}?", "Find {0} when {1} and {2}.")
    mistakes = (x, y, x + y, -answer)
    return solved("linear_system", level, pick(rng, asks).format(asked, first, second), answer, board, mistakes)


def _two(a: int, b: int) -> str:
    """`2 x - 3 y`."""
    tail = polynomial((abs(b), 0), "y")
    return f"{polynomial((a, 0))} {'+' if b > 0 else '-'} {tail}"


def _discriminant(board: Blackboard, a: int, b: int, c: int) -> int:
    board.note(f"D = {bracketed(b)}^2 - 4 * {bracketed(a)} * {bracketed(c)}")
    square = board.times(b, b)
    value = board.minus(square, board.times(board.times(4, a), c))
    board.note(f"D = {value}")
    return value


def quadratic_root(rng: np.random.Generator, level: int) -> Problem:
    """The larger or smaller root of a quadratic with two rational ones; from level 4 on one may be a fraction."""
    size = (15, 22, 35, 15, 25)[level - 1]
    p = draw(rng, 2, 4) if level == 4 else draw(rng, 3, 9) if level == 5 else 1
    while True:  # (p x - r) (x - s)
        r, s = _nonzero(rng, size), _nonzero(rng, size)
        if r != p * s:
            break
    a, b, c = p, -r - p * s, r * s
    board = Blackboard()
    root = isqrt(_discriminant(board, a, b, c))
    board.note(f"{root}^2 = {root * root}")
    larger = flip(rng)
    top = board.plus(-b, root) if larger else board.minus(-b, root)
    answer = board.ratio(top, 2 * a)
    board.note(f"x = {answer}")
    equation, word = f"{polynomial((a, b, c))} = 0", "larger" if larger else "smaller"
    asks = (
        "What is the {1} solution of {0}?",
        "Find the {1} of the two roots of {0}.",
        "The equation {0} has two solutions. What is the {1} one?",
    )
    other = Fraction(-b, a) - answer
    mistakes = (other, -answer, -other)
    return solved("quadratic_root", level, pick(rng, asks).format(equation, word), answer, board, mistakes)


_SQUAREFREE = (2, 3, 5, 6, 7, 10, 11, 13, 14, 15, 17, 19, 21, 22, 23, 26, 29, 30, 31, 33, 34, 35, 37, 38, 39, 41)


def quadratic_surd(rng: np.random.Generator, level: int) -> Problem:
    r"""The positive solution of (x - h)^2 = k^2 m, which is h + k\sqrt{m}; written out from level 3 on."""
    m = pick(rng, _SQUAREFREE)
    k = draw_at(rng, level, [(2, 15), (2, 15), (2, 15), (6, 25), (12, 50)])
    square = k * k * m
    h = 0 if level == 1 else draw(rng, 1, min(isqrt(square), (1, 9, 9, 30, 90)[level - 1]))
    h = h if flip(rng) else -h
    surd = rf"{k}\sqrt{{{m}}}"
    board = Blackboard()
    if level == 1:
        equation = f"x^2 = {square}"
    elif level == 2:
        equation = f"({polynomial((1, -h))})^2 = {square}"
    else:
        equation = f"{polynomial((1, -2 * h, h * h - square))} = 0"
        board.note(f"{polynomial((1, -2 * h, 0))} = {square - h * h}")
        board.plus(square - h * h, board.times(h, h))
        board.note(f"({polynomial((1, -h))})^2 = {square}")
    board.over(square, m)
    board.note(f"{square} = {k}^2 * {m}")
    answer = f"{h}+{surd}" if h else surd
    if h:
        board.note(f"{polynomial((1, -h))} = {surd}")
    board.note(f"x = {answer}")
    asks = ("Find the positive solution of {}.", "What is the positive solution of {}?", "Solve {} for x > 0.")
    text = pick(rng, asks).format(equation)
    question = f"{text} Give the exact value."
    mistakes = (
        (rf"{k * m}", rf"{h}+{k * k}\sqrt{{{m}}}", rf"{-h}+{surd}") if h else (rf"{k * k}\sqrt{{{m}}}", f"{k * m}")
    )
    return solved("quadratic_surd", level, question, answer, board, mistakes)


def discriminant(rng: np.random.Generator, level: int) -> Problem:
    size = (9, 14, 30, 60, 250)[level - 1]
    a = draw(rng, 1, size) if level < 3 else _nonzero(rng, size)
    b, c = _nonzero(rng, size), _nonzero(rng, size)
    board = Blackboard()
    answer = _discriminant(board, a, b, c)
    asks = ("What is the discriminant of {}?", "Find the discriminant of {}.", "Compute the discriminant of {}.")
    question = pick(rng, asks).format(f"{polynomial((a, b, c))} = 0" if flip(rng) else polynomial((a, b, c)))
    mistakes = (b * b + 4 * a * c, b * b - a * c, -b * b - 4 * a * c)
    return solved("discriminant", level, question, answer, board, mistakes)


def quadratic_vertex(rng: np.random.Generator, level: int) -> Problem:
    """The least or greatest value of a x^2 + b x + c, or where it is taken."""
    a = draw_at(rng, level, [(1, 3), (1, 5), (2, 9), (2, 15), (3, 40)])
    a = -a if flip(rng) else a
    h, k = _nonzero(rng, (6, 9, 15, 30, 60)[level - 1]), _nonzero(rng, (20, 40, 99, 400, 900)[level - 1])
    b, c = -2 * a * h, a * h * h + k
    board = Blackboard()
    board.note(f"x = {-b} / (2 * {bracketed(a)})")
    board.note(f"x = {board.over(-b, board.times(2, a))}")
    extreme, where = ("smallest" if a > 0 else "greatest"), level < 3 and flip(rng, 0.3)
    answer = h
    if not where:
        first, second = board.times(a, board.times(h, h)), board.times(b, h)
        answer = board.plus(board.plus(first, second), c)
        board.note(f"y = {answer}")
    function = f"y = {polynomial((a, b, c))}"
    asks = (
        ("At which x is {0} {1}?", "For which x does {0} take its {1} value?")
        if where
        else ("What is the {1} value of {0}?", "Find the {1} value that {0} takes.", "How {2} can {0} get?")
    )
    adjective = extreme if not where else {"smallest": "least", "greatest": "greatest"}[extreme]
    question = pick(rng, asks).format(function, adjective, "small" if a > 0 else "large")
    mistakes = (-h, k, 2 * h) if where else (c, h, a * h * h + b * h - c)
    return solved("quadratic_vertex", level, question, answer, board, mistakes)


def linear_inequality(rng: np.random.Generator, level: int) -> Problem:
    """The largest or smallest integer that satisfies a x + b < c; from level 4 on a may be negative."""
    size = draw_at(rng, level, [(2, 9), (3, 9), (3, 15), (4, 25), (12, 60)])
    b = _nonzero(rng, (20, 60, 200, 500, 2000)[level - 1])
    answer = draw_at(rng, level, [(2, 20), (5, 60), (-150, 150), (-400, 400), (-900, 900)])
    sign = pick(rng, ("<", ">", "<=", ">="))
    upper, strict = sign[0] == "<", len(sign) == 1
    slack = draw(rng, int(strict), size - 1 + strict)
    limit = size * answer + (slack if upper else -slack)
    negative = level >= 4 and flip(rng)
    a, right, shown = (-size, -limit, _FLIPPED[sign]) if negative else (size, limit, sign)
    board = Blackboard()
    board.note(f"{polynomial((a, 0))} {shown} {right + b} - {bracketed(b)}")
    board.minus(right + b, b)
    board.note(f"{polynomial((a, 0))} {shown} {right}")
    if negative:
        board.note(f"{polynomial((size, 0))} {sign} {limit}")
    beyond = answer + 1 if upper else answer - 1
    board.note(f"{board.times(size, answer)} {sign} {limit}")
    board.note(f"{board.times(size, beyond)} {_OPPOSITE[sign]} {limit}")
    board.note(f"x = {answer}")
    asks = (
        "What is the {0} integer x with {1}?",
        "Find the {0} integer that satisfies {1}.",
        "{1}. What is the {0} integer that x can be?",
    )
    inequality = f"{polynomial((a, b))} {shown} {right + b}"
    question = pick(rng, asks).format("largest" if upper else "smallest", inequality)
    return solved("linear_inequality", level, question, answer, board, (beyond, 2 * answer - beyond, -answer))


_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def inequality_count(rng: np.random.Generator, level: int) -> Problem:
    """How many integers lie in a double inequality l < a x + b < u."""
    a = draw_at(rng, level, [(1, 6), (2, 9), (3, 15), (5, 30), (11, 60)])
    b = _nonzero(rng, (15, 40, 99, 400, 1500)[level - 1])
    first = draw_at(rng, level, [(0, 9), (0, 20), (-30, 30), (-90, 90), (-200, 200)])
    count = draw_at(rng, level, [(3, 20), (5, 40), (9, 90), (20, 200), (60, 600)])
    last = first + count - 1
    low_open, high_open = flip(rng), flip(rng)
    low = a * first - draw(rng, int(low_open), a - 1 + low_open)
    high = a * last + draw(rng, int(high_open), a - 1 + high_open)
    left, right = "<" if low_open else "<=", "<" if high_open else "<="
    board = Blackboard()
    board.minus(low + b, b)
    board.minus(high + b, b)
    board.note(f"{board.times(a, first - 1)} {'<=' if low_open else '<'} {low}")
    board.note(f"{low} {left} {board.times(a, first)}")
    board.note(f"{board.times(a, last)} {right} {high}")
    board.note(f"{high} {'<=' if high_open else '<'} {board.times(a, last + 1)}")
    board.plus(board.minus(last, first), 1)
    asks = (
        "How many integers x satisfy {}?",
        "For how many integers x is {}?",
        "Count the integers x with {}.",
    )
    question = pick(rng, asks).format(f"{low + b} {left} {polynomial((a, b))} {right} {high + b}")
    return solved("inequality_count", level, question, count, board, (count - 1, count + 1, high - low))


def radical(rng: np.random.Generator, level: int) -> Problem:
    """A root with its square factor taken out; from level 3 on a sum of such roots. Asked for is one number."""
    m = pick(rng, _SQUAREFREE)
    count = (1, 1, 2, 2, 3)[level - 1]
    high = (15, 30, 30, 40, 50)[level - 1]
    factors = [draw(rng, 2, 20) if level >= 4 else 1 for _ in range(count)]
    roots = [draw(rng, 2, high) for _ in range(count)]
    board, parts = Blackboard(), []
    for factor, root in zip(factors, roots, strict=True):
        board.note(f"{root * root * m} = {board.times(root, root)} * {m}")
        parts.append(board.times(factor, root) if factor > 1 else root)
    total = board.total(parts)
    answer = total if count > 1 else board.plus(root, m)
    terms = [f"{f if f > 1 else ''}√{r * r * m}" for f, r in zip(factors, roots, strict=True)]
    if count == 1:
        asks = (
            "{} = a√b with integers a and b, b as small as possible. What is a + b?",
            "Take the largest square out of {}, so that it becomes a√b. Find a + b.",
            "Write {} in simplest form as a√b. What is a + b?",
        )
        question, mistakes = pick(rng, asks).format(terms[0]), (root * root + m, root, m)
    else:
        asks = ("{} = a√{}. What is a?", "Simplify {} to a√{} and give a.", "Which number a makes {} = a√{} true?")
        question = pick(rng, asks).format(" + ".join(terms), m)
        mistakes = (sum(roots), sum(r * r for r in roots), total + m)
    return solved("radical", level, question, answer, board, mistakes)
