"""The operator (22), its fixed point, and what exploration makes of it (maheshwari2023, appendix B.1, A7)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.mpg_estimates import (
    explored,
    image,
    learner,
    other_table,
    own_actions,
    own_image,
    size,
    table,
)
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.errors import SingularMatrix
from mpgcert.solvers.arrays import joint_probabilities
from mpgcert.solvers.explored import ExploredEvaluation, evaluate_explored

__all__ = ["OF_PAIRS", "QUANTITIES", "explored_evaluation", "q_function"]

Array = NDArray[Any]


@kept
def q_function(at: Lens, player: int) -> Array:
    """Q_i(., .; pi) [S, A_i]."""
    return at.evaluation.averaged_q(player)


@kept
def explored_evaluation(at: Lens) -> ExploredEvaluation:
    """Q_i^theta and V_i(., pi_i, pi-hat_{-i})."""
    return evaluate_explored(at.arrays, at.policy, learner(at).exploration)


@kept
def image_differences(at: Lens, player: int, explores: bool = False) -> Array:
    """T_i q_i - T_i q-bar_i, [S, A_i]."""
    if explores:
        first, second = (image(at, player, q, explored(at)) for q in (table(at, player), other_table(at, player)))
        return first - second
    return own_image(at, player) - image(at, player, other_table(at, player), at.policy)


def averaged_estimate_difference(at: Lens, k: Index) -> Any:
    """One sum over joint actions and next states."""
    later = ((table(at, k.player) - other_table(at, k.player)) * at.policy[k.player]).sum(axis=1)
    onwards = (at.arrays.transition.joint_rows()[k.state] * later).sum(axis=1)
    weights = [part if j != k.player else part * 0 + 1 for j, part in enumerate(at.policy)]
    joint = joint_probabilities(weights, at.game.n_states)[k.state]
    return (joint * onwards)[own_actions(at, k.player) == k.action].sum()


def residual(at: Lens, player: int, estimate: Array, opponents: list[Array]) -> Any:
    """Squared distance of an estimate from its image."""
    moves = image(at, player, estimate, opponents) - estimate
    return (moves * moves).sum()


def error(at: Lens, player: int) -> Array:
    """q_i - Q_i, [S, A_i]."""
    difference: Array = table(at, player) - q_function(at, player)
    return difference


def outward_drift(at: Lens, k: Index) -> Any:
    """max of sgn(q_i - Q_i) (T_i q_i - q_i) over the entries where |q_i - Q_i| is largest."""
    errors = error(at, k.player).ravel()
    drift = (own_image(at, k.player) - table(at, k.player)).ravel()
    largest, outward = size(at, errors), []
    for difference, move in zip(errors, drift):
        is_farthest, sign = at.arithmetic.at_most(largest, abs(difference)), at.arithmetic.sign(difference)
        if is_farthest is None or sign is None:
            raise SingularMatrix("where the estimate is farthest is not decided at this precision")
        if is_farthest:
            outward.append(move * sign)
    return at.arithmetic.maximum(np.array(outward))


def explored_q_difference(at: Lens, k: Index) -> Any:
    return (explored_evaluation(at).q[k.player] - q_function(at, k.player))[k.state, k.action]


def explored_value_difference(at: Lens, k: Index) -> Any:
    return explored_evaluation(at).values[k.player, k.state] - at.evaluation.values[k.player, k.state]


def q_function_change(at: Lens, k: Index) -> Any:
    return size(at, at.other_evaluation.averaged_q(k.player) - q_function(at, k.player))


QUANTITIES: dict[str, Rule] = {
    "estimate_distance": per("player", learner=True)(
        lambda at, k: size(at, table(at, k.player) - other_table(at, k.player))
    ),
    "image_distance": per("player", learner=True)(lambda at, k: size(at, image_differences(at, k.player))),
    "explored_image_distance": per("player", learner=True)(
        lambda at, k: size(at, image_differences(at, k.player, True))
    ),
    "image_difference": per("player", "state", "action", learner=True)(
        lambda at, k: image_differences(at, k.player)[k.state, k.action]
    ),
    "averaged_estimate_difference": per("player", "state", "action", learner=True)(averaged_estimate_difference),
    "q_fixed_point_residual": per("player")(lambda at, k: residual(at, k.player, q_function(at, k.player), at.policy)),
    "explored_q_residual": per("player", learner=True)(
        lambda at, k: residual(at, k.player, explored_evaluation(at).q[k.player], explored(at))
    ),
    "unexplored_q_residual": per("player", learner=True)(
        lambda at, k: residual(at, k.player, explored_evaluation(at).q[k.player], at.policy)
    ),
    "q_function_size": per("player")(lambda at, k: size(at, q_function(at, k.player))),
    "explored_q_size": per("player", learner=True)(lambda at, k: size(at, explored_evaluation(at).q[k.player])),
    "estimate_error": per("player", learner=True)(lambda at, k: size(at, error(at, k.player))),
    "outward_drift": per("player", learner=True)(outward_drift),
    "explored_q_difference": per("player", "state", "action", learner=True)(explored_q_difference),
    "explored_value_difference": per("player", "state", learner=True)(explored_value_difference),
}
OF_PAIRS: dict[str, Rule] = {"q_function_change": per("player")(q_function_change)}
