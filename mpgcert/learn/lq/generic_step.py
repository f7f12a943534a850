"""One update of Algorithm 1 in any arithmetic: the rule itself, for proofs and for doubles alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.solvers.lq.evaluation import LQEvaluation

if TYPE_CHECKING:
    from mpgcert.learn.lq.batch import BatchEvaluation

__all__ = ["next_gains", "per_control"]

Array = NDArray[Any]


def next_gains(evaluation: LQEvaluation | BatchEvaluation, step_sizes: Sequence[Any]) -> Array:
    """K^(m) = K^(m-1) - 2 diag(eta_i) E of hambly2021.eq-3.8, of all players below each other.

    Args:
        evaluation: of K^(m-1): exact, in balls or in doubles; or of a whole batch in doubles.
        step_sizes: eta_i, one for each player, numbers of the same arithmetic.

    Returns:
        Gains in the shape of `evaluation.gains`.
    """
    arrays = evaluation.arrays
    with arrays.arithmetic.context():
        return evaluation.gains - evaluation.directions * per_control(step_sizes, arrays.slices) * 2


def per_control(step_sizes: Sequence[Any], slices: Sequence[slice]) -> Array:
    """The step size of whoever owns each control, [k, 1]."""
    return np.repeat(np.array(list(step_sizes)), [own.stop - own.start for own in slices])[:, None]
