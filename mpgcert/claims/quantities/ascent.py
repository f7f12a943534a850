"""Quantities of policies, steps and runs of the unregularised algorithms (zhang2022, sections 4, 12, 13)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, Ball, elementwise
from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.coupling import joint_advantages, next_mean
from mpgcert.claims.quantities.of_policy import positive
from mpgcert.claims.quantities.of_step import gradient_square
from mpgcert.claims.quantities.rule import Rule, kept, per, root, square
from mpgcert.errors import SingularMatrix
from mpgcert.solvers.evaluation import evaluate, policy_gradient

__all__ = ["QUANTITIES"]

Array = NDArray[Any]


def at_most(at: Lens, left: Any, right: Any) -> bool:
    """Whether left <= right, once that is certain."""
    outcome = at.arithmetic.at_most(left, right)
    if outcome is None:
        raise SingularMatrix("two numbers are not told apart at this precision")
    return outcome


# One policy


@kept
def potential_gradients(at: Lens, player: int) -> Array:
    """dPhi / dtheta_i [S, A_i]."""
    return policy_gradient(at.potential_evaluation, player, 0)


def advantages_of_all(at: Lens) -> Array:
    """Every averaged advantage, flat."""
    return np.concatenate([part.ravel() for part in at.advantages])


def mean_square_advantage(at: Lens, k: Index) -> Any:
    advantage = at.advantages[k.player][k.state]
    return (at.policy[k.player][k.state] * advantage * advantage).sum()


@kept
def drifts(at: Lens, player: int, state: int, good: int) -> tuple[Any, Any, Any, Any]:
    """Lemma 19's sums over I_-, B_0 and I_0 without B_0, and the largest pi(a) / pi(good) over I_-.

    Delta / 4 is the advantage of the good action.  Neutral actions (I_0) are those above -Delta / (16 |A_i|) and
    below Delta / 4; B_0 are the neutral ones that are no likelier than the good action; the worse ones are I_-.
    """
    own, advantage = at.policy[player][state], at.advantages[player][state]
    edge = -advantage[good] / (4 * len(own))
    sinking = settled = unsettled = share = at.number(0)
    for a in range(len(own)):
        if a == good or at_most(at, advantage[good], advantage[a]):
            continue
        product = own[a] * advantage[a]
        if not at_most(at, edge, advantage[a]):
            sinking = sinking + product
            share = at.arithmetic.maximum(np.array([share, own[a] / positive(at, own[good])]))
        elif at_most(at, own[a], own[good]):
            settled = settled + product
        else:
            unsettled = unsettled + product
    return sinking, settled, unsettled, share


# One step


def exponents(at: Lens, player: int, state: int) -> Array:
    """eta Abar_i(s, .) / (1 - gamma)."""
    scaled: Array = at.advantages[player][state] * at.step_size / (1 - at.arrays.discount)
    return scaled


def natural_normalizer(at: Lens, k: Index) -> Any:
    """Z_t^{i, s} of the natural step."""
    grown = elementwise(at.arithmetic.exp, exponents(at, k.player, k.state))
    return (at.policy[k.player][k.state] * grown).sum()


@kept
def greedy(at: Lens, player: int, state: int) -> tuple[bool, ...]:
    """Which actions maximise Qbar_i(s, .) under the first policy; ties are told in rationals, which it has."""
    if isinstance(at.arithmetic, Ball) and at.point.rounding == 0:
        return tuple(greedy(Lens(at.point, EXACT), player, state))
    averaged = at.evaluation.averaged_q(player)[state]
    largest = at.arithmetic.maximum(averaged)
    return tuple(at_most(at, largest, value) for value in averaged)


def concentration_at(at: Lens, k: Index) -> Any:
    own = at.policy[k.player][k.state]
    return sum((p for p, best in zip(own, greedy(at, k.player, k.state)) if best), start=at.number(0))


def normalizer_below(at: Lens, k: Index) -> Any:
    """1 + x for the actions that are not greedy, 1 + x + x^2 / 2 for the greedy ones."""
    own, x = at.policy[k.player][k.state], exponents(at, k.player, k.state)
    second = [square / 2 if best else at.number(0) for square, best in zip(x * x, greedy(at, k.player, k.state))]
    return (own * (1 + x + np.array(second))).sum()


def summed_squares(at: Lens, _: Index) -> Any:
    """sum_i sum_s d'(s) (max over a_i of Abar_i(s, a_i))^2."""
    total = at.number(0)
    for advantage in at.advantages:
        largest = np.array([at.arithmetic.maximum(row) for row in advantage])
        total = total + next_mean(at, largest * largest)
    return total


