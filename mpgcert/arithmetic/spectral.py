"""Spectral norms, singular values and extreme eigenvalues, written once for doubles, balls and rationals.

Doubles come from LAPACK, balls from proven enclosures (`mpgcert.arithmetic.eigenvalues`).  A rational answer is found
and proved where there is one, and is refused with `Irrational` where there is none: let n S be a symmetric matrix of
integers.  Its characteristic polynomial p is monic with integer coefficients, so a rational eigenvalue of n S is an
integer; the only candidate for the largest is the integer c in a narrow enough ball around it.  As all roots of p are
real, Descartes' rule is exact: p(c) = 0 and no change of sign among the coefficients of p(x + c) say that c is the
largest root.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, cast

import flint
import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.arithmetics import Ball, Exact, Float
from mpgcert.arithmetic.eigenvalues import scaled_doubles, symmetric_eigenvalues
from mpgcert.arithmetic.exact_array import ExactArray
from mpgcert.arithmetic.interface import Arithmetic
from mpgcert.arithmetic.matrices import product
from mpgcert.errors import Irrational, SingularMatrix

__all__ = [
    "least_singular_value",
    "operator_norm_of_difference",
    "spectral_norm",
    "squared_spectral_norm",
    "symmetric_eigenvalue_range",
]

Array = NDArray[Any]

_BISECTIONS = 60


def spectral_norm(arithmetic: Arithmetic, matrix: Array, symmetric: bool = False) -> Any:
    """The spectral norm of a matrix [m, k] or a vector [m].

    Args:
        symmetric: promises that the matrix is symmetric (which balls cannot show), for a narrower ball.

    Raises:
        Irrational: in rationals, where the norm is none.
        SingularMatrix: a ball that is not bounded.
    """
    matrix = _as_matrix(matrix)
    if isinstance(arithmetic, Float):
        return np.linalg.norm(matrix, 2)
    if isinstance(arithmetic, Ball) and symmetric:
        eigenvalues = symmetric_eigenvalues(arithmetic, matrix)
        return _magnitude(eigenvalues[0]).max(_magnitude(eigenvalues[-1]))
    return arithmetic.sqrt(squared_spectral_norm(arithmetic, matrix))


def squared_spectral_norm(arithmetic: Arithmetic, matrix: Array, symmetric: bool = False) -> Any:
    """The square of the spectral norm of a matrix [m, k] or a vector [m]; rational more often than the norm.

    Raises:
        Irrational: in rationals, where the square is none.
        SingularMatrix: a ball that is not bounded.
    """
    matrix = _as_matrix(matrix)
    if isinstance(arithmetic, Float) or (isinstance(arithmetic, Ball) and symmetric):
        norm = spectral_norm(arithmetic, matrix, symmetric)
        return norm * norm
    return _largest_eigenvalue(arithmetic, _smaller_gram(matrix))


def least_singular_value(arithmetic: Arithmetic, matrix: Array, symmetric: bool = False) -> Any:
    """The least singular value of a matrix [m, m]; a ball that reaches 0 where the matrix may be singular.

    Regular matrices go through the norm of the inverse, which keeps the relative accuracy.

    Args:
        symmetric: promises that the matrix is symmetric (which balls cannot show), for a narrower ball.

    Raises:
        Irrational: in rationals, where the value is none.
        SingularMatrix: a ball that is not bounded.
    """
    if isinstance(arithmetic, Float):
        return np.linalg.svd(matrix, compute_uv=False)[-1]
    if isinstance(arithmetic, Ball) and symmetric:
        magnitudes = [_magnitude(value) for value in symmetric_eigenvalues(arithmetic, matrix)]
        return reduce(lambda least, value: least.min(value), magnitudes)
    identity = arithmetic.array(ExactArray.of_integers(np.eye(len(matrix), dtype=np.int64)))
    try:
        return arithmetic.number(1) / spectral_norm(arithmetic, arithmetic.solve(matrix, identity))
    except SingularMatrix:
        if isinstance(arithmetic, Exact):
            return arithmetic.number(0)
    least = symmetric_eigenvalues(cast(Ball, arithmetic), product(matrix.T, matrix))[0]
    return arithmetic.sqrt(least)


def symmetric_eigenvalue_range(arithmetic: Arithmetic, matrix: Array) -> tuple[Any, Any]:
    """The least and the largest eigenvalue of a symmetric matrix [m, m].

    Raises:
        Irrational: in rationals, where one of the two is none.
        SingularMatrix: a ball that is not bounded.
    """
    if isinstance(arithmetic, Float):
        values = np.linalg.eigvalsh(matrix)
        return values[0], values[-1]
    if isinstance(arithmetic, Ball):
        enclosed = symmetric_eigenvalues(arithmetic, matrix)
        return enclosed[0], enclosed[-1]
    return -_largest_eigenvalue(arithmetic, -matrix), _largest_eigenvalue(arithmetic, matrix)


def operator_norm_of_difference(arithmetic: Arithmetic, Y: Array, Z: Array) -> Any:
    """The norm of X -> Y X Y' - Z X Z' induced by the spectral norm on symmetric X, for Y and Z [m, k].

    With S = Y + Z and D = Y - Z the image is (S X D' + D X S') / 2.  Its spectral norm is the largest |u' S X D' u|
    over unit vectors u, and the largest of these over symmetric X of norm 1 is the nuclear norm of the symmetric
    part of a b' with a = S' u and b = D' u.  That part has the eigenvalues (a'b +- |a| |b|) / 2, so

        norm = max over unit u of |S' u| |D' u| = min over lambda > 0 of lambda_max(lambda S S' + D D' / lambda) / 2.

    Every u bounds the norm from below, and every lambda from above, as |a| |b| <= (lambda |a|^2 + |b|^2 / lambda) / 2
    and the largest value of that quadratic form is an eigenvalue.  (The two meet: the pairs (|a|^2, |b|^2) fill, up
    to pairs that are not maximal, a convex set, on which the minimax theorem applies.)

    A ball is the hull of both bounds at a u and a lambda found in doubles: it always contains the norm, and is
    about as narrow as doubles, but more precision makes it no narrower.

    Raises:
        Irrational: in rationals, unless S S' and D D' are proportional (one column or row, Z = 0, Z = c Y, ...) and
            the norm is rational.
        SingularMatrix: a ball that is not bounded.
    """
    S, D = _as_matrix(Y + Z), _as_matrix(Y - Z)
    if isinstance(arithmetic, Float):
        if not S.any() or not D.any():
            return 0.0
        scale, size = np.abs(S).max(), np.abs(D).max()
        scale_free, _ = _saddle_point((S / scale) @ (S / scale).T, (D / size) @ (D / size).T)
        return scale * size * _value(scale_free, S / scale, D / size)
    sums, differences = product(S, S.T), product(D, D.T)
    if isinstance(arithmetic, Ball):
        return _ball_of_difference(arithmetic, sums, differences)
    return _exact_of_difference(arithmetic, sums, differences)


def _exact_of_difference(arithmetic: Arithmetic, sums: Array, differences: Array) -> Any:
    """If G = S S' and H = D D' are proportional, |S' u|^2 |D' u|^2 is largest at their top eigenvector, that of G H."""
    zero = arithmetic.number(0)
    first = next((index for index, x in np.ndenumerate(differences) if x != zero), (0, 0))
    if any(x != zero for x in (sums * differences[first] - differences * sums[first]).flat):
        raise Irrational("the norm of the difference of two congruences is enclosed by balls only")
    return arithmetic.sqrt(_largest_eigenvalue(arithmetic, product(sums, differences)))


def _ball_of_difference(ball: Ball, sums: Array, differences: Array) -> Any:
    (first, e), (second, f) = scaled_doubles(sums), scaled_doubles(differences)
    with ball.context():
        unit = flint.arb(2)
        scaled_sums, scaled_differences = sums * unit**-e, differences * unit**-f
        sizes = [matrix.trace().abs_upper() for matrix in (scaled_sums, scaled_differences)]
        if any(size.is_zero() for size in sizes):
            return ball.number(0)
        u, ratio = _saddle_point(first, second)
        vector = np.array([flint.arb(x) for x in u])
        forms = [vector @ matrix @ vector for matrix in (scaled_sums, scaled_differences)]
        low = ball.sqrt(forms[0]) * ball.sqrt(forms[1]) / (vector @ vector)
        weights = (flint.arb(ratio), (sizes[1] / sizes[0]).sqrt().mid())  # the other where radii outweigh midpoints
        highs = [symmetric_eigenvalues(ball, scaled_sums * w + scaled_differences / w)[-1] / 2 for w in weights]
        return low.union(highs[0].min(highs[1])) * (unit ** (e + f)).sqrt()


def _saddle_point(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """A unit u and a lambda near the saddle point of u' (lambda F + G / lambda) u, by bisection in log lambda.

    With v = lambda_max(F + G), the value at lambda = 1, the best lambda has lambda |F| <= v and |G| / lambda <= v; the
    search starts a little outside, so that it meets eigenvectors of both sides.
    """
    norms = [np.linalg.eigvalsh(matrix)[-1] for matrix in (first, second)]
    start = np.linalg.eigh(first + second)
    if min(norms) <= 0:
        return start[1][:, -1], 1.0
    low, high = norms[1] / start[0][-1] / 2, start[0][-1] / norms[0] * 2
    below = above = u = start[1][:, -1]
    best, ratio = np.inf, 1.0
    for _ in range(_BISECTIONS):
        middle = np.sqrt(low * high)
        values, vectors = np.linalg.eigh(middle * first + second / middle)
        if values[-1] < best:
            best, ratio = values[-1], middle
        top = vectors[:, -1]
        if middle**2 * (top @ first @ top) < top @ second @ top:
            low, below = middle, top
        else:
            high, above = middle, top
        u = _balanced(middle**2 * first - second, below, above)
        if 2 * np.sqrt((u @ first @ u) * (u @ second @ u)) >= best * (1 - 4 * np.finfo(float).eps):
            break
    return u, float(ratio)


def _balanced(form: NDArray[np.float64], below: NDArray[np.float64], above: NDArray[np.float64]) -> NDArray[np.float64]:
    """A unit vector between two with u' form u = 0, where there is one; else the first."""
    above = above if below @ above >= 0 else -above
    a, b, c = below @ form @ below, below @ form @ above, above @ form @ above
    if not a < 0 < c:
        return below
    u = below + above * (-b + np.sqrt(b * b - a * c)) / c
    return np.asarray(u / np.linalg.norm(u))


