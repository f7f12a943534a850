"""Quantities for policy gradients, natural gradients and deviations (zhang2022, sections 2-3, 9-11), by setting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities import fisher
from mpgcert.claims.quantities.derivatives import derivatives, regularized_derivatives, scores, squares
from mpgcert.claims.quantities.of_policy import least_concentration, least_concentration_of_all
from mpgcert.claims.quantities.rule import Rule, kept, per, root
from mpgcert.errors import SingularMatrix
from mpgcert.solvers.arrays import joint_probabilities
from mpgcert.solvers.best_response import NashGap, best_response, nash_gaps
from mpgcert.solvers.evaluation import Evaluation, concentration, evaluate

__all__ = ["QUANTITIES"]

Array = NDArray[Any]


def score_weighted_q(at: Lens, k: Index) -> Any:
    """sum over a' of d(s) pi(a'|s) dlog pi(a'|s) Q_i(s, a'): parameters of a state act there only."""
    joint = joint_probabilities(at.policy, at.game.n_states)[k.state]
    q = at.evaluation.q_joint[k.player][k.state].ravel()
    played = np.unravel_index(np.arange(len(q)), at.game.n_actions)[k.player]
    score = scores(at, k.player)[k.state, k.action][played]
    return at.evaluation.visitation[k.state] * (joint * score * q).sum()


def potential_gap(at: Lens, k: Index) -> Any:
    """What player i's best reply adds to the total potential."""
    n = at.game.n_players
    shared = np.broadcast_to(at.potential_stage, (n, *at.potential_stage.shape[1:]))
    return nash_gaps(evaluate(replace(at.arrays, rewards=shared), at.policy)).gaps[k.player]


def best_gain_at(at: Lens, k: Index) -> Any:
    """What player i's best reply adds to its value in a state."""
    reply = best_response(at.arrays, at.policy, k.player)
    lower = reply.values - at.evaluation.values[k.player]
    upper = lower + reply.residual / (1 - at.arrays.discount)
    return NashGap(at.arithmetic, lower, upper, at.evaluation.returns, (reply.choice,)).gaps[k.state]


def is_equilibrium(at: Lens, _: Index) -> Any:
    """1 if the NE-gap is 0, else 0; where balls cannot tell there is no value."""
    sign = at.arithmetic.sign(at.arithmetic.maximum(at.gaps))
    if sign is None:
        raise SingularMatrix("the NE-gap is not told apart from 0")
    return at.number(0 if sign > 0 else 1)


def randomness(at: Lens, _: Index) -> Any:
    return sum((part * (1 - part)).sum() for part in at.policy)


def gradient_square_at(at: Lens, k: Index) -> Any:
    return squares(derivatives(at, k.player, False)[k.state])


def potential_gradient_square(at: Lens, _: Index) -> Any:
    return sum(squares(derivatives(at, i, True)) for i in range(at.game.n_players))


def weighted_advantage(at: Lens, k: Index) -> Array:
    """pi_i Abar_i in a state."""
    return at.policy[k.player][k.state] * at.advantages[k.player][k.state]


def absolute(at: Lens, values: Array) -> list[Any]:
    return [at.arithmetic.maximum(np.array([value, -value])) for value in values.ravel()]


def is_largest(at: Lens, values: Array) -> list[bool]:
    """Which entries are maximal; where that is not certain there is no answer."""
    largest = at.arithmetic.maximum(values)
    answers = [at.arithmetic.at_most(largest, value) for value in values]
    if None in answers:
        raise SingularMatrix("maximal entries are not told apart from others")
    return [bool(answer) for answer in answers]


def suboptimality_gap(at: Lens, k: Index) -> Any:
    """Delta of the proof of zhang2022.lemma-2 for one player; 1 where every action is greedy (any number would do)."""
    sizes = []
    for row in at.advantages[k.player]:
        greedy = is_largest(at, row)
        sizes += [size for size, among in zip(absolute(at, row), greedy) if not among]
    return -at.arithmetic.maximum(-np.array(sizes)) if sizes else at.number(1)


def suboptimal_mass(at: Lens, k: Index) -> Any:
    """Probability of the actions whose averaged advantage is not maximal."""
    own, greedy = at.policy[k.player][k.state], is_largest(at, at.advantages[k.player][k.state])
    return sum((own[a] for a, among in enumerate(greedy) if not among), at.number(0))


@kept
def greedy_evaluation(at: Lens, player: int) -> Evaluation:
    """The policies with player i's replaced by a greedy action in each state."""
    reply = at.zeros(*at.policy[player].shape)
    for s, row in enumerate(at.advantages[player]):
        reply[s, is_largest(at, row).index(True)] = at.number(1)
    return evaluate(at.arrays, [reply if i == player else part for i, part in enumerate(at.policy)])


