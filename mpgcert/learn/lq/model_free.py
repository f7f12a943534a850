"""Algorithm 2 of hambly2021, the natural policy gradient method with unknown parameters (eq-4.1, eq-4.2).

The paper leaves some choices open.  Here:

* for each player i, sample l and stage t one trajectory is run, in which K_t^i alone is perturbed, by U_t^{i,l};
* U is uniform on the sphere of matrices with Frobenius norm r_i (a normalised Gaussian matrix);
* x_0^l is drawn once for each l and each iteration, and shared by all players and stages, as its single index says;
  the noise w is drawn afresh for every trajectory;
* the cost is that of the whole trajectory, from stage 0 to the terminal cost, without a baseline (`trajectory`); or,
  as policy gradient methods often have it, only that from stage t on (`cost-to-go`): earlier costs do not depend on
  U_t^{i,l}, so the estimate keeps its mean, and its variance falls;
* hat Sigma_t^{i,l} = x_t x_t' with the state at t of that very trajectory (i, l, t).  The perturbation acts at t and
  so has not changed x_t: its mean is Sigma_t^K for the unperturbed K;
* w is Gaussian; x_0 follows the game's own law.

The random numbers of an iteration depend on the seed and the iteration alone.  Samples are drawn in blocks whose
size depends on the game alone, so that neither memory nor the number of processes changes a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import TooLarge
from mpgcert.games.lq.initial import square_root
from mpgcert.learn.lq.batch import transpose
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.evaluation import LQEvaluation

__all__ = ["SAMPLED_COSTS", "Draws", "Estimate", "ModelFree", "SingularCovariance", "perturbed_costs"]

Floats = NDArray[np.float64]

SAMPLED_COSTS = ("trajectory", "cost-to-go")

_BLOCK_NUMBERS, _BLOCK_SAMPLES = 2**21, 4096
_LIMIT_BYTES = 2**31


class SingularCovariance(ArithmeticError):
    """An empirical covariance that eq-4.2 must invert is singular in doubles."""


class Draws(NamedTuple):
    """The random numbers of one player in one block of samples.

    Attributes:
        start: x_0^l, [L, d].
        perturbation: U_t^{i,l}, [T, L, k_i, d].
        noise: w_s in the trajectory that is perturbed at t, [T (s), T (t), L, d].
    """

    start: Floats
    perturbation: Floats
    noise: Floats


class Estimate(NamedTuple):
    """Estimates of hambly2021.eq-4.1 for one player.

    Attributes:
        gradient: of C^i in K_t^i, [T, k_i, d].
        covariance: of x_t, [T, d, d].
    """

    gradient: Floats
    covariance: Floats


@dataclass(frozen=True, eq=False)
class ModelFree:
    """Algorithm 2 on one game.

    Attributes:
        arrays: the game in doubles; only the simulator looks at them.
        smoothing: r_i > 0 of each player.
        trajectories: L_i >= 1 of each player.
        seed: of all random numbers.
        sampled_cost: one of `SAMPLED_COSTS`.

    Raises:
        TooLarge: one sample needs more memory than 2 GiB.
    """

    arrays: LQArrays
    smoothing: Sequence[float]
    trajectories: Sequence[int]
    seed: int
    sampled_cost: str = "trajectory"

    def __post_init__(self) -> None:
        horizon, d = self.arrays.horizon, self.arrays.A.shape[-1]
        widest = max(own.stop - own.start for own in self.arrays.slices)
        samples = min(self.block_samples, max(self.trajectories))
        estimate = 8 * samples * horizon * d * (horizon + 3 * widest + 6)
        if estimate > _LIMIT_BYTES:
            raise TooLarge(
                f"{horizon} stages with {d} states need about {estimate / 2**30:.1f} GiB to simulate; "
                f"the limit is {_LIMIT_BYTES / 2**30:.0f} GiB"
            )

    @property
    def block_samples(self) -> int:
        """Samples that are simulated at once."""
        per_sample = self.arrays.horizon**2 * self.arrays.A.shape[-1]
        return max(1, min(_BLOCK_SAMPLES, _BLOCK_NUMBERS // per_sample))

    def directions(self, gains: Floats, iteration: int) -> Floats:
        """The estimated natural gradients of all players below each other, [T, k, d].

        Args:
            gains: K^(m-1), [T, k, d].
            iteration: m - 1; which random numbers to use.

        Raises:
            SingularCovariance: an empirical covariance is singular to working precision.
        """
        evaluation = LQEvaluation(self.arrays, gains)
        found = np.empty_like(gains)
        for i, own in enumerate(self.arrays.slices):
            gradient, covariance = self.estimate(evaluation, i, iteration)
            _require_regular(covariance, i)
            found[:, own] = np.linalg.solve(covariance, transpose(gradient)).swapaxes(1, 2)
        return found

    def estimate(self, evaluation: LQEvaluation, player: int, iteration: int) -> Estimate:
        """The averages of eq-4.1 over l = 1, ..., L_i."""
        count, radius = self.trajectories[player], self.smoothing[player]
        shape = evaluation.player_gains(player).shape
        gradient, covariance = np.zeros(shape), np.zeros((shape[0], shape[2], shape[2]))
        for block, first in enumerate(range(0, count, self.block_samples)):
            draws = self.draw(player, iteration, block, min(self.block_samples, count - first))
            costs, states = perturbed_costs(evaluation, player, draws, self.sampled_cost == "cost-to-go")
            gradient += np.einsum("tl,tlij->tij", costs, draws.perturbation)
            covariance += transpose(states) @ states
        return Estimate(gradient * (shape[1] * shape[2] / radius**2 / count), covariance / count)

    def draw(self, player: int, iteration: int, block: int, samples: int) -> Draws:
        """The random numbers of one block."""
        arrays = self.arrays
        horizon, d = arrays.horizon, arrays.A.shape[-1]
        own = arrays.slices[player]
        start = arrays.game.initial.sample(self._generator(iteration, block, 0), (samples,))
        random = self._generator(iteration, block, player + 1)
        perturbation = random.standard_normal((horizon, samples, own.stop - own.start, d))
        perturbation *= self.smoothing[player] / np.sqrt((perturbation**2).sum(axis=(2, 3), keepdims=True))
        if not arrays.W.any():
            return Draws(start, perturbation, np.broadcast_to(0.0, (horizon, horizon, samples, d)))
        noise = random.standard_normal((horizon, horizon, samples, d)) @ square_root(arrays.W)
        return Draws(start, perturbation, noise)

    def _generator(self, iteration: int, block: int, stream: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(iteration, block, stream)))


def perturbed_costs(evaluation: LQEvaluation, player: int, draws: Draws, to_go: bool = False) -> tuple[Floats, Floats]:
    """Simulate, for every stage t and sample l, the trajectory in which the player's gain at t is perturbed.

    Args:
        evaluation: of the unperturbed K.
        player: whose gains are perturbed, and whose cost is counted.
        draws: the random numbers.
        to_go: whether costs count from the perturbed stage on, or from the beginning.

    Returns:
        hat c_t^{i,l} [T, L], and the states x_t of these trajectories at their own t, [T, L, d].
    """
    arrays, horizon = evaluation.arrays, evaluation.horizon
    state = np.broadcast_to(draws.start, (horizon, *draws.start.shape)).copy()
    costs = np.zeros(state.shape[:2])
    perturbed = np.empty_like(state)
    for s in range(horizon):
        counted = slice(s + 1 if to_go else horizon)
        costs[counted] += ((state[counted] @ evaluation.cost_matrix(player, s)) * state[counted]).sum(axis=2)
        perturbed[s] = state[s]
        extra = (draws.perturbation[s] @ state[s, :, :, None])[:, :, 0]  # U x, to be added to K x
        weighted = extra @ arrays.R[player][s]
        planned = state[s] @ evaluation.player_gains(player)[s].T
        costs[s] += (weighted * (extra + 2 * planned)).sum(axis=1)
        state = state @ evaluation.closed_loop[s].T + draws.noise[s]
        state[s] -= extra @ arrays.of_player(player)[s].T
    costs += ((state @ arrays.Q[player, horizon]) * state).sum(axis=2)
    return costs, perturbed


def _require_regular(covariance: Floats, player: int) -> None:
    """Refuse what `solve` would invert into noise: a condition number beyond the precision of doubles."""
    for stage, matrix in enumerate(covariance):
        if not np.isfinite(matrix).all():
            raise SingularCovariance(f"the empirical covariance of player {player + 1} at stage {stage} is not finite")
        values = np.linalg.eigvalsh(matrix)
        if values[0] <= values[-1] * np.finfo(np.float64).eps:
            raise SingularCovariance(f"the empirical covariance of player {player + 1} at stage {stage} is singular")
