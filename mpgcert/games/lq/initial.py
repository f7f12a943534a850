"""The distribution of the initial state of a linear-quadratic game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray

__all__ = ["InitialState"]


@dataclass(frozen=True, eq=False)
class InitialState:
    """x_0: Gaussian, or one of finitely many points, or known by its second moment alone.

    Costs of linear policies depend on E[x_0 x_0'] only; sampling needs the rest.

    Attributes:
        second_moment: Sigma_0 = E[x_0 x_0'], exact [d, d].
        mean, covariance: exact [d] and [d, d] of a Gaussian; None otherwise.
        points, probabilities: exact [m, d] and [m] of a distribution on points; None otherwise.
    """

    second_moment: ExactArray
    mean: ExactArray | None = None
    covariance: ExactArray | None = None
    points: ExactArray | None = None
    probabilities: ExactArray | None = None

    @staticmethod
    def gaussian(mean: ExactArray, covariance: ExactArray) -> InitialState:
        """N(mean, covariance)."""
        return InitialState(_plus_outer(covariance, mean), mean, covariance)

    @staticmethod
    def on_points(points: ExactArray, probabilities: ExactArray) -> InitialState:
        """One of the rows of `points`, with these probabilities."""
        rows = np.array([points[j].fractions() for j in range(points.shape[0])], dtype=object)
        weights = probabilities.fractions()
        moment = sum(p * np.outer(row, row) for p, row in zip(weights, rows))
        return InitialState(ExactArray.of_fractions(moment), points=points, probabilities=probabilities)

    @property
    def is_gaussian(self) -> bool:
        """Whether x_0 is said to be Gaussian."""
        return self.covariance is not None

    @property
    def note(self) -> str:
        """What is known of x_0, in words."""
        if self.is_gaussian:
            return "Gaussian; second moment from mean and covariance"
        if self.points is not None:
            return f"on {self.points.shape[0]} points, not Gaussian; second moment from these"
        return "second moment as given; samples are drawn from the centred Gaussian with this covariance"

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Independent draws [*shape, d]."""
        if self.points is not None and self.probabilities is not None:
            weights = self.probabilities.to_float()
            return self.points.to_float()[rng.choice(len(weights), size=shape, p=weights / weights.sum())]
        covariance = self.second_moment if self.covariance is None else self.covariance
        normal = rng.standard_normal((*shape, covariance.shape[0])) @ square_root(covariance.to_float())
        return normal if self.mean is None else normal + self.mean.to_float()


def square_root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The symmetric root of a positive semidefinite matrix [d, d]."""
    values, vectors = np.linalg.eigh(covariance)
    root: NDArray[np.float64] = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    return root


def _plus_outer(covariance: ExactArray, mean: ExactArray) -> ExactArray:
    vector = np.array(mean.fractions(), dtype=object)
    matrix: Any = np.array(covariance.fractions(), dtype=object).reshape(covariance.shape)
    return ExactArray.of_fractions(matrix + np.outer(vector, vector))
