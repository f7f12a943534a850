"""Inequalities in one variable, proved on a whole interval or refuted at a point of it.

To show f >= 0 on [a, b] the interval is bisected.  A piece is done

* by a ball: the enclosure of f over the piece has no negative number; or
* by Taylor's theorem at a rational c of the piece where f and its derivatives up to order k - 1 vanish exactly:
  f(x) = f^(k)(xi) (x - c)^k / k!, so f >= 0 on the piece if the enclosure of f^(k) over the piece is non-negative
  and k is even or c is the left end, or if it is non-positive, k is odd and c is the right end.

For f > 0 only balls without 0 count, and an exact zero refutes.  Absolute values |u| are replaced by u or -u on
pieces where the same method shows u to have one sign.  A piece that contains a point where f is certainly negative
refutes the claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from mpgcert.arithmetic import Ball, format_fraction
from mpgcert.claims.formula import compiled
from mpgcert.errors import SingularMatrix

__all__ = ["Piece", "ScalarProof", "prove"]

_BALL = Ball(128)
_DEPTH = 40
_ORDERS = 4

Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Piece:
    """A subinterval on which f >= 0 is shown.

    Attributes:
        interval: [low, high].
        method: `ball` or `taylor`.
        center, order: of the Taylor argument.
        bound: certain lower bound of f (ball) or of +-f^(k) (taylor) over the piece.
        function: f on this piece, absolute values resolved.
    """

    interval: Interval
    method: str
    center: Fraction | None
    order: int
    bound: Fraction
    function: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "interval": [format_fraction(end) for end in self.interval],
            "method": self.method,
            "center": None if self.center is None else format_fraction(self.center),
            "order": self.order,
            "bound": format_fraction(self.bound),
            "function": self.function,
        }


@dataclass(frozen=True)
class ScalarProof:
    """Outcome on an interval.

    Attributes:
        verdict: `proved`, `falsified` or `undecided`.
        pieces: cover of the interval, if proved.
        witness: a point where the inequality certainly fails, if falsified.
    """

    verdict: str
    pieces: tuple[Piece, ...] = ()
    witness: Fraction | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "pieces": [piece.to_dict() for piece in self.pieces],
            "witness": None if self.witness is None else format_fraction(self.witness),
        }


def prove(relation: sympy.Basic, interval: Interval) -> ScalarProof:
    """Decide an inequality (or equality, as two inequalities) in one real variable on [low, high].

    >>> x = sympy.Symbol("x", real=True)
    >>> prove(sympy.Ge(sympy.exp(x), 1 + x), (Fraction(-1), Fraction(1))).verdict
    'proved'
    >>> prove(sympy.Le(sympy.exp(x), 1 + x), (Fraction(-1), Fraction(1))).verdict
    'falsified'
    >>> prove(sympy.Gt(sympy.exp(x), 1 + x), (Fraction(-1), Fraction(1))).witness
    Fraction(0, 1)
    """
    difference = relation.lhs - relation.rhs
    if isinstance(relation, sympy.Eq):
        first, second = _prove(difference, interval, 0), _prove(-difference, interval, 0)
        parts = (first, second)
        failed = next((part for part in parts if part.verdict != "proved"), None)
        return failed or ScalarProof("proved", first.pieces + second.pieces)
    strict = isinstance(relation, (sympy.Lt, sympy.Gt))
    return _prove(-difference if isinstance(relation, (sympy.Le, sympy.Lt)) else difference, interval, 0, strict)


def _prove(function: sympy.Expr, interval: Interval, depth: int, strict: bool = False) -> ScalarProof:
    low, high = interval
    middle = simplest_between(low, high)
    for point in {low, high, middle}:
        if _is_negative(function, point) or (strict and _is_zero(function, point)):
            return ScalarProof("falsified", witness=point)
    resolved = _without_absolute_values(function, interval, depth)
    if resolved is not None:
        piece = _by_ball(resolved, interval, strict) or (None if strict else _by_taylor(resolved, interval))
        if piece is not None:
            return ScalarProof("proved", (piece,))
    if depth >= _DEPTH or low == high:
        return ScalarProof("undecided")
    cut = middle if low < middle < high else (low + high) / 2
    pieces: tuple[Piece, ...] = ()
    for part in ((low, cut), (cut, high)):
        outcome = _prove(function, part, depth + 1, strict)
        if outcome.verdict != "proved":
            return outcome
        pieces += outcome.pieces
    return ScalarProof("proved", pieces)


def _without_absolute_values(function: sympy.Expr, interval: Interval, depth: int) -> sympy.Expr | None:
    """The function with each |u| resolved, or None if some u changes sign on the interval."""
    for absolute in sorted(function.atoms(sympy.Abs), key=str):
        inner = absolute.args[0]
        for sign in (1, -1):
            if _prove(sign * inner, interval, max(depth, _DEPTH - 3)).verdict == "proved":
                function = function.subs(absolute, sign * inner)
                break
        else:
            return None
    return function


def _by_ball(function: sympy.Expr, interval: Interval, strict: bool = False) -> Piece | None:
    bounds = _enclosure(function, interval)
    if bounds is None or bounds[0] < 0 or (strict and bounds[0] == 0):
        return None
    return Piece(interval, "ball", None, 0, bounds[0], str(function))


def _by_taylor(function: sympy.Expr, interval: Interval) -> Piece | None:
    low, high = interval
    for center in dict.fromkeys((simplest_between(low, high), low, high)):
        derivative = function
        for order in range(_ORDERS + 1):
            if order:
                bounds = _enclosure(derivative, interval)
                grows = bounds is not None and bounds[0] >= 0 and (order % 2 == 0 or center == low)
                falls = bounds is not None and bounds[1] <= 0 and order % 2 == 1 and center == high
                if bounds is not None and (grows or falls):
                    bound = bounds[0] if grows else -bounds[1]
                    return Piece(interval, "taylor", center, order, bound, str(function))
            if not _is_zero(derivative, center):
                break
            derivative = sympy.diff(derivative, _variable(function))
    return None


def _variable(function: sympy.Expr) -> sympy.Symbol:
    return next(iter(function.free_symbols), sympy.Symbol("x"))


def _rational(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _is_zero(function: sympy.Expr, point: Fraction) -> bool:
    return bool(function.subs(_variable(function), _rational(point)).equals(0))


def _is_negative(function: sympy.Expr, point: Fraction) -> bool:
    bounds = _enclosure(function, (point, point))
    return bounds is not None and bounds[1] < 0


def _enclosure(function: sympy.Expr, interval: Interval) -> Interval | None:
    with _BALL.context():
        values = {_variable(function).name: _BALL.between(*interval)}
        try:
            return _BALL.enclosure(compiled(function)(values.__getitem__, _BALL))
        except (SingularMatrix, ZeroDivisionError):
            return None


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The rational of least denominator (then least size) in [low, high]."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = low.numerator // low.denominator
    if whole == low:
        return low
    if whole + 1 <= high:
        return Fraction(whole + 1)
    rest = simplest_between(1 / (high - whole), 1 / (low - whole))
    return whole + 1 / rest
