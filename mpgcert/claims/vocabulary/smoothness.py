"""Symbols of pairs of policies (zhang2022, sections 15, 16)."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term

__all__ = ["TERMS"]

TERMS: tuple[Term, ...] = ()
