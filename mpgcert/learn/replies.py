"""Best replies in doubles by policy iteration, and the factorisation that all solves share.

The result is a proposal with a residual; `mpgcert.learn.rounding` turns the residual into a proven bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Factorisation", "InducedProcess", "Reply", "best_reply", "factorise", "policy_iteration"]

Array = NDArray[Any]

_NOISE = 2.0**-48  # gains below this share of the values are rounding: not worth another solve


@dataclass(frozen=True, eq=False)
class Factorisation:
    """LU factors of (I - gamma P)' for a kernel P [S, S]."""

    factors: Array
    pivots: Array

    def solve(self, right: Array) -> Array:
        """x with (I - gamma P) x = right, [S] or [S, k]."""
        return self._solve(right, transposed=1)

    def solve_transposed(self, right: Array) -> Array:
        """x with (I - gamma P)' x = right, [S] or [S, k]."""
        return self._solve(right, transposed=0)

    def _solve(self, right: Array, transposed: int) -> Array:
        from scipy.linalg.lapack import dgetrs

        solution: Array = dgetrs(self.factors, self.pivots, right, trans=transposed)[0]
        return solution


def factorise(kernel: Array, discount: float) -> Factorisation:
    """Factors for a stochastic kernel; never singular, since the discount is below 1."""
    from scipy.linalg.lapack import dgetrf

    system = kernel * -discount
    system.reshape(-1)[:: len(kernel) + 1] += 1.0
    # The transpose of a C-ordered array is in the order that LAPACK wants, without a copy.
    factors, pivots, _ = dgetrf(system.T, overwrite_a=1)
    return Factorisation(factors, pivots)


class InducedProcess(NamedTuple):
    """The decision process that one player faces when the others keep their policies.

    Attributes:
        discount: gamma.
        under: choices [S] -> stage reward [S] and kernel [S, S] under them.
        look_ahead: values [S] -> r + gamma E[values] for every state and own action, [S, A_i].
    """

    discount: float
    under: Callable[[NDArray[np.int64]], tuple[Array, Array]]
    look_ahead: Callable[[Array], Array]


class Reply(NamedTuple):
    """A deterministic reply [S], its values [S], and max |values - T values| as computed."""

    choice: NDArray[np.int64]
    values: Array
    residual: float


def best_reply(process: InducedProcess, start: NDArray[np.int64]) -> Reply:
    """Policy iteration from the choices `start`, each evaluated by a factorisation."""

    def evaluate(choice: NDArray[np.int64]) -> Array:
        reward, kernel = process.under(choice)
        return factorise(kernel, process.discount).solve(reward)

    return policy_iteration(evaluate, process.look_ahead, start)


def policy_iteration(
    evaluate: Callable[[NDArray[np.int64]], Array], look_ahead: Callable[[Array], Array], start: NDArray[np.int64]
) -> Reply:
    """Policy iteration from the choices `start`.

    Args:
        evaluate: choices [S] -> their values [S].
        look_ahead: values [S] -> r + gamma E[values] for every state and own action, [S, A_i].

    Actions switch only where that gains more than rounding, and the iteration goes on only while the
    values grow: in exact arithmetic it would end at the optimum, in doubles it ends in any case (a sum of
    doubles cannot grow for ever among finitely many replies), at a reply whose residual says how good it is.
    """
    states = np.arange(len(start))
    best: Reply | None = None
    choice = start
    while True:
        values = evaluate(choice)
        if best is not None and not values.sum() > best.values.sum():
            return best
        ahead = look_ahead(values)
        greedy = ahead.argmax(axis=1)
        largest = ahead[states, greedy]
        best = Reply(choice, values, float(np.abs(largest - values).max()))
        better = largest - ahead[states, choice] > _NOISE * np.abs(largest).max()
        if not better.any():
            return best
        choice = np.where(better, greedy, choice)
