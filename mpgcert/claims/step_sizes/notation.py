"""Expressions as text that the parser reads back to the same sequence, with as few parentheses as it needs."""

from __future__ import annotations

from mpgcert.arithmetic import format_fraction
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
    negate,
)

__all__ = ["text"]

_SUM, _PRODUCT, _POWER, _ATOM = range(4)


def text(of: Expression) -> str:
    """The expression as text.

    >>> from mpgcert.claims.step_sizes.parser import parse
    >>> text(parse("z*n**-.6", {"z": parse("1/2")})), text(parse("1/(2*(n+1)) - n"))
    ('0.5*n^-0.6', '1/(2*(n + 1)) - n')
    """
    return _text(of)[0]


def _text(of: Expression) -> tuple[str, int]:
    """Text and how tightly it binds."""
    match of:
        case Number(value):
            shown = format_fraction(value)
            return shown, _SUM if value < 0 else _PRODUCT if "/" in shown else _ATOM
        case Index():
            return "n", _ATOM
        case Sum(left, right):
            minus = _negated(right)
            sign, other = ("+", right) if minus is None else ("-", minus)
            return f"{_within(left, _SUM)} {sign} {_within(other, _PRODUCT)}", _SUM
        case Product(left, Power(base, Number(value))) if value == -1:
            return f"{_within(left, _PRODUCT)}/{_within(base, _POWER)}", _PRODUCT
        case Product(left, right):
            minus = _negated(of)
            if minus is not None:
                return f"-{_within(minus, _PRODUCT)}", _SUM
            return f"{_within(left, _PRODUCT)}*{_within(right, _POWER)}", _PRODUCT
        case Power(base, Number(value)) if value == -1:
            return f"1/{_within(base, _POWER)}", _PRODUCT
        case Power(base, exponent):
            shown, binding = _text(exponent)
            simple = binding >= _POWER or (isinstance(exponent, Number) and "/" not in shown)
            return f"{_within(base, _ATOM)}^{shown if simple else f'({shown})'}", _POWER
        case Log(inner):
            return f"log({text(inner)})", _ATOM
        case Exp(inner):
            return f"exp({text(inner)})", _ATOM
        case Select(low, high, below, _):
            return f"{'min' if below == low else 'max'}({text(low)}, {text(high)})", _ATOM


def _within(of: Expression, least: int) -> str:
    shown, binding = _text(of)
    return shown if binding >= least else f"({shown})"


def _negated(of: Expression) -> Expression | None:
    """The x of an expression -1 * x, or of a negative number -x."""
    match of:
        case Product(Number(value), right) if value == -1:
            return right
        case Number(value) if value < 0:
            return negate(of)
    return None
