"""The decision process behind extreme visitations, in doubles: sweeps of Bellman's operator and their rounding.

See `mpgcert.solvers.visitation` for the mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays, SparseTransition
from mpgcert.solvers.rounding import bellman_error

__all__ = ["Operator"]

Floats = NDArray[np.float64]
Choice = NDArray[np.int64]

MEMORY_LIMIT = 2**32
"""Bytes that the arrays of one computation may take."""

_UNIT = 2.0**-53
_BLOCK_ENTRIES = 2**22  # of a product of the kernel with a block of values
_COMPILED_WORK = 2**24  # multiplications of a sweep of all targets from which compiled code pays its start
_FEW_STATES = 512  # up to which a policy's values are found by a dense solve
_DENSE_STATES = 32  # up to which a sparse kernel is written out


@dataclass(frozen=True, eq=False)
class Operator:
    """A game's decision process of joint actions, in doubles.

    Attributes:
        rows: [S * A, S], or the entries of a sparse kernel.
        longest: entries of the longest row.
        slack: 1 - gamma, rounded once.
    """

    rows: Floats | SparseTransition
    initial: Floats
    discount: float
    slack: float
    n_states: int
    n_actions: int
    longest: int

    @staticmethod
    def of(game: MarkovGame) -> Operator:
        _check_memory(game)
        arrays = GameArrays.of(game)
        transition = arrays.transition
        rows: Floats | SparseTransition
        if isinstance(transition, SparseTransition) and game.n_states > _DENSE_STATES:
            rows, longest = transition, int(np.diff(transition.start).max())
        else:
            rows, longest = transition.joint_rows().reshape(-1, game.n_states), game.n_states
        slack = float(1 - game.discount)
        shape = game.n_states, game.n_joint_actions
        return Operator(rows, arrays.initial, float(arrays.discount), slack, *shape, longest)

    @property
    def entries(self) -> int:
        return self.rows.size if isinstance(self.rows, np.ndarray) else len(self.rows.successor)

    @property
    def can_solve(self) -> bool:
        return isinstance(self.rows, np.ndarray) and self.n_states <= _FEW_STATES

    @property
    def solve_cost(self) -> float:
        """About how many sweeps take as long as finding a policy's values by a dense solve."""
        return 4 + self.n_states / self.n_actions

    def is_worth_compiling(self, targets: int) -> bool:
        return not isinstance(self.rows, np.ndarray) and self.entries * targets >= _COMPILED_WORK

    def block_width(self, compiled: bool) -> int:
        if compiled:
            from mpgcert.kernels.visitation import WIDTH

            return WIDTH
        return max(1, _BLOCK_ENTRIES // max(self.n_states * self.n_actions, self.n_states**2))

    def error(self, values: Floats) -> Floats:
        """Bound on the rounding of a sweep for value vectors [S, K], [K]."""
        return self.errors(np.abs(values).max(axis=0))

    def first_sweep(self, targets: Choice, sign: float) -> tuple[Floats, Floats]:
        """v = r and T v, [S, K]: the products with unit vectors are columns of the kernel."""
        values = np.zeros((self.n_states, len(targets)))
        values[targets, np.arange(len(targets))] = sign * self.slack
        if not isinstance(self.rows, np.ndarray):
            return values, self.sweep(values, targets, sign)[0]
        columns = self.rows.reshape(self.n_states, self.n_actions, self.n_states)
        if len(targets) < self.n_states:
            columns = columns[:, :, targets]
        nearest = columns.min(axis=1) if sign > 0 else -columns.max(axis=1)
        return values, self.discount * (self.slack * nearest) + values

    def sweep(self, values: Floats, targets: Choice, sign: float, choose: bool = False) -> tuple[Floats, Choice | None]:
        """T v for vectors [S, K], and the minimising actions if these are wanted."""
        expected = self.rows @ values if isinstance(self.rows, np.ndarray) else self.rows.expected(values)
        expected = expected.reshape(self.n_states, self.n_actions, -1)
        out = self.discount * expected.min(axis=1)
        out[targets, np.arange(len(targets))] += sign * self.slack
        return out, expected.argmin(axis=1) if choose else None

    def followed(self, choice: Choice, targets: Choice, sign: float) -> Floats | None:
        """Values [S, K] of the policies `choice` [S, K], by dense solves."""
        assert isinstance(self.rows, np.ndarray)
        states, count = np.arange(self.n_states), np.arange(len(targets))
        rows = self.rows.reshape(self.n_states, self.n_actions, self.n_states)
        matrix = -self.discount * rows[states, choice.T]
        matrix[:, states, states] += 1
        reward = np.zeros((len(targets), self.n_states, 1))
        reward[count, targets] = sign * self.slack
        try:
            return np.asarray(np.linalg.solve(matrix, reward)[..., 0].T, dtype=np.float64)
        except np.linalg.LinAlgError:  # a discount that rounds to 1
            return None

    def errors(self, size: Floats) -> Floats:
        """Bound on the rounding of a sweep for vectors of the given maximum norms [K], [K]."""
        fixed = bellman_error(self.longest, self.slack, 0.0)
        return 1.01 * (fixed + size * bellman_error(self.longest, 0.0, 1.0))

    def enclose(
        self, mean: Floats, absolute: Floats, least: Floats, most: Floats, size: Floats
    ) -> tuple[Floats, Floats]:
        """Bounds [K] on the extreme value under rho, from rho . w, rho . |w|, min and max of w - v, max (|v|, |w|)."""
        error = self.errors(size)
        rounding = 1.01 * (self.n_states + 4) * _UNIT * absolute + error
        factor = self.discount / self.slack
        down, up = factor * (least - error), factor * (most + error)
        low = mean - rounding + down - 16 * _UNIT * (np.abs(mean) + rounding + np.abs(down))
        high = mean + rounding + up + 16 * _UNIT * (np.abs(mean) + rounding + np.abs(up))
        return low, high


def _check_memory(game: MarkovGame) -> None:
    states, actions = game.n_states, game.n_joint_actions
    if game.is_sparse:
        need = 40 * game.sparse_kernel.probability.size + 8 * 64 * states + 8 * game.rewards.size
    else:
        need = 16 * states**2 * actions + 8 * game.rewards.size
    if need > MEMORY_LIMIT:
        raise TooLarge(
            f"bounds on visitations need about {need / 2**30:.2g} GB for a kernel with {states} states and {actions} "
            f"joint actions; the limit is {MEMORY_LIMIT / 2**30:.2g} GB (a sparse kernel takes less)"
        )
