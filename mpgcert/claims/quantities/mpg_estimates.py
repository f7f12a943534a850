"""Estimates of a learner, the operator (22) on them, and the noise of one update (maheshwari2023, appendix B.1).

The operator contracts tables with matrix products; means over what is played enumerate joint actions and next
states, so that identities compare two computations.  Rules of the size of payoffs are marked as a learner's as well:
with a learner, payoffs of both signs are drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.learner import Learner
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.errors import InvalidInput
from mpgcert.solvers.arrays import average_over_others, joint_probabilities
from mpgcert.solvers.explored import explored_policy

__all__ = [
    "QUANTITIES",
    "explored",
    "image",
    "learner",
    "of_all",
    "other_table",
    "own_actions",
    "own_image",
    "size",
    "successors",
    "table",
]

Array = NDArray[Any]


def learner(at: Lens) -> Learner:
    """What the instance's learner brings; InvalidInput if it has none."""
    if at.point.learner is None:
        raise InvalidInput("missing", field="learner", expected="exploration, estimates and update rates")
    return at.point.learner


def of_all(function: Callable[[Lens, Index], Any]) -> Callable[[Lens, Index], Any]:
    """The largest value over the players."""
    return lambda at, _: at.arithmetic.maximum(
        np.array([function(at, Index(player=i)) for i in range(at.game.n_players)])
    )


def size(at: Lens, values: Array) -> Any:
    """Largest absolute value."""
    return at.arithmetic.maximum(abs(values))


@kept
def table(at: Lens, player: int) -> Array:
    """q_i [S, A_i]."""
    return at.arithmetic.array(learner(at).table[player])


@kept
def other_table(at: Lens, player: int) -> Array:
    """The second estimate, [S, A_i]."""
    return at.arithmetic.array(learner(at).other_table[player])


@kept
def explored(at: Lens) -> list[Array]:
    """The policies played, [S, A_i] for each player."""
    return explored_policy(at.arithmetic, at.policy, learner(at).exploration)


# ---------------------------------------------------------------- sizes


def payoff_span(at: Lens, k: Index) -> Any:
    own = at.arrays.rewards[k.player]
    return at.arithmetic.maximum(own) + at.arithmetic.maximum(-own)


def trembling(at: Lens, k: Index) -> Any:
    """vartheta_i = 1 - prod over j != i of (1 - theta_j)."""
    still = at.number(1)
    for other, rate in enumerate(learner(at).exploration):
        if other != k.player:
            still = still * at.number(1 - rate)
    return 1 - still


_SIZES = {
    "payoff_ceiling": per(learner=True)(lambda at, _: at.arithmetic.maximum(at.arrays.rewards)),
    "payoff_size": per(learner=True)(lambda at, _: size(at, at.arrays.rewards)),
    "payoff_span": per("player")(payoff_span),
    "exploration": per("player", learner=True)(lambda at, k: at.number(learner(at).exploration[k.player])),
    "trembling": per("player", learner=True)(trembling),
    "estimate_size": per("player", learner=True)(lambda at, k: size(at, table(at, k.player))),
    "estimate_size_of_all": per(learner=True)(of_all(lambda at, k: size(at, table(at, k.player)))),
    "largest_probability": per("player")(lambda at, k: at.arithmetic.maximum(at.policy[k.player])),
    "explored_probability": per("player", "state", "action", learner=True)(
        lambda at, k: explored(at)[k.player][k.state, k.action]
    ),
}


# ---------------------------------------------------------------- one update of an estimate


def continuation(at: Lens, player: int, estimate: Array) -> Array:
    """sum over a_i of pi_i(s, a_i) q_i(s, a_i), [S]."""
    return (at.policy[player] * estimate).sum(axis=1)


def image(at: Lens, player: int, estimate: Array, opponents: list[Array]) -> Array:
    """T_i q_i of (22), [S, A_i], against given policies of the opponents."""
    kernel = at.arrays.transition.of_player(opponents, player)
    onwards: Array = np.matmul(kernel, continuation(at, player, estimate))
    return average_over_others(at.arrays.rewards[player], opponents, player) + onwards * at.arrays.discount


