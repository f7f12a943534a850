"""Exact real constants (sympy numbers) with certified signs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from mpgcert.arithmetic import Ball, format_fraction
from mpgcert.claims.step_sizes.evaluation import BALLS

__all__ = ["Beyond", "Constant", "constant", "enclosed", "shown", "sign_of"]

Constant = Any  # a sympy number
_LADDER = (256, 1024, 4096)
_LARGEST_OPERATIONS = 200
_LARGEST_INTEGER = 10**9


class Beyond(Exception):
    """The question is outside the class in which it is decided; the message says why."""


def constant(value: Fraction | int) -> Constant:
    """A rational as an exact constant."""
    return sympy.Rational(value.numerator, value.denominator)


def shown(value: Constant) -> str:
    """The constant as text: a decimal or quotient, sympy's form of an irrational number, or `infinity`."""
    if value.is_infinite:
        return "infinity" if value is sympy.S.Infinity else "-infinity"
    if value.is_Rational:
        return format_fraction(Fraction(int(value.p), int(value.q)))
    try:
        return str(value)
    except ValueError:  # it contains integers of thousands of digits
        with BALLS.context():
            return f"about {BALLS.doubles(enclosed(value))[0]:.16g}"


def enclosed(value: Constant) -> Any:
    """A ball around the constant, in the precision of the context."""
    return BALLS.number(Fraction(int(value.p), int(value.q))) if value.is_Rational else _enclosed(value, BALLS)


def _enclosed(value: Constant, balls: Ball) -> Any:
    if value.is_Rational:
        return balls.number(Fraction(int(value.p), int(value.q)))
    if value is sympy.E:
        return balls.exp(balls.number(1))
    parts = [_enclosed(part, balls) for part in value.args]
    if value.is_Add:
        return sum(parts[1:], parts[0])
    if value.is_Mul:
        product = parts[0]
        for part in parts[1:]:
            product = product * part
        return product
    if value.is_Pow:
        exponent = value.exp
        if exponent.is_Integer and abs(int(exponent)) < 2**20:
            return parts[0] ** int(exponent)
        return balls.exp(parts[1] * balls.log(parts[0]))
    if isinstance(value, sympy.log):
        return balls.log(parts[0])
    if isinstance(value, sympy.exp):
        return balls.exp(parts[0])
    raise Beyond(f"the constant {value} is not real")


def sign_of(value: Constant) -> int:
    """-1, 0 or 1, certainly: by balls of growing precision, and 0 only where sympy's rules of algebra show it.

    Raises:
        Beyond: neither of them decides.
    """
    if value.is_Rational:
        return int(value.p > 0) - int(value.p < 0)
    for bits in _LADDER:
        balls = Ball(bits)
        with balls.context():
            found = balls.sign(_enclosed(value, balls))
        if found is not None:
            return found
        if bits == _LADDER[0] and _vanishes(value):
            return 0
    raise Beyond(f"it is not known whether the constant {value} is 0")


def _vanishes(value: Constant) -> bool:
    """Whether rules for logarithms (of small integers' prime factors) and products reduce the constant to 0."""
    small = all(abs(part.p) < _LARGEST_INTEGER and part.q < _LARGEST_INTEGER for part in value.atoms(sympy.Rational))
    if not small or sympy.count_ops(value) > _LARGEST_OPERATIONS:
        return False
    return bool(sympy.expand(sympy.expand_log(value, force=True, factor=True)) == 0)
