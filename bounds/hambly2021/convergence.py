"""Statements of hambly2021: convergence."""

from __future__ import annotations

from mpgcert.claims.claim import Claim

__all__ = ["CLAIMS"]

CLAIMS: tuple[Claim, ...] = ()
