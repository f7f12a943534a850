"""Constants, step sizes and iteration bounds of the papers' theorems for one game.

The theorems speak of rewards in [0, 1].  A game with other rewards is normalised (`games.normalization`),
the formulas are evaluated for the normalised game, and step size and regularisation are carried back, so
that they apply to the game as it was given.  Every formula comes from a catalogue; this module only gives
values to its symbols.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, overload

from mpgcert.arithmetic import format_fraction, parse_number
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.formula import evaluate_exactly, latex
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.properties import decide
from mpgcert.claims.quantity import Quantity, to_double
from mpgcert.claims.statements import Theorem, constants, theorems
from mpgcert.claims.symbols import meaning
from mpgcert.claims.verdicts import Verdict, all_of
from mpgcert.display import Shown
from mpgcert.errors import InvalidInput
from mpgcert.games.lq import LQGame

if TYPE_CHECKING:
    import sympy

    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.games import CountGame, Game, MarkovGame

__all__ = ["Bounds", "TheoremBound", "bounds", "parse_epsilon"]


@dataclass(frozen=True)
class TheoremBound:
    """One theorem for one game and one algorithm.

    Attributes:
        theorem: the statement.
        applies: whether the hypotheses hold for the game with normalised rewards.
        hypotheses: verdict on each.
        step_size, regularization: in the units of the game as given; None where the formula is undefined.
        iterations: least T that the proof asks for; with c = 1 when it depends on c.
        notes: why a value is missing, and what it depends on.
    """

    theorem: Theorem
    applies: Verdict
    hypotheses: Mapping[str, Verdict]
    step_size: Fraction | None
    regularization: Fraction | None
    iterations: int | None
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `theorems`."""
        theorem = self.theorem
        return {
            "id": theorem.id,
            "title": theorem.title,
            "algorithm": theorem.algorithm,
            "applies": str(self.applies),
            "hypotheses": {name: str(verdict) for name, verdict in self.hypotheses.items()},
            "step_size": _number(self.step_size),
            "step_size_exact": _exact(self.step_size),
            "step_rule": theorem.step_rule,
            "regularization": _number(self.regularization),
            "regularization_exact": _exact(self.regularization),
            "iterations": None if theorem.needs_c else self.iterations,
            "iterations_if_c_is_1": self.iterations if theorem.needs_c else None,
            "guarantee": theorem.guarantee,
            "formulas": {
                "step_size": latex(theorem.step_size),
                "regularization": None if theorem.regularization is None else latex(theorem.regularization),
                "iterations": None if theorem.iterations is None else latex(theorem.iterations),
            },
            "notes": list(self.notes),
        }


