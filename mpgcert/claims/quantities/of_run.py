"""Quantities of the first iterates of an algorithm."""

from __future__ import annotations

from mpgcert.claims.quantities.rule import Rule

__all__ = ["QUANTITIES"]

QUANTITIES: dict[str, Rule] = {}
