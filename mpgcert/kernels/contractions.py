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
    while n_right >= 8 and k + 8 <= n_left:
        a, b = rows[k * n_right : (k + 1) * n_right], rows[(k + 1) * n_right : (k + 2) * n_right]
        c, d = rows[(k + 2) * n_right : (k + 3) * n_right], rows[(k + 3) * n_right : (k + 4) * n_right]
        e, f = rows[(k + 4) * n_right : (k + 5) * n_right], rows[(k + 5) * n_right : (k + 6) * n_right]
        g, h = rows[(k + 6) * n_right : (k + 7) * n_right], rows[(k + 7) * n_right : (k + 8) * n_right]
        p_a, p_b, p_c, p_d = left[k], left[k + 1], left[k + 2], left[k + 3]
        p_e, p_f, p_g, p_h = left[k + 4], left[k + 5], left[k + 6], left[k + 7]
        t_a = t_b = t_c = t_d = t_e = t_f = t_g = t_h = 0.0
        for r in range(n_right):
            t_a += a[r] * right[r]
            t_b += b[r] * right[r]
            t_c += c[r] * right[r]
            t_d += d[r] * right[r]
            t_e += e[r] * right[r]
            t_f += f[r] * right[r]
            t_g += g[r] * right[r]
            t_h += h[r] * right[r]
            of_right[r] += p_a * a[r] + p_b * b[r] + p_c * c[r] + p_d * d[r]
            of_right[r] += p_e * e[r] + p_f * f[r] + p_g * g[r] + p_h * h[r]
        of_left[k], of_left[k + 1], of_left[k + 2], of_left[k + 3] = t_a, t_b, t_c, t_d
        of_left[k + 4], of_left[k + 5], of_left[k + 6], of_left[k + 7] = t_e, t_f, t_g, t_h
        k += 8
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
