"""A symbol with its LaTeX and its meaning."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

__all__ = ["Term", "term"]


@dataclass(frozen=True)
class Term:
    """A symbol with its LaTeX and meaning."""

    symbol: sympy.Symbol
    latex: str
    meaning: str


def term(name: str, latex: str, meaning: str, signed: bool = False, **assumptions: bool) -> Term:
    """A term of the vocabulary; the symbol is real, and non-negative unless it is signed."""
    sign = {} if signed else {"nonnegative": True}
    return Term(sympy.Symbol(name, real=True, **sign, **assumptions), latex, meaning)