def next_parameter_lead(at: Lens, k: Index) -> Any:
    """Gradient play moves theta_b - theta_a = log (pi(b) / pi(a)) by eta times the difference of the slopes."""
    own, slope = at.policy[k.player][k.state], potential_gradients(at, k.player)[k.state]
    lead = at.arithmetic.log(own[k.second] / positive(at, own[k.action]))
    return lead + at.step_size * (slope[k.second] - slope[k.action])


def odds(at: Lens, policy: list[Array], k: Index) -> Any:
    own = policy[k.player][k.state]
    return own[k.second] / positive(at, own[k.action])


# A run


def potential_gain(at: Lens, _: Index) -> Any:
    first, last = (evaluate(at.arrays, at.iterates[t], at.potential_stage).returns[0] for t in (0, -1))
    return last - first


def summed_squared_gradients(at: Lens, _: Index) -> Any:
    """sum over t < T of the squared norm of the gradient of Phi."""
    total = at.number(0)
    for policy in at.iterates[:-1]:
        evaluation = evaluate(at.arrays, policy, at.potential_stage)
        for player in range(at.game.n_players):
            gradient = policy_gradient(evaluation, player, 0)
            total = total + (gradient * gradient).sum()
    return total


_STATE, _ACTION, _PAIR = ("player", "state"), ("player", "state", "action"), ("player", "state", "second")
_TWO = (*_ACTION, "second")

QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.POLICY: {
        "gradient_norm": root()(gradient_square),
        "potential_gradient": per(*_ACTION)(lambda at, k: potential_gradients(at, k.player)[k.state, k.action]),
        "potential_gradient_2": per(*_PAIR)(lambda at, k: potential_gradients(at, k.player)[k.state, k.second]),
        "potential_gradient_sum": per(*_STATE)(lambda at, k: potential_gradients(at, k.player)[k.state].sum()),
        "advantage_sum": per(*_STATE)(lambda at, k: at.advantages[k.player][k.state].sum()),
        "probability_2": per(*_PAIR)(lambda at, k: at.policy[k.player][k.state, k.second]),
        "averaged_advantage_2": per(*_PAIR)(lambda at, k: at.advantages[k.player][k.state, k.second]),
        "greatest_advantage": per()(lambda at, _: at.arithmetic.maximum(advantages_of_all(at))),
        "greatest_square": per()(lambda at, _: at.arithmetic.maximum(square(advantages_of_all(at)))),
        "mean_square_advantage": per(*_STATE)(mean_square_advantage),
        "concentration_at": per(*_STATE)(concentration_at),
        "joint_advantage": per("state", "joint")(lambda at, k: joint_advantages(at)[k.state].ravel()[k.joint]),
        "sinking_drift": per(*_PAIR)(lambda at, k: drifts(at, k.player, k.state, k.second)[0]),
        "settled_drift": per(*_PAIR)(lambda at, k: drifts(at, k.player, k.state, k.second)[1]),
        "unsettled_drift": per(*_PAIR)(lambda at, k: drifts(at, k.player, k.state, k.second)[2]),
        "sinking_share": per(*_PAIR)(lambda at, k: drifts(at, k.player, k.state, k.second)[3]),
    },
    Setting.STEP: {
        "natural_normalizer": per(*_STATE)(natural_normalizer),
        "natural_normalizer_below": per(*_STATE)(normalizer_below),
        "summed_squares": per()(summed_squares),
        "log_ratio": per(*_ACTION)(
            lambda at, k: at.arithmetic.log(
                at.other[k.player][k.state, k.action] / at.policy[k.player][k.state, k.action]
            )
        ),
        "odds": per(*_TWO)(lambda at, k: odds(at, at.policy, k)),
        "next_odds": per(*_TWO)(lambda at, k: odds(at, at.other, k)),
        "next_parameter_lead": per(*_TWO)(next_parameter_lead),
    },
    Setting.RUN: {
        "potential_gain": per()(potential_gain),
        "summed_squared_gradients": per()(summed_squared_gradients),
    },
}
