"""Symbols of the unregularised algorithms (zhang2022, sections 4, 12, 13)."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term

__all__ = ["TERMS"]

TERMS: tuple[Term, ...] = ()
