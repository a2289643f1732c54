"""Is this answer right? Cheap comparisons in this process, all others by Math-Verify under a hard time limit.

An RL step asks hundreds of times, and most answers are plain numbers, option letters or words: those are decided here
in microseconds. What is left is symbolic, and a computer algebra system can be made to run for ever by a short
string, so it runs in worker processes that are killed when their time is up (see `rewards.verifier`).
This module knows nothing of responses and their tags: `rewards.format` finds the answer in a response.
"""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Iterable
from fractions import Fraction

from rewards.verifier import VerifierPool

#: Answers longer than this are wrong without being read.
MAX_ANSWER_CHARS = 2_000

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_DIGITS = r"[0-9]{1,100}"
_DECIMAL = re.compile(r"([+-]?) ?([0-9]{1,3}(?:,[0-9]{3}){1,33}|[0-9]{0,100})(?:\.([0-9]{0,100}))?")
_RATIO = re.compile(rf"([+-]?) ?(?:({_DIGITS}) +)?({_DIGITS}) ?/ ?(-?{_DIGITS})")
_FRAC = re.compile(rf"([+-]?) ?({_DIGITS})? ?\\[dt]?frac{{(-?{_DIGITS})}}{{(-?{_DIGITS})}}")

_WRAPPER = re.compile(r"\\(?:boxed|text|textbf|mathrm|mathbf) ?\{([^{}]*)\}")
_LETTER_GOLD = re.compile(r"\(?([A-H])\)?")
_LETTER_ANSWER = re.compile(r"(?:(?:option|choice) +)?\(?([A-H])(?:[).:].*)?", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

#: The pools of this process by their number of workers; a dict because its setdefault needs no lock.
_default_pools: dict[int, VerifierPool] = {}


def is_correct(answer: str | None, gold: str, *, pool: VerifierPool | None = None) -> bool:
    r"""Whether an answer is the gold answer.

    In this order: an answer that is None, empty, longer than `MAX_ANSWER_CHARS`, or has control characters or lone
    surrogates is wrong. Plain numbers on both sides (`-3`, `1,234.5`, `3/4`, `1 1/2`, `\frac{3}{4}`, with `$`
    around) are compared exactly: 0.333 is not 1/3. Against a gold letter A to H, the answer must name that option:
    `B`, `(b)`, `B.`, `B) text`, `option B`. An identical string is right. A gold answer of words (`Paris`, `yes`) is
    compared as text, regardless of case. Anything else is a matter for Math-Verify.

    Args:
        answer: What the response gives as its answer (see `rewards.format.extract_answer`), any string.
        gold: The right answer. It is trusted; `check_gold` tells whether it can be used.
        pool: Where Math-Verify runs; by default a pool of this process, started when first needed.

    Returns:
        The verdict. False too if no verdict could be reached within the pool's time limit.

    Raises:
        RuntimeError: If the verifier cannot be started on this machine.
    """
    return are_correct([(answer, gold)], pool=pool)[0]


def are_correct(pairs: Iterable[tuple[str | None, str]], *, pool: VerifierPool | None = None) -> list[bool]:
    """Judge many answers at once: all that need Math-Verify are submitted before the first verdict is awaited.

    Args:
        pairs: `(answer, gold)`, as `is_correct` takes them.
        pool: As for `is_correct`.

    Returns:
        One verdict a pair, in the same order.

    Raises:
        RuntimeError: If the verifier cannot be started on this machine.
    """
    pairs = list(pairs)
    decided = [_decide(answer, gold) for answer, gold in pairs]
    open_pairs = [
        (gold, answer or "") for (answer, gold), verdict in zip(pairs, decided, strict=True) if verdict is None
    ]
    if not open_pairs:
        return [bool(verdict) for verdict in decided]
    verdicts = iter((pool or _default_pool()).equivalent(open_pairs))
    return [next(verdicts) if verdict is None else verdict for verdict in decided]


def check_gold(gold: str, *, pool: VerifierPool | None = None) -> None:
    """Refuse a gold answer that no answer could be compared with; for data sets, before training.

    Raises:
        ValueError: If `gold` is not a string, empty, longer than `MAX_ANSWER_CHARS`, has control characters, or is
            neither an option letter, a number, words, nor an expression that Math-Verify parses to a finite value.
        RuntimeError: If the verifier cannot be started on this machine.
    """
    expected = "expected an option letter A to H, a number, words or a LaTeX expression"
    if not isinstance(gold, str):
        raise ValueError(f"gold answer is {gold!r} of type {type(gold).__name__}; {expected} as a string")
    if len(gold) > MAX_ANSWER_CHARS:
        raise ValueError(f"gold answer of {len(gold)} characters; at most {MAX_ANSWER_CHARS} are allowed")
    if not gold.strip():
        raise ValueError(f"gold answer is empty; {expected}")
    if _UNPRINTABLE.search(gold):
        raise ValueError(f"gold answer {_short(gold)} has control characters or lone surrogates; {expected}")
    if _gold_letter(gold) or _rational(gold) is not None or _words(gold):
        return
    if not (pool or _default_pool()).parses([gold])[0]:
        raise ValueError(f"gold answer {_short(gold)} does not parse; {expected}")


def _decide(answer: str | None, gold: str) -> bool | None:
    """The verdict if it can be had without Math-Verify, else None."""
    if not isinstance(answer, str) or not answer or len(answer) > MAX_ANSWER_CHARS or len(gold) > MAX_ANSWER_CHARS:
        return False
    gold_number = _rational(gold)
    if gold_number is not None:
        number = _rational(answer)
        if number is not None:
            return number == gold_number
    if _UNPRINTABLE.search(answer) or not answer.strip() or not gold.strip():
        return False
    letter = _gold_letter(gold)
    if letter:
        return _names_option(answer, letter)
    if answer.strip() == gold.strip():
        return True
    gold_words = _words(gold)
    if gold_words:
        return _words(answer) == gold_words
    return None


def _default_pool() -> VerifierPool:
    """The pool of this process; a daemonic process, which judges for one environment, makes do with one worker."""
    workers = 1 if multiprocessing.current_process().daemon else 2
    return _default_pools.get(workers) or _default_pools.setdefault(workers, VerifierPool(max_workers=workers))


def _rational(text: str) -> Fraction | None:
    """The exact value of a plainly written number with at most 100 digits a part, or None for anything else."""
    text = text.strip("$ \t\r\n")
    if text.isascii() and text.isdigit() and len(text) <= 100:
        return Fraction(int(text))
    if "\u2212" in text:  # the Unicode minus sign
        text = text.replace("\u2212", "-")
    if match := _DECIMAL.fullmatch(text):
        sign, whole, decimals = match[1], match[2].replace(",", ""), match[3] or ""
        if not whole and not decimals:
            return None
        return Fraction(int(f"{sign}{whole}{decimals}"), 10 ** len(decimals))
    if match := _RATIO.fullmatch(text) or _FRAC.fullmatch(text):
        denominator = int(match[4])
        if denominator == 0:
            return None
        value = int(match[2] or 0) + Fraction(int(match[3]), denominator)
        return -value if match[1] == "-" else value
    return None


def _gold_letter(gold: str) -> str | None:
    match = _LETTER_GOLD.fullmatch(_unwrapped(gold))
    return match[1] if match else None


def _names_option(answer: str, letter: str) -> bool:
    match = _LETTER_ANSWER.fullmatch(_unwrapped(answer))
    return match is not None and match[1].upper() == letter


def _words(text: str) -> str | None:
    """Words in a form in which they compare equal; None if `text` is not words, but for example algebra."""
    words = _unwrapped(text).rstrip(".!").casefold().split()
    if not all(_WORD.fullmatch(word.rstrip(",")) for word in words):
        return None
    # One or two letters alone are rather a product of variables, as in "ab".
    if any(len(word) > 2 for word in words) or words in (["yes"], ["no"]) or (words and "\\text" in text):
        return " ".join(words)
    return None


def _unwrapped(text: str) -> str:
    r"""`text` without `$`, `**`, quotes and one `\text{…}` or the like around it."""
    text = text.strip("$*\"' \t\r\n")
    match = _WRAPPER.fullmatch(text)
    return match[1].strip() if match else text


def _short(text: str, limit: int = 80) -> str:
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")
