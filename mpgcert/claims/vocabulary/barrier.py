"""Symbols of the algorithms with log-barrier (zhang2022, sections 5, 14)."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term

__all__ = ["TERMS"]

TERMS: tuple[Term, ...] = ()
