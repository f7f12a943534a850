"""Enclosures of the constants of linear-quadratic catalogues, from their formulas.

A value is exact where rationals reach (a norm of a vector's square, a cost of a small game); else it is enclosed in
balls of rising precision.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpgcert.arithmetic import EXACT, Arithmetic, Ball
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantity import Quantity
from mpgcert.claims.sides import Sides
from mpgcert.claims.statements import Formula
from mpgcert.claims.values import Values
from mpgcert.errors import Irrational, SingularMatrix

if TYPE_CHECKING:
    import sympy

__all__ = ["LADDER", "Evaluator", "as_read"]

LADDER = (Ball(128), Ball(384), Ball(1024), Ball(4096))
_NOWHERE = Index()
_ALONG_POLICY = {"sigma_X": "sigma_X_K", "sigma_X**2": "sigma_X_K**2"}
_NARROW = Fraction(1, 10**15)  # relative width that is good enough


class Evaluator:
    """Values of formulas for a game, its starting gains (or the equilibrium) and its small constant delta."""

    def __init__(self, analysis: LQAnalysis, from_equilibrium: bool = False) -> None:
        self.point = LQPoint(
            analysis.game,
            gains=None if from_equilibrium else analysis.start,
            delta=analysis.delta,
            xi=analysis.delta,
            exact_nash=analysis.is_short,
            shared={"analysis": analysis},
        )
        self.along_policy = analysis.sigma_x == "policy"
        self._sides: dict[str, Sides] = {}

    def sides(self, arithmetic: Arithmetic) -> Sides:
        """All quantities in one arithmetic, each computed once."""
        if arithmetic.name not in self._sides:
            self._sides[arithmetic.name] = Sides(Setting.LQ_POLICY, self.point, arithmetic)
        return self._sides[arithmetic.name]

    def value(self, formula: sympy.Expr | Formula, meaning: str, index: Index = _NOWHERE) -> Quantity | None:
        """An exact or narrow enclosure; None where no precision gives one (as when the game has no equilibrium)."""
        found: Quantity | None = None
        for arithmetic in (EXACT, *LADDER):
            enclosed = self.enclosure(formula, arithmetic, index)
            if enclosed is None:
                continue
            found = Quantity(*enclosed, meaning)
            low, high = enclosed
            if high - low <= _NARROW * max(abs(low), abs(high)):
                break
        return found

    def enclosure(
        self, formula: sympy.Expr | Formula, arithmetic: Arithmetic, index: Index = _NOWHERE
    ) -> tuple[Fraction, Fraction] | None:
        """The value in one arithmetic; None where it cannot give it."""
        try:
            with arithmetic.context():
                return arithmetic.enclosure(self._evaluated(formula, arithmetic, index))
        except (SingularMatrix, ZeroDivisionError, Irrational):
            return None

    def _evaluated(self, formula: sympy.Expr | Formula, arithmetic: Arithmetic, index: Index) -> Any:
        """The value with the chosen reading of sigma_X."""
        sides = self.sides(arithmetic)
        if isinstance(formula, Formula):
            reading = _ALONG_POLICY if self.along_policy else {}
            return formula.of(Values(lambda name: sides.value(reading.get(name, name), index), arithmetic)).number
        return sides.evaluate(as_read(formula) if self.along_policy else formula, index)


def as_read(formula: sympy.Expr) -> sympy.Expr:
    """The formula with sigma_X along the starting policy."""
    from mpgcert.claims.symbols import VOCABULARY

    return formula.xreplace({VOCABULARY["sigma_X"].symbol: VOCABULARY["sigma_X_K"].symbol})
