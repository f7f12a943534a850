"""The shared vocabulary: one sympy symbol for each quantity that statements of papers speak about.

A paper's package writes its formulas with these symbols and nothing else, so that LaTeX, exact values and
enclosures all come from one expression.  Assumptions (positive, integer) are those that every instance
meets; sympy uses them when it decides whether both sides may be squared.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary import TERMS
from mpgcert.claims.vocabulary.term import Term, term

__all__ = ["VOCABULARY", "Term", "meaning", "term"]

VOCABULARY: dict[str, Term] = {entry.symbol.name: entry for entry in TERMS}
if len(VOCABULARY) != len(TERMS):
    raise ValueError("a symbol of the vocabulary is defined twice")


def meaning(name: str) -> str:
    """What a symbol of the vocabulary stands for."""
    return VOCABULARY[name].meaning
