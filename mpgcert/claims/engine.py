"""Decide a claim on an instance: doubles as a filter, balls of rising precision, rationals at the end.

`check` is the only judge.  It evaluates hypotheses and both sides at every index in one arithmetic; what is
not certain there is evaluated again in the next.  `screen` gives the ratio of the sides in doubles: it
steers searches and decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import Any, TypeVar

import numpy as np
import sympy

from mpgcert.arithmetic import EXACT, FLOAT, Arithmetic, Ball
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.formula import is_algebraic_identity
from mpgcert.claims.point import Point
from mpgcert.claims.point_index import Index
from mpgcert.claims.properties import decide
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.sides import AnyPoint, AnySides, GivenSides, Sides
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import Irrational, SingularMatrix

__all__ = [
    "EDGE",
    "NOISE",
    "Check",
    "GivenSides",
    "Screening",
    "Sides",
    "check",
    "decide_at",
    "screen",
    "uses",
    "value_at",
]

T = TypeVar("T")

EDGE = 1e-12  # relative slack for conditions in a screening
NOISE = 1e-11  # sides of doubles below this are not compared by a screening
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


def value_at(
    expression: sympy.Expr, claim: Claim, point: AnyPoint, arithmetic: Arithmetic, index: Index | None = None
) -> Any:
    """The value of an expression on an instance, at an index if it has indices."""
    with arithmetic.context():
        return Sides(claim, point, arithmetic).evaluate(expression, index or Index())


@cache
def uses(claim: Claim) -> frozenset[str]:
    """The indices over which a claim is meant: those that its symbols use."""
    rules = quantities_of(claim.setting)
    symbols = {s.name for part in (claim.relation, *claim.given) if part is not None for s in part.free_symbols}
    return frozenset().union(*(rules[name].uses for name in symbols))


def check(claim: Claim, point: AnyPoint) -> Check:
    """Decide a claim on an instance, with proof.

    The hypotheses on the game are decided exactly first; the verdict is over all indices, and the index where
    the ratio of the sides is largest is reported.
    """
    if claim.setting is Setting.RUN and claim.uniform_start and not _starts_uniform(point):
        return Check(Verdict.VACUOUS, reason="the run does not start from the uniform policy")
    if is_algebraic_identity(claim.relation):
        return Check(Verdict.HOLDS, decided_in="algebra", reason="both sides are the same expression")
    for name in claim.assumes:
        decision = decide(name, point.analysis)
        if decision.verdict is not Verdict.HOLDS:
            verdict = Verdict.VACUOUS if decision.verdict is Verdict.VIOLATED else Verdict.UNDECIDED
            return Check(verdict, reason=f"{name}: {decision.summary}")
    return decide_at(claim, lambda arithmetic: Sides(claim, point, arithmetic), list(point.indices(uses(claim))))


def _starts_uniform(point: AnyPoint) -> bool:
    policy = point.policy if isinstance(point, Point) else None
    return policy is not None and all(part.min() == part.max() for part in policy.probabilities)


def decide_at(claim: Claim, sides_in: Callable[[Arithmetic], AnySides | None], indices: list[Index]) -> Check:
    """Climb the arithmetics until the claim is decided at every index.

    Args:
        sides_in: values of the symbols in an arithmetic; None where it cannot give them.
    """
    known: dict[str, AnySides | None] = {}

    def sides(arithmetic: Arithmetic) -> AnySides | None:
        if arithmetic.name not in known:
            known[arithmetic.name] = sides_in(arithmetic)
        return known[arithmetic.name]

    meeting, doubtful = indices, []
    for relation in claim.given:
        # conditions are often met with equality (a step size at the limit): rationals first
        found, open_at = _climb((EXACT, *LADDER), sides, meeting, partial(_certainly, relation))
        doubtful += open_at
        meeting = [index for index, (holds, *_) in found.items() if holds]
    # no ball proves an equality either
    order = (EXACT, *LADDER) if isinstance(claim.relation, sympy.Eq) else (*LADDER, EXACT)
    outcomes, pending = _climb(order, sides, meeting, partial(_at, claim), lambda o: o.verdict is Verdict.VIOLATED)
    violated = next((o for o in outcomes.values() if o.verdict is Verdict.VIOLATED), None)
    if violated is not None:
        return violated
    if pending or doubtful:
        what = "comparisons" if pending else "hypotheses"
        return Check(
            Verdict.UNDECIDED,
            index=(pending or doubtful)[0].to_dict(),
            reason=f"{len(pending or doubtful)} {what} too close for {LADDER[-1].name} and not rational",
        )
    vacuous = Check(Verdict.VACUOUS, reason="no index meets the hypotheses")
    return max(outcomes.values(), key=lambda outcome: outcome.ratio or 0, default=vacuous)


def _climb(
    order: Sequence[Arithmetic],
    sides_in: Callable[[Arithmetic], AnySides | None],
    indices: list[Index],
    judge: Callable[[AnySides, Index], T | None],
    enough: Callable[[T], bool] = lambda outcome: False,
) -> tuple[dict[Index, T], list[Index]]:
    """What is found at each index in the first arithmetic that can tell, and the indices where none can.

    It ends early with an outcome that is `enough`.
    """
    found: dict[Index, T] = {}
    pending = indices
    for arithmetic in order:
        if not pending:
            break
        with arithmetic.context():
            sides, still = sides_in(arithmetic), []
            if sides is None:
                continue
            for index in pending:
                outcome = judge(sides, index)
                if outcome is None:
                    still.append(index)
                    continue
                found[index] = outcome
                if enough(outcome):
                    return found, []
        pending = still
    return found, pending


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
    small, large = (_middle(side, sides.arithmetic) for side in (left, right))
    if isinstance(claim.relation, (sympy.Ge, sympy.Gt)) or (isinstance(claim.relation, sympy.Eq) and small < large):
        small, large = large, small
    ratio, reported = _ratio(small, large), [_bounds(side, sides.arithmetic) for side in (left, right)]
    if sides.arithmetic is EXACT and _is_squared(claim.relation):  # squares were compared: report the sides themselves
        ratio, reported = math.sqrt(ratio), [_root_bounds(EXACT.enclosure(side)[0]) for side in (left, right)]
    return Check(
        Verdict.HOLDS if holds else Verdict.VIOLATED,
        left=reported[0],
        right=reported[1],
        ratio=ratio,
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


@cache
def _rational_form(relation: sympy.Basic) -> sympy.Basic:
    """The relation between squares where both sides are non-negative and squaring removes roots."""
    discount, rest = VOCABULARY["discount"].symbol, sympy.Symbol("rest", positive=True)
    if all(side.subs(discount, 1 - rest).is_nonnegative for side in (relation.lhs, relation.rhs)):
        return relation.func(relation.lhs**2, relation.rhs**2, evaluate=False)
    return relation


def _is_squared(relation: sympy.Basic | None) -> bool:
    return not isinstance(relation, sympy.Eq) and _rational_form(relation) is not relation


def _root_bounds(square: Fraction) -> tuple[float, float]:
    """Doubles around the square root of a rational."""
    ball = LADDER[0]
    with ball.context():
        return _bounds(ball.sqrt(ball.number(square)), ball)


def _double(value: Fraction | float) -> float:
    """The nearest double; infinite where the number is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _middle(value: Any, arithmetic: Arithmetic) -> Fraction | float:
    """The middle of the enclosure: rational, unless the number is out of all range (as an exponential can be)."""
    try:
        low, high = arithmetic.enclosure(value)
    except SingularMatrix:
        low_double, high_double = arithmetic.doubles(value)
        return low_double / 2 + high_double / 2
    return (low + high) / 2


