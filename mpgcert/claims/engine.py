"""Decide a claim on an instance: doubles as a filter, balls of rising precision, rationals at the end.

`check` is the only judge.  It evaluates hypotheses and both sides at every index in one arithmetic; what is
not certain there is evaluated again in the next.  `screen` gives the ratio of the sides in doubles: it
steers searches and decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from mpgcert.arithmetic import EXACT, FLOAT, Arithmetic, Ball
from mpgcert.claims.claim import Claim
from mpgcert.claims.formula import compiled
from mpgcert.claims.point import Index, Lens, Point
from mpgcert.claims.properties import decide
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.quantities.rule import Rule
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import Irrational, SingularMatrix

__all__ = ["Check", "GivenSides", "Screening", "Sides", "check", "decide_at", "screen", "value_at"]

_EDGE = 1e-12  # relative slack for conditions in a screening
_NOISE = 1e-11  # sides of doubles below this are not compared by a screening
LADDER: tuple[Arithmetic, ...] = (Ball(128), Ball(384), Ball(1024))


@dataclass(frozen=True)
class Check:
    """The outcome on one instance.

    Attributes:
        verdict: holds, violated, vacuous or undecided.
        left, right: enclosures of both sides at the worst index, as pairs of doubles' texts.
        ratio: smaller side over larger side there (1 for equality; above 1 where violated).
        index: where it is worst.
        decided_in: the arithmetic that decided.
        reason: why it is vacuous or undecided.
    """

    verdict: Verdict
    left: Any = None
    right: Any = None
    ratio: float | None = None
    index: Mapping[str, int] | None = None
    decided_in: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Screening:
    """What doubles say: the largest ratio and where; None where the statement seems vacuous."""

    ratio: float
    index: Index


class Sides:
    """Values of a claim's symbols on one instance in one arithmetic; each quantity is computed once."""

    def __init__(self, claim: Claim, point: Point, arithmetic: Arithmetic) -> None:
        self.rules, self.arithmetic = quantities_of(claim.setting), arithmetic
        self.lens = Lens(point, arithmetic)
        self._known: dict[tuple[Any, ...], Any] = {}

    def evaluate(self, expression: sympy.Expr, index: Index) -> Any:
        return compiled(expression)(lambda name: self._value(name, index), self.arithmetic)

    def _value(self, name: str, index: Index) -> Any:
        rule, square = self._rule(name)
        key = (name, *[getattr(index, use) for use in sorted(rule.uses)])
        if key not in self._known:
            self._known[key] = (rule.square if square else rule.function)(self.lens, index)  # type: ignore[misc]
        return self._known[key]

    def _rule(self, name: str) -> tuple[Rule, bool]:
        if name.endswith("**2"):
            rule = self.rules[name[:-3]]
            if rule.square is None:
                raise KeyError(name)
            return rule, True
        return self.rules[name], False


