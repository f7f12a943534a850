"""Quantities of decentralized learning: learning (maheshwari2023)."""

from __future__ import annotations

from mpgcert.claims.claim import Setting
from mpgcert.claims.quantities.rule import Rule

__all__ = ["QUANTITIES"]

QUANTITIES: dict[Setting, dict[str, Rule]] = {}
