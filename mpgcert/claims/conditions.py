"""Why a statement says nothing about a run, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from mpgcert.claims.formula import evaluate_exactly, relation_holds
from mpgcert.claims.statements import assumptions
from mpgcert.claims.verdicts import Verdict

if TYPE_CHECKING:
    import sympy

    from mpgcert.claims.claim import Claim

__all__ = ["assumption_title", "missed_assumption", "unmet", "unmet_exactly", "why_silent"]

_LONGEST = 60
_ORDERS = {"<=": "at most", "<": "below", ">=": "at least", ">": "above", "==": "equal to"}
_TURNED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<", "==": "=="}


@cache
def _titles() -> dict[str, str]:
    entries = [entry for kind in ("markov-game", "lq-game") for entry in assumptions(kind)]
    return {entry.property: entry.title for entry in reversed(entries)}


def assumption_title(name: str) -> str:
    """What the catalogues call a property that statements assume, by the name of its procedure.

    >>> assumption_title("every-state-visited"), assumption_title("lq-definite-noise")
    ('Every state is visited under every policy', 'Definite noise')
    """
    return _titles().get(name, name.removeprefix("lq-").replace("-", " ").capitalize())


def missed_assumption(name: str, verdict: Verdict) -> str:
    """An assumption that a game does not meet, or is not known to meet, by the name of its procedure."""
    fate = "fails" if verdict is Verdict.VIOLATED else "is undecided"
    return f"an assumption {fate} for this game: {assumption_title(name)}"


def why_silent(
    claim: Claim, verdict_of: Callable[[str], Verdict], values: Mapping[str, Fraction], scale: Fraction
) -> tuple[Verdict, str, sympy.Basic | None] | None:
    """Why a statement says nothing about a run, with the condition that fails, or None if it does.

    Args:
        verdict_of: decides an assumption by the name of its procedure.
        values: of the symbols that are known before the run, for rewards in [0, 1].
        scale: by which rewards were divided for that.
    """
    for name in claim.assumes:
        verdict = verdict_of(name)
        if verdict is not Verdict.HOLDS:
            silent = Verdict.VACUOUS if verdict is Verdict.VIOLATED else Verdict.UNDECIDED
            return silent, missed_assumption(name, verdict), None
    for relation in claim.given:
        names = {symbol.name for symbol in relation.free_symbols}
        if names <= set(values) and not relation_holds(relation, values):
            return Verdict.VACUOUS, unmet_exactly(relation, values, scale), relation
    return None


def unmet_exactly(relation: sympy.Basic, values: Mapping[str, Fraction], scale: Fraction) -> str:
    """`unmet` for rational values."""
    left, right = (float(evaluate_exactly(side, values)) for side in relation.args)
    return unmet(relation, left, right) + (" (with rewards in [0, 1])" if scale != 1 else "")


def unmet(relation: sympy.Basic, left: float, right: float) -> str:
    """What a condition asks for, and what there is instead.

    >>> from mpgcert.claims.symbols import symbol
    >>> unmet(symbol("step_size") <= 1 / (6 * symbol("n")), 0.5, 1 / 12)
    'the statement asks for a step size of at most 0.083333; here it is 0.5'
    >>> unmet(symbol("n") ** 2 < symbol("M"), 9, 4)
    'the statement asks for n**2 below 4; here it is 9'
    """
    sign, side = relation.rel_op, relation.lhs
    if len(str(side)) > _LONGEST:
        sign, side, left, right = _TURNED[sign], relation.rhs, right, left
    what = "a step size of" if str(side) == "step_size" else str(side)
    return f"the statement asks for {what} {_ORDERS[sign]} {right:.5g}; here it is {left:.5g}"