@kept
def own_image(at: Lens, player: int) -> Array:
    """T_i^pi q_i, [S, A_i]."""
    return image(at, player, table(at, player), at.policy)


@kept
def targets(at: Lens, player: int) -> Array:
    """T-hat_i q_i of (23) for each joint action and next state, [S, A, S]."""
    payoff = at.arrays.rewards[player].reshape(at.game.n_states, -1)
    return payoff[:, :, None] + continuation(at, player, table(at, player)) * at.arrays.discount


@kept
def successors(at: Lens) -> NDArray[np.bool_]:
    """Which states can follow, [S, A, S]; from the exact data."""
    n_states = at.game.n_states
    possible: NDArray[np.bool_] = at.game.dense_kernel().numerator.reshape(n_states, -1, n_states) != 0
    return possible


@kept
def own_actions(at: Lens, player: int) -> NDArray[np.int64]:
    """Player i's part of each joint action, [A]."""
    return np.unravel_index(np.arange(at.game.n_joint_actions), at.game.n_actions)[player]


@kept
def mean_targets(at: Lens, player: int) -> Array:
    """Mean of the target given all actions, [S, A]."""
    return (at.arrays.transition.joint_rows() * targets(at, player)).sum(axis=2)


@kept
def played_mean_targets(at: Lens, player: int) -> Array:
    """Mean of the target given the own action, when the opponents' actions are drawn as in (6), [S, A_i]."""
    n_states, own = at.game.n_states, own_actions(at, player)
    drawn = [part if j != player else part * 0 + 1 for j, part in enumerate(explored(at))]
    weighted = joint_probabilities(drawn, n_states) * mean_targets(at, player)
    return np.stack([weighted[:, own == a].sum(axis=1) for a in range(at.game.n_actions[player])], axis=1)


def target_size(at: Lens, k: Index) -> Any:
    return size(at, targets(at, k.player)[k.state, k.joint][successors(at)[k.state, k.joint]])


def noise_size(at: Lens, k: Index) -> Any:
    mean = own_image(at, k.player)[k.state, own_actions(at, k.player)[k.joint]]
    return size(at, (targets(at, k.player)[k.state, k.joint] - mean)[successors(at)[k.state, k.joint]])


def noise_mean_of_joint(at: Lens, k: Index) -> Any:
    own = own_actions(at, k.player)[k.joint]
    return mean_targets(at, k.player)[k.state, k.joint] - own_image(at, k.player)[k.state, own]


def noise_mean(at: Lens, k: Index) -> Any:
    return (played_mean_targets(at, k.player) - own_image(at, k.player))[k.state, k.action]


def explored_noise_mean(at: Lens, k: Index) -> Any:
    expected = image(at, k.player, table(at, k.player), explored(at))
    return (played_mean_targets(at, k.player) - expected)[k.state, k.action]


def reply_move(at: Lens, k: Index) -> Any:
    """A distance is convex, so its supremum over maximisers is attained at a pure one."""
    rows = learner(at).table[k.player].numerator
    moves = []
    for state, action in np.argwhere(rows == rows.max(axis=1, keepdims=True)):
        move = -at.policy[k.player][state]
        move[action] = move[action] + 1
        moves.append(size(at, move))
    return at.arithmetic.maximum(np.array(moves))


_UPDATES = {
    "target_size": per("player", "state", "joint", learner=True)(target_size),
    "noise_size": per("player", "state", "joint", learner=True)(noise_size),
    "noise_mean": per("player", "state", "action", learner=True)(noise_mean),
    "explored_noise_mean": per("player", "state", "action", learner=True)(explored_noise_mean),
    "noise_mean_of_joint": per("player", "state", "joint", learner=True)(noise_mean_of_joint),
    "drift_size": per("player", learner=True)(lambda at, k: size(at, own_image(at, k.player) - table(at, k.player))),
    "image_size": per("player", learner=True)(lambda at, k: size(at, own_image(at, k.player))),
    "reply_move": per("player", learner=True)(reply_move),
}

QUANTITIES: dict[str, Rule] = _SIZES | _UPDATES
