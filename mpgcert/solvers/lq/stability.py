"""Where the eigenvalues of a matrix lie, decided from its characteristic polynomial, multiple eigenvalues or not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Arithmetic, ExactArray
from mpgcert.arithmetic.matrices import characteristic_polynomial
from mpgcert.errors import SingularMatrix

__all__ = ["eigenvalues_in_right_half_plane", "eigenvalues_in_unit_disc"]

Array = NDArray[Any]


def eigenvalues_in_unit_disc(arithmetic: Arithmetic, matrix: Array) -> bool | None:
    """Whether every eigenvalue of a matrix [m, m] has modulus below 1; None where balls do not tell.

    Schur and Cohn: all roots of p = a_n z^n + ... + a_0 lie in the open disc if and only if |a_0| < |a_n| and those
    of (a_n p(z) - a_0 z^n p(1/z)) / z do, whose degree is n - 1.
    """
    coefficients = characteristic_polynomial(matrix)
    while len(coefficients) > 1:
        last, first = coefficients[-1], coefficients[0]
        sign = arithmetic.sign((last - first) * (last + first))
        if sign != 1:
            return None if sign is None else False
        reduced = [last * a - first * b for a, b in zip(coefficients[1:], coefficients[-2::-1])]
        coefficients = [value / reduced[-1] for value in reduced]
    return True


def eigenvalues_in_right_half_plane(arithmetic: Arithmetic, matrix: Array) -> bool | None:
    """Whether every eigenvalue of a matrix [m, m] has a positive real part; None where balls do not tell.

    (1 - mu) / (1 + mu) maps the open right half plane onto the open unit disc.
    """
    identity = arithmetic.array(ExactArray.of_integers(np.eye(len(matrix), dtype=np.int64)))
    try:
        image = arithmetic.solve(identity + matrix, identity - matrix)
    except SingularMatrix:  # -1 is an eigenvalue, or balls do not tell
        return False if arithmetic.name == "exact" else None
    return eigenvalues_in_unit_disc(arithmetic, image)
