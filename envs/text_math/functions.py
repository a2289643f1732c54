"""Families about functions: put one into another, turned round, powers and logarithms."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np

from envs.problem import Problem, draw, draw_at, flip, pick
from envs.text_math.blackboard import Blackboard, bracketed
from envs.text_math.posing import polynomial, solved


def _signed(rng: np.random.Generator, low: int, high: int) -> int:
    return draw(rng, low, high) * (1 if flip(rng) else -1)


def function_composition(rng: np.random.Generator, level: int) -> Problem:
    """f(g(k)) of two linear functions; g is quadratic from level 3 on, and at level 5 it is f(g(f(k)))."""
    size = (6, 12, 9, 20, 12)[level - 1]
    f = (draw(rng, 2, size), _signed(rng, 1, 2 * size))
    g: tuple[int, ...] = (draw(rng, 2, size), _signed(rng, 1, 2 * size))
    if level >= 3:
        g = (draw(rng, 1, 4 if level == 3 else 9), 0 if level == 3 else g[0], g[1])
    k = draw(rng, 1, 9) if level < 3 else _signed(rng, 2, (9, 15, 9)[level - 3])
    board, value = Blackboard(), k
    chain = "gf" if level < 5 else "fgf"
    for name in chain:
        value, at = _evaluate(board, f if name == "f" else g, value), value
        board.note(f"{name}({at}) = {value}")
    nested = f"f(g({k}))" if level < 5 else f"f(g(f({k})))"
    asks = (
        "Let f(x) = {} and g(x) = {}. What is {}?",
        "For f(x) = {} and g(x) = {}, compute {}.",
        "Given f(x) = {} and g(x) = {}, find {}.",
    )
    question = pick(rng, asks).format(polynomial(f), polynomial(g), nested)
    silent = Blackboard()
    turned = _evaluate(silent, g, _evaluate(silent, f, k))
    product = _evaluate(silent, f, k) * _evaluate(silent, g, k)
    return solved("function_composition", level, question, value, board, (turned, product, -value))


def _evaluate(board: Blackboard, coefficients: tuple[int, ...], x: int) -> int:
    """By Horner's scheme."""
    value = coefficients[0]
    for coefficient in coefficients[1:]:
        value = board.times(value, x) if value != 1 else x
        value = board.plus(value, coefficient) if coefficient else value
    return value


def inverse_function(rng: np.random.Generator, level: int) -> Problem:
    """The x at which a function takes a value: linear, over a number from level 3 on, a quotient at level 5."""
    a = draw_at(rng, level, [(2, 9), (3, 20), (3, 15), (6, 60), (20, 99)])
    b = _signed(rng, 1, (20, 99, 60, 300, 99)[level - 1])
    x = _signed(rng, 1, (15, 40, 40, 150, 99)[level - 1])
    board = Blackboard()
    answer = Fraction(x)
    if level == 5:  # y = (a x + b) / (x + c), so x = (b - c y) / (y - a)
        c = _signed(rng, 1, 60)
        while (y := _signed(rng, 20, 150)) == a or b == a * c:
            b = _signed(rng, 1, 99)
        function = f"({polynomial((a, b))}) / ({polynomial((1, c))})"
        board.note(f"{polynomial((a, b))} = {y} * ({polynomial((1, c))})")
        right = board.minus(board.times(y, c), b)
        left = board.minus(a, y)
        board.note(f"{polynomial((left, 0))} = {right}")
        answer = board.ratio(right, left)
        mistakes = [-answer, Fraction(left, right) if right else answer + 1]
    else:
        c = 1 if level < 3 else draw(rng, 2, (9, 25)[level - 3])
        b = b if c == 1 else b + (-(a * x + b)) % c
        y = (a * x + b) // c
        inner = polynomial((a, b))
        function = inner if c == 1 else f"({inner}) / {c}"
        board.note(f"{inner} = {y} * {c}" if c > 1 else f"{inner} = {y}")
        if c > 1:
            board.times(y, c)
        top = board.minus(y * c, b)
        board.note(f"{polynomial((a, 0))} = {top}")
        board.over(top, a)
        mistakes = [Fraction(y * c + b, a), Fraction(a * y + b, c), -answer]
    board.note(f"x = {answer}")
    asks = (
        f"f(x) = {function}. At which x is f(x) = {y}?",
        f"Let g be the inverse function of f(x) = {function}. What is g({y})?",
        f"Find x with f(x) = {y}, where f(x) = {function}.",
    )
    return solved("inverse_function", level, pick(rng, asks), answer, board, mistakes)


