"""Quantities of Lemma 3.6(a), (b) of maheshwari2023: derivatives in free entries, rollouts, performance differences.

Derivatives come from difference quotients of values alone: neither a visitation nor an action value occurs in them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.mpg_replies import stages
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.solvers.arrays import average_over_others, joint_probabilities

__all__ = ["QUANTITIES", "partials"]

Array = NDArray[Any]


@kept
def partials(at: Lens, player: int, of_potential: bool) -> Array:
    """dV_i(s^0, pi) / dpi_i(s, a_i), or of the potential, [S^0, S, A_i].

    As a function of one entry x, with the others kept, every value is linear in x over one denominator 1 + c h, where
    h is the change of x: (V(x + h) - V(x)) / h = V'(x) / (1 + c h). The denominator is the ratio of the determinants
    of I - gamma P, which changes in one row.
    """
    arrays, own = at.arrays, at.policy[player]
    stage = at.potential_stage[0] if of_potential else arrays.rewards[player]
    reward = average_over_others(stage, at.policy, player)
    rows = arrays.transition.of_player(at.policy, player)

    def values(entries: Array) -> Array:
        system = arrays.identity() - np.matmul(entries[:, None, :], rows)[:, 0] * arrays.discount
        return at.arithmetic.solve(system, (entries * reward).sum(axis=1))

    before = values(own)
    inverse = at.arithmetic.solve(arrays.identity() - at.evaluation.state_kernel * arrays.discount, arrays.identity())
    step = (1 - arrays.discount) / 2  # then the changed matrix is regular
    out = at.zeros(len(own), *own.shape)
    for s, a in np.ndindex(*own.shape):
        changed = own.copy()
        changed[s, a] = changed[s, a] + step
        determinants = 1 - arrays.discount * step * (rows[s, a] * inverse[:, s]).sum()
        out[:, s, a] = (values(changed) - before) / step * determinants
    return out


@kept
def distribution(at: Lens, stage: int) -> Array:
    """Probability of each state in a stage, [S]."""
    return at.arrays.initial if stage == 0 else distribution(at, stage - 1) @ at.evaluation.state_kernel


def expected_partial(at: Lens, k: Index, stage: int) -> Any:
    """Expected derivative of the value from the state that is met in a stage."""
    return (distribution(at, stage) * partials(at, k.player, False)[:, k.state, k.action]).sum()


def visits(at: Lens, k: Index, discount: Any) -> Any:
    """sum over stages 0, ..., K of discount^k Pr(s^k = s)."""
    total, weight = at.number(0), at.number(1)
    for stage in range(stages(at) + 1):
        total, weight = total + weight * distribution(at, stage)[k.state], weight * discount
    return total


def visits_after(at: Lens, k: Index) -> Any:
    """Discounted visits of a state from stage K + 1 on, by a linear solve for that state."""
    system = at.arrays.identity() - at.evaluation.state_kernel * at.arrays.discount
    return (distribution(at, stages(at) + 1) * at.arithmetic.solve(system, at.arrays.identity()[k.state])).sum()


_ACTION = ("player", "state", "action")

_OF_POLICY: dict[str, Rule] = {
    "value_partial": per(*_ACTION)(lambda at, k: expected_partial(at, k, 0)),
    "potential_partial": per(*_ACTION)(
        lambda at, k: (at.arrays.initial * partials(at, k.player, True)[:, k.state, k.action]).sum()
    ),
    "own_action_value": per(*_ACTION)(lambda at, k: at.evaluation.averaged_q(k.player)[k.state, k.action]),
    "mean_action_value": per("player", "state")(
        lambda at, k: (at.policy[k.player] * at.evaluation.averaged_q(k.player))[k.state].sum()
    ),
    "next_partial": per(*_ACTION)(lambda at, k: expected_partial(at, k, 1)),
    "later_partial": per(*_ACTION)(lambda at, k: expected_partial(at, k, stages(at) + 1)),
    "still_later_partial": per(*_ACTION)(lambda at, k: expected_partial(at, k, stages(at) + 2)),
    "later_visit": per("state")(lambda at, k: distribution(at, stages(at) + 1)[k.state]),
    "discounted_visits": per("state")(lambda at, k: visits(at, k, at.arrays.discount)),
    "undiscounted_visits": per("state")(lambda at, k: visits(at, k, at.number(1))),
    "visits_after": per("state")(visits_after),
}


# ---------------------------------------------------------------- performance differences


def met(at: Lens, gains: Array) -> Any:
    """E[sum over k of gamma^k gains(s^k)] under the first policy."""
    system = at.arrays.identity() - at.evaluation.state_kernel * at.arrays.discount
    return (at.arrays.initial * at.arithmetic.solve(system, gains)).sum()


def mean_payoff(at: Lens, player: int) -> Array:
    """u_i(s, pi) of the first policy, [S]."""
    joint = joint_probabilities(at.policy, at.game.n_states)
    return (joint * at.arrays.rewards[player].reshape(joint.shape)).sum(axis=1)


def own_advantage(at: Lens, player: int) -> Array:
    """Gamma_i(s, pi_i; pi'), [S]: the opponents play the second policy."""
    return (at.policy[player] * at.other_advantages[player]).sum(axis=1)


def joint_met_advantage(at: Lens, k: Index) -> Any:
    """Advantages of joint actions under the second policy's values, played and visited by the first."""
    joint, values = joint_probabilities(at.policy, at.game.n_states), at.other_evaluation.values[k.player]
    expected = at.arrays.transition.expected(values).reshape(joint.shape)
    target = at.arrays.rewards[k.player].reshape(joint.shape) + expected * at.arrays.discount
    return (at.evaluation.visitation * ((joint * target).sum(axis=1) - values)).sum()


def later_values(at: Lens, k: Index) -> Any:
    values = at.other_evaluation.values[k.player]
    return met(at, values) - (at.arrays.initial * values).sum()


def opponents_moved(at: Lens, k: Index) -> Any:
    """Sum of squared changes of the policies of all players but i."""
    moves = [new - old for j, (old, new) in enumerate(zip(at.policy, at.other, strict=True)) if j != k.player]
    return sum(((move * move).sum() for move in moves), at.number(0))


_OF_PAIR: dict[str, Rule] = {
    "opponents_moved": per("player")(opponents_moved),
    "return_difference": per("player")(
        lambda at, k: at.evaluation.returns[k.player] - at.other_evaluation.returns[k.player]
    ),
    "met_advantage": per("player")(lambda at, k: (at.evaluation.visitation * own_advantage(at, k.player)).sum()),
    "misvisited_advantage": per("player")(
        lambda at, k: (at.other_evaluation.visitation * own_advantage(at, k.player)).sum()
    ),
    "joint_met_advantage": per("player")(joint_met_advantage),
    "payoff_surplus": per("player")(
        lambda at, k: met(at, mean_payoff(at, k.player) - at.other_evaluation.values[k.player])
    ),
    "later_values": per("player")(later_values),
    "shifted_values": per("player")(
        lambda at, k: met(at, at.evaluation.state_kernel @ at.other_evaluation.values[k.player])
    ),
}

QUANTITIES: dict[Setting, dict[str, Rule]] = {Setting.POLICY: _OF_POLICY, Setting.PAIR: _OF_PAIR}
