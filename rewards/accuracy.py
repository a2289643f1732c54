r"""Is this answer right? Numbers, options, words, units and structures are compared in this process, expressions by
Math-Verify under a hard time limit.

An RL step asks hundreds of times, and most answers are plain: those are decided here in microseconds. What is left is
symbolic, and a computer algebra system can be made to run for ever by a short string, so it runs in worker processes
that are killed when their time is up (see `rewards.verifier`).
This module knows nothing of responses and their tags: `rewards.format` finds the answer in a response.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Iterable, Sequence
from itertools import repeat
from numbers import Real

from rewards.compare import NoAlgebra, Undecided
from rewards.judge import MAX_ANSWER_CHARS, UNPRINTABLE, Gold, judge, leaves
from rewards.options import checked_letter
from rewards.verifier import VerifierPool

__all__ = ["MAX_ANSWER_CHARS", "are_correct", "check_gold", "is_correct"]

_EXPECTED = "expected an option letter A to H, a number, words or a LaTeX expression"
_NO_ALGEBRA = NoAlgebra()

#: The pools of this process by their number of workers; a dict because its setdefault needs no lock.
_default_pools: dict[int, VerifierPool] = {}


def is_correct(
    answer: str | None,
    gold: str,
    *,
    choices: Sequence[str] = (),
    tolerance: float = 0.0,
    pool: VerifierPool | None = None,
) -> bool:
    r"""Whether an answer is the gold answer, as a careful marker of exams would see it.

    One answer is expected, stated without doubt: "3 or 4", "not 5" and "maybe 5" are wrong for 5. "The answer is 5",
    `x = 5`, `\boxed{5}` and `2 + 3 = 5` say 5. An answer that is None, empty, longer than `MAX_ANSWER_CHARS`, or has
    control characters or lone surrogates is wrong.

    - Numbers are compared exactly in all notations (`1,234.5`, `3/4`, `1 1/2`, `\frac{3}{4}`, `3 \times 10^8`, `seven`):
      0.333 is not 1/3 unless `tolerance` says so. A gold number wants a number: `2 + 3` and `84/7` are exercises.
    - Units: the gold's, or one that converts to it exactly (50 mm for 5 cm), or none. Another dimension is wrong. A unit
      that the gold answer does not have is accepted.
    - Percentages: `25`, `0.25` and `1/4` are right for `25%`; for `0.25` so is `25%`; for numbers above 1 the sign may be
      added, as the question may have asked for percent.
    - Degrees and radians convert. An angle without unit is in degrees if the gold is, unless it has π in it.
    - Against a gold letter A to H, the answer must name that option and no other: `B`, `(b)`, `B) text`, `option B`.
      With `choices`, a text beside the letter must not contradict it, and the text of exactly one option will do alone.
    - Sets and bare lists have no order, tuples have. `x = 1 or x = 2` and `1, 2` are lists. All items are wanted.
    - Intervals, their unions and inequalities are the same sets or they are not: `x > 3` is `(3, \infty)`.
    - Words are compared regardless of case. Yes is true, no is false.
    - All other expressions, equations, inequalities and matrices are equal if Math-Verify says so.

    Args:
        answer: What the response gives as its answer (see `rewards.format.extract_answer`), any string.
        gold: The right answer. It is trusted; `check_gold` tells whether it can be used.
        choices: Texts of the options A, B, …, at most 26; then `gold` is a letter.
        tolerance: Relative error allowed to a number, at least 0: |answer - gold| <= tolerance · |gold|.
        pool: Where Math-Verify runs; by default a pool of this process, started when first needed.

    Returns:
        The verdict. False too if no verdict could be reached within the pool's time limit.

    Raises:
        ValueError: If the tolerance is not such a number, or the gold answer names none of the choices.
        RuntimeError: If the verifier cannot be started on this machine.
    """
    return are_correct([(answer, gold)], choices=[choices], tolerances=[tolerance], pool=pool)[0]


def are_correct(
    pairs: Iterable[tuple[str | None, str]],
    *,
    choices: Sequence[Sequence[str]] | None = None,
    tolerances: Sequence[float] | float = 0.0,
    pool: VerifierPool | None = None,
) -> list[bool]:
    """Judge many answers at once: all that need Math-Verify are submitted before the first verdict is awaited.

    Args:
        pairs: `(answer, gold)`, as `is_correct` takes them.
        choices: The options of each pair, empty for a free answer; None if no pair has any.
        tolerances: The tolerance of each pair, or one for all.
        pool: As for `is_correct`.

    Returns:
        One verdict a pair, in the same order.

    Raises:
        ValueError: If a tolerance is not a number of at least 0, a gold answer names none of its choices, or `choices`
            or `tolerances` is not as long as `pairs`.
        RuntimeError: If the verifier cannot be started on this machine.
    """
    pairs = list(pairs)
    each_choices = _for_each(pairs, "choices", choices) if choices is not None else [()] * len(pairs)
    each_tolerance = (
        _for_each(pairs, "tolerances", tolerances)
        if isinstance(tolerances, Sequence)
        else list(repeat(tolerances, len(pairs)))
    )
    questions = [
        (answer, _gold(gold, options, tolerance))
        for (answer, gold), options, tolerance in zip(pairs, each_choices, each_tolerance, strict=True)
    ]
    verdicts = {question: _without_algebra(*question) for question in questions}  # many samples give the same answer
    undecided = [question for question, verdict in verdicts.items() if verdict is None]
    if undecided:
        verdicts.update(zip(undecided, (pool or _default_pool()).judge(undecided), strict=True))
    return [bool(verdicts[question]) for question in questions]


def check_gold(gold: str, *, choices: Sequence[str] = (), pool: VerifierPool | None = None) -> None:
    """Refuse a gold answer that no answer could be compared with; for data sets, before training.

    Args:
        gold: The right answer.
        choices: Texts of the options, if there are any.
        pool: As for `is_correct`.

    Raises:
        ValueError: If `gold` is not a string, empty, longer than `MAX_ANSWER_CHARS`, has control characters, names none
            of the choices, or is neither an option letter, a number, words, nor made of expressions that Math-Verify
            parses to finite values.
        RuntimeError: If the verifier cannot be started on this machine.
    """
    if not isinstance(gold, str):
        raise ValueError(f"gold answer is {gold!r} of type {type(gold).__name__}; {_EXPECTED} as a string")
    if len(gold) > MAX_ANSWER_CHARS:
        raise ValueError(f"gold answer of {len(gold)} characters; at most {MAX_ANSWER_CHARS} are allowed")
    if not gold.strip():
        raise ValueError(f"gold answer is empty; {_EXPECTED}")
    if UNPRINTABLE.search(gold):
        raise ValueError(f"gold answer {_short(gold)} has control characters or lone surrogates; {_EXPECTED}")
    if choices:
        checked_letter(gold, choices)
        return
    expressions = leaves(gold)
    if expressions is None or (expressions and not all((pool or _default_pool()).parses(expressions))):
        raise ValueError(f"gold answer {_short(gold)} does not parse; {_EXPECTED}")


def _without_algebra(answer: str | None, gold: Gold) -> bool | None:
    """The verdict if it can be had without Math-Verify, else None."""
    try:
        return judge(answer, gold, _NO_ALGEBRA)
    except Undecided:
        return None


def _gold(gold: str, choices: Sequence[str], tolerance: float) -> Gold:
    if not isinstance(tolerance, Real) or isinstance(tolerance, bool) or not 0 <= tolerance < math.inf:
        raise ValueError(f"tolerance is {tolerance!r}; it must be a finite number of at least 0")
    if isinstance(choices, str) or len(choices) > 26:
        raise ValueError(f"choices is {choices!r:.80}; expected a sequence of at most 26 texts")
    return Gold(gold, tuple(choices), float(tolerance))


def _for_each(pairs: Sequence[object], name: str, values: Sequence) -> list:
    if len(values) != len(pairs):
        raise ValueError(f"{name} has {len(values)} entries for {len(pairs)} pairs; it must have one for each")
    return list(values)


def _default_pool() -> VerifierPool:
    """The pool of this process; a daemonic process, which judges for one environment, makes do with one worker."""
    workers = 1 if multiprocessing.current_process().daemon else 2
    return _default_pools.get(workers) or _default_pools.setdefault(workers, VerifierPool(max_workers=workers))


def _short(text: str, limit: int = 80) -> str:
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")
