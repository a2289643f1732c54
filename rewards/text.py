r"""One notation for what people and models write, and the cuts that respect brackets.

`plain` brings Unicode, Markdown and the many spellings of LaTeX to one form; the readers of numbers, units and
structures build on it. Everything here takes time linear in the text. This module knows nothing of mathematics.
"""

from __future__ import annotations

import re
import unicodedata

#: Texts that are longer once they are in plain notation are not read.
MAX_PLAIN_CHARS = 8_000

#: What stands for the dollar sign of money once the dollar signs of LaTeX are gone.
DOLLAR = "¤"

_SYMBOLS = str.maketrans(
    {
        **dict.fromkeys("−–—‐‑‒﹣－", "-"),
        **dict.fromkeys("\n\r\t\u00a0\u2009\u202f\u200a\u2003", " "),
        **dict.fromkeys("\u200b\u200e\u200f\ufeff\u2061\u2062", ""),
        **dict.fromkeys("‘’′`", "'"),
        **dict.fromkeys("“”″", '"'),
        **dict.fromkeys("≈≃≅", r"\approx "),
        "×": r"\times ",
        "⨯": r"\times ",
        **dict.fromkeys("·⋅∙•", r"\cdot "),
        "÷": "/",
        "⁄": "/",
        "∕": "/",
        "π": r"\pi ",
        "θ": r"\theta ",
        "∞": r"\infty ",
        **dict.fromkeys("º˚", "°"),
        "≤": r"\le ",
        "⩽": r"\le ",
        "≥": r"\ge ",
        "⩾": r"\ge ",
        "≠": r"\ne ",
        "±": r"\pm ",
        "∪": r"\cup ",
        "∩": r"\cap ",
        "∈": r"\in ",
        "∅": r"\emptyset ",
        "ℝ": r"\mathbb{R}",
        "∠": r"\angle ",
        "△": r"\triangle ",
        "∧": " and ",
        "∨": " or ",
        "Ω": "Ω",
        "µ": "μ",
        "℃": "°C",
        "℉": "°F",
        "½": " 1/2",
        "⅓": " 1/3",
        "⅔": " 2/3",
        "¼": " 1/4",
        "¾": " 3/4",
        "⅕": " 1/5",
        "⅛": " 1/8",
        **{sup: f"^{{{digit}}}" for digit, sup in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
        **{sub: f"_{{{digit}}}" for digit, sub in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    }
)

#: LaTeX and ASCII spellings, and the one that the readers know. Applied in this order, after the symbols.
_SPELLINGS = [
    (re.compile(r"\\(?:left|right|[bB]igg?[lrm]?|displaystyle|limits|boldsymbol|bf|rm)(?![A-Za-z])(?: ?\.(?=$))?"), ""),
    (re.compile(r"\\(?:q?quad(?![A-Za-z])|[,;:! ])|~|&nbsp;"), " "),
    (re.compile(r"(?<=[0-9])\{,\} ?(?=[0-9]{3}(?![0-9]))"), ","),
    (re.compile(r"\\(?:d|t|c)frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\frac ?([0-9]) ?([0-9])"), r"\\frac{\1}{\2}"),
    (re.compile(r"\\lbrace(?![A-Za-z])"), r"\\{"),
    (re.compile(r"\\rbrace(?![A-Za-z])"), r"\\}"),
    (re.compile(r"\\langle(?![A-Za-z])"), "("),
    (re.compile(r"\\rangle(?![A-Za-z])"), ")"),
    (re.compile(r"\^ ?\{? ?\\circ ?\}?|\\degrees?(?![A-Za-z])|\^ ?\{? ?°\}?|\\textdegree(?![A-Za-z])"), "°"),
    (re.compile(r"\\(?:leq|leqslant|leqq|le)(?![A-Za-z])|<=|=<"), r"\\le "),
    (re.compile(r"\\(?:geq|geqslant|geqq|ge)(?![A-Za-z])|>=|=>"), r"\\ge "),
    (re.compile(r"\\(?:neq|ne|not ?=)(?![A-Za-z])|!="), r"\\ne "),
    (re.compile(r"\\lt(?![A-Za-z])"), "<"),
    (re.compile(r"\\gt(?![A-Za-z])"), ">"),
    (re.compile(r"\\(?:lor|vee)(?![A-Za-z])|\|\|"), " or "),
    (re.compile(r"\\(?:land|wedge)(?![A-Za-z])|&&"), " and "),
    (re.compile(r"\\(?:varnothing|emptyset)(?![A-Za-z])"), r"\\emptyset "),
    (re.compile(r"\\mathbb ?\{? ?R ?\}?|\\R(?![A-Za-z])|\\Reals?(?![A-Za-z])"), r"\\R "),
    (re.compile(r"\\(?:simeq|approx|thickapprox)(?![A-Za-z])"), r"\\approx "),
    (re.compile(r"\\Omega(?![A-Za-z])|\\ohm(?![A-Za-z])"), " Ω"),
    (re.compile(r"\\mu(?= ?[A-Za-z])"), " μ"),
    (re.compile(r"\\euro(?![A-Za-z])"), "€"),
    (re.compile(r"\\pounds(?![A-Za-z])"), "£"),
    (re.compile(r"\\backslash(?![A-Za-z])|\\smallsetminus(?![A-Za-z])"), r"\\setminus "),
    (re.compile(r"\\log ?_ ?([0-9]+)"), r"\\log_{\1}"),
    (re.compile(r"(?<![\\A-Za-z])sqrt ?([0-9]+)"), r"\\sqrt{\1}"),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\#"), "#"),
    (re.compile(r"=="), "="),
    (re.compile(r"(?<=[0-9A-Za-z)}]) ?\*\* ?(?=[0-9A-Za-z({-])"), "^"),
]
_TEXT = re.compile(
    r"\\(?:text(?:bf|rm|it|tt|sf|up|normal)?|mathrm|mathbf|mathit|mathsf|mbox|operatorname) ?\{([^{}]*)\}"
)
_MATH_DELIMITERS = re.compile(r"\\[()\[\]]|\$+")
_MONEY = re.compile(r"\\\$")
_BARE_DOLLARS = re.compile(r"(?:^|(?<=[\s(\[{,-]))\$(?= ?[0-9.])")
#: Stands for the two backslashes at the end of a row while others are rewritten.
_ROW_END = "\ue000"
_SPACES = re.compile(r"\s+")
_BRACKETS = r"\\\{|\\\}|[\[\](){}]"
_BRACKET = re.compile(_BRACKETS)
_OPENING = frozenset(("(", "[", "{", r"\{"))


def plain(text: str) -> str | None:
    """`text` in one notation: no math delimiters, no fonts, one spelling for each symbol, single spaces.

    Dollar signs of money become `DOLLAR`; those that delimit LaTeX go. None if the result is too long to be read.
    """
    text = unicodedata.normalize("NFKC", text.translate(_SYMBOLS))
    if len(text) > MAX_PLAIN_CHARS:
        return None
    text = _MONEY.sub(DOLLAR, text)
    if len(_BARE_DOLLARS.findall(text)) == text.count("$"):
        text = text.replace("$", DOLLAR)
    text = _MATH_DELIMITERS.sub(" ", _without_line_breaks(text))
    for _ in range(2):  # \textbf{\text{B}}
        text = _TEXT.sub(r" \1 ", text)
    for pattern, replacement in _SPELLINGS:
        text = pattern.sub(replacement, text)
    return bare(_SPACES.sub(" ", text.replace(_ROW_END, r"\\ ")))


def bare(text: str) -> str:
    """`text` without what means nothing around it: spaces, Markdown, quotes, a full stop, a box, a pair of braces."""
    while True:
        stripped = text.strip(" *\"'_#").rstrip(".,; ")
        for box in (r"\boxed", r"\fbox"):
            if stripped.startswith(box) and closing(stripped, 0) == len(stripped) - 1:
                stripped = stripped.removeprefix(box).lstrip()
        if stripped.startswith("{") and closing(stripped, 0) == len(stripped) - 1:
            stripped = stripped[1:-1]
        if stripped == text:
            return text
        text = stripped


def split_top(text: str, separator: str) -> tuple[list[str], list[str]]:
    r"""Cut a text at separators that stand outside all brackets.

    Args:
        text: In plain notation.
        separator: A regular expression without groups.

    Returns:
        The pieces, stripped, and the separators between them, one fewer.
    """
    pieces, separators = [], []
    depth = start = 0
    for match in re.finditer(f"{_BRACKETS}|{separator}", text):
        token = match[0]
        if token in _OPENING:
            depth += 1
        elif _BRACKET.fullmatch(token):
            depth -= 1
        elif depth == 0:
            pieces.append(text[start : match.start()].strip())
            separators.append(token.strip())
            start = match.end()
    pieces.append(text[start:].strip())
    return pieces, separators


def closing(text: str, start: int) -> int:
    """Index of the last character of the bracket that closes the one at `start`; -1 without one.

    Brackets are only counted: the interval `(1,2]` closes.
    """
    depth = 0
    for match in _BRACKET.finditer(text, start):
        depth += 1 if match[0] in _OPENING else -1
        if depth == 0:
            return match.end() - 1
    return -1


def _without_line_breaks(text: str) -> str:
    """Ends of rows in a matrix are kept; elsewhere a doubled backslash is one that was escaped once too often."""
    return text.replace(r"\\", _ROW_END if r"\begin" in text else "\\")