@dataclass(frozen=True, repr=False)
class Bounds(Shown):
    """All constants and theorem bounds of a game.

    Attributes:
        game: its name.
        epsilon: the accuracy asked for, in the game's units.
        scale: length of the reward interval that became [0, 1] (1 when nothing had to be done).
        constants: by name, in the game's units.
    """

    game: str
    epsilon: Fraction
    scale: Fraction
    constants: Mapping[str, Quantity]
    theorems: tuple[TheoremBound, ...] = field(default=())

    def headline(self) -> str:
        applicable = sum(bound.applies is Verdict.HOLDS for bound in self.theorems)
        return f"{self.game}, {applicable} of {len(self.theorems)} theorems apply"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert bounds`, without the envelope."""
        return {
            "game": self.game,
            "epsilon": to_double(self.epsilon),
            "reward_scale": format_fraction(self.scale),
            "constants": {name: quantity.to_dict() for name, quantity in self.constants.items()},
            "theorems": [bound.to_dict() for bound in self.theorems],
        }


def parse_epsilon(value: Any) -> Fraction:
    """An accuracy as a positive rational, or InvalidInput."""
    try:
        epsilon = parse_number(value)
    except ValueError as error:
        raise InvalidInput(str(error), field="epsilon", expected="a positive number") from None
    if epsilon <= 0:
        raise InvalidInput(format_fraction(epsilon), field="epsilon", expected="a positive number")
    return epsilon


@overload
def bounds(game: MarkovGame | CountGame | Analysis, epsilon: Any = None) -> Bounds: ...
@overload
def bounds(game: LQGame | LQAnalysis, epsilon: Any = None) -> LQBounds: ...
def bounds(game: Game | Analysis | LQAnalysis, epsilon: Any = None) -> Bounds | LQBounds:
    """The papers' constants, step sizes, regularisation and iteration bounds for a game.

    Args:
        game: a Markov game or a linear-quadratic game (or its analysis, to share work).
        epsilon: accuracy of the equilibrium in units of total reward or cost; by default a tenth of the reward range,
            and 1/100 for linear-quadratic games.

    Raises:
        InvalidInput: epsilon is not a positive number.
    """
    if isinstance(game, LQGame | LQAnalysis):
        from mpgcert.claims.lq.bounds import lq_bounds

        return lq_bounds(LQAnalysis.of(game), None if epsilon is None else parse_epsilon(epsilon))
    analysis = Analysis.of(game)
    scale = analysis.normalization.scale
    accuracy = scale / 10 if epsilon is None else parse_epsilon(epsilon)
    unit = unit_values(analysis) | {"epsilon": accuracy / scale}
    bounded = tuple(_bound(theorem, analysis, unit, scale) for theorem in theorems())
    return Bounds(analysis.game.name, accuracy, scale, _constants(analysis, bounded), bounded)


def unit_values(analysis: Analysis) -> dict[str, Fraction]:
    """Values of the game's symbols for the game with normalised rewards.

    M and the range of the potential are replaced by their certified upper bounds where they are not known
    exactly: the proofs use both only as upper bounds, so the theorems hold with the larger values too.
    Symbols without a value (no potential, infinite M) are left out.
    """
    game = analysis.game
    values: dict[str, Fraction] = {
        "n": Fraction(game.n_players),
        "S": Fraction(game.n_states),
        "A_max": Fraction(max(game.n_actions)),
        "discount": game.discount,
    }
    if analysis.M is not None and analysis.M[1] is not None:
        values["M"] = analysis.M[1]
    if analysis.phi_range is not None:
        values["phi_range"] = analysis.phi_range[1] / analysis.normalization.scale
    return values


def _missing(name: str, analysis: Analysis) -> str:
    """Why a symbol of a formula has no value for this game."""
    if name == "phi_range" and decide("stage-potential", analysis).verdict is Verdict.VIOLATED:
        return "the game has no stage potential"
    infinite = name == "M" and analysis.M == (None, None)
    return f"{meaning(name)} is {'infinite' if infinite else 'not known'}"


def _bound(theorem: Theorem, analysis: Analysis, unit: dict[str, Fraction], scale: Fraction) -> TheoremBound:
    hypotheses = {name: analysis.hypothesis(name) for name in theorem.hypotheses}
    notes: list[str] = []
    values = dict(unit)

    def value_of(formula: sympy.Expr | None, what: str) -> Fraction | None:
        if formula is None:
            return None
        missing = sorted({s.name for s in formula.free_symbols} - set(values))
        if missing:
            notes.append(f"no {what}: {' and '.join(_missing(name, analysis) for name in missing)}")
            return None
        try:
            return evaluate_exactly(formula, values)
        except ZeroDivisionError:
            notes.append(f"no {what}: the formula divides by zero (a constant potential allows any step)")
            return None

    regularization = value_of(theorem.regularization, "regularization")
    if regularization is not None:
        values["regularization"] = regularization
    step_size = value_of(theorem.step_size, "step size")
    if step_size is not None:
        values["step_size"] = step_size
    iterations = None
    if theorem.iterations is not None and step_size is not None:
        values["c"] = Fraction(1)
        iterations = value_of(theorem.iterations, "iteration bound")
        if theorem.needs_c and iterations is not None:
            notes.append("the bound on T depends on c, known only from a run; the value given is for c = 1, the least")
    return TheoremBound(
        theorem,
        all_of(hypotheses.values()),
        hypotheses,
        None if step_size is None else step_size / scale,
        None if regularization is None else regularization * scale,
        None if iterations is None else max(int(iterations), 1),
        tuple(dict.fromkeys(notes)),
    )


def _constants(analysis: Analysis, bounded: tuple[TheoremBound, ...]) -> dict[str, Quantity]:
    game, scale = analysis.game, analysis.normalization.scale
    out = {
        "n": Quantity.exactly(game.n_players, meaning("n")),
        "S": Quantity.exactly(game.n_states, meaning("S")),
        "A_max": Quantity.exactly(max(game.n_actions), meaning("A_max")),
        "discount": Quantity.exactly(game.discount, meaning("discount")),
    }
    for name, enclosure in (("M", analysis.M), ("D_inf", analysis.D_inf)):
        if enclosure is not None:
            out[name] = Quantity(*enclosure, meaning(name))
    if analysis.phi_range is not None:
        out["phi_range"] = Quantity(*analysis.phi_range, meaning("phi_range") + ", least over all potentials")
    values = unit_values(analysis)
    barrier = [b.regularization for b in bounded if b.regularization is not None]
    if barrier:
        values["regularization"] = max(barrier) / scale
    for constant in constants():
        if {s.name for s in constant.formula.free_symbols} <= set(values):
            out[constant.name] = Quantity.exactly(
                evaluate_exactly(constant.formula, values) * scale, f"{constant.meaning} ({constant.id})"
            )
    return out


def _number(value: Fraction | None) -> float | None:
    return None if value is None else to_double(value)


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else format_fraction(value)
