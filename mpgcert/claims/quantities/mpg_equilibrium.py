"""Quantities of Lemma 3.6(c) of maheshwari2023 and its proof: gaps of one stage and of all, rollouts of deviations.

In (32) player i deviates to the second policy while the others keep the first; in (34) it deviates to optimal
one-stage deviations, of which the least favourable selection is taken, so that a bound from below holds for all.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.mpg_replies import best_gains, faced, maximisers, one_hot, one_stage_gains, stages
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.errors import SingularMatrix
from mpgcert.solvers.arrays import joint_probabilities
from mpgcert.solvers.evaluation import evaluate

__all__ = ["QUANTITIES"]

Array = NDArray[Any]


def largest(at: Lens, gains: Callable[[Lens, int], Array]) -> Any:
    """The largest over players and states."""
    return at.arithmetic.maximum(np.concatenate([gains(at, i) for i in range(at.game.n_players)]))


def is_zero(at: Lens, value: Any) -> Any:
    """1 if a number that is not negative is 0, else 0; where balls cannot tell there is no value."""
    sign = at.arithmetic.sign(value)
    if sign is None:
        raise SingularMatrix("a gap is not told apart from 0")
    return at.number(0 if sign > 0 else 1)


def in_best_replies(at: Lens, _: Index) -> Any:
    """Whether only maximisers are played."""
    idle = [part[~maximisers(at, i)] for i, part in enumerate(at.policy)]
    return is_zero(at, sum((part.sum() for part in idle), at.number(0)))


def equals_best_replies(at: Lens, k: Index) -> Any:
    """Whether there is a single maximiser everywhere, and it is played."""
    single = all((maximisers(at, i).sum(axis=1) == 1).all() for i in range(at.game.n_players))
    return in_best_replies(at, k) if single else at.number(0)


def bellman_value(at: Lens, k: Index) -> Any:
    """u_i(s, pi) + gamma E V_i(s', pi), joint action by joint action."""
    joint = joint_probabilities(at.policy, at.game.n_states)
    expected = at.arrays.transition.expected(at.evaluation.values[k.player]).reshape(joint.shape)
    stage = at.arrays.rewards[k.player].reshape(joint.shape) + expected * at.arrays.discount
    return (joint[k.state] * stage[k.state]).sum()


_OF_POLICY: dict[str, Rule] = {
    "equilibrium_gap": per()(lambda at, _: largest(at, best_gains)),
    "one_stage_gap": per()(lambda at, _: largest(at, one_stage_gains)),
    "at_equilibrium": per()(lambda at, _: is_zero(at, largest(at, best_gains))),
    "in_best_replies": per()(in_best_replies),
    "equals_best_replies": per()(equals_best_replies),
    "policy_value": per("player", "state")(lambda at, k: at.evaluation.values[k.player, k.state]),
    "bellman_value": per("player", "state")(bellman_value),
    "rollout_length": per()(lambda at, _: at.number(stages(at))),
}


# ---------------------------------------------------------------- K stages of a deviation


def deviated(at: Lens, player: int, own: Array) -> tuple[Array, Array]:
    """Payoffs [S] and transitions [S, S] of player i's policy `own` against the others' first."""
    reward, rows = faced(at, player)
    return (own * reward).sum(axis=1), np.matmul(own[:, None, :], rows)[:, 0]


def one_stage_value(at: Lens, k: Index) -> Any:
    payoff, kernel = deviated(at, k.player, at.other[k.player])
    return payoff[k.state] + at.arrays.discount * (kernel[k.state] * at.evaluation.values[k.player]).sum()


@kept
def rollout(at: Lens, player: int, last: str) -> Array:
    """K stages of the second policy from each state, forwards, with another stage of `last`, or none, [S]."""
    payoff, kernel = deviated(at, player, at.other[player])
    reach, weight, total = at.arrays.identity(), at.number(1), at.zeros(at.game.n_states)
    for _ in range(stages(at)):
        total, reach, weight = total + reach @ payoff * weight, reach @ kernel, weight * at.arrays.discount
    values = at.evaluation.values[player]
    if last:
        own = at.policy[player] if last == "first" else at.other[player]
        payoff, kernel = deviated(at, player, own)
        values = payoff + kernel @ values * at.arrays.discount
    return total + reach @ values * weight


def longer_rollout(at: Lens, k: Index) -> Any:
    """K + 1 stages of the second policy, backwards."""
    payoff, kernel = deviated(at, k.player, at.other[k.player])
    values = at.evaluation.values[k.player]
    for _ in range(stages(at) + 1):
        values = payoff + kernel @ values * at.arrays.discount
    return values[k.state]


_STATE = ("player", "state")

_OF_PAIR: dict[str, Rule] = {
    "other_action_value": per(*_STATE)(
        lambda at, k: (at.other[k.player] * at.evaluation.averaged_q(k.player))[k.state].sum()
    ),
    "one_stage_value": per(*_STATE)(one_stage_value),
    "rollout": per(*_STATE)(lambda at, k: rollout(at, k.player, "")[k.state]),
    "bellman_rollout": per(*_STATE)(lambda at, k: rollout(at, k.player, "first")[k.state]),
    "switched_rollout": per(*_STATE)(lambda at, k: rollout(at, k.player, "second")[k.state]),
    "longer_rollout": per(*_STATE)(longer_rollout),
}


# ---------------------------------------------------------------- optimal one-stage deviations


@kept
def greedy_rollout(at: Lens, player: int, count: int) -> Array:
    """Stages of the least favourable maximisers, then the values of the policy, [S]."""
    if count == 0:
        values: Array = at.evaluation.values[player]
        return values
    reward, rows = faced(at, player)
    targets = reward + np.matmul(rows, greedy_rollout(at, player, count - 1)) * at.arrays.discount
    chosen = maximisers(at, player)
    return np.array([-at.arithmetic.maximum(-row[among]) for row, among in zip(targets, chosen, strict=True)])


@kept
def greedy_values(at: Lens, player: int) -> Array:
    """The least value of playing maximisers for ever, from each state, over all deterministic selections, [S].

    Against fixed opponents the least value over mixed selections is that of a deterministic one.
    """
    found = []
    for choice in product(*(np.flatnonzero(among) for among in maximisers(at, player))):
        own = one_hot(at, np.array(choice), at.game.n_actions[player])
        policy = [own if i == player else part for i, part in enumerate(at.policy)]
        found.append(evaluate(at.arrays, policy).values[player])
    return np.array([-at.arithmetic.maximum(-of_state) for of_state in np.array(found).T])


_OF_GREEDY: dict[str, Rule] = {
    "greedy_one_stage_value": per(*_STATE)(lambda at, k: greedy_rollout(at, k.player, 1)[k.state]),
    "greedy_rollout": per(*_STATE)(lambda at, k: greedy_rollout(at, k.player, stages(at))[k.state]),
    "longer_greedy_rollout": per(*_STATE)(lambda at, k: greedy_rollout(at, k.player, stages(at) + 1)[k.state]),
    "greedy_value": per(*_STATE)(lambda at, k: greedy_values(at, k.player)[k.state]),
}

QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.POLICY: _OF_POLICY | _OF_GREEDY,
    Setting.PAIR: _OF_PAIR,
}
