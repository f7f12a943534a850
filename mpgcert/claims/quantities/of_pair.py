"""Quantities of a game and two policies, the second possibly the next iterate."""

from __future__ import annotations

from mpgcert.claims.quantities.rule import Rule

__all__ = ["QUANTITIES"]

QUANTITIES: dict[str, Rule] = {}
