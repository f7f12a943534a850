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
        self.limit = sweep_limit(self.discount)
        self.mass = (1 - self.discount) * self.initial
        self._by_row = np.ascontiguousarray(rewards.table.reshape(len(rewards.table), -1).T)  # [S * A, k]
        table = self.pattern
        self._rows = table.columns, table.row_start, table.successor, table.probability, self._by_row, self.discount

    @cached_property
    def elimination(self) -> Elimination | None:
        """The factors' places if factors are the cheaper way, else None: value iteration is."""
        found = self.pattern.elimination()
        if found is None:
            return None
        uniform = np.ascontiguousarray(np.broadcast_to(1 / self.layout.counts, (self.n_states, len(self.layout.owner))))
        chain, stage = self._mix(uniform)
        limit = min(sweeps_worth(self.pattern, found, stage.shape[1]), self.limit)
        _, converged = chain.iterated(stage, np.zeros_like(stage), limit)
        return None if converged else found

    def evaluate(self, policy: Array) -> Evaluated:
        chain, stage = self._mix(policy)
        values, visitation = chain.values(stage, np.zeros_like(stage)), chain.visitation()
        averaged_q, step = self.backend.look_ahead(policy, *self._rows, self.rewards.of_player, values)
        residual = float(np.abs(values - step).max())
        advantage = averaged_q - self.layout.spread(values[:, self._columns])
        visitation_residual = float(np.abs(visitation - chain.following(visitation)).sum())
        return Evaluated(values.T, averaged_q, advantage, visitation, residual, None, visitation_residual)

    def best_replies(self, policy: Array, evaluated: Evaluated, start: NDArray[np.int64]) -> BestReplies:
        found = [self._best_reply(policy, evaluated, player, choices) for player, choices in enumerate(start)]
        return BestReplies(
            np.stack([reply.values for reply in found]),
            np.stack([reply.choice for reply in found]),
            max(reply.residual for reply in found),
        )

    def _best_reply(self, policy: Array, evaluated: Evaluated, player: int, start: NDArray[np.int64]) -> Reply:
        states = np.arange(self.n_states)
        own, reward = self.layout.own(player), self._columns[player]
        replying, latest = policy.copy(), evaluated.values[reward][:, None]

        def evaluate(choice: NDArray[np.int64]) -> Array:
            nonlocal latest
            replying[:, own] = 0.0
            replying[states, own.start + choice] = 1.0
            chain, stage = self._mix(replying)
            latest = chain.values(np.ascontiguousarray(stage[:, reward : reward + 1]), latest)
            return latest[:, 0]

        def look_ahead(values: Array) -> Array:
            averaged: Array = self.backend.look_ahead_of(policy, *self._rows, player, reward, values)
            return averaged[:, own]

        return policy_iteration(evaluate, look_ahead, start)

    def _mix(self, policy: Array) -> tuple[_Chain, Array]:
        """The chain of a policy, and its mean stage rewards [S, k]."""
        table = self.pattern
        *entries, stage = self.backend.mix(
            policy,
            table.columns,
            table.row_start,
            table.slot,
            table.probability,
            self._by_row,
            table.state_start,
            table.state_successor,
        )
        return _Chain(self, entries), stage


class _Chain:
    """The linear systems of one policy; factors are made when they are first needed, and once.

    Attributes:
        entries: (start [S + 1], successor, weight) of P.
    """

    def __init__(self, oracle: SparseOracle, entries: list[Array]) -> None:
        self._oracle, self.entries = oracle, entries

    def values(self, stage: Array, guess: Array) -> Array:
        """V of the stage rewards [S, k]: by the sparse factors, or by value iteration from a guess.

        Where value iteration is too slow, by factors that fill up, if there is room for them.  Beyond that the values
        are as inaccurate as their residual, reported with them, says.
        """
        oracle = self._oracle
        if oracle.elimination is not None:
            found: Array = oracle.backend.solve(*self._sparse_factors, stage)
            return found
        found, converged = self.iterated(stage, guess, oracle.limit)
        return found if converged or not self._has_room else self._full_factors.solve(stage)

    def iterated(self, stage: Array, guess: Array, limit: int) -> tuple[Array, bool]:
        """V by value iteration, and whether it converged within `limit` sweeps."""
        oracle, guess = self._oracle, np.ascontiguousarray(guess)
        values, _, converged = oracle.backend.values(*self.entries, stage, oracle.discount, guess, TOLERANCE, limit)
        return values, converged

    def visitation(self) -> Array:
        """d, [S], in the same ways."""
        oracle = self._oracle
        if oracle.elimination is not None:
            found: Array = oracle.backend.solve_transposed(*self._sparse_factors, oracle.mass)
            return found
        found, _, converged = oracle.backend.visitation(
            *self.entries, oracle.initial, oracle.discount, TOLERANCE, oracle.limit
        )
        return found if converged or not self._has_room else self._full_factors.solve(oracle.mass, trans="T")

    def following(self, visitation: Array) -> Array:
        """(1 - gamma) rho + gamma P' d."""
        oracle = self._oracle
        moved: Array = oracle.backend.inflow(*self.entries, visitation)
        return oracle.mass + oracle.discount * moved

    @cached_property
    def _sparse_factors(self) -> tuple[Any, ...]:
        """What the backend's solving functions take before the right side."""
        oracle = self._oracle
        assert oracle.elimination is not None
        order, place, lower, upper, _ = oracle.elimination
        factors = oracle.backend.factorise(*self.entries, oracle.discount, order, place, lower, upper)
        return factors, order, lower, upper

    @property
    def _has_room(self) -> bool:
        return self._oracle.n_states <= _FACTORABLE

    @cached_property
    def _full_factors(self) -> Any:
        from scipy.sparse import csr_array, identity
        from scipy.sparse.linalg import splu

        start, successor, weight = self.entries
        n_states = self._oracle.n_states
        kernel = csr_array((weight, successor.astype(np.int32), start.astype(np.int32)), shape=(n_states, n_states))
        return splu((identity(n_states) - self._oracle.discount * kernel).tocsc())
