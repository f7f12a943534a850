"""Whether a symmetric rational matrix is positive definite, decided exactly by M = L D L'.

Elimination stays in the integers (every entry is a minor of the matrix, so digits grow only linearly).  A matrix that
is not positive definite comes with a rational vector that shows it, to be checked by one multiplication.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.exact_array import ExactArray
from mpgcert.arithmetic.numbers import brief_fraction
from mpgcert.errors import InvalidInput

__all__ = ["Definiteness", "ldl"]

_SHOWN = 6  # entries of a witness in a message
Verdict = Literal["positive definite", "positive semidefinite", "not semidefinite"]


@dataclass(frozen=True, eq=False)
class Definiteness:
    """A symmetric matrix M [m, m] factored as far as its verdict needs.

    Attributes:
        verdict: `positive definite`; `positive semidefinite` (and singular); `not semidefinite` (some v'Mv < 0).
        pivots: the diagonal of D: all m of them, or up to the one that decides.
        factor: L, exact and unit lower triangular of the same size; L D L' is the leading block of M of that size.
        index: where the pivot that decides stands: the first 0, or the one that rules out semidefinite; else None.
        witness: v, exact [m], with v'Mv < 0 if M is not semidefinite, v'Mv = 0 and v != 0 if M is singular; else None.
        value: v'Mv.
    """

    verdict: Verdict
    pivots: tuple[Fraction, ...]
    factor: ExactArray
    index: int | None = None
    witness: ExactArray | None = None
    value: Fraction | None = None

    @property
    def is_definite(self) -> bool:
        return self.verdict == "positive definite"

    @property
    def is_semidefinite(self) -> bool:
        """Whether the matrix is positive semidefinite (perhaps definite)."""
        return self.verdict != "not semidefinite"

    @property
    def reason(self) -> str:
        """Why, in words: the pivot that decides.

        >>> ldl([[1, 2], [2, 1]]).reason
        "pivot -3 at index 1: v'Mv = -3 for v = (-2, 1)"
        """
        if self.witness is None or self.value is None:
            return f"all {len(self.pivots)} pivots are positive"
        pivot, value = brief_fraction(self.pivots[self.index or 0], 6), brief_fraction(self.value, 6)
        entries = [brief_fraction(x, 6) for x in self.witness.fractions()[:_SHOWN]]
        shown = ", ".join(entries + (["..."] if self.witness.size > _SHOWN else []))
        return f"pivot {pivot} at index {self.index}: v'Mv = {value} for v = ({shown})"


def ldl(matrix: Any, field: str = "matrix") -> Definiteness:
    """Decide definiteness of a symmetric matrix [m, m]: an ExactArray, or nested lists or an array read exactly.

    Raises:
        InvalidInput: not square, not symmetric, or an entry that is no number.

    >>> ldl([["0.1", 0], [0, 2]]).verdict
    'positive definite'
    """
    exact = ExactArray.parse(matrix, field)
    if len(exact.shape) != 2 or exact.shape[0] != exact.shape[1] or not exact.size:
        raise InvalidInput(f"shape {list(exact.shape)}", field=field, expected="a square matrix")
    if not np.array_equal(exact.numerator, exact.numerator.T):
        raise InvalidInput("is not symmetric", field=field, expected="a symmetric matrix")
    return _eliminate(exact)


def _eliminate(exact: ExactArray) -> Definiteness:
    """Bareiss elimination of the numerators; a pivot 0 with zeros beside it is passed over."""
    m = exact.shape[0]
    minors = exact.numerator.astype(object)  # last * (Schur complement) in rows and columns from k on
    last = 1  # the minor of the pivots so far
    factor: NDArray[Any] = np.array([[Fraction(i == j) for j in range(m)] for i in range(m)], dtype=object)
    pivots: list[Fraction] = []
    singular: int | None = None
    for k in range(m):
        pivot = minors[k, k]
        pivots.append(Fraction(pivot, last * exact.denominator))
        beside = np.flatnonzero(minors[k + 1 :, k]) + k + 1
        if pivot < 0 or (pivot == 0 and len(beside)):
            complement = np.zeros(m, dtype=object)
            complement[k] = Fraction(1)
            if pivot == 0:  # the two by two block [[0, c], [c, b]] takes the value -|c| at (-(b + |c|) / 2c, 1)
                j = int(beside[0])
                c, b = minors[j, k], minors[j, j]
                complement[k], complement[j] = Fraction(-b - abs(c), 2 * c), Fraction(1)
            return _refuted("not semidefinite", exact, pivots, factor, k, complement)
        if pivot == 0:
            singular = k if singular is None else singular
            continue
        column = minors[k + 1 :, k]
        factor[k + 1 :, k] = [Fraction(x, pivot) for x in column]
        minors[k + 1 :, k + 1 :] = (pivot * minors[k + 1 :, k + 1 :] - np.outer(column, column)) // last
        last = pivot
    if singular is None:
        return Definiteness("positive definite", tuple(pivots), ExactArray.of_fractions(factor))
    complement = np.array([Fraction(i == singular) for i in range(m)], dtype=object)
    return _refuted("positive semidefinite", exact, pivots, factor, singular, complement)


def _refuted(
    verdict: Verdict,
    exact: ExactArray,
    pivots: list[Fraction],
    factor: NDArray[Any],
    index: int,
    complement: NDArray[Any],
) -> Definiteness:
    """The vector v with L'v = `complement`, for which v'Mv is what the complement's own form gives."""
    vector = complement.copy()
    for k in reversed(range(len(vector))):
        vector[k] -= sum(factor[k + 1 :, k] * vector[k + 1 :])
    witness = ExactArray.of_fractions([Fraction(x) for x in vector])
    numerator = witness.numerator.astype(object)
    value = Fraction(int(numerator @ exact.numerator.astype(object) @ numerator), exact.denominator)
    size = len(pivots)
    return Definiteness(
        verdict,
        tuple(pivots),
        ExactArray.of_fractions(factor[:size, :size]),
        index,
        witness,
        value / witness.denominator**2,
    )
