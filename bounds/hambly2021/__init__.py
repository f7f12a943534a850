"""Hambly, Xu, Yang: natural policy gradient in N-player linear-quadratic games over a finite horizon.

arXiv 2021 (the version dated July 29).  Labels are the paper's own; garbled formulas were reconstructed
from where its proofs use them, as the docstrings say.
"""

from __future__ import annotations

from typing import Any

from bounds.hambly2021.assumptions import ASSUMPTIONS
from mpgcert.claims.statements import Paper

__all__ = ["ASSUMPTIONS", "CLAIMS", "CONSTANTS", "PAPER", "THEOREMS"]

PAPER = Paper(
    id="hambly2021",
    title="Policy Gradient Methods Find the Nash Equilibrium in N-player General-sum Linear-quadratic Games",
    authors="B. Hambly, R. Xu, H. Yang",
    venue="arXiv",
    year=2021,
)


def __getattr__(name: str) -> Any:
    """Load the formulas when they are first asked for: `check` does without most of them, and sympy starts slowly."""
    if name in ("CONSTANTS", "THEOREMS"):
        from bounds.hambly2021 import theorems

        return getattr(theorems, name)
    if name == "CLAIMS":
        from bounds.hambly2021 import contraction, convergence, perturbation, regularity

        return tuple(
            claim for module in (regularity, perturbation, contraction, convergence) for claim in module.CLAIMS
        )
    raise AttributeError(name)
