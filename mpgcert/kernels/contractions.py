"""Averages over the other players' actions for one state, compiled; twin of `mpgcert.learn.averages`.

The joint table is a matrix of the left half's joint actions by the right half's.  One pass over it leaves its
product with the right half's probabilities and the left half's probabilities times it; both are short, and the same
is done to them inside each half.  Importing this module imports numba.
"""

from __future__ import annotations

from typing import Any

from mpgcert.kernels.compiling import sums

__all__ = ["averages_of_halves", "averages_of_one", "joint_of_halves", "mean_of", "product_and_transposed"]


@sums
def joint_of_halves(nodes: Any, joint: Any) -> None:
    """Fill the slots of sets of players with joint probabilities; the players' own slots hold their policies."""
    for m in range(len(nodes) - 1, 0, -1):
        n_left, n_right = nodes[m, 0], nodes[m, 1]
        left = joint[nodes[m, 2] : nodes[m, 2] + n_left]
        right = joint[nodes[m, 3] : nodes[m, 3] + n_right]
        own = joint[nodes[m, 4] : nodes[m, 4] + n_left * n_right]
        for k in range(n_left):
            for r in range(n_right):
                own[k * n_right + r] = left[k] * right[r]


@sums
def averages_of_halves(nodes: Any, joint: Any, means: Any) -> None:
    """Average further, in each set of players but the first, what `product_and_transposed` left of the table."""
    for m in range(1, len(nodes)):
        n_left, n_right = nodes[m, 0], nodes[m, 1]
        product_and_transposed(
            means[nodes[m, 4] : nodes[m, 4] + n_left * n_right],
            joint[nodes[m, 2] : nodes[m, 2] + n_left],
            joint[nodes[m, 3] : nodes[m, 3] + n_right],
            means[nodes[m, 2] : nodes[m, 2] + n_left],
            means[nodes[m, 3] : nodes[m, 3] + n_right],
        )


@sums
def product_and_transposed(rows: Any, left: Any, right: Any, of_left: Any, of_right: Any) -> None:
    """rows @ right and left @ rows in one pass."""
    n_left, n_right = len(left), len(right)
    for r in range(n_right):
        of_right[r] = 0.0
    k = 0
    while n_right >= 8 and k + 4 <= n_left:
        a = rows[k * n_right : (k + 1) * n_right]
        b = rows[(k + 1) * n_right : (k + 2) * n_right]
        c = rows[(k + 2) * n_right : (k + 3) * n_right]
        d = rows[(k + 3) * n_right : (k + 4) * n_right]
        p, q, s, t = left[k], left[k + 1], left[k + 2], left[k + 3]
        w = x = y = z = 0.0
        for r in range(n_right):
            w += a[r] * right[r]
            x += b[r] * right[r]
            y += c[r] * right[r]
            z += d[r] * right[r]
            of_right[r] += p * a[r] + q * b[r] + s * c[r] + t * d[r]
        of_left[k], of_left[k + 1], of_left[k + 2], of_left[k + 3] = w, x, y, z
        k += 4
    while k < n_left:
        a = rows[k * n_right : (k + 1) * n_right]
        p, w = left[k], 0.0
        for r in range(n_right):
            w += a[r] * right[r]
            of_right[r] += p * a[r]
        of_left[k] = w
        k += 1


@sums
def averages_of_one(nodes: Any, path: Any, table: Any, joint: Any, means: Any) -> None:
    """Average a table [N] for the one player that the path leads to."""
    if path[0, 0] < 0:
        for k in range(len(table)):
            means[k] = table[k]
    rows = table
    for step in range(len(path)):
        m = path[step, 0]
        if m < 0:
            break
        n_left, n_right = nodes[m, 0], nodes[m, 1]
        if path[step, 1] == 0:
            right = joint[nodes[m, 3] : nodes[m, 3] + n_right]
            of_left = means[nodes[m, 2] : nodes[m, 2] + n_left]
            for k in range(n_left):
                row, total = rows[k * n_right : (k + 1) * n_right], 0.0
                for r in range(n_right):
                    total += row[r] * right[r]
                of_left[k] = total
            rows = of_left
        else:
            left = joint[nodes[m, 2] : nodes[m, 2] + n_left]
            of_right = means[nodes[m, 3] : nodes[m, 3] + n_right]
            for r in range(n_right):
                of_right[r] = 0.0
            for k in range(n_left):
                row, p = rows[k * n_right : (k + 1) * n_right], left[k]
                for r in range(n_right):
                    of_right[r] += p * row[r]
            rows = of_right


@sums
def mean_of(tree: Any, table: Any, joint: Any, means: Any) -> float:
    """Mean of a table [N] under all players' policies; `means` is room for averages."""
    averages_of_one(tree.nodes, tree.paths[0], table, joint, means)
    total = 0.0
    for k in range(tree.offsets[1]):
        total += joint[k] * means[k]
    return total
