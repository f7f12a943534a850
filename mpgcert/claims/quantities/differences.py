"""Quantities for values, occupancies and softmax means under two policies (zhang2022, section 16).

Lemma 33 speaks of any reward r: here r = 2 r_i - 1, which can be any function with values in [-1, 1].  Lemma 36
speaks of any function f of a player's action: here f(a_i) = r(s, a_i, first actions of the others).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.rule import Rule, per, root
from mpgcert.claims.quantities.smoothness import (
    advantage_change,
    joint,
    occupancy,
    own_moves,
    softmax_jacobian,
    squares,
)
from mpgcert.errors import SingularMatrix
from mpgcert.solvers.evaluation import evaluate

__all__ = ["QUANTITIES"]


# ---------------------------------------------------------------- values under two policies


def joint_q(at: Lens, player: int) -> Any:
    """Q_i of the first policy, [S, A]."""
    return at.evaluation.q_joint[player].reshape(at.game.n_states, -1)


def action_value_change(at: Lens, k: Index) -> Any:
    after, before = at.other_evaluation.q_joint[k.player], at.evaluation.q_joint[k.player]
    return (after - before).reshape(at.game.n_states, -1)[k.state, k.joint]


def expected_sum(at: Lens, gains: Any) -> Any:
    """sum over t >= 1 of gamma^t E'[gains(s(t)) | s, a], [S, A], with the second policy from time 1 on."""
    discount = at.arrays.discount
    system = at.arrays.identity() - at.other_evaluation.state_kernel * discount
    onwards = at.arithmetic.solve(system, gains)
    return at.arrays.transition.expected(onwards).reshape(at.game.n_states, -1) * discount


def action_value_series(at: Lens, k: Index) -> Any:
    moves = joint(at, at.other) - joint(at, at.policy)
    return expected_sum(at, (moves * joint_q(at, k.player)).sum(axis=1))[k.state, k.joint]


def action_value_series_bound(at: Lens, k: Index) -> Any:
    moves = abs(joint(at, at.other) - joint(at, at.policy))
    return expected_sum(at, (moves * abs(joint_q(at, k.player))).sum(axis=1))[k.state, k.joint]


_VALUES = {
    "action_value_change": per("player", "state", "joint")(action_value_change),
    "value_change": per("player", "state")(
        lambda at, k: at.other_evaluation.values[k.player, k.state] - at.evaluation.values[k.player, k.state]
    ),
    "advantage_change": per("player", "state", "joint")(lambda at, k: advantage_change(at, k.player)[k.state, k.joint]),
    "action_value_series": per("player", "state", "joint")(action_value_series),
    "action_value_series_bound": per("player", "state", "joint")(action_value_series_bound),
}


# ---------------------------------------------------------------- occupancies against a reward


def signed_reward(at: Lens, player: int) -> Any:
    """r = 2 r_i - 1, [S, A_1, ..., A_n]."""
    return at.arrays.rewards[player] * 2 - 1


def occupancy_change(at: Lens) -> Any:
    """d'(s) pi'(a|s) - d(s) pi(a|s), [S, A]."""
    return occupancy(at, at.other_evaluation) - occupancy(at, at.evaluation)


def occupancy_gain(at: Lens, k: Index) -> Any:
    return (occupancy_change(at) * signed_reward(at, k.player).reshape(at.game.n_states, -1)).sum()


def return_change(at: Lens, reward: Any) -> Any:
    """sum over s of rho(s) (V'(s) - V(s)) for a stage reward [S, A_1, ..., A_n]."""
    after, before = (evaluate(at.arrays, policy, reward[None]) for policy in (at.other, at.policy))
    return after.returns[0] - before.returns[0]


def return_gain_by_states(at: Lens, k: Index) -> Any:
    before = evaluate(at.arrays, at.policy, signed_reward(at, k.player)[None])
    moves = joint(at, at.other) - joint(at, at.policy)
    gains = (moves * before.q_joint[0].reshape(at.game.n_states, -1)).sum(axis=1)
    return (at.other_evaluation.visitation * gains).sum()


