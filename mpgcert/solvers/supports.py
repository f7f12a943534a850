"""All stationary policies of a two-player stage game, by enumerating supports exactly.

A profile (x, y) is stationary when every action that a player uses gives that player the same payoff, namely the mean
(zhang2022.remark-5 for one state: x_a (payoff of a - mean) = 0).  It need not be an equilibrium: unused actions may
be better.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT
from mpgcert.arithmetic.matrices import row_echelon

__all__ = ["Profile", "StationarySet", "stationary_set", "support_pairs"]

Mixed = tuple[Fraction, ...]
Profile = tuple[Mixed, Mixed]


@dataclass(frozen=True)
class StationarySet:
    """The stationary profiles of a bimatrix game.

    Attributes:
        n_pairs: pairs of supports that were decided.
        points: all stationary profiles, when they are finitely many.
        segment: otherwise two of them, equal for one player, such that every convex combination is stationary.
    """

    n_pairs: int
    points: tuple[Profile, ...]
    segment: tuple[Profile, Profile] | None


def support_pairs(n_rows: int, n_columns: int) -> int:
    """Number of pairs of non-empty supports: the work of `stationary_set`."""
    return (2**n_rows - 1) * (2**n_columns - 1)


def stationary_set(first: NDArray[Any], second: NDArray[Any]) -> StationarySet:
    """Decide whether a bimatrix game has finitely many stationary profiles, and list them if so.

    Args:
        first, second: payoffs fmpq [m, k] of the row and the column player.

    Why supports decide it.  The stationary profiles with supports exactly (B, D) are X x Y: Y holds the y > 0 on D
    under which all rows of B pay the row player the same, X the x > 0 on B under which all columns of D pay
    the column player the same.  Both are relatively open parts of polytopes (their points with full support).  There
    are finitely many pairs.  If X and Y are non-empty and one has more than one point, it contains a segment through
    each of its points, so these are not isolated.  If every non-empty X x Y is a single point, the set of stationary
    profiles is finite, so all its points are isolated: limits of other supports cannot disturb that.

    A polytope {y >= 0 on D, sum 1, linear equations} is the convex hull of its vertices, and a vertex is the unique
    solution of the equations on its own support.  So it has a point of full support if and only if the supports of its
    vertices cover D, and it is a single point if and only if it has one vertex.
    """
    n_rows, n_columns = first.shape
    row_masks, column_masks = range(1, 2**n_rows), range(1, 2**n_columns)
    column_mixes = {rows: _vertices(first[_members(rows)]) for rows in row_masks}
    row_mixes = {columns: _vertices(second.T[_members(columns)]) for columns in column_masks}
    points: list[Profile] = []
    for rows in row_masks:
        for columns in column_masks:
            xs, ys = _covering(row_mixes[columns], rows), _covering(column_mixes[rows], columns)
            if not xs or not ys:
                continue
            x, y = _mean(xs), _mean(ys)
            if len(xs) > 1:
                return StationarySet(support_pairs(n_rows, n_columns), (), ((x, y), (xs[0], y)))
            if len(ys) > 1:
                return StationarySet(support_pairs(n_rows, n_columns), (), ((x, y), (x, ys[0])))
            points.append((x, y))
    return StationarySet(support_pairs(n_rows, n_columns), tuple(points), None)


def _members(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _vertices(payoff: NDArray[Any]) -> list[tuple[int, Mixed]]:
    """Mixtures of columns that give all rows the same payoff and are unique on their support, with its mask.

    At least as many equations as unknowns are needed, so supports are no larger than the number of rows.
    """
    n_rows, n_columns = payoff.shape
    differences = payoff[1:] - payoff[:1]
    zero, one = EXACT.number(0), EXACT.number(1)
    found = []
    for mask in range(1, 2**n_columns):
        size = mask.bit_count()
        if size > n_rows:
            continue
        support = _members(mask)
        system = np.full((n_rows, size + 1), zero, dtype=object)
        system[0] = one
        system[1:, :size] = differences[:, support]
        reduced, rank = row_echelon(system)
        if rank != size or reduced[size - 1, size - 1] != 1:
            continue  # many solutions, or none
        solution = reduced[:size, size]
        if all(value > 0 for value in solution):
            mixed = [Fraction(0)] * n_columns
            for column, value in zip(support, solution):
                mixed[column] = EXACT.enclosure(value)[0]
            found.append((mask, tuple(mixed)))
    return found


def _covering(vertices: list[tuple[int, Mixed]], support: int) -> list[Mixed]:
    """The vertices inside a face, if together they use all of it; else none."""
    inside = [(mask, mixed) for mask, mixed in vertices if mask & ~support == 0]
    union = 0
    for mask, _ in inside:
        union |= mask
    return [mixed for _, mixed in inside] if union == support else []


def _mean(vertices: list[Mixed]) -> Mixed:
    return tuple(sum(parts, Fraction(0)) / len(vertices) for parts in zip(*vertices))
