"""Families about divisors, prime factors, remainders and the digits of a base."""

from __future__ import annotations

from math import gcd, lcm, prod

import numpy as np

from envs.problem import Problem, draw, draw_at, pick
from envs.text_math.blackboard import Blackboard
from envs.text_math.posing import listed, solved

_PRIMES = tuple(n for n in range(2, 200) if all(n % d for d in range(2, n)))


def least_common_multiple(rng: np.random.Generator, level: int) -> Problem:
    """Of two numbers, of three from level 4 on: the product over the greatest common divisor."""
    common = draw_at(rng, level, [(1, 6), (2, 12), (3, 30), (2, 12), (4, 30)])
    high = (15, 25, 40, 20, 30)[level - 1]
    while len(numbers := {common * draw(rng, 2, high) for _ in range(2 if level < 4 else 3)}) < (2 if level < 4 else 3):
        pass
    values = [int(n) for n in rng.permutation(sorted(numbers))]
    board, multiple = Blackboard(), values[0]
    for n in values[1:]:
        divisor = gcd(multiple, n)
        board.note(f"gcd({multiple}, {n}) = {divisor}")
        multiple = board.times(board.over(multiple, divisor), n)
    asks = (
        "What is the least common multiple of {}?",
        "Find the lcm of {}.",
        f"Which is the smallest positive integer that {{}} {'both' if len(values) == 2 else 'all'} divide?",
    )
    question = pick(rng, asks).format(listed(values))
    mistakes = (prod(values), gcd(*values), max(values))
    return solved("least_common_multiple", level, question, lcm(*values), board, mistakes)


def largest_prime_factor(rng: np.random.Generator, level: int) -> Problem:
    """The smallest primes are divided out first."""
    while True:
        largest = pick(rng, _PRIMES[1 : (25, 30, 35, 40, 46)[level - 1]])
        factors = [pick(rng, _PRIMES[: (4, 5, 6, 7, 8)[level - 1]]) for _ in range((2, 3, 3, 4, 5)[level - 1])]
        if max(factors) <= largest:
            break
    board, rest = Blackboard(), prod(factors) * largest
    question = pick(
        rng,
        (
            "What is the largest prime factor of {}?",
            "Find the greatest prime number that divides {}.",
            "Which is the largest prime that {} can be divided by?",
        ),
    ).format(rest)
    for factor in sorted(factors):
        rest = board.over(rest, factor)
    return solved("largest_prime_factor", level, question, largest, board, (max(factors), len(factors) + 1))


#: Exponents of the prime factors of a number, by level; at one level they lead to different numbers of divisors.
_SIGNATURES = (
    ((1, 1), (2, 1), (1, 1, 1), (2, 2), (4, 1), (3, 2), (4, 2)),
    ((1, 1, 1), (2, 2), (4, 1), (2, 1, 1), (6, 1), (4, 2), (3, 3), (2, 2, 1)),
    ((2, 1, 1), (6, 1), (4, 2), (3, 1, 1), (2, 2, 1), (4, 1, 1), (6, 2), (3, 2, 1)),
    ((1, 1, 1, 1), (2, 2, 1), (4, 3), (3, 2, 1), (2, 2, 2), (4, 2, 1), (3, 3, 1), (2, 2, 1, 1), (6, 1, 1)),
    ((2, 1, 1, 1), (3, 3, 1), (3, 2, 2), (4, 3, 1), (4, 2, 2), (6, 2, 1), (3, 2, 1, 1), (2, 2, 2, 1), (4, 2, 1, 1)),
)


def _factorised(rng: np.random.Generator, level: int) -> tuple[int, list[tuple[int, int]]]:
    """A number, and its primes with their exponents in ascending order."""
    exponents, limit = pick(rng, _SIGNATURES[level - 1]), (5_000, 20_000, 60_000, 300_000, 3_000_000)[level - 1]
    while True:
        primes = [_PRIMES[draw(rng, 0, (29, 9, 4, 3, 2, 2)[exponent - 1])] for exponent in exponents]
        number = prod(p**e for p, e in zip(primes, exponents, strict=True))
        if len(set(primes)) == len(primes) and number <= limit:
            return number, sorted(zip(primes, exponents, strict=True))


