"""Distributions of load vectors in congestion games, compiled; `mpgcert.solvers.counts.meet_distributions` is the twin.

Importing this module imports numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from mpgcert.kernels.blocks import BLOCK

__all__ = ["meet"]

_compiled = njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)


@_compiled
def meet(policy: Any, following: Any, ends: Any, target: Any) -> Any:
    """Mean of `target` given the action of player i, for each i and action: [n, F, T].

    Args:
        policy: [n, F], of one state.
        following: index of each load vector with one more user of facility k, uint32 [V, F - 1].
        ends: how many vectors have a sum of at most 0, ..., n: uint32 [n + 1].
        target: a function of the load vectors after all players, [V, T].
    """
    n_players, n_facilities = policy.shape
    width, n_targets = n_facilities - 1, target.shape[1]
    first = np.zeros(n_players + 1, dtype=np.uint32)
    for i in range(n_players):
        first[i + 1] = first[i] + ends[i]
    forward = np.zeros(first[n_players])
    forward[0] = 1.0
    for i in range(n_players - 1):
        here, there, rest = first[i], first[i + 1], policy[i, width]
        for v in range(ends[i]):
            mass = forward[here + v]
            if mass != 0.0:
                forward[there + v] += mass * rest
                for k in range(width):
                    forward[there + following[v, k]] += mass * policy[i, k]
    out = np.zeros((n_players, n_facilities, n_targets))
    partial = np.empty((n_facilities, n_targets))
    backward = target.copy()
    for i in range(n_players - 1, -1, -1):
        here = first[i]
        for low in range(np.uint32(0), ends[i], np.uint32(BLOCK)):
            partial[:] = 0.0
            for v in range(low, min(low + np.uint32(BLOCK), ends[i])):
                mass = forward[here + v]
                for k in range(width):
                    for t in range(n_targets):
                        partial[k, t] += mass * backward[following[v, k], t]
                for t in range(n_targets):
                    partial[width, t] += mass * backward[v, t]
            out[i] += partial
        # in place: a vector's followers have a larger sum, hence a larger index, and are not yet overwritten
        rest = policy[i, width]
        for v in range(ends[i]):
            for t in range(n_targets):
                total = rest * backward[v, t]
                for k in range(width):
                    total += policy[i, k] * backward[following[v, k], t]
                backward[v, t] = total
    return out
