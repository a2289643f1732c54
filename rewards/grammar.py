r"""LaTeX to SymPy by the grammar of Math-Verify, in two stages.

Math-Verify's grammar (latex2sympy2_extended, on ANTLR) spends most of its time on predictions with full context, which
few expressions need. A parse with the simpler SLL prediction gives the same tree or fails, and only then the full one is
tried, as the authors of ANTLR recommend. That makes parsing nearly twice as fast.
A short string can keep the parser busy for ever: use it in the workers of `rewards.worker` only, and import this module
there, as it loads SymPy.
"""

from __future__ import annotations

import re
from typing import Any

from antlr4.atn.PredictionMode import PredictionMode
from latex2sympy2_extended import NormalizationConfig
from latex2sympy2_extended.latex2sympy2 import _Latex2Sympy
from latex2sympy2_extended.math_normalization import normalize_latex
from math_verify.grader import should_treat_as_complex

#: Units are no matter of the grammar: with `units` on, it would read 5m as 5.
_NORMALISATION = NormalizationConfig(basic_latex=True, malformed_operators=True, nits=True, units=False)


#: The base of a power, if it is a letter or π and no other command. SLL cannot tell `x^2` from `x_1^2`, but `{x}^2`.
_BASE = re.compile(r"\\[A-Za-z]+ ?(?=\^)|[A-Za-z](?=\^)")


class _Converter(_Latex2Sympy):
    """Math-Verify's converter, with a prediction mode of its own."""

    def __init__(self, mode: int, is_real: bool):
        super().__init__(is_real=is_real)
        self._mode = mode

    def create_parser(self, latex_str: str) -> Any:
        parser = super().create_parser(latex_str)
        parser._interp.predictionMode = self._mode
        return parser


def _in_braces(base: re.Match[str]) -> str:
    text = base[0].strip()
    return base[0] if text == "e" or (text.startswith("\\") and text != r"\pi") else f"{{{text}}}"


def latex_to_sympy(latex: str) -> Any:
    """The value of an expression, relation or matrix without math delimiters as a SymPy object.

    Raises:
        Exception: Of many kinds, if it cannot be parsed.
    """
    latex = _BASE.sub(_in_braces, normalize_latex(latex, _NORMALISATION))
    is_real = not should_treat_as_complex(latex)
    try:
        return _Converter(PredictionMode.SLL, is_real).parse(latex)
    except Exception:
        return _Converter(PredictionMode.LL, is_real).parse(latex)
