"""Values of formulas as a reader can check them: exact where they are rational, else digits that are certain."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpgcert.arithmetic import EXACT, Ball
from mpgcert.claims.point_index import Index
from mpgcert.errors import Irrational, SingularMatrix
from mpgcert.reporting.formatting import decimal, powers

if TYPE_CHECKING:
    import sympy

    from mpgcert.claims.claim import Claim
    from mpgcert.claims.sides import AnyPoint

__all__ = ["Evaluator", "Value", "digits", "value_of"]

_BALL = Ball(384)
_LONGEST = 18  # characters of a fraction that is printed as it is
_DIGITS = 8


@dataclass(frozen=True)
class Value:
    """A real number between two rationals.

    Attributes:
        low, high: equal where the number is known exactly.
        radicand: the square, where that is rational and the number is not known to be.
    """

    low: Fraction
    high: Fraction
    radicand: Fraction | None = None

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    @property
    def is_short(self) -> bool:
        """Whether it can be printed without rounding."""
        return self.is_exact and len(str(self.low)) <= _LONGEST

    @property
    def latex(self) -> str:
        """As a formula: the fraction, the root, or digits (with dots behind them where the number goes on)."""
        if self.is_short:
            return _fraction(self.low)
        if self.radicand is not None and len(str(self.radicand)) <= _LONGEST:
            return rf"\sqrt{{{_fraction(self.radicand)}}}"
        return _typeset(digits(self.low, self.high))

    @property
    def rounded(self) -> str:
        """Digits behind a fraction or root that has more than a few characters; empty where they would not help."""
        if self.is_short and (self.low.denominator == 1 or len(str(self.low)) <= 4):
            return ""
        text = _typeset(digits(self.low, self.high))
        return "" if text == self.latex else text


def _fraction(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def digits(low: Fraction, high: Fraction) -> str:
    """Decimal digits on which both ends agree, at most eight.

    >>> digits(Fraction(1, 3), Fraction(1, 3)), digits(Fraction(31415, 10000), Fraction(31416, 10000))
    ('0.33333333', '3.142')
    """
    for count in range(_DIGITS, 0, -1):
        text = decimal(low, count)
        if text == decimal(high, count):
            return text
    return f"{decimal(low, 3)} to {decimal(high, 3)}"


def _typeset(text: str) -> str:
    r"""As LaTeX.

    >>> print(_typeset("1.5 × 10⁻⁷"), _typeset("10⁻⁹ to 2 × 10⁻⁹"))
    1.5 \cdot 10^{-7} 10^{-9}\text{ to }2 \cdot 10^{-9}
    """
    return powers(text).replace(",", "{,}").replace(" × ", r" \cdot ").replace(" to ", r"\text{ to }")


def value_of(arithmetic: Any, number: Any) -> Value:
    """A number of an arithmetic as a value."""
    low, high = arithmetic.enclosure(number)
    return Value(low, high)


class Evaluator:
    """Values of a statement's symbols and sides on one instance."""

    def __init__(self, claim: Claim, point: AnyPoint, index: Index) -> None:
        from mpgcert.claims.sides import Sides

        self.index = index
        self._sides = {arithmetic.name: (arithmetic, Sides(claim, point, arithmetic)) for arithmetic in (EXACT, _BALL)}

    def value(self, expression: sympy.Expr) -> Value | None:
        """The value; None where neither rationals nor balls have one (as for a number out of all range)."""
        found = self._in(EXACT.name, expression) or self._in(_BALL.name, expression)
        if found is None or found.is_exact or not expression.is_Symbol:
            return found
        square = self._in(EXACT.name, expression**2)
        return found if square is None else Value(found.low, found.high, square.low)

    def _in(self, name: str, expression: sympy.Expr) -> Value | None:
        arithmetic, sides = self._sides[name]
        try:
            with arithmetic.context():
                return value_of(arithmetic, sides.evaluate(expression, self.index))
        except (Irrational, SingularMatrix, ZeroDivisionError, TypeError, KeyError):
            return None
