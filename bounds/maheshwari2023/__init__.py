"""Maheshwari, Wu, Pai, Sastry: independent and decentralized learning in Markov potential games (2023)."""

from __future__ import annotations

from typing import Any

from bounds.maheshwari2023.assumptions import ASSUMPTIONS
from mpgcert.claims.statements import Paper

__all__ = ["ASSUMPTIONS", "CLAIMS", "PAPER"]

PAPER = Paper(
    id="maheshwari2023",
    title="Independent and Decentralized Learning in Markov Potential Games",
    authors="C. Maheshwari, M. Wu, D. Pai, S. Sastry",
    venue="arXiv",
    year=2023,
)


def __getattr__(name: str) -> Any:
    """Load the formulas when they are first asked for: `check` does without them, and sympy starts slowly."""
    if name == "CLAIMS":
        from bounds.maheshwari2023 import (
            approximation,
            attractor,
            boundedness,
            chain,
            decrease,
            definitions,
            equilibrium,
            flow,
            gradient,
            learning,
            mismatch,
            noise,
        )

        main = (definitions, learning, flow, mismatch, decrease)
        modules = (*main, approximation, noise, boundedness, chain, attractor, gradient, equilibrium)
        return tuple(claim for module in modules for claim in module.CLAIMS)
    raise AttributeError(name)
