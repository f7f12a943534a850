"""Symbols of linear-quadratic games: regularity (hambly2021)."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term

__all__ = ["TERMS"]

TERMS: tuple[Term, ...] = ()
