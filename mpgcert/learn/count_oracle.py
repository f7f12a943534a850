"""Evaluation of policies on congestion games in doubles, for the learning dynamics."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.games.counts import CountGame
from mpgcert.learn.layout import ActionLayout
from mpgcert.learn.oracle import BestReplies, Evaluated, StageRewards
from mpgcert.learn.replies import InducedProcess, best_reply
from mpgcert.solvers.count_potential import known_potential
from mpgcert.solvers.counts import CountArrays, averaged_rewards, averaged_transitions, others_of
from mpgcert.solvers.load_vectors import is_large

__all__ = ["CountOracle"]

Array = NDArray[Any]


class CountOracle:
    """The oracle (`mpgcert.learn.oracle.Oracle`) of a congestion game; the potential is known where structure gives it.

    Args:
        compiled: whether to use `mpgcert.kernels.counts`; by default for many load vectors.
    """

    def __init__(self, game: CountGame, compiled: bool | None = None) -> None:
        self.layout = ActionLayout(game.n_actions)
        self.arrays = CountArrays.of(game)
        self.initial = self.arrays.initial
        self.discount = float(game.discount)
        self._shape = (game.n_players, game.n_states, game.n_facilities)
        potential = known_potential(game)
        known = potential is not None
        self._by_load = self._by_choice = None
        if potential is not None:
            assert potential.by_load is not None
            assert potential.by_choice is not None
            self._by_load, self._by_choice = potential.by_load.to_float(), potential.by_choice.to_float()
        players = np.arange(game.n_players)
        self.rewards = StageRewards(np.empty((0,)), players, game.n_players if known else None)
        self._meet: Any = None
        if self.arrays.targets and (is_large(game) if compiled is None else compiled):
            self._meet = _compiled

    def evaluate(self, policy: Array) -> Evaluated:
        table = np.ascontiguousarray(np.moveaxis(policy.reshape(self._shape[1], self._shape[0], -1), 1, 0))
        rewards = averaged_rewards(self.arrays, table) * self.arrays.weights[:, None, None]
        transitions = averaged_transitions(self.arrays, table, self._meet)
        stage = (table * rewards).sum(axis=2)
        if self._by_load is not None:
            stage = np.concatenate([stage, self._mean_potential(table)[None]])
        kernel = (table[0][:, :, None] * transitions[0]).sum(axis=1)
        system = np.eye(len(kernel)) - self.discount * kernel
        values = np.linalg.solve(system, stage.T).T
        mass = (1 - self.discount) * self.initial
        visitation = np.linalg.solve(system.T, mass)
        residual = float(np.abs(values - (stage + self.discount * (values @ kernel.T))).max())
        own = values[: self._shape[0]]
        averaged_q = rewards + self.discount * np.einsum("iskt,it->isk", transitions, own)
        balance = float(np.abs(visitation - (mass + self.discount * (visitation @ kernel))).sum())
        return Evaluated(
            values,
            self._side_by_side(averaged_q),
            self._side_by_side(averaged_q - own[:, :, None]),
            visitation,
            residual,
            (rewards, transitions),
            balance,
        )

    def best_replies(self, policy: Array, evaluated: Evaluated, start: NDArray[np.int64]) -> BestReplies:
        rewards, transitions = evaluated.averaged
        found = [
            best_reply(_process(self.discount, reward, kernel), choices)
            for reward, kernel, choices in zip(rewards, transitions, start)
        ]
        return BestReplies(
            np.stack([reply.values for reply in found]),
            np.stack([reply.choice for reply in found]),
            max(reply.residual for reply in found),
        )

    def _side_by_side(self, table: Array) -> Array:
        """[n, S, F] -> [S, n F]."""
        return np.moveaxis(table, 0, 1).reshape(self._shape[1], -1)

    def _mean_potential(self, policy: Array) -> Array:
        """E[phi(s, a)], [S], from the distribution of each facility's load."""
        assert self._by_load is not None
        assert self._by_choice is not None
        loads = np.zeros_like(self._by_load)
        loads[..., 0] = 1.0
        for own, other in zip(policy, others_of(policy)):
            moved = loads * other[..., None]
            moved[..., 1:] += loads[..., :-1] * own[..., None]
            loads = moved
        chosen = (self.arrays.weights[:, None, None] * policy).sum(axis=0) * self._by_choice
        return np.asarray((loads * self._by_load).sum(axis=(1, 2)) + chosen.sum(axis=1))


def _compiled(vectors: Any, policy: Array, target: Array) -> Array:
    from mpgcert.kernels.counts import meet

    following, ends = vectors.following.astype(np.uint32, copy=False), vectors.ends.astype(np.uint32)
    averaged: Array = meet(np.ascontiguousarray(policy), following, ends, target)
    return averaged


def _process(discount: float, reward: Array, kernel: Array) -> InducedProcess:
    states = np.arange(len(reward))

    def under(choice: NDArray[np.int64]) -> tuple[Array, Array]:
        return reward[states, choice], kernel[states, choice]

    return InducedProcess(discount, under, partial(_look_ahead, discount, reward, kernel))


def _look_ahead(discount: float, reward: Array, kernel: Array, values: Array) -> Array:
    ahead: Array = reward + discount * (kernel @ values)
    return ahead
