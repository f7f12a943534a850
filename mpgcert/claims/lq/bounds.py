"""Constants, step size and iteration bound of hambly2021 for one game, beside what really decides.

Every formula comes from the catalogue; this module gives values to its symbols, at the starting gains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.formula import latex
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.assumptions import decide_all
from mpgcert.claims.lq.constants import Evaluator
from mpgcert.claims.lq.sharp import SharpBound, sharp_bound
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantity import Quantity, to_double
from mpgcert.claims.statements import Theorem, constants, theorems
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.claims.verdicts import Verdict, all_of
from mpgcert.display import Shown

if TYPE_CHECKING:
    import sympy

__all__ = ["DEFAULT_EPSILON", "LQBounds", "LQTheoremBound", "lq_bounds"]

DEFAULT_EPSILON = Fraction(1, 100)
_STEP_BITS = 40  # of the step size that is recommended, a rational just below the limit


@dataclass(frozen=True)
class LQTheoremBound:
    """One theorem for one game.

    Attributes:
        theorem: the statement.
        applies: whether the hypotheses hold.
        hypotheses: verdict on each.
        limit: what the step size must stay below; None where it has no value.
        step_size: a short rational just below the limit.
        iterations: least M that the proof asks for with this step size.
        notes: why a value is missing, and what it depends on.
    """

    theorem: Theorem
    applies: Verdict
    hypotheses: Mapping[str, Verdict]
    limit: Quantity | None
    step_size: Fraction | None
    iterations: int | None
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `theorems`."""
        theorem, size = self.theorem, self.step_size
        return {
            "id": theorem.id,
            "title": theorem.title,
            "algorithm": theorem.algorithm,
            "applies": str(self.applies),
            "hypotheses": {name: str(verdict) for name, verdict in self.hypotheses.items()},
            "step_size": None if size is None else to_double(size),
            "step_size_exact": None if size is None else format_fraction(size),
            "step_rule": theorem.step_rule,
            "regularization": None,
            "iterations": self.iterations,
            "guarantee": theorem.guarantee,
            "formulas": {
                "step_size": latex(theorem.step_size),
                "iterations": None if theorem.iterations is None else latex(theorem.iterations),
            },
            "notes": list(self.notes),
        }


