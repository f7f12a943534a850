"""Matrices of balls that stay in FLINT from one operation to the next.

They support `+ - *`, `.transpose()`; what follows only builds, solves and unpacks them.  Chains of
small products are several times faster this way than through arrays of single balls.
"""

from __future__ import annotations

from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import SingularMatrix

__all__ = ["Lift", "midpoint", "solved", "unpacked", "widest"]

Array = NDArray[Any]


class Lift:
    """Turns rational matrices into balls of the precision in force, equal ones once."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, int, int], Any] = {}

    def __call__(self, numerator: Array, denominator: int) -> Any:
        """A matrix [m, k] of integers over a common denominator; an int64 array, or Python ints."""
        if numerator.dtype == object:
            return self._ball(numerator, denominator)
        key = numerator.tobytes(), numerator.shape[1], denominator
        if key not in self._known:
            self._known[key] = self._ball(numerator, denominator)
        return self._known[key]

    @staticmethod
    def _ball(numerator: Array, denominator: int) -> Any:
        integers = flint.arb_mat(flint.fmpz_mat(*numerator.shape, numerator.ravel().tolist()))
        return integers if denominator == 1 else integers * (1 / flint.arb(denominator))


def midpoint(matrix: Any) -> Any:
    """The midpoints, as balls of radius 0."""
    return matrix.mid()


def solved(matrix: Any, right: Any) -> Any:
    """`matrix^-1 right`.

    Raises:
        SingularMatrix: not certainly regular.
    """
    try:
        return matrix.solve(right)
    except ZeroDivisionError:
        raise SingularMatrix(f"the {matrix.nrows()} x {matrix.nrows()} system has no certain solution") from None


def unpacked(matrices: list[Any]) -> Array:
    """Matrices of one size as an array of balls [count, m, k]."""
    shape = len(matrices), matrices[0].nrows(), matrices[0].ncols()
    out = np.empty(shape[0] * shape[1] * shape[2], dtype=object)
    out[:] = [entry for matrix in matrices for entry in matrix.entries()]
    return out.reshape(shape)


def widest(matrix: Any) -> float:
    """The largest radius of an entry."""
    return max(float(entry.rad()) for entry in matrix.entries())
