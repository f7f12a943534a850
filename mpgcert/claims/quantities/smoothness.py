"""Quantities for the symbols of pairs of policies (zhang2022, sections 15, 16), by setting.

Softmax parameters are determined by a policy up to a constant per state; statements about their distance hold
for every choice, so the least distance is taken: theta = log pi less its mean over the actions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mpgcert.arithmetic import elementwise
from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.rule import Rule, per, root
from mpgcert.solvers.arrays import joint_probabilities
from mpgcert.solvers.evaluation import Evaluation, policy_gradient

__all__ = ["QUANTITIES"]


# ---------------------------------------------------------------- distances


def joint(at: Lens, policy: list[Any]) -> Any:
    """Probabilities of joint actions [S, A]."""
    return joint_probabilities(policy, at.game.n_states)


def own_moves(at: Lens, player: int) -> Any:
    """pi_i' - pi_i, [S, A_i]."""
    return at.other[player] - at.policy[player]


def parameter_moves_at(at: Lens, player: int, state: int) -> Any:
    """theta_{i,s}' - theta_{i,s} of least norm, [A_i]; 0 in every arithmetic where the policy does not move."""
    logs = elementwise(at.arithmetic.log, at.other[player][state] / at.policy[player][state])
    return logs - logs.sum() / at.game.n_actions[player]


def parameter_moves(at: Lens, player: int) -> Any:
    """The same in all states, [S, A_i]."""
    return np.array([parameter_moves_at(at, player, s) for s in range(at.game.n_states)])


def squares(values: Any) -> Any:
    return (values * values).sum()


def joint_distances(at: Lens) -> Any:
    """||pi_s' - pi_s||_1 of the joint policies, [S]."""
    return abs(joint(at, at.other) - joint(at, at.policy)).sum(axis=1)


def own_distances(at: Lens, player: int) -> Any:
    """||pi_{i,s}' - pi_{i,s}||_1, [S]."""
    return abs(own_moves(at, player)).sum(axis=1)


def largest_own_distances(at: Lens) -> Any:
    """max over s of the players' l1 distances, [n]."""
    return np.array([at.arithmetic.maximum(own_distances(at, i)) for i in range(at.game.n_players)])


def summed_player_distance(at: Lens, _: Index) -> Any:
    return at.arithmetic.maximum(sum(own_distances(at, i) for i in range(at.game.n_players)))


def parameter_square(at: Lens, k: Index) -> Any:
    return squares(parameter_moves(at, k.player))


def all_parameter_square(at: Lens, _: Index) -> Any:
    return sum(squares(parameter_moves(at, i)) for i in range(at.game.n_players))


def parameter_distance_sum(at: Lens, _: Index) -> Any:
    return sum(at.arithmetic.sqrt(squares(parameter_moves(at, i))) for i in range(at.game.n_players))


_DISTANCES = {
    "policy_distance": per()(lambda at, _: at.arithmetic.maximum(joint_distances(at))),
    "visited_policy_distance": per()(lambda at, _: (at.other_evaluation.visitation * joint_distances(at)).sum()),
    "player_distance_at": per("player", "state")(lambda at, k: own_distances(at, k.player)[k.state]),
    "summed_player_distance": per()(summed_player_distance),
    "sum_of_distances": per()(lambda at, _: largest_own_distances(at).sum()),
    "sum_of_squared_distances": per()(lambda at, _: squares(largest_own_distances(at))),
    "parameter_distance": root()(all_parameter_square),
    "parameter_distance_i": root("player")(parameter_square),
    "parameter_distance_at": root("player", "state")(lambda at, k: squares(parameter_moves_at(at, *k[:2]))),
    "parameter_distance_sum": per()(parameter_distance_sum),
}


# ---------------------------------------------------------------- gradients of the potential and the log-barrier


def gradient_change(at: Lens, player: int) -> Any:
    """Change of the total potential's gradient in player i's parameters, [S, A_i]."""
    before, after = at.potential_evaluation, at.other_potential_evaluation
    return policy_gradient(after, player, 0) - policy_gradient(before, player, 0)


def regularized_change(at: Lens, player: int) -> Any:
    """The same with log-barrier; the gradient of the sum of log pi is 1 - A_i pi_i."""
    return gradient_change(at, player) - own_moves(at, player) * at.game.n_actions[player] * at.regularization


def over_players(at: Lens, part: Any) -> Any:
    """A table per player as one vector."""
    return np.concatenate([part(at, i).ravel() for i in range(at.game.n_players)])


def softmax_jacobian(own: Any) -> Any:
    """d pi(b) / d theta(a) in each state, [S, A, A], by the quotient rule for w_b / sum(w) at w = pi."""
    identity = np.eye(own.shape[1], dtype=np.int64)
    total = own.sum(axis=1)[:, None, None]
    weight = own[:, :, None]
    return (weight * identity * total - weight * own[:, None, :]) / (total * total)


