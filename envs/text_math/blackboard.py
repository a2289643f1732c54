"""A blackboard: it calculates, and every calculation leaves its working behind.

Families with more than a line or two of working use it: `board.times(12, 7)` is 84 and writes down how one gets there,
in the manner of `envs.text_math.working`. Unlike the functions there it takes numbers of any sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, gcd, perm

from envs.text_math import working


class Blackboard:
    """Lines of working, one easy step each, and the operations that write them.

    Attributes:
        lines: What has been written so far, oldest first.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, line: str) -> None:
        """Write a line as it is: an equation, a comparison or the result."""
        self.lines.append(line)

    def plus(self, a: int, b: int) -> int:
        """a + b."""
        self.lines += working.plus(a, b) if b >= 0 else working.minus(a, -b)
        return a + b

    def minus(self, a: int, b: int) -> int:
        """a - b."""
        self.lines += working.minus(a, b) if b >= 0 else working.plus(a, -b)
        return a - b

    def times(self, a: int, b: int) -> int:
        """a * b."""
        trivial = {abs(a), abs(b)} & {0, 1}
        if not trivial:
            self.lines += working.times(abs(a), abs(b))
        if trivial or a < 0 or b < 0:
            self.note(f"{a} * {bracketed(b)} = {a * b}")
        return a * b

    def over(self, a: int, b: int) -> int:
        """a / b, where b divides a.

        Raises:
            ValueError: If it does not.
        """
        if b == 0 or a % b:
            raise ValueError(f"{a} / {b} is not an integer; use ratio")
        self.lines += working.over(abs(a), abs(b))
        if a < 0 or b < 0:
            self.note(f"{a} / {bracketed(b)} = {a // b}")
        return a // b

    def ratio(self, a: int, b: int) -> Fraction:
        """a / b in lowest terms, whether or not it is an integer.

        Raises:
            ZeroDivisionError: If b is 0.
        """
        fraction, common = Fraction(a, b), gcd(a, b)
        if fraction.denominator == 1:
            self.over(a, b)
        elif common == 1:
            self.note(str(fraction) if b > 0 else f"{a} / {bracketed(b)} = {fraction}")
        else:
            self.note(f"gcd({abs(a)}, {abs(b)}) = {common}")
            self.over(abs(a), common)
            self.over(abs(b), common)
            self.note(f"{a} / {bracketed(b)} = {fraction}")
        return fraction

    def power(self, base: int, exponent: int) -> int:
        """base to the power of an exponent of at least 1, by repeated multiplication."""
        value = base
        for _ in range(exponent - 1):
            value = self.times(value, base)
        return value

    def total(self, numbers: Sequence[int]) -> int:
        """The sum of one or more numbers, from left to right."""
        value = numbers[0]
        for number in numbers[1:]:
            value = self.plus(value, number)
        return value

    def product(self, numbers: Sequence[int]) -> int:
        """The product of one or more numbers, from left to right."""
        value = numbers[0]
        for number in numbers[1:]:
            value = self.times(value, number)
        return value

    def falling(self, n: int, k: int) -> int:
        """n (n - 1) ... of k factors, in one line: the ordered choices of k out of n."""
        if k > 1:
            self.note(f"{' * '.join(map(str, range(n, n - k, -1)))} = {perm(n, k)}")
        return perm(n, k)

    def mod(self, a: int, m: int) -> int:
        """The remainder of a non-negative number by m."""
        if a >= m:
            self.note(f"{a} mod {m} = {a % m}")
        return a % m

    def choose(self, n: int, k: int) -> int:
        """The binomial coefficient, for 0 <= k <= n: k falling factors from n over k!."""
        value, k = comb(n, k), min(k, n - k)
        if k > 1:
            self.note(f"{self.falling(n, k)} / {self.falling(k, k)} = {value}")
        elif k == 1:
            self.note(f"{n} / 1 = {n}")
        return value


def bracketed(number: int) -> str:
    """A number as it stands behind an operator: `3`, `(-3)`."""
    return str(number) if number >= 0 else f"({number})"
