"""Linear programs by HiGHS, in doubles: proposals, which exact arithmetic then judges."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame

__all__ = ["blocks", "minimise", "shaping_matrix"]

Floats = NDArray[np.float64]


def shaping_matrix(game: MarkovGame) -> Any:
    """M as a sparse matrix [S A, S]: (M w)(s, a) = w(s) - gamma sum_s' P(s' | s, a) w(s')."""
    from scipy.sparse import coo_array

    kernel = game.sparse_kernel
    every = np.arange(game.n_states * game.n_joint_actions)
    weights = np.concatenate([np.ones(len(every)), -float(game.discount) * kernel.probability.to_float()])
    rows = np.concatenate([every, kernel.row])
    columns = np.concatenate([every // game.n_joint_actions, kernel.successor])
    return coo_array((weights, (rows, columns)), shape=(len(every), game.n_states))


def blocks(lines: list[list[Any]]) -> Any:
    """A sparse matrix from blocks (None for zeros)."""
    from scipy import sparse

    stack: Any = sparse.block_array
    return stack(lines, format="csr")


def minimise(
    cost: Floats, matrix: Any, right: Floats, fixed: int | None = None, method: str = "highs"
) -> tuple[Floats, Floats] | None:
    """Minimise `cost @ x` over `matrix @ x <= right` (x free, but x[fixed] = 0).

    Returns:
        x and the non-negative multipliers of the constraints, or None if the solver fails.
    """
    from scipy import optimize

    bounds = [(0, 0) if k == fixed else (None, None) for k in range(len(cost))]
    solver: Any = optimize.linprog
    result = solver(cost, A_ub=matrix, b_ub=right, bounds=bounds, method=method)
    if result.status != 0:
        return None
    return result.x, -result.ineqlin.marginals
