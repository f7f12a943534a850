"""Many joint linear policies of one game evaluated at once, in doubles: the fast twin of `LQEvaluation`.

The batch is the first axis of every array and lies closest together in memory.  For the small matrices of a
batch, numpy's einsum then runs along the batch, an order of magnitude faster than one small product after another.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import InvalidInput
from mpgcert.games.lq import Gains, LQGame
from mpgcert.solvers.lq.arrays import LQArrays

__all__ = [
    "BatchEvaluation",
    "batch_of",
    "cost_weights",
    "empty_batch",
    "joined_gains",
    "multiply",
    "split_players",
    "transpose",
]

Floats = NDArray[np.float64]

_SMALL_MATRIX, _LARGE_BATCH = 4, 16  # measured: there einsum overtakes matmul


@dataclass(frozen=True, eq=False)
class BatchEvaluation:
    """A batch of joint linear policies and what follows from each; attributes as in `LQEvaluation`.

    Attributes:
        arrays: the game's matrices, in doubles.
        gains: [batch, T, k, d], from `batch_of`.
    """

    arrays: LQArrays
    gains: Floats

    @cached_property
    def closed_loop(self) -> Floats:
        """A_t - sum_i B_t^i K_t^i, [batch, T, d, d]."""
        return self.arrays.A - multiply(self.arrays.B, self.gains)

    @cached_property
    def P(self) -> Floats:
        """P_{t,i}^K of hambly2021.eq-3.6, [batch, N, T + 1, d, d]."""
        arrays, loops = self.arrays, self.closed_loop
        values = empty_batch(len(self.gains), *arrays.Q.shape)
        values[:] = arrays.Q
        for i, own in enumerate(arrays.slices):
            gains = self.gains[:, :, own]
            values[:, i, :-1] += multiply(transpose(gains), multiply(arrays.R[i], gains))
        for t in reversed(range(arrays.horizon)):
            loop = loops[:, None, t]
            values[:, :, t] += multiply(transpose(loop), multiply(values[:, :, t + 1], loop))
        return values

    @cached_property
    def directions(self) -> Floats:
        """E_{t,i}^K of hambly2021.eq-3.7 of all players below each other, [batch, T, k, d]."""
        arrays = self.arrays
        found = empty_batch(*self.gains.shape)
        for i, own in enumerate(arrays.slices):
            after = multiply(self.P[:, i, 1:], self.closed_loop)
            backward = multiply(transpose(arrays.of_player(i)), after)
            found[:, :, own] = multiply(arrays.R[i], self.gains[:, :, own]) - backward
        return found

    @cached_property
    def covariances(self) -> Floats:
        """Sigma_t^K, [batch, T + 1, d, d]."""
        arrays = self.arrays
        found = empty_batch(len(self.gains), *arrays.Q.shape[1:])
        found[:] = arrays.W
        found[:, 0] = arrays.sigma_0
        for t in range(arrays.horizon):
            loop = self.closed_loop[:, t]
            found[:, t + 1] += multiply(multiply(loop, found[:, t]), transpose(loop))
        return found

    @cached_property
    def gradients(self) -> Floats:
        """The gradient of C^i in K_t^i, below each other, [batch, T, k, d] (hambly2021.eq-3.16)."""
        return 2 * multiply(self.directions, self.covariances[:, :-1])

    @cached_property
    def costs(self) -> Floats:
        """C^i(K), [batch, N]."""
        return self.costs_for(cost_weights(self.arrays)[None])[0]

    def costs_for(self, weights: Floats) -> Floats:
        """C^i(K) for several laws of noise and initial state, of which P knows nothing.

        Args:
            weights: `cost_weights` of each, [laws, T + 1, d, d].

        Returns:
            [laws, batch, N].
        """
        batch_last = np.moveaxis(self.P, 0, -1)
        flat = batch_last.reshape(len(batch_last), weights[0].size, -1)  # [N, (T + 1) d d, batch]
        costs: Floats = weights.reshape(len(weights), -1) @ flat
        return costs.transpose(1, 2, 0)


def cost_weights(arrays: LQArrays) -> Floats:
    """The [T + 1, d, d] whose entrywise product with P_i sums to C^i(K): Sigma_0, then W at every later stage."""
    return np.concatenate([arrays.sigma_0[None], np.broadcast_to(arrays.W, (arrays.horizon, *arrays.W.shape))])


def batch_of(gains: NDArray[Any]) -> Floats:
    """A copy of [batch, T, k, d] with the batch closest together in memory."""
    batch = empty_batch(*gains.shape)
    batch[:] = gains
    return batch


def empty_batch(size: int, *shape: int) -> Floats:
    """An uninitialised [size, *shape] with the first axis closest together in memory."""
    return np.moveaxis(np.empty((*shape, size)), -1, 0)


def multiply(left: Floats, right: Floats) -> Floats:
    """Matrix products along the last two axes; the others broadcast."""
    batch = max(left.shape[0], right.shape[0])
    if batch >= _LARGE_BATCH and max(*left.shape[-2:], *right.shape[-2:]) <= _SMALL_MATRIX:
        return np.einsum("...ij,...jk->...ik", left, right)
    return left @ right


def transpose(matrices: Floats) -> Floats:
    """The last two axes exchanged."""
    return np.swapaxes(matrices, -1, -2)


def split_players(game: LQGame, gains: Floats) -> tuple[Floats, ...]:
    """[..., T, k, d] as one contiguous [..., T, k_i, d] for each player."""
    return tuple(np.ascontiguousarray(gains[..., own, :]) for own in game.control_slices)


def joined_gains(game: LQGame, gains: Gains, field: str = "start") -> Floats:
    """[T, k, d] of a policy that must belong to the game.

    Raises:
        InvalidInput: another number of players or another shape.
    """
    expected = [(game.horizon, k, game.dimension) for k in game.control_dimensions]
    found = [part.shape for part in gains.parts]
    if found != expected:
        raise InvalidInput(f"gains of shapes {found}", field=field, expected=f"shapes {expected}")
    return gains.lift(FLOAT)
