"""From proposals in doubles to rationals: rounding, and exact solutions of consistent linear systems."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.arithmetic.matrices import row_echelon

__all__ = ["fraction", "particular_solution", "rounded", "to_exact_array"]

Array = NDArray[Any]

_GRID_BITS = 40


def fraction(value: Any) -> Fraction:
    """A rational Scalar as a Fraction."""
    return EXACT.enclosure(value)[0]


def to_exact_array(values: Array) -> ExactArray:
    """Rational Scalars as exact data."""
    return ExactArray.of_fractions([fraction(value) for value in values.ravel()], values.shape)


def rounded(values: NDArray[np.float64]) -> Array:
    """Rational Scalars on a grid 2^-40 as wide as the largest value (short numbers, one denominator)."""
    largest = float(np.abs(values).max(initial=0.0))
    if not largest:
        return EXACT.array(ExactArray.of_integers(np.zeros(values.shape, dtype=np.int64)))
    shift = _GRID_BITS - int(np.frexp(largest)[1])
    integers = np.rint(np.ldexp(values, shift)).astype(np.int64).astype(object)
    grid = ExactArray.of_integers(integers * 2 ** max(-shift, 0), 2 ** max(shift, 0))
    return EXACT.array(grid)


def particular_solution(matrix: Array, right: Array) -> Array | None:
    """One x with `matrix @ x = right` over the rationals (free unknowns 0), or None if there is none."""
    unknowns = matrix.shape[1]
    reduced, rank = row_echelon(np.concatenate([matrix, right[:, None]], axis=1))
    x = np.full(unknowns, EXACT.number(0), dtype=object)
    for row in reduced[:rank]:
        pivot = int(np.flatnonzero(row != 0)[0])
        if pivot == unknowns:
            return None
        x[pivot] = row[-1]
    return x