def signs(at: Lens, values: Any) -> Any:
    """The signs of the values as numbers: the reward in [-1, 1] that gains most against them."""
    found = []
    for value in values.ravel():
        sign = at.arithmetic.sign(value)
        if sign is None:
            raise SingularMatrix("a sign is not decided at this precision")
        found.append(at.number(sign))
    return np.array(found).reshape(values.shape)


def largest_gain(at: Lens, _: Index) -> Any:
    """The return that the best reward r(s, a) in [-1, 1] gains, from its value functions."""
    best = signs(at, occupancy_change(at)).reshape(at.game.n_states, *at.game.n_actions)
    return return_change(at, best) * (1 - at.arrays.discount)


def largest_gain_of_states(at: Lens, _: Index) -> Any:
    """The same for rewards r(s)."""
    best = signs(at, occupancy_change(at).sum(axis=1))
    spread = best.reshape(-1, *(1,) * at.game.n_players) * (signed_reward(at, 0) * 0 + 1)
    return return_change(at, spread) * (1 - at.arrays.discount)


_OCCUPANCIES = {
    "reward_size": per("player")(lambda at, k: at.arithmetic.maximum(abs(signed_reward(at, k.player)))),
    "occupancy_gain": per("player")(occupancy_gain),
    "reward_return_gain": per("player")(lambda at, k: return_change(at, signed_reward(at, k.player))),
    "reward_return_gain_by_states": per("player")(return_gain_by_states),
    "visitation_change": per()(lambda at, _: abs(at.other_evaluation.visitation - at.evaluation.visitation).sum()),
    "occupancy_change": per()(lambda at, _: abs(occupancy_change(at)).sum()),
    "occupancy_change_of_action": per("joint")(lambda at, k: abs(occupancy_change(at)[:, k.joint]).sum()),
    "largest_gain": per()(largest_gain),
    "largest_gain_of_states": per()(largest_gain_of_states),
}


# ---------------------------------------------------------------- means under a softmax policy


def own_function(at: Lens, k: Index) -> Any:
    """f, [A_i]."""
    table = np.moveaxis(signed_reward(at, k.player)[k.state], k.player, 0)
    return table.reshape(at.game.n_actions[k.player], -1)[:, 0]


def centred(at: Lens, k: Index) -> Any:
    f = own_function(at, k)
    return f - (at.policy[k.player][k.state] * f).sum()


def mean_slopes(at: Lens, k: Index) -> Any:
    """Derivative of the mean of f in each softmax parameter of the state, [A_i]."""
    return softmax_jacobian(at.policy[k.player])[k.state] @ own_function(at, k)


def weighted_centred_square(at: Lens, k: Index) -> Any:
    return squares(at.policy[k.player][k.state] * centred(at, k))


_POLICY = {
    "f_size": per("player", "state")(lambda at, k: at.arithmetic.maximum(abs(own_function(at, k)))),
    "centred_f": per("player", "state", "action")(lambda at, k: centred(at, k)[k.action]),
    "mean_slope": per("player", "state", "action")(lambda at, k: mean_slopes(at, k)[k.action]),
    "mean_gradient": root("player", "state")(lambda at, k: squares(mean_slopes(at, k))),
    "weighted_centred_f": per("player", "state")(weighted_centred_square),
    "squared_probabilities": per("player", "state")(lambda at, k: squares(at.policy[k.player][k.state])),
}

_MEANS = {
    "mean_of_f_change": per("player", "state")(
        lambda at, k: (own_moves(at, k.player)[k.state] * own_function(at, k)).sum()
    ),
}

QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.POLICY: _POLICY,
    Setting.PAIR: _VALUES | _OCCUPANCIES | _MEANS,
}
