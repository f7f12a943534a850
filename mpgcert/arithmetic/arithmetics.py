"""Four arithmetics with one interface, so that every quantity is written once.

A quantity is a function of numpy arrays that uses only `+ - * / @`, indexing, and the methods below.  In
`Float` the arrays hold doubles; otherwise they are object arrays of `fmpq` (Exact), `arb` (Ball) or `nmod`
(PrimeField).  Comparisons go through `at_most`, `sign` and `maximum` only: these never guess, and answer
None where a ball straddles.

Balls take their precision from a global context of FLINT, so code that computes with balls runs inside
`with arithmetic.context():` (the others return a context that does nothing).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.exact_array import ExactArray
from mpgcert.arithmetic.interface import NoContext, ObjectArrays, repeated_product
from mpgcert.errors import Irrational, SingularMatrix

__all__ = ["EXACT", "FLOAT", "Ball", "Exact", "Float"]

_LARGEST_EXPONENT = 10**5  # of balls' ends that are turned into rationals
_WIDE = 2.0**-20  # relative radius from which a ball's powers are taken at its ends


@dataclass(frozen=True)
class Float(NoContext):
    """Doubles: a fast filter, never a verdict."""

    name: str = "float"

    def power(self, value: Any, exponent: int) -> Any:
        return value**exponent

    def number(self, value: Fraction | int) -> float:
        return float(value)

    def array(self, values: ExactArray) -> NDArray[np.float64]:
        return values.to_float()

    def solve(self, matrix: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
        try:
            return np.linalg.solve(matrix, right)
        except np.linalg.LinAlgError:
            raise SingularMatrix(f"the {matrix.shape[0]} x {matrix.shape[0]} system is singular") from None

    def sqrt(self, value: Any) -> Any:
        return np.sqrt(value)

    def exp(self, value: Any) -> Any:
        return np.exp(value)

    def log(self, value: Any) -> Any:
        return np.log(value)

    def sign(self, value: Any) -> int | None:
        return int(np.sign(value))

    def at_most(self, left: Any, right: Any) -> bool | None:
        return bool(left <= right)

    def maximum(self, values: NDArray[Any]) -> Any:
        return values.max()

    def enclosure(self, value: Any) -> tuple[Fraction, Fraction]:
        raise TypeError("a double encloses nothing: use Ball or Exact")

    def doubles(self, value: Any) -> tuple[float, float]:
        return float(value), float(value)

    def between(self, low: Fraction, high: Fraction) -> float:
        return float((low + high) / 2)


@dataclass(frozen=True)
class Exact(ObjectArrays, NoContext):
    """Rationals. Refuses floats and irrational functions, so it also checks that code is exact."""

    name: str = "exact"

    def number(self, value: Fraction | int) -> Any:
        return flint.fmpq(value.numerator, value.denominator)

    def _quotients(self, numerators: list[int], denominator: int) -> list[Any]:
        return [flint.fmpq(k, denominator) for k in numerators]

    def _matrix(self, entries: NDArray[Any]) -> Any:
        return flint.fmpq_mat(*entries.shape, entries.ravel().tolist())

    def sqrt(self, value: Any) -> Any:
        root = Fraction(*(_exact_root(int(part)) for part in (value.p, value.q)))
        return self.number(root)

    def exp(self, value: Any) -> Any:
        if value == 0:
            return self.number(1)
        raise Irrational("exp of a rational other than 0 is not rational: use Ball")

    def log(self, value: Any) -> Any:
        if value == 1:
            return self.number(0)
        raise Irrational("log of a rational other than 1 is not rational: use Ball")

    def doubles(self, value: Any) -> tuple[float, float]:
        with Ball(64).context():
            return Ball(64).doubles(flint.arb(value))

    def sign(self, value: Any) -> int | None:
        return (value > 0) - (value < 0)

    def at_most(self, left: Any, right: Any) -> bool | None:
        return bool(left <= right)

    def maximum(self, values: NDArray[Any]) -> Any:
        return max(values.ravel().tolist())

    def enclosure(self, value: Any) -> tuple[Fraction, Fraction]:
        exact = Fraction(int(value.p), int(value.q))
        return exact, exact


def _exact_root(value: int) -> int:
    root = flint.fmpz(value).isqrt() if value >= 0 else None
    if root is None or root * root != value:
        raise Irrational(f"the square root of {value} is not rational: use Ball, or compare squares")
    return int(root)


@dataclass(frozen=True)
class Ball(ObjectArrays):
    """Real balls (FLINT's arb) of a given precision: every result encloses the true value."""

    bits: int = 128

    @property
    def name(self) -> str:
        return f"ball({self.bits})"

    @contextlib.contextmanager
    def context(self) -> Iterator[None]:
        before = flint.ctx.prec
        flint.ctx.prec = self.bits
        try:
            yield
        finally:
            flint.ctx.prec = before

    def number(self, value: Fraction | int) -> Any:
        with self.context():
            return flint.arb(flint.fmpq(value.numerator, value.denominator))

    def power(self, value: Any, exponent: int) -> Any:
        if value > 0 and value.rad() > value.mid() * _WIDE:
            low, high = self.enclosure(value)
            if low > 0:  # a power is monotone there
                ends = sorted((low**exponent, high**exponent))
                return self.between(ends[0], ends[1])
        return repeated_product(value, exponent, self.number(1))

    def between(self, low: Fraction, high: Fraction) -> Any:
        with self.context():
            return self.number(low).union(self.number(high))

    def _matrix(self, entries: NDArray[Any]) -> Any:
        return flint.arb_mat(*entries.shape, entries.ravel().tolist())

    def sqrt(self, value: Any) -> Any:
        """The square root; a root is taken of numbers >= 0 only, so what a ball has below 0 is left out."""
        return (value if value < 0 else value.nonnegative_part()).sqrt()

    def exp(self, value: Any) -> Any:
        return value.exp()

    def log(self, value: Any) -> Any:
        return value.log()

    def is_nonzero(self, value: Any) -> bool:
        return bool(value > 0 or value < 0)

    def sign(self, value: Any) -> int | None:
        if value > 0:
            return 1
        if value < 0:
            return -1
        return 0 if value.is_zero() else None

    def at_most(self, left: Any, right: Any) -> bool | None:
        if left <= right:
            return True
        return False if left > right else None

    def maximum(self, values: NDArray[Any]) -> Any:
        flat = values.ravel().tolist()
        largest = flat[0]
        for value in flat[1:]:
            largest = largest.max(value)
        return largest

    def enclosure(self, value: Any) -> tuple[Fraction, Fraction]:
        if not value.is_finite():
            raise SingularMatrix("the ball is not bounded: more precision is needed")
        with self.context():
            return _dyadic(value.lower()), _dyadic(value.upper())

    def doubles(self, value: Any) -> tuple[float, float]:
        with self.context():
            return float(value.lower()), float(value.upper())


def _dyadic(value: Any) -> Fraction:
    mantissa, exponent = value.man_exp()
    if abs(int(exponent)) > _LARGEST_EXPONENT:
        raise SingularMatrix("the number is out of range: it has too many digits as a rational")
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


FLOAT = Float()
EXACT = Exact()