def largest_advantages(at: Lens, player: int) -> Array:
    """max over a_i of Abar_i [S]."""
    return np.array([at.arithmetic.maximum(row) for row in at.advantages[player]])


def joint_deviation_advantage(at: Lens, k: Index) -> Any:
    """Joint advantages of the first policy, met under the second."""
    joint = joint_probabilities(at.other, at.game.n_states)
    advantage = at.evaluation.q_joint[k.player].reshape(joint.shape) - at.evaluation.values[k.player][:, None]
    return (at.other_evaluation.visitation * (joint * advantage).sum(axis=1)).sum()


def deviation_advantage(at: Lens, k: Index, evaluation: Evaluation) -> Any:
    """Averaged advantages of the first policy with the second's actions, visited as in the evaluation."""
    return (evaluation.visitation[:, None] * at.other[k.player] * at.advantages[k.player]).sum()


_OF_GAME: dict[str, Rule] = {
    "least_initial": per()(lambda at, _: -at.arithmetic.maximum(-at.arrays.initial)),
    "largest_initial": per()(lambda at, _: at.arithmetic.maximum(at.arrays.initial)),
    "initial_probability": per("state")(lambda at, k: at.arrays.initial[k.state]),
}

_OF_POLICY: dict[str, Rule] = {
    "best_gain_at": per("player", "state")(best_gain_at),
    "potential_gap_i": per("player")(potential_gap),
    "is_equilibrium": per()(is_equilibrium),
    "randomness": per()(randomness),
    "gradient": per("player", "state", "action")(lambda at, k: derivatives(at, k.player, False)[k.state, k.action]),
    "potential_gradient": per("player", "state", "action")(
        lambda at, k: derivatives(at, k.player, True)[k.state, k.action]
    ),
    "gradient_sum": per("player", "state")(lambda at, k: derivatives(at, k.player, False)[k.state].sum()),
    "gradient_norm_at": root("player", "state")(gradient_square_at),
    "gradient_norm": root()(potential_gradient_square),
    "score_weighted_q": per("player", "state", "action")(score_weighted_q),
    "mean_advantage": per("player", "state")(lambda at, k: weighted_advantage(at, k).sum()),
    "largest_advantage_of_all": per()(
        lambda at, _: at.arithmetic.maximum(np.concatenate([part.ravel() for part in at.advantages]))
    ),
    "concentration_at": per("player", "state")(lambda at, k: concentration(at.evaluation, k.player)[k.state]),
    "suboptimal_mass": per("player", "state")(suboptimal_mass),
    "least_concentration_i": per("player")(least_concentration),
    "least_concentration": per()(least_concentration_of_all),
    "advantage_mass": per("player", "state")(lambda at, k: sum(absolute(at, weighted_advantage(at, k)))),
    "advantage_norm": root("player", "state")(lambda at, k: squares(weighted_advantage(at, k))),
    "suboptimality_gap": per("player")(suboptimality_gap),
    "greedy_gain_i": per("player")(
        lambda at, k: greedy_evaluation(at, k.player).returns[k.player] - at.evaluation.returns[k.player]
    ),
    "greedy_advantage_i": per("player")(
        lambda at, k: (greedy_evaluation(at, k.player).visitation * largest_advantages(at, k.player)).sum()
    ),
}

_OF_DEVIATION: dict[str, Rule] = {
    "value_gain": per("player", "state")(
        lambda at, k: at.other_evaluation.values[k.player, k.state] - at.evaluation.values[k.player, k.state]
    ),
    "potential_value_gain": per("player", "state")(
        lambda at, k: at.other_potential_evaluation.values[0, k.state] - at.potential_evaluation.values[0, k.state]
    ),
    "return_gain": per("player")(lambda at, k: at.other_evaluation.returns[k.player] - at.evaluation.returns[k.player]),
    "potential_return_gain": per("player")(
        lambda at, _: at.other_potential_evaluation.returns[0] - at.potential_evaluation.returns[0]
    ),
    "joint_deviation_advantage": per("player")(joint_deviation_advantage),
    "deviation_advantage": per("player")(lambda at, k: deviation_advantage(at, k, at.other_evaluation)),
    "misvisited_deviation_advantage": per("player")(lambda at, k: deviation_advantage(at, k, at.evaluation)),
    "deviation_largest_advantage": per("player")(
        lambda at, k: (at.other_evaluation.visitation * largest_advantages(at, k.player)).sum()
    ),
}

_OF_STEP: dict[str, Rule] = {
    "regularized_gradient_sum": per("player", "state")(
        lambda at, k: regularized_derivatives(at, k.player)[k.state].sum()
    ),
}

QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.GAME: _OF_GAME,
    Setting.POLICY: _OF_POLICY | fisher.QUANTITIES[Setting.POLICY],
    Setting.DEVIATION: _OF_DEVIATION,
    Setting.STEP: _OF_STEP | fisher.QUANTITIES[Setting.STEP],
}
