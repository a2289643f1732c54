r"""Numbers as they are written, read exactly: `-3`, `1,234.5`, `3/4`, `1 1/2`, `\frac{3}{4}`, `3 \times 10^8`,
`0.\overline{3}`, `seven`.

A number has at most 100 digits a part and an exponent of at most 300, so that reading one costs microseconds.
This module knows nothing of units.
"""

from __future__ import annotations

import re
from fractions import Fraction

MAX_EXPONENT = 300

_DIGITS = r"[0-9]{1,100}"
_WHOLE = r"[0-9]{1,3}(?:,[0-9]{3}){1,33}|[0-9]{1,3}(?: [0-9]{3}){1,33}|[0-9]{0,100}"
_DECIMAL = rf"(?P<whole>{_WHOLE})(?:\.(?P<decimals>[0-9]{{0,100}}))?"
_POWER = (
    r"(?: ?(?:\\times|\\cdot|\*|x|X) ?10 ?(?:\^|\*\*) ?(?:\{ ?(?P<braced>[+-]? ?[0-9]{1,3}) ?\}|(?P<caret>[+-]?[0-9]{1,3}))"
    r"|[eE](?P<e>[+-]?[0-9]{1,3}))?"
)
_DECIMAL_NUMBER = re.compile(rf"(?P<sign>[+-]?) ?{_DECIMAL}{_POWER}(?![0-9])")
_RATIO = re.compile(
    rf"(?P<sign>[+-]?) ?(?:(?P<whole>{_DIGITS}) +)?(?P<top>{_DIGITS}) ?/ ?(?P<bottom>-?{_DIGITS})(?![0-9.])"
)
_FRAC = re.compile(
    rf"(?P<sign>[+-]?) ?(?P<whole>{_DIGITS})? ?\\[dt]?frac ?\{{ ?(?P<top>-?{_DIGITS}) ?\}} ?\{{ ?(?P<bottom>-?{_DIGITS}) ?\}}"
)
_REPEATING = re.compile(
    r"(?P<sign>[+-]?) ?(?P<whole>[0-9]{0,30})\.(?P<decimals>[0-9]{0,30}) ?\\(?:overline|bar|dot) ?\{ ?(?P<period>[0-9]{1,30}) ?\}"
)
_THOUSANDS = re.compile(r"(?<![0-9.])([0-9]{1,3}(?:,[0-9]{3})+)(?![0-9])")

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_NAMES = {name: value for value, name in enumerate(f"{_ONES} eighteen nineteen".split())}
_TENTHS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {name: 10 * value for value, name in enumerate(_TENTHS.split(), 2)}


def rational(text: str) -> Fraction | None:
    """The exact value of a plainly written number, or None for anything else.

    Dollar signs and spaces around it are allowed. A denominator of 0 is None.
    """
    text = text.strip("$ \t\r\n")
    if text.isascii() and text.isdigit() and len(text) <= 100:
        return Fraction(int(text))
    if "\u2212" in text:  # the Unicode minus sign
        text = text.replace("\u2212", "-")
    value, end = leading_number(text)
    return value if end == len(text) else named_number(text)


def leading_number(text: str) -> tuple[Fraction | None, int]:
    """The number that a text begins with and where it ends; `(None, 0)` without one."""
    for pattern in (_RATIO, _FRAC):
        if match := pattern.match(text):
            return _ratio(match)
    if match := _REPEATING.match(text):
        return _repeating(match), match.end()
    match = _DECIMAL_NUMBER.match(text)
    if not match or not (match["whole"] or match["decimals"]):
        return None, 0
    digits = match["whole"].replace(",", "").replace(" ", "")
    decimals = match["decimals"] or ""
    exponent = int((match["braced"] or match["caret"] or match["e"] or "0").replace(" ", ""))
    if abs(exponent) > MAX_EXPONENT:
        return None, 0
    value = Fraction(int(f"{match['sign']}{digits}{decimals}"), 10 ** len(decimals))
    return value * Fraction(10) ** exponent, match.end()


def named_number(text: str) -> Fraction | None:
    """`zero` to `ninety-nine`, or None."""
    name = text.casefold()
    if name in _NAMES:
        return Fraction(_NAMES[name])
    tens, _, ones = name.replace(" ", "-").partition("-")
    if tens not in _TENS or (ones and not 1 <= _NAMES.get(ones, 0) <= 9):
        return None
    return Fraction(_TENS[tens] + _NAMES.get(ones, 0))


def is_unfinished_division(text: str) -> bool:
    """Whether a plainly written number is a fraction that is a whole number, such as 84/7."""
    if "/" not in text and "frac" not in text:
        return False
    value = rational(text)
    return value is not None and value.denominator == 1


def without_thousands(text: str) -> str:
    """An expression with `1,000` written as `1000`."""
    return _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)


def _repeating(match: re.Match[str]) -> Fraction:
    r"""`0.1\overline{6}` is (16 - 1) / 90."""
    start = f"{match['whole'] or 0}{match['decimals']}"
    value = Fraction(
        int(start + match["period"]) - int(start), 10 ** len(match["decimals"]) * (10 ** len(match["period"]) - 1)
    )
    return -value if match["sign"] == "-" else value


def _ratio(match: re.Match[str]) -> tuple[Fraction | None, int]:
    bottom = int(match["bottom"])
    if bottom == 0:
        return None, 0
    value = int(match["whole"] or 0) + Fraction(int(match["top"]), bottom)
    return (-value if match["sign"] == "-" else value), match.end()
