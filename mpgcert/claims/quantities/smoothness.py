"""Quantities for the symbols of pairs of policies (zhang2022, sections 15, 16), by setting."""

from __future__ import annotations

from mpgcert.claims.claim import Setting
from mpgcert.claims.quantities.rule import Rule

__all__ = ["QUANTITIES"]

QUANTITIES: dict[Setting, dict[str, Rule]] = {}
