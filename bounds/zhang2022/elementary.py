"""Inequalities in one real variable that the proofs of zhang2022 use, on the intervals where they use them."""

from __future__ import annotations

from mpgcert.claims.claim import Claim

__all__ = ["CLAIMS"]

CLAIMS: tuple[Claim, ...] = ()
