"""Sections 15, 16 of zhang2022: smoothness of the potential and differences between two policies."""

from __future__ import annotations

from mpgcert.claims.claim import Claim

__all__ = ["CLAIMS"]

CLAIMS: tuple[Claim, ...] = ()