def barrier_slopes(at: Lens, policy: list[Any], player: int) -> Any:
    """Derivative of the sum of log pi in player i's parameters, [S, A_i], by the chain rule."""
    return (softmax_jacobian(policy[player]) / policy[player][:, None, :]).sum(axis=2)


def barrier_change(at: Lens, player: int) -> Any:
    return barrier_slopes(at, at.other, player) - barrier_slopes(at, at.policy, player)


def weighted_squares(at: Lens, part: Any) -> Any:
    """sum over i of A_i^2 times the squares of a table per player."""
    sizes = at.game.n_actions
    return sum(squares(part(at, i)) * sizes[i] * sizes[i] for i in range(at.game.n_players))


def squared_l1_changes(at: Lens, _: Index) -> Any:
    return squares(np.array([abs(gradient_change(at, i)).sum() for i in range(at.game.n_players)]))


def product_square(at: Lens, _: Index) -> Any:
    return squares(over_players(at, gradient_change)) * squares(over_players(at, barrier_change))


_GRADIENTS = {
    "regularization": per()(lambda at, _: at.regularization),
    "potential_gradient_change": root()(lambda at, _: squares(over_players(at, gradient_change))),
    "squared_gradient_changes": per()(
        lambda at, _: sum(squares(gradient_change(at, i)) for i in range(at.game.n_players))
    ),
    "potential_gradient_change_i": per("player")(lambda at, k: abs(gradient_change(at, k.player)).sum()),
    "squared_l1_gradient_changes": per()(squared_l1_changes),
    "regularized_potential_gradient_change": root()(lambda at, _: squares(over_players(at, regularized_change))),
    "barrier_gradient_change": root()(lambda at, _: squares(over_players(at, barrier_change))),
    "gradient_changes_product": root()(product_square),
    "weighted_squared_moves": per()(lambda at, _: weighted_squares(at, own_moves)),
    "weighted_squared_l1_moves": per()(lambda at, _: weighted_squares(at, own_distances)),
    "weighted_squared_parameter_moves": per()(lambda at, _: weighted_squares(at, parameter_moves)),
}


# ---------------------------------------------------------------- advantages of player i's own reward


def weighted_averages(at: Lens, player: int) -> Any:
    """Change of d pi_i Abar_i, [S, A_i]."""
    after = at.other_evaluation.visitation[:, None] * at.other[player] * at.other_advantages[player]
    return after - at.evaluation.visitation[:, None] * at.policy[player] * at.advantages[player]


def joint_advantage(evaluation: Evaluation, player: int) -> Any:
    """A_i = Q_i - V_i for joint actions, [S, A]."""
    values = evaluation.values[player]
    return evaluation.q_joint[player].reshape(len(values), -1) - values[:, None]


def occupancy(at: Lens, evaluation: Evaluation) -> Any:
    """d(s) pi(a|s), [S, A]."""
    return evaluation.visitation[:, None] * joint(at, evaluation.policy)


def weighted_joint(at: Lens, player: int) -> Any:
    """Change of d pi A_i over joint actions, [S, A]."""
    after = occupancy(at, at.other_evaluation) * joint_advantage(at.other_evaluation, player)
    return after - occupancy(at, at.evaluation) * joint_advantage(at.evaluation, player)


def expanded(at: Lens, k: Index) -> Any:
    """l1 norm after summing the joint table over the others' actions."""
    table = weighted_joint(at, k.player).reshape(at.game.n_states, *at.game.n_actions)
    others = tuple(1 + j for j in range(at.game.n_players) if j != k.player)
    return abs(table.sum(axis=others)).sum()


def advantage_change(at: Lens, player: int) -> Any:
    return joint_advantage(at.other_evaluation, player) - joint_advantage(at.evaluation, player)


def split(at: Lens, k: Index) -> Any:
    after, before = occupancy(at, at.other_evaluation), occupancy(at, at.evaluation)
    moved = abs(after - before) * abs(joint_advantage(at.other_evaluation, k.player))
    return (moved + before * abs(advantage_change(at, k.player))).sum()


_ADVANTAGES = {
    "averaged_advantage_change": per("player")(lambda at, k: abs(weighted_averages(at, k.player)).sum()),
    "expanded_advantage_change": per("player")(expanded),
    "joint_advantage_change": per("player")(lambda at, k: abs(weighted_joint(at, k.player)).sum()),
    "split_advantage_change": per("player")(split),
    "largest_advantage_change": per("player")(lambda at, k: at.arithmetic.maximum(abs(advantage_change(at, k.player)))),
}

# ---------------------------------------------------------------- by setting


def barrier_slope(at: Lens, k: Index) -> Any:
    return barrier_slopes(at, at.policy, k.player)[k.state, k.action]


QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.POLICY: {"barrier_slope": per("player", "state", "action")(barrier_slope)},
    Setting.PAIR: _DISTANCES | _GRADIENTS | _ADVANTAGES,
}
