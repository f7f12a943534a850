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

__all__ = ["Lifted", "exact", "midpoint", "solved", "unpacked", "widest"]

Array = NDArray[Any]


class Lifted:
    """Matrices of integers at each time as balls: exact, or rounded to the precision in force if they are longer.

    Args:
        integers: [T, m, k] of int64 or Python ints.
    """

    def __init__(self, integers: Array) -> None:
        self._shape = integers.shape[1:]
        self._long = integers.dtype == object
        constant = len(integers) > 1 and bool((integers[1:] == integers[:1]).all())
        self._times = 1 if constant else len(integers)
        self._rows = integers[: self._times].reshape(self._times, -1).tolist()
        self._last: tuple[int, Any] = -1, None

    def __call__(self, time: int) -> Any:
        place = 0 if self._times == 1 else time
        if self._last[0] != place:
            self._last = place, flint.arb_mat(flint.fmpz_mat(*self._shape, self._rows[place]))
        return self._last[1] * 1 if self._long else self._last[1]


def exact(number: int) -> Any:
    """A ball of radius 0."""
    return flint.arb(number)


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
    return max(map(float, map(flint.arb.rad, matrix.entries())))
