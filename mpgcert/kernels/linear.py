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
    for k in range(0, size - 1, 2):  # two pivots at once: every row is read and written half as often
        first, second = system[k], system[k + 1]
        inverse = 1.0 / first[k]
        a = second[k] * inverse
        first[k], second[k] = inverse, a
        above = first[k + 1]
        next_inverse = 1.0 / (second[k + 1] - a * above)
        second[k + 1] = next_inverse
        first, second = first[k + 2 :], second[k + 2 :]
        for j in range(len(first)):
            second[j] -= a * first[j]
        i = k + 2
        while i + 2 <= size:
            one, two = system[i], system[i + 1]
            a, c = one[k] * inverse, two[k] * inverse
            b, d = (one[k + 1] - a * above) * next_inverse, (two[k + 1] - c * above) * next_inverse
            one[k], one[k + 1], two[k], two[k + 1] = a, b, c, d
            one, two = one[k + 2 :], two[k + 2 :]
            for j in range(len(first)):
                one[j] -= a * first[j] + b * second[j]
                two[j] -= c * first[j] + d * second[j]
            i += 2
        while i < size:
            one = system[i]
            a = one[k] * inverse
            b = (one[k + 1] - a * above) * next_inverse
            one[k], one[k + 1] = a, b
            one = one[k + 2 :]
            for j in range(len(first)):
                one[j] -= a * first[j] + b * second[j]
            i += 1
    if size % 2:
        system[size - 1, size - 1] = 1.0 / system[size - 1, size - 1]


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
