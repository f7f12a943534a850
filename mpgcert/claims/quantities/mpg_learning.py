"""Quantities of decentralized learning: learning (maheshwari2023, section 2, appendices A and B.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Ball
from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities import mpg_chain, mpg_estimates, mpg_operator
from mpgcert.claims.quantities.mpg_estimates import explored, of_all
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.solvers.arrays import GameArrays, joint_probabilities
from mpgcert.solvers.best_response import best_response
from mpgcert.solvers.evaluation import Evaluation

__all__ = ["QUANTITIES"]

Array = NDArray[Any]


# ---------------------------------------------------------------- values from a state and from the start


def discounted_payoff(evaluation: Evaluation, player: int) -> Any:
    """sum over s, a of d(s) pi(s, a) u_i(s, a) / (1 - delta)."""
    arrays = evaluation.arrays
    joint = joint_probabilities(evaluation.policy, arrays.n_states)
    payoff = (joint * arrays.rewards[player].reshape(joint.shape)).sum(axis=1)
    return (evaluation.visitation * payoff).sum() / (1 - arrays.discount)


def value_gain_from_start(at: Lens, k: Index) -> Any:
    """From the visitations of both policies."""
    return discounted_payoff(at.other_evaluation, k.player) - discounted_payoff(at.evaluation, k.player)


def potential_gain_from_start(at: Lens, _: Index) -> Any:
    """From the values of phi in each state."""
    gain = at.other_potential_evaluation.values[0] - at.potential_evaluation.values[0]
    return (at.arrays.initial * gain).sum()


def _best_gain(at: Lens, arrays: GameArrays, policy: list[Array], player: int, values: Array) -> Array:
    """max over replies of V_i(s, .) less `values`, [S]; in balls an enclosure of what the reply found may miss."""
    reply = best_response(arrays, policy, player)
    gains: Array = reply.values - values
    if isinstance(at.arithmetic, Ball):
        missed = reply.residual / (1 - arrays.discount)
        gains = np.array([gain.union(gain + missed) for gain in gains])
    return gains


@kept
def gaps_at(at: Lens, player: int) -> Array:
    """What player i's best deviation gains from each state, [S]."""
    return _best_gain(at, at.arrays, at.policy, player, at.evaluation.values[player])


@kept
def potential_gaps_at(at: Lens, player: int) -> Array:
    """The same of the total potential."""
    stage = np.broadcast_to(at.potential_stage, at.arrays.rewards.shape)
    arrays = replace(at.arrays, rewards=stage)
    return _best_gain(at, arrays, at.policy, player, at.potential_evaluation.values[0])


@kept
def explored_gaps(at: Lens, player: int) -> Array:
    """What player i's best deviation gains from each state if the opponents explore, [S]."""
    values = mpg_operator.explored_evaluation(at).values[player]
    return _best_gain(at, at.arrays, explored(at), player, values)


def explored_gap_i(at: Lens, k: Index) -> Any:
    return at.arithmetic.maximum(explored_gaps(at, k.player))


_GAPS = {
    "mean_value": per("player")(lambda at, k: (at.arrays.initial * at.evaluation.values[k.player]).sum()),
    "discounted_payoff": per("player")(lambda at, k: discounted_payoff(at.evaluation, k.player)),
    "gap_at": per("player", "state")(lambda at, k: gaps_at(at, k.player)[k.state]),
    "potential_gap_at": per("player", "state")(lambda at, k: potential_gaps_at(at, k.player)[k.state]),
    "explored_gap_i": per("player", learner=True)(explored_gap_i),
    "explored_gap": per(learner=True)(of_all(explored_gap_i)),
}

QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.POLICY: _GAPS | mpg_estimates.QUANTITIES | mpg_chain.QUANTITIES | mpg_operator.QUANTITIES,
    Setting.PAIR: mpg_chain.OF_PAIRS | mpg_operator.OF_PAIRS,
    Setting.DEVIATION: {
        "potential_gain_from_start": per()(potential_gain_from_start),
        "value_gain_from_start": per("player")(value_gain_from_start),
    },
}
