"""Costs, gradients and covariances of linear policies without a backward recursion.

Statements about costs-to-go P, covariances Sigma and gradients E are held against these: costs are summed along
second moments, powers of closed loops are multiplied out, and gradients are difference quotients, which are exact
because a cost is a polynomial of degree 2 in the gains of one player at one time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.arithmetic.matrices import product
from mpgcert.claims.lq.point import LQLens
from mpgcert.solvers.lq.evaluation import LQEvaluation, evaluate_gains, trace_of_product

__all__ = [
    "congruence",
    "curvature",
    "difference_gradient",
    "directional_cost",
    "expected_costs",
    "form",
    "greedy_step",
    "identity",
    "noise_sum",
    "propagator",
    "rolled_cost",
    "second_moments",
    "squared_entries",
    "state",
    "total",
    "unrolled_covariance",
    "unrolled_value",
]

Array = NDArray[Any]


def total(at: LQLens, values: Sequence[Any]) -> Any:
    """The sum; the number 0 of none."""
    return sum(values, at.number(0))


def congruence(left: Array, matrix: Array) -> Array:
    """L M L'."""
    return product(product(left, matrix), left.T)


def squared_entries(matrix: Array) -> Any:
    """Tr(M M'), 0 for the zero matrix only."""
    return (matrix * matrix).sum()


def form(matrix: Array, vector: Array) -> Any:
    """x' M x."""
    return (vector * product(matrix, vector)).sum()


def state(at: LQLens) -> Array:
    """A state for statements about every state: the probe's first column, [d]."""
    return at.probe[:, 0]


def second_moments(policy: LQEvaluation, start: int, moment: Array, noise: Array) -> list[Array]:
    """E[x_s x_s'] for s = start, ..., T from that of x_start."""
    forward = [moment]
    for loop in policy.closed_loop[start:]:
        forward.append(congruence(loop, forward[-1]) + noise)
    return forward


def expected_costs(policy: LQEvaluation, player: int, start: int, moments: Sequence[Array]) -> list[Any]:
    """A player's expected cost at each stage from `start` on, for second moments of the state."""
    return [trace_of_product(policy.cost_matrix(player, start + s), moment) for s, moment in enumerate(moments)]


def rolled_cost(at: LQLens, policy: LQEvaluation, player: int, start: int, moment: Array, noise: Array) -> Any:
    """A player's expected cost from `start` on."""
    return total(at, expected_costs(policy, player, start, second_moments(policy, start, moment, noise)))


def directional_cost(
    at: LQLens, policy: LQEvaluation, player: int, time: int, change: Array, moment: Array, noise: Array
) -> Any:
    """The derivative of the cost from `time` on in K_t^i along a change [k_i, d], by a central difference.

    It is the derivative of C^i where `moment` is Sigma_t and `noise` is W.
    """
    rows, ends = at.arrays.slices[player], []
    for sign in (1, -1):
        gains = policy.gains.copy()
        gains[time, rows] = gains[time, rows] + change * at.number(sign)
        ends.append(rolled_cost(at, evaluate_gains(policy.arrays, gains), player, time, moment, noise))
    return (ends[0] - ends[1]) / at.number(2)


def difference_gradient(at: LQLens, policy: LQEvaluation, player: int, time: int, moment: Array, noise: Array) -> Array:
    """The gradient of the cost from `time` on in K_t^i, entry by entry as `directional_cost`, [k_i, d]."""
    shape = policy.player_gains(player)[time].shape
    gradient = np.empty(shape, dtype=policy.gains.dtype)
    for place in np.ndindex(*shape):
        unit = np.full(shape, at.number(0), dtype=policy.gains.dtype)
        unit[place] = at.number(1)
        gradient[place] = directional_cost(at, policy, player, time, unit, moment, noise)
    return gradient


def identity(at: LQLens) -> Array:
    """The identity matrix, [d, d]."""
    return at.arithmetic.array(ExactArray.of_integers(np.eye(at.game.dimension, dtype=np.int64)))


def propagator(at: LQLens, policy: LQEvaluation, start: int, end: int) -> Array:
    """L_{end-1} ... L_start of closed loops L_t, the identity if there are none, [d, d]."""
    out = identity(at)
    for loop in policy.closed_loop[start:end]:
        out = product(loop, out)
    return out


def unrolled_value(at: LQLens, policy: LQEvaluation, player: int, start: int) -> Array:
    """The cost-to-go from `start` as a sum over later stages of the cost matrix seen from the state now, [d, d]."""
    out = policy.cost_matrix(player, start)
    for end in range(start + 1, at.game.horizon + 1):
        out = out + congruence(propagator(at, policy, start, end).T, policy.cost_matrix(player, end))
    return out


def noise_sum(at: LQLens, policy: LQEvaluation, time: int) -> Array:
    """sum over s = 1, ..., time of D_{time,s} W D_{time,s}', where D_{t,s} = L_t ... L_s, [d, d]."""
    out = at.arrays.W * at.number(0)
    for s in range(1, time + 1):
        out = out + congruence(propagator(at, policy, s, time + 1), at.arrays.W)
    return out


def unrolled_covariance(at: LQLens, policy: LQEvaluation, time: int) -> Array:
    """Sigma_t as in hambly2021.eq-3.23, [d, d]."""
    if time == 0:
        return at.arrays.sigma_0
    start = congruence(propagator(at, policy, 0, time), at.arrays.sigma_0)
    return start + noise_sum(at, policy, time - 1) + at.arrays.W


def curvature(policy: LQEvaluation, player: int, time: int) -> Array:
    """R_t^i + B_t^i' P_{t+1,i} B_t^i, [k_i, k_i]."""
    B = policy.arrays.of_player(player)[time]
    return policy.arrays.R[player][time] + product(B.T, product(policy.P[player, time + 1], B))


def greedy_step(at: LQLens, policy: LQEvaluation, player: int, time: int) -> Array:
    """(R_t^i + B_t^i' P_{t+1,i} B_t^i)^{-1} E_{t,i}, [k_i, d]."""
    rows = at.arrays.slices[player]
    return at.arithmetic.solve(curvature(policy, player, time), policy.directions[time, rows])
