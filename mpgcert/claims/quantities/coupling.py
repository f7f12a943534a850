"""Quantities of two policies, one player moving after the other (zhang2022, proof of Lemma 20)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import elementwise
from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.rule import Rule, kept, per, square
from mpgcert.solvers.arrays import average_over_others, joint_probabilities

__all__ = ["QUANTITIES", "joint_advantages", "next_mean"]

Array = NDArray[Any]


def absolute(at: Lens, values: Array) -> Array:
    """Absolute values, entry by entry."""
    largest = np.frompyfunc(lambda value: at.arithmetic.maximum(np.array([value, -value])), 1, 1)
    sizes: Array = np.asarray(largest(values)).astype(values.dtype)
    return sizes


@kept
def joint_advantages(at: Lens) -> Array:
    """A_phi [S, A_1, ..., A_n]."""
    evaluation = at.potential_evaluation
    values = evaluation.values[0].reshape(-1, *(1,) * at.game.n_players)
    advantages: Array = evaluation.q_joint[0] - values
    return advantages


def next_visitation(at: Lens) -> Array:
    """d' [S]; rational, whatever the policy, where there is one state or only the first one counts."""
    if at.game.n_states == 1 or at.arithmetic.sign(at.arrays.discount) == 0:
        return at.arrays.initial
    return at.other_evaluation.visitation


def next_mean(at: Lens, per_state: Array) -> Any:
    """sum_s d'(s) f(s)."""
    return (next_visitation(at) * per_state).sum()


def joint_advantage_gain(at: Lens, _: Index) -> Any:
    n_states = at.game.n_states
    change = joint_probabilities(at.other, n_states) - joint_probabilities(at.policy, n_states)
    mean = (change * joint_advantages(at).reshape(n_states, -1)).sum(axis=1)
    return next_mean(at, mean) / (1 - at.arrays.discount)


@kept
def frozen(at: Lens, player: int) -> Array:
    """Abar_{i, phi} [S, A_i]: nobody has moved."""
    return average_over_others(joint_advantages(at), at.policy, player)


@kept
def lagging(at: Lens, player: int) -> Array:
    """Atilde_{i, phi} [S, A_i] (zhang2022.eq-23): players before i have moved, those after i have not."""
    return average_over_others(joint_advantages(at), [*at.other[:player], *at.policy[player:]], player)


def lag_expanded(at: Lens, k: Index) -> Any:
    """sum over a_{-i} of (pi'_{<i} - pi_{<i}) pi_{>i} A_phi(s, a_i, a_{-i}), joint action by joint action."""
    table = joint_advantages(at)[k.state]
    total = at.number(0)
    for joint in np.ndindex(*table.shape):
        if joint[k.player] != k.action:
            continue
        before, after, rest = at.number(1), at.number(1), at.number(1)
        for j, a in enumerate(joint):
            if j < k.player:
                before, after = before * at.policy[j][k.state, a], after * at.other[j][k.state, a]
            elif j > k.player:
                rest = rest * at.policy[j][k.state, a]
        total = total + (after - before) * rest * table[joint]
    return total


def over_players(at: Lens, weights: str, table: Callable[[Lens, int], Array]) -> Any:
    """1/(1 - gamma) sum_s d'(s) sum_i sum_{a_i} weight * table; weights `change` (pi' - pi) or `next` (pi')."""
    total = at.zeros(at.game.n_states)
    for i, (old, new) in enumerate(zip(at.policy, at.other)):
        total = total + ((new - old if weights == "change" else new) * table(at, i)).sum(axis=1)
    return next_mean(at, total) / (1 - at.arrays.discount)


def coupling_size(at: Lens, _: Index) -> Any:
    total = at.zeros(at.game.n_states)
    for i, (old, new) in enumerate(zip(at.policy, at.other)):
        total = total + (absolute(at, new - old) * absolute(at, lagging(at, i) - frozen(at, i))).sum(axis=1)
    return next_mean(at, total) / (1 - at.arrays.discount)


@kept
def moves(at: Lens) -> Array:
    """l1 distance of each player's policies in each state, [n, S]."""
    return np.array([absolute(at, new - old).sum(axis=1) for old, new in zip(at.policy, at.other)])


def entropy(at: Lens, of: Array, relative_to: Array) -> Any:
    """KL(of || relative_to) of two positive distributions."""
    return (of * elementwise(at.arithmetic.log, of / relative_to)).sum()


def mean_divergence(at: Lens, reverse: bool) -> Any:
    """sum_s d'(s) sum_i KL; states that are never visited add nothing, not even an irrational number times 0."""
    ends = (at.policy, at.other) if reverse else (at.other, at.policy)
    total = at.number(0)
    for s, weight in enumerate(next_visitation(at)):
        if at.arithmetic.at_most(weight, at.number(0)) is not True:
            total = total + weight * sum((entropy(at, new[s], old[s]) for new, old in zip(*ends)), start=at.number(0))
    return total


_STATE, _ACTION = ("player", "state"), ("player", "state", "action")

QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.PAIR: {
        "potential_difference": per()(
            lambda at, _: at.other_potential_evaluation.returns[0] - at.potential_evaluation.returns[0]
        ),
        "joint_advantage_gain": per()(joint_advantage_gain),
        "telescoped_gain": per()(lambda at, _: over_players(at, "change", lagging)),
        "frozen_gain": per()(lambda at, _: over_players(at, "next", frozen)),
        "coupling_gain": per()(lambda at, _: over_players(at, "change", lambda at, i: lagging(at, i) - frozen(at, i))),
        "coupling_size": per()(coupling_size),
        "advantage_lag": per(*_ACTION)(lambda at, k: (lagging(at, k.player) - frozen(at, k.player))[k.state, k.action]),
        "advantage_lag_expanded": per(*_ACTION)(lag_expanded),
        "moved_before": per(*_STATE)(lambda at, k: moves(at)[: k.player, k.state].sum() + at.number(0)),
        "moved": per("state")(lambda at, k: moves(at)[:, k.state].sum()),
        "squared_moves_at": per("state")(lambda at, k: square(moves(at)[:, k.state]).sum()),
        "mean_squared_move": per()(lambda at, _: next_mean(at, square(moves(at).sum(axis=0)))),
        "mean_squared_moves": per()(lambda at, _: next_mean(at, square(moves(at)).sum(axis=0))),
        "move_at": per(*_STATE)(lambda at, k: moves(at)[k.player, k.state]),
        "divergence_at": per(*_STATE)(
            lambda at, k: entropy(at, at.other[k.player][k.state], at.policy[k.player][k.state])
        ),
        "divergence": per()(lambda at, _: mean_divergence(at, reverse=False)),
        "reverse_divergence": per()(lambda at, _: mean_divergence(at, reverse=True)),
    },
}
