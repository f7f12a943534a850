"""Derivatives by the softmax parameters, from the quotient rule and Bellman's equation alone.

Neither the visitation nor an advantage occurs: what zhang2022.eq-4 says of gradients can be tested.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.point import Lens
from mpgcert.claims.quantities.rule import kept
from mpgcert.solvers.arrays import average_over_others

__all__ = ["centred", "derivatives", "identity", "regularized_derivatives", "scores", "softmax_jacobian", "squares"]

Array = NDArray[Any]


def squares(difference: Array) -> Any:
    """Sum of squares."""
    return (difference * difference).sum()


def centred(values: Array) -> Array:
    """Rows without their mean."""
    return values - values.sum(axis=-1, keepdims=True) / values.shape[-1]


def identity(at: Lens, size: int) -> Array:
    """[size, size] identity matrix."""
    out = at.zeros(size, size)
    out[np.diag_indices(size)] = at.number(1)
    return out


@kept
def softmax_jacobian(at: Lens, player: int) -> Array:
    """d pi_i(b|s) / d theta_{s, a} [S, a, b], by the quotient rule from weights proportional to exp(theta)."""
    weight = at.policy[player] * at.game.n_actions[player]
    total = weight.sum(axis=1)[:, None, None]
    own = weight[:, :, None] * identity(at, weight.shape[1])
    return (own * total - weight[:, :, None] * weight[:, None, :]) / (total * total)


@kept
def scores(at: Lens, player: int) -> Array:
    """d log pi_i(b|s) / d theta_{s, a} [S, a, b]; interior policies only."""
    return softmax_jacobian(at, player) / at.policy[player][:, None, :]


@kept
def derivatives(at: Lens, player: int, of_potential: bool) -> Array:
    """d J_i / d theta_i (or of the total potential) [S, A_i], by implicit differentiation.

    V = r + gamma P V under the policy gives (I - gamma P) dV = dr + gamma dP V for every parameter.
    """
    arrays, own = at.arrays, at.policy[player]
    stage = at.potential_stage[0] if of_potential else arrays.rewards[player]
    reward = average_over_others(stage, at.policy, player)
    rows = arrays.transition.of_player(at.policy, player)
    system = arrays.identity() - np.matmul(own[:, None, :], rows)[:, 0] * arrays.discount
    values = at.arithmetic.solve(system, (own * reward).sum(axis=1))
    jacobian = softmax_jacobian(at, player)
    n_states, count = own.shape
    reward_change = np.matmul(jacobian, reward[:, :, None])[:, :, 0]
    kernel_change = np.matmul(jacobian, rows)
    change = reward_change + np.matmul(kernel_change, values) * arrays.discount
    right = at.zeros(n_states, n_states, count)
    for s in range(n_states):
        right[s, s] = change[s]
    return (arrays.initial @ at.arithmetic.solve(system, right.reshape(n_states, -1))).reshape(n_states, count)


@kept
def regularized_derivatives(at: Lens, player: int) -> Array:
    """The same for J_i plus lambda times the sum of log pi_i."""
    return derivatives(at, player, False) + scores(at, player).sum(axis=2) * at.regularization
