"""The shared vocabulary: one sympy symbol for each quantity that statements of papers speak about.

A paper's package writes its formulas with these symbols and nothing else, so that LaTeX, exact values and
enclosures all come from one expression.  Assumptions (positive, integer) are those that every instance
meets; sympy uses them when it decides whether both sides may be squared.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from mpgcert.claims.vocabulary import TERMS
from mpgcert.claims.vocabulary.term import Term, term
from mpgcert.errors import InvalidInput

if TYPE_CHECKING:
    import sympy

__all__ = ["SYMBOLS", "VOCABULARY", "Symbols", "Term", "meaning", "symbol", "term"]

VOCABULARY: dict[str, Term] = {entry.symbol.name: entry for entry in TERMS}
_names = [entry.symbol.name for entry in TERMS]
if len(VOCABULARY) != len(TERMS):
    raise ValueError(f"defined twice in the vocabulary: {sorted({n for n in _names if _names.count(n) > 1})}")


class Symbols:
    """The vocabulary as the argument of a formula that is written as a function: `SYMBOLS.sigma_X` is the symbol."""

    def __getattr__(self, name: str) -> sympy.Symbol:
        if name not in VOCABULARY:
            raise AttributeError(name)
        return VOCABULARY[name].symbol

    def sqrt(self, value: Any) -> sympy.Expr:
        """The square root."""
        import sympy

        return sympy.sqrt(value)

    def largest(self, *values: Any) -> sympy.Expr:
        """The largest of several."""
        import sympy

        return sympy.Max(*values)


SYMBOLS = Symbols()


def meaning(name: str) -> str:
    """What a symbol of the vocabulary stands for."""
    return VOCABULARY[name].meaning


def symbol(name: str) -> sympy.Symbol:
    """The sympy symbol of a quantity, for statements of one's own.

    Raises:
        InvalidInput: the vocabulary has no such name; the message lists close ones.
    """
    if isinstance(name, str) and name in VOCABULARY:
        return VOCABULARY[name].symbol
    close = difflib.get_close_matches(str(name), VOCABULARY, n=3, cutoff=0.4)
    hint = f"a name of the vocabulary, such as {', '.join(close or ('nash_gap_i', 'discount', 'M_theta'))}"
    raise InvalidInput(f"no symbol {name!r}", field="symbol", expected=hint)
