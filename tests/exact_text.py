"""How SymPy's numbers are written as text, the reference for `envs.geometry.surds`: `5√3`, `25π/4`, `4 + 2√3`."""

from __future__ import annotations

import sympy as sp


def text(value: sp.Expr | int) -> str:
    """A SymPy number in plain characters, as a textbook prints it on one line.

    Rational numbers, square roots, multiples of π, and sums and quotients of these: `7`, `-3/4`, `5√3`, `5√3/2`,
    `12 - 3π`, `π√3/4`, `(1 + √5)/2`.

    Raises:
        ValueError: If the value is none of these.
    """
    value = sp.nsimplify(value) if isinstance(value, float) else sp.sympify(value)
    value = sp.expand(sp.radsimp(value))
    numerator, denominator = sp.fraction(sp.together(value))
    denominator = int(denominator)
    terms = sp.Add.make_args(sp.expand(numerator))
    written = _sum([_term(term) for term in sorted(terms, key=_rank)])
    if denominator == 1:
        return written
    return f"({written})/{denominator}" if len(terms) > 1 else f"{written}/{denominator}"


def _rank(term: sp.Expr) -> tuple[bool, bool, bool, str]:
    """Plain numbers first, then roots, then π; a sum does not begin with a minus if it can be helped."""
    return bool(term.could_extract_minus_sign()), term.has(sp.pi), not term.is_Rational, str(term)


def _term(term: sp.Expr) -> str:
    coefficient, rest = term.as_coeff_Mul()
    if not coefficient.is_Integer:
        raise ValueError(f"{term} is not a multiple of a root or of π; expected a value such as 5√3 or 12π")
    factors = (
        "".join(_factor(f) for f in sorted(sp.Mul.make_args(rest), key=lambda f: not f.has(sp.pi))) if rest != 1 else ""
    )
    if not factors:
        return str(coefficient)
    return {1: "", -1: "-"}.get(int(coefficient), str(coefficient)) + factors


def _factor(factor: sp.Expr) -> str:
    if factor == sp.pi:
        return "π"
    base, exponent = factor.as_base_exp()
    if exponent == sp.Rational(1, 2) and base.is_Integer:
        return f"√{base}"
    if exponent.is_Integer and base == sp.pi:
        return f"π^{exponent}"
    raise ValueError(f"{factor} is neither a square root of an integer nor π")


def _sum(terms: list[str]) -> str:
    first, *others = terms
    return first + "".join(f" - {t[1:]}" if t.startswith("-") else f" + {t}" for t in others)
