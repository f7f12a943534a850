"""Quantities of the best-response flow (maheshwari2023, Lemma 3.5 and equations 12-17), at one policy.

The Lyapunov function is the maximum of the potential minus the potential: its slope is minus the potential's. The
flow's direction is gamma_i(s) (br_i(s) - pi_i(s)) for a selection of the best reply. Statements for any selection
speak of the largest and least slope: the slope is linear in the selection of each player and state, so that these
are attained at single actions. Identities take a mixed selection with the arbitrary weights 1 + q^2 on the
maximisers, q the learner's table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities import mpg_equilibrium, mpg_gradient
from mpgcert.claims.quantities.mpg_estimates import learner
from mpgcert.claims.quantities.mpg_gradient import partials
from mpgcert.claims.quantities.mpg_replies import maximisers, one_hot, one_stage_gains, responded, response
from mpgcert.claims.quantities.of_policy import positive
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.solvers.arrays import average_over_others

__all__ = ["QUANTITIES"]

Array = NDArray[Any]


# ---------------------------------------------------------------- the flow


@kept
def rates(at: Lens, player: int) -> Array:
    """gamma_i, [S]."""
    return at.arithmetic.array(learner(at).rates[player])


def rate_floor(at: Lens, _: Index) -> Any:
    """eta: the least of all rates."""
    return -at.arithmetic.maximum(-np.concatenate([rates(at, i) for i in range(at.game.n_players)]))


@kept
def selected(at: Lens, player: int) -> Array:
    """A best reply of player i in each state, [S, A_i]."""
    table = at.arithmetic.array(learner(at).table[player])
    weight = np.where(maximisers(at, player), table * table + 1, at.zeros(*table.shape))
    return weight / weight.sum(axis=1, keepdims=True)


@kept
def direction(at: Lens, player: int) -> Array:
    """d pi_i / d tau of (8), [S, A_i]."""
    return rates(at, player)[:, None] * (selected(at, player) - at.policy[player])


def lyapunov_slope(at: Lens, _: Index) -> Any:
    """Minus the derivative of the potential along the flow, all players moving at once, from Bellman's equation.

    V = phi + gamma P V under the policy gives (I - gamma P) dV = dphi + gamma dP V.
    """
    arrays, values = at.arrays, at.potential_evaluation.values[0]
    change = at.zeros(at.game.n_states)
    for i in range(at.game.n_players):
        stage = average_over_others(at.potential_stage[0], at.policy, i)
        onwards = np.matmul(arrays.transition.of_player(at.policy, i), values) * arrays.discount
        change = change + (direction(at, i) * (stage + onwards)).sum(axis=1)
    system = arrays.identity() - at.evaluation.state_kernel * arrays.discount
    return -(arrays.initial * at.arithmetic.solve(system, change)).sum()


@kept
def slopes(at: Lens, player: int, of_potential: bool) -> Array:
    """Derivative of the value, or potential, from the initial distribution in each entry, [S, A_i]."""
    return (at.arrays.initial[:, None, None] * partials(at, player, of_potential)).sum(axis=0)


def chain(at: Lens, of_potential: bool) -> Any:
    """Minus the sum of derivatives in all entries times the flow's direction."""
    return -sum((slopes(at, i, of_potential) * direction(at, i)).sum() for i in range(at.game.n_players))


def flow_sum(at: Lens, _: Index) -> Any:
    weight = at.evaluation.visitation[:, None] / (1 - at.arrays.discount)
    moved = [(weight * at.evaluation.averaged_q(i) * direction(at, i)).sum() for i in range(at.game.n_players)]
    return -sum(moved)


def extreme_slope(at: Lens, sign: int) -> Any:
    """The largest slope of the Lyapunov function over selections (sign 1), or minus the least (sign -1)."""
    total = at.number(0)
    for i, own in enumerate(at.policy):
        of_entries = slopes(at, i, True)
        towards = of_entries - (own * of_entries).sum(axis=1, keepdims=True)
        ascents = -sign * rates(at, i)[:, None] * towards
        for row, among in zip(ascents, maximisers(at, i), strict=True):
            total = total + at.arithmetic.maximum(row[among])
    return total


def squared_speed(at: Lens, _: Index) -> Any:
    """Largest sum of squares of the flow's direction over selections: a convex function, so attained at an action."""
    total = at.number(0)
    for i, own in enumerate(at.policy):
        squares = (own * own).sum(axis=1, keepdims=True) - own * 2 + 1
        for rate, row, among in zip(rates(at, i), squares, maximisers(at, i), strict=True):
            total = total + rate * rate * at.arithmetic.maximum(row[among])
    return total


def reply_terms(at: Lens, player: int) -> Array:
    """d(s) Q_i(s, a_i) (br_i(s, a_i) - pi_i(s, a_i)), [S, A_i]."""
    moves = selected(at, player) - at.policy[player]
    return at.evaluation.visitation[:, None] * at.evaluation.averaged_q(player) * moves


_ACTION = ("player", "state", "action")