def _bounds(value: Any, arithmetic: Arithmetic) -> tuple[float, float]:
    return arithmetic.doubles(value)


def _ratio(small: Any, large: Any, noise: float = 0.0) -> float:
    """How close to violation: at most 1 where small <= large, above 1 otherwise, whatever the signs.

    Two sides that are both 0 (or within the noise of doubles) say nothing about tightness: 0.
    """
    if max(abs(small), abs(large)) <= noise or small <= 0 <= large:
        return 0.0
    if math.inf in (abs(small), abs(large)):
        return 0.0 if abs(large) == math.inf else math.inf
    if large <= 0:
        return _double(large / small) if small < 0 and large else math.inf
    return _double(small / large)


def screen(claim: Claim, point: AnyPoint) -> Screening | None:
    """The largest ratio over all indices in doubles; None if the hypotheses seem to fail everywhere."""
    relation = claim.relation
    assert relation is not None
    sides, best = Sides(claim, point, FLOAT), None
    reverse = isinstance(relation, (sympy.Ge, sympy.Gt))
    for index in point.indices(uses(claim)):
        try:
            with np.errstate(all="ignore"):  # a ratio that is not a number is left out below
                if not all(_float_holds(part, sides, index) for part in claim.given):
                    continue
                left, right = (float(sides.evaluate(side, index)) for side in (relation.lhs, relation.rhs))
        except (SingularMatrix, ZeroDivisionError, FloatingPointError):
            continue
        if isinstance(relation, sympy.Eq):
            scale = max(abs(left), abs(right))
            ratio = 1 + abs(left - right) / scale if scale > NOISE else 0.0
        else:
            small, large = (right, left) if reverse else (left, right)
            ratio = _ratio(small, large, NOISE)
        if not math.isnan(ratio) and (best is None or ratio > best.ratio):
            best = Screening(ratio, index)
    return best


def _float_holds(relation: sympy.Basic, sides: AnySides, index: Index) -> bool:
    """Whether a condition seems to hold; at its edge rounding must not decide, so a little more is let through."""
    left, right = (float(sides.evaluate(side, index)) for side in (relation.lhs, relation.rhs))
    slack = EDGE * max(abs(left), abs(right))
    if isinstance(relation, sympy.Eq):
        return abs(left - right) <= slack + NOISE
    small, large = (left, right) if isinstance(relation, (sympy.Le, sympy.Lt)) else (right, left)
    return small <= large + slack
