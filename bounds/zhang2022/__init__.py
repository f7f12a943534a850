"""Zhang, Mei, Dai, Schuurmans, Li: decentralized softmax gradient play in Markov potential games.

NeurIPS 2022.  Labels are the paper's own; the constants are those of its proofs, where the statements hide
them behind O(.).
"""

from __future__ import annotations

from typing import Any

from bounds.zhang2022.assumptions import ASSUMPTIONS
from mpgcert.claims.statements import Paper

__all__ = ["ASSUMPTIONS", "CLAIMS", "CONSTANTS", "PAPER", "THEOREMS"]

PAPER = Paper(
    id="zhang2022",
    title="On the Global Convergence Rates of Decentralized Softmax Gradient Play in Markov Potential Games",
    authors="R. Zhang, J. Mei, B. Dai, D. Schuurmans, N. Li",
    venue="NeurIPS",
    year=2022,
)


def __getattr__(name: str) -> Any:
    """Load the formulas when they are first asked for: `check` does without them, and sympy starts slowly."""
    if name == "CLAIMS":
        from bounds.zhang2022 import (
            asymptotic,
            barrier_ascent,
            barrier_corollary,
            barrier_directions,
            barrier_gradient,
            barrier_induction,
            barrier_rates,
            barrier_shifts,
            barrier_steps,
            differences,
            domination,
            elementary,
            gradients,
            natural_ascent,
            natural_gradients,
            normalizers,
            regularized,
            smoothness,
            softmax_means,
            stationary_points,
            table_1,
            unregularized,
        )

        return tuple(
            claim
            for module in (
                gradients,
                stationary_points,
                natural_gradients,
                domination,
                unregularized,
                asymptotic,
                natural_ascent,
                normalizers,
                regularized,
                barrier_gradient,
                barrier_steps,
                barrier_induction,
                barrier_corollary,
                barrier_ascent,
                barrier_shifts,
                barrier_directions,
                barrier_rates,
                smoothness,
                differences,
                softmax_means,
                elementary,
                table_1,
            )
            for claim in module.CLAIMS
        )
    if name in ("CONSTANTS", "THEOREMS"):
        from bounds.zhang2022 import theorems

        return {"CONSTANTS": theorems.CONSTANTS, "THEOREMS": theorems.THEOREMS}[name]
    raise AttributeError(name)
