"""The numbers of an instance as the argument of a formula that is written as a function of the vocabulary.

Such a formula is evaluated by Python's own operators, with the rules of `mpgcert.claims.formula`: rationals stay
rationals, even powers of a symbol come from its exact square where it has one, and a denominator that may be zero is
an error.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from mpgcert.arithmetic import Arithmetic
from mpgcert.errors import Irrational

__all__ = ["Value", "Values"]


class Values:
    """The vocabulary with numbers: `values.sigma_X`, and the functions `sqrt` and `largest`.

    Args:
        look: gives the number of a symbol by its name, and that of `name**2`, or raises KeyError.
        arithmetic: what they are numbers of.
    """

    def __init__(self, look: Callable[[str], Any], arithmetic: Arithmetic) -> None:
        self._look, self._arithmetic = look, arithmetic

    def __getattr__(self, name: str) -> Value:
        return Value(self._arithmetic, lambda: self._look(name), lambda: self._look(f"{name}**2"))

    def sqrt(self, value: Value) -> Value:
        """The square root."""
        root = self._arithmetic.sqrt(value.number)
        return Value(self._arithmetic, lambda: root)

    def largest(self, *values: Value) -> Value:
        """The largest of several."""
        numbers = np.empty(len(values), dtype=object)
        numbers[:] = [value.number for value in values]
        found = self._arithmetic.maximum(numbers)
        return Value(self._arithmetic, lambda: found)


class Value:
    """A number of an arithmetic that formulas can calculate with; integers beside it are exact."""

    def __init__(
        self, arithmetic: Arithmetic, number: Callable[[], Any], square: Callable[[], Any] | None = None
    ) -> None:
        self._arithmetic, self._number, self._square = arithmetic, number, square

    @property
    def number(self) -> Any:
        return self._number()

    def _of(self, other: Value | int) -> Any:
        return other.number if isinstance(other, Value) else self._arithmetic.number(Fraction(other))

    def _new(self, number: Any) -> Value:
        return Value(self._arithmetic, lambda: number)

    def __add__(self, other: Value | int) -> Value:
        return self._new(self.number + self._of(other))

    def __sub__(self, other: Value | int) -> Value:
        return self._new(self.number - self._of(other))

    def __mul__(self, other: Value | int) -> Value:
        return self._new(self.number * self._of(other))

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Value | int) -> Value:
        return self._divided(self.number, self._of(other))

    def __rtruediv__(self, other: int) -> Value:
        return self._divided(self._of(other), self.number)

    def _divided(self, numerator: Any, denominator: Any) -> Value:
        if not self._arithmetic.is_nonzero(denominator):
            raise ZeroDivisionError("a denominator is zero, or not told apart from zero")
        return self._new(numerator / denominator)

    def __pow__(self, exponent: Value | int) -> Value:
        """A power with a whole exponent, which may be the value of a symbol."""
        count = exponent if isinstance(exponent, int) else self._whole(exponent.number)
        power = self._arithmetic.power
        if self._square is not None and count and count % 2 == 0:
            try:
                return self._new(power(self._square(), count // 2))
            except KeyError:
                pass  # its square is no more exact than itself
        return self._new(power(self.number, count) if count else self._arithmetic.number(Fraction(1)))

    def _whole(self, number: Any) -> int:
        low, high = self._arithmetic.enclosure(number)
        if low != high or int(low) != low:
            raise Irrational("an exponent is not a whole number")
        return int(low)
