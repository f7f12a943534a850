"""Matrix operations on arrays of numbers that are worth handing to FLINT as a whole."""

from __future__ import annotations

from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

__all__ = ["characteristic_polynomial", "determinant", "nearest_doubles", "product", "row_echelon", "widest_radius"]

Array = NDArray[Any]

_MATRICES = {flint.fmpq: flint.fmpq_mat, flint.arb: flint.arb_mat}


def product(left: Array, right: Array) -> Array:
    """`left @ right` for [m, k] and [k] or [k, p], in any arithmetic; far faster than numpy on rationals."""
    if left.dtype != object or not left.size:
        return left @ right
    matrix = _MATRICES.get(type(left.flat[0]))
    if matrix is None:
        return left @ right
    columns = right.reshape(len(right), -1)
    outcome = matrix(*left.shape, left.ravel().tolist()) * matrix(*columns.shape, columns.ravel().tolist())
    out = np.empty(left.shape[0] * columns.shape[1], dtype=object)
    out[:] = outcome.entries()
    return out.reshape(len(left), *right.shape[1:])


def determinant(matrix: Array) -> Any:
    """The determinant of a matrix [m, m] in doubles, balls or rationals."""
    if matrix.dtype != object:
        return np.linalg.det(matrix)
    return _MATRICES[type(matrix.flat[0])](*matrix.shape, matrix.ravel().tolist()).det()


def characteristic_polynomial(matrix: Array) -> list[Any]:
    """det(z - M) of a matrix [m, m] of balls or rationals: its coefficients, the leading 1 last."""
    return list(_MATRICES[type(matrix.flat[0])](*matrix.shape, matrix.ravel().tolist()).charpoly().coeffs())


def nearest_doubles(values: Array) -> NDArray[np.float64]:
    """Doubles beside the values: correctly rounded for rationals, near the midpoint for balls."""
    if values.dtype != object:
        return np.asarray(values, dtype=np.float64)
    flat = [_nearest_double(value) for value in values.ravel().tolist()]
    return np.array(flat, dtype=np.float64).reshape(values.shape)


def _nearest_double(value: Any) -> float:
    if isinstance(value, flint.fmpq):
        return int(value.p) / int(value.q)
    if isinstance(value, flint.arb):
        return float(value.mid())
    raise TypeError("elements of a prime field have no place on the line of reals")


def widest_radius(values: Array) -> float:
    """The largest radius among balls; 0 in other arithmetics."""
    return max((float(x.rad()) for x in values.flat if isinstance(x, flint.arb)), default=0.0)


def row_echelon(matrix: Array) -> tuple[Array, int]:
    """Reduced row echelon form and rank of a matrix of rationals [m, k]."""
    reduced, rank = flint.fmpq_mat(*matrix.shape, matrix.ravel().tolist()).rref()
    out = np.empty(matrix.size, dtype=object)
    out[:] = reduced.entries()
    return out.reshape(matrix.shape), int(rank)
