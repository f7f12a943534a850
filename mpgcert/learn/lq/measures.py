"""What the theorems and figures of hambly2021 say about an iterate, for many iterates at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import SingularMatrix
from mpgcert.learn.lq.batch import BatchEvaluation, batch_of, multiply, transpose
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.evaluation import LQEvaluation, evaluate_gains
from mpgcert.solvers.lq.riccati import coupled_riccati

__all__ = ["Measures", "Target", "normalized"]

Floats = NDArray[np.float64]

_CHUNK_NUMBERS = 2**20


class Measures(NamedTuple):
    """Diagnostics of K policies; nan where K* does not exist or numbers leave the range of doubles.

    Attributes:
        costs: C^i(K), [K, N].
        normalized_error: (C^i(K) - C^i(K*)) / C^i(K*), [K, N].
        cost_gap: C^i(K^i, K^{-i*}) - C^i(K*), [K, N].
        distance: sum over t of the spectral norms of K_t^i - K_t^{i*}, [K, N].
        player_gradient_norm: Frobenius norm of the gradient of C^i in K^i, [K, N].
    """

    costs: Floats
    normalized_error: Floats
    cost_gap: Floats
    distance: Floats
    player_gradient_norm: Floats


@dataclass(frozen=True, eq=False)
class Target:
    """The equilibrium K* in linear feedback policies, in doubles, as what a run is measured against."""

    arrays: LQArrays

    @cached_property
    def equilibrium(self) -> LQEvaluation | None:
        """K*, evaluated; None where the coupled Riccati equations have no unique solution."""
        try:
            return self.require_equilibrium()
        except SingularMatrix:
            return None

    def require_equilibrium(self) -> LQEvaluation:
        """K*, evaluated; raises SingularMatrix where there is none."""
        return evaluate_gains(self.arrays, coupled_riccati(self.arrays).gains)

    @cached_property
    def costs(self) -> Floats:
        """C^i(K*), [N]."""
        return np.full(self.arrays.n_players, np.nan) if self.equilibrium is None else self.equilibrium.costs

    def measure(self, gains: Floats) -> Measures:
        """Diagnostics of policies [K, T, k, d]."""
        size = max(1, _CHUNK_NUMBERS // (self.arrays.Q.size + gains[0].size))
        with np.errstate(over="ignore", invalid="ignore"):
            parts = [self._measure(batch_of(gains[k : k + size])) for k in range(0, len(gains), size)]
        return Measures(*map(np.concatenate, zip(*parts)))

    def _measure(self, gains: Floats) -> Measures:
        evaluation = BatchEvaluation(self.arrays, gains)
        squared = evaluation.gradients**2
        gradients = np.stack([squared[:, :, own].sum(axis=(1, 2, 3)) for own in self.arrays.slices], axis=1)
        return Measures(
            evaluation.costs,
            normalized(evaluation.costs, self.costs),
            self._cost_gap(gains),
            self._distance(gains),
            np.sqrt(gradients),
        )

    def _cost_gap(self, gains: Floats) -> Floats:
        """Sum over t of Tr(Sigma_t D' (R + B' P* B) D) with D = K_t^i - K_t^{i*} and Sigma of (K^i, K^{-i*}).

        E^i vanishes at K*, so this is the whole of the difference in hambly2021.lemma-3.6, without cancellation.
        """
        arrays, star = self.arrays, self.equilibrium
        gaps = np.full((len(gains), arrays.n_players), np.nan)
        if star is None:
            return gaps
        for i, own in enumerate(arrays.slices):
            deviating = batch_of(np.broadcast_to(star.gains, gains.shape))
            deviating[:, :, own] = gains[:, :, own]
            step = deviating[:, :, own] - star.player_gains(i)
            B = arrays.of_player(i)
            curvature = arrays.R[i] + transpose(B) @ star.P[i, 1:] @ B
            weighted = multiply(transpose(step), multiply(curvature, step))
            gaps[:, i] = (weighted * BatchEvaluation(arrays, deviating).covariances[:, :-1]).sum(axis=(1, 2, 3))
        return gaps

    def _distance(self, gains: Floats) -> Floats:
        distances = np.full((len(gains), self.arrays.n_players), np.nan)
        if self.equilibrium is None:
            return distances
        finite = np.isfinite(gains).all(axis=(1, 2, 3))
        step = gains[finite] - self.equilibrium.gains
        for i, own in enumerate(self.arrays.slices):
            distances[finite, i] = np.linalg.norm(step[:, :, own], ord=2, axis=(2, 3)).sum(axis=1)
        return distances


def normalized(costs: Floats, nash_costs: Floats) -> Floats:
    """(C^i(K) - C^i(K*)) / C^i(K*), [..., N]: the performance measure of Section 5; nan if C^i(K*) = 0."""
    scale = np.where(nash_costs != 0, nash_costs, np.nan)
    return (costs - nash_costs) / scale
