"""One player's best linear response to the gains of the others, and how far gains are from a Nash equilibrium.

With the others' gains fixed, player i faces a linear-quadratic control problem with A_t - sum over j != i of B_t^j
K_t^j in place of A_t. Its Riccati equation gives the best of all responses, linear or not, if every R_t^i + B_t^i'
P_{t+1} B_t^i is positive definite: by completing squares any other choice of u_t^i adds a positive quadratic form
to the cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.matrices import determinant, product
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.evaluation import evaluate_gains, trace_of_product

__all__ = ["BestResponse", "NashResidual", "best_response", "nash_residual"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class BestResponse:
    """The response of one player to the gains of the others.

    Attributes:
        arrays: the game's matrices.
        player: i.
        gains: the stationary response, [T, k_i, d].
        P: its costs-to-go, [T + 1, d, d].
        weights: R_t^i + B_t^i' P_{t+1} B_t^i, [T, k_i, k_i].
    """

    arrays: LQArrays
    player: int
    gains: Array
    P: Array
    weights: Array

    @cached_property
    def cost(self) -> Any:
        """C^i of the response: Tr(Sigma_0 P_0) and the sum of Tr(W P_t) over t = 1, ..., T."""
        arrays = self.arrays
        return trace_of_product(arrays.sigma_0, self.P[0]) + sum(trace_of_product(arrays.W, P) for P in self.P[1:])

    @cached_property
    def is_minimum(self) -> bool | None:
        """Whether every weight is positive definite (Sylvester: all leading minors positive), if that is certain."""
        size = self.weights.shape[-1]
        minors = [determinant(weight[:m, :m]) for weight in self.weights for m in range(1, size + 1)]
        signs = [self.arrays.arithmetic.sign(value) for value in minors]
        if all(sign == 1 for sign in signs):
            return True
        return False if any(sign in (0, -1) for sign in signs) else None


@dataclass(frozen=True, eq=False)
class NashResidual:
    """How much each player could save; a certificate in rationals and balls.

    Attributes:
        responses: the best response of each player.
        savings: C^i(K) - C^i(best response of i, K^{-i}), [N]; all 0 exactly at a Nash equilibrium.
    """

    responses: tuple[BestResponse, ...]
    savings: Array

    @property
    def largest(self) -> Any:
        """The largest saving of a player."""
        return self.responses[0].arrays.arithmetic.maximum(self.savings)

    @property
    def is_certain(self) -> bool:
        """Whether the responses are certainly best, so that the savings bound those of every other response."""
        return all(response.is_minimum is True for response in self.responses)


def best_response(arrays: LQArrays, gains: Array, player: int) -> BestResponse:
    """The response of a player to joint gains [T, k, d], of which its own rows are not used.

    Raises:
        SingularMatrix: R_t^i + B_t^i' P_{t+1} B_t^i is singular (or not certainly regular, for balls).
    """
    own = arrays.slices[player]
    others = [j for j in range(gains.shape[1]) if not own.start <= j < own.stop]
    P, responses, weights = [arrays.Q[player, -1]], [], []
    for t in reversed(range(arrays.horizon)):
        A, B = arrays.A[t], arrays.B[t][:, own]
        if others:
            A = A - product(arrays.B[t][:, others], gains[t][others])
        weighted = product(B.T, P[-1])
        weight = arrays.R[player][t] + product(weighted, B)
        gain = arrays.arithmetic.solve(weight, product(weighted, A))
        loop = A - product(B, gain)
        running = arrays.Q[player, t] + product(gain.T, product(arrays.R[player][t], gain))
        P.append(running + product(loop.T, product(P[-1], loop)))
        responses.append(gain)
        weights.append(weight)
    return BestResponse(arrays, player, np.stack(responses[::-1]), np.stack(P[::-1]), np.stack(weights[::-1]))


def nash_residual(arrays: LQArrays, gains: Array) -> NashResidual:
    """What each player could save by its best response to joint gains [T, k, d].

    Raises:
        SingularMatrix: as for `best_response`.
    """
    responses = tuple(best_response(arrays, gains, i) for i in range(arrays.n_players))
    costs = evaluate_gains(arrays, gains).costs
    return NashResidual(responses, np.array([cost - reply.cost for cost, reply in zip(costs, responses)]))