class GivenSides:
    """Values of symbols that were measured elsewhere, as numbers of an arithmetic."""

    def __init__(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> None:
        self.values, self.arithmetic = values, arithmetic

    def evaluate(self, expression: sympy.Expr, _: Index) -> Any:
        return compiled(expression)(self.values.__getitem__, self.arithmetic)


AnySides = Sides | GivenSides


def value_at(expression: sympy.Expr, claim: Claim, point: Point, arithmetic: Arithmetic) -> Any:
    """The value of an expression without indices on an instance."""
    with arithmetic.context():
        return Sides(claim, point, arithmetic).evaluate(expression, Index())


def uses(claim: Claim) -> frozenset[str]:
    """The indices over which a claim is meant: those that its symbols use."""
    rules = quantities_of(claim.setting)
    symbols = {s.name for part in (claim.relation, *claim.given) if part is not None for s in part.free_symbols}
    return frozenset().union(*(rules[name].uses for name in symbols))


def check(claim: Claim, point: Point) -> Check:
    """Decide a claim on an instance, with proof.

    The hypotheses on the game are decided exactly first; the verdict is over all indices, and the index where
    the ratio of the sides is largest is reported.
    """
    for name in claim.assumes:
        decision = decide(name, point.analysis)
        if decision.verdict is not Verdict.HOLDS:
            verdict = Verdict.VACUOUS if decision.verdict is Verdict.VIOLATED else Verdict.UNDECIDED
            return Check(verdict, reason=f"{name}: {decision.summary}")
    return decide_at(claim, lambda arithmetic: Sides(claim, point, arithmetic), list(point.indices(uses(claim))))


def decide_at(claim: Claim, sides_in: Callable[[Arithmetic], AnySides | None], indices: list[Index]) -> Check:
    """Climb the arithmetics until the claim is decided at every index.

    Args:
        sides_in: values of the symbols in an arithmetic; None where it cannot give them.
    """
    pending, doubtful = _meeting(claim, sides_in, indices)
    best = Check(Verdict.VACUOUS, reason="no index meets the hypotheses")
    for arithmetic in (*LADDER, EXACT):
        with arithmetic.context():
            sides, still = sides_in(arithmetic), []
            if sides is None:
                continue
            for index in pending:
                outcome = _at(claim, sides, index)
                if outcome is None:
                    still.append(index)
                elif outcome.verdict is Verdict.VIOLATED:
                    return outcome
                elif outcome.verdict is Verdict.HOLDS and (best.ratio is None or (outcome.ratio or 0) > best.ratio):
                    best = outcome
        pending = still
        if not pending:
            break
    if not pending and not doubtful:
        return best
    where = (pending or doubtful)[0].to_dict()
    what = "comparisons" if pending else "hypotheses"
    return Check(
        Verdict.UNDECIDED,
        index=where,
        reason=f"{len(pending or doubtful)} {what} too close for {LADDER[-1].name} and not rational",
    )


def _meeting(
    claim: Claim, sides_in: Callable[[Arithmetic], AnySides | None], indices: list[Index]
) -> tuple[list[Index], list[Index]]:
    """The indices where all conditions of the claim hold, and those where that is not decided.

    Conditions are often met with equality (a step size at the limit), so rationals come first.
    """
    meeting, doubtful = indices, []
    for relation in claim.given:
        pending, passed = meeting, []
        for arithmetic in (EXACT, *LADDER):
            if not pending:
                break
            with arithmetic.context():
                sides, still = sides_in(arithmetic), []
                if sides is None:
                    continue
                for index in pending:
                    found = _certainly(relation, sides, index)
                    if found is None:
                        still.append(index)
                    elif found[0]:
                        passed.append(index)
            pending = still
        doubtful += pending
        meeting = [index for index in meeting if index in set(passed)]
    return meeting, doubtful


def _certainly(relation: sympy.Basic | None, sides: AnySides, index: Index) -> tuple[bool, Any, Any] | None:
    """`_compare`, or None where this arithmetic cannot give the values."""
    try:
        return _compare(relation, sides, index)
    except (SingularMatrix, ZeroDivisionError, Irrational):
        return None


def _at(claim: Claim, sides: AnySides, index: Index) -> Check | None:
    """The outcome at one index, or None if this arithmetic cannot tell."""
    found = _certainly(claim.relation, sides, index)
    if found is None:
        return None
    holds, left, right = found
    small, large = (left, right) if isinstance(claim.relation, (sympy.Le, sympy.Lt, sympy.Eq)) else (right, left)
    return Check(
        Verdict.HOLDS if holds else Verdict.VIOLATED,
        left=_bounds(left, sides.arithmetic),
        right=_bounds(right, sides.arithmetic),
        ratio=_ratio(_middle(small, sides.arithmetic), _middle(large, sides.arithmetic)),
        index=index.to_dict(),
        decided_in=sides.arithmetic.name,
    )


def _compare(relation: sympy.Basic | None, sides: AnySides, index: Index) -> tuple[bool, Any, Any] | None:
    """Whether a relation holds at an index, with both sides; None if not certain."""
    assert relation is not None
    arithmetic = sides.arithmetic
    if arithmetic is EXACT and not isinstance(relation, sympy.Eq):
        relation = _rational_form(relation)
    left, right = (sides.evaluate(side, index) for side in (relation.lhs, relation.rhs))
    if isinstance(relation, sympy.Eq):
        orders = arithmetic.at_most(left, right), arithmetic.at_most(right, left)
        holds = None if None in orders else orders == (True, True)
    elif isinstance(relation, (sympy.Le, sympy.Ge)):
        small, large = (left, right) if isinstance(relation, sympy.Le) else (right, left)
        holds = arithmetic.at_most(small, large)
    else:
        small, large = (left, right) if isinstance(relation, sympy.Lt) else (right, left)
        reverse = arithmetic.at_most(large, small)
        holds = None if reverse is None else not reverse
    return None if holds is None else (holds, left, right)


def _rational_form(relation: sympy.Basic) -> sympy.Basic:
    """The relation between squares where both sides are non-negative and squaring removes roots."""
    if relation.lhs.is_nonnegative and relation.rhs.is_nonnegative:
        return relation.func(relation.lhs**2, relation.rhs**2, evaluate=False)
    return relation


def _middle(value: Any, arithmetic: Arithmetic) -> float:
    low, high = arithmetic.enclosure(value)
    return float((low + high) / 2)


def _bounds(value: Any, arithmetic: Arithmetic) -> tuple[float, float]:
    low, high = arithmetic.enclosure(value)
    return float(low), float(high)


def _ratio(small: float, large: float, noise: float = 0.0) -> float:
    """How close to violation: at most 1 where small <= large, above 1 otherwise, whatever the signs.

    Two sides that are both 0 (or within the noise of doubles) say nothing about tightness: 0.
    """
    if max(abs(small), abs(large)) <= noise or small <= 0 <= large:
        return 0.0
    if large <= 0:
        return math.inf if small > 0 or large == 0 else large / small if small else math.inf
    return small / large


def screen(claim: Claim, point: Point, relation: sympy.Basic | None = None) -> Screening | None:
    """The largest ratio over all indices in doubles; None if the hypotheses seem to fail everywhere."""
    relation = claim.relation if relation is None else relation
    assert relation is not None
    sides, best = Sides(claim, point, FLOAT), None
    reverse = isinstance(relation, (sympy.Ge, sympy.Gt))
    for index in point.indices(uses(claim)):
        try:
            if not all(_float_holds(part, sides, index) for part in claim.given):
                continue
            left, right = (float(sides.evaluate(side, index)) for side in (relation.lhs, relation.rhs))
        except (SingularMatrix, ZeroDivisionError, FloatingPointError):
            continue
        if isinstance(relation, sympy.Eq):
            scale = max(abs(left), abs(right))
            ratio = 1 + abs(left - right) / scale if scale > _NOISE else 0.0
        else:
            small, large = (right, left) if reverse else (left, right)
            ratio = _ratio(small, large, _NOISE)
        if not math.isnan(ratio) and (best is None or ratio > best.ratio):
            best = Screening(ratio, index)
    return best


def _float_holds(relation: sympy.Basic, sides: AnySides, index: Index) -> bool:
    """Whether a condition seems to hold; at its edge rounding must not decide, so a little more is let through."""
    left, right = (float(sides.evaluate(side, index)) for side in (relation.lhs, relation.rhs))
    slack = _EDGE * max(abs(left), abs(right))
    if isinstance(relation, sympy.Eq):
        return abs(left - right) <= slack
    small, large = (left, right) if isinstance(relation, (sympy.Le, sympy.Lt)) else (right, left)
    return small <= large + slack