@dataclass(frozen=True, repr=False)
class LQBounds(Shown):
    """All constants and theorem bounds of a linear-quadratic game.

    Attributes:
        game: its name.
        epsilon: the accuracy asked for, in units of cost.
        start: where the starting gains come from.
        constants: by name; a constant without a value is left out.
        nash_cost: C^i(K*) of each player.
        theorems: with step size and iterations.
        sigma_x: the reading of sigma_X.
        sharp: the step sizes for which Algorithm 1 really converges.
    """

    game: str
    epsilon: Fraction
    start: str
    constants: Mapping[str, Quantity]
    nash_cost: tuple[Quantity, ...]
    theorems: tuple[LQTheoremBound, ...]
    sigma_x: str
    sharp: SharpBound | None

    def headline(self) -> str:
        applicable = sum(bound.applies is Verdict.HOLDS for bound in self.theorems)
        return f"{self.game}, {applicable} of {len(self.theorems)} theorems apply"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert bounds`, without the envelope."""
        return {
            "game": self.game,
            "epsilon": to_double(self.epsilon),
            "start": self.start,
            "sigma_X_reading": self.sigma_x,
            "constants": {
                **{name: quantity.to_dict() for name, quantity in self.constants.items()},
                "nash_cost": [quantity.to_dict() for quantity in self.nash_cost],
            },
            "theorems": [bound.to_dict() for bound in self.theorems],
            "sharp": None if self.sharp is None else self.sharp.to_dict(),
        }


def lq_bounds(analysis: LQAnalysis, epsilon: Fraction | None = None) -> LQBounds:
    """The paper's constants, step size and iteration bound at the starting gains, and the sharp criterion."""
    game, accuracy = analysis.game, DEFAULT_EPSILON if epsilon is None else epsilon
    decided = {name: decision.verdict for name, (_, decision) in decide_all(analysis).items()}
    evaluator = Evaluator(analysis)
    values = {
        "N": Quantity.exactly(game.n_players, "number of players"),
        "T": Quantity.exactly(game.horizon, "horizon"),
        "d": Quantity.exactly(game.dimension, "dimension of the state"),
    }
    bounded: tuple[LQTheoremBound, ...] = ()
    costs: tuple[Quantity, ...] = ()
    sharp = None
    if analysis.nash.riccati is not None:
        for constant in constants("lq-game"):
            value = evaluator.value(constant.formula, f"{constant.meaning} ({constant.id})")
            if value is not None:
                values[constant.name] = value
        term = VOCABULARY["sigma_X_K"]
        along = evaluator.value(term.symbol, f"{term.meaning} = K^(0)")
        if along is not None:
            values["sigma_X_start"] = along
        costs = _costs(evaluator, game.n_players)
        bounded = tuple(_bound(theorem, decided, evaluator, accuracy) for theorem in theorems("lq-game"))
        sharp = sharp_bound(analysis)
        values |= sharp.constants
    return LQBounds(
        game.name, accuracy, analysis.start_note, values | _iterations(bounded), costs, bounded, analysis.sigma_x, sharp
    )


def _costs(evaluator: Evaluator, n_players: int) -> tuple[Quantity, ...]:
    term = VOCABULARY["nash_cost_i"]
    found = [evaluator.value(term.symbol, term.meaning, Index(player=i)) for i in range(n_players)]
    return tuple(value for value in found if value is not None)


def _iterations(bounded: tuple[LQTheoremBound, ...]) -> dict[str, Quantity]:
    known = [bound for bound in bounded if bound.iterations is not None]
    if not known:
        return {}
    first = known[0]
    assert first.iterations is not None
    meaning = f"iterations that suffice for the accuracy ({first.theorem.id})"
    return {"iterations": Quantity.exactly(first.iterations, meaning)}


def _bound(theorem: Theorem, decided: Mapping[str, Verdict], evaluator: Evaluator, epsilon: Fraction) -> LQTheoremBound:
    hypotheses = {name: decided[name] for name in theorem.hypotheses}
    notes = []
    limit = evaluator.value(theorem.step_size, "limit of the step size")
    size = _just_below(limit)
    if size is None:
        notes.append("no step size: its limit is not known to be positive")
    iterations = None
    if size is not None and theorem.iterations is not None:
        known = {"epsilon": epsilon, "step_size": size}
        count = evaluator.value(_substituted(theorem.iterations, known), "iterations")
        if count is None or count.upper is None or count.lower is None:
            notes.append("no iteration bound: it could not be enclosed")
        elif count.upper <= 0 and hypotheses_fail(hypotheses):
            notes.append("no iteration bound: the contraction is not positive")
        elif hypotheses_fail(hypotheses):
            notes.append("no iteration bound: a hypothesis fails")
        else:
            iterations = max(math.ceil(count.upper), 0)
    if evaluator.along_policy:
        notes.append("sigma_X is that along the starting gains: the theorem's proof needs it along other policies too")
    return LQTheoremBound(theorem, all_of(hypotheses.values()), hypotheses, limit, size, iterations, tuple(notes))


def hypotheses_fail(hypotheses: Mapping[str, Verdict]) -> bool:
    """Whether the inequality that makes the contraction positive fails, so that the bound has no meaning."""
    return hypotheses.get("hambly2021.assumption-3.3") is not Verdict.HOLDS


def _substituted(formula: sympy.Expr, values: Mapping[str, Fraction]) -> sympy.Expr:
    from sympy import Rational

    numbers = {VOCABULARY[name].symbol: Rational(v.numerator, v.denominator) for name, v in values.items()}
    return formula.xreplace(numbers)


def _just_below(limit: Quantity | None) -> Fraction | None:
    """A rational of few digits just below a positive limit."""
    if limit is None or limit.lower is None or limit.lower <= 0:
        return None
    scale = 2 ** (_STEP_BITS + limit.lower.denominator.bit_length() - limit.lower.numerator.bit_length())
    return Fraction(math.ceil(limit.lower * scale) - 1, scale)
