"""Values of an expression: exact at a count where they are rational, else enclosed; enclosed over an interval.

A value is a `Fraction`, or a ball (an enclosure) of the arithmetic `BALLS`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import Ball
from mpgcert.claims.step_sizes.expression import (
    Exp,
    Expression,
    Index,
    Log,
    Number,
    Power,
    Product,
    Select,
    Sum,
    exact_power,
)
from mpgcert.claims.step_sizes.notation import text

__all__ = ["BALLS", "Undefined", "Value", "at_most", "ball", "evaluate", "interval", "sign"]

BALLS = Ball(256)
Value = Any
_LARGEST_BITS = 4096


class Undefined(Exception):
    """The expression certainly has no real value here; the message says why."""


def ball(value: Value) -> Any:
    """The value as a ball."""
    return BALLS.number(value) if isinstance(value, Fraction | int) else value


def interval(low: int, high: int) -> Any:
    """The ball around the counts from low to high."""
    return BALLS.between(Fraction(low), Fraction(high))


def sign(value: Value) -> int | None:
    """-1, 0 or 1 when certain, else None."""
    if isinstance(value, Fraction):
        return (value > 0) - (value < 0)
    return BALLS.sign(value)


def at_most(left: Value, right: Value) -> bool | None:
    """Whether left <= right, when certain, else None."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left <= right
    return BALLS.at_most(ball(left), ball(right))


def evaluate(of: Expression, n: Value) -> Value:
    """The value at a count (a Fraction), or an enclosure of all values over a ball of counts.

    Raises:
        Undefined: a division by 0, a logarithm of a number <= 0, or a fractional power of a negative number.
    """
    with BALLS.context():
        return _Values(n).of(of)


class _Values:
    """The values of the parts of an expression at one place; a part that occurs often is worked out once."""

    def __init__(self, n: Value) -> None:
        self._n = n
        self._known: dict[int, Value] = {}

    def of(self, part: Expression) -> Value:
        if id(part) not in self._known:
            self._known[id(part)] = self._work_out(part)
        return self._known[id(part)]

    def _work_out(self, part: Expression) -> Value:
        match part:
            case Number(value):
                return value
            case Index():
                return self._n
            case Sum(left, right):
                return _sum(self.of(left), self.of(right))
            case Product(left, right):
                return _product(self.of(left), self.of(right))
            case Power(base, exponent):
                return _power(self.of(base), self.of(exponent), part)
            case Log(inner):
                return _log(self.of(inner), part)
            case Exp(inner):
                value = self.of(inner)
                return Fraction(1) if value == 0 else BALLS.exp(ball(value))
            case Select(low, high, below, above):
                order = at_most(self.of(low), self.of(high))
                if order is not None:
                    return self.of(below if order else above)
                return ball(self.of(below)).union(ball(self.of(above)))


def _sum(left: Value, right: Value) -> Value:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _short(left + right)
    return ball(left) + ball(right)


def _product(left: Value, right: Value) -> Value:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _short(left * right)
    return ball(left) * ball(right)


def _log(value: Value, of: Log) -> Value:
    known = sign(value)
    if known is not None and known <= 0:
        raise Undefined(f"{text(of)} is the logarithm of a number that is not positive")
    return Fraction(0) if value == 1 else BALLS.log(ball(value))


def _short(value: Fraction) -> Value:
    """A rational of few digits as it is, others as a ball."""
    return value if max(value.numerator.bit_length(), value.denominator.bit_length()) <= _LARGEST_BITS else ball(value)


def _power(base: Value, exponent: Value, of: Power) -> Value:
    if isinstance(exponent, Fraction):
        if base == 0 and exponent < 0:
            raise Undefined(f"{text(of)} divides by zero")
        whole = exponent.denominator == 1
        if not whole and (sign(base) or 0) < 0:
            raise Undefined(f"{text(of)} is a fractional power of a negative number")
        if isinstance(base, Fraction):
            digits = max(base.numerator.bit_length(), base.denominator.bit_length())
            exact = exact_power(base, exponent) if digits * abs(exponent) <= _LARGEST_BITS else None
            if exact is not None:
                return exact
        if whole:
            return _whole_power(ball(base), exponent.numerator)
    elif (sign(base) or 0) < 0:
        raise Undefined(f"{text(of)} is a fractional power of a negative number")
    if base == 0:
        return Fraction(0) if sign(exponent) == 1 else ball(Fraction(0)).log()
    return BALLS.exp(ball(exponent) * BALLS.log(ball(base)))


def _whole_power(base: Any, exponent: int) -> Any:
    """By the logarithm where the sign is known: as narrow as the ends of the ball allow."""
    known = BALLS.sign(base)
    if known is None or known == 0:
        return base**exponent
    size = BALLS.exp(exponent * BALLS.log(abs(base)))
    return size if known > 0 or exponent % 2 == 0 else -size
