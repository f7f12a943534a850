"""Best replies in one stage and for ever, as maheshwari2023 uses them: maximisers of (3), the response pi_i^dagger."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Ball
from mpgcert.claims.point import Lens
from mpgcert.claims.quantities.gradients import is_largest
from mpgcert.claims.quantities.rule import kept
from mpgcert.errors import InvalidInput
from mpgcert.solvers.arrays import average_over_others
from mpgcert.solvers.best_response import best_response
from mpgcert.solvers.evaluation import Evaluation, evaluate
from mpgcert.solvers.mdp import MDPSolution

__all__ = ["best_gains", "faced", "maximisers", "one_hot", "one_stage_gains", "responded", "response", "stages"]

Array = NDArray[Any]


def stages(at: Lens) -> int:
    """K, the number of stages of a rollout: the instance's `steps`."""
    if at.point.steps < 1:
        raise InvalidInput("missing", field="steps", expected="a number of stages, at least 1")
    return at.point.steps


@kept
def maximisers(at: Lens, player: int) -> NDArray[np.bool_]:
    """Which actions maximise Q_i(s, .; pi), [S, A_i]: the corners of br_i(s; pi).

    Where balls cannot tell there is no answer.
    """
    return np.array([is_largest(at, row) for row in at.evaluation.averaged_q(player)])


@kept
def one_stage_gains(at: Lens, player: int) -> Array:
    """max over a_i of Q_i(s, a_i; pi), minus the mean of Q_i(s, .; pi), [S]."""
    q = at.evaluation.averaged_q(player)
    return np.array([at.arithmetic.maximum(row) for row in q]) - (at.policy[player] * q).sum(axis=1)


@kept
def response(at: Lens, player: int) -> MDPSolution:
    """A policy of player i that maximises its value from every state against the others."""
    return best_response(at.arrays, at.policy, player)


def one_hot(at: Lens, choice: NDArray[np.int64], count: int) -> Array:
    """Actions [S] as a policy [S, count]."""
    own = at.zeros(len(choice), count)
    own[np.arange(len(choice)), choice] = at.number(1)
    return own


@kept
def responded(at: Lens, player: int) -> Evaluation:
    """The policies with player i's replaced by its response pi_i^dagger."""
    own = one_hot(at, response(at, player).choice, at.game.n_actions[player])
    return evaluate(at.arrays, [own if i == player else part for i, part in enumerate(at.policy)])


@kept
def best_gains(at: Lens, player: int) -> Array:
    """What player i's best deviation adds to its value from each state, [S]."""
    reply = response(at, player)
    lower: Array = reply.values - at.evaluation.values[player]
    if not isinstance(at.arithmetic, Ball):
        return lower
    upper = lower + reply.residual / (1 - at.arrays.discount)
    return np.array([low.union(high) for low, high in zip(lower, upper, strict=True)])


@kept
def faced(at: Lens, player: int) -> tuple[Array, Array]:
    """Payoffs u_i(s, a_i, pi_-i) [S, A_i] and transitions P(s'|s, a_i, pi_-i) [S, A_i, S] that player i faces."""
    reward = average_over_others(at.arrays.rewards[player], at.policy, player)
    return reward, at.arrays.transition.of_player(at.policy, player)
