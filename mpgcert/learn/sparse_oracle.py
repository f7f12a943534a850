"""Evaluation of policies on large sparse games: no matrix of S x S entries is ever formed.

One chain per policy serves the values of all stage rewards and the visitation; its linear systems are solved by sparse
factors or by value iteration, whichever the game's structure makes cheaper (`mpgcert.learn.sparse_pattern`).  Best
replies come from policy iteration that begins with the given replies, each evaluated from the values of the one before.
What is returned depends on the policy and these replies alone, so a run that is resumed gives the same numbers.

How accurate the solutions are does not matter for the bounds of `mpgcert.learn.rounding`: they use the residuals that
are computed here from the entries of P, joint action by joint action.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame
from mpgcert.learn.oracle import BestReplies, Common, Evaluated, StageRewards
from mpgcert.learn.replies import Reply, policy_iteration
from mpgcert.learn.sparse_pattern import TOLERANCE, Elimination, Pattern, sweep_limit, sweeps_worth

__all__ = ["SparseOracle"]

Array = NDArray[Any]

_FACTORABLE = 5000  # states; full factors of so many take 0.2 GB


class SparseOracle(Common):
    """The oracle of a sparse game with many states.

    Args:
        backend: the functions to use, `mpgcert.kernels.sparse` (by default) or `mpgcert.learn.sparse_twin`.
    """

    def __init__(self, game: MarkovGame, rewards: StageRewards, backend: Any = None) -> None:
        super().__init__(game, rewards)
        if backend is None:
            from mpgcert.kernels import sparse as backend
        self.backend = backend
        self.pattern = Pattern.of(game)
        self._by_row = np.ascontiguousarray(rewards.table.reshape(len(rewards.table), -1).T)  # [S * A, k]
        self._limit = sweep_limit(self.discount)

    @cached_property
    def elimination(self) -> Elimination | None:
        """The factors' places if factors are the cheaper way, else None: value iteration is."""
        found = self.pattern.elimination()
        if found is None:
            return None
        uniform = np.ascontiguousarray(np.broadcast_to(1 / self.layout.counts, (self.n_states, len(self.layout.owner))))
        *chain, stage = self._mix(uniform)
        limit = min(sweeps_worth(self.pattern, found, stage.shape[1]), self._limit)
        zero = np.zeros_like(stage)
        _, _, converged = self.backend.values(*chain, stage, self.discount, zero, TOLERANCE, limit)
        return None if converged else found

    def evaluate(self, policy: Array) -> Evaluated:
        *chain, stage = self._mix(policy)
        mass = (1 - self.discount) * self.initial
        if self.elimination is not None:
            order, place, lower, upper, _ = self.elimination
            factors = self.backend.factorise(*chain, self.discount, order, place, lower, upper)
            values = self.backend.solve(factors, order, lower, upper, stage)
            visitation = self.backend.solve_transposed(factors, order, lower, upper, mass)
        else:
            values = self._iterated(chain, stage, np.zeros_like(stage))
            visitation, _, converged = self.backend.visitation(
                *chain, self.initial, self.discount, TOLERANCE, self._limit
            )
            if not converged and self.n_states <= _FACTORABLE:
                visitation = self._factors(chain).solve(mass, trans="T")
        table = self.pattern
        averaged_q, step = self.backend.look_ahead(
            policy,
            table.columns,
            table.row_start,
            table.successor,
            table.probability,
            self._by_row,
            self.discount,
            self.rewards.of_player,
            values,
        )
        residual = float(np.abs(values - step).max())
        advantage = averaged_q - self.layout.spread(values[:, self._columns])
        moved = self.backend.inflow(*chain, visitation)
        visitation_residual = float(np.abs(visitation - (mass + self.discount * moved)).sum())
        return Evaluated(values.T, averaged_q, advantage, visitation, residual, None, visitation_residual)

    def best_replies(self, policy: Array, evaluated: Evaluated, start: NDArray[np.int64]) -> BestReplies:
        found = [self._best_reply(policy, evaluated, player, choices) for player, choices in enumerate(start)]
        return BestReplies(
            np.stack([reply.values for reply in found]),
            np.stack([reply.choice for reply in found]),
            max(reply.residual for reply in found),
        )

    def _best_reply(self, policy: Array, evaluated: Evaluated, player: int, start: NDArray[np.int64]) -> Reply:
        table, states = self.pattern, np.arange(self.n_states)
        own, reward = self.layout.own(player), self._columns[player]
        replying, latest = policy.copy(), evaluated.values[reward][:, None]

        def evaluate(choice: NDArray[np.int64]) -> Array:
            nonlocal latest
            replying[:, own] = 0.0
            replying[states, own.start + choice] = 1.0
            *chain, stage = self._mix(replying)
            latest = self._solved(chain, np.ascontiguousarray(stage[:, reward : reward + 1]), latest)
            return latest[:, 0]

        def look_ahead(values: Array) -> Array:
            averaged: Array = self.backend.look_ahead_of(
                policy,
                table.columns,
                table.row_start,
                table.successor,
                table.probability,
                self._by_row,
                self.discount,
                player,
                reward,
                values,
            )
            return averaged[:, own]

        return policy_iteration(evaluate, look_ahead, start)

    def _mix(self, policy: Array) -> tuple[Array, Array, Array, Array]:
        table = self.pattern
        mixed: tuple[Array, Array, Array, Array] = self.backend.mix(
            policy,
            table.columns,
            table.row_start,
            table.slot,
            table.probability,
            self._by_row,
            table.state_start,
            table.state_successor,
        )
        return mixed

    def _solved(self, chain: list[Array], stage: Array, guess: Array) -> Array:
        if self.elimination is None:
            return self._iterated(chain, stage, guess)
        order, place, lower, upper, _ = self.elimination
        factors = self.backend.factorise(*chain, self.discount, order, place, lower, upper)
        values: Array = self.backend.solve(factors, order, lower, upper, stage)
        return values

    def _iterated(self, chain: list[Array], stage: Array, guess: Array) -> Array:
        """By value iteration; where that is too slow, by factors that fill up, if there is room for them.

        Beyond that the values are as inaccurate as their residual, reported with them, says.
        """
        guess = np.ascontiguousarray(guess)
        values: Array
        values, _, converged = self.backend.values(*chain, stage, self.discount, guess, TOLERANCE, self._limit)
        if not converged and self.n_states <= _FACTORABLE:
            values = self._factors(chain).solve(stage)
        return values

    def _factors(self, chain: list[Array]) -> Any:
        from scipy.sparse import csr_array, identity
        from scipy.sparse.linalg import splu

        start, successor, weight = chain
        kernel = csr_array((weight, successor.astype(np.int32), start.astype(np.int32)), shape=(self.n_states,) * 2)
        return splu((identity(self.n_states) - self.discount * kernel).tocsc())
