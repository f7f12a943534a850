"""What linear feedback gains lead to: closed loop, costs-to-go, covariances, costs and gradients.

Everything is generic in the arithmetic. Costs come out twice, by the value recursion (hambly2021.eq-3.13, eq-3.14)
and from the covariances; in rationals the two agree exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.matrices import product
from mpgcert.solvers.lq.arrays import LQArrays

__all__ = ["LQEvaluation", "evaluate_gains", "trace_of_product"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class LQEvaluation:
    """A joint linear policy K and what follows from it.

    Attributes:
        arrays: the game's matrices.
        gains: K_t = (K_t^1; ...; K_t^N), [T, k, d].
    """

    arrays: LQArrays
    gains: Array

    @property
    def horizon(self) -> int:
        return self.arrays.horizon

    def player_gains(self, player: int) -> Array:
        """K^i, [T, k_i, d]."""
        return self.gains[:, self.arrays.slices[player]]

    @cached_property
    def closed_loop(self) -> Array:
        """A_t - sum_i B_t^i K_t^i, [T, d, d]."""
        arrays = self.arrays
        return np.stack([A - product(B, K) for A, B, K in zip(arrays.A, arrays.B, self.gains)])

    def cost_matrix(self, player: int, stage: int) -> Array:
        """Q_t^i + K_t^i' R_t^i K_t^i, [d, d]; Q_T^i at the end."""
        stage_cost = self.arrays.Q[player, stage]
        if stage == self.horizon:
            return stage_cost
        gain = self.player_gains(player)[stage]
        return stage_cost + product(gain.T, product(self.arrays.R[player][stage], gain))

    @cached_property
    def P(self) -> Array:
        """P_{t,i}^K of hambly2021.eq-3.13, [N, T + 1, d, d]."""
        return np.stack([self._cost_to_go(i) for i in range(self.arrays.n_players)])

    def _cost_to_go(self, player: int) -> Array:
        backward = [self.cost_matrix(player, self.horizon)]
        for t in reversed(range(self.horizon)):
            loop = self.closed_loop[t]
            backward.append(self.cost_matrix(player, t) + product(loop.T, product(backward[-1], loop)))
        return np.stack(backward[::-1])

    @cached_property
    def offsets(self) -> Array:
        """N_{t,i}^K = sum over s > t of Tr(W P_{s,i}) of hambly2021.eq-3.14, [N, T + 1]."""
        noise = np.array([[trace_of_product(self.arrays.W, P) for P in own] for own in self.P])
        after = noise * 0
        for t in reversed(range(self.horizon)):
            after[:, t] = after[:, t + 1] + noise[:, t + 1]
        return after

    @cached_property
    def costs(self) -> Array:
        """C^i(K) = E[x_0' P_{0,i} x_0] + N_{0,i}, [N]."""
        start = np.array([trace_of_product(self.arrays.sigma_0, own[0]) for own in self.P])
        return start + self.offsets[:, 0]

    @cached_property
    def covariances(self) -> Array:
        """Sigma_t^K = E[x_t x_t'], [T + 1, d, d]."""
        forward = [self.arrays.sigma_0]
        for loop in self.closed_loop:
            forward.append(product(product(loop, forward[-1]), loop.T) + self.arrays.W)
        return np.stack(forward)

    @cached_property
    def total_covariance(self) -> Array:
        """Sigma_K, the sum of Sigma_t^K over t = 0, ..., T (hambly2021.eq-3.4), [d, d]."""
        return self.covariances.sum(axis=0)

    @cached_property
    def costs_by_covariance(self) -> Array:
        """C^i(K) as the sum of Tr(Sigma_t (Q_t^i + K_t^i' R_t^i K_t^i)), [N]."""
        return np.array(
            [
                sum(trace_of_product(sigma, self.cost_matrix(i, t)) for t, sigma in enumerate(self.covariances))
                for i in range(self.arrays.n_players)
            ]
        )

    @cached_property
    def directions(self) -> Array:
        """E_{t,i}^K of hambly2021.eq-3.15 of all players below each other, [T, k, d]."""
        parts = [
            np.stack(
                [
                    product(R, K) - product(B.T, product(P, loop))
                    for R, K, B, P, loop in zip(
                        self.arrays.R[i],
                        self.player_gains(i),
                        self.arrays.of_player(i),
                        self.P[i, 1:],
                        self.closed_loop,
                    )
                ]
            )
            for i in range(self.arrays.n_players)
        ]
        return np.concatenate(parts, axis=1)

    @cached_property
    def gradients(self) -> Array:
        """The gradient of C^i in K_t^i, 2 E_{t,i} Sigma_t (hambly2021.eq-3.16), below each other, [T, k, d]."""
        return np.stack([product(E, sigma) * 2 for E, sigma in zip(self.directions, self.covariances)])


def evaluate_gains(arrays: LQArrays, gains: Array) -> LQEvaluation:
    """What the gains [T, k, d] lead to in a game."""
    return LQEvaluation(arrays, gains)


def trace_of_product(left: Array, right: Array) -> Any:
    """Tr(L R') = sum of L_ij R_ij; for symmetric matrices Tr(L R)."""
    return (left * right).sum()
