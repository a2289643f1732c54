r"""Answers in words: `Paris`, `yes`, `true`; and the words around an answer, as in "The answer is 5".

Lead-ins are taken off only when they state something. With a negation or a doubt in them the text stays as it is, and
then it is not an answer.
"""

from __future__ import annotations

import re

from rewards.text import bare

_DOUBTS = (
    "not no never nor neither either or and but if unless except maybe perhaps possibly probably guess cannot wrong incorrect "
    "false isn't aren't don't doesn't can't won't without instead rather between almost nearly than least most less more "
    "think might may could would should one lambda return print else actually wait sorry"
)
#: Words after which a value is no longer stated.
DOUBTS = frozenset(_DOUBTS.split())

_LEAD_WORDS = (
    r"(?:[A-Za-z][A-Za-z'-]{0,20}|\\[a-z]{2,10}|[a-zA-Z]_ ?\{? ?[A-Za-z0-9] ?\}?)"
    r"(?: ?, ?| )"
)
_LEAD = re.compile(
    rf"((?:{_LEAD_WORDS}){{0,10}}?)"
    r"(?:(?:is|are|was|equals|be|get|have|gives?|makes?)(?: equal to| approximately| about| exactly| thus| therefore| now)? ?:?"
    r"|[A-Za-z]{1,12} ?:) ?(?=[^ ])"
)
_ADVERB = re.compile(r"= ?|(?:so|thus|hence|therefore|then|finally|answer|ans|it's|it is)(?: ?[,:]| ) ?", re.IGNORECASE)
_APPROXIMATELY = re.compile(r"(?:\\approx|approximately|approx\.?|about|exactly|roughly|~) ?", re.IGNORECASE)
_BOXED = re.compile(r"([^0-9\\={}]{0,200})\\(?:boxed|fbox) ?(\{.{1,4000}\})([ .!]*)", re.DOTALL)

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ARTICLE = re.compile(r"(?:the|an?) (?=[a-z]{2})")
_POLARITY = {"yes": True, "true": True, "no": False, "false": False}
_AFTER_POLARITY = re.compile(r"[,.;:!-]")
_LONG_WORD = re.compile(r"(?<![0-9)}A-Za-z])(?!(?:sin|cos|tan|cot|sec|csc|arc|log|exp|sqrt))[A-Za-z]{3,}")
_ALGEBRAIC = re.compile(r"[\\^+*=_]")
_DATE = re.compile(r"[0-9]{2,4}-[0-9]{2}-[0-9]{2,4}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}")


def without_lead(text: str) -> str:
    r"""`text` (in plain notation) without "The answer is", "So", "about", and without the box around it."""
    if match := _BOXED.fullmatch(text):
        lead, content, _ = match.groups()
        if not _doubtful(lead):
            text = bare(content)
    for _ in range(3):
        stripped = text
        for pattern in (_ADVERB, _APPROXIMATELY):
            if match := pattern.match(stripped):
                stripped = stripped[match.end() :]
        match = _LEAD.match(stripped)
        if match and not _doubtful(match[0]):
            stripped = stripped[match.end() :]
        if not stripped or stripped == text:
            return bare(text)
        text = bare(stripped)
    return text


def words(text: str) -> str | None:
    """Words in a form in which they compare equal; None if `text` is not words, but for example algebra.

    Args:
        text: As it was written, unwrapped.
    """
    parts = text.rstrip(".!").casefold().split()
    if not parts or not all(_WORD.fullmatch(word.rstrip(",")) for word in parts):
        return None
    # One or two letters alone are rather a product of variables, as in "ab".
    if any(len(word) > 2 for word in parts) or parts == ["no"]:
        return _ARTICLE.sub("", " ".join(parts), count=1) if _ARTICLE.match(" ".join(parts)) else " ".join(parts)
    return None


def polarity(text: str) -> bool | None:
    """True for yes and true, False for no and false, None for anything else.

    A reason may follow after a punctuation mark as long as it does not take the answer back.
    """
    text = text.casefold().strip(" *\"'.!")
    match = _WORD.match(text)
    if not match or match[0] not in _POLARITY:
        return None
    says, rest = _POLARITY[match[0]], text[match.end() :].lstrip()
    if rest and not _AFTER_POLARITY.match(rest):
        return None
    against = {"no", "false", "not"} if says else {"yes", "true"}
    return None if against & set(_WORD.findall(rest)) else says


def is_prose(text: str) -> bool:
    """Whether a text, which is no quantity, is to be compared letter by letter: a date, a label, a sentence."""
    return bool(_DATE.fullmatch(text) or (_LONG_WORD.search(text) and not _ALGEBRAIC.search(text)))


def prose(text: str) -> str:
    """A text in a form in which equal labels compare equal."""
    return " ".join(re.sub(r"[\"',.!?]", " ", text).casefold().split())


def states_doubt(text: str) -> bool:
    """Whether a word of the text says that what it names may not be the answer."""
    return _doubtful(text)


def _doubtful(text: str) -> bool:
    return not DOUBTS.isdisjoint(word for word in re.findall(r"[a-z']+", text.casefold()))
