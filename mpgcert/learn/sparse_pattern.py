"""Where the non-zero entries of a sparse Markov game lie, and how its linear systems are best solved.

Two ways are open for V = r + gamma P V.  Value iteration with constant shifts takes as many sweeps as the chain needs
to forget its start: few where successors are scattered, and there an LU factorisation fills up completely.  On grids
and bands it is the other way round: chains mix slowly, and with a fill-reducing order factors stay sparse.  Which is
cheaper is decided by counting multiplications, so the same game is always solved in the same way: those of the factors,
which the pattern alone gives, against those of the sweeps that the uniform policy takes.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame
from mpgcert.learn.layout import ActionLayout

__all__ = ["TOLERANCE", "Elimination", "Pattern", "sweep_limit", "sweeps_worth"]

Array = NDArray[Any]
Places = NDArray[np.uint32]

TOLERANCE = 2.0**-49  # of values relative to the largest, and of a visitation in the 1-norm
# Factors are tried only where a band that contains the matrix would be cheap enough, in multiplications per entry.
_BAND_PER_ENTRY = 50_000
_LARGEST_BAND = 4 * 10**10
_MAX_SWEEPS = 20_000
# Measured on one core: nanoseconds per multiplication while factorising, substituting, and sweeping.
_FACTORISING, _SUBSTITUTING, _SWEEPING = 0.6, 1.0, 0.45


class Elimination(NamedTuple):
    """The places of the LU factors of I - gamma P in a fill-reducing order.

    Attributes:
        order, place: the state of each row, and the row of each state, [S].
        lower, upper: (start [S + 1], column) left and right of the diagonal, by rows.
        multiplications: that one factorisation takes.
    """

    order: Places
    place: Places
    lower: tuple[Places, Places]
    upper: tuple[Places, Places]
    multiplications: int

    @property
    def entries(self) -> int:
        """Of both factors, without the diagonal."""
        return len(self.lower[1]) + len(self.upper[1])


class Pattern(NamedTuple):
    """The entries of P as the compiled loops want them.

    Attributes:
        columns: the column of player i's action in joint action a on the axis of `ActionLayout`, [A, n].
        row_start, successor, probability: entries by rows s * A + a.
        slot: of each entry, the place of (s, s') in the union of the rows of s.
        state_start, state_successor: these unions, by states.
    """

    columns: Places
    row_start: Places
    successor: Places
    probability: NDArray[np.float64]
    slot: Places
    state_start: Places
    state_successor: Places

    @staticmethod
    def of(game: MarkovGame) -> Pattern:
        """Collect the entries of a sparse game."""
        kernel, n_states = game.sparse_kernel, game.n_states
        digits = np.stack(np.unravel_index(np.arange(game.n_joint_actions), game.n_actions), axis=1)
        columns = digits + ActionLayout(game.n_actions).offsets
        cell = kernel.row // game.n_joint_actions * n_states + kernel.successor
        cells, slot = np.unique(cell, return_inverse=True)
        state_start = np.searchsorted(cells, np.arange(n_states + 1) * n_states)
        return Pattern(
            _places(columns),
            _places(kernel.start),
            _places(kernel.successor),
            kernel.probability.to_float(),
            _places(slot),
            _places(state_start),
            _places(cells % n_states),
        )

    @property
    def n_states(self) -> int:
        return len(self.state_start) - 1

    def elimination(self) -> Elimination | None:
        """Places of sparse factors; None where they would fill up."""
        from scipy.sparse import csr_array, identity, tril, triu
        from scipy.sparse.csgraph import reverse_cuthill_mckee
        from scipy.sparse.linalg import splu

        n_states, entries = self.n_states, len(self.state_successor)
        indices, starts = (part.astype(np.int32) for part in (self.state_successor, self.state_start))
        pattern = csr_array((np.ones(entries), indices, starts), shape=(n_states, n_states))
        rows = np.empty(n_states, dtype=np.int64)
        rows[reverse_cuthill_mckee(pattern)] = np.arange(n_states)
        width = int(np.abs(np.repeat(rows, np.diff(starts)) - rows[indices]).max())
        if n_states * width**2 > min(_BAND_PER_ENTRY * entries, _LARGEST_BAND):
            return None
        # The factors of any matrix with these places that is diagonally dominant, and whose entries do not cancel
        matrix = ((np.diff(starts).max() + 1.0) * identity(n_states) - pattern).tocsc()
        factors = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
        if not np.array_equal(factors.perm_r, factors.perm_c):
            return None
        left, right = tril(factors.L, -1, format="csr"), triu(factors.U, 1, format="csr")
        for part in (left, right):
            part.sort_indices()
        return Elimination(
            _places(np.argsort(factors.perm_c)),
            _places(factors.perm_c),
            (_places(left.indptr), _places(left.indices)),
            (_places(right.indptr), _places(right.indices)),
            int(np.diff(right.indptr)[left.indices].sum()),
        )


def sweeps_worth(pattern: Pattern, elimination: Elimination, n_rewards: int) -> int:
    """How many sweeps of value iteration cost as much as one factorisation and its solves."""
    columns = n_rewards + 1  # the visitation
    factors = _FACTORISING * elimination.multiplications + _SUBSTITUTING * columns * elimination.entries
    return math.ceil(factors / (_SWEEPING * columns * len(pattern.state_successor)))


def sweep_limit(discount: float) -> int:
    """Sweeps after which a contraction by `discount` has reached rounding, with room to spare; at most 20,000."""
    return min(200 + math.ceil(50 / max(1 - discount, 1e-6)), _MAX_SWEEPS)


def _places(indices: Array) -> Places:
    return np.ascontiguousarray(indices, dtype=np.uint32)
