r"""Questions with options: the letter, the letter with its text, or the text alone.

The gold answer is a letter. Without the texts of the options, only the letter counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rewards.text import bare, plain
from rewards.words import states_doubt, without_lead

#: The letters of options whose texts are not known.
LETTERS = "ABCDEFGH"
_ALL_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_GOLD = re.compile(r"\(?([A-H])\)?")
_CHOSEN = re.compile(
    r"(?:(?:the )?(?:correct |right )?(?:options?|choices?|letter|answer)[ :]+(?:is )?)?"
    r"[(\[]?(?P<letter>[A-Za-z])(?P<end>[)\]]?[).:,]?|)(?P<rest>(?: .*)?|(?<=[).:,]).*)",
    re.IGNORECASE | re.DOTALL,
)
_IS_RIGHT = re.compile(r"(?:is|was) (?:the )?(?:correct|right|best)?(?: ?(?:answer|option|choice|one))?", re.IGNORECASE)
_OTHERS = re.compile(
    r"(?<![A-Za-z])(?:or|and) (?:option |choice )?[(\[]?([A-Z])(?![A-Za-z'])"
    r"|[,/&;|] ?(?:option |choice )?[(\[]?([A-Z])(?![A-Za-z'])"
    r"|[(\[]([A-Z])[)\]]"
    r"|(?<![A-Za-z(])([A-Z])[).:](?![A-Za-z0-9])"
    r"|(?:[Aa]nswer|[Oo]ption|[Cc]hoice)(?: is|:)? [(\[]?([A-Z])(?![A-Za-z'])"
    r"|(?:[Aa]lternatively|[Oo]therwise|[Aa]gain|[Aa]lso),? ([A-Z])(?![A-Za-z'-])"
    r"|(?<![A-Za-z])([A-Z]) is (?:also )?(?:the )?(?:correct|right|fine|best)(?![A-Za-z])"
)
_LABEL_BEHIND = re.compile(r"(?P<text>.+) [(\[](?P<letter>[A-Z])[)\]]")
_SEVERAL = re.compile(r" ?[,;/&] ?| (?:and|or) ", re.IGNORECASE)
_OWN_LETTER = re.compile(r"[(\[]?([A-Z])[)\].:]+ *")


def gold_letter(gold: str) -> str | None:
    """The option that a gold answer names: A to H, in brackets or not, or None."""
    text = gold.strip("$*\"' \t\r\n")
    if len(text) > 3:
        if "\\" not in text:
            return None
        text = plain(text) or ""
    match = _GOLD.fullmatch(text)
    return match[1] if match else None


def checked_letter(gold: str, choices: Sequence[str]) -> str:
    """The option that a gold answer names.

    Raises:
        ValueError: If it does not name one of the choices.
    """
    text = plain(gold)
    match = re.fullmatch(r"\(?([A-Z])\)?", text or "")
    letters = _ALL_LETTERS[: len(choices)]
    if not match or match[1] not in letters:
        expected = f"{letters[0]} to {letters[-1]}" if len(letters) > 1 else "A"
        raise ValueError(f"gold answer {gold!r:.80} names none of the {len(choices)} choices; expected {expected}")
    return match[1]


def names_option(answer: str, letter: str, letters: str = LETTERS) -> bool:
    """Whether an answer names the option and no other: `B`, `(b)`, `B) some text`, `option B`, `The answer is B.`"""
    chosen = _chosen(answer, letters)
    if chosen is None or chosen[0] != letter:
        return False
    _, marked, rest = chosen
    if not rest or _IS_RIGHT.fullmatch(rest):
        return True
    return marked and not _other_letters(rest, letter, letters)


def chooses(answer: str, letter: str, choices: Sequence[str], same: Callable[[str, str], bool]) -> bool:
    """Whether an answer chooses an option whose text is known.

    Args:
        answer: Printable.
        letter: The right option's.
        choices: The texts of the options A, B, …
        same: `same(answer, text)`, whether an answer says what a text says.

    Returns:
        Whether the answer is the letter; the letter and a text that does not contradict it; or a text that equals
        that option's and no other's.
    """
    letters = _ALL_LETTERS[: len(choices)]
    texts = [_without_letter(text, own) for text, own in zip(choices, letters, strict=True)]
    right = letters.index(letter)
    chosen = _chosen(answer, letters)
    if chosen is None:
        label = _LABEL_BEHIND.fullmatch(plain(answer) or "")
        if label and label["letter"] in letters and not _literal(answer, texts):
            return _meant(label["text"], texts, same) == right == letters.index(label["letter"])
        return _meant(answer, texts, same) == right
    named, marked, rest = chosen
    if not rest or _IS_RIGHT.fullmatch(rest):
        return named == letter
    if len(literal := _literal(answer, texts)) == 1:  # the letter is a word of the text: "A cat"
        return literal == [right]
    meant = _meant(rest, texts, same)
    if meant is not None:
        return meant == right == letters.index(named)
    if (meant := _meant(answer, texts, same)) is not None:
        return meant == right
    if _names_another_text(rest, texts, right):
        return False
    contradicts = any(character.isdigit() for character in rest) and not any(c.isalpha() for c in rest)
    return named == letter and marked and not contradicts and not _other_letters(rest, letter, letters)


def _chosen(answer: str, letters: str) -> tuple[str, bool, str] | None:
    """The letter that an answer begins with, whether a bracket or a mark sets it off, and what follows."""
    text = plain(answer) or ""
    match = next(filter(None, map(_CHOSEN.fullmatch, (text, without_lead(text)))), None)
    if not match or match["letter"].upper() not in letters:
        return None
    letter, rest = match["letter"].upper(), match["rest"]
    marked = bool(match["end"]) or rest.startswith((" - ", " = "))
    rest = rest.strip()
    return letter, marked, bare(rest.removeprefix("- ").removeprefix("= ") if not match["end"] else rest)


def _meant(text: str, choices: Sequence[str], same: Callable[[str, str], bool]) -> int | None:
    """The only option whose text a text is; None if there is none or several."""
    if literal := _literal(text, choices):
        return literal[0] if len(literal) == 1 else None
    equal = [index for index, choice in enumerate(choices) if same(text, choice)]
    return equal[0] if len(equal) == 1 else None


def _literal(text: str, choices: Sequence[str]) -> list[int]:
    """The options that a text repeats word for word."""
    wanted = _folded(text)
    return [index for index, choice in enumerate(choices) if _folded(choice) == wanted]


def _names_another_text(rest: str, choices: Sequence[str], right: int) -> bool:
    """Whether what follows the right letter begins with another option's text, or lists the texts of several."""
    listed = [piece for piece in _SEVERAL.split(rest) if piece]
    if len(listed) > 1 and sum(bool(_literal(piece, choices)) for piece in listed) > 1:
        return True
    said, own = rest.casefold(), (plain(choices[right]) or "").casefold()
    texts = [(plain(choice) or "").casefold() for choice in choices]
    return any(
        text and text != own and not own.startswith(text) and re.match(rf"{re.escape(text)} (?:is|was)(?![a-z])", said)
        for text in texts
    )


def _other_letters(rest: str, letter: str, letters: str) -> bool:
    """Whether what follows a letter names another option too."""
    if len(rest) == 1 and rest.upper() in letters:
        return True
    if any(rest.startswith(f"{word} ") for word in ("or", "and", "not", "nor", "but")) or states_doubt(rest[:40]):
        return True
    found = {next(filter(None, match.groups())) for match in _OTHERS.finditer(rest)}
    return bool((found & set(letters)) - {letter})


def _without_letter(choice: str, letter: str) -> str:
    """The text of an option that repeats its letter: `(B) 12` is 12."""
    match = _OWN_LETTER.match(choice)
    return choice[match.end() :] if match and match[1] == letter and match.end() < len(choice) else choice


def _folded(text: str) -> str:
    return (plain(text) or "").casefold().replace(" ", "")
