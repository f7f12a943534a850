"""Boxes around the eigenvalues of matrices that are not symmetric, also where eigenvalues coincide.

FLINT isolates simple eigenvalues. For the others let p be the characteristic polynomial (in balls), z_1, ..., z_m
any distinct numbers, and W_j = p(z_j) / prod over i != j of (z_j - z_i). Lagrange interpolation gives
p(z) = prod (z - z_i) (1 + sum W_i / (z - z_i)), which is the characteristic polynomial of diag(z) - 1 W'.  By
Gershgorin's theorem on its columns the roots of p lie in the discs around z_j - W_j with radii (m - 1) |W_j|, and
a connected part made of c discs holds exactly c roots.  Taking c points on a small circle where c approximate
eigenvalues coincide makes these discs about as small as the precision of p allows, 2^(-bits/c).
"""

from __future__ import annotations

from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.arithmetics import Ball
from mpgcert.errors import SingularMatrix

__all__ = ["complex_eigenvalues"]

Array = NDArray[Any]

_GUARD_BITS = 24


def complex_eigenvalues(ball: Ball, matrix: Array) -> list[tuple[Any, Any]]:
    """Balls around real and imaginary parts of the eigenvalues of a matrix [m, m], with multiplicity.

    The boxes and the eigenvalues correspond one to one; eigenvalues that cannot be told apart share a box.

    Raises:
        SingularMatrix: no bounded boxes at this precision.
    """
    size = len(matrix)
    with Ball(ball.bits + _GUARD_BITS).context():
        entries = matrix.ravel().tolist()
        if not all(x.is_finite() for x in entries):
            raise SingularMatrix("an entry is not bounded: more precision is needed")
        below = [matrix[p, q].is_zero() for p in range(size) for q in range(p)]
        above = [matrix[q, p].is_zero() for p in range(size) for q in range(p)]
        if all(below) or all(above):
            return [(value, flint.arb(0)) for value in matrix.diagonal()]
        whole = flint.acb_mat(flint.arb_mat(size, size, entries))
        found = whole.eig(nonstop=True)
        if not all(value.is_finite() for value in found):
            found = _clustered(whole, entries)
    return [(value.real, value.imag) for value in found]


def _clustered(matrix: Any, entries: list[Any]) -> list[Any]:
    """Boxes from discs around the roots of the characteristic polynomial; see the docstring of the module."""
    polynomial = matrix.charpoly()
    scale = max(float(x.abs_upper()) for x in entries)  # positive: a matrix of zeros has no clusters to tell apart
    noise = max(2.0**-flint.ctx.prec, float(max(x.rad() for x in entries)) / scale, 1e-300)
    points = _spread(matrix.mid().eig(algorithm="approx"), scale, noise)
    discs = []
    for j, z in enumerate(points):
        correction = polynomial(z)
        for i, other in enumerate(points):
            if i != j:
                correction /= z - other
        reach = flint.arb(0, (correction.abs_upper() * (len(points) - 1)).upper())
        discs.append(z - correction + flint.acb(reach, reach))
    if not all(disc.is_finite() for disc in discs):
        raise SingularMatrix("the eigenvalues cannot be enclosed at this precision")
    return _hulls(discs)


def _spread(approximations: list[Any], scale: float, noise: float) -> list[Any]:
    """The approximations, those that coincide put on a small circle around their mean."""
    near = flint.arb(4 * scale * noise ** (0.5 / len(approximations)))
    points: list[Any] = []
    for group in _components(approximations, lambda a, b: bool(abs(a.mid() - b.mid()) < near)):
        count = len(group)
        centre = sum((approximations[j].mid() for j in group), start=flint.acb(0)).mid() / count
        reach = scale * (4 * noise) ** (1 / count) if count > 1 else 0.0
        turns = [complex(np.exp(2j * np.pi * (k + 0.25) / count)) for k in range(count)]
        points.extend((centre + flint.acb(turn.real, turn.imag) * reach).mid() for turn in turns)
    return points


def _hulls(discs: list[Any]) -> list[Any]:
    """Each disc's box enlarged to the box of its connected part."""
    boxes = []
    for group in _components(discs, lambda a, b: bool(a.overlaps(b))):
        hull = discs[group[0]]
        for j in group[1:]:
            hull = hull.union(discs[j])
        boxes.extend([hull] * len(group))
    return boxes


def _components(values: list[Any], joined: Any) -> list[list[int]]:
    """Indices of the connected parts of a relation."""
    left, parts = list(range(len(values))), []
    while left:
        part = [left.pop()]
        for j in part:  # grows while it is walked through
            near = [k for k in left if joined(values[j], values[k])]
            part.extend(near)
            left = [k for k in left if k not in near]
        parts.append(part)
    return parts
