"""Algorithm 1 of hambly2021, the natural policy gradient method with known parameters, from many starts at once.

Every player updates at the same time by hambly2021.eq-3.6 to eq-3.8, each with a step size of its own.  Neither the
noise W nor the law of x_0 enters: games that differ in these alone have the same iterates and the same K*.

Stage by stage, from the last to the first, the update is linear with coefficients from the later stages, so what those
do meanwhile decides how far a stage is thrown off before it settles, and the stage before it is thrown off by the
square of that.  A run can therefore leave the range of doubles although every stage converges in the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mpgcert.learn.lq.batch import BatchEvaluation, batch_of
from mpgcert.learn.lq.generic_step import per_control
from mpgcert.solvers.lq.arrays import LQArrays

__all__ = ["natural_iterates"]


def natural_iterates(
    arrays: LQArrays, starts: NDArray[np.float64], step_sizes: Sequence[float], steps: int
) -> Iterator[BatchEvaluation]:
    """Evaluations of K^(0), ..., K^(steps).

    Args:
        arrays: the game in doubles.
        starts: K^(0), [batch, T, k, d].
        step_sizes: eta_i, one for each player.
        steps: M, the number of updates.

    Yields:
        The batch of iterates, evaluated on demand.  A policy whose numbers leave the range of doubles goes on as
        infinities and nans, and leaves the others alone.
    """
    gains, rates = batch_of(starts), 2 * per_control(step_sizes, arrays.slices)
    for _ in range(steps):
        evaluation = BatchEvaluation(arrays, gains)
        yield evaluation
        with np.errstate(over="ignore", invalid="ignore"):
            gains = gains - rates * evaluation.directions
    yield BatchEvaluation(arrays, gains)
