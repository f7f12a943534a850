"""Statements of maheshwari2023: learning."""

from __future__ import annotations

from mpgcert.claims.claim import Claim

__all__ = ["CLAIMS"]

CLAIMS: tuple[Claim, ...] = ()