_OF_FLOW: dict[str, Rule] = {
    "rate_floor": per(learner=True)(rate_floor),
    "rate": per("player", "state", learner=True)(lambda at, k: rates(at, k.player)[k.state]),
    "lyapunov_slope": per(learner=True)(lyapunov_slope),
    "lyapunov_slope_largest": per(learner=True)(lambda at, _: extreme_slope(at, 1)),
    "lyapunov_slope_least": per(learner=True)(lambda at, _: -extreme_slope(at, -1)),
    "flow_speed": Rule(lambda at, k: at.arithmetic.sqrt(squared_speed(at, k)), frozenset(), squared_speed, True),
    "potential_chain": per(learner=True)(lambda at, _: chain(at, True)),
    "value_chain": per(learner=True)(lambda at, _: chain(at, False)),
    "flow_sum": per(learner=True)(flow_sum),
    "reply_term": per(*_ACTION, learner=True)(lambda at, k: reply_terms(at, k.player)[k.state, k.action]),
    "visited_reply_gain": per(learner=True)(
        lambda at, _: sum(reply_terms(at, i).sum() for i in range(at.game.n_players))
    ),
}


# ---------------------------------------------------------------- against the best response pi_i^dagger


def over_players(at: Lens, weight: Any) -> Any:
    """sum over i, s of weight(i)(s) times the best one-stage gain."""
    return sum((weight(i) * one_stage_gains(at, i)).sum() for i in range(at.game.n_players))


def largest_ratio(at: Lens, player: int, below: Array) -> Any:
    """Largest visitation under player i's best response, relative to `below`."""
    ratios = [d / positive(at, b) for d, b in zip(responded(at, player).visitation, below, strict=True)]
    return at.arithmetic.maximum(np.array(ratios))


def mismatch(at: Lens, _: Index) -> Any:
    """D of eq-14."""
    found = [largest_ratio(at, i, at.arrays.initial) for i in range(at.game.n_players)]
    return at.arithmetic.maximum(np.array(found)) / (1 - at.arrays.discount)


def reweighted(at: Lens, player: int) -> Array:
    """d(s) (d^dagger(s) / d(s)), [S]."""
    visits = at.evaluation.visitation
    return visits * (responded(at, player).visitation / np.array([positive(at, d) for d in visits]))


@kept
def reply_of(at: Lens, player: int) -> Array:
    """pi_i^dagger, [S, A_i]."""
    return one_hot(at, response(at, player).choice, at.game.n_actions[player])


def response_q_gain(at: Lens, player: int) -> Array:
    """Q_i(s, pi_i^dagger; pi) - Q_i(s, pi_i; pi), [S], as a difference of two means."""
    q = at.evaluation.averaged_q(player)
    return (reply_of(at, player) * q).sum(axis=1) - (at.policy[player] * q).sum(axis=1)


def response_moved(at: Lens, k: Index, table: Array) -> Any:
    return (table[k.state] * (reply_of(at, k.player) - at.policy[k.player])[k.state]).sum()


_STATE = ("player", "state")

_OF_RESPONSE: dict[str, Rule] = {
    "visited_gap": per()(lambda at, _: over_players(at, lambda i: at.evaluation.visitation)),
    "mismatch": per()(mismatch),
    "reply_visited_gap": per()(lambda at, _: over_players(at, lambda i: responded(at, i).visitation)),
    "reweighted_gap": per()(lambda at, _: over_players(at, lambda i: reweighted(at, i))),
    "ratio_weighted_gap": per()(
        lambda at, _: over_players(
            at, lambda i: at.evaluation.visitation * largest_ratio(at, i, at.evaluation.visitation)
        )
    ),
    "start_weighted_gap": per()(
        lambda at, _: over_players(at, lambda i: at.evaluation.visitation * largest_ratio(at, i, at.arrays.initial))
    ),
    "response_gain": per()(
        lambda at, _: sum(
            (responded(at, i).visitation * response_q_gain(at, i)).sum() for i in range(at.game.n_players)
        )
    ),
    "response_q_gain": per(*_STATE)(lambda at, k: response_q_gain(at, k.player)[k.state]),
    "response_moved_q": per(*_STATE)(lambda at, k: response_moved(at, k, at.evaluation.averaged_q(k.player))),
    "response_moved_advantage": per(*_STATE)(lambda at, k: response_moved(at, k, at.advantages[k.player])),
    "response_advantage": per(*_STATE)(lambda at, k: (reply_of(at, k.player) * at.advantages[k.player])[k.state].sum()),
    "response_return_gain": per("player")(
        lambda at, k: responded(at, k.player).returns[k.player] - at.evaluation.returns[k.player]
    ),
    "total_gap": per()(lambda at, _: at.gaps.sum()),
}

QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.POLICY: {
        **mpg_gradient.QUANTITIES[Setting.POLICY],
        **mpg_equilibrium.QUANTITIES[Setting.POLICY],
        **_OF_FLOW,
        **_OF_RESPONSE,
    },
    Setting.PAIR: {**mpg_gradient.QUANTITIES[Setting.PAIR], **mpg_equilibrium.QUANTITIES[Setting.PAIR]},
}