def _value(u: NDArray[np.float64], S: NDArray[np.float64], D: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(S.T @ u) * np.linalg.norm(D.T @ u))


def _largest_eigenvalue(arithmetic: Arithmetic, matrix: Array) -> Any:
    """Of a symmetric matrix, in balls or rationals; see the proof in the docstring of the module."""
    if isinstance(arithmetic, Ball):
        return symmetric_eigenvalues(arithmetic, matrix)[-1]
    if len(matrix) == 1:
        return matrix[0, 0]
    if not isinstance(arithmetic, Exact):
        raise Irrational("eigenvalues are for doubles, balls and rationals")
    integers, denominator = flint.fmpq_mat(*matrix.shape, matrix.ravel().tolist()).numer_denom()
    bits = 64 + max(int(x).bit_length() for x in integers.entries()) + len(matrix)
    entries = np.array([flint.arb(x) for x in integers.entries()]).reshape(matrix.shape)
    candidate = symmetric_eigenvalues(Ball(bits), entries)[-1].unique_fmpz()
    if candidate is not None:
        shifted = integers.charpoly()(flint.fmpz_poly([candidate, 1])).coeffs()
        if shifted[0] == 0 and all(coefficient >= 0 for coefficient in shifted):
            return flint.fmpq(candidate, denominator)
    raise Irrational("the largest eigenvalue is not rational: use Ball")


def _smaller_gram(matrix: Array) -> Array:
    rows, columns = matrix.shape
    return product(matrix, matrix.T) if rows <= columns else product(matrix.T, matrix)


def _as_matrix(matrix: Array) -> Array:
    return matrix if matrix.ndim == 2 else matrix.reshape(-1, 1)


def _magnitude(value: Any) -> Any:
    return abs(value).nonnegative_part()
