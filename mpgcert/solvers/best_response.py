"""Best replies and the NE-gap of a policy, bracketed from both sides (zhang2022.definition-1).

Against fixed policies of the others player i faces a Markov decision process.  Any reply bounds the best one from
below; Bellman's operator bounds it from above (`MDPSolution`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, Arithmetic, Ball, Float
from mpgcert.arithmetic.lanes import Lanes
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays, average_over_others
from mpgcert.solvers.evaluation import Evaluation, evaluate
from mpgcert.solvers.induced import induced_processes
from mpgcert.solvers.mdp import Choice, Kernel, MDPSolution, solve_mdp

__all__ = ["NashGap", "best_response", "nash_gap", "nash_gaps"]

Array = NDArray[Any]


def best_response(arrays: GameArrays, policy: list[Array], player: int, start: Choice | None = None) -> MDPSolution:
    """A deterministic best reply of one player, with its values and a bound on what it may miss.

    Args:
        arrays: the game.
        policy: pi_i [S, A_i] for each player, in the arithmetic of `arrays`; the player's own is not used.
        player: who replies.
        start: actions [S] to begin policy iteration with.

    Returns:
        `choice` [S], values V_i [S] of the reply against the others, `residual`; optimal from every state.
    """
    with arrays.arithmetic.context():
        kernel = Kernel.of(arrays.arithmetic, arrays.transition.of_player(policy, player), arrays.discount)
        reward = average_over_others(arrays.rewards[player], policy, player)
    return solve_mdp(kernel, reward, start=start)


@dataclass(frozen=True, eq=False)
class NashGap:
    """How much each player could gain by a unilateral change, from the initial distribution.

    The true NE-gap_i lies in [lower[i], upper[i]]; the two are equal in `Exact`, proven in `Ball`, and an
    estimate in `Float`.

    Attributes:
        lower: [n] the return of a found reply minus J_i, in the arithmetic of the evaluation.
        upper: [n] `lower` plus the residual of Bellman's operator over 1 - gamma.
        returns: J_i [n].
        replies: a deterministic reply [S] of each player.
    """

    arithmetic: Arithmetic
    lower: Array
    upper: Array
    returns: Array
    replies: tuple[Choice, ...]

    @property
    def gaps(self) -> Array:
        """NE-gap_i [n] as numbers of the arithmetic: exact, or balls around both bounds, or the lower estimates."""
        if not isinstance(self.arithmetic, Ball):
            return self.lower
        with self.arithmetic.context():
            out = np.empty(len(self.lower), dtype=object)
            out[:] = [low.union(high) for low, high in zip(self.lower, self.upper)]
            return out

    @property
    def maximum(self) -> Any:
        """NE-gap = max_i NE-gap_i as a number of the arithmetic."""
        with self.arithmetic.context():
            return self.arithmetic.maximum(self.gaps)

    @property
    def bracket(self) -> tuple[Any, Any]:
        """Bounds of the NE-gap: Fractions (equal if exact), or doubles, which prove nothing."""
        with self.arithmetic.context():
            low, high = self.arithmetic.maximum(self.lower), self.arithmetic.maximum(self.upper)
        if isinstance(self.arithmetic, Float):
            return float(low), float(high)
        lowest, highest = self.arithmetic.enclosure(low)[0], self.arithmetic.enclosure(high)[1]
        return max(lowest, 0 * lowest), highest

    @property
    def is_equilibrium(self) -> bool | None:
        """Whether the gap is 0, when that is certain (never from doubles)."""
        if isinstance(self.arithmetic, Float):
            return None
        low, high = self.bracket
        return False if low > 0 else (True if high == 0 else None)


def nash_gaps(evaluation: Evaluation) -> NashGap:
    """The NE-gap of an evaluated policy, in the arithmetic of its evaluation.

    The evaluation must be of the players' own rewards.  Policy iteration starts from the greedy actions, so at an
    equilibrium it stops at once.
    """
    arrays, arithmetic = evaluation.arrays, evaluation.arrays.arithmetic
    if isinstance(arithmetic, Float):
        return _estimated(evaluation)
    lower, upper, replies = [], [], []
    with arithmetic.context():
        for player in range(arrays.n_players):
            reply = _reply(evaluation, player)
            gap = (arrays.initial * reply.values).sum() - evaluation.returns[player]
            lower.append(gap)
            upper.append(gap + reply.residual / (1 - arrays.discount))
            replies.append(reply.choice)
    dtype = evaluation.returns.dtype
    return NashGap(
        arithmetic, np.array(lower, dtype=dtype), np.array(upper, dtype=dtype), evaluation.returns, tuple(replies)
    )


def _estimated(evaluation: Evaluation) -> NashGap:
    """`nash_gaps` in doubles, for all players at once."""
    arrays = evaluation.arrays
    induced = induced_processes(arrays, evaluation.policy)
    replies, values, table = induced.replies(evaluation.values.T)
    lower = arrays.initial @ values - evaluation.returns
    residual = np.maximum(induced.best(table) - values, 0).max(axis=0)
    upper = lower + residual / (1 - arrays.discount)
    return NashGap(arrays.arithmetic, lower, upper, evaluation.returns, tuple(replies))


def _reply(evaluation: Evaluation, player: int) -> MDPSolution:
    arrays = evaluation.arrays
    if isinstance(arrays.arithmetic, Lanes):
        from mpgcert.solvers.lanes import best_replies

        return MDPSolution(*best_replies(arrays.arithmetic, evaluation, player))
    return best_response(arrays, evaluation.policy, player)


def nash_gap(game: MarkovGame, policy: Policy, arithmetic: Arithmetic = EXACT) -> NashGap:
    """NE-gap of a policy: sup over replies of J_i, minus J_i, per player and at most (zhang2022.definition-1).

    Args:
        game: any tabular game.
        policy: exact; in `Exact` the answer is a rational with no error.
        arithmetic: `EXACT`, `Ball(bits)` (a proven bracket, faster on large games), or `FLOAT` (an estimate).

    >>> game = MarkovGame.of(rewards=[[[[3, 0], [5, 1]]], [[[3, 5], [0, 1]]]])
    >>> gap = nash_gap(game, Policy.deterministic(game, [[0], [0]]))
    >>> gap.bracket, [int(reply[0]) for reply in gap.replies]
    ((Fraction(2, 1), Fraction(2, 1)), [1, 1])
    """
    with arithmetic.context():
        return nash_gaps(evaluate(GameArrays.of(game, arithmetic), policy.lift(arithmetic)))
