"""Quantities for policy gradients, natural gradients and deviations (zhang2022, sections 2-3, 9-11), by setting."""

from __future__ import annotations

from mpgcert.claims.claim import Setting
from mpgcert.claims.quantities.rule import Rule

__all__ = ["QUANTITIES"]

QUANTITIES: dict[Setting, dict[str, Rule]] = {}
