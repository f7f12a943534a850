"""Statements about every count n >= first: counterexamples by trying, proofs by intervals and a tail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any, TypeVar

from mpgcert.arithmetic import brief_fraction
from mpgcert.claims.step_sizes.constants import Beyond
from mpgcert.claims.step_sizes.evaluation import Undefined, at_most, evaluate, interval, sign
from mpgcert.claims.step_sizes.expansion import Expander
from mpgcert.claims.step_sizes.expression import ONE, Expression, add, elasticity, log_of, negate
from mpgcert.claims.step_sizes.growth import TAILS, in_tail
from mpgcert.claims.step_sizes.monomials import NotYet

__all__ = ["Everywhere", "in_unit_interval", "non_increasing", "positive"]

_TRIED = 256
_EVALUATIONS = 4000
T = TypeVar("T")


@dataclass(frozen=True)
class Everywhere:
    """The answer about all n >= first.

    Attributes:
        holds: None if not decided.
        count: the n at which it fails, or from which on the tail's argument holds.
        reason: why, in a few words.
    """

    holds: bool | None
    count: int | None
    reason: str


def in_unit_interval(of: Expression, first: int) -> Everywhere:
    """Whether 0 < f(n) < 1 for all n >= first."""

    def inside(value: Any) -> bool | None:
        ends = sign(value), sign(1 - value)
        if -1 in ends or 0 in ends:
            return False
        return True if ends == (1, 1) else None

    def tail(start: int) -> bool:
        return _sign_from(start, of) > 0 and _below_one_from(start, of)

    return _for_all(first, of, inside, tail, "outside (0, 1)")


def positive(of: Expression, first: int) -> Everywhere:
    """Whether f(n) > 0 for all n >= first."""

    def above(value: Any) -> bool | None:
        found = sign(value)
        return None if found is None else found > 0

    return _for_all(first, of, above, lambda start: _sign_from(start, of) > 0, "not positive")


def non_increasing(of: Expression, first: int) -> Everywhere:
    """Whether f(n + 1) <= f(n) for all n >= first.

    On an interval, and on the tail, f > 0 and n f'(n) / f(n) <= 0 suffice; a minimum or maximum is continuous, so both
    branches' derivatives will do where it is unknown which one is in force.
    """
    slope = elasticity(of)

    def step(n: int) -> bool | None:
        return at_most(evaluate(of, Fraction(n + 1)), evaluate(of, Fraction(n)))

    def piece(low: int, high: int) -> bool:
        counts = interval(low, high)
        return sign(evaluate(of, counts)) == 1 and at_most(evaluate(slope, counts), Fraction(0)) is True

    def tail(start: int) -> bool:
        return _slope_sign(start, slope) * _sign_from(start, of) <= 0

    return _decide(first, step, piece, tail, "increasing")


def _slope_sign(start: int, slope: Expression) -> int:
    return in_tail(start, lambda tail: tail.sign(slope))


def _sign_from(start: int, of: Expression) -> int:
    """The sign of f(n) for all n >= start; where all factors have logarithms, f is positive."""
    try:
        return in_tail(start, lambda tail: tail.sign(of))
    except Beyond as reason:
        _by_logarithm(start, of, reason, lambda tail, logarithm: tail.expand(logarithm))
        return 1


def _below_one_from(start: int, of: Expression) -> bool:
    try:
        return in_tail(start, lambda tail: tail.sign(add(ONE, negate(of)))) > 0
    except Beyond as reason:
        return _by_logarithm(start, of, reason, lambda tail, logarithm: tail.sign(logarithm)) < 0


def _by_logarithm(start: int, of: Expression, otherwise: Beyond, ask: Callable[[Expander, Expression], T]) -> T:
    """The answer about log f for all n >= start; raises the first reason if log f is beyond the class too."""
    try:
        return in_tail(start, lambda tail: ask(tail, log_of(of)))
    except Beyond:
        raise otherwise from None


def _for_all(
    first: int, of: Expression, test: Callable[[Any], bool | None], tail: Callable[[int], bool], failure: str
) -> Everywhere:
    return _decide(
        first,
        lambda n: test(evaluate(of, Fraction(n))),
        lambda low, high: test(evaluate(of, interval(low, high))) is True,
        tail,
        failure,
    )


def _decide(
    first: int,
    at: Callable[[int], bool | None],
    over: Callable[[int, int], bool],
    tail: Callable[[int], bool],
    failure: str,
) -> Everywhere:
    """Try the first counts; find a tail where the statement is certain either way; close the gap between by intervals.

    Args:
        at: the statement at a count, None if uncertain.
        over: whether it certainly holds at all counts of an interval.
        tail: whether it holds for all counts from one on; False if it fails somewhere there; raises NotYet or Beyond.
    """
    for n in range(first, first + _TRIED):
        try:
            if at(n) is False:
                return Everywhere(False, n, f"{failure} at n = {n}")
        except Undefined as error:
            return Everywhere(False, n, f"undefined at n = {n}: {error}")
    for start in TAILS:
        try:
            if tail(start):
                return _close_gap(first, start, at, over, failure)
        except NotYet:
            continue
        except Beyond as reason:
            return Everywhere(None, None, str(reason))
        return _fails_at(start, at, failure)
    return Everywhere(None, None, f"no argument holds from n = {_count(TAILS[-1])} on")


def _fails_at(start: int, at: Callable[[int], bool | None], failure: str) -> Everywhere:
    """The statement fails for every n >= start; name the first power of 2 where that shows."""
    for n in [2**k for k in range(8, start.bit_length())] + [start]:
        try:
            if at(n) is False:
                return Everywhere(False, n, f"{failure} at n = {_count(n)}")
        except (Undefined, OverflowError):
            break
    return Everywhere(False, start, f"{failure} from n = {_count(start)} on")


def _close_gap(
    first: int, start: int, at: Callable[[int], bool | None], over: Callable[[int, int], bool], failure: str
) -> Everywhere:
    """The statement at first <= n < start, by bisection of the interval until interval arithmetic is certain."""
    pieces, budget = [(first, start)] if first < start else [], _EVALUATIONS
    while pieces:
        low, high = pieces.pop()
        budget -= 1
        if budget < 0:
            return Everywhere(None, None, f"too many intervals between n = {first} and n = {_count(start)}")
        try:
            if high > low + 1 and _certain(over, low, high):
                continue
            if high == low + 1:
                found = at(low)
                if found is None:
                    return Everywhere(None, low, f"not certain at n = {_count(low)}")
                if not found:
                    return Everywhere(False, low, f"{failure} at n = {_count(low)}")
                continue
        except Undefined as error:
            return Everywhere(False, low, f"undefined at n = {_count(low)}: {error}")
        middle = isqrt(low * high) if high > 4 * (low + 1) else (low + high) // 2
        middle = max(middle, low + 1)
        pieces += [(middle, high), (low, middle)]
    return Everywhere(True, start, f"proved for all n from {first} on")


def _certain(over: Callable[[int, int], bool], low: int, high: int) -> bool:
    try:
        return over(low, high)
    except Undefined:
        return False


def _count(n: int) -> str:
    return brief_fraction(Fraction(n))
