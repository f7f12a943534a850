"""Statements of hambly2021: contraction."""

from __future__ import annotations

from mpgcert.claims.claim import Claim

__all__ = ["CLAIMS"]

CLAIMS: tuple[Claim, ...] = ()