def exponents(rng: np.random.Generator, level: int) -> Problem:
    """Powers of one base, first joined by the rules, then worked out; negative exponents occur from level 4 on."""
    base = draw_at(rng, level, [(2, 12), (2, 15), (2, 15), (2, 15), (2, 15)])
    top = pick(rng, [(1, 2), (2, 3), (2, 3), (-4, -3, -2, 3, 4), (-5, -4, -3, 4, 5)][level - 1])
    sizes = (9, 15, 30, 60, 200)[level - 1]
    m, n = draw(rng, 2, sizes), draw(rng, 2, sizes if level < 3 else 9)
    board = Blackboard()
    if level < 3:
        k = m + n - top
        expression = f"{base}^{m} * {base}^{n} / {base}^{k}"
        board.note(f"{expression} = {base}^({m} + {n} - {k})")
        board.minus(board.plus(m, n), k)
    else:
        extra, fold = draw(rng, 2, sizes), 2 if level == 5 and base <= 9 else 1
        k = m * n + fold * extra - top
        expression = f"({base}^{m})^{n} * {base**fold}^{extra} / {base}^{k}"
        second = f"{fold} * {extra}" if fold > 1 else f"{extra}"
        board.note(f"{expression} = {base}^({m} * {n} + {second} - {k})")
        first = board.times(m, n)
        board.minus(board.plus(first, board.times(fold, extra) if fold > 1 else extra), k)
    power = board.power(base, abs(top))
    answer = Fraction(power) if top > 0 else Fraction(1, power)
    if top < 0 or top == 1:
        board.note(f"{base}^{bracketed(top)} = {answer}")
    asks = ("What is {}?", "Compute {}.", "Simplify {} and work it out.", "Find the value of {}.")
    mistakes = (Fraction(base * top), Fraction(base) ** (top + 1), Fraction(base) ** -top)
    return solved("exponents", level, pick(rng, asks).format(expression), answer, board, mistakes)


def logarithm(rng: np.random.Generator, level: int) -> Problem:
    """Sums of logarithms of powers; an equation with one from level 4 on."""
    if level >= 4:
        return _logarithmic_equation(rng, level)
    board, terms, parts = Blackboard(), [], []
    for _ in range((2, 2, 3)[level - 1]):
        factor, base = draw(rng, 2, 9 * level), draw(rng, 2, 9)
        exponent = draw(rng, 1, _MOST[base] - 2 if level == 1 else _MOST[base])
        board.note(f"{base**exponent} = {base}^{exponent}")
        parts.append(board.times(factor, exponent))
        terms.append(f"{factor} log_{base}({base**exponent})")
    signs = [1, *(1 if level == 1 or flip(rng) else -1 for _ in parts[1:])]
    answer, text = parts[0], terms[0]
    for sign, part, term in zip(signs[1:], parts[1:], terms[1:], strict=True):
        answer = (board.plus if sign > 0 else board.minus)(answer, part)
        text += f" {'+' if sign > 0 else '-'} {term}"
    asks = ("What is {}?", "Compute {}.", "Work out {}.", "Find the value of {}.")
    mistakes = (sum(parts), -answer, answer + parts[-1])
    return solved("logarithm", level, pick(rng, asks).format(text), answer, board, mistakes)


#: The largest exponent that keeps a power of the base below 10,000.
_MOST = {2: 13, 3: 8, 4: 6, 5: 5, 6: 5, 7: 4, 8: 4, 9: 4}


def _logarithmic_equation(rng: np.random.Generator, level: int) -> Problem:
    """log_b(a x + c) = p/q, where b is a q-th power at level 5: a x + c = b^(p/q)."""
    root = draw(rng, 2, 9)
    q = 1 if level == 4 else 2
    p = draw(rng, 2, min(_MOST[root], 5))
    while q > 1 and gcd(p, q) > 1:
        p = draw(rng, 2, min(_MOST[root] + 1, 7))
    a, c = draw(rng, 2, 20), _signed(rng, 1, (99, 300)[level - 4])
    board = Blackboard()
    base = board.power(root, q)
    board.note(f"{polynomial((a, c))} = {base}^({p}/{q})" if q > 1 else f"{polynomial((a, c))} = {base}^{p}")
    if q > 1:
        board.note(f"{base}^({p}/{q}) = {root}^{p}")
    value = board.power(root, p)
    rest = board.minus(value, c)
    board.note(f"{polynomial((a, 0))} = {rest}")
    answer = board.ratio(rest, a)
    board.note(f"x = {answer}")
    equation = f"log_{base}({polynomial((a, c))}) = {Fraction(p, q)}"
    asks = ("Solve {} for x.", "Find x when {}.", "Which x satisfies {}?")
    mistakes = (Fraction(base * p - c * q, a * q), Fraction(value + c, a), Fraction(value))
    return solved("logarithm", level, pick(rng, asks).format(equation), answer, board, mistakes)