def _factorise(board: Blackboard, number: int, powers: list[tuple[int, int]]) -> None:
    rest = number
    for prime, exponent in powers:
        for _ in range(exponent):
            if rest != prime:
                board.note(f"{rest} / {prime} = {rest // prime}")
                rest //= prime
    board.note(f"{number} = {' * '.join(f'{p}^{e}' if e > 1 else str(p) for p, e in powers)}")


def divisor_count(rng: np.random.Generator, level: int) -> Problem:
    number, powers = _factorised(rng, level)
    board = Blackboard()
    _factorise(board, number, powers)
    answer = board.product([board.plus(exponent, 1) for _, exponent in powers])
    asks = (
        "How many positive divisors does {} have?",
        "How many positive integers divide {}?",
        "Find the number of positive divisors of {}.",
        "In how many ways can {} be written as a product a * b of positive integers, order counted?",
    )
    mistakes = (prod(e for _, e in powers), sum(e for _, e in powers), answer - 2, len(powers))
    return solved("divisor_count", level, pick(rng, asks).format(number), answer, board, mistakes)


def divisor_sum(rng: np.random.Generator, level: int) -> Problem:
    """Prime by prime: 1 + p + ... + p^e."""
    number, powers = _factorised(rng, level)
    board = Blackboard()
    _factorise(board, number, powers)
    sums = []
    for prime, exponent in powers:
        terms = [prime**i for i in range(exponent + 1)]
        board.note(f"{' + '.join(map(str, terms))} = {sum(terms)}")
        sums.append(sum(terms))
    answer = board.product(sums)
    asks = (
        "What is the sum of all positive divisors of {}?",
        "Add up all positive integers that divide {}.",
        "Find the sum of the positive divisors of {}.",
    )
    mistakes = (answer - number, answer - 1, prod(e + 1 for _, e in powers))
    return solved("divisor_sum", level, pick(rng, asks).format(number), answer, board, mistakes)


def power_mod(rng: np.random.Generator, level: int) -> Problem:
    """By squaring: from the highest binary digit of the exponent down."""
    modulus = draw_at(rng, level, [(7, 30), (11, 40), (13, 60), (17, 80), (31, 130)])
    while (base := draw_at(rng, level, [(2, 20), (2, 30), (3, 50), (5, 99), (12, 199)])) % modulus in (0, 1):
        pass
    exponent = draw_at(rng, level, [(3, 6), (4, 10), (8, 20), (17, 50), (50, 150)])
    board = Blackboard()
    small = board.mod(base, modulus)
    value, power = small, 1
    for bit in f"{exponent:b}"[1:]:
        value, power = board.mod(board.times(value, value), modulus), 2 * power
        if bit == "1":
            value, power = board.mod(board.times(value, small), modulus), power + 1
        board.note(f"{base}^{power} mod {modulus} = {value}")
    asks = (
        "What is the remainder of {0}^{1} when divided by {2}?",
        "Compute {0}^{1} mod {2}.",
        "What is left of {0}^{1} after division by {2}?",
    )
    question = pick(rng, asks).format(base, exponent, modulus)
    mistakes = (base * exponent % modulus, value * small % modulus, modulus - value)
    return solved("power_mod", level, question, value, board, mistakes)


