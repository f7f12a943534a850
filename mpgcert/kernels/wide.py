"""Averages over the other players' actions of tables with many columns, compiled; twin of `mpgcert.learn.averages`.

As `mpgcert.kernels.contractions`, with a row of W numbers (next states and stage rewards) for each joint action.
Importing this module imports numba.
"""

from __future__ import annotations

from typing import Any

from mpgcert.kernels.blocks import SMALL_ROW
from mpgcert.kernels.compiling import sums

__all__ = ["weighted_rows", "wide_averages"]


@sums
def wide_averages(nodes: Any, columns: int, table: Any, joint: Any, means: Any, rest: Any) -> None:
    """Average the table [N * W] of one state for every player.

    Args:
        columns: W.
        joint: joint probabilities in all slots.
        means: written: the players' slots, [B * W].
        rest: written: the other slots, [(slots - B) * W].
    """
    width = len(means) // columns
    if len(nodes) == 0:
        for k in range(len(table)):
            means[k] = table[k]
    for m in range(len(nodes)):
        n_left, n_right, left, right, own = nodes[m, 0], nodes[m, 1], nodes[m, 2], nodes[m, 3], nodes[m, 4]
        rows = table if own < 0 else _rows(rest, own - width, n_left * n_right, columns)
        of_left = _rows(means, left, n_left, columns) if left < width else _rows(rest, left - width, n_left, columns)
        of_right = (
            _rows(means, right, n_right, columns) if right < width else _rows(rest, right - width, n_right, columns)
        )
        long = n_right * columns
        for k in range(n_left):
            weighted_rows(
                joint[right : right + n_right], rows[k * long : (k + 1) * long], _rows(of_left, k, 1, columns)
            )
        weighted_rows(joint[left : left + n_left], rows, of_right)


@sums
def _rows(table: Any, first: int, count: int, columns: int) -> Any:
    return table[first * columns : (first + count) * columns]


@sums
def weighted_rows(weights: Any, rows: Any, out: Any) -> None:
    """weights [K] @ rows [K * W], W the length of `out`."""
    columns, k = len(out), 0
    if columns <= SMALL_ROW:
        for j in range(columns):
            total = 0.0
            for k in range(len(weights)):
                total += weights[k] * rows[k * columns + j]
            out[j] = total
        return
    if len(weights) >= 4:
        p, q, s, t = weights[0], weights[1], weights[2], weights[3]
        a, b = rows[:columns], rows[columns : 2 * columns]
        c, d = rows[2 * columns : 3 * columns], rows[3 * columns : 4 * columns]
        for j in range(columns):
            out[j] = p * a[j] + q * b[j] + s * c[j] + t * d[j]
        k = 4
        while k + 4 <= len(weights):
            p, q, s, t = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
            a, b = rows[k * columns : (k + 1) * columns], rows[(k + 1) * columns : (k + 2) * columns]
            c, d = rows[(k + 2) * columns : (k + 3) * columns], rows[(k + 3) * columns : (k + 4) * columns]
            for j in range(columns):
                out[j] += p * a[j] + q * b[j] + s * c[j] + t * d[j]
            k += 4
    else:
        for j in range(columns):
            out[j] = 0.0
    while k < len(weights):
        p, a = weights[k], rows[k * columns : (k + 1) * columns]
        for j in range(columns):
            out[j] += p * a[j]
        k += 1
