"""Hambly, Xu, Yang: natural policy gradient in N-player linear-quadratic games over a finite horizon.

arXiv 2021 (the version dated July 29).  Labels are the paper's own; garbled formulas were reconstructed
from where its proofs use them, as the docstrings say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bounds.hambly2021.assumptions import ASSUMPTIONS
from bounds.hambly2021.noise import FORMULAS
from mpgcert.claims.statements import Paper

__all__ = ["ASSUMPTIONS", "CLAIMS", "CONSTANTS", "FORMULAS", "PAPER", "THEOREMS"]

#: Statements that runs and trajectories are held against.
MONITORED = frozenset(
    f"hambly2021.{label}"
    for label in (
        "lemma-3.1",
        "lemma-3.9.part-1",
        "lemma-3.9.part-2",
        "lemma-3.9.part-3",
        "lemma-3.9.part-4",
        "lemma-3.11.part-1",
        "lemma-3.11.part-2",
        "eq-3.26.corrected",
        "lemma-3.14.corrected",
        "lemma-3.15",
        "lemma-3.16",
        "lemma-3.17",
        "eq-3.55",
        "lemma-3.18.part-2",
        "eq-3.57",
        "eq-3.61",
        "lemma-3.20",
        "theorem-3.5",
        "theorem-3.5.induction",
        "theorem-3.5.step-9",
        "theorem-3.5.step-12",
    )
)

PAPER = Paper(
    id="hambly2021",
    title="Policy Gradient Methods Find the Nash Equilibrium in N-player General-sum Linear-quadratic Games",
    authors="B. Hambly, R. Xu, H. Yang",
    venue="arXiv",
    year=2021,
)


def __getattr__(name: str) -> Any:
    """Load the formulas when they are first asked for: `check` does without them, and sympy starts slowly."""
    if name in ("CONSTANTS", "THEOREMS"):
        from bounds.hambly2021 import theorems

        return getattr(theorems, name)
    if name == "CLAIMS":
        from bounds.hambly2021 import (
            contraction,
            convergence,
            cost_change,
            covariance,
            dominance,
            equilibrium,
            experiments,
            gradient_bound,
            noise_condition,
            one_step,
            perturbation,
            radius,
            regularity,
            second_moments,
            step_sizes,
            value_shifts,
        )

        modules = (
            equilibrium,
            second_moments,
            regularity,
            noise_condition,
            dominance,
            covariance,
            radius,
            perturbation,
            contraction,
            step_sizes,
            value_shifts,
            cost_change,
            one_step,
            gradient_bound,
            convergence,
            experiments,
        )
        claims = (claim for module in modules for claim in module.CLAIMS)
        return tuple(replace(claim, monitored=True) if claim.id in MONITORED else claim for claim in claims)
    raise AttributeError(name)