def linear_congruence(rng: np.random.Generator, level: int) -> Problem:
    """a x leaves the remainder b by m: both sides are multiplied by the inverse of a."""
    while True:
        modulus = draw_at(rng, level, [(7, 20), (11, 40), (20, 90), (60, 300), (200, 2000)])
        a = draw(rng, 2, modulus - 1)
        if gcd(a, modulus) == 1:
            break
    b = draw(rng, 1, modulus - 1)
    inverse = pow(a, -1, modulus)
    board = Blackboard()
    board.note(f"{a} * {inverse} mod {modulus} = 1")
    board.mod(board.times(a, inverse), modulus)
    answer = board.mod(board.times(inverse, b), modulus)
    board.note(f"{a} * {answer} mod {modulus} = {b}")
    board.note(f"x = {answer}")
    asks = (
        f"Find the smallest non-negative integer x for which {a} x leaves the remainder {b} when divided by {modulus}.",
        f"Solve {a} x = {b} (mod {modulus}) for the smallest non-negative integer x.",
        f"What is the smallest integer x >= 0 with {a} x mod {modulus} = {b}?",
    )
    mistakes = (a * b % modulus, inverse, modulus - answer)
    return solved("linear_congruence", level, pick(rng, asks), answer, board, mistakes)


def two_remainders(rng: np.random.Generator, level: int) -> Problem:
    """The smallest number with two given remainders: the candidates of one divisor are tried on the other."""
    low, high = [(3, 7), (4, 9), (5, 11), (6, 13), (8, 17)][level - 1]
    while True:
        n, m = draw(rng, low, high), draw_at(rng, level, [(4, 15), (6, 25), (9, 60), (20, 200), (60, 900)])
        if m > n and gcd(m, n) == 1:
            break
    a, b = draw(rng, 1, m - 1), draw(rng, 1, n - 1)
    board, value = Blackboard(), a
    board.note(f"{value} mod {n} = {value % n}")
    while value % n != b:
        value = board.plus(value, m)
        board.note(f"{value} mod {n} = {value % n}")
    board.note(f"x = {value}")
    asks = (
        f"Find the smallest positive integer that leaves the remainder {a} when divided by {m}, and {b} by {n}.",
        f"What is the smallest positive integer x with x mod {m} = {a} and x mod {n} = {b}?",
        f"Pupils in rows of {m} leave {a} over, and in rows of {n} they leave {b} over. "
        "What is the least possible number of pupils?",
    )
    return solved("two_remainders", level, pick(rng, asks), value, board, (value + m * n, value + m, a + b))


def base_to_decimal(rng: np.random.Generator, level: int) -> Problem:
    """By Horner's scheme, from the first digit on."""
    base = draw(rng, 2, 9)
    length = (5, 6, 8, 10, 12)[level - 1] if base == 2 else (3, 4, 5, 6, 7)[level - 1]
    digits = [draw(rng, 1, base - 1), *(draw(rng, 0, base - 1) for _ in range(length - 1))]
    board, value = Blackboard(), digits[0]
    board.note(f"n = {' + '.join(f'{d} * {base}^{length - 1 - i}' for i, d in enumerate(digits))}")
    for digit in digits[1:]:
        value = board.plus(board.times(value, base), digit)
    text = "".join(map(str, digits))
    asks = (
        "Which decimal number is {0} in base {1}?",
        "Convert {0} from base {1} to decimal.",
        "The digits {0} are written in base {1}. What number is that in base ten?",
    )
    mistakes = (int(text[::-1], base), sum(digits) * base, int(text) * base)
    return solved("base_to_decimal", level, pick(rng, asks).format(text, base), value, board, mistakes)


def decimal_to_base(rng: np.random.Generator, level: int) -> Problem:
    """By repeated division; the remainders are the digits, the last one first."""
    base = draw(rng, 2, 9)
    low, high = [(10, 99), (60, 300), (200, 1500), (1000, 9999), (9000, 99999)][level - 1]
    number = draw(rng, low, high) if base > 2 or level < 4 else draw(rng, low // 10, high // 10)
    board, rest, text = Blackboard(), number, ""
    while rest:
        quotient, digit = divmod(rest, base)
        board.note(f"{rest} = {base} * {quotient} + {digit}")
        rest, text = quotient, str(digit) + text
    board.note(text)
    asks = (
        "Write {0} in base {1}.",
        "Convert the decimal number {0} to base {1}.",
        "What are the digits of {0} in base {1}?",
    )
    question = pick(rng, asks).format(number, base)
    return solved(
        "decimal_to_base", level, question, text, board, (text[::-1].lstrip("0"), text[1:].lstrip("0") or "0")
    )
