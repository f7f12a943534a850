"""Evaluation of policies on congestion games from the distribution of loads, in any arithmetic.

**Rewards.**  Player i who uses facility k meets the load 1 + m, m the number of users among the others: a sum of
independent 0-1 variables.  Its mean reward is found for all players at once: the distribution of the users among the
players before i (forward), and for each number of users so far the mean reward over the players after i (backward),
meet in one product.  This takes O(n^2 F S) operations.

**Transitions.**  The same with vectors of loads, of which there are C(n + F - 1, F - 1): the last facility's load is
what remains.  Vectors are ordered by their total, so those that i players can reach come first; O(n F S) operations for
each.  States whose next state does not depend on loads need none of this.

No probability is ever computed as 1 minus another, so doubles keep relative accuracy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, FLOAT, Arithmetic, ExactArray
from mpgcert.games import Policy
from mpgcert.games.counts import CountGame
from mpgcert.solvers.best_response import NashGap
from mpgcert.solvers.load_vectors import LoadVectors
from mpgcert.solvers.mdp import Kernel, MDPSolution, solve_mdp

__all__ = [
    "CountArrays",
    "CountEvaluation",
    "averaged_rewards",
    "averaged_transitions",
    "count_nash_gap",
    "meet_distributions",
    "others_of",
]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class CountArrays:
    """The numbers of a congestion game in one arithmetic.

    Attributes:
        rewards: [S, F, n]; weights: [n]; initial: rho [S]; discount: gamma.
    """

    game: CountGame
    arithmetic: Arithmetic
    rewards: Array
    weights: Array
    initial: Array
    discount: Any

    @staticmethod
    def of(game: CountGame, arithmetic: Arithmetic = FLOAT) -> CountArrays:
        with arithmetic.context():
            return CountArrays(
                game,
                arithmetic,
                arithmetic.array(game.rewards),
                arithmetic.array(game.weights),
                arithmetic.array(game.initial),
                arithmetic.number(game.discount),
            )

    @cached_property
    def vectors(self) -> LoadVectors:
        """The load vectors, made when a transition asks for them."""
        return LoadVectors.of(self.game.n_players, self.game.n_facilities)

    @cached_property
    def targets(self) -> dict[int, Array]:
        """For each state that looks at the loads: P(s' | loads), [V, S]."""
        out = {}
        for state, rules in enumerate(self.game.rules):
            if rules[0].conditions:
                successors = np.stack([self.arithmetic.array(rule.successor) for rule in rules])
                out[state] = successors[self.vectors.outcomes(self.game, state)]
        return out


def averaged_rewards(arrays: CountArrays, policy: Array) -> Array:
    """Mean of rewards[s, k, load] for player i on facility k, over the others' actions; without weights: [n, S, F].

    Args:
        policy: pi_i(k | s), [n, S, F].
    """
    table = arrays.rewards
    n_players = len(policy)
    zero = table[..., 0] * 0
    unused = others_of(policy)
    forward = [np.stack([zero + 1, *[zero] * (n_players - 1)], axis=-1)]
    for i in range(n_players - 1):
        moved = forward[-1] * unused[i][..., None]
        moved[..., 1:] += forward[-1][..., :-1] * policy[i][..., None]
        forward.append(moved)
    out = np.empty((n_players, *zero.shape), dtype=table.dtype)
    backward = table
    for i in reversed(range(n_players)):
        out[i] = (forward[i][..., : i + 1] * backward[..., : i + 1]).sum(axis=-1)
        if i:
            backward = backward[..., :-1] * unused[i][..., None] + backward[..., 1:] * policy[i][..., None]
    return out


def others_of(policy: Array) -> Array:
    """Sum of the other entries of each row, [..., F], without a difference."""
    count = policy.shape[-1]
    parts = [policy[..., [j for j in range(count) if j != k]].sum(axis=-1) for k in range(count)]
    return np.stack([part + policy[..., 0] * 0 for part in parts], axis=-1)


def averaged_transitions(arrays: CountArrays, policy: Array, meet: Callable[..., Array] | None = None) -> Array:
    """P(s' | s, a_i = k), the others playing their policies: [n, S, F, S].

    Args:
        policy: pi_i(k | s), [n, S, F].
        meet: a faster function in the place of `meet_distributions`.
    """
    game = arrays.game
    n_players, n_states, n_facilities = policy.shape
    out = np.empty((n_players, n_states, n_facilities, n_states), dtype=policy.dtype)
    for state, rules in enumerate(game.rules):
        if state in arrays.targets:
            out[:, state] = (meet or meet_distributions)(arrays.vectors, policy[:, state], arrays.targets[state])
        else:
            out[:, state] = arrays.arithmetic.array(rules[0].successor)
    return out


def meet_distributions(vectors: LoadVectors, policy: Array, target: Array) -> Array:
    """Mean of `target` given the action of player i, for each i and action: [n, F, T].

    Args:
        policy: [n, F], of one state.
        target: a function of the load vectors after all players, [V, T].
    """
    n_players, n_facilities = policy.shape
    following, ends = vectors.following, vectors.ends
    zero = policy[0, 0] * 0
    forward = [np.full(1, zero + 1, dtype=policy.dtype)]
    for i in range(n_players - 1):
        before, moved = forward[-1], np.full(ends[i + 1], zero, dtype=policy.dtype)
        moved[: ends[i]] = before * policy[i, -1]
        for k in range(n_facilities - 1):
            moved[following[: ends[i], k]] += before * policy[i, k]
        forward.append(moved)
    backward = target
    out = np.empty((n_players, n_facilities, target.shape[1]), dtype=policy.dtype)
    for i in reversed(range(n_players)):
        reached = forward[i]
        for k in range(n_facilities):
            ahead = backward[: ends[i]] if k == n_facilities - 1 else backward[following[: ends[i], k]]
            out[i, k] = reached @ ahead
        if i:
            earlier = backward[: ends[i]] * policy[i, -1]
            for k in range(n_facilities - 1):
                earlier = earlier + backward[following[: ends[i], k]] * policy[i, k]
            backward = earlier
    return out


@dataclass(frozen=True, eq=False)
class CountEvaluation:
    """What one policy gives the players, in one arithmetic.

    Attributes:
        policy: pi_i(k | s), [n, S, F].
        rewards: mean reward of player i for facility k, [n, S, F].
        transitions: P(s' | s, a_i = k), [n, S, F, S].
        values: V_i, [n, S].
        returns: J_i, [n].
        visitation: d, [S].
    """

    arrays: CountArrays
    policy: Array
    rewards: Array
    transitions: Array
    values: Array
    returns: Array
    visitation: Array

    @staticmethod
    def of(arrays: CountArrays, policy: Array) -> CountEvaluation:
        """Evaluate a policy [n, S, F] of the arithmetic."""
        arithmetic, game = arrays.arithmetic, arrays.game
        with arithmetic.context():
            rewards = averaged_rewards(arrays, policy) * arrays.weights[:, None, None]
            transitions = averaged_transitions(arrays, policy)
            stage = (policy * rewards).sum(axis=2)  # [n, S]
            kernel = (policy[0][:, :, None] * transitions[0]).sum(axis=1)
            identity = arithmetic.array(_identity(game.n_states))
            system = identity - kernel * arrays.discount
            values = arithmetic.solve(system, stage.T.copy()).T
            visitation = arithmetic.solve(system.T, arrays.initial * (1 - arrays.discount))
            return CountEvaluation(
                arrays, policy, rewards, transitions, values, (values * arrays.initial).sum(axis=1), visitation
            )

    @property
    def averaged_q(self) -> Array:
        """Qbar_i, [n, S, F]."""
        with self.arrays.arithmetic.context():
            ahead = (self.transitions * self.values[:, None, None, :]).sum(axis=3)
            return self.rewards + ahead * self.arrays.discount

    @property
    def averaged_advantage(self) -> Array:
        """Abar_i, [n, S, F]."""
        with self.arrays.arithmetic.context():
            return self.averaged_q - self.values[:, :, None]

    def best_response(self, player: int) -> MDPSolution:
        """A deterministic best reply with a bound on what it may miss."""
        arithmetic = self.arrays.arithmetic
        with arithmetic.context():
            kernel = Kernel.of(arithmetic, self.transitions[player], self.arrays.discount)
        return solve_mdp(kernel, self.rewards[player])

    def nash_gaps(self) -> NashGap:
        """The NE-gap with both bounds, in the arithmetic of the evaluation."""
        arrays, arithmetic = self.arrays, self.arrays.arithmetic
        lower, upper, replies = [], [], []
        with arithmetic.context():
            for player in range(arrays.game.n_players):
                reply = self.best_response(player)
                gap = (arrays.initial * reply.values).sum() - self.returns[player]
                lower.append(gap)
                upper.append(gap + reply.residual / (1 - arrays.discount))
                replies.append(reply.choice)
        dtype = self.returns.dtype
        low, high = np.array(lower, dtype=dtype), np.array(upper, dtype=dtype)
        return NashGap(arithmetic, low, high, self.returns, tuple(replies))


def _identity(size: int) -> ExactArray:
    return ExactArray.of_integers(np.eye(size, dtype=np.int64))


def count_nash_gap(game: CountGame, policy: Policy, arithmetic: Arithmetic = EXACT) -> NashGap:
    """NE-gap of a policy of a congestion game (zhang2022.definition-1), without its joint tensor.

    Args:
        policy: exact.
        arithmetic: `EXACT` (a rational with no error), `Ball(bits)` (a proven bracket), or `FLOAT` (an estimate).

    >>> game = CountGame.of(rewards=[[3, 1], [2, 0]])
    >>> count_nash_gap(game, Policy.deterministic(game, [[0], [0]])).bracket
    (Fraction(1, 1), Fraction(1, 1))
    """
    with arithmetic.context():
        table = np.stack(policy.lift(arithmetic))
    return CountEvaluation.of(CountArrays.of(game, arithmetic), table).nash_gaps()
