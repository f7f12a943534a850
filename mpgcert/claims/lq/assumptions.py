"""The assumptions of linear-quadratic catalogues, decided for one game."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.decision import Decision
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.constants import LADDER, Evaluator
from mpgcert.claims.properties import decide
from mpgcert.claims.quantity import Quantity
from mpgcert.claims.statements import Assumption, assumptions, formulas
from mpgcert.claims.verdicts import Verdict, all_of

__all__ = ["compared", "decide_all", "decide_assumption"]


def decide_all(analysis: LQAnalysis) -> dict[str, tuple[Assumption, Decision]]:
    """Every assumption about linear-quadratic games by id, decided."""
    return {entry.id: (entry, decide_assumption(entry, analysis)) for entry in assumptions("lq-game")}


def decide_assumption(assumption: Assumption, analysis: LQAnalysis) -> Decision:
    """One assumption, decided; each is decided once per analysis."""
    if assumption.sides is None:
        return decide(assumption.property, analysis)
    if assumption.id not in analysis.decisions:
        analysis.decisions[assumption.id] = _condition(assumption, analysis)
    return analysis.decisions[assumption.id]


def _condition(assumption: Assumption, analysis: LQAnalysis) -> Decision:
    """A strict inequality between two constants, decided by enclosing both."""
    assert assumption.sides is not None
    needed = [decide(name, analysis) for name in ("lq-definite-costs", "lq-definite-noise", "lq-unique-solution")]
    if all_of(decision.verdict for decision in needed) is not Verdict.HOLDS:
        reason = next(decision.summary for decision in needed if decision.verdict is not Verdict.HOLDS)
        return Decision(Verdict.UNDECIDED, f"the inequality has no meaning here: {reason}")
    evaluator = Evaluator(analysis)
    verdict, left, right = compared(evaluator, assumption.sides)
    if left is None or right is None:
        return Decision(Verdict.UNDECIDED, "the two sides could not be enclosed")
    evidence: dict[str, Any] = {
        "left": left.to_dict(),
        "right": right.to_dict(),
        "ratio": right.value / left.value if left.value else None,
        "delta": format_fraction(analysis.delta),
        "start": analysis.start_note,
    }
    fate = {Verdict.HOLDS: "is above", Verdict.VIOLATED: "is not above"}.get(verdict, "cannot be told from")
    summary = f"the left side, {left.value:.12g}, {fate} the right one, {right.value:.12g}, from {analysis.start_note}"
    if verdict is Verdict.VIOLATED:
        at_best, _, least = compared(Evaluator(analysis, from_equilibrium=True), assumption.sides)
        if least is not None:
            evidence["right_from_equilibrium"] = least.to_dict()
            evidence["from_every_start"] = at_best is Verdict.VIOLATED
            if at_best is Verdict.VIOLATED:
                summary += "; no start helps, as it fails even from the equilibrium itself"
        necessary = _necessary(assumption, evaluator)
        if necessary is not None:
            evidence["necessary"] = necessary.to_dict()
            if necessary.lower is not None and necessary.lower >= 1:
                summary += f"; no noise helps, as {necessary.value:.4g} would have to be below 1 ({necessary.meaning})"
    certificate = {
        "kind": "strict-inequality",
        "left": [format_fraction(bound) for bound in _ends(left)],
        "right": [format_fraction(bound) for bound in _ends(right)],
    }
    return Decision(verdict, summary, evidence, certificate)


def _necessary(assumption: Assumption, evaluator: Evaluator) -> Quantity | None:
    """The constant that is below 1 wherever the inequality holds (proved for the paper's sigma_X)."""
    if evaluator.along_policy:
        return None
    found = formulas().get(assumption.needs_below_one or "")
    return None if found is None else evaluator.value(found, found.id)


def _ends(quantity: Quantity) -> tuple[Fraction, Fraction]:
    assert quantity.lower is not None
    assert quantity.upper is not None
    return _shorter(quantity.lower, -1), _shorter(quantity.upper, 1)


def _shorter(value: Fraction, direction: int) -> Fraction:
    """A rational of few digits beside the value, on the given side of it; the value itself if it is short."""
    if value.denominator.bit_length() + value.numerator.bit_length() < 200:
        return value
    scale = Fraction(2) ** (abs(value.numerator).bit_length() - value.denominator.bit_length() - 96)
    steps = value / scale
    return (steps.numerator // steps.denominator + (direction > 0)) * scale


def compared(evaluator: Evaluator, sides: tuple[str, str]) -> tuple[Verdict, Quantity | None, Quantity | None]:
    """Whether the first constant is larger than the second, with enclosures of both."""
    known = formulas()
    left, right = (evaluator.value(known[name], known[name].meaning) for name in sides)
    if left is None or right is None or left.upper is None or right.upper is None:
        return Verdict.UNDECIDED, left, right
    assert left.lower is not None
    assert right.lower is not None
    if left.lower > right.upper:
        return Verdict.HOLDS, left, right
    if left.upper <= right.lower:
        return Verdict.VIOLATED, left, right
    for arithmetic in LADDER:
        ends = [evaluator.enclosure(known[name], arithmetic) for name in sides]
        if ends[0] is not None and ends[1] is not None:
            if ends[0][0] > ends[1][1]:
                return Verdict.HOLDS, left, right
            if ends[0][1] <= ends[1][0]:
                return Verdict.VIOLATED, left, right
    return Verdict.UNDECIDED, left, right
