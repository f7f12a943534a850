"""Quantities for the symbols of the unregularised algorithms (zhang2022, sections 4, 12, 13), by setting."""

from __future__ import annotations

from mpgcert.claims.claim import Setting
from mpgcert.claims.quantities.rule import Rule

__all__ = ["QUANTITIES"]

QUANTITIES: dict[Setting, dict[str, Rule]] = {}
