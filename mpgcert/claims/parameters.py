"""Step size and regularisation of a run, exactly, with the theorem they come from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import parse_number
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.bounds import unit_values
from mpgcert.claims.formula import evaluate_exactly
from mpgcert.claims.statements import Theorem, theorems
from mpgcert.errors import InvalidInput

__all__ = ["RunParameters", "run_parameters"]


@dataclass(frozen=True)
class RunParameters:
    """Parameters in the game's own units.

    Attributes:
        step_size: eta > 0.
        regularization: lambda >= 0.
        source: id of the theorem that prescribes the step size, or `given`.
    """

    step_size: Fraction
    regularization: Fraction
    source: str


def run_parameters(analysis: Analysis, algorithm: str, step_size: Any, regularization: Any) -> RunParameters:
    """Parameters for a run: as given, or the step size of the theorem about this algorithm.

    Args:
        step_size: a number, or None for the theorem's.
        regularization: a number; None or 0 for no log-barrier.

    Raises:
        InvalidInput: not a positive step size, a negative regularisation, or no theorem gives a step size.
    """
    weight = Fraction(0) if regularization is None else _number(regularization, "regularization", "a number >= 0")
    if weight < 0:
        raise InvalidInput(str(regularization), field="regularization", expected="a number >= 0")
    if step_size is not None:
        eta = _number(step_size, "step_size", "a positive number")
        if eta <= 0:
            raise InvalidInput(str(step_size), field="step_size", expected="a positive number")
        return RunParameters(eta, weight, "given")
    scale = analysis.normalization.scale
    theorem = _prescribing(algorithm, weight > 0)
    values = unit_values(analysis) | {"regularization": weight / scale}
    missing = {symbol.name for symbol in theorem.step_size.free_symbols} - set(values)
    if missing or values.get("phi_range") == 0:
        why = "its potential is constant" if not missing else f"{', '.join(sorted(missing))} has no finite value here"
        raise InvalidInput(
            f"{theorem.id} gives no step size for this game: {why}", field="step_size", expected="a positive number"
        )
    return RunParameters(evaluate_exactly(theorem.step_size, values) / scale, weight, theorem.id)


def _prescribing(algorithm: str, regularized: bool) -> Theorem:
    for theorem in theorems():
        fits = theorem.algorithm == algorithm and (theorem.regularization is not None) == regularized
        if fits and theorem.step_rule == "exactly":
            return theorem
    raise InvalidInput(f"no theorem is about {algorithm}", field="algorithm")


def _number(value: Any, field: str, expected: str) -> Fraction:
    try:
        return parse_number(value)
    except ValueError as error:
        raise InvalidInput(str(error), field=field, expected=expected) from None
