"""Symbols of policy gradients, natural gradients and deviations (zhang2022, sections 2-3, 9-11)."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term

__all__ = ["TERMS"]

TERMS: tuple[Term, ...] = ()
