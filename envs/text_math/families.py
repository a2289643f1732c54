"""The table of families: a new family is one function `(rng, level) -> Problem` and its name here."""

from __future__ import annotations

import difflib

import numpy as np

from envs.text_math import algebra, arithmetic, lists, number_theory, word_problems
from envs.text_math.problem import LEVELS, Family, Problem

FAMILIES: dict[str, Family] = {
    family.__name__: family
    for family in (
        arithmetic.addition,
        arithmetic.subtraction,
        arithmetic.multiplication,
        arithmetic.division,
        arithmetic.sum_of_several,
        arithmetic.mixed_chain,
        arithmetic.brackets,
        arithmetic.percentage,
        arithmetic.fraction_addition,
        algebra.linear_equation,
        algebra.two_sided_equation,
        algebra.factored_equation,
        algebra.substitution,
        algebra.missing_number,
        algebra.sum_and_difference,
        number_theory.remainder,
        number_theory.greatest_common_divisor,
        number_theory.digit_sum,
        lists.sequence_next,
        lists.maximum,
        lists.minimum,
        lists.ranking,
        lists.counting,
        lists.average,
        word_problems.shopping,
        word_problems.stock,
        word_problems.proportion,
        word_problems.travel,
        word_problems.rectangle,
        word_problems.unit_conversion,
    )
}


def check_family(name: str) -> str:
    """Return `name` if there is such a family, else raise.

    Raises:
        ValueError: If there is none; the message has the nearest name.
    """
    if name not in FAMILIES:
        near = difflib.get_close_matches(str(name), FAMILIES, n=1, cutoff=0.0)
        raise ValueError(f"family {name!r} is unknown; did you mean {near[0]!r}? There are {', '.join(FAMILIES)}")
    return name


def check_level(level: int) -> int:
    """Return `level` as an int if it is one of 1 to 5, else raise.

    Raises:
        ValueError: If it is not an integer from 1 to 5.
    """
    if not isinstance(level, int | np.integer) or isinstance(level, bool) or not LEVELS[0] <= level <= LEVELS[1]:
        raise ValueError(f"level is {level!r}; expected an integer from {LEVELS[0]} to {LEVELS[1]}")
    return int(level)


def make_problem(family: str, level: int, rng: np.random.Generator) -> Problem:
    """Draw a problem.

    Args:
        family: A key of `FAMILIES`.
        level: 1 to 5.
        rng: The only source of chance.

    Raises:
        ValueError: If the family or the level is unknown.
    """
    return FAMILIES[check_family(family)](rng, check_level(level))
