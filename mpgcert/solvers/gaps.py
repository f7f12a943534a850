"""NE-gaps of many policies of one game, in doubles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import DenseTransition, GameArrays
from mpgcert.solvers.induced import induced_processes

__all__ = ["BatchGaps", "nash_gaps_of_policies"]

Floats = NDArray[np.float64]

_COMPILED_WORK = 2**28  # kernel entries times policies from which compiled code pays its start


@dataclass(frozen=True, eq=False)
class BatchGaps:
    """Estimates in doubles; `enclose_policy` proves bounds.

    Attributes:
        gaps: NE-gap_i of each policy, [K, n].
        returns: J_i, [K, n].
    """

    gaps: Floats
    returns: Floats


def nash_gaps_of_policies(
    game: MarkovGame, policies: Floats, engine: Literal["auto", "compiled", "plain"] = "auto"
) -> BatchGaps:
    """NE-gaps and returns of K policies.

    Args:
        game: any tabular game.
        policies: probabilities [K, S, A_1 + ... + A_n], the players side by side.
        engine: "compiled" (dense kernels only) reads the kernel once per policy; "auto" takes it where it pays.

    Raises:
        InvalidInput: policies of another shape, or "compiled" for a sparse kernel.
    """
    n_states, sizes = game.n_states, game.n_actions
    if policies.ndim != 3 or policies.shape[1:] != (n_states, sum(sizes)):
        expected = f"shape [K, {n_states}, {sum(sizes)}]"
        raise InvalidInput(f"shape {list(policies.shape)}", field="policies", expected=expected)
    arrays = GameArrays.of(game)
    dense = isinstance(arrays.transition, DenseTransition)
    if engine == "compiled" and not dense:
        raise InvalidInput(f"{engine!r}", field="engine", expected="'plain' or 'auto' for a sparse kernel")
    found, returns = np.empty((2, len(policies), game.n_players))
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    pays = len(policies) * n_states**2 * game.n_joint_actions >= _COMPILED_WORK
    if engine == "compiled" or (engine == "auto" and dense and pays):
        from mpgcert.kernels.gaps import gaps

        columns = np.stack(np.unravel_index(np.arange(game.n_joint_actions), sizes), axis=1) + offsets[:-1]
        gaps(
            np.ascontiguousarray(arrays.transition.joint_rows()),
            np.ascontiguousarray(arrays.rewards.reshape(game.n_players, n_states, -1)),
            columns.astype(np.int64),
            offsets,
            float(arrays.discount),
            arrays.initial,
            np.ascontiguousarray(policies, dtype=np.float64),
            found,
            returns,
        )
        return BatchGaps(found, returns)
    for k, policy in enumerate(policies):
        induced = induced_processes(arrays, np.split(policy, offsets[1:-1], axis=1))
        values = induced.values()
        best = induced.replies(values)[1]
        returns[k] = arrays.initial @ values
        found[k] = arrays.initial @ best - returns[k]
    return BatchGaps(found, returns)
