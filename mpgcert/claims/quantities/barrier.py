"""Quantities for the symbols of the algorithms with log-barrier (zhang2022, sections 5, 14), by setting."""

from __future__ import annotations

from mpgcert.claims.claim import Setting
from mpgcert.claims.quantities.rule import Rule

__all__ = ["QUANTITIES"]

QUANTITIES: dict[Setting, dict[str, Rule]] = {}
