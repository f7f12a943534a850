"""How fast the Lyapunov function falls at a policy, term by term (maheshwari2023, proof of lemma-3.5).

Let Phi = V_g for a stage potential g, phi(tau) = max Phi(mu, .) - Phi(mu, pi^tau), and d pi_i(s) / d tau = x_i(s), of
sum 0.  By the product rule on (I - delta P_pi) V = g_pi, in which each player's probabilities enter affinely,

    d phi / d tau = - sum_i,s,a d_mu^pi(s) / (1 - delta) Q_{g,i}(s, a; pi) x_i(s, a).

The paper's (12) has Q_i in place of Q_{g,i}; both are computed here, so that their equality is a check and not an
assumption.  Everything works in any arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Arithmetic
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.learn.continuous.inclusion import right_hand_side
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import best_response
from mpgcert.solvers.evaluation import Evaluation, evaluate

__all__ = ["Descent", "descent", "potential_derivative", "value_derivative"]

Array = NDArray[Any]


def potential_derivative(
    arrays: GameArrays, potential: Array, policy: list[Array], selection: Sequence[Array], gamma: Any = 1
) -> Any:
    """d phi / d tau of maheshwari2023.eq-9 at a policy, along any selection: the derivative itself.

    Args:
        arrays: the game.
        potential: g [S, A_1, ..., A_n], in the arithmetic of `arrays`.
        policy: pi_i [S, A_i] for each player.
        selection: b_i [S, A_i], best replies (or any policies) towards which pi moves.
        gamma: gamma_i(s): one positive number, or [n][S] numbers of the arithmetic.
    """
    arithmetic = arrays.arithmetic
    evaluation = evaluate(arrays, policy, potential[None])
    with arithmetic.context():
        speed = right_hand_side(arithmetic, policy, selection, gamma)
        return _along(evaluation, speed, [0] * arrays.n_players)


def value_derivative(evaluation: Evaluation, selection: Sequence[Array], gamma: Any = 1) -> Any:
    """The right-hand side of maheshwari2023.eq-12: each player's own Q_i in place of the potential's.

    Args:
        evaluation: of pi, for the players' own rewards.
        selection: b_i [S, A_i].
        gamma: one positive number, or [n][S] numbers of the arithmetic.
    """
    arrays = evaluation.arrays
    with arrays.arithmetic.context():
        speed = right_hand_side(arrays.arithmetic, evaluation.policy, selection, gamma)
        return _along(evaluation, speed, list(range(arrays.n_players)))


def _along(evaluation: Evaluation, speed: Sequence[Array], rewards: list[int]) -> Any:
    """- sum_i,s,a d(s) / (1 - delta) Q_i(s, a) x_i(s, a), with the stage reward `rewards[i]` for player i."""
    total = evaluation.visitation[0] * 0
    for player, change in enumerate(speed):
        gain = (evaluation.averaged_q(player, rewards[player]) * change).sum(axis=1)
        total = total - (evaluation.visitation * gain).sum()
    return total / (1 - evaluation.arrays.discount)


@dataclass(frozen=True, eq=False)
class Descent:
    """What (13)-(15) and the display after (17) compare, at one policy; numbers of one arithmetic.

    f(p; s, pi) = sum_a p(a) Q_i(s, a; pi); pi_i-dagger is a best reply of player i to pi_{-i}, d-dagger_i the
    visitation of (pi_i-dagger, pi_{-i}); Gamma_i is the advantage (11).

    Attributes:
        gain: sum_i,s d(s) (max f - f(pi_i(s))); the sum in (13), for any selection of best replies.
        reply_gain: sum_i,s d-dagger_i(s) (max f - f(pi_i(s))); the left side of (14).
        reply_advantage: sum_i,s d-dagger_i(s) Gamma_i(s, pi_i-dagger; pi); the sum in (15), by (16)-(17).
        constant: D = max_i,s d-dagger_i(s) / mu(s) / (1 - delta).
        gaps: V_i(mu, pi_i-dagger, pi_{-i}) - V_i(mu, pi), [n].
        visitation: d_mu^pi [S].
        reply_visitation: d-dagger_i [n, S].
        discount: delta.
    """

    arithmetic: Arithmetic
    gain: Any
    reply_gain: Any
    reply_advantage: Any
    constant: Any
    gaps: Array
    visitation: Array
    reply_visitation: Array
    discount: Any

    def chain(self, eta: Any) -> tuple[Any, Any, Any, Any]:
        """Upper bounds of d phi / d tau if all gamma_i(s) >= eta; the paper says that each is at most the next.

        Args:
            eta: positive, a number of the arithmetic.

        Returns:
            -eta / (1 - delta) gain (13); the same with reply_gain / D (14); with reply_advantage / D (15);
            -eta / D sum_i gaps.  The last two are equal by maheshwari2023.lemma-3.6-b.
        """
        with self.arithmetic.context():
            scale = -eta / (1 - self.discount)
            by_constant = scale / self.constant
            return (
                scale * self.gain,
                by_constant * self.reply_gain,
                by_constant * self.reply_advantage,
                -eta / self.constant * self.gaps.sum(),
            )


def descent(game: MarkovGame, policy: list[Array], arithmetic: Arithmetic) -> Descent:
    """The quantities of (13)-(15) at a policy.

    The best reply pi_i-dagger is deterministic and optimal from every state; in balls it is a reply that no certain
    gain improves, so `gaps` are then lower bounds of what player i can gain.

    Args:
        game: with an initial distribution of full support (maheshwari2023.assumption-3.1).
        policy: pi_i [S, A_i] for each player, in the arithmetic.
        arithmetic: exact, balls, or doubles.

    Raises:
        InvalidInput: a state of initial probability 0: D would not be finite.
    """
    for state, weight in enumerate(game.initial.numerator.tolist()):
        if weight == 0:
            raise InvalidInput("0", field="initial", index=[state], expected="a positive number, for D to be finite")
    arrays = GameArrays.of(game, arithmetic)
    evaluation = evaluate(arrays, policy)
    gains, reply_gains, advantages, gaps, visited = [], [], [], [], []
    with arithmetic.context():
        for player in range(arrays.n_players):
            reply = best_response(arrays, policy, player)
            advantage = evaluation.averaged_advantage(player)
            largest = np.array([arithmetic.maximum(row) for row in advantage], dtype=advantage.dtype)
            moved = arrays.transition.of_player(policy, player)[np.arange(arrays.n_states), reply.choice]
            system = (arrays.identity() - moved * arrays.discount).T
            distribution = arithmetic.solve(system, arrays.initial * (1 - arrays.discount))
            gains.append((evaluation.visitation * largest).sum())
            reply_gains.append((distribution * largest).sum())
            advantages.append((distribution * advantage[np.arange(arrays.n_states), reply.choice]).sum())
            gaps.append((arrays.initial * reply.values).sum() - evaluation.returns[player])
            visited.append(distribution)
        ratios = np.stack(visited) / arrays.initial
        return Descent(
            arithmetic,
            sum(gains[1:], gains[0]),
            sum(reply_gains[1:], reply_gains[0]),
            sum(advantages[1:], advantages[0]),
            arithmetic.maximum(ratios) / (1 - arrays.discount),
            np.array(gaps, dtype=evaluation.returns.dtype),
            evaluation.visitation,
            np.stack(visited),
            arrays.discount,
        )
