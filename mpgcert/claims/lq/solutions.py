"""The Nash equilibrium of a linear-quadratic game, gathered for `mpgcert solve`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.quantity import Quantity
from mpgcert.display import Shown
from mpgcert.errors import SingularMatrix
from mpgcert.solvers.lq.best_response import nash_residual
from mpgcert.solvers.lq.solution import NashSolution

__all__ = ["LQEquilibrium", "LQSolutions", "lq_solve"]

_LONGEST = 400  # digits of a gain that is listed exactly


@dataclass(frozen=True)
class LQEquilibrium:
    """Feedback gains that are a Nash equilibrium, with proof.

    Attributes:
        solution: exact or enclosed gains and costs-to-go.
        costs: C^i(K*) of each player.
        nash_gap: the largest saving of a player by its best response to the others: exactly 0, or enclosed.
        optimal: whether the best responses are certainly best (all R + B'PB positive definite).
    """

    solution: NashSolution
    costs: tuple[Quantity, ...]
    nash_gap: Quantity
    optimal: bool

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `equilibria`."""
        low, high = self.solution.gain_bounds
        exact = self.solution.exact_gains
        listed = exact is not None and max(len(format_fraction(part.max())) for part in exact.parts) <= _LONGEST
        slices = self.solution.game.control_slices
        certificate: Mapping[str, Any] = {
            "kind": "riccati-solution",
            "method": self.solution.method,
            "gains": exact.to_nested() if exact is not None and listed else None,
            "lower": [low[:, rows].tolist() for rows in slices],
            "upper": [high[:, rows].tolist() for rows in slices],
            "uniqueness": self.solution.uniqueness.reason,
        }
        return {
            "kind": "linear-feedback",
            "gains": [((low + high) / 2)[:, rows].tolist() for rows in slices],
            "radius": self.solution.radius,
            "values": [cost.value for cost in self.costs],
            "values_exact": [cost.to_dict()["exact"] for cost in self.costs],
            "nash_gap": self.nash_gap.value,
            "nash_gap_enclosure": self.nash_gap.to_dict()["enclosure"],
            "best_responses_are_optimal": self.optimal,
            "certificate": dict(certificate),
        }


@dataclass(frozen=True, repr=False)
class LQSolutions(Shown):
    """What `solve` found.

    Attributes:
        game: its name.
        equilibria: the equilibrium, if there is one.
        note: how it was computed, or why there is none.
    """

    game: str
    equilibria: tuple[LQEquilibrium, ...]
    note: str

    def headline(self) -> str:
        number = len(self.equilibria)
        return f"{self.game}, {number} {'equilibrium' if number == 1 else 'equilibria'}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert solve`, without the envelope."""
        return {
            "game": self.game,
            "equilibria": [entry.to_dict() for entry in self.equilibria],
            "complete": bool(self.equilibria) and self.equilibria[0].solution.uniqueness.verdict == "holds",
            "note": self.note,
        }


def lq_solve(analysis: LQAnalysis) -> LQSolutions:
    """The equilibrium in linear feedback policies, exactly or enclosed, with the savings that prove it."""
    solution, name = analysis.nash, analysis.game.name
    if solution.riccati is None:
        return LQSolutions(name, (), solution.uniqueness.reason)
    arithmetic = solution.arithmetic
    with arithmetic.context():
        try:
            residual = nash_residual(solution.arrays, solution.gains)
        except SingularMatrix as error:
            return LQSolutions(name, (), f"no best response to hold the gains against: {error}")
        gap = Quantity(*arithmetic.enclosure(arithmetic.maximum(residual.savings)), "largest saving of a player")
        costs = tuple(Quantity(*arithmetic.enclosure(cost), "cost at the equilibrium") for cost in solution.costs)
    note = f"coupled Riccati recursion in {solution.method}; {solution.uniqueness.reason}"
    if not np.isfinite(gap.value):
        note += "; the savings are too large for doubles"
    return LQSolutions(name, (LQEquilibrium(solution, costs, gap, residual.is_certain),), note)
