"""Elimination for one policy's system I - gamma P, compiled.

Rows of I - gamma P are strictly diagonally dominant, so Gaussian elimination needs no pivots: the factors never grow
by more than 2 (Higham, Accuracy and Stability of Numerical Algorithms, section 9.5).  What is solved is judged by its
residual in any case.  Importing this module imports numba.
"""

from __future__ import annotations

from typing import Any

from mpgcert.kernels.compiling import sums

__all__ = ["factorise", "solve", "solve_transposed"]

_SMALL = 8  # systems for which plain loops beat views of rows


@sums
def factorise(system: Any) -> None:
    """Overwrite a matrix [S, S] with its factors L (unit diagonal) and U; the diagonal of U is inverted."""
    size = len(system)
    if size <= _SMALL:
        for k in range(size):
            inverse = 1.0 / system[k, k]
            system[k, k] = inverse
            for i in range(k + 1, size):
                a = system[i, k] * inverse
                system[i, k] = a
                for j in range(k + 1, size):
                    system[i, j] -= a * system[k, j]
        return
    for k in range(size):
        pivot = system[k]
        inverse = 1.0 / pivot[k]
        pivot[k] = inverse
        tail = pivot[k + 1 :]
        i = k + 1
        while i + 2 <= size:
            one, two = system[i], system[i + 1]
            a, b = one[k] * inverse, two[k] * inverse
            one[k], two[k] = a, b
            one, two = one[k + 1 :], two[k + 1 :]
            for j in range(len(tail)):
                one[j] -= a * tail[j]
                two[j] -= b * tail[j]
            i += 2
        while i < size:
            one = system[i]
            a = one[k] * inverse
            one[k] = a
            one = one[k + 1 :]
            for j in range(len(tail)):
                one[j] -= a * tail[j]
            i += 1


@sums
def solve(factors: Any, right: Any) -> None:
    """Overwrite b [S] with the x of A x = b."""
    size = len(factors)
    if size <= _SMALL:
        for i in range(size):
            total = right[i]
            for j in range(i):
                total -= factors[i, j] * right[j]
            right[i] = total
        for i in range(size - 1, -1, -1):
            total = right[i]
            for j in range(i + 1, size):
                total -= factors[i, j] * right[j]
            right[i] = total * factors[i, i]
        return
    for i in range(size):
        row, total = factors[i], right[i]
        for j in range(i):
            total -= row[j] * right[j]
        right[i] = total
    for i in range(size - 1, -1, -1):
        row, rest, total = factors[i, i + 1 :], right[i + 1 :], right[i]
        for j in range(len(rest)):
            total -= row[j] * rest[j]
        right[i] = total * factors[i, i]


@sums
def solve_transposed(factors: Any, right: Any) -> None:
    """Overwrite b [S] with the x of A' x = b."""
    size = len(factors)
    for i in range(size):
        value = right[i] * factors[i, i]
        right[i] = value
        row, rest = factors[i, i + 1 :], right[i + 1 :]
        for j in range(len(rest)):
            rest[j] -= value * row[j]
    for i in range(size - 1, -1, -1):
        value, row = right[i], factors[i]
        for j in range(i):
            right[j] -= value * row[j]
