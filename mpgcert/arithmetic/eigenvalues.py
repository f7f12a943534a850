"""Balls around the eigenvalues of symmetric matrices, with proof; doubles only propose.

For a symmetric S let Q be any regular matrix of exact entries, D = Q' S Q, G = Q' Q.  Then

* Ostrowski: lambda_k(D) = theta_k lambda_k(S) with theta_k between the least and the largest eigenvalue of G;
* Gershgorin: the eigenvalues of G differ from 1 by at most g, the largest row sum of |G - I|; g < 1 also proves
  that Q is regular;
* Weyl: lambda_k(D) differs from the k-th smallest entry on the diagonal of D by at most the norm of the part of D
  off the diagonal, and that norm is at most its largest row sum r.

So lambda_k(S) lies in (k-th diagonal entry +- r) / [1 - g, 1 + g] whatever Q is, also where eigenvalues coincide.  It
is a narrow ball when Q nearly diagonalises S: Q comes from LAPACK, is made orthogonal by Newton-Schulz steps and
sharpened by Jacobi sweeps at midpoints (both double the correct digits).  Radii of the entries of S pass into D.
"""

from __future__ import annotations

from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.arithmetics import Ball
from mpgcert.errors import SingularMatrix

__all__ = ["scaled_doubles", "symmetric_eigenvalues"]

Array = NDArray[Any]

_GUARD_BITS = 24
_DOUBLE_BITS = 53


def symmetric_eigenvalues(ball: Ball, matrix: Array) -> list[Any]:
    """Balls around the eigenvalues of a symmetric matrix [m, m], in ascending order.

    The matrix that the balls enclose is taken to be symmetric; each entry may lie in both mirrored balls.

    Raises:
        SingularMatrix: an entry is not bounded.
    """
    size = len(matrix)
    with Ball(ball.bits + _GUARD_BITS).context():
        if size == 1:
            return [_finite(matrix[0, 0])]
        if size == 2:
            return _two_by_two(matrix)
        return _order(_diagonalized((matrix + matrix.T) / 2))


def _two_by_two(matrix: Array) -> list[Any]:
    (a, b), (c, d) = matrix.tolist()
    centre, half, off = (a + d) / 2, (a - d) / 2, (b + c) / 2
    spread = (half * half + off * off).nonnegative_part().sqrt()
    return [_finite(centre - spread), _finite(centre + spread)]


def _diagonalized(matrix: Array) -> list[Any]:
    """Balls whose k-th smallest true values enclose the k-th eigenvalues."""
    size = len(matrix)
    off_diagonal = [matrix[p, q] for p in range(size) for q in range(size) if p != q]
    if all(entry.is_zero() for entry in off_diagonal):
        return [_finite(value) for value in matrix.diagonal()]
    doubles, exponent = scaled_doubles(matrix)
    S = flint.arb_mat(size, size, matrix.ravel().tolist()) * flint.arb(2) ** -exponent
    Q = _orthogonal(flint.arb_mat(np.linalg.eigh(doubles)[1].tolist()))
    for _ in range(flint.ctx.prec.bit_length()):
        D = Q.transpose() * S * Q
        if not _sweep_pays(D):
            break
        Q = _jacobi_sweep(D, Q)
    else:
        D = Q.transpose() * S * Q
    r = _largest_row_sum(D, size)
    G = Q.transpose() * Q
    g = _largest_row_sum(G - _identity(size), size, diagonal=True)
    if not g < 1:
        raise SingularMatrix("eigenvalues cannot be enclosed at this precision")
    unit = flint.arb(2) ** exponent / (1 + _around_zero(g))
    return [(D[k, k] + _around_zero(r)) * unit for k in range(size)]


def _orthogonal(Q: Any) -> Any:
    """Newton-Schulz steps from a matrix that is orthogonal to doubles."""
    three, correct = 3 * _identity(Q.nrows()), _DOUBLE_BITS // 2
    while correct < flint.ctx.prec:
        Q = (Q * (three - Q.transpose() * Q) / 2).mid()
        correct *= 2
    return Q


def _sweep_pays(D: Any) -> bool:
    """Whether the part off the diagonal exceeds what rounding and the radii leave there anyway."""
    size = D.nrows()
    entries = [D[p, q] for p in range(size) for q in range(p)]
    largest = max(abs(x.mid()) for x in entries)
    return bool(largest > max(x.rad() for x in entries) * 4)


def _jacobi_sweep(D: Any, Q: Any) -> Any:
    """Q times rotations that each clear one entry of the midpoint of Q' S Q."""
    rows, columns = D.mid().tolist(), Q.transpose().tolist()
    size, negligible = len(rows), flint.arb(2) ** -flint.ctx.prec
    for p in range(size):
        for q in range(p + 1, size):
            entry = rows[p][q]
            if abs(entry) < negligible or entry.is_zero():
                continue
            slope = (rows[q][q] - rows[p][p]) / (2 * entry)
            root = (1 + slope * slope).sqrt()
            tangent = (1 / (slope + root) if slope > 0 else 1 / (slope - root)).mid()
            cosine = (1 + tangent * tangent).rsqrt().mid()
            sine = (cosine * tangent).mid()
            _rotate(rows, p, q, cosine, sine)
            for row in rows:
                row[p], row[q] = (cosine * row[p] - sine * row[q]).mid(), (sine * row[p] + cosine * row[q]).mid()
            _rotate(columns, p, q, cosine, sine)
    return flint.arb_mat(columns).transpose()


def _rotate(rows: list[list[Any]], p: int, q: int, cosine: Any, sine: Any) -> None:
    pairs = list(zip(rows[p], rows[q]))
    rows[p] = [(cosine * x - sine * y).mid() for x, y in pairs]
    rows[q] = [(sine * x + cosine * y).mid() for x, y in pairs]


def _largest_row_sum(matrix: Any, size: int, diagonal: bool = False) -> Any:
    sums = [
        sum((matrix[p, q].abs_upper() for q in range(size) if diagonal or q != p), start=flint.arb(0))
        for p in range(size)
    ]
    return _finite(max(x.upper() for x in sums))


def _identity(size: int) -> Any:
    return flint.arb_mat(size, size, [int(p == q) for p in range(size) for q in range(size)])


def _around_zero(radius: Any) -> Any:
    return flint.arb(0, radius.upper())


def _finite(value: Any) -> Any:
    if not value.is_finite():
        raise SingularMatrix("an entry is not bounded: more precision is needed")
    return value


def _order(values: list[Any]) -> list[Any]:
    """Balls around the order statistics of unknown numbers, each within its ball."""
    lows = sorted(_finite(x).lower() for x in values)
    highs = sorted(x.upper() for x in values)
    return [low.union(high) for low, high in zip(lows, highs)]


def scaled_doubles(matrix: Array) -> tuple[NDArray[np.float64], int]:
    """Doubles x and a whole number e with the midpoints near x 2^e and the largest |x| in [1/2, 1], or all 0.

    Raises:
        SingularMatrix: an entry is not bounded.
    """
    middles = [_finite(x).mid() for x in matrix.ravel().tolist()]
    parts = [x.man_exp() for x in middles]
    exponent = max((int(e) + int(man).bit_length() for man, e in parts if man != 0), default=0)
    unit = flint.arb(2) ** -exponent
    return np.array([float(x * unit) for x in middles]).reshape(matrix.shape), exponent
