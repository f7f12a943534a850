"""The sharp criterion for Algorithm 1 of hambly2021 as reported numbers (see `mpgcert.solvers.lq.sharp`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import Arithmetic
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.quantity import Quantity
from mpgcert.solvers.lq.sharp import SharpCriterion, sharp_criterion

__all__ = ["SharpBound", "sharp_bound"]


@dataclass(frozen=True)
class SharpBound:
    """For which common step sizes natural policy gradient converges from every start, and how fast.

    Attributes:
        criterion: with all eigenvalues.
        constants: `eta_sharp`, `eta_best` and `rate_sharp`, where some step size converges.
    """

    criterion: SharpCriterion
    constants: Mapping[str, Quantity]

    def rate(self, step: Fraction) -> Quantity:
        """The factor by which the distance to the equilibrium shrinks (or grows) per iteration in the long run."""
        return _quantity(self.criterion.ball, self.criterion.rate(step), "asymptotic factor per iteration")

    def to_dict(self) -> dict[str, Any]:
        """The JSON key `sharp`."""
        criterion = self.criterion
        return {
            "converges_for_some_step": criterion.exists,
            "reason": criterion.reason,
            "stage": criterion.stage,
            "eigenvalues": [
                [[criterion.ball.doubles(part) for part in value] for value in stage] for stage in criterion.eigenvalues
            ],
        }


def sharp_bound(analysis: LQAnalysis) -> SharpBound:
    """The criterion for equal step sizes of all players.

    Raises:
        SingularMatrix: the game has no equilibrium, or its eigenvalues cannot be enclosed.
    """
    criterion = sharp_criterion(analysis.nash)
    ball, found = criterion.ball, {}
    if criterion.exists:
        found = {
            "eta_sharp": _quantity(
                ball,
                criterion.largest_step,
                "step sizes below it converge from every start, above it from almost none",
            ),
            "eta_best": _quantity(ball, criterion.best_step, "step size of the fastest convergence in the long run"),
            "rate_sharp": _quantity(ball, criterion.best_rate, "asymptotic factor per iteration at eta_best"),
        }
    return SharpBound(criterion, found)


def _quantity(arithmetic: Arithmetic, value: Any, meaning: str) -> Quantity:
    if isinstance(value, Fraction):
        return Quantity.exactly(value, meaning)
    with arithmetic.context():
        return Quantity(*arithmetic.enclosure(value), meaning)
