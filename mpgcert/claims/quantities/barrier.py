"""Quantities for the symbols of the algorithms with log-barrier (zhang2022, sections 5, 14), by setting."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities import barrier_pairs, barrier_steps
from mpgcert.claims.quantities.barrier_direction import barrier_direction as direction
from mpgcert.claims.quantities.barrier_direction import direction_energy, mean_direction, mean_squared_direction
from mpgcert.claims.quantities.rule import Rule, per, root
from mpgcert.solvers.arrays import average_over_others
from mpgcert.solvers.best_response import best_response
from mpgcert.solvers.evaluation import evaluate, policy_gradient

__all__ = ["QUANTITIES"]

Array = NDArray[Any]


def derivative_of_return(at: Lens, k: Index, stage: Array) -> Any:
    """Derivative of the return of a stage reward [S, A_1, ..., A_n] in theta_{s, a_i}.

    The system V = r_pi + gamma P_pi V is differentiated as it stands, with no visitation and no advantage.
    """
    arrays, own, row = at.arrays, at.policy[k.player], at.policy[k.player][k.state]
    moved = -row[k.action] * row
    moved[k.action] = moved[k.action] + row[k.action]
    rewards, kernel = average_over_others(stage, at.policy, k.player), arrays.transition.of_player(at.policy, k.player)
    system = arrays.identity() - arrays.discount * (own[:, None, :] @ kernel)[:, 0]
    values = at.arithmetic.solve(system, (own * rewards).sum(axis=1))
    source = at.zeros(at.game.n_states)
    source[k.state] = (moved * (rewards[k.state] + arrays.discount * (kernel[k.state] @ values))).sum()
    return (arrays.initial * at.arithmetic.solve(system, source)).sum()


def derivative_of_barrier(at: Lens, k: Index) -> Any:
    """lambda times the derivative of the sum of log pi in theta_{s, a_i}: d pi(b) / pi(b), summed over b."""
    row, total = at.policy[k.player][k.state], at.number(0)
    for b, probability in enumerate(row):
        indicator = at.number(int(b == k.action))
        total = total + probability * (indicator - row[k.action]) / probability
    return at.regularization * total


def regularized_derivative(at: Lens, k: Index) -> Any:
    return derivative_of_return(at, k, at.arrays.rewards[k.player]) + derivative_of_barrier(at, k)


def regularized_potential_derivative(at: Lens, k: Index) -> Any:
    return derivative_of_return(at, k, at.potential_stage[0]) + derivative_of_barrier(at, k)


def regularized_gradient_square(at: Lens, k: Index) -> Any:
    """Squared norm of player i's regularised gradient."""
    own = at.policy[k.player]
    gradient = policy_gradient(at.evaluation, k.player) + at.regularization * (1 - own * own.shape[1])
    return (gradient * gradient).sum()


def after_reply(at: Lens, player: int) -> tuple[Array, Array]:
    """A deterministic best reply [S, A_i] of a player, and the visitation under it [S]."""
    choice = best_response(at.arrays, at.policy, player).choice
    reply = at.zeros(*at.policy[player].shape)
    reply[np.arange(len(reply)), choice] = at.number(1)
    replied = [reply if j == player else part for j, part in enumerate(at.policy)]
    return reply, evaluate(at.arrays, replied).visitation


def reply_gain(at: Lens, k: Index) -> Any:
    """Averaged advantages along the best reply, over 1 - gamma."""
    reply, visited = after_reply(at, k.player)
    return (visited[:, None] * reply * at.advantages[k.player]).sum() / (1 - at.arrays.discount)


def least_probability(at: Lens, k: Index) -> Any:
    """Of one player, or of all if no player is asked for."""
    parts = at.policy if k.player < 0 else [at.policy[k.player]]
    return -at.arithmetic.maximum(-np.concatenate([part.ravel() for part in parts]))


_POLICY: dict[str, Rule] = {
    "regularization": per()(lambda at, _: at.regularization),
    "regularized_derivative": per("player", "state", "action")(regularized_derivative),
    "regularized_potential_derivative": per("player", "state", "action")(regularized_potential_derivative),
    "regularized_gradient_norm_i": root("player")(regularized_gradient_square),
    "reply_gain": per("player")(reply_gain),
    "reply_visitation": per("player")(lambda at, k: after_reply(at, k.player)[1].sum()),
    "least_probability_i": per("player")(least_probability),
    "least_probability": per()(lambda at, _: least_probability(at, Index())),
    "barrier_direction": per("player", "state", "action")(direction),
    "mean_direction": per("player", "state")(mean_direction),
    "mean_squared_direction": per("player", "state")(mean_squared_direction),
    "direction_energy": per()(lambda at, _: direction_energy(at.evaluation, at.regularization)),
}

QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.POLICY: _POLICY,
    Setting.PAIR: barrier_pairs.QUANTITIES,
    Setting.STEP: barrier_steps.OF_STEP,
    Setting.RUN: barrier_steps.OF_RUN,
}
