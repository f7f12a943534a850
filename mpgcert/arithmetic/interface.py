"""What every arithmetic offers, and what the three over object arrays share."""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.exact_array import ExactArray
from mpgcert.errors import Irrational, SingularMatrix

__all__ = ["Arithmetic", "NoContext", "ObjectArrays", "elementwise", "repeated_product"]


class Arithmetic(Protocol):
    """What a quantity may ask of numbers. `Scalar` below means an entry of this arithmetic's arrays."""

    @property
    def name(self) -> str: ...

    def context(self) -> contextlib.AbstractContextManager[None]:
        """Inside it, operators on this arithmetic's numbers have the promised precision."""

    def number(self, value: Fraction | int) -> Any:
        """A rational as a Scalar (an enclosure of it, for balls)."""

    def array(self, values: ExactArray) -> NDArray[Any]:
        """Exact data as an array of Scalars."""

    def solve(self, matrix: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
        """The x with `matrix @ x = right` ([S, S] and [S] or [S, k]); raises SingularMatrix."""

    def sqrt(self, value: Any) -> Any: ...

    def exp(self, value: Any) -> Any: ...

    def log(self, value: Any) -> Any: ...

    def power(self, value: Any, exponent: int) -> Any:
        """The value to an integer power other than 0; of a wide ball as narrow as its ends allow."""

    def sign(self, value: Any) -> int | None:
        """1, 0 or -1 when certain, else None."""

    def is_nonzero(self, value: Any) -> bool:
        """Whether the value is certainly not 0."""

    def at_most(self, left: Any, right: Any) -> bool | None:
        """Whether `left <= right`, when certain, else None."""

    def maximum(self, values: NDArray[Any]) -> Any:
        """The largest of the values (an enclosure of it, for balls)."""

    def enclosure(self, value: Any) -> tuple[Fraction, Fraction]:
        """Rationals around the value (equal ones for Exact)."""

    def doubles(self, value: Any) -> tuple[float, float]:
        """The enclosure in doubles, for display and steering; infinite where doubles end."""

    def between(self, low: Fraction, high: Fraction) -> Any:
        """A number known to lie in [low, high]: a ball around both; elsewhere their middle."""


class NoContext:
    """What arithmetics without a precision share."""

    def is_nonzero(self, value: Any) -> bool:
        return bool(value != 0)

    def context(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


class ObjectArrays:
    """What the three object-array arithmetics share."""

    def number(self, value: Fraction | int) -> Any:
        raise TypeError

    def _matrix(self, entries: NDArray[Any]) -> Any:
        raise TypeError

    def power(self, value: Any, exponent: int) -> Any:
        return repeated_product(value, exponent, self.number(1))

    def between(self, low: Fraction, high: Fraction) -> Any:
        if low != high:
            raise Irrational("only a ball can hold an interval")
        return self.number(low)

    def array(self, values: ExactArray) -> NDArray[Any]:
        flat = values.numerator.ravel().tolist()
        distinct = list(set(flat))
        lifted = dict(zip(distinct, self._quotients(distinct, values.denominator), strict=True))
        out = np.empty(len(flat), dtype=object)
        out[:] = [lifted[k] for k in flat]
        return out.reshape(values.shape)

    def _quotients(self, numerators: list[int], denominator: int) -> list[Any]:
        return [self.number(Fraction(k, denominator)) for k in numerators]

    def solve(self, matrix: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
        size = matrix.shape[0]
        columns = right.reshape(size, -1)
        try:
            solution = self._matrix(matrix).solve(self._matrix(columns))
        except ZeroDivisionError:
            raise SingularMatrix(f"the {size} x {size} system has no certain solution") from None
        out = np.empty(columns.size, dtype=object)
        out[:] = solution.entries()
        return out.reshape(right.shape)


def repeated_product(value: Any, exponent: int, one: Any) -> Any:
    """The value to an integer power other than 0, by multiplication."""
    product = reduce(operator.mul, [value] * abs(exponent))
    return product if exponent > 0 else one / product


def elementwise(function: Callable[[Any], Any], values: NDArray[Any]) -> NDArray[Any]:
    """exp, log or sqrt of an arithmetic, entry by entry."""
    return function(values) if values.dtype != object else np.frompyfunc(function, 1, 1)(values)
