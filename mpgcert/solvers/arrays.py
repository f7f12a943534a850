"""A game in one arithmetic, and the contractions that all solvers share.

The same code runs over doubles, balls, rationals and a prime field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT, Arithmetic, ExactArray, Float
from mpgcert.arithmetic.matrices import product
from mpgcert.errors import require_memory
from mpgcert.games import MarkovGame, SparseKernel

__all__ = ["DenseTransition", "GameArrays", "SparseTransition", "average_over_others", "joint_probabilities"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class DenseTransition:
    """P as an array [S, A_1, ..., A_n, S]."""

    kernel: Array

    def expected(self, values: Array) -> Array:
        """E[values(s') | s, a]: [S, k] -> [S, A_1, ..., A_n, k]; [S] -> [S, A_1, ..., A_n]."""
        rows = product(self.kernel.reshape(-1, self.kernel.shape[-1]), values)
        return rows.reshape(*self.kernel.shape[:-1], *values.shape[1:])

    def under(self, joint: Array) -> Array:
        """State kernel [S, S] under joint action probabilities [S, A_1, ..., A_n]."""
        n_states = len(joint)
        return np.matmul(joint.reshape(n_states, 1, -1), self.kernel.reshape(n_states, -1, n_states))[:, 0]

    def of_player(self, policy: list[Array], player: int) -> Array:
        """Kernel [S, A_i, S] that player i faces when the others play `policy`."""
        n_states = self.kernel.shape[0]
        moved = np.moveaxis(self.kernel, player + 1, 1)
        others = joint_probabilities([p for j, p in enumerate(policy) if j != player], n_states)
        rows = moved.reshape(n_states, moved.shape[1], -1, n_states)
        return np.matmul(others.reshape(n_states, 1, 1, -1), rows)[:, :, 0]

    def joint_rows(self) -> Array:
        """[S, A, S] with one axis for the joint action."""
        n_states = self.kernel.shape[0]
        return self.kernel.reshape(n_states, -1, n_states)


@dataclass(frozen=True, eq=False)
class SparseTransition:
    """P by its non-zero entries; see SparseKernel."""

    start: NDArray[np.int64]
    row: NDArray[np.int64]
    successor: NDArray[np.int64]
    probability: Array
    n_actions: tuple[int, ...]
    n_states: int

    def expected(self, values: Array) -> Array:
        weight = self.probability.reshape(-1, *(1,) * (values.ndim - 1))
        summed = np.add.reduceat(weight * values[self.successor], self.start[:-1], axis=0)
        return summed.reshape(self.n_states, *self.n_actions, *values.shape[1:])

    def under(self, joint: Array) -> Array:
        return self._gather(joint.ravel()[self.row], self.row // (joint.size // self.n_states), self.n_states)

    def of_player(self, policy: list[Array], player: int) -> Array:
        n_states, count = self.n_states, self.n_actions[player]
        ones = [p if j != player else p * 0 + 1 for j, p in enumerate(policy)]
        weights = joint_probabilities(ones, n_states).reshape(n_states, *self.n_actions)
        own = np.broadcast_to(
            np.arange(count).reshape(-1, *(1,) * (len(self.n_actions) - player - 1)), self.n_actions
        ).ravel()
        n_joint = len(own)
        target = (self.row // n_joint) * count + own[self.row % n_joint]
        gathered = self._gather(weights.ravel()[self.row], target, n_states * count)
        return gathered.reshape(n_states, count, n_states)

    def _gather(self, weight: Array, target: NDArray[np.int64], n_rows: int) -> Array:
        _require_dense(n_rows * self.n_states, self.n_states, self.probability)
        contribution = self.probability * weight
        cell = target * self.n_states + self.successor
        if contribution.dtype != object:
            total = np.bincount(cell, weights=contribution, minlength=n_rows * self.n_states)
            return total.reshape(n_rows, self.n_states)
        out = np.full(n_rows * self.n_states, contribution[0] * 0, dtype=object)
        np.add.at(out, cell, contribution)
        return out.reshape(n_rows, self.n_states)

    def joint_rows(self) -> Array:
        n_joint = (len(self.start) - 1) // self.n_states
        _require_dense((len(self.start) - 1) * self.n_states, self.n_states, self.probability)
        zero = self.probability[0] * 0
        out = np.full((len(self.start) - 1, self.n_states), zero, dtype=self.probability.dtype)
        out[self.row, self.successor] = self.probability
        return out.reshape(self.n_states, n_joint, self.n_states)


def _require_dense(entries: int, n_states: int, like: Array) -> None:
    """Raise TooLarge if there is no memory for so many entries (and as many again to work with)."""
    size = 8 if like.dtype != object else 100
    require_memory(2.0 * size * entries, f"a dense matrix of the {n_states} states of a sparse game")


@dataclass(frozen=True, eq=False)
class GameArrays:
    """The numbers of a game in one arithmetic.

    Attributes:
        discount: gamma.
        initial: rho [S].
        rewards: r [n, S, A_1, ..., A_n].
        transition: P, dense or sparse.
    """

    arithmetic: Arithmetic
    discount: Any
    initial: Array
    rewards: Array
    transition: DenseTransition | SparseTransition

    @staticmethod
    def of(game: MarkovGame, arithmetic: Arithmetic = FLOAT) -> GameArrays:
        """Lift a game; doubles are kept with the game, since they are asked for most."""
        if isinstance(arithmetic, Float):
            cached = game.__dict__.get("_float_arrays")
            if cached is None:
                cached = game.__dict__["_float_arrays"] = _lift(game, arithmetic)
            return cached
        return _lift(game, arithmetic)

    @property
    def n_players(self) -> int:
        return int(self.rewards.shape[0])

    @property
    def n_states(self) -> int:
        return int(self.rewards.shape[1])

    @property
    def n_actions(self) -> tuple[int, ...]:
        return self.rewards.shape[2:]

    def identity(self) -> Array:
        """[S, S] identity matrix of this arithmetic."""
        _require_dense(self.n_states**2, self.n_states, self.initial)
        return self.arithmetic.array(ExactArray.of_integers(np.eye(self.n_states, dtype=np.int64)))


def _lift(game: MarkovGame, arithmetic: Arithmetic) -> GameArrays:
    with arithmetic.context():
        kernel = game.transition
        transition: DenseTransition | SparseTransition
        if isinstance(kernel, SparseKernel):
            transition = SparseTransition(
                kernel.start,
                kernel.row,
                kernel.successor,
                arithmetic.array(kernel.probability),
                game.n_actions,
                game.n_states,
            )
        else:
            transition = DenseTransition(arithmetic.array(kernel))
        return GameArrays(
            arithmetic,
            arithmetic.number(game.discount),
            arithmetic.array(game.initial),
            _rewards(game, arithmetic),
            transition,
        )


def _rewards(game: MarkovGame, arithmetic: Arithmetic) -> Array:
    """r [n, S, A_1, ..., A_n]; with stride 0 over players (and lifted once) if all have the same."""
    if game.n_players > 1 and game.is_identical_interest:
        return np.broadcast_to(arithmetic.array(game.rewards[:1]), game.rewards.shape)
    return arithmetic.array(game.rewards)


def joint_probabilities(policy: list[Array], n_states: int) -> Array:
    """Product over players of probabilities [S, A_i], as [S, A] in C order (ones if no player is given)."""
    joint: Array | None = None
    for part in policy:
        joint = part if joint is None else (joint[:, :, None] * part[:, None, :]).reshape(n_states, -1)
    return np.ones((n_states, 1), dtype=np.int64) if joint is None else joint


def average_over_others(tensor: Array, policy: list[Array], player: int) -> Array:
    """Mean over a_{-i} ~ pi_{-i}(. | s) of a joint table: [S, A_1, ..., A_n] -> [S, A_i]."""
    n_states, sizes = tensor.shape[0], tensor.shape[1:]
    for j in reversed(range(player + 1, len(sizes))):
        tensor = np.matmul(tensor.reshape(n_states, -1, sizes[j]), policy[j][:, :, None])[..., 0]
    for j in range(player):
        tensor = np.matmul(policy[j][:, None, :], tensor.reshape(n_states, sizes[j], -1))[:, 0]
    return tensor.reshape(n_states, sizes[player])
