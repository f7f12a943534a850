"""Maheshwari, Wu, Pai, Sastry: independent and decentralized learning in Markov potential games (2023)."""

from __future__ import annotations

from bounds.maheshwari2023.assumptions import ASSUMPTIONS
from mpgcert.claims.statements import Paper

__all__ = ["ASSUMPTIONS", "PAPER"]

PAPER = Paper(
    id="maheshwari2023",
    title="Independent and Decentralized Learning in Markov Potential Games",
    authors="C. Maheshwari, M. Wu, D. Pai, S. Sastry",
    venue="arXiv",
    year=2023,
)
